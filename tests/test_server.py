"""The fixture that runs the real server: it starts, is killed, starts again, stops, and tells why not."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.server import Server, ServerFailedError, running_server

pytestmark = pytest.mark.slow


async def versions(server: Server) -> int:
    async with httpx.AsyncClient(base_url=server.base_url) as client:
        return (await client.get("/_matrix/client/versions")).status_code


async def test_a_server_is_killed_and_comes_back_on_its_data(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        assert await versions(server) == 200

        server.kill()
        assert not server.running
        with pytest.raises(httpx.ConnectError):
            await versions(server)

        await server.start()
        assert await versions(server) == 200
        assert await server.stop() == 0
        assert not server.running
    assert server.data.is_dir()


async def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", settings={"COURTYARD_REGISTRATION": "maybe"})

    with pytest.raises(ServerFailedError, match="registration"):
        await server.start()
