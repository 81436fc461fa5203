"""Durable sends per second: each connection sends, waits for the 200, and sends again.

The load is also what other measures fill a server with: with a `count` it ends after so many.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bench import load as loads
from bench.figures import Budget, Figure, Round, percentile
from bench.matrix import SendTemplate, User, connected
from bench.servers.stand import BOTH, Stand
from bench.sizes import Sizes
from bench.wire import Address, Connection, WireError, connections

NAME = "sends"
STANDS = BOTH
FIGURES = (
    Figure("per_s", "durable sends, 32 connections, 20 rooms", "/s", "higher",
           Budget(times_better_min=40)),
    Figure("p50_ms", "  answer, p50", "ms"),
    Figure("p99_ms", "  answer, p99", "ms"),
    Figure("server_cpu_us", "  server CPU per send", "µs"),
    Figure("client_cpu_share", "  client's share of one core", "%", "neither"),
    Figure("one_per_s", "durable sends, 1 connection", "/s", "higher"),
    Figure("one_p50_ms", "  answer, p50", "ms"),
    Figure("one_p99_ms", "  answer, p99", "ms"),
)  # fmt: skip
# A prime: all senders together visit every room equally often, neighbours never the same one.
_STRIDE = 7919


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Make the rooms, every sender a member of each."""
    async with connected(stand.address) as matrix:
        users = await stand.users(matrix, sizes.sends_members)

        async def make(number: int) -> str:
            room_id = await matrix.create_room(users[0], f"sends {number}")
            for user in users[1:]:
                await matrix.join(user, room_id)
            return room_id

        rooms = await matrix.each(range(sizes.sends_rooms), make)
    return job(stand, users, rooms, sizes)


def job(stand: Stand, users: list[User], rooms: list[str], sizes: Sizes) -> loads.Job:
    """Describe the load; `connections` and `first_txn` vary by round."""
    return {
        "host": stand.address.host,
        "port": stand.address.port,
        "tokens": [user.token for user in users],
        "rooms": rooms,
        "connections": sizes.sends_connections,
        "warm_up_s": sizes.sends_warm_up_s,
        "window_s": sizes.sends_window_s,
    }


def rounds(sizes: Sizes) -> int:
    """As many as asked for."""
    return sizes.rounds


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """One window with all connections, one with a single connection."""
    base = prepared | {"pid": stand.pid}
    first_txn = number * 10_000_000
    many = loads.run(__name__, base | {"first_txn": first_txn})
    one = loads.run(__name__, base | {"first_txn": first_txn + 5_000_000, "connections": 1})
    single = {f"one_{key}": one[key] for key in ("per_s", "p50_ms", "p99_ms", "server_cpu_us")}
    return many | single


class _Sender:
    """One connection in its closed loop."""

    def __init__(self, run: _Run, templates: list[SendTemplate]) -> None:
        self._run = run
        self._templates = templates
        self._sent_at = 0.0
        self.connection: Connection | None = None

    def next(self) -> None:
        run = self._run
        run.txn += 1
        room = run.txn * _STRIDE % len(self._templates)
        assert self.connection is not None
        self._sent_at = time.perf_counter()
        self.connection.write(self._templates[room].fill(run.txn))

    def answered(self, status: int, body: bytes) -> None:
        now = time.perf_counter()
        run = self._run
        if status != 200 or b"event_id" not in body:
            run.fail(WireError(f"send: {status} {body[:300]!r}"))
            return
        if run.measuring:
            run.latencies_s.append(now - self._sent_at)
        run.left -= 1
        if run.left == 0:
            run.over.set_result(None)
        if not run.over.done():
            self.next()


class _Run:
    """What all senders share."""

    def __init__(self, first_txn: int, left: int) -> None:
        self.txn = first_txn
        # Sends until the end; below zero there is no end but the window's.
        self.left = left
        self.measuring = False
        self.latencies_s: list[float] = []
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def fail(self, error: Exception) -> None:
        if not self.over.done():
            self.over.set_exception(error)


async def load(task: dict[str, Any]) -> Round:
    """Drive one window (in the load process)."""
    address = Address(task["host"], task["port"])
    run = _Run(task["first_txn"], task.get("count", -1))
    tokens, rooms = task["tokens"], task["rooms"]
    templates = [[SendTemplate(address, token, room) for room in rooms] for token in tokens]
    senders = [
        _Sender(run, templates[number % len(tokens)]) for number in range(task["connections"])
    ]
    async with connections() as connect:
        for sender in senders:
            sender.connection = await connect(address, sender.answered)
        for sender in senders:
            sender.next()
        if task["warm_up_s"]:
            await asyncio.wait([run.over], timeout=task["warm_up_s"])
        window = loads.Window(task["pid"])
        run.measuring = True
        await asyncio.wait([run.over], timeout=task["window_s"])
        run.measuring = False
        wall_s, client_s, server_s = window.end()
        if run.over.done():
            run.over.result()
        run.over.cancel()
    return _figures(run.latencies_s, wall_s, client_s, server_s)


def _figures(latencies_s: list[float], wall_s: float, client_s: float, server_s: float) -> Round:
    count = len(latencies_s)
    if count == 0:
        raise WireError("not one send was answered in the window")
    return {
        "count": count,
        "per_s": count / wall_s,
        "p50_ms": percentile(latencies_s, 50) * 1e3,
        "p99_ms": percentile(latencies_s, 99) * 1e3,
        "server_cpu_us": server_s / count * 1e6,
        "client_cpu_share": client_s / wall_s * 100,
    }
