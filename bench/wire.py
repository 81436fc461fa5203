"""A lean HTTP/1.1 client for driving a server from the same two cores.

It understands only what a homeserver answers on a keep-alive connection to a request without
pipelining: a status line, headers with either `Content-Length` or chunked coding, one body.
`python -m bench --only client` shows how much it can drive against a responder that does nothing.

spec: RFC 9112, sections 4, 6 and 7.1
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"
ANSWER_BYTES_MAX = 256 * 1024 * 1024


class WireError(Exception):
    """The connection broke, or what came over it was not an answer we understand."""


@dataclass(frozen=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    @property
    def authority(self) -> str:
        """Give the value of the Host header."""
        return f"{self.host}:{self.port}"


class Answer(NamedTuple):
    """One answer: HTTP status and the raw body."""

    status: int
    body: bytes


def request(
    method: str, target: str, host: str, token: str | None = None, body: bytes | None = None
) -> bytes:
    """Build the bytes of one request; `target` is already percent-encoded."""
    head = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    if token is not None:
        head.append(f"Authorization: Bearer {token}")
    if body is not None:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + _HEAD_END + (body or b"")


class Connection(asyncio.Protocol):
    """One keep-alive connection; the callback gets (status, body) of each answer in turn.

    A lost connection is reported as status 0. The callback may write the next request at once.
    """

    def __init__(self, on_answer: Callable[[int, bytes], None]) -> None:
        """Keep the callback; the transport comes with `connection_made`."""
        self.on_answer = on_answer
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        # Bytes needed before it is worth looking at the buffer again.
        self._wanted = 0
        self._closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport. asyncio has set TCP_NODELAY already."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Send a request."""
        assert self._transport is not None
        self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        """Hand over the answer when it is whole."""
        buffer = self._buffer
        buffer += data
        if len(buffer) < self._wanted:
            return
        head_end = buffer.find(_HEAD_END)
        if head_end < 0:
            return
        status = int(buffer[9:12])
        found = _LENGTH.search(buffer, 0, head_end + 2)
        if found is not None:
            end = head_end + 4 + int(found.group(1))
            if len(buffer) < end:
                if end > ANSWER_BYTES_MAX:
                    raise WireError(f"answer of {end} bytes")
                self._wanted = end
                return
            body = bytes(buffer[head_end + 4 : end])
        elif _CHUNKED.search(buffer, 0, head_end + 2) is not None:
            whole = _join_chunks(buffer, head_end + 4)
            if whole is None:
                return
            body, end = whole
        else:
            body, end = b"", head_end + 4
        del buffer[:end]
        self._wanted = 0
        self.on_answer(status, body)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so to the callback, unless we closed it ourselves."""
        if not self._closing:
            self.on_answer(0, str(exc).encode() if exc else b"connection closed by the server")

    def close(self) -> None:
        """Close without a report."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()


def _join_chunks(buffer: bytearray, start: int) -> tuple[bytes, int] | None:
    """Return (body, offset after it), or None while the last chunk is missing."""
    parts: list[bytes] = []
    at = start
    while True:
        line_end = buffer.find(b"\r\n", at)
        if line_end < 0:
            return None
        size = int(buffer[at:line_end].split(b";")[0], 16)
        if size == 0:
            # No server here sends trailers: an empty line ends the answer.
            end = line_end + 4
            return (b"".join(parts), end) if len(buffer) >= end else None
        at = line_end + 2 + size + 2
        if len(buffer) < at:
            return None
        parts.append(bytes(buffer[line_end + 2 : at - 2]))


async def connect(address: Address, on_answer: Callable[[int, bytes], None]) -> Connection:
    """Open one connection to the server."""
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(
        lambda: Connection(on_answer), address.host, address.port
    )
    return protocol


@asynccontextmanager
async def connections() -> AsyncIterator[Callable[..., Awaitable[Connection]]]:
    """Give `connect`, and close what it opened at the end of the block, come what may."""
    opened: list[Connection] = []

    async def open_one(address: Address, on_answer: Callable[[int, bytes], None]) -> Connection:
        connection = await connect(address, on_answer)
        opened.append(connection)
        return connection

    try:
        yield open_one
    finally:
        for connection in opened:
            connection.close()
        # The transports let go of their sockets in the next turn of the loop.
        await asyncio.sleep(0)


class Caller:
    """The comfortable form of `Connection`: `await call(...)`, one at a time. Not for hot loops."""

    def __init__(self, address: Address) -> None:
        """Name the server; connects on first use, and again when the server hung up."""
        self._address = address
        self._connection: Connection | None = None
        self._waiting: asyncio.Future[Answer] | None = None

    def _answered(self, status: int, body: bytes) -> None:
        waiting, self._waiting = self._waiting, None
        if status == 0:
            self._connection = None
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(status, body))

    async def send(self, raw: bytes) -> Answer:
        """Send prepared bytes and wait for the answer (status 0: the connection broke)."""
        if self._connection is None:
            self._connection = await connect(self._address, self._answered)
        self._waiting = asyncio.get_running_loop().create_future()
        self._connection.write(raw)
        return await self._waiting

    async def call(
        self, method: str, target: str, token: str | None = None, body: object | None = None
    ) -> Answer:
        """Make one request with an optional JSON body."""
        raw = None if body is None else json.dumps(body).encode()
        return await self.send(request(method, target, self._address.authority, token, raw))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
