"""A till charges a person who shows their code, through HTTP."""

import asyncio
import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest

from courtyard.accounts.throttle import Limit
from courtyard.app.wiring import Server
from courtyard.cli.check import violations
from courtyard.wallet.shops import charge, orders, sweep
from courtyard.wallet.shops.errors import ScopeError
from tests.api import Answer, Api, User, q
from tests.fakes import FakeClock
from tests.tables import Tables
from tests.wallet.bank import DAY, LEAF, WALLET, Bank, balance, refused
from tests.wallet.shop import Shop, Till, number, pay


@pytest.fixture
async def shop(bank: Bank, alice: User, bob: User) -> Shop:
    await bank.give(bob, 20_000)
    return await Shop.open(alice)


@pytest.fixture
async def till(shop: Shop) -> Till:
    return await shop.till()


async def code_of(user: User) -> str:
    return str((await user.post(f"{WALLET}/paycodes")).ok()["code"])


async def take(
    shop: Shop, till: Till | User, code: Any, amount: Any = "250", **rest: Any
) -> Answer:
    body = {"code": code, "out_trade_no": number(), "amount": amount, "currency": LEAF}
    return await till.post(f"{shop.path}/charges", body | rest)


def wants_proof(*_: Any) -> None:
    """Stand in for a guard that wants to know whether it is really they."""
    message = "Show that it is you."
    raise ScopeError(message)


async def test_a_code_pays_once(shop: Shop, till: Till, bob: User, server: Server) -> None:
    code = await code_of(bob)
    assert len(code) == 18
    assert code.startswith("90")
    done = (await take(shop, till, code, out_trade_no="T-1", description="Soup")).ok()

    assert (done["state"], done["kind"], done["amount"]) == ("paid", "till", "250")
    assert (await balance(bob), await shop.balance()) == (19_750, 250)
    # The same charge again is the same order; the same code for another charge is refused.
    assert (await take(shop, till, code, out_trade_no="T-1", description="Soup")).ok() == done
    refused(await take(shop, till, code), 409, "BAD_PAYCODE")
    assert (await balance(bob), await shop.balance()) == (19_750, 250)
    assert list(violations(Path(server.settings.data))) == []


async def test_a_charge_that_came_before_with_another_body_is_refused(
    shop: Shop, till: Till, bob: User
) -> None:
    code = await code_of(bob)
    (await take(shop, till, code, out_trade_no="T-1")).ok()
    for change in ({"amount": "251"}, {"code": await code_of(bob)}, {"description": "x"}):
        body = {"code": code, "amount": "250"} | change
        refused(await take(shop, till, out_trade_no="T-1", **body), 409, "KEY_REUSED")
    assert await balance(bob) == 19_750


@pytest.mark.parametrize("late", [-2_000, 0])
async def test_a_code_lives_for_a_minute(
    shop: Shop, till: Till, bob: User, clock: FakeClock, server: Server, late: int
) -> None:
    made = (await bob.post(f"{WALLET}/paycodes")).ok()
    clock.advance(made["expires_at"] - clock.now_ms() + late)
    if late < 0:
        (await take(shop, till, made["code"])).ok()
        return
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        tables.changes()
        refused(await take(shop, till, made["code"]), 409, "BAD_PAYCODE")
        assert tables.changes() == {}


async def test_every_code_that_does_not_work_is_answered_alike(
    shop: Shop, till: Till, bob: User, clock: FakeClock
) -> None:
    """A guess learns nothing."""
    used = await code_of(bob)
    (await take(shop, till, used)).ok()
    replaced = await code_of(bob)
    expired = await code_of(bob)
    clock.advance(60_000)
    answers = [
        await take(shop, till, code)
        for code in (used, replaced, expired, "90" + "0" * 16, "12" + "0" * 16, "1", "x", None, 1)
    ]
    assert len({(answer.status, str(answer.body)) for answer in answers}) == 1
    refused(answers[0], 409, "BAD_PAYCODE")


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", 1, None, str(2**53), "9" * 400])
async def test_an_amount_that_is_none_leaves_the_code_as_it_was(
    shop: Shop, till: Till, bob: User, server: Server, amount: Any
) -> None:
    code = await code_of(bob)
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        tables.changes()
        assert (await take(shop, till, code, amount)).status == 400
        refused(await take(shop, till, code, currency="NONE"), 404, "UNKNOWN_CURRENCY")
        refused(await take(shop, till, code, out_trade_no=""), 400, "BAD_ORDER")
        assert tables.changes() == {}
    (await take(shop, till, code)).ok()


