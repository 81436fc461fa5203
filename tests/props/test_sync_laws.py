"""What `/sync` promises, whatever a few people do.

- An initial sync and all deltas after it, put together, equal a fresh initial sync.
- A client that asks for `state_after` and loads members lazily knows the state from `state_after` alone, knows the
  senders of its timeline, and believes nothing about a member that is no longer true.
- The quick answer from memory equals the answer from the database.
- A first answer, which reads many rooms at once, equals the one that reads them one by one.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from courtyard.app.wiring import Server
from courtyard.base.clock import Clock
from courtyard.base.ids import ServerName
from courtyard.base.settings import Settings
from courtyard.rooms.filters import Filter
from courtyard.rooms.tokens import parse_token
from courtyard.sync import assemble as assembling
from courtyard.sync.assemble import assemble
from courtyard.sync.model import SyncRequest
from tests.api import Api, User, q, text
from tests.fakes import FakeClock
from tests.founding import found

PEOPLE = 3
person = st.integers(0, PEOPLE - 1)
room = st.integers(0, 3)

LAZY = {"room": {"state": {"lazy_load_members": True}}}
BIG = {"room": {"timeline": {"limit": 500}}}

_TEMPLATE = Path(tempfile.mkdtemp(prefix="courtyard-laws-")) / "data"


class Model:
    """What a client knows: the fold of every answer it got."""

    def __init__(self, me: str = "", *, state_after: bool = False) -> None:
        """Know nothing. With `state_after`, what the timeline holds does not change the state."""
        self.me, self.state_after = me, state_after
        self.rooms: dict[str, dict[str, Any]] = {}
        self.invites: dict[str, Any] = {}
        self.account_data: dict[str, Any] = {}

    def fold(self, answer: dict[str, Any]) -> None:
        """Take in one answer."""
        rooms = answer.get("rooms", {})
        for room_id, section in rooms.get("join", {}).items():
            self.invites.pop(room_id, None)
            known = self.rooms.setdefault(
                room_id, {"state": {}, "timeline": [], "receipts": {}, "data": {}, "counts": None}
            )
            if section["timeline"]["limited"]:
                known["timeline"] = []
            for event in section["state_after" if self.state_after else "state"]["events"]:
                known["state"][event["type"], event["state_key"]] = event["event_id"]
            for event in section["timeline"]["events"]:
                if "state_key" in event and not self.state_after:
                    known["state"][event["type"], event["state_key"]] = event["event_id"]
                known["timeline"].append(event["event_id"])
                if self.state_after:
                    assert ("m.room.member", event["sender"]) in known["state"]
            for event in section["ephemeral"]["events"]:
                if event["type"] == "m.receipt":
                    for event_id, kinds in event["content"].items():
                        for kind, users in kinds.items():
                            for user, data in users.items():
                                thread = data.get("thread_id", "")
                                known["receipts"][kind, user, thread] = event_id
            for event in section["account_data"]["events"]:
                known["data"][event["type"]] = event["content"]
            known["counts"] = section["unread_notifications"]
        for room_id, section in rooms.get("invite", {}).items():
            self.rooms.pop(room_id, None)
            self.invites[room_id] = section["invite_state"]["events"]
        for room_id, section in rooms.get("leave", {}).items():
            if self.state_after:
                own = [e for e in section["state_after"]["events"] if e["state_key"] == self.me]
                assert [e["content"]["membership"] for e in own][-1:] in (["leave"], ["ban"])
            self.rooms.pop(room_id, None)
            self.invites.pop(room_id, None)
        for event in answer.get("account_data", {}).get("events", []):
            self.account_data[event["type"]] = event["content"]

    def shown(self) -> dict[str, Any]:
        """Return what has to agree. Timelines agree in their newest events, as far as both go back."""
        return {
            "rooms": {
                room_id: {key: value for key, value in known.items() if key != "timeline"}
                for room_id, known in self.rooms.items()
            },
            "invites": self.invites,
            "account_data": self.account_data,
        }


class SyncLaws(RuleBasedStateMachine):
    """Three people do what people do, and one of them looks now and then."""

    def __init__(self) -> None:
        """Start a server of our own."""
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="courtyard-laws-"))
        self.run(self._start())
        self.room_ids: list[str] = []
        self.events: list[tuple[str, str]] = []
        self.model = Model()
        self.since: str | None = None
        self.lazy_model = Model(self.people[0].id, state_after=True)
        self.lazy_since: str | None = None

    def run(self, work: Any) -> Any:
        """Run something on this machine's own event loop."""
        return self.loop.run_until_complete(work)

    async def _start(self) -> None:
        if not _TEMPLATE.exists():
            await found(Settings(server_name=ServerName("test.example"), data=str(_TEMPLATE)))
        shutil.copytree(_TEMPLATE, self.folder, dirs_exist_ok=True)
        self.server = Server(
            Settings(
                server_name="test.example",  # type: ignore[arg-type]
                data=str(self.folder),
                rate_limits="off",
                presence="off",
                password_memory_kib=64,
            ),
            FakeClock(),
        )
        await self.server.start()
        transport = httpx.ASGITransport(self.server.asgi)  # type: ignore[arg-type]
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test.example")
        self.api = Api(self.http)
        self.people: list[User] = [await self.api.register(f"p{n}") for n in range(PEOPLE)]

    def teardown(self) -> None:
        """Stop the server and remove its data."""
        self.run(self.http.aclose())
        self.run(self.server.stop())
        self.loop.close()
        shutil.rmtree(self.folder)

    @initialize()
    def first_room(self) -> None:
        """There is always something to do."""
        self.create_room(0, public=True)

    @rule(who=person, public=st.booleans())
    def create_room(self, who: int, public: bool) -> None:  # drawn by name
        """Make a room."""
        if len(self.room_ids) < 4:  # as many as `room` draws
            preset = "public_chat" if public else "private_chat"
            self.room_ids.append(self.run(self.people[who].create_room(preset=preset)))

    def _room(self, number: int) -> str:
        return self.room_ids[number % len(self.room_ids)]

    @rule(who=person, where=room, thread=st.booleans(), mention=person)
    def say(self, who: int, where: int, thread: bool, mention: int) -> None:
        """Send a text, now and then in a thread or with a mention."""
        room_id = self._room(where)
        content: dict[str, Any] = text("hello")
        if mention:
            content["m.mentions"] = {"user_ids": [self.people[mention].id]}
        roots = [event_id for at, event_id in self.events if at == room_id]
        if thread and roots:
            content["m.relates_to"] = {"rel_type": "m.thread", "event_id": roots[0]}
        answer = self.run(self.people[who].send(room_id, content))
        if answer.status == 200:
            self.events.append((room_id, answer.body["event_id"]))

    @rule(who=person, where=room, times=st.integers(1, 3))
    def look_and_say(self, who: int, where: int, times: int) -> None:
        """What happens most in life: all is seen, then somebody says something."""
        self.look(50)
        for _ in range(times):
            self.say(who, where, thread=False, mention=0)
            self.the_quick_answer_is_the_right_one()

    @rule(who=person, where=room, name=st.sampled_from(["Tea", "Coffee"]))
    def rename(self, who: int, where: int, name: str) -> None:
        """Set state."""
        self.run(self.people[who].state(self._room(where), "m.room.name", {"name": name}))

    @rule(who=person, where=room, whom=person)
    def invite(self, who: int, where: int, whom: int) -> None:
        """Invite somebody."""
        self.run(self.people[who].invite(self._room(where), self.people[whom].id))

    @rule(who=person, where=room)
    def join(self, who: int, where: int) -> None:
        """Join, if one may."""
        self.run(self.people[who].join(self._room(where)))

    @rule(who=person, where=room)
    def leave(self, who: int, where: int) -> None:
        """Leave, or refuse an invitation."""
        self.run(self.people[who].leave(self._room(where)))

    @rule(who=person, where=room, whom=person)
    def kick(self, who: int, where: int, whom: int) -> None:
        """Remove somebody, if one may."""
        path = f"rooms/{q(self._room(where))}/kick"
        self.run(self.people[who].post(path, {"user_id": self.people[whom].id}))

    @precondition(lambda self: self.events)
    @rule(
        who=person,
        data=st.data(),
        kind=st.sampled_from(["m.read", "m.read.private", "m.fully_read"]),
    )
    def read(self, who: int, data: st.DataObject, kind: str) -> None:
        """Send a receipt."""
        room_id, event_id = data.draw(st.sampled_from(self.events))
        path = f"rooms/{q(room_id)}/receipt/{kind}/{q(event_id)}"
        self.run(self.people[who].post(path))

    @precondition(lambda self: self.events)
    @rule(who=person, data=st.data(), number=st.integers(0, 10**9))
    def redact(self, who: int, data: st.DataObject, number: int) -> None:
        """Redact an event, if one may."""
        room_id, event_id = data.draw(st.sampled_from(self.events))
        self.run(self.people[who].put(f"rooms/{q(room_id)}/redact/{q(event_id)}/{number}"))

    @rule(where=room, value=st.integers(0, 3))
    def keep(self, where: int, value: int) -> None:
        """Write account data, for oneself and for a room."""
        me = self.people[0]
        self.run(me.put(f"user/{q(me.id)}/account_data/org.example", {"value": value}))
        path = f"user/{q(me.id)}/rooms/{q(self._room(where))}/account_data/org.example"
        self.run(me.put(path, {"value": value}))

    @rule(limit=st.sampled_from([1, 3, 50]))
    def look(self, limit: int) -> None:
        """Fold one more delta into what the first person knows."""
        wanted = json.dumps({"room": {"timeline": {"limit": limit}}})
        answer = self.run(self.people[0].sync(self.since, filter=wanted))
        self.since = answer["next_batch"]
        self.model.fold(answer)

    @rule(limit=st.sampled_from([1, 3, 50]))
    def look_lazily(self, limit: int) -> None:
        """The same for what the first person knows on a device that spares itself what it can."""
        wanted = json.dumps({"room": {**LAZY["room"], "timeline": {"limit": limit}}})
        me, since = self.people[0], self.lazy_since
        answer = self.run(me.sync(since, filter=wanted, use_state_after="true"))
        self.lazy_since = answer["next_batch"]
        self.lazy_model.fold(answer)

    @rule(limit=st.sampled_from([1, 3, 50]))
    def a_lazy_client_believes_nothing_untrue(self, limit: int) -> None:
        """It may not know a member. What it knows is so, and of the rest of the state it knows all."""
        self.look_lazily(limit)
        fresh = Model()
        fresh.fold(self.run(self.people[0].sync(filter=json.dumps(BIG))))
        assert self.lazy_model.rooms.keys() == fresh.rooms.keys()
        assert self.lazy_model.invites == fresh.invites
        for room_id, known in self.lazy_model.rooms.items():
            true = fresh.rooms[room_id]["state"]
            assert known["state"].items() <= true.items()
            assert all(key in known["state"] for key in true if key[0] != "m.room.member")

    @invariant()
    def the_quick_answer_is_the_right_one(self) -> None:
        """For everybody, with and without lazy loading, from the place they are at."""
        if self.since is None:
            return
        for user in self.people:
            asked = SyncRequest(
                user_id=user.id,  # type: ignore[arg-type]
                device_id=user.device_id,  # type: ignore[arg-type]
                since=parse_token(self.since),
            )
            with _standing_still(self.server.world.clock):
                quick = self.server.fast.answer(asked)
                if quick is None:
                    continue
                slow = self.run(self.server.db.read(assemble, asked))
            assert _normal(quick.body) == _normal(slow.body)

    @rule(
        who=person, lazy=st.booleans(), at_end=st.booleans(), limit=st.sampled_from([0, 1, 3, 50])
    )
    def many_rooms_at_once_are_as_one_by_one(
        self, who: int, lazy: bool, at_end: bool, limit: int
    ) -> None:
        """For a first answer, whatever is asked for."""
        me = self.people[who]
        timeline = {"limit": limit, "unread_thread_notifications": True}
        asked = SyncRequest(
            user_id=me.id,  # type: ignore[arg-type]
            device_id=me.device_id,  # type: ignore[arg-type]
            since=None,
            use_state_after="state_after" if at_end else None,
            filter=msgspec.convert(
                {"room": {"timeline": timeline, "state": {"lazy_load_members": lazy}}}, Filter
            ),
        )
        with _standing_still(self.server.world.clock), pytest.MonkeyPatch.context() as without:
            at_once = self.run(self.server.db.read(assemble, asked))
            without.setattr(assembling, "first_seen", lambda *_: {})
            one_by_one = self.run(self.server.db.read(assemble, asked))
        assert _unordered(at_once.body) == _unordered(one_by_one.body)

    @rule()
    def the_fold_equals_a_fresh_sync(self) -> None:
        """The law."""
        self.look(50)
        fresh = Model()
        fresh.fold(self.run(self.people[0].sync(filter=json.dumps(BIG))))
        assert self.model.shown() == fresh.shown()
        for room_id, known in self.model.rooms.items():
            seen = known["timeline"]
            everything = fresh.rooms[room_id]["timeline"]
            assert everything[len(everything) - len(seen) :] == seen


@contextmanager
def _standing_still(clock: Clock) -> Iterator[None]:
    """Let no time pass between two answers: they say how old each event is."""
    now_ms = clock.now_ms()
    with pytest.MonkeyPatch.context() as stopped:
        stopped.setattr(clock, "now_ms", lambda: now_ms)
        yield


def _normal(body: bytes) -> Any:
    return json.loads(body)


def _unordered(body: bytes) -> Any:
    """Return an answer of which the order of state events does not matter, as in every answer."""
    answer = json.loads(body)
    for section in answer.get("rooms", {}).get("join", {}).values():
        for name in ("state", "state_after"):
            section.get(name, {"events": []})["events"].sort(key=json.dumps)
    return answer


SyncLaws.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestSyncLaws = SyncLaws.TestCase
