"""What one waiting client costs: memory of the server with and without many long polls.

The connections belong to a number of accounts and each polls with a filter of its own, so that a
server which joins equal requests into one (Synapse does) is not measured by that trick. Memory in
the kernel (socket buffers) is the same for both servers and not counted. At the end one message must
wake every connection: a server that had dropped some would weigh too little.
"""

from __future__ import annotations

import asyncio
import re
import resource
import time
from contextlib import suppress
from typing import Any

from bench import load as loads
from bench import processes
from bench.figures import Budget, Figure, Round
from bench.matrix import SendTemplate, connected, sync_request
from bench.servers.stand import BOTH, Stand
from bench.sizes import Sizes
from bench.wire import Address, Caller, Connection, WireError, connections

NAME = "idle"
STANDS = BOTH
FIGURES = (
    Figure("each_kib", "memory per idle long poll", "KiB", budget=Budget(value_max=30)),
    Figure("loaded_mib", "  whole server with all of them", "MiB"),
    Figure("wake_s", "  one message seen by all of them", "s"),
    Figure("asleep", "  not woken by it", "", budget=Budget(value_max=0)),
)
TEXT = "wake "
_MARK = re.compile(rb'"body": ?"wake \d{8}"')
_NEXT = re.compile(rb'"next_batch": ?"([^"]+)"')
_POLL_MS = 300_000
# Files a server needs besides its connections.
_FILES_SPARE = 200
_AT_ONCE = 100
# The polls are taken up when the server has used less CPU than this for so long.
_QUIET_S = 1.0
_QUIET_CPU_S = 0.15
_PATIENCE_S = 90.0


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
        "room": room_id,
        "tokens": [user.token for user in users],
        "connections": min(sizes.idle_connections, hard - _FILES_SPARE),
    }


def rounds(sizes: Sizes) -> int:
    """One: a second would find the memory which the first one left behind."""
    del sizes
    return 1


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """Open all, weigh, wake all, close."""
    del number
    return loads.run(__name__, prepared | {"pid": stand.pid})


class _Crowd:
    """What all polls share: who was woken, and what went wrong."""

    def __init__(self) -> None:
        self.asleep = 0
        self.early_count = 0
        self.all_woken = asyncio.Event()
        self.failure: Exception | None = None

    def fail(self, error: Exception) -> None:
        self.failure = self.failure or error
        self.all_woken.set()


class _Poller:
    """One connection that waits for whatever comes after `since`."""

    def __init__(self, crowd: _Crowd, address: Address, token: str, number: int) -> None:
        self._crowd = crowd
        limit = {"room": {"timeline": {"limit": 1 + number}}}
        raw = sync_request(address, token, None, _POLL_MS, limit)
        self._before, _, rest = raw.partition(b" HTTP/1.1")
        self._after = b" HTTP/1.1" + rest
        self._woken = False
        self.connection: Connection | None = None

    def wait(self, since: bytes) -> None:
        assert self.connection is not None
        self.connection.write(self._before + b"&since=" + since + self._after)

    def answered(self, status: int, body: bytes) -> None:
        crowd = self._crowd
        since = _NEXT.search(body)
        if status != 200 or since is None:
            crowd.fail(WireError(f"poll: {status} {body[:300]!r}"))
        elif _MARK.search(body) is None:
            # Something else was to tell; it waits again.
            crowd.early_count += 1
            self.wait(since.group(1))
        elif not self._woken:
            self._woken = True
            crowd.asleep -= 1
            if crowd.asleep == 0:
                crowd.all_woken.set()


async def load(task: dict[str, Any]) -> Round:
    """Open the connections, weigh the server before and after, wake all (in the load process)."""
    address, pid = Address(task["host"], task["port"]), task["pid"]
    tokens = task["tokens"]
    crowd = _Crowd()
    async with connections() as connect:
        # Every account has synced before the first weighing: what an account needs is not what
        # a connection needs.
        sinces = [await _position(address, token) for token in tokens]
        await _quiet(pid)
        before = processes.memory(pid)
        for number in range(task["connections"]):
            owner = number % len(tokens)
            poller = _Poller(crowd, address, tokens[owner], number)
            poller.connection = await connect(address, poller.answered)
            poller.wait(sinces[owner])
            crowd.asleep += 1
            if number % _AT_ONCE == 0:
                # A server accepts a limited number of connections at once.
                await asyncio.sleep(_QUIET_S / 10)
        await _quiet(pid)
        after = processes.memory(pid)
        wake_s = await _wake(task, address, crowd)
    if crowd.failure is not None:
        raise crowd.failure
    return {
        "count": task["connections"],
        "early_count": crowd.early_count,
        "each_kib": (after.pss_kib - before.pss_kib) / task["connections"],
        "loaded_mib": after.pss_kib / 1024,
        "wake_s": wake_s,
        "asleep": crowd.asleep,
    }


async def _position(address: Address, token: str) -> bytes:
    """Sync once and return the position."""
    caller = Caller(address)
    answer = await caller.send(sync_request(address, token, None, 0, None))
    caller.close()
    since = _NEXT.search(answer.body)
    if since is None:
        raise WireError(f"sync: {answer.status} {answer.body[:300]!r}")
    return since.group(1)


async def _quiet(pid: int) -> None:
    """Wait until the server has nothing more to do."""
    deadline = time.perf_counter() + _PATIENCE_S
    used_s = processes.cpu_s(pid)
    while time.perf_counter() < deadline:
        await asyncio.sleep(_QUIET_S)
        before_s, used_s = used_s, processes.cpu_s(pid)
        if used_s - before_s < _QUIET_CPU_S:
            return
    raise WireError(f"the server was still busy after {_PATIENCE_S:g} s")


async def _wake(task: dict[str, Any], address: Address, crowd: _Crowd) -> float:
    """Send one message to all; return the seconds until the last connection had it."""
    caller = Caller(address)
    template = SendTemplate(address, task["tokens"][0], task["room"], TEXT)
    began = time.perf_counter()
    answer = await caller.send(template.fill(1))
    if answer.status != 200:
        raise WireError(f"send: {answer.status} {answer.body[:300]!r}")
    with suppress(TimeoutError):
        await asyncio.wait_for(crowd.all_woken.wait(), _PATIENCE_S)
    caller.close()
    return time.perf_counter() - began
