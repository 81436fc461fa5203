"""What merchants do with their webhooks, one request each, for `test_statements`."""

from __future__ import annotations

from typing import Any

from tests.api import User
from tests.faults.town import Town
from tests.wallet.bank import WALLET
from tests.wallet.shop import DETAILS

Made = tuple[User | None, tuple[str, str, Any]]
WANTED = {"url": "https://shop.example/", "kinds": ["order.paid"]}


async def _shop(town: Town, n: int) -> str:
    """Open a shop, and return where its webhooks are."""
    body = DETAILS | {"key": f"shop{n}"}
    made = (await town.alice.post(f"{WALLET}/merchants", body)).ok()
    if n % 5 == 4:
        # An account has so many shops at a time.
        for one in (await town.alice.get(f"{WALLET}/merchants")).ok()["merchants"]:
            if one["id"] != made["id"]:
                (await town.alice.post(f"{WALLET}/merchants/{one['id']}/close")).ok()
    return f"{WALLET}/merchants/{made['id']}/webhooks"


async def _hook(town: Town, n: int) -> str:
    path = await _shop(town, n)
    return f"{path}/{(await town.alice.post(path, WANTED)).ok()['id']}"


async def make_a_webhook(town: Town, n: int) -> Made:
    return town.alice, ("POST", await _shop(town, n), WANTED)


async def change_a_webhook(town: Town, n: int) -> Made:
    return town.alice, ("PUT", await _hook(town, n), {"url": "https://shop.example/new"})


async def rotate_a_secret(town: Town, n: int) -> Made:
    return town.alice, ("POST", f"{await _hook(town, n)}/rotate", {})


async def switch_a_webhook_off(town: Town, n: int) -> Made:
    return town.alice, ("POST", f"{await _hook(town, n)}/disable", {})


async def try_a_webhook_out(town: Town, n: int) -> Made:
    return town.alice, ("POST", f"{await _hook(town, n)}/test", {})


WEBHOOK_ACTIONS = [
    make_a_webhook,
    change_a_webhook,
    rotate_a_secret,
    switch_a_webhook_off,
    try_a_webhook_out,
]
