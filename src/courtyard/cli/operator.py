"""A command done as an operator, who gives the password of their own account."""

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from courtyard.accounts.login import check_login_password
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.cli.admin import piped_password, run
from courtyard.storage.database import Database

By = Annotated[str, typer.Option(help="The operator who does this; asks for their password.")]


def as_operator(
    settings: Settings, name: str, work: Callable[[Database, UserId], Awaitable[str]]
) -> str:
    """Do something as the operator whose password was given."""
    if sys.stdin.isatty():
        password: str = typer.prompt(f"Password of {name}", hide_input=True)
    else:
        password = piped_password()

    async def inside(db: Database) -> str:
        operator = await check_login_password(db, name, password, "command line")
        return await work(db, operator)

    return run(settings, inside)
