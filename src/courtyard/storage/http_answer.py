"""Reading the answer to an HTTP request that one of our servers made: a small one, and never longer than a limit.

spec: RFC 9112
"""

import asyncio
import http.client
import io
from email.message import Message
from typing import Final

CHUNKS_MAX: Final = 16_384
"""Pieces of one answer of which a part is read: each costs some time, however small it is."""


async def read_head(reader: asyncio.StreamReader) -> tuple[int, Message]:
    """Return the status and the headers of an answer.

    Raises:
        ValueError: it is none, or its head is too long for the reader. EOFError: it ends too early.
    """
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        message = "the answer's head is too long"
        raise ValueError(message) from error
    line, _, rest = raw.partition(b"\r\n")
    version, code, *_ = line.split(maxsplit=2)
    if not version.startswith(b"HTTP/1.") or len(code) != 3:
        message = "this is no answer"
        raise ValueError(message)
    return int(code), http.client.parse_headers(io.BytesIO(rest))


async def read_body(reader: asyncio.StreamReader, headers: Message, bytes_max: int) -> bytes:
    """Return the body of an answer; of one whose length nobody says, no more than the limit.

    Raises:
        ValueError: it is longer than that, or its length is none. EOFError: it ends too early.
    """
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return await _chunks(reader, bytes_max)
    if "Content-Length" in headers:
        return await reader.readexactly(_size(headers["Content-Length"], bytes_max))
    return await reader.read(bytes_max)


async def read_part(reader: asyncio.StreamReader, headers: Message, bytes_max: int) -> bytes:
    """Return the body of an answer, and no more than the limit of one that is longer.

    Raises:
        ValueError: its length is none. EOFError: it ends too early.
    """
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return await _some_chunks(reader, bytes_max)
    length = headers.get("Content-Length", "")
    if length:
        return await reader.readexactly(min(int(length), bytes_max))
    content = bytearray()
    while len(content) < bytes_max and (piece := await reader.read(bytes_max - len(content))):
        content += piece
    return bytes(content)


async def _some_chunks(reader: asyncio.StreamReader, bytes_max: int) -> bytes:
    content = bytearray()
    for _ in range(CHUNKS_MAX):
        size = int((await reader.readline()).partition(b";")[0].decode("ascii"), 16)
        if size < 0:
            break
        content += await reader.readexactly(min(size, bytes_max - len(content)))
        if size == 0 or len(content) == bytes_max:
            return bytes(content)
        await reader.readexactly(2)
    message = "the answer is in too many pieces, or in none"
    raise ValueError(message)


async def _chunks(reader: asyncio.StreamReader, bytes_max: int) -> bytes:
    content = b""
    while size := _size(
        (await reader.readline()).partition(b";")[0].decode("ascii"), bytes_max, 16
    ):
        content += await reader.readexactly(size)
        await reader.readexactly(2)
        _size(str(len(content)), bytes_max)
    return content


def _size(text: str, bytes_max: int, base: int = 10) -> int:
    size = int(text, base)
    if not 0 <= size <= bytes_max:
        message = "the answer is too long"
        raise ValueError(message)
    return size
