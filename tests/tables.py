"""What stands in the database, to show that a refusal changed nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Final, Self

UNWATCHED: Final = frozenset(
    {("devices", "last_seen_ts"), ("devices", "last_seen_ip"), ("devices", "last_seen_user_agent")}
)
"""Columns that say who was here, which a refused request may well do."""

COUNTER: Final = repr(("stream_position",))[:-2]
"""A position that was handed out for nothing is lost, as in any sequence; nobody sees the gap."""

QUEUES: Final = frozenset({"blob_deletions", "exports", "export_parts", "export_deletions"})
"""Tables that are worked off in the background: their rows go when they go."""

Rows = dict[str, frozenset[str]]


class Tables:
    """Looks at a server's database file from outside, as another process would.

    A full look costs a query for each table, so `changes` first asks SQLite whether anybody wrote at all.
    """

    def __init__(self, path: Path) -> None:
        """Open the file for reading only."""
        self._driver = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        self._columns: dict[str, list[str]] = {}
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for (table,) in self._driver.execute(names).fetchall():
            if table in QUEUES:
                continue
            found = self._driver.execute("SELECT name FROM pragma_table_info(?)", (table,))
            self._columns[table] = [name for (name,) in found if (table, name) not in UNWATCHED]
        self._version = self._data_version()
        self._rows: Rows | None = self.rows()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._driver.close()

    def rows(self) -> Rows:
        """Return every row of every table, as text."""
        everything: Rows = {}
        self._driver.execute("BEGIN")
        for table, columns in self._columns.items():
            chosen = ", ".join(f'"{name}"' for name in columns)
            found = self._driver.execute(f'SELECT {chosen} FROM "{table}"')  # noqa: S608  # names out of the schema
            everything[table] = frozenset(
                row for row in map(repr, found) if not row.startswith(COUNTER)
            )
        self._driver.execute("ROLLBACK")
        return everything

    def forget(self) -> None:
        """Take what stands now for right, without looking at it yet."""
        self._version, self._rows = self._data_version(), None

    def changes(self) -> dict[str, tuple[list[str], list[str]]] | None:
        """Return, for each table that is not as it was at the last look, the rows gone and the rows new.

        Returns:
            None when something was written after `forget`: there is nothing to compare with, this once.
        """
        version = self._data_version()
        if version == self._version:
            return {}
        self._version, before, self._rows = version, self._rows, self.rows()
        if before is None:
            return None
        return {
            table: (sorted(before[table] - rows), sorted(rows - before[table]))
            for table, rows in self._rows.items()
            if rows != before[table]
        }

    def _data_version(self) -> int:
        (version,) = self._driver.execute("PRAGMA data_version").fetchone()
        return int(version)
