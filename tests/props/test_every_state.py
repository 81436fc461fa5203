"""Whatever is decided about an account, it reads its rooms, logs in, takes its archive, appeals, and can go (P3).

Through HTTP, in every state that proposals, approvals, appeals, rulings, lifts, the clock and a broken database can bring an
account into. What promises P3 protects in other features joins here: a door in `PROTECTED`, and nothing else.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from courtyard.app.wiring import Server
from courtyard.archive.rules_export import RETRY_FIRST_MS
from courtyard.archive.verify import verify
from courtyard.archive.wake import Bell
from courtyard.base.ids import ServerName, TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.conduct import rules_effect, store
from courtyard.gate.admit import GateMemory
from courtyard.gate.model import CAPABILITIES, RESTRICTABLE, Restriction
from courtyard.gate.store import add as add_restriction
from courtyard.storage.tx import WriteTx
from tests.api import PASSWORD, Answer, Api, User, q
from tests.archive.archives import EXPORT, fetch, poll, request
from tests.conduct.town import DAY, HOUR, OURS, STAFF, Court, build_court, feature
from tests.fakes import FakeClock
from tests.founding import found
from tests.wallet.bank import LEAF, WALLET, Bank

pytestmark = pytest.mark.slow

_TEMPLATE = Path(tempfile.mkdtemp(prefix="courtyard-states-")) / "data"

MISUSE = {"report.submit.nonurgent", "appeal.submit.repeat"}
MEASURES: list[dict[str, Any]] = [
    {"type": "warning", "length_ms": 90 * DAY},
    feature("chat.group.send", "feed.like", "feed.reply"),
    feature(*sorted(RESTRICTABLE - MISUSE)[:6]),
    feature(*sorted(MISUSE), length_ms=HOUR),
    {"type": "suspension", "length_ms": 7 * DAY},
    {"type": "suspension", "length_ms": 90 * DAY},
    {"type": "block", "length_ms": 365 * DAY},
    {"type": "interim", "length_ms": 2 * DAY, "capabilities": ["chat.group.send"]},
]
RULES = {True: "R8.1", False: "R4.1"}
"""By whether it is about misuse of reports and appeals, for which there is a clause of its own."""


class EveryState(RuleBasedStateMachine):
    """Alice, about whom things are decided, and those who decide them."""

    def __init__(self) -> None:
        """Start a server with a staff of five."""
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="courtyard-states-"))
        self.clock = FakeClock()
        self.waiting: list[str] = []
        self.run(self._start())

    def run(self, work: Any) -> Any:
        """Run something on this machine's own event loop."""
        return self.loop.run_until_complete(work)

    async def _start(self) -> None:
        if not _TEMPLATE.exists():
            await found(Settings(server_name=ServerName("test.example"), data=str(_TEMPLATE)))
        shutil.copytree(_TEMPLATE, self.folder, dirs_exist_ok=True)
        self.server = Server(
            Settings(
                server_name=ServerName("test.example"),
                data=str(self.folder),
                rate_limits="off",
                presence="off",
                password_memory_kib=64,
            ),
            self.clock,
        )
        await self.server.start()
        transport = httpx.ASGITransport(self.server.asgi)  # type: ignore[arg-type]
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test.example")
        self.api = Api(self.http)
        self.court: Court = await build_court(self.server, self.api, staff=5)
        self.alice, self.bob = await self.api.register("alice"), await self.api.register("bob")
        self.room_id = await self.alice.create_room(name="Alice's")
        await self.alice.say(self.room_id, "mine")
        await (await Bank(self.server).open(self.api)).give(self.alice, 1_000)
        self.money = await self._money()

    def teardown(self) -> None:
        """Take the archive and go, from wherever this has come to."""
        try:
            self.run(self._leave())
        finally:
            self.run(self.http.aclose())
            self.run(self.server.stop())
            self.loop.close()
            shutil.rmtree(self.folder)

    # --- what is done about her ---------------------------------------------------------------------

    @rule(
        measure=st.sampled_from(MEASURES),
        severe=st.booleans(),
        second=st.sampled_from([True, True, False]),
    )
    def decide(self, measure: dict[str, Any], severe: bool, second: bool) -> None:
        """Report, propose, and let somebody else approve or not. The law may stand against any of it."""
        self.run(self._decide(measure, severe=severe, second=second))

    async def _decide(self, measure: dict[str, Any], *, severe: bool, second: bool) -> None:
        rule_id = RULES[not MISUSE.isdisjoint(measure.get("capabilities", ()))]
        note = f"case {self.clock.now_ms()}"
        report = {"item_type": "account", "item_id": self.alice.id, "item_version": note}
        what = {"category": "STATEMENT_CATEGORY_CYBER_VIOLENCE", "subject": self.alice.id}
        (await self.bob.post(f"{OURS}/reports", report | what)).ok()
        found = await self._next_case()
        if found is None:
            return
        person, case = found
        made = await self.court.propose(case["id"], measure, by=person, rule=rule_id, severe=severe)
        if made.status != 200:
            await self._refused(made)
            (await person.post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
        elif made.body["state"] == "waiting" and second:
            others = [one for one in self.court.staff if one is not person]
            await self._refused(await self.court.approve(made.body["decision"], others[0]))

    async def _next_case(self) -> tuple[User, Any] | None:
        """Return a case about Alice, and whose it is. What she reported herself comes first, and is laid aside."""
        for person in self.court.staff:
            while (case := (await person.post(f"{STAFF}/queue/next")).ok()["case"]) is not None:
                if case["subject"] == self.alice.id:
                    return person, case
                (await person.post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
        return None

    @rule(outcome=st.sampled_from(["upheld", "overturned"]), who=st.integers(0, 4))
    def hear(self, outcome: str, who: int) -> None:
        """Somebody on the staff asks for an appeal, and answers it."""
        self.run(self._hear(outcome, self.court.staff[who]))

    async def _hear(self, outcome: str, person: User) -> None:
        given = (await person.post(f"{STAFF}/appeals/next")).ok()["appeal"]
        if given is not None:
            ruling = {"outcome": outcome, "reasons": "I have read everything."}
            path = f"{STAFF}/appeals/{q(given['id'])}/decide"
            await self._refused(await person.post(path, ruling))

    @rule(for_it=st.booleans())
    def vote(self, for_it: bool) -> None:
        """Everybody on the staff does what waits for them."""
        self.run(self._vote(for_it=for_it))

    async def _vote(self, *, for_it: bool) -> None:
        for person in self.court.staff:
            given = (await person.post(f"{STAFF}/decisions/next")).ok()
            if given["asks"] is not None:
                path = f"{STAFF}/decisions/{q(given['decision']['id'])}"
                if given["asks"] == "vote":
                    await self._refused(await person.post(f"{path}/vote", {"confirm": for_it}))
                else:
                    await self._refused(await person.post(f"{path}/{given['asks']}"))

    @rule(number=st.integers(0, 9))
    def lift(self, number: int) -> None:
        """End one of her decisions."""
        ids = self._decisions()
        if ids:
            path = f"{STAFF}/decisions/{q(ids[number % len(ids)])}/lift"
            self.run(self._refused(self.run(self.court.staff[0].post(path))))

    @rule(number=st.integers(0, 9), has_new=st.booleans())
    def appeal(self, number: int, has_new: bool) -> None:
        """She appeals against one of them, perhaps again."""
        ids = self._decisions()
        if ids:
            self.run(self._refused(self.run(self._appeal(ids[number % len(ids)], has_new))))

    @rule(milliseconds=st.sampled_from([HOUR, DAY, 8 * DAY, 40 * DAY, -HOUR]))
    def wait(self, milliseconds: int) -> None:
        """Let time pass, or step back."""
        self.clock.advance(milliseconds)

    @rule(offset_ms=st.sampled_from([-2, -1, 0]))
    def wait_for_the_next_moment(self, offset_ms: int) -> None:
        """Go to where something ends or falls due. The clock ticks once with each reading."""
        records = self.server.db.read_inline(store.records_of, UserId(self.alice.id))
        now = self.clock.now_ms()
        coming = [at for at in rules_effect.deadlines(records) if at + offset_ms > now]
        if coming:
            self.clock.advance(min(coming) + offset_ms - now)

    @rule(capability=st.sampled_from(sorted(CAPABILITIES)))
    def a_row_appears_in_the_database(self, capability: str) -> None:
        """By whatever way: a capability is taken that no decision may take."""
        self.run(self.server.db.write(_force, UserId(self.alice.id), capability))

    @rule()
    def the_server_is_restarted(self) -> None:
        """Nothing depends on what is in memory."""
        self.run(self._restart())

    async def _restart(self) -> None:
        await self.server.stop()
        self.server = Server(self.server.settings, self.clock)
        await self.server.start()
        self.http._transport.app = self.server.asgi  # type: ignore[attr-defined]
        self.court.server = self.court.log.server = self.server

    # --- what she can do all the same -----------------------------------------------------------------

    @invariant()
    def every_protected_door_is_open(self) -> None:
        """The promise."""
        for name, knock in PROTECTED.items():
            answer = self.run(knock(self))
            assert answer.status == 200, (name, answer.status, answer.body)

    @invariant()
    def no_decision_reaches_her_money(self) -> None:
        """Law 15."""
        assert self.run(self._money()) == self.money

    async def _money(self) -> list[Any]:
        return [
            (await self.alice.get(f"{WALLET}/{path}")).ok()
            for path in ("balance", f"history/{LEAF}")
        ]

    async def _leave(self) -> None:
        for id in await self._open_to_appeal():
            (await self._appeal(id, has_new=False)).ok()
        archive = await fetch(self.alice, await self._archive())
        parts = [self.folder / f"{number}.zip" for number in range(len(archive.parts))]
        for path, part in zip(parts, archive.parts, strict=True):
            path.write_bytes(part)
        assert verify(parts).faults == []
        assert "mine" in archive.bodies(self.room_id)
        identifier = {"type": "m.id.user", "user": self.alice.id}
        auth = {"type": "m.login.password", "identifier": identifier, "password": PASSWORD}
        (await self.alice.post("account/deactivate", {"auth": auth, "erase": True})).ok()

    async def _archive(self) -> Any:
        """Ask for the archive until it is there, while time goes on: its turn may be later than a clock that was set back."""
        path = await request(self.alice)

        async def told() -> Any:
            answer = (await self.alice.get(path)).ok()
            if answer["state"] == "ready":
                return answer
            self.clock.advance(RETRY_FIRST_MS)
            self.server.world.memory(Bell).rung.set()
            return None

        return await poll(told)

    async def _open_to_appeal(self) -> list[str]:
        """Return what is in force against her and has never been appealed: that can be."""
        standing = (await self.alice.get(f"{OURS}/standing")).ok()
        told = [
            (await self.alice.get(f"{OURS}/decisions/{q(one['id'])}")).ok()
            for one in standing["decisions"]
        ]
        return [one["id"] for one in told if not one["appeals"]]

    async def _appeal(self, id: str, has_new: bool) -> Answer:
        body = {"text": "It was not so.", "new_evidence": has_new}
        return await self.alice.post(f"{OURS}/decisions/{q(id)}/appeals", body)

    async def _refused(self, answer: Answer) -> None:
        """Whatever is not allowed is refused with a reason, and is no fault of the server."""
        assert answer.status in (200, 400, 403, 404, 409), (answer.status, answer.body)
        assert answer.status == 200 or answer.errcode

    def _decisions(self) -> list[str]:
        told = self.run(self.alice.get(f"{OURS}/decisions")).ok()
        return [one["id"] for one in told["decisions"]]


def _force(tx: WriteTx, user_id: UserId, capability: str) -> None:
    now = tx.now_ms()
    add_restriction(
        tx,
        Restriction(
            id=f"forced:{capability}:{now}",
            user_id=user_id,
            capability=capability,
            decision_id="forced",
            starts_at=now,
            ends_at=TimestampMs(now + 30 * DAY),
            rule="none",
            statement="/none",
            appeal="/none",
            appeal_until=TimestampMs(now + 30 * DAY),
            proof="/none",
        ),
    )
    tx.memory(GateMemory).unload()


async def _log_in(it: EveryState) -> Answer:
    identifier = {"type": "m.id.user", "user": it.alice.id}
    body = {"type": "m.login.password", "identifier": identifier, "password": PASSWORD}
    answer = await it.api.request("POST", "/_matrix/client/v3/login", body)
    if answer.status == 200:
        token = answer.body["access_token"]
        answer = await it.api.request("POST", "/_matrix/client/v3/logout", token=token)
    return answer


PROTECTED: dict[str, Callable[[EveryState], Awaitable[Answer]]] = {
    "session.login and session.logout": _log_in,
    "account.read_own, by sync": lambda it: it.alice.get("sync"),
    "account.read_own, by messages": lambda it: it.alice.get(
        f"rooms/{q(it.room_id)}/messages", dir="b"
    ),
    "account.export": lambda it: it.alice.post(EXPORT),
    "statement.read": lambda it: it.alice.get(f"{OURS}/standing"),
    "report.submit.urgent": lambda it: it.alice.post(
        f"{OURS}/reports",
        {
            "item_type": "account",
            "item_id": it.bob.id,
            "item_version": str(it.clock.now_ms()),
            "kind": "urgent",
            "category": "STATEMENT_CATEGORY_VIOLENCE",
        },
    ),
    "wallet.balance": lambda it: it.alice.get(f"{WALLET}/balance"),
    "wallet.history": lambda it: it.alice.get(f"{WALLET}/history/{LEAF}"),
    "security.manage": lambda it: it.alice.get("devices"),
    "key_backup": lambda it: it.alice.post(
        "room_keys/version",
        {"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": {"public_key": "x"}},
    ),
    "privacy.manage": lambda it: it.alice.put(
        f"user/{q(it.alice.id)}/account_data/org.example.note", {"n": 1}
    ),
    "block.user": lambda it: it.alice.put(
        f"user/{q(it.alice.id)}/account_data/m.ignored_user_list", {"ignored_users": {}}
    ),
}


EveryState.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestEveryState = EveryState.TestCase
