"""What everybody reads about moderation, through HTTP: data, pages, and what is not met."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.cli.check import FEATURES, violations
from courtyard.conduct import rules_dsa
from courtyard.conduct.rules_leaf import SEALED_BELOW
from courtyard.storage.database import connect
from courtyard.storage.tx import ReadTx
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.rules_note import parse_vkey
from courtyard.transparency.rules_proof import check_proof
from courtyard.transparency.verify import Kept, verify
from tests.api import Answer, Api, User, q
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
from tests.pages.record import HOSTILE, build_record, crowd
from tests.transparency.logs import client

T = "/transparency"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


@pytest.fixture
async def large(server: Server, api: Api) -> Court:
    """A server with so many accounts that its log says more."""
    await crowd(server)
    return await build_court(server, api)


async def _get(api: Api, path: str, headers: dict[str, str] | None = None, **params: Any) -> Answer:
    return await api.request("GET", f"{T}{path}", params=params or None, headers=headers)


async def _lines(api: Api, path: str, **params: Any) -> list[Any]:
    answer = await _get(api, path, **params)
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.ok().splitlines()]


async def _appeal_and_rule(court: Court, by: User, id: str, outcome: str) -> None:
    (await by.post(f"{OURS}/decisions/{id}/appeals", {"text": "I did not."})).ok()
    given = (await court.staff[2].post(f"{STAFF}/appeals/next")).ok()["appeal"]
    path = f"{STAFF}/appeals/{q(given['id'])}/decide"
    (await court.staff[2].post(path, {"outcome": outcome, "reasons": "We looked."})).ok()


# --- decisions ------------------------------------------------------------------------------------


async def test_every_decision_with_what_became_of_it_and_nobody_named(
    large: Court, api: Api, clock: FakeClock, alice: User, bob: User
) -> None:
    first = await large.decide(bob, alice)
    await _appeal_and_rule(large, alice, first, "overturned")
    clock.advance(2 * DAY)
    second = await large.decide(bob, alice, WARNING)
    third = await large.decide(bob, alice, SUSPENSION)

    lines = await _lines(api, "/decisions.ndjson")
    assert [line["entry"]["id"] for line in lines] == [first, second, third]
    assert [one["entry"]["t"] for one in lines[0]["facts"]] == [
        *("appeal.submitted", "decision.lifted", "appeal.decided"),
    ]
    assert [line["measures"][0]["state"] for line in lines] == ["overturned", "active", "active"]
    by_index = {leaf.id: index for index, leaf in enumerate(large.log.leaves)}
    assert [line["log_index"] for line in lines] == [by_index[id] for id in (first, second, third)]
    text = json.dumps(lines)
    assert not any(who.id in text for who in (alice, bob, *large.staff))
    assert "You wrote to somebody" not in text

    days = [line["entry"]["day"] for line in lines]
    assert len(await _lines(api, "/decisions.ndjson", **{"from": days[1]})) == 2
    assert len(await _lines(api, "/decisions.ndjson", to=days[0])) == 1
    assert await _lines(api, "/decisions.ndjson", to="1999-12-31") == []
    for params in ({"from": "x"}, {"to": "2026-13-01"}, {"from": days[1], "to": days[0]}):
        answer = await _get(api, "/decisions.ndjson", **params)
        assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_long_answers_come_whole(
    large: Court, api: Api, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courtyard.conduct.public.BATCH", 2)
    monkeypatch.setattr("courtyard.conduct.public.PAGE", 2)
    ids = [await large.decide(bob, alice, WARNING) for _ in range(5)]
    assert [line["entry"]["id"] for line in await _lines(api, "/decisions.ndjson")] == ids
    path, seen = "/decisions", []
    while path:
        page = (await _get(api, path, HTML)).ok().decode()
        seen += re.findall(r"/transparency/decisions/(d_[0-9a-f]+)", page)
        older = re.search(r'href="/transparency(/decisions\?before=[0-9]+)"', page)
        path = older[1] if older else ""
    assert seen == ids[::-1]


async def test_on_a_small_server_a_decision_is_a_commitment_and_no_more(
    court: Court, api: Api, alice: User, bob: User
) -> None:
    id = await court.decide(bob, alice)
    await _appeal_and_rule(court, alice, id, "upheld")
    (line,) = await _lines(api, "/decisions.ndjson")
    assert line.keys() == {"log_index", "sealed", "entry"}
    assert line["sealed"] is True
    assert await _lines(api, "/dsa.ndjson") == []
    gaps = {one["name"]: one["count"] for one in (await _get(api, "/gaps")).ok()["gaps"]}
    assert gaps["not_in_dsa"] == 1
    assert gaps["sealed_log"] < SEALED_BELOW
    page = (await _get(api, f"/decisions/{id}", HTML)).ok().decode()
    assert "Sealed." in page
    assert "feed" not in page
    assert "R3.1" not in page
    year = (await _get(api, "/reports/2023.json")).ok()
    assert year["small_numbers_hidden"] is True
    assert (year["decisions"]["total"], year["decisions"]["by_measure"]) == (1, None)
    overview = (await _get(api, "", HTML)).ok().decode()
    assert "too few to tell" in overview


async def test_every_record_is_one_that_the_eu_takes_and_no_puid_comes_twice(
    large: Court, api: Api, alice: User, bob: User
) -> None:
    ids = [
        await large.decide(bob, alice),
        await large.decide(bob, alice, feature("feed.post")),
        await large.decide(bob, alice, SUSPENSION),
    ]
    await large.decide(bob, alice, WARNING)
    records = await _lines(api, "/dsa.ndjson")
    assert [record["puid"] for record in records] == ids
    for record in records:
        assert rules_dsa.faults(record) == []
    assert alice.id not in json.dumps(records)
    assert "You wrote to somebody" not in json.dumps(records)


async def test_anybody_checks_a_decision_without_the_server(
    large: Court, server: Server, api: Api, alice: User, bob: User
) -> None:
    id = await large.decide(bob, alice)
    await server.world.memory(Integrator).run_round(server.db)
    line = (await _get(api, f"/decisions/{id}")).ok()
    proof = (await _get(api, f"/decisions/{id}/proof")).ok()
    vkey = parse_vkey((await _get(api, "/log/vkey")).ok().decode().strip())
    entry = json.dumps(line["entry"], sort_keys=True, separators=(",", ":")).encode()
    assert check_proof(proof, entry, vkey)[0] == line["log_index"]
    for path in ("/decisions/d_nothing", "/decisions/d_nothing/proof"):
        assert (await _get(api, path)).status == 404


async def test_checkpoints_continue_each_other_through_everything_that_is_decided(
    large: Court, server: Server, api: Api, clock: FakeClock, alice: User, bob: User
) -> None:
    """Law 20. After each step the whole log is read, hashed again, and held against what was seen before."""
    kept: Kept | None = None

    async def look() -> Kept:
        await server.world.memory(Integrator).run_round(server.db)
        async with client(server) as http:
            served: dict[str, bytes] = {}
            while True:
                missing: list[str] = []

                def fetch(path: str, missing: list[str] = missing) -> bytes:
                    if path not in served:
                        missing.append(path)
                        raise KeyError(path)
                    return served[path]

                try:
                    return verify(fetch, clock.now_ms() // 1000, kept).kept
                except KeyError:
                    answer = await http.get(missing[0])
                    assert answer.status_code == 200, missing
                    served[missing[0]] = answer.content

    kept = await look()
    id = await large.decide(bob, alice, SUSPENSION)
    kept = await look()
    await _appeal_and_rule(large, alice, id, "overturned")
    kept = await look()
    await large.staff[0].post(f"{STAFF}/legal-requests", _order(large))
    kept = await look()
    assert kept.size == len(large.log.leaves) == 6


def _order(court: Court, **changes: Any) -> dict[str, Any]:
    return {
        "authority": "police",
        "authority_name": "Police of Nowhere",
        "country": "FR",
        "legal_basis": "Code",
        "kind": "data",
        "summary": "Who is it?",
        "gag_until": court.now() + DAY,
    } | changes


# --- figures and gaps -----------------------------------------------------------------------------


async def test_the_report_of_a_year_counts_what_happened(
    server: Server, api: Api, clock: FakeClock
) -> None:
    await build_record(server, api, clock)
    years = [(await _get(api, f"/reports/{year}.json")).ok() for year in (2022, 2023, 2024)]
    assert years[0]["decisions"]["total"] == 0
    assert sum(year["decisions"]["total"] for year in years) == 28
    lines = await _lines(api, "/decisions.ndjson")
    assert len(lines) == 28
    for year in years:
        made = year["decisions"]
        of_year = [one for one in lines if one["entry"]["day"].startswith(str(year["year"]))]
        assert made["total"] == len(of_year)
        assert sum(made["by_category"].values()) == sum(made["by_month"].values()) == made["total"]
        types = [one["type"] for line in of_year for one in line["measures"]]
        assert {name: types.count(name) for name in made["by_measure"]} == made["by_measure"]
    # It is one half year across two: each appeal stands in the one it was made in.
    answered = [year["appeals"]["by_outcome"] for year in years]
    outcomes = [
        fact["entry"]["outcome"]
        for line in lines
        for fact in line["facts"]
        if fact["entry"]["t"] == "appeal.decided"
    ]
    for name in ("upheld", "overturned", "reduced"):
        assert sum(one[name] for one in answered) == outcomes.count(name) > 0
    assert years[2]["legal_requests"]["not_yet_shown"] == 1
    assert years[2]["is_complete"] is False
    for wrong in (
        "2025.json",
        "2019.json",
        "2023",
        "20230.json",
        "2023.json.json",
        "\u0662\u0660\u0662\u0663.json",
    ):
        assert (await _get(api, f"/reports/{q(wrong)}")).status == 404


async def test_a_server_with_one_operator_does_less_and_says_so(
    server: Server, api: Api, clock: FakeClock, alice: User, bob: User
) -> None:
    """Decision 0008, 13: no different human could hear an appeal."""
    court = await build_court(server, api, staff=1)
    case_id = await court.case_about(bob, alice)
    block = {"type": "block", "length_ms": 365 * DAY}
    for measure in (SUSPENSION, block):
        # In the severe matters the ladder has no first time, so nothing but the staff's size stands against it.
        answer = await court.propose(case_id, measure, rule="R2.1", severe=True)
        assert (409, "one_operator") == (answer.status, answer.body["org.courtyard.law"])
    first = (await court.propose(case_id)).ok()["decision"]
    clock.advance(2 * DAY)
    case_id = await court.case_about(bob, alice, "again")
    for length_ms, expected in ((8 * DAY, "one_operator"), (30 * DAY, "one_operator")):
        answer = await court.propose(case_id, feature(length_ms=length_ms))
        assert (409, expected) == (answer.status, answer.body["org.courtyard.law"])
    second = (await court.propose(case_id, feature(length_ms=7 * DAY))).ok()["decision"]
    (await alice.post(f"{OURS}/decisions/{second}/appeals", {"text": "No."})).ok()
    assert (await court.staff[0].post(f"{STAFF}/appeals/next")).ok() == {"appeal": None}
    clock.advance(4 * DAY)
    assert (await alice.get(f"{OURS}/standing")).ok()["restricted"] == []
    gaps = {one["name"]: one["count"] for one in (await _get(api, "/gaps")).ok()["gaps"]}
    assert {"one_operator", "legal_alone", "no_peer_exchange"} <= gaps.keys()
    assert gaps["appeals_overdue"] == 1
    assert first != second
    page = (await _get(api, "/gaps", HTML)).ok().decode()
    assert 'id="one_operator"' in page


async def test_gaps_come_and_go_with_what_they_are_about(
    court: Court, api: Api, clock: FakeClock, server: Server, alice: User
) -> None:
    async def names() -> set[str]:
        return {one["name"] for one in (await _get(api, "/gaps")).ok()["gaps"]}

    assert "no_panel" in await names()
    await court.hire("fifth")
    assert "no_panel" not in await names()
    one, two, *_ = court.staff
    path = f"{STAFF}/legal-requests"
    id = (await one.post(path, _order(court, accounts=[alice.id]))).ok()["id"]
    assert "legal_hidden" in await names()
    clock.advance(2 * DAY)
    assert "legal_hidden" not in await names()
    (await two.post(f"{path}/{q(id)}/refuse", {"cause": "invalid"})).ok()
    assert "legal_not_told" in await names()
    (await two.post(f"{path}/{q(id)}/notify")).ok()
    assert "legal_not_told" not in await names()
    assert {"no_witness", "no_contact"} <= await names()
    server.world.memory(Integrator).halted = "seen to"
    assert "log_halted" in await names()


# --- pages ----------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """Collects the tags of a page and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(page.decode())
    assert reader.open == []
    return reader


