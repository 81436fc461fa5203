"""`courtyard`: the command line."""

from pathlib import Path
from typing import Annotated

import typer

from courtyard.cli.admin import admin

app = typer.Typer(
    help="A super-app you can host yourself.", no_args_is_help=True, pretty_exceptions_enable=False
)
app.add_typer(admin, name="admin")


@app.command()
def serve(
    data: Annotated[Path | None, typer.Option(help="The data directory.")] = None,
    listen: Annotated[str | None, typer.Option(help="HOST:PORT to answer on.")] = None,
    server_name: Annotated[str | None, typer.Option(help="The part after the colon.")] = None,
    config: Annotated[Path | None, typer.Option(help="A TOML file with settings.")] = None,
    registration: Annotated[str | None, typer.Option(help="open, token or closed.")] = None,
) -> None:
    """Start the homeserver and answer until it is told to stop."""
    from courtyard.app.config import load_settings  # noqa: PLC0415  # quick `--help`
    from courtyard.app.serve import run  # noqa: PLC0415
    from courtyard.base.errors import CourtyardError  # noqa: PLC0415

    given = {
        "data": str(data) if data else None,
        "listen": listen,
        "server_name": server_name,
        "registration": registration,
    }
    try:
        run(load_settings(config, given))
    except CourtyardError as error:
        typer.echo(f"courtyard: {error.message}", err=True)
        raise typer.Exit(2) from error


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed  # noqa: PLC0415

    typer.echo(installed("courtyard"))


if __name__ == "__main__":
    app()
