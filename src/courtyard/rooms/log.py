"""What other packages may ask of the log. The statements themselves are `rooms`' own affair."""

from courtyard.rooms.store.account_data import GLOBAL
from courtyard.rooms.store.account_data import changed as account_data_changed
from courtyard.rooms.store.account_data import content as account_data_content
from courtyard.rooms.store.account_data import of_room as account_data_of_room
from courtyard.rooms.store.events import (
    current_state,
    current_state_event,
    event,
    event_at,
    events_after,
    events_before,
    joined,
    joined_at,
    member_events,
    members_changed,
    room,
    room_by_no,
    state_at,
    state_changed,
    state_event_at,
)
from courtyard.rooms.store.many import ROOMS_AT_ONCE, ManyRooms, Unread, current_states, many_rooms
from courtyard.rooms.store.members import (
    all_exceptions,
    all_marks,
    counting_otherwise,
    exceptions,
    gone,
    heroes,
    invited,
    knocking,
    marks,
    member_counts,
    memberships_of,
    ordinal_at,
    shares_room,
    sharing,
    unread_in_threads,
    writes_to,
)
from courtyard.rooms.store.overview import RoomGlance, rooms_at_a_glance
from courtyard.rooms.store.reading import in_joined_rooms
from courtyard.rooms.store.receipts import ReceiptRow
from courtyard.rooms.store.receipts import changed as receipts_changed

__all__ = [
    "GLOBAL",
    "ROOMS_AT_ONCE",
    "ManyRooms",
    "ReceiptRow",
    "RoomGlance",
    "Unread",
    "account_data_changed",
    "account_data_content",
    "account_data_of_room",
    "all_exceptions",
    "all_marks",
    "counting_otherwise",
    "current_state",
    "current_state_event",
    "current_states",
    "event",
    "event_at",
    "events_after",
    "events_before",
    "exceptions",
    "gone",
    "heroes",
    "in_joined_rooms",
    "invited",
    "joined",
    "joined_at",
    "knocking",
    "many_rooms",
    "marks",
    "member_counts",
    "member_events",
    "members_changed",
    "memberships_of",
    "ordinal_at",
    "receipts_changed",
    "room",
    "room_by_no",
    "rooms_at_a_glance",
    "shares_room",
    "sharing",
    "state_at",
    "state_changed",
    "state_event_at",
    "unread_in_threads",
    "writes_to",
]
