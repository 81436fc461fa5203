"""`courtyard wallet reconcile`: the ledger against the bank. Status 1 when something must be looked at."""

import typer

from courtyard.cli.admin import Config, Data, ServerName, guarded, run, settings_of
from courtyard.storage.database import Database
from courtyard.wallet.rails import reconcile as reconciling


def reconcile(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """Hold the ledger, payments over rails and the bank's statements against each other."""

    async def ask(db: Database) -> reconciling.Report:
        return await db.read(reconciling.reconcile)

    def work() -> reconciling.Report:
        return run(settings_of(data, server_name, config), ask)

    report = guarded(work)
    for one in report.identities:
        bank = (
            "no statement"
            if one.closing is None
            else f"bank {one.closing}, by the ledger {one.expected}"
        )
        print(f"{one.currency}: owed {one.owed}, backed {one.backed}; {bank}.")
    for note in report.notes:
        print(note)
    for alarm in report.alarms:
        typer.echo(f"ALARM {alarm}", err=True)
    if report.alarms:
        raise typer.Exit(1)
    print("Everything is accounted for.")
