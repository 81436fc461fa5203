"""A command done as an operator, who gives the password of their own account."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from courtyard.accounts.login import check_login_password
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.cli.admin import guarded, piped_password, run, settings_of
from courtyard.storage.database import Database

By = Annotated[str, typer.Option(help="The operator who does this; asks for their password.")]
Deed = Callable[[Database, UserId], Awaitable[str]]
"""What an operator does; it returns what to print of it."""


def act(by: str, do: Deed, data: Path | None, server_name: str | None, config: Path | None) -> None:
    """Do something as the operator whose password is given, and print what came of it."""
    guarded(lambda: print(as_operator(settings_of(data, server_name, config), by, do)))


def as_operator(settings: Settings, name: str, work: Deed) -> str:
    """Do something as the operator whose password was given; return what to print of it."""
    if sys.stdin.isatty():
        password: str = typer.prompt(f"Password of {name}", hide_input=True)
    else:
        password = piped_password()

    async def inside(db: Database) -> str:
        operator = await check_login_password(db, name, password, "command line")
        return await work(db, operator)

    return run(settings, inside)
