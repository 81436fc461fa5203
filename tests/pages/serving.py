"""The server of a test over HTTP, in the test's own process: so a browser meets the test's clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server as Granian

from courtyard.app.wiring import Server


@asynccontextmanager
async def served(server: Server, port: int) -> AsyncIterator[str]:
    """Serve it on a port of this machine, and give its address; it answers already."""
    http = Granian(
        server.asgi,
        "127.0.0.1",
        port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    serving = asyncio.create_task(http.serve())
    base_url = f"http://127.0.0.1:{port}"
    # It gives no signal when it listens.
    patient = httpx.AsyncHTTPTransport(retries=8)
    async with httpx.AsyncClient(base_url=base_url, transport=patient) as client:
        assert (await client.get("/health")).status_code == 200
    yield base_url
    http.stop()  # type: ignore[no-untyped-call]  # the library's stub lacks it
    await serving
