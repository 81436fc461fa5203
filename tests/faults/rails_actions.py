"""What is done over the rails, one request each, for `test_statements`: money is never between two places."""

from __future__ import annotations

from typing import Any

import msgspec

from courtyard.wallet.rails import bank_import
from tests.api import User
from tests.faults.town import Town
from tests.wallet.bank import WALLET, Bank
from tests.wallet.stripe_stand_in import WEBHOOK_SECRET
from tests.wallet.teller import BANK_ACCOUNT, EUR, THEIR_IBAN, Entry, open_fiat, statement

Made = tuple[User | None, tuple[str, str, Any]]


async def opened(town: Town, n: int) -> None:
    """Give Alice euros that came by bank."""
    if n == 0:
        town.bank = await Bank(town.server).open(town.api)
        await town.server.db.write(open_fiat, town.bank.operators)
        world = town.server.world
        world.settings = msgspec.structs.replace(
            world.settings, bank_account=BANK_ACCOUNT, stripe_webhook_secret=WEBHOOK_SECRET
        )
    body = {"key": f"in{n}", "rail": "bank", "currency": EUR, "amount": "100"}
    told = (await town.alice.post(f"{WALLET}/topups", body)).ok()
    entry = Entry(100, reference=told["pay"]["reference"], service_ref=f"in{n}")
    await town.server.db.write(bank_import.import_file, statement(entry))


async def top_up(town: Town, n: int) -> Made:
    await opened(town, n)
    body = {"key": f"u{n}", "rail": "bank", "currency": EUR, "amount": "9"}
    return town.alice, ("POST", f"{WALLET}/topups", body)


async def pay_out(town: Town, n: int) -> Made:
    await opened(town, n)
    body = {"key": f"o{n}", "rail": "bank", "currency": EUR, "amount": "9"}
    return town.alice, ("POST", f"{WALLET}/payouts", body | {"account": THEIR_IBAN, "name": "Bob"})


async def pay_out_cash(town: Town, n: int) -> Made:
    await opened(town, n)
    body = {"key": f"c{n}", "rail": "cash", "currency": EUR, "amount": "9"}
    return town.alice, ("POST", f"{WALLET}/payouts", body)


RAILS_ACTIONS = [top_up, pay_out, pay_out_cash]
