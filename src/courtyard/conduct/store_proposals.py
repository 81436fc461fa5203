"""Every SQL statement about proposals: what somebody wants to decide, until it is decided."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.conduct.model import CaseId, DecisionId, Proposal, Statement
from courtyard.conduct.store import decode, encode
from courtyard.conduct.store_tables import PROPOSALS
from courtyard.storage.statement import Statement as Sql
from courtyard.storage.tx import ReadTx, WriteTx

_bind = sa.bindparam
_P = PROPOSALS.c
_PROPOSAL = Sql(
    sa.select(_P.state, _P.approver, _P.burst_id, _P.body, _P.statement).where(_P.id == _bind("id"))
)
_UNDECIDED = Sql(
    sa.select(_P.id)
    .where(sa.or_(_P.state == "waiting", _P.state == "held"))
    .order_by(_P.id)
    .limit(_bind("limit"))
)
_OF_CASE_WAITING = Sql(
    sa.select(_P.body).where(
        _P.case_id == _bind("case_id"), sa.or_(_P.state == "waiting", _P.state == "held")
    )
)
_PEOPLE_OF_CASE = Sql(sa.select(_P.body, _P.approver).where(_P.case_id == _bind("case_id")))
_ADD_PROPOSAL = Sql(sa.insert(PROPOSALS))
_SET_PROPOSAL = Sql(
    sa.update(PROPOSALS)
    .where(_P.id == _bind("of"))
    .values(state=_bind("state"), approver=_bind("approver"), burst_id=_bind("burst_id"))
)


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal and how far it has come: `waiting`, `held`, `issued` or `rejected`."""

    proposal: Proposal
    statement: Statement
    state: str
    approver: UserId | None
    burst_id: str | None


def proposal(tx: ReadTx, id: DecisionId) -> Pending | None:
    """Return a proposal."""
    row = tx.one(_PROPOSAL, id=id)
    if row is None:
        return None
    state, approver, burst_id, body, statement = row
    return Pending(
        proposal=decode(body, Proposal),
        statement=decode(statement, Statement),
        state=state,
        approver=approver,
        burst_id=burst_id,
    )


def undecided(tx: ReadTx, limit: int) -> list[DecisionId]:
    """Return proposals that wait for somebody. Their ids are random, so nobody can choose their place."""
    return [DecisionId(id) for (id,) in tx.all(_UNDECIDED, limit=limit)]


def waiting_of_case(tx: ReadTx, case_id: CaseId) -> list[Proposal]:
    """Return the proposals of a case that wait for somebody."""
    return [decode(body, Proposal) for (body,) in tx.all(_OF_CASE_WAITING, case_id=case_id)]


def proposers_of_case(tx: ReadTx, case_id: CaseId) -> set[UserId | None]:
    """Return who proposed or approved something in a case, also what was rejected."""
    rows = tx.all(_PEOPLE_OF_CASE, case_id=case_id)
    return {who for body, approver in rows for who in (decode(body, Proposal).proposer, approver)}


def add_proposal(tx: WriteTx, proposal: Proposal, statement: Statement, note: str) -> None:
    """Keep a new proposal. What the staff note for one another is never told."""
    tx.run(
        _ADD_PROPOSAL,
        id=proposal.id,
        case_id=proposal.case_id,
        state="waiting",
        approver=None,
        burst_id=None,
        body=encode(proposal),
        statement=encode(statement),
        note=note,
    )


def set_proposal(
    tx: WriteTx,
    id: DecisionId,
    state: str,
    approver: UserId | None = None,
    burst_id: str | None = None,
) -> None:
    """Say how far a proposal has come."""
    tx.run(_SET_PROPOSAL, of=id, state=state, approver=approver, burst_id=burst_id)
