"""The background task of money between people: it gives back what nobody took in time, lets arrive what was on its way, and reminds.

Nothing waits for it: what has ended follows from the clock, and who wants to spend what is due gets it back at that moment
(`expire.take_back_due`). It may run twice, or not for a week.
"""

from typing import Final

from courtyard.storage.background import Background, seconds_until
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import requests, store, store_people
from courtyard.wallet.expire import arrive, expire_offer, expire_packet

BATCH: Final = 50
AGAIN_SECONDS: Final = 3_600.0
"""How long until it looks without a reason. Whatever is made now is due later than that."""


class Sweeper(Background):
    """One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__("wallet sweeper", "wallet_sweep_failed", trouble_seconds=AGAIN_SECONDS)

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over."""

        async def work() -> float:
            await sweep(db)
            due_ms = await db.read(store_people.next_due)
            return seconds_until(due_ms, db.world.clock.now_ms(), AGAIN_SECONDS)

        self.begin(work)


async def sweep(db: Database) -> None:
    """Do everything that is due. Asked first: a look without a reason must not occupy the writer."""
    while await db.read(_is_due):
        await db.write(sweep_some)


def _is_due(tx: ReadTx) -> bool:
    due = store_people.next_due(tx)
    return due is not None and due <= tx.now_ms()


def sweep_some(tx: WriteTx) -> None:
    """Give back, let arrive and remind, a batch of each."""
    now_ms = tx.now_ms()
    for offer in store_people.arrivals(tx, now_ms, BATCH):
        arrive(tx, offer)
    for offer in store_people.due_offers(tx, now_ms, BATCH):
        expire_offer(tx, offer)
    for packet in store_people.due_packets(tx, now_ms, BATCH):
        expire_packet(tx, packet)
    for request in store_people.due_requests(tx, now_ms, BATCH):
        requests.remind(tx, request)
    for hold in store.due_holds(tx, now_ms, BATCH):
        store.end_hold(tx, hold, "expired")
