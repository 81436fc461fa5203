"""What is done at shops, one request each, for `test_statements`: an order is paid as a whole or not at all."""

from __future__ import annotations

from typing import Any

from tests.api import User, q
from tests.faults.town import Town
from tests.wallet.bank import LEAF, WALLET, Bank
from tests.wallet.shop import DETAILS, Shop, pay

Made = tuple[User | None, tuple[str, str, Any]]


async def shop_of(town: Town, n: int) -> Shop:
    """Return Alice's shop, with money for Bob to spend there."""
    if n == 0:
        town.bank = await Bank(town.server).open(town.api)
        town.shop = await Shop.open(town.alice)
    assert town.bank is not None
    assert town.shop is not None
    await town.bank.give(town.bob, 100)
    return town.shop


def _order(n: int) -> dict[str, Any]:
    return {"out_trade_no": f"n{n}", "kind": "native", "currency": LEAF, "amount": "9"}


async def _made(shop: Shop, n: int) -> Any:
    return (await shop.order("9", out_trade_no=f"n{n}")).ok()


async def _paid(town: Town, shop: Shop, n: int) -> Any:
    order = await _made(shop, n)
    (await pay(town.bob, order)).ok()
    return order


async def open_a_shop(town: Town, n: int) -> Made:
    return town.alice, ("POST", f"{WALLET}/merchants", DETAILS | {"key": f"open{n}"})


async def make_a_key(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    return town.alice, ("POST", f"{shop.path}/keys", {"name": "till", "scope": "till"})


async def name_a_cashier(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    (await town.alice.request("DELETE", f"{shop.path}/cashiers/{q(town.bob.id)}")).ok()
    return town.alice, ("PUT", f"{shop.path}/cashiers/{q(town.bob.id)}", {})


async def make_an_order(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    return town.alice, ("POST", f"{shop.path}/orders", _order(n))


async def pay_an_order(town: Town, n: int) -> Made:
    order = await _made(await shop_of(town, n), n)
    return town.bob, ("POST", f"{WALLET}/orders/{order['id']}/pay", {"key": f"pay{n}"})


async def pay_at_the_counter(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    code = (await town.alice.get(f"{shop.path}/code", currency=LEAF)).ok()["code"]
    body = {"key": f"scan{n}", "code": code, "currency": LEAF, "amount": "9"}
    return town.bob, ("POST", f"{WALLET}/codes/pay", body)


async def close_an_order(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    order = await _made(shop, n)
    return town.alice, ("POST", f"{shop.path}/orders/{order['id']}/close", {})


async def refund_an_order(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    order = await _paid(town, shop, n)
    path = f"{shop.path}/orders/{order['id']}/refunds"
    return town.alice, ("POST", path, {"out_refund_no": f"r{n}", "amount": "5"})


async def revoke_an_order(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    order = await _paid(town, shop, n)
    return town.alice, ("POST", f"{shop.path}/orders/{order['id']}/revoke", {})


async def revoke_what_never_came(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    return town.alice, ("POST", f"{shop.path}/orders/lost{n}/revoke", {})


async def charge_a_code(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    code = (await town.bob.post(f"{WALLET}/paycodes")).ok()["code"]
    body = {"code": code, "out_trade_no": f"c{n}", "currency": LEAF, "amount": "9"}
    return town.alice, ("POST", f"{shop.path}/charges", body)


async def charge_a_code_of_a_pack(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    pack = (await town.bob.post(f"{WALLET}/paycodes/packs", {"currency": LEAF})).ok()
    body = {"code": pack["codes"][0], "out_trade_no": f"c{n}", "currency": LEAF, "amount": "9"}
    return town.alice, ("POST", f"{shop.path}/charges", body)


async def make_a_pack(town: Town, n: int) -> Made:
    await shop_of(town, n)
    return town.bob, ("POST", f"{WALLET}/paycodes/packs", {"currency": LEAF})


async def take_money_out(town: Town, n: int) -> Made:
    shop = await shop_of(town, n)
    await _paid(town, shop, n)
    body = {"key": f"out{n}", "currency": LEAF, "amount": "9"}
    return town.alice, ("POST", f"{shop.path}/withdraw", body)


async def close_a_shop(town: Town, n: int) -> Made:
    await shop_of(town, n)
    shop = await Shop.open(town.alice)
    await _paid(town, shop, n)
    return town.alice, ("POST", f"{shop.path}/close", {})


SHOP_ACTIONS = [
    open_a_shop,
    make_a_key,
    name_a_cashier,
    make_an_order,
    pay_an_order,
    pay_at_the_counter,
    close_an_order,
    refund_an_order,
    revoke_an_order,
    revoke_what_never_came,
    charge_a_code,
    charge_a_code_of_a_pack,
    make_a_pack,
    take_money_out,
    close_a_shop,
]
