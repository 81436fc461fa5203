"""`courtyard wallet mode|redeem|bank`: how official money is held, cash over the desk, and the bank's files."""

from pathlib import Path
from typing import Annotated

import typer

from courtyard.base.ids import UserId
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
from courtyard.cli.operator import By, act, as_operator
from courtyard.storage.database import Database
from courtyard.wallet import mode as modes
from courtyard.wallet.model import ProposalId
from courtyard.wallet.rails import assign, bank_export, bank_import, redeem
from courtyard.wallet.rails import unclaimed as ended
from courtyard.wallet.rails.camt import read
from courtyard.wallet.rails.errors import BadBankFileError
from courtyard.wallet.rails.model import BatchId, TxnId

mode = typer.Typer(help="How official money is held: two operators choose.", no_args_is_help=True)
cash = typer.Typer(help="Cash over the desk: two operators hand it out.", no_args_is_help=True)
bank = typer.Typer(help="The bank's files.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="What `propose` or `choose` printed.")]


# --- mode -----------------------------------------------------------------------------------------


@mode.command("choose")
def choose_mode(
    name: Annotated[str, typer.Argument(help="closed, agent or emoney.")],
    words: Annotated[str, typer.Argument(help="Who holds it, under which licence or exception.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Propose how official money is held. It is so when another operator has approved."""

    async def do(db: Database, operator: UserId) -> str:
        made = await db.write(modes.propose, operator, name, words)
        return f"{made.id} waits for another operator."

    act(by, do, data, server_name, config)


@mode.command("approve")
def approve_mode(
    id: Id, by: By, data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """Put a mode in force that another operator chose."""

    async def do(db: Database, operator: UserId) -> str:
        chosen = await db.write(modes.approve, operator, ProposalId(id))
        return f"Official money is held so: {chosen.mode}. {chosen.words}"

    act(by, do, data, server_name, config)


# --- cash -----------------------------------------------------------------------------------------


@cash.command("list")
def list_cash(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List who waits for cash."""

    async def collect(db: Database) -> list[str]:
        found = await db.read(redeem.waiting)
        return [f"{one.id} {one.amount} {one.currency} to {one.user_id}" for one in found]

    print_lines(collect, data, server_name, config)


@cash.command("propose")
def propose_cash(
    id: Annotated[str, typer.Argument(help="What `list` shows.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Say that the cash is ready to be handed out."""

    async def do(db: Database, operator: UserId) -> str:
        made = await db.write(redeem.propose, operator, TxnId(id))
        return f"{made.id} waits for another operator."

    act(by, do, data, server_name, config)


@cash.command("approve")
def approve_cash(
    id: Id, by: By, data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """Say that the cash was handed out: its units are no more."""

    async def do(db: Database, operator: UserId) -> str:
        done = await db.write(redeem.approve, operator, ProposalId(id))
        return f"{done.user_id} has {done.amount} {done.currency} in cash."

    act(by, do, data, server_name, config)


@cash.command("refuse")
def refuse_cash(
    id: Annotated[str, typer.Argument(help="What `list` shows.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Hand nothing out: the units go back."""

    async def do(db: Database, operator: UserId) -> str:
        done = await db.write(redeem.refuse, operator, TxnId(id))
        return f"{done.user_id} has {done.amount} {done.currency} back."

    act(by, do, data, server_name, config)


@cash.command("ask")
def ask_cash(
    name: Annotated[str, typer.Argument(help="Whose account has ended: a name, or a whole id.")],
    code: Annotated[str, typer.Argument(help="The currency.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Ask for all the money of an ended account as cash, in its owner's place."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        whose = user_id_of(name, settings)

        async def do(db: Database, operator: UserId) -> str:
            made = await db.write(ended.ask, operator, whose, code)
            return f"{made.id} {made.amount} {made.currency} to {made.user_id}"

        print(as_operator(settings, by, do))

    guarded(work)


def unclaimed(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List money of accounts that have ended. It stays theirs: `redeem ask` hands it out."""

    async def collect(db: Database) -> list[str]:
        found = await db.read(ended.balances)
        return [f"{one.owner} {one.posted} {one.currency}" for one in found]

    print_lines(collect, data, server_name, config)


# --- bank -----------------------------------------------------------------------------------------


@bank.command("import")
def import_bank(
    file: Annotated[Path, typer.Argument(help="camt.053, camt.054, pain.002 or pacs.004.")],
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Take a file of the bank's. The same file again changes nothing. Status 1 if a statement does not add up."""

    def work() -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise BadBankFileError(f"{file} cannot be read.") from error

        parsed = read(content)

        async def take(db: Database) -> bank_import.Summary:
            return await db.write(bank_import.import_file, content, parsed)

        done = run(settings_of(data, server_name, config), take)
        print(
            f"{done.kind}: {done.new} new bookings, {done.known} known; {done.matched} matched,"
            f" {done.unmatched} unmatched; {done.rejected} payouts rejected, {done.returned} returned,"
            f" {done.ignored} verdicts ignored."
        )
        for gap in done.gaps:
            print(f"Statement {gap} does not add up: ask the bank for it again.")
        if done.gaps:
            raise typer.Exit(1)

    guarded(work)


@bank.command("export")
def export_bank(
    out: Annotated[Path, typer.Argument(help="Where to write the payment file.")],
    again: Annotated[str, typer.Option(help="Write this earlier file once more.")] = "",
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Write the payouts that wait into a payment file for the bank."""

    def work() -> None:
        async def make(db: Database) -> tuple[str, str]:
            if again:
                return await db.read(bank_export.again, BatchId(again)), f"{again}, once more."
            made = await db.write(bank_export.export)
            if made is None:
                return "", "Nothing is to be paid out."
            return made.content, f"{made.id}: {made.count} payments, {made.total} in minor units."

        content, said = run(settings_of(data, server_name, config), make)
        # The batch is named first: if the file cannot be written, `--again` fetches it.
        print(said)
        if content:
            out.write_text(content, "utf-8")

    guarded(work)


@bank.command("unmatched")
def list_unmatched(
    data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """List bookings that found no payment."""

    async def collect(db: Database) -> list[str]:
        return [
            f"{one.rail} {one.line} {one.day} {one.amount} {one.currency} {one.why}"
            f" from {one.party!r}: {one.reference!r} {one.end_to_end!r} {one.text!r}"
            for one in await db.read(assign.unmatched)
        ]

    print_lines(collect, data, server_name, config)


@bank.command("assign")
def assign_line(
    rail: Annotated[str, typer.Argument(help="The first word of a line of `unmatched`.")],
    line: Annotated[str, typer.Argument(help="Its second word.")],
    to: Annotated[str, typer.Argument(help="A name or a whole id; or `house`.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Propose whose a booking is."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        whom = to if to == assign.TO_HOUSE else user_id_of(to, settings)

        async def do(db: Database, operator: UserId) -> str:
            made = await db.write(assign.propose, operator, rail, line, whom)
            return f"{made.id} waits for another operator."

        print(as_operator(settings, by, do))

    guarded(work)


@bank.command("approve")
def approve_line(
    id: Id, by: By, data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """Give a booking to whom another operator proposed."""

    async def do(db: Database, operator: UserId) -> str:
        done = await db.write(assign.approve, operator, ProposalId(id))
        return f"{done.line}: {done.amount} {done.currency} is assigned."

    act(by, do, data, server_name, config)
