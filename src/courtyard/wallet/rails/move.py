"""The money of a payment over a rail: out to `rail:pending`, on to the other side, or back. Each step once, by its journal's id."""

import msgspec

from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.storage.tx import WriteTx
from courtyard.wallet import ledger
from courtyard.wallet.model import Account, JournalId
from courtyard.wallet.rails import store
from courtyard.wallet.rails.model import PENDING, BatchId, RailTxn, TxnState
from courtyard.wallet.rails.protocol import Rail
from courtyard.wallet.rails.rules import check_step


def take(tx: WriteTx, permit: Permit, txn: RailTxn) -> None:
    """Take a payout from its owner's balance; it waits in `rail:pending`.

    Raises:
        InsufficientFundsError: there is less than that.
    """
    _transfer(tx, permit, txn, "payout", "payout", _user(tx, txn), _system(tx, txn, PENDING))


def mark_sent(tx: WriteTx, txn: RailTxn, batch: BatchId | None = None) -> RailTxn:
    """Note that the other side has been told.

    Raises:
        EndedError: it was told before, or it has ended.
    """
    check_step(txn, "sent")
    return _set(tx, txn, state="sent", batch=batch)


def settle(tx: WriteTx, rail: Rail, txn: RailTxn) -> RailTxn:
    """Let it be done: a top-up is credited, a payout has arrived.

    Raises:
        EndedError: it was done before, or it has ended otherwise.
    """
    check_step(txn, "settled")
    permit = admit(tx, txn.user_id, Action.SETTLE_PAYMENT)
    far = _system(tx, txn, rail.account)
    if txn.direction == "topup":
        journal = _transfer(tx, permit, txn, "settle", "topup", far, _user(tx, txn))
    else:
        near = _system(tx, txn, PENDING)
        journal = _transfer(tx, permit, txn, "settle", "payout_settled", near, far)
    return _set(tx, txn, state="settled", journal=journal)


def give_back(tx: WriteTx, rail: Rail, txn: RailTxn, why: str, *, failed: bool) -> RailTxn:
    """Let it not be done: a payout's money goes back the way it came, also after it had arrived.

    Args:
        why: a code of the other side.
        failed: whether it never left; else it left and came back.

    Raises:
        EndedError: it has ended so already, or cannot any more.
    """
    state: TxnState = "failed" if failed else "returned"
    check_step(txn, state)
    if txn.direction == "topup":
        return _set(tx, txn, state=state, why=why)
    permit = admit(tx, txn.user_id, Action.SETTLE_PAYMENT)
    source = _system(tx, txn, rail.account if txn.state == "settled" else PENDING)
    journal = _transfer(tx, permit, txn, "return", "payout_returned", source, _user(tx, txn))
    return _set(tx, txn, state=state, return_journal=journal, why=why)


def _set(tx: WriteTx, txn: RailTxn, **changes: object) -> RailTxn:
    changed = msgspec.structs.replace(txn, changed_at=tx.now_ms(), **changes)
    store.set_txn(tx, changed)
    return changed


def _user(tx: WriteTx, txn: RailTxn) -> Account:
    return ledger.open_account(tx, "user", txn.user_id, txn.currency)


def _system(tx: WriteTx, txn: RailTxn, owner: str) -> Account:
    return ledger.open_account(tx, "system", owner, txn.currency)


def _transfer(
    tx: WriteTx, permit: Permit, txn: RailTxn, step: str, kind: str, source: Account, to: Account
) -> JournalId:
    journal = JournalId(f"{txn.id}.{step}")
    ledger.transfer(tx, permit, journal, kind, txn.id, [ledger.Move(source.id, to.id, txn.amount)])
    return journal
