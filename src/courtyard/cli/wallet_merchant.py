"""`courtyard wallet merchant`: the shops of a server, and under which names its operators know them."""

from typing import Annotated

import typer

from courtyard.base.ids import UserId
from courtyard.cli.admin import Config, Data, ServerName, print_lines
from courtyard.cli.operator import By, act
from courtyard.storage.database import Database
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import merchants

merchant = typer.Typer(help="Shops, and their verified names.", no_args_is_help=True)


@merchant.command("list")
def list_merchants(
    data: Data = None, server_name: ServerName = None, config: Config = None
) -> None:
    """List the newest shops."""

    async def collect(db: Database) -> list[str]:
        return [
            f"{one.id} {one.name} ({one.mcc}, {one.city}, {one.country}) of {one.owner},"
            f" {f'verified as {one.verified_name}' if one.verified_name else 'not verified'}"
            f"{', closed' if one.closed_at is not None else ''}"
            for one in await db.read(merchants.listed)
        ]

    print_lines(collect, data, server_name, config)


@merchant.command("verify")
def verify(
    id: Annotated[str, typer.Argument(help="The shop, as `list` prints it.")],
    name: Annotated[str, typer.Argument(help="The name under which payers see it from now on.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Let payers see a shop as verified, under a name that you have checked."""

    async def do(db: Database, operator: UserId) -> str:
        await db.write(merchants.verify, operator, MerchantId(id), name)
        return f"{id} is verified as {name}."

    act(by, do, data, server_name, config)


@merchant.command("unverify")
def unverify(
    id: Annotated[str, typer.Argument(help="The shop, as `list` prints it.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Let payers see a shop as not verified."""

    async def do(db: Database, operator: UserId) -> str:
        await db.write(merchants.verify, operator, MerchantId(id), None)
        return f"{id} is not verified any more."

    act(by, do, data, server_name, config)
