"""Bring a database file to the schema of this server, or refuse to touch it."""

import sqlite3
from pathlib import Path

from courtyard.base.errors import CourtyardError
from courtyard.storage import snapshot
from courtyard.storage.schema import OLDEST_COMPATIBLE, SCHEMA_VERSION

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaTooNewError(CourtyardError):
    """A newer server wrote this database in a way that this one does not understand."""

    code = "storage.schema_too_new"


def stored_version(path: Path) -> tuple[int, int]:
    """Return the schema version in a database file and the oldest version that may open it; 0 if new."""
    if not path.exists():
        return 0, 0
    driver = sqlite3.connect(path)
    try:
        has_table = driver.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'server'"
        ).fetchone()
        if has_table is None:
            return 0, 0
        rows = dict(
            driver.execute(
                "SELECT key, value FROM server WHERE key IN ('schema_version', 'oldest_compatible')"
            ).fetchall()
        )
    finally:
        driver.close()
    return int(rows.get("schema_version", 0)), int(rows.get("oldest_compatible", 0))


def migrate(path: Path) -> None:
    """Run the migrations that a database file still lacks. A new file gets all of them.

    Raises:
        SchemaTooNewError: the file was written by a newer server; nothing was changed.
    """
    version, oldest = stored_version(path)
    if version > SCHEMA_VERSION and oldest > SCHEMA_VERSION:
        message = (
            f"The database has schema {version}; this server knows {SCHEMA_VERSION}."
            " Please start the newer server."
        )
        raise SchemaTooNewError(message)
    if version >= SCHEMA_VERSION:
        return
    if version == 0 and snapshot.build(path):
        return
    run_migrations(path)


def run_migrations(path: Path) -> None:
    """Bring a database file to the newest schema, one migration after the other, in one transaction."""
    # Imported here: a server that is up to date, or new, starts without their 10 MiB.
    import sqlalchemy as sa  # noqa: PLC0415
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    # The driver's own transaction control would commit before each DDL statement.
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})
    sa.event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE") and None)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.begin() as connection:
            # All or nothing: SQLite's DDL takes part in the transaction.
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            for key, value in (
                ("schema_version", SCHEMA_VERSION),
                ("oldest_compatible", OLDEST_COMPATIBLE),
            ):
                connection.execute(
                    sa.text(
                        "INSERT INTO server (key, value) VALUES (:key, :value)"
                        " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
                    ),
                    {"key": key, "value": str(value)},
                )
    finally:
        engine.dispose()
