"""Orders and refunds through HTTP: what merchants make, people pay, and what goes back."""

from pathlib import Path
from typing import Any

import pytest

from courtyard.accounts.account import deactivate_account
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.cli.check import violations
from courtyard.storage.tx import WriteTx
from courtyard.wallet.shops import sweep
from tests.api import User
from tests.fakes import FakeClock
from tests.tables import Tables
from tests.wallet.bank import DAY, LEAF, WALLET, Bank, balance, refused
from tests.wallet.shop import Shop, number, pay

HUGE = str(2**53)


@pytest.fixture
async def shop(bank: Bank, alice: User, bob: User) -> Shop:
    await bank.give(bob, 1_000)
    return await Shop.open(alice)


async def test_an_order_is_made_shown_and_paid(shop: Shop, bob: User, server: Server) -> None:
    order = (await shop.order("250", out_trade_no="A-1", description="Soup")).ok()
    assert (order["state"], order["version"], order["payer"]) == ("open", 1, None)

    seen = (await bob.get(f"{WALLET}/orders/{order['id']}")).ok()
    assert (seen["name"], seen["amount"], seen["description"]) == ("Noodles", "250", "Soup")
    assert "out_trade_no" not in seen

    paid = (await pay(bob, order, key="mine")).ok()
    assert (paid["state"], await balance(bob), await shop.balance()) == ("paid", 750, 250)
    assert (await pay(bob, order, key="mine")).ok() == paid
    assert await balance(bob) == 750

    for name in ("A-1", order["id"]):
        known = (await shop.server.get(f"{shop.path}/orders/{name}")).ok()
        assert (known["state"], known["version"]) == ("paid", 2)
        # The shop has a name for its payer, and it is not the account's.
        assert known["payer"].startswith("p_")
        assert bob.id not in str(known)
    history = (await bob.get(f"{WALLET}/history/{LEAF}")).ok()["entries"][0]
    assert (history["kind"], history["ref"]) == ("order_paid", order["id"])
    assert history["with"] == shop.id
    assert list(violations(Path(server.settings.data))) == []


async def test_a_number_is_one_order(shop: Shop, bob: User) -> None:
    body = {"out_trade_no": "A-1"}
    order = (await shop.order("250", **body)).ok()

    assert (await shop.order("250", **body)).ok() == order
    refused(await shop.order("251", **body), 409, "KEY_REUSED")
    refused(await shop.order("250", **body, description="x"), 409, "KEY_REUSED")
    (await pay(bob, order)).ok()
    # Asked again it is told as it stands.
    assert (await shop.order("250", **body)).ok()["state"] == "paid"


@pytest.mark.parametrize(
    "change, code",
    [
        *(({"amount": amount}, "BAD_AMOUNT") for amount in ("0", "-1", "1.5", 1, None, "")),
        ({"amount": HUGE}, None),
        *(({"out_trade_no": no}, "BAD_ORDER") for no in ("", "o_1", "s_1", "a b", "x" * 65, 1)),
        *(({"kind": kind}, "BAD_ORDER") for kind in ("till", "static", "consent")),
        ({"kind": "gift"}, None),
        *(({"description": text}, "BAD_ORDER") for text in ("x" * 256, "a\u0007", 1)),
        *(({"expires_at": at}, None) for at in (-1, "soon")),
        ({"expires_at": 1}, "BAD_ORDER"),
        ({"currency": "NONE"}, "UNKNOWN_CURRENCY"),
    ],
)
async def test_what_is_no_order_is_refused_and_leaves_no_row(
    shop: Shop, server: Server, change: dict[str, Any], code: str | None
) -> None:
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        tables.changes()
        answer = await shop.order(**change)
        assert 400 <= answer.status < 500
        assert code is None or answer.errcode == f"ORG.COURTYARD.{code}", answer.body
        assert tables.changes() == {}
    (await shop.order()).ok()


async def test_who_asks_comes_first_then_shape_then_number_then_currency(
    shop: Shop, carol: User
) -> None:
    (await shop.order("250", out_trade_no="A-1")).ok()
    bad = {"out_trade_no": "A-1", "kind": "native", "currency": "NONE", "amount": "x"}
    path = f"{shop.path}/orders"

    refused(await carol.post(path, bad), 400, "BAD_AMOUNT")
    assert (await carol.post(path, bad | {"amount": "1"})).status == 404
    refused(await (await shop.till()).post(path, bad | {"amount": "1"}), 403, "SCOPE")
    refused(await shop.server.post(path, bad | {"amount": "1"}), 409, "KEY_REUSED")
    refused(
        await shop.server.post(path, bad | {"amount": "1", "out_trade_no": "A-2"}),
        404,
        "UNKNOWN_CURRENCY",
    )


