"""What a client wants to see: the filters of `/sync`, `/messages` and `/context`, and how they match.

spec: client-server-api#filtering
"""

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from courtyard.base.errors import BadJsonError
from courtyard.rooms.stored import StoredEvent, content_of

LIMIT_DEFAULT = 10
LIMIT_MAX = 1000
NAMES_MAX = 1000

F = TypeVar("F", bound=msgspec.Struct)
Names = Annotated[list[str], Meta(max_length=NAMES_MAX)]
# A name that can match nothing is a mistake to be told, not an answer that stays empty.
UserIds = Annotated[
    list[Annotated[str, Meta(pattern="^@[^:]*:.", max_length=255)]], Meta(max_length=NAMES_MAX)
]
RoomIds = Annotated[
    list[Annotated[str, Meta(pattern="^!.", max_length=255)]], Meta(max_length=NAMES_MAX)
]
Limit = Annotated[int, Meta(ge=0)]


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events, wherever they are. Absent lists allow everything; `not_` lists win."""

    limit: Limit | None = None
    not_senders: UserIds | None = None
    not_types: Names | None = None
    senders: UserIds | None = None
    types: Names | None = None

    def allows(self, type: str, sender: str) -> bool:
        """Tell whether an event of this type and sender passes."""
        if self.not_types is not None and _matches_any(self.not_types, type):
            return False
        if self.types is not None and not _matches_any(self.types, type):
            return False
        if self.not_senders is not None and sender in self.not_senders:
            return False
        return self.senders is None or sender in self.senders


class RoomEventFilter(EventFilter, frozen=True, kw_only=True):
    """Which events of rooms."""

    contains_url: bool | None = None
    include_redundant_members: bool = False
    lazy_load_members: bool = False
    unread_thread_notifications: bool = False
    not_rooms: RoomIds | None = None
    rooms: RoomIds | None = None
    related_by_rel_types: Names | None = None
    related_by_senders: UserIds | None = None

    @property
    def limit_or_default(self) -> int:
        """How many events at the most."""
        return LIMIT_DEFAULT if self.limit is None else min(self.limit, LIMIT_MAX)

    def is_open(self) -> bool:
        """Tell whether every event of every room passes."""
        return (
            self.types is None
            and self.not_types is None
            and self.senders is None
            and self.not_senders is None
            and self.contains_url is None
            and self.related_by_rel_types is None
            and self.related_by_senders is None
        )

    def allows_room(self, room_id: str) -> bool:
        """Tell whether events of a room may be shown at all."""
        if self.not_rooms is not None and room_id in self.not_rooms:
            return False
        return self.rooms is None or room_id in self.rooms

    def within(self, room_id: str) -> "RoomEventFilter":
        """Return what this filter lets through of one room."""
        return self if self.allows_room(room_id) else _NOTHING

    def allows_event(self, event: StoredEvent) -> bool:
        """Tell whether one event passes; relations are not looked at here."""
        if not self.allows(event.type, event.sender):
            return False
        if self.contains_url is None:
            return True
        return isinstance(content_of(event.json).get("url"), str) is self.contains_url


_NOTHING = RoomEventFilter(limit=0, types=[])


class RoomFilter(msgspec.Struct, frozen=True, kw_only=True):
    """The `room` part of a sync filter."""

    account_data: RoomEventFilter = RoomEventFilter()
    ephemeral: RoomEventFilter = RoomEventFilter()
    include_leave: bool = False
    not_rooms: RoomIds | None = None
    rooms: RoomIds | None = None
    state: RoomEventFilter = RoomEventFilter()
    timeline: RoomEventFilter = RoomEventFilter()

    def allows_room(self, room_id: str) -> bool:
        """Tell whether a room may appear in the answer."""
        if self.not_rooms is not None and room_id in self.not_rooms:
            return False
        return self.rooms is None or room_id in self.rooms


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A sync filter."""

    account_data: EventFilter = EventFilter()
    event_fields: Names | None = None
    event_format: Literal["client", "federation"] = "client"
    presence: EventFilter = EventFilter()
    room: RoomFilter = RoomFilter()


OPEN = Filter()


def _matches_any(patterns: list[str], type: str) -> bool:
    for pattern in patterns:
        if pattern == type:
            return True
        if "*" in pattern and _glob(pattern)(type):
            return True
    return False


def _glob(pattern: str) -> Callable[[str], bool]:
    """Return a matcher for a pattern in which `*` stands for anything; linear, whatever the pattern."""
    first, *middle, last = pattern.split("*")

    def matches(text: str) -> bool:
        if len(text) < len(first) + len(last) or not text.startswith(first):
            return False
        if not text.endswith(last):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return matches


def parse_filter(value: object) -> Filter:
    """Read a sync filter; keys we do not know are ignored.

    Raises:
        BadJsonError: a member has the wrong type.
    """
    return _convert(value, Filter)


def parse_room_event_filter(value: object) -> RoomEventFilter:
    """Read the filter of `/messages` and `/context`.

    Raises:
        BadJsonError: a member has the wrong type.
    """
    return _convert(value, RoomEventFilter)


def _convert(value: object, kind: type[F]) -> F:
    try:
        return msgspec.convert(_without_nulls(value), kind)
    except msgspec.ValidationError as error:
        message = f"The filter cannot be used: {error}"
        raise BadJsonError(message) from error


def _without_nulls(value: object) -> object:
    # Some clients write null for what they leave open.
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value
