"""The proof of who pays, where the other parts of the wallet take money: orders, tills, consents, payouts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.cli.check import violations
from courtyard.storage.tx import WriteTx
from courtyard.wallet import mint as minting
from tests.api import User
from tests.wallet.bank import LEAF, WALLET, Bank, balance, refused
from tests.wallet.keychain import ask, proof, set_pin
from tests.wallet.shop import Shop, number, pay
from tests.wallet.teller import BANK_ACCOUNT, EUR, open_fiat

IBAN = "NL91ABNA0417164300"
MUCH = "5000"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, bank_account=BANK_ACCOUNT)


@pytest.fixture
async def shop(bank: Bank, alice: User, bob: User) -> Shop:
    """Alice has money and a PIN; Bob has a shop."""
    await bank.give(alice, 1_000_000)
    (await set_pin(alice)).ok()
    return await Shop.open(bob, name="Noodles")


async def test_an_order_is_proven_for_the_shop_that_was_shown(
    shop: Shop, bank: Bank, alice: User, bob: User
) -> None:
    order = (await shop.order(MUCH)).ok()
    refused(await pay(alice, order), 401, "PROOF_NEEDED")

    made = (await ask(alice, "order", shop.id, MUCH)).ok()
    assert (made["needed"], made["payee_name"]) == (True, "Noodles")
    other = await Shop.open(bob, name="Noodles")
    for_another = await proof(alice, "order", other.id, MUCH)
    refused(await pay(alice, order, **for_another), 401, "PROOF_NEEDED")
    for_less = await proof(alice, "order", shop.id, "4999")
    refused(await pay(alice, order, **for_less), 401, "PROOF_NEEDED")

    right = await proof(alice, "order", shop.id, MUCH)
    assert (await pay(alice, order, **right)).ok()["state"] == "paid"
    assert await shop.balance() == int(MUCH)
    assert await balance(alice) == 1_000_000 - int(MUCH)


async def test_a_till_waits_for_the_proof_and_is_not_told_why(shop: Shop, alice: User) -> None:
    till = await shop.till()
    code = (await alice.post(f"{WALLET}/paycodes")).ok()["code"]
    wish = {"code": code, "out_trade_no": number(), "currency": LEAF, "amount": MUCH}
    made = (await till.post(f"{shop.path}/charges", wish)).ok()
    assert made["state"] == "confirming"
    assert "PROOF" not in str(made)
    [waiting] = (await alice.get(f"{WALLET}/paycodes/pending")).ok()["orders"]
    refused(await pay(alice, waiting), 401, "PROOF_NEEDED")
    right = await proof(alice, "order", shop.id, MUCH)
    assert (await pay(alice, waiting, **right)).ok()["state"] == "paid"
    assert await shop.balance() == int(MUCH)


async def test_a_payout_is_proven_for_the_account_it_goes_to(
    server: Server, bank: Bank, alice: User
) -> None:
    await server.db.write(open_fiat, bank.operators)
    await server.db.write(_euros, bank.operators, UserId(alice.id), 1_000)
    (await set_pin(alice)).ok()
    body = {"rail": "bank", "currency": EUR, "amount": "100", "account": IBAN, "name": "Alice"}
    path = f"{WALLET}/payouts"
    refused(await alice.post(path, body | {"key": number()}), 401, "PROOF_NEEDED")

    payee = f"{IBAN} Alice"
    named = (await ask(alice, "payout", payee, "100", currency=EUR)).ok()
    assert (named["needed"], named["reason"], named["payee_name"]) == (True, "always", payee)
    # Another name on the same account is another payee.
    other = await proof(alice, "payout", f"{IBAN} Mallory", "100", currency=EUR)
    refused(await alice.post(path, body | other), 401, "PROOF_NEEDED")
    right = await proof(alice, "payout", payee, "100", currency=EUR)
    assert (await alice.post(path, body | right)).ok()["state"] == "created"
    assert list(violations(Path(server.settings.data))) == []


def _euros(tx: WriteTx, operators: tuple[UserId, UserId], to: UserId, amount: int) -> None:
    made = minting.propose(tx, operators[0], to, EUR, amount)
    minting.approve(tx, operators[1], made.id)
