"""Fan-out: one sender, many members waiting in /sync; from sending to being seen, by each.

Two stretches on the same watchers. *Paced*: one message at a time at a fixed interval, so that
everybody waits in a long poll again before the next; this gives the latencies. *Burst*: the sender
sends as fast as it is answered, so that most messages fall between two polls; this is where
messages get lost or doubled, and is checked to the last one. Every watcher must see every message
of both stretches exactly once.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from typing import Any

from bench import load as loads
from bench.figures import Budget, Figure, Round, percentile
from bench.matrix import SendTemplate, connected, sync_request
from bench.servers.stand import BOTH, Stand
from bench.sizes import Sizes
from bench.wire import Address, Connection, WireError, connections

NAME = "fanout"
STANDS = BOTH
FIGURES = (
    Figure("p50_ms", "fan-out, 50 watchers: send→seen, p50", "ms", budget=Budget(15)),
    Figure("p95_ms", "  send→seen, p95", "ms"),
    Figure("p99_ms", "  send→seen, p99", "ms"),
    Figure("all_p50_ms", "  send→seen by the last watcher, p50", "ms"),
    Figure("server_cpu_us", "  server CPU per message and watcher", "µs"),
    Figure("burst_per_s", "  burst: deliveries per second", "/s", "higher"),
    Figure("lost", "  lost", "", budget=Budget(value_max=0), across="sum"),
    Figure("doubled", "  seen twice", "", budget=Budget(value_max=0), across="sum"),
)
TEXT = "fan "
_MARK = re.compile(rb'"body": ?"fan (\d{8})"')
_NEXT = re.compile(rb'"next_batch": ?"([^"]+)"')
_POLL_MS = 30_000
# The whole burst fits, so that a `limited` timeline can never excuse a lost message.
_FILTER = {"room": {"timeline": {"limit": 100}}, "presence": {"not_types": ["*"]}}


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Make one room with the sender and all watchers in it."""
    async with connected(stand.address) as matrix:
        users = await stand.users(matrix, sizes.fanout_watchers + 1)
        room_id = await matrix.create_room(users[0], "fan-out")
        await matrix.each(users[1:], lambda user: matrix.join(user, room_id))
    return {
        "host": stand.address.host,
        "port": stand.address.port,
        "room": room_id,
        "sender": users[0].token,
        "watchers": [user.token for user in users[1:]],
        "messages": sizes.fanout_messages,
        "interval_s": sizes.fanout_interval_s,
        "burst": sizes.fanout_burst,
        # How long a message may be missing before it counts as lost, and how long we look for a
        # second copy after everything was seen.
        "grace_s": 15.0,
        "doubles_s": 0.5,
    }


def rounds(sizes: Sizes) -> int:
    """As many as asked for."""
    return sizes.rounds


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """One paced and one burst stretch."""
    return loads.run(__name__, prepared | {"pid": stand.pid, "first_txn": number * 1_000_000})


