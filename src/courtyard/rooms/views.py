"""Rooms in use as readers see them: the newest events, encoded once, shared by everybody who watches.

Everything here belongs to the event loop. The writer hands over what it appended after the commit; a view that is
missing is built from the database. A view never holds what is not durable.
"""

from collections import OrderedDict, deque
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


class View:
    """The newest events of a room. All with position > `floor` are in `ring`."""

    __slots__ = ("floor", "receipts", "receipts_floor", "ring")

    def __init__(self, floor: int) -> None:
        """Start empty; complete from `floor` on."""
        self.floor = floor
        self.ring: deque[Appended] = deque()
        self.receipts_floor = floor
        self.receipts: deque[ReceiptRow] = deque()

    def add(self, appended: Appended) -> None:
        """Take in one event."""
        self.ring.append(appended)
        if len(self.ring) > RING_MAX:
            self.floor = self.ring.popleft().position

    def add_receipt(self, row: ReceiptRow) -> None:
        """Take in one receipt."""
        self.receipts.append(row)
        if len(self.receipts) > RECEIPTS_MAX:
            self.receipts_floor = self.receipts.popleft().position


class Views:
    """The views of rooms in use, and the newest position of each room that changed since the start."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._views: OrderedDict[RoomId, View] = OrderedDict()
        self._rosters: OrderedDict[RoomId, set[UserId]] = OrderedDict()

    def get(self, room_id: RoomId) -> View | None:
        """Return a room's view, if it is in memory."""
        return self._views.get(room_id)

    def apply(self, appended: Appended) -> None:
        """Take in one event that is durable now."""
        view = self._views.get(appended.room_id)
        if view is None:
            # This event is the first one we hear of, so all that came before is missing.
            view = self._views[appended.room_id] = View(appended.position - 1)
            if len(self._views) > VIEWS_MAX:
                self._views.popitem(last=False)
        else:
            self._views.move_to_end(appended.room_id)
        view.add(appended)
        if appended.type == MEMBER and appended.state_key is not None:
            roster = self._rosters.get(appended.room_id)
            if roster is not None:
                user_id = UserId(appended.state_key)
                (roster.add if appended.is_join else roster.discard)(user_id)

    def roster(self, room_id: RoomId, load: Callable[[], Iterable[UserId]]) -> set[UserId]:
        """Return who is joined to a room; `load` reads it from the database the first time."""
        found = self._rosters.get(room_id)
        if found is None:
            found = self._rosters[room_id] = set(load())
            if len(self._rosters) > VIEWS_MAX:
                self._rosters.popitem(last=False)
        return found

    def apply_receipt(self, room_id: RoomId, row: ReceiptRow) -> None:
        """Take in one receipt that is durable now."""
        view = self._views.get(room_id)
        if view is not None:
            view.add_receipt(row)

    def drop(self, room_id: RoomId) -> None:
        """Forget a room, because something that was already handed over has changed."""
        self._views.pop(room_id, None)
