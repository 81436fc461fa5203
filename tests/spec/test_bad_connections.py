"""What goes wrong below JSON, on a real socket: the server answers or hangs up, and stays up.

The bytes are those of request smuggling, of clients that leave and of clients that waste the server's time.

spec: RFC 9112, sections 2.2 to 6.3
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.api import Api, User, q
from tests.server import Server, running_server

WAIT_SECONDS_MAX: Final = 20
VERSIONS: Final = b"GET /_matrix/client/versions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
WHOAMI: Final = b"GET /_matrix/client/v3/account/whoami HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass
class Post:
    """A server, and somebody with a room who can write to it byte for byte."""

    server: Server
    alice: User
    room_id: str

    def head(self, txn_id: str, *headers: bytes) -> bytes:
        """Return the head of a request that sends a message."""
        path = f"/_matrix/client/v3/rooms/{q(self.room_id)}/send/m.room.message/{txn_id}"
        lines = [
            f"PUT {path} HTTP/1.1".encode(),
            *(
                b"Host: x",
                b"Connection: close",
                f"Authorization: Bearer {self.alice.token}".encode(),
            ),
            *headers,
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    async def exchange(self, *pieces: bytes, leave: bool = False) -> bytes:
        """Write, and read until the server hangs up. `leave` cuts the connection after the last piece."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                if leave:
                    writer.transport.abort()
                    return b""
                return await reader.read(-1)
        except ConnectionError:
            return b""  # it hung up while we were still talking, which is its right
        finally:
            writer.transport.abort()

    async def sent(self) -> list[str]:
        """Return the transaction ids of all messages in the room."""
        answer = await self.alice.get(f"rooms/{q(self.room_id)}/messages", dir="b", limit=100)
        return [
            event["unsigned"]["transaction_id"]
            for event in answer.ok()["chunk"]
            if event["type"] == "m.room.message"
        ]


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """A server of its own process."""
    async with running_server(tmp_path) as server:
        async with httpx.AsyncClient(base_url=server.base_url) as http:
            alice = await Api(http).register("alice")
            yield Post(server, alice, await alice.create_room())
        assert server.running
        assert "fault" not in server.log()


def _is_refusal(answer: bytes) -> bool:
    return answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 413", b"HTTP/1.1 414", b"HTTP/1.1 431")


async def test_a_request_that_can_be_read_in_two_ways_is_one_request(post: Post) -> None:
    """Whatever follows the body is not taken for a request of its own."""
    chunked, empty = b"Transfer-Encoding: chunked", b"0\r\n\r\n"
    shapes: Sequence[tuple[bytes, ...]] = [
        (post.head("a", b"Content-Length: 5", chunked), empty, WHOAMI),
        (post.head("b", chunked, b"Content-Length: 5"), empty, WHOAMI),
        (post.head("c", b"Content-Length: 2", b"Content-Length: 3"), b"{}", WHOAMI),
        (post.head("d", b"Content-Length: -1"), b"{}", WHOAMI),
        (post.head("e", b"Content-Length: +2"), b"{}", WHOAMI),
        (post.head("f", b"Content-Length: 2, 2"), b"{}", WHOAMI),
        (post.head("g", b"Content-Length: " + b"9" * 30), b"{}", WHOAMI),
        (post.head("h", b"Transfer-Encoding: xchunked"), b"2\r\n{}\r\n", empty, WHOAMI),
        (post.head("i", b"Transfer-Encoding : chunked"), b"2\r\n{}\r\n", empty, WHOAMI),
        (post.head("j", b"Transfer-Encoding: chunked, identity"), b"2\r\n{}\r\n", empty, WHOAMI),
        (post.head("k", b"A: b\r\n Content-Length: 2"), b"{}", WHOAMI),
        (post.head("l", b"A: b\x00c", b"Content-Length: 2"), b"{}", WHOAMI),
    ]

    answers = await asyncio.gather(*(post.exchange(*shape) for shape in shapes))

    for shape, answer in zip(shapes, answers, strict=True):
        assert answer.count(b"HTTP/1.") <= 1, (shape, answer)
        assert b" 500 " not in answer[:13], (shape, answer)
    # Where the framing is beyond doubt wrong, nothing is sent at all.
    assert set(await post.sent()) <= {"a", "b"}


async def test_what_is_no_http_is_refused(post: Post) -> None:
    """By a 4xx or by hanging up."""
    shapes = {
        "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "old HTTP": b"GET /\r\n\r\n",
        "blank in method": b"G ET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "not UTF-8": b"GET /_matrix/client/v3/profile/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        "folded header": VERSIONS + b"A: b\r\n c\r\n\r\n",
        "header of a megabyte": VERSIONS + b"A: " + b"x" * 1_000_000 + b"\r\n\r\n",
        "many headers": VERSIONS + b"".join(b"a%d: b\r\n" % n for n in range(5000)) + b"\r\n",
        "long path": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    }

    answers = await asyncio.gather(*(post.exchange(shape) for shape in shapes.values()))

    for what, answer in zip(shapes, answers, strict=True):
        assert not answer or _is_refusal(answer), (what, answer)


ODD_HEADERS: Final = [
    *(b"Host: y", b"Host:", b"Content-Type: \xff;;=", b"Content-Type: text/html", b"Content-Type:"),
    *(b"Accept: \xff", b"Origin: null", b"Range: bytes=-", b"If-None-Match: \xff", b"Cookie: \xff"),
    *(b"Upgrade: websocket", b"X-Forwarded-For: \xff", b"User-Agent: \xff" + b"x" * 5000),
]


async def test_an_odd_header_is_no_fault(post: Post) -> None:
    """The body is JSON whatever its label, and the token says who."""
    for number, header in enumerate(ODD_HEADERS):
        head = post.head(f"t{number}", header, b"Content-Length: 2")

        answer = await post.exchange(head, b"{}")

        assert answer.startswith(b"HTTP/1.1 200"), answer
        assert b"access-control-allow-origin: *" in answer.lower()


async def test_a_client_that_leaves_has_sent_nothing(post: Post) -> None:
    """A body that ends early is not taken for the whole, however much of it could be read as JSON."""
    chunked = b"Transfer-Encoding: chunked"
    shapes: Sequence[tuple[bytes, ...]] = [
        (post.head("a", b"Content-Length: 100"),),
        (post.head("b", b"Content-Length: 100"), b"{}"),
        (post.head("c", chunked),),
        (post.head("d", chunked), b"2\r\n{}\r\n"),
        (post.head("e", chunked), b"2\r\n{}\r\nzz\r\n"),
        (post.head("f", chunked), b"ffffffffffffffffff\r\n{}"),
    ]

    await asyncio.gather(*(post.exchange(*shape, leave=True) for shape in shapes))
    (await post.alice.send(post.room_id, {}, txn="last")).ok()

    assert await post.sent() == ["last"]


async def test_a_body_of_very_many_pieces_is_refused(post: Post) -> None:
    """A byte at a time costs the server far more than its sender, so it stops listening."""
    pieces = b"1\r\n \r\n" * 100_000
    heads = [
        post.head("a", b"Transfer-Encoding: chunked"),
        post.head("a", b"Transfer-Encoding: chunked").replace(
            b"/send/m.room.message/", b"/state/x/"
        ),
    ]

    answers = await asyncio.gather(*(post.exchange(head, pieces) for head in heads))

    for answer in answers:
        assert not answer or answer.startswith(b"HTTP/1.1 413"), answer
    assert await post.sent() == []
