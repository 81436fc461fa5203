"""The load client must read every answer a server may send, however the network cuts it."""

import asyncio
from collections.abc import Callable

import pytest

from bench.servers.responder import Conversation, Room, open_on
from bench.wire import Address, Caller, Connection, request

WHOLE = b'HTTP/1.1 200 OK\r\ncontent-length: 7\r\nX: y\r\n\r\n{"a":1}'
CHUNKED = (
    b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\n\r\n'
)
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


def whole(raw: bytes) -> list[bytes]:
    return [raw]


def bytewise(raw: bytes) -> list[bytes]:
    return [raw[at : at + 1] for at in range(len(raw))]


@pytest.mark.parametrize("cut", [whole, bytewise])
@pytest.mark.parametrize(
    "raw, expected",
    [(WHOLE, (200, b'{"a":1}')), (CHUNKED, (403, b'{"a":1}')), (EMPTY, (204, b""))],
    ids=["length", "chunks", "nothing"],
)
def test_an_answer_is_read_whole_and_the_next_one_too(
    raw: bytes, expected: tuple[int, bytes], cut: Callable[[bytes], list[bytes]]
) -> None:
    answers: list[tuple[int, bytes]] = []
    connection = Connection(lambda status, body: answers.append((status, body)))

    for piece in cut(raw) + cut(raw):
        connection.data_received(piece)

    assert [expected, expected] == answers


async def test_a_connection_that_ends_is_an_answer_with_status_0() -> None:
    class HangingUp(Conversation):
        def answer(self, raw: bytes) -> None:
            del raw
            self._transport.abort()

    async with await open_on(0, Room(), HangingUp) as server:
        caller = Caller(Address("127.0.0.1", server.sockets[0].getsockname()[1]))
        answer = await caller.call("GET", "/")
        await asyncio.sleep(0)

    assert answer.status == 0


def test_a_request_states_the_length_of_its_body() -> None:
    raw = request("PUT", "/a", "h:1", "token", b"{}")

    assert raw == (
        b"PUT /a HTTP/1.1\r\nHost: h:1\r\nAuthorization: Bearer token\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )
