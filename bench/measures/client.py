"""What the load client itself can do: the same loads against a responder that does nothing.

A figure of the bench is the server's as long as it stays well below these.
"""

from __future__ import annotations

from bench import load as loads
from bench.figures import Figure, Round
from bench.measures import fanout, sends
from bench.servers.stand import Stand
from bench.sizes import Sizes

NAME = "client"
STANDS = ("Responder",)
FIGURES = (
    Figure("sends_per_s", "client ceiling: sends, 32 connections", "/s", "higher"),
    Figure("sends_one_p50_ms", "  answer with 1 connection, p50", "ms"),
    Figure("fanout_p50_ms", "  fan-out floor: send→seen, p50", "ms"),
    Figure("fanout_p99_ms", "  fan-out floor: send→seen, p99", "ms"),
    Figure("fanout_burst_per_s", "  burst: deliveries per second", "/s", "higher"),
)


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Prepare both loads."""
    return {
        "sends": await sends.prepare(stand, sizes),
        "fanout": (await fanout.prepare(stand, sizes)) | {"interval_s": 0.02},
    }


def rounds(sizes: Sizes) -> int:
    """One: this is a proof, not a comparison."""
    del sizes
    return 1


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """Run both loads with short windows."""
    short = prepared["sends"] | {"warm_up_s": 0.5, "window_s": 2.0}
    sent = sends.measure(stand, short, number)
    seen = fanout.measure(stand, prepared["fanout"], number)
    return {f"sends_{key}": value for key, value in sent.items()} | {
        f"fanout_{key}": value for key, value in seen.items()
    }
