"""Sends payouts over the rails that this server talks to. What is still to be sent stands in the database; a failure only costs time."""

import asyncio
from typing import Final

import structlog

from courtyard.storage.background import Background
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx
from courtyard.wallet.rails import store
from courtyard.wallet.rails.errors import RailUnavailableError
from courtyard.wallet.rails.model import TxnId
from courtyard.wallet.rails.registry import RAILS

log = structlog.get_logger("wallet")

BATCH: Final = 50
AGAIN_SECONDS: Final = 60.0
PATIENCE_SECONDS: Final = 5
"""How long a stop waits for an answer that is under way."""
SAFE_MS: Final = 20 * 3_600_000
"""How long a payout is tried again. The other side knows our key for a day: later, a second try could be a second payment."""


class Sender(Background):
    """One for each server; kept with `tx.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__(
            "wallet sender",
            "wallet_send_failed",
            trouble_seconds=AGAIN_SECONDS,
            patience_seconds=PATIENCE_SECONDS,
        )

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over."""

        async def work() -> float:
            await send_all(db)
            return AGAIN_SECONDS

        self.begin(work)


async def send_all(db: Database) -> None:
    """Send what is to be sent, one after the other."""
    for rail in RAILS.values():
        if not rail.sends:
            continue
        for id in await db.read(_to_send, rail.name):
            try:
                await rail.send(db, id)
            except RailUnavailableError:
                log.warning("rail_unavailable", rail=rail.name)
                break
            await asyncio.sleep(0)


def _to_send(tx: ReadTx, rail: str) -> list[TxnId]:
    return store.to_send(tx, rail, tx.now_ms() - SAFE_MS, BATCH)
