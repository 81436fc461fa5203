"""A loopback proxy that lets bytes through unchanged and holds every exchange against the specification.

Clients are given its address instead of the server's. It forwards verbatim, hang-ups included; two HTTP
parsers only watch.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import h11

from tests.openapi import Exchange, SpecValidator, Violation

CHUNK_BYTES: Final = 65_536
GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32


class RecordingProxy:
    """Use as an async context manager.

    Attributes:
        base_url: for the clients.
        exchanges: everything seen, in the order of the answers.
        violations: what the validator said about it.
    """

    def __init__(self, upstream: str, validator: SpecValidator) -> None:
        address = urlsplit(upstream)
        assert address.hostname
        assert address.port
        self.base_url = ""
        self.exchanges: list[Exchange] = []
        self.violations: list[Violation] = []
        self._upstream = (address.hostname, address.port)
        self._validator = validator
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def record(self, exchange: Exchange) -> None:
        """Keep and judge one exchange."""
        self.exchanges.append(exchange)
        self.violations += self._validator.check(exchange)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.get_running_loop().create_task(self._carry(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        connection.add_done_callback(lambda _: writer.close())  # even if it never began to run

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side hangs up."""
        try:
            answers, upstream = await asyncio.open_connection(*self._upstream)
        except OSError:  # the server is down; its clients see what they would see without us
            return
        tape = _Tape(self.record)
        there = asyncio.create_task(_pump(reader, upstream, tape.request))
        back = asyncio.create_task(_pump(answers, writer, tape.response))
        try:
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Everything that must happen goes before the first await, where we may be cancelled.
            upstream.close()
            writer.close()
            there.cancel()
            back.cancel()
            closing = (there, back, upstream.wait_closed(), writer.wait_closed())
            await asyncio.gather(*closing, return_exceptions=True)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, watch: Callable[[bytes], None]
) -> None:
    try:
        while data := await reader.read(CHUNK_BYTES):
            watch(data)
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass


class _Tape:
    """Both directions of one connection, read along.

    Each parser plays the part opposite to the peer it listens to, so what one receives the other is told to
    have sent; thus both know where a message ends.
    """

    def __init__(self, record: Callable[[Exchange], None]) -> None:
        self._record = record
        self._requests = h11.Connection(h11.SERVER)
        self._responses = h11.Connection(h11.CLIENT)
        self._request: h11.Request | None = None
        self._response: h11.Response | None = None
        self._body = bytearray()
        self._torn = False

    def request(self, data: bytes) -> None:
        """Take bytes a client sent."""
        self._requests.receive_data(data)
        self._wind()

    def response(self, data: bytes) -> None:
        """Take bytes the server sent."""
        self._responses.receive_data(data)
        self._wind()

    def _wind(self) -> None:
        while not self._torn and (self._wind_request() or self._wind_response()):
            pass

    def _wind_request(self) -> bool:
        try:
            event = self._requests.next_event()
            if not isinstance(event, (h11.Request, h11.Data, h11.EndOfMessage)):
                return False
            self._responses.send(event)
        except h11.ProtocolError:
            self._torn = True  # what a client gets wrong is not the server's fault
            return False
        if isinstance(event, h11.Request):
            self._request = event
        return True

    def _wind_response(self) -> bool:
        if self._request is None:
            return False
        try:
            event = self._responses.next_event()
            if not isinstance(event, h11.Event) or isinstance(event, h11.ConnectionClosed):
                return False
            self._requests.send(event)
        except h11.ProtocolError as error:
            self._torn = True
            self._finish(f"not HTTP: {error}".encode())
            return False
        if isinstance(event, h11.Response):
            self._response = event
        elif isinstance(event, h11.Data):
            self._body += event.data
        elif isinstance(event, h11.EndOfMessage):
            self._finish(bytes(self._body))
            self._turn()
        return True

    def _finish(self, body: bytes) -> None:
        assert self._request is not None
        headers = (
            {k.decode(): v.decode("latin-1") for k, v in self._response.headers}
            if self._response
            else {}
        )
        if headers.get("content-encoding") in {"gzip", "deflate"}:
            body = zlib.decompress(body, wbits=GZIP_OR_ZLIB)
        self._record(
            Exchange(
                method=self._request.method.decode(),
                path=self._request.target.decode(),
                status=self._response.status_code if self._response else 500,
                headers=headers,
                body=body,
            )
        )

    def _turn(self) -> None:
        self._request = self._response = None
        self._body.clear()
        try:
            self._requests.start_next_cycle()
            self._responses.start_next_cycle()
        except h11.ProtocolError:
            self._torn = True  # one side closes after this answer; nothing more will come
