"""Money between people, through HTTP: what is answered, what the room is told, where the money is."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.cli.check import violations
from courtyard.gate.model import NeverRestrictableError
from courtyard.gate.restrict import restrict
from courtyard.wallet.sweep import sweep
from tests.api import PASSWORD, Answer, User, q
from tests.fakes import FakeClock
from tests.gate.restrictions import restriction
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
    payments,
    refused,
)

# --- a payment in a chat ----------------------------------------------------------------------


async def test_a_payment_is_accepted(
    bank: Bank, alice: User, bob: User, carol: User, room: str, server: Server
) -> None:
    await bank.give(alice, 1_000)

    made = (await offer(alice, bob, room, "300")).ok()
    assert await balances(alice, bob) == [700, 0]
    assert (made["state"], made["amount"]) == ("pending", "300")
    taken = (await act(bob, "transfers", made["id"], "accept")).ok()

    assert await balances(alice, bob) == [700, 300]
    assert taken["state"] == "accepted"
    # Once more it is the same, and moves nothing; the other way it has ended.
    assert (await act(bob, "transfers", made["id"], "accept")).ok() == taken
    refused(await act(bob, "transfers", made["id"], "decline"), 409, "ENDED")
    assert await balances(alice, bob) == [700, 300]
    for stranger in (alice, carol):
        assert (await act(stranger, "transfers", made["id"], "accept")).status == 404
    assert (await carol.get(f"{WALLET}/transfers/{made['id']}")).status == 404
    # The room is told what and which, and not how much.
    told = await payments(carol, room)
    assert [(one["kind"], one["id"], one["state"]) for one in told] == [
        ("transfer", made["id"], "pending"),
        ("transfer", made["id"], "accepted"),
    ]
    assert set(told[0]) == {"kind", "id", "state"}
    assert told[1]["m.relates_to"]["event_id"] == made["event_id"]
    assert list(violations(Path(server.settings.data))) == []


async def test_a_payment_is_declined(bank: Bank, alice: User, bob: User, room: str) -> None:
    await bank.give(alice, 1_000)
    made = (await offer(alice, bob, room, "1000")).ok()

    given_back = (await act(bob, "transfers", made["id"], "decline")).ok()

    assert given_back["state"] == "declined"
    assert await balances(alice, bob) == [1_000, 0]
    refused(await act(bob, "transfers", made["id"], "accept"), 409, "ENDED")
    assert (await act(bob, "transfers", made["id"], "decline")).ok() == given_back
    assert await balances(alice, bob) == [1_000, 0]


async def test_after_a_day_it_comes_back_with_no_job_run(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    await bank.give(alice, 1_000)
    made = (await offer(alice, bob, room, "1000")).ok()
    clock.advance(DAY - HOUR)
    assert await balances(alice) == [0]
    clock.advance(HOUR)

    shown = (await bob.get(f"{WALLET}/transfers/{made['id']}")).ok()
    assert shown["state"] == "expired"
    refused(await act(bob, "transfers", made["id"], "accept"), 409, "EXPIRED")
    refused(await act(bob, "transfers", made["id"], "decline"), 409, "EXPIRED")
    assert await balances(alice, bob) == [1_000, 0]
    # It can be spent at once.
    (await offer(alice, bob, room, "1000")).ok()
    assert await balances(alice, bob) == [0, 0]
    assert [one["state"] for one in await payments(bob, room)] == ["pending", "expired", "pending"]


async def test_the_sweeper_may_run_twice(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    await bank.give(alice, 1_000)
    (await offer(alice, bob, room, "400")).ok()
    (await packet(alice, room, "100", 3)).ok()
    clock.advance(DAY)

    for _ in range(2):
        await sweep(server.db)

    assert await balances(alice, bob) == [1_000, 0]
    states = [one["state"] for one in await payments(alice, room)]
    assert states == ["pending", "open", "expired", "expired"]
    assert list(violations(Path(server.settings.data))) == []


async def test_no_room_keeps_money(
    bank: Bank, alice: User, bob: User, carol: User, room: str, clock: FakeClock, server: Server
) -> None:
    """Who has left or is banned still takes what was sent, and gets back what was not taken."""
    await bank.give(alice, 1_000)
    to_bob = (await offer(alice, bob, room, "300")).ok()
    (await offer(alice, carol, room, "200")).ok()
    await alice.post(f"rooms/{q(room)}/ban", {"user_id": bob.id})

    (await act(bob, "transfers", to_bob["id"], "accept")).ok()
    (await alice.leave(room)).ok()
    clock.advance(DAY)
    await sweep(server.db)

    assert await balances(alice, bob, carol) == [700, 300, 0]
    assert list(violations(Path(server.settings.data))) == []


async def test_who_is_muted_takes_it_in_silence(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await bank.give(alice, 1_000)
    made = (await offer(alice, bob, room, "300")).ok()
    levels = {"users": {}, "events": {"org.courtyard.payment": 50}}
    (await alice.state(room, "m.room.power_levels", levels)).ok()

    taken = (await act(bob, "transfers", made["id"], "accept")).ok()

    assert taken["state"] == "accepted"
    assert await balances(alice, bob) == [700, 300]
    assert [one["state"] for one in await payments(alice, room)] == ["pending"]


async def test_who_has_no_account_any_more_is_not_paid(
    bank: Bank, alice: User, bob: User, carol: User, room: str, clock: FakeClock
) -> None:
    """Deleting an account is nobody's to refuse (P3), whatever is under way."""
    await bank.give(alice, 1_000)
    waiting = (await offer(alice, bob, room, "300")).ok()
    asked = (await bill(bob, room, "10", [alice])).ok()
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": bob.id},
        "password": PASSWORD,
    }
    (await bob.post("account/deactivate", {"auth": auth})).ok()

    refused(await act(alice, "requests", asked["id"], "pay", key="a"), 400, "BAD_RECIPIENT")
    refused(await offer(alice, bob, room, "1"), 400, "BAD_RECIPIENT")
    clock.advance(DAY)
    assert await balances(alice) == [1_000]
    shown = (await alice.get(f"{WALLET}/transfers/{waiting['id']}")).ok()
    assert shown["state"] == "expired"


