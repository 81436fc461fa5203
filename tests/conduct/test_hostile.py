"""What people with bad intentions send to conduct: forged, repeated, out of turn, and against the clock."""

from __future__ import annotations

import base64
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.base import canonical_json
from courtyard.transparency.rules_leaf import commit
from tests.api import Answer, Api, User, q, text
from tests.conduct.town import DAY, HOUR, OURS, STAFF, SUSPENSION, Court, build_court, feature
from tests.fakes import FakeClock

VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


def _law(answer: Answer) -> str | None:
    law: str | None = answer.body.get("org.courtyard.law")
    return law


async def _notices_room(user: User) -> tuple[str, dict[str, Any]]:
    """Return somebody's notices room, and the newest thing that was said in it."""
    rooms = (await user.sync())["rooms"]["join"]
    for room_id, room in rooms.items():
        last = room["timeline"]["events"][-1]
        if "org.courtyard.decision" in last["content"]:
            return room_id, last
    raise AssertionError(rooms)


# --- forged statements ----------------------------------------------------------------------------------


async def test_a_statement_that_was_altered_is_not_what_the_log_commits_to(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    """Also not by somebody who writes in the database."""
    id = await court.decide(bob, alice)
    path = f"{OURS}/decisions/{id}/statement"

    def told(statement: dict[str, Any]) -> str:
        names = ("lang", "facts", "explanation")
        said = {name: statement[name] for name in names} | {"decision_id": id}
        salt = base64.b64decode(statement["salts"]["statement"])
        return commit(salt, canonical_json.encode(said))

    statement = (await alice.get(path)).ok()
    committed = json.loads(statement["log_entry"])["statement_commit"]
    assert told(statement) == committed
    driver = sqlite3.connect(Path(server.settings.data) / DATABASE_FILE, isolation_level=None)
    driver.execute("UPDATE conduct_statements SET body = replace(body, 'had asked', 'never asked')")
    driver.close()
    altered = (await alice.get(path)).ok()
    assert "never asked" in altered["facts"]
    assert told(altered) != committed


async def test_nobody_writes_a_statement_into_anothers_notices(
    court: Court, alice: User, bob: User
) -> None:
    await court.decide(bob, alice)
    room_id, said = await _notices_room(alice)
    forged = said["content"] | {"body": "You are blocked for ever."}
    for user in (bob, court.staff[0]):
        assert (await user.send(room_id, forged)).status == 403
        assert (await user.join(room_id)).status == 403
    # What the account itself says there has its own name on it, and no effect.
    (await alice.send(room_id, forged)).ok()
    standing = (await alice.get(f"{OURS}/standing")).ok()
    assert standing["restricted"] == ["chat.group.send"]
    assert (await alice.invite(room_id, bob.id)).status == 403
    assert (await alice.state(room_id, "m.room.name", {"name": "x"})).status == 403


# --- repeated -------------------------------------------------------------------------------------------


async def test_a_repeated_appeal_is_no_second_one_and_a_repeated_answer_changes_nothing(
    court: Court, api: Api, alice: User, bob: User
) -> None:
    id = await court.decide(bob, alice)
    key = (await _notices_room(alice))[1]["content"]["body"].rpartition(" ")[2]
    path, by_key = f"{OURS}/decisions/{id}/appeals", f"{OURS}/appeals/by-key"
    made = (await alice.post(path, {"text": "No."})).ok()
    for _ in range(3):
        assert _law(await alice.post(path, {"text": "No.", "new_evidence": True})) == "one_open"
        again = {"key": key, "text": "No.", "new_evidence": True}
        assert _law(await api.request("POST", by_key, again)) == "one_open"
    other = await court.decide(alice, bob)
    wrong = await bob.post(f"{OURS}/decisions/{id}/appeals", {"text": "No."})
    assert (wrong.status, other != id) == (404, True)
    reviewer = court.staff[1]
    (await reviewer.post(f"{STAFF}/appeals/next")).ok()
    decide = f"{STAFF}/appeals/{q(made['id'])}/decide"
    (await reviewer.post(decide, {"outcome": "upheld", "reasons": "Yes."})).ok()
    leaves = court.log.types()
    for outcome in ("overturned", "upheld"):
        refused = await reviewer.post(decide, {"outcome": outcome, "reasons": "Hm."})
        assert refused.status in (403, 409)
    assert _law(await alice.post(path, {"text": "No."})) == "new_evidence"
    assert (await alice.request("DELETE", f"{OURS}/appeals/{made['id']}")).status == 409
    assert court.log.types() == leaves
    assert (await alice.get(f"{OURS}/appeals/{made['id']}")).ok()["outcome"] == "upheld"


# --- out of turn ----------------------------------------------------------------------------------------


async def test_the_staff_does_nothing_outside_their_case(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    """Whatever they know the id of, also of a case that they had."""
    case_id = await court.case_about(bob, alice)
    first, second, third = court.staff[:3]
    other = (await carol.post(f"{OURS}/reports", _about(bob))).ok()["report_id"]
    mine = (await second.post(f"{STAFF}/queue/next")).ok()["case"]["id"]
    evidence = (await first.get(f"{STAFF}/cases/{q(case_id)}")).ok()["evidence"][0]["id"]
    log = court.log.types()
    piece = {"data": "QQ=="}
    for verb, body in (
        ("recuse", {}),
        ("dismiss", {"manifestly_unfounded": True}),
        ("evidence", piece),
    ):
        assert (await second.post(f"{STAFF}/cases/{q(case_id)}/{verb}", body)).status == 404
        assert (await third.post(f"{STAFF}/cases/{q(mine)}/{verb}", body)).status == 404
    assert (await court.propose(case_id, by=second)).status == 404
    look = {"purpose": "Curious."}
    assert (await second.post(f"{STAFF}/evidence/{evidence}/views", look)).status == 404
    id = (await court.propose(case_id, SUSPENSION)).ok()["decision"]
    # Who proposed it looks at it, and does not approve, reject or confirm it.
    for verb in ("approve", "reject", "confirm"):
        assert (await court.approve(id, first, verb)).status in (403, 409)
    assert (await carol.get(f"{OURS}/reports/{other}")).ok()["outcome"] is None
    assert court.log.types() == log


def _about(user: User, **more: Any) -> dict[str, Any]:
    return {"item_type": "account", "item_id": user.id, "category": VIOLENCE} | more


@pytest.mark.parametrize(
    "disclosed",
    [
        1,
        [1],
        [None],
        [{}],
        [{"event_id": "$1"}],
        [{"event_id": None, "plaintext": {}}],
        [{"event_id": "$1", "plaintext": []}],
        [{"event_id": "$1", "plaintext": {}, "message_key": 1}],
        [{"event_id": "$1", "plaintext": {}, "message_key": "x" * 20_001}],
        [{"event_id": "$1", "plaintext": {}}] * 101,
    ],
)
async def test_a_disclosure_of_the_wrong_shape_is_refused(
    court: Court, alice: User, bob: User, disclosed: Any
) -> None:
    body = {"item_type": "event", "item_id": "$1", "category": VIOLENCE, "disclosed": disclosed}
    refused = await bob.post(f"{OURS}/reports", body)
    assert (400, "M_BAD_JSON") == (refused.status, refused.errcode)
    assert (await bob.get(f"{OURS}/reports")).ok() == {"reports": []}


# --- against the clock ----------------------------------------------------------------------------------


async def test_a_clock_that_steps_back_and_forth_takes_nothing_for_longer(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    id = await court.decide(bob, alice, feature(length_ms=DAY))
    end = (await alice.get(f"{OURS}/decisions/{id}")).ok()["measures"][0]["ends_at"]

    async def is_refused() -> bool:
        return (await alice.send(room_id, text("hello"))).status == 403

    assert await is_refused()
    # Before it began nothing is taken, and the account can still read why something will be.
    clock.advance(-HOUR)
    assert not await is_refused()
    (await alice.get(f"{OURS}/decisions/{id}/statement")).ok()
    clock.advance(HOUR)
    assert await is_refused()
    made = (await alice.post(f"{OURS}/decisions/{id}/appeals", {"text": "No."})).ok()
    clock.advance(made["due_at"] - court.now())
    assert not await is_refused()
    # Back before it was due: not overdue any more, and in force again until then.
    clock.advance(-HOUR)
    assert await is_refused()
    clock.advance(2 * HOUR)
    assert not await is_refused()
    (await court.staff[1].post(f"{STAFF}/appeals/next")).ok()
    path = f"{STAFF}/appeals/{q(made['id'])}/decide"
    (await court.staff[1].post(path, {"outcome": "upheld", "reasons": "It was."})).ok()
    assert await is_refused()
    clock.advance(end - court.now())
    assert not await is_refused()
    assert (await alice.get(f"{OURS}/decisions/{id}")).ok()["measures"][0]["ends_at"] <= end


async def test_with_a_clock_in_the_past_reports_and_complaints_still_work(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    report_id = (await bob.post(f"{OURS}/reports", _about(alice))).ok()["report_id"]
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    clock.advance(-400 * DAY)
    (await court.staff[0].get(f"{STAFF}/cases/{q(case['id'])}")).ok()
    assert (await court.propose(case["id"])).status == 409  # no rules were in force then
    (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
    (await bob.post(f"{OURS}/reports/{report_id}/complaint", {"text": "Look."})).ok()
    clock.advance(800 * DAY)
    given = (await court.staff[1].post(f"{STAFF}/complaints/next")).ok()["complaint"]
    path = f"{STAFF}/complaints/{given['id']}/decide"
    (await court.staff[1].post(path, {"outcome": "reopened", "reasons": "Yes."})).ok()
