"""`courtyard wallet arrival`: payments on their way, and what operators do to them, each with their own password."""

from datetime import UTC, datetime
from typing import Annotated, get_args

import typer

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import UserId
from courtyard.cli.admin import Config, Data, ServerName, print_lines
from courtyard.cli.operator import By, act
from courtyard.storage.database import Database
from courtyard.wallet.guard import stops
from courtyard.wallet.guard.model import BlockReason, StopId
from courtyard.wallet.model import OfferId

arrival = typer.Typer(help="Payments on their way to somebody.", no_args_is_help=True)

REASONS: dict[str, BlockReason] = {reason: reason for reason in get_args(BlockReason)}
Id = Annotated[str, typer.Argument(help="What `stop` printed.")]
Days = Annotated[
    int, typer.Option(help="Days until the review: 1 to 30. It arrives there otherwise.")
]


@arrival.command("list")
def list_arrivals(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List payments on their way, and the newest stops."""

    async def collect(db: Database) -> list[str]:
        on_their_way = [
            f"{one.id} {one.amount} {one.currency} from {one.sender} to {one.recipient},"
            f" arrives {_time(one.arrives_at)}"
            f"{'' if one.recalled_at is None else f', asked back {_time(one.recalled_at)}'}"
            for one in await db.read(stops.on_their_way)
        ]
        return on_their_way + [
            f"{one.id} of {one.offer} {one.reason} since {_time(one.begun_at)},"
            f" {f'{one.outcome} {_time(one.ended_at)}' if one.outcome else f'review {_time(one.review_at)}'}"
            for one in await db.read(stops.newest)
        ]

    print_lines(collect, data, server_name, config)


@arrival.command("stop")
def stop(
    id: Annotated[str, typer.Argument(help="What `list` shows.")],
    reason: Annotated[
        str,
        typer.Option(help="security, suspected_fraud, court_order; owner_request if asked back."),
    ],
    words: Annotated[str, typer.Option(help="Why, for both sides to read.")],
    by: By,
    days: Days = 7,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Stop a payment that is on its way. Both sides are told."""

    async def do(db: Database, operator: UserId) -> str:
        if reason not in REASONS:
            raise InvalidParamError(f"The reasons are {', '.join(REASONS)}.")
        made = await db.write(stops.begin, operator, OfferId(id), REASONS[reason], words, days)
        return f"{made.id} keeps it until its review on {_time(made.review_at)}."

    act(by, do, data, server_name, config)


@arrival.command("review")
def review(
    id: Id,
    by: By,
    days: Days = 7,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Let a stop last until another review: its reason is still there."""

    async def do(db: Database, operator: UserId) -> str:
        changed = await db.write(stops.review, operator, StopId(id), days)
        return f"{id} keeps it until its review on {_time(changed.review_at)}."

    act(by, do, data, server_name, config)


@arrival.command("release")
def release(
    id: Id, by: By, data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """End a stop: its reason is gone, and the money arrives."""

    async def do(db: Database, operator: UserId) -> str:
        await db.write(stops.release, operator, StopId(id))
        return f"{id} has ended: the money arrives."

    act(by, do, data, server_name, config)


@arrival.command("return")
def send_back(
    id: Id, by: By, data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """Send stopped money back to who sent it. Another operator must have stopped it."""

    async def do(db: Database, operator: UserId) -> str:
        done = await db.write(stops.send_back, operator, StopId(id))
        return f"{done.offer} went back."

    act(by, do, data, server_name, config)


def _time(time_ms: int | None) -> str:
    return datetime.fromtimestamp((time_ms or 0) / 1000, UTC).strftime("%Y-%m-%d %H:%M")
