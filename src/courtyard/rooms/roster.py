"""Who is joined to a room, for readers: from memory, or from the database the first time."""

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.store import events as store
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
