"""Data directories of every schema that was released: they open, nothing is wrong, and people find what they left."""

import sqlite3
from pathlib import Path

import httpx
import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.cli.check import violations
from courtyard.storage.migrate import stored_version
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.schema import SCHEMA_VERSION
from tests.api import Api, User, q
from tests.fakes import FakeClock
from tests.upgrade.make import DIRECTORIES
from tests.wallet.bank import LEAF, WALLET, act, balance

FIRST_WITH_MONEY = 17
OLD = sorted(DIRECTORIES.glob("schema_*.sql"))


def test_the_present_schema_has_its_directory() -> None:
    assert f"schema_{SCHEMA_VERSION:04}" in {path.stem for path in OLD}, (
        "keep a directory of this schema: python -m tests.upgrade.make"
    )


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
async def test_an_old_directory_opens(old: Path, settings: Settings, clock: FakeClock) -> None:
    folder = Path(settings.data)
    folder.mkdir()
    driver = sqlite3.connect(folder / DATABASE_FILE)
    driver.executescript(old.read_text("utf-8"))
    driver.close()
    server = Server(settings, clock)
    assert stored_version(folder / DATABASE_FILE)[0] == SCHEMA_VERSION
    await server.start()
    transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]  # ours is untyped
    async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as http:
        # The files themselves are not kept with the text.
        found = [each for each in violations(folder) if " is missing." not in each]
        assert found == []

        bob = await Api(http).login("@bob:test.example")
        synced = await bob.sync()
        rooms = synced["rooms"]["join"]
        said = [
            event["content"].get("body")
            for room in rooms.values()
            for event in room["timeline"]["events"]
        ]
        assert "look" in said
        assert any(room["unread_notifications"]["highlight_count"] for room in rooms.values())
        alias = await bob.get(f"directory/room/{q('#square11:test.example')}")
        room_id = alias.ok()["room_id"]
        event_id = await bob.say(room_id, "I am back")
        later = await bob.sync(synced["next_batch"])
        timeline = later["rooms"]["join"][room_id]["timeline"]
        assert [event["event_id"] for event in timeline["events"]] == [event_id]
        page = await bob.get(f"rooms/{q(room_id)}/messages", dir="b", limit=100)
        assert len(page.ok()["chunk"]) > 10
        if int(old.stem.removeprefix("schema_")) >= FIRST_WITH_MONEY:
            await _spend(bob)
        found = [each for each in violations(folder) if " is missing." not in each]
        assert found == []
    await server.stop()


async def _spend(bob: User) -> None:
    """Take what was offered, and find everything that was paid."""
    assert await balance(bob) == 7 + 5 + 4
    [waiting] = [
        content["id"]
        for room in (await bob.sync())["rooms"]["join"].values()
        for event in room["timeline"]["events"]
        if event["type"] == "org.courtyard.payment"
        for content in [event["content"]]
        if content["state"] == "pending"
        and (await bob.get(f"{WALLET}/transfers/{content['id']}")).ok()["state"] == "pending"
    ]
    (await act(bob, "transfers", waiting, "accept")).ok()
    entries = (await bob.get(f"{WALLET}/history/{LEAF}")).ok()["entries"]
    assert [(entry["seq"], entry["amount"]) for entry in entries] == [
        (4, "3"),
        (3, "4"),
        (2, "5"),
        (1, "7"),
    ]
    assert {entry["with"] for entry in entries[1::2]} == {"@alice:test.example", ""}
