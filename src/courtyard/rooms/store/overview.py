"""All rooms of one user at a glance: what `/sync` begins with."""

from typing import NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.store.tables import (
    EVENTS,
    MEMBERSHIPS,
    RECEIPTS,
    RELATIONS,
    ROOMS,
)
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx


class RoomGlance(NamedTuple):
    """One membership, and when its room last changed."""

    room_no: int
    room_id: RoomId
    membership: str
    position: int
    sender: UserId
    forgotten: int
    stripped: bytes | None
    last_event: int
    last_receipt: int | None
    has_relations: int


M = MEMBERSHIPS.c
_last_event = (
    sa.select(sa.func.max(EVENTS.c.position))
    .where(EVENTS.c.room_no == M.room_no)
    .correlate(MEMBERSHIPS)
    .scalar_subquery()
)
_last_receipt = (
    sa.select(sa.func.max(RECEIPTS.c.position))
    .where(RECEIPTS.c.room_no == M.room_no)
    .correlate(MEMBERSHIPS)
    .scalar_subquery()
)
_has_relations = (
    sa.select(RELATIONS.c.room_no)
    .where(RELATIONS.c.room_no == M.room_no)
    .correlate(MEMBERSHIPS)
    .exists()
)
_GLANCE = Statement(
    sa.select(
        M.room_no,
        ROOMS.c.room_id,
        M.membership,
        M.position,
        M.sender,
        M.forgotten,
        M.stripped,
        _last_event,
        _last_receipt,
        _has_relations,
    )
    .select_from(MEMBERSHIPS.join(ROOMS, M.room_no == ROOMS.c.room_no))
    .where(M.user_id == sa.bindparam("user_id"))
)


def rooms_at_a_glance(tx: ReadTx, user_id: UserId) -> list[RoomGlance]:
    """Return every room that a user has a membership of."""
    return [RoomGlance(*row) for row in tx.all(_GLANCE, user_id=user_id)]
