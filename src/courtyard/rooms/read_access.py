"""Who may read a room, and what of it: where every reading verb begins.

spec: client-server-api#room-history-visibility
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import DeviceId, EventId, RoomId, UserId
from courtyard.rooms.errors import NotInRoomError
from courtyard.rooms.ignores import IGNORED_USER_LIST, ignored_in
from courtyard.rooms.model import HISTORY_VISIBILITY, JOIN, WORLD_READABLE
from courtyard.rooms.render import Reader, render
from courtyard.rooms.rules_visibility import visibility_of
from courtyard.rooms.store import account_data as account_data_store
from courtyard.rooms.store import events as store
from courtyard.rooms.store.events import RoomRow
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.visibility import FOREVER, Sight, sight
from courtyard.storage.tx import ReadTx

SCAN_MAX = 10_000
"""Events that one request looks at, at the most; then it answers with what it has found."""


class Asker(msgspec.Struct, frozen=True):
    """Who asks, from which device."""

    user_id: UserId
    device_id: DeviceId


class Place(msgspec.Struct, frozen=True):
    """One room as one reader sees it."""

    room: RoomRow
    reader: Reader
    sight: Sight

    @property
    def room_no(self) -> int:
        """The room's number in the database."""
        return self.room.room_no

    @property
    def room_id(self) -> RoomId:
        """The room's id."""
        return self.room.room_id

    def is_joined(self) -> bool:
        """Tell whether the reader is in the room now."""
        return self.sight.membership_at(FOREVER) == JOIN

    def is_ignored(self, event: StoredEvent) -> bool:
        """Tell whether an event is left out because of who sent it. State is never left out.

        spec: client-server-api#ignoring-users
        """
        return event.state_key is None and event.sender in self.reader.ignored

    def shows(self, event: StoredEvent) -> bool:
        """Tell whether the reader may see an event of this room, and wants to."""
        return self.sight.sees(event.position) and not self.is_ignored(event)

    def render(
        self,
        tx: ReadTx,
        events: Sequence[StoredEvent],
        *,
        is_direct: bool = False,
        is_whole: bool = False,
    ) -> list[msgspec.Raw]:
        """Return events as the reader is sent them, with what relates to them; the flags as in `render`."""
        memberships = {e.position: self.sight.membership_at(e.position) for e in events}
        shown = render(
            tx,
            self.reader,
            events,
            room_id=self.room_id,
            memberships=memberships,
            sight=self.sight,
            is_direct=is_direct,
            is_whole=is_whole,
        )
        return [msgspec.Raw(event) for event in shown]


def reader_of(tx: ReadTx, asker: Asker) -> Reader:
    """Return what rendering needs to know about who asks."""
    ignored = account_data_store.content(
        tx, asker.user_id, account_data_store.GLOBAL, IGNORED_USER_LIST
    )
    return Reader(asker.user_id, asker.device_id, ignored_in(ignored))


def enter(tx: ReadTx, asker: Asker, room_id: RoomId) -> Place:
    """Return a room as somebody sees it who has been in it, or whom its history visibility lets in.

    Raises:
        NotInRoomError: they may see nothing of it, or there is no such room.
    """
    room = store.room(tx, room_id)
    if room is not None:
        seen = sight(tx, asker.user_id, room.room_no)
        if _shows_anything(seen):
            return Place(room, reader_of(tx, asker), seen)
    raise _not_in_room()


def _shows_anything(seen: Sight) -> bool:
    """Tell whether a sight has more to it than what was done to one's own membership."""
    own = {position for position, _ in seen.memberships}
    return any(
        last - first >= len(own) or not own.issuperset(range(first, last + 1))
        for first, last in seen.ranges
    )


def state_position(tx: ReadTx, place: Place) -> int:
    """Return the position whose state a reader is told: now, or when they left.

    Raises:
        NotInRoomError: they never were in the room, and it is not world-readable.

    spec: client-server-api#get_matrixclientv3roomsroomidstate
    """
    if place.is_joined() or is_world_readable(tx, place.room_no):
        return FOREVER
    memberships = place.sight.memberships
    for (_, before), (position, _) in zip(memberships[-2::-1], memberships[:0:-1], strict=True):
        if before == JOIN:
            return position
    raise _not_in_room()


def is_world_readable(tx: ReadTx, room_no: int) -> bool:
    """Tell whether anybody with an account may read what is written in a room now."""
    event = store.current_state_event(tx, room_no, HISTORY_VISIBILITY, "")
    return visibility_of(event and content_of(event.json)) == WORLD_READABLE


def visible_event(tx: ReadTx, place: Place, event_id: EventId) -> StoredEvent:
    """Return an event of a room.

    Raises:
        NotFoundError: there is none with this id, or the reader may not see it.
    """
    event = store.event(tx, event_id)
    if event is None or event.room_no != place.room_no or not place.shows(event):
        raise event_not_found()
    return event


def event_not_found() -> NotFoundError:
    """Return the one answer for what is missing and what is hidden."""
    message = "There is no such event, or you may not see it."
    return NotFoundError(message)


def _not_in_room() -> NotInRoomError:
    message = "You are not in this room."
    return NotInRoomError(message)


def encode(answer: Any) -> bytes:
    """Return an answer's JSON. Verbs do it, so that it happens on a reader's thread."""
    return msgspec.json.encode(answer)