async def test_a_code_tells_once_that_money_is_short(
    shop: Shop, till: Till, bank: Bank, carol: User
) -> None:
    """Else a till could ask, amount by amount, how much there is."""
    await bank.give(carol, 100)
    code = await code_of(carol)
    refused(await take(shop, till, code, "101", out_trade_no="T"), 409, "INSUFFICIENT_FUNDS")
    refused(await take(shop, till, code, "101", out_trade_no="T"), 409, "INSUFFICIENT_FUNDS")
    refused(await take(shop, till, code, "100"), 409, "BAD_PAYCODE")
    (await take(shop, till, await code_of(carol), "100")).ok()
    # What was refused can be taken back, as anything else.
    assert (await shop.act("T", "revoke")).ok()["state"] == "closed"


async def test_what_wants_a_proof_waits_for_the_person(
    shop: Shop, till: Till, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charge, "authorise", wants_proof)
    waiting = (await take(shop, till, await code_of(bob), out_trade_no="T-1")).ok()
    assert waiting["state"] == "confirming"
    assert await balance(bob) == 20_000

    (mine,) = (await bob.get(f"{WALLET}/paycodes/pending")).ok()["orders"]
    assert (mine["id"], mine["name"], mine["amount"]) == (waiting["id"], "Noodles", "250")
    assert (await carol.get(f"{WALLET}/paycodes/pending")).ok()["orders"] == []
    # Nobody else can pay it, or see it.
    assert (await pay(carol, waiting)).status == 404
    assert (await carol.get(f"{WALLET}/orders/{waiting['id']}")).status == 404
    (await pay(bob, waiting)).ok()
    assert (await till.get(f"{shop.path}/orders/T-1")).ok()["state"] == "paid"
    assert (await bob.get(f"{WALLET}/paycodes/pending")).ok()["orders"] == []


async def test_what_nobody_confirms_ends_after_three_minutes(
    shop: Shop, till: Till, bob: User, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charge, "authorise", wants_proof)
    waiting = (await take(shop, till, await code_of(bob))).ok()
    clock.advance(3 * 60_000)
    assert (await bob.get(f"{WALLET}/paycodes/pending")).ok()["orders"] == []
    refused(await pay(bob, waiting), 409, "EXPIRED")
    told = (await till.get(f"{shop.path}/orders/{waiting['id']}")).ok()
    assert (told["state"], told["closed_as"]) == ("closed", "expired")


async def test_a_till_takes_back_its_charges_for_a_day(
    shop: Shop, till: Till, bob: User, clock: FakeClock
) -> None:
    done = (await take(shop, till, await code_of(bob))).ok()
    other = (await shop.order("250")).ok()
    path = f"{shop.path}/orders"
    refused(await till.post(f"{path}/{other['id']}/revoke"), 403, "SCOPE")
    assert (await till.post(f"{path}/{done['id']}/revoke")).ok()["refunded"] == "250"
    assert await balance(bob) == 20_000

    done = (await take(shop, till, await code_of(bob))).ok()
    clock.advance(DAY)
    refused(await till.post(f"{path}/{done['id']}/revoke"), 403, "SCOPE")
    (await shop.act(done["id"], "revoke")).ok()


async def test_a_cashier_charges_with_their_own_login(shop: Shop, bob: User, carol: User) -> None:
    assert (await take(shop, carol, await code_of(bob))).status == 404
    (await shop.owner.put(f"{shop.path}/cashiers/{q(carol.id)}")).ok()
    done = (await take(shop, carol, await code_of(bob))).ok()
    assert (done["state"], done["made_by"]) == ("paid", carol.id)


async def test_a_charge_after_its_revocation_is_refused(shop: Shop, till: Till, bob: User) -> None:
    """The till timed out and revoked; then the charge arrives."""
    code = await code_of(bob)
    (await till.post(f"{shop.path}/orders/late/revoke")).ok()
    refused(await take(shop, till, code, out_trade_no="late"), 409, "KEY_REUSED")
    assert await balance(bob) == 20_000


async def test_a_closed_shop_charges_nobody(shop: Shop, bob: User, carol: User) -> None:
    (await shop.owner.put(f"{shop.path}/cashiers/{q(carol.id)}")).ok()
    code = await code_of(bob)
    (await shop.owner.post(f"{shop.path}/close")).ok()
    refused(await take(shop, carol, code), 409, "MERCHANT_CLOSED")


# --- packs for a device without a network -------------------------------------------------------


async def pack_of(user: User) -> Any:
    return (await user.post(f"{WALLET}/paycodes/packs", {"currency": LEAF})).ok()


