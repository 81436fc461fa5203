"""Time one small thing: many calls a batch, many batches, the median batch."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

_BATCH_S = 0.02
_BATCHES = 15


@dataclass(frozen=True)
class Timing:
    """Microseconds of one call: the median batch and the quickest one."""

    name: str
    median_us: float
    best_us: float
    budget_us: float | None = None

    def __str__(self) -> str:
        """One line of the list."""
        line = f"{self.name:<58} {self.median_us:8.2f} µs  (best {self.best_us:.2f})"
        if self.budget_us is None:
            return line
        verdict = "met" if self.median_us <= self.budget_us else "MISSED"
        return f"{line}  budget {self.budget_us:g} µs: {verdict}"


def measure(name: str, act: Callable[[], object], budget_us: float | None = None) -> Timing:
    """Call `act` in batches of about 20 ms, with the collector off as `timeit` does."""
    count = 1
    while (elapsed := _batch(act, count)) < _BATCH_S:
        count = max(count * 2, int(count * _BATCH_S / elapsed))
    batches = [_batch(act, count) / count * 1e6 for _ in range(_BATCHES)]
    return Timing(name, median(batches), min(batches), budget_us)


def _batch(act: Callable[[], object], count: int) -> float:
    was_on = gc.isenabled()
    gc.disable()
    try:
        began = time.perf_counter()
        for _ in range(count):
            act()
        return time.perf_counter() - began
    finally:
        if was_on:
            gc.enable()
