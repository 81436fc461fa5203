"""Reading a room's timeline: page by page, or around one event.

Positions stand in the tokens: `s<position>` is the place after everything up to that position. A page says how to go on as
long as there is more to see, also when a narrow filter has used up what one request may look at.

spec: client-server-api#syncing
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from courtyard.base.ids import EventId, RoomId, StreamPos
from courtyard.rooms.filters import RoomEventFilter
from courtyard.rooms.model import MEMBER
from courtyard.rooms.read_access import SCAN_MAX, Asker, Place, encode, enter, visible_event
from courtyard.rooms.render import render_state
from courtyard.rooms.store import events as store
from courtyard.rooms.store import relations as relations_store
from courtyard.rooms.stored import StoredEvent
from courtyard.rooms.tokens import Token, make_token
from courtyard.rooms.visibility import FOREVER, latest_visible, oldest_visible
from courtyard.storage.tx import ReadTx

ROWS_MAX = 1000
"""Rows that are read from the database at once."""


class Page(NamedTuple):
    """A piece of timeline in the order of reading."""

    events: list[StoredEvent]
    end: int | None
    """Where to go on; None when there is nothing more to see."""


class MessagesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What `/messages` is asked for."""

    forwards: bool
    start: Token | None
    stop: StreamPos | None
    limit: int
    wanted: RoomEventFilter


def messages(tx: ReadTx, asker: Asker, room_id: RoomId, request: MessagesRequest) -> bytes:
    """Return a page of a room's history, oldest first when reading forwards.

    Raises:
        NotInRoomError: the asker may see nothing of the room.

    spec: client-server-api#get_matrixclientv3roomsroomidmessages
    """
    place = enter(tx, asker, room_id)
    start = request.start
    if start is None:
        start = Token(StreamPos(0) if request.forwards else tx.position())
    page = read_page(
        tx,
        place,
        forwards=request.forwards,
        start=start.position,
        stop=request.stop,
        limit=request.limit,
        wanted=request.wanted,
    )
    answer: dict[str, object] = {
        "start": make_token(*start),
        "chunk": place.render(tx, page.events),
    }
    end = page.end
    if end is None and request.forwards and page.events:
        # More may be written at any time, and clients go on from here. An empty page ends it.
        end = page.events[-1].position
    if end is not None:
        answer["end"] = make_token(end)
    if request.wanted.lazy_load_members:
        members = senders_of(tx, place, page.events)
        answer["state"] = [
            msgspec.Raw(event)
            for event in render_state(tx, asker.user_id, members, room_id=place.room_id)
        ]
    return encode(answer)


def read_page(  # what a page is chosen by
    tx: ReadTx,
    place: Place,
    *,
    forwards: bool,
    start: int,
    stop: int | None,
    limit: int,
    wanted: RoomEventFilter,
) -> Page:
    """Return up to `limit` visible events from a place on, not going beyond another.

    At most `SCAN_MAX` events are looked at; then the page ends where that was.
    """
    if not wanted.allows_room(place.room_id):
        return Page([], None)
    is_narrow = not wanted.is_open() or bool(place.reader.ignored)
    found: list[StoredEvent] = []
    scanned, at = 0, start
    while True:
        count = limit + 1 - len(found)
        if is_narrow:
            count = min(ROWS_MAX, max(100, 2 * limit), SCAN_MAX - scanned)
        rows = _visible(tx, place, forwards=forwards, at=at, stop=stop, count=count)
        scanned += len(rows)
        found += _passing(tx, place, rows, wanted) if is_narrow else rows
        if len(found) > limit:
            found = found[:limit]
            return Page(found, _beyond(found[-1], forwards=forwards) if found else start)
        if len(rows) < count:
            return Page(found, None)
        at = _beyond(rows[-1], forwards=forwards)
        if scanned >= SCAN_MAX:
            return Page(found, at)


def _visible(  # one question, in either direction
    tx: ReadTx, place: Place, *, forwards: bool, at: int, stop: int | None, count: int
) -> list[StoredEvent]:
    if forwards:
        upto = FOREVER if stop is None else stop
        return oldest_visible(tx, place.sight, place.room_no, after=at, upto=upto, count=count)
    after = -1 if stop is None else stop
    return latest_visible(tx, place.sight, place.room_no, upto=at, after=after, count=count)


