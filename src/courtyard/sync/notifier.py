"""Wakes the long polls that a change concerns. Belongs to the event loop.

The bus says that a room, an account or a device has something new; here that becomes "these people's polls".
"""

import asyncio
from collections.abc import Collection

from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.bus.topics import Topic
from courtyard.e2ee.memory import E2eeMemory
from courtyard.rooms import log
from courtyard.rooms.roster import roster
from courtyard.storage.database import Database


class Notifier:
    """Who waits for something new."""

    def __init__(self, db: Database) -> None:
        """Listen to the bus of a database."""
        self._db = db
        self._waiting: dict[UserId, set[asyncio.Future[None]]] = {}
        self.is_closing = False
        db.bus.subscribe(self._wake)

    @property
    def waiting_count(self) -> int:
        """How many polls wait now."""
        return sum(map(len, self._waiting.values()))

    def wait(self, user_id: UserId) -> asyncio.Future[None]:
        """Return a future that is done as soon as something may be new for a user."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user_id, set()).add(future)
        return future

    def let_go(self) -> None:
        """Wake everybody because the server stops; whoever has nothing new gets an empty answer."""
        self.is_closing = True
        for user_id in list(self._waiting):
            self.wake_user(user_id)

    def leave(self, user_id: UserId, future: asyncio.Future[None]) -> None:
        """Stop to wait."""
        waiting = self._waiting.get(user_id)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                del self._waiting[user_id]

    def wake_user(self, user_id: UserId) -> None:
        """Wake everything that waits for one user."""
        for future in self._waiting.pop(user_id, ()):
            if not future.done():
                future.set_result(None)

    def wake_users(self, users: Collection[UserId]) -> None:
        """Wake those of some users who wait."""
        if not self._waiting:
            return
        if len(users) > len(self._waiting):
            awake = [user_id for user_id in self._waiting if user_id in users]
        else:
            awake = [user_id for user_id in users if user_id in self._waiting]
        for user_id in awake:
            self.wake_user(user_id)

    def wake_room(self, room_id: RoomId) -> None:
        """Wake everybody who is joined to a room."""
        if self._waiting:
            self.wake_users(roster(self._db, room_id))

    def wake_sharing(self, user_id: UserId) -> None:
        """Wake everybody who shares a room with a user."""
        if self._waiting:
            self.wake_users(self._db.read_inline(log.sharing, user_id))

    def _wake(self, topic: Topic, position: StreamPos) -> None:
        if not self._waiting:
            return
        kind, _, name = topic.partition(":")
        if kind == "room":
            self.wake_room(RoomId(name))
        elif kind == "user":
            user_id = UserId(name)
            self.wake_user(user_id)
            # New device keys concern everybody who may encrypt to that user.
            if self._db.world.memory(E2eeMemory).device_list_position(user_id) == position:
                self.wake_sharing(user_id)
        elif kind == "device":
            self.wake_user(UserId(name.rpartition("/")[0]))
