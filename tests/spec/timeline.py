"""Words shared by the tests that read rooms."""

import json
from typing import Any

from tests.api import User, q, text


async def fill(user: User, room: str, count: int, word: str = "m") -> list[str]:
    """Send texts and return their event ids, oldest first."""
    return [await user.say(room, f"{word}{number}") for number in range(count)]


async def messages(user: User, room: str, **params: Any) -> Any:
    """Return an answer of /messages; a dict as `filter` is encoded."""
    if isinstance(params.get("filter"), dict):
        params["filter"] = json.dumps(params["filter"])
    return (await user.get(f"rooms/{q(room)}/messages", **{"dir": "b", **params})).ok()


async def everything(user: User, room: str, **params: Any) -> list[Any]:
    """Page through all of /messages and return the events."""
    found: list[Any] = []
    while True:
        page = await messages(user, room, **params)
        found += page["chunk"]
        if "end" not in page:
            return found
        assert page["end"] != params.get("from"), "a page has to lead on"
        params["from"] = page["end"]


def ids(events: list[Any]) -> list[str]:
    """Return the ids of events."""
    return [event["event_id"] for event in events]


def bodies(events: list[Any]) -> list[str]:
    """Return the texts among events."""
    return [event["content"]["body"] for event in events if "body" in event["content"]]


async def relate(  # one for each part of a relation
    user: User,
    room: str,
    parent: str,
    rel_type: str,
    body: str = "child",
    type: str = "m.room.message",
    **more: Any,
) -> str:
    """Send an event that relates to another and return its id."""
    content: dict[str, Any] = {
        **text(body),
        "m.relates_to": {"rel_type": rel_type, "event_id": parent, **more.pop("relates_to", {})},
        **more,
    }
    return str((await user.send(room, content, type=type)).ok()["event_id"])


async def edit(user: User, room: str, parent: str, body: str) -> str:
    """Replace a text and return the id of the replacement."""
    new: dict[str, Any] = {"m.new_content": text(body)}
    return await relate(user, room, parent, "m.replace", f"* {body}", **new)


async def redact(user: User, room: str, event_id: str, txn: str = "r") -> str:
    """Redact an event and return the redaction's id."""
    path = f"rooms/{q(room)}/redact/{q(event_id)}/{txn}{q(event_id)}"
    return str((await user.put(path)).ok()["event_id"])


async def ignore(user: User, *others: str) -> None:
    """Ignore some users."""
    path = f"user/{q(user.id)}/account_data/m.ignored_user_list"
    (await user.put(path, {"ignored_users": {other: {} for other in others}})).ok()
