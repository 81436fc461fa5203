"""A stop at every statement of a decision about content, of an appeal against it, and of its end.

After each failure nothing is half written, and what readers are shown is what is in the database: a message is never withheld by
a decision that nobody can read, nor shown again by a lift that was not kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtyard.app.wiring import Server
from courtyard.gate import store_withheld, withheld
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.tx import ReadTx
from tests.api import Api, User, q
from tests.conduct.content_town import appeal, case_about, decide, step
from tests.conduct.town import OURS, STAFF, Court, build_court
from tests.faults.driver import FailingDriver, dump


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """Without the hook that takes every 5xx for a failure: here they are the point."""
    transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as made:
        yield made


async def _stop_everywhere(
    server: Server, http: httpx.AsyncClient, user: User, path: str, body: Any
) -> int:
    """Send a request again and again, each time with one more statement let through; return how many there are."""
    database = Path(server.settings.data) / DATABASE_FILE
    driver = FailingDriver(server.db._driver)
    server.db._driver = driver  # type: ignore[assignment]  # the same methods
    headers = {"Authorization": f"Bearer {user.token}"}
    number = 0
    while True:
        before = dump(database)
        driver.arm(number, "full" if number % 2 else "statement")
        answer = await http.post(path, json=body, headers=headers)
        driver.disarm()
        told = await server.db.read(_told)
        assert told[0] == told[1], driver.failed
        if driver.failed is None:
            assert answer.status_code == 200, answer.content
            server.db._driver = driver.real
            return number
        assert answer.status_code == 503, (driver.failed, answer.content)
        assert dump(database) == before, driver.failed
        number += 1


def _told(tx: ReadTx) -> tuple[Any, Any]:
    """Return what memory says is withheld, and what the database says."""
    rows: dict[Any, Any] = {}
    for row in store_withheld.not_ended(tx):
        rows[row.key] = (*rows.get(row.key, ()), row)
    now = tx.now_ms()
    known = withheld.known(tx)
    return {k: v for k, v in known.items() if any(row.ends_at > now for row in v)}, rows


async def _scene(server: Server, api: Api, alice: User, bob: User) -> tuple[Court, str]:
    court = await build_court(server, api)
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    return court, await alice.say(room_id, "a persimmon")


async def test_a_decision_is_whole_or_not_at_all(
    server: Server, api: Api, http: httpx.AsyncClient, alice: User, bob: User
) -> None:
    court, said = await _scene(server, api, alice, bob)
    case_id = await case_about(court, bob, alice, "event", said)
    body = {
        "rule": "R3.1",
        "measures": [step("quarantine", said)],
        "conduct_at": court.now() - 1,
        "facts": "You spoke of fruit.",
        "explanation": "Somebody had asked you not to.",
    }
    path = f"{STAFF}/cases/{q(case_id)}/propose"
    assert await _stop_everywhere(server, http, court.staff[0], path, body) > 20
    assert (await api.request("GET", f"{OURS}/withheld/event/{q(said)}")).ok()


async def test_an_appeal_and_a_lift_are_whole_or_not_at_all(
    server: Server, api: Api, http: httpx.AsyncClient, alice: User, bob: User
) -> None:
    court, said = await _scene(server, api, alice, bob)
    id = await decide(court, bob, alice, "event", step("quarantine", said))
    path = f"{OURS}/decisions/{q(id)}/appeals"
    await _stop_everywhere(server, http, alice, path, {"text": "It was a recipe."})
    told = (await api.request("GET", f"{OURS}/withheld/event/{q(said)}")).ok()
    assert told["until"] < told["since"] + 8 * 86_400_000
    lift = f"{STAFF}/decisions/{q(id)}/lift"
    await _stop_everywhere(server, http, court.staff[1], lift, {})
    assert (await api.request("GET", f"{OURS}/withheld/event/{q(said)}")).status == 404


async def test_an_answer_is_whole_or_not_at_all(
    server: Server, api: Api, http: httpx.AsyncClient, alice: User, bob: User
) -> None:
    court, said = await _scene(server, api, alice, bob)
    id = await decide(court, bob, alice, "event", step("quarantine", said))
    appeal_id = await appeal(alice, id)
    (await court.staff[1].post(f"{STAFF}/appeals/next")).ok()
    path = f"{STAFF}/appeals/{q(appeal_id)}/decide"
    body = {"outcome": "overturned", "reasons": "It was a recipe."}
    await _stop_everywhere(server, http, court.staff[1], path, body)
    assert (await api.request("GET", f"{OURS}/withheld/event/{q(said)}")).status == 404
