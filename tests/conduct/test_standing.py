"""What an account reads of a decision about itself: what became of it, what else is in force, where it is, what the log says of it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base import canonical_json
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
    assert await besides(first) == [{"decision": second, "ends_at": later}]
    assert await besides(second) == [{"decision": first, "ends_at": end}]
    clock.advance(DAY // 2)
    assert await besides(second) == []


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
