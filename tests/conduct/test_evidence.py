"""Evidence over HTTP: captured, sealed, disclosed, looked at by few, each look logged, and gone on time."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.conduct import caretaker, people
from courtyard.storage.sealing_key import KEY_FILE
from tests.api import PASSWORD, Answer, Api, User, q, text
from tests.conduct.encrypted import Sender
from tests.conduct.town import DAY, OURS, STAFF, SUSPENSION, WARNING, Court, build_court
from tests.fakes import FakeClock

MIB = 1_048_576
INSULT = "an insult that nobody forgets"


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


def _rows(server: Server, sql: str) -> list[Any]:
    driver = sqlite3.connect(Path(server.settings.data) / DATABASE_FILE)
    try:
        return driver.execute(sql).fetchall()
    finally:
        driver.close()


async def _reported(court: Court, alice: User, bob: User) -> dict[str, Any]:
    """Let Alice insult Bob in a room, and Bob report it; return the case as the first of the staff sees it."""
    room_id = await alice.create_room(invite=[bob.id])
    (await bob.join(room_id)).ok()
    event_id = await alice.say(room_id, INSULT)
    (await bob.post(f"rooms/{q(room_id)}/report/{q(event_id)}", {"reason": "It hurts."})).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    return dict(case)


async def _look(user: User, evidence_id: str, purpose: str = "To assess the report.") -> Answer:
    return await user.post(f"{STAFF}/evidence/{q(evidence_id)}/views", {"purpose": purpose})


def _said(answer: Answer) -> Any:
    data = base64.b64decode(answer.ok()["data"])
    assert hashlib.sha256(data).hexdigest() == answer.body["sha256"]
    return json.loads(data)


async def _add(user: User, case_id: str, data: bytes = b"a note") -> Answer:
    body = {"data": base64.b64encode(data).decode(), "content_type": "text/plain"}
    return await user.post(f"{STAFF}/cases/{q(case_id)}/evidence", body)


# --- captured -------------------------------------------------------------------------------------------


async def test_what_the_server_can_read_is_captured_and_sealed(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    case = await _reported(court, alice, bob)
    (one,) = case["evidence"]
    assert (one["kind"], one["check"], one["captured_by"], one["views"]) == ("event", None, "", [])
    ((sealed,),) = _rows(server, "SELECT sealed FROM conduct_evidence")
    assert INSULT.encode() not in sealed
    said = _said(await _look(court.staff[0], one["id"]))
    assert said["event"]["content"]["body"] == INSULT
    assert said["event"]["sender"] == alice.id


async def test_the_evidence_stays_when_its_author_removes_the_event(
    court: Court, alice: User, bob: User
) -> None:
    case = await _reported(court, alice, bob)
    event = _said(await _look(court.staff[0], case["evidence"][0]["id"]))["event"]
    room_id, event_id = event["room_id"], event["event_id"]
    (await alice.put(f"rooms/{q(room_id)}/redact/{q(event_id)}/1", {})).ok()
    again = _said(await _look(court.staff[0], case["evidence"][0]["id"]))
    assert again["event"]["content"]["body"] == INSULT
    # Reported once more, it is another version, and there is nothing left to keep of it.
    (await bob.post(f"rooms/{q(room_id)}/report/{q(event_id)}", {"reason": "x"})).ok()


async def test_the_same_is_kept_once_and_an_edit_of_a_file_by_its_hash(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    upload = await alice.request(
        "POST", "/_matrix/media/v3/upload", content=b"not really a picture"
    )
    uri = upload.ok()["content_uri"]
    room_id = await alice.create_room(preset="public_chat")
    for user in (bob, carol):
        (await user.join(room_id)).ok()
    sent = await alice.send(room_id, {"msgtype": "m.image", "body": "x", "url": uri})
    event_id = sent.ok()["event_id"]
    for user in (bob, carol):
        report = {"item_type": "event", "item_id": event_id, "category": _VIOLENCE}
        (await user.post(f"{OURS}/reports", report)).ok()
        (await user.post(f"{OURS}/reports", report | {"item_type": "media", "item_id": uri})).ok()
    cases = [(await court.staff[n].post(f"{STAFF}/queue/next")).ok()["case"] for n in (0, 1)]
    by_type = {case["item"]["type"]: (n, case) for n, case in enumerate(cases)}
    for type in ("event", "media"):
        n, case = by_type[type]
        assert case["subject"] == alice.id
        (one,) = case["evidence"]
        (file,) = _said(await _look(court.staff[n], one["id"]))["media"]
        assert file["sha256"] == hashlib.sha256(b"not really a picture").hexdigest()


_VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"


async def test_the_profile_of_an_account_is_captured_also_from_a_notice(
    court: Court, api: Api, alice: User
) -> None:
    (await alice.put(f"profile/{q(alice.id)}/displayname", {"displayname": "Insult"})).ok()
    notice = {
        "item_type": "profile",
        "item_id": alice.id,
        "category": _VIOLENCE,
        "explanation": "The name.",
        "contact": "a@test.example",
        "good_faith": True,
    }
    (await api.request("POST", f"{OURS}/notices", notice)).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert case["subject"] == alice.id
    (one,) = case["evidence"]
    said = _said(await _look(court.staff[0], one["id"]))
    assert said["profile"]["displayname"] == "Insult"


async def test_who_is_invited_reports_a_group_by_its_name_without_going_in(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    """What was said in it stays there, and to whom the group is not shown there is nothing to keep."""
    room_id = await alice.create_room(invite=[bob.id], name=INSULT)
    await alice.say(room_id, "a secret")
    report = _about(room_id, item_type="room", item_version="2026-01-01")
    (await carol.post(f"{OURS}/reports", report)).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert case["evidence"] == []

    (await bob.post(f"{OURS}/reports", report | {"subject": alice.id})).ok()

    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (one,) = case["evidence"]
    assert one["kind"] == "room"
    said = _said(await _look(court.staff[0], one["id"]))
    assert (said["room"]["room_id"], said["room"]["name"]) == (room_id, INSULT)
    assert "a secret" not in json.dumps(said)
    # The same again, as Matrix has it: kept once.
    (await bob.post(f"rooms/{q(room_id)}/report", {"reason": "Its name."})).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert len(case["evidence"]) == 1
    assert len(case["reports"]) == 3


async def test_nothing_is_captured_that_the_reporter_does_not_see(
    court: Court, alice: User, bob: User
) -> None:
    """The report is taken in all the same, and its answer does not say whether there is such an event."""
    room_id = await alice.create_room()
    event_id = await alice.say(room_id, "a secret")
    answers = [
        (await bob.post(f"{OURS}/reports", _about(id))).ok() for id in (event_id, "$nothing")
    ]
    assert [answer.keys() for answer in answers] == [answers[0].keys()] * 2
    for n in range(2):
        case = (await court.staff[n].post(f"{STAFF}/queue/next")).ok()["case"]
        assert case["evidence"] == []
        assert case["subject"] is None


def _about(event_id: str, **more: Any) -> dict[str, Any]:
    return {"item_type": "event", "item_id": event_id, "category": _VIOLENCE} | more


async def test_nobody_is_blamed_for_what_somebody_else_wrote(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    room_id = await alice.create_room(invite=[bob.id])
    (await bob.join(room_id)).ok()
    event_id = await alice.say(room_id, INSULT)
    forged = await bob.post(f"{OURS}/reports", _about(event_id, subject=carol.id))
    assert (400, "M_INVALID_PARAM") == (forged.status, forged.errcode)
    account = _about(alice.id, item_type="account", subject=carol.id)
    assert (await bob.post(f"{OURS}/reports", account)).status == 400
    ghost = account | {"item_id": "@ghost:test.example"}
    assert (await bob.post(f"{OURS}/reports", ghost)).status == 400
    (await bob.post(f"{OURS}/reports", _about(event_id, item_version="made up"))).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert case["subject"] == alice.id
    assert case["item"]["version"] != "made up"


# --- added ----------------------------------------------------------------------------------------------


async def test_who_works_on_a_case_adds_evidence_and_nobody_else(
    court: Court, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice)
    first, second = court.staff[:2]
    made = (await _add(first, case_id)).ok()
    assert made["sha256"] == hashlib.sha256(b"a note").hexdigest()
    assert (await _add(second, case_id)).status == 404
    assert (await _add(bob, case_id)).status == 404
    assert (await _add(first, "c_none")).status == 404
    added = (await first.get(f"{STAFF}/cases/{q(case_id)}")).ok()["evidence"][-1]
    assert (added["id"], added["captured_by"]) == (made["evidence_id"], first.id)
    (await court.propose(case_id)).ok()
    assert (await _add(first, case_id)).status == 400


async def test_evidence_that_is_too_large_or_too_much_is_refused_and_nothing_is_kept(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice)
    before = len(_rows(server, "SELECT id FROM conduct_evidence"))
    refused = await _add(court.staff[0], case_id, b"x" * (2 * MIB + 1))
    assert (413, "M_TOO_LARGE") == (refused.status, refused.errcode)
    for body in ({"data": "?"}, {"data": ""}, {"data": "é"}, {"data": "QQ==", "content_type": ""}):
        path = f"{STAFF}/cases/{q(case_id)}/evidence"
        assert (await court.staff[0].post(path, body)).status == 400
    assert len(_rows(server, "SELECT id FROM conduct_evidence")) == before
    (await _add(court.staff[0], case_id, b"x" * (2 * MIB))).ok()
    for number in range(19):
        (await _add(court.staff[0], case_id, b"%d" % number)).ok()
    refused = await _add(court.staff[0], case_id)
    assert (413, "M_TOO_LARGE") == (refused.status, refused.errcode)


# --- looked at ------------------------------------------------------------------------------------------


async def test_each_look_is_logged_with_its_purpose_before_the_bytes_go_out(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    """22."""
    case = await _reported(court, alice, bob)
    first, (one,) = court.staff[0], case["evidence"]
    for purpose in ("", "  ", "x" * 501):
        refused = await _look(first, one["id"], purpose)
        assert (refused.status, "data" in refused.body) == (400, False)
    assert _rows(server, "SELECT * FROM conduct_evidence_views") == []
    answer = await _look(first, one["id"], "To assess the report.")
    assert answer.headers["cache-control"] == "no-store"
    assert _said(answer)
    _said(await _look(first, one["id"], "To look once more."))
    (shown,) = (await first.get(f"{STAFF}/cases/{q(case['id'])}")).ok()["evidence"]
    views = [(view["staff"], view["purpose"]) for view in shown["views"]]
    assert views == [(first.id, "To assess the report."), (first.id, "To look once more.")]
    # Durable: another process finds it in the file.
    found = _rows(server, "SELECT staff_id, purpose FROM conduct_evidence_views ORDER BY number")
    assert found == views


async def test_only_who_has_a_part_in_the_case_looks(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    """22. And a refusal looks the same as if there were nothing."""
    case = await _reported(court, alice, bob)
    (one,) = case["evidence"]
    for user in (*court.staff[1:], alice, bob):
        refused = await _look(user, one["id"])
        assert (404, "M_NOT_FOUND") == (refused.status, refused.errcode)
        assert refused.body["error"] == (await _look(user, "e_none")).body["error"]
    assert _rows(server, "SELECT * FROM conduct_evidence_views") == []
    # Who stepped back, or was let go, looks no more.
    _said(await _look(court.staff[0], one["id"]))
    (await court.staff[0].post(f"{STAFF}/cases/{q(case['id'])}/recuse")).ok()
    assert (await _look(court.staff[0], one["id"])).status == 404
    (await court.staff[1].post(f"{STAFF}/queue/next")).ok()
    _said(await _look(court.staff[1], one["id"]))
    await server.db.write(people.revoke_staff, UserId(court.staff[1].id))
    assert (await _look(court.staff[1], one["id"])).status == 404


async def test_the_second_person_and_the_reviewer_look_while_it_is_theirs(
    court: Court, alice: User, bob: User
) -> None:
    case = await _reported(court, alice, bob)
    first, second, third, fourth = court.staff
    (one,) = case["evidence"]
    conflict = {"about": alice.id, "until": court.now() + DAY}
    (await fourth.post(f"{STAFF}/conflicts", conflict)).ok()
    id = (await court.propose(case["id"], SUSPENSION)).ok()["decision"]
    waiting = (await second.get(f"{STAFF}/decisions/{id}")).ok()
    assert [each["id"] for each in waiting["evidence"]] == [one["id"]]
    _said(await _look(second, one["id"], "To approve or reject."))
    assert (await _look(fourth, one["id"])).status == 404
    (await court.approve(id, second)).ok()
    for user in (first, second, third):
        assert (await _look(user, one["id"])).status == 404
    (await alice.post(f"{OURS}/decisions/{id}/appeals", {"text": "No."})).ok()
    assert (await _look(third, one["id"])).status == 404
    given = (await third.post(f"{STAFF}/appeals/next")).ok()["appeal"]
    assert [each["id"] for each in given["evidence"]] == [one["id"]]
    _said(await _look(third, one["id"], "To hear the appeal."))
    assert (await _look(second, one["id"])).status == 404
    answer = {"outcome": "upheld", "reasons": "It was unwanted."}
    (await third.post(f"{STAFF}/appeals/{q(given['id'])}/decide", answer)).ok()
    assert (await _look(third, one["id"])).status == 404


async def test_the_panel_of_a_block_looks_until_it_has_spoken(
    server: Server, api: Api, clock: FakeClock, alice: User, bob: User
) -> None:
    court = await build_court(server, api, staff=5)
    await court.decide(bob, alice, SUSPENSION)
    clock.advance(8 * DAY)
    case = await _reported(court, alice, bob)
    id = (await court.propose(case["id"], {"type": "block", "length_ms": 365 * DAY})).ok()
    (await court.approve(id["decision"], court.staff[1])).ok()
    (one,) = case["evidence"]
    path = f"{STAFF}/decisions/{q(id['decision'])}/vote"
    for user in court.staff[2:]:
        _said(await _look(user, one["id"], "As one of three."))
        (await user.post(path, {"confirm": True})).ok()
        assert (await _look(user, one["id"])).status == 404
    assert (await _look(court.staff[0], one["id"])).status == 404


async def test_a_lost_key_opens_nothing_and_says_so(
    court: Court, server: Server, settings: Settings, clock: FakeClock, alice: User, bob: User
) -> None:
    case = await _reported(court, alice, bob)
    await server.stop()
    (Path(settings.data) / KEY_FILE).unlink()
    again = Server(settings, clock)
    await again.start()
    try:
        court.api.http._transport.app = again.asgi  # type: ignore[attr-defined]  # the test's own
        refused = await _look(court.staff[0], case["evidence"][0]["id"])
        assert (410, "ORG.COURTYARD.EVIDENCE_GONE") == (refused.status, refused.errcode)
    finally:
        await again.stop()


# --- gone -----------------------------------------------------------------------------------------------


async def test_it_cannot_be_read_a_moment_after_its_time_and_its_bytes_go(
    court: Court, server: Server, clock: FakeClock, alice: User, bob: User
) -> None:
    case = await _reported(court, alice, bob)
    (one,) = case["evidence"]
    reviewer = court.staff[2]
    id = (await court.propose(case["id"])).ok()["decision"]
    issued_at = (await alice.get(f"{OURS}/decisions/{id}")).ok()["issued_at"]
    clock.advance(183 * DAY)
    (await alice.post(f"{OURS}/decisions/{id}/appeals", {"text": "No."})).ok()
    given = (await reviewer.post(f"{STAFF}/appeals/next")).ok()["appeal"]
    # While it is heard it stays, however long that takes.
    clock.advance(300 * DAY)
    _said(await _look(reviewer, one["id"]))
    await caretaker.look_around(server.db)
    _said(await _look(reviewer, one["id"]))
    answer = {"outcome": "upheld", "reasons": "It was unwanted."}
    (await reviewer.post(f"{STAFF}/appeals/{q(given['id'])}/decide", answer)).ok()
    assert court.now() > issued_at + 214 * DAY
    clock.advance(29 * DAY)
    await caretaker.look_around(server.db)
    assert len(_rows(server, "SELECT id FROM conduct_evidence")) == 1
    clock.advance(DAY)
    await caretaker.look_around(server.db)
    assert _rows(server, "SELECT id FROM conduct_evidence") == []
    assert _rows(server, "SELECT * FROM conduct_evidence_views") == []


async def test_an_open_case_keeps_it_for_a_year_by_the_clock_alone(
    court: Court, clock: FakeClock, alice: User, bob: User
) -> None:
    case = await _reported(court, alice, bob)
    (one,) = case["evidence"]
    until = one["delete_after"]
    assert until - one["captured_at"] == 365 * DAY
    first = court.staff[0]
    clock.advance(until - court.now() - 60_000)
    _said(await _look(first, one["id"]))
    clock.advance(until - court.now())
    gone = await _look(first, one["id"])
    assert (410, "ORG.COURTYARD.EVIDENCE_GONE") == (gone.status, gone.errcode)
    assert (await first.get(f"{STAFF}/cases/{q(case['id'])}")).ok()["evidence"] == []
    # A clock that steps back and forth answers by what it says.
    clock.advance(-DAY)
    _said(await _look(first, one["id"]))
    clock.advance(DAY)
    assert (await _look(first, one["id"])).status == 410


async def test_when_somebody_is_erased_the_evidence_of_closed_cases_goes_at_once(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    case = await _reported(court, alice, bob)
    (await court.propose(case["id"])).ok()
    opened = await court.case_about(bob, alice, "Another thing.")
    (await _add(court.staff[0], opened)).ok()
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": alice.id},
        "password": PASSWORD,
    }
    (await alice.post("account/deactivate", {"auth": auth, "erase": True})).ok()
    left = {row[0] for row in _rows(server, "SELECT case_id FROM conduct_evidence")}
    assert left == {opened}
    # What is still open keeps it, and nobody reads it any more once it is closed.
    (await court.staff[0].post(f"{STAFF}/cases/{q(opened)}/dismiss")).ok()
    await caretaker.look_around(server.db)
    assert _rows(server, "SELECT id FROM conduct_evidence") == []


# --- disclosed ------------------------------------------------------------------------------------------


async def _room(alice: User, *others: User) -> str:
    state = {
        "type": "m.room.encryption",
        "state_key": "",
        "content": {"algorithm": "m.megolm.v1.aes-sha2"},
    }
    room_id = await alice.create_room(initial_state=[state], invite=[user.id for user in others])
    for user in others:
        (await user.join(room_id)).ok()
    return room_id


async def _disclose(user: User, event_id: str, *disclosed: dict[str, Any]) -> Answer:
    return await user.post(f"{OURS}/reports", _about(event_id, disclosed=list(disclosed)))


async def test_a_reporter_discloses_a_message_and_it_is_checked(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    sender = Sender(alice, await _room(alice, bob))
    await sender.say("hello")
    event_id, plain = await sender.say(INSULT)
    await sender.say("what nobody reports")
    before = [
        row
        for (name,) in _rows(server, "SELECT name FROM sqlite_master WHERE type = 'table'")
        for row in _rows(server, f"SELECT * FROM {name}")  # noqa: S608  # our own names
    ]
    assert INSULT not in repr(before)
    key = sender.key(1)

    answer = await _disclose(
        bob, event_id, {"event_id": event_id, "plaintext": plain, "message_key": key}
    )

    checks = [{"event_id": event_id, "check": "verified"}]
    assert answer.ok()["disclosed"] == checks
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert case["subject"] == alice.id
    assert [one["disclosed"] for one in case["reports"]] == [checks]
    (one,) = case["evidence"]
    assert (one["kind"], one["check"]) == ("disclosed", "verified")
    answer = await _look(court.staff[0], one["id"])
    (said,) = _said(answer)
    assert (said["plaintext"], said["check"]) == (plain, "verified")
    assert said["event"]["content"]["session_id"] == sender.id
    report = (await bob.get(f"{OURS}/reports")).ok()["reports"][0]
    assert report["disclosed"] == checks
    # Its work is done, so it is nowhere: not in the database, not in what was sealed.
    assert key not in base64.b64decode(answer.body["data"]).decode()
    for (name,) in _rows(server, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in _rows(server, f"SELECT * FROM {name}"):  # noqa: S608  # our own names
            assert key not in repr(row)


async def test_without_a_key_it_is_unverified(court: Court, alice: User, bob: User) -> None:
    sender = Sender(alice, await _room(alice, bob))
    first, plain = await sender.say(INSULT)
    second, more = await sender.say("and more")
    disclosed = [
        {"event_id": first, "plaintext": plain, "message_key": sender.key(0)},
        {"event_id": second, "plaintext": more},
    ]
    checks = (await _disclose(bob, first, *disclosed)).ok()["disclosed"]
    assert [one["check"] for one in checks] == ["verified", "unverified"]
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert case["evidence"][0]["check"] == "unverified"


async def test_a_forged_disclosure_is_refused_and_nothing_of_it_is_kept(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    sender = Sender(alice, await _room(alice, bob))
    event_id, plain = await sender.say("good morning")
    later, _ = await sender.say("good night")
    forged = plain | {"content": {"msgtype": "m.text", "body": INSULT}}
    for one, status in (
        ({"plaintext": forged, "message_key": sender.key(0)}, 409),
        ({"plaintext": plain, "message_key": sender.key(1)}, 409),
        ({"event_id": later, "plaintext": plain, "message_key": sender.key(1)}, 409),
        ({"event_id": later, "plaintext": plain, "message_key": sender.key(0)}, 409),
        ({"plaintext": plain, "session_key": sender.key(0)}, 400),
        ({"plaintext": plain, "message_key": "nonsense"}, 400),
    ):
        refused = await _disclose(bob, event_id, {"event_id": event_id} | one)
        assert refused.status == status, one
        if status == 409:
            assert refused.errcode == "ORG.COURTYARD.DISCLOSURE_MISMATCH"
    assert _rows(server, "SELECT * FROM conduct_reports") == []
    assert _rows(server, "SELECT * FROM conduct_evidence") == []


async def test_only_what_the_reporter_sees_of_that_room_is_disclosed(
    court: Court, alice: User, bob: User
) -> None:
    room_id = await _room(alice, bob)
    sender = Sender(alice, room_id)
    event_id, plain = await sender.say(INSULT)
    good = {"event_id": event_id, "plaintext": plain, "message_key": sender.key(0)}
    elsewhere, other = await Sender(alice, await _room(alice, bob)).say("elsewhere")
    hidden, secret = await Sender(alice, await _room(alice)).say("not for Bob")
    open_room = await alice.create_room(invite=[bob.id])
    (await bob.join(open_room)).ok()
    readable = await alice.say(open_room, "for everybody")
    for event, disclosed, status in (
        (event_id, [good, {"event_id": elsewhere, "plaintext": other}], 400),
        (event_id, [good, {"event_id": hidden, "plaintext": secret}], 404),
        (hidden, [{"event_id": hidden, "plaintext": secret}], 404),
        (event_id, [good, good], 400),
        (event_id, [good, {"event_id": "$nothing", "plaintext": {}}], 404),
        (readable, [{"event_id": readable, "plaintext": {}}], 400),
        (event_id, [{"event_id": f"${n}", "plaintext": {}} for n in range(21)], 400),
    ):
        assert (await _disclose(bob, event, *disclosed)).status == status
    account = _about(alice.id, item_type="account", disclosed=[good])
    assert (await bob.post(f"{OURS}/reports", account)).status == 400
    (await _disclose(bob, event_id, good)).ok()


async def test_a_disclosure_that_does_not_fit_is_refused(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    sender = Sender(alice, await _room(alice, bob))
    event_id, _ = await sender.say(INSULT)
    large = {"event_id": event_id, "plaintext": {"body": "x" * (2 * MIB)}}
    refused = await _disclose(bob, event_id, large)
    assert (413, "M_TOO_LARGE") == (refused.status, refused.errcode)
    assert _rows(server, "SELECT * FROM conduct_reports") == []
    for number in range(20):
        one = {"event_id": event_id, "plaintext": {"number": number}}
        (await _disclose(bob, event_id, one)).ok()
    refused = await _disclose(bob, event_id, {"event_id": event_id, "plaintext": {"number": 20}})
    assert (413, "M_TOO_LARGE") == (refused.status, refused.errcode)
    # The staff's own pieces have a number of their own.
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    (await _add(court.staff[0], case["id"])).ok()


async def test_who_has_blocked_somebody_can_still_report_them(
    court: Court, alice: User, bob: User
) -> None:
    """First one blocks, then one reports: what was written to one is still there for that."""
    room_id = await alice.create_room(invite=[bob.id])
    (await bob.join(room_id)).ok()
    event_id = await alice.say(room_id, INSULT)
    path = f"user/{q(bob.id)}/account_data/m.ignored_user_list"
    (await bob.put(path, {"ignored_users": {alice.id: {}}})).ok()
    assert (await bob.get(f"rooms/{q(room_id)}/event/{q(event_id)}")).status == 404
    (await bob.post(f"rooms/{q(room_id)}/report/{q(event_id)}", {"reason": "x"})).ok()
    (await bob.post(f"{OURS}/reports", _about(event_id))).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert (case["subject"], len(case["reports"])) == (alice.id, 2)
    said = _said(await _look(court.staff[0], case["evidence"][0]["id"]))
    assert said["event"]["content"]["body"] == INSULT


async def test_an_edited_message_is_another_item(court: Court, alice: User, bob: User) -> None:
    """What was judged is not opened again; what its author made of it afterwards is."""
    case = await _reported(court, alice, bob)
    (await court.propose(case["id"], WARNING)).ok()
    event = case["item"]["id"]
    (await bob.post(f"{OURS}/reports", _about(event))).ok()
    assert (await court.staff[0].post(f"{STAFF}/queue/next")).ok() == {"case": None}
    rooms = (await bob.sync())["rooms"]["join"]
    (room_id,) = [
        room_id
        for room_id, room in rooms.items()
        if event in {one["event_id"] for one in room["timeline"]["events"]}
    ]
    worse = {"msgtype": "m.text", "body": "worse"}
    relation = {"rel_type": "m.replace", "event_id": event}
    edit = worse | {"m.new_content": worse, "m.relates_to": relation}
    (await alice.send(room_id, edit)).ok()
    (await bob.post(f"{OURS}/reports", _about(event))).ok()
    again = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert again["item"]["version"] != case["item"]["version"]
    said = _said(await _look(court.staff[0], again["evidence"][0]["id"]))
    assert "worse" in json.dumps(said)


async def test_what_others_answered_is_no_evidence(
    court: Court, alice: User, bob: User, carol: User
) -> None:
    """A thread's newest answer comes with its root to whoever reads it; it is not what was reported."""
    room_id = await alice.create_room(preset="public_chat")
    for user in (bob, carol):
        (await user.join(room_id)).ok()
    event_id = await alice.say(room_id, INSULT)
    relation = {"rel_type": "m.thread", "event_id": event_id}
    (await carol.send(room_id, text("my own affair") | {"m.relates_to": relation})).ok()
    root = (await bob.get(f"rooms/{q(room_id)}/event/{q(event_id)}")).ok()
    assert "my own affair" in json.dumps(root)
    (await bob.post(f"{OURS}/reports", _about(event_id))).ok()
    case = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    said = _said(await _look(court.staff[0], case["evidence"][0]["id"]))
    assert "my own affair" not in json.dumps(said)
    assert "unsigned" not in said["event"]
