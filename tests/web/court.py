"""The people behind decisions, over HTTP beside the browsers: who reports, decides, hears."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import time
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import quote

import httpx
from typer.testing import CliRunner

from courtyard.cli.conduct import conduct
from tests.conduct.town import DAY, OURS, STAFF, SUSPENSION, feature
from tests.server import Server
from tests.web.person import PASSWORD

_NUMBERS = itertools.count()

FACTS = "You wrote to somebody who had asked you to stop."
WHY = "That is unwanted contact."


class Account(Protocol):
    """Somebody with an access token: a Person with a browser, or one without."""

    name: str

    async def token(self) -> str:
        """Return the access token."""
        ...


class Absent:
    """Somebody whose browser is not there: only what they did before and do over HTTP counts."""

    def __init__(self, name: str, token: str) -> None:
        """Take a logged-in account."""
        self.name, self._token = name, token

    async def token(self) -> str:
        """Return the access token."""
        return self._token


class Staff:
    """Somebody on the staff, with no browser."""

    def __init__(self, base_url: str, name: str, token: str) -> None:
        """Take a logged-in account."""
        self.base_url, self.name, self.token = base_url, name, token

    @classmethod
    async def hire(cls, server: Server, name: str) -> Staff:
        """Make an account and take it on the staff, as whoever runs a server does."""
        token = await newcomer(server, name)
        place = ["--data", str(server.data), "--server-name", server.server_name]
        # The program itself, in this process: to start another Python takes longer than all that it does.
        done = await asyncio.to_thread(CliRunner().invoke, conduct, ["staff", "add", name, *place])
        assert done.exit_code == 0, done.output
        return cls(server.base_url, name, token)

    async def ask(self, path: str, body: Any = None) -> Any:
        """Use one of the staff's endpoints."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.base_url, timeout=30) as http:
            answer = await http.post(f"{STAFF}/{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def decide_about_next(self, *capabilities: str, facts: str, explanation: str) -> str:
        """Take the next case, and take something away for a day; return the decision."""
        measure = feature(*capabilities, length_ms=DAY)
        return await self.decide(measure, facts=facts, explanation=explanation)

    async def decide(self, *measures: dict[str, Any], facts: str, explanation: str) -> str:
        """Take the next case, and decide what one person may; return the decision."""
        made = await self._propose_about_next(measures, facts, explanation)
        assert made["state"] == "issued", made
        return str(made["decision"])

    async def suspend_next(self, other: Staff, *, facts: str, explanation: str) -> str:
        """Take the next case and propose a suspension, which needs somebody else's approval; return the decision."""
        made = await self._propose_about_next([SUSPENSION], facts, explanation)
        made = await other.ask(f"decisions/{made['decision']}/approve")
        assert made["state"] == "issued", made
        return str(made["decision"])

    async def _propose_about_next(
        self, measures: Sequence[dict[str, Any]], facts: str, explanation: str
    ) -> dict[str, Any]:
        case = (await self.ask("queue/next"))["case"]
        proposal = {
            "rule": "R3.1",
            "measures": list(measures),
            "conduct_at": min(case["opened_at"], int(time.time() * 1000)),
            "facts": facts,
            "explanation": explanation,
        }
        made: dict[str, Any] = await self.ask(f"cases/{case['id']}/propose", proposal)
        return made

    async def answer_next_appeal(self, outcome: str, reasons: str, **given_back: Any) -> str:
        """Hear the next appeal; return what it said. `given_back`: by a ruling that reduces."""
        appeal = (await self.ask("appeals/next"))["appeal"]
        assert appeal is not None, f"there is no appeal that {self.name} may hear"
        ruling = {"outcome": outcome, "reasons": reasons} | given_back
        await self.ask(f"appeals/{appeal['id']}/decide", ruling)
        return str(appeal["text"])

    async def look(self, evidence_id: str) -> Any:
        """Look at a piece of evidence, as the log of looks will say."""
        seen = await self.ask(f"evidence/{evidence_id}/views", {"purpose": "To assess it."})
        return json.loads(base64.b64decode(seen["data"]))


async def as_person(
    server: Server, person: Account, method: str, path: str, body: Any = None
) -> Any:
    """Do over HTTP what is not what a test is about."""
    headers = {"Authorization": f"Bearer {await person.token()}"}
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        answer = await http.request(method, path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def write(
    server: Server, person: Account, room_id: str, content: Any, kind: str = "m.room.message"
) -> str:
    """Write into a room as any client could, in the open; return the event."""
    path = f"/_matrix/client/v3/rooms/{quote(room_id)}/send/{quote(kind)}/w{next(_NUMBERS)}"
    return str((await as_person(server, person, "PUT", path, content))["event_id"])


async def group_of(server: Server, owner: Account, *guests: Account) -> str:
    """Make a group, which everybody is in; return its id."""
    ids = [f"@{guest.name}:{server.server_name}" for guest in guests]
    wish = {"name": "Neighbours", "preset": "private_chat", "invite": ids}
    made = await as_person(server, owner, "POST", "/_matrix/client/v3/createRoom", wish)
    for guest in guests:
        path = f"/_matrix/client/v3/join/{made['room_id']}"
        await as_person(server, guest, "POST", path, {})
    return str(made["room_id"])


async def report_message(server: Server, reporter: Account, event_id: str) -> None:
    """Report a message that is not encrypted."""
    wish = {"item_type": "event", "item_id": event_id}
    wish["category"] = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
    await as_person(server, reporter, "POST", f"{OURS}/reports", wish)


async def report_account(server: Server, reporter: Account, name: str) -> None:
    """Report somebody."""
    id = f"@{name}:{server.server_name}"
    wish = {"item_type": "account", "item_id": id, "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE"}
    await as_person(server, reporter, "POST", f"{OURS}/reports", wish)


async def newcomer(server: Server, name: str) -> str:
    """Make an account without a browser; return its access token."""
    wish = {"username": name, "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        answer = await http.post("/_matrix/client/v3/register", json=wish)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])
