"""Codes that shops show, what they mean when they are scanned, bills and the feed: through HTTP."""

import asyncio
import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from courtyard.accounts.account import make_admin
from courtyard.app.wiring import Server
from courtyard.base.ids import TimestampMs, UserId
from courtyard.cli.check import violations
from courtyard.gate.model import RESTRICTABLE
from courtyard.gate.restrict import restrict
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import merchants, rules_bills, rules_emv
from tests.api import Answer, User
from tests.fakes import FakeClock
from tests.gate.restrictions import restriction
from tests.tables import Tables
from tests.wallet.bank import DAY, LEAF, WALLET, Bank, balance, refused
from tests.wallet.shop import Shop, number, pay


@pytest.fixture
async def shop(bank: Bank, alice: User, bob: User) -> Shop:
    await bank.give(bob, 1_000)
    return await Shop.open(alice)


async def static_of(shop: Shop) -> str:
    return str((await shop.server.get(f"{shop.path}/code", currency=LEAF)).ok()["code"])


async def scan(user: User, code: str, amount: Any = "250", **rest: Any) -> Answer:
    body = {"key": number(), "code": code, "currency": LEAF, "amount": amount}
    return await user.post(f"{WALLET}/codes/pay", body | rest)


async def resolve(user: User, code: str) -> Answer:
    return await user.post(f"{WALLET}/codes/resolve", {"code": code})


async def test_a_static_code_names_the_shop_and_takes_any_amount(
    shop: Shop, bob: User, carol: User, server: Server
) -> None:
    code = await static_of(shop)
    await server.db.write(make_admin, UserId(carol.id))
    name = "Noodles of Porto"
    await server.db.write(merchants.verify, UserId(carol.id), MerchantId(shop.id), name)

    seen = (await resolve(bob, code)).ok()
    # The name is what this server knows now, and not what was printed.
    assert (seen["kind"], seen["currency"]) == ("static", LEAF)
    assert (seen["merchant"]["name"], seen["merchant"]["verified"]) == (name, True)
    assert seen["merchant"]["mcc"] == "5812"

    paid = (await scan(bob, code, key="mine")).ok()
    assert (paid["state"], paid["kind"], paid["amount"], paid["name"]) == (
        *("paid", "static", "250", name),
    )
    assert (await scan(bob, code, key="mine")).ok() == paid
    assert (await balance(bob), await shop.balance()) == (750, 250)
    known = (await shop.server.get(f"{shop.path}/orders/{paid['id']}")).ok()
    assert (known["out_trade_no"][:2], known["made_by"]) == ("s_", "static")
    assert bob.id not in str(known)
    (await shop.act(paid["id"], "refunds", out_refund_no="R", amount="50")).ok()
    assert await balance(bob) == 800
    assert list(violations(Path(server.settings.data))) == []


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", 1, None, str(2**53)])
async def test_no_amount_is_no_payment(shop: Shop, bob: User, server: Server, amount: Any) -> None:
    code = await static_of(shop)
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        tables.changes()
        assert (await scan(bob, code, amount)).status == 400
        assert tables.changes() == {}


async def test_codes_that_cannot_be_paid_say_why(
    shop: Shop, bob: User, carol: User, server: Server
) -> None:
    code = await static_of(shop)
    values = rules_emv.unseal(code)

    def changed(**members: str) -> str:
        ours = rules_emv.split(values["26"])
        ours |= {name[1:]: value for name, value in members.items()}
        return rules_emv.seal(list((values | {"26": rules_emv.join(list(ours.items()))}).items()))

    other = await Shop.open(carol)
    theirs = rules_emv.split(rules_emv.unseal(await static_of(other))["26"])["02"]
    refusals = [
        (code[:-1], 400, "BAD_CODE"),
        ("https://example.org", 400, "BAD_CODE"),
        (changed(_00="org.example.x"), 409, "FOREIGN_CODE"),
        (changed(_01="00000000"), 409, "FOREIGN_CODE"),
        (changed(_03="AAAAAAAAAA"), 409, "FORGED_CODE"),
        # A sticker over the code that names another shop: its check value is the first one's.
        (changed(_02=theirs), 409, "FORGED_CODE"),
    ]
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        tables.changes()
        for wrong, status, error in refusals:
            refused(await resolve(bob, wrong), status, error)
            refused(await scan(bob, wrong), status, error)
        for answer in (
            await resolve(bob, changed(_02="x" * 24)),
            await scan(bob, changed(_02="x" * 24)),
        ):
            assert (answer.status, answer.errcode) == (404, "M_NOT_FOUND")
        refused(await scan(bob, code, currency="GOLD"), 404, "UNKNOWN_CURRENCY")
        assert tables.changes() == {}
    refused(await scan(carol, code), 409, "INSUFFICIENT_FUNDS")
    (await shop.owner.post(f"{shop.path}/close")).ok()
    refused(await scan(bob, code), 409, "MERCHANT_CLOSED")
    assert (await resolve(bob, code)).ok()["merchant"]["closed"] is True


