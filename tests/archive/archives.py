"""Asking for an archive, and looking into it."""

import asyncio
import io
import time
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from tests.api import User

EXPORT = "/_courtyard/conduct/v1/export"
SECONDS_MAX = 60.0
POLL_SECONDS = 0.005

T = TypeVar("T")


class Archive:
    """What was in all parts of an archive."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts
        self.files: dict[str, bytes] = {}
        for part in parts:
            with zipfile.ZipFile(io.BytesIO(part)) as opened:
                assert opened.testzip() is None
                for name in opened.namelist():
                    assert name not in self.files
                    self.files[name] = opened.read(name)

    def json(self, path: str) -> Any:
        """Return what stands in a JSON file."""
        return msgspec.json.decode(self.files[path])

    def lines(self, path: str) -> list[Any]:
        """Return the lines of an NDJSON file."""
        return [msgspec.json.decode(line) for line in self.files[path].splitlines()]

    def room(self, room_id: str) -> dict[str, Any]:
        """Return the entry of a room in `rooms.json`."""
        (found,) = [room for room in self.json("rooms.json") if room["room_id"] == room_id]
        return found  # type: ignore[no-any-return]

    def has_room(self, room_id: str) -> bool:
        return any(room["room_id"] == room_id for room in self.json("rooms.json"))

    def head(self, room_id: str) -> Any:
        """Return `room.json` of a room."""
        return self.json(f"{self.room(room_id)['folder']}/room.json")

    def events(self, room_id: str) -> list[Any]:
        """Return the events of a room, from all its files."""
        folder = self.room(room_id)["folder"]
        found, number = self.lines(f"{folder}/events.ndjson"), 2
        while f"{folder}/events-{number}.ndjson" in self.files:
            found += self.lines(f"{folder}/events-{number}.ndjson")
            number += 1
        return found

    def bodies(self, room_id: str) -> list[str]:
        """Return what was said in a room, as far as it can be read."""
        return [e["content"]["body"] for e in self.events(room_id) if "body" in e["content"]]

    def holds(self, text: str) -> bool:
        """Tell whether some text stands in any file."""
        return any(text.encode() in body for body in self.files.values())

    def media(self) -> dict[str, Any]:
        """Return the lines of the media index by address."""
        return {line["mxc"]: line for line in self.lines("media.ndjson")}


async def poll(question: Callable[[], Awaitable[T | None]]) -> T:
    """Ask until there is an answer that is not None: whoever asks for an archive has no other way to hear of it."""
    deadline = time.monotonic() + SECONDS_MAX
    while (answer := await question()) is None:
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(POLL_SECONDS)
    return answer


async def until(user: User, path: str, *states: str) -> Any:
    """Ask until an export is in one of some states."""

    async def told() -> Any:
        found = (await user.get(path)).ok()
        return found if found["state"] in states else None

    return await poll(told)


async def request(user: User) -> str:
    """Ask for an archive; return where to hear of it."""
    answer = await user.post(EXPORT)
    assert answer.status == 200, answer.body
    return str(answer.body["path"])


async def fetch(user: User, told: Any) -> Archive:
    """Fetch every part."""
    parts = []
    for part in told["parts"]:
        answer = await user.get(part["path"])
        assert answer.status == 200
        assert len(answer.body) == part["size_bytes"]
        parts.append(answer.body)
    return Archive(parts)


async def export(user: User) -> Archive:
    """Ask for an archive, wait for it and fetch it."""
    return await fetch(user, await until(user, await request(user), "ready"))
