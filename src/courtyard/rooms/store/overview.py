"""All rooms of one user at a glance: what `/sync` begins with."""

from typing import NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.store.events import EVENT
from courtyard.rooms.store.tables import (
    EVENTS,
    MEMBERSHIPS,
    RECEIPTS,
    RELATIONS,
    ROOM_STATE,
    ROOMS,
)
from courtyard.rooms.stored import StoredEvent
from courtyard.storage.statement import Statement, any_of
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


_S = ROOM_STATE.c
_OF_JOINED = (
    sa.select(*EVENT)
    .select_from(
        MEMBERSHIPS.join(ROOM_STATE, _S.room_no == M.room_no).join(
            EVENTS, _S.position == EVENTS.c.position
        )
    )
    .where(M.user_id == sa.bindparam("user_id"), M.membership == "join")
    .order_by(_S.position)
)
_OWN_MEMBER_EVENTS = Statement(
    _OF_JOINED.where(_S.type == "m.room.member", _S.state_key == M.user_id)
)
_VISIBILITIES = Statement(
    _OF_JOINED.where(_S.type == "m.room.history_visibility", _S.state_key == "")
)
_theirs = MEMBERSHIPS.alias("theirs")
_MEMBER_COUNTS = Statement(
    sa.select(M.room_no, _theirs.c.membership, sa.func.count())
    .select_from(MEMBERSHIPS.join(_theirs, _theirs.c.room_no == M.room_no))
    .where(M.user_id == sa.bindparam("user_id"), M.membership == "join")
    .where(any_of(_theirs.c.membership, "join", "invite"))
    .group_by(M.room_no, _theirs.c.membership)
)


class Histories(NamedTuple):
    """What decides what a user may see, and how many are where, of every room they are joined to."""

    own: dict[int, list[StoredEvent]]
    visibilities: dict[int, list[StoredEvent]]
    counts: dict[int, dict[str, int]]


def histories(tx: ReadTx, user_id: UserId) -> Histories:
    """Read for all rooms at once what is otherwise read for one."""
    found = Histories({}, {}, {})
    for row in tx.all(_OWN_MEMBER_EVENTS, user_id=user_id):
        found.own.setdefault(row[1], []).append(StoredEvent(*row))
    for row in tx.all(_VISIBILITIES, user_id=user_id):
        found.visibilities.setdefault(row[1], []).append(StoredEvent(*row))
    for room_no, membership, count in tx.all(_MEMBER_COUNTS, user_id=user_id):
        found.counts.setdefault(room_no, {})[membership] = count
    return found


def rooms_at_a_glance(tx: ReadTx, user_id: UserId) -> list[RoomGlance]:
    """Return every room that a user has a membership of."""
    return [RoomGlance(*row) for row in tx.all(_GLANCE, user_id=user_id)]
