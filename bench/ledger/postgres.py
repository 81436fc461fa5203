"""The yardstick: pgbench's own transaction on Debian's PostgreSQL, on the same disk and in the same run.

Its TPC-B-like transaction is about what a payment is: three balances changed and one row of history, durable.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Round

SCALE = 20
ACCOUNT = "postgres"
_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([0-9.]+) ms", re.MULTILINE)


class MissingError(Exception):
    """PostgreSQL is not installed here."""


def programs() -> Path:
    """Return the folder with the server's programs.

    Raises:
        MissingError: there is none; the message says what to install.
    """
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found is None:
        raise MissingError("PostgreSQL is not here; on Debian: apt-get install postgresql")
    return Path(found).parent


class Cluster:
    """A PostgreSQL server of our own, reached through a socket in its folder alone."""

    def __init__(self, folder: Path) -> None:
        """Take a folder for the data; `start` makes it."""
        self._bin = programs()
        self.folder = folder
        self._data = folder / "data"

    def start(self) -> None:
        """Make a fresh cluster, start it, and fill pgbench's tables."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "--pgdata", str(self._data), "--auth=trust", "--username=postgres")
        options = f"-k {self.folder} -c listen_addresses='' -c shared_buffers=256MB"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-o", options, "-w", "start")
        self._bench("-i", "-q", "-s", str(SCALE))

    def stop(self) -> None:
        """Stop the server and take its folder away."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def pay(self, clients: int, seconds: float) -> Round:
        """Let pgbench work with prepared statements; return its rate and mean latency."""
        jobs = str(min(clients, 2))
        told = self._bench(
            *("-M", "prepared", "-c", str(clients), "-j", jobs, "-T", str(max(1, round(seconds))))
        )
        rate, latency = _RATE.search(told), _LATENCY.search(told)
        assert rate is not None
        assert latency is not None
        return {"per_s": float(rate.group(1)), "mean_ms": float(latency.group(1))}

    def version(self) -> str:
        """Return what it calls itself."""
        return self._run("postgres", "--version").strip()

    def _bench(self, *arguments: str) -> str:
        return self._run(
            "pgbench", "-h", str(self.folder), "-U", "postgres", *arguments, "postgres"
        )

    def _run(self, program: str, *arguments: str) -> str:
        path = self._bin / program
        command: Sequence[str] = [str(path) if path.exists() else program, *arguments]
        if os.geteuid() == 0:
            # PostgreSQL refuses to be root.
            command = ["runuser", "-u", ACCOUNT, "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.strip()}")
        return done.stdout
