"""The README's invariants hold after whatever uploads, links and deletions come in whatever order."""

import contextlib
import random
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from courtyard.app.wiring import Server
from courtyard.base.errors import CourtyardError
from courtyard.base.ids import EventId, UserId
from courtyard.media import download, intake, links, upload
from courtyard.media.model import Declared, MediaId
from courtyard.media.rules_thumbnails import choose
from courtyard.media.sweep import sweep
from courtyard.media.thumbnails import find_or_make
from courtyard.storage.tx import ReadTx
from tests.media import pictures
from tests.media.test_upload import pieces

USERS = [UserId("@alice:test.example"), UserId("@bob:test.example")]
BODIES = [pictures.png(40 + n, 30) for n in range(2)] + [pictures.jpeg(400, 300), b"broken"]
PNG = Declared(content_type="image/png", filename=None)


class Chance:
    """Does one thing after another, as chance has it."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server = server
        self.chance = random.Random(seed)
        self.items: list[tuple[UserId, MediaId]] = []
        self.events = [EventId(f"$event{n}") for n in range(4)]

    async def step(self) -> None:
        deeds = [self.upload, self.upload, self.create, self.fill, self.link, self.unlink]
        deeds += [self.thumbnail, self.delete, self.erase]
        with contextlib.suppress(CourtyardError):  # refusals are part of the game
            await self.chance.choices(deeds, [4, 4, 2, 2, 6, 3, 3, 1, 0.2])[0]()

    def item(self) -> tuple[UserId, MediaId]:
        return self.chance.choice(self.items or [(USERS[0], MediaId("none"))])

    async def take(self, user_id: UserId, media_id: MediaId | None) -> MediaId:
        db, blobs = self.server.db, self.server.blobs
        body = self.chance.choice(BODIES)
        return await intake.take(db, blobs, user_id, PNG, pieces(body), 0, media_id)

    async def upload(self) -> None:
        user_id = self.chance.choice(USERS)
        self.items.append((user_id, await self.take(user_id, None)))

    async def create(self) -> None:
        user_id = self.chance.choice(USERS)
        media_id, _ = await self.server.db.write(upload.create_pending, user_id)
        self.items.append((user_id, media_id))

    async def fill(self) -> None:
        await self.take(*self.item())

    async def link(self) -> None:
        event, sender = self.chance.choice(self.events), self.chance.choice(USERS)
        json = " ".join(f"mxc://test.example/{self.item()[1]}" for _ in range(2)).encode()
        await self.server.db.write(links.link, event, sender, json)

    async def unlink(self) -> None:
        await self.server.db.write(links.unlink, self.chance.choice(self.events))

    async def thumbnail(self) -> None:
        db, blobs = self.server.db, self.server.blobs
        media = await download.find(db, "test.example", self.item()[1], 0)
        side = self.chance.choice([32, 96])
        await find_or_make(db, blobs, media, choose(side, side, "crop", animated=False))

    async def delete(self) -> None:
        await self.server.db.write(links.delete_media, *self.item())

    async def erase(self) -> None:
        await self.server.db.write(links.erase_user, self.chance.choice(USERS))


def rows(tx: ReadTx, sql: str) -> list[tuple[Any, ...]]:
    return tx.execute(sa.text(sql))


@pytest.mark.parametrize("seed", range(3))
async def test_the_invariants_hold(server: Server, seed: int) -> None:
    chance = Chance(server, seed)
    for _ in range(120):
        await chance.step()
    await sweep(server.db, server.blobs, now=server.world.clock.now_ms())

    async def ask(sql: str) -> list[tuple[Any, ...]]:
        return await server.db.read(rows, sql)

    hashes = {row[0] for row in await ask("SELECT sha256 FROM media WHERE sha256 IS NOT NULL")}
    blobs = dict(await ask("SELECT sha256, key FROM media_blobs"))
    assert hashes == set(blobs)
    made = await ask("SELECT sha256, key FROM media_thumbnails")
    assert {row[0] for row in made} <= hashes
    items = {row[0] for row in await ask("SELECT media_id FROM media")}
    assert {row[0] for row in await ask("SELECT media_id FROM media_links")} <= items
    assert not await ask("SELECT key FROM blob_deletions")
    keys = [*blobs.values(), *(row[1] for row in made if row[1] is not None)]
    folder = Path(server.settings.data) / "media"
    found = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    assert sorted(keys) == sorted(found)
    loose = (
        "SELECT media_id FROM media m WHERE is_tied = 1 AND NOT EXISTS"
        " (SELECT 1 FROM media_links l WHERE l.media_id = m.media_id)"
    )
    assert not await ask(loose)
