"""Strong proof of who pays, through HTTP: exactly this payment, once, by its owner; and what needs none."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.cli.check import violations
from tests.api import Answer, Api, User, q
from tests.fakes import FakeClock
from tests.tables import Tables
from tests.wallet.bank import (
    DAY,
    HOUR,
    WALLET,
    Bank,
    act,
    balances,
    bill,
    offer,
    packet,
    refused,
)
from tests.wallet.keychain import (
    GOOD_PIN,
    PRESENT,
    VERIFIED,
    Authenticator,
    add_passkey,
    answer,
    ask,
    auth_of,
    proof,
    set_pin,
    sign,
)


async def used_to(bank: Bank, payer: User, payee: User, room: str) -> None:
    """Let somebody have paid somebody before, and have a PIN."""
    await bank.give(payer, 1_000_000)
    (await offer(payer, payee, room, "1")).ok()
    (await set_pin(payer)).ok()


def wants_proof(made: Answer, reason: str, what: str = "missing") -> None:
    """Hold a refusal against the one that wants a proof."""
    refused(made, 401, "PROOF_NEEDED")
    assert (made.body["org.courtyard.reason"], made.body["org.courtyard.proof"]) == (reason, what)


# --- a payment and its proof --------------------------------------------------------------------


async def test_a_payment_is_proven_by_pin(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await used_to(bank, alice, bob, room)
    await bob.put(f"profile/{q(bob.id)}/displayname", {"displayname": "Bob's Noodles"})
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        missing = await offer(alice, bob, room, "3001", key="big")
        assert tables.changes() == {}
    wants_proof(missing, "amount")
    assert missing.body["org.courtyard.methods"] == ["pin"]

    made = (await ask(alice, "transfer", bob.id, "3001", key="big")).ok()
    assert made["needed"]
    assert made["reason"] == "amount"
    assert made["warnings"] == []
    assert made["payee_name"] == "Bob's Noodles"
    wants_proof(
        await offer(alice, bob, room, "3001", key="big", proof=made["id"]), "amount", "unanswered"
    )
    (await answer(alice, made["id"])).ok()
    # Asked again it is answered still, also with a PIN that would be wrong.
    assert (await answer(alice, made["id"], "999999")).ok()["state"] == "answered"
    paid = (await offer(alice, bob, room, "3001", key="big", proof=made["id"])).ok()

    assert await balances(alice) == [1_000_000 - 1 - 3_001]
    # A retry is the same payment, with the proof or without.
    assert (await offer(alice, bob, room, "3001", key="big")).ok() == paid
    assert (await offer(alice, bob, room, "3001", key="big", proof=made["id"])).ok() == paid
    refused(await answer(alice, made["id"]), 409, "ENDED")
    assert list(violations(Path(server.settings.data))) == []


async def test_a_proof_is_for_exactly_one_payment(
    bank: Bank, alice: User, bob: User, carol: User, room: str, server: Server
) -> None:
    await used_to(bank, alice, bob, room)
    (await set_pin(bob)).ok()
    await bank.give(bob, 100_000)
    shown = await proof(alice, "transfer", bob.id, "4000")
    theirs = await proof(bob, "transfer", carol.id, "4000", key=shown["key"])

    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        for changes in (
            {"amount": "4001"},
            {"key": "another"},
            {"to": carol.id},
        ):
            body = {"room_id": room, "to": bob.id, "currency": "LEAF", "amount": "4000"}
            made = await alice.post(f"{WALLET}/transfers", body | shown | changes)
            assert made.body["org.courtyard.proof"] == "other_payment", made.body
        for unknown in (theirs["proof"], "s_nothing"):
            body = {"room_id": room, "to": bob.id, "currency": "LEAF", "amount": "4000"}
            made = await alice.post(f"{WALLET}/transfers", body | shown | {"proof": unknown})
            assert made.body["org.courtyard.proof"] == "unknown", made.body
        assert tables.changes() == {}
    # Another kind of payment to the same person.
    asked = (await bill(bob, room, "4000", [alice])).ok()
    paid = await act(alice, "requests", asked["id"], "pay", **shown)
    wants_proof(paid, "amount", "other_payment")
    (await offer(alice, bob, room, "4000", **shown)).ok()
    # It is used up, also for another payment of the same size.
    again = await offer(alice, bob, room, "4000", key="again", proof=shown["proof"])
    wants_proof(again, "amount", "used")


async def test_the_name_that_was_shown_is_the_name_that_is_paid(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await used_to(bank, alice, bob, room)
    shown = await proof(alice, "transfer", bob.id, "4000")
    await bob.put(f"profile/{q(bob.id)}/displayname", {"displayname": "The Tax Office"})

    wants_proof(await offer(alice, bob, room, "4000", **shown), "amount", "other_payment")


async def test_a_proof_ends_after_five_minutes(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    await used_to(bank, alice, bob, room)
    shown = await proof(alice, "transfer", bob.id, "4000")
    late = (await ask(alice, "transfer", bob.id, "4000")).ok()
    in_time = (await ask(alice, "transfer", bob.id, "4000")).ok()
    clock.advance(5 * 60_000 - 5_000)
    (await answer(alice, in_time["id"])).ok()
    clock.advance(5_000)

    refused(await answer(alice, late["id"]), 409, "EXPIRED")
    wants_proof(await offer(alice, bob, room, "4000", **shown), "amount", "expired")
    used = {"proof": in_time["id"], "key": in_time["key"]}
    wants_proof(await offer(alice, bob, room, "4000", **used), "amount", "expired")


async def test_two_payments_at_once_cannot_share_a_proof(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await used_to(bank, alice, bob, room)
    shown = await proof(alice, "transfer", bob.id, "4000")

    both = await asyncio.gather(*(offer(alice, bob, room, "4000", **shown) for _ in range(2)))

    assert both[0].ok() == both[1].ok()
    assert await balances(alice) == [1_000_000 - 1 - 4_000]


async def test_packets_and_parts_are_proven_too(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await used_to(bank, alice, bob, room)
    await alice.state(room, "m.room.name", {"name": "Cooks"})
    wants_proof(await packet(alice, room, "4000", 2), "first_payment")
    made = (await ask(alice, "packet", room, "4000")).ok()
    assert (made["payee_name"], made["warnings"]) == ("Cooks", ["first_payment"])
    (await answer(alice, made["id"])).ok()
    (await packet(alice, room, "4000", 2, proof=made["id"], key=made["key"])).ok()

    asked = (await bill(bob, room, "4000", [alice])).ok()
    wants_proof(await act(alice, "requests", asked["id"], "pay", key="part"), "amount")
    shown = await proof(alice, "request", bob.id, "4000", key="part")
    (await act(alice, "requests", asked["id"], "pay", **shown)).ok()


async def test_too_little_money_is_said_before_a_proof_is_wanted(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    (await set_pin(alice)).ok()
    refused(await offer(alice, bob, room, "4000", key="k"), 409, "INSUFFICIENT_FUNDS")
    await bank.give(alice, 100_000)
    refused(await offer(alice, bob, room, "4000", key="k"), 409, "INSUFFICIENT_FUNDS")


# --- what needs none ----------------------------------------------------------------------------


async def test_small_payments_need_none_until_there_were_many(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    """30.00, five in a row; then more while they are 100.00 together; a proof begins anew."""
    await used_to(bank, alice, bob, room)
    told = (await ask(alice, "transfer", bob.id, "3000")).ok()
    assert (told["needed"], told["exemption"]) == (False, "low_value")
    for _ in range(5):
        (await offer(alice, bob, room, "3000")).ok()
    wants_proof(await offer(alice, bob, room, "1", key="k"), "run_used_up")

    (await offer(alice, bob, room, "1", **await proof(alice, "transfer", bob.id, "1"))).ok()
    for _ in range(12):
        (await offer(alice, bob, room, "800")).ok()
    wants_proof(await offer(alice, bob, room, "800"), "run_used_up")
    (await offer(alice, bob, room, "400")).ok()
    wants_proof(await offer(alice, bob, room, "1"), "run_used_up")


async def test_a_first_payment_is_warned_of_and_proven(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await bank.give(alice, 100_000)
    (await set_pin(alice)).ok()

    small = (await ask(alice, "transfer", bob.id, "1000")).ok()
    assert (small["needed"], small["warnings"]) == (False, ["first_payment"])
    wants_proof(await offer(alice, bob, room, "1001"), "first_payment")
    (await offer(alice, bob, room, "1000")).ok()
    assert (await ask(alice, "transfer", bob.id, "1001")).ok()["warnings"] == []
    (await offer(alice, bob, room, "1001")).ok()


async def test_trusted_payees_are_paid_without(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await used_to(bank, alice, bob, room)
    wants_proof(await alice.put(f"{WALLET}/payees/{q(bob.id)}", {"key": "k"}), "always")
    shown = await proof(alice, "trust", bob.id)
    trusted = (await alice.put(f"{WALLET}/payees/{q(bob.id)}", shown)).ok()["payees"]
    assert [one["payee"] for one in trusted] == [bob.id]
    assert (await alice.get(f"{WALLET}/payees")).ok()["payees"] == trusted

    (await offer(alice, bob, room, "90000")).ok()
    (await alice.request("DELETE", f"{WALLET}/payees/{q(bob.id)}")).ok()
    assert (await alice.request("DELETE", f"{WALLET}/payees/{q(bob.id)}")).status == 404
    wants_proof(await offer(alice, bob, room, "4000"), "amount")
    for nobody in (alice.id, "@nobody:test.example"):
        refused(await ask(alice, "trust", nobody), 400, "BAD_RECIPIENT")
    assert (await ask(alice, "trust", "m_shop")).status == 404


async def test_who_has_no_factor_pays_little_a_day(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    await bank.give(alice, 200_000)
    told = (await ask(alice, "transfer", bob.id, "50000")).ok()
    assert (told["needed"], told["exemption"]) == (False, "no_factor")
    (await offer(alice, bob, room, "49999")).ok()
    (await offer(alice, bob, room, "1")).ok()

    over = await offer(alice, bob, room, "1")
    refused(over, 403, "LIMIT_REACHED")
    limit = over.body["org.courtyard.limit"]
    assert (limit["rule"], limit["max"], limit["used"]) == ("no_factor_day", "50000", "50000")
    refused(await ask(alice, "transfer", bob.id, "1"), 403, "LIMIT_REACHED")
    clock.advance(limit["until"] - int(clock.now_ms()) - 5_000)
    refused(await offer(alice, bob, room, "1"), 403, "LIMIT_REACHED")
    clock.advance(5_000)
    (await offer(alice, bob, room, "1")).ok()


async def test_a_new_device_pays_less(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, api: Api
) -> None:
    await used_to(bank, alice, bob, room)
    clock.advance(DAY + HOUR)
    new = await api.login(alice.id)
    for device, amount, is_allowed in ((new, "100001", False), (alice, "300000", True)):
        if is_allowed:
            shown = await proof(device, "transfer", bob.id, amount)
            (await offer(device, bob, room, amount, **shown)).ok()
        else:
            asked = await ask(device, "transfer", bob.id, amount)
            refused(asked, 403, "LIMIT_REACHED")
            assert asked.body["org.courtyard.limit"]["rule"] == "new_device_day"


async def test_a_passkey_pays_more_than_a_pin(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    await bank.give(alice, 9_000_000)
    device = Authenticator()
    (await offer(alice, bob, room, "1")).ok()
    (await set_pin(alice)).ok()
    shown = await proof(alice, "passkey", alice.id)
    (await add_passkey(alice, device, **shown)).ok()
    clock.advance(DAY)

    made = (await ask(alice, "transfer", bob.id, "500001")).ok()
    assert made["methods"] == ["pin", "passkey"]
    (await answer(alice, made["id"])).ok()
    by_pin = await offer(alice, bob, room, "500001", key=made["key"], proof=made["id"])
    refused(by_pin, 403, "LIMIT_REACHED")
    made = (await ask(alice, "transfer", bob.id, "500001")).ok()
    (await sign(alice, made, device)).ok()
    (await offer(alice, bob, room, "500001", key=made["key"], proof=made["id"])).ok()


# --- PIN ----------------------------------------------------------------------------------------


async def test_five_wrong_pins_lock_it(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await used_to(bank, alice, bob, room)
    made = (await ask(alice, "transfer", bob.id, "4000")).ok()

    for left in (4, 3, 2, 1):
        told = await answer(alice, made["id"], "840270")
        refused(told, 403, "WRONG_PROOF")
        assert told.body["org.courtyard.tries_left"] == left
    refused(await answer(alice, made["id"], "840270"), 403, "FACTOR_LOCKED")

    refused(await answer(alice, made["id"]), 403, "FACTOR_LOCKED")
    refused(await ask(alice, "transfer", bob.id, "4000"), 403, "FACTOR_LOCKED")
    assert (await alice.get(f"{WALLET}/factors")).ok()["pin"]["locked"]
    # It is in the database: a restart does not give new tries.
    (wrong,) = server.db._driver.execute("SELECT wrong FROM wallet_pins").fetchone()
    assert wrong == 5
    # The account's password opens it, with another PIN.
    (await set_pin(alice, "719360")).ok()
    made = (await ask(alice, "transfer", bob.id, "4000")).ok()
    (await answer(alice, made["id"], "719360")).ok()


async def test_a_right_pin_forgives_wrong_ones(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await used_to(bank, alice, bob, room)
    for _ in range(3):
        made = (await ask(alice, "transfer", bob.id, "4000")).ok()
        for _ in range(4):
            refused(await answer(alice, made["id"], "840270"), 403, "WRONG_PROOF")
        (await answer(alice, made["id"])).ok()


async def test_many_guesses_at_once_are_five(bank: Bank, alice: User, bob: User, room: str) -> None:
    """All were compared while none was counted: only five of them count, and a right one after them is too late."""
    await used_to(bank, alice, bob, room)
    made = (await ask(alice, "transfer", bob.id, "4000")).ok()
    guesses = [f"84{n}273" for n in range(8)]

    told = await asyncio.gather(*(answer(alice, made["id"], guess) for guess in guesses))

    assert sorted(str(one.errcode) for one in told) == sorted(
        ["ORG.COURTYARD.WRONG_PROOF"] * 4 + ["ORG.COURTYARD.FACTOR_LOCKED"] * 4
    )
    refused(await answer(alice, made["id"]), 403, "FACTOR_LOCKED")


async def test_a_pin_is_changed_by_the_old_one_or_by_password_with_a_wait(
    bank: Bank, alice: User, bob: User, carol: User, room: str, clock: FakeClock
) -> None:
    await used_to(bank, alice, bob, room)
    (await set_pin(alice, "719360", **await proof(alice, "pin", alice.id))).ok()
    assert (await alice.get(f"{WALLET}/factors")).ok()["cool_down_until"] is None
    made = (await ask(alice, "transfer", bob.id, "4000")).ok()
    refused(await answer(alice, made["id"], GOOD_PIN), 403, "WRONG_PROOF")
    (await offer(alice, carol, room, "1")).ok()

    told = (await set_pin(alice, GOOD_PIN)).ok()

    assert DAY - 1_000 < told["cool_down_until"] - clock.now_ms() <= DAY
    # Who was paid before is paid; nobody new, and nobody new is trusted.
    (await offer(alice, carol, room, "1")).ok()
    refused(await packet(alice, room, "2", 2), 403, "COOL_DOWN")
    shown = await proof(alice, "trust", bob.id)
    refused(await alice.put(f"{WALLET}/payees/{q(bob.id)}", shown), 403, "COOL_DOWN")
    clock.advance(DAY)
    (await packet(alice, room, "2", 2)).ok()


async def test_a_pin_needs_a_proof_or_the_password(bank: Bank, alice: User) -> None:
    asked = await alice.put(f"{WALLET}/pin", {"pin": GOOD_PIN})
    assert (asked.status, "flows" in asked.body) == (401, True)
    wrong = auth_of(alice) | {"password": "not this one"}
    assert (await set_pin(alice, auth=wrong)).status == 401
    assert (await alice.get(f"{WALLET}/factors")).ok()["pin"] is None
    (await set_pin(alice)).ok()
    refused(await set_pin(alice, "719360", proof="s_none", key="k"), 401, "PROOF_NEEDED")


async def test_a_weak_pin_is_refused(alice: User) -> None:
    for pin in ("123456", "000000", "121212", "240189", "12345", 123456, None, "\u0661" * 6):
        refused(await set_pin(alice, pin), 400, "BAD_PIN")
    assert (await alice.get(f"{WALLET}/factors")).ok()["pin"] is None


async def test_a_pin_is_nowhere_to_be_read(
    bank: Bank, alice: User, bob: User, room: str, server: Server, capfd: Any
) -> None:
    await used_to(bank, alice, bob, room)
    shown = await proof(alice, "transfer", bob.id, "4000")
    (await offer(alice, bob, room, "4000", **shown)).ok()
    refused(
        await answer(alice, (await ask(alice, "pin", alice.id)).ok()["id"], "555123"),
        403,
        "WRONG_PROOF",
    )

    out = capfd.readouterr()
    kept = [file.read_bytes() for file in Path(server.settings.data).rglob("*") if file.is_file()]
    for pin in (GOOD_PIN, "555123"):
        assert pin not in out.out + out.err
        assert not any(pin.encode() in one for one in kept)


# --- passkeys -----------------------------------------------------------------------------------


async def test_a_payment_is_proven_by_passkey(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 100_000)
    device = Authenticator()
    added = (await add_passkey(alice, device)).ok()
    assert [one["name"] for one in added["passkeys"]] == ["phone"]
    made = (await ask(alice, "transfer", bob.id, "4000")).ok()
    assert made["methods"] == ["passkey"]

    (await sign(alice, made, device)).ok()
    (await offer(alice, bob, room, "4000", key=made["key"], proof=made["id"])).ok()

    assert await balances(alice) == [96_000]
    assert list(violations(Path(server.settings.data))) == []


async def test_a_passkey_that_is_not_right_proves_nothing(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 100_000)
    device, stranger = Authenticator(), Authenticator()
    (await add_passkey(alice, device)).ok()
    first = (await ask(alice, "transfer", bob.id, "4000")).ok()
    (await sign(alice, first, device)).ok()
    made = (await ask(alice, "transfer", bob.id, "4000")).ok()

    async def tried(**changes: Any) -> None:
        kept = {name: getattr(device, name) for name in changes}
        for name, value in changes.items():
            setattr(device, name, value)
        refused(await sign(alice, made, device), 403, "WRONG_PROOF")
        for name, value in kept.items():
            setattr(device, name, value)

    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        await tried(origin="https://evil.example")
        await tried(rp_id="evil.example")
        await tried(flags=PRESENT)
        await tried(flags=VERIFIED)
        await tried(key=stranger.key)
        await tried(id=stranger.id)
        # A counter that stands still: there is a copy of the key.
        await tried(count=0)
        other = made | {"passkey": first["passkey"]}
        refused(await sign(alice, other, device), 403, "WRONG_PROOF")
        for odd in (None, 1, "x", {}, {"id": 1}, {"id": "x" * 50_000}):
            body = {"method": "passkey", "credential": odd}
            answered = await alice.post(f"{WALLET}/proofs/{made['id']}/answer", body)
            refused(answered, 403, "WRONG_PROOF")
        assert tables.changes() == {}
    device.count = 10
    (await sign(alice, made, device)).ok()


async def test_a_passkey_is_made_once_and_only_here(alice: User, bob: User) -> None:
    device, evil = Authenticator(), Authenticator(origin="https://evil.example")
    refused(await add_passkey(alice, evil), 400, "BAD_PASSKEY")
    (await add_passkey(alice, device)).ok()
    refused(await add_passkey(bob, device), 400, "BAD_PASSKEY")
    begun = (await alice.post(f"{WALLET}/passkeys/options", {})).ok()
    second = Authenticator()
    body = {"enrolment": begun["enrolment"], "credential": second.create(begun["options"])}
    body |= {"auth": auth_of(alice)}
    (await alice.post(f"{WALLET}/passkeys", body)).ok()
    assert (await alice.post(f"{WALLET}/passkeys", body)).status == 404
    assert (await bob.post(f"{WALLET}/passkeys", body)).status == 404

    forget = f"{WALLET}/passkeys/{begun['enrolment']}/forget"
    assert (await alice.post(forget, {"auth": auth_of(alice)})).status == 404
    ids = [one["id"] for one in (await alice.get(f"{WALLET}/factors")).ok()["passkeys"]]
    forget = f"{WALLET}/passkeys/{ids[0]}/forget"
    assert (await alice.post(forget, {})).status == 401
    left = (await alice.post(forget, {"auth": auth_of(alice)})).ok()["passkeys"]
    assert [one["id"] for one in left] == ids[1:]


def test_the_library_of_passkeys_is_loaded_when_it_is_needed() -> None:
    import subprocess

    code = "import courtyard.app.wiring, sys; print('webauthn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# --- shape --------------------------------------------------------------------------------------

BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"key": ""}, 400, "ORG.COURTYARD.BAD_KEY"),
    ({"key": None, "amount": "0"}, 400, "ORG.COURTYARD.BAD_KEY"),
    ({"amount": "0"}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"amount": 5}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"kind": "gift"}, 404, "M_NOT_FOUND"),
    ({"kind": "order"}, 404, "M_NOT_FOUND"),
    ({"kind": "hold"}, 404, "M_NOT_FOUND"),
    ({"currency": "GOLD"}, 404, "ORG.COURTYARD.UNKNOWN_CURRENCY"),
    ({"payee": "@nobody:test.example"}, 400, "ORG.COURTYARD.BAD_RECIPIENT"),
    ({"payee": "@alice:test.example"}, 400, "ORG.COURTYARD.BAD_RECIPIENT"),
    ({"kind": "packet"}, 403, "M_FORBIDDEN"),
    ({"kind": "pin"}, 400, "ORG.COURTYARD.BAD_RECIPIENT"),
    ({"payee": 1}, 400, "M_BAD_JSON"),
    ({"kind": None}, 400, "M_BAD_JSON"),
    ({"payee": "x" * 256}, 400, "M_BAD_JSON"),
]


async def test_each_bad_question_has_its_refusal_and_writes_nothing(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await used_to(bank, alice, bob, room)
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        for changes, status, errcode in BAD:
            answered = await ask(alice, "transfer", bob.id, "4000", **changes)
            assert (answered.status, answered.errcode) == (status, errcode), changes
        for method in ("", None, 1, "sms"):
            answered = await alice.post(f"{WALLET}/proofs/s_x/answer", {"method": method})
            assert answered.status == 400
        refused(await answer(alice, "s_x", 1), 400, "BAD_PIN")
        assert (await answer(alice, "s_x")).status == 404
        for odd in (1, ["x"], "x" * 256):
            assert (await offer(alice, bob, room, "1", proof=odd)).status == 400
        assert tables.changes() == {}


async def test_who_leaves_is_forgotten_but_for_the_ledger(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    """Money of an account that ends stays on the books, in its name; how it proved who it was does not."""
    await used_to(bank, alice, bob, room)
    (await offer(alice, bob, room, "4000", **await proof(alice, "transfer", bob.id, "4000"))).ok()
    (await ask(alice, "transfer", bob.id, "4000")).ok()
    (await alice.post("account/deactivate", {"auth": auth_of(alice), "erase": True})).ok()

    driver = server.db._driver
    for table in ("wallet_pins", "wallet_passkeys", "wallet_payees"):
        (count,) = driver.execute(
            f"SELECT COUNT(*) FROM {table} WHERE user_id = ?",  # noqa: S608
            (alice.id,),
        ).fetchone()
        assert count == 0, table
    rows = driver.execute(
        "SELECT used_by FROM wallet_proofs WHERE user_id = ?", (alice.id,)
    ).fetchall()
    assert [used is not None for (used,) in rows] == [True]
    (posted,) = driver.execute(
        "SELECT posted FROM wallet_accounts WHERE owner = ?", (UserId(alice.id),)
    ).fetchone()
    assert posted == 1_000_000 - 1 - 4_000
    assert list(violations(Path(server.settings.data))) == []


@pytest.mark.parametrize(
    "damage", ["", "hmac-sha256", "hmac-sha256 AAAA", "sha1 " + "A" * 44, "\xff"]
)
def test_a_damaged_key_stops_the_start(tmp_path: Path, damage: str) -> None:
    from courtyard.wallet.guard.errors import BadPepperError
    from courtyard.wallet.guard.pepper import Pepper

    (tmp_path / "pin.key").write_bytes(damage.encode("latin-1"))
    with pytest.raises(BadPepperError):
        Pepper().open(tmp_path)
    (tmp_path / "pin.key").unlink()
    first, second = Pepper(), Pepper()
    first.open(tmp_path)
    second.open(tmp_path)
    who = UserId("@a:b")
    assert (
        first.mix(who, "840271") == second.mix(who, "840271") != first.mix(UserId("@c:b"), "840271")
    )
    assert (tmp_path / "pin.key").stat().st_mode & 0o777 == 0o600
