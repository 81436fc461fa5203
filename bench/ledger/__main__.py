"""`python -m bench.ledger`: payments a second, beside pgbench on this machine's PostgreSQL, and the wallet's gates."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import machine, peers
from bench.figures import Round
from bench.ledger import django_hordak
from bench.ledger.gates import BYTES_MAX, RUNS, table
from bench.ledger.postgres import Cluster, MissingError

PEERS = ("pgbench", "hordak")
RESULTS = Path(__file__).resolve().parents[1] / "results"


def main() -> int:
    """Measure in turns and print; 0 when everything was measured, whatever the figures say."""
    options = _options()
    work: Path = options.work / "ledger"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    facts = machine.facts(work)
    for warning in machine.warnings(facts):
        print(f"bench: warning: {warning}", file=sys.stderr)
    cluster = _cluster(work / "postgres")
    runs = [run for run in RUNS if cluster is not None or run.split()[0] not in PEERS]
    rounds: dict[str, list[Round]] = {run: [] for run in runs}
    try:
        _ours(work, "found", 0, 0)
        for number in range(options.rounds):
            for run in runs:
                what, callers = run.split()
                print(f"bench: round {number + 1}, {run}", file=sys.stderr, flush=True)
                taken = _take(cluster, work, what, int(callers), options.seconds)
                rounds[run].append(taken)
        size = _ours(work, "size", 0, 0)
    finally:
        version = None
        if cluster is not None:
            version = cluster.version()
            cluster.stop()
    print("\n" + table(rounds))
    verdict = "met" if size["bytes"] <= BYTES_MAX else "MISSED"
    label = "bytes on disk for a transfer, its journal and entries"
    print(f"{label:<60}{size['bytes']:8.0f}  ≤ {BYTES_MAX}  {verdict}")
    at = datetime.now(UTC)
    kept = {"at": at.isoformat(timespec="seconds"), "machine": facts, "postgres": version}
    path = RESULTS / f"ledger-{at:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(kept | {"rounds": rounds, "size": size}, indent=1) + "\n")
    shutil.rmtree(work, ignore_errors=True)
    return 0 if cluster is not None else 1


def _cluster(folder: Path) -> Cluster | None:
    try:
        cluster = Cluster(folder)
    except MissingError as error:
        print(f"bench: {error}; the wallet is measured alone", file=sys.stderr)
        return None
    django_hordak.install()
    cluster.start()
    return cluster


def _take(cluster: Cluster | None, work: Path, what: str, callers: int, seconds: float) -> Round:
    if what not in PEERS:
        return _ours(work, what, callers, seconds)
    assert cluster is not None
    if what == "pgbench":
        return cluster.pay(callers, seconds)
    return django_hordak.pay(cluster.folder, seconds)


def _ours(work: Path, what: str, callers: int, seconds: float) -> Round:
    command = [
        sys.executable,
        "-m",
        "bench.ledger.ours",
        str(work),
        what,
        str(callers),
        str(seconds),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=peers.REPOSITORY)
    told: Round = json.loads(done.stdout or b"{}")
    return told


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each run in a round")
    parser.add_argument(
        "--work",
        type=Path,
        default=peers.REPOSITORY / "build" / "bench",
        help="where the data lie; on the disk that is to be measured",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
