"""A database driver that fails where it is told to, and what a test asks of the database afterwards."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

IGNORED = frozenset({"blob_deletions"})
"""A queue of what is to be cleared away: an upload enters it in a transaction of its own, before its first byte."""


class FailingDriver:
    """Stands before a real connection and lets one statement fail.

    Args:
        real: the connection.
    """

    def __init__(self, real: sqlite3.Connection) -> None:
        self.real = real
        self.count = 0
        self._fail_at = -1
        self._kind = ""
        self._before: Callable[[str], None] | None = None
        self.failed: str | None = None

    def arm(self, at: int, kind: str) -> None:
        """Let statement number `at` fail, counted from now.

        Args:
            kind: "statement": it alone fails; "full": the disk is full, and SQLite ends the transaction.
        """
        self.count, self._fail_at, self._kind, self.failed = 0, at, kind, None

    def disarm(self) -> None:
        """Let everything through."""
        self._fail_at = -1

    def watch(self, before: Callable[[str], None] | None) -> None:
        """Call `before` with each statement, before it runs."""
        self._before = before

    @property
    def in_transaction(self) -> bool:
        return self.real.in_transaction

    def execute(self, text: str, params: Iterable[Any] = ()) -> sqlite3.Cursor:
        self._maybe_fail(text)
        return self.real.execute(text, tuple(params))

    def executemany(self, text: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        self._maybe_fail(text)
        return self.real.executemany(text, rows)

    def rollback(self) -> None:
        self.real.rollback()

    def close(self) -> None:
        self.real.close()

    def _maybe_fail(self, text: str) -> None:
        if self._before is not None:
            self._before(text)
        at, self.count = self.count, self.count + 1
        if at != self._fail_at:
            return
        self.failed = text
        error = sqlite3.OperationalError("disk I/O error, on purpose")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
        if self._kind == "full":
            error = sqlite3.OperationalError("database or disk is full, on purpose")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            if self.real.in_transaction:
                self.real.rollback()
        raise error


def dump(path: Path) -> dict[str, list[Any]]:
    """Return every row of every table, as another process would see them now."""
    driver = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(driver.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)  # noqa: S608
            for (name,) in names
            if name not in IGNORED
        }
    finally:
        driver.close()


def dump_after_power_cut(path: Path, folder: Path) -> dict[str, list[Any]]:
    """Return what a machine would find that lost its power at this moment."""
    folder.mkdir(exist_ok=True)
    for name in (path.name, f"{path.name}-wal"):
        source = path.with_name(name)
        if source.exists():
            shutil.copy(source, folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
    (folder / f"{path.name}-shm").unlink(missing_ok=True)
    driver = sqlite3.connect(folder / path.name)
    driver.execute("PRAGMA wal_checkpoint")
    driver.close()
    return dump(folder / path.name)
