"""`courtyard wallet`: currencies and new money, from the machine that the server runs on; also beside a running server.

New money needs two operators. Each gives the password of their own account, so nobody can be both.
"""

from typing import Annotated, get_args

import typer

from courtyard.base.ids import UserId
from courtyard.base.money import Currency
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
from courtyard.cli.wallet_app import app
from courtyard.cli.wallet_arrivals import arrival
from courtyard.cli.wallet_guard import block, reverse
from courtyard.cli.wallet_merchant import merchant
from courtyard.cli.wallet_rails import bank, cash, mode, unclaimed
from courtyard.cli.wallet_reconcile import reconcile
from courtyard.storage.database import Database
from courtyard.wallet import mint as minting
from courtyard.wallet import rules
from courtyard.wallet.errors import UnknownCurrencyError
from courtyard.wallet.model import CurrencyKind, MintId

wallet = typer.Typer(help="Currencies and new money.", no_args_is_help=True)
currency = typer.Typer(help="Currencies.", no_args_is_help=True)
mint = typer.Typer(help="New money: one operator proposes, another approves.", no_args_is_help=True)
wallet.add_typer(currency, name="currency")
wallet.add_typer(mint, name="mint")
wallet.add_typer(merchant, name="merchant")
wallet.add_typer(app, name="app")
wallet.add_typer(block, name="block")
wallet.add_typer(reverse, name="reverse")
wallet.add_typer(arrival, name="arrival")
wallet.add_typer(mode, name="mode")
wallet.add_typer(cash, name="redeem")
wallet.command("unclaimed")(unclaimed)
wallet.add_typer(bank, name="bank")
wallet.command("reconcile")(reconcile)

KINDS: dict[str, CurrencyKind] = {kind: kind for kind in get_args(CurrencyKind)}


@currency.command("add")
def add_currency(
    code: Annotated[str, typer.Argument(help="3 to 10 capitals and digits.")],
    name: Annotated[str, typer.Argument(help="What people call it.")],
    kind: Annotated[str, typer.Option(help="community, points, test or fiat.")] = "community",
    scale: Annotated[int, typer.Option(help="Decimal digits of a major unit.")] = 2,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Make a currency. It stays as it is for ever."""

    def work() -> None:
        if kind not in KINDS:
            raise UnknownCurrencyError("The kinds are community, points, test and fiat.")

        async def add(db: Database) -> None:
            await db.write(minting.add_currency, code, KINDS[kind], scale, name)

        run(settings_of(data, server_name, config), add)
        print(f"{code} is there.")

    guarded(work)


@mint.command("propose")
def propose(
    name: Annotated[str, typer.Argument(help="Who gets it: a name, or a whole id.")],
    amount: Annotated[str, typer.Argument(help="In minor units.")],
    code: Annotated[str, typer.Argument(help="The currency.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Propose new money. It is there when another operator has approved it."""

    def work() -> None:
        settings = settings_of(data, server_name, config)
        to, minor = user_id_of(name, settings), rules.parse_amount(amount)

        async def do(db: Database, operator: UserId) -> str:
            made = await db.write(minting.propose, operator, to, Currency(code), minor)
            return f"{made.id} waits for another operator."

        print(as_operator(settings, by, do))

    guarded(work)


@mint.command("approve")
def approve(
    id: Annotated[str, typer.Argument(help="What `propose` printed.")],
    by: By,
    data: Data = None,
    server_name: ServerName = None,
    config: Config = None,
) -> None:
    """Make the money that another operator proposed."""

    async def do(db: Database, operator: UserId) -> str:
        done = await db.write(minting.approve, operator, MintId(id))
        return f"{done.user_id} has {done.amount} {done.currency} more."

    act(by, do, data, server_name, config)


@mint.command("list")
def list_mints(data: Data = None, server_name: ServerName = None, config: Config = None) -> None:
    """List the newest proposals."""

    async def collect(db: Database) -> list[str]:
        return [
            f"{one.id} {one.amount} {one.currency} to {one.user_id}, proposed by {one.proposed_by},"
            f" {f'approved by {one.approved_by}' if one.approved_by else 'waiting'}"
            for one in await db.read(minting.proposals)
        ]

    print_lines(collect, data, server_name, config)
