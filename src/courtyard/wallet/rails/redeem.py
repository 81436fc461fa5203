"""Cash over the desk: two operators hand out what somebody asked for, and its units are destroyed."""

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import proposals
from courtyard.wallet.model import Proposal, ProposalId
from courtyard.wallet.rails import move, store
from courtyard.wallet.rails.cash import CASH
from courtyard.wallet.rails.model import RailTxn, TxnId
from courtyard.wallet.rails.rules import check_step

SHOWN_MAX = 100
REFUSED = "refused"
"""Why cash was not handed out, where an operator says no."""


def waiting(tx: ReadTx) -> list[RailTxn]:
    """Return what is to be handed out, the oldest first."""
    return store.waiting_payouts(tx, CASH.name, SHOWN_MAX)


def propose(tx: WriteTx, by: UserId, id: TxnId) -> Proposal:
    """Say that the cash is ready. Nothing is destroyed before another operator approves.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: nobody asked for this cash. EndedError: it was handed out or refused.
    """
    proposals.check_operator(tx, by)
    check_step(_asked(tx, id), "settled")
    return proposals.propose(tx, by, "redeem", id, {})


def approve(tx: WriteTx, by: UserId, id: ProposalId) -> RailTxn:
    """Say that the cash was handed out: its units are no more.

    Raises:
        ForbiddenError, NotFoundError, EndedError, NotIndependentError: see `proposals.approve`; EndedError also when it was
            handed out or refused meanwhile.
    """
    approved = proposals.approve(tx, by, id, "redeem")
    return move.settle(tx, CASH, _asked(tx, TxnId(approved.subject)))


def refuse(tx: WriteTx, by: UserId, id: TxnId) -> RailTxn:
    """Hand nothing out: the units go back. One operator is enough for that.

    Raises:
        ForbiddenError, NotFoundError, EndedError: as `propose`.
    """
    proposals.check_operator(tx, by)
    return move.give_back(tx, CASH, _asked(tx, id), REFUSED, failed=True)


def _asked(tx: ReadTx, id: TxnId) -> RailTxn:
    found = store.txn(tx, id)
    if found is None or found.rail != CASH.name:
        message = "Nobody asked for this cash."
        raise NotFoundError(message)
    return found
