"""Finding rooms and people: every statement about the public directory and about who meets whom where."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.store.tables import CURRENT_STATE, EVENTS, MEMBERSHIPS, ROOMS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

M = MEMBERSHIPS.c


class Listed(NamedTuple):
    """A room of the public directory, with how many are joined to it."""

    room_no: int
    room_id: RoomId
    version: str
    joined_count: int


# Grouping keeps the database from working out the count again for each comparison.
_listed = (
    sa.select(
        ROOMS.c.room_no,
        ROOMS.c.room_id,
        ROOMS.c.version,
        sa.func.count(M.user_id).label("joined_count"),
    )
    .select_from(
        sa.outerjoin(
            ROOMS, MEMBERSHIPS, sa.and_(M.room_no == ROOMS.c.room_no, M.membership == "join")
        )
    )
    .where(ROOMS.c.published == 1)
    .group_by(ROOMS.c.room_no, ROOMS.c.room_id, ROOMS.c.version)
    .subquery()
)
_L = _listed.c
_COUNT = Statement(sa.select(sa.func.count()).where(ROOMS.c.published == 1))
_LISTED_AFTER = Statement(
    sa.select(_L.room_no, _L.room_id, _L.version, _L.joined_count)
    .where(
        sa.or_(
            _L.joined_count < sa.bindparam("joined_count"),
            sa.and_(
                _L.joined_count == sa.bindparam("same_count"),
                _L.room_no > sa.bindparam("room_no"),
            ),
        )
    )
    .order_by(_L.joined_count.desc(), _L.room_no)
    .limit(sa.bindparam("count"))
)
_LISTED_BEFORE = Statement(
    sa.select(_L.room_no, _L.room_id, _L.version, _L.joined_count)
    .where(
        sa.or_(
            _L.joined_count > sa.bindparam("joined_count"),
            sa.and_(
                _L.joined_count == sa.bindparam("same_count"),
                _L.room_no < sa.bindparam("room_no"),
            ),
        )
    )
    .order_by(_L.joined_count, _L.room_no.desc())
    .limit(sa.bindparam("count"))
)
_theirs = MEMBERSHIPS.alias("theirs")
_mutual = (
    MEMBERSHIPS.join(_theirs, _theirs.c.room_no == M.room_no).join(
        ROOMS, ROOMS.c.room_no == M.room_no
    ),
    (
        M.user_id == sa.bindparam("user_id"),
        M.membership == "join",
        _theirs.c.user_id == sa.bindparam("other_id"),
        _theirs.c.membership == "join",
    ),
)
_MUTUAL = Statement(
    sa.select(M.room_no, ROOMS.c.room_id)
    .select_from(_mutual[0])
    .where(*_mutual[1], M.room_no > sa.bindparam("after"))
    .order_by(M.room_no)
    .limit(sa.bindparam("count"))
)
_MUTUAL_COUNT = Statement(sa.select(sa.func.count()).select_from(_mutual[0]).where(*_mutual[1]))
_STATE_OF_TYPE = Statement(
    sa.select(EVENTS.c.state_key, EVENTS.c.sender, EVENTS.c.origin_server_ts, EVENTS.c.json)
    .select_from(CURRENT_STATE.join(EVENTS, CURRENT_STATE.c.position == EVENTS.c.position))
    .where(
        CURRENT_STATE.c.room_no == sa.bindparam("room_no"),
        CURRENT_STATE.c.type == sa.bindparam("type"),
    )
    .order_by(CURRENT_STATE.c.state_key)
    .limit(sa.bindparam("count"))
)
_BANNED = Statement(
    sa.select(EVENTS.c.state_key, EVENTS.c.json)
    .select_from(MEMBERSHIPS.join(EVENTS, M.position == EVENTS.c.position))
    .where(M.room_no == sa.bindparam("room_no"), M.membership == "ban")
    .order_by(M.position.desc())
    .limit(sa.bindparam("count"))
)
_ROOMS_OF = Statement(
    sa.select(M.room_no)
    .where(M.user_id == sa.bindparam("user_id"), M.membership == "join")
    .where(M.room_no > sa.bindparam("after"))
    .order_by(M.room_no)
    .limit(sa.bindparam("count"))
)


def listed_count(tx: ReadTx) -> int:
    """Return how many rooms the public directory holds."""
    row = tx.one(_COUNT)
    return int(row[0]) if row else 0


def listed_after(tx: ReadTx, joined_count: int, room_no: int, count: int) -> list[Listed]:
    """Return the rooms of the directory after a place in it: the largest first."""
    rows = tx.all(
        _LISTED_AFTER,
        joined_count=joined_count,
        same_count=joined_count,
        room_no=room_no,
        count=count,
    )
    return [Listed(*row) for row in rows]


def listed_before(tx: ReadTx, joined_count: int, room_no: int, count: int) -> list[Listed]:
    """Return the rooms of the directory before a place in it, the nearest first."""
    rows = tx.all(
        _LISTED_BEFORE,
        joined_count=joined_count,
        same_count=joined_count,
        room_no=room_no,
        count=count,
    )
    return [Listed(*row) for row in rows]


def joined_counts(tx: ReadTx, room_nos: Sequence[int]) -> dict[int, int]:
    """Return how many are joined to each of some rooms; rooms without anybody are left out."""
    if not room_nos:
        return {}
    rows = tx.execute(
        sa.select(M.room_no, sa.func.count())
        .where(M.room_no.in_(list(room_nos)), M.membership == "join")
        .group_by(M.room_no)
    )
    return {row[0]: row[1] for row in rows}


def mutual_rooms(
    tx: ReadTx, user_id: UserId, other_id: UserId, *, after: int, count: int
) -> list[tuple[int, RoomId]]:
    """Return (number, id) of rooms that both are joined to, in order of their numbers."""
    rows = tx.all(_MUTUAL, user_id=user_id, other_id=other_id, after=after, count=count)
    return [(room_no, RoomId(room_id)) for room_no, room_id in rows]


def mutual_count(tx: ReadTx, user_id: UserId, other_id: UserId) -> int:
    """Return how many rooms both are joined to."""
    row = tx.one(_MUTUAL_COUNT, user_id=user_id, other_id=other_id)
    return int(row[0]) if row else 0


def state_of_type(
    tx: ReadTx, room_no: int, type: str, *, count: int
) -> list[tuple[str, str, int, bytes]]:
    """Return (state key, sender, time, event) of the current state events of one type."""
    rows = tx.all(_STATE_OF_TYPE, room_no=room_no, type=type, count=count)
    return [(key, sender, ts, json) for key, sender, ts, json in rows]


def banned(tx: ReadTx, room_no: int, *, count: int) -> list[tuple[UserId, bytes]]:
    """Return who is banned from a room with the member event, the newest bans first."""
    rows = tx.all(_BANNED, room_no=room_no, count=count)
    return [(UserId(user_id), json) for user_id, json in rows]


def joined_room_nos(tx: ReadTx, user_id: UserId, *, after: int, count: int) -> list[int]:
    """Return the numbers of rooms that a user is joined to, in order, from the one after `after`."""
    rows = tx.all(_ROOMS_OF, user_id=user_id, after=after, count=count)
    return [row[0] for row in rows]