async def test_a_room_may_refuse_new_payments(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await bank.give(bob, 1_000)
    levels = {"users": {}, "events": {"org.courtyard.payment": 50}}
    (await alice.state(room, "m.room.power_levels", levels)).ok()

    assert (await offer(bob, alice, room, "1")).status == 403
    assert await balances(alice, bob) == [0, 1_000]


async def test_only_the_wallet_writes_payments(alice: User, room: str) -> None:
    forged = {"kind": "transfer", "id": "t_x", "state": "accepted"}
    answer = await alice.send(room, forged, type="org.courtyard.payment")
    assert answer.status == 403
    assert (await alice.state(room, "org.courtyard.payment", forged)).status == 403


async def test_it_works_in_an_encrypted_room(bank: Bank, alice: User, bob: User) -> None:
    await bank.give(alice, 10)
    encryption = {"algorithm": "m.megolm.v1.aes-sha2"}
    room_id = await alice.create_room(
        preset="public_chat", initial_state=[{"type": "m.room.encryption", "content": encryption}]
    )
    (await bob.join(room_id)).ok()

    made = (await offer(alice, bob, room_id, "10")).ok()
    (await act(bob, "transfers", made["id"], "accept")).ok()

    assert [one["state"] for one in await payments(bob, room_id)] == ["pending", "accepted"]


# --- the same again ---------------------------------------------------------------------------


async def test_the_same_key_is_the_same_payment(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    """Also twice at once, in one batch of the writer."""
    await bank.give(alice, 1_000)

    twice = await asyncio.gather(*(offer(alice, bob, room, "600", key="k") for _ in range(2)))

    assert twice[0].ok() == twice[1].ok()
    refused(await offer(alice, bob, room, "601", key="k"), 409, "KEY_REUSED")
    refused(await packet(alice, room, "600", 2, key="k"), 409, "KEY_REUSED")
    assert await balances(alice) == [400]
    # The header is the same key, and another account's key is another.
    body = {"room_id": room, "to": bob.id, "currency": "LEAF", "amount": "600"}
    again = await alice.request(
        "POST", f"{WALLET}/transfers", body, headers={"Idempotency-Key": "k"}
    )
    assert again.ok() == twice[0].ok()
    refused(await offer(bob, alice, room, "600", key="k"), 409, "INSUFFICIENT_FUNDS")


async def test_a_retry_says_done_and_not_that_the_money_is_gone(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await bank.give(alice, 1_000)
    first = (await offer(alice, bob, room, "1000", key="all")).ok()
    assert await balances(alice) == [0]
    assert (await offer(alice, bob, room, "1000", key="all")).ok() == first


async def test_a_refusal_is_remembered(bank: Bank, alice: User, bob: User, room: str) -> None:
    refused(await offer(alice, bob, room, "5", key="k"), 409, "INSUFFICIENT_FUNDS")
    await bank.give(alice, 1_000)

    refused(await offer(alice, bob, room, "5", key="k"), 409, "INSUFFICIENT_FUNDS")
    assert await balances(alice) == [1_000]
    (await offer(alice, bob, room, "5", key="k2")).ok()


# --- bad input --------------------------------------------------------------------------------

BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"amount": "-1"}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"amount": "0"}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"amount": "1.5"}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"amount": 5}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"amount": "\u0661"}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"amount": None}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"amount": str(2**53)}, 400, "COURTYARD_AMOUNT_OUT_OF_RANGE"),
    ({"amount": "9" * 100_000}, 400, "COURTYARD_AMOUNT_OUT_OF_RANGE"),
    ({"currency": "GOLD"}, 404, "ORG.COURTYARD.UNKNOWN_CURRENCY"),
    ({"key": ""}, 400, "ORG.COURTYARD.BAD_KEY"),
    ({"key": "k" * 129}, 400, "ORG.COURTYARD.BAD_KEY"),
    ({"key": 7}, 400, "ORG.COURTYARD.BAD_KEY"),
    ({"to": "@nobody:test.example"}, 400, "ORG.COURTYARD.BAD_RECIPIENT"),
    ({"to": "@alice:test.example"}, 400, "ORG.COURTYARD.BAD_RECIPIENT"),
    ({"room_id": "!no:test.example"}, 403, "M_FORBIDDEN"),
    # The first thing that is wrong is the answer.
    ({"key": "", "amount": "0"}, 400, "ORG.COURTYARD.BAD_KEY"),
    ({"amount": "0", "currency": "GOLD"}, 400, "ORG.COURTYARD.BAD_AMOUNT"),
    ({"currency": "GOLD", "room_id": "!no:x"}, 404, "ORG.COURTYARD.UNKNOWN_CURRENCY"),
    ({"room_id": "!no:x", "to": "@nobody:x"}, 403, "M_FORBIDDEN"),
    ({"to": "@nobody:x", "amount": "999999"}, 400, "ORG.COURTYARD.BAD_RECIPIENT"),
    ({"key": "used", "currency": "GOLD"}, 409, "ORG.COURTYARD.KEY_REUSED"),
]


