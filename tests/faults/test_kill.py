"""`kill -9` ten times under load: what was answered is there, nothing is there twice, and it starts again by itself."""

import asyncio
import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtyard.cli.check import violations
from tests.api import Api, User, q, text
from tests.server import Server, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

KILLS = 10
WRITERS = 8
ROOMS = 3


class Writer:
    """Sends without pause, and remembers what it was told."""

    def __init__(
        self, user: User, rooms: list[str], number: int, on_answer: Callable[[], None]
    ) -> None:
        self._on_answer = on_answer
        self.user = user
        self.rooms = rooms
        self.number = number
        self.acknowledged: dict[str, str] = {}
        """Body → event id."""
        self.unsure: list[tuple[str, str, str]] = []
        """Room, txn id and body of what was never answered."""
        self.own_rooms: list[str] = []
        self.noted = 0
        self._txn = itertools.count()

    async def run(self) -> None:
        """Write until the connection breaks."""
        try:
            while True:
                await self._one()
        except httpx.TransportError:
            return

    async def _one(self) -> None:
        n = next(self._txn)
        room_id = self.rooms[n % len(self.rooms)]
        txn, body = f"w{self.number}-{n}", f"{self.number}/{n}"
        self.unsure.append((room_id, txn, body))
        event_id = await self._send(room_id, txn, body)
        self.unsure.pop()
        self.acknowledged[body] = event_id
        self._on_answer()
        if n % 4 == 0:
            (await self.user.post(f"rooms/{q(room_id)}/receipt/m.read/{q(event_id)}")).ok()
        if n % 5 == 0:
            path = f"user/{q(self.user.id)}/account_data/org.example.n"
            (await self.user.put(path, {"n": n})).ok()
            self.noted = n
        if n % 7 == 0:
            message = {"messages": {self.user.id: {"*": {"n": n}}}}
            (await self.user.put(f"sendToDevice/org.example.x/{txn}", message)).ok()
        if n % 25 == 0:
            self.own_rooms.append(await self.user.create_room(preset="public_chat"))

    async def _send(self, room_id: str, txn: str, body: str) -> str:
        return str((await self.user.send(room_id, text(body), txn=txn)).ok()["event_id"])

    async def repeat(self) -> None:
        """Send once more what was never answered, as a client does when it is back."""
        for room_id, txn, body in self.unsure:
            self.acknowledged[body] = await self._send(room_id, txn, body)
        self.unsure.clear()


class Fate:
    """Strikes after some number of answers, wherever everybody else is at that moment."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._left = 0
        self._strikes = asyncio.Event()

    def on_answer(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._strikes.set()

    async def wait(self) -> None:
        self._left = self._chance.randint(10, 250)
        self._strikes.clear()
        await self._strikes.wait()


async def test_ten_kills_under_load(tmp_path: Path) -> None:
    fate = Fate(random.Random(20))
    async with (
        running_server(tmp_path) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=30) as http,
    ):
        api = Api(http)
        users = [await api.register(f"writer{n}") for n in range(WRITERS)]
        rooms = [await users[0].create_room(preset="public_chat") for _ in range(ROOMS)]
        for user in users[1:]:
            for room_id in rooms:
                (await user.join(room_id)).ok()
        writers = [Writer(user, rooms, n, fate.on_answer) for n, user in enumerate(users)]
        for _ in range(KILLS):
            struck = asyncio.create_task(fate.wait())
            running = [asyncio.create_task(writer.run()) for writer in writers]
            await struck
            server.kill()
            await asyncio.gather(*running)
            assert list(violations(server.data)) == []
            # By itself: nothing is repaired, deleted or asked.
            await server.start()
            for writer in writers:
                await writer.repeat()
        await look_back(writers, rooms)
        assert sum(len(writer.acknowledged) for writer in writers) > 100
        assert await stop_and_check(server) == []


async def look_back(writers: list[Writer], rooms: list[str]) -> None:
    """Everything that was answered is there, once."""
    found: dict[str, list[str]] = {}
    for room_id in rooms:
        for event in await history(writers[0].user, room_id):
            if event["type"] == "m.room.message":
                found.setdefault(event["content"]["body"], []).append(event["event_id"])
    for writer in writers:
        for body, event_id in writer.acknowledged.items():
            assert found.pop(body) == [event_id], body
        data = await writer.user.get(f"user/{q(writer.user.id)}/account_data/org.example.n")
        assert data.ok()["n"] >= writer.noted
        joined = (await writer.user.get("joined_rooms")).ok()["joined_rooms"]
        assert set(writer.own_rooms) <= set(joined)
        assert len(joined) == len(set(joined))
    assert found == {}, "what nobody sent"


async def history(user: User, room_id: str) -> list[Any]:
    """All events of a room, page by page."""
    events: list[Any] = []
    params: dict[str, Any] = {"dir": "f", "limit": 500}
    while True:
        page = (await user.get(f"rooms/{q(room_id)}/messages", **params)).ok()
        events += page["chunk"]
        if "end" not in page or not page["chunk"]:
            return events
        params["from"] = page["end"]


async def stop_and_check(server: Server) -> list[str]:
    """Stop in order and look for anything that must not be."""
    assert await server.stop() == 0
    return list(violations(server.data))
