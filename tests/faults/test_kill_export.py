"""`kill -9` while an archive is being built: it is built anew by itself, whole, and nothing is left over."""

import random
from pathlib import Path

import httpx
import pytest

from courtyard.archive.verify import verify
from courtyard.cli.check import violations
from tests.api import Api, text
from tests.archive.archives import fetch, request, until
from tests.faults.busy_town import build, upload
from tests.server import running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

KILLS = 6
EVENTS = 800


async def test_kills_in_the_middle_of_a_build(tmp_path: Path) -> None:
    chance = random.Random(5)
    small = {"COURTYARD_ARCHIVE_PART_BYTES_MAX": "200000"}
    async with (
        running_server(tmp_path, settings=small) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=30) as http,
    ):
        api = Api(http)
        alice, bob, carol = [await api.register(name) for name in ("alice", "bob", "carol")]
        await build(api, {"alice": alice, "bob": bob, "carol": carol})
        room_id = await alice.create_room()
        for n in range(EVENTS):
            (await alice.send(room_id, text(f"{n} " + chance.randbytes(500).hex()))).ok()
        for _ in range(5):
            await upload(alice, chance.randbytes(100_000))
        killed_while: list[int] = []
        for _ in range(KILLS):
            path = await request(alice)
            at = chance.randrange(200_000)
            while True:
                told = await until(alice, path, "requested", "building", "ready")
                done = told.get("progress", {}).get("size_bytes", 0)
                if told["state"] == "ready" or done > at:
                    break
            server.kill()
            killed_while.append(done)
            assert list(violations(server.data)) == []
            await server.start()
            # Nobody asks again.
            told = await until(alice, path, "ready")
            archive = await fetch(alice, told)
            assert len(archive.bodies(room_id)) == EVENTS
            folder = tmp_path / "fetched"
            folder.mkdir(exist_ok=True)
            paths = [folder / f"{n}.zip" for n in range(len(archive.parts))]
            for file, body in zip(paths, archive.parts, strict=True):
                file.write_bytes(body)
            assert verify(paths).faults == []
        assert sum(done > 0 for done in killed_while) >= KILLS // 2, "nothing was cut short"
        assert await server.stop() == 0
        assert list(violations(server.data)) == []
        left = [path.name for path in (server.data / "archives").iterdir()]
        assert len(left) == len(archive.parts), left
