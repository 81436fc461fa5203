"""Events and room state: every statement about them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.rooms.store.tables import (
    CURRENT_STATE,
    EVENTS,
    MEMBERSHIPS,
    RELATIONS,
    ROOM_STATE,
    ROOMS,
    TXNS,
)
from courtyard.rooms.stored import StoredEvent
from courtyard.storage.statement import OneOf, Statement, Upsert, json_list
from courtyard.storage.tx import ReadTx, WriteTx


class RoomRow(NamedTuple):
    """One row of `rooms`."""

    room_no: int
    room_id: RoomId
    version: str
    creator: UserId
    published: int
    is_direct: int


E = EVENTS.c
EVENT = (
    E.position,
    E.room_no,
    E.event_id,
    E.type,
    E.state_key,
    E.sender,
    E.origin_server_ts,
    E.depth,
    E.json,
    E.txn,
    E.replaces,
    E.redacted_by,
    E.thread,
    E.notify,
    E.ordinal,
)
_ROOM = (
    ROOMS.c.room_no,
    ROOMS.c.room_id,
    ROOMS.c.version,
    ROOMS.c.creator,
    ROOMS.c.published,
    ROOMS.c.is_direct,
)
_room_no: sa.BindParameter[Any] = sa.bindparam("room_no")

INSERT_ROOM = Statement(sa.insert(ROOMS))
INSERT_EVENT = Statement(sa.insert(EVENTS))
INSERT_STATE = Statement(sa.insert(ROOM_STATE))
SET_CURRENT = Upsert(CURRENT_STATE, key=["room_no", "type", "state_key"], update=["position"])
INSERT_RELATION = Statement(sa.insert(RELATIONS))
INSERT_TXN = Statement(sa.insert(TXNS))

_ROOM_BY_ID = Statement(sa.select(*_ROOM).where(ROOMS.c.room_id == sa.bindparam("room_id")))
_ROOM_BY_NO = Statement(sa.select(*_ROOM).where(ROOMS.c.room_no == _room_no))
_EVENT_BY_ID = Statement(sa.select(*EVENT).where(E.event_id == sa.bindparam("event_id")))
_EVENT_AT = Statement(sa.select(*EVENT).where(E.position == sa.bindparam("position")))
_LAST_EVENT = Statement(
    sa.select(*EVENT).where(E.room_no == _room_no).order_by(E.position.desc()).limit(1)
)
_EVENTS_BACKWARDS = Statement(
    sa.select(*EVENT)
    .where(E.room_no == _room_no, E.position <= sa.bindparam("upto"))
    .where(E.position > sa.bindparam("after"))
    .order_by(E.position.desc())
    .limit(sa.bindparam("count"))
)
_EVENTS_FORWARDS = Statement(
    sa.select(*EVENT)
    .where(E.room_no == _room_no, E.position <= sa.bindparam("upto"))
    .where(E.position > sa.bindparam("after"))
    .order_by(E.position)
    .limit(sa.bindparam("count"))
)
_CURRENT = (
    sa.select(*EVENT)
    .select_from(CURRENT_STATE.join(EVENTS, CURRENT_STATE.c.position == E.position))
    .where(CURRENT_STATE.c.room_no == _room_no)
)
_CURRENT_ALL = Statement(_CURRENT)
_CURRENT_WITHOUT_MEMBERS = Statement(_CURRENT.where(CURRENT_STATE.c.type != "m.room.member"))
_CURRENT_ONE = Statement(
    _CURRENT.where(
        CURRENT_STATE.c.type == sa.bindparam("type"),
        CURRENT_STATE.c.state_key == sa.bindparam("state_key"),
    )
)
_S = ROOM_STATE.c
_STATE_ONE_AT = Statement(
    sa.select(*EVENT)
    .select_from(ROOM_STATE.join(EVENTS, _S.position == E.position))
    .where(
        _S.room_no == _room_no,
        _S.type == sa.bindparam("type"),
        _S.state_key == sa.bindparam("state_key"),
        _S.position <= sa.bindparam("position"),
    )
    .order_by(_S.position.desc())
    .limit(1)
)
_LATEST_AT = (
    sa.select(_S.type, _S.state_key, sa.func.max(_S.position).label("position"))
    .where(_S.room_no == _room_no, _S.position <= sa.bindparam("position"))
    .group_by(_S.type, _S.state_key)
    .subquery()
)
_STATE_AT = Statement(
    sa.select(*EVENT).select_from(_LATEST_AT.join(EVENTS, _LATEST_AT.c.position == E.position))
)
_CHANGED = (
    sa.select(_S.type, _S.state_key, sa.func.max(_S.position).label("position"))
    .where(
        _S.room_no == _room_no,
        _S.position > sa.bindparam("after"),
        _S.position <= sa.bindparam("upto"),
    )
    .group_by(_S.type, _S.state_key)
    .subquery()
)
_STATE_CHANGED = Statement(
    sa.select(*EVENT).select_from(_CHANGED.join(EVENTS, _CHANGED.c.position == E.position))
)
_STATE_HISTORY = Statement(
    sa.select(*EVENT)
    .select_from(ROOM_STATE.join(EVENTS, _S.position == E.position))
    .where(
        _S.room_no == _room_no,
        _S.type == sa.bindparam("type"),
        _S.state_key == sa.bindparam("state_key"),
    )
    .order_by(_S.position)
)
_MEMBERS_CHANGED = Statement(
    sa.select(_S.state_key)
    .where(_S.room_no == _room_no, _S.position > sa.bindparam("after"))
    .where(_S.position <= sa.bindparam("upto"), _S.type == "m.room.member")
    .distinct()
)
_EVENTS_BY_ID = Statement(sa.select(*EVENT).where(OneOf(E.event_id, "ids")))
_EVENTS_AT = Statement(sa.select(*EVENT).where(OneOf(E.position, "positions")))
_MEMBER_EVENTS = Statement(
    _CURRENT.where(
        CURRENT_STATE.c.type == "m.room.member", OneOf(CURRENT_STATE.c.state_key, "users")
    )
)
_JOINED = Statement(
    sa.select(MEMBERSHIPS.c.user_id, MEMBERSHIPS.c.display_name).where(
        MEMBERSHIPS.c.room_no == _room_no, MEMBERSHIPS.c.membership == "join"
    )
)
_TXN = Statement(
    sa.select(E.event_id)
    .select_from(TXNS.join(EVENTS, TXNS.c.position == E.position))
    .where(TXNS.c.key == sa.bindparam("key"))
)
_REDACT = Statement(
    sa.update(EVENTS)
    .where(E.event_id == sa.bindparam("target"))
    .values(
        json=sa.bindparam("new_json"), redacted_by=sa.bindparam("by"), notify=sa.bindparam("kind")
    )
)
_FORGET_RELATION = Statement(
    sa.delete(RELATIONS).where(
        RELATIONS.c.parent_id == sa.bindparam("parent_id"),
        RELATIONS.c.event_id == sa.bindparam("event_id"),
    )
)


def room(tx: ReadTx, room_id: RoomId) -> RoomRow | None:
    """Return a room by its id."""
    row = tx.one(_ROOM_BY_ID, room_id=room_id)
    return RoomRow(*row) if row else None


def room_by_no(tx: ReadTx, room_no: int) -> RoomRow | None:
    """Return a room by its number."""
    row = tx.one(_ROOM_BY_NO, room_no=room_no)
    return RoomRow(*row) if row else None


def event(tx: ReadTx, event_id: EventId) -> StoredEvent | None:
    """Return an event by its id, from whatever room."""
    row = tx.one(_EVENT_BY_ID, event_id=event_id)
    return StoredEvent(*row) if row else None


def event_at(tx: ReadTx, position: int) -> StoredEvent | None:
    """Return the event at a position."""
    row = tx.one(_EVENT_AT, position=position)
    return StoredEvent(*row) if row else None


def events_by_id(tx: ReadTx, event_ids: Sequence[str]) -> dict[str, StoredEvent]:
    """Return those of some events that exist."""
    if not event_ids:
        return {}
    rows = tx.all(_EVENTS_BY_ID, ids=json_list(event_ids))
    return {row[2]: StoredEvent(*row) for row in rows}


def events_at(tx: ReadTx, positions: Sequence[int]) -> dict[int, StoredEvent]:
    """Return the events at some positions."""
    if not positions:
        return {}
    rows = tx.all(_EVENTS_AT, positions=json_list(positions))
    return {row[0]: StoredEvent(*row) for row in rows}


def last_event(tx: ReadTx, room_no: int) -> StoredEvent | None:
    """Return a room's newest event."""
    row = tx.one(_LAST_EVENT, room_no=room_no)
    return StoredEvent(*row) if row else None