async def test_an_order_is_paid_once(shop: Shop, bank: Bank, bob: User, carol: User) -> None:
    """Elsewhere an order was paid twice, by two bodies (casdoor #4934)."""
    await bank.give(carol, 1_000)
    order = (await shop.order("250")).ok()
    (await pay(bob, order)).ok()

    for payer in (bob, carol):
        answer = await pay(payer, order, key="again")
        refused(answer, 409, "ENDED")
        assert answer.body["org.courtyard.state"] == "paid"
    assert (await balance(bob), await balance(carol), await shop.balance()) == (750, 1_000, 250)
    # Somebody else is not told of it any more.
    assert (await carol.get(f"{WALLET}/orders/{order['id']}")).status == 404


async def test_who_spent_all_and_asks_again_hears_of_the_payment(shop: Shop, bob: User) -> None:
    """Elsewhere a retry was told that the money was not there (rafiki #1139)."""
    order = (await shop.order("1000")).ok()
    paid = (await pay(bob, order, key="k")).ok()
    assert await balance(bob) == 0
    assert (await pay(bob, order, key="k")).ok() == paid


async def test_without_money_the_refusal_is_remembered(shop: Shop, bank: Bank, carol: User) -> None:
    order = (await shop.order("250")).ok()
    await bank.give(carol, 249)
    refused(await pay(carol, order, key="k"), 409, "INSUFFICIENT_FUNDS")
    await bank.give(carol, 1)
    refused(await pay(carol, order, key="k"), 409, "INSUFFICIENT_FUNDS")
    (await pay(carol, order)).ok()
    assert await balance(carol) == 0


@pytest.mark.parametrize("late, code", [(-1_000, None), (0, "EXPIRED"), (1, "EXPIRED")])
async def test_an_order_expires_by_the_clock(
    shop: Shop, bob: User, clock: FakeClock, server: Server, late: int, code: str | None
) -> None:
    order = (await shop.order("250")).ok()
    clock.advance(order["expires_at"] - clock.now_ms() + late)

    answer = await pay(bob, order, key="k")
    if code is None:
        answer.ok()
        return
    refused(answer, 409, code)
    told = (await shop.server.get(f"{shop.path}/orders/{order['id']}")).ok()
    assert (told["state"], told["closed_as"]) == ("closed", "expired")
    await sweep.sweep(server.db)
    again = (await shop.server.get(f"{shop.path}/orders/{order['id']}")).ok()
    assert again == told | {"version": 2}
    refused(await pay(bob, order, key="k"), 409, code)
    refused(await pay(bob, order), 409, code)
    assert await balance(bob) == 1_000


async def test_closing_is_final_and_may_be_asked_again(shop: Shop, bob: User) -> None:
    order = (await shop.order("250")).ok()
    for _ in range(2):
        told = (await shop.act(order["out_trade_no"], "close")).ok()
        assert (told["state"], told["closed_as"], told["version"]) == ("closed", "merchant", 2)
    answer = await pay(bob, order)
    refused(answer, 409, "ENDED")
    assert answer.body["org.courtyard.state"] == "closed"

    paid = (await shop.order("250")).ok()
    (await pay(bob, paid)).ok()
    refused(await shop.act(paid["id"], "close"), 409, "ENDED")
    assert (await shop.act("nowhere", "close")).status == 404


async def test_a_closed_shop_takes_no_payment(shop: Shop, bob: User) -> None:
    order = (await shop.order("250")).ok()
    (await shop.owner.post(f"{shop.path}/close")).ok()

    refused(await pay(bob, order), 409, "MERCHANT_CLOSED")
    body = {"out_trade_no": "new", "kind": "native", "currency": LEAF, "amount": "1"}
    refused(await shop.owner.post(f"{shop.path}/orders", body), 409, "MERCHANT_CLOSED")
    assert await balance(bob) == 1_000


async def test_closing_a_shop_brings_its_money_to_the_owner(shop: Shop, bob: User) -> None:
    (await pay(bob, (await shop.order("250")).ok())).ok()
    for _ in range(2):
        (await shop.owner.post(f"{shop.path}/close")).ok()
    assert (await balance(shop.owner), await shop.balance()) == (250, 0)


