"""Whether what was measured in a browser keeps its budgets, and whether this run can say so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bench.figures import Budget

SPREAD_MAX: Final = 1.25
"""How many times as long the same piece of work may take in one run, on a machine that does nothing else: 1.16 was seen."""

KEPT, BROKEN, NOT_JUDGED = 0, 1, 2
"""Exit statuses. The last one is also that of `python -m bench` where it could not begin."""

Verdict = Literal["met", "MISSED", "MISSED, as is known", ""]


@dataclass(frozen=True)
class Line:
    """One figure of a run with what it answers to."""

    name: str
    value: float
    budget: Budget | None = None
    known: bool = False
    """That it is missed is known, and no news: it is said, and breaks nothing."""

    def verdict(self) -> Verdict:
        """Say whether the budget holds; nothing where there is none."""
        if self.budget is None:
            return ""
        if self.budget.met(self.value, None):
            return "met"
        return "MISSED, as is known" if self.known else "MISSED"


def is_quiet(control_ms: Sequence[float], load_before: float) -> bool:
    """Say whether the machine did nothing else.

    Args:
        control_ms: how long the same piece of work took, each time. Once tells nothing.
        load_before: the load average before the run, for each processor. During it, the run itself is the load.
    """
    steady = len(control_ms) > 1 and max(control_ms) <= min(control_ms) * SPREAD_MAX
    return steady and load_before <= 1


def judge(lines: Sequence[Line], *, quiet: bool) -> tuple[int, str]:
    """Return the exit status of a run that was to be checked, and a sentence that says why.

    A busy machine is never held against the client; and it is not taken for a proof that all is well either.
    """
    if not quiet:
        return NOT_JUDGED, "the machine was busy: not judged"
    missed = [line.name for line in lines if line.verdict() == "MISSED"]
    if missed:
        return BROKEN, f"budgets missed: {'; '.join(missed)}"
    return KEPT, "every budget is met, but for what is known"