def events_before(
    tx: ReadTx, room_no: int, *, upto: int, after: int, count: int
) -> list[StoredEvent]:
    """Return up to `count` events with after < position ≤ upto, newest first."""
    rows = tx.all(_EVENTS_BACKWARDS, room_no=room_no, upto=upto, after=after, count=count)
    return [StoredEvent(*row) for row in rows]


def events_after(
    tx: ReadTx, room_no: int, *, after: int, upto: int, count: int
) -> list[StoredEvent]:
    """Return up to `count` events with after < position ≤ upto, oldest first."""
    rows = tx.all(_EVENTS_FORWARDS, room_no=room_no, upto=upto, after=after, count=count)
    return [StoredEvent(*row) for row in rows]


def current_state(tx: ReadTx, room_no: int, *, members: bool = True) -> list[StoredEvent]:
    """Return a room's state now, with or without its member events."""
    statement = _CURRENT_ALL if members else _CURRENT_WITHOUT_MEMBERS
    return [StoredEvent(*row) for row in tx.all(statement, room_no=room_no)]


def current_state_event(tx: ReadTx, room_no: int, type: str, state_key: str) -> StoredEvent | None:
    """Return the state event that stands at a key now."""
    row = tx.one(_CURRENT_ONE, room_no=room_no, type=type, state_key=state_key)
    return StoredEvent(*row) if row else None


