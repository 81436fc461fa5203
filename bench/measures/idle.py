"""What one waiting client costs: memory of the server with and without many long polls.

The connections belong to a number of accounts and each polls with a filter of its own, so that a
server which joins equal requests into one (Synapse does) is not measured by that trick. Memory in
the kernel (socket buffers) is the same for both servers and not counted.
"""

from __future__ import annotations

import asyncio
import re
import resource
from collections.abc import Awaitable, Callable
from typing import Any

from bench import load as loads
from bench import processes
from bench.figures import Budget, Figure, Round
from bench.matrix import connected, sync_request
from bench.servers.stand import BOTH, Stand
from bench.sizes import Sizes
from bench.wire import Address, Connection, WireError, connections

NAME = "idle"
STANDS = BOTH
FIGURES = (
    Figure("each_kib", "memory per idle long poll", "KiB", budget=Budget(value_max=30)),
    Figure("loaded_mib", "  whole server with all of them", "MiB"),
    Figure("opened_per_s", "  polls taken up per second", "/s", "higher"),
)
_NEXT = re.compile(rb'"next_batch": ?"([^"]+)"')
_POLL_MS = 300_000
# Files a server needs besides its connections.
_FILES_SPARE = 200
_AT_ONCE = 32
_SETTLE_S = 1.0


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Make the accounts, all in one room (an account in no room is nobody's case)."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with connected(stand.address) as matrix:
        users = await stand.users(matrix, sizes.idle_users)
        room_id = await matrix.create_room(users[0], "idle")
        await matrix.each(users[1:], lambda user: matrix.join(user, room_id))
    return {
        "host": stand.address.host,
        "port": stand.address.port,
        "tokens": [user.token for user in users],
        "connections": min(sizes.idle_connections, hard - _FILES_SPARE),
    }


def rounds(sizes: Sizes) -> int:
    """One: a second would find the memory which the first one left behind."""
    del sizes
    return 1


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """Open all, weigh, close."""
    del number
    return loads.run(__name__, prepared | {"pid": stand.pid})


class _Poller:
    """One connection: a first /sync for the position, then one that waits."""

    def __init__(self, address: Address, token: str, number: int) -> None:
        limit = {"room": {"timeline": {"limit": 1 + number}}}
        raw = sync_request(address, token, None, _POLL_MS, limit)
        self._initial = raw.replace(b"timeout=%d" % _POLL_MS, b"timeout=0")
        self._before, _, rest = raw.partition(b" HTTP/1.1")
        self._after = b" HTTP/1.1" + rest
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._address = address
        self.early_count = 0
        self.failure: WireError | None = None
        self.connection: Connection | None = None

    def answered(self, status: int, body: bytes) -> None:
        since = _NEXT.search(body)
        if status != 200 or since is None:
            self.failure = WireError(f"poll: {status} {body[:300]!r}")
            if not self._first.done():
                self._first.set_exception(self.failure)
            return
        if self._first.done():
            # Something was to tell after all; it waits again.
            self.early_count += 1
        else:
            self._first.set_result(None)
        assert self.connection is not None
        self.connection.write(self._before + b"&since=" + since.group(1) + self._after)

    async def open(self, connect: Callable[..., Awaitable[Connection]]) -> None:
        self.connection = await connect(self._address, self.answered)
        self.connection.write(self._initial)
        await self._first


async def load(task: dict[str, Any]) -> Round:
    """Open the connections, weigh the server before and after (in the load process)."""
    address = Address(task["host"], task["port"])
    tokens = task["tokens"]
    pollers = [
        _Poller(address, tokens[number % len(tokens)], number)
        for number in range(task["connections"])
    ]
    known, rest = pollers[: len(tokens)], pollers[len(tokens) :]
    async with connections() as connect:
        # Every account polls once before the first weighing: what an account needs is not what a
        # connection needs.
        await asyncio.gather(*(poller.open(connect) for poller in known))
        await asyncio.sleep(_SETTLE_S)
        before = processes.memory(task["pid"])
        window = loads.Window(task["pid"])
        for start in range(0, len(rest), _AT_ONCE):
            batch = rest[start : start + _AT_ONCE]
            await asyncio.gather(*(poller.open(connect) for poller in batch))
        opened_s, _, _ = window.end()
        await asyncio.sleep(_SETTLE_S)
        after = processes.memory(task["pid"])
    for poller in pollers:
        if poller.failure is not None:
            raise poller.failure
    return {
        "count": len(rest),
        "early_count": sum(poller.early_count for poller in pollers),
        "each_kib": (after.pss_kib - before.pss_kib) / len(rest),
        "loaded_mib": after.pss_kib / 1024,
        "opened_per_s": len(rest) / opened_s,
    }
