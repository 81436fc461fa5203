"""The one background task of the wallet: it gives back what nobody took in time, and lets the system remind.

Nothing waits for it: what has ended follows from the clock, and who wants to spend what is due gets it back at that moment
(`expire.take_back_due`). It may run twice, or not for a week.
"""

import asyncio
import contextlib
from typing import Final

import structlog

from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import requests, store, store_people
from courtyard.wallet.expire import expire_offer, expire_packet

log = structlog.get_logger("wallet")

BATCH: Final = 50
AGAIN_SECONDS: Final = 3_600.0
"""How long until it looks without a reason. Whatever is made now is due later than that."""


class Sweeper:
    """One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        self._task: asyncio.Task[None] | None = None

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over."""
        self._task = asyncio.create_task(self._run(db), name="wallet sweeper")

    async def stop(self) -> None:
        """Stop between two transactions; the tables hold the rest."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self, db: Database) -> None:
        while True:
            wait = AGAIN_SECONDS
            try:
                await sweep(db)
                wait = await db.read(_seconds_left)
            except Exception:
                # The database is stopping or out of order. The tables say what is left to do.
                log.exception("wallet_sweep_failed")
            await asyncio.sleep(wait)


def _seconds_left(tx: ReadTx) -> float:
    due = store_people.next_due(tx)
    if due is None:
        return AGAIN_SECONDS
    return min(AGAIN_SECONDS, max(1.0, (due - tx.now_ms()) / 1_000))


async def sweep(db: Database) -> None:
    """Do everything that is due. Asked first: a look without a reason must not occupy the writer."""
    while await db.read(_is_due):
        await db.write(sweep_some)


def _is_due(tx: ReadTx) -> bool:
    due = store_people.next_due(tx)
    return due is not None and due <= tx.now_ms()


def sweep_some(tx: WriteTx) -> None:
    """Give back and remind, a batch of each."""
    now_ms = tx.now_ms()
    for offer in store_people.due_offers(tx, now_ms, BATCH):
        expire_offer(tx, offer)
    for packet in store_people.due_packets(tx, now_ms, BATCH):
        expire_packet(tx, packet)
    for request in store_people.due_requests(tx, now_ms, BATCH):
        requests.remind(tx, request)
    for hold in store.due_holds(tx, now_ms, BATCH):
        store.end_hold(tx, hold.id, "expired")
