"""`courtyard admin`: accounts, from the machine that the server runs on.

These commands open the database themselves, also while a server runs on it: SQLite lets one writer in at a time.
What a running server has in memory follows by itself, because sessions are read anew every few seconds
(`courtyard.accounts.session`). `deactivate` does more (it calls every feature), so it needs the server stopped.
"""

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from courtyard.accounts import admin as accounts_admin
from courtyard.accounts import rules
from courtyard.accounts.account import list_accounts, make_admin
from courtyard.accounts.password import hash_password
from courtyard.accounts.register import register
from courtyard.app.clock import SystemClock
from courtyard.app.config import load_settings
from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.archive.deactivate import Step, end_account
from courtyard.base.errors import CourtyardError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.storage.database import Database
from courtyard.storage.migrate import migrate
from courtyard.storage.world import World

T = TypeVar("T")

PAGE = 1000

admin = typer.Typer(help="Accounts and registration tokens.", no_args_is_help=True)
user = typer.Typer(help="Accounts.", no_args_is_help=True)
token = typer.Typer(help="Registration tokens.", no_args_is_help=True)
admin.add_typer(user, name="user")
admin.add_typer(token, name="token")

Data = Annotated[Path | None, typer.Option(help="The data directory.")]
ServerName = Annotated[str | None, typer.Option(help="The part after the colon.")]
Config = Annotated[Path | None, typer.Option(help="A TOML file with settings.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


def settings_of(data: Path | None, server_name: str | None, config: Path | None) -> Settings:
    """Return the settings that a command runs with."""
    given = {"data": str(data) if data else None, "server_name": server_name}
    return load_settings(config, given)


def run(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database, beside a running server if there is one, and do something with it."""

    async def inside() -> T:
        path = Path(settings.data) / DATABASE_FILE
        migrate(path)
        db = Database(path, World(SystemClock(), settings), MemoryBus())
        db.start()
        try:
            return await work(db)
        finally:
            await db.close()

    return asyncio.run(inside())


def guarded(work: Callable[[], T]) -> T:
    """Do something; tell an expected refusal in one line and end with status 2."""
    try:
        return work()
    except CourtyardError as error:
        typer.echo(f"courtyard: {error.message}", err=True)
        raise typer.Exit(2) from error


def print_lines(
    collect: Callable[[Database], Awaitable[list[str]]],
    data: Path | None,
    server_name: str | None,
    config: Path | None,
) -> None:
    """Print what is found in the database, line by line."""
    for line in guarded(lambda: run(settings_of(data, server_name, config), collect)):
        print(line)


def user_id_of(name: str, settings: Settings) -> UserId:
    """Return the user of this server that a name or id on the command line means."""
    found = rules.named_user(name, settings.server_name)
    if found is None:
        message = f"{name!r} is not a user of {settings.server_name}."
        raise NotFoundError(message)
    return found


def piped_password() -> str:
    """Return a password that comes as a line of standard input."""
    return sys.stdin.readline().rstrip("\r\n")


def _password(from_stdin: bool) -> tuple[str, bool]:
    """Return a password and whether it was made up here."""
    if from_stdin:
        return piped_password(), False
    if sys.stdin.isatty():
        typed: str = typer.prompt(
            "Password (empty: make one up)", default="", hide_input=True, show_default=False
        )
        if typed:
            return typed, False
    return secrets.token_urlsafe(15), True


@user.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="The user's name, without @ and server.")],
    is_admin: Annotated[bool, typer.Option("--admin", help="An operator's account.")] = False,
    password_stdin: PasswordStdin = False,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Make an account, whatever `registration` says. Without a password one is made up and shown."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        user_id = rules.new_user_id(name, settings.server_name)
        password, made_up = _password(password_stdin)
        rules.check_password(password)

        async def make(db: Database) -> None:
            hashed = await hash_password(db, password)
            await db.write(register, user_id, hashed, is_admin=is_admin)

        run(settings, make)
        print(user_id)
        if made_up:
            print(f"password: {password}")

    guarded(work)


@user.command("list")
def list_users(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List every account."""

    async def collect(db: Database) -> Table:
        table = Table("account", "made", "admin", "state")
        after = ""
        while page := await db.read(list_accounts, after, PAGE):
            for account in page:
                made = datetime.fromtimestamp(account.created_at / 1000, UTC)
                gone = "erased" if account.is_erased else "deactivated"
                table.add_row(
                    account.user_id,
                    made.strftime("%Y-%m-%d"),
                    "yes" if account.is_admin else "",
                    gone if account.deactivated_at is not None else "",
                )
            after = page[-1].user_id
        return table

    Console().print(guarded(lambda: run(settings_of(data, server_name, config), collect)))


@user.command("reset-password")
def reset_password(
    name: Annotated[str, typer.Argument(help="The user's name.")],
    password_stdin: PasswordStdin = False,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Set a new password and log the account out everywhere. Its devices stay listed."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        user_id = user_id_of(name, settings)
        password, made_up = _password(password_stdin)
        rules.check_password(password)

        async def reset(db: Database) -> None:
            hashed = await hash_password(db, password)
            await db.write(accounts_admin.reset_password, user_id, hashed)

        run(settings, reset)
        print(f"{user_id} has a new password and is logged out everywhere.")
        if made_up:
            print(f"password: {password}")

    guarded(work)


@user.command("make-admin")
def make_user_admin(
    name: Annotated[str, typer.Argument(help="The user's name.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="An ordinary account again.")] = False,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Make an account an operator's."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        user_id = user_id_of(name, settings)

        async def change(db: Database) -> None:
            await db.write(make_admin, user_id, is_admin=not revoke)

        run(settings, change)
        print(f"{user_id} is {'an ordinary account' if revoke else 'an operator'} now.")

    guarded(work)


@user.command("deactivate")
def deactivate_user(
    name: Annotated[str, typer.Argument(help="The user's name.")],
    erase: Annotated[
        bool, typer.Option("--erase", help="Hide what it wrote from later readers.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """End an account at its owner's wish. This cannot be undone. The server must be stopped."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        user_id = user_id_of(name, settings)
        if not yes:
            typer.confirm(f"End {user_id} for ever?", abort=True)

        async def end() -> Step:
            # A whole server, because every feature deletes its part; it holds the directory's lock.
            server = Server(settings)
            await server.start()
            try:
                step = Step.MORE
                while step is Step.MORE:
                    step = await server.db.write(end_account, user_id, erase=erase)
                return step
            finally:
                await server.stop()

        if asyncio.run(end()) is Step.GONE:
            message = f"There is no active account {user_id}."
            raise NotFoundError(message)
        print(f"{user_id} is deactivated.")

    guarded(work)


@token.command("add")
def add_token(
    text: Annotated[str | None, typer.Argument(help="The token; left out: made up.")] = None,
    uses: Annotated[int | None, typer.Option(min=1, help="Accounts it may make.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it ends.")] = None,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Make a registration token, or change the limits of one."""

    def work() -> None:
        made = text or secrets.token_urlsafe(12)
        rules.check_registration_token(made)
        lifetime_ms = None if days is None else days * 86_400_000

        async def add(db: Database) -> None:
            await db.write(accounts_admin.add_registration_token, made, uses, lifetime_ms)

        run(settings_of(data, server_name, config), add)
        print(made)

    guarded(work)


@token.command("list")
def list_tokens(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List the registration tokens."""

    async def collect(db: Database) -> Table:
        table = Table("token", "uses", "of", "until")
        for text, allowed, used, ends_at in await db.read(accounts_admin.registration_tokens):
            until = "" if ends_at is None else f"{datetime.fromtimestamp(ends_at / 1000, UTC):%F}"
            table.add_row(text, str(used), "" if allowed is None else str(allowed), until)
        return table

    Console().print(guarded(lambda: run(settings_of(data, server_name, config), collect)))


@token.command("remove")
def remove_token(
    text: Annotated[str, typer.Argument(help="The token.")],
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Withdraw a registration token."""

    def work() -> None:
        async def remove(db: Database) -> None:
            await db.write(accounts_admin.remove_registration_token, text)

        run(settings_of(data, server_name, config), remove)

    guarded(work)
