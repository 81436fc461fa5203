"""What an account reads of a decision about itself: what became of it, what else is in force, where it is, what the log says of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base import canonical_json
from courtyard.base.ids import UserId
from courtyard.conduct import standing
from courtyard.conduct.model import DecisionId
from courtyard.conduct.rules_letters import moment
from courtyard.storage.tx import ReadTx
from courtyard.transparency.rules_leaf import commit
from tests.api import Api, User, q
from tests.conduct.content_town import Scene, decide, step
from tests.conduct.town import (
    DAY,
    OURS,
    STAFF,
    SUSPENSION,
    WARNING,
    Court,
    build_court,
    feature,
    notices_read,
)
from tests.fakes import FakeClock

BLOCK = {"type": "block", "length_ms": 365 * DAY}


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api, staff=5)


async def _issued(user: User, id: str) -> int:
    return int((await user.get(f"{OURS}/decisions/{id}")).ok()["issued_at"])


async def _panel(user: User, id: str) -> Any:
    """Return what is told of a block's panel, which is the same wherever one asks."""
    one = (await user.get(f"{OURS}/decisions/{id}")).ok()["measures"][0]
    statement = (await user.get(f"{OURS}/decisions/{id}/statement")).ok()["measures"][0]
    all = (await user.get(f"{OURS}/standing")).ok()["decisions"]
    [listed] = [each for each in all if each["id"] == id]
    assert one["panel"] == statement["panel"] == listed["measures"][0]["panel"]
    return one["panel"]


async def _block(court: Court, clock: FakeClock, alice: User, bob: User) -> str:
    await court.decide(bob, alice, SUSPENSION)
    clock.advance(8 * DAY)
    return await court.decide(bob, alice, BLOCK)


@pytest.mark.parametrize("word", [True, False])
async def test_who_is_blocked_is_told_what_the_panel_said(
    court: Court, clock: FakeClock, alice: User, bob: User, *, word: bool
) -> None:
    id = await _block(court, clock, alice, bob)
    issued = await _issued(alice, id)
    waiting = {
        "until": issued + 7 * DAY,
        "heard_at": None,
        "confirmed": None,
        "unconfirmed_ends_at": issued + 30 * DAY,
    }
    assert await _panel(alice, id) == waiting

    clock.advance(DAY)
    for number in (2, 3):
        (await court.staff[number].post(f"{STAFF}/decisions/{q(id)}/vote", {"confirm": word})).ok()
    assert await _panel(alice, id) == waiting
    (await court.staff[4].post(f"{STAFF}/decisions/{q(id)}/vote", {"confirm": word})).ok()

    panel = await _panel(alice, id)
    assert panel == waiting | {"heard_at": panel["heard_at"], "confirmed": word}
    assert issued + DAY <= panel["heard_at"] < issued + 2 * DAY
    one = (await alice.get(f"{OURS}/decisions/{id}")).ok()["measures"][0]
    assert one["ends_at"] == issued + (365 if word else 30) * DAY
    told = json.dumps(one)
    assert all(person.id not in told for person in court.staff)


@pytest.mark.parametrize("word,says", [(True, "and confirm it"), (False, "do not confirm it")])
async def test_what_a_panel_said_is_told_once_and_names_nobody(
    court: Court, clock: FakeClock, alice: User, bob: User, *, word: bool, says: str
) -> None:
    id = await _block(court, clock, alice, bob)
    before = len(await notices_read(alice))
    issued = await _issued(alice, id)
    path = f"{STAFF}/decisions/{q(id)}/vote"

    # Two of them settle it, but it is said when all have spoken.
    for number, one in ((2, word), (3, word), (4, not word)):
        assert len(await notices_read(alice)) == before
        (await court.staff[number].post(path, {"confirm": one})).ok()

    told = await notices_read(alice)
    assert len(told) == before + 1
    assert says in told[-1]
    assert alice.id in told[-1]
    assert moment(issued + (365 if word else 30) * DAY) in told[-1]
    assert all(person.id not in told[-1] for person in court.staff)


