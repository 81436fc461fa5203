"""What an account takes along of shops: those it owns, and every order that it paid."""

import msgspec

from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx
from courtyard.wallet.shops import merchants, orders, store_books

Pieces = tuple[list[tuple[str, bytes]], str | None]

MERCHANTS = "merchants.json"
PAID = "paid.ndjson"
PAGE = 500


def pieces(tx: ReadTx, user_id: UserId, cursor: str | None) -> Pieces:
    """Return one piece after another, and where to go on: an archive's section `shops`.

    First the shops, if there are any, then the orders that were paid, in order.
    """
    if cursor is None:
        mine = merchants.mine(tx, user_id)
        made = [(MERCHANTS, msgspec.json.encode(mine) + b"\n")] if any(mine.values()) else []
        return made, "0"
    found = store_books.paid_by(tx, user_id, int(cursor), PAGE)
    lines = b"".join(msgspec.json.encode(orders.shown(tx, one)) + b"\n" for one in found)
    more = len(found) == PAGE
    return [(PAID, lines)] if found else [], str(found[-1].position) if more else None
