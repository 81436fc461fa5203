"""Does a mass of reports act, or slow anything? Courtyard alone: one account is reported until everybody must have noticed.

A send is measured before and after, what is in force of the account is asked before and after, and somebody on the staff asks for the
next case.
"""

from __future__ import annotations

import asyncio
import subprocess
import time

from bench import load as loads
from bench.figures import Budget, Figure, Round
from bench.matrix import Matrix, User, connected
from bench.measures import sends
from bench.servers.courtyard import SERVER_NAME, find_command
from bench.servers.stand import Stand
from bench.sizes import Sizes
from bench.wire import WireError

NAME = "reports"
STANDS = ("Courtyard",)
FIGURES = (
    Figure("taken_per_s", "reports about one account", "/s", "higher"),
    Figure("changed", "  what is in force for it has changed", "", budget=Budget(value_max=0)),
    Figure("before_us", "  server CPU per send, before", "µs"),
    Figure("after_us", "  server CPU per send, after", "µs"),
    Figure("times", "  after over before", "x", budget=Budget(value_max=1.1)),
    Figure("queue_ms", "  the next case for the staff", "ms"),
)
_OURS = "/_courtyard/conduct/v1"
_STAFF = "/_courtyard/staff/v1"
_ITEMS = 100
_REPORTERS = 20
_WIDTH = 32
_SAMPLES = 4


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Make the rooms; the first sender is the one that gets reported."""
    prepared = await sends.prepare(stand, sizes)
    async with connected(stand.address) as matrix:
        accused = (await stand.users(matrix, sizes.sends_members))[0]
        reporters = await stand.users(matrix, _REPORTERS, "reporter")
        [judge] = await stand.users(matrix, 1, "judge")
    command = find_command()
    assert command is not None
    hire = [command, "conduct", "staff", "add", judge.user_id]
    place = ["--data", str(stand.data), "--server-name", SERVER_NAME]
    subprocess.run(hire + place, check=True, capture_output=True)
    return prepared | {
        "count": sizes.growth_sends,
        "warm_up_s": 0,
        "window_s": 120,
        "accused": [accused.user_id, accused.token],
        "reporters": [[user.user_id, user.token] for user in reporters],
        "judge": judge.token,
        "reports": sizes.reports,
    }


def rounds(sizes: Sizes) -> int:
    """One: reports are not taken back."""
    del sizes
    return 1


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """Send, report, send again."""
    del number
    before = _send(stand, prepared, 80_000_000)
    figures = asyncio.run(_report(stand, prepared))
    after = _send(stand, prepared, 90_000_000)
    return figures | {"before_us": before, "after_us": after, "times": after / before}


def _send(stand: Stand, prepared: loads.Job, first_txn: int) -> float:
    """Return the server's CPU per send in µs: the least of a few samples, as anything above it is the machine's."""
    taken = []
    for sample in range(_SAMPLES):
        task = prepared | {"pid": stand.pid, "first_txn": first_txn + sample * 1_000_000}
        taken.append(loads.run(sends.__name__, task)["server_cpu_us"])
    return min(taken)


async def _report(stand: Stand, prepared: loads.Job) -> Round:
    accused = User(*prepared["accused"])
    reporters = [User(*it) for it in prepared["reporters"]]
    count = prepared["reports"]
    async with connected(stand.address, _WIDTH) as matrix:
        before = await _in_force(matrix, accused)

        async def report(number: int) -> None:
            body = {
                "item_type": "account",
                "item_id": accused.user_id,
                "item_version": f"version {number % _ITEMS}",
                "subject": accused.user_id,
                "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
                "explanation": f"Away with them, says number {number}.",
            }
            reporter = reporters[number % len(reporters)]
            await matrix.call("POST", f"{_OURS}/reports", reporter.token, body)

        began = time.perf_counter()
        await matrix.each(range(count), report)
        elapsed_s = time.perf_counter() - began
        after = await _in_force(matrix, accused)
        began = time.perf_counter()
        given = await matrix.call("POST", f"{_STAFF}/queue/next", prepared["judge"], {})
        queue_ms = (time.perf_counter() - began) * 1e3
    if given["case"] is None:
        raise WireError("the staff got no case")
    return {
        "taken_per_s": count / elapsed_s,
        "changed": float(before != after),
        "queue_ms": queue_ms,
    }


async def _in_force(matrix: Matrix, user: User) -> object:
    return await matrix.call("GET", f"{_OURS}/standing", user.token)
