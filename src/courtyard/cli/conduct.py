"""`courtyard conduct`: who is on the staff, from the machine that the server runs on; and what the staff does, over HTTP.

`staff` opens the database, also beside a running server. Everything else asks the server as an account of its staff
(`courtyard.cli.court`).
"""

from typing import Annotated

import typer

from courtyard.cli import court_appeals, court_cases
from courtyard.cli.admin import (
    Config,
    Data,
    ServerName,
    guarded,
    print_lines,
    run,
    settings_of,
    user_id_of,
)
from courtyard.conduct import people
from courtyard.storage.database import Database

conduct = typer.Typer(help="Reports, decisions and appeals.", no_args_is_help=True)
staff = typer.Typer(help="Who decides.", no_args_is_help=True)
conduct.add_typer(staff, name="staff")
for name, command in (court_cases.COMMANDS | court_appeals.COMMANDS).items():
    conduct.command(name)(command)

Name = Annotated[str, typer.Argument(help="The user's name, or whole id.")]


@staff.command("add")
def add_staff(
    name: Name, data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """Take an account on the staff. With fewer than two people there, heavy measures cannot be decided."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        user_id = user_id_of(name, settings)

        async def add(db: Database) -> None:
            await db.write(people.grant_staff, user_id)

        run(settings, add)
        print(f"{user_id} is on the staff.")

    guarded(work)


@staff.command("remove")
def remove_staff(
    name: Name, data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """Let somebody go from the staff. Others get their open cases and appeals."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        user_id = user_id_of(name, settings)

        async def remove(db: Database) -> None:
            await db.write(people.revoke_staff, user_id)

        run(settings, remove)
        print(f"{user_id} is not on the staff any more.")

    guarded(work)


@staff.command("list")
def list_staff(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List the staff."""

    async def collect(db: Database) -> list[str]:
        return [str(user_id) for user_id in await db.read(people.staff)]

    print_lines(collect, data, server_name, config)
