"""Corrections: a journal is never changed; another one takes it back. One operator proposes it and another approves, like new money."""

import secrets

import msgspec

from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger
from courtyard.wallet import store as ledger_store
from courtyard.wallet.guard import rules, store_operators
from courtyard.wallet.guard.errors import NotReversibleError
from courtyard.wallet.guard.model import Reversal, ReversalId
from courtyard.wallet.model import Account, AccountId, Journal, JournalId
from courtyard.wallet.proposals import check_operator

SHOWN_MAX = 100
WORDS_CHARS_MAX = 1_000
KIND = "reversal"
REVERSE = "reverse journals"


def propose(tx: WriteTx, by: UserId, journal: JournalId, words: str) -> Reversal:
    """Propose to take a journal back. Nothing moves before another operator approves.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: there is no such journal. InvalidParamError: no words.
        NotReversibleError: its kind, or it was proposed before.
    """
    check_operator(tx, by, REVERSE)
    if not words.strip() or len(words) > WORDS_CHARS_MAX:
        raise InvalidParamError(f"Say why, in 1 to {WORDS_CHARS_MAX} characters.")
    _moves(tx, _journal(tx, journal))
    if store_operators.reversal_of(tx, journal) is not None:
        raise NotReversibleError("This was proposed before. A journal is reversed once.")
    made = Reversal(
        id=ReversalId(f"v_{secrets.token_hex(8)}"),
        journal=journal,
        words=words.strip(),
        proposed_by=by,
        proposed_at=tx.now_ms(),
        approved_by=None,
        approved_at=None,
    )
    store_operators.set_reversal(tx, made)
    return made


def approve(tx: WriteTx, by: UserId, id: ReversalId) -> Reversal:
    """Take back what another operator proposed, all of it or nothing.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: there is no such proposal. EndedError: it was approved.
        NotReversibleError: by who proposed it, or the money is not there any more: nobody is made to owe.
    """
    check_operator(tx, by, REVERSE)
    found = store_operators.reversal(tx, id)
    if found is None:
        raise NotFoundError("There is no such proposal.")
    rules.check_reversal_approval(found, by)
    moves = _moves(tx, _journal(tx, found.journal))
    for source, _, amount in moves:
        _check_there(source, amount)
    permit = admit(tx, by, Action.SETTLE_PAYMENT)
    opened = [
        ledger.Move(_opened(tx, source).id, _opened(tx, target).id, amount)
        for source, target, amount in moves
    ]
    journal = JournalId(f"{found.journal}.{KIND}")
    ledger.transfer(tx, permit, journal, KIND, found.journal, opened)
    done = msgspec.structs.replace(found, approved_by=by, approved_at=tx.now_ms())
    store_operators.set_reversal(tx, done)
    return done


def proposals(tx: ReadTx) -> list[Reversal]:
    """Return the newest proposals, approved or not."""
    return store_operators.reversals(tx, SHOWN_MAX)


def _journal(tx: ReadTx, id: JournalId) -> Journal:
    found = store_operators.journal(tx, id)
    if found is None:
        raise NotFoundError("There is no such journal.")
    return found


def _moves(tx: ReadTx, journal: Journal) -> list[tuple[Account, Account, int]]:
    """Return what takes a journal back: (who gives, who gets, how much).

    What came out of an escrow goes to whoever put it there: the escrow itself has ended, and owes nothing.
    """
    moves = [
        (_account(tx, target), _source(tx, source), amount)
        for source, target, amount in store_operators.moves_of(tx, journal.id)
    ]
    is_under_way = not moves or any(giver.owner_kind == "escrow" for giver, _, _ in moves)
    rules.check_reversible(journal.kind, is_under_way=is_under_way)
    return moves


def _source(tx: ReadTx, id: AccountId) -> Account:
    found = _account(tx, id)
    if found.owner_kind != "escrow":
        return found
    funder = store_operators.funder(tx, id)
    assert funder is not None, "an escrow is filled before it pays"
    return _account(tx, funder)


def _account(tx: ReadTx, id: AccountId) -> Account:
    return ledger_store.account(tx, id)


def _check_there(source: Account, amount: int) -> None:
    if source.available < amount:
        message = (
            f"The money is gone: {source.owner} has {source.available} {source.currency},"
            f" and {amount} is to be taken back. Nobody is made to owe."
        )
        raise NotReversibleError(message)


def _opened(tx: WriteTx, account: Account) -> Account:
    """Return an account that was closed meanwhile as an open one."""
    return ledger.open_account(tx, account.owner_kind, account.owner, account.currency)