async def test_a_block_is_told_to_have_had_no_panel_in_time(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    id = await _block(court, clock, alice, bob)
    issued = await _issued(alice, id)
    clock.advance(7 * DAY)

    panel = await _panel(alice, id)

    assert (panel["confirmed"], panel["until"]) == (None, issued + 7 * DAY)
    one = (await alice.get(f"{OURS}/decisions/{id}")).ok()["measures"][0]
    assert one["ends_at"] == panel["unconfirmed_ends_at"] == issued + 30 * DAY


async def test_a_short_block_ends_no_later_without_its_panel(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    await court.decide(bob, alice, SUSPENSION)
    clock.advance(8 * DAY)
    id = await court.decide(bob, alice, BLOCK | {"length_ms": 20 * DAY})

    end = await _issued(alice, id) + 20 * DAY
    assert (await _panel(alice, id))["unconfirmed_ends_at"] == end


async def test_what_else_restricts_is_told_beside_a_decision(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    first = await court.decide(bob, alice)
    await court.decide(bob, alice, WARNING)

    async def besides(id: str) -> Any:
        one = (await alice.get(f"{OURS}/decisions/{id}")).ok()
        assert (
            one["besides"] == (await alice.get(f"{OURS}/decisions/{id}/statement")).ok()["besides"]
        )
        return one["besides"]

    assert await besides(first) == []
    end = await _issued(alice, first) + DAY
    clock.advance(DAY // 2)
    second = await court.decide(bob, alice, feature("feed.like"))
    later = await _issued(alice, second) + DAY

    async def told(id: str, ends_at: int) -> Any:
        measures = (await alice.get(f"{OURS}/decisions/{id}")).ok()["measures"]
        return {"decision": id, "ends_at": ends_at, "measures": measures}

    # With what it takes: two that end on one day are not told apart by their ends.
    assert await besides(first) == [await told(second, later)]
    assert await besides(second) == [await told(first, end)]
    clock.advance(DAY // 2)
    assert await besides(second) == []


async def test_beside_a_decision_is_told_only_what_takes_something_now(
    court: Court, alice: User, bob: User
) -> None:
    first = await court.decide(bob, alice)
    second = await court.decide(bob, alice, feature("feed.like"), WARNING)

    [beside] = (await alice.get(f"{OURS}/decisions/{first}")).ok()["besides"]

    assert beside["decision"] == second
    assert [one["type"] for one in beside["measures"]] == ["feature"]


async def test_what_is_long_over_costs_no_question_to_the_database(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    async def expired(count: int) -> list[str]:
        ids = []
        for _ in range(count):
            ids.append(await court.decide(bob, alice))
            clock.advance(2 * DAY)
        return ids

    def asked(tx: ReadTx) -> dict[str, int]:
        """Return how many statements each answer takes."""
        subject = UserId(alice.id)
        answers: dict[str, Callable[[], object]] = {
            "standing": lambda: standing.standing(tx, subject),
            "decisions": lambda: standing.decisions(tx, subject),
            "decision": lambda: standing.decision(tx, subject, DecisionId(first)),
            "statement": lambda: standing.statement(tx, subject, DecisionId(first)),
        }
        counts = {}
        for name, answer in answers.items():
            statements: list[str] = []
            tx._driver.set_trace_callback(statements.append)
            answer()
            tx._driver.set_trace_callback(None)
            counts[name] = len(statements)
        return counts

    [first] = await expired(1)
    few = court.server.db.read_inline(asked)
    await expired(29)
    assert court.server.db.read_inline(asked) == few


async def test_no_entry_tells_what_a_panel_did_not_confirm(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    """What `says_then` in the web client says of the log: proof.json."""
    id = await _block(court, clock, alice, bob)
    logged = len(court.log.leaves)

    for number in (2, 3, 4):
        (await court.staff[number].post(f"{STAFF}/decisions/{q(id)}/vote", {"confirm": False})).ok()
    clock.advance(40 * DAY)

    one = (await alice.get(f"{OURS}/decisions/{id}")).ok()["measures"][0]
    assert (one["state"], one["panel"]["confirmed"]) == ("expired", False)
    assert len(court.log.leaves) == logged
    # Somebody who ends it earlier does so in the log.
    other = await _block(court, clock, alice, bob)
    lifting = await court.staff[1].post(f"{STAFF}/decisions/{q(other)}/lift", {"cause": "lifted"})
    lifting.ok()
    assert court.log.types()[-1] == "decision.lifted"


async def test_what_the_log_keeps_sealed_its_subject_opens_and_checks(
    court: Court, alice: User, bob: User
) -> None:
    id = await court.decide(bob, alice, feature("feed.like"))

    statement = (await alice.get(f"{OURS}/decisions/{id}/statement")).ok()

    entry = json.loads(statement["log_entry"])
    detail = statement["log_detail"]
    salt = base64.b64decode(statement["salts"]["detail"])
    assert entry["detail_commit"] == commit(salt, detail.encode())
    said = json.loads(detail)
    assert canonical_json.encode(said) == detail.encode()
    assert (said["rule"], said["severe"]) == ("R3.1", False)
    assert said["measures"] == [{"type": "feature", "secs": DAY // 1000, "caps": ["feed.like"]}]
    assert said["rules"] == (await alice.get(f"{OURS}/rules/1")).ok()["sha256"]
    assert said["statement_commit"] == entry["statement_commit"]
    assert all(person.id not in detail for person in court.staff)
    assert (await bob.get(f"{OURS}/decisions/{id}/statement")).status == 404


async def test_whose_room_or_name_is_hidden_is_told_that_it_is_that(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    scene = await Scene(alice, bob, carol).begin()
    wanted = (("event", scene.said), ("room", scene.room), ("profile", alice.id))
    for type, item in wanted:
        await decide(court, bob, alice, type, step("hide", item))

    told = (await alice.get(f"{OURS}/standing")).ok()["decisions"]

    measures = {one["item_type"]: one for each in told for one in each["measures"]}
    assert {type: one["item"] for type, one in measures.items()} == dict(wanted)
    sent = (await alice.get(f"rooms/{q(scene.room)}/event/{q(scene.said)}")).ok()
    assert measures["event"]["sent_at"] == sent["origin_server_ts"]
    assert measures["event"]["room"] == scene.room
    assert all("sent_at" not in measures[type] for type in ("room", "profile"))
