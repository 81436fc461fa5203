"""Consents through HTTP: asked for, answered, charged, taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.cli.check import violations
from courtyard.gate.restrict import restrict
from courtyard.wallet.consents import answer as answering
from courtyard.wallet.webhooks.courier import Courier
from tests.api import PASSWORD, Api, User, q
from tests.fakes import FakeClock
from tests.gate.restrictions import restriction
from tests.wallet.agreements import MONTHS, agreed, ask, charge, grant, limits, revoke
from tests.wallet.bank import DAY, LEAF, WALLET, Bank, balance, refused
from tests.wallet.hooks import Hook
from tests.wallet.keychain import ask as ask_proof
from tests.wallet.keychain import proof, set_pin
from tests.wallet.shop import Shop, number

TABLES = (
    "wallet_consents",
    "wallet_charges",
    "wallet_consent_use",
    "wallet_orders",
    "wallet_transfers",
)
MONTH = 30 * DAY


@pytest.fixture
async def shop(bank: Bank, alice: User, bob: User) -> Shop:
    await bank.give(bob, 1_000)
    return await Shop.open(alice)


def rows(server: Server) -> list[int]:
    count = server.db._inline.execute
    return [count(f"SELECT COUNT(*) FROM {one}").fetchone()[0] for one in TABLES]  # noqa: S608


async def test_a_consent_is_asked_for_granted_and_charged(shop: Shop, bob: User) -> None:
    asked = (await ask(shop, limits(perCharge="300"))).ok()
    assert asked["state"] == "pending"
    assert asked["limits"] == limits(perCharge="300") | {"receiver": shop.id}
    link = f"{WALLET}/consents/by-link/{asked['link']}"
    seen = (await bob.get(link)).ok()
    assert (seen["name"], seen["verified"], seen["description"]) == (
        "Noodles",
        False,
        "Noodles each week",
    )

    granted = (await grant(bob, asked["link"])).ok()
    paid = (await charge(shop, asked["id"], "300")).ok()

    assert granted["state"] == "granted"
    assert (paid["state"], paid["kind"], paid["amount"]) == ("paid", "consent", "300")
    assert (paid["made_by"], "user_id" in paid) == (asked["id"], False)
    assert [await balance(bob), await shop.balance()] == [700, 300]
    mine = (await bob.get(f"{WALLET}/consents/{asked['id']}")).ok()
    assert (mine["now"]["used"], mine["now"]["left"], mine["now"]["interval"]) == ("300", "200", 0)
    assert [one["order"] for one in mine["charges"]] == [paid["id"]]
    theirs = (await shop.server.get(f"{shop.path}/consents/{asked['id']}")).ok()
    assert theirs["charges"] == mine["charges"]
    assert theirs["payer"] == paid["payer"]


async def test_a_charge_stands_in_the_history_with_the_shop_and_the_consent(
    shop: Shop, bob: User
) -> None:
    id = await agreed(shop, bob)
    paid = (await charge(shop, id)).ok()

    newest = (await bob.get(f"{WALLET}/history/{LEAF}")).ok()["entries"][0]
    order = (await bob.get(f"{WALLET}/orders/{paid['id']}")).ok()

    assert (newest["kind"], newest["with"], newest["ref"]) == (
        "consent_charged",
        shop.id,
        paid["id"],
    )
    assert (order["name"], order["consent"]) == ("Noodles", id)


async def test_the_same_number_is_the_same_consent(shop: Shop) -> None:
    first = (await ask(shop, number="n1")).ok()

    assert (await ask(shop, number="n1")).ok() == first
    refused(await ask(shop, limits("501"), number="n1"), 409, "KEY_REUSED")
    refused(await ask(shop, limits(perCharge="5"), number="n1"), 409, "KEY_REUSED")


async def test_the_same_number_is_the_same_charge(shop: Shop, bob: User) -> None:
    id = await agreed(shop, bob)
    other = await agreed(shop, bob)
    first = (await charge(shop, id, out_trade_no="n1")).ok()

    assert (await charge(shop, id, out_trade_no="n1")).ok() == first
    refused(await charge(shop, id, "101", out_trade_no="n1"), 409, "KEY_REUSED")
    refused(await charge(shop, other, out_trade_no="n1"), 409, "KEY_REUSED")
    assert await balance(bob) == 900


async def test_ten_requests_at_once_are_one_charge(shop: Shop, bob: User) -> None:
    id = await agreed(shop, bob)

    answers = await asyncio.gather(*(charge(shop, id, out_trade_no="n1") for _ in range(10)))

    assert len({one.ok()["id"] for one in answers}) == 1
    assert await balance(bob) == 900


async def test_charges_at_once_never_exceed_the_interval(
    server: Server, settings: Settings, shop: Shop, bob: User
) -> None:
    id = await agreed(shop, bob)

    answers = await asyncio.gather(*(charge(shop, id, "60") for _ in range(20)))

    assert sorted(one.status for one in answers) == [200] * 8 + [409] * 12
    assert await balance(bob) == 1_000 - 480
    assert list(violations(Path(settings.data))) == []


@pytest.mark.parametrize(
    "given",
    [
        *(None, {}, [], "R12", limits() | {"more": 1}, limits(interval="P1M")),
        *(limits(interval="R0/2023-11-01T00:00:00Z/P1M"), limits(receiver="mch_other")),
        *(limits(perCharge="501"), {"debitAmount": {"value": "5", "assetCode": LEAF}}),
        {"debitAmount": {"value": "5", "assetCode": LEAF, "assetScale": 3}},
    ],
)
async def test_limits_of_another_shape_are_refused_and_nothing_is_written(
    server: Server, shop: Shop, given: Any
) -> None:
    before = rows(server)
    body = {"number": number(), "limits": given, "description": ""}

    refused(await shop.server.post(f"{shop.path}/consents", body), 400, "BAD_LIMITS")

    assert rows(server) == before
    (await ask(shop)).ok()


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", 5, 5.0, None, "", "1e3", "\uff19"])
async def test_an_amount_of_another_shape_is_refused_and_nothing_is_written(
    server: Server, shop: Shop, bob: User, amount: Any
) -> None:
    id = await agreed(shop, bob)
    before = rows(server)

    refused(await charge(shop, id, amount), 400, "BAD_AMOUNT")
    refused(await ask(shop, limits(amount)), 400, "BAD_AMOUNT")
    assert (await charge(shop, id, "9" * 20)).status == 400

    assert rows(server) == before


async def test_each_limit_has_its_own_refusal_and_moves_nothing(
    server: Server, bank: Bank, shop: Shop, bob: User, clock: FakeClock
) -> None:
    id = await agreed(shop, bob, limits(perCharge="300"))
    (await charge(shop, id, "300")).ok()
    before = rows(server)

    over = await charge(shop, id, "301")
    refused(over, 409, "OVER_CHARGE")
    assert over.body["org.courtyard.most"] == "300"
    full = await charge(shop, id, "201")
    refused(full, 409, "OVER_INTERVAL")
    assert full.body["org.courtyard.left"] == "200"
    refused(await charge(shop, id, currency="NONE"), 404, "UNKNOWN_CURRENCY")
    assert rows(server) == before
    (await charge(shop, id, "200")).ok()
    refused(await charge(shop, id, "1"), 409, "OVER_INTERVAL")
    clock.advance(full.body["org.courtyard.next_at"] - clock.now_ms() - 60_000)
    refused(await charge(shop, id, "1"), 409, "OVER_INTERVAL")
    clock.advance(60_000)

    (await charge(shop, id, "300")).ok()

    refused(await charge(shop, id, "201"), 409, "OVER_INTERVAL")
    assert await balance(bob) == 200


async def test_a_refusal_is_remembered_under_its_number(
    shop: Shop, bob: User, clock: FakeClock
) -> None:
    """Who was told "no" must not find it paid later."""
    id = await agreed(shop, bob)
    (await charge(shop, id, "500")).ok()
    refused(await charge(shop, id, "1", out_trade_no="n1"), 409, "OVER_INTERVAL")
    clock.advance(MONTH)

    refused(await charge(shop, id, "1", out_trade_no="n1"), 409, "OVER_INTERVAL")
    (await charge(shop, id, "1", out_trade_no="n2")).ok()


async def test_before_the_first_interval_and_after_the_last_nothing_is_taken(
    shop: Shop, bob: User, clock: FakeClock
) -> None:
    id = await agreed(shop, bob, limits(interval="R1/2023-11-20T00:00:00Z/P1D"))
    early = await charge(shop, id)
    refused(early, 409, "CONSENT_NOT_STARTED")
    clock.advance(early.body["org.courtyard.starts_at"] - clock.now_ms())
    (await charge(shop, id)).ok()
    clock.advance(DAY)

    refused(await charge(shop, id), 409, "CONSENT_EXPIRED")
    assert (await bob.get(f"{WALLET}/consents/{id}")).ok()["state"] == "expired"


async def test_revoked_means_no_more_at_once(
    server: Server, shop: Shop, bob: User, carol: User
) -> None:
    id = await agreed(shop, bob)
    (await charge(shop, id)).ok()
    assert (await revoke(carol, id)).status == 404
    first = (await revoke(bob, id)).ok()
    before = rows(server)

    refused(await charge(shop, id), 409, "CONSENT_REVOKED")

    assert (first["state"], first["ended_by"]) == ("revoked", "person")
    assert (await revoke(bob, id)).ok() == first
    assert rows(server) == before


async def test_a_merchant_gives_a_consent_back(shop: Shop, bob: User, carol: User) -> None:
    id = await agreed(shop, bob)
    other = await Shop.open(carol)
    path = f"{shop.path}/consents/{id}/revoke"
    assert (await other.server.post(path)).status == 404
    assert (await other.server.post(f"{other.path}/consents/{id}/revoke")).status == 404

    shown = (await shop.server.post(path)).ok()

    assert (shown["state"], shown["ended_by"]) == ("revoked", "merchant")
    assert (await shop.server.post(path)).ok() == shown
    refused(await charge(shop, id), 409, "CONSENT_REVOKED")
    # Nobody can say yes to what is not wanted any more.
    asked = (await ask(shop)).ok()
    (await shop.server.post(f"{shop.path}/consents/{asked['id']}/revoke")).ok()
    refused(await grant(bob, asked["link"]), 409, "ENDED")


async def test_a_consent_is_answered_once_and_by_one(
    shop: Shop, bob: User, carol: User, clock: FakeClock
) -> None:
    asked = (await ask(shop)).ok()
    link = f"{WALLET}/consents/by-link/{asked['link']}"
    refused(await charge(shop, asked["id"]), 409, "CONSENT_NOT_GRANTED")
    first = (await grant(bob, asked["link"], key="k1")).ok()
    assert (await grant(bob, asked["link"], key="k1")).ok() == first
    refused(await grant(bob, asked["link"], key="k2"), 409, "ENDED")
    # Once somebody has answered, the link shows nothing to others.
    for answer in (
        await carol.get(link),
        await grant(carol, asked["link"]),
        await carol.post(f"{link}/refuse"),
    ):
        assert answer.status == 404
    no = (await ask(shop)).ok()
    path = f"{WALLET}/consents/by-link/{no['link']}/refuse"
    said = (await bob.post(path)).ok()
    assert (said["state"], (await bob.post(path)).ok()) == ("refused", said)
    refused(await grant(bob, no["link"]), 409, "ENDED")
    refused(await charge(shop, no["id"]), 409, "CONSENT_NOT_GRANTED")
    late = (await ask(shop)).ok()
    clock.advance(7 * DAY)
    refused(await grant(bob, late["link"]), 409, "EXPIRED")
    refused(await bob.post(f"{WALLET}/consents/by-link/{late['link']}/refuse"), 409, "EXPIRED")


async def test_only_who_is_named_may_say_yes(shop: Shop, bob: User, carol: User) -> None:
    asked = (await ask(shop, user_id=bob.id)).ok()
    refused(await ask(shop, user_id="@nobody:test.example"), 400, "BAD_RECIPIENT")

    assert (await carol.get(f"{WALLET}/consents/by-link/{asked['link']}")).status == 404
    assert (await grant(carol, asked["link"])).status == 404
    waiting = (await bob.get(f"{WALLET}/consents")).ok()["asked"]
    assert [one["link"] for one in waiting] == [asked["link"]]
    (await grant(bob, asked["link"])).ok()
    listed = (await bob.get(f"{WALLET}/consents")).ok()
    assert (listed["asked"], [one["id"] for one in listed["consents"]]) == ([], [asked["id"]])


async def test_the_list_comes_in_pages(shop: Shop, bob: User) -> None:
    made = [await agreed(shop, bob) for _ in range(5)]
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = (await bob.get(f"{WALLET}/consents", **params)).ok()
        seen += [one["id"] for one in page["consents"]]
        if "next" not in page:
            break
        params["start"] = page["next"]

    assert seen == made[::-1]
    assert (await bob.get(f"{WALLET}/consents", start="x")).status == 400


async def test_an_account_grants_so_many(
    shop: Shop, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "OPEN_MAX", 2)
    made = [await agreed(shop, bob) for _ in range(2)]
    asked = (await ask(shop)).ok()

    refused(await grant(bob, asked["link"]), 409, "TOO_MANY_CONSENTS")

    (await revoke(bob, made[0])).ok()
    (await grant(bob, asked["link"])).ok()


async def test_the_shape_of_a_grant(shop: Shop, bob: User) -> None:
    asked = (await ask(shop)).ok()

    refused(await grant(bob, asked["link"], key=""), 400, "BAD_KEY")
    assert (await grant(bob, asked["link"], proof=1)).errcode == "M_BAD_JSON"
    assert (await grant(bob, "l_nothing")).status == 404
    for until in (-1, 1, "x", 2**53):
        assert (await ask(shop, until=until)).status == 400


async def test_money_that_is_not_there_is_said_and_nothing_moves(
    server: Server, shop: Shop, bob: User, clock: FakeClock
) -> None:
    id = await agreed(shop, bob, limits("5000"))
    before = rows(server)

    refused(await charge(shop, id, "1001"), 409, "INSUFFICIENT_FUNDS")
    assert rows(server) == before
    (await charge(shop, id, "1000")).ok()


async def test_who_may_not_pay_is_not_told_on_to_the_merchant(
    server: Server, shop: Shop, bob: User
) -> None:
    """A measure is its account's to read."""
    id = await agreed(shop, bob)
    now = server.world.clock.now_ms()
    measure = restriction(
        "wallet.pay", user_id=UserId(bob.id), starts_at=now, ends_at=TimestampMs(now + DAY)
    )
    await server.db.write(restrict, measure, by_wallet=True)

    said = await charge(shop, id)

    refused(said, 409, "PAYER_CANNOT")
    assert set(said.body) == {"errcode", "error"}
    # And can still see and revoke.
    assert (await bob.get(f"{WALLET}/consents/{id}")).status == 200
    assert (await revoke(bob, id)).ok()["state"] == "revoked"


