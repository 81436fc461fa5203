"""How the verbs of exports call the builder."""

import asyncio

from courtyard.storage.tx import WriteTx


class Bell:
    """Rings when there is something to build or to delete. One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Start silent."""
        self.rung = asyncio.Event()

    def ring_after(self, tx: WriteTx) -> None:
        """Call the builder once `tx` is durable."""
        tx.after_commit(self.rung.set)
