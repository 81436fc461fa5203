"""A server under test: how it starts, where its data lie, who is registered on it."""

from __future__ import annotations

import http.client
import os
import shutil
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.matrix import Matrix, User
from bench.processes import Child, Memory, cpu_s, memory
from bench.wire import Address
from tests.ports import free_port

# Which servers a measure is for, by name.
BOTH = ("Courtyard", "Synapse")
START_TIMEOUT_S = 90.0
_POLL_S = 0.005
_OK = 200


class StartError(Exception):
    """The server ended or stayed silent when it should have answered."""


class Stand(ABC):
    """One server with a data directory of its own. Subclasses know only how to start it."""

    name: str

    def __init__(self, work: Path) -> None:
        """Make an empty data directory under `work`; nothing is started yet."""
        self.work = work / self.name.lower()
        shutil.rmtree(self.work, ignore_errors=True)
        self.data = self.work / "data"
        self.data.mkdir(parents=True)
        self.address = Address("127.0.0.1", free_port())
        self._child: Child | None = None
        self._users: dict[str, list[User]] = {}

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command line that serves `self.data` at `self.address`."""

    @abstractmethod
    def version(self) -> str:
        """Name what is measured."""

    def environment(self) -> dict[str, str]:
        """Return the environment of the server; the bench's own, unless a subclass adds to it."""
        return dict(os.environ)

    @property
    def pid(self) -> int:
        """Give the root process id of the running server."""
        assert self._child is not None, f"{self.name} is not running"
        return self._child.pid

    def start(self) -> float:
        """Start it and return the seconds from spawning to the first 200."""
        child = self._child = Child(
            self.command(), cwd=self.work, env=self.environment(), log=self.work / "log"
        )
        deadline = child.spawned_at + START_TIMEOUT_S
        while not self._answers():
            if not child.alive() or time.perf_counter() > deadline:
                words = child.last_words()
                self.stop()
                raise StartError(f"{self.name} did not start:\n{words}")
            time.sleep(_POLL_S)
        return time.perf_counter() - child.spawned_at

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self.address.host, self.address.port, timeout=5)
        try:
            connection.request("GET", "/_matrix/client/versions")
            return connection.getresponse().status == _OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def ensure_started(self) -> None:
        """Start it unless it runs."""
        if self._child is None:
            self.start()

    def stop(self) -> None:
        """Stop it if it runs; the data stay."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def empty(self) -> None:
        """Throw the data away (of a stopped server)."""
        assert self._child is None
        shutil.rmtree(self.data)
        self.data.mkdir()
        self._users = {}

    def freeze(self) -> None:
        """Keep it off the CPU until `thaw`."""
        if self._child is not None:
            self._child.freeze()

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Let it run for the length of the block; what the block starts is frozen after it too."""
        if self._child is not None:
            self._child.thaw()
        try:
            yield
        finally:
            self.freeze()

    def memory(self) -> Memory:
        """Weigh the running server."""
        return memory(self.pid)

    def cpu_s(self) -> float:
        """Return the CPU seconds used by the running server so far."""
        return cpu_s(self.pid)

    async def users(self, matrix: Matrix, count: int, group: str = "bench") -> list[User]:
        """Return `count` accounts of a group, registering those that are missing."""
        known = self._users.setdefault(group, [])
        missing = range(len(known), count)
        known += await matrix.each(missing, lambda i: matrix.register(f"{group}{i}"))
        return known[:count]

    def size_bytes(self) -> int:
        """Return the size of the data directory of a stopped server, every WAL folded in.

        The bench folds with the same statement for every server, so that one which leaves its
        WAL behind at stop is neither favoured nor punished.
        """
        assert self._child is None
        for path in self.data.rglob("*"):
            if path.is_file() and _is_sqlite(path):
                with sqlite3.connect(path) as database:
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                database.close()
        return sum(path.stat().st_size for path in self.data.rglob("*") if path.is_file())


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"
