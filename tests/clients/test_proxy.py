"""The proxy itself: it changes nothing, it misses nothing, and what it tells fails a test."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.clients.proxy import RecordingProxy
from tests.openapi import SpecValidator

C = "/_matrix/client/v3"
CORS = b"access-control-allow-origin: *\r\n"
JSON = b"content-type: application/json\r\n" + CORS


def answer(body: bytes, *, status: bytes = b"200 OK", headers: bytes = JSON) -> bytes:
    length = f"content-length: {len(body)}\r\n".encode()
    return b"HTTP/1.1 " + status + b"\r\n" + headers + length + b"\r\n" + body


@asynccontextmanager
async def upstream(*answers: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that gives prepared answers, one for each request head; and what it was sent."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for prepared in answers:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(prepared)
            await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heads
    finally:
        server.close()
        await server.wait_closed()


def request(method: str, path: str) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


@pytest.fixture(scope="module")
def validator() -> SpecValidator:
    return SpecValidator.at_hand() or SpecValidator({"paths": {}})


async def through(proxy: RecordingProxy, *dialogue: tuple[bytes, bytes]) -> None:
    """Send each request on one connection, read exactly the answer it should get, and hang up."""
    reader, writer = await asyncio.open_connection(*_address(proxy))
    for sent, expected in dialogue:
        writer.write(sent)
        assert await reader.readexactly(len(expected)) == expected
    writer.close()
    await writer.wait_closed()


def _address(proxy: RecordingProxy) -> tuple[str, int]:
    host, port = proxy.base_url.removeprefix("http://").split(":")
    return host, int(port)


async def test_bytes_pass_unchanged_and_are_recorded(validator: SpecValidator) -> None:
    chunked = b"HTTP/1.1 200 OK\r\n" + JSON + b"transfer-encoding: chunked\r\n\r\n"
    chunked += b'5\r\n{"joi\r\n12\r\nned_rooms": ["!r"]\r\n1\r\n}\r\n0\r\n\r\n'
    first = answer(b'{"joined_rooms": []}')
    async with (
        upstream(first, chunked) as (base_url, heads),
        RecordingProxy(base_url, validator) as proxy,
    ):
        one, two = request("GET", f"{C}/joined_rooms"), request("GET", f"{C}/joined_rooms?%21=%2F")
        await through(proxy, (one, first), (two, chunked))

    assert heads == [one, two]
    assert [exchange.body for exchange in proxy.exchanges] == [
        b'{"joined_rooms": []}',
        b'{"joined_rooms": ["!r"]}',
    ]
    assert proxy.exchanges[1].path == f"{C}/joined_rooms?%21=%2F"
    assert proxy.violations == []


async def test_a_compressed_answer_is_read(validator: SpecValidator) -> None:
    body = zlib.compress(b'{"errcode": "M_FORBIDDEN", "error": "no"}')
    packed = answer(body, status=b"403 No", headers=JSON + b"content-encoding: deflate\r\n")
    async with (
        upstream(packed) as (base_url, _),
        RecordingProxy(base_url, validator) as proxy,
    ):
        await through(proxy, (request("GET", f"{C}/joined_rooms"), packed))

    assert proxy.violations == []


@pytest.mark.parametrize(
    "bad, rule",
    [
        (answer(b"{}", status=b"500 Oops"), "server-error"),
        (answer(b'{"error": "no"}', status=b"403 No"), "error"),
        (answer(b"[]", headers=b"content-type: application/json\r\n"), "cors"),
        (b"SMTP 220 hello\r\n\r\n", "server-error"),
    ],
)
async def test_a_violation_is_told(validator: SpecValidator, bad: bytes, rule: str) -> None:
    async with (
        upstream(bad) as (base_url, _),
        RecordingProxy(base_url, validator) as proxy,
    ):
        await through(proxy, (request("GET", f"{C}/joined_rooms"), bad))

    assert rule in {violation.rule for violation in proxy.violations}


async def test_a_client_that_hangs_up_in_a_long_poll_leaves_nothing_behind(
    validator: SpecValidator,
) -> None:
    """That is how clients stop syncing; the server must see it too."""
    gone = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other side is gone
        writer.close()
        gone.set()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, RecordingProxy(base_url, validator) as proxy:
        await through(proxy, (request("GET", f"{C}/sync"), b""))
        async with asyncio.timeout(5):
            await gone.wait()

    assert proxy.exchanges == []


async def test_a_server_that_is_down_looks_down(validator: SpecValidator) -> None:
    async with upstream() as (base_url, _):
        pass
    async with RecordingProxy(base_url, validator) as proxy:
        reader, writer = await asyncio.open_connection(*_address(proxy))
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
