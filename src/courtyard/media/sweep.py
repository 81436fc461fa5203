"""Deletes files that nothing needs any more, after the commit that said so.

The queue is a table written in the same transaction as the reason, so a crash between the commit and the deletion loses
nothing: the next start works it off.
"""

from typing import Final

import structlog

from courtyard.media import store
from courtyard.storage.background import Background
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

log = structlog.get_logger("media")

BATCH: Final = 100
AGAIN_SECONDS: Final = 3_600
"""How long until a file that could not be deleted is tried again, and until the queue is looked at without a reason."""


class Sweeper(Background):
    """The one background task of media. One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__("media sweeper", "media_sweep_failed", trouble_seconds=AGAIN_SECONDS)

    async def start(self, db: Database, blobs: BlobStore) -> None:
        """Begin with what an earlier run left over, then delete whatever becomes due.

        Call it before the first request: uploads that were under way when the server stopped are in the queue with a later
        time, and nobody writes them any more.
        """
        await db.write(store.hurry_deletions)

        async def work() -> float:
            await sweep(db, blobs, now=db.world.clock.now_ms())
            return AGAIN_SECONDS

        self.begin(work)


async def sweep(db: Database, blobs: BlobStore, *, now: int) -> None:
    """Delete every file that is due at `now`; put off those that cannot be deleted."""
    while keys := await db.read(store.due_deletions, now, BATCH):
        # First the file, then its entry: the other order could forget a file that is still there.
        done, stuck = [], []
        for key in keys:
            try:
                await blobs.delete(key)
            except Exception:
                log.exception("media_file_not_deleted", key=key)
                stuck.append(key)
            else:
                done.append(key)
        await db.write(_note, done, stuck, now + AGAIN_SECONDS * 1000)


def _note(tx: WriteTx, done: list[str], stuck: list[str], again_at: int) -> None:
    for key in done:
        store.forget_deletion(tx, key)
    for key in stuck:
        store.queue_deletion(tx, key, again_at)