async def test_a_pack_pays_under_its_caps(shop: Shop, till: Till, bob: User) -> None:
    pack = await pack_of(bob)
    assert (len(set(pack["codes"])), pack["cap_each"], pack["cap_total"]) == (15, "2000", "10000")
    codes = iter(pack["codes"])
    # More than one code pays: the person has to confirm it.
    assert (await take(shop, till, next(codes), "2001")).ok()["state"] == "confirming"
    for _ in range(5):
        assert (await take(shop, till, next(codes), "2000")).ok()["state"] == "paid"
    # More than all of them together.
    assert (await take(shop, till, next(codes), "1")).ok()["state"] == "confirming"
    assert await balance(bob) == 10_000
    (known,) = (await bob.get(f"{WALLET}/paycodes/packs")).ok()["packs"]
    assert known["spent"] == "10000"
    assert "codes" not in known


async def test_a_pack_goes_with_its_time_its_successor_and_its_device(
    shop: Shop, till: Till, bob: User, api: Api, clock: FakeClock
) -> None:
    first = await pack_of(bob)
    second = await pack_of(bob)
    refused(await take(shop, till, first["codes"][0]), 409, "BAD_PAYCODE")
    (await take(shop, till, second["codes"][0])).ok()

    (await bob.request("DELETE", f"{WALLET}/paycodes/{q(bob.device_id)}")).ok()
    refused(await take(shop, till, second["codes"][1]), 409, "BAD_PAYCODE")

    third = await pack_of(bob)
    clock.advance(DAY)
    refused(await take(shop, till, third["codes"][0]), 409, "BAD_PAYCODE")

    phone = await api.login(bob.id)
    lost = await pack_of(phone)
    now = await code_of(phone)
    (await phone.post("logout")).ok()
    for code in (lost["codes"][0], now):
        refused(await take(shop, till, code), 409, "BAD_PAYCODE")
    assert (await bob.get(f"{WALLET}/paycodes/packs")).ok()["packs"] == []


async def test_a_pack_needs_a_currency(bank: Bank, bob: User) -> None:
    answer = await bob.post(f"{WALLET}/paycodes/packs", {"currency": "NONE"})
    refused(answer, 404, "UNKNOWN_CURRENCY")


async def test_old_codes_are_forgotten(
    shop: Shop, bob: User, clock: FakeClock, server: Server
) -> None:
    await pack_of(bob)
    clock.advance(2 * DAY + 1)
    await sweep.sweep(server.db)
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        assert tables.rows()["wallet_paycodes"] == frozenset()


# --- many at once -------------------------------------------------------------------------------


async def test_thirty_two_tills_charge_one_shop_at_once(
    shop: Shop, bank: Bank, api: Api, server: Server
) -> None:
    """Nothing lost, nothing double, each code once, although each charge is sent twice and each code shown at two tills.

    Elsewhere the same key twice in one batch was a fault (formance stack #1633), and a hot account lost credits (blnk #238).
    """
    tills = [await shop.till() for _ in range(32)]
    payers = [await api.register(f"payer{place}") for place in range(8)]
    for payer in payers:
        await bank.give(payer, 10_000)
    codes = [code for payer in payers for code in (await pack_of(payer))["codes"][:8]]
    assert len(codes) == 64

    async def ring(place: int) -> list[Answer]:
        till, other = tills[place % 32], tills[(place + 1) % 32]
        body = {"code": codes[place], "out_trade_no": f"T{place}"}
        return list(
            await asyncio.gather(
                take(shop, till, amount="7", **body),
                take(shop, till, amount="7", **body),
                take(shop, other, amount="7", **(body | {"out_trade_no": f"X{place}"})),
            )
        )

    found = await asyncio.gather(*(ring(place) for place in range(64)))
    for answers in found:
        paid = [answer for answer in answers if answer.status == 200]
        lost = [answer for answer in answers if answer.status != 200]
        # Either both tries of the one charge, or the other till's.
        assert len({answer.body["id"] for answer in paid}) == 1
        assert len(paid) in (1, 2)
        for answer in lost:
            refused(answer, 409, "BAD_PAYCODE")
    assert await shop.balance() == 64 * 7
    for payer in payers:
        assert await balance(payer) == 10_000 - 8 * 7
    assert list(violations(Path(server.settings.data))) == []


async def test_a_merchant_is_limited_as_a_whole(
    shop: Shop, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tills = itertools.cycle([await shop.till(), await shop.till()])
    monkeypatch.setattr(orders, "SHOP", Limit("shop", burst=3, every_ms=60_000))
    settings = msgspec.structs.replace(server.world.settings, rate_limits="on")
    monkeypatch.setattr(server.world, "settings", settings)

    for _ in range(3):
        refused(await take(shop, next(tills), "90" + "0" * 16), 409, "BAD_PAYCODE")
    answer = await take(shop, next(tills), "90" + "0" * 16)
    assert (answer.status, answer.errcode) == (429, "M_LIMIT_EXCEEDED")
