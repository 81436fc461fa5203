"""What is asked about many rooms at once: a first `/sync` of an account in hundreds of rooms costs as much as it asks questions.

Each of these is asked about one room elsewhere, and the answer is the same.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.rooms.store.events import EVENT
from courtyard.rooms.store.members import WHOLE_ROOM
from courtyard.rooms.store.receipts import RECEIPT, ReceiptRow
from courtyard.rooms.store.tables import (
    CURRENT_STATE,
    EVENTS,
    MEMBERSHIPS,
    READ_MARKS,
    RECEIPTS,
    ROOM_STATE,
    ROOMS,
)
from courtyard.rooms.stored import StoredEvent
from courtyard.storage.statement import OneOf, Statement, any_of, json_list
from courtyard.storage.tx import ReadTx

ROOMS_AT_ONCE = 100
"""Rooms that are asked about at once: their newest events are in memory at one time."""

E = EVENTS.c
M = MEMBERSHIPS.c
_S = ROOM_STATE.c
_C = CURRENT_STATE.c
_MARK = READ_MARKS.c
_upto: sa.BindParameter[Any] = sa.bindparam("upto")
_user: sa.BindParameter[Any] = sa.bindparam("user_id")

# The position of the last of a room's `count` newest events; null where there are fewer.
_older = EVENTS.alias("older")
_oldest = (
    sa.select(_older.c.position)
    .where(_older.c.room_no == ROOMS.c.room_no, _older.c.position <= _upto)
    .order_by(_older.c.position.desc())
    .limit(1)
    .offset(sa.bindparam("others"))
    .correlate(ROOMS)
    .scalar_subquery()
)
_NEWEST = Statement(
    sa.select(*EVENT)
    .select_from(ROOMS.join(EVENTS, ROOMS.c.room_no == E.room_no))
    .where(OneOf(ROOMS.c.room_no, "rooms"))
    .where(E.position <= _upto, E.position >= sa.func.coalesce(_oldest, 0))
)
_HISTORY = (
    sa.select(*EVENT)
    .select_from(ROOM_STATE.join(EVENTS, _S.position == E.position))
    .where(OneOf(_S.room_no, "rooms"))
)
_OWN_MEMBER_EVENTS = Statement(_HISTORY.where(_S.type == "m.room.member", _S.state_key == _user))
_VISIBILITIES = Statement(
    _HISTORY.where(_S.type == "m.room.history_visibility", _S.state_key == "")
)
_MEMBER_COUNTS = Statement(
    sa.select(M.room_no, M.membership, sa.func.count())
    .where(OneOf(M.room_no, "rooms"), any_of(M.membership, "join", "invite", "knock"))
    .group_by(M.room_no, M.membership)
)
_STATE = (
    sa.select(*EVENT)
    .select_from(CURRENT_STATE.join(EVENTS, _C.position == E.position))
    .where(OneOf(_C.room_no, "rooms"))
)
_STATE_ALL = Statement(_STATE)
_STATE_WITHOUT_MEMBERS = Statement(_STATE.where(_C.type != "m.room.member"))
_RECEIPTS = Statement(sa.select(*RECEIPT).where(OneOf(RECEIPTS.c.room_no, "rooms")))
# What the whole room's mark covers is read, whatever thread it is in.
_UNREAD = ROOMS.outerjoin(
    READ_MARKS,
    sa.and_(
        _MARK.user_id == _user,
        _MARK.room_no == ROOMS.c.room_no,
        _MARK.thread == WHOLE_ROOM,
    ),
).join(EVENTS, E.room_no == ROOMS.c.room_no)
_BEHIND_MARK = E.position > sa.func.coalesce(_MARK.position, 0)
_IN_THREADS = Statement(
    sa.select(E.room_no, E.thread, E.position)
    .select_from(_UNREAD)
    .where(OneOf(ROOMS.c.room_no, "rooms"), _BEHIND_MARK, E.position <= _upto)
    .where(E.thread.is_not(None), E.notify > 0)
)
_COUNTING_OTHERWISE = Statement(
    sa.select(E.room_no, E.thread, E.position, E.notify)
    .select_from(_UNREAD)
    .where(OneOf(ROOMS.c.room_no, "rooms"), _BEHIND_MARK, E.position <= _upto)
    .where(sa.text("notify NOT IN (0, 1)"))
)


class Unread(NamedTuple):
    """What counts in one room though not by the running number."""

    in_threads: list[tuple[str, int]]
    otherwise: list[tuple[str | None, int, int]]


class ManyRooms(NamedTuple):
    """Facts about rooms that one user is joined to, by room number; a room that is not there has none."""

    newest: dict[int, list[StoredEvent]]
    """Up to as many as were asked for, oldest first."""
    own: dict[int, list[StoredEvent]]
    """The user's own member events, oldest first."""
    visibilities: dict[int, list[StoredEvent]]
    counts: dict[int, dict[str, int]]
    """How many are joined, how many invited, and how many knock."""
    receipts: dict[int, list[ReceiptRow]]
    unread: dict[int, Unread]


