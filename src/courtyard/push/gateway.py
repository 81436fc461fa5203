"""Speaking to push gateways: one HTTPS request for each notification.

The address is looked up once, judged, and connected to as it is: a name that means something else a moment later
leads nowhere. Redirections are not followed.

spec: push-gateway-api#post_matrixpushv1notify
"""

import asyncio
import http.client
import re
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

import msgspec

from courtyard.push.rules_delivery import is_public
from courtyard.storage.http_answer import read_body, read_head

TIMEOUT_SECONDS: Final = 10
"""For all of one request, from the name to the last byte of the answer."""

ANSWER_BYTES_MAX: Final = 65_536
_HOST: Final = re.compile(r"[A-Za-z0-9._\-\[\]:]+")


class Reply(msgspec.Struct, frozen=True):
    """What came of a request."""

    status: int
    """HTTP's, or 0 when there was no answer."""
    body: object = None
    reason: str = ""
    """Why there was none."""

    def is_ok(self) -> bool:
        """Tell whether the gateway has taken the notification."""
        return self.status == http.client.OK


class Gateways:
    """All gateways, as one server sees them. Belongs to the event loop."""

    def __init__(self) -> None:
        """Load nothing yet: the list of authorities takes longer to read than most servers need to start."""
        self._tls: ssl.SSLContext | None = None

    async def notify(self, url: str, body: bytes, *, is_private_ok: bool) -> Reply:
        """Send one notification. Whatever goes wrong is told in the reply.

        Args:
            is_private_ok: whether the gateway may be on this machine or its private network.
        """
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._notify(url, body, is_private_ok=is_private_ok)
        except TimeoutError:
            return Reply(0, reason="it took too long")
        except (OSError, EOFError, ValueError, http.client.HTTPException) as error:
            return Reply(0, reason=f"{type(error).__name__}: {error}")

    async def _notify(self, url: str, body: bytes, *, is_private_ok: bool) -> Reply:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or 443
        if not _HOST.fullmatch(host):
            message = "this is no host"
            raise ValueError(message)
        address = await _address(host, port, is_private_ok=is_private_ok)
        if self._tls is None:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        reader, writer = await asyncio.open_connection(
            address, port, ssl=self._tls, server_hostname=host, limit=ANSWER_BYTES_MAX
        )
        try:
            writer.write(_request(f"[{host}]" if ":" in host else host, port, parts.path, body))
            await writer.drain()
            return await _reply(reader)
        finally:
            # Not closed in good form: nobody waits for a gateway that does not answer that.
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
    message = "the gateway has no public address"
    raise OSError(message)


def _request(host: str, port: int, path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\n"
        f"Host: {host}:{port}\r\n"
        "User-Agent: Courtyard\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


async def _reply(reader: asyncio.StreamReader) -> Reply:
    """Read one answer.

    Raises:
        ValueError: it is none, or too long. EOFError: it ends too early.
    """
    status, headers = await read_head(reader)
    if status != http.client.OK:
        return Reply(status, reason=f"HTTP {status}")
    content = await read_body(reader, headers, ANSWER_BYTES_MAX)
    try:
        return Reply(status, msgspec.json.decode(content))
    except (msgspec.DecodeError, RecursionError):
        # It was taken, which is all that matters; nothing was rejected in words that we know.
        return Reply(status)
