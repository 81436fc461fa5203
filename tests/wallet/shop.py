"""A shop for the people of a test, and the requests that its owner, its till and its payers make."""

from __future__ import annotations

import itertools
from typing import Any

from tests.api import Answer, Api, User, q
from tests.wallet.bank import LEAF, WALLET

DETAILS = {"name": "Noodles", "mcc": "5812", "city": "Porto", "country": "PT"}
_numbers = itertools.count()


def number() -> str:
    """Return a number that no order has."""
    return f"no{next(_numbers)}"


class Till:
    """Asks with a merchant's key."""

    def __init__(self, api: Api, key: str) -> None:
        self.api = api
        self.key = key

    async def get(self, path: str, **params: Any) -> Answer:
        return await self.api.request("GET", path, token=self.key, params=params or None)

    async def post(self, path: str, json: Any = None) -> Answer:
        return await self.api.request("POST", path, {} if json is None else json, token=self.key)


class Shop:
    """One merchant, its owner, and a key for its server."""

    def __init__(self, owner: User, id: str) -> None:
        self.owner = owner
        self.id = id
        self.path = f"{WALLET}/merchants/{id}"
        self.server = Till(owner.api, "")

    @classmethod
    async def open(cls, owner: User, **changes: Any) -> Shop:
        """Open a shop and make a key for its server."""
        body = DETAILS | {"key": number()} | changes
        made = cls(owner, (await owner.post(f"{WALLET}/merchants", body)).ok()["id"])
        made.server = await made.till("orders")
        return made

    async def till(self, scope: str = "till") -> Till:
        """Make a key."""
        body = {"name": f"a {scope}", "scope": scope}
        return Till(self.owner.api, (await self.owner.post(f"{self.path}/keys", body)).ok()["key"])

    async def order(self, amount: Any = "250", **changes: Any) -> Answer:
        """Make an order."""
        body = {"out_trade_no": number(), "kind": "native", "currency": LEAF, "amount": amount}
        return await self.server.post(f"{self.path}/orders", body | changes)

    async def act(self, no: str, verb: str, **body: Any) -> Answer:
        """Close, revoke, refund."""
        return await self.server.post(f"{self.path}/orders/{q(no)}/{verb}", body)

    async def balance(self) -> int:
        """Return what the shop has."""
        found = (await self.owner.get(self.path)).ok()["balances"]
        return sum(int(one["available"]) for one in found)


async def pay(payer: User, order: dict[str, Any], **changes: Any) -> Answer:
    """Pay an order."""
    return await payer.post(f"{WALLET}/orders/{q(order['id'])}/pay", {"key": number()} | changes)
