"""One HTTP request of our own to a server that somebody named.

The address is looked up once, judged, and connected to as it is: a name that means something else a moment later leads nowhere.
Redirections are not followed. The caller sets the time, and reads the answer with `http_answer`.
"""

import asyncio
import functools
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from courtyard.base.ip_address import is_public

READ_BYTES_MAX: Final = 65_536
"""How much of an answer is held at a time; its head is no longer than that."""
_HOST: Final = re.compile(r"[A-Za-z0-9._\-\[\]:]+")
_PORTS: Final = {"http": 80, "https": 443}

NAMES_AT_ONCE: Final = 4
"""Names looked up at a time. A look-up cannot be broken off, and somebody's name server may take its time: on threads of their own they
hold up nothing else."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the IP addresses of a host, for a port."""


class Caller:
    """Sends requests, as one server does. Belongs to the event loop.

    Attributes:
        resolve: asks for the addresses of a host; a test puts another one here.
    """

    def __init__(self) -> None:
        """Load nothing yet: the list of authorities takes longer to read than most servers need to start."""
        self.resolve: Resolve = self._ask_system
        self._threads = ThreadPoolExecutor(NAMES_AT_ONCE, thread_name_prefix="names")
        self._tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, is_private_ok: bool
    ) -> AsyncIterator[asyncio.StreamReader]:
        """Send a body of JSON and give the stream from which the answer comes; hang up at the end.

        Args:
            url: `https://…` or `http://…`; the caller has said which of them may be.
            headers: in ASCII, and no line breaks in them.
            is_private_ok: whether the server may be on this machine or its private network.

        Raises:
            OSError, ValueError: there is no such place, or none that may be spoken to.
        """
        headers = {
            "User-Agent": "Courtyard",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }

        def may_reach(address: str) -> bool:
            return is_private_ok or is_public(address)

        async with self._ask("POST", url, headers, body, may_reach) as reader:
            yield reader

    @asynccontextmanager
    async def get(
        self, url: str, headers: Mapping[str, str], may_reach: Callable[[str], bool]
    ) -> AsyncIterator[asyncio.StreamReader]:
        """Ask for something and give the stream from which the answer comes; hang up at the end.

        Args:
            url: `https://…` or `http://…`, in ASCII and without blanks.
            headers: in ASCII, and no line breaks in them.
            may_reach: whether an IP address may be spoken to.

        Raises:
            OSError, ValueError: there is no such place, or none that may be spoken to.
        """
        async with self._ask("GET", url, headers, b"", may_reach) as reader:
            yield reader

    @asynccontextmanager
    async def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        may_reach: Callable[[str], bool],
    ) -> AsyncIterator[asyncio.StreamReader]:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        is_tls = parts.scheme == "https"
        port = parts.port or _PORTS[parts.scheme]
        if not _HOST.fullmatch(host):
            message = "this is no host"
            raise ValueError(message)
        address = await self._address(host, port, may_reach)
        if is_tls and self._tls is None:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        reader, writer = await asyncio.open_connection(
            address,
            port,
            ssl=self._tls if is_tls else None,
            server_hostname=host if is_tls else None,
            limit=READ_BYTES_MAX,
        )
        try:
            place = f"[{host}]" if ":" in host else host
            if port != _PORTS[parts.scheme]:
                place = f"{place}:{port}"
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            writer.write(_request(f"{method} {path}", place, headers, body))
            await writer.drain()
            yield reader
        finally:
            # Not closed in good form: nobody waits for a server that does not answer that.
            writer.transport.abort()

    async def _ask_system(self, host: str, port: int) -> Sequence[str]:
        """Ask the system for the IP addresses of a host."""
        ask = functools.partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        return [str(place[0]) for *_, place in found]

    async def _address(self, host: str, port: int, may_reach: Callable[[str], bool]) -> str:
        """Return an address of a host that may be spoken to.

        Raises:
            OSError: the host has none.
        """
        for address in await self.resolve(host, port):
            if may_reach(address):
                return address
        message = "the server has no public address"
        raise OSError(message)


def _request(what: str, place: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"{what} HTTP/1.1",
        f"Host: {place}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
