"""Webhooks on their way: a real server takes them, refuses them, hangs, dies; nothing is lost and nothing overtakes."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from standardwebhooks import Webhook

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.cli.check import violations
from courtyard.storage.sealing_key import Vault
from courtyard.wallet.webhooks import courier, deliveries
from courtyard.wallet.webhooks.courier import Courier
from courtyard.wallet.webhooks.rules import TRIES_MAX, WAITS_MS
from tests.api import User
from tests.fakes import FakeClock
from tests.wallet.bank import DAY, Bank
from tests.wallet.hooks import DATA, Hook, look, tell
from tests.wallet.receiver import (
    Answer,
    Receiver,
    chatter,
    die,
    drip,
    hang,
    late,
    nonsense,
    say,
)
from tests.wallet.shop import Shop


@pytest.fixture
def clock() -> FakeClock:
    """As other people's library has it: it refuses what is not of now."""
    return FakeClock(int(time.time()) * 1000)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, webhooks_to_private_addresses="on")


@pytest.fixture
async def shop(bank: Bank, alice: User) -> Shop:
    return await Shop.open(alice)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = await Receiver().start()
    yield made
    await made.stop()


@pytest.fixture
async def hook(shop: Shop, receiver: Receiver) -> Hook:
    return await Hook.open(shop, receiver.url)


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "TIMEOUT_SECONDS", 0.4)


