"""Reading one event: by its id, or as the one next to a time."""

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import EventId, RoomId
from courtyard.rooms.errors import NotInRoomError
from courtyard.rooms.read_access import (
    SCAN_MAX,
    Asker,
    Place,
    enter,
    event_not_found,
    visible_event,
)
from courtyard.rooms.store import events as store
from courtyard.rooms.store import reading as reading_store
from courtyard.rooms.store.reading import Moment
from courtyard.rooms.stored import StoredEvent
from courtyard.storage.tx import ReadTx

TIME_MAX = 2**53
MOMENTS_MAX = 100
"""Moments that are read from the database at once; nearly always the first one will do."""


def room_event(tx: ReadTx, asker: Asker, room_id: RoomId, event_id: EventId) -> bytes:
    """Return an event, its newest edit bundled with it and its own content untouched.

    Raises:
        NotFoundError: there is no such event for the asker.

    spec: client-server-api#get_matrixclientv3roomsroomideventeventid
    """
    place, event = _find(tx, asker, room_id, event_id)
    return bytes(place.render(tx, [event], is_direct=True)[0])


def _find(
    tx: ReadTx, asker: Asker, room_id: RoomId, event_id: EventId
) -> tuple[Place, StoredEvent]:
    try:
        place = enter(tx, asker, room_id)
    except NotInRoomError:
        raise event_not_found() from None
    return place, visible_event(tx, place, event_id)


def event_to_report(
    tx: ReadTx, asker: Asker, event_id: EventId, room_id: RoomId | None = None
) -> bytes:
    """Return an event for somebody who reports it: also one by a person whom they ignore. First one blocks, then one reports.

    Args:
        tx: the open transaction.
        asker: who reports.
        event_id: the event.
        room_id: where it has to stand; None: wherever it stands.

    Raises:
        NotFoundError: there is no such event for the asker.
    """
    event = store.event(tx, event_id)
    room = store.room_by_no(tx, event.room_no) if event is not None else None
    if event is None or room is None or room_id not in (None, room.room_id):
        raise event_not_found()
    try:
        place = enter(tx, asker, room.room_id)
    except NotInRoomError:
        raise event_not_found() from None
    if not place.sight.sees(event.position):
        raise event_not_found()
    everybody = msgspec.structs.replace(place.reader, ignored=frozenset())
    return bytes(
        msgspec.structs.replace(place, reader=everybody).render(tx, [event], is_whole=True)[0]
    )


def event_anywhere(tx: ReadTx, asker: Asker, event_id: EventId) -> bytes:
    """Return an event of whatever room.

    Raises:
        NotFoundError: there is no such event for the asker.

    spec: client-server-api#get_matrixclientv3eventseventid
    """
    event = store.event(tx, event_id)
    room = store.room_by_no(tx, event.room_no) if event is not None else None
    if room is None:
        raise event_not_found()
    return room_event(tx, asker, room.room_id, event_id)


def event_at_time(
    tx: ReadTx, asker: Asker, room_id: RoomId, ts: int, *, forwards: bool
) -> dict[str, object]:
    """Return the id and time of the visible event closest to a time, not before it or not after it.

    Raises:
        NotInRoomError: the asker may see nothing of the room.
        NotFoundError: there is no such event.

    spec: client-server-api#get_matrixclientv1roomsroomidtimestamp_to_event
    """
    place = enter(tx, asker, room_id)
    ts = max(-TIME_MAX, min(ts, TIME_MAX))
    # "Beyond" is meant strictly, so begin just outside.
    beyond = Moment(ts, -1) if forwards else Moment(ts, TIME_MAX)
    scanned = 0
    while scanned < SCAN_MAX:
        found = reading_store.moments(
            tx,
            place.room_no,
            beyond,
            after=place.sight.ranges[0][0] - 1,
            upto=place.sight.ranges[-1][1],
            forwards=forwards,
            count=MOMENTS_MAX,
        )
        for moment in found:
            event = store.event_at(tx, moment.position)
            if event is not None and place.shows(event):
                return {
                    "event_id": event.event_id,
                    "origin_server_ts": event.origin_server_ts,
                }
        if len(found) < MOMENTS_MAX:
            break
        scanned += len(found)
        beyond = found[-1]
    message = "There is no event at that time."
    raise NotFoundError(message)