class _Board:
    """Who saw what, and when."""

    def __init__(self, watchers_count: int, grace_s: float) -> None:
        self.watchers_count = watchers_count
        self._grace_s = grace_s
        self.sent_at: dict[int, float] = {}
        self.delays_s: dict[int, list[float]] = {}
        self.seen: list[dict[int, int]] = [{} for _ in range(watchers_count)]
        self.missing = 0
        self.settled = asyncio.Event()
        self.failure: Exception | None = None

    def sending(self, number: int) -> None:
        self.sent_at[number] = time.perf_counter()
        self.delays_s[number] = []
        self.missing += self.watchers_count
        self.settled.clear()

    def saw(self, watcher: int, number: int, at: float) -> None:
        counts = self.seen[watcher]
        counts[number] = counts.get(number, 0) + 1
        if counts[number] == 1 and number in self.sent_at:
            self.delays_s[number].append(at - self.sent_at[number])
            self.missing -= 1
            if self.missing == 0:
                self.settled.set()

    def fail(self, error: Exception) -> None:
        self.failure = self.failure or error
        self.settled.set()

    async def wait(self) -> None:
        """Wait until all that was sent has been seen by all, or the grace is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.settled.wait(), self._grace_s)
        if self.failure is not None:
            raise self.failure

    def lost(self) -> int:
        return sum(number not in counts for counts in self.seen for number in self.sent_at)

    def doubled(self) -> int:
        return sum(count - 1 for counts in self.seen for count in counts.values())


class _Watcher:
    """One member in its endless /sync."""

    def __init__(self, board: _Board, number: int, address: Address, token: str) -> None:
        self._board, self._number = board, number
        raw = sync_request(address, token, None, _POLL_MS, _FILTER)
        first, _, rest = raw.partition(b" HTTP/1.1")
        self._initial = raw.replace(b"timeout=%d" % _POLL_MS, b"timeout=0")
        self._before = first + b"&since="
        self._after = b" HTTP/1.1" + rest
        self.ready = asyncio.Event()
        self.connection: Connection | None = None

    def begin(self) -> None:
        assert self.connection is not None
        self.connection.write(self._initial)

    def answered(self, status: int, body: bytes) -> None:
        at = time.perf_counter()
        since = _NEXT.search(body)
        if status != 200 or since is None:
            self._board.fail(WireError(f"sync: {status} {body[:300]!r}"))
            return
        assert self.connection is not None
        self.connection.write(self._before + since.group(1) + self._after)
        if self.ready.is_set():
            for mark in _MARK.findall(body):
                self._board.saw(self._number, int(mark), at)
        self.ready.set()


class _Sender:
    """The one who sends; one message in flight at a time."""

    def __init__(self, board: _Board, template: SendTemplate) -> None:
        self._board, self._template = board, template
        self._answered = asyncio.Event()
        self.connection: Connection | None = None

    def on_answer(self, status: int, body: bytes) -> None:
        if status != 200:
            self._board.fail(WireError(f"send: {status} {body[:300]!r}"))
        self._answered.set()

    async def send(self, number: int) -> None:
        assert self.connection is not None
        self._answered.clear()
        self._board.sending(number)
        self.connection.write(self._template.fill(number))
        await self._answered.wait()


async def load(task: dict[str, Any]) -> Round:
    """Drive both stretches (in the load process)."""
    address = Address(task["host"], task["port"])
    board = _Board(len(task["watchers"]), task["grace_s"])
    sender = _Sender(board, SendTemplate(address, task["sender"], task["room"], TEXT))
    async with connections() as connect:
        for number, token in enumerate(task["watchers"]):
            watcher = _Watcher(board, number, address, token)
            watcher.connection = await connect(address, watcher.answered)
            watcher.begin()
            await watcher.ready.wait()
        sender.connection = await connect(address, sender.on_answer)
        paced, server_s = await _paced(task, board, sender)
        burst_s = await _burst(task, board, sender, paced.stop)
        await asyncio.sleep(task["doubles_s"])
    deliveries = task["burst"] * len(task["watchers"])
    return _figures(board, paced, server_s) | {"burst_per_s": deliveries / burst_s}


async def _paced(task: dict[str, Any], board: _Board, sender: _Sender) -> tuple[range, float]:
    """Send at the interval; return the numbers sent and the server's CPU seconds."""
    first = task["first_txn"]
    # Warm-up: everybody's first long poll is answered once, and not counted.
    await sender.send(first)
    await board.wait()
    window = loads.Window(task["pid"])
    numbers = range(first + 1, first + 1 + task["messages"])
    for number in numbers:
        await asyncio.sleep(task["interval_s"])
        await sender.send(number)
        await board.wait()
    return numbers, window.end()[2]


async def _burst(task: dict[str, Any], board: _Board, sender: _Sender, first: int) -> float:
    """Send without a pause; return the seconds until all was seen by all."""
    began = time.perf_counter()
    for number in range(first, first + task["burst"]):
        await sender.send(number)
    await board.wait()
    return time.perf_counter() - began


def _figures(board: _Board, paced: range, server_s: float) -> Round:
    delays_s = [delay for number in paced for delay in board.delays_s[number]]
    lasts_s = [max(board.delays_s[number]) for number in paced if board.delays_s[number]]
    if not delays_s:
        raise WireError("no watcher saw any message")
    return {
        "count": len(delays_s),
        "p50_ms": percentile(delays_s, 50) * 1e3,
        "p95_ms": percentile(delays_s, 95) * 1e3,
        "p99_ms": percentile(delays_s, 99) * 1e3,
        "all_p50_ms": percentile(lasts_s, 50) * 1e3,
        "server_cpu_us": server_s / len(delays_s) * 1e6,
        "lost": board.lost(),
        "doubled": board.doubled(),
    }
