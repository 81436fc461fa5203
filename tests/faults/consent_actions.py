"""What is asked of people by apps, and what they answer, one request each, for `test_statements`."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.api import User, q
from tests.faults.shop_actions import shop_of
from tests.faults.town import Town
from tests.wallet.agreements import agreed, ask, limits
from tests.wallet.bank import LEAF, WALLET
from tests.wallet.miniapp import MiniApp
from tests.wallet.shop import Shop, number

Made = tuple[User | None, tuple[str, str, Any]]


async def _asked(shop: Shop) -> Any:
    return (await ask(shop)).ok()


async def ask_for_a_consent(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    body = {"number": f"c{n}", "limits": limits(), "user_id": town.bob.id}
    return town.alice, ("POST", f"{shop.path}/consents", body)


async def grant_a_consent(town: Town, n: int) -> Made:
    made = await _asked(await shop_of(town, n))
    path = f"{WALLET}/consents/by-link/{q(made['link'])}/grant"
    return town.bob, ("POST", path, {"key": f"g{n}"})


async def refuse_a_consent(town: Town, n: int) -> Made:
    made = await _asked(await shop_of(town, n))
    return town.bob, ("POST", f"{WALLET}/consents/by-link/{q(made['link'])}/refuse", {})


async def revoke_a_consent(town: Town, n: int) -> Made:
    id = await agreed(await shop_of(town, n), town.bob)
    return town.bob, ("POST", f"{WALLET}/consents/{q(id)}/revoke", {})


async def give_a_consent_back(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    id = await agreed(shop, town.bob)
    return town.alice, ("POST", f"{shop.path}/consents/{q(id)}/revoke", {})


async def charge_within_a_consent(town: Town, n: int) -> Made:
    id = await agreed(await shop_of(town, n), town.bob)
    body = {"out_trade_no": f"x{n}", "currency": LEAF, "amount": "9"}
    return town.alice, ("POST", f"{WALLET}/consents/{q(id)}/charges", body)


async def make_an_invoice(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    prices = [{"label": "Noodles", "amount": "9"}]
    body = {"out_trade_no": number(), "title": "Lunch", "currency": LEAF, "prices": prices}
    return town.alice, ("POST", f"{shop.path}/invoices", body)


async def register_an_app(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    for one in (await town.alice.get(f"{shop.path}/apps")).ok()["apps"]:
        await town.alice.request("DELETE", f"{shop.path}/apps/{one['id']}")
    key = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    return town.alice, ("POST", f"{shop.path}/apps", {"name": f"app {n}", "public_key": key})


async def launch_an_app(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    for one in (await town.alice.get(f"{shop.path}/apps")).ok()["apps"]:
        await town.alice.request("DELETE", f"{shop.path}/apps/{one['id']}")
    assert town.bank is not None
    app = await (await MiniApp.register(shop, f"app {n}")).verify(town.server, town.bank)
    package = app.package(await app.order("9"), town.clock.now_ms() // 1000)
    return town.bob, ("POST", f"{WALLET}/miniapp/launch", package)


CONSENT_ACTIONS = [
    ask_for_a_consent,
    grant_a_consent,
    refuse_a_consent,
    revoke_a_consent,
    give_a_consent_back,
    charge_within_a_consent,
    make_an_invoice,
    register_an_app,
    launch_an_app,
]