async def test_an_account_that_is_gone_is_charged_no_more(shop: Shop, api: Api) -> None:
    dora = await api.register("dora")
    id = await agreed(shop, dora)
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": dora.id},
        "password": PASSWORD,
    }
    started = await dora.post("account/deactivate", {})
    auth["session"] = started.body["session"]
    (await dora.post("account/deactivate", {"auth": auth})).ok()

    refused(await charge(shop, id), 409, "CONSENT_REVOKED")
    theirs = (await shop.server.get(f"{shop.path}/consents/{id}")).ok()
    assert theirs["ended_by"] == "server"


async def test_a_till_and_strangers_have_no_part_in_it(shop: Shop, bob: User, carol: User) -> None:
    id = await agreed(shop, bob)
    till = await shop.till("till")
    other = await Shop.open(carol)
    body = {"out_trade_no": number(), "currency": LEAF, "amount": "1"}
    path = f"{WALLET}/consents/{id}/charges"

    refused(await till.post(path, body), 403, "SCOPE")
    for who in (other.server, carol):
        assert (await who.post(path, body)).status == 404
        assert (await who.get(f"{shop.path}/consents/{id}")).status == 404
    assert (await carol.get(f"{WALLET}/consents/{id}")).status == 404
    assert (await other.server.get(f"{other.path}/consents/{id}")).status == 404
    assert await balance(bob) == 1_000
    (await shop.owner.post(path, body)).ok()


