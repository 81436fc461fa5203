"""`courtyard wallet block` and `courtyard wallet reverse`: what operators do to wallets, each with their own password."""

from datetime import UTC, datetime
from typing import Annotated, get_args

import typer

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import UserId
from courtyard.cli.admin import (
    Config,
    Data,
    ServerName,
    guarded,
    print_lines,
    settings_of,
    user_id_of,
)
from courtyard.cli.operator import By, act, as_operator
from courtyard.storage.database import Database
from courtyard.wallet.guard import blocks, reversals
from courtyard.wallet.guard.model import BlockId, BlockReason, ReversalId
from courtyard.wallet.model import JournalId

block = typer.Typer(help="Wallets that may not pay for a while.", no_args_is_help=True)
reverse = typer.Typer(
    help="Corrections: one operator proposes, another approves.", no_args_is_help=True
)

REASONS: dict[str, BlockReason] = {
    reason: reason for reason in get_args(BlockReason) if reason != "owner_request"
}
Days = Annotated[int, typer.Option(help="Days until the review: 1 to 30. It ends there otherwise.")]
Words = Annotated[str, typer.Option(help="Why.")]


@block.command("begin")
def begin(
    name: Annotated[str, typer.Argument(help="Whose wallet: a name, or a whole id.")],
    reason: Annotated[str, typer.Option(help="security, suspected_fraud or court_order.")],
    words: Annotated[str, typer.Option(help="Why, for the owner to read.")],
    by: By,
    days: Days = 7,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Stop payments from a wallet. Its owner is told, sees everything, and still gets money."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        if reason not in REASONS:
            raise InvalidParamError(f"The reasons are {', '.join(REASONS)}.")
        whose = user_id_of(name, settings)

        async def do(db: Database, operator: UserId) -> str:
            made = await db.write(blocks.begin, operator, whose, REASONS[reason], words, days)
            return f"{made.id} is in force until its review on {_day(made.review_at)}."

        print(as_operator(settings, by, do))

    guarded(work)


@block.command("review")
def review(
    id: Annotated[str, typer.Argument(help="What `begin` printed.")],
    by: By,
    days: Days = 7,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Let a block last until another review: its reason is still there."""

    async def do(db: Database, operator: UserId) -> str:
        changed = await db.write(blocks.review, operator, BlockId(id), days)
        return f"{id} is in force until its review on {_day(changed.review_at)}."

    act(by, do, data, server_name, config)


@block.command("end")
def end(
    id: Annotated[str, typer.Argument(help="What `begin` printed.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """End a block: its reason is gone."""

    async def do(db: Database, operator: UserId) -> str:
        await db.write(blocks.end, operator, BlockId(id))
        return f"{id} has ended."

    act(by, do, data, server_name, config)


@block.command("list")
def list_blocks(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List the newest blocks."""

    async def collect(db: Database) -> list[str]:
        return [
            f"{one.id} {one.user_id} {one.reason} since {_day(one.begun_at)},"
            f" {f'ended {_day(one.ended_at)}' if one.ended_at else f'review {_day(one.review_at)}'}"
            for one in await db.read(blocks.newest)
        ]

    print_lines(collect, data, server_name, config)


@reverse.command("propose")
def propose(
    journal: Annotated[
        str,
        typer.Argument(
            help="Its id: ID.accepted of a payment, ID.shareN of a packet, ID.partN of a request, or new money's."
        ),
    ],
    words: Words,
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Propose to take a journal back. Nothing moves before another operator approves."""

    async def do(db: Database, operator: UserId) -> str:
        made = await db.write(reversals.propose, operator, JournalId(journal), words)
        return f"{made.id} waits for another operator."

    act(by, do, data, server_name, config)


@reverse.command("approve")
def approve(
    id: Annotated[str, typer.Argument(help="What `propose` printed.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Take back what another operator proposed: all of it, or nothing."""

    async def do(db: Database, operator: UserId) -> str:
        done = await db.write(reversals.approve, operator, ReversalId(id))
        return f"{done.journal} is taken back."

    act(by, do, data, server_name, config)


@reverse.command("list")
def list_reversals(
    data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """List the newest proposals."""

    async def collect(db: Database) -> list[str]:
        return [
            f"{one.id} of {one.journal}, proposed by {one.proposed_by},"
            f" {f'approved by {one.approved_by}' if one.approved_by else 'waiting'}: {one.words}"
            for one in await db.read(reversals.proposals)
        ]

    print_lines(collect, data, server_name, config)


def _day(time_ms: int | None) -> str:
    if time_ms is None:
        return "the owner's word"
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d")
