"""What a speaker on the counter needs: each payment as it comes, and how many there were today. A copied code is noticed by its silence."""

from typing import Any, Final

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs
from courtyard.base.whole_number import parse_whole_number
from courtyard.storage.tx import ReadTx
from courtyard.wallet.model import DAY_MS, MerchantId
from courtyard.wallet.shops import access, show
from courtyard.wallet.shops import store_books as store
from courtyard.wallet.shops.model import Asker

PAGE_MAX: Final = 100
TIMEOUT_MS: Final = 30_000
TIMEOUT_MS_MAX: Final = 120_000
_DIGITS_MAX: Final = 18


class News(msgspec.Struct, frozen=True):
    """What a look at the feed found."""

    told: dict[str, Any]
    is_empty: bool


def parse(since: str | None, timeout: str | None) -> tuple[int | None, int]:
    """Read where a poll goes on, and how long it may wait, in milliseconds.

    Raises:
        InvalidParamError: one of them is no such number.
    """
    place = None if since is None else _number(since, "since")
    wait_ms = TIMEOUT_MS if timeout is None else _number(timeout, "timeout")
    return place, min(wait_ms, TIMEOUT_MS_MAX)


def _number(text: str, name: str) -> int:
    number = parse_whole_number(text, _DIGITS_MAX)
    if number is None:
        message = f"{name} is a whole number."
        raise InvalidParamError(message)
    return number


def look(tx: ReadTx, asker: Asker, id: MerchantId, since: int | None) -> News:
    """Return the payments after a position, and the day's count and sum in each currency. The day is that of UTC.

    Args:
        since: `next` of the poll before; None: only where the feed stands now.

    Raises:
        NotFoundError: see `access`.
    """
    merchant = access.at_till(tx, asker, id)
    found = [] if since is None else store.paid_since(tx, merchant.id, since, PAGE_MAX)
    start = tx.now_ms() // DAY_MS * DAY_MS
    # A full page may not be all: go on behind its last payment.
    next = found[-1].position if len(found) == PAGE_MAX else max(tx.position(), since or 0)
    told = {
        "next": str(next),
        "payments": [show.to_merchant(tx, merchant, one) for one in found],
        "today": [
            {"currency": code, "count": count, "amount": str(total)}
            for code, count, total in store.taken(tx, merchant.id, start, start + DAY_MS)
        ],
        "day_ends_at": TimestampMs(start + DAY_MS),
    }
    return News(told, is_empty=since is not None and not found)
