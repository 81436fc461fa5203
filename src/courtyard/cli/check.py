"""`courtyard check`: is everything in a data directory as the READMEs promise?

It only reads, and may run beside a server. Each feature says in its `check` module what must hold.
"""

import sqlite3
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from courtyard.accounts import check as accounts
from courtyard.app.clock import SystemClock
from courtyard.app.config import load_settings
from courtyard.archive import check as archive
from courtyard.base.errors import CourtyardError
from courtyard.base.ids import ServerName
from courtyard.base.settings import Settings
from courtyard.conduct import check as conduct
from courtyard.e2ee import check as e2ee
from courtyard.gate import check as gate
from courtyard.media import check as media
from courtyard.rooms import check as rooms
from courtyard.storage.database import connect
from courtyard.storage.migrate import stored_version
from courtyard.storage.pin import DATABASE_FILE, pinned_server_name
from courtyard.storage.schema import SCHEMA_VERSION
from courtyard.storage.tx import ReadTx
from courtyard.storage.world import World
from courtyard.transparency import check as transparency
from courtyard.transparency.folder import LogFolder
from courtyard.wallet import check as wallet
from courtyard.wallet.consents import check as wallet_consents
from courtyard.wallet.guard import check as wallet_guard
from courtyard.wallet.rails import check as wallet_rails
from courtyard.wallet.shops import check as wallet_shops
from courtyard.wallet.webhooks import check as wallet_webhooks

SHOWN_MAX = 1_000
"""Violations that are listed of each feature at the most."""

FEATURES: dict[str, Callable[[ReadTx], Iterator[str]]] = {
    "accounts": accounts.violations,
    "gate": gate.violations,
    "e2ee": e2ee.violations,
    "media": media.violations,
    "rooms": rooms.violations,
    "transparency": transparency.violations,
    "archive": archive.violations,
    "conduct": conduct.violations,
    "wallet": wallet.violations,
    "wallet.guard": wallet_guard.violations,
    "wallet.rails": wallet_rails.violations,
    "wallet.shops": wallet_shops.violations,
    "wallet.webhooks": wallet_webhooks.violations,
    "wallet.consents": wallet_consents.violations,
}
"""Who has invariants. A test fails when a `check` module is missing here."""


class NothingToCheckError(CourtyardError):
    """There is no database in the folder, or it has another schema than this program."""

    code = "cli.nothing_to_check"


def check(
    data: Annotated[Path | None, typer.Option(help="The data directory.")] = None,
    config: Annotated[Path | None, typer.Option(help="A TOML file with settings.")] = None,
) -> None:
    """Look for anything in a data directory that must never be. Changes nothing; status 1 if it finds something."""
    try:
        settings = load_settings(config, {"data": str(data) if data else None})
        count = 0
        for violation in violations(Path(settings.data)):
            print(violation)
            count += 1
    except CourtyardError as error:
        typer.echo(f"courtyard: {error.message}", err=True)
        raise typer.Exit(2) from error
    if count:
        typer.echo(f"{count} things are wrong.", err=True)
        raise typer.Exit(1)
    print("Nothing is wrong.")


def violations(folder: Path) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong in a data directory, as of now.

    Raises:
        NothingToCheckError: see there.
    """
    path = folder / DATABASE_FILE
    if not path.is_file():
        raise NothingToCheckError(f"There is no {DATABASE_FILE} in {folder}.")
    version, _ = stored_version(path)
    if version != SCHEMA_VERSION:
        raise NothingToCheckError(
            f"The database has schema {version}; this program checks {SCHEMA_VERSION}."
            " Start the server once, or use the program that goes with it."
        )
    server_name = ServerName(pinned_server_name(folder) or "localhost")
    world = World(SystemClock(), Settings(server_name=server_name, data=str(folder)))
    driver = connect(path, writable=False)
    note = LogFolder(world.settings).note()
    try:
        # One snapshot for all: a server may be writing meanwhile.
        driver.execute("BEGIN")
        tx = ReadTx(driver, world)
        yield from islice(_file(driver), SHOWN_MAX)
        for name, find in FEATURES.items():
            for violation in islice(find(tx), SHOWN_MAX):
                yield f"{name}: {violation}"
        for violation in islice(media.missing_files(tx, folder / "media"), SHOWN_MAX):
            yield f"media: {violation}"
        for violation in islice(transparency.damaged_files(tx, note), SHOWN_MAX):
            yield f"transparency: {violation}"
        for violation in islice(archive.missing_files(tx, folder / "archives"), SHOWN_MAX):
            yield f"archive: {violation}"
    finally:
        driver.close()


def _file(driver: sqlite3.Connection) -> Iterator[str]:
    for (finding,) in driver.execute("PRAGMA integrity_check"):
        if finding != "ok":
            yield f"database: {finding}"
    for table, _, parent, _ in driver.execute("PRAGMA foreign_key_check"):
        yield f"database: a row of {table} names a row of {parent} that does not exist."
