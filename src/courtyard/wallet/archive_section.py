"""What an account takes along of its money: what it has, every entry with its balance, what came in and went out, what guarded it."""

import msgspec

from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx
from courtyard.wallet import read, store
from courtyard.wallet.guard import blocks, delays, factors, payees
from courtyard.wallet.rails import pay

Pieces = tuple[list[tuple[str, bytes]], str | None]

BALANCE = "balance.json"
GUARD = "guard.json"
RAILS = "rails"
"""Where a cursor goes on with payments over rails. No currency has small letters."""
PAGE = read.PAGE_MAX


def pieces(tx: ReadTx, user_id: UserId, cursor: str | None) -> Pieces:
    """Return one piece after another, and where to go on: an archive's section `wallet`.

    First what guards it and the balances, then for each currency a file of its entries, the newest first; at last the payments over
    rails.
    """
    codes = [account.currency for account in store.accounts_of(tx, "user", user_id)]
    guard = _guard(tx, user_id) if cursor is None else []
    word, _, rest = (cursor or "").partition(" ")
    if word == RAILS:
        return _rails(tx, user_id, rest)
    if not codes:
        return guard, f"{RAILS} "
    if cursor is None:
        shown = msgspec.json.encode(read.balance(tx, user_id)) + b"\n"
        return [*guard, (BALANCE, shown)], f"{codes[0]} {read.NEWEST}"
    code, _, before = cursor.partition(" ")
    found, next = read.history(tx, user_id, code, int(before), PAGE)
    lines = b"".join(msgspec.json.encode(read.show_line(line)) + b"\n" for line in found)
    made = [(f"history-{code}.ndjson", lines)] if lines else []
    if next is not None:
        return made, f"{code} {next}"
    after = [one for one in codes if one > code]
    return made, f"{after[0]} {read.NEWEST}" if after else f"{RAILS} "


def _rails(tx: ReadTx, user_id: UserId, after: str) -> Pieces:
    found = pay.page(tx, user_id, after, PAGE)
    if not found:
        return [], None
    lines = b"".join(msgspec.json.encode(one) + b"\n" for one in found)
    return [("rails.ndjson", lines)], f"{RAILS} {found[-1]['id']}"


def _guard(tx: ReadTx, user_id: UserId) -> list[tuple[str, bytes]]:
    """Return how the account proves who it is (without the secrets), whom it trusts, and every block."""
    known = {
        **factors.get(tx, user_id),
        **payees.get(tx, user_id),
        **blocks.of_owner(tx, user_id),
        **delays.of_archive(tx, user_id),
    }
    return [(GUARD, msgspec.json.encode(known) + b"\n")] if any(known.values()) else []
