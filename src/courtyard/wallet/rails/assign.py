"""Bookings that nothing matched, given to somebody by two operators: to a person, or to the house."""

import hashlib

import msgspec

from courtyard.accounts.account import get_account
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger, proposals
from courtyard.wallet.model import JournalId, Proposal, ProposalId
from courtyard.wallet.rails import move, store
from courtyard.wallet.rails.errors import NotAssignableError
from courtyard.wallet.rails.model import HOUSE, RailLine, RailTxn, TxnId
from courtyard.wallet.rails.registry import RAILS

TO_HOUSE = "house"
SHOWN_MAX = 100


def unmatched(tx: ReadTx) -> list[RailLine]:
    """Return bookings that wait for an operator, the oldest first."""
    return store.unmatched(tx, SHOWN_MAX)


def propose(tx: WriteTx, by: UserId, rail: str, line: str, to: str) -> Proposal:
    """Propose whose a booking is.

    Args:
        to: the id of an account; or `house`: fees, interest, the operator's own money.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: no such booking, or nobody has this account.
        NotAssignableError: it is matched, or money that left was to be given to somebody.
    """
    proposals.check_operator(tx, by)
    _check(tx, _line(tx, rail, line), to)
    return proposals.propose(tx, by, "assign", line, {"rail": rail, "to": to})


def approve(tx: WriteTx, by: UserId, id: ProposalId) -> RailLine:
    """Give a booking to whom another operator proposed.

    Raises:
        ForbiddenError, NotFoundError, EndedError, NotIndependentError: see `proposals.approve`. NotAssignableError.
    """
    approved = proposals.approve(tx, by, id, "assign")
    body: dict[str, str] = msgspec.json.decode(approved.body)
    line, to = _line(tx, body["rail"], approved.subject), body["to"]
    _check(tx, line, to)
    name = hashlib.blake2b(f"{line.rail}\0{line.line}".encode(), digest_size=15).hexdigest()
    if to == TO_HOUSE:
        _to_house(tx, by, line, name)
        store.match_line(tx, line, None)
        return line
    rail = RAILS[line.rail]
    made = RailTxn(
        id=TxnId(f"tu_{name}"),
        rail=line.rail,
        external_id=f"line:{line.line}",
        direction="topup",
        user_id=UserId(to),
        currency=line.currency,
        amount=line.amount,
        state="created",
        payee="{}",
        told="{}",
        batch=None,
        journal=None,
        return_journal=None,
        why="",
        made_at=tx.now_ms(),
        changed_at=tx.now_ms(),
    )
    store.add_txn(tx, made)
    move.settle(tx, rail, made)
    store.match_line(tx, line, made.id)
    return line


def _to_house(tx: WriteTx, by: UserId, line: RailLine, name: str) -> None:
    permit = admit(tx, by, Action.SETTLE_PAYMENT)
    far = ledger.open_account(tx, "system", RAILS[line.rail].account, line.currency)
    house = ledger.open_account(tx, "system", HOUSE, line.currency)
    source, target = (far, house) if line.amount > 0 else (house, far)
    moves = [ledger.Move(source.id, target.id, abs(line.amount))]
    ledger.transfer(tx, permit, JournalId(f"{name}.house"), "house", line.line, moves)


def _line(tx: ReadTx, rail: str, key: str) -> RailLine:
    found = store.line(tx, rail, key)
    if found is None:
        message = "There is no such booking."
        raise NotFoundError(message)
    return found


def _check(tx: ReadTx, line: RailLine, to: str) -> None:
    if line.state != "unmatched":
        message = "This booking is matched already."
        raise NotAssignableError(message)
    if to == TO_HOUSE:
        return
    get_account(tx, UserId(to))
    if line.amount < 0:
        message = "Money that left can only be the house's."
        raise NotAssignableError(message)
