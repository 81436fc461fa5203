"""Content in a room, decisions about it, and everything that somebody can read of it, for tests."""

from __future__ import annotations

import json
from typing import Any

from tests.api import Answer, User, q, text
from tests.conduct.town import DAY, OURS, STAFF, Court

V1 = "/_matrix/client/v1"
SECRET = "persimmon"
"""A word that stands in what is withheld, and nowhere else."""
NOTE = "org.courtyard.withheld"
LABEL = "org.courtyard.label"


def step(name: str, item_id: str, length_ms: int = 30 * DAY) -> dict[str, Any]:
    """Return a wanted step about content."""
    return {"type": "content", "length_ms": length_ms, "step": name, "item_id": item_id}


async def case_about(
    court: Court, reporter: User, subject: User, item_type: str, item_id: str
) -> str:
    """Let somebody report content; return the case, given out to the first of the staff."""
    reported = await reporter.post(
        f"{OURS}/reports",
        {
            "item_type": item_type,
            "item_id": item_id,
            "item_version": f"v{len(court.log.leaves)}",
            "subject": subject.id,
            "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
            "explanation": "It hurts.",
        },
    )
    reported.ok()
    given = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert given["item"]["id"] == item_id
    return str(given["id"])


async def decide(
    court: Court, reporter: User, subject: User, item_type: str, *measures: dict[str, Any]
) -> str:
    """Decide about the content that the first measure names; return the decision."""
    item_id = measures[0]["item_id"]
    case_id = await case_about(court, reporter, subject, item_type, item_id)
    made = (await court.propose(case_id, *measures)).ok()
    assert made["state"] == "issued", made
    return str(made["decision"])


async def appeal(subject: User, decision_id: str) -> str:
    """Appeal; return the appeal."""
    made = await subject.post(
        f"{OURS}/decisions/{q(decision_id)}/appeals", {"text": "It was a recipe."}
    )
    return str(made.ok()["id"])


async def answer_appeal(court: Court, outcome: str, **more: Any) -> None:
    """Let another of the staff answer the one open appeal."""
    hears = court.staff[1]
    given = (await hears.post(f"{STAFF}/appeals/next")).ok()["appeal"]
    body = {"outcome": outcome, "reasons": "We read it again."} | more
    (await hears.post(f"{STAFF}/appeals/{q(given['id'])}/decide", body)).ok()


def thread(root: str, body: str) -> dict[str, Any]:
    """Return a message in a thread."""
    return text(body) | {"m.relates_to": {"rel_type": "m.thread", "event_id": root}}


def reaction(event_id: str, key: str = "👍") -> dict[str, Any]:
    """Return a reaction."""
    relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
    return {"m.relates_to": relation}


def edit(event_id: str, body: str) -> dict[str, Any]:
    """Return a message that replaces another one."""
    relation = {"rel_type": "m.replace", "event_id": event_id}
    return text(f"* {body}") | {"m.new_content": text(body), "m.relates_to": relation}


SEARCH = {"search_categories": {"room_events": {"search_term": SECRET, "event_context": {}}}}


async def reads(user: User, room_id: str, event_id: str) -> dict[str, bytes]:
    """Return the bytes of everything that tells of an event, but for asking for it by its id."""
    room = f"rooms/{q(room_id)}"
    timeline = {"limit": 50, "unread_thread_notifications": True}
    shown = {"timeline": timeline, "rooms": [room_id]}
    found = {}
    for path in (
        f"{room}/messages?dir=b&limit=50",
        f"{room}/messages?dir=f&limit=50",
        f"{room}/context/{q(event_id)}?limit=20",
        f"{room}/initialSync",
        f"{room}/state",
        f"{room}/members",
        f"{room}/joined_members",
        f"{V1}/{room}/relations/{q(event_id)}?recurse=true",
        f"{V1}/{room}/threads",
        f"{V1}/{room}/hierarchy",
        f"events?from=s0_0&room_id={q(room_id)}&timeout=0",
        "notifications",
        "publicRooms",
        f"profile/{q(user.id)}",
        f"sync?filter={q(json.dumps({'room': shown, 'presence': {'types': []}}))}",
    ):
        found[path] = await raw(user, "GET", path)
    found["search"] = await raw(user, "POST", "search", SEARCH)
    people = {"search_term": "persim"}
    found["people"] = await raw(user, "POST", "user_directory/search", people)
    return found


async def read_directly(user: User, room_id: str, event_id: str) -> dict[str, bytes]:
    """Return the bytes of an event that is asked for by its id."""
    paths = (f"rooms/{q(room_id)}/event/{q(event_id)}", f"events/{q(event_id)}")
    return {path: await raw(user, "GET", path) for path in paths}


async def raw(user: User, method: str, path: str, body: Any = None) -> bytes:
    """Return the bytes of an answer, which has to be a 200."""
    url = path if path.startswith("/") else f"/_matrix/client/v3/{path}"
    response = await user.api.http.request(
        method, url, json=body, headers={"Authorization": f"Bearer {user.token}"}
    )
    assert response.status_code == 200, (path, response.content)
    return response.content


class Scene:
    """A public room in which Alice said something, Bob liked it and Carol replied in its thread."""

    def __init__(self, alice: User, bob: User, carol: User) -> None:
        self.alice, self.bob, self.carol = alice, bob, carol
        self.room = self.said = self.edited = ""

    async def begin(self) -> Scene:
        alice, bob, carol = self.alice, self.bob, self.carol
        self.room = await alice.create_room(preset="public_chat", visibility="public", name="Fruit")
        for user in (bob, carol):
            (await user.join(self.room)).ok()
        self.said = await alice.say(self.room, f"a {SECRET} for everybody")
        (await bob.send(self.room, reaction(self.said), type="m.reaction")).ok()
        (await carol.send(self.room, thread(self.said, "thank you"))).ok()
        edited = await alice.send(self.room, edit(self.said, f"two {SECRET}s"))
        self.edited = edited.ok()["event_id"]
        await bob.say(self.room, "and something else")
        return self


async def event_of(user: User, scene: Scene, event_id: str) -> dict[str, Any]:
    """Return an event as `/messages` shows it."""
    page = (await user.get(f"rooms/{q(scene.room)}/messages?dir=b&limit=50")).ok()
    [found] = [one for one in page["chunk"] if one["event_id"] == event_id]
    return dict(found)


def law_of(refused: Answer) -> tuple[int, str | None]:
    """Return what stood against a proposal."""
    return refused.status, refused.body.get("org.courtyard.law")
