"""One HTTP request to a witness: a small body there, a small answer back, and never longer than a few seconds."""

import asyncio
import http.client
import ssl
from typing import Final
from urllib.parse import urlsplit

from courtyard.storage.http_answer import read_body, read_head

TIMEOUT_SECONDS: Final = 10
"""For all of one request, from the name to the last byte of the answer."""
ANSWER_BYTES_MAX: Final = 16 * 1024


class NoWitnessError(Exception):
    """A witness does not answer, or not with what it should. It is asked again later, and no caller is told."""


async def post(url: str, body: bytes) -> tuple[int, bytes]:
    """Send a body; return status and body of the answer. Redirections are not followed.

    Raises:
        NoWitnessError: there was no answer, or it is no HTTP, or too long, or too late.
    """
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await _post(url, body)
    except TimeoutError as error:
        raise NoWitnessError("It took too long.") from error
    except (OSError, EOFError, ValueError, http.client.HTTPException) as error:
        raise NoWitnessError(f"{type(error).__name__}: {error}") from error


async def _post(url: str, body: bytes) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    tls = await asyncio.to_thread(ssl.create_default_context) if parts.scheme == "https" else None
    reader, writer = await asyncio.open_connection(
        host, parts.port or (443 if tls else 80), ssl=tls, limit=ANSWER_BYTES_MAX
    )
    try:
        # Version 1.0: the answer is not cut into chunks, and ends with the connection.
        head = (
            f"POST {parts.path} HTTP/1.0\r\n"
            f"Host: {parts.netloc}\r\n"
            "User-Agent: Courtyard\r\n"
            "Content-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        writer.write(head.encode("ascii") + body)
        await writer.drain()
        status, headers = await read_head(reader)
        return status, await read_body(reader, headers, ANSWER_BYTES_MAX)
    finally:
        # Not closed in good form: nobody waits for a witness that does not answer that.
        writer.transport.abort()
