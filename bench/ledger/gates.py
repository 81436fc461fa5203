"""The wallet's gates (reference: one run on one machine, taking turns, the median of the rounds) and how the run stands to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from bench.figures import Round

Value = tuple[str, str]
"""Of which run, and which of its figures."""


@dataclass(frozen=True)
class Gate:
    """One figure over another, and what it has to be."""

    label: str
    ours: Value
    peer: Value
    least: float | None = None
    most: float | None = None

    def ratio(self, rounds: Mapping[str, Sequence[Round]]) -> float | None:
        """Return the median over the rounds of ours by theirs; None where one was not measured."""
        mine, theirs = (rounds.get(run, ()) for run, _ in (self.ours, self.peer))
        if not mine or not theirs:
            return None
        pairs = zip(mine, theirs, strict=True)
        return median([one[self.ours[1]] / other[self.peer[1]] for one, other in pairs])

    def verdict(self, ratio: float) -> Literal["met", "MISSED", ""]:
        """Say whether a ratio is what it has to be; nothing where it is only told."""
        if self.least is None and self.most is None:
            return ""
        low = self.least is None or ratio >= self.least
        high = self.most is None or ratio <= self.most
        return "met" if low and high else "MISSED"

    def wanted(self) -> str:
        """Return what it has to be, as it is printed."""
        if self.least is not None:
            return f"≥ {self.least:g}"
        return "" if self.most is None else f"≤ {self.most:g}"


GATES = (
    Gate("payment with its chat event, 64 callers / pgbench 16", ("chat 64", "per_s"), ("pgbench 16", "per_s"), least=3),
    Gate("payment alone, 64 callers / pgbench 16", ("uniform 64", "per_s"), ("pgbench 16", "per_s"), least=4),
    Gate("one caller / pgbench 1", ("uniform 1", "per_s"), ("pgbench 1", "per_s"), least=2),
    Gate("everybody pays one / everybody pays anybody, 64 callers", ("hot 64", "per_s"), ("uniform 64", "per_s"), least=0.8),
    Gate("32 tills of one shop / 32 tills of 32 shops", ("tills 32", "per_s"), ("shops 32", "per_s"), least=0.8),
    Gate("p50 of 64 callers / mean of pgbench 16", ("uniform 64", "p50_ms"), ("pgbench 16", "mean_ms"), most=1.3),
    Gate("p99 of 64 callers / mean of pgbench 16", ("uniform 64", "p99_ms"), ("pgbench 16", "mean_ms"), most=4),
)  # fmt: skip
BESIDE = (
    Gate("payment alone, 64 callers / bare SQL, 64 in a commit", ("uniform 64", "per_s"), ("bare 64", "per_s")),
    Gate("bare SQL, 64 in a commit / pgbench 16", ("bare 64", "per_s"), ("pgbench 16", "per_s")),
    Gate("payment alone, 64 callers / django-hordak", ("uniform 64", "per_s"), ("hordak 1", "per_s")),
)  # fmt: skip
"""Told beside the gates: what the database alone could do, and another ledger in Python."""
RUNS = (
    "pgbench 16",
    "uniform 64",
    "chat 64",
    "hot 64",
    "pgbench 1",
    "uniform 1",
    "tills 32",
    "shops 32",
    "bare 64",
    "hordak 1",
)
BYTES_MAX = 250
"""On disk for one transfer with its journal and entries, without its event and the answer that is remembered."""


def table(rounds: Mapping[str, Sequence[Round]]) -> str:
    """Lay out what was measured, and each gate."""
    lines = []
    for run, taken in rounds.items():
        figures = "".join(f"  {key} {median([one[key] for one in taken]):9.2f}" for key in taken[0])
        lines.append(f"{run:<14}{figures}")
    lines.append("")
    for gate in (*GATES, *BESIDE):
        ratio = gate.ratio(rounds)
        told = (
            "  not measured"
            if ratio is None
            else f"{ratio:8.2f}  {gate.wanted():<7}{gate.verdict(ratio)}"
        )
        lines.append(f"{gate.label:<60}{told}")
    return "\n".join(lines)
