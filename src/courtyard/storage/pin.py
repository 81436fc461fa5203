"""Whose data directory this is. The server's name stands in every user id, so it can never change."""

import sqlite3
from pathlib import Path

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import ServerName

DATABASE_FILE = "courtyard.db"
"""The database inside a data directory."""

_READ = "SELECT value FROM server WHERE key = 'server_name'"
_PIN = "INSERT INTO server (key, value) VALUES ('server_name', ?) ON CONFLICT (key) DO NOTHING"


class OtherServerNameError(CourtyardError):
    """The data directory belongs to a server of another name."""

    code = "storage.other_server_name"


def pin_server_name(driver: sqlite3.Connection, server_name: ServerName) -> None:
    """Write the name into a new database, or hold it against the one that stands there.

    Raises:
        OtherServerNameError: another name stands there.
    """
    row = driver.execute(_READ).fetchone()
    if row is None:
        driver.execute(_PIN, (server_name,))
        row = driver.execute(_READ).fetchone()
    if row[0] != server_name:
        message = (
            f"This data directory belongs to {row[0]!r}, so it cannot serve {server_name!r}."
            " A server's name is part of every user id and cannot be changed."
            f" Set server_name to {row[0]!r}, or choose another data directory."
        )
        raise OtherServerNameError(message)


def pinned_server_name(folder: Path) -> str | None:
    """Return the name that a data directory belongs to; None if it has none yet."""
    path = folder / DATABASE_FILE
    if not path.exists():
        return None
    driver = sqlite3.connect(path)
    try:
        row = driver.execute(_READ).fetchone()
    except sqlite3.Error:
        # No such table yet, or no database at all: whoever opens it says so.
        return None
    finally:
        driver.close()
    return None if row is None else str(row[0])
