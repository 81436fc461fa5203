"""Rooms in use as readers see them: the newest events, encoded once, shared by everybody who watches.

Everything here belongs to the event loop. The writer hands over what it appended after the commit, and a view never holds
what is not durable. A view knows from where on it is complete; who needs more asks the database.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.model import MEMBER
from courtyard.rooms.store.receipts import ReceiptRow

RECEIPTS_MAX = 200
"""Receipts of a room in memory at the most."""

RING_MAX = 40
"""Events of a room in memory at the most."""

VIEWS_MAX = 4_000
"""Rooms with a view at the most."""

LATEST_MAX = 200_000
"""Rooms of which it is known in memory when they last changed, at the most."""


class Appended(NamedTuple):
    """One event, as the writer hands it over."""

    room_no: int
    room_id: RoomId
    position: int
    event_id: str
    type: str
    state_key: str | None
    sender: str
    json: bytes
    txn: str | None
    thread: str | None
    related_to: str | None
    notify: int
    ordinal: int
    exceptions: Mapping[UserId, tuple[bool, bool]]
    is_join: bool
    """Whether this is a member event by which somebody is joined."""
    origin_server_ts: int
    shown: bytes
    """`json` as a joined member sees it, encoded once for all of them; its `unsigned` is still open, for how old it is by then."""


class View:
    """The newest events and receipts of a room: all with position > `floor`."""

    __slots__ = ("floor", "receipts", "receipts_floor", "ring")

    def __init__(self, floor: int) -> None:
        """Start empty; complete from `floor` on."""
        self.floor = floor
        # Lists: most views hold an event or two, and an empty deque takes as much as ten of them.
        self.ring: list[Appended] = []
        self.receipts_floor = floor
        self.receipts: list[ReceiptRow] = []

    def add(self, appended: Appended) -> None:
        """Take in one event."""
        self.ring.append(appended)
        if len(self.ring) > RING_MAX:
            self.floor = self.ring.pop(0).position

    def add_receipt(self, row: ReceiptRow) -> None:
        """Take in one receipt."""
        self.receipts.append(row)
        if len(self.receipts) > RECEIPTS_MAX:
            self.receipts_floor = self.receipts.pop(0).position

    def events_after(self, position: int) -> list[Appended] | None:
        """Return the events after a position, oldest first; None when some may be missing."""
        if position < self.floor:
            return None
        found = []
        for event in reversed(self.ring):
            if event.position <= position:
                break
            found.append(event)
        return found[::-1]

    def receipts_after(self, position: int) -> list[ReceiptRow] | None:
        """Return the receipts after a position; None when some may be missing."""
        if position < self.receipts_floor:
            return None
        found = []
        for row in reversed(self.receipts):
            if row.position <= position:
                break
            found.append(row)
        return found[::-1]


class Views:
    """The views of rooms in use, and when each room that changed since the start last did."""

    def __init__(self) -> None:
        """Know nothing yet: not even from where on (`start_at`)."""
        self._views: OrderedDict[RoomId, View] = OrderedDict()
        self._rosters: OrderedDict[RoomId, set[UserId]] = OrderedDict()
        self._latest: dict[RoomId, int] = {}
        self._floor = 2**62
        self.member_events: OrderedDict[tuple[RoomId, str], tuple[str, bytes] | None] = (
            OrderedDict()
        )

    def start_at(self, position: int) -> None:
        """Begin: everything after this position will be heard of."""
        self._floor = position

    def knows_since(self, position: int) -> bool:
        """Tell whether every change after a position was heard of."""
        return position >= self._floor

    def latest(self, room_id: RoomId) -> int:
        """Return when a room last changed, as far as was heard; 0 when it did not."""
        return self._latest.get(room_id, 0)

    def get(self, room_id: RoomId) -> View | None:
        """Return a room's view, if it is in memory."""
        return self._views.get(room_id)

    def apply(self, appended: Appended) -> None:
        """Take in one event that is durable now."""
        self._changed(appended.room_id, appended.position).add(appended)
        if appended.type == MEMBER and appended.state_key is not None:
            self.member_events.pop((appended.room_id, appended.state_key), None)
            roster = self._rosters.get(appended.room_id)
            if roster is not None:
                user_id = UserId(appended.state_key)
                (roster.add if appended.is_join else roster.discard)(user_id)

    def apply_receipt(self, room_id: RoomId, row: ReceiptRow) -> None:
        """Take in one receipt that is durable now."""
        self._changed(room_id, row.position).add_receipt(row)

    def roster(self, room_id: RoomId, load: Callable[[], Iterable[UserId]]) -> set[UserId]:
        """Return who is joined to a room; `load` reads it from the database the first time."""
        found = self._rosters.get(room_id)
        if found is None:
            found = self._rosters[room_id] = set(load())
            if len(self._rosters) > VIEWS_MAX:
                self._rosters.popitem(last=False)
        return found

    def drop(self, room_id: RoomId) -> None:
        """Forget a room, because something that was already handed over has changed."""
        self._views.pop(room_id, None)
        for key in [key for key in self.member_events if key[0] == room_id]:
            del self.member_events[key]

    def _changed(self, room_id: RoomId, position: int) -> View:
        self._latest[room_id] = position
        if len(self._latest) > LATEST_MAX:
            self._latest = {room_id: position}
            self._floor = position - 1
        view = self._views.get(room_id)
        if view is None:
            # This is the first change we hear of, so all that came before is missing.
            view = self._views[room_id] = View(position - 1)
            if len(self._views) > VIEWS_MAX:
                self._views.popitem(last=False)
        else:
            self._views.move_to_end(room_id)
        return view
