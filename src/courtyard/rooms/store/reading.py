"""Questions that only readers of a room ask: members, places in time, what is new anywhere."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.rooms.model import JOIN, MEMBER
from courtyard.rooms.store.tables import CURRENT_STATE, EVENTS, MEMBERSHIPS, ROOM_STATE
from courtyard.rooms.stored import StoredEvent
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx


class Moment(NamedTuple):
    """A place in a room's log and the time that its event bears."""

    ts: int
    position: int


E = EVENTS.c
_EVENT = [E[name] for name in StoredEvent._fields]
_room_no: sa.BindParameter[Any] = sa.bindparam("room_no")
_upto: sa.BindParameter[Any] = sa.bindparam("upto")
_after: sa.BindParameter[Any] = sa.bindparam("after")
_count: sa.BindParameter[Any] = sa.bindparam("count")

_MEMBERS_NOW = Statement(
    sa.select(*_EVENT)
    .select_from(CURRENT_STATE.join(EVENTS, CURRENT_STATE.c.position == E.position))
    .where(CURRENT_STATE.c.room_no == _room_no, CURRENT_STATE.c.type == MEMBER)
)
_S = ROOM_STATE.c
_LATEST = (
    sa.select(_S.state_key, sa.func.max(_S.position).label("position"))
    .where(_S.room_no == _room_no, _S.type == MEMBER, _S.position <= _upto)
    .group_by(_S.state_key)
    .subquery()
)
_MEMBERS_AT = Statement(
    sa.select(*_EVENT).select_from(_LATEST.join(EVENTS, _LATEST.c.position == E.position))
)
_JOINED_EVENTS = Statement(
    sa.select(MEMBERSHIPS.c.user_id, E.json)
    .select_from(MEMBERSHIPS.join(EVENTS, MEMBERSHIPS.c.position == E.position))
    .where(MEMBERSHIPS.c.room_no == _room_no, MEMBERSHIPS.c.membership == JOIN)
)
# Both follow the index `events_by_time` alone.
_FROM_TIME_ON = Statement(
    sa.select(E.origin_server_ts, E.position)
    .where(E.room_no == _room_no, E.position > _after, E.position <= _upto)
    .where(
        sa.tuple_(E.origin_server_ts, E.position)
        > sa.tuple_(sa.bindparam("ts"), sa.bindparam("position"))
    )
    .order_by(E.origin_server_ts, E.position)
    .limit(_count)
)
_UP_TO_TIME = Statement(
    sa.select(E.origin_server_ts, E.position)
    .where(E.room_no == _room_no, E.position > _after, E.position <= _upto)
    .where(
        sa.tuple_(E.origin_server_ts, E.position)
        < sa.tuple_(sa.bindparam("ts"), sa.bindparam("position"))
    )
    .order_by(E.origin_server_ts.desc(), E.position.desc())
    .limit(_count)
)
_IN_JOINED_ROOMS = Statement(
    sa.select(*_EVENT)
    .select_from(EVENTS.join(MEMBERSHIPS, MEMBERSHIPS.c.room_no == E.room_no))
    .where(MEMBERSHIPS.c.user_id == sa.bindparam("user_id"), MEMBERSHIPS.c.membership == JOIN)
    .where(E.position > _after, E.position <= _upto)
    .order_by(E.position)
    .limit(_count)
)


def members_now(tx: ReadTx, room_no: int) -> list[StoredEvent]:
    """Return every member event that stands in a room now."""
    return [StoredEvent(*row) for row in tx.all(_MEMBERS_NOW, room_no=room_no)]


def members_at(tx: ReadTx, room_no: int, position: int) -> list[StoredEvent]:
    """Return every member event that stood in a room after everything up to `position`."""
    return [StoredEvent(*row) for row in tx.all(_MEMBERS_AT, room_no=room_no, upto=position)]


def joined_events(tx: ReadTx, room_no: int) -> list[tuple[UserId, bytes]]:
    """Return the joined members of a room with their member events in stored form."""
    return [(UserId(user), json) for user, json in tx.all(_JOINED_EVENTS, room_no=room_no)]


def moments(  # one question, and where it goes on
    tx: ReadTx,
    room_no: int,
    beyond: Moment,
    *,
    after: int,
    upto: int,
    forwards: bool,
    count: int,
) -> list[Moment]:
    """Return up to `count` events of a room beyond a moment, the nearest in time first.

    Only those with after < position ≤ upto. `beyond` itself is not among them.
    """
    rows = tx.all(
        _FROM_TIME_ON if forwards else _UP_TO_TIME,
        room_no=room_no,
        ts=beyond.ts,
        position=beyond.position,
        after=after,
        upto=upto,
        count=count,
    )
    return [Moment(*row) for row in rows]


def in_joined_rooms(
    tx: ReadTx, user_id: UserId, *, after: int, upto: int, count: int
) -> list[StoredEvent]:
    """Return up to `count` events of a user's joined rooms, with after < position ≤ upto, in order."""
    rows = tx.all(_IN_JOINED_ROOMS, user_id=user_id, after=after, upto=upto, count=count)
    return [StoredEvent(*row) for row in rows]
