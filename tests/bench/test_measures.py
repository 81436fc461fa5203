"""The loads against the responder: they count right, and they notice a server that does not."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bench import processes
from bench.load import Job
from bench.matrix import SendTemplate
from bench.measures import fanout, sends
from bench.servers.responder import Conversation, Room, open_on
from bench.wire import Address, WireError

WATCHERS, PACED, BURST = 5, 3, 4


class ForgetfulRoom(Room):
    """Keeps every message but the third, and tells nobody of it."""

    def say(self, text: bytes) -> None:
        self.told = getattr(self, "told", 0) + 1
        if self.told != 3:
            super().say(text)


class StutteringRoom(Room):
    """Tells the third message twice."""

    def say(self, text: bytes) -> None:
        super().say(text)
        if len(self.texts) == 3:
            super().say(text)


@asynccontextmanager
async def load_on(
    room: Room, conversation: type[Conversation] = Conversation
) -> AsyncIterator[Job]:
    """What both loads need to know of a responder with this room."""
    server = await open_on(0, room, conversation)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield {"host": "127.0.0.1", "port": port, "pid": os.getpid(), "first_txn": 0}
        for transport in room.open:
            transport.abort()
        await asyncio.sleep(0)


FANOUT: Job = {
    "room": "!r",
    "sender": "t",
    "watchers": ["t"] * WATCHERS,
    "messages": PACED,
    "interval_s": 0,
    "burst": BURST,
    "grace_s": 0.3,
    "doubles_s": 0.05,
}
SENDS: Job = {"tokens": ["t"], "rooms": ["!r", "!s"], "connections": 4, "window_s": 20}


async def test_a_send_load_with_a_count_sends_at_least_so_many() -> None:
    room = Room()
    async with load_on(room) as job:
        figures = await sends.load(job | SENDS | {"count": 200, "warm_up_s": 0})

    assert figures["count"] == 200
    # Those under way when the last was counted may have arrived too, none twice.
    assert 200 <= len(room.texts) < 204
    assert len(set(room.texts)) == len(room.texts)


async def test_a_refused_send_ends_the_load_with_its_answer() -> None:
    class Refusing(Conversation):
        def answer(self, raw: bytes) -> None:
            del raw
            self._transport.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")

    async with load_on(Room(), Refusing) as job:
        with pytest.raises(WireError, match="403 b'no'"):
            await sends.load(job | SENDS | {"warm_up_s": 1})


@pytest.mark.parametrize(
    "room, lost, doubled",
    [(Room(), 0, 0), (ForgetfulRoom(), WATCHERS, 0), (StutteringRoom(), 0, WATCHERS)],
    ids=["honest", "forgetful", "stuttering"],
)
async def test_fan_out_counts_what_was_lost_and_what_came_twice(
    room: Room, lost: int, doubled: int
) -> None:
    async with load_on(room) as job:
        figures = await fanout.load(job | FANOUT)

    assert (lost, doubled) == (figures["lost"], figures["doubled"])


def test_a_filled_send_never_changes_its_length() -> None:
    template = SendTemplate(Address("127.0.0.1", 1), "t", "!room:x")

    assert len(template.fill(1)) == len(template.fill(99_999_999))
    assert template.fill(7).count(b"00000007") == 2


def test_a_process_tree_is_weighed_and_timed() -> None:
    weight = processes.memory(os.getpid())

    assert weight.rss_kib >= weight.pss_kib > 1024
    assert os.getpid() in processes.tree(os.getppid())
    assert processes.cpu_s(os.getpid()) > 0
