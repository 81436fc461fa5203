"""What all migrations together make of an empty file, so that a new server need not run them.

Alembic would cost a new server a third of its start and leave 10 MiB behind. The snapshot is written by
`python -m tools.snapshot` and a test holds it against the migrations. It names the migrations that it was
made from: where they have changed since, it is not used.
"""

import hashlib
import sqlite3
from pathlib import Path

from courtyard.storage.schema import OLDEST_COMPATIBLE, SCHEMA_VERSION

VERSIONS = Path(__file__).parent / "migrations" / "versions"
SNAPSHOT = Path(__file__).parent / "migrations" / "snapshot.sql"

BETWEEN = ";\n\n"
"""Stands between two statements of the snapshot, and nowhere else."""


def fingerprint() -> str:
    """Return what tells this set of migrations from every other."""
    digest = hashlib.sha256()
    for path in sorted(VERSIONS.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build(path: Path) -> bool:
    """Make a new database file from the snapshot, as a whole or not at all.

    Returns:
        Whether it did. It does not if the snapshot belongs to other migrations, or if there is something in the file.
    """
    text = SNAPSHOT.read_text("utf-8") if SNAPSHOT.exists() else ""
    head, _, body = text.partition(BETWEEN)
    if head != f"-- {fingerprint()}":
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    driver = sqlite3.connect(path, isolation_level=None)
    try:
        driver.execute("BEGIN IMMEDIATE")
        if driver.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
            return False
        for statement in body.split(BETWEEN):
            driver.execute(statement)
        driver.executemany(
            "INSERT INTO server (key, value) VALUES (?, ?)",
            [("schema_version", SCHEMA_VERSION), ("oldest_compatible", OLDEST_COMPATIBLE)],
        )
        driver.execute("COMMIT")
        return True
    finally:
        driver.close()


def schema_of(path: Path) -> list[str]:
    """Return the statements that make the schema of a database file, tables before their indexes."""
    driver = sqlite3.connect(path)
    try:
        rows = driver.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
            " ORDER BY type = 'index', tbl_name, name"
        ).fetchall()
        made = ["\n".join(line.rstrip() for line in row[0].strip().splitlines()) for row in rows]
        revision = driver.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    finally:
        driver.close()
    return [*made, f"INSERT INTO alembic_version VALUES ('{revision}')"]  # noqa: S608  # our own file's name