async def test_only_the_owner_takes_money_out_and_never_more_than_there_is(
    shop: Shop, bob: User
) -> None:
    (await pay(bob, (await shop.order("250")).ok())).ok()
    path = f"{shop.path}/withdraw"
    body = {"key": "w", "currency": LEAF, "amount": "251"}
    refused(await shop.owner.post(path, body), 409, "MERCHANT_SHORT")
    body = {"key": "v", "currency": LEAF, "amount": "100"}
    refused(await shop.server.post(path, body), 403, "SCOPE")
    for _ in range(2):
        (await shop.owner.post(path, body)).ok()
    assert (await balance(shop.owner), await shop.balance()) == (100, 150)
    refused(await shop.owner.post(path, body | {"amount": "101"}), 409, "KEY_REUSED")
    history = (await shop.owner.get(f"{WALLET}/history/{LEAF}")).ok()["entries"][0]
    assert (history["kind"], history["with"]) == ("merchant_withdrawn", shop.id)


# --- refunds ----------------------------------------------------------------------------------


@pytest.fixture
async def order(shop: Shop, bob: User) -> dict[str, Any]:
    made: dict[str, Any] = (await shop.order("250")).ok()
    (await pay(bob, made)).ok()
    return made


async def refund(shop: Shop, order: dict[str, Any], amount: Any, no: Any = None) -> Any:
    return await shop.act(order["id"], "refunds", out_refund_no=no or number(), amount=amount)


async def test_refunds_never_exceed_the_payment(
    shop: Shop, bob: User, order: dict[str, Any], server: Server
) -> None:
    done = (await refund(shop, order, "100", "R-1")).ok()
    assert (done["state"], done["amount"]) == ("done", "100")
    answer = await refund(shop, order, "151", "R-2")
    refused(answer, 409, "REFUND_TOO_LARGE")
    assert answer.body["org.courtyard.refundable"] == "150"
    (await refund(shop, order, "150")).ok()
    refused(await refund(shop, order, "1"), 409, "REFUND_TOO_LARGE")

    assert (await balance(bob), await shop.balance()) == (1_000, 0)
    told = (await shop.server.get(f"{shop.path}/orders/{order['id']}")).ok()
    assert (told["state"], told["refunded"], told["refund_count"]) == ("paid", "250", 2)
    for name in ("R-1", done["id"]):
        assert (await shop.server.get(f"{shop.path}/refunds/{name}")).ok() == done
    assert (await shop.server.get(f"{shop.path}/refunds/none")).status == 404
    history = (await bob.get(f"{WALLET}/history/{LEAF}")).ok()["entries"][0]
    assert (history["kind"], history["with"], history["ref"]) == (
        *("order_refunded", shop.id, order["id"]),
    )
    assert list(violations(Path(server.settings.data))) == []


async def test_a_refund_asked_for_twice_is_one_refund(
    shop: Shop, bob: User, order: dict[str, Any]
) -> None:
    """Others refunded twice (blnk #152)."""
    first = (await refund(shop, order, "100", "R-1")).ok()
    assert (await refund(shop, order, "100", "R-1")).ok() == first
    refused(await refund(shop, order, "101", "R-1"), 409, "KEY_REUSED")
    other = (await shop.order("250")).ok()
    refused(await refund(shop, other, "100", "R-1"), 409, "KEY_REUSED")
    assert await balance(bob) == 850


async def test_a_refused_refund_does_not_pay_again(
    shop: Shop, bob: User, order: dict[str, Any]
) -> None:
    """Elsewhere a refused duplicate refund applied the payment once more (blnk #374)."""
    (await refund(shop, order, "250", "R-1")).ok()
    for _ in range(2):
        refused(await refund(shop, order, "250", "R-2"), 409, "REFUND_TOO_LARGE")
    assert (await balance(bob), await shop.balance()) == (1_000, 0)
    refused(await pay(bob, order), 409, "ENDED")


async def test_a_shop_without_money_refunds_nothing(
    shop: Shop, bob: User, order: dict[str, Any]
) -> None:
    body = {"key": "w", "currency": LEAF, "amount": "151"}
    (await shop.owner.post(f"{shop.path}/withdraw", body)).ok()
    refused(await refund(shop, order, "100", "R-1"), 409, "MERCHANT_SHORT")
    refused(await shop.act(order["id"], "revoke"), 409, "MERCHANT_SHORT")
    (await refund(shop, order, "99", "R-2")).ok()
    assert (await balance(bob), await shop.balance()) == (849, 0)
    # Remembered, although there is money again.
    (await pay(bob, (await shop.order("250")).ok())).ok()
    refused(await refund(shop, order, "100", "R-1"), 409, "MERCHANT_SHORT")


