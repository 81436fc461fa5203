"""Misuse of reports: counted, warned of, paused by a decision, and never an urgent report among it."""

from __future__ import annotations

from typing import Any

import pytest

from courtyard.app.wiring import Server
from tests.api import Answer, Api, User, q
from tests.conduct.town import DAY, OURS, STAFF, WARNING, Court, build_court, feature
from tests.fakes import FakeClock

PAUSE = feature("report.submit.nonurgent")
VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


def _law(answer: Answer) -> str | None:
    law: str | None = answer.body.get("org.courtyard.law")
    return law


def _report(about: User, version: str, kind: str = "rule") -> dict[str, Any]:
    return {
        "item_type": "account",
        "item_id": about.id,
        "item_version": version,
        "category": VIOLENCE,
        "kind": kind,
    }


async def _nonsense(court: Court, sender: User, about: User, count: int, **how: Any) -> None:
    """Send reports to which there is nothing, and let the first of the staff say so."""
    for number in range(count):
        (await sender.post(f"{OURS}/reports", _report(about, str(number)))).ok()
        case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
        body = {"manifestly_unfounded": True} | how
        (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/dismiss", body)).ok()


async def _next(user: User) -> Any:
    return (await user.post(f"{STAFF}/misuse/next")).ok()


async def _warned(court: Court, alice: User, bob: User) -> str:
    """Let Bob send ten reports to which there is nothing, and warn him."""
    await _nonsense(court, bob, alice, 10)
    given = await _next(court.staff[1])
    assert given["advice"]["step"] == "warn"
    made = await court.propose(given["case"]["id"], WARNING, by=court.staff[1], rule="R8.1")
    return str(made.ok()["decision"])


async def test_an_ordinary_wrong_report_is_no_misuse(court: Court, alice: User, bob: User) -> None:
    await _nonsense(court, bob, alice, 10, manifestly_unfounded=False)
    assert await _next(court.staff[1]) == {"case": None}
    await _nonsense(court, bob, alice, 9)
    assert await _next(court.staff[1]) == {"case": None}


async def test_a_warning_comes_first_then_a_pause_and_urgent_reports_go_through(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    second, third = court.staff[1:3]
    await _nonsense(court, bob, alice, 10)
    assert (await bob.post(f"{STAFF}/misuse/next")).status == 403
    given = await _next(second)
    assert given["advice"] == {"step": "warn", "pause_ms": 0}
    assert given["case"]["subject"] == bob.id
    assert await _next(second) == given
    assert await _next(third) == {"case": None}
    case_id = given["case"]["id"]
    assert _law(await court.propose(case_id, PAUSE, by=second, rule="R8.1")) == "misuse"
    assert _law(await court.propose(case_id, WARNING, by=second, rule="R3.1")) == "misuse"
    (await court.propose(case_id, WARNING, by=second, rule="R8.1")).ok()
    assert (await bob.get(f"{OURS}/standing")).ok()["restricted"] == []
    assert "misuse.paused" not in court.log.types()
    # Nothing more was sent: nothing more is in order.
    clock.advance(DAY)
    assert await _next(third) == {"case": None}
    await _nonsense(court, bob, alice, 1)
    given = await _next(third)
    assert given["advice"] == {"step": "pause", "pause_ms": DAY}
    # Further reports of the party's account are another case.
    (await alice.post(f"{OURS}/reports", _report(bob, "1"))).ok()
    assert (await court.staff[3].post(f"{STAFF}/queue/next")).ok()["case"]["id"] != (
        given["case"]["id"]
    )
    case_id = given["case"]["id"]
    for measures in (
        [feature("report.submit.nonurgent", length_ms=DAY + 60_000)],
        [feature("appeal.submit.repeat")],
        [feature("appeal.submit.repeat", "report.submit.nonurgent")],
        [PAUSE, WARNING],
    ):
        refused = await court.propose(case_id, *measures, by=third, rule="R8.1")
        assert _law(refused) in ("misuse", "first_time")
    id = (await court.propose(case_id, PAUSE, by=third, rule="R8.1")).ok()["decision"]
    assert court.log.types()[-2:] == ["decision.issued", "misuse.paused"]
    leaves = {leaf.type: leaf.fields for leaf in court.log.leaves}
    for name in ("subject_commit", "statement_commit"):
        assert leaves["misuse.paused"][name] == leaves["decision.issued"][name]
    refused = await bob.post(f"{OURS}/reports", _report(alice, "x"))
    assert (refused.errcode, refused.body["org.courtyard.decision"]) == (
        "ORG.COURTYARD.RESTRICTED",
        id,
    )
    by_matrix = await bob.post(f"users/{q(alice.id)}/report", {"reason": "x"})
    assert by_matrix.status == 403
    (await bob.post(f"{OURS}/reports", _report(alice, "y", kind="urgent"))).ok()
    # It has reasons, an end and an appeal like every other.
    statement = (await bob.get(f"{OURS}/decisions/{id}/statement")).ok()
    assert statement["facts"]
    (await bob.post(f"{OURS}/decisions/{id}/appeals", {"text": "I was not wrong."})).ok()
    clock.advance(DAY)
    (await bob.post(f"{OURS}/reports", _report(alice, "z"))).ok()


async def test_nobody_is_answered_twice_in_a_day(court: Court, alice: User, bob: User) -> None:
    await _warned(court, alice, bob)
    await _nonsense(court, bob, alice, 1)
    assert await _next(court.staff[1]) == {"case": None}


async def test_appeals_that_say_nothing_new_are_counted_by_themselves(
    server: Server, api: Api, clock: FakeClock, alice: User, bob: User
) -> None:
    """A pause takes further appeals. The first one against each decision is never taken."""
    court = await build_court(server, api, staff=6)

    async def decide_and_appeal() -> str:
        case_id = await court.case_about(bob, alice, f"case {len(court.log.leaves)}")
        return str((await court.propose(case_id, WARNING)).ok()["decision"])

    async def heard(id: str, reviewer: User, outcome: str) -> None:
        body = {"text": "No.", "new_evidence": True}
        (await alice.post(f"{OURS}/decisions/{id}/appeals", body)).ok()
        given = (await reviewer.post(f"{STAFF}/appeals/next")).ok()["appeal"]
        answer = {"outcome": outcome, "reasons": "Nothing new."}
        (await reviewer.post(f"{STAFF}/appeals/{q(given['id'])}/decide", answer)).ok()

    async def nag() -> None:
        id = await decide_and_appeal()
        await heard(id, court.staff[1], "upheld")
        for reviewer in court.staff[2:]:
            await heard(id, reviewer, "inadmissible")

    for _ in range(3):
        assert await _next(court.staff[1]) == {"case": None}
        await nag()
    given = await _next(court.staff[1])
    assert given["advice"]["step"] == "warn"
    case_id = given["case"]["id"]
    (await court.propose(case_id, WARNING, by=court.staff[1], rule="R8.1")).ok()
    clock.advance(DAY)
    await nag()
    given = await _next(court.staff[1])
    pause = feature("appeal.submit.repeat")
    for measure, is_right in ((PAUSE, False), (pause, True)):
        made = await court.propose(given["case"]["id"], measure, by=court.staff[1], rule="R8.1")
        assert (made.status == 200) == is_right
    assert court.log.types()[-1] == "misuse.paused"
    id = await decide_and_appeal()
    path = f"{OURS}/decisions/{id}/appeals"
    (await alice.post(path, {"text": "No."})).ok()
    given = (await court.staff[1].post(f"{STAFF}/appeals/next")).ok()["appeal"]
    answer = {"outcome": "upheld", "reasons": "No."}
    (await court.staff[1].post(f"{STAFF}/appeals/{q(given['id'])}/decide", answer)).ok()
    paused = await alice.post(path, {"text": "No.", "new_evidence": True})
    assert (403, "ORG.COURTYARD.RESTRICTED") == (paused.status, paused.errcode)
    (await alice.post(f"{OURS}/reports", _report(bob, "x"))).ok()


async def test_a_warning_that_was_lifted_is_none(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    id = await _warned(court, alice, bob)
    lift = {"cause": "annulled"}
    (await court.staff[2].post(f"{STAFF}/decisions/{q(id)}/lift", lift)).ok()
    clock.advance(DAY)
    await _nonsense(court, bob, alice, 1)
    assert (await _next(court.staff[1]))["advice"]["step"] == "warn"


async def test_what_is_a_month_ago_counts_no_more(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    await _nonsense(court, bob, alice, 10)
    clock.advance(30 * DAY)
    assert await _next(court.staff[1]) == {"case": None}


async def test_nobody_is_warned_by_a_rule_about_misuse_without_the_numbers(
    court: Court, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice)
    assert _law(await court.propose(case_id, WARNING, rule="R8.1")) == "misuse"


async def test_who_works_on_another_case_gets_none_of_misuse(
    court: Court, alice: User, bob: User
) -> None:
    await court.case_about(bob, alice)
    refused = await court.staff[0].post(f"{STAFF}/misuse/next")
    assert (400, "M_INVALID_PARAM") == (refused.status, refused.errcode)


async def test_nobody_judges_their_own_misuse_or_blocks_it(
    court: Court, alice: User, bob: User
) -> None:
    second = court.staff[1]
    await _nonsense(court, second, alice, 10)
    assert await _next(second) == {"case": None}
    # Nor does a report that names a case of misuse as its item stand in its way.
    forged = _report(alice, "1") | {"item_id": f"reports of {second.id}"}
    assert (await bob.post(f"{OURS}/reports", forged)).status == 400
    given = await _next(court.staff[2])
    assert given["case"]["subject"] == second.id
    # Decisions about the staff need two people, also this one.
    made = await court.propose(given["case"]["id"], WARNING, by=court.staff[2], rule="R8.1")
    assert made.ok()["state"] == "waiting"
    assert (await court.approve(made.body["decision"], court.staff[3])).ok()["state"] == "issued"
