"""Payments that take their time to arrive, as payers choose it; who may stop one; money of accounts that have ended."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from courtyard.app.clock import SystemClock
from courtyard.app.wiring import Server
from courtyard.base.errors import ForbiddenError, InvalidParamError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.cli.check import violations
from courtyard.cli.wallet import wallet
from courtyard.storage.database import connect
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.tx import ReadTx
from courtyard.wallet.errors import EndedError, NotIndependentError
from courtyard.wallet.guard import blocks, check, stops
from courtyard.wallet.guard.blocks import tell_some
from courtyard.wallet.guard.errors import BlockedError
from courtyard.wallet.guard.model import Stop, StopId
from courtyard.wallet.model import OfferId
from courtyard.wallet.rails import redeem, unclaimed
from courtyard.wallet.sweep import sweep
from tests.api import PASSWORD, Api, User
from tests.archive.archives import export
from tests.fakes import FakeClock
from tests.wallet.bank import (
    DAY,
    HOUR,
    LEAF,
    WALLET,
    Bank,
    act,
    balance,
    balances,
    offer,
    packet,
    payments,
    refused,
)
from tests.wallet.keychain import auth_of

TWO_HOURS = 2 * HOUR
SETTING = f"{WALLET}/arrival-delay"


async def choose(user: User, delay_ms: Any) -> dict[str, Any]:
    shown: dict[str, Any] = (await user.put(SETTING, {"delay_ms": delay_ms})).ok()
    return shown


async def stands(user: User, id: str) -> dict[str, Any]:
    shown: dict[str, Any] = (await user.get(f"{WALLET}/transfers/{id}")).ok()
    return shown


async def on_its_way(
    bank: Bank, sender: User, to: User, room: str, amount: str = "30", delay_ms: int = TWO_HOURS
) -> str:
    """Let a payment be on its way."""
    await bank.give(sender, 100)
    await choose(sender, delay_ms)
    id = str((await offer(sender, to, room, amount)).ok()["id"])
    (await act(to, "transfers", id, "accept")).ok()
    return id


async def _stop(bank: Bank, id: str, reason: Any = "suspected_fraud", by: int = 0) -> Stop:
    return await bank.server.db.write(
        stops.begin, bank.operators[by], OfferId(id), reason, "We look into it.", 3
    )


# --- the setting --------------------------------------------------------------------------------


async def test_a_lower_delay_waits_for_the_old_one(
    alice: User, clock: FakeClock, server: Server
) -> None:
    assert (await alice.get(SETTING)).ok() == {"delay_ms": 0, "next": None}
    assert await choose(alice, DAY) == {"delay_ms": DAY, "next": None}

    before = clock.now_ms()
    lowered = await choose(alice, 0)

    begins_at = lowered["next"]["begins_at"]
    assert before + DAY < begins_at < clock.now_ms() + DAY
    assert lowered == {"delay_ms": DAY, "next": {"delay_ms": 0, "begins_at": begins_at}}
    clock.advance(DAY - HOUR)
    assert await choose(alice, 0) == lowered
    clock.advance(HOUR)
    assert (await alice.get(SETTING)).ok() == {"delay_ms": 0, "next": None}
    # Whoever did it, the owner reads of it in the notices, once.
    said = [
        event["content"]["body"]
        for room in (await alice.sync())["rooms"]["join"].values()
        for event in room["timeline"]["events"]
        if "org.courtyard.arrival_delay" in event["content"]
    ]
    assert len(said) == 1
    assert said[0].startswith("In 24 hours")
    assert list(violations(Path(server.settings.data))) == []


async def test_neither_a_new_device_nor_a_new_pin_makes_it_shorter(
    api: Api, alice: User, bob: User, room: str, bank: Bank, clock: FakeClock
) -> None:
    await bank.give(alice, 100)
    await choose(alice, TWO_HOURS)
    (await alice.put(f"{WALLET}/pin", {"pin": "840269", "auth": auth_of(alice)})).ok()
    thief = await api.login(alice.id)
    await choose(thief, 0)

    id = (await offer(thief, bob, room, "5")).ok()["id"]

    assert (await act(bob, "transfers", id, "accept")).ok()["state"] == "arriving"
    clock.advance(HOUR)
    assert await balance(bob) == 0


@pytest.mark.parametrize("value", [1, -1, "0", None, True, 2 * DAY])
async def test_what_is_no_delay_is_refused(alice: User, value: Any, server: Server) -> None:
    answer = await alice.put(SETTING, {"delay_ms": value})
    assert (answer.status, answer.errcode) == (400, "M_INVALID_PARAM")
    assert (await alice.get(SETTING)).ok() == {"delay_ms": 0, "next": None}


# --- on its way ---------------------------------------------------------------------------------


async def test_a_payment_arrives_after_its_delay(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    id = await on_its_way(bank, alice, bob, room)

    shown = await stands(bob, id)
    assert shown["state"] == "arriving"
    assert TWO_HOURS - HOUR < shown["arrives_at"] - clock.now_ms() < TWO_HOURS
    assert (shown["delay_ms"], shown["stop"], shown["recalled_at"]) == (TWO_HOURS, None, None)
    assert await balances(alice, bob) == [70, 0]
    # To accept again changes nothing: it checks the clock itself.
    clock.advance(HOUR)
    assert (await act(bob, "transfers", id, "accept")).ok()["state"] == "arriving"
    assert await balances(alice, bob) == [70, 0]
    clock.advance(HOUR)
    assert await balances(alice, bob) == [70, 30]
    assert (await stands(alice, id))["state"] == "accepted"
    assert list(violations(Path(server.settings.data))) == []

    # Spent before the sweeper came.
    (await offer(bob, alice, room, "30")).ok()
    await sweep(server.db)
    await sweep(server.db)

    assert await balances(alice, bob) == [70, 0]
    steps = [one["state"] for one in await payments(alice, room) if one["id"] == id]
    assert steps == ["pending", "arriving", "accepted"]
    entries = (await bob.get(f"{WALLET}/history/{LEAF}")).ok()["entries"]
    assert [(one["kind"], one["amount"], one["ref"]) for one in entries][-1] == (
        "transfer_received",
        "30",
        id,
    )
    refused(await act(bob, "transfers", id, "decline"), 409, "ENDED")
    assert list(violations(Path(server.settings.data))) == []


async def test_accept_moves_what_has_arrived(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    id = await on_its_way(bank, alice, bob, room)
    clock.advance(TWO_HOURS)

    done = (await act(bob, "transfers", id, "accept")).ok()

    assert done["state"] == "accepted"
    assert done["ended_at"] > done["arrives_at"]


async def test_the_sweeper_lets_it_arrive_once(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    """Also for somebody who left the room meanwhile: no room keeps money."""
    id = await on_its_way(bank, alice, bob, room)
    await bob.leave(room)
    clock.advance(TWO_HOURS)
    for _ in range(2):
        await sweep(server.db)

    assert await balances(alice, bob) == [70, 30]
    assert (await stands(bob, id))["ended_at"] is not None


async def test_the_delay_is_that_of_the_offer_and_not_of_later(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock
) -> None:
    await bank.give(alice, 100)
    at_once = (await offer(alice, bob, room, "10")).ok()["id"]
    await choose(alice, DAY)
    late = (await offer(alice, bob, room, "20", key="late")).ok()
    await choose(alice, 0)
    again = (await offer(alice, bob, room, "20", key="late")).ok()

    assert again == late
    assert (await act(bob, "transfers", at_once, "accept")).ok()["state"] == "accepted"
    assert (await act(bob, "transfers", late["id"], "accept")).ok()["state"] == "arriving"


async def test_a_packet_and_a_bill_take_no_time(
    bank: Bank, alice: User, bob: User, room: str
) -> None:
    await bank.give(alice, 100)
    await choose(alice, DAY)
    id = (await packet(alice, room, "10", 1, split="equal")).ok()["id"]
    (await act(bob, "packets", id, "claim")).ok()
    assert await balances(alice, bob) == [90, 10]


async def test_its_recipient_gives_it_back_while_it_is_on_its_way(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    id = await on_its_way(bank, alice, bob, room)

    assert (await act(bob, "transfers", id, "decline")).ok()["state"] == "declined"

    assert await balances(alice, bob) == [100, 0]
    refused(await act(bob, "transfers", id, "accept"), 409, "ENDED")
    assert list(violations(Path(server.settings.data))) == []


async def test_its_sender_alone_cannot_stop_it(
    bank: Bank, alice: User, bob: User, carol: User, room: str, clock: FakeClock
) -> None:
    await bank.give(alice, 100)
    await choose(alice, TWO_HOURS)
    id = (await offer(alice, bob, room, "30")).ok()["id"]
    refused(await act(alice, "transfers", id, "recall"), 409, "ENDED")
    (await act(bob, "transfers", id, "accept")).ok()
    for stranger in (bob, carol):
        assert (await act(stranger, "transfers", id, "recall")).status == 404
    # Not by freezing the wallet, either.
    (await alice.post(f"{WALLET}/freeze", {})).ok()

    asked = (await act(alice, "transfers", id, "recall")).ok()

    assert asked["state"] == "arriving"
    assert asked["made_at"] < asked["recalled_at"] < clock.now_ms()
    assert (await act(alice, "transfers", id, "recall")).ok() == asked
    assert (await stands(bob, id))["recalled_at"] == asked["recalled_at"]
    clock.advance(TWO_HOURS)
    assert await balances(alice, bob) == [70, 30]


# --- stopped ------------------------------------------------------------------------------------


async def test_a_stop_keeps_it_until_its_review(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    id = await on_its_way(bank, alice, bob, room)

    made = await _stop(bank, id)

    for user in (alice, bob):
        shown = (await stands(user, id))["stop"]
        assert (shown["reason"], shown["words"]) == ("suspected_fraud", "We look into it.")
        assert shown["in_force"]
        assert not any(operator in str(shown) for operator in bank.operators)
    await server.db.write(tell_some)
    for user in (alice, bob):
        said = [
            event["content"]["body"]
            for joined in (await user.sync())["rooms"]["join"].values()
            for event in joined["timeline"]["events"]
            if "org.courtyard.stop" in event["content"]
        ]
        assert len(said) == 1
        assert "suspicion of fraud" in said[0]
    await server.db.write(tell_some)
    clock.advance(3 * DAY - HOUR)
    await sweep(server.db)
    assert await balances(alice, bob) == [70, 0]
    assert list(violations(Path(server.settings.data))) == []
    clock.advance(HOUR)
    assert await balances(alice, bob) == [70, 30]
    assert not (await stands(bob, id))["stop"]["in_force"]
    with pytest.raises(EndedError):
        await server.db.write(stops.release, bank.operators[1], made.id)
    await sweep(server.db)
    assert list(violations(Path(server.settings.data))) == []


async def test_stopped_money_goes_back_by_two_operators(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    id = await on_its_way(bank, alice, bob, room)
    made = await _stop(bank, id)
    with pytest.raises(EndedError):
        await _stop(bank, id, "security", by=1)
    with pytest.raises(NotIndependentError):
        await server.db.write(stops.send_back, bank.operators[0], made.id)

    await server.db.write(stops.send_back, bank.operators[1], made.id)

    assert await balances(alice, bob) == [100, 0]
    shown = await stands(bob, id)
    assert (shown["state"], shown["stop"]["outcome"]) == ("returned", "returned")
    assert not shown["stop"]["in_force"]
    steps = [one["state"] for one in await payments(alice, room) if one["id"] == id]
    assert steps == ["pending", "arriving", "returned"]
    for verb in (stops.send_back, stops.release):
        with pytest.raises(EndedError):
            await server.db.write(verb, bank.operators[1], made.id)
    refused(await act(bob, "transfers", id, "accept"), 409, "ENDED")
    await server.db.write(tell_some)
    assert list(violations(Path(server.settings.data))) == []


async def test_the_newest_stop_is_the_one_that_began_last(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    id = await on_its_way(bank, alice, bob, room)
    first = await _stop(bank, id, "security")
    await server.db.write(stops.release, bank.operators[0], first.id)
    # The machine's clock is set right.
    clock.advance(-HOUR)

    second = await _stop(bank, id, "court_order")

    shown = (await stands(bob, id))["stop"]
    assert (shown["reason"], shown["in_force"]) == ("court_order", True)
    with pytest.raises(EndedError):
        await _stop(bank, id)
    await server.db.write(stops.send_back, bank.operators[1], second.id)
    assert (await stands(bob, id))["stop"]["outcome"] == "returned"
    ends = await server.db.read(stops.newest)
    assert [stop.reason for stop in ends] == ["court_order", "security"]
    assert all(stop.ended_at is not None and stop.ended_at >= stop.begun_at for stop in ends)
    assert list(violations(Path(server.settings.data))) == []


async def test_a_released_payment_arrives_when_it_would_have(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    early, late = [await on_its_way(bank, alice, bob, room) for _ in range(2)]
    first, second = [await _stop(bank, id) for id in (early, late)]
    await server.db.write(stops.review, bank.operators[1], second.id, 30)
    clock.advance(HOUR)
    await server.db.write(stops.release, bank.operators[1], first.id)
    assert await balance(bob) == 0
    clock.advance(HOUR)
    assert await balance(bob) == 30
    clock.advance(4 * DAY)

    await server.db.write(stops.release, bank.operators[0], second.id)

    assert await balance(bob) == 60
    # The reason is gone; there may be another one, but not for what has arrived.
    with pytest.raises(EndedError):
        await _stop(bank, late)


async def test_who_stops_what(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    id = await on_its_way(bank, alice, bob, room)
    first, second = bank.operators
    for by, of, reason, words, days, error in (
        (UserId(alice.id), id, "security", "Why.", 3, ForbiddenError),
        (first, "none", "security", "Why.", 3, NotFoundError),
        (first, id, "security", " ", 3, InvalidParamError),
        (first, id, "security", "Why.", 0, InvalidParamError),
        (first, id, "security", "Why.", 31, InvalidParamError),
        (first, id, "owner_request", "Why.", 3, InvalidParamError),
    ):
        with pytest.raises(error):
            await server.db.write(stops.begin, by, OfferId(of), reason, words, days)  # type: ignore[arg-type]
    (await act(alice, "transfers", id, "recall")).ok()
    made = await _stop(bank, id, "owner_request")
    for verb in (stops.release, stops.send_back):
        with pytest.raises(ForbiddenError):
            await server.db.write(verb, UserId(bob.id), made.id)
        with pytest.raises(NotFoundError):
            await server.db.write(verb, second, StopId("none"))
    # Its recipient need not wait for operators.
    (await act(bob, "transfers", id, "decline")).ok()
    assert not (await stands(bob, id))["stop"]["in_force"]
    with pytest.raises(EndedError):
        await server.db.write(stops.send_back, second, made.id)
    assert await balances(alice, bob) == [100, 0]


async def test_operators_decide_nothing_about_their_own(
    bank: Bank, api: Api, alice: User, bob: User, room: str, server: Server
) -> None:
    operator = await api.login(bank.operators[0])
    (await operator.join(room)).ok()
    id = await on_its_way(bank, alice, operator, room)
    with pytest.raises(ForbiddenError):
        await _stop(bank, id)
    made = await _stop(bank, id, by=1)
    with pytest.raises(ForbiddenError):
        await server.db.write(stops.release, bank.operators[0], made.id)


# --- what the database refuses ------------------------------------------------------------------

ANOTHER_STOP = (
    "INSERT INTO wallet_stops SELECT 'x', offer, '{}', words, begun_by, begun_at, was_at, review_at,"
    " NULL, NULL, NULL, NULL FROM wallet_stops"
)


@pytest.mark.parametrize(
    "statement,why",
    [
        ("UPDATE wallet_offers SET state = 'accepted', ended_at = made_at", "CHECK"),
        ("UPDATE wallet_offers SET state = 'accepted', ended_at = arrives_at - 1", "CHECK"),
        ("UPDATE wallet_offers SET arrives_at = made_at", "CHECK"),
        ("UPDATE wallet_offers SET delay_ms = 0, arrives_at = NULL", "stays as it is"),
        ("UPDATE wallet_offers SET state = 'pending'", "stays as it is"),
        ("UPDATE wallet_offers SET state = 'expired', ended_at = 1", "stays as it is"),
        ("UPDATE wallet_offers SET state = 'returned', ended_at = 1", "another operator"),
        (
            "UPDATE wallet_stops SET outcome = 'returned', ended_at = 1, ended_by = begun_by",
            "CHECK",
        ),
        ("UPDATE wallet_stops SET reason = 'court_order'", "stays what it is"),
        ("UPDATE wallet_stops SET reason = 'rudeness'", "stays what it is"),
        ("DELETE FROM wallet_stops", "refused"),
        ("DELETE FROM wallet_offers", "refused"),
        (ANOTHER_STOP.format("rudeness"), "CHECK"),
        (ANOTHER_STOP.format("owner_request"), "only if they wish it"),
        ("UPDATE wallet_delays SET delay_ms = 5", "CHECK"),
        ("UPDATE wallet_delays SET next_ms = 86400000, next_at = 5", "CHECK"),
    ],
)
async def test_the_database_keeps_the_time(
    bank: Bank, alice: User, bob: User, room: str, server: Server, statement: str, why: str
) -> None:
    await _stop(bank, await on_its_way(bank, alice, bob, room))
    driver = connect(Path(server.settings.data) / DATABASE_FILE, writable=True)
    try:
        with pytest.raises(sqlite3.IntegrityError, match=why):
            driver.execute(statement)
    finally:
        driver.close()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE wallet_offers SET state = 'accepted', ended_at = 1, arrives_at = 1",
        "UPDATE wallet_offers SET arrives_at = 5",
        "UPDATE wallet_stops SET reason = 'owner_request'",
        "UPDATE wallet_stops SET ended_at = 1, ended_by = begun_by, outcome = 'returned'",
    ],
)
async def test_check_finds_what_is_wrong(
    bank: Bank, alice: User, bob: User, room: str, server: Server, harm: str
) -> None:
    await _stop(bank, await on_its_way(bank, alice, bob, room))
    assert list(await server.db.read(_violations)) == []
    driver = connect(Path(server.settings.data) / DATABASE_FILE, writable=True)
    driver.execute("PRAGMA ignore_check_constraints=ON")
    for trigger in ("wallet_offers_final", "wallet_stops_final"):
        driver.execute(f"DROP TRIGGER {trigger}")
    driver.execute(harm)
    driver.close()

    assert await server.db.read(_violations)


def _violations(tx: ReadTx) -> list[str]:
    return list(check.violations(tx))


# --- operators' commands, the archive -----------------------------------------------------------


async def _run(server: Server, *arguments: str) -> Result:
    given = [*arguments, "--data", server.settings.data, "--server-name", "test.example"]
    return await asyncio.to_thread(CliRunner().invoke, wallet, given, f"{PASSWORD}\n")


async def test_the_commands(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    # The commands look at a clock of their own.
    clock.advance(SystemClock().now_ms() - clock.now_ms())
    id = await on_its_way(bank, alice, bob, room)
    (await act(alice, "transfers", id, "recall")).ok()
    listed = await _run(server, "arrival", "list")
    assert listed.output.startswith(f"{id} 30 LEAF from {alice.id} to {bob.id}, arrives ")
    assert "asked back" in listed.output
    wrong = await _run(
        server, "arrival", "stop", id, "--reason", "rudeness", "--words", "Why.", "--by", "mint1"
    )
    assert wrong.exit_code == 2
    stop = ["arrival", "stop", id, "--reason", "owner_request", "--words", "Wrong person."]
    made = await _run(server, *stop, "--by", "mint1")
    assert made.exit_code == 0, made.output
    stop_id = made.output.split()[0]
    later = await _run(server, "arrival", "review", stop_id, "--by", "mint2", "--days", "9")
    assert "until its review" in later.output
    assert (await _run(server, "arrival", "return", stop_id, "--by", "mint1")).exit_code == 2
    assert (await _run(server, "arrival", "return", stop_id, "--by", "mint2")).output == (
        f"{id} went back.\n"
    )
    assert (
        f"{stop_id} of {id} owner_request since" in (await _run(server, "arrival", "list")).output
    )
    other = await on_its_way(bank, alice, bob, room)
    made = await _run(server, "arrival", "stop", other, *stop[3:], "--by", "mint1")
    assert made.exit_code == 2
    stop[2], stop[4] = other, "court_order"
    stop_id = (await _run(server, *stop, "--by", "mint1")).output.split()[0]
    done = await _run(server, "arrival", "release", stop_id, "--by", "mint1")
    assert done.output == f"{stop_id} has ended: the money arrives.\n"


async def test_the_archive_has_the_setting(alice: User) -> None:
    await choose(alice, DAY)
    kept = (await export(alice)).json("wallet/guard.json")
    assert kept["arrival_delay"] == {"delay_ms": DAY, "next": None}


# --- money of accounts that have ended ----------------------------------------------------------


async def _end(user: User) -> None:
    (await user.post("account/deactivate", {"auth": auth_of(user)})).ok()


async def test_money_of_an_ended_account_is_paid_to_its_owner_by_two_operators(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 500)
    await bank.give(bob, 200)
    with pytest.raises(ForbiddenError):
        await server.db.write(unclaimed.ask, bank.operators[0], UserId(alice.id), LEAF)
    assert (await _run(server, "unclaimed")).output == ""
    await _end(alice)
    assert (await _run(server, "unclaimed")).output == f"{alice.id} 500 LEAF\n"
    with pytest.raises(ForbiddenError):
        await server.db.write(unclaimed.ask, UserId(bob.id), UserId(alice.id), LEAF)

    asked = await _run(server, "redeem", "ask", "alice", "LEAF", "--by", "mint1")

    assert asked.exit_code == 0, asked.output
    id = asked.output.split()[0]
    assert asked.output == f"{id} 500 LEAF to {alice.id}\n"
    assert (await _run(server, "unclaimed")).output == ""
    # Nothing is left to ask for; one operator gives it back, and it is asked for again.
    assert (await _run(server, "redeem", "ask", "alice", "LEAF", "--by", "mint1")).exit_code == 2
    (await _run(server, "redeem", "refuse", id, "--by", "mint1"))
    assert (await _run(server, "unclaimed")).output == f"{alice.id} 500 LEAF\n"
    id = (await _run(server, "redeem", "ask", "alice", "LEAF", "--by", "mint1")).output.split()[0]
    proposed = (await _run(server, "redeem", "propose", id, "--by", "mint1")).output.split()[0]
    assert (await _run(server, "redeem", "approve", proposed, "--by", "mint1")).exit_code == 2
    done = await _run(server, "redeem", "approve", proposed, "--by", "mint2")
    assert done.output == f"{alice.id} has 500 LEAF in cash.\n"
    assert (await _run(server, "unclaimed")).output == ""
    assert list(violations(Path(server.settings.data))) == []


async def test_a_court_can_stop_money_of_an_ended_account(
    bank: Bank, alice: User, server: Server
) -> None:
    await bank.give(alice, 500)
    await server.db.write(
        blocks.begin, bank.operators[0], UserId(alice.id), "court_order", "An order.", 30
    )
    await _end(alice)

    with pytest.raises(BlockedError):
        await server.db.write(unclaimed.ask, bank.operators[0], UserId(alice.id), LEAF)

    assert await server.db.read(redeem.waiting) == []


async def test_what_was_on_its_way_to_an_ended_account_is_theirs(
    bank: Bank, alice: User, bob: User, room: str, clock: FakeClock, server: Server
) -> None:
    await on_its_way(bank, alice, bob, room)
    await _end(bob)
    clock.advance(TWO_HOURS)
    await sweep(server.db)

    assert (await _run(server, "unclaimed")).output == f"{bob.id} 30 LEAF\n"
    assert list(violations(Path(server.settings.data))) == []
