"""Stored filters: every statement about them."""

from typing import Any

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx

FILTERS = sa.Table(
    "sync_filters",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("filter_id", sa.Integer, primary_key=True),
    sa.Column("json", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

_user: sa.BindParameter[Any] = sa.bindparam("user_id")
_INSERT = Statement(sa.insert(FILTERS))
_GET = Statement(
    sa.select(FILTERS.c.json).where(
        FILTERS.c.user_id == _user, FILTERS.c.filter_id == sa.bindparam("filter_id")
    )
)
_SAME = Statement(
    sa.select(FILTERS.c.filter_id).where(
        FILTERS.c.user_id == _user, FILTERS.c.json == sa.bindparam("json")
    )
)
_LAST = Statement(sa.select(sa.func.max(FILTERS.c.filter_id)).where(FILTERS.c.user_id == _user))


def filter_json(tx: ReadTx, user_id: UserId, filter_id: int) -> bytes | None:
    """Return a stored filter."""
    row = tx.one(_GET, user_id=user_id, filter_id=filter_id)
    return row[0] if row else None


def same_filter(tx: ReadTx, user_id: UserId, json: bytes) -> int | None:
    """Return the id under which this very filter is stored already."""
    row = tx.one(_SAME, user_id=user_id, json=json)
    return row[0] if row else None


def last_filter_id(tx: ReadTx, user_id: UserId) -> int | None:
    """Return the highest id in use."""
    row = tx.one(_LAST, user_id=user_id)
    return row[0] if row else None


def add_filter(tx: WriteTx, user_id: UserId, filter_id: int, json: bytes) -> None:
    """Store a filter."""
    tx.run(_INSERT, user_id=user_id, filter_id=filter_id, json=json)
