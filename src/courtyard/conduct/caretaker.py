"""The one background task of conduct. It tells reporters, puts into the log what is owed to it, and deletes old evidence.

Nothing waits for it: what it deletes could not be read any more, and what is in force follows from facts and the clock.
"""

import asyncio
import contextlib
from typing import Final

import structlog

from courtyard.conduct import evidence, forget, inform, store_complaints, store_erasure
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

log = structlog.get_logger("conduct")

AGAIN_SECONDS: Final = 3_600
"""How long until it looks without a reason."""


class Caretaker:
    """One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake_after(self, tx: WriteTx) -> None:
        """Look around once `tx` is durable."""
        tx.after_commit(self._due.set)

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over."""
        self._due.set()
        self._task = asyncio.create_task(self._run(db), name="conduct caretaker")

    async def stop(self) -> None:
        """Stop between two transactions; the tables hold the rest."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self, db: Database) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: before Python 3.12 it may swallow the cancellation by `stop`.
                async with asyncio.timeout(AGAIN_SECONDS):
                    await self._due.wait()
            self._due.clear()
            try:
                await look_around(db)
            except Exception:
                # The database is stopping or out of order. The tables say what is left to do.
                log.exception("conduct_care_failed")


async def look_around(db: Database) -> None:
    """Do everything that is due. Asked first: a look without a reason must not occupy the writer."""
    while await db.read(store_complaints.uninformed, 1):
        await db.write(inform.inform_some)
    if await db.read(store_erasure.unlogged):
        await db.write(forget.log_erasures)
    after: str | None = ""
    while after is not None:
        ids, after = await db.read(evidence.overdue, after)
        if ids:
            await db.write(evidence.drop, ids)