async def wish_for(sender: User, to: User, room_id: str, wish: dict[str, Any]) -> Answer:
    """Offer money with any member replaced."""
    body: dict[str, Any] = {
        "key": f"w{len(str(wish))}",
        "room_id": room_id,
        "to": to.id,
        "currency": "LEAF",
    }
    return await sender.post(f"{WALLET}/transfers", body | wish)


async def test_each_bad_wish_has_its_refusal_and_writes_nothing(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 1_000)
    (await offer(alice, bob, room, "1", key="used")).ok()
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        for changes, status, errcode in BAD:
            answer = await wish_for(alice, bob, room, {"amount": "10"} | changes)
            assert (answer.status, answer.errcode) == (status, errcode), (changes, answer.body)
            assert tables.changes() == {}, changes


# --- one's own --------------------------------------------------------------------------------


async def test_the_history_is_complete_and_paged(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await bank.give(alice, 1_000)
    for _ in range(4):
        made = (await offer(alice, bob, room, "100")).ok()
        (await act(bob, "transfers", made["id"], "accept")).ok()

    lines, start = [], None
    while True:
        query = {"limit": "2"} | ({"start": start} if start else {})
        page = (await alice.get(f"{WALLET}/history/LEAF", **query)).ok()
        lines += page["entries"]
        start = page.get("next")
        if start is None:
            break

    assert [line["seq"] for line in lines] == [5, 4, 3, 2, 1]
    assert [line["balance"] for line in lines] == ["600", "700", "800", "900", "1000"]
    assert {line["kind"] for line in lines[:-1]} == {"transfer"}
    assert lines[-1]["kind"] == "mint"
    refused(await alice.get(f"{WALLET}/history/GOLD"), 404, "UNKNOWN_CURRENCY")
    for bad in ({"limit": "0"}, {"limit": "x"}, {"start": "-1"}, {"start": "9" * 30}):
        assert (await alice.get(f"{WALLET}/history/LEAF", **bad)).status == 400
    assert (await bob.get(f"{WALLET}/currencies")).ok()["currencies"] == [
        {"code": "LEAF", "kind": "community", "scale": 2, "name": "Leaves"}
    ]


async def test_a_measure_of_the_wallet_stops_paying_and_nothing_else(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    """`wallet.pay` and `wallet.receive` are the wallet's own class; balance, history and what comes back are nobody's."""
    await bank.give(alice, 1_000)
    waiting = (await offer(alice, bob, room, "10")).ok()
    back = (await offer(alice, bob, room, "10")).ok()
    now = server.world.clock.now_ms()
    for number, (user, capability) in enumerate([(alice, "wallet.pay"), (bob, "wallet.receive")]):
        made = restriction(
            id=f"r{number}",
            user_id=UserId(user.id),
            capability=capability,
            starts_at=now,
            ends_at=now + DAY,
        )
        with pytest.raises(NeverRestrictableError):
            await server.db.write(restrict, made)
        await server.db.write(restrict, made, by_wallet=True)

    assert (await offer(alice, bob, room, "10")).errcode == "ORG.COURTYARD.RESTRICTED"
    assert (await act(bob, "transfers", waiting["id"], "accept")).status == 403
    (await act(bob, "transfers", back["id"], "decline")).ok()
    assert await balances(alice) == [990]
    (await alice.get(f"{WALLET}/history/LEAF")).ok()