async def test_an_orders_code_leads_to_the_order(shop: Shop, bob: User, clock: FakeClock) -> None:
    order = (await shop.order("250", description="Soup")).ok()
    seen = (await resolve(bob, order["code"])).ok()
    assert (seen["kind"], seen["order"]["id"], seen["order"]["amount"]) == (
        *("order", order["id"], "250"),
    )
    refused(await scan(bob, order["code"]), 400, "BAD_CODE")
    (await pay(bob, seen["order"])).ok()
    refused(await resolve(bob, order["code"]), 409, "ENDED")
    late = (await shop.order("250")).ok()
    clock.advance(900_000)
    refused(await resolve(bob, late["code"]), 409, "EXPIRED")


async def test_codes_are_drawn(shop: Shop, bob: User) -> None:
    order = (await shop.order("250")).ok()
    for path, params in (
        (f"{shop.path}/code.svg", {"currency": LEAF}),
        (f"{shop.path}/orders/{order['id']}/code.svg", {}),
    ):
        drawn = await shop.server.get(path, **params)
        assert drawn.status == 200
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert b"<svg" in drawn.body
        assert (await bob.get(path, **params)).status == 404
    answer = await shop.server.get(f"{shop.path}/code.svg")
    assert (answer.status, answer.errcode) == (400, "M_MISSING_PARAM")
    refused(await shop.server.get(f"{shop.path}/code", currency="NO"), 404, "UNKNOWN_CURRENCY")


# --- bills --------------------------------------------------------------------------------------


async def bill(shop: Shop, date: str, type: str = "all") -> list[list[str]]:
    path = f"{shop.path}/bills/{date}"
    answer = await shop.server.get(path, type=type)
    assert answer.status == 200, answer.body
    text: bytes = answer.body
    digest = hashlib.sha256(text).hexdigest()
    assert answer.headers["x-courtyard-sha256"] == digest
    info = (await shop.server.get(f"{path}/info", type=type)).ok()
    assert (info["sha256"], info["size"], info["type"]) == (digest, len(text), type)
    rows = list(csv.reader(io.StringIO(text.decode())))
    assert all(cell.startswith("`") for row in rows for cell in row)
    assert info["lines"] == len(rows) - 2 - len(info["totals"])
    return [[cell[1:] for cell in row] for row in rows]


async def test_a_day_is_billed_when_it_is_over(
    shop: Shop, bob: User, clock: FakeClock, server: Server
) -> None:
    clock.advance(DAY - clock.now_ms() % DAY)
    start = clock.now_ms() // DAY * DAY
    date = rules_bills.when(TimestampMs(start))[:10]
    first = (await shop.order("250", out_trade_no="A-1", description="=1+1")).ok()
    (await pay(bob, first)).ok()
    second = (await scan(bob, await static_of(shop), "100")).ok()
    (await shop.act(first["id"], "refunds", out_refund_no="R-1", amount="30", reason="cold")).ok()
    body = {"key": "w", "currency": LEAF, "amount": "20"}
    (await shop.owner.post(f"{shop.path}/withdraw", body)).ok()
    await shop.order("999")

    answer = await shop.server.get(f"{shop.path}/bills/{date}")
    refused(answer, 409, "BILL_NOT_READY")
    assert answer.body["org.courtyard.ready_at"] == start + DAY + 3_600_000
    clock.advance(DAY + 3_600_000)
    # What comes later is in a later bill.
    (await shop.act(first["id"], "refunds", out_refund_no="R-2", amount="1")).ok()

    rows = await bill(shop, date)
    assert rows[0][:4] == ["time", "type", "order", "out_trade_no"]
    told = [(row[1], row[2], row[8], row[11]) for row in rows[1:4]]
    assert told == [
        ("payment", first["id"], "250", "=1+1"),
        ("payment", second["id"], "100", ""),
        ("refund", first["id"], "30", "cold"),
    ]
    assert rows[4:] == [
        ["currency", "in_count", "in_amount", "out_count", "out_amount"],
        ["LEAF", "2", "350", "1", "30"],
    ]
    assert bob.id not in str(rows)
    assert [row[1] for row in (await bill(shop, date, "success"))[1:-2]] == ["payment", "payment"]
    assert [row[1] for row in (await bill(shop, date, "refund"))[1:-2]] == ["refund"]
    flow = await bill(shop, date, "fund-flow")
    assert [(row[1], row[4], row[5]) for row in flow[1:-2]] == [
        ("order_paid", "250", "250"),
        ("order_paid", "100", "350"),
        ("order_refunded", "-30", "320"),
        ("merchant_withdrawn", "-20", "300"),
    ]
    assert flow[-1] == ["LEAF", "2", "350", "2", "50"]
    # Three months later it is the same.
    clock.advance(92 * DAY)
    assert await bill(shop, date) == rows
    assert (await bill(shop, "2020-01-01"))[1:] == [rows[4]]
    assert list(violations(Path(server.settings.data))) == []


