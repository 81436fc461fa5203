"""Tables and SQL of what two operators agree on."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import Proposal, ProposalId, ProposalKind

_bind = sa.bindparam
PROPOSALS = sa.Table(
    "wallet_proposals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("proposed_at", sa.BigInteger, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("approved_at", sa.BigInteger),
    sa.Index("wallet_proposals_by_kind", "kind", "approved_at"),
)
_P = PROPOSALS.c
_ADD = Statement(sa.insert(PROPOSALS))
_APPROVE = Statement(
    sa.update(PROPOSALS)
    .where(_P.id == _bind("of"))
    .values(approved_by=_bind("by"), approved_at=_bind("at"))
)
_ONE = Statement(sa.select(*_P).where(_P.id == _bind("id")))
_LAST_APPROVED = Statement(
    sa.select(*_P)
    .where(_P.kind == _bind("kind"), _P.approved_at.is_not(None))
    .order_by(_P.approved_at.desc(), _P.id)
    .limit(1)
)


def add(tx: WriteTx, proposal: Proposal) -> None:
    """Keep a proposal."""
    tx.run(_ADD, **msgspec.structs.asdict(proposal))


def approve(tx: WriteTx, id: ProposalId, by: UserId, at: TimestampMs) -> None:
    """Note who approved it."""
    tx.run(_APPROVE, of=id, by=by, at=at)


def proposal(tx: ReadTx, id: ProposalId) -> Proposal | None:
    """Return a proposal."""
    row = tx.one(_ONE, id=id)
    return None if row is None else as_struct(Proposal, row)


def last_approved(tx: ReadTx, kind: ProposalKind) -> Proposal | None:
    """Return what was approved last of a kind."""
    row = tx.one(_LAST_APPROVED, kind=kind)
    return None if row is None else as_struct(Proposal, row)
