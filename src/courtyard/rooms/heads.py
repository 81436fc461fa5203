"""The state of rooms in use, in memory, as the writer sees it.

A `Head` belongs to the writer's thread. A verb sees what earlier verbs of the same transaction did. When a verb or the
commit fails, the head is dropped and loaded again from the database: there is nothing to repair.
"""

from collections import OrderedDict

from courtyard.base.ids import EventId, RoomId, TimestampMs, UserId
from courtyard.rooms.errors import NotInRoomError
from courtyard.rooms.model import CREATE, MEMBER, Event, RoomVersion, StateKey
from courtyard.rooms.store import events as store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.storage.tx import ReadTx, WriteTx

MEMBER_EVENTS_MAX = 1024
"""Member events kept for one room at the most; the rest is read when a rule asks."""

READERS_MAX = 1024
"""For how many members and threads of a room it is remembered that nothing is left to clear."""


def to_event(stored: StoredEvent, room_id: RoomId) -> Event:
    """Return a stored event as the rules know it."""
    return Event(
        room_id=room_id,
        type=stored.type,
        sender=UserId(stored.sender),
        content=content_of(stored.json),
        origin_server_ts=TimestampMs(stored.origin_server_ts),
        state_key=stored.state_key,
        depth=stored.depth,
        event_id=EventId(stored.event_id),
        hashes={},
    )


class Head:
    """Where a room stands: its state, who is joined, its newest event. An `AuthState`."""

    __slots__ = (
        "_member_events",
        "_tx",
        "_up_to_date",
        "depth",
        "is_direct",
        "joined",
        "latest_event_id",
        "ordinal",
        "positions",
        "room_id",
        "room_no",
        "state",
        "version",
    )

    def __init__(self, room_no: int, room_id: RoomId, version: RoomVersion) -> None:
        """Start with a room that has no events yet."""
        self.room_no = room_no
        self.room_id = room_id
        self.version = version
        self.is_direct = False
        self.state: dict[StateKey, Event] = {}
        self.positions: dict[StateKey, int] = {}
        self.joined: dict[UserId, str | None] = {}
        self.latest_event_id: EventId | None = None
        self.depth = 0
        self.ordinal = 0
        self._member_events: OrderedDict[str, tuple[int, Event]] = OrderedDict()
        self._up_to_date: set[tuple[UserId, str]] = set()
        self._tx: ReadTx | None = None

    @property
    def room_type(self) -> str | None:
        """The `type` of the create event, if the room has one."""
        create = self.state.get((CREATE, ""))
        value = create.content.get("type") if create else None
        return value if isinstance(value, str) else None

    def bind(self, tx: ReadTx) -> "Head":
        """Let look-ups of members that are not in memory go through `tx`."""
        self._tx = tx
        return self

    def get(self, type: str, state_key: str, /) -> Event | None:
        """Return the state event that stands at a key."""
        if type != MEMBER:
            return self.state.get((type, state_key))
        found = self._member(state_key)
        return found[1] if found else None

    def position_of(self, type: str, state_key: str) -> int | None:
        """Return the position of the state event that stands at a key."""
        if type != MEMBER:
            return self.positions.get((type, state_key))
        found = self._member(state_key)
        return found[0] if found else None

    def put(self, event: Event, position: int) -> None:
        """Let a state event take its place."""
        assert event.state_key is not None
        if event.type == MEMBER:
            self._keep_member(event.state_key, position, event)
        else:
            self.state[event.type, event.state_key] = event
            self.positions[event.type, event.state_key] = position

    def is_up_to_date(self, user_id: UserId, thread: str) -> bool:
        """Tell whether it is known that a member has no unread exceptions in a thread: then none need be looked for."""
        return (user_id, thread) in self._up_to_date

    def has_read(self, user_id: UserId, thread: str) -> None:
        """Note that a member's unread exceptions in a thread are all gone."""
        if len(self._up_to_date) >= READERS_MAX:
            self._up_to_date.clear()
        self._up_to_date.add((user_id, thread))

    def has_unread(self, user_id: UserId, thread: str) -> None:
        """Note that a member has an unread exception in a thread now."""
        self._up_to_date.discard((user_id, thread))

    def _member(self, user_id: str) -> tuple[int, Event] | None:
        found = self._member_events.get(user_id)
        if found is None and self._tx is not None:
            stored = store.current_state_event(self._tx, self.room_no, MEMBER, user_id)
            if stored is None:
                return None
            found = (stored.position, to_event(stored, self.room_id))
            self._keep_member(user_id, *found)
        return found

    def _keep_member(self, user_id: str, position: int, event: Event) -> None:
        if len(self._member_events) >= MEMBER_EVENTS_MAX:
            self._member_events.popitem(last=False)
        self._member_events[user_id] = (position, event)


class Heads:
    """The heads of rooms in use, the least recently used dropped first. Writer's thread only."""

    def __init__(self) -> None:
        """Know no room yet."""
        self._heads: OrderedDict[RoomId, Head] = OrderedDict()

    def get(self, tx: WriteTx, room_id: RoomId) -> Head:
        """Return a room's head.

        Raises:
            NotInRoomError: there is no such room.
        """
        head = self._heads.get(room_id)
        if head is None:
            head = load(tx, room_id)
            self.put(tx, head)
        else:
            self._heads.move_to_end(room_id)
        return head.bind(tx)

    def put(self, tx: WriteTx, head: Head) -> None:
        """Keep the head of a room; drop the one that was not used for the longest."""
        room_id = head.room_id
        # The room may be one that this transaction makes, and then never was.
        tx.on_rollback(lambda: self.drop(room_id))
        self._heads[room_id] = head
        if len(self._heads) > tx.settings.memory_rooms_max:
            self._heads.popitem(last=False)

    def drop(self, room_id: RoomId) -> None:
        """Forget a room, so that it is loaded anew."""
        self._heads.pop(room_id, None)

    def clear(self) -> None:
        """Forget every room."""
        self._heads.clear()


def load(tx: ReadTx, room_id: RoomId) -> Head:
    """Build a room's head from the database.

    Raises:
        NotInRoomError: there is no such room.
    """
    row = store.room(tx, room_id)
    if row is None:
        message = "You are not in this room."
        raise NotInRoomError(message)
    head = Head(row.room_no, row.room_id, ROOM_VERSIONS[row.version])
    head.is_direct = bool(row.is_direct)
    for stored in store.current_state(tx, row.room_no, members=False):
        head.put(to_event(stored, room_id), stored.position)
    head.joined = store.joined(tx, row.room_no)
    last = store.last_event(tx, row.room_no)
    if last is not None:
        head.latest_event_id = EventId(last.event_id)
        head.depth = last.depth
        head.ordinal = last.ordinal
    return head.bind(tx)
