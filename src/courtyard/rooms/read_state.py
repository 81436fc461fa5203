"""Reading a room's state: all of it, one piece, its members.

Who is in the room reads it as it is now; who has left reads it as it was then.
"""

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import RoomId, StreamPos
from courtyard.rooms.erased import conceal
from courtyard.rooms.errors import NotInRoomError
from courtyard.rooms.model import MEMBER, MEMBERSHIPS
from courtyard.rooms.read_access import Asker, encode, enter, state_position
from courtyard.rooms.read_timeline import state_as_of
from courtyard.rooms.render import render_state
from courtyard.rooms.store import events as store
from courtyard.rooms.store import reading as reading_store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.visibility import FOREVER
from courtyard.rooms.withheld import member_content, withhold
from courtyard.storage.tx import ReadTx


def room_state(tx: ReadTx, asker: Asker, room_id: RoomId) -> bytes:
    """Return a room's whole state.

    Raises:
        NotInRoomError: the asker never was in the room, and it is not world-readable.

    spec: client-server-api#get_matrixclientv3roomsroomidstate
    """
    place = enter(tx, asker, room_id)
    events = state_as_of(tx, place.room_no, state_position(tx, place))
    return encode(
        [msgspec.Raw(event) for event in render_state(tx, asker.user_id, events, room_id=room_id)]
    )


def state_event(  # the parts of the request
    tx: ReadTx,
    asker: Asker,
    room_id: RoomId,
    type: str,
    state_key: str,
    *,
    whole: bool,
) -> bytes:
    """Return one piece of a room's state: its content, or the whole event.

    Raises:
        NotInRoomError: the asker never was in the room, and it is not world-readable.
        NotFoundError: there is no such state.

    spec: client-server-api#get_matrixclientv3roomsroomidstateeventtypestatekey
    """
    place = enter(tx, asker, room_id)
    position = state_position(tx, place)
    found = (
        store.current_state_event(tx, place.room_no, type, state_key)
        if position == FOREVER
        else store.state_event_at(tx, place.room_no, type, state_key, position)
    )
    if found is None:
        message = "The room has no such state."
        raise NotFoundError(message)
    if whole:
        return bytes(place.render(tx, [found])[0])
    [shown], _ = withhold(tx, asker.user_id, conceal(tx, asker.user_id, [found]))
    return encode(content_of(shown.json))


def members(
    tx: ReadTx,
    asker: Asker,
    room_id: RoomId,
    *,
    at: StreamPos | None,
    membership: str | None,
    not_membership: str | None,
) -> bytes:
    """Return a room's member events, now or at a place in its timeline.

    Args:
        at: after everything up to there; never later than when the asker left.
        membership: only those with this membership …
        not_membership: … or without this one.

    Raises:
        NotInRoomError: the asker never was in the room, and it is not world-readable.

    spec: client-server-api#get_matrixclientv3roomsroomidmembers
    """
    assert {membership, not_membership} <= {None, *MEMBERSHIPS}
    place = enter(tx, asker, room_id)
    position = state_position(tx, place)
    if at is not None:
        # Not further back than what the asker can see: who was there before is not theirs to know.
        position = min(position, max(at, place.sight.ranges[0][0] - 1))
    events = (
        reading_store.members_now(tx, place.room_no)
        if position == FOREVER
        else reading_store.members_at(tx, place.room_no, position)
        or _first_member(tx, place.room_no)
    )
    if membership is not None or not_membership is not None:
        events = [e for e in events if _is_wanted(e, membership, not_membership)]
    return encode(
        {
            "chunk": [
                msgspec.Raw(e) for e in render_state(tx, asker.user_id, events, room_id=room_id)
            ]
        }
    )


def _first_member(tx: ReadTx, room_no: int) -> list[StoredEvent]:
    # `prev_batch` of a timeline that begins with the room lies before it; nobody asks whether it was empty.
    first = store.events_after(tx, room_no, after=0, upto=FOREVER, count=2)
    return [event for event in first if event.type == MEMBER]


def _is_wanted(event: StoredEvent, membership: str | None, not_membership: str | None) -> bool:
    # spec: the two parameters make an "or".
    actual = content_of(event.json).get("membership")
    return actual == membership or (not_membership is not None and actual != not_membership)


def joined_members(tx: ReadTx, asker: Asker, room_id: RoomId) -> bytes:
    """Return who is joined to a room, with their names and pictures in it.

    Raises:
        NotInRoomError: the asker is not joined.

    spec: client-server-api#get_matrixclientv3roomsroomidjoined_members
    """
    place = enter(tx, asker, room_id)
    if not place.is_joined():
        message = "You are not in this room."
        raise NotInRoomError(message)
    joined = {}
    for user_id, json in reading_store.joined_events(tx, place.room_no):
        content = member_content(tx, asker.user_id, user_id, content_of(json))
        shown = {
            "display_name": content.get("displayname"),
            "avatar_url": content.get("avatar_url"),
        }
        joined[user_id] = {key: value for key, value in shown.items() if isinstance(value, str)}
    return encode({"joined": joined})
