"""The table of restrictions. Nothing is ever deleted from it: a lift ends a restriction earlier."""

import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.model import Restriction
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx

RESTRICTIONS = sa.Table(
    "restrictions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("capability", sa.Text, nullable=False),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("starts_at", sa.BigInteger, nullable=False),
    # Never null: a measure has an end (P2).
    sa.Column("ends_at", sa.BigInteger, nullable=False),
    sa.Column("stayed_from", sa.BigInteger),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("appeal", sa.Text, nullable=False),
    sa.Column("appeal_until", sa.BigInteger, nullable=False),
    sa.Column("proof", sa.Text, nullable=False),
    sa.Index("restrictions_by_user", "user_id"),
    sa.Index("restrictions_by_decision", "decision_id"),
    sa.Index("restrictions_by_end", "ends_at"),
    sqlite_with_rowid=False,
)

_C = RESTRICTIONS.c
_bind = sa.bindparam
_COLUMNS = (
    _C.id,
    _C.user_id,
    _C.capability,
    _C.decision_id,
    _C.starts_at,
    _C.ends_at,
    _C.stayed_from,
    _C.rule,
    _C.statement,
    _C.appeal,
    _C.appeal_until,
    _C.proof,
)
_NOT_ENDED = Statement(sa.select(*_COLUMNS).where(_C.ends_at > _bind("now")).order_by(_C.id))
_OF_USER = Statement(
    sa.select(*_COLUMNS)
    .where(_C.user_id == _bind("user_id"), _C.ends_at > _bind("now"))
    .order_by(_C.id)
)
_OF_DECISION = Statement(
    sa.select(*_COLUMNS).where(_C.decision_id == _bind("decision_id")).order_by(_C.id)
)
_ONE = Statement(sa.select(*_COLUMNS).where(_C.id == _bind("id")))
_ADD = Statement(sa.insert(RESTRICTIONS))
_END = Statement(
    sa.update(RESTRICTIONS).where(_C.id == _bind("of")).values(ends_at=_bind("ends_at"))
)
_STAY = Statement(
    sa.update(RESTRICTIONS)
    .where(_C.decision_id == _bind("of"))
    .values(stayed_from=_bind("stayed_from"))
)
_STAY_ONE = Statement(
    sa.update(RESTRICTIONS).where(_C.id == _bind("of")).values(stayed_from=_bind("stayed_from"))
)


def not_ended(tx: ReadTx) -> list[Restriction]:
    """Return every restriction that has not ended, those not yet begun and stayed ones included."""
    return [as_struct(Restriction, row) for row in tx.all(_NOT_ENDED, now=tx.now_ms())]


def not_ended_of(tx: ReadTx, user_id: UserId) -> list[Restriction]:
    """Return one account's restrictions that have not ended."""
    return [
        as_struct(Restriction, row) for row in tx.all(_OF_USER, user_id=user_id, now=tx.now_ms())
    ]


def of_decision(tx: ReadTx, decision_id: str) -> list[Restriction]:
    """Return every restriction of a decision, ended ones included."""
    return [as_struct(Restriction, row) for row in tx.all(_OF_DECISION, decision_id=decision_id)]


def one(tx: ReadTx, restriction_id: str) -> Restriction | None:
    """Return a restriction."""
    row = tx.one(_ONE, id=restriction_id)
    return None if row is None else as_struct(Restriction, row)


def add(tx: WriteTx, restriction: Restriction) -> None:
    """Store a restriction."""
    tx.run(_ADD, **{name: getattr(restriction, name) for name in Restriction.__struct_fields__})


def end(tx: WriteTx, restriction_id: str, ends_at: TimestampMs) -> None:
    """Move the end of a restriction."""
    tx.run(_END, of=restriction_id, ends_at=ends_at)


def stay(tx: WriteTx, decision_id: str, stayed_from: TimestampMs | None) -> None:
    """Say from when a decision's restrictions are paused; None: not at all."""
    tx.run(_STAY, of=decision_id, stayed_from=stayed_from)


def stay_one(tx: WriteTx, restriction_id: str, stayed_from: TimestampMs | None) -> None:
    """Say from when one restriction is paused; None: not at all."""
    tx.run(_STAY_ONE, of=restriction_id, stayed_from=stayed_from)
