"""Work beside everything else: done when somebody calls for it, and now and then without a reason.

Nothing may wait for such work. What is left to do stands in the database, so a stop, a crash or a failure loses nothing.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from courtyard.storage.tx import WriteTx

log = structlog.get_logger("background")


class Background:
    """One task that works, rests, and works again: what features make their background work of. Belongs to the event loop.

    Attributes:
        due: set it to have the work done soon.
        is_closing: whether a stop is under way; work in several steps looks at it between two of them.
    """

    def __init__(
        self, name: str, failure: str, *, trouble_seconds: float, patience_seconds: float = 0
    ) -> None:
        """Wait for `begin`.

        Args:
            name: of the task.
            failure: what is logged when the work fails.
            trouble_seconds: how long to rest after that.
            patience_seconds: how long a stop waits for the step that is under way.
        """
        self.due = asyncio.Event()
        self.is_closing = False
        self._name = name
        self._failure = failure
        self._trouble_seconds = trouble_seconds
        self._patience_seconds = patience_seconds
        self._task: asyncio.Task[None] | None = None

    def wake_after(self, tx: WriteTx) -> None:
        """Have the work done once `tx` is durable."""
        tx.after_commit(self.due.set)

    def begin(self, work: Callable[[], Awaitable[float]]) -> None:
        """Start the task, with what an earlier run left over.

        Args:
            work: does everything that is due; returns how many seconds to rest if nobody calls.
        """
        self.is_closing = False
        self._task = asyncio.create_task(self._run(work), name=self._name)

    async def stop(self) -> None:
        """Stop between two steps, or in the middle of one that takes too long; the tables hold the rest."""
        if self._task is None:
            return
        self.is_closing = True
        self.due.set()
        if self._patience_seconds:
            await asyncio.wait({self._task}, timeout=self._patience_seconds)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    async def _run(self, work: Callable[[], Awaitable[float]]) -> None:
        while not self.is_closing:
            self.due.clear()
            try:
                seconds = await work()
            except Exception:
                # The database is stopping or out of order. What is to be done stands in it: nothing is lost.
                log.exception(self._failure)
                seconds = self._trouble_seconds
            if self.is_closing:
                return
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: before Python 3.12 it may swallow the cancellation by `stop`.
                async with asyncio.timeout(seconds):
                    await self.due.wait()


def seconds_until(due_ms: int | None, now_ms: int, longest: float) -> float:
    """Return how long to rest when something is due at a time (Unix milliseconds; None: nothing is), in seconds."""
    if due_ms is None:
        return longest
    return min(longest, max((due_ms - now_ms) / 1000, 0.05))
