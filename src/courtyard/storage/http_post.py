"""One HTTP request of our own to a server that somebody named.

The address is looked up once, judged, and connected to as it is: a name that means something else a moment later leads nowhere.
Redirections are not followed. The caller sets the time, and reads the answer with `http_answer`.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from courtyard.base.ip_address import is_public

READ_BYTES_MAX: Final = 65_536
"""How much of an answer is held at a time; its head is no longer than that."""
_HOST: Final = re.compile(r"[A-Za-z0-9._\-\[\]:]+")


class Poster:
    """Sends requests, as one server does. Belongs to the event loop."""

    def __init__(self) -> None:
        """Load nothing yet: the list of authorities takes longer to read than most servers need to start."""
        self._tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, is_private_ok: bool
    ) -> AsyncIterator[asyncio.StreamReader]:
        """Send a body and give the stream from which the answer comes; hang up at the end.

        Args:
            url: `https://…` or `http://…`; the caller has said which of them may be.
            headers: in ASCII, and no line breaks in them.
            is_private_ok: whether the server may be on this machine or its private network.

        Raises:
            OSError, ValueError: there is no such place, or none that may be spoken to.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        is_tls = parts.scheme == "https"
        port = parts.port or (443 if is_tls else 80)
        if not _HOST.fullmatch(host):
            message = "this is no host"
            raise ValueError(message)
        address = await _address(host, port, is_private_ok=is_private_ok)
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
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            writer.write(_request(f"{place}:{port}", path, headers, body))
            await writer.drain()
            yield reader
        finally:
            # Not closed in good form: nobody waits for a server that does not answer that.
            writer.transport.abort()


async def _address(host: str, port: int, *, is_private_ok: bool) -> str:
    """Return an address of a host that may be spoken to.

    Raises:
        OSError: the host has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, place in found:
        address = str(place[0])
        if is_private_ok or is_public(address):
            return address
    message = "the server has no public address"
    raise OSError(message)


def _request(place: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {place}",
        "User-Agent: Courtyard",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
