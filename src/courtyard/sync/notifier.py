"""Wakes the long polls that a change concerns. Belongs to the event loop.

The bus says that a room, an account or a device has something new; here that becomes "these people's polls".
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol, TypeVar

from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.bus.topics import Topic
from courtyard.e2ee.memory import E2eeMemory
from courtyard.rooms import log
from courtyard.rooms.roster import roster
from courtyard.rooms.typing import Typing
from courtyard.storage.database import Database
from courtyard.sync.presence import Presence, State

TIMEOUT_MS_MAX = 120_000
"""How long a poll may wait; clients ask for 30 s."""

Waiter = str
"""Whose news somebody waits for: a user's, those of a room that they only look into, or of something else that topics name."""


class Poll(Protocol):
    """What a look finds."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing new, so that a long poll goes on waiting."""


A = TypeVar("A", bound=Poll)


class Notifier:
    """Who waits for something new."""

    def __init__(self, db: Database) -> None:
        """Listen to the bus of a database."""
        self._db = db
        self._waiting: dict[Waiter, set[asyncio.Future[None]]] = {}
        self.is_closing = False
        db.bus.subscribe(self._wake)

    @property
    def waiting_count(self) -> int:
        """How many polls wait now."""
        return sum(map(len, self._waiting.values()))

    def wait(self, waiter: Waiter) -> asyncio.Future[None]:
        """Return a future that is done as soon as something may be new for a user, or in a room."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(waiter, set()).add(future)
        return future

    async def poll(self, waiter: Waiter, look: Callable[[], Awaitable[A]], timeout_ms: int) -> A:
        """Return what `look` finds as soon as that is not empty, or after `timeout_ms` all the same."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_ms / 1000
        while True:
            # Wait first, look then: what comes in between wakes us.
            woken = self.wait(waiter)
            try:
                answer = await look()
                left = deadline - loop.time()
                if not answer.is_empty or left <= 0 or self.is_closing:
                    return answer
                await asyncio.wait({woken}, timeout=left)
                if not woken.done():
                    return await look()
            finally:
                self.leave(waiter, woken)

    def touch(self, user_id: UserId, state: State) -> None:
        """Note that a device of somebody listens, and tell those who share a room with them if that is news.

        spec: client-server-api#presence
        """
        world = self._db.world
        if world.settings.presence == "off":
            return
        presence = world.memory(Presence)
        if presence.touch(user_id, state, now_ms=world.clock.now_ms()):
            presence.mark(user_id, world.memory(Typing).next_serial())
            self.wake_sharing(user_id)

    def let_go(self) -> None:
        """Wake everybody because the server stops; whoever has nothing new gets an empty answer."""
        self.is_closing = True
        for waiter in list(self._waiting):
            self.wake(waiter)

    def leave(self, waiter: Waiter, future: asyncio.Future[None]) -> None:
        """Stop to wait."""
        waiting = self._waiting.get(waiter)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                del self._waiting[waiter]

    def wake(self, waiter: Waiter) -> None:
        """Wake everything that waits for one user, or for a room that they look into."""
        for future in self._waiting.pop(waiter, ()):
            if not future.done():
                future.set_result(None)

    def wake_users(self, users: Collection[UserId]) -> None:
        """Wake those of some users who wait."""
        if not self._waiting:
            return
        if len(users) > len(self._waiting):
            awake = [waiter for waiter in self._waiting if waiter in users]
        else:
            awake = [user_id for user_id in users if user_id in self._waiting]
        for waiter in awake:
            self.wake(waiter)

    def wake_room(self, room_id: RoomId) -> None:
        """Wake everybody who is joined to a room, or looks into it."""
        if self._waiting:
            self.wake(room_id)
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
            self.wake(user_id)
            # New device keys concern everybody who may encrypt to that user.
            if self._db.world.memory(E2eeMemory).device_list_position(user_id) == position:
                self.wake_sharing(user_id)
        elif kind == "device":
            self.wake(UserId(name.rpartition("/")[0]))
        elif kind == "merchant":
            self.wake(name)