def current_states_of(
    tx: ReadTx, room_nos: Sequence[int], types: Sequence[str]
) -> list[StoredEvent]:
    """Return the state of some types, with an empty state key, of many rooms at once."""
    if not room_nos:
        return []
    rows = tx.execute(
        sa.select(*EVENT)
        .select_from(CURRENT_STATE.join(EVENTS, CURRENT_STATE.c.position == E.position))
        .where(CURRENT_STATE.c.room_no.in_(list(room_nos)))
        .where(CURRENT_STATE.c.type.in_(list(types)), CURRENT_STATE.c.state_key == "")
    )
    return [StoredEvent(*row) for row in rows]


def member_events(tx: ReadTx, room_no: int, users: Sequence[str]) -> list[StoredEvent]:
    """Return the current member events of some users."""
    if not users:
        return []
    rows = tx.all(_MEMBER_EVENTS, room_no=room_no, users=json_list(users))
    return [StoredEvent(*row) for row in rows]


def state_event_at(
    tx: ReadTx, room_no: int, type: str, state_key: str, position: int
) -> StoredEvent | None:
    """Return the state event that stood at a key after everything up to `position`."""
    row = tx.one(_STATE_ONE_AT, room_no=room_no, type=type, state_key=state_key, position=position)
    return StoredEvent(*row) if row else None


def state_at(tx: ReadTx, room_no: int, position: int) -> list[StoredEvent]:
    """Return the whole state after everything up to `position`."""
    return [StoredEvent(*row) for row in tx.all(_STATE_AT, room_no=room_no, position=position)]


def state_changed(tx: ReadTx, room_no: int, *, after: int, upto: int) -> list[StoredEvent]:
    """Return, for each key that changed with after < position ≤ upto, what stands there at `upto`."""
    rows = tx.all(_STATE_CHANGED, room_no=room_no, after=after, upto=upto)
    return [StoredEvent(*row) for row in rows]


def members_changed(tx: ReadTx, room_no: int, *, after: int, upto: int) -> list[UserId]:
    """Return whose member event changed with after < position ≤ upto."""
    rows = tx.all(_MEMBERS_CHANGED, room_no=room_no, after=after, upto=upto)
    return [UserId(row[0]) for row in rows]


def state_history(tx: ReadTx, room_no: int, type: str, state_key: str) -> list[StoredEvent]:
    """Return everything that ever stood at a key, oldest first."""
    rows = tx.all(_STATE_HISTORY, room_no=room_no, type=type, state_key=state_key)
    return [StoredEvent(*row) for row in rows]


def joined(tx: ReadTx, room_no: int) -> dict[UserId, str | None]:
    """Return the joined members of a room with their display names in it."""
    return {UserId(user): name for user, name in tx.all(_JOINED, room_no=room_no)}


def sent_already(tx: ReadTx, key: bytes) -> EventId | None:
    """Return the event that a transaction made."""
    row = tx.one(_TXN, key=key)
    return EventId(row[0]) if row else None


def redact(tx: WriteTx, target: StoredEvent, json: bytes, by: EventId, notify: int) -> None:
    """Replace an event's body by its redacted form. The old bytes are gone from the log."""
    tx.run(_REDACT, target=target.event_id, new_json=json, by=by, kind=notify)


def forget_relation(tx: WriteTx, parent_id: str, event_id: str) -> None:
    """Remove one relation."""
    tx.run(_FORGET_RELATION, parent_id=parent_id, event_id=event_id)


def joined_at(tx: ReadTx, room_no: int, *, position: int) -> list[UserId]:
    """Return who was joined to a room after everything up to a position."""
    latest = (
        sa.select(_S.state_key, sa.func.max(_S.position).label("position"))
        .where(_S.room_no == room_no, _S.type == "m.room.member", _S.position <= position)
        .group_by(_S.state_key)
        .subquery()
    )
    rows = tx.execute(
        sa.select(E.state_key, E.json).select_from(
            latest.join(EVENTS, latest.c.position == E.position)
        )
    )
    return [
        UserId(user_id)
        for user_id, json in rows
        if msgspec.json.decode(json)["content"].get("membership") == "join"
    ]
