"""The table of what is withheld. Nothing is ever deleted from it: a lift ends a row earlier."""

import sqlalchemy as sa

from courtyard.base.ids import TimestampMs
from courtyard.gate.model_withheld import Withholding
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx

WITHHELD = sa.Table(
    "withheld",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("item_type", sa.Text, nullable=False),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("starts_at", sa.BigInteger, nullable=False),
    # Never null: a measure has an end (P2).
    sa.Column("ends_at", sa.BigInteger, nullable=False),
    sa.Column("stayed_from", sa.BigInteger),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("withheld_by_item", "item_type", "item_id"),
    sa.Index("withheld_by_end", "ends_at"),
    sqlite_with_rowid=False,
)

_C = WITHHELD.c
_bind = sa.bindparam
_COLUMNS = (
    _C.id,
    _C.item_type,
    _C.item_id,
    _C.step,
    _C.decision_id,
    _C.starts_at,
    _C.ends_at,
    _C.stayed_from,
    _C.rule,
    _C.reason,
)
_NOT_ENDED = Statement(sa.select(*_COLUMNS).where(_C.ends_at > _bind("now")).order_by(_C.id))
_OF_ITEM = Statement(
    sa.select(*_COLUMNS)
    .where(
        _C.item_type == _bind("item_type"),
        _C.item_id == _bind("item_id"),
        _C.ends_at > _bind("now"),
    )
    .order_by(_C.id)
)
_ONE = Statement(sa.select(*_COLUMNS).where(_C.id == _bind("id")))
_EVERYTHING = Statement(sa.select(_C.id, _C.item_type, _C.step))
_ADD = Statement(sa.insert(WITHHELD))
_CHANGE = Statement(
    sa.update(WITHHELD)
    .where(_C.id == _bind("of"))
    .values(ends_at=_bind("ends_at"), stayed_from=_bind("stayed_from"))
)


def not_ended(tx: ReadTx) -> list[Withholding]:
    """Return every row that has not ended, stayed ones included."""
    return [as_struct(Withholding, row) for row in tx.all(_NOT_ENDED, now=tx.now_ms())]


def not_ended_of(tx: ReadTx, item_type: str, item_id: str) -> list[Withholding]:
    """Return the rows about one item that have not ended."""
    rows = tx.all(_OF_ITEM, item_type=item_type, item_id=item_id, now=tx.now_ms())
    return [as_struct(Withholding, row) for row in rows]


def one(tx: ReadTx, id: str) -> Withholding | None:
    """Return a row."""
    row = tx.one(_ONE, id=id)
    return None if row is None else as_struct(Withholding, row)


def everything(tx: ReadTx) -> list[tuple[str, str, str]]:
    """Return id, type of item and step of every row there ever was: for `courtyard check`."""
    return [(id, item_type, step) for id, item_type, step in tx.all(_EVERYTHING)]


def add(tx: WriteTx, row: Withholding) -> None:
    """Store a row."""
    tx.run(_ADD, **{name: getattr(row, name) for name in Withholding.__struct_fields__})


def change(tx: WriteTx, id: str, ends_at: TimestampMs, stayed_from: TimestampMs | None) -> None:
    """Move the end of a row, and say from when it is stayed; None: not at all."""
    tx.run(_CHANGE, of=id, ends_at=ends_at, stayed_from=stayed_from)
