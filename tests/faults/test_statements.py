"""A stop at every statement: whatever fails, a request is done as a whole or not at all.

Each action is tried with its first statement failing, then with its second, and so on to the last. Every time the refused
request left no trace, its neighbour in the same batch did not suffer, and the same request then works.
"""

import asyncio
import itertools
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from courtyard.base.ids import UserId
from courtyard.cli.check import violations
from courtyard.conduct.people import grant_staff
from courtyard.storage.tx import WriteTx
from tests.api import PASSWORD, User, q, text
from tests.e2ee.keys import DeviceKeys
from tests.faults.busy_town import PNG, upload
from tests.faults.conduct_actions import CONDUCT_ACTIONS
from tests.faults.consent_actions import CONSENT_ACTIONS
from tests.faults.driver import dump, dump_after_power_cut
from tests.faults.guard_actions import GUARD_ACTIONS
from tests.faults.rails_actions import RAILS_ACTIONS
from tests.faults.shop_actions import SHOP_ACTIONS
from tests.faults.town import Action, Request, Town
from tests.faults.wallet_actions import WALLET_ACTIONS
from tests.faults.webhook_actions import WEBHOOK_ACTIONS

WIDE = '{"room":{"timeline":{"limit":500}}}'
"""A filter that leaves no gap in what this test makes."""


