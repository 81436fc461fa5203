"""`courtyard log`: look at a public log, and follow those of other servers as a witness."""

import asyncio
import hashlib
import http.client
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from courtyard.app.clock import SystemClock
from courtyard.app.config import load_settings
from courtyard.app.wiring import Server
from courtyard.base.errors import CourtyardError
from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.storage.database import Database
from courtyard.storage.migrate import migrate
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.world import World
from courtyard.transparency import witness
from courtyard.transparency.errors import MissingTileError
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.recover import recover
from courtyard.transparency.rules_policy import parse_policy
from courtyard.transparency.verify import Fetch, Kept, Verified, read_kept, verify

ANSWER_BYTES_MAX: Final = 256 * 65_537
"""A bundle of 256 entries of the largest size; nothing that is served is larger."""

TIMEOUT_SECONDS: Final = 30

log = typer.Typer(help="The public log, and witnessing those of others.", no_args_is_help=True)
witness_app = typer.Typer(help="Logs that this server follows.", no_args_is_help=True)
log.add_typer(witness_app, name="witness")

Data = Annotated[Path | None, typer.Option(help="The data directory.")]
ServerName = Annotated[str | None, typer.Option(help="The part after the colon.")]
Config = Annotated[Path | None, typer.Option(help="A TOML file with settings.")]


class NoAnswerError(CourtyardError):
    """The server of a log cannot be reached, so nothing can be said about it."""

    code = "cli.no_answer"


@log.command("verify")
def verify_log(
    url: Annotated[str, typer.Argument(help="The server, such as https://chat.example.")],
    state: Annotated[
        Path | None, typer.Option(help="The file that remembers what was seen.")
    ] = None,
    vkey: Annotated[
        str | None, typer.Option(help="The log's key, from somebody you trust.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="A tlog-policy file with the witnesses you ask for.")
    ] = None,
) -> None:
    """Check a log from outside: signature, every entry and tile, and that it continues what was seen before.

    Ends with 1 and one sentence at the first fault, and with 2 when the log cannot be looked at.
    """
    base = _base(url)
    path = state or _state_path(base)
    try:
        kept = read_kept(path.read_bytes()) if path.exists() else None
        trusted = None if policy is None else parse_policy(policy.read_bytes())
    except (OSError, CourtyardError) as error:
        typer.echo(f"courtyard: {error}", err=True)
        raise typer.Exit(2) from error
    now_s = SystemClock().now_ms() // 1000
    try:
        verified = verify(_fetch(base), now_s, kept, vkey=vkey, policy=trusted)
    except NoAnswerError as error:
        typer.echo(f"courtyard: {error.message}", err=True)
        raise typer.Exit(2) from error
    except CourtyardError as error:
        typer.echo(f"FAULT: {error.message}", err=True)
        raise typer.Exit(1) from error
    _keep(path, verified.kept)
    print(_sentence(verified))


@log.command("recover")
def recover_log(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """Put a log that stands still back on its feet, after an old database was put back or tiles were lost.

    The server must be stopped. Where nothing was lost, this writes what is there already.
    """

    async def inside(settings: Settings) -> str:
        server = Server(settings)
        await server.start()
        try:
            await server.world.memory(Integrator).stop()
            return await recover(server.db)
        finally:
            await server.stop()

    try:
        print(asyncio.run(inside(_settings(data, server_name, config))))
    except CourtyardError as error:
        typer.echo(f"courtyard: {error.message}", err=True)
        raise typer.Exit(2) from error


@witness_app.command("add")
def add_witnessed(
    vkey: Annotated[str, typer.Argument(help="The key of the log, as its server gives it out.")],
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Follow another server's log from now on, and cosign what continues what was seen before."""

    async def add(db: Database) -> None:
        is_new = await db.write(witness.follow, vkey.strip())
        print("Followed from now on." if is_new else "Followed already.")

    _with_database(data, server_name, config, add)


@witness_app.command("list")
def list_witnessed(
    data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """List the logs that are followed, each with the size that was cosigned last."""

    async def show(db: Database) -> None:
        for origin, size in await db.read(witness.followed):
            print(f"{size:>12}  {origin}")

    _with_database(data, server_name, config, show)


def _settings(data: Path | None, server_name: str | None, config: Path | None) -> Settings:
    given = {"data": str(data) if data else None, "server_name": server_name}
    return load_settings(config, given)


def _with_database(
    data: Path | None,
    server_name: str | None,
    config: Path | None,
    work: Callable[[Database], Awaitable[None]],
) -> None:
    """Do something with the database, beside a running server if there is one."""

    async def inside(settings: Settings) -> None:
        path = Path(settings.data) / DATABASE_FILE
        migrate(path)
        db = Database(path, World(SystemClock(), settings), MemoryBus())
        db.start()
        try:
            await work(db)
        finally:
            await db.close()

    try:
        asyncio.run(inside(_settings(data, server_name, config)))
    except CourtyardError as error:
        typer.echo(f"courtyard: {error.message}", err=True)
        raise typer.Exit(2) from error


def _base(url: str) -> str:
    """Return the address below which `verify` fetches."""
    parts = urllib.parse.urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        typer.echo(f"courtyard: {url!r} is not the address of a server.", err=True)
        raise typer.Exit(2)
    path = parts.path.rstrip("/").removesuffix("/log").removesuffix("/transparency")
    return f"{parts.scheme}://{parts.netloc}{path}/transparency/"


def _fetch(base: str) -> Fetch:
    def fetch(path: str) -> bytes:
        request = urllib.request.Request(base + path)  # noqa: S310  # http or https, by `_base`
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                body: bytes = answer.read(ANSWER_BYTES_MAX + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise MissingTileError(f"{path} is not served: status {error.code}.") from error
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(f"{base} does not answer: {error}.") from error
        if len(body) > ANSWER_BYTES_MAX:
            raise MissingTileError(f"{path} is too long.")
        return body

    return fetch


def _state_path(base: str) -> Path:
    folder = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(folder) / "courtyard" / f"log-{hashlib.sha256(base.encode()).hexdigest()[:16]}.json"


def _keep(path: Path, kept: Kept) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into place: a run that is stopped must not forget what the one before had seen.
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(msgspec.json.encode(kept) + b"\n")
    beside.replace(path)


def _sentence(verified: Verified) -> str:
    checkpoint = verified.checkpoint
    sentence = f"{checkpoint.origin}: {checkpoint.size} entries, nothing is wrong."
    if verified.dated_at_s is not None:
        dated = datetime.fromtimestamp(verified.dated_at_s, UTC)
        sentence += f" The checkpoint is of {dated:%Y-%m-%d %H:%M} UTC."
    if verified.before is None:
        return f"{sentence} This was the first look; the next one will compare."
    return f"{sentence} It continues the {verified.before} entries seen last time."
