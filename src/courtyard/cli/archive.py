"""`courtyard archive`: what people do with an archive, on any machine, with no server."""

from pathlib import Path
from typing import Annotated

import typer

from courtyard.archive import verify as archive_verify

archive = typer.Typer(help="Archives of accounts.", no_args_is_help=True)


@archive.callback()
def options() -> None:
    """Archives of accounts."""


@archive.command()
def verify(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="All parts, or the folder they are unpacked to."),
    ],
    key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY_ID=PUBLIC_KEY", help="Whose signature it must be, as the server told."
        ),
    ] = None,
) -> None:
    """Check that an archive is whole and unchanged: the signature, every file, every mention of a file. Status 1 if not."""
    report = archive_verify.verify(files, key)
    for fault in report.faults:
        print(fault)
    if report.faults:
        typer.echo(f"{len(report.faults)} things are wrong.", err=True)
        raise typer.Exit(1)
    manifest = report.manifest
    assert manifest is not None, "no manifest and no fault"
    print(
        f"The archive of {manifest.account}, made on {manifest.created} by {manifest.server_name}."
    )
    print(f"{report.files} files with {report.size_bytes} bytes are as they were made.")
    print(f"{manifest.ranges.events} events in {manifest.ranges.rooms} rooms.")
    if report.not_kept:
        print(f"{report.not_kept} files that messages mention were not on the server any more.")
    print(f"Signed by {report.signed_by}.")
