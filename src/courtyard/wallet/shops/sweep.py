"""The background task of shops: it closes orders whose time is over, so that their merchants are told, and forgets old codes.

Nothing waits for it: how an order stands follows from the clock.
"""

from typing import Final

from courtyard.storage.background import Background, seconds_until
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import DAY_MS
from courtyard.wallet.shops import settle, store, store_codes, store_orders

BATCH: Final = 50
AGAIN_SECONDS: Final = 60.0
"""How long until it looks without a reason: an order made meanwhile may be due earlier than the one that was next."""
FORGET_MS: Final = DAY_MS
"""How long a code is remembered after its time."""


class Sweeper(Background):
    """One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__("shop sweeper", "shop_sweep_failed", trouble_seconds=AGAIN_SECONDS)

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over."""

        async def work() -> float:
            await sweep(db)
            due_ms = await db.read(store_orders.next_due)
            return seconds_until(due_ms, db.world.clock.now_ms(), AGAIN_SECONDS)

        self.begin(work)


async def sweep(db: Database) -> None:
    """Do everything that is due. Asked first: a look without a reason must not occupy the writer."""
    while await db.read(_is_due):
        await db.write(sweep_some)


def _is_due(tx: ReadTx) -> bool:
    now_ms = tx.now_ms()
    due, oldest = store_orders.next_due(tx), store_codes.oldest(tx)
    return (due is not None and due <= now_ms) or (
        oldest is not None and oldest <= now_ms - FORGET_MS
    )


def sweep_some(tx: WriteTx) -> None:
    """Close and forget, a batch of each."""
    now_ms = tx.now_ms()
    for order in store_orders.due_orders(tx, now_ms, BATCH):
        merchant = store.merchant(tx, order.merchant)
        assert merchant is not None
        settle.end(tx, merchant, order, "expired")
    store_codes.forget_old(tx, now_ms - FORGET_MS, BATCH)