async def _paths(api: Api) -> list[str]:
    lines = await _lines(api, "/decisions.ndjson")
    legal = (await _get(api, "/legal")).ok()["requests"]
    return [
        *("", "/decisions", "/rules", "/rules/1", "/legal", "/gaps", "/log"),
        *(f"/decisions/{line['entry']['id']}" for line in lines[-3:]),
        *(f"/legal/{one['request']['id']}" for one in legal),
    ]


async def test_every_page_is_whole_safe_and_in_both_languages(
    server: Server, api: Api, clock: FakeClock
) -> None:
    await build_record(server, api, clock)
    for path in await _paths(api):
        for lang, tag in (("en", "en"), ("zh", "zh-Hans")):
            answer = await _get(api, path, HTML, lang=lang)
            page = answer.ok()
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert answer.headers["content-language"] == tag
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            reader = read(page)
            tags = [name for name, _ in reader.tags]
            assert not {"script", "img", "iframe", "object", "form"} & set(tags), path
            assert not any(name.startswith("on") for _, attrs in reader.tags for name in attrs)
            assert not any("style" in attrs for _, attrs in reader.tags)
            assert (tags.count("h1"), tags.count("main"), tags.count("style")) == (1, 1, 1)
            assert dict(reader.tags)["html"] == {"lang": tag}
            for name, attrs in reader.tags:
                if name == "a":
                    assert str(attrs["href"]).startswith(("/transparency", "#")), attrs
    legal = (await _get(api, "/legal", HTML)).ok().decode()
    assert HOSTILE not in legal
    assert "&lt;script&gt;" in legal


