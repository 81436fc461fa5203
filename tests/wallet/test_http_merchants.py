"""Merchants, their keys and cashiers, through HTTP."""

from typing import Any

import pytest

from courtyard.accounts.account import make_admin
from courtyard.app.wiring import Server
from courtyard.base.errors import ForbiddenError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import keys, merchants
from tests.api import Api, User, q
from tests.wallet.bank import LEAF, WALLET, Bank, balance, refused
from tests.wallet.shop import DETAILS, Shop, Till


@pytest.fixture
async def shop(bank: Bank, alice: User) -> Shop:
    return await Shop.open(alice)


async def test_a_shop_is_opened_once_under_a_key(bank: Bank, alice: User) -> None:
    body = DETAILS | {"key": "open"}
    made = (await alice.post(f"{WALLET}/merchants", body)).ok()

    assert (made["name"], made["verified"], made["balances"]) == ("Noodles", False, [])
    assert made["id"].startswith("mch_")
    assert (await alice.post(f"{WALLET}/merchants", body)).ok() == made
    refused(await alice.post(f"{WALLET}/merchants", body | {"city": "Lisboa"}), 409, "KEY_REUSED")
    assert [one["id"] for one in (await alice.get(f"{WALLET}/merchants")).ok()["merchants"]] == [
        made["id"]
    ]


@pytest.mark.parametrize(
    "change",
    [
        *({"name": ""}, {"name": " "}, {"name": "x" * 65}, {"name": "a\u202eb"}, {"city": "\n"}),
        *({"mcc": "58"}, {"mcc": "58a2"}, {"mcc": "\uff15\uff18\uff11\uff12"}, {"country": "pt"}),
        {"country": "PRT"},
    ],
)
async def test_what_cannot_be_a_shop_is_refused(
    bank: Bank, alice: User, change: dict[str, Any]
) -> None:
    body = DETAILS | {"key": "open"}

    refused(await alice.post(f"{WALLET}/merchants", body | change), 400, "BAD_MERCHANT")
    (await alice.post(f"{WALLET}/merchants", body)).ok()


async def test_an_account_has_so_many_shops(
    bank: Bank, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merchants, "MERCHANTS_MAX", 2)
    first = await Shop.open(alice)
    await Shop.open(alice)

    refused(await alice.post(f"{WALLET}/merchants", DETAILS | {"key": "x"}), 409, "TOO_MANY")
    (await alice.post(f"{first.path}/close")).ok()
    (await alice.post(f"{WALLET}/merchants", DETAILS | {"key": "x"})).ok()


async def test_a_stranger_sees_what_a_payer_should_know(shop: Shop, bob: User) -> None:
    seen = (await bob.get(shop.path)).ok()

    assert (seen["name"], seen["verified"], seen["city"]) == ("Noodles", False, "Porto")
    assert "balances" not in seen
    assert "balances" in (await shop.owner.get(shop.path)).ok()
    assert "balances" in (await shop.server.get(shop.path)).ok()
    assert "balances" not in (await (await shop.till()).get(shop.path)).ok()
    assert (await bob.get(f"{WALLET}/merchants/mch_none")).status == 404


async def test_an_operator_verifies_a_name(
    shop: Shop, server: Server, bob: User, carol: User
) -> None:
    id = MerchantId(shop.id)
    await server.db.write(make_admin, UserId(carol.id))

    await server.db.write(merchants.verify, UserId(carol.id), id, "Noodles of Porto, Lda")
    seen = (await bob.get(shop.path)).ok()
    assert (seen["name"], seen["verified"]) == ("Noodles of Porto, Lda", True)

    await server.db.write(merchants.verify, UserId(carol.id), id, None)
    assert (await bob.get(shop.path)).ok()["verified"] is False
    with pytest.raises(ForbiddenError):
        await server.db.write(merchants.verify, UserId(bob.id), id, "Mine")
    with pytest.raises(NotFoundError):
        await server.db.write(merchants.verify, UserId(carol.id), MerchantId("mch_none"), "Mine")


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(
    shop: Shop, server: Server, bob: User
) -> None:
    made = (await shop.owner.post(f"{shop.path}/keys", {"name": "till 1", "scope": "till"})).ok()
    till = Till(shop.owner.api, made["key"])

    assert (await server.db.read(keys.key_of, made["key"])).merchant == shop.id
    (await till.get(shop.path)).ok()
    listed = (await shop.owner.get(f"{shop.path}/keys")).ok()["keys"]
    assert [(one["name"], one["scope"]) for one in listed] == [
        ("a orders", "orders"),
        ("till 1", "till"),
    ]
    assert made["key"] not in str(listed)

    path = f"{shop.path}/keys/{made['id']}"
    assert (await bob.request("DELETE", path)).status == 404
    (await shop.owner.request("DELETE", path)).ok()
    assert (await shop.owner.request("DELETE", path)).status == 404
    answer = await till.get(shop.path)
    assert (answer.status, answer.errcode) == (401, "M_UNKNOWN_TOKEN")
    answer = await Till(shop.owner.api, "mk_guessed").get(shop.path)
    assert (answer.status, answer.errcode) == (401, "M_UNKNOWN_TOKEN")