class Watcher:
    """Follows /sync and keeps every event that it was shown."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.since: str | None = None
        self.events: list[str] = []
        self._rooms: set[str] = set()
        self.to_device: list[Any] = []

    async def look(self) -> None:
        answer = await self.user.sync(self.since, filter=WIDE)
        for room_id, room in answer.get("rooms", {}).get("join", {}).items():
            timeline = room.get("timeline", {})
            # What comes first of a room says that it begins there; later on nothing may be left out.
            assert room_id not in self._rooms or not timeline.get("limited")
            self._rooms.add(room_id)
            self.events += [event["event_id"] for event in timeline.get("events", ())]
        self.to_device += [
            str(event["content"]) for event in answer.get("to_device", {}).get("events", ())
        ]
        self.since = answer["next_batch"]


# --- the actions: each makes what request number n needs, and returns the request --------------


async def send(town: Town, n: int) -> tuple[User | None, Request]:
    content = {**text(f"hi {n}"), "m.mentions": {"user_ids": [town.bob.id]}}
    return town.alice, ("PUT", f"rooms/{q(town.room)}/send/m.room.message/s{n}", content)


async def set_state(town: Town, n: int) -> tuple[User | None, Request]:
    return town.alice, ("PUT", f"rooms/{q(town.room)}/state/m.room.topic", {"topic": f"t{n}"})


async def create_room(town: Town, n: int) -> tuple[User | None, Request]:
    body = {"preset": "private_chat", "name": f"r{n}", "invite": [town.bob.id]}
    return town.alice, ("POST", "createRoom", {**body, "room_alias_name": f"alias{n}"})


async def join(town: Town, n: int) -> tuple[User | None, Request]:
    room_id = await town.alice.create_room(preset="public_chat")
    return town.bob, ("POST", f"join/{q(room_id)}", {})


async def leave(town: Town, n: int) -> tuple[User | None, Request]:
    room_id = await town.alice.create_room(preset="public_chat")
    (await town.bob.join(room_id)).ok()
    return town.bob, ("POST", f"rooms/{q(room_id)}/leave", {})


async def redact(town: Town, n: int) -> tuple[User | None, Request]:
    picture = await upload(town.alice, PNG + str(n).encode())
    shown = {"msgtype": "m.image", "body": "a.png", "url": picture}
    event_id = (await town.alice.send(town.room, shown)).ok()["event_id"]
    return town.alice, ("PUT", f"rooms/{q(town.room)}/redact/{q(event_id)}/r{n}", {})


async def receipt(town: Town, n: int) -> tuple[User | None, Request]:
    event_id = await town.alice.say(town.room, f"read me {n}")
    return town.bob, ("POST", f"rooms/{q(town.room)}/receipt/m.read/{q(event_id)}", {})


async def account_data(town: Town, n: int) -> tuple[User | None, Request]:
    return town.bob, ("PUT", f"user/{q(town.bob.id)}/account_data/org.example.n", {"n": n})


async def register(town: Town, n: int) -> tuple[User | None, Request]:
    auth = {"type": "m.login.dummy"}
    return None, ("POST", "register", {"username": f"n{n}", "password": PASSWORD, "auth": auth})


async def to_device(town: Town, n: int) -> tuple[User | None, Request]:
    body = {"messages": {town.bob.id: {"*": {"n": n}}}}
    return town.alice, ("PUT", f"sendToDevice/org.example.x/d{n}", body)


async def upload_keys(town: Town, n: int) -> tuple[User | None, Request]:
    keys = DeviceKeys(town.bob.id, town.bob.device_id)
    one_time = {f"signed_curve25519:U{n}": keys.one_time_key(f"U{n}")}
    return town.bob, ("POST", "keys/upload", {"one_time_keys": one_time})


async def claim_key(town: Town, n: int) -> tuple[User | None, Request]:
    user, request = await upload_keys(town, n)
    assert (await town.send(user, request)).status_code == 200
    wanted = {town.bob.id: {town.bob.device_id: "signed_curve25519"}}
    return town.alice, ("POST", "keys/claim", {"one_time_keys": wanted})


async def upload_media(town: Town, n: int) -> tuple[User | None, Request]:
    return town.alice, ("POST", "/_matrix/media/v3/upload", PNG + f"m{n}".encode())


LEGAL = "/_courtyard/staff/v1/legal-requests"
ORDER: dict[str, Any] = {
    "authority": "court",
    "authority_name": "A court",
    "country": "DE",
    "legal_basis": "A law",
    "kind": "data",
    "summary": "It asks.",
}


async def receive_order(town: Town, n: int) -> tuple[User | None, Request]:
    if n == 0:
        await town.server.db.write(grant_staff, UserId(town.alice.id))
    return town.alice, ("POST", LEGAL, ORDER | {"accounts": [town.bob.id]})


async def refuse_order(town: Town, n: int) -> tuple[User | None, Request]:
    user, request = await receive_order(town, n)
    id = (await town.send(user, request)).json()["id"]
    return user, ("POST", f"{LEGAL}/{id}/refuse", {"cause": "invalid"})


async def set_profile(town: Town, n: int) -> tuple[User | None, Request]:
    path = f"profile/{q(town.alice.id)}/displayname"
    return town.alice, ("PUT", path, {"displayname": f"Alice {n}"})


async def _report(town: Town, n: int) -> tuple[User | None, Request]:
    event_id = await town.alice.say(town.room, f"an insult {n}")
    report = {"item_type": "event", "item_id": event_id, "category": "STATEMENT_CATEGORY_VIOLENCE"}
    return town.bob, ("POST", "/_courtyard/conduct/v1/reports", report)


async def _case(town: Town, n: int) -> tuple[User, dict[str, Any]]:
    """Report something, and give it to somebody who has just come on the staff."""
    user, request = await _report(town, n)
    assert (await town.send(user, request)).status_code == 200
    staff = await town.api.register(f"staff{n}")
    await town.server.db.write(grant_staff, UserId(staff.id))
    case = (await staff.post("/_courtyard/staff/v1/queue/next")).ok()["case"]
    return staff, case


async def report_an_event(town: Town, n: int) -> tuple[User | None, Request]:
    """With what is captured of it."""
    return await _report(town, n)


async def dismiss(town: Town, n: int) -> tuple[User | None, Request]:
    """And tell the reporter."""
    staff, case = await _case(town, n)
    return staff, ("POST", f"/_courtyard/staff/v1/cases/{case['id']}/dismiss", {})


async def look_at_evidence(town: Town, n: int) -> tuple[User | None, Request]:
    """The bytes go out with the entry that somebody looked, or not at all."""
    staff, case = await _case(town, n)
    path = f"/_courtyard/staff/v1/evidence/{case['evidence'][0]['id']}/views"
    return staff, ("POST", path, {"purpose": "To assess the report."})


ACTIONS: list[Action] = [
    send,
    set_state,
    create_room,
    join,
    leave,
    redact,
    receipt,
    account_data,
    register,
    to_device,
    upload_keys,
    claim_key,
    upload_media,
    set_profile,
]
STEPS: list[Action] = [
    *CONDUCT_ACTIONS,
    *WALLET_ACTIONS,
    *WEBHOOK_ACTIONS,
    *CONSENT_ACTIONS,
    *SHOP_ACTIONS,
    *GUARD_ACTIONS,
    *RAILS_ACTIONS,
    report_an_event,
    dismiss,
    look_at_evidence,
    receive_order,
    refuse_order,
]
"""What is done in a case. A long way leads to each of them, so it is gone once, and then every statement fails in turn."""


KINDS = ["statement", pytest.param("full", marks=pytest.mark.slow)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
async def test_a_failing_statement_leaves_nothing_behind(
    town: Town, action: Action, kind: str
) -> None:
    watchers = [Watcher(town.alice), Watcher(town.bob)]
    for n in itertools.count():
        user, request = await action(town, n)
        for watcher in watchers:
            await watcher.look()
        before = dump(town.path)
        town.driver.arm(n, kind)
        answer = await town.send(user, request)
        town.driver.disarm()
        if town.driver.failed is None:
            assert answer.status_code == 200, answer.text
            break
        assert answer.status_code == 503, (town.driver.failed, answer.text)
        assert answer.json()["errcode"] == "M_UNKNOWN"
        await asyncio.sleep(0)
        assert dump(town.path) == before, town.driver.failed
        town.check_memory()

        again = await town.send(user, request)

        assert again.status_code == 200, (town.driver.failed, again.text)
        town.check_memory()
    assert n >= 3, "nothing was tried"
    await check_all(town, watchers)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
async def test_a_step_of_a_case_is_taken_as_a_whole(town: Town, step: Action, kind: str) -> None:
    watchers = [Watcher(town.alice), Watcher(town.bob)]
    user, request = await step(town, 0)
    for watcher in watchers:
        await watcher.look()
    before = dump(town.path)
    for n in itertools.count():
        town.driver.arm(n, kind)
        answer = await town.send(user, request)
        town.driver.disarm()
        if town.driver.failed is None:
            break
        assert answer.status_code == 503, (town.driver.failed, answer.text)
        assert dump(town.path) == before, town.driver.failed
        town.check_memory()
    assert answer.status_code == 200, answer.text
    assert n >= 3, "nothing was tried"
    town.check_memory()
    await check_all(town, watchers)


async def check_all(town: Town, watchers: list[Watcher]) -> None:
    """Everything is in order, and each watcher was shown each event once."""
    assert list(violations(Path(town.server.settings.data))) == []
    for watcher in watchers:
        await watcher.look()
        assert len(watcher.events) == len(set(watcher.events))
        assert len(watcher.to_device) == len(set(watcher.to_device))
        for room_id in (await watcher.user.get("joined_rooms")).ok()["joined_rooms"]:
            page = await watcher.user.get(f"rooms/{q(room_id)}/messages", dir="b", limit=1000)
            shown = {event["event_id"] for event in page.ok()["chunk"]}
            assert shown <= set(watcher.events)


@pytest.mark.parametrize("kind", KINDS)
async def test_neighbours_in_a_batch(town: Town, kind: str) -> None:
    """Two requests in one commit: each is whole or absent, and the one that failed may come again."""
    watcher = Watcher(town.bob)
    await watcher.look()
    sent: list[str] = []
    for n in itertools.count():
        requests = [("PUT", f"rooms/{q(town.room)}/send/m.room.message/{who}{n}", text(f"{who}{n}"))
                    for who in "ab"]  # fmt: skip
        town.driver.arm(-1, kind)
        async with in_one_batch(town, 2) as ready:
            tasks = [
                asyncio.create_task(town.send(user, request))
                for user, request in zip((town.alice, town.bob), requests, strict=True)
            ]
            await ready()
            # The writer's next statement is the commit of what held it.
            town.driver.arm(n + 1, kind)
        answers = [await task for task in tasks]
        town.driver.disarm()
        refused = [answer for answer in answers if answer.status_code == 503]
        if town.driver.failed is None:
            break
        alone = (
            town.driver.failed not in ("BEGIN IMMEDIATE", "COMMIT")
            and "INTO server" not in town.driver.failed
        )
        alone = alone and "FROM server" not in town.driver.failed
        assert len(refused) == (1 if kind == "statement" and alone else 2), town.driver.failed
        rows = dump(town.path)["events"]
        for answer, who in zip(answers, "ab", strict=True):
            is_there = any(f'"{who}{n}"'.encode() in row[8] for row in rows)
            assert is_there == (answer.status_code == 200), (town.driver.failed, who)
        town.check_memory()
        for user, request in zip((town.alice, town.bob), requests, strict=True):
            # Who was answered repeats it and hears the same; who was refused is served now.
            answer = await town.send(user, request)
            assert answer.status_code == 200
            sent.append(answer.json()["event_id"])
        await watcher.look()
    assert n > 12
    assert watcher.events[-len(sent) :] == sent or sorted(watcher.events[-len(sent) :]) == sorted(
        sent
    )
    assert list(violations(Path(town.server.settings.data))) == []


class in_one_batch:  # noqa: N801  # reads as a phrase
    """Holds the writer until `count` verbs are queued, so that they share a commit."""

    def __init__(self, town: Town, count: int) -> None:
        self._town, self._count = town, count
        self._go = threading.Event()

    async def __aenter__(self) -> Callable[[], Awaitable[None]]:
        holding = threading.Event()

        def hold(_tx: WriteTx) -> None:
            holding.set()
            assert self._go.wait(10)

        self._held = self._town.server.db.write(hold)
        # Not before the writer has it: it would take what comes next into the same batch.
        await asyncio.to_thread(holding.wait, 10)
        return self._ready

    async def _ready(self) -> None:
        for _ in range(10_000):
            if self._town.server.db.queued_count == self._count:
                return
            await asyncio.sleep(0)
        raise AssertionError("the requests were not queued")

    async def __aexit__(self, *_: object) -> None:
        self._go.set()
        await self._held


@pytest.mark.parametrize("action", [*ACTIONS, *STEPS], ids=lambda action: action.__name__)
async def test_a_power_cut_at_any_statement_leaves_both_or_neither(
    town: Town, action: Action, tmp_path: Path
) -> None:
    user, request = await action(town, 0)
    states = [dump(town.path)]
    found: list[tuple[str, dict[str, Any]]] = []
    town.driver.watch(
        lambda statement: found.append(
            (statement, dump_after_power_cut(town.path, tmp_path / "cut"))
        )
    )
    answer = await town.send(user, request)
    town.driver.watch(None)

    assert answer.status_code == 200
    states.append(dump(town.path))
    assert found
    commits = [statement for statement, _ in found if statement == "COMMIT"]
    for statement, state in found:
        # An upload takes two transactions; what lies between them is only the queue of deletions.
        assert state in states or len(commits) > 1, statement
    assert dump_after_power_cut(town.path, tmp_path / "cut") == states[1]
