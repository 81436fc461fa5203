"""The one way to move money. Everything else in this package says why and when.

A journal holds one or several transfers that belong together; each has one source and one target. The database makes the entries
and keeps the balances (migration 0018), so a mistake here cannot make or lose money.
"""

from collections.abc import Sequence

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import Permit
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import rules, store
from courtyard.wallet.errors import InsufficientFundsError
from courtyard.wallet.model import (
    MINT,
    Account,
    AccountId,
    Hold,
    HoldId,
    Journal,
    JournalId,
    OwnerKind,
)


class Move(msgspec.Struct, frozen=True):
    """One transfer that is to be made. `hold`: it captures this hold of the source."""

    source: AccountId
    target: AccountId
    amount: int
    hold: HoldId | None = None


def open_account(tx: WriteTx, owner_kind: OwnerKind, owner: str, currency: Currency) -> Account:
    """Return somebody's account in a currency. The first use makes it; one that was closed opens again."""
    found = store.account_of(tx, owner_kind, owner, currency)
    if found is None:
        floor = None if owner_kind == "system" else 0
        return store.add_account(tx, owner_kind, owner, currency, floor)
    return store.set_closed(tx, found, closed=0) if found.closed else found


def mint_account(tx: WriteTx, currency: Currency) -> Account:
    """Return the system's account from which new money of a currency comes."""
    return open_account(tx, "system", MINT, currency)


def check_funds(tx: ReadTx, user_id: UserId, currency: Currency, amount: int) -> None:
    """Say, before anything is written, whether somebody can spend an amount.

    Raises:
        InsufficientFundsError: they cannot.
    """
    found = store.account_of(tx, "user", user_id, currency)
    if found is None or found.available < amount:
        message = "There is not enough money."
        raise InsufficientFundsError(message)


def check_room(tx: ReadTx, user_id: UserId, currency: Currency, amount: int) -> None:
    """Say, before anything is written, whether somebody's account can take an amount.

    Raises:
        TooMuchError: it would leave the range in which the ledger is exact.
    """
    found = store.account_of(tx, "user", user_id, currency)
    if found is not None:
        rules.check_target(found, amount)


def transfer(
    tx: WriteTx, permit: Permit, id: JournalId, kind: str, ref: str, moves: Sequence[Move]
) -> None:
    """Move money, all of it or nothing.

    Args:
        tx: the open transaction; this function never commits.
        permit: the gate's yes to whoever moves it.
        id: made from what is done, so that it can be done only once.
        kind: what it is, as the history shows it.
        ref: what it belongs to: a payment, a packet, a request.
        moves: in order. Amounts in minor units.

    Raises:
        InsufficientFundsError, TooMuchError: before the first row, if there is one move; else in between, and then the caller's verb
            must end with it.
    """
    journal: int | None = None
    for move in moves:
        source, target = store.account(tx, move.source), store.account(tx, move.target)
        released = 0
        if move.hold is not None:
            released = open_hold(tx, move.hold, move.source, move.amount).amount
        rules.check_transfer(source, target, move.amount, released)
        if journal is None:
            journal = _begin(tx, permit, id, kind, ref)
        store.add_transfer(tx, journal, source, target, move.amount, move.hold)


def hold(
    tx: WriteTx,
    permit: Permit,
    id: HoldId,
    account: AccountId,
    amount: int,
    expires_at: TimestampMs,
) -> Hold:
    """Keep money back for something that will be paid later, or not.

    Raises:
        InsufficientFundsError: there is less than that.
    """
    assert amount > 0
    if store.account(tx, account).available < amount:
        message = "There is not enough money."
        raise InsufficientFundsError(message)
    journal = JournalId(f"{id}.hold")
    _begin(tx, permit, journal, "hold", id)
    made = Hold(
        id=id, account=account, amount=amount, captured=0, state="open", expires_at=expires_at
    )
    store.add_hold(tx, made, journal)
    return made


def open_hold(tx: ReadTx, id: HoldId, account: AccountId, amount: int) -> Hold:
    """Return a hold that can be captured for an amount; what is not captured is given free.

    Raises:
        NotFoundError: there is none, or it holds somebody else's money.
        EndedError, ExpiredError, InsufficientFundsError: see `rules.check_capture`.
    """
    found = _hold_of(tx, id, account)
    rules.check_capture(found, amount, tx.now_ms())
    return found


def void_hold(tx: WriteTx, permit: Permit, id: HoldId, account: AccountId) -> None:
    """Give free what a hold keeps back.

    Raises:
        NotFoundError: there is none, or it holds somebody else's money.
        EndedError, ExpiredError: it has ended.
    """
    del permit
    found = _hold_of(tx, id, account)
    rules.check_hold_open(found, tx.now_ms())
    store.end_hold(tx, found, "voided")


def _hold_of(tx: ReadTx, id: HoldId, account: AccountId) -> Hold:
    found = store.hold(tx, id)
    if found is None or found.account != account:
        message = "There is no such hold."
        raise NotFoundError(message)
    return found


def _begin(tx: WriteTx, permit: Permit, id: JournalId, kind: str, ref: str) -> int:
    return store.add_journal(
        tx, Journal(id=id, made_at=tx.now_ms(), kind=kind, actor=permit.actor, ref=ref)
    )