async def test_an_order_that_is_not_paid_has_nothing_to_refund(shop: Shop, bob: User) -> None:
    order = (await shop.order("250")).ok()
    answer = await refund(shop, order, "1", "R-1")
    refused(answer, 409, "NOT_PAID")
    assert answer.body["org.courtyard.state"] == "open"
    (await pay(bob, order)).ok()
    # Not remembered: it is paid now.
    (await refund(shop, order, "1", "R-1")).ok()


@pytest.mark.parametrize("late, is_late", [(-1_000, False), (0, True)])
async def test_refunds_end_after_a_year(
    shop: Shop, order: dict[str, Any], clock: FakeClock, late: int, is_late: bool
) -> None:
    paid_at = (await shop.server.get(f"{shop.path}/orders/{order['id']}")).ok()["paid_at"]
    clock.advance(paid_at + 365 * DAY - clock.now_ms() + late)
    answer = await refund(shop, order, "1")
    if is_late:
        refused(answer, 409, "REFUND_TOO_LATE")
        refused(await shop.act(order["id"], "revoke"), 409, "REFUND_TOO_LATE")
    else:
        answer.ok()


async def test_an_order_is_refunded_fifty_times_and_taken_back_once_more(
    shop: Shop, bob: User, order: dict[str, Any]
) -> None:
    for _ in range(50):
        (await refund(shop, order, "1")).ok()
    refused(await refund(shop, order, "1"), 409, "TOO_MANY")
    assert (await shop.act(order["id"], "revoke")).ok()["refunded"] == "250"
    assert await balance(bob) == 1_000


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", 1, None, HUGE])
async def test_a_refund_of_no_amount_is_refused(
    shop: Shop, order: dict[str, Any], server: Server, amount: Any
) -> None:
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        tables.changes()
        assert 400 <= (await refund(shop, order, amount)).status < 500
        refused(await refund(shop, order, "1", "a b"), 400, "BAD_ORDER")
        assert tables.changes() == {}


async def test_tills_and_strangers_refund_nothing(
    shop: Shop, order: dict[str, Any], carol: User
) -> None:
    path = f"{shop.path}/orders/{order['id']}/refunds"
    body = {"out_refund_no": "R", "amount": "1"}
    refused(await (await shop.till()).post(path, body), 403, "SCOPE")
    assert (await carol.post(path, body)).status == 404
    other = await Shop.open(carol)
    path = f"{other.path}/orders/{order['id']}/refunds"
    assert (await other.server.post(path, body)).status == 404


# --- revoking ---------------------------------------------------------------------------------


async def test_revoking_is_safe_however_an_order_stands(shop: Shop, bob: User) -> None:
    opened = (await shop.order("250")).ok()
    paid = (await shop.order("250")).ok()
    (await pay(bob, paid)).ok()
    (await refund(shop, paid, "100")).ok()
    closed = (await shop.order("250")).ok()
    (await shop.act(closed["id"], "close")).ok()

    for _ in range(2):
        assert (await shop.act(opened["id"], "revoke")).ok()["closed_as"] == "revoked"
        back = (await shop.act(paid["id"], "revoke")).ok()
        assert (back["state"], back["refunded"], back["refund_count"]) == ("paid", "250", 2)
        assert back["revoked_at"] is not None
        assert (await shop.act(closed["id"], "revoke")).ok()["closed_as"] == "merchant"
    assert (await balance(bob), await shop.balance()) == (1_000, 0)
    refused(await pay(bob, opened), 409, "ENDED")


async def test_an_order_that_was_refunded_already_is_revoked_without_money(
    shop: Shop, order: dict[str, Any], bob: User
) -> None:
    (await refund(shop, order, "250")).ok()
    assert (await shop.act(order["id"], "revoke")).ok()["refund_count"] == 1
    assert await balance(bob) == 1_000


async def test_a_number_that_never_came_is_closed_before_it_comes(shop: Shop) -> None:
    """The till gave up, and its charge is still on the way."""
    for _ in range(2):
        told = (await shop.act("lost", "revoke")).ok()
        assert (told["state"], told["closed_as"]) == ("closed", "revoked")
    refused(await shop.order("250", out_trade_no="lost"), 409, "KEY_REUSED")
    refused(await shop.act("a b", "revoke"), 400, "BAD_ORDER")


async def test_the_owner_is_deactivated_and_nobody_pays(
    shop: Shop, server: Server, bob: User
) -> None:
    order = (await shop.order("250")).ok()
    await server.db.write(_deactivate, UserId(shop.owner.id))
    refused(await pay(bob, order), 409, "MERCHANT_CLOSED")
    answer = await shop.order("250")
    refused(answer, 409, "MERCHANT_CLOSED")


def _deactivate(tx: WriteTx, user_id: UserId) -> None:
    deactivate_account(tx, user_id, erase=False)