async def test_a_closed_shop_takes_nothing(shop: Shop, bob: User) -> None:
    id = await agreed(shop, bob)
    asked = (await ask(shop)).ok()
    (await shop.owner.post(f"{shop.path}/close")).ok()
    body = {"out_trade_no": number(), "currency": LEAF, "amount": "1"}

    refused(await shop.owner.post(f"{WALLET}/consents/{id}/charges", body), 409, "MERCHANT_CLOSED")
    refused(await grant(bob, asked["link"]), 409, "MERCHANT_CLOSED")
    assert (await revoke(bob, id)).status == 200


async def test_a_charge_can_be_refunded_and_its_interval_stays_used(shop: Shop, bob: User) -> None:
    id = await agreed(shop, bob)
    paid = (await charge(shop, id, "400")).ok()

    (await shop.act(paid["out_trade_no"], "refunds", out_refund_no="r1", amount="400")).ok()

    assert await balance(bob) == 1_000
    refused(await charge(shop, id, "101"), 409, "OVER_INTERVAL")


async def test_an_order_of_this_kind_is_made_by_a_charge_alone(shop: Shop) -> None:
    refused(await shop.order(kind="consent"), 400, "BAD_ORDER")


async def test_the_merchants_server_is_told(server: Server, shop: Shop, bob: User) -> None:
    await server.world.memory(Courier).stop()
    kinds = ["consent.granted", "consent.refused", "consent.revoked", "order.paid"]
    hook = await Hook.open(shop, "https://shop.example/", kinds)
    id = await agreed(shop, bob)
    paid = (await charge(shop, id)).ok()
    (await revoke(bob, id)).ok()
    (await revoke(bob, id)).ok()

    told = [(one["kind"], one["ref"], one["version"]) for one in await hook.deliveries()]

    assert told == [
        ("consent.revoked", id, 3),
        ("order.paid", paid["id"], paid["version"]),
        ("consent.granted", id, 2),
    ]


