"""Deletes files that nothing needs any more, after the commit that said so.

The queue is a table written in the same transaction as the reason, so a crash between the commit and the deletion loses
nothing: the next start works it off.
"""

import asyncio
import contextlib
from typing import Final

import structlog

from courtyard.media import store
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

log = structlog.get_logger("media")

BATCH: Final = 100
AGAIN_SECONDS: Final = 60.0
"""After a fault of the blob store."""
_EVER: Final = 2**62


class Sweeper:
    """The one background task of media. One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake_after(self, tx: WriteTx) -> None:
        """Work off the queue once `tx` is durable."""
        tx.after_commit(self._due.set)

    async def start(self, db: Database, blobs: BlobStore) -> None:
        """Delete what an earlier run left over, then whatever becomes due.

        Uploads that were under way when the server stopped are in the queue with a later time; nobody writes them any more.
        """
        await sweep(db, blobs, now=_EVER)
        self._task = asyncio.create_task(self._run(db, blobs), name="media sweeper")

    async def stop(self) -> None:
        """Stop between two files; the queue keeps the rest."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self, db: Database, blobs: BlobStore) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await sweep(db, blobs, now=db.world.clock.now_ms())
            except Exception:
                log.exception("media_sweep_failed")
                await asyncio.sleep(AGAIN_SECONDS)
                self._due.set()


async def sweep(db: Database, blobs: BlobStore, *, now: int) -> None:
    """Delete every file that is due at `now`."""
    while keys := await db.read(store.due_deletions, now, BATCH):
        # First the file, then its entry: the other order could forget a file that is still there.
        for key in keys:
            await blobs.delete(key)
        await db.write(_forget, keys)


def _forget(tx: WriteTx, keys: list[str]) -> None:
    for key in keys:
        store.forget_deletion(tx, key)