async def test_bills_are_for_the_owner(shop: Shop, bob: User) -> None:
    path = f"{shop.path}/bills/2020-01-01"
    refused(await (await shop.till()).get(path), 403, "SCOPE")
    assert (await bob.get(path)).status == 404
    for wrong in (f"{path}x", f"{shop.path}/bills/2020-02-30"):
        assert (await shop.server.get(wrong)).errcode == "M_INVALID_PARAM"
    assert (await shop.server.get(path, type="none")).errcode == "M_INVALID_PARAM"


# --- the feed -----------------------------------------------------------------------------------


async def test_a_speaker_hears_each_payment_and_the_days_count(shop: Shop, bob: User) -> None:
    path = f"{shop.path}/feed"
    till = await shop.till()
    now = (await till.get(path)).ok()
    assert (now["payments"], now["today"]) == ([], [])

    waiting = asyncio.create_task(till.get(path, since=now["next"], timeout="30000"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiting.done()
    (await pay(bob, (await shop.order("250")).ok())).ok()
    heard = (await waiting).ok()
    assert [one["amount"] for one in heard["payments"]] == ["250"]
    assert heard["today"] == [{"currency": LEAF, "count": 1, "amount": "250"}]

    (await pay(bob, (await shop.order("100")).ok())).ok()
    (await pay(bob, (await shop.order("50")).ok())).ok()
    more = (await till.get(path, since=heard["next"])).ok()
    assert [one["amount"] for one in more["payments"]] == ["100", "50"]
    assert more["today"] == [{"currency": LEAF, "count": 3, "amount": "400"}]
    rest = (await till.get(path, since=more["next"], timeout="0")).ok()
    assert rest["payments"] == []


async def test_the_count_begins_anew_each_day(shop: Shop, bob: User, clock: FakeClock) -> None:
    (await pay(bob, (await shop.order("250")).ok())).ok()
    now = (await shop.server.get(f"{shop.path}/feed")).ok()
    assert len(now["today"]) == 1
    clock.advance(now["day_ends_at"] - clock.now_ms())
    assert (await shop.server.get(f"{shop.path}/feed")).ok()["today"] == []


async def test_the_feed_is_for_those_at_the_till(shop: Shop, bob: User) -> None:
    path = f"{shop.path}/feed"
    assert (await bob.get(path)).status == 404
    for wrong in ({"since": "x"}, {"timeout": "-1"}, {"since": "1.5"}, {"since": "9" * 30}):
        assert (await shop.server.get(path, **wrong)).errcode == "M_INVALID_PARAM"
    far = str(2**50)
    assert (await shop.server.get(path, since=far, timeout="0")).ok()["next"] == far


# --- who was suspended --------------------------------------------------------------------------


async def test_a_suspended_owner_sees_the_shops_money_and_takes_it(
    shop: Shop, bob: User, server: Server
) -> None:
    """No decision about speech reaches money (P3)."""
    (await pay(bob, (await shop.order("250")).ok())).ok()
    now = server.world.clock.now_ms()
    for capability in sorted(RESTRICTABLE):
        one = restriction(capability, starts_at=now, ends_at=TimestampMs(now + 10**9))
        await server.db.write(restrict, one)

    assert await shop.balance() == 250
    body = {"key": "w", "currency": LEAF, "amount": "100"}
    (await shop.owner.post(f"{shop.path}/withdraw", body)).ok()
    (await pay(bob, (await shop.order("10")).ok())).ok()
    (await shop.owner.post(f"{shop.path}/close")).ok()
    assert (await balance(shop.owner), await shop.balance()) == (260, 0)


async def test_a_shop_whose_owner_may_not_receive_takes_nothing_and_says_no_more(
    shop: Shop, bob: User, server: Server
) -> None:
    """The wallet's own measure against fraud: the owner reads it, a payer learns only that the shop takes nothing."""
    order = (await shop.order("250")).ok()
    now = server.world.clock.now_ms()
    one = restriction("wallet.receive", starts_at=now, ends_at=TimestampMs(now + 10**9))
    await server.db.write(restrict, one, by_wallet=True)

    refused(await pay(bob, order), 409, "MERCHANT_CLOSED")
    assert (await shop.order("250")).errcode == "ORG.COURTYARD.RESTRICTED"
    assert await shop.balance() == 0
