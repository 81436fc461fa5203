"""Payouts by bank, as one payment file: written once, kept, and fetched again if it is lost on the way to the bank."""

import secrets

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.money import Currency
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.rails import move, store
from courtyard.wallet.rails.bank import BANK, own_account
from courtyard.wallet.rails.errors import RailUnavailableError
from courtyard.wallet.rails.model import BatchId
from courtyard.wallet.rails.pain import write

BATCH_MAX = 1_000
EURO = Currency("EUR")


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A payment file."""

    id: BatchId
    count: int
    total: int
    content: str


def export(tx: WriteTx) -> Batch | None:
    """Write what is to be paid out into a file, and count it as sent; None: there is nothing.

    The file is in the database before anybody sees it. If it does not reach the bank, `again` returns it: to write a new one would pay twice.

    Raises:
        RailUnavailableError: there is no account to pay from.
    """
    own = own_account(tx.settings)
    if own is None:
        message = "The setting bank_account names no account to pay from."
        raise RailUnavailableError(message)
    payouts = store.created_payouts(tx, BANK.name, EURO, BATCH_MAX)
    if not payouts:
        return None
    id = BatchId(f"b-{secrets.token_hex(12)}")
    content = write(id, own, payouts, tx.now_ms(), tx.settings.server_name)
    total = sum(one.amount for one in payouts)
    store.add_batch(tx, id, len(payouts), total, content)
    for one in payouts:
        move.mark_sent(tx, one, id)
    return Batch(id=id, count=len(payouts), total=total, content=content)


def again(tx: ReadTx, id: BatchId) -> str:
    """Return a payment file that was written before.

    Raises:
        NotFoundError: there is none.
    """
    found = store.batch(tx, id)
    if found is None:
        message = "There is no such payment file."
        raise NotFoundError(message)
    return found
