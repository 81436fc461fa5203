"""`courtyard wallet app`: the mini-apps that may ask for payments."""

from typing import Annotated

import typer

from courtyard.base.ids import UserId
from courtyard.cli.admin import Config, Data, ServerName, print_lines
from courtyard.cli.operator import By, act
from courtyard.storage.database import Database
from courtyard.wallet.apps import apps

app = typer.Typer(help="Mini-apps that may ask for payments.", no_args_is_help=True)


@app.command("list")
def list_apps(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List the newest apps."""

    async def collect(db: Database) -> list[str]:
        return [
            f"{one.id} {one.name} of {one.merchant},"
            f" {'verified' if one.verified_at is not None else 'not verified'}"
            f"{', ended' if one.ended_at is not None else ''}"
            for one in await db.read(apps.listed)
        ]

    print_lines(collect, data, server_name, config)


@app.command("verify")
def verify(
    id: Annotated[str, typer.Argument(help="The app, as `list` prints it.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Let an app ask for payments: you have checked whose it is, and its name."""
    _set(id, by, data, server_name, config, is_right=True)


@app.command("unverify")
def unverify(
    id: Annotated[str, typer.Argument(help="The app.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Let an app ask for payments no more."""
    _set(id, by, data, server_name, config, is_right=False)


def _set(
    id: str, by: str, data: Data, server_name: ServerName, config: Config, *, is_right: bool
) -> None:
    async def do(db: Database, operator: UserId) -> str:
        done = await db.write(apps.verify, operator, id, is_right=is_right)
        return f"{done.name} is {'verified' if is_right else 'not verified any more'}."

    act(by, do, data, server_name, config)
