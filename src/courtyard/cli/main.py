"""`courtyard`: the command line.

A command is imported when it is called: a server carries nothing that only other commands need.
"""

import gc
import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

COMMANDS = {
    "admin": ("courtyard.cli.admin", "admin"),
    "archive": ("courtyard.cli.archive", "archive"),
    "check": ("courtyard.cli.check", "check"),
    "log": ("courtyard.cli.log", "log"),
    "conduct": ("courtyard.cli.conduct", "conduct"),
    "wallet": ("courtyard.cli.wallet", "wallet"),
}
"""Name → the module, and the Typer application or function in it."""


class _Lazy(typer.core.TyperGroup):
    """Imports the commands of `COMMANDS` when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return every name, for `--help`."""
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a name, or None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = COMMANDS[cmd_name]
        found = getattr(importlib.import_module(module), name)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False)
            single.command(cmd_name)(found)
            found = single
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Lazy,
    help="A super-app you can host yourself.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  # only here

        typer.echo(version("courtyard"))
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """A super-app you can host yourself."""


@app.command()
def serve(
    data: Annotated[Path | None, typer.Option(help="The data directory.")] = None,
    listen: Annotated[str | None, typer.Option(help="HOST:PORT to answer on.")] = None,
    server_name: Annotated[str | None, typer.Option(help="The part after the colon.")] = None,
    tls: Annotated[str | None, typer.Option(help="own: make certificates for this server.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="A certificate to speak TLS with.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The key of that certificate.")] = None,
    tls_names: Annotated[str | None, typer.Option(help="What own certificates are for.")] = None,
    config: Annotated[Path | None, typer.Option(help="A TOML file with settings.")] = None,
    registration: Annotated[str | None, typer.Option(help="open, token or closed.")] = None,
) -> None:
    """Start the homeserver and answer until it is told to stop."""
    # Nothing of what a start makes is garbage, and looking for it takes an eighth of the start.
    # `courtyard.app.serve` switches it on again.
    gc.disable()
    _import_structlog_alone()
    from courtyard.app.config import load_settings  # noqa: PLC0415  # quick `--help`
    from courtyard.app.serve import run  # noqa: PLC0415
    from courtyard.base.errors import CourtyardError  # noqa: PLC0415

    given = {
        "data": str(data) if data else None,
        "listen": listen,
        "server_name": server_name,
        "tls": tls,
        "tls_cert": str(tls_cert) if tls_cert else None,
        "tls_key": str(tls_key) if tls_key else None,
        "tls_names": tls_names,
        "registration": registration,
    }
    try:
        run(load_settings(config, given))
    except CourtyardError as error:
        typer.echo(f"courtyard: {error.message}", err=True)
        raise typer.Exit(2) from error
    finally:
        gc.enable()


def _import_structlog_alone() -> None:
    # structlog loads Rich for tracebacks that we do not print: 5 MiB and a tenth of the start.
    if "rich" not in sys.modules:
        sys.modules["rich"] = None  # type: ignore[assignment]  # how Python says "not to be imported"
        try:
            importlib.import_module("structlog")
        finally:
            del sys.modules["rich"]


if __name__ == "__main__":
    app()
