"""A server with rules, a staff and a log, for tests over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.conduct.people import grant_staff
from courtyard.conduct.publish import publish_default_rules
from courtyard.conduct.rules_leaf import Leaf
from courtyard.transparency import store
from tests.api import Answer, Api, User, q

OURS = "/_courtyard/conduct/v1"
STAFF = "/_courtyard/staff/v1"
DAY = 86_400_000
HOUR = 3_600_000


@dataclass
class Log:
    """What stands in the server's public log, published or about to be."""

    server: Server

    @property
    def leaves(self) -> list[Leaf]:
        """Return every leaf, in order."""
        found = []
        for line in self.server.db.read_inline(store.leaves_from, 0, 10_000):
            fields = msgspec.json.decode(line)
            type, id, day = (fields.pop(name) for name in ("t", "id", "day"))
            assert fields.pop("v") == 1
            found.append(Leaf(type=type, id=id, day=day, fields=fields))
        return found

    def types(self) -> list[str]:
        """Return what was logged, in order."""
        return [leaf.type for leaf in self.leaves]


@dataclass
class Court:
    """A server on which decisions can be made, and the people who make them."""

    server: Server
    api: Api
    log: Log
    staff: list[User]

    async def hire(self, name: str) -> User:
        """Take somebody new on the staff."""
        user = await self.api.register(name)
        await self.server.db.write(grant_staff, UserId(user.id))
        self.staff.append(user)
        return user

    def now(self) -> int:
        """Return the time."""
        return self.server.world.clock.now_ms()

    async def case_about(self, reporter: User, subject: User, note: str = "It hurts.") -> str:
        """Let somebody report an account; return the case, given out to the first of the staff."""
        reported = await reporter.post(
            f"{OURS}/reports",
            {
                "item_type": "account",
                "item_id": subject.id,
                "item_version": note,
                "subject": subject.id,
                "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
                "explanation": note,
            },
        )
        reported.ok()
        given = (await self.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
        assert given["subject"] == subject.id
        return str(given["id"])

    async def propose(
        self, case_id: str, *measures: dict[str, Any], by: User | None = None, **changes: Any
    ) -> Answer:
        """Propose a decision: no likes for a day, unless told otherwise."""
        body: dict[str, Any] = {
            "rule": "R3.1",
            "measures": list(measures) or [feature()],
            "conduct_at": self.now() - 1,
            "facts": "You wrote to somebody who had asked you to stop.",
            "explanation": "That is unwanted contact.",
        }
        who = by or self.staff[0]
        return await who.post(f"{STAFF}/cases/{q(case_id)}/propose", body | changes)

    async def decide(self, reporter: User, subject: User, *measures: dict[str, Any]) -> str:
        """Report, propose, and approve where that is needed; return the decision."""
        case_id = await self.case_about(reporter, subject, f"case {len(self.log.leaves)}")
        made = (await self.propose(case_id, *measures)).ok()
        if made["state"] == "waiting":
            made = (await self.approve(made["decision"], self.staff[1])).ok()
        assert made["state"] == "issued", made
        return str(made["decision"])

    async def approve(self, decision_id: str, by: User, verb: str = "approve") -> Answer:
        """Approve, confirm or reject."""
        return await by.post(f"{STAFF}/decisions/{q(decision_id)}/{verb}")


def feature(*capabilities: str, length_ms: int = DAY) -> dict[str, Any]:
    """Return a wanted feature restriction: no group messages, unless told otherwise."""
    return {
        "type": "feature",
        "length_ms": length_ms,
        "capabilities": list(capabilities or ("chat.group.send",)),
    }


SUSPENSION = {"type": "suspension", "length_ms": 7 * DAY}
WARNING = {"type": "warning", "length_ms": 90 * DAY}


async def build_court(server: Server, api: Api, staff: int = 4) -> Court:
    """Give a server the default rules, and people on its staff."""
    await server.db.write(publish_default_rules)
    court = Court(server, api, Log(server), [])
    for number in range(staff):
        await court.hire(f"staff{number}")
    return court


async def notices(user: User) -> list[dict[str, Any]]:
    """Return what the server told an account in its notices room, in order."""
    return [
        event["content"]
        for room in (await user.sync())["rooms"]["join"].values()
        for event in room["timeline"]["events"]
        if event["sender"].startswith("@notices") and "body" in event["content"]
    ]


async def notices_read(user: User) -> list[str]:
    """Return the words of what the server told an account."""
    return [content["body"] for content in await notices(user)]
