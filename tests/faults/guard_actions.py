"""What is done to prove who pays, one request each, for `test_statements`: a proof is used with its payment or not at all."""

from __future__ import annotations

from typing import Any

from tests.api import User, q
from tests.faults.town import Town
from tests.wallet.bank import LEAF, WALLET, Bank, act, offer
from tests.wallet.keychain import GOOD_PIN, Authenticator, add_passkey, ask, auth_of, proof, set_pin

Made = tuple[User | None, tuple[str, str, Any]]


async def _ready(town: Town, n: int, *, has_pin: bool = True) -> None:
    """Give Alice something to spend, and a PIN."""
    if n == 0:
        town.bank = await Bank(town.server).open(town.api)
        if has_pin:
            (await set_pin(town.alice)).ok()
    assert town.bank is not None
    await town.bank.give(town.alice, 5_000)


async def ask_for_a_proof(town: Town, n: int) -> Made:
    await _ready(town, n)
    body = {"kind": "transfer", "payee": town.bob.id, "key": f"q{n}"}
    return town.alice, ("POST", f"{WALLET}/proofs", body | {"currency": LEAF, "amount": "4000"})


async def answer_by_pin(town: Town, n: int) -> Made:
    """With a wrong one before, which the right one forgives."""
    await _ready(town, n)
    made = (await ask(town.alice, "transfer", town.bob.id, "4000")).ok()
    path = f"{WALLET}/proofs/{made['id']}/answer"
    assert (await town.alice.post(path, {"method": "pin", "pin": "840270"})).status == 403
    return town.alice, ("POST", path, {"method": "pin", "pin": GOOD_PIN})


async def answer_by_passkey(town: Town, n: int) -> Made:
    await _ready(town, n, has_pin=False)
    device = Authenticator()
    (await add_passkey(town.alice, device)).ok()
    made = (await ask(town.alice, "transfer", town.bob.id, "4000")).ok()
    body = {"method": "passkey", "credential": device.get(made["passkey"])}
    return town.alice, ("POST", f"{WALLET}/proofs/{made['id']}/answer", body)


async def pay_with_a_proof(town: Town, n: int) -> Made:
    """The first time, with what is noted of the payee; each begins the run anew."""
    await _ready(town, n)
    (await offer(town.alice, town.bob, town.room, "1")).ok()
    shown = await proof(town.alice, "transfer", town.bob.id, "4000")
    body = {"room_id": town.room, "to": town.bob.id, "currency": LEAF, "amount": "4000"}
    return town.alice, ("POST", f"{WALLET}/transfers", body | shown)


async def set_pin_by_password(town: Town, n: int) -> Made:
    """And so begin the time in which nobody new is paid."""
    await _ready(town, n)
    return town.alice, ("PUT", f"{WALLET}/pin", {"pin": GOOD_PIN, "auth": auth_of(town.alice)})


async def set_pin_by_proof(town: Town, n: int) -> Made:
    await _ready(town, n)
    shown = await proof(town.alice, "pin", town.alice.id)
    return town.alice, ("PUT", f"{WALLET}/pin", {"pin": GOOD_PIN, **shown})


async def make_a_passkey(town: Town, n: int) -> Made:
    await _ready(town, n)
    known = (await town.alice.get(f"{WALLET}/factors")).ok()["passkeys"]
    for one in known:
        forget = f"{WALLET}/passkeys/{one['id']}/forget"
        (await town.alice.post(forget, {"auth": auth_of(town.alice)})).ok()
    begun = (await town.alice.post(f"{WALLET}/passkeys/options", {})).ok()
    body = {
        "enrolment": begun["enrolment"],
        "credential": Authenticator().create(begun["options"]),
        **await proof(town.alice, "passkey", town.alice.id),
    }
    return town.alice, ("POST", f"{WALLET}/passkeys", body)


async def begin_a_passkey(town: Town, n: int) -> Made:
    await _ready(town, n)
    return town.alice, ("POST", f"{WALLET}/passkeys/options", {})


async def forget_a_passkey(town: Town, n: int) -> Made:
    await _ready(town, n)
    added = (await add_passkey(town.alice, Authenticator())).ok()
    id = added["passkeys"][-1]["id"]
    body = {"auth": auth_of(town.alice)}
    return town.alice, ("POST", f"{WALLET}/passkeys/{id}/forget", body)


async def trust_a_payee(town: Town, n: int) -> Made:
    await _ready(town, n)
    path = f"{WALLET}/payees/{q(town.bob.id)}"
    await town.alice.request("DELETE", path)
    return town.alice, ("PUT", path, await proof(town.alice, "trust", town.bob.id))


async def trust_no_more(town: Town, n: int) -> Made:
    await _ready(town, n)
    path = f"{WALLET}/payees/{q(town.bob.id)}"
    (await town.alice.put(path, await proof(town.alice, "trust", town.bob.id))).ok()
    return town.alice, ("DELETE", path, {})


async def freeze(town: Town, n: int) -> Made:
    await _ready(town, n)
    shown = await proof(town.alice, "unfreeze", town.alice.id)
    (await town.alice.post(f"{WALLET}/unfreeze", shown)).ok()
    return town.alice, ("POST", f"{WALLET}/freeze", {})


async def unfreeze(town: Town, n: int) -> Made:
    await _ready(town, n)
    (await town.alice.post(f"{WALLET}/freeze", {})).ok()
    shown = await proof(town.alice, "unfreeze", town.alice.id)
    return town.alice, ("POST", f"{WALLET}/unfreeze", shown)


async def close_a_wallet(town: Town, n: int) -> Made:
    """Bob's, after what he was given went back."""
    await _ready(town, n, has_pin=False)
    for sender, to in ((town.alice, town.bob), (town.bob, town.alice)):
        made = (await offer(sender, to, town.room, "7")).ok()
        (await act(to, "transfers", made["id"], "accept")).ok()
    return town.bob, ("POST", f"{WALLET}/close", {"currency": LEAF})


GUARD_ACTIONS = [
    ask_for_a_proof,
    answer_by_pin,
    answer_by_passkey,
    pay_with_a_proof,
    set_pin_by_password,
    set_pin_by_proof,
    make_a_passkey,
    begin_a_passkey,
    forget_a_passkey,
    trust_a_payee,
    trust_no_more,
    freeze,
    unfreeze,
    close_a_wallet,
]
