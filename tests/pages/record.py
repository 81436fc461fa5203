"""A server with half a year of decisions, appeals and legal requests, for the public pages."""

from __future__ import annotations

from typing import Any

from courtyard.accounts.register import register
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.conduct.rules_leaf import SEALED_BELOW
from courtyard.storage.tx import WriteTx
from courtyard.transparency.integrate import Integrator
from tests.api import Api, User, q
from tests.conduct.town import DAY, HOUR, OURS, STAFF, WARNING, Court, build_court, feature
from tests.fakes import FakeClock

HOSTILE = '<script>alert("1")</script>"><img src=x onerror=alert(2)>'
"""What an authority may be called by somebody who tries."""

LEGAL = f"{STAFF}/legal-requests"
COMPLETE = {"official": True, "items": True, "law": True}


async def crowd(server: Server, count: int = SEALED_BELOW) -> None:
    """Fill a server with people, so that its log says more than that there was something."""

    def fill(tx: WriteTx) -> None:
        for number in range(count):
            register(tx, UserId(f"@crowd{number}:{tx.settings.server_name}"), None)

    await server.db.write(fill)


async def build_record(server: Server, api: Api, clock: FakeClock, months: int = 6) -> Court:
    """Let decisions, appeals and legal requests happen over some months."""
    await crowd(server)
    court = await build_court(server, api, staff=6)
    people = [await api.register(f"person{number}") for number in range(8)]
    reporter = await api.register("reporter")
    outcomes = ["upheld", "overturned", "reduced", "upheld", "reduced"]
    for month in range(months):
        for number, person in enumerate(people[: 2 + month]):
            clock.advance(2 * HOUR + number * 31 * HOUR)
            measures = [
                [WARNING],
                [feature("feed.post")],
                [feature("chat.group.send", "feed.like", length_ms=20 * HOUR)],
                [WARNING, feature("feed.reply", length_ms=5 * HOUR)],
            ][(month + number) % 4]
            id = await _decide(court, clock, reporter, person, *measures)
            if (month + number) % 2:
                clock.advance(HOUR)
                outcome = outcomes[(month + number) % len(outcomes)]
                await _appeal(court, clock, person, id, outcome, measures[-1])
        clock.advance(12 * DAY)
    await _suspend(court, reporter, people[1])
    await _ask(court, people[0])
    await server.world.memory(Integrator).run_round(server.db)
    return court


async def _decide(
    court: Court, clock: FakeClock, reporter: User, subject: User, *measures: dict[str, Any]
) -> str:
    case_id = await court.case_about(reporter, subject, f"case {len(court.log.leaves)}")
    rule = ["R3.1", "R2.1"][len(court.log.leaves) % 2]
    clock.advance(HOUR + len(court.log.leaves) * 7 * HOUR // 10)
    made = (await court.propose(case_id, *measures, rule=rule)).ok()
    return str(made["decision"])


async def _appeal(
    court: Court,
    clock: FakeClock,
    person: User,
    id: str,
    outcome: str,
    measure: dict[str, Any],
) -> None:
    (await person.post(f"{OURS}/decisions/{id}/appeals", {"text": "I did not."})).ok()
    reviewer = court.staff[1]
    clock.advance(HOUR // 2 + len(court.log.leaves) % 5 * HOUR // 2)
    appeal = (await reviewer.post(f"{STAFF}/appeals/next")).ok()["appeal"]
    body: dict[str, Any] = {"outcome": outcome, "reasons": "We looked at it again."}
    if outcome == "reduced":
        if measure["type"] != "feature":
            body["outcome"] = "upheld"
        else:
            body["ends_at"] = court.now() + 1
    path = f"{STAFF}/appeals/{appeal['id']}/decide"
    (await reviewer.post(path, body)).ok()


async def _suspend(court: Court, reporter: User, subject: User) -> None:
    case_id = await court.case_about(reporter, subject, "the last")
    made = (await court.propose(case_id, {"type": "suspension", "length_ms": 6 * DAY})).ok()
    (await court.approve(made["decision"], court.staff[2])).ok()


async def _ask(court: Court, subject: User) -> None:
    one, two, *_ = court.staff
    asked: dict[str, Any] = {
        "authority": "court",
        "authority_name": "District court of Nowhere",
        "country": "DE",
        "legal_basis": "Code of criminal procedure, § 100j",
        "kind": "data",
        "summary": "Name and network addresses of one account, for an inquiry into fraud.",
        "scope": ["DE"],
        "accounts": [subject.id],
    }
    id = (await one.post(LEGAL, asked)).ok()["id"]
    (await one.post(f"{LEGAL}/{q(id)}/validate", COMPLETE)).ok()
    data = {"extent": "partial", "data": ["account", "addresses"]}
    (await two.post(f"{LEGAL}/{q(id)}/comply", data)).ok()
    (await two.post(f"{LEGAL}/{q(id)}/notify")).ok()
    (await two.post(f"{LEGAL}/{q(id)}/publish")).ok()
    hostile = {"authority_name": HOSTILE, "summary": HOSTILE, "legal_basis": HOSTILE}
    id = (await one.post(LEGAL, asked | hostile | {"authority": "police"})).ok()["id"]
    (await one.post(f"{LEGAL}/{q(id)}/validate", COMPLETE | {"items": False})).ok()
    (await two.post(f"{LEGAL}/{q(id)}/refuse", {"cause": "incomplete"})).ok()
    (await one.post(LEGAL, asked | {"gag_until": court.now() + 30 * DAY})).ok()