async def test_the_language_is_that_of_the_reader(court: Court, api: Api) -> None:
    for sent, expected in [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("de, en;q=0.5, zh;q=0.9", "zh-Hans"),
        ("de", "en"),
        ("zh;q=0", "en"),
        ("zh;q=nonsense, en", "en"),
        (";;;,,,=", "en"),
        ("zh," * 5_000, "zh-Hans"),
    ]:
        answer = await _get(api, "/gaps", HTML | {"Accept-Language": sent})
        assert answer.headers["content-language"] == expected, sent
    asked = await _get(api, "/gaps", HTML | {"Accept-Language": "zh"}, lang="en")
    assert asked.headers["content-language"] == "en"
    assert 'href="/transparency/log?lang=en"' in asked.ok().decode()
    unknown = await _get(api, "/gaps", HTML, lang='"><script>')
    assert unknown.headers["content-language"] == "en"
    assert "<script" not in unknown.ok().decode()


async def test_a_type_is_said_once(court: Court, server: Server, alice: User, bob: User) -> None:
    id = await court.decide(bob, alice)
    await server.world.memory(Integrator).run_round(server.db)
    for path, kind in [
        (f"{OURS}/rules/1/text", "text/markdown"),
        (f"{OURS}/decisions/{id}/proof", "text/plain"),
        (f"{T}/decisions/{id}/proof", "text/plain"),
        (f"{T}/gaps", "application/json"),
    ]:
        found = (await alice.get(path)).headers["content-type"]
        assert found in (kind, f"{kind}; charset=utf-8"), path


