"""Our files at somebody else's bank: what we write it takes, what it writes we read, whatever goes wrong there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.storage.tx import ReadTx
from courtyard.wallet import check as wallet_check
from courtyard.wallet.rails import assign, bank_export, bank_import, check
from courtyard.wallet.rails.bank_import import Summary
from courtyard.wallet.rails.reconcile import reconcile
from tests.api import Api, User
from tests.bank.conftest import MockBank, Valid
from tests.wallet.bank import WALLET, Bank, balance
from tests.wallet.teller import Entry, open_fiat, pay_out, statement, top_up

pytestmark = pytest.mark.slow

ACME = "NL41MOCK0000000001"
ELSEWHERE = "NL30MOCK0000000005"
INITECH = "NL84MOCK0000000003"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, bank_account=f"{ACME} ACME Corporation")


@pytest.fixture
async def fiat(server: Server, api: Api) -> Bank:
    made = await Bank(server).open(api)
    await server.db.write(open_fiat, made.operators)
    return made


def wrong(tx: ReadTx) -> list[str]:
    """Return what breaks the laws of the ledger or of the rails."""
    return [*wallet_check.violations(tx), *check.violations(tx)]


async def collect(server: Server, bank: MockBank) -> list[Summary]:
    """Import what the bank has sent, everything twice."""
    told = []
    for content in bank.mail("ACME"):
        told.append(await server.db.write(bank_import.import_file, content))
        assert await server.db.write(bank_import.import_file, content) == told[-1]
    assert await server.db.read(wrong) == []
    return told


async def money_comes(server: Server, bank: MockBank, user: User, cents: int, **how: Any) -> None:
    told = (await top_up(user, str(cents))).ok()["pay"]["reference"]
    credit = {"account": "ACME", "amount": cents, "debtor": {"name": "A", "iban": ELSEWHERE}}
    way = how or {"reference": told}
    if "note" in way:
        way = {"note": way["note"].format(told), "wrap": 35}
    bank.ask("POST", "/_mock/credits", credit | way)
    bank.advance(1)
    await collect(server, bank)


async def send(server: Server, bank: MockBank, valid: Valid) -> dict[str, Any]:
    """Write a payment file, hold it against the schema, and give it to the bank."""
    made = await server.db.write(bank_export.export)
    assert made is not None
    valid("pain.001.001.09", made.content.encode())
    told: dict[str, Any] = bank.ask("POST", "/payments", made.content.encode())
    assert told["findings"] == []
    return told


async def state(user: User, id: str) -> tuple[str, str | None]:
    shown = (await user.get(f"{WALLET}/payouts/{id}")).ok()
    return shown["state"], shown.get("why")


async def test_money_comes_with_its_reference(
    server: Server, fiat: Bank, mock_bank: MockBank, alice: User
) -> None:
    await money_comes(server, mock_bank, alice, 118_000)
    assert await balance(alice) == 118_000
    await money_comes(
        server, mock_bank, alice, 50, note="For my account {} and thanks a lot to you"
    )
    assert await balance(alice) == 118_050
    mock_bank.ask("POST", "/_mock/credits", {"account": "ACME", "amount": 7, "note": "PAYMENT",
                  "debtor": {"name": "B", "iban": ELSEWHERE}})  # fmt: skip
    mock_bank.advance(1)
    await collect(server, mock_bank)
    assert [one.amount for one in await server.db.read(assign.unmatched)] == [7]
    report = await server.db.read(reconcile)
    assert report.alarms == []
    assert report.identities[0].closing == report.identities[0].expected


async def test_payouts_arrive(
    server: Server, fiat: Bank, mock_bank: MockBank, alice: User, valid: Valid
) -> None:
    await money_comes(server, mock_bank, alice, 10_000)
    names = ("Bob Builder", "Zoë & Søn /// GmbH", "王小明")
    ids = [
        (await pay_out(alice, "1250", account=ELSEWHERE, name=name)).ok()["id"] for name in names
    ]
    told = await send(server, mock_bank, valid)
    assert [one["amount"] for one in told["payments"]] == [1250] * 3
    mock_bank.advance(3)
    await collect(server, mock_bank)
    assert [await state(alice, id) for id in ids] == [("settled", None)] * 3
    report = await server.db.read(reconcile)
    assert (report.alarms, report.notes) == ([], [])


async def test_a_closed_account_is_rejected_and_the_rest_goes(
    server: Server, fiat: Bank, mock_bank: MockBank, alice: User, valid: Valid
) -> None:
    await money_comes(server, mock_bank, alice, 10_000)
    good = (await pay_out(alice, "1000", account=ELSEWHERE)).ok()["id"]
    bad = (await pay_out(alice, "2000", account=INITECH)).ok()["id"]
    await send(server, mock_bank, valid)
    mock_bank.advance(3)
    await collect(server, mock_bank)
    assert await state(alice, good) == ("settled", None)
    assert await state(alice, bad) == ("failed", "AC04")
    assert await balance(alice) == 9_000
    assert (await server.db.read(reconcile)).alarms == []


async def test_a_payout_comes_back_days_later(
    server: Server, fiat: Bank, mock_bank: MockBank, alice: User, valid: Valid
) -> None:
    await money_comes(server, mock_bank, alice, 10_000)
    mock_bank.behave("ACME", "return-later")
    id = (await pay_out(alice, "1000", account=ELSEWHERE)).ok()["id"]
    await send(server, mock_bank, valid)
    mock_bank.advance(1)
    await collect(server, mock_bank)
    assert await state(alice, id) == ("settled", None)
    mock_bank.advance(7)
    await collect(server, mock_bank)
    assert await state(alice, id) == ("returned", "AC04")
    assert await balance(alice) == 10_000
    report = await server.db.read(reconcile)
    assert (report.alarms, report.notes) == ([], [])


async def test_a_rejected_file(
    server: Server, fiat: Bank, mock_bank: MockBank, alice: User, valid: Valid
) -> None:
    await money_comes(server, mock_bank, alice, 10_000)
    id = (await pay_out(alice, "1000", account=ELSEWHERE)).ok()["id"]
    behaviours = set(mock_bank.ask("GET", "/_mock/behaviours"))
    assert "reject-file" in behaviours, behaviours
    mock_bank.behave("ACME", "reject-file")
    made = await server.db.write(bank_export.export)
    assert made is not None
    with pytest.raises(OSError, match="422"):
        mock_bank.ask("POST", "/payments", made.content.encode())
    mock_bank.advance(1)
    await collect(server, mock_bank)
    assert (await state(alice, id))[0] == "failed"
    assert await balance(alice) == 10_000


async def test_a_statement_with_a_hole_is_an_alarm(
    server: Server, fiat: Bank, mock_bank: MockBank, alice: User
) -> None:
    mock_bank.behave("ACME", "statement-gap")
    await money_comes(server, mock_bank, alice, 10_000)
    mock_bank.advance(2)
    await collect(server, mock_bank)
    # The notice told of it, so it is credited; the statement that leaves it out is found.
    assert await balance(alice) == 10_000
    assert (await server.db.read(reconcile)).alarms


async def test_our_statement_is_valid_and_others_can_read_it(
    server: Server, fiat: Bank, alice: User, valid: Valid, read_back: Callable[[bytes], Any]
) -> None:
    """As XML, by the official schema; and with pycamt."""
    empty = (await alice.get(f"{WALLET}/statements/EUR/2023-11.xml")).body
    valid("camt.053.001.08", empty)
    told = (await top_up(alice, "5000")).ok()["pay"]["reference"]
    file = statement(Entry(5000, reference=told), iban=ACME)
    await server.db.write(bank_import.import_file, file)
    for amount in ("1", "20", "300"):
        assert (await pay_out(alice, amount, account=ELSEWHERE)).status == 200
    whole = (await alice.get(f"{WALLET}/statements/EUR/2023-11.xml")).body
    valid("camt.053.001.08", whole)
    found = read_back(whole)
    amounts = [float(one["Amount"]) for one in found["entries"]]
    assert sorted(map(abs, amounts)) == [0.01, 0.2, 3.0, 50.0]
    assert {one["CreditDebitIndicator"] for one in found["entries"]} == {"CRDT", "DBIT"}