async def test_a_message_is_what_other_peoples_library_takes(
    server: Server, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    await tell(server, shop, "o_1", 3)

    [taken] = await receiver.until(1)
    assert taken.path == "/hook"
    assert taken.headers["content-type"] == "application/json"
    told = Webhook(hook.secret).verify(taken.body, taken.headers)
    assert told == {
        "type": "order.paid",
        "timestamp": told["timestamp"],
        "ref": "o_1",
        "version": 3,
        "data": DATA,
    }
    done = await hook.until(1, "delivered", 1)
    assert (done["message_id"], done["status"], done["reason"]) == (taken.id, 200, "")


FAULTS: dict[str, tuple[Answer, int]] = {
    "hangs": (hang, 0),
    "answers byte by byte": (drip, 0),
    "dies midway": (die, 0),
    "speaks no HTTP": (nonsense, 0),
    "takes it too late": (late, 0),
    "fails": (say(500), 500),
    "has moved": (say(302, "Location: http://127.0.0.1:9/"), 302),
    "does not know the page": (say(404), 404),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.usefixtures("in_a_hurry")
async def test_what_was_not_taken_is_sent_again(
    name: str, server: Server, clock: FakeClock, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    fault, status = FAULTS[name]
    receiver.answers = [fault]
    await tell(server, shop, "o_1")
    failed = await hook.until(1, "queued", 1)
    assert failed["status"] == status
    assert failed["reason"]
    assert failed["next_at"] - clock.now_ms() <= WAITS_MS[0]
    look(server)
    assert len(receiver.taken) == 1

    clock.advance(WAITS_MS[0])
    look(server)

    first, second = await receiver.until(2)
    assert (first.id, first.body) == (second.id, second.body)
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 15
    done = await hook.until(1, "delivered", 2)
    assert (done["status"], done["reason"]) == (200, "")


async def test_who_says_yes_and_never_stops_speaking_has_taken_it(
    server: Server, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    receiver.answers = [chatter]
    await tell(server, shop, "o_1")

    assert (await hook.until(1, "delivered", 1))["status"] == 200


async def test_continue_is_no_answer_yet(
    server: Server, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    async def patient(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await say(204)(writer)

    receiver.answers = [patient]
    await tell(server, shop, "o_1")

    assert (await hook.until(1, "delivered", 1))["status"] == 204


async def test_after_the_last_try_it_is_given_up_and_can_be_sent_again(
    server: Server, clock: FakeClock, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    receiver.then = say(503)
    await tell(server, shop, "o_1")
    for n, wait_ms in enumerate(WAITS_MS, 1):
        await hook.until(1, "queued", n)
        clock.advance(wait_ms)
        look(server)
    await hook.until(1, "dead", TRIES_MAX)
    assert len(receiver.taken) == TRIES_MAX
    clock.advance(30 * DAY)
    look(server)
    receiver.then = say(200)

    again = (await hook.replay(1)).ok()

    assert (again["number"], again["round"], again["state"]) == (2, 1, "queued")
    await hook.until(2, "delivered", 1)
    assert len({taken.id for taken in receiver.taken}) == 1
    assert len(receiver.taken) == TRIES_MAX + 1
    assert (await hook.deliveries())[1]["state"] == "dead"


async def test_a_later_version_never_overtakes_an_earlier_one(
    server: Server, clock: FakeClock, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    receiver.answers = [say(500)]
    await tell(server, shop, "o_1", 1)
    await hook.until(1, "queued", 1)
    await tell(server, shop, "o_1", 2, "refund.done")
    await tell(server, shop, "o_1", 3, "refund.done")
    await tell(server, shop, "o_2", 1)

    # Another order's message does not wait for them.
    await hook.until(4, "delivered", 1)
    states = {one["number"]: one["state"] for one in await hook.deliveries()}
    assert states == {1: "queued", 2: "waiting", 3: "waiting", 4: "delivered"}
    clock.advance(WAITS_MS[0])
    look(server)

    await hook.until(3, "delivered", 1)
    order = [(taken.data["ref"], taken.data["version"]) for taken in receiver.taken]
    assert order == [("o_1", 1), ("o_2", 1), ("o_1", 1), ("o_1", 2), ("o_1", 3)]


async def test_what_is_behind_a_dead_one_has_its_turn(
    server: Server, clock: FakeClock, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    receiver.answers = [say(500)] * TRIES_MAX
    await tell(server, shop, "o_1", 1)
    await tell(server, shop, "o_1", 2, "refund.done")
    for n, wait_ms in enumerate(WAITS_MS, 1):
        await hook.until(1, "queued", n)
        clock.advance(wait_ms)
        look(server)

    await hook.until(1, "dead", TRIES_MAX)
    await hook.until(2, "delivered", 1)


async def test_gone_switches_the_endpoint_off_and_what_is_on_its_way_waits(
    server: Server, clock: FakeClock, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    receiver.answers = [say(410)]
    await tell(server, shop, "o_1")
    await hook.until(1, "queued", 1)
    [listed] = (await shop.server.get(f"{shop.path}/webhooks")).ok()["webhooks"]
    assert (listed["state"], listed["reason"]) == ("disabled", "gone")
    clock.advance(DAY)
    await tell(server, shop, "o_2")  # not wanted now, so never told
    look(server)

    (await hook.act("enable")).ok()

    await hook.until(1, "delivered", 2)
    assert [taken.data["ref"] for taken in receiver.taken] == ["o_1", "o_1"]
    assert len(await hook.deliveries()) == 1


async def test_a_server_that_hangs_holds_up_nobody(
    server: Server, shop: Shop, receiver: Receiver, hook: Hook, bob: User
) -> None:
    receiver.then = hang
    for n in range(10):
        await tell(server, shop, f"o_{n}")
    await receiver.until(4)
    other_receiver = await Receiver().start()
    other = await Shop.open(bob)
    other_hook = await Hook.open(other, other_receiver.url)

    for n in range(20):
        await tell(server, other, f"o_{n}")

    await other_receiver.until(20)
    await other_hook.until(20, "delivered", 1)
    assert receiver.most_at_once == len(receiver.taken) == 4
    assert other_receiver.most_at_once <= 4
    await other_receiver.stop()


@pytest.mark.usefixtures("in_a_hurry")
async def test_who_failed_has_one_place(
    server: Server, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    receiver.then = say(500)
    await tell(server, shop, "o_0")
    await hook.until(1, "queued", 1)
    receiver.then, receiver.most_at_once = hang, 0
    for n in range(1, 6):
        await tell(server, shop, f"o_{n}")
    await receiver.until(4)
    assert receiver.most_at_once == 1


async def test_for_a_day_both_secrets_are_good(
    server: Server, clock: FakeClock, shop: Shop, receiver: Receiver, hook: Hook
) -> None:
    new = (await hook.act("rotate")).ok()["secret"]
    await tell(server, shop, "o_1")
    [taken] = await receiver.until(1)
    for secret in (hook.secret, new):
        Webhook(secret).verify(taken.body, taken.headers)
    assert taken.headers["webhook-signature"].count("v1,") == 2
    clock.advance(DAY)
    await tell(server, shop, "o_2")

    taken = (await receiver.until(2))[1]

    assert taken.headers["webhook-signature"].count("v1,") == 1
    for secret, is_good in ((new, True), (hook.secret, False)):
        signed_at = int(taken.headers["webhook-timestamp"])
        made = Webhook(secret).sign(
            taken.id, dt.datetime.fromtimestamp(signed_at, dt.UTC), taken.body
        )
        assert (made == taken.headers["webhook-signature"]) is is_good


async def test_at_most_three_secrets_are_valid(
    server: Server, clock: FakeClock, shop: Shop, hook: Hook
) -> None:
    """A merchant that heard no answer asks again; the one that its server has stays good."""
    for _ in range(2):
        (await hook.act("rotate")).ok()
    refused = await hook.act("rotate")
    assert (refused.status, refused.errcode) == (409, "ORG.COURTYARD.TOO_MANY_SECRETS")

    clock.advance(DAY)

    (await hook.act("rotate")).ok()


async def test_no_place_near_the_server_is_spoken_to(
    server: Server, shop: Shop, hook: Hook, receiver: Receiver
) -> None:
    """The address is judged again at each try: a name may mean something else by then."""
    server.world.settings = msgspec.structs.replace(
        server.world.settings, webhooks_to_private_addresses="off"
    )
    await tell(server, shop, "o_1")

    assert "no public address" in (await hook.until(1, "queued", 1))["reason"]
    assert receiver.taken == []


async def test_without_the_key_that_sealed_it_nothing_is_sent(
    server: Server, shop: Shop, hook: Hook, receiver: Receiver, tmp_path: Path, clock: FakeClock
) -> None:
    await server.world.memory(Courier).stop()
    (tmp_path / "other").mkdir()
    vault = server.world.memory(Vault)
    real = vault._key
    vault.open(tmp_path / "other")
    await tell(server, shop, "o_1")
    await server.world.memory(Courier).start(server.db)
    assert "secret" in (await hook.until(1, "queued", 1))["reason"]
    assert receiver.taken == []
    vault._key = real
    clock.advance(WAITS_MS[0])
    look(server)

    await hook.until(1, "delivered", 2)


async def test_a_stop_in_between_sends_it_again(
    server: Server, settings: Settings, clock: FakeClock, shop: Shop, hook: Hook, receiver: Receiver
) -> None:
    receiver.answers = [hang]
    await tell(server, shop, "o_1")
    await receiver.until(1)
    await server.world.memory(Courier).stop()
    assert list(violations(Path(settings.data))) == []

    await server.world.memory(Courier).start(server.db)

    first, second = await receiver.until(2)
    assert (first.id, first.body) == (second.id, second.body)
    await hook.until(1, "delivered", 1)


async def test_a_full_disk_at_the_wrong_moment_sends_it_again(
    server: Server, shop: Shop, hook: Hook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be noted is not forgotten: the message is tried once more, a little later."""
    monkeypatch.setattr(courier, "TROUBLE_SECONDS", 0.01)
    real = deliveries.note
    failed: list[bool] = []

    def note(*args: Any) -> bool:
        if not failed:
            failed.append(True)
            raise OSError("no space left")
        return real(*args)

    monkeypatch.setattr(deliveries, "note", note)
    await tell(server, shop, "o_1")

    first, second = await receiver.until(2)
    assert first.id == second.id
    await hook.until(1, "delivered", 1)
