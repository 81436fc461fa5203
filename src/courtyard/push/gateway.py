"""Speaking to push gateways: one HTTPS request for each notification (`storage/http_request`).

spec: push-gateway-api#post_matrixpushv1notify
"""

import asyncio
import http.client
from typing import Final

import msgspec

from courtyard.storage.http_answer import read_body, read_head
from courtyard.storage.http_request import Caller

TIMEOUT_SECONDS: Final = 10
"""For all of one request, from the name to the last byte of the answer."""

ANSWER_BYTES_MAX: Final = 65_536


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
        """Speak to none yet."""
        self._caller = Caller()

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
        async with self._caller.post(url, {}, body, is_private_ok=is_private_ok) as reader:
            return await _reply(reader)


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
