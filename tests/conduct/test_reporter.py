"""What a reporter sees: every state, a word at the end, and another human if nothing was done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.conduct import archive_section, caretaker, inform, people, reporter
from tests.api import PASSWORD, Answer, Api, User, q
from tests.conduct.town import DAY, OURS, STAFF, WARNING, Court, build_court
from tests.fakes import FakeClock

VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


def _law(answer: Answer) -> str | None:
    law: str | None = answer.body.get("org.courtyard.law")
    return law


async def _report(user: User, about: User, version: str = "1", **more: Any) -> str:
    body = {"item_type": "account", "item_id": about.id, "item_version": version}
    answer = await user.post(f"{OURS}/reports", body | {"category": VIOLENCE} | more)
    return str(answer.ok()["report_id"])


async def _dismissed(court: Court, alice: User, bob: User) -> str:
    """Let Bob report Alice, and the first of the staff dismiss it; return the report."""
    report_id = await _report(bob, alice)
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
    return report_id


async def _states(user: User, report_id: str) -> list[str]:
    report = (await user.get(f"{OURS}/reports/{report_id}")).ok()
    times = [step["at"] for step in report["states"]]
    assert times == sorted(times)
    return [step["state"] for step in report["states"]]


async def _told(user: User) -> list[dict[str, Any]]:
    """Return what somebody was told in their notices room."""
    rooms = (await user.sync()).get("rooms", {}).get("join", {})
    return [
        event["content"]
        for room in rooms.values()
        for event in room["timeline"]["events"]
        if "org.courtyard.report" in event["content"]
    ]


async def _complain(user: User, report_id: str, text: str = "You did not look.") -> Answer:
    return await user.post(f"{OURS}/reports/{report_id}/complaint", {"text": text})


async def _hear(user: User, outcome: str, reasons: str = "I looked again.") -> Answer:
    given = (await user.post(f"{STAFF}/complaints/next")).ok()["complaint"]
    assert given is not None
    body = {"outcome": outcome, "reasons": reasons}
    return await user.post(f"{STAFF}/complaints/{given['id']}/decide", body)


# --- states and the word at the end ---------------------------------------------------------------------


async def test_a_report_shows_each_state_and_its_reporter_is_told(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    first = await _report(bob, alice)
    second = await _report(carol, alice)
    assert await _states(bob, first) == ["received", "acknowledged", "in_case"]
    assert await _states(carol, second) == ["received", "acknowledged", "merged"]
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert await _told(bob) == []
    made = await court.propose(case["id"], WARNING, facts="Alice wrote to her boss about Erna.")
    made.ok()
    for user, id in ((bob, first), (carol, second)):
        assert (await _states(user, id))[-2:] == ["decided", "reporter_informed"]
        (said,) = await _told(user)
        assert said["org.courtyard.report"] == f"{OURS}/reports/{id}"
        report = (await user.get(f"{OURS}/reports/{id}")).ok()
        assert (report["outcome"], report["complaint_until"]) == ("founded", None)
        # What was done, and to whom, is not the reporter's.
        for secret in ("Erna", "warning", alice.id, made.body["decision"]):
            assert secret not in said["body"]
            assert secret not in str(report | {"item": ""})
        assert "举报" in said["body"]


async def test_nobody_sees_anothers_report(court: Court, alice: User, bob: User) -> None:
    report_id = await _report(bob, alice)
    for user in (alice, court.staff[0]):
        assert (await user.get(f"{OURS}/reports/{report_id}")).status == 404
        assert (await _complain(user, report_id)).status == 404
    assert (await bob.get(f"{OURS}/reports/r_none")).status == 404
    assert (await alice.get(f"{OURS}/reports")).ok() == {"reports": []}
    assert [one["id"] for one in (await bob.get(f"{OURS}/reports")).ok()["reports"]] == [report_id]


async def test_what_was_judged_before_is_said_at_once(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    await _report(bob, alice)
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.propose(case["id"], WARNING)).ok()
    late = await _report(carol, alice)
    assert (await _states(carol, late))[-1] == "already_judged"
    assert _law(await _complain(carol, late)) == "acted"


async def test_a_crowd_of_reporters_is_told_in_pieces_and_each_once(
    court: Court, server: Server, api: Api, alice: User
) -> None:
    crowd = [await api.register(f"crowd{n}") for n in range(inform.AT_ONCE + 3)]
    for user in crowd:
        await _report(user, alice)
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
    for _ in range(2):
        await caretaker.look_around(server.db)
    for user in crowd:
        assert len(await _told(user)) == 1


async def test_who_has_gone_is_told_nothing(court: Court, alice: User, bob: User) -> None:
    await _report(bob, alice)
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": bob.id},
        "password": PASSWORD,
    }
    (await bob.post("account/deactivate", {"auth": auth})).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()


async def test_a_notice_has_a_key_to_look_and_to_complain_with(
    court: Court, api: Api, alice: User
) -> None:
    notice = {
        "item_type": "account",
        "item_id": alice.id,
        "category": VIOLENCE,
        "explanation": "It threatens me.",
        "contact": "somebody@test.example",
        "good_faith": True,
    }
    key = (await api.request("POST", f"{OURS}/notices", notice)).ok()["key"]
    path = f"{OURS}/notices/by-key"
    seen = (await api.request("GET", f"{path}/{q(key)}")).ok()
    assert [step["state"] for step in seen["states"]][-1] == "in_case"
    assert "contact" not in seen
    assert (await api.request("GET", f"{path}/{q(key + 'x')}")).status == 404
    wrong = {"key": key + "x", "text": "Look again."}
    assert (await api.request("POST", path, wrong)).status == 404
    undecided = await api.request("POST", path, wrong | {"key": key})
    assert (undecided.status, _law(undecided)) == (409, "undecided")
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
    (await api.request("POST", path, wrong | {"key": key})).ok()
    (await _hear(court.staff[1], "upheld")).ok()
    seen = (await api.request("GET", f"{path}/{q(key)}")).ok()
    assert [one["outcome"] for one in seen["complaints"]] == ["upheld"]


# --- complaints -----------------------------------------------------------------------------------------


async def test_a_different_human_hears_it_and_opens_the_case_again(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    report_id = await _dismissed(court, alice, bob)
    first, second, third = court.staff[:3]
    made = (await _complain(bob, report_id)).ok()
    assert made["due_at"] - made["submitted_at"] == 7 * DAY
    # Who dismissed it does not hear it, and nobody opens another's.
    assert (await first.post(f"{STAFF}/complaints/next")).ok() == {"complaint": None}
    assert (await bob.post(f"{STAFF}/complaints/next")).status == 403
    given = (await second.post(f"{STAFF}/complaints/next")).ok()["complaint"]
    assert (given["id"], given["text"], given["subject"]) == (made["id"], made["text"], alice.id)
    assert (await second.post(f"{STAFF}/complaints/next")).ok()["complaint"] == given
    (one,) = given["evidence"]
    look = {"purpose": "To hear the complaint."}
    (await second.post(f"{STAFF}/evidence/{one['id']}/views", look)).ok()
    assert (await first.post(f"{STAFF}/evidence/{one['id']}/views", look)).status == 404
    path = f"{STAFF}/complaints/{made['id']}/decide"
    answer = {"outcome": "reopened", "reasons": "It was not looked at."}
    assert (await third.post(path, answer)).status == 404
    assert _law(await second.post(path, answer | {"reasons": " "})) == "reasons"
    assert (await second.post(path, answer | {"outcome": "overturned"})).status == 400
    (await second.post(path, answer)).ok()
    assert _law(await second.post(path, answer)) == "answered"
    (complaint,) = (await bob.get(f"{OURS}/reports/{report_id}")).ok()["complaints"]
    assert (complaint["outcome"], complaint["reasons"]) == ("reopened", "It was not looked at.")
    assert "reviewer" not in complaint
    assert "not looked at" in (await _told(bob))[-1]["body"]
    assert (await _states(bob, report_id))[-1] == "in_case"
    # Who dismissed it does not get it again; somebody else decides.
    assert (await first.post(f"{STAFF}/queue/next")).ok() == {"case": None}
    case = (await third.post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.propose(case["id"], WARNING, by=third)).ok()
    assert (await _states(bob, report_id))[-1] == "reporter_informed"
    assert len(await _told(bob)) == 3


async def test_it_stays_and_is_heard_once(court: Court, alice: User, bob: User) -> None:
    report_id = await _dismissed(court, alice, bob)
    assert _law(await _complain(bob, report_id, " ")) == "text"
    assert _law(await _complain(bob, report_id, "x" * 5_001)) == "text"
    (await _complain(bob, report_id)).ok()
    assert _law(await _complain(bob, report_id)) == "one_open"
    (await _hear(court.staff[1], "upheld")).ok()
    (await _complain(bob, report_id, "Once more.")).ok()
    # A different one again.
    assert (await court.staff[1].post(f"{STAFF}/complaints/next")).ok() == {"complaint": None}
    (await _hear(court.staff[2], "upheld")).ok()
    assert _law(await _complain(bob, report_id)) == "complaints"


async def test_a_complaint_comes_in_time_and_after_the_decision(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    report_id = await _report(bob, alice)
    assert _law(await _complain(bob, report_id)) == "undecided"
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
    until = (await bob.get(f"{OURS}/reports/{report_id}")).ok()["complaint_until"]
    clock.advance(until - court.now())
    assert _law(await _complain(bob, report_id)) == "window"
    clock.advance(-DAY)
    (await _complain(bob, report_id)).ok()


async def test_where_something_was_done_nobody_asks_for_more(
    court: Court, alice: User, bob: User
) -> None:
    report_id = await _report(bob, alice)
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.propose(case["id"], WARNING)).ok()
    assert _law(await _complain(bob, report_id)) == "acted"


async def test_who_hears_it_can_step_back_or_be_let_go(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    report_id = await _dismissed(court, alice, bob)
    made = (await _complain(bob, report_id)).ok()
    path = f"{STAFF}/complaints/{made['id']}/recuse"
    second, third = court.staff[1:3]
    assert (await second.post(path)).status == 404
    (await second.post(f"{STAFF}/complaints/next")).ok()
    (await second.post(path)).ok()
    assert (await second.post(f"{STAFF}/complaints/next")).ok() == {"complaint": None}
    given = (await third.post(f"{STAFF}/complaints/next")).ok()["complaint"]
    assert given["id"] == made["id"]
    await server.db.write(people.revoke_staff, UserId(third.id))
    assert (await third.post(path)).status == 404
    (await _hear(court.staff[3], "upheld")).ok()
    assert _law(await court.staff[3].post(path)) == "answered"


async def test_one_case_that_opens_again_answers_every_complaint_about_it(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    reports = {user: await _report(user, alice) for user in (bob, carol)}
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
    for user, id in reports.items():
        (await _complain(user, id)).ok()
    (await _hear(court.staff[1], "reopened")).ok()
    for user, id in reports.items():
        report = (await user.get(f"{OURS}/reports/{id}")).ok()
        assert [one["outcome"] for one in report["complaints"]] == ["reopened"]
    assert (await court.staff[2].post(f"{STAFF}/complaints/next")).ok() == {"complaint": None}


async def test_a_suspended_account_complains_too(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    report_id = await _dismissed(court, alice, bob)
    suspension = {"type": "suspension", "length_ms": 7 * DAY}
    await court.decide(alice, bob, suspension)
    (await bob.get(f"{OURS}/reports/{report_id}")).ok()
    (await _complain(bob, report_id)).ok()


async def test_what_one_reported_goes_into_the_archive(
    court: Court, server: Server, monkeypatch: pytest.MonkeyPatch, alice: User, bob: User
) -> None:
    monkeypatch.setattr(reporter, "SHOWN_MAX", 2)
    ids = [await _report(bob, alice, str(number)) for number in range(4)]
    found, cursor, calls = b"", None, 0
    while calls == 0 or cursor is not None:
        pieces, cursor = await server.db.read(archive_section.pieces, UserId(bob.id), cursor)
        assert {name for name, _ in pieces} <= {"reports.ndjson"}
        found += b"".join(data for _, data in pieces)
        calls += 1
    assert [json.loads(line)["id"] for line in found.splitlines()] == ids[::-1]
