"""Initial sync of an account in many rooms, as a client does it right after logging in.

Each sample is a fresh login (a new device) and one /sync without `since`, so no server can answer
from a copy of the last answer. Once with the filter clients use (lazily loaded members, 20 events
a room) and once without any filter.
"""

from __future__ import annotations

import json
import time
from typing import Any

from bench import load as loads
from bench.figures import Budget, Figure, Round
from bench.matrix import User, connected, sync_request
from bench.servers.stand import BOTH, Stand
from bench.sizes import Sizes
from bench.wire import Address, Caller, WireError

NAME = "initial-sync"
STANDS = BOTH
FIGURES = (
    Figure("lazy_ms", "initial sync, lazy members", "ms",
           budget=Budget(times_better_min=20, value_max=150)),
    Figure("lazy_kib", "  size", "KiB"),
    Figure("whole_ms", "initial sync, no filter", "ms"),
    Figure("whole_kib", "  size", "KiB"),
)  # fmt: skip
LAZY = {
    "room": {
        "state": {"lazy_load_members": True},
        "timeline": {"limit": 20},
    }
}
# The two kinds of sample.
_FILTERS: dict[str, object] = {"lazy": LAZY, "whole": None}


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Make the rooms: a friend creates, the account joins, both write; a few have a crowd."""
    async with connected(stand.address) as matrix:
        # Accounts of their own: nobody else should be in hundreds of rooms.
        account, friend = await stand.users(matrix, 2, "sync")
        crowd = await stand.users(matrix, sizes.sync_crowd)

        async def make(number: int) -> None:
            room_id = await matrix.create_room(friend, f"room {number}")
            await matrix.join(account, room_id)
            if number < sizes.sync_crowded_rooms:
                for user in crowd:
                    await matrix.join(user, room_id)
            for message in range(sizes.sync_messages):
                sender = (account, friend)[message % 2]
                await matrix.send(sender, room_id, f"sync-{number}-{message}")

        await matrix.each(range(sizes.sync_rooms), make)
    return {
        "host": stand.address.host,
        "port": stand.address.port,
        "user_id": account.user_id,
        "rooms": sizes.sync_rooms,
        "samples": sizes.sync_samples,
        "warm_up": 1,
    }


def rounds(sizes: Sizes) -> int:
    """As many as asked for."""
    return sizes.rounds


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """Take all samples; the first round warms the server's caches up with one more of each."""
    return loads.run(__name__, prepared | {"warm_up": 1 if number == 0 else 0})


async def load(task: dict[str, Any]) -> Round:
    """Take the samples (in the load process)."""
    address = Address(task["host"], task["port"])
    figures: Round = {}
    for kind, sync_filter in _FILTERS.items():
        times_ms: list[float] = []
        size = 0
        for number in range(task["warm_up"] + task["samples"]):
            async with connected(address, 1) as matrix:
                token = (await matrix.login(User(task["user_id"], ""))).token
            elapsed_s, body = await _sync(address, token, sync_filter)
            joined = len(json.loads(body)["rooms"]["join"])
            if joined < task["rooms"]:
                raise WireError(f"initial sync shows {joined} of {task['rooms']} rooms")
            size = len(body)
            if number >= task["warm_up"]:
                times_ms.append(elapsed_s * 1e3)
        times_ms.sort()
        figures[f"{kind}_ms"] = times_ms[len(times_ms) // 2]
        figures[f"{kind}_max_ms"] = times_ms[-1]
        figures[f"{kind}_kib"] = size / 1024
    return figures


async def _sync(address: Address, token: str, sync_filter: object) -> tuple[float, bytes]:
    caller = Caller(address)
    raw = sync_request(address, token, None, 0, sync_filter)
    # On a connection that is open already, as a client's is after its login.
    await caller.call("GET", "/_matrix/client/versions")
    began = time.perf_counter()
    answer = await caller.send(raw)
    elapsed_s = time.perf_counter() - began
    caller.close()
    if answer.status != 200:
        raise WireError(f"initial sync: {answer.status} {answer.body[:300]!r}")
    return elapsed_s, answer.body
