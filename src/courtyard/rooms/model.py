"""The words of a room: events, room versions, and the values that the rules know.

spec: client-server-api#room-events
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final, Protocol

import msgspec

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import EventId, RoomId, TimestampMs, UserId

StateKey = tuple[str, str]
"""Where a state event stands: (type, state_key)."""

# Event types that the rules of a room name.
CREATE: Final = "m.room.create"
MEMBER: Final = "m.room.member"
JOIN_RULES: Final = "m.room.join_rules"
POWER_LEVELS: Final = "m.room.power_levels"
THIRD_PARTY_INVITE: Final = "m.room.third_party_invite"
HISTORY_VISIBILITY: Final = "m.room.history_visibility"
GUEST_ACCESS: Final = "m.room.guest_access"
CANONICAL_ALIAS: Final = "m.room.canonical_alias"
REDACTION: Final = "m.room.redaction"
ENCRYPTION: Final = "m.room.encryption"
TOMBSTONE: Final = "m.room.tombstone"
NAME: Final = "m.room.name"
TOPIC: Final = "m.room.topic"
AVATAR: Final = "m.room.avatar"
SERVER_ACL: Final = "m.room.server_acl"
PINNED_EVENTS: Final = "m.room.pinned_events"
MESSAGE: Final = "m.room.message"
ENCRYPTED: Final = "m.room.encrypted"

# Memberships.
JOIN: Final = "join"
INVITE: Final = "invite"
LEAVE: Final = "leave"
BAN: Final = "ban"
KNOCK: Final = "knock"
MEMBERSHIPS: Final = frozenset({JOIN, INVITE, LEAVE, BAN, KNOCK})

# Join rules. The rule and the membership that "invite" and "knock" name share their words.
PUBLIC: Final = "public"
PRIVATE: Final = "private"
RESTRICTED: Final = "restricted"
KNOCK_RESTRICTED: Final = "knock_restricted"
JOIN_RULE_VALUES: Final = frozenset({PUBLIC, INVITE, KNOCK, RESTRICTED, KNOCK_RESTRICTED, PRIVATE})

# History visibilities.
WORLD_READABLE: Final = "world_readable"
SHARED: Final = "shared"
INVITED: Final = "invited"
JOINED: Final = "joined"
HISTORY_VISIBILITIES: Final = frozenset({WORLD_READABLE, SHARED, INVITED, JOINED})

GUESTS_CAN_JOIN: Final = "can_join"
GUESTS_FORBIDDEN: Final = "forbidden"

RESERVED_TYPES: Mapping[str, str] = MappingProxyType({"org.courtyard.payment": "wallet"})
"""Event types that only one feature may write, with the feature. A client that names one is refused."""


class NotAllowed(CourtyardError):
    """The rules of the room refuse the event. The message names the rule."""

    code: ClassVar[str] = "rooms.not_allowed"


class Malformed(NotAllowed):
    """The rules refuse what the event says, whoever says it: no power could make it right."""

    code: ClassVar[str] = "rooms.malformed"


class RoomVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between the room versions we build: 10, 11 and 12.

    The same in all three, and so no flag: power levels are integers, the join rules `restricted`
    and `knock_restricted` exist, JSON is strictly canonical, event ids are reference hashes.

    spec: rooms#feature-matrix
    """

    id: str
    implicit_creator: bool
    """From 11: the creator is the sender of the create event; `content.creator` is gone."""
    redacts_in_content: bool
    """From 11: a redaction names its target in `content`, before that at the top level."""
    redaction_v11: bool
    """From 11: the newer redaction algorithm (rooms/v11#redactions)."""
    create_event_room_id_is_hash: bool
    """From 12: the room id is the create event's id with `!`; that event has no `room_id`, and no
    other event lists it among its `auth_events`."""
    creators_privileged: bool
    """From 12: creators, `additional_creators` too, stand above every power level for ever."""

    def rule(self, number: str) -> str:
        """Return the number that this version gives to an authorisation rule of version 12.

        Version 12 put in rule 2 (the room id names the create event), rule 10.4 (creators have no
        entry among the power levels), and dropped 2.4 of the older versions. Rules 1.x kept theirs.
        """
        parts = [int(part) for part in number.split(".")]
        if self.create_event_room_id_is_hash or parts[0] == 1:
            return number
        if parts == [3, 4]:
            return "2.5"
        if parts[0] == 10 and parts[1] > 4:
            parts[1] -= 1
        parts[0] -= 1
        return ".".join(map(str, parts))


class EventFields(msgspec.Struct, frozen=True, kw_only=True):
    """An event before it is sealed: what its author and the room's log decide.

    `room_id` is empty for the create event of a room whose id is made from that event. `redacts` is
    the top-level field of version 10; later versions keep it in `content` (`rules_redaction.target`).
    """

    room_id: RoomId
    type: str
    sender: UserId
    content: dict[str, object]
    origin_server_ts: TimestampMs
    state_key: str | None = None
    depth: int = 1
    prev_events: tuple[EventId, ...] = ()
    auth_events: tuple[EventId, ...] = ()
    redacts: EventId | None = None


class Event(EventFields, frozen=True, kw_only=True):
    """A sealed event: its hashes are made, its size is checked, and so it never changes.

    `size_bytes` is the length of the PDU in canonical JSON with hashes and without signatures; it is 0
    when the event was read back from the log, where nobody asks for it.
    """

    event_id: EventId
    hashes: dict[str, str]
    size_bytes: int = 0

    @property
    def is_state(self) -> bool:
        """Tell whether the event replaces a piece of room state."""
        return self.state_key is not None


class AuthState(Protocol):
    """The room state that an event is judged against: the state before it, and nothing else."""

    def get(self, type: str, state_key: str, /) -> Event | None:
        """Return the state event that stands at (type, state_key)."""
        ...
