"""`kill -9` right after each answer: a look at evidence, a report and its word to the reporter are there all the same."""

import asyncio
import base64
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from courtyard.cli.check import violations
from courtyard.cli.conduct import conduct
from tests.api import Api, User, q
from tests.conduct.encrypted import Sender
from tests.conduct.town import OURS, STAFF
from tests.server import running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def _told(user: User) -> list[str]:
    """Return the reports about which somebody was told something."""
    rooms = (await user.sync()).get("rooms", {}).get("join", {})
    events = [event for room in rooms.values() for event in room["timeline"]["events"]]
    return [
        event["content"]["org.courtyard.report"]
        for event in events
        if "org.courtyard.report" in event["content"]
    ]


async def test_what_was_answered_survives(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=30) as http,
    ):
        api = Api(http)
        alice, bob, staff = [await api.register(name) for name in ("alice", "bob", "staff")]
        given = ["staff", "add", "staff", "--data", str(server.data)]
        added = await asyncio.to_thread(CliRunner().invoke, conduct, given)
        assert added.exit_code == 0, added.output
        room_id = await alice.create_room(invite=[bob.id])
        (await bob.join(room_id)).ok()
        sender = Sender(alice, room_id)
        event_id, plain = await sender.say("an insult")
        disclosed = {"event_id": event_id, "plaintext": plain, "message_key": sender.key(0)}
        report = {
            "item_type": "event",
            "item_id": event_id,
            "category": "STATEMENT_CATEGORY_VIOLENCE",
            "disclosed": [disclosed],
        }
        report_id = (await bob.post(f"{OURS}/reports", report)).ok()["report_id"]

        server.kill()
        await server.start()
        case = (await staff.post(f"{STAFF}/queue/next")).ok()["case"]
        (one,) = case["evidence"]
        assert one["check"] == "verified"
        for number in range(3):
            look = {"purpose": f"Look {number}."}
            seen = (await staff.post(f"{STAFF}/evidence/{one['id']}/views", look)).ok()
            assert b"an insult" in base64.b64decode(seen["data"])
            server.kill()
            await server.start()
            path = f"{STAFF}/cases/{q(case['id'])}"
            (shown,) = (await staff.get(path)).ok()["evidence"]
            purposes = [view["purpose"] for view in shown["views"]]
            assert purposes == [f"Look {n}." for n in range(number + 1)]

        (await staff.post(f"{STAFF}/cases/{q(case['id'])}/dismiss")).ok()
        server.kill()
        await server.start()
        # Told once: the word and that it was said are one.
        assert await _told(bob) == [f"{OURS}/reports/{report_id}"]
        states = (await bob.get(f"{OURS}/reports/{report_id}")).ok()["states"]
        assert states[-1]["state"] == "reporter_informed"
        assert await server.stop() == 0
        assert list(violations(server.data)) == []
