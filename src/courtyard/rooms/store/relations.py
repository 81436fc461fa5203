"""Relations between events: every statement about them."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.rooms.store.tables import RELATIONS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx


class RelationRow(NamedTuple):
    """One event that relates to another."""

    parent_id: str
    position: int
    rel_type: str
    type: str
    sender: str
    key: str | None
    event_id: str


R = RELATIONS.c
_ROW = (R.parent_id, R.position, R.rel_type, R.type, R.sender, R.key, R.event_id)

_HAS_ANNOTATED = Statement(
    sa.select(R.event_id)
    .where(
        R.parent_id == sa.bindparam("parent_id"),
        R.rel_type == "m.annotation",
        R.type == sa.bindparam("type"),
        R.sender == sa.bindparam("sender"),
        R.key == sa.bindparam("key"),
    )
    .limit(1)
)
_OF_PARENT = Statement(
    sa.select(*_ROW).where(R.parent_id == sa.bindparam("parent_id")).order_by(R.position)
)


def has_annotated(tx: ReadTx, parent_id: str, type: str, sender: UserId, key: str) -> bool:
    """Tell whether a user has annotated an event with this type and key."""
    found = tx.one(_HAS_ANNOTATED, parent_id=parent_id, type=type, sender=sender, key=key)
    return found is not None


def of_parent(tx: ReadTx, parent_id: str) -> list[RelationRow]:
    """Return everything that relates to an event, oldest first."""
    return [RelationRow(*row) for row in tx.all(_OF_PARENT, parent_id=parent_id)]


def of_parents(tx: ReadTx, parent_ids: Sequence[str]) -> dict[str, list[RelationRow]]:
    """Return everything that relates to some events, oldest first."""
    found: dict[str, list[RelationRow]] = {}
    if parent_ids:
        rows = tx.execute(
            sa.select(*_ROW).where(R.parent_id.in_(list(parent_ids))).order_by(R.position)
        )
        for row in rows:
            found.setdefault(row[0], []).append(RelationRow(*row))
    return found
