"""A merchant with endpoints, for tests of webhooks."""

from __future__ import annotations

import asyncio
from typing import Any

from courtyard.app.wiring import Server
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks.courier import Courier
from courtyard.wallet.webhooks.queue import queue
from tests.api import Answer
from tests.wallet.shop import Shop

KINDS = ["order.paid", "order.closed", "refund.done"]
DATA = {"amount": "250"}


class Hook:
    """One endpoint."""

    def __init__(self, shop: Shop, made: dict[str, Any]) -> None:
        self.shop = shop
        self.id: str = made["id"]
        self.secret: str = made["secret"]
        self.path = f"{shop.path}/webhooks/{self.id}"

    @classmethod
    async def open(cls, shop: Shop, url: str, kinds: list[str] | None = None) -> Hook:
        body = {"url": url, "kinds": KINDS if kinds is None else kinds}
        return cls(shop, (await shop.server.post(f"{shop.path}/webhooks", body)).ok())

    async def act(self, verb: str) -> Answer:
        """Rotate, enable, disable, test."""
        return await self.shop.server.post(f"{self.path}/{verb}")

    async def deliveries(self, **params: Any) -> list[dict[str, Any]]:
        page = (await self.shop.server.get(f"{self.path}/deliveries", **params)).ok()
        return list(page["deliveries"])

    async def replay(self, number: Any) -> Answer:
        return await self.shop.server.post(f"{self.path}/deliveries/{number}/replay")

    async def until(self, number: int, state: str, attempts: int) -> dict[str, Any]:
        """Return a delivery when it stands so; it was noted after the answer."""
        found: dict[str, Any] = {}
        async with asyncio.timeout(20):
            while (found.get("state"), found.get("attempts")) != (state, attempts):
                found = next(one for one in await self.deliveries() if one["number"] == number)
        return found


async def tell(
    server: Server, shop: Shop, ref: str, version: int = 1, kind: str = "order.paid"
) -> None:
    """Queue a message, as a payment does."""
    await server.db.write(queue, MerchantId(shop.id), kind, ref, version, DATA)


def look(server: Server) -> None:
    """Let the courier look at the time."""
    server.world.memory(Courier).due.set()
