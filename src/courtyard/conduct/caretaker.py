"""The one background task of conduct. It tells reporters, puts into the log what is owed to it, and deletes old evidence.

Nothing waits for it: what it deletes could not be read any more, and what is in force follows from facts and the clock.
"""

from typing import Final

from courtyard.conduct import evidence, forget, inform, store_complaints, store_erasure
from courtyard.storage.background import Background
from courtyard.storage.database import Database

AGAIN_SECONDS: Final = 3_600
"""How long until it looks without a reason."""


class Caretaker(Background):
    """One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__("conduct caretaker", "conduct_care_failed", trouble_seconds=AGAIN_SECONDS)

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over."""

        async def work() -> float:
            await look_around(db)
            return AGAIN_SECONDS

        self.begin(work)


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