async def test_keys_have_a_name_a_scope_and_a_number(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{shop.path}/keys"
    refused(await shop.owner.post(path, {"name": "\t", "scope": "till"}), 400, "BAD_MERCHANT")
    assert (await shop.owner.post(path, {"name": "x", "scope": "all"})).errcode == "M_BAD_JSON"
    monkeypatch.setattr(keys, "KEYS_MAX", 1)
    refused(await shop.owner.post(path, {"name": "x", "scope": "till"}), 409, "TOO_MANY")


@pytest.mark.parametrize("scope", ["orders", "till"])
async def test_a_key_cannot_do_what_the_owner_does(
    shop: Shop, bank: Bank, bob: User, scope: str
) -> None:
    key = await shop.till(scope)
    other = await Shop.open(bob)
    for path, body in (
        ("withdraw", {"key": "w", "currency": LEAF, "amount": "1"}),
        ("close", {}),
        ("keys", {"name": "x", "scope": "till"}),
    ):
        refused(await key.post(f"{shop.path}/{path}", body), 403, "SCOPE")
        # Not of this shop: it is not said that there is one.
        assert (await key.post(f"{other.path}/{path}", body)).status == 404
        assert (await bob.post(f"{shop.path}/{path}", body)).status == 404


async def test_cashiers_come_and_go(shop: Shop, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{shop.path}/cashiers"
    refused(await shop.owner.put(f"{path}/{q('@no:test.example')}"), 400, "BAD_RECIPIENT")

    for _ in range(2):
        found = (await shop.owner.put(f"{path}/{q(bob.id)}")).ok()["cashiers"]
        assert [one["user_id"] for one in found] == [bob.id]
    assert [one["id"] for one in (await bob.get(f"{WALLET}/merchants")).ok()["till_of"]] == [
        shop.id
    ]
    refused(await bob.get(path), 403, "SCOPE")
    monkeypatch.setattr(merchants, "CASHIERS_MAX", 1)
    refused(await shop.owner.put(f"{path}/{q(shop.owner.id)}"), 409, "TOO_MANY")

    for _ in range(2):
        gone = await shop.owner.request("DELETE", f"{path}/{q(bob.id)}")
        assert gone.ok()["cashiers"] == []
    assert (await bob.get(path)).status == 404


async def test_a_closed_shop_has_no_keys_and_cannot_be_opened_again(shop: Shop, bob: User) -> None:
    for _ in range(2):
        assert (await shop.owner.post(f"{shop.path}/close")).ok()["closed"] is True
    assert (await shop.server.get(shop.path)).status == 401
    body = {"name": "x", "scope": "till"}
    refused(await shop.owner.post(f"{shop.path}/keys", body), 409, "MERCHANT_CLOSED")
    refused(await shop.owner.put(f"{shop.path}/cashiers/{q(bob.id)}"), 409, "MERCHANT_CLOSED")
    assert (await bob.get(shop.path)).ok()["closed"] is True


async def test_an_empty_shop_has_nothing_to_withdraw(shop: Shop, api: Api) -> None:
    body = {"key": "w", "currency": LEAF, "amount": "1"}
    for _ in range(2):
        refused(await shop.owner.post(f"{shop.path}/withdraw", body), 409, "MERCHANT_SHORT")
    assert await balance(shop.owner) == 0
    answer = await shop.owner.post(f"{shop.path}/withdraw", body | {"key": "v", "currency": "X"})
    refused(answer, 404, "UNKNOWN_CURRENCY")
