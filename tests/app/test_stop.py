"""SIGTERM: whoever waits is answered, what is queued is written, and the process ends soon with status 0."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from tests.api import Api, text
from tests.server import running_server

pytestmark = pytest.mark.slow

POLLS = 200
STOP_SECONDS_MAX = 5.0


async def test_two_hundred_idle_long_polls_end_with_an_empty_200(tmp_path: Path) -> None:
    limits = httpx.Limits(max_connections=POLLS + 10)
    async with (
        running_server(tmp_path) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=60, limits=limits) as http,
    ):
        alice = await Api(http).register("alice")
        room_id = await alice.create_room()
        since = (await alice.sync())["next_batch"]
        polls = [asyncio.create_task(alice.sync(since, timeout=60_000)) for _ in range(POLLS)]
        async with asyncio.timeout(30):
            while True:
                page = (await http.get("/metrics")).text
                if "courtyard_polls_waiting 200.0" in page:
                    break

        asked = time.monotonic()
        sending = asyncio.create_task(alice.send(room_id, text("the last word"), "org.example.x"))
        stopping = asyncio.create_task(server.stop())
        answers = await asyncio.gather(*polls)
        status = await stopping
        seconds = time.monotonic() - asked

        assert status == 0
        assert seconds < STOP_SECONDS_MAX
        assert sum("rooms" in answer for answer in answers) in (0, POLLS)
        assert all(answer["next_batch"] for answer in answers)
        try:
            event_id = (await sending).ok()["event_id"]
        except httpx.TransportError:
            event_id = None
        await server.start()
        if event_id is not None:
            assert (await alice.get(f"rooms/{room_id}/event/{event_id}")).status == 200
        assert "fault" not in server.log()