async def test_a_new_server_has_pages_too(api: Api) -> None:
    for path in ("", "/decisions", "/rules", "/legal", "/gaps", "/log"):
        read((await _get(api, path, HTML)).ok())
    for path in ("/rules/1", "/legal/nothing", "/decisions/nothing"):
        assert (await _get(api, path, HTML)).status == 404
    for before in ("x", "-1", "1" * 16, "\u0661"):
        assert (await _get(api, "/decisions", HTML, before=before)).status == 400


# --- courtyard check ------------------------------------------------------------------------------

DAMAGE = [
    ("UPDATE conduct_decisions SET leaf = 0", "should stand in the log once"),
    ("DELETE FROM conduct_decisions", "which the database does not know"),
    ("DELETE FROM conduct_appeals", "which the database does not know"),
    (
        "INSERT INTO log_leaves SELECT 99, line FROM log_leaves WHERE line LIKE '%decision.issued%'",
        "should stand in the log once",
    ),
    (
        "UPDATE conduct_legal SET id = 'lr_x', body = replace(body, '\"lr_', '\"lr_x')",
        "the log once",
    ),
    (
        "UPDATE conduct_legal SET body = replace(body, '\"gag_until\":1', '\"gag_until\":9')",
        "stays hidden for longer",
    ),
]


async def test_laws_19_and_23_are_checked(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    id = await court.decide(bob, alice)
    await _appeal_and_rule(court, alice, id, "overturned")
    (await court.staff[0].post(f"{STAFF}/legal-requests", _order(court))).ok()
    await server.world.memory(Integrator).run_round(server.db)
    folder = Path(server.settings.data)
    assert list(violations(folder)) == []
    driver = connect(folder / DATABASE_FILE, writable=True)
    for damage, finding in DAMAGE:
        driver.execute("BEGIN")
        assert driver.execute(damage).rowcount > 0, damage
        found = list(FEATURES["conduct"](ReadTx(driver, server.world)))
        driver.execute("ROLLBACK")
        assert any(finding in sentence for sentence in found), (damage, found)
    driver.close()