async def test_the_link_is_guessed_by_nobody(shop: Shop, bob: User) -> None:
    asked = (await ask(shop)).ok()
    assert asked["link"][2:] != asked["id"][2:]
    assert (await bob.get(f"{WALLET}/consents/by-link/{q(asked['id'])}")).status == 404
    assert MONTHS == asked["limits"]["interval"]


async def test_a_yes_is_proven_and_covers_what_it_allows(
    bank: Bank, shop: Shop, bob: User, clock: FakeClock
) -> None:
    await bank.give(bob, 50_000)
    (await set_pin(bob)).ok()
    clock.advance(DAY)  # a new PIN has to wait before somebody new is paid
    asked = (await ask(shop, limits("40000"))).ok()
    refused(await grant(bob, asked["link"]), 401, "PROOF_NEEDED")
    assert (await bob.get(f"{WALLET}/consents/by-link/{asked['link']}")).ok()["state"] == "pending"

    # For another sum it is no proof of this.
    wrong = await proof(bob, "consent", shop.id, "39999")
    refused(await grant(bob, asked["link"], **wrong), 401, "PROOF_NEEDED")
    (await grant(bob, asked["link"], **await proof(bob, "consent", shop.id, "40000"))).ok()

    (await charge(shop, asked["id"], "30000")).ok()
    (await charge(shop, asked["id"], "10000")).ok()
    # Nobody can take this way round a proof.
    assert (await ask_proof(bob, "consented", shop.id, "1")).status == 404
    (await bob.post(f"{WALLET}/freeze")).ok()
    refused(await charge(shop, asked["id"], "1"), 409, "OVER_INTERVAL")


async def test_a_frozen_wallet_is_charged_nothing_and_says_not_why(shop: Shop, bob: User) -> None:
    id = await agreed(shop, bob)
    (await bob.post(f"{WALLET}/freeze")).ok()

    said = await charge(shop, id)

    refused(said, 409, "PAYER_CANNOT")
    assert set(said.body) == {"errcode", "error"}
    assert (await revoke(bob, id)).ok()["state"] == "revoked"
