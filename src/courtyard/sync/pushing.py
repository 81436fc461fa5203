"""Delivers notifications to pushers: a task for each account that has something to be told.

What was delivered is remembered in the database after the gateway has taken it. A stop in between delivers once more, and
the gateway recognises the event's id.

spec: push-gateway-api#homeserver-behaviour
"""

import asyncio
import contextlib
from typing import Final, NamedTuple

import structlog

from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.bus.topics import Topic
from courtyard.push.gateway import Gateways, Reply
from courtyard.push.model import StoredPusher
from courtyard.push.pushers import (
    Owners,
    drop_rejected,
    note_delivered,
    owners_of_pushers,
    stored_pushers,
)
from courtyard.push.rules_delivery import rejected, wait_ms
from courtyard.push.rules_pushers import PusherKey
from courtyard.rooms.roster import roster
from courtyard.storage.database import Database
from courtyard.sync.notices import Outgoing, next_outgoing

log = structlog.get_logger("push")

AT_ONCE: Final = 64
"""Requests to gateways under way at the most."""

ROUND_MAX: Final = 100
"""Notifications of one pusher before others of its owner have their turn."""

KEEP_AFTER: Final = 1_000
"""Places in the stream without a notification after which a pusher's own place is written down all the same."""

RETRY_SECONDS: Final = 60
"""How long until an account is looked at again after the server itself failed."""


class _Key(NamedTuple):
    user_id: UserId
    pusher: PusherKey


class _State:
    """What is known of one pusher since the start."""

    __slots__ = ("after", "failures", "not_before", "set_at_ms", "unread")

    def __init__(self, after: StreamPos) -> None:
        self.after = after
        self.set_at_ms = 0
        self.failures = 0
        self.not_before = 0.0
        """The loop's time before which its gateway is left alone."""
        self.unread = 0


class Pushing:
    """The background work of push. One for each server; kept with `World.memory`. Belongs to the event loop."""

    def __init__(self) -> None:
        """Wait for `start`."""
        self._gateways = Gateways()
        self._states: dict[_Key, _State] = {}
        self._tasks: dict[UserId, asyncio.Task[None]] = {}
        self._news: dict[UserId, asyncio.Event] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._is_open = False

    async def start(self, db: Database) -> None:
        """Deliver what an earlier run left over, then whatever comes."""
        self._db = db
        self._owners = db.world.memory(Owners).users
        self._owners.update(await db.read(owners_of_pushers))
        self._is_open = True
        db.bus.subscribe(self._wake)
        for user_id in self._owners:
            self._look_after(user_id)

    async def stop(self) -> None:
        """Stop between two notifications; what is left is delivered after the next start."""
        self._is_open = False
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _wake(self, topic: Topic, _position: StreamPos) -> None:
        if not self._owners or not self._is_open:
            return
        kind, _, name = topic.partition(":")
        if kind == "room":
            members = roster(self._db, RoomId(name))
            few, many = sorted((self._owners, members), key=len)
            for user_id in [user_id for user_id in few if user_id in many]:
                self._look_after(user_id)
        elif kind == "user" and name in self._owners:
            self._look_after(UserId(name))

    def _look_after(self, user_id: UserId) -> None:
        news = self._news.setdefault(user_id, asyncio.Event())
        news.set()
        if user_id not in self._tasks:
            name = f"push {user_id}"
            self._tasks[user_id] = asyncio.create_task(self._serve(user_id, news), name=name)

    async def _serve(self, user_id: UserId, news: asyncio.Event) -> None:
        """Deliver until there is nothing left and no gateway to be tried again."""
        try:
            while True:
                news.clear()
                try:
                    wait = await self._round(user_id)
                except Exception:
                    # The database is stopping or out of order. What is to be delivered is in it: nothing is lost.
                    log.exception("push_failed", user_id=user_id)
                    wait = RETRY_SECONDS
                if wait is None:
                    if not news.is_set():
                        return
                    continue
                with contextlib.suppress(TimeoutError):
                    # Not `wait_for`: before Python 3.12 it may swallow the cancellation by `stop`.
                    async with asyncio.timeout(wait):
                        await news.wait()
        finally:
            self._tasks.pop(user_id, None)
            self._news.pop(user_id, None)

    async def _round(self, user_id: UserId) -> float | None:
        """Give each pusher of an account its turn; return after how many seconds one has to be tried again."""
        pushers = await self._db.read(stored_pushers, user_id)
        if not pushers:
            # Unless there is news: then one may have been set since they were read.
            if not self._news[user_id].is_set():
                self._owners.discard(user_id)
            self._forget_others(user_id, ())
            return None
        keys = [_Key(user_id, PusherKey(it.pusher.app_id, it.pusher.pushkey)) for it in pushers]
        self._forget_others(user_id, keys)
        now = asyncio.get_running_loop().time
        waits = []
        for key, stored in zip(keys, pushers, strict=True):
            state = self._states.get(key)
            if state is None:
                state = self._states[key] = _State(stored.delivered_upto)
            if state.set_at_ms != stored.set_at_ms:
                # Set anew: perhaps with another gateway, perhaps after it was gone for a while.
                state.set_at_ms, state.failures, state.not_before = stored.set_at_ms, 0, 0.0
                state.after = max(state.after, stored.delivered_upto)
            if state.not_before <= now():
                async with self._turns:
                    await self._deliver(key, stored, state)
            if state.failures:
                waits.append(max(state.not_before - now(), 0))
        return min(waits, default=None)

    def _forget_others(self, user_id: UserId, keys: "list[_Key] | tuple[()]") -> None:
        for key in [key for key in self._states if key.user_id == user_id and key not in keys]:
            del self._states[key]

    async def _deliver(self, key: _Key, stored: StoredPusher, state: _State) -> None:
        """Tell one gateway what there is, until it fails or knows everything."""
        settings = self._db.world.settings
        for _ in range(ROUND_MAX):
            found = await self._db.read(next_outgoing, stored, state.after, state.unread)
            if found.body is not None:
                reply = await self._gateways.notify(
                    str(stored.pusher.data.get("url")),
                    found.body,
                    is_private_ok=settings.push_to_private_addresses == "on",
                )
                if not reply.is_ok():
                    self._failed(stored, state, reply)
                    return
                if rejected(reply.body, stored.pusher.pushkey):
                    await self._db.write(drop_rejected, *key, stored.set_at_ms)
                    log.info("pusher_rejected", user_id=key.user_id, app_id=key.pusher.app_id)
                    self._news[key.user_id].set()
                    return
            await self._went_well(key, stored, state, found)
            if found.is_all:
                return
        # More than a turn's worth: come back for the rest after the others.
        self._news[key.user_id].set()

    async def _went_well(
        self, key: _Key, stored: StoredPusher, state: _State, found: Outgoing
    ) -> None:
        state.failures = 0
        state.after = found.upto
        if found.unread is not None:
            state.unread = found.unread
        if found.body is not None or found.upto - stored.delivered_upto > KEEP_AFTER:
            await self._db.write(note_delivered, *key, found.upto)

    def _failed(self, stored: StoredPusher, state: _State, reply: Reply) -> None:
        state.failures += 1
        seconds = wait_ms(state.failures) / 1000
        state.not_before = asyncio.get_running_loop().time() + seconds
        log.info(
            "push_not_delivered",
            user_id=stored.user_id,
            app_id=stored.pusher.app_id,
            reason=reply.reason,
            failures=state.failures,
            again_after_seconds=seconds,
        )
