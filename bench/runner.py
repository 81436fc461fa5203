"""`python -m bench`: every measure, on every server, in one run on one machine."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import fcntl
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Protocol

from bench import load, machine, processes, report
from bench.figures import Figure, Round
from bench.matrix import RefusedError
from bench.measures import (
    client,
    disk,
    fanout,
    growth,
    idle,
    initial_sync,
    reports,
    sends,
    startup,
)
from bench.servers import courtyard, synapse
from bench.servers.courtyard import Courtyard
from bench.servers.responder import Responder
from bench.servers.stand import Stand, StartError
from bench.servers.synapse import Synapse
from bench.sizes import DEFAULT, FULL, QUICK, Sizes
from bench.wire import WireError

REPOSITORY = Path(__file__).resolve().parents[1]
# What a server can do wrong. Anything else is our own mistake and ends the run.
_FAILURES = (RefusedError, WireError, load.LoadError, StartError, TimeoutExpired, OSError)
RESULTS = Path(__file__).with_name("results")


class Measure(Protocol):
    """What a module in bench/measures gives."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """The name for `--only`."""

    @property
    def STANDS(self) -> tuple[str, ...]:  # noqa: N802
        """Names of the servers it is for."""

    @property
    def FIGURES(self) -> tuple[Figure, ...]:  # noqa: N802
        """The lines of the table."""

    async def prepare(self, stand: Stand, sizes: Sizes) -> load.Job:
        """Bring accounts and rooms into being. Not timed."""

    def rounds(self, sizes: Sizes) -> int:
        """Say how many rounds make one value."""

    def measure(self, stand: Stand, prepared: load.Job, number: int) -> Round:
        """Take one round."""


# In this order: `startup` begins with empty servers, `growth` ends by emptying one.
MEASURES: tuple[Measure, ...] = (
    client,
    startup,
    sends,
    fanout,
    initial_sync,
    idle,
    disk,
    reports,
    growth,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 0 when every measure ran on every server, whatever the figures say.

    1: a measure failed on a server. 2: another run is under way.
    """
    options = _options(arguments)
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    lock = (work / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print(
            f"bench: another run uses {work}; two at once would measure each other", file=sys.stderr
        )
        return 2
    with lock:
        return _run(options, work)


def _run(options: argparse.Namespace, work: Path) -> int:
    began = time.perf_counter()
    facts = machine.facts(work)
    for warning in machine.warnings(facts):
        print(f"bench: warning: {warning}", file=sys.stderr)
    processes.raise_file_limit()
    stands = _stands(options.servers, work)
    wanted = [measure for measure in MEASURES if not options.only or measure.NAME in options.only]
    try:
        measured = [_take(measure, stands, options.sizes) for measure in wanted]
    finally:
        for stand in stands:
            stand.stop()
    print("\n" + report.table(measured))
    head = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - began),
        "servers": {stand.name: stand.version() for stand in stands},
        "machine": facts,
        "sizes": dataclasses.asdict(options.sizes),
    }
    path: Path = options.out or RESULTS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    report.write(path, head, measured)
    print(f"{head['seconds']} s; kept as {os.path.relpath(path)}")
    missing = set(options.servers) - {stand.name.lower() for stand in stands}
    return 1 if missing or any(measure.failures for measure in measured) else 0


def _take(measure: Measure, stands: list[Stand], sizes: Sizes) -> report.Measured:
    """Prepare each server, then let them take turns: one round each, then the next round.

    A server that fails leaves the measure; the others go on, and the run ends with 1.
    """
    mine = [stand for stand in stands if stand.name in measure.STANDS]
    rounds: dict[str, list[Round]] = {stand.name: [] for stand in mine}
    failures: dict[str, str] = {}
    seconds: dict[str, float] = {}
    prepared = {}

    def attempt(stand: Stand, step: str, act: Callable[[], None]) -> None:
        if stand.name in failures:
            return
        print(f"bench: {measure.NAME}: {step}, {stand.name}", file=sys.stderr, flush=True)
        began = time.perf_counter()
        try:
            with stand.awake():
                act()
        except _FAILURES as failure:
            failures[stand.name] = f"{step}: {failure}"
            print(f"bench: {measure.NAME}: {stand.name} failed: {failure}", file=sys.stderr)
        seconds[f"{stand.name}, {step}"] = round(time.perf_counter() - began, 1)

    def prepare(stand: Stand) -> None:
        if measure.NAME != startup.NAME:
            stand.ensure_started()
        prepared[stand.name] = asyncio.run(measure.prepare(stand, sizes))

    def take(stand: Stand, number: int) -> None:
        moment = machine.moment(stand.work)
        taken = measure.measure(stand, prepared[stand.name], number)
        rounds[stand.name].append(taken | moment)

    for stand in mine:
        attempt(stand, "preparing", partial(prepare, stand))
    count = measure.rounds(sizes)
    for number in range(count):
        for stand in mine:
            attempt(stand, f"round {number + 1} of {count}", partial(take, stand, number))
    return report.Measured(measure.NAME, measure.FIGURES, rounds, failures, seconds)


def _stands(names: Sequence[str], work: Path) -> list[Stand]:
    """Make the servers that were asked for and can be had."""
    stands: list[Stand] = [Responder(work)]
    if "courtyard" in names:
        if courtyard.can_serve():
            stands.append(Courtyard(work))
        else:
            print("bench: `courtyard serve` is not there; Synapse alone", file=sys.stderr)
    if "synapse" in names:
        synapse.install()
        stands.append(Synapse(work))
    return stands


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    preset = parser.add_mutually_exclusive_group()
    preset.add_argument(
        "--quick",
        action="store_const",
        const=QUICK,
        dest="preset",
        help="less than 3 minutes; to see whether something broke",
    )
    preset.add_argument(
        "--full",
        action="store_const",
        const=FULL,
        dest="preset",
        help="10,000 rooms, a million events; may take an hour",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=[one.NAME for one in MEASURES],
        help="this measure alone; may be repeated",
    )
    parser.add_argument(
        "--servers", nargs="+", choices=("courtyard", "synapse"), default=("courtyard", "synapse")
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=REPOSITORY / "build" / "bench",
        help="where the data lie; on the disk that is to be measured",
    )
    parser.add_argument(
        "--out", type=Path, help="the JSON file, instead of bench/results/TIME.json"
    )
    # One flag for every size.
    for field in dataclasses.fields(Sizes):
        flag = "--" + field.name.replace("_", "-")
        parser.add_argument(flag, type=type(field.default), metavar="N", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    given = {
        field.name: getattr(options, field.name)
        for field in dataclasses.fields(Sizes)
        if getattr(options, field.name) is not None
    }
    options.sizes = dataclasses.replace(options.preset or DEFAULT, **given)
    return options
