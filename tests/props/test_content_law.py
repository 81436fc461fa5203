"""18. When a decision about content has ended, everything is read as in a world in which it was never made.

Two servers begin as copies of one another and live through the same: messages, reactions, replies, edits, removals, receipts, in the
same milliseconds. On one of them a message is withheld for a while. Then all that anybody can read of the room is compared,
byte for byte: contents, bundles, counts, searches, notifications; and once more after both were started anew.

The other world is either one with a warning in place of the step about content, where the places in the stream agree as well;
or one without any decision, where they are left out: a statement of reasons takes places of its own.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, Literal, NamedTuple

import httpx
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings

from courtyard.app.wiring import Server
from courtyard.base.ids import ServerName, TimestampMs
from courtyard.base.settings import Settings
from tests.api import Api, User, q, text
from tests.conduct.content_town import (
    SECRET,
    answer_appeal,
    appeal,
    case_about,
    edit,
    reaction,
    read_directly,
    reads,
    step,
    thread,
)
from tests.conduct.town import DAY, STAFF, WARNING, Court, Log, build_court

NAMES = ("alice", "bob", "carol")
START = 1_700_000_000_000
HOUR = 3_600_000

PLACE = re.compile(rb'"[sq]?[0-9]+(_[0-9A-Za-z_-]+)?"')
"""A token of `/sync`, `/messages`, `/search` or `/notifications`."""

Other = Literal["a warning", "nothing"]
End = Literal["overturned", "lifted", "annulled", "reduced", "lapsed", "expired"]


class Deed(NamedTuple):
    """Something that somebody does, to one of the messages that there are."""

    kind: str
    who: int
    to: int


class SteadyClock:
    """A clock that moves only when told: both worlds do the same in the same millisecond."""

    def __init__(self, now_ms: int) -> None:
        """Start somewhere."""
        self.now = now_ms

    def now_ms(self) -> TimestampMs:
        """Return the time."""
        return TimestampMs(self.now)


class Seed(NamedTuple):
    """What both worlds begin with: a folder, a room, and who may get in."""

    folder: Path
    room_id: str
    people: list[tuple[str, str, str]]
    staff: list[tuple[str, str, str]]


def _settings(folder: Path) -> Settings:
    return Settings(
        server_name=ServerName("test.example"),
        data=str(folder),
        rate_limits="off",
        presence="off",
        password_memory_kib=64,
    )


def _client(server: Server) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://test.example")


async def _sow(folder: Path) -> Seed:
    server = Server(_settings(folder), SteadyClock(START))
    await server.start()
    async with _client(server) as http:
        api = Api(http)
        court = await build_court(server, api, staff=3)
        people = [await api.register(name) for name in NAMES]
        room_id = await people[0].create_room(preset="public_chat", visibility="public")
        for user in people[1:]:
            (await user.join(room_id)).ok()
    await server.stop()

    def keys(users: list[User]) -> list[tuple[str, str, str]]:
        return [(user.id, user.device_id, user.token) for user in users]

    return Seed(folder, room_id, keys(people), keys(court.staff))


class World:
    """One of the two servers."""

    def __init__(self, seed: Seed, folder: Path) -> None:
        """Copy what both begin with."""
        shutil.copytree(seed.folder, folder, dirs_exist_ok=True)
        self.seed, self.folder = seed, folder
        self.clock = SteadyClock(START + HOUR)
        self.said: list[tuple[int, str]] = []
        self.deeds = 0

    async def start(self) -> None:
        """Start the server on what is in the folder."""
        self.server = Server(_settings(self.folder), self.clock)
        await self.server.start()
        self.http = _client(self.server)
        api = Api(self.http)
        self.people = [User(api, *one) for one in self.seed.people]
        staff = [User(api, *one) for one in self.seed.staff]
        self.court = Court(self.server, api, Log(self.server), staff)

    async def stop(self) -> None:
        """Stop it."""
        await self.http.aclose()
        await self.server.stop()

    async def do(self, deed: Deed) -> None:
        """Do something; what is refused is refused in both worlds."""
        self.clock.now += 1_000
        self.deeds += 1
        user, room_id, txn = self.people[deed.who], self.seed.room_id, f"txn{self.deeds}"
        target = self.said[deed.to % len(self.said)][1] if self.said else "$nothing"
        path = f"rooms/{q(room_id)}"
        if deed.kind == "read":
            await user.post(f"{path}/receipt/m.read/{q(target)}")
            return
        if deed.kind == "redact":
            await user.put(f"{path}/redact/{q(target)}/{txn}")
            return
        body = f"{SECRET} {self.deeds}"
        kinds: dict[str, dict[str, Any]] = {
            "say": dict(text(body)),
            "mention": text(body) | {"m.mentions": {"user_ids": [self.people[1].id]}},
            "thread": thread(target, body),
            "edit": edit(target, body),
            "react": reaction(target),
        }
        content = kinds[deed.kind]
        type = "m.reaction" if deed.kind == "react" else "m.room.message"
        sent = await user.send(room_id, content, type=type, txn=txn)
        if sent.status == 200 and deed.kind != "react":
            self.said.append((deed.who, sent.body["event_id"]))

    async def decide(self, item_id: str, measure: dict[str, Any]) -> str:
        """Decide something about a message of Alice's."""
        alice, bob, _ = self.people
        case_id = await case_about(self.court, bob, alice, "event", item_id)
        made = (await self.court.propose(case_id, measure)).ok()
        assert made["state"] == "issued"
        return str(made["decision"])

    async def end(self, id: str, how: End) -> None:
        """Let the decision end. The clock goes on elsewhere."""
        if how in ("overturned", "reduced"):
            await appeal(self.people[0], id)
            more = {"ends_at": self.clock.now} if how == "reduced" else {}
            await answer_appeal(self.court, how, **more)
        elif how in ("lifted", "annulled"):
            lift = f"{STAFF}/decisions/{q(id)}/lift"
            (await self.court.staff[2].post(lift, {"cause": how})).ok()
        elif how == "lapsed":
            await appeal(self.people[0], id)

    async def everything(self, event_id: str, *, is_placed: bool) -> dict[str, bytes]:
        """Return all that anybody reads of the room."""
        found: dict[str, bytes] = {}
        for user in self.people:
            read = await reads(user, self.seed.room_id, event_id)
            read |= await read_directly(user, self.seed.room_id, event_id)
            if user is not self.people[2]:
                # Alice was told of the decision, and Bob of what became of his report, each in a room of their own.
                del read["notifications"]
            found |= {f"{user.id} {path}": body for path, body in read.items()}
        if is_placed:
            return found
        return {path: PLACE.sub(b'"place"', body) for path, body in found.items()}


