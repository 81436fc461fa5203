"""Mini-app payments through HTTP: an app's server makes the order, the client brings its package, the person pays."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from courtyard.accounts.account import make_admin
from courtyard.app.wiring import Server
from courtyard.base.errors import ForbiddenError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.cli.wallet import wallet
from courtyard.wallet.apps import apps
from courtyard.wallet.webhooks.courier import Courier
from tests.api import PASSWORD, User, q
from tests.fakes import FakeClock
from tests.wallet.bank import LEAF, WALLET, Bank, balance, refused
from tests.wallet.hooks import Hook
from tests.wallet.miniapp import MiniApp, base, launch, public
from tests.wallet.shop import Shop, number, pay

MINUTE = 60_000


@pytest.fixture
async def shop(bank: Bank, alice: User, bob: User) -> Shop:
    await bank.give(bob, 1_000)
    return await Shop.open(alice)


@pytest.fixture
async def app(server: Server, bank: Bank, shop: Shop) -> MiniApp:
    return await (await MiniApp.register(shop)).verify(server, bank)


def seconds(clock: FakeClock) -> int:
    return clock.now_ms() // 1000


def launches(server: Server) -> int:
    found = server.db._inline.execute("SELECT COUNT(*) FROM wallet_launches").fetchone()
    return int(found[0])


async def test_from_the_order_to_the_webhook(
    server: Server, shop: Shop, app: MiniApp, bob: User, clock: FakeClock
) -> None:
    await server.world.memory(Courier).stop()
    hook = await Hook.open(shop, "https://shop.example/", ["order.paid"])
    package = app.package(await app.order(description="Noodles"), seconds(clock))

    sheet = (await launch(bob, package)).ok()

    order = sheet["order"]
    assert sheet["app"] == {"id": app.id, "name": "Noodle club"}
    assert (order["name"], order["verified"], order["amount"]) == ("Noodles", False, "250")
    assert sheet["intent"] == {
        "kind": "order",
        "currency": LEAF,
        "amount": "250",
        "payee": shop.id,
    }
    (await pay(bob, order)).ok()
    assert [await balance(bob), await shop.balance()] == [750, 250]
    [told] = await hook.deliveries()
    assert (told["kind"], told["ref"]) == ("order.paid", order["id"])


async def test_a_package_is_used_by_one_account(
    server: Server, app: MiniApp, bob: User, carol: User, clock: FakeClock
) -> None:
    """Whoever hears no answer may ask again; whoever listened in gets nothing."""
    prepay = await app.order()
    package = app.package(prepay, seconds(clock))
    first = (await launch(bob, package)).ok()

    assert (await launch(bob, package)).ok() == first
    refused(await launch(carol, package), 409, "NONCE_USED")
    another = app.package(await app.order(), seconds(clock), nonce=package["nonce"])
    refused(await launch(bob, another), 409, "NONCE_USED")
    assert launches(server) == 1
    (await launch(carol, app.package(prepay, seconds(clock)))).ok()


async def test_each_thing_that_is_wrong_has_its_own_refusal_and_nothing_is_written(
    server: Server, bank: Bank, shop: Shop, app: MiniApp, bob: User, carol: User, clock: FakeClock
) -> None:
    prepay, now = await app.order(), seconds(clock)
    good = app.package(prepay, now)
    stranger = MiniApp(shop, app.id, Ed25519PrivateKey.generate())
    unverified = await MiniApp.register(shop, "Another")
    other = await (await MiniApp.register(await Shop.open(carol))).verify(server, bank)
    native = f"prepay_id={(await shop.order()).ok()['id']}"

    refused(await launch(bob, good | {"sign_type": "RSA"}), 400, "BAD_PACKAGE")
    assert (await launch(bob, good | {"app_id": "app_nothing"})).status == 404
    refused(await launch(bob, stranger.package(prepay, now)), 403, "BAD_SIGNATURE")
    refused(await launch(bob, good | {"timestamp": str(now + 1)}), 403, "BAD_SIGNATURE")
    refused(await launch(bob, unverified.package(prepay, now)), 403, "APP_NOT_VERIFIED")
    refused(await launch(bob, app.package(prepay, now - 301)), 409, "STALE_PACKAGE")
    refused(await launch(bob, app.package(prepay, now + 400)), 409, "STALE_PACKAGE")
    # An order of another merchant, one that is for something else, one that is none.
    for wrong in (await other.order(), native, "prepay_id=o_nothing"):
        assert (await launch(bob, app.package(wrong, seconds(clock)))).status == 404

    assert launches(server) == 0
    (await launch(bob, good)).ok()


async def test_what_has_ended_is_not_shown_for_payment(
    app: MiniApp, shop: Shop, bob: User, clock: FakeClock
) -> None:
    paid, closed, late = await app.order(), await app.order(), await app.order()
    (await pay(bob, {"id": paid.removeprefix("prepay_id=")})).ok()
    (await shop.act(closed.removeprefix("prepay_id="), "close")).ok()

    refused(await launch(bob, app.package(paid, seconds(clock))), 409, "ENDED")
    refused(await launch(bob, app.package(closed, seconds(clock))), 409, "ENDED")
    clock.advance(15 * MINUTE)
    refused(await launch(bob, app.package(late, seconds(clock))), 409, "EXPIRED")


async def test_used_nonces_are_forgotten_when_nobody_could_use_them(
    server: Server, app: MiniApp, bob: User, clock: FakeClock
) -> None:
    (await launch(bob, app.package(await app.order(), seconds(clock)))).ok()
    clock.advance(11 * MINUTE)

    (await launch(bob, app.package(await app.order(), seconds(clock)))).ok()

    assert launches(server) == 1


async def test_another_key_voids_what_the_old_one_signed(
    app: MiniApp, shop: Shop, bob: User, clock: FakeClock
) -> None:
    prepay, old = await app.order(), app.key
    package = app.package(prepay, seconds(clock))
    app.key = Ed25519PrivateKey.generate()
    path = f"{shop.path}/apps/{app.id}/key"
    refused(await shop.owner.put(path, {"public_key": "x"}), 400, "BAD_APP")

    changed = (await shop.owner.put(path, {"public_key": base(public(app.key))})).ok()

    assert changed["verified"]
    assert old is not app.key
    refused(await launch(bob, package), 403, "BAD_SIGNATURE")
    (await launch(bob, app.package(prepay, seconds(clock)))).ok()


async def test_apps_of_a_merchant(
    server: Server, bank: Bank, shop: Shop, bob: User, clock: FakeClock
) -> None:
    key = base(public(Ed25519PrivateKey.generate()))
    path = f"{shop.path}/apps"
    for wrong in ({"name": ""}, {"name": "x" * 65}, {"public_key": "AAAA"}, {"public_key": 1}):
        refused(
            await shop.owner.post(path, {"name": "a", "public_key": key} | wrong), 400, "BAD_APP"
        )
    made = (await shop.owner.post(path, {"name": "a", "public_key": key})).ok()
    assert (await shop.owner.post(path, {"name": "a", "public_key": key})).ok() == made
    assert made["verified"] is False
    assert (await shop.server.get(path)).ok() == {"apps": [made]}
    refused(await shop.server.post(path, {"name": "b", "public_key": key}), 403, "SCOPE")
    for method in ("GET", "POST"):
        body = None if method == "GET" else {"name": "b", "public_key": key}
        assert (await bob.request(method, path, body)).status == 404
    for n in range(9):
        (await shop.owner.post(path, {"name": f"a{n}", "public_key": key})).ok()
    refused(await shop.owner.post(path, {"name": "more", "public_key": key}), 409, "TOO_MANY")

    ended = (await shop.owner.request("DELETE", f"{path}/{made['id']}")).ok()

    assert ended["ended_at"] is not None
    assert (await shop.owner.request("DELETE", f"{path}/{made['id']}")).status == 404
    (await shop.owner.post(path, {"name": "more", "public_key": key})).ok()
    with pytest.raises(NotFoundError):
        await server.db.write(apps.verify, bank.operators[0], made["id"], is_right=True)


async def test_an_app_that_has_ended_asks_for_nothing(
    app: MiniApp, shop: Shop, bob: User, clock: FakeClock
) -> None:
    prepay = await app.order()
    (await shop.owner.request("DELETE", f"{shop.path}/apps/{app.id}")).ok()

    assert (await launch(bob, app.package(prepay, seconds(clock)))).status == 404


async def test_only_operators_verify(server: Server, bank: Bank, app: MiniApp, bob: User) -> None:
    with pytest.raises(ForbiddenError):
        await server.db.write(apps.verify, UserId(bob.id), app.id, is_right=True)
    done = await server.db.write(apps.verify, bank.operators[0], app.id, is_right=False)
    assert done.verified_at is None


async def test_the_operators_command(
    server: Server, settings: Settings, shop: Shop, alice: User
) -> None:
    app = await MiniApp.register(shop)
    await server.db.write(make_admin, UserId(alice.id))
    where = ["--data", settings.data, "--server-name", settings.server_name]

    async def command(*words: str) -> str:
        given = ["app", *words, *where]
        done = await asyncio.to_thread(CliRunner().invoke, wallet, given, f"{PASSWORD}\n")
        assert done.exit_code == 0, done.output
        return str(done.output)

    await server.stop()
    assert "not verified" in await command("list")
    assert "Noodle club is verified" in await command("verify", app.id, "--by", "alice")
    assert f"{app.id} Noodle club of {shop.id}, verified" in await command("list")
    assert "not verified any more" in await command("unverify", app.id, "--by", "alice")
    assert Path(settings.data).is_dir()


# --- invoices ---------------------------------------------------------------------------------

PRICES = [{"label": "Noodles", "amount": "250"}, {"label": "Tea", "amount": "50"}]


async def invoice(shop: Shop, **changes: Any) -> Any:
    body = {
        "out_trade_no": number(),
        "title": "Lunch",
        "description": "Noodles and tea",
        "payload": "table 4",
        "currency": LEAF,
        "prices": PRICES,
    }
    return await shop.server.post(f"{shop.path}/invoices", body | changes)


async def test_an_invoice_is_opened_by_its_slug_and_paid(
    shop: Shop, bob: User, carol: User
) -> None:
    made = (await invoice(shop)).ok()
    slug = made["slug"]
    assert made["link"] == f"courtyard://invoice/{slug}"
    assert made["compatible"] == f"https://t.me/${slug}"
    path = f"{WALLET}/invoices/{q(slug)}"

    seen = (await bob.get(path)).ok()

    assert (seen["title"], seen["prices"], seen["status"]) == ("Lunch", PRICES, "pending")
    assert seen["order"]["amount"] == seen["intent"]["amount"] == "300"
    assert "payload" not in seen
    (await pay(bob, seen["order"])).ok()
    assert (await bob.get(path)).ok()["status"] == "paid"
    assert (await carol.get(path)).status == 404
    theirs = (await shop.server.get(f"{shop.path}/invoices/{q(slug)}")).ok()
    assert (theirs["payload"], theirs["order"]["state"]) == ("table 4", "paid")


async def test_the_same_number_is_the_same_invoice(shop: Shop) -> None:
    first = (await invoice(shop, out_trade_no="n1")).ok()

    assert (await invoice(shop, out_trade_no="n1")).ok() == first
    refused(await invoice(shop, out_trade_no="n1", payload="table 5"), 409, "KEY_REUSED")
    turned = [PRICES[0] | {"amount": "50"}, PRICES[1] | {"amount": "250"}]
    refused(await invoice(shop, out_trade_no="n1", prices=turned), 409, "KEY_REUSED")


@pytest.mark.parametrize(
    "changes, code",
    [
        *(({"title": ""}, "BAD_INVOICE"), ({"title": "x" * 33}, "BAD_INVOICE")),
        *(({"payload": "x" * 129}, "BAD_INVOICE"), ({"payload": 1}, "BAD_INVOICE")),
        *(({"prices": []}, "BAD_INVOICE"), ({"prices": None}, "BAD_INVOICE")),
        ({"prices": [{"label": "a", "amount": 1}]}, "BAD_AMOUNT"),
        ({"prices": [{"label": "a", "amount": "0"}]}, "BAD_AMOUNT"),
        ({"prices": [{"label": "a\nb", "amount": "1"}]}, "BAD_ORDER"),
        ({"out_trade_no": ""}, "BAD_ORDER"),
    ],
)
async def test_an_invoice_of_another_shape_is_refused_and_nothing_is_written(
    server: Server, shop: Shop, changes: dict[str, Any], code: str
) -> None:
    refused(await invoice(shop, **changes), 400, code)

    for table in ("wallet_invoices", "wallet_orders"):
        count = server.db._inline.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
        assert count == (0,)
    refused(await invoice(shop, currency="NONE"), 404, "UNKNOWN_CURRENCY")
    (await invoice(shop)).ok()


async def test_how_an_invoice_ends(shop: Shop, bob: User, clock: FakeClock) -> None:
    closed, late = (await invoice(shop)).ok(), (await invoice(shop)).ok()
    (await shop.act(closed["order"]["id"], "close")).ok()
    clock.advance(15 * MINUTE)

    for made, status in ((closed, "cancelled"), (late, "failed")):
        assert (await bob.get(f"{WALLET}/invoices/{q(made['slug'])}")).ok()["status"] == status


async def test_an_invoice_is_its_merchants(shop: Shop, bob: User, carol: User) -> None:
    made = (await invoice(shop)).ok()
    other = await Shop.open(carol)

    assert (await other.server.get(f"{other.path}/invoices/{q(made['slug'])}")).status == 404
    assert (await bob.get(f"{shop.path}/invoices/{q(made['slug'])}")).status == 404
    assert (await bob.get(f"{WALLET}/invoices/i_nothing")).status == 404
    assert (await shop.server.get(f"{shop.path}/invoices/i_nothing")).status == 404
