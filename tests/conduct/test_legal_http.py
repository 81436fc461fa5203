"""What authorities ask for, through HTTP: by whom it is answered, who is told, and when the public sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from courtyard.accounts.account import deactivate_account
from courtyard.app.wiring import Server
from courtyard.base import canonical_json
from courtyard.base.ids import UserId
from courtyard.transparency.rules_leaf import commit
from tests.api import Answer, Api, User, q
from tests.archive.archives import export
from tests.conduct.town import DAY, STAFF, Court, build_court, feature
from tests.fakes import FakeClock

LEGAL = f"{STAFF}/legal-requests"
COMPLETE = {"official": True, "items": True, "law": True}


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


def order(**changes: Any) -> dict[str, Any]:
    body = {
        "authority": "court",
        "authority_name": "District court of Nowhere",
        "country": "DE",
        "legal_basis": "Penal code, § 1",
        "kind": "data",
        "summary": "It asks who has an account.",
        "scope": ["DE"],
    }
    return body | changes


def _law(answer: Answer) -> tuple[int, str | None, str | None]:
    return answer.status, answer.errcode, answer.body.get("org.courtyard.law")


async def _received(by: User, **changes: Any) -> str:
    return str((await by.post(LEGAL, order(**changes))).ok()["id"])


async def _do(by: User, id: str, verb: str, body: Any = None) -> Answer:
    return await by.post(f"{LEGAL}/{q(id)}/{verb}", body)


async def _public(api: Api, id: str) -> Answer:
    return await api.request("GET", f"/transparency/legal/{q(id)}")


async def test_an_order_for_data_is_answered_by_two_told_and_published(
    court: Court, api: Api, alice: User
) -> None:
    one, two, *_ = court.staff
    id = await _received(one, accounts=[alice.id])
    assert (await _public(api, id)).ok()["document"]["state"] == "received"
    assert (await _do(one, id, "validate", COMPLETE | {"items": False})).ok()[
        "state"
    ] == "incomplete"
    assert (await _do(one, id, "validate", COMPLETE)).ok()["state"] == "valid"
    given = {"extent": "partial", "data": ["account", "devices"]}
    refusal = (409, "ORG.COURTYARD.LEGAL_NOT_POSSIBLE", "four_eyes")
    assert _law(await _do(one, id, "comply", given)) == refusal
    assert (await _do(two, id, "comply", given)).ok()["state"] == "complied"
    assert _law(await _do(two, id, "publish"))[2] == "notify"
    (await _do(two, id, "notify")).ok()
    assert _law(await _do(two, id, "notify"))[2] == "state"
    sync = await alice.sync()
    (room,) = sync["rooms"]["join"].values()
    said = room["timeline"]["events"][-1]["content"]
    assert "District court of Nowhere" in said["body"]
    assert said["org.courtyard.legal_request"] == id
    assert (await _do(two, id, "publish")).ok()["state"] == "published"

    shown = (await _public(api, id)).ok()
    assert shown["document"]["request"]["accounts"] == 1
    assert alice.id not in json.dumps(shown)
    assert not any(user.id in json.dumps(shown) for user in court.staff)
    assert court.log.types()[1:] == ["legal.received", "legal.complied", "legal.published"]
    received, complied, published = court.log.leaves[1:]
    assert complied.fields["request"] == published.fields["request"] == received.id == id
    assert published.fields["document"] == shown["document_sha256"]
    told = canonical_json.encode(shown["document"]["request"])
    salt = bytes.fromhex(shown["request_salt"])
    assert received.fields["request_commit"] == commit(salt, told)


async def test_silence_ends_by_the_clock_and_what_was_kept_is_then_open_to_all(
    court: Court, api: Api, clock: FakeClock, alice: User
) -> None:
    one, two, *_ = court.staff
    id = await _received(one, accounts=[alice.id], gag_until=court.now() + 30 * DAY)
    (await _do(one, id, "validate", COMPLETE)).ok()
    (await _do(two, id, "comply", {"extent": "full", "data": ["account"]})).ok()
    assert _law(await _do(two, id, "notify"))[2] == "gag"
    assert (await _public(api, id)).status == 404
    listed = (await api.request("GET", "/transparency/legal")).ok()
    assert (listed["requests"], listed["not_yet_shown"]) == ([], 1)
    assert id not in json.dumps(listed)
    for leaf in court.log.leaves[1:]:
        assert {*leaf.fields} <= {"request_commit", "detail_commit", "review_by"}
    clock.advance(30 * DAY - 1_000)
    assert (await _public(api, id)).status == 404
    clock.advance(1_000)

    shown = (await _public(api, id)).ok()
    assert shown["document"]["state"] == "complied"
    listed = (await api.request("GET", "/transparency/legal")).ok()
    assert ([each["request"]["id"] for each in listed["requests"]], listed["not_yet_shown"]) == (
        [id],
        0,
    )
    for kept, leaf in zip(shown["log"], court.log.leaves[1:], strict=True):
        opened = kept["opening"]
        told = canonical_json.encode(opened["fields"])
        assert commit(bytes.fromhex(opened["salt"]), told) == leaf.fields["detail_commit"]
    (await _do(two, id, "notify")).ok()
    (await _do(two, id, "publish")).ok()


async def test_silence_is_renewed_only_by_an_order_of_its_own(
    court: Court, api: Api, clock: FakeClock
) -> None:
    one, two, *_ = court.staff
    first = await _received(one, gag_until=court.now() + 30 * DAY)
    clock.advance(29 * DAY)
    renewal = {"kind": "gag", "concerns": first, "gag_until": court.now() + 60 * DAY}
    second = await _received(one, **renewal)
    clock.advance(DAY)
    # It was received in time, but nobody has complied with it.
    assert (await _public(api, first)).status == 200
    (await _do(one, second, "validate", COMPLETE)).ok()
    (await _do(two, second, "comply", {"extent": "full"})).ok()
    assert (await _public(api, first)).status == 200
    assert _law(await one.post(LEGAL, order(**renewal)))[2] == "concerns"


async def test_a_renewal_in_time_holds_and_is_counted(
    court: Court, api: Api, clock: FakeClock
) -> None:
    one, two, *_ = court.staff
    first = await _received(one, gag_until=court.now() + 30 * DAY)
    renewal = {"kind": "gag", "concerns": first, "gag_until": court.now() + 60 * DAY}
    second = await _received(one, **renewal)
    (await _do(one, second, "validate", COMPLETE)).ok()
    (await _do(two, second, "comply", {"extent": "full"})).ok()
    clock.advance(59 * DAY)
    listed = (await api.request("GET", "/transparency/legal")).ok()
    assert (listed["requests"], listed["not_yet_shown"]) == ([], 2)
    (await _do(one, first, "validate", COMPLETE)).ok()
    (await _do(two, first, "refuse", {"cause": "disproportionate"})).ok()
    assert _law(await _do(two, first, "publish"))[2] == "gag"
    (await _do(two, first, "publish", {"gag_lifted": True})).ok()
    assert (await _public(api, first)).ok()["document"]["state"] == "published"
    assert (await _public(api, second)).status == 404


async def test_content_is_removed_by_decision_and_not_around_it(
    court: Court, alice: User, bob: User
) -> None:
    one, two, *_ = court.staff
    id = await _received(one, kind="remove", accounts=[alice.id])
    (await _do(one, id, "validate", COMPLETE)).ok()
    case_id = await court.case_about(bob, alice)
    plain = (await court.propose(case_id)).ok()["decision"]
    for decisions in ([], ["d_nothing"], [plain]):
        answer = await _do(two, id, "comply", {"extent": "full", "decisions": decisions})
        assert _law(answer)[::2] == (409, "decision")
    case_id = await court.case_about(bob, alice, "another")
    lawful = await court.propose(
        case_id, feature("feed.post"), rule="R2.1", ground="illegal", legal_ground="§ 1"
    )
    decisions = [lawful.ok()["decision"]]
    (await _do(two, id, "comply", {"extent": "full", "decisions": decisions})).ok()


async def test_an_archive_has_the_requests_about_its_account_and_an_erasure_forgets_whom(
    court: Court, server: Server, api: Api, clock: FakeClock, alice: User
) -> None:
    one, *_ = court.staff
    items = [{"type": "profile", "id": alice.id}]
    shown = await _received(one, accounts=[alice.id], items=items)
    await _received(one, accounts=[alice.id], gag_until=court.now() + DAY)
    await _received(one, accounts=[court.staff[3].id])

    lines = (await export(alice)).lines("conduct/legal-requests.ndjson")
    assert [line["request"]["id"] for line in lines] == [shown]

    before = (await _public(api, shown)).ok()
    await server.db.write(deactivate_account, UserId(alice.id), erase=True)
    assert (await _public(api, shown)).ok() == before
    assert before["document"]["request"]["items"] == {"profile": 1}
    assert alice.id not in json.dumps((await one.get(LEGAL)).ok())
    assert court.staff[3].id in json.dumps((await one.get(LEGAL)).ok())
    clock.advance(2 * DAY)
    (await _do(one, shown, "refuse", {"cause": "invalid"})).ok()
    (await _do(one, shown, "notify")).ok()


async def test_a_staff_of_one_answers_alone(server: Server, api: Api) -> None:
    court = await build_court(server, api, staff=1)
    (one,) = court.staff
    id = await _received(one)
    (await _do(one, id, "validate", COMPLETE)).ok()
    (await _do(one, id, "comply", {"extent": "full", "data": ["profile"]})).ok()
    (await _do(one, id, "publish")).ok()


async def test_only_the_staff_and_not_about_oneself(court: Court, alice: User) -> None:
    one, two, *_ = court.staff
    id = await _received(one, accounts=[two.id])
    for answer in (
        await alice.post(LEGAL, order()),
        await alice.get(LEGAL),
        await alice.get(f"{LEGAL}/{q(id)}"),
        await _do(alice, id, "contest"),
    ):
        assert _law(answer) == (403, "ORG.COURTYARD.NOT_INDEPENDENT", "staff")
    assert _law(await _do(two, id, "contest"))[2] == "own_case"
    (await _do(one, id, "contest")).ok()
    assert (await one.get(f"{LEGAL}/{q(id)}")).ok()["state"] == "contested"
    assert [each["id"] for each in (await one.get(LEGAL)).ok()["requests"]] == [id]
    assert (await one.get(f"{LEGAL}/nothing")).status == 404
    assert (await _do(one, "nothing", "refuse", {"cause": "invalid"})).status == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": "church"},
        {"country": "Germany"},
        {"kind": "everything"},
        {"scope": ["de"]},
        {"accounts": ["alice"]},
        {"items": [{"type": "event"}]},
        {"items": [{"type": "thought", "id": "x"}]},
        {"gag_until": -1},
        {"gag_until": 2**60},
        {"summary": "x" * 30_000},
        {"summary": ""},
        {"concerns": "lr_nothing"},
        {"gag_until": 10**15},
    ],
)
async def test_nonsense_is_refused_and_nothing_is_kept(
    court: Court, changes: dict[str, Any]
) -> None:
    answer = await court.staff[0].post(LEGAL, order(**changes))
    assert answer.status in (400, 409), answer
    assert (await court.staff[0].get(LEGAL)).ok() == {"requests": []}
    assert court.log.types() == ["ruleset.published"]
