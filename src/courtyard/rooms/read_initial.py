"""What rooms have to say in the deprecated `initialSync` and `events`, which old clients and test suites still use.

`sync.old_ways` adds what is not in rooms.

spec: client-server-api#get_matrixclientv3initialsync
"""

from typing import Any

import msgspec

from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.rooms.filters import RoomEventFilter
from courtyard.rooms.model import BAN, INVITE, JOIN, LEAVE
from courtyard.rooms.read_access import (
    SCAN_MAX,
    Asker,
    Place,
    enter,
    reader_of,
    state_position,
)
from courtyard.rooms.read_timeline import read_page, state_as_of
from courtyard.rooms.render import render_state
from courtyard.rooms.store import account_data as account_data_store
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.store import reading as reading_store
from courtyard.rooms.store.members import MembershipRow
from courtyard.rooms.tokens import make_token
from courtyard.rooms.visibility import FOREVER
from courtyard.storage.tx import ReadTx

ROOMS_MAX = 500
"""Rooms in one answer at the most: those whose membership changed last."""

EVENTS_MAX = 100

Section = dict[str, Any]


def room_section(tx: ReadTx, asker: Asker, room_id: RoomId, *, limit: int) -> Section:
    """Return a room's state and its newest events.

    Raises:
        NotInRoomError: the asker never was in the room, and it is not world-readable.

    spec: client-server-api#get_matrixclientv3roomsroomidinitialsync
    """
    return _section(tx, enter(tx, asker, room_id), limit)


def all_sections(tx: ReadTx, asker: Asker, *, limit: int, archived: bool) -> list[Section]:
    """Return every room of an account, as `room_section` does each.

    Args:
        archived: whether rooms that were left belong to it.

    spec: client-server-api#get_matrixclientv3initialsync
    """
    ignored = reader_of(tx, asker).ignored
    wanted = {JOIN, INVITE, LEAVE, BAN} if archived else {JOIN, INVITE}
    rows = [
        row
        for row in members_store.memberships_of(tx, asker.user_id)
        if row.membership in wanted
        and not row.forgotten
        and not (row.membership == INVITE and row.sender in ignored)
    ]
    rows.sort(key=lambda row: -row.position)
    rooms = [_room(tx, asker, row, limit) for row in rows[:ROOMS_MAX]]
    return [room for room in rooms if room is not None]


def _room(tx: ReadTx, asker: Asker, row: MembershipRow, limit: int) -> Section | None:
    if row.membership == INVITE:
        invitation = store.event_at(tx, row.position)
        if invitation is None:
            return None
        shown = render_state(tx, asker.user_id, [invitation], room_id=row.room_id)[0]
        return {
            "room_id": row.room_id,
            "membership": INVITE,
            "invite": msgspec.Raw(shown),
        }
    place = enter(tx, asker, row.room_id) if _was_in(tx, row) else None
    return None if place is None else _section(tx, place, limit)


def _was_in(tx: ReadTx, row: MembershipRow) -> bool:
    """Tell whether somebody was in a room, and was not only invited or kept out."""
    history = store.state_history(tx, row.room_no, "m.room.member", row.user_id)
    return any(b'"membership":"join"' in event.json for event in history)


def _section(tx: ReadTx, place: Place, limit: int) -> Section:
    asker = Asker(place.reader.user_id, place.reader.device_id)
    state = state_as_of(tx, place.room_no, state_position(tx, place))
    now = tx.position()
    page = read_page(
        tx, place, forwards=False, start=now, stop=None, limit=limit, wanted=RoomEventFilter()
    )
    events = page.events[::-1]
    section: Section = {
        "room_id": place.room_id,
        "messages": {
            "chunk": place.render(tx, events),
            "start": make_token(0 if page.end is None else page.end),
            "end": make_token(now),
        },
        "state": [
            msgspec.Raw(it) for it in render_state(tx, asker.user_id, state, room_id=place.room_id)
        ],
        "visibility": "public" if place.room.published else "private",
        "account_data": account_data(tx, asker.user_id, place.room_no),
    }
    membership = place.sight.membership_at(FOREVER)
    if place.sight.memberships and membership in (JOIN, INVITE, LEAVE, BAN):
        section["membership"] = membership
    return section


def account_data(tx: ReadTx, user_id: UserId, room_no: int) -> list[dict[str, object]]:
    """Return somebody's account data of one room, or what is of no room."""
    found = account_data_store.of_room(tx, user_id, room_no)
    # An empty object stands for what was deleted.
    return [{"type": k, "content": msgspec.Raw(body)} for k, body in found if body != b"{}"]


def new_events(
    tx: ReadTx, asker: Asker, *, after: StreamPos, room_id: RoomId | None
) -> tuple[list[msgspec.Raw], int]:
    """Return what was written after a position, in the asker's rooms or in one, and up to where that is all.

    Raises:
        NotInRoomError: they may see nothing of that room.

    spec: client-server-api#get_matrixclientv3events
    """
    now = max(after, tx.position())
    if room_id is None:
        return _new_anywhere(tx, asker, after, now)
    place = enter(tx, asker, room_id)
    page = read_page(
        tx,
        place,
        forwards=True,
        start=after,
        stop=None,
        limit=EVENTS_MAX,
        wanted=RoomEventFilter(),
    )
    return place.render(tx, page.events), now if page.end is None else page.end


def _new_anywhere(tx: ReadTx, asker: Asker, at: int, now: int) -> tuple[list[msgspec.Raw], int]:
    upto = min(now, at + SCAN_MAX)
    rows = reading_store.in_joined_rooms(tx, asker.user_id, after=at, upto=upto, count=EVENTS_MAX)
    shown: dict[int, msgspec.Raw] = {}
    for room_no in dict.fromkeys(row.room_no for row in rows):
        room = store.room_by_no(tx, room_no)
        assert room is not None
        place = enter(tx, asker, room.room_id)
        events = [row for row in rows if row.room_no == room_no and place.shows(row)]
        shown.update(zip((e.position for e in events), place.render(tx, events), strict=True))
    end = rows[-1].position if len(rows) == EVENTS_MAX else upto
    return [shown[position] for position in sorted(shown)], end
