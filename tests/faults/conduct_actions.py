"""What is done in a case, one request each, for `test_statements`: law 25, a stop between any two writes."""

from __future__ import annotations

from typing import Any

import msgspec

from courtyard.base.ids import UserId
from courtyard.conduct import store_mail
from tests.api import User, q
from tests.conduct.town import DAY, OURS, STAFF, SUSPENSION, Court, build_court, feature
from tests.faults.town import Town

Made = tuple[User | None, tuple[str, str, Any]]


async def _court(town: Town) -> Court:
    """Return the town's court; each time two days later, so that nothing is held as a burst."""
    town.clock.advance(2 * DAY)
    if town.court is None:
        town.court = await build_court(town.server, town.api)
    return town.court


async def _decided(town: Town, n: int) -> tuple[Court, str]:
    court = await _court(town)
    case_id = await court.case_about(town.bob, town.alice, f"case {n}")
    made = (await court.propose(case_id, feature("feed.like"))).ok()
    return court, str(made["decision"])


async def _appealed(town: Town, n: int) -> tuple[Court, str, str]:
    court, id = await _decided(town, n)
    made = await town.alice.post(f"{OURS}/decisions/{q(id)}/appeals", {"text": "No."})
    return court, id, str(made.ok()["id"])


async def report(town: Town, n: int) -> Made:
    body = {
        "item_type": "account",
        "item_id": town.alice.id,
        "item_version": f"seen {n}",
        "subject": town.alice.id,
        "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    }
    return town.bob, ("POST", f"{OURS}/reports", body)


async def propose_and_issue(town: Town, n: int) -> Made:
    court = await _court(town)
    case_id = await court.case_about(town.bob, town.alice, f"case {n}")
    body = {
        "rule": "R3.1",
        "measures": [feature("feed.like")],
        "conduct_at": court.now() - 1,
        "facts": f"You did it {n} times.",
        "explanation": "That is too much.",
    }
    return court.staff[0], ("POST", f"{STAFF}/cases/{q(case_id)}/propose", body)


async def approve(town: Town, n: int) -> Made:
    court = await _court(town)
    case_id = await court.case_about(town.bob, town.alice, f"case {n}")
    made = (await court.propose(case_id, SUSPENSION)).ok()
    return court.staff[1], ("POST", f"{STAFF}/decisions/{q(made['decision'])}/approve", {})


async def appeal(town: Town, n: int) -> Made:
    _, id = await _decided(town, n)
    return town.alice, ("POST", f"{OURS}/decisions/{q(id)}/appeals", {"text": "No."})


async def overturn(town: Town, n: int) -> Made:
    court, _, appeal_id = await _appealed(town, n)
    reviewer = court.staff[1]
    given = (await reviewer.post(f"{STAFF}/appeals/next")).ok()["appeal"]
    assert given["id"] == appeal_id
    body = {"outcome": "overturned", "reasons": "You are right."}
    return reviewer, ("POST", f"{STAFF}/appeals/{q(appeal_id)}/decide", body)


async def lift(town: Town, n: int) -> Made:
    court, id = await _decided(town, n)
    return court.staff[0], ("POST", f"{STAFF}/decisions/{q(id)}/lift", {})


async def _with_mail(town: Town, n: int) -> str:
    """Let the server send mail, though nothing takes it here, and ask for an address; return the code."""
    world = town.server.world
    world.settings = msgspec.structs.replace(world.settings, smtp_url="smtp://localhost")
    (await town.alice.put(f"{OURS}/mail", {"address": f"a{n}@mail.example"})).ok()
    letters = await town.server.db.read(store_mail.letters_of, UserId(town.alice.id))
    return next(one.text for one in letters if one.what == "code").split("hours: ")[1].split()[0]


async def want_mail(town: Town, n: int) -> Made:
    await _with_mail(town, 0)
    return town.alice, ("PUT", f"{OURS}/mail", {"address": f"b{n}@mail.example"})


async def confirm_mail(town: Town, n: int) -> Made:
    return town.alice, ("POST", f"{OURS}/mail/confirm", {"code": await _with_mail(town, n)})


async def lift_by_mail(town: Town, n: int) -> Made:
    court, id = await _decided(town, n)
    body = {"code": await _with_mail(town, n)}
    (await town.alice.post(f"{OURS}/mail/confirm", body)).ok()
    return court.staff[0], ("POST", f"{STAFF}/decisions/{q(id)}/lift", {})


CONDUCT_ACTIONS = [
    report,
    propose_and_issue,
    approve,
    appeal,
    overturn,
    lift,
    want_mail,
    confirm_mail,
    lift_by_mail,
]