def many_rooms(
    tx: ReadTx, user_id: UserId, room_nos: Sequence[int], *, upto: int, count: int
) -> ManyRooms:
    """Read about up to `ROOMS_AT_ONCE` rooms what an answer needs that tells of them for the first time.

    Args:
        user_id: for whom; joined to all of them.
        upto: the answer's position.
        count: how many of each room's newest events, at least 1.
    """
    rooms = json_list(room_nos)
    found = ManyRooms({}, {}, {}, {}, {}, {})
    for row in tx.all(_NEWEST, rooms=rooms, upto=upto, others=count - 1):
        found.newest.setdefault(row[1], []).append(StoredEvent(*row))
    for row in tx.all(_OWN_MEMBER_EVENTS, rooms=rooms, user_id=user_id):
        found.own.setdefault(row[1], []).append(StoredEvent(*row))
    for row in tx.all(_VISIBILITIES, rooms=rooms):
        found.visibilities.setdefault(row[1], []).append(StoredEvent(*row))
    for events in (*found.newest.values(), *found.own.values(), *found.visibilities.values()):
        # Cheaper here than in the database, which would have to carry whole events through a sort.
        events.sort(key=_position)
    for room_no, membership, people in tx.all(_MEMBER_COUNTS, rooms=rooms):
        found.counts.setdefault(room_no, {})[membership] = people
    for receipt in sorted(map(_to_receipt, tx.all(_RECEIPTS, rooms=rooms)), key=_receipt_position):
        found.receipts.setdefault(receipt.room_no, []).append(receipt)
    for room_no, thread, position in tx.all(_IN_THREADS, rooms=rooms, user_id=user_id, upto=upto):
        _unread(found, room_no).in_threads.append((thread, position))
    rows = tx.all(_COUNTING_OTHERWISE, rooms=rooms, user_id=user_id, upto=upto)
    for room_no, thread, position, notify in rows:
        _unread(found, room_no).otherwise.append((thread, position, notify))
    return found


def current_states(
    tx: ReadTx, room_nos: Sequence[int], *, members: bool
) -> dict[int, list[StoredEvent]]:
    """Return the state of several rooms now, with or without their member events."""
    found: dict[int, list[StoredEvent]] = {room_no: [] for room_no in room_nos}
    if not found:
        return found
    statement = _STATE_ALL if members else _STATE_WITHOUT_MEMBERS
    for row in tx.all(statement, rooms=json_list(room_nos)):
        found[row[1]].append(StoredEvent(*row))
    return found


def _unread(found: ManyRooms, room_no: int) -> Unread:
    return found.unread.setdefault(room_no, Unread([], []))


def _position(event: StoredEvent) -> int:
    return event.position


def _to_receipt(row: tuple[Any, ...]) -> ReceiptRow:
    return ReceiptRow(*row)


def _receipt_position(receipt: ReceiptRow) -> int:
    return receipt.position
