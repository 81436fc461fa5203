"""Conduct through HTTP: from a report to an answered appeal, and what is refused on the way."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base import canonical_json
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.conduct.people import revoke_staff
from courtyard.conduct.publish import publish_default_rules
from courtyard.conduct.report import REPEATS_MAX
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.rules_leaf import commit
from courtyard.transparency.rules_proof import check_proof
from tests.api import PASSWORD, Answer, Api, User, q, text
from tests.archive.archives import export
from tests.conduct.town import (
    DAY,
    HOUR,
    OURS,
    STAFF,
    SUSPENSION,
    WARNING,
    Court,
    build_court,
    feature,
)
from tests.fakes import FakeClock


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


def _law(answer: Answer) -> tuple[int, str | None, str | None]:
    return answer.status, answer.errcode, answer.body.get("org.courtyard.law")


async def _refusal(user: User, room_id: str) -> Answer:
    return await user.send(room_id, text("hello"))


# --- rules ----------------------------------------------------------------------------------------------


async def test_anybody_reads_the_rules(court: Court, api: Api) -> None:
    rules = (await api.request("GET", f"{OURS}/rules")).ok()
    assert [one["version"] for one in rules["versions"]] == [1]
    one = (await api.request("GET", f"{OURS}/rules/1")).ok()
    assert one == rules["newest"]
    assert one["sha256"] == rules["versions"][0]["sha256"]
    assert court.log.leaves[0].fields["rules"] == one["sha256"]
    # Whoever puts the hash aside can hash the rest again.
    read = {name: value for name, value in one.items() if name != "sha256"}
    assert one["sha256"] == f"sha256:{hashlib.sha256(canonical_json.encode(read)).hexdigest()}"
    page = await api.request("GET", f"{OURS}/rules/1/text", params={"lang": "zh"})
    assert page.headers["content-language"] == "zh"
    assert "批评是受保护的言论" in page.body.decode()
    english = await api.request("GET", f"{OURS}/rules/1/text")
    assert "protected speech" in english.body.decode()
    assert (await api.request("GET", f"{OURS}/rules/2")).status == 404
    assert (await api.request("GET", f"{OURS}/rules/2/text")).status == 404


async def test_a_server_without_a_log_has_no_rules_yet(api: Api) -> None:
    assert (await api.request("GET", f"{OURS}/rules")).ok() == {"versions": [], "newest": None}


async def test_the_default_rules_are_published_once(court: Court, server: Server) -> None:
    assert await server.db.write(publish_default_rules) is None
    assert court.log.types() == ["ruleset.published"]


# --- reports --------------------------------------------------------------------------------------------


async def test_matrix_reports_open_one_case_for_one_thing(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    """spec: client-server-api#reporting-content."""
    room_id = await alice.create_room(invite=[bob.id, carol.id])
    for user in (bob, carol):
        (await user.join(room_id)).ok()
    event_id = await alice.say(room_id, "an insult")
    for user in (bob, carol):
        path = f"rooms/{q(room_id)}/report/{q(event_id)}"
        assert (await user.post(path, {"reason": "It hurts."})).ok() == {}
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert (case["item"]["id"], case["subject"]) == (event_id, alice.id)
    assert [one["explanation"] for one in case["reports"]] == ["It hurts."] * 2
    assert {one["id"] for one in case["protected"]} == {"P1", "P2"}
    assert (await court.staff[1].post(f"{STAFF}/queue/next")).ok() == {"case": None}


async def test_only_what_the_reporter_sees_is_reported(
    court: Court, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    event_id = await alice.say(room_id, "a secret")
    answer = await bob.post(f"rooms/{q(room_id)}/report/{q(event_id)}", {"reason": "x"})
    assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)
    assert (await court.staff[0].post(f"{STAFF}/queue/next")).ok() == {"case": None}