class Case(NamedTuple):
    """What happens in both worlds, and what in one alone."""

    before: list[Deed]
    meanwhile: list[Deed]
    after: list[Deed]
    step: str
    target: int
    end: End
    other: Other


async def _compare(seed: Seed, folder: Path, case: Case) -> None:
    one, other = World(seed, folder / "one"), World(seed, folder / "other")
    both = (one, other)
    for world in both:
        await world.start()
        await world.do(Deed("say", 0, 0))
        for deed in case.before:
            await world.do(deed)
    assert one.said == other.said
    alices = [event_id for who, event_id in one.said if who == 0]
    target = alices[case.target % len(alices)]
    is_placed = case.other == "a warning"

    id = await one.decide(target, step(case.step, target))
    twin = await other.decide(target, WARNING) if is_placed else None
    during = [await world.everything(target, is_placed=is_placed) for world in both]
    assert during[0] != during[1], "nobody noticed the decision"
    if case.step in ("hide", "quarantine"):
        messages = f"{one.people[1].id} rooms/{q(seed.room_id)}/messages?dir=b&limit=50"
        assert b"org.courtyard.withheld" in during[0][messages]
    for deed in case.meanwhile:
        for world in both:
            await world.do(deed)
    for world, decision in ((one, id), (other, twin)):
        if decision is not None:
            await world.end(decision, case.end)
        world.clock.now += {"expired": 30 * DAY, "lapsed": 7 * DAY}.get(case.end, 1)
        for deed in case.after:
            await world.do(deed)
    assert one.said == other.said
    for _ in range(2):
        first, second = [await world.everything(target, is_placed=is_placed) for world in both]
        for path, body in first.items():
            assert body == second[path], path
        for world in both:
            await world.stop()
            await world.start()
    for world in both:
        await world.stop()


deeds = st.lists(
    st.builds(
        Deed,
        st.sampled_from(
            ["say", "mention", "thread", "thread", "edit", "react", "react", "read", "redact"]
        ),
        st.integers(0, 2),
        st.integers(0, 9),
    ),
    max_size=8,
)
cases = st.builds(
    Case,
    before=deeds,
    meanwhile=deeds,
    after=deeds,
    step=st.sampled_from(["label", "age_gate", "hide", "quarantine"]),
    target=st.integers(0, 9),
    end=st.sampled_from(["overturned", "lifted", "annulled", "reduced", "lapsed", "expired"]),
    other=st.sampled_from(["a warning", "nothing"]),
)
BUSY = [
    Deed("react", 1, 0),
    Deed("thread", 2, 0),
    Deed("edit", 0, 0),
    Deed("react", 2, 0),
    Deed("read", 1, 1),
    Deed("mention", 0, 0),
]
EVERYDAY = Case(BUSY, BUSY[:3], [Deed("thread", 1, 0)], "quarantine", 0, "overturned", "a warning")


@pytest.fixture(scope="module")
def seed() -> Seed:
    folder = Path(tempfile.mkdtemp(prefix="courtyard-content-")) / "data"
    return asyncio.run(_sow(folder))


def _run(seed: Seed, case: Case) -> None:
    folder = Path(tempfile.mkdtemp(prefix="courtyard-content-"))
    try:
        asyncio.run(_compare(seed, folder, case))
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "end", ["overturned", "lifted", "annulled", "reduced", "lapsed", "expired"]
)
def test_whatever_ends_it_all_is_as_before(seed: Seed, end: End) -> None:
    _run(seed, EVERYDAY._replace(end=end, other="nothing" if end == "expired" else "a warning"))


LAW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # An example takes a second: to make it smaller would take minutes.
    phases=[phase for phase in settings().phases if phase is not Phase.shrink],
)


@LAW
@given(case=cases)
def test_a_decision_that_ended_was_never_there(seed: Seed, case: Case) -> None:
    _run(seed, case)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(LAW, max_examples=100)
@given(case=cases)
@example(case=EVERYDAY._replace(other="nothing", step="hide", end="lapsed"))
def test_many_decisions_that_ended_were_never_there(seed: Seed, case: Case) -> None:
    _run(seed, case)
