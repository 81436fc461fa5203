"""From spawning the process to the first 200, and what the process weighs when it then rests."""

from __future__ import annotations

import time

from bench import load as loads
from bench.figures import Budget, Figure, Round
from bench.servers.stand import BOTH, Stand
from bench.sizes import Sizes

NAME = "startup"
STANDS = BOTH
FIGURES = (
    Figure("again_s", "start to first answer", "s", budget=Budget(value_max=1.5)),
    Figure("new_s", "  on an empty data directory", "s"),
    Figure("rest_mib", "memory at rest (PSS of the process tree)", "MiB",
           budget=Budget(value_max=90)),
    Figure("rest_rss_mib", "  RSS", "MiB"),
)  # fmt: skip
# Time for what a server does after its first answer, before it is weighed.
_REST_S = 2.0


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Nothing to prepare."""
    del stand, sizes
    return {}


def rounds(sizes: Sizes) -> int:
    """As many starts as asked for."""
    return sizes.starts_count


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """Start on nothing, stop, start on what that left, rest, weigh. Leaves the server stopped."""
    del prepared, number
    stand.stop()
    stand.empty()
    new_s = stand.start()
    stand.stop()
    again_s = stand.start()
    time.sleep(_REST_S)
    weight = stand.memory()
    stand.stop()
    return {
        "new_s": new_s,
        "again_s": again_s,
        "rest_mib": weight.pss_kib / 1024,
        "rest_rss_mib": weight.rss_kib / 1024,
        "processes": weight.processes_count,
    }