async def test_rooms_and_people_are_reported_and_unknown_ones_look_the_same(
    court: Court, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    for path in (
        f"rooms/{q(room_id)}/report",
        f"rooms/{q('!nothing:test.example')}/report",
        "rooms/nonsense/report",
        f"users/{q(alice.id)}/report",
        f"users/{q('@nobody:test.example')}/report",
    ):
        assert (await bob.post(path, {"reason": ""})).ok() == {}
        assert (await bob.post(path, {})).status == 400
    items = set()
    for number in range(2):
        case = (await court.staff[number].post(f"{STAFF}/queue/next")).ok()["case"]
        items.add(case["item"]["id"])
    assert items == {room_id, alice.id}


async def test_a_notice_needs_no_account(court: Court, api: Api, alice: User) -> None:
    notice = {
        "item_type": "account",
        "item_id": alice.id,
        "subject": alice.id,
        "kind": "illegal",
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "explanation": "It sells what it does not have.",
        "contact": "somebody@test.example",
        "good_faith": True,
    }
    answer = await api.request("POST", f"{OURS}/notices", notice)
    assert answer.ok()["report_id"].startswith("r_")
    for missing in ("contact", "good_faith", "explanation"):
        less = {name: value for name, value in notice.items() if name != missing}
        assert (await api.request("POST", f"{OURS}/notices", less)).status == 400
    assert (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]["subject"] == alice.id


async def test_notices_without_an_account_are_limited_by_address(
    court: Court, server: Server, api: Api, alice: User
) -> None:
    notice = {
        "item_type": "account",
        "item_id": alice.id,
        "category": "STATEMENT_CATEGORY_VIOLENCE",
        "explanation": "It threatens me.",
        "contact": "somebody@test.example",
        "good_faith": True,
    }
    on = msgspec.structs.replace(server.world.settings, rate_limits="on")
    server.world.settings = on
    for _ in range(20):
        (await api.request("POST", f"{OURS}/notices", notice)).ok()
    refused = await api.request("POST", f"{OURS}/notices", notice)
    assert (429, "M_LIMIT_EXCEEDED") == (refused.status, refused.errcode)


async def test_who_says_the_same_again_and_again_has_said_it(
    court: Court, alice: User, bob: User
) -> None:
    """It is kept a few times; more would only fill the case. That somebody is in danger is heard all the same."""
    body = {"item_type": "account", "item_id": alice.id, "category": "STATEMENT_CATEGORY_VIOLENCE"}
    path = f"{OURS}/reports"
    ids = [(await bob.post(path, body)).ok()["report_id"] for _ in range(7)]
    assert len(set(ids)) == REPEATS_MAX
    assert ids[REPEATS_MAX:] == [ids[0], ids[0]]
    urgent = (await bob.post(path, body | {"kind": "urgent"})).ok()["report_id"]
    assert urgent not in ids
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert len(case["reports"]) == REPEATS_MAX + 1


async def test_ten_reports_do_not_act(court: Court, alice: User, bob: User) -> None:
    for number in range(10):
        await court.api.register(f"angry{number}")
        answer = await bob.post(f"users/{q(alice.id)}/report", {"reason": str(number)})
        answer.ok()
    standing = (await alice.get(f"{OURS}/standing")).ok()
    assert standing == {"restricted": [], "decisions": []}


# --- the queue ------------------------------------------------------------------------------------------


async def test_nobody_picks_a_case_or_opens_anothers(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    first, second = court.staff[:2]
    case_id = await court.case_about(bob, alice)
    # Asked again, the same one.
    assert (await first.post(f"{STAFF}/queue/next")).ok()["case"]["id"] == case_id
    path = f"{STAFF}/cases/{q(case_id)}"
    assert (await first.get(path)).ok()["id"] == case_id
    assert (await second.get(path)).status == 404
    assert (await second.get(f"{STAFF}/cases/c_none")).status == 404
    assert (await court.propose(case_id, by=second)).status == 404
    for user in (carol, alice):
        assert _law(await user.post(f"{STAFF}/queue/next"))[2] == "staff"
        assert (await user.get(path)).status == 404


async def test_who_steps_back_does_not_get_it_again(court: Court, alice: User, bob: User) -> None:
    first, second = court.staff[:2]
    case_id = await court.case_about(bob, alice)
    (await first.post(f"{STAFF}/cases/{q(case_id)}/recuse")).ok()
    assert (await first.post(f"{STAFF}/queue/next")).ok() == {"case": None}
    given = (await second.post(f"{STAFF}/queue/next")).ok()["case"]
    assert given["id"] == case_id
    (await second.post(f"{STAFF}/cases/{q(case_id)}/dismiss")).ok()
    for verb in ("recuse", "dismiss"):
        assert (await second.post(f"{STAFF}/cases/{q(case_id)}/{verb}")).status == 400


async def test_who_reported_or_has_a_conflict_does_not_judge(court: Court, alice: User) -> None:
    first, second, third = court.staff[:3]
    conflict = {"about": alice.id, "until": court.now() + DAY}
    (await second.post(f"{STAFF}/conflicts", conflict)).ok()
    for wrong in (
        {"about": "", "until": court.now() + DAY},
        {"about": alice.id, "until": court.now() - DAY},
        {"about": alice.id, "until": court.now() + 1_000 * DAY},
    ):
        assert (await second.post(f"{STAFF}/conflicts", wrong)).status == 400
    (await first.post(f"users/{q(alice.id)}/report", {"reason": "I saw it."})).ok()
    for person, gets in ((first, False), (second, False), (third, True)):
        case = (await person.post(f"{STAFF}/queue/next")).ok()["case"]
        assert (case is not None) == gets


async def test_the_cases_of_somebody_who_goes_go_to_the_next(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice)
    gone = court.staff.pop(0)
    await server.db.write(revoke_staff, UserId(gone.id))
    assert (await gone.post(f"{STAFF}/queue/next")).status == 403
    assert (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]["id"] == case_id


# --- a decision -----------------------------------------------------------------------------------------


async def test_a_decision_takes_what_it_says_until_it_says_and_no_more(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    id = await court.decide(bob, alice)
    refused = await _refusal(alice, room_id)
    assert (403, "ORG.COURTYARD.RESTRICTED") == (refused.status, refused.errcode)
    assert refused.body["org.courtyard.capability"] == "chat.group.send"
    assert refused.body["org.courtyard.decision"] == id
    statement = (await alice.get(refused.body["org.courtyard.statement"])).ok()
    assert statement["facts"].startswith("You wrote")
    assert statement["delivered_at"] <= statement["measures"][0]["starts_at"]
    standing = (await alice.get(f"{OURS}/standing")).ok()
    assert standing["restricted"] == ["chat.group.send"]
    assert [one["id"] for one in standing["decisions"]] == [id]
    # It ends by the clock.
    clock.advance(DAY)
    await alice.say(room_id, "hello again")
    assert (await alice.get(f"{OURS}/standing")).ok()["decisions"] == []
    told = (await alice.get(f"{OURS}/decisions/{id}")).ok()
    assert told["measures"][0]["state"] == "expired"
    assert [one["id"] for one in (await alice.get(f"{OURS}/decisions")).ok()["decisions"]] == [id]


async def test_it_ends_on_time_across_a_restart(
    court: Court, settings: Settings, clock: FakeClock, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    await court.decide(bob, alice)
    await court.server.stop()
    again = Server(settings, clock)
    await again.start()
    try:
        court.api.http._transport.app = again.asgi  # type: ignore[attr-defined]  # the test's own
        assert (await _refusal(alice, room_id)).status == 403
        clock.advance(DAY)
        await alice.say(room_id, "hello again")
    finally:
        await again.stop()


async def test_the_statement_is_in_the_notices_room_before_anything_is_refused(
    court: Court, alice: User, bob: User
) -> None:
    """Also for somebody who takes no invitations; and a suspended account answers there."""
    path = f"user/{q(alice.id)}/account_data/m.invite_permission_config"
    (await alice.put(path, {"default_action": "block"})).ok()
    case_id = await court.case_about(bob, alice)
    made = (await court.propose(case_id, SUSPENSION)).ok()
    (await court.approve(made["decision"], court.staff[1])).ok()
    rooms = (await alice.sync())["rooms"]["join"]
    (room_id,) = [
        room_id
        for room_id, room in rooms.items()
        if any(
            event["content"].get("type") == "org.courtyard.notices"
            for event in room["state"]["events"] + room["timeline"]["events"]
        )
    ]
    said = rooms[room_id]["timeline"]["events"][-1]
    assert said["content"]["org.courtyard.decision"] == made["decision"]
    assert "You wrote to somebody" in said["content"]["body"]
    assert "Appeal" not in said["sender"]
    await alice.say(room_id, "That is not true.")
    assert (await alice.leave(room_id)).errcode == "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM"
    ordinary = await alice.post("createRoom", {})
    assert (403, "M_USER_SUSPENDED") == (ordinary.status, ordinary.errcode)


async def test_the_second_decision_is_told_in_the_same_room(
    court: Court, alice: User, bob: User
) -> None:
    await court.decide(bob, alice, WARNING)
    await court.decide(bob, alice, WARNING)
    rooms = (await alice.sync())["rooms"]["join"]
    assert len(rooms) == 1


async def test_no_sanction_without_a_log(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice)
    integrator = server.world.memory(Integrator)
    integrator.halted = "its disk is gone"
    with pytest.raises(AssertionError, match="LOG_HALTED"):
        await court.propose(case_id)
    integrator.halted = None
    assert (await alice.get(f"{OURS}/standing")).ok()["restricted"] == []
    assert "rooms" not in await alice.sync()
    assert (await court.propose(case_id)).ok()["state"] == "issued"


async def test_every_decision_is_in_the_log_once_and_sealed_on_a_small_server(
    court: Court, alice: User, bob: User
) -> None:
    id = await court.decide(bob, alice)
    (leaf,) = [leaf for leaf in court.log.leaves if leaf.id == id]
    assert leaf.type == "decision.issued"
    assert set(leaf.fields) == {"subject_commit", "statement_commit", "detail_commit"}


async def test_two_people_suspend_and_neither_is_the_other(
    court: Court, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    case_id = await court.case_about(bob, alice)
    made = (await court.propose(case_id, SUSPENSION)).ok()
    id = made["decision"]
    assert made["state"] == "waiting"
    await alice.say(room_id, "still here")
    proposed = (await court.staff[1].get(f"{STAFF}/decisions/{id}")).ok()
    assert (proposed["rule"], proposed["subject"]) == ("R3.1", alice.id)
    assert (await alice.get(f"{STAFF}/decisions/{id}")).status == 404
    assert (await court.staff[0].get(f"{STAFF}/decisions/d_none")).status == 404
    assert _law(await court.approve(id, court.staff[0]))[1:] == (
        "ORG.COURTYARD.NOT_INDEPENDENT",
        "four_eyes",
    )
    assert _law(await court.approve(id, bob))[2] == "staff"
    assert (await court.approve("d_none", court.staff[1])).status == 404
    assert _law(await court.approve(id, court.staff[1], "confirm"))[2] == "state"
    assert (await court.approve(id, court.staff[1])).ok()["state"] == "issued"
    assert (await _refusal(alice, room_id)).errcode == "M_USER_SUSPENDED"
    assert _law(await court.approve(id, court.staff[2]))[2] == "state"
    # The case is decided.
    assert _law(await court.propose(case_id))[2] == "state"


async def test_what_waits_is_found_by_those_who_had_no_part(
    server: Server, api: Api, clock: FakeClock, alice: User, bob: User
) -> None:
    court = await build_court(server, api, staff=5)
    first, second, third = court.staff[:3]

    async def asks(user: User) -> Any:
        return (await user.post(f"{STAFF}/decisions/next")).ok()["asks"]

    assert _law(await bob.post(f"{STAFF}/decisions/next"))[2] == "staff"
    await court.decide(bob, alice, SUSPENSION)
    clock.advance(8 * DAY)
    case_id = await court.case_about(bob, alice)
    assert await asks(second) is None
    id = (await court.propose(case_id, {"type": "block", "length_ms": 365 * DAY})).ok()["decision"]
    found = (await second.post(f"{STAFF}/decisions/next")).ok()
    assert (found["asks"], found["decision"]["id"]) == ("approve", id)
    assert await asks(first) is None
    (await court.approve(id, second)).ok()
    assert [await asks(user) for user in (first, second, third)] == [None, None, "vote"]
    (await third.post(f"{STAFF}/decisions/{q(id)}/vote", {"confirm": True})).ok()
    assert await asks(third) is None
    assert await asks(court.staff[3]) == "vote"
    clock.advance(7 * DAY)
    assert await asks(court.staff[3]) is None


async def test_who_has_left_is_not_decided_about(court: Court, alice: User, bob: User) -> None:
    case_id = await court.case_about(bob, alice)
    id = (await court.propose(case_id, SUSPENSION)).ok()["decision"]
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": alice.id},
        "password": PASSWORD,
    }
    (await alice.post("account/deactivate", {"auth": auth})).ok()
    assert (await court.approve(id, court.staff[1])).status == 404


async def test_a_rejected_proposal_is_nothing(court: Court, alice: User, bob: User) -> None:
    case_id = await court.case_about(bob, alice)
    id = (await court.propose(case_id, SUSPENSION)).ok()["decision"]
    assert _law(await court.approve(id, court.staff[0], "reject"))[2] == "four_eyes"
    assert (await court.approve(id, court.staff[1], "reject")).ok()["state"] == "rejected"
    assert _law(await court.approve(id, court.staff[1], "reject"))[2] == "state"
    assert (await alice.get(f"{OURS}/decisions")).ok() == {"decisions": []}
    assert (await court.staff[2].post(f"{STAFF}/queue/next")).ok()["case"]["id"] == case_id


@pytest.mark.parametrize(
    "measures, changes, law",
    [
        ([feature("session.login")], {}, "never_restrictable"),
        ([feature(length_ms=2 * DAY)], {}, "first_time"),
        ([{"type": "block", "length_ms": 365 * DAY}], {}, "last_resort"),
        ([{"type": "content", "length_ms": DAY}], {}, "shape"),
        ([feature("report.submit.nonurgent")], {}, "misuse"),
        ([feature()], {"rule": "P1"}, "protected_speech"),
        ([feature()], {"rule": "R99"}, "rule_version"),
        ([feature()], {"conduct_at": 1}, "rule_version"),
        ([feature()], {"conduct_at": 2**53 - 1}, "conduct_at"),
        ([feature()], {"severe": True}, "severe"),
        ([feature()], {"ground": "illegal"}, "ground"),
        ([], {}, None),
    ],
)
async def test_a_decision_against_the_law_is_refused_and_leaves_nothing(
    court: Court,
    alice: User,
    bob: User,
    measures: list[dict[str, Any]],
    changes: dict[str, Any],
    law: str | None,
) -> None:
    case_id = await court.case_about(bob, alice)
    answer = await court.propose(case_id, *measures, **changes)
    assert _law(answer)[2] == law
    if law is not None:
        assert (409, "ORG.COURTYARD.DECISION_NOT_ALLOWED") == (answer.status, answer.errcode)
        assert (await alice.get(f"{OURS}/decisions")).ok() == {"decisions": []}
        assert court.log.types() == ["ruleset.published"]
        assert (await court.propose(case_id)).ok()["state"] == "issued"


@pytest.mark.parametrize(
    "changes, status",
    [
        ({"facts": " "}, 400),
        ({"explanation": ""}, 400),
        ({"facts": "x" * 5_001}, 413),
        ({"explanation": "x" * 2_001}, 413),
        ({"note": "x" * 5_001}, 413),
        ({"measures": [{"type": "shadow_ban", "length_ms": DAY}]}, 400),
        ({"conduct_at": "yesterday"}, 400),
        ({"lang": "en" + "-valencia" * 4}, 413),
    ],
)
async def test_a_statement_says_something(
    court: Court, alice: User, bob: User, changes: dict[str, Any], status: int
) -> None:
    case_id = await court.case_about(bob, alice)
    assert (await court.propose(case_id, **changes)).status == status


@pytest.mark.parametrize("lang", ["zh_CN", "中文", "English", "en-", ""])
async def test_a_statement_names_its_language_by_a_tag(
    court: Court, alice: User, bob: User, lang: str
) -> None:
    """A browser is asked for the name of that language, and throws an error on anything else."""
    case_id = await court.case_about(bob, alice)
    answer = await court.propose(case_id, lang=lang)
    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)
    assert (await alice.get(f"{OURS}/decisions")).ok() == {"decisions": []}
    made = (await court.propose(case_id, lang="zh-CN")).ok()
    told = (await alice.get(f"{OURS}/decisions/{made['decision']}/statement")).ok()
    assert told["lang"] == "zh-CN"


async def test_a_case_about_nobody_here_cannot_be_decided(court: Court, bob: User) -> None:
    room_id = await bob.create_room()
    (await bob.post(f"rooms/{q(room_id)}/report", {"reason": "x"})).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert (await court.propose(case["id"])).status == 404


async def test_an_interim_measure_leaves_the_case_open(
    court: Court, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice)
    interim = {"type": "interim", "length_ms": 48 * HOUR, "capabilities": ["chat.group.send"]}
    assert (await court.propose(case_id, interim)).ok()["state"] == "issued"
    assert _law(await court.propose(case_id, interim))[2] == "interim"
    assert (await court.propose(case_id)).ok()["state"] == "issued"


async def test_what_was_judged_is_not_opened_again(court: Court, alice: User, bob: User) -> None:
    room_id = await alice.create_room(invite=[bob.id])
    (await bob.join(room_id)).ok()
    event_id = await alice.say(room_id, "an insult")
    path = f"rooms/{q(room_id)}/report/{q(event_id)}"
    (await bob.post(path, {"reason": "x"})).ok()
    case_id = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]["id"]
    (await court.propose(case_id, WARNING)).ok()
    (await bob.post(path, {"reason": "x"})).ok()
    assert (await court.staff[0].post(f"{STAFF}/queue/next")).ok() == {"case": None}


async def test_the_brake_holds_a_mass_of_suspensions(court: Court, bob: User) -> None:
    """The default rules let five pass in a day."""
    for number in range(6):
        user = await court.api.register(f"crowd{number}")
        case_id = await court.case_about(bob, user, f"case {number}")
        id = (await court.propose(case_id, SUSPENSION)).ok()["decision"]
        made = (await court.approve(id, court.staff[1])).ok()
        assert made["state"] == ("issued" if number < 5 else "held")
    assert court.log.types()[-1] == "burst.held"
    waiting = (await court.staff[2].post(f"{STAFF}/decisions/next")).ok()
    assert (waiting["asks"], waiting["decision"]["id"]) == ("confirm", id)
    assert (await user.get(f"{OURS}/standing")).ok()["restricted"] == []
    for inside in court.staff[:2]:
        assert _law(await court.approve(id, inside, "confirm"))[2] == "same_chain"
    assert (await court.approve(id, court.staff[2], "confirm")).ok()["state"] == "issued"
    assert court.log.types()[-2:] == ["decision.issued", "burst.released"]
    assert (await user.get(f"{OURS}/standing")).ok()["restricted"]


@pytest.mark.parametrize(
    "words, lasts", [((True, True, False), True), ((False, True, False), False)]
)
async def test_three_others_hear_a_block_or_it_is_a_suspension(
    server: Server,
    api: Api,
    clock: FakeClock,
    alice: User,
    bob: User,
    words: tuple[bool, ...],
    *,
    lasts: bool,
) -> None:
    court = await build_court(server, api, staff=5)
    room_id = await alice.create_room()
    await court.decide(bob, alice, SUSPENSION)
    clock.advance(8 * DAY)
    id = await court.decide(bob, alice, {"type": "block", "length_ms": 365 * DAY})
    path = f"{STAFF}/decisions/{q(id)}/vote"
    assert _law(await court.staff[0].post(path, {"confirm": True}))[2] == "involved"
    assert _law(await bob.post(path, {"confirm": True}))[2] == "staff"
    for number, word in enumerate(words):
        answer = (await court.staff[2 + number].post(path, {"confirm": word})).ok()
        assert answer == {"confirmed": None if number < 2 else lasts}
    assert _law(await court.staff[4].post(path, {"confirm": True}))[2] == "panel"
    clock.advance(30 * DAY - HOUR)
    assert (await _refusal(alice, room_id)).errcode == "M_USER_SUSPENDED"
    clock.advance(HOUR)
    assert ((await _refusal(alice, room_id)).status == 403) == lasts
    clock.advance(335 * DAY)
    await alice.say(room_id, "hello again")


async def test_a_lift_ends_it_now_and_is_told(court: Court, alice: User, bob: User) -> None:
    room_id = await alice.create_room()
    id = await court.decide(bob, alice)
    path = f"{STAFF}/decisions/{q(id)}/lift"
    assert _law(await bob.post(path))[2] == "staff"
    assert (await court.staff[2].post(f"{STAFF}/decisions/d_none/lift")).status == 404
    (await court.staff[2].post(path)).ok()
    await alice.say(room_id, "hello")
    assert court.log.types()[-1] == "decision.lifted"
    (await court.staff[2].post(path, {"cause": "annulled"})).ok()
    assert _law(await court.staff[2].post(path))[2] == "cause"
    one = (await alice.get(f"{OURS}/decisions/{id}")).ok()
    assert one["measures"][0]["state"] == "annulled"


async def test_ones_own_decisions_are_nobody_elses(court: Court, alice: User, bob: User) -> None:
    id = await court.decide(bob, alice)
    for path in (f"{OURS}/decisions/{id}", f"{OURS}/decisions/{id}/statement"):
        assert (await alice.get(path)).status == 200
        assert (await bob.get(path)).status == 404
        assert (await court.staff[0].get(path)).status == 404
    answer = await bob.post(f"{OURS}/decisions/{id}/appeals", {"text": "No."})
    assert answer.status == 404


# --- an appeal ------------------------------------------------------------------------------------------


async def _appeal(user: User, id: str, **changes: Any) -> Answer:
    body = {"text": "I had not been asked to stop."} | changes
    return await user.post(f"{OURS}/decisions/{id}/appeals", body)


async def test_a_different_human_overturns_it(court: Court, alice: User, bob: User) -> None:
    room_id = await alice.create_room()
    id = await court.decide(bob, alice)
    made = (await _appeal(alice, id)).ok()
    assert made["due_at"] - made["submitted_at"] == 12 * HOUR
    # Who decided gets none, and nobody opens another's.
    assert (await court.staff[0].post(f"{STAFF}/appeals/next")).ok() == {"appeal": None}
    reviewer = court.staff[1]
    given = (await reviewer.post(f"{STAFF}/appeals/next")).ok()["appeal"]
    assert (given["id"], given["facts"][:9]) == (made["id"], "You wrote")
    assert (await reviewer.post(f"{STAFF}/appeals/next")).ok()["appeal"] == given
    path = f"{STAFF}/appeals/{q(made['id'])}/decide"
    answer = {"outcome": "overturned", "reasons": "You are right."}
    assert (await court.staff[2].post(path, answer)).status == 404
    assert _law(await bob.post(f"{STAFF}/appeals/next"))[2] == "staff"
    (await reviewer.post(path, answer)).ok()
    await alice.say(room_id, "thank you")
    told = (await alice.get(f"{OURS}/appeals/{made['id']}")).ok()
    assert (told["outcome"], told["reasons"]) == ("overturned", "You are right.")
    assert (await bob.get(f"{OURS}/appeals/{made['id']}")).status == 404
    assert (await bob.get(f"{OURS}/appeals/a_none")).status == 404
    assert court.log.types()[-3:] == ["appeal.submitted", "decision.lifted", "appeal.decided"]
    assert _law(await reviewer.post(path, answer))[2] == "involved"
    assert _law(await reviewer.post(path.replace("decide", "recuse")))[2] == "answered"


async def test_an_overdue_appeal_pauses_the_measure_by_itself(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    id = await court.decide(bob, alice)
    made = (await _appeal(alice, id)).ok()
    clock.advance(made["due_at"] - court.now() - HOUR)
    assert (await _refusal(alice, room_id)).status == 403
    clock.advance(HOUR)
    await alice.say(room_id, "nobody answered")
    one = (await alice.get(f"{OURS}/decisions/{id}")).ok()
    assert one["measures"][0]["state"] == "stayed"
    # Answered late, and upheld: what is left of it runs on.
    (await court.staff[1].post(f"{STAFF}/appeals/next")).ok()
    path = f"{STAFF}/appeals/{q(made['id'])}/decide"
    (await court.staff[1].post(path, {"outcome": "upheld", "reasons": "It was unwanted."})).ok()
    assert (await _refusal(alice, room_id)).status == 403


async def test_an_appeal_can_shorten_and_cannot_lengthen(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    room_id = await alice.create_room()
    id = await court.decide(bob, alice)
    made = (await _appeal(alice, id)).ok()
    (await court.staff[1].post(f"{STAFF}/appeals/next")).ok()
    path = f"{STAFF}/appeals/{q(made['id'])}/decide"
    longer = {"outcome": "reduced", "reasons": "Hm.", "ends_at": court.now() + 30 * DAY}
    assert _law(await court.staff[1].post(path, longer))[1:] == (
        "ORG.COURTYARD.APPEAL_NOT_POSSIBLE",
        "reduction",
    )
    shorter = longer | {"ends_at": court.now() + HOUR}
    (await court.staff[1].post(path, shorter)).ok()
    assert (await _refusal(alice, room_id)).status == 403
    clock.advance(HOUR)
    await alice.say(room_id, "hello")
    assert court.log.types()[-2:] == ["decision.reduced", "appeal.decided"]


async def test_what_an_appeal_gave_back_is_told_as_taken_no_longer(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    """The capabilities stay whole, as the log has them; beside them stands what is left, each with its own end."""
    id = await court.decide(bob, alice, feature("chat.group.send", "feed.like", "feed.reply"))

    async def told() -> Any:
        return (await alice.get(f"{OURS}/decisions/{id}")).ok()["measures"][0]

    whole = await told()
    end, earlier = whole["ends_at"], court.now() + HOUR
    assert whole["remaining"] == dict.fromkeys(whole["capabilities"], end)
    back = {"feed.like": court.now(), "feed.reply": earlier}
    for hears, capability in zip(court.staff[1:], back, strict=False):
        made = (await _appeal(alice, id, new_evidence=True)).ok()
        (await hears.post(f"{STAFF}/appeals/next")).ok()
        ruling = {"outcome": "reduced", "reasons": "Not that.", "capabilities": [capability]}
        path = f"{STAFF}/appeals/{q(made['id'])}/decide"
        (await hears.post(path, ruling | {"ends_at": back[capability]})).ok()
    reduced = await told()
    assert reduced["capabilities"] == whole["capabilities"]
    assert reduced["remaining"] == {"chat.group.send": end, "feed.reply": earlier}
    clock.advance(HOUR)
    assert (await told())["remaining"] == {"chat.group.send": end}
    assert (await alice.get(f"{OURS}/standing")).ok()["restricted"] == ["chat.group.send"]
    clock.advance(DAY)
    over = await told()
    assert (over["remaining"], over["state"]) == ({}, "expired")


async def test_who_hears_it_can_step_back(court: Court, alice: User, bob: User) -> None:
    id = await court.decide(bob, alice)
    made = (await _appeal(alice, id)).ok()
    path = f"{STAFF}/appeals/{q(made['id'])}/recuse"
    assert (await court.staff[1].post(path)).status == 404
    (await court.staff[1].post(f"{STAFF}/appeals/next")).ok()
    (await court.staff[1].post(path)).ok()
    assert (await court.staff[1].post(f"{STAFF}/appeals/next")).ok() == {"appeal": None}
    assert (await court.staff[2].post(f"{STAFF}/appeals/next")).ok()["appeal"]["id"] == made["id"]


async def test_one_appeal_at_a_time_and_its_author_takes_it_back(
    court: Court, alice: User, bob: User
) -> None:
    id = await court.decide(bob, alice)
    assert _law(await _appeal(alice, id, text=" "))[2] == "text"
    made = (await _appeal(alice, id)).ok()
    assert _law(await _appeal(alice, id, new_evidence=True))[2] == "one_open"
    path = f"{OURS}/appeals/{made['id']}"
    assert (await bob.request("DELETE", path)).status == 404
    assert (await alice.request("DELETE", path)).ok()["outcome"] == "withdrawn"
    assert _law(await alice.request("DELETE", path))[2] == "answered"
    assert _law(await _appeal(alice, id))[2] == "new_evidence"
    (await _appeal(alice, id, new_evidence=True)).ok()


async def test_a_key_appeals_without_a_login(
    court: Court, api: Api, alice: User, bob: User
) -> None:
    id = await court.decide(bob, alice)
    rooms = (await alice.sync())["rooms"]["join"]
    (room,) = rooms.values()
    body = room["timeline"]["events"][-1]["content"]["body"]
    key = body.rpartition(" ")[2]
    (await alice.post("logout")).ok()
    wrong = {"key": key + "x", "text": "No."}
    assert (await api.request("POST", f"{OURS}/appeals/by-key", wrong)).status == 404
    made = (await api.request("POST", f"{OURS}/appeals/by-key", wrong | {"key": key})).ok()
    assert made["decision"] == id
    state = (await api.request("GET", f"{OURS}/appeals/by-key/{q(key)}")).ok()
    assert [one["id"] for one in state["appeals"]] == [made["id"]]
    assert (await api.request("GET", f"{OURS}/appeals/by-key/none")).status == 404


async def test_a_suspended_account_reads_appeals_reports_and_goes(
    court: Court, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice)
    id = (await court.propose(case_id, SUSPENSION)).ok()["decision"]
    (await court.approve(id, court.staff[1])).ok()
    for path in ("standing", "decisions", f"decisions/{id}", f"decisions/{id}/statement"):
        (await alice.get(f"{OURS}/{path}")).ok()
    (await _appeal(alice, id)).ok()
    report = {
        "item_type": "account",
        "item_id": bob.id,
        "subject": bob.id,
        "kind": "urgent",
        "category": "STATEMENT_CATEGORY_VIOLENCE",
    }
    (await alice.post(f"{OURS}/reports", report)).ok()
    plain = await alice.post(f"{OURS}/reports", report | {"kind": "rule"})
    assert (403, "M_USER_SUSPENDED") == (plain.status, plain.errcode)
    (await alice.get("sync")).ok()


async def test_a_staff_of_one_lifts_but_does_not_suspend(server: Server, api: Api) -> None:
    court = await build_court(server, api, staff=1)
    alice, bob = await api.register("alice"), await api.register("bob")
    case_id = await court.case_about(bob, alice)
    assert _law(await court.propose(case_id, SUSPENSION))[2] == "one_operator"
    id = (await court.propose(case_id)).ok()["decision"]
    (await _appeal(alice, id)).ok()
    assert (await court.staff[0].post(f"{STAFF}/appeals/next")).ok() == {"appeal": None}
    (await court.staff[0].post(f"{STAFF}/decisions/{q(id)}/lift")).ok()


async def test_a_decision_is_proven_to_its_subject_and_to_nobody_else(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    id = await court.decide(bob, alice)
    await server.world.memory(Integrator).run_round(server.db)

    statement = (await alice.get(f"{OURS}/decisions/{id}/statement")).ok()
    answer = await alice.get(f"{OURS}/decisions/{id}/proof")

    entry = statement["log_entry"].encode()
    log = server.world.memory(Integrator).keys.log
    assert check_proof(answer.body, entry, log)[0] == statement["log_index"]
    assert json.loads(entry)["id"] == id
    opened = commit(base64.b64decode(statement["salts"]["subject"]), alice.id.encode())
    assert json.loads(entry)["subject_commit"] == opened
    for path in ("proof", "statement"):
        assert (await bob.get(f"{OURS}/decisions/{id}/{path}")).status == 404


async def test_an_archive_holds_what_was_decided(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    ids = [await court.decide(bob, alice, WARNING), await court.decide(bob, alice)]
    await server.world.memory(Integrator).run_round(server.db)

    archive = await export(alice)

    lines = archive.lines("conduct/decisions.ndjson")
    assert [line["id"] for line in lines] == ids
    assert all("You wrote to somebody" in line["facts"] for line in lines)
    proofs = {path for path in archive.files if path.startswith("conduct/proofs/")}
    assert proofs == {f"conduct/proofs/{id}.tlog-proof" for id in ids}
