"""Consents for tests: asked for by a shop, answered by people, charged."""

from __future__ import annotations

from typing import Any

from tests.api import Answer, User, q
from tests.wallet.bank import LEAF, WALLET
from tests.wallet.shop import Shop, number

START = 1_700_006_400_000
"""2023-11-15T00:00:00Z: two hours after the tests' clock begins."""
MONTHS = "R12/2023-11-01T00:00:00Z/P1M"


def limits(amount: Any = "500", **changes: Any) -> dict[str, Any]:
    """Return limits in the shape of an Open Payments grant."""
    debit = {"value": amount, "assetCode": LEAF, "assetScale": 2}
    return {"interval": MONTHS, "debitAmount": debit} | changes


async def ask(shop: Shop, given: Any = None, **changes: Any) -> Answer:
    """Ask for a consent."""
    body = {"number": number(), "limits": given or limits(), "description": "Noodles each week"}
    return await shop.server.post(f"{shop.path}/consents", body | changes)


async def grant(user: User, link: str, **changes: Any) -> Answer:
    """Say yes."""
    path = f"{WALLET}/consents/by-link/{q(link)}/grant"
    return await user.post(path, {"key": number()} | changes)


async def agreed(shop: Shop, user: User, given: Any = None, **changes: Any) -> str:
    """Return a consent that somebody has granted."""
    made = (await ask(shop, given, **changes)).ok()
    (await grant(user, made["link"])).ok()
    return str(made["id"])


async def charge(shop: Shop, id: str, amount: Any = "100", **changes: Any) -> Answer:
    """Take an amount."""
    body = {"out_trade_no": number(), "currency": LEAF, "amount": amount}
    return await shop.server.post(f"{WALLET}/consents/{q(id)}/charges", body | changes)


async def revoke(user: User, id: str) -> Answer:
    """Take a yes back."""
    return await user.post(f"{WALLET}/consents/{q(id)}/revoke")
