"""What a measure reports: figures with a unit, a direction and the budget they answer to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

# One round of a measure on one server: figure key -> value in the figure's unit.
Round = dict[str, float]


@dataclass(frozen=True)
class Budget:
    """A limit from DESIGN.md 8: on the ratio to Synapse, on the value itself, or on both."""

    times_better_min: float | None = None
    value_max: float | None = None
    value_min: float | None = None

    def met(self, value: float, times_better: float | None) -> bool | None:
        """Say whether the budget holds; None while there is no peer to compare with."""
        if self.value_max is not None and value > self.value_max:
            return False
        if self.value_min is not None and value < self.value_min:
            return False
        if self.times_better_min is None:
            return True
        return None if times_better is None else times_better >= self.times_better_min

    def __str__(self) -> str:
        """Render as in DESIGN.md: `≤ 150, ≥ 20x`."""
        parts = []
        if self.value_max is not None:
            parts.append(f"≤ {self.value_max:g}")
        if self.value_min is not None:
            parts.append(f"≥ {self.value_min:g}")
        if self.times_better_min is not None:
            parts.append(f"≥ {self.times_better_min:g}x")
        return ", ".join(parts)


@dataclass(frozen=True)
class Figure:
    """One line of the table. `across` says how the rounds become one value."""

    key: str
    label: str
    unit: str
    better: Literal["lower", "higher", "neither"] = "lower"
    budget: Budget | None = None
    across: Literal["median", "sum"] = "median"

    def merge(self, rounds: Sequence[Round]) -> float | None:
        """Fold the rounds into one value; None when no round has this figure."""
        values = [one[self.key] for one in rounds if self.key in one]
        if not values:
            return None
        return sum(values) if self.across == "sum" else median(values)

    def times_better(self, ours: float | None, theirs: float | None) -> float | None:
        """Return how many times better ours is than theirs; None when that means nothing."""
        if not ours or not theirs or self.better == "neither":
            return None
        return ours / theirs if self.better == "higher" else theirs / ours


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
