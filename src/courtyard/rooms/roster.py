"""Who is joined to a room, for readers: from memory, or from the database the first time."""

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.model import JOIN
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members
from courtyard.rooms.views import Views
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx


def roster(db: Database, room_id: RoomId) -> set[UserId]:
    """Return the joined members of a room. Call it on the event loop; do not change the set."""
    views = db.world.memory(Views)
    return views.roster(room_id, lambda: db.read_inline(_joined, room_id))


def _joined(tx: ReadTx, room_id: RoomId) -> list[UserId]:
    room = store.room(tx, room_id)
    return [] if room is None else list(store.joined(tx, room.room_no))


def is_joined(tx: ReadTx, user_id: UserId, room_id: RoomId) -> bool:
    """Tell whether somebody is in a room now; no room has no members."""
    room = store.room(tx, room_id)
    found = None if room is None else members.membership(tx, user_id, room.room_no)
    return found is not None and found.membership == JOIN