def _beyond(event: StoredEvent, *, forwards: bool) -> int:
    return event.position if forwards else event.position - 1


def _passing(
    tx: ReadTx, place: Place, rows: Sequence[StoredEvent], wanted: RoomEventFilter
) -> list[StoredEvent]:
    """Return those of some events that the filter lets through and that no ignored user has sent."""
    kept = [e for e in rows if not place.is_ignored(e) and wanted.allows_event(e)]
    if kept and (wanted.related_by_rel_types is not None or wanted.related_by_senders is not None):
        related = relations_store.parents_with(
            tx,
            place.room_no,
            [event.event_id for event in kept],
            rel_types=wanted.related_by_rel_types,
            senders=wanted.related_by_senders,
            not_senders=list(place.reader.ignored)[:SCAN_MAX],
        )
        kept = [event for event in kept if event.event_id in related]
    return kept


def senders_of(tx: ReadTx, place: Place, events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Return the member events of those who sent some events, as of the newest of these.

    spec: client-server-api#lazy-loading-room-members
    """
    if not events:
        return []
    newest = max(event.position for event in events)
    members = []
    senders = list(dict.fromkeys(event.sender for event in events))
    for member in store.member_events(tx, place.room_no, senders):
        found: StoredEvent | None = member
        if member.position > newest:
            found = store.state_event_at(tx, place.room_no, MEMBER, member.state_key or "", newest)
        if found is not None:
            members.append(found)
    return members


def context(
    tx: ReadTx,
    asker: Asker,
    room_id: RoomId,
    event_id: EventId,
    *,
    limit: int,
    wanted: RoomEventFilter,
) -> bytes:
    """Return an event with what happened before and after it, `limit` events besides itself.

    Raises:
        NotInRoomError: the asker may see nothing of the room.
        NotFoundError: there is no such event for them.

    spec: client-server-api#get_matrixclientv3roomsroomidcontexteventid
    """
    place = enter(tx, asker, room_id)
    event = visible_event(tx, place, event_id)
    at = event.position
    before_count = limit // 2
    before = read_page(
        tx, place, forwards=False, start=at - 1, stop=None, limit=before_count, wanted=wanted
    )
    after = read_page(
        tx, place, forwards=True, start=at, stop=None, limit=limit - before_count, wanted=wanted
    )
    oldest = before.events[-1] if before.events else event
    newest = after.events[-1] if after.events else event
    start = oldest.position - 1 if before.end is None else before.end
    end = newest.position if after.end is None else after.end
    shown = place.render(tx, [event, *before.events, *after.events])
    middle = 1 + len(before.events)
    state = state_around(tx, place, [event, *before.events, *after.events], wanted)
    return encode(
        {
            "start": make_token(start),
            "end": make_token(end),
            "event": shown[0],
            "events_before": shown[1:middle],
            "events_after": shown[middle:],
            "state": [
                msgspec.Raw(it) for it in render_state(tx, asker.user_id, state, room_id=room_id)
            ],
        }
    )


def state_around(
    tx: ReadTx, place: Place, events: Sequence[StoredEvent], wanted: RoomEventFilter
) -> list[StoredEvent]:
    """Return the state at the newest of some events; of the members only their senders, if so wished."""
    newest = max(event.position for event in events)
    state = state_as_of(tx, place.room_no, newest, members=not wanted.lazy_load_members)
    if wanted.lazy_load_members:
        state += senders_of(tx, place, events)
    return [event for event in state if wanted.allows_event(event)]


def state_as_of(
    tx: ReadTx, room_no: int, position: int, *, members: bool = True
) -> list[StoredEvent]:
    """Return a room's state after everything up to a position, with or without its member events."""
    current = store.current_state(tx, room_no, members=members)
    if all(event.position <= position for event in current):
        return current
    state = store.state_at(tx, room_no, position)
    return state if members else [event for event in state if event.type != MEMBER]
