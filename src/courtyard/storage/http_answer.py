"""Reading the answer to an HTTP request that one of our servers made: a small one, and never longer than a limit.

spec: RFC 9112
"""

import asyncio
import http.client
import io
from email.message import Message


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
