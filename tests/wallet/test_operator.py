"""`courtyard wallet` and `courtyard check`: new money by two people, and a ledger that proves itself."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from courtyard.accounts.account import make_admin
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.cli.wallet import wallet
from courtyard.storage.database import connect
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.tx import ReadTx
from courtyard.wallet import check
from courtyard.wallet.archive_section import PAGE
from tests.api import PASSWORD, Api, User
from tests.archive.archives import export
from tests.wallet.bank import Bank, act, balance, bill, offer, packet


async def _run(server: Server, *arguments: str, password: str = PASSWORD) -> Result:
    given = [*arguments, "--data", server.settings.data, "--server-name", "test.example"]
    return await asyncio.to_thread(CliRunner().invoke, wallet, given, f"{password}\n")


async def test_new_money_by_two_operators(server: Server, api: Api, alice: User, bob: User) -> None:
    carol = await api.register("carol")
    for operator in (alice, bob):
        await server.db.write(make_admin, UserId(operator.id))
    made = await _run(server, "currency", "add", "LEAF", "Leaves")
    assert (made.exit_code, made.output) == (0, "LEAF is there.\n")

    proposed = await _run(server, "mint", "propose", "carol", "500", "LEAF", "--by", "alice")
    assert proposed.exit_code == 0, proposed.output
    id = proposed.output.split()[0]
    listed = await _run(server, "mint", "list")
    assert listed.output == f"{id} 500 LEAF to {carol.id}, proposed by {alice.id}, waiting\n"
    for by, password, why in (
        ("alice", PASSWORD, "two operators"),
        ("bob", "wrong", "password"),
        ("carol", PASSWORD, "Only operators"),
    ):
        refused = await _run(server, "mint", "approve", id, "--by", by, password=password)
        assert refused.exit_code == 2, refused.output
        assert why in refused.output
    assert await balance(carol) == 0

    approved = await _run(server, "mint", "approve", id, "--by", "bob")

    assert approved.output == f"{carol.id} has 500 LEAF more.\n"
    assert await balance(carol) == 500
    again = await _run(server, "mint", "approve", id, "--by", "bob")
    assert again.exit_code == 2
    assert f"approved by {bob.id}" in (await _run(server, "mint", "list")).output
    for bad in (
        ("currency", "add", "EUR", "Euro", "--kind", "fiat"),
        ("currency", "add", "GOLD", "Gold", "--kind", "shells"),
        ("mint", "propose", "carol", "0", "LEAF", "--by", "alice"),
        ("mint", "propose", "carol", "5", "GOLD", "--by", "alice"),
    ):
        assert (await _run(server, *bad)).exit_code == 2, bad


DAMAGE = [
    ("UPDATE wallet_accounts SET posted = posted + 1 WHERE owner LIKE '@bob%'", "add up to"),
    ("UPDATE wallet_accounts SET posted = posted + 1 WHERE owner LIKE '@bob%'", "its entries"),
    ("UPDATE wallet_accounts SET seq = 9 WHERE owner LIKE '@bob%'", "numbered"),
    ("DELETE FROM wallet_entries WHERE seq = 2", "has 1 entries"),
    ("UPDATE wallet_entries SET amount = -7 WHERE amount = -60", "entries that add up"),
    ("UPDATE wallet_accounts SET held = 3 WHERE owner LIKE '@bob%'", "keeps back 3"),
    ("UPDATE wallet_accounts SET posted = -5 WHERE owner LIKE '@bob%'", "is below 0"),
    ("UPDATE wallet_offers SET state = 'expired' WHERE state = 'pending'", "owes 0"),
    ("UPDATE wallet_shares SET claimant = NULL", "owes 40000"),
    ("UPDATE wallet_shares SET amount = amount + 1 WHERE number = 2", "The shares of"),
    ("UPDATE wallet_packets SET seed = x'00'", "do not follow from its seed"),
    ("UPDATE wallet_mints SET approved_by = NULL", "The new money"),
]


FINAL = [
    "UPDATE wallet_offers SET amount = 1 WHERE state = 'pending'",
    "UPDATE wallet_offers SET recipient = sender WHERE state = 'pending'",
    "UPDATE wallet_offers SET state = 'pending' WHERE state = 'accepted'",
    "UPDATE wallet_offers SET state = 'declined' WHERE state = 'accepted'",
    "DELETE FROM wallet_offers",
    "UPDATE wallet_packets SET seed = x'00'",
    "UPDATE wallet_packets SET total = 1",
    "DELETE FROM wallet_packets",
    "UPDATE wallet_shares SET claimant = '@carol:test.example' WHERE number = 1",
    "UPDATE wallet_shares SET claimant = '@bob:test.example' WHERE number = 2",
    "UPDATE wallet_shares SET amount = amount + 1, claimant = '@carol:test.example' WHERE number = 2",
    "DELETE FROM wallet_shares",
    "UPDATE wallet_parts SET amount = 1",
    "UPDATE wallet_parts SET user_id = '@carol:test.example'",
    "DELETE FROM wallet_parts",
    "DELETE FROM wallet_requests",
    "UPDATE wallet_answers SET body = '{}'",
]


async def _busy(bank: Bank, alice: User, bob: User, room: str) -> None:
    """Leave one of each thing, ended and under way."""
    await bank.give(alice, 10**9)
    await bank.give(bob, 100)
    first = (await offer(alice, bob, room, "60")).ok()
    (await act(bob, "transfers", first["id"], "accept")).ok()
    (await offer(alice, bob, room, "5")).ok()
    # In so many shares that chance cannot make two splits alike.
    made = (await packet(alice, room, "40000", 12)).ok()
    (await act(bob, "packets", made["id"], "claim")).ok()
    (await bill(alice, room, "9", [bob])).ok()


async def test_what_ended_stays_as_it_is(
    server: Server, bank: Bank, alice: User, bob: User, room: str
) -> None:
    await _busy(bank, alice, bob, room)
    driver = connect(Path(server.settings.data) / DATABASE_FILE, writable=True)
    for change in FINAL:
        driver.execute("BEGIN")
        with pytest.raises(sqlite3.IntegrityError):
            driver.execute(change)
        driver.execute("ROLLBACK")
    driver.close()


async def test_every_damage_is_named(
    server: Server, bank: Bank, alice: User, bob: User, room: str
) -> None:
    await _busy(bank, alice, bob, room)

    driver = connect(Path(server.settings.data) / DATABASE_FILE, writable=True)
    for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
        driver.execute(f"PRAGMA {pragma}")
    tx = ReadTx(driver, server.world)
    assert list(check.violations(tx)) == []
    triggers = driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert len(triggers) > 20
    for damage, finding in DAMAGE:
        driver.execute("BEGIN")
        for (name,) in triggers:
            driver.execute(f"DROP TRIGGER {name}")
        assert driver.execute(damage).rowcount > 0, damage
        found = list(check.violations(tx))
        driver.execute("ROLLBACK")
        assert any(finding in sentence for sentence in found), (damage, found)
    driver.close()


async def test_the_archive_has_every_entry(
    server: Server, bank: Bank, alice: User, bob: User, room: str
) -> None:
    await bank.give(alice, 10_000)
    for _ in range(PAGE + 5):
        (await offer(alice, bob, room, "1")).ok()

    archive = await export(alice)

    files = [name for name in archive.files if name.startswith("wallet/")]
    assert sorted(files) == ["wallet/balance.json", "wallet/history-LEAF.ndjson"]
    assert archive.json("wallet/balance.json")["balances"] == [
        {"currency": "LEAF", "available": str(10_000 - PAGE - 5), "held": "0"}
    ]
    numbers = [line["seq"] for line in archive.lines("wallet/history-LEAF.ndjson")]
    assert numbers == list(range(PAGE + 6, 0, -1))
    # Who has no money takes no folder along.
    assert not any(name.startswith("wallet/") for name in (await export(bob)).files)
