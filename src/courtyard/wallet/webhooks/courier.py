"""Brings messages to merchants' servers, several at once, beside everything else.

Whatever a server does, it holds up nobody else: each has a few places at a time and one when it failed, those that fail have half of all
places together, and each request has its time. What was sent is noted after the server took it, so a stop in between sends it once more,
with the same id and the same bytes.
"""

import asyncio
import contextlib
import http.client
import itertools
from collections import Counter
from http import HTTPStatus
from typing import Final

import structlog

from courtyard.storage.background import Background, seconds_until
from courtyard.storage.database import Database
from courtyard.storage.http_answer import read_head
from courtyard.storage.http_request import Caller
from courtyard.wallet.webhooks import deliveries, rules, store
from courtyard.wallet.webhooks.model import EndpointId, Outgoing

log = structlog.get_logger("webhooks")

TIMEOUT_SECONDS: Final = 10.0
"""For all of one request, from the name to the head of the answer. What comes later was not taken."""
ANSWER_SECONDS: Final = 1.0
"""For the rest of an answer, which is read for politeness alone."""
ANSWER_BYTES_MAX: Final = 65_536
AGAIN_SECONDS: Final = 300.0
"""How long until it looks without a reason: another process may have queued something."""
TROUBLE_SECONDS: Final = 10.0
"""How long a message is left alone when the server itself could not note what came of it."""


class Courier(Background):
    """The one background task of webhooks, and the requests under way. One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__("webhook courier", "webhook_work_failed", trouble_seconds=TROUBLE_SECONDS)
        self._caller = Caller()
        self._tasks: dict[tuple[EndpointId, int], asyncio.Task[None]] = {}
        self._failing: set[EndpointId] = set()
        self._served: dict[EndpointId, int] = {}
        self._turns = itertools.count(1)

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over."""
        self.begin(lambda: self._work(db))

    async def stop(self) -> None:
        """Stop. What is under way is broken off, and sent again after the next start."""
        await super().stop()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    async def _work(self, db: Database) -> float:
        """Begin every request that is due and has a place; return how long nothing more can be."""
        # Before the database is read: then what it shows as due was not sent by one of these.
        for key in [key for key, task in self._tasks.items() if task.done()]:
            del self._tasks[key]
        now_ms = db.world.clock.now_ms()
        times = await db.read(store.next_times)
        self._failing &= times.keys()
        self._served = {one: turn for one, turn in self._served.items() if one in times}
        running = Counter(endpoint for endpoint, _ in self._tasks)
        due = [endpoint for endpoint, at in times.items() if at <= now_ms]
        for endpoint, count in rules.turns(due, running, self._failing, self._served):
            found = await db.read(store.due, endpoint, now_ms, count + running[endpoint])
            new = [one for one in found if (endpoint, one.number) not in self._tasks]
            self._served[endpoint] = next(self._turns)
            for one in new[:count]:
                task = asyncio.create_task(self._send(db, one), name=f"webhook {endpoint}")
                self._tasks[endpoint, one.number] = task
        later = min((at for at in times.values() if at > now_ms), default=None)
        return seconds_until(later, now_ms, AGAIN_SECONDS)

    async def _send(self, db: Database, one: Outgoing) -> None:
        """Try one message, note what came of it, and call for the next round."""
        try:
            status, reason = await self._ask(db, one)
            is_taken = await db.write(deliveries.note, one, status, reason)
        except Exception:
            # The database is stopping or out of order: what is to be sent stands in it.
            log.exception("webhook_not_noted", endpoint=one.endpoint)
            await asyncio.sleep(TROUBLE_SECONDS)
        else:
            (self._failing.discard if is_taken else self._failing.add)(one.endpoint)
            if not is_taken:
                log.info(
                    "webhook_not_delivered",
                    endpoint=one.endpoint,
                    message_id=one.message,
                    attempts=one.attempts + 1,
                    status=status,
                    reason=reason,
                )
        # The task is not done yet; the round that this calls for begins after it.
        asyncio.get_running_loop().call_soon(self.due.set)

    async def _ask(self, db: Database, one: Outgoing) -> tuple[int, str]:
        secrets = await db.read(deliveries.secrets, one.endpoint)
        if not secrets:
            return 0, "the secret cannot be opened: make another one"
        timestamp = db.world.clock.now_ms() // 1000
        headers = {
            "webhook-id": one.message,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": rules.signatures(secrets, one.message, timestamp, one.body),
        }
        is_private_ok = db.world.settings.webhooks_to_private_addresses == "on"
        status, reason = 0, ""
        try:
            async with (
                asyncio.timeout(TIMEOUT_SECONDS),
                self._caller.post(
                    one.url, headers, one.body.encode(), is_private_ok=is_private_ok
                ) as reader,
            ):
                while status < HTTPStatus.OK:
                    # "Continue" and its like come before the answer.
                    status, _ = await read_head(reader)
                await _read_rest(reader)
        except TimeoutError:
            reason = "it took too long"
        except (OSError, EOFError, ValueError, http.client.HTTPException) as error:
            reason = f"{type(error).__name__}: {error}"
        if status < HTTPStatus.OK:
            return 0, reason
        # Once it has said so, it has taken the message, whatever became of the rest.
        return status, "" if rules.verdict(status) == "delivered" else f"HTTP {status}"


async def _read_rest(reader: asyncio.StreamReader) -> None:
    """Let the server finish its answer, within limits. What it says beyond its status means nothing."""
    left = ANSWER_BYTES_MAX
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS):
            while left > 0 and (piece := await reader.read(left)):
                left -= len(piece)
