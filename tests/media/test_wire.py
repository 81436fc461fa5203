"""Refusals reach those who are still sending. That takes real connections."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.server import running_server

pytestmark = pytest.mark.slow
UPLOAD = "/_matrix/media/v3/upload"


async def test_who_is_still_sending_hears_why_not(tmp_path: Path) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 1_000_000

    settings = {"COURTYARD_UPLOAD_BYTES_MAX": "20000000"}
    async with (
        running_server(tmp_path, settings=settings) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=30) as client,
    ):
        account = {"username": "a", "password": "a b c d e f", "auth": {"type": "m.login.dummy"}}
        token = (await client.post("/_matrix/client/v3/register", json=account)).json()
        known = {"Authorization": f"Bearer {token['access_token']}"}
        expired = {"Authorization": "Bearer expired"}

        for content in (body(), b"x" * 30_000_000):
            answer = await client.post(UPLOAD, content=content, headers=known)
            assert (413, "M_TOO_LARGE") == (answer.status_code, answer.json()["errcode"])
        answer = await client.post(UPLOAD, content=body(), headers=expired)
        assert (401, "M_UNKNOWN_TOKEN") == (answer.status_code, answer.json()["errcode"])
        answer = await client.post(UPLOAD, content=b"x" * 20_000_000, headers=known)
        assert answer.status_code == 200
