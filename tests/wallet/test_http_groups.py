"""Red packets, requests and bills, through HTTP."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.cli.check import violations
from courtyard.wallet.rules_split import seed_hash, shares
from courtyard.wallet.sweep import sweep
from tests.api import Api, User
from tests.fakes import FakeClock
from tests.tables import Tables
from tests.wallet.bank import (
    DAY,
    WALLET,
    Bank,
    act,
    balance,
    balances,
    bill,
    offer,
    packet,
    payments,
    refused,
)

# --- red packets ------------------------------------------------------------------------------


async def test_everybody_claims_one_share(
    bank: Bank, alice: User, bob: User, carol: User, room: str, server: Server
) -> None:
    await bank.give(alice, 100)
    made = (await packet(alice, room, "100", 2)).ok()
    assert made["seed"] is None
    got = [(await act(user, "packets", made["id"], "claim")).ok() for user in (bob, carol)]

    assert sum(int(one["amount"]) for one in got) == 100
    assert (await act(bob, "packets", made["id"], "claim")).ok() == got[0]
    refused(await act(alice, "packets", made["id"], "claim"), 409, "ENDED")
    assert await balances(alice, bob, carol) == [0, *(int(one["amount"]) for one in got)]
    # Anybody can check the split: the hash came first, the seed last.
    told = await payments(alice, room)
    assert [one["state"] for one in told] == ["open", "claimed", "claimed", "finished"]
    seed = bytes.fromhex(told[-1]["seed"])
    assert told[0]["seed_hash"] == seed_hash(seed)
    assert [int(one["amount"]) for one in got] == shares(100, 2, "lucky", seed)
    assert not any("amount" in one for one in told)
    assert list(violations(Path(server.settings.data))) == []


async def test_the_rest_comes_back_after_a_day(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    await bank.give(alice, 100)
    made = (await packet(alice, room, "100", 3, split="equal")).ok()
    first = (await act(bob, "packets", made["id"], "claim")).ok()
    assert first["amount"] == "34"
    clock.advance(DAY)

    refused(await act(alice, "packets", made["id"], "claim"), 409, "EXPIRED")
    assert (await act(bob, "packets", made["id"], "claim")).ok() == first
    assert await balances(alice, bob) == [66, 34]
    shown = (await bob.get(f"{WALLET}/packets/{made['id']}")).ok()
    assert shown["state"] == "expired"
    assert seed_hash(bytes.fromhex(shown["seed"])) == shown["seed_hash"]


async def test_a_packet_is_for_who_is_in_the_room(
    bank: Bank, alice: User, bob: User, carol: User, room: str, api: Api
) -> None:
    await bank.give(alice, 100)
    made = (await packet(alice, room, "100", 3)).ok()
    dora = await api.register("dora")
    (await carol.leave(room)).ok()

    for outsider in (carol, dora):
        assert (await act(outsider, "packets", made["id"], "claim")).status == 404
        assert (await outsider.get(f"{WALLET}/packets/{made['id']}")).status == 404
    (await act(bob, "packets", made["id"], "claim")).ok()
    # Who has a share sees the packet from outside, too.
    (await bob.leave(room)).ok()
    (await bob.get(f"{WALLET}/packets/{made['id']}")).ok()


async def test_fifty_people_claim_twenty_shares_at_once(
    bank: Bank, alice: User, server: Server, api: Api
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    people = [await api.register(f"p{n}") for n in range(50)]
    for user in people:
        (await user.join(room_id)).ok()
    await bank.give(alice, 12_345)
    made = (await packet(alice, room_id, "12345", 20)).ok()

    answers = await asyncio.gather(
        *(act(user, "packets", made["id"], "claim") for user in people for _ in range(2))
    )

    got = [(user, answers[2 * n], answers[2 * n + 1]) for n, user in enumerate(people)]
    winners = [(user, first) for user, first, _ in got if first.status == 200]
    assert len(winners) == 20
    for _, first, second in got:
        assert (first.status, first.body) == (second.status, second.body)
        if first.status != 200:
            refused(first, 409, "ENDED")
    assert sum(int(one.body["amount"]) for _, one in winners) == 12_345
    for user, one in winners:
        assert await balance(user) == int(one.body["amount"])
    claims = (await alice.get(f"{WALLET}/packets/{made['id']}")).ok()["claims"]
    assert len({one["user_id"] for one in claims}) == 20
    assert list(violations(Path(server.settings.data))) == []


@pytest.mark.parametrize(
    "wish",
    [
        {"count": 0},
        {"count": 101},
        {"count": -1},
        {"count": 2**70},
        {"count": 11},
        {"split": "unfair"},
        {"count": "2"},
    ],
)
async def test_a_bad_packet_is_refused(
    bank: Bank, alice: User, room: str, server: Server, wish: dict[str, Any]
) -> None:
    await bank.give(alice, 10)
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        answer = await packet(alice, room, "10", **({"count": 2} | wish))
        assert (answer.status, answer.errcode) in [
            (400, "ORG.COURTYARD.BAD_SPLIT"),
            (400, "M_BAD_JSON"),
        ]
        assert tables.changes() == {}


# --- requests ---------------------------------------------------------------------------------


async def test_a_bill_is_split_and_paid(
    bank: Bank, alice: User, bob: User, carol: User, room: str, server: Server
) -> None:
    await bank.give(bob, 100)
    made = (await bill(alice, room, "100", [alice, bob, carol])).ok()
    assert [part["amount"] for part in made["parts"]] == ["34", "33", "33"]
    assert [part["state"] for part in made["parts"]] == ["paid", "open", "open"]

    (await act(bob, "requests", made["id"], "pay", key="b1")).ok()
    (await act(bob, "requests", made["id"], "pay", key="b1")).ok()
    refused(await act(bob, "requests", made["id"], "pay", key="b2"), 409, "ENDED")
    refused(await act(carol, "requests", made["id"], "pay", key="c1"), 409, "INSUFFICIENT_FUNDS")
    assert await balances(alice, bob) == [33, 67]
    await bank.give(carol, 50)
    refused(await act(carol, "requests", made["id"], "pay", key="c1"), 409, "INSUFFICIENT_FUNDS")
    done = (await act(carol, "requests", made["id"], "pay", key="c2")).ok()

    assert done["state"] == "complete"
    assert await balances(alice, bob, carol) == [66, 67, 17]
    states = [one["state"] for one in await payments(bob, room)]
    assert states == ["open", "part_paid", "complete"]
    assert list(violations(Path(server.settings.data))) == []


async def test_a_request_is_seen_in_its_room(
    bank: Bank, alice: User, bob: User, carol: User, room: str, api: Api
) -> None:
    made = (await bill(alice, room, "100", [bob])).ok()
    dora = await api.register("dora")
    for user in (alice, bob, carol):
        assert (await user.get(f"{WALLET}/requests/{made['id']}")).ok() == made
    assert (await dora.get(f"{WALLET}/requests/{made['id']}")).status == 404
    for user in (carol, dora):
        answer = await act(user, "requests", made["id"], "pay", key="x")
        assert answer.status == 404
    for what, verb in (("requests", "cancel"), ("packets", "claim"), ("transfers", "accept")):
        assert (await act(alice, what, "none", verb)).status == 404
        assert (await alice.get(f"{WALLET}/{what}/none")).status == 404
    assert (await alice.get(f"{WALLET}/history/LEAF")).ok() == {"entries": []}


async def test_what_is_left_of_a_packet_is_spent_at_once(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    await bank.give(alice, 100)
    (await packet(alice, room, "100", 3)).ok()
    clock.advance(DAY)
    (await offer(alice, bob, room, "100")).ok()
    assert await balances(alice) == [0]


async def test_only_what_is_not_paid_is_cancelled(
    bank: Bank, alice: User, bob: User, carol: User, room: str
) -> None:
    await bank.give(bob, 100)
    made = (await bill(alice, room, "100", [bob, carol])).ok()
    (await act(bob, "requests", made["id"], "pay", key="b")).ok()
    assert (await act(bob, "requests", made["id"], "cancel")).status == 404

    shown = (await act(alice, "requests", made["id"], "cancel")).ok()

    assert [part["state"] for part in shown["parts"]] == ["paid", "cancelled"]
    assert (await act(alice, "requests", made["id"], "cancel")).ok() == shown
    refused(await act(carol, "requests", made["id"], "pay", key="c"), 409, "ENDED")
    assert await balances(alice, bob) == [50, 50]


async def test_the_system_reminds_once(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    (await bill(alice, room, "10", [bob])).ok()
    (await bill(alice, room, "10", [bob], remind=False)).ok()
    paid = (await bill(alice, room, "10", [bob])).ok()
    await bank.give(bob, 10)
    (await act(bob, "requests", paid["id"], "pay", key="b")).ok()

    await sweep(server.db)
    assert not [one for one in await payments(bob, room) if one["state"] == "reminder"]
    clock.advance(DAY)
    for _ in range(2):
        await sweep(server.db)
        clock.advance(DAY)

    reminders = [one for one in await payments(bob, room) if one["state"] == "reminder"]
    assert [one["by"] for one in reminders] == ["system"]


@pytest.mark.parametrize("names", [[], ["alice"], ["bob", "bob"]])
async def test_a_bill_is_for_others_once_each(
    bank: Bank, alice: User, bob: User, room: str, names: list[str]
) -> None:
    people = [{"alice": alice, "bob": bob}[name] for name in names]
    refused(await bill(alice, room, "100", people), 400, "BAD_SPLIT")
