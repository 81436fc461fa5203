"""The table on the terminal and the JSON that CI keeps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.figures import Figure, Round

OURS, THEIRS = "Courtyard", "Synapse"
_TENS, _HUNDREDS = 10, 100


@dataclass(frozen=True)
class Measured:
    """All rounds of one measure, by server."""

    name: str
    figures: tuple[Figure, ...]
    rounds: Mapping[str, Sequence[Round]]
    failures: Mapping[str, str] = field(default_factory=dict)
    # How long each step took, set-up included.
    seconds: Mapping[str, float] = field(default_factory=dict)

    def value(self, server: str, figure: Figure) -> float | None:
        """Fold the rounds of one server into one value."""
        return figure.merge(self.rounds.get(server, ()))


def table(measured: Iterable[Measured]) -> str:
    """Lay out one line per figure."""
    lines = [("", OURS, THEIRS, "times better", "budget", "")]
    for measure in measured:
        lines += [_line(measure, figure) for figure in measure.figures]
        lines += [
            (f"  {server} failed: {failure.splitlines()[0][:60]}", "", "", "", "", "")
            for server, failure in measure.failures.items()
        ]
        lines.append(("", "", "", "", "", ""))
    # A failure has the line to itself and widens no column.
    widths = [
        max(len(line[column]) for line in lines if line[0] == "" or any(line[1:]))
        for column in range(6)
    ]
    return "\n".join(
        (
            line[0].ljust(widths[0])
            + "".join(
                f"  {cell.rjust(width)}" for cell, width in zip(line[1:], widths[1:], strict=True)
            )
        ).rstrip()
        for line in lines
    )


def _line(measure: Measured, figure: Figure) -> tuple[str, str, str, str, str, str]:
    # The responder's figures stand where there is nobody to compare with.
    ours = measure.value(OURS, figure)
    theirs = measure.value(THEIRS, figure)
    if "Responder" in measure.rounds:
        ours = measure.value("Responder", figure)
    times = figure.times_better(ours, theirs)
    verdict = ""
    if figure.budget is not None and ours is not None:
        verdict = {True: "met", False: "MISSED", None: ""}[figure.budget.met(ours, times)]
    return (
        figure.label,
        _with_unit(ours, figure.unit),
        _with_unit(theirs, figure.unit),
        "" if times is None else f"{_number(times)}x",
        str(figure.budget or ""),
        verdict,
    )


def _with_unit(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{_number(value)} {unit}".rstrip()


def _number(value: float) -> str:
    """Show three digits: more is noise."""
    if abs(value) >= _HUNDREDS or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= _TENS else f"{value:.2f}"


def write(path: Path, head: Mapping[str, object], measured: Iterable[Measured]) -> None:
    """Keep everything: the facts, the sizes, every round, the values of the table."""
    measures: dict[str, object] = {}
    for measure in measured:
        servers = {}
        for server, rounds in measure.rounds.items():
            values = {figure.key: measure.value(server, figure) for figure in measure.figures}
            servers[server] = {"values": values, "rounds": list(rounds)}
        measures[measure.name] = {
            "servers": servers,
            "failures": dict(measure.failures),
            "seconds": dict(measure.seconds),
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**head, "measures": measures}, indent=1) + "\n")
