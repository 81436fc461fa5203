"""The ledger against the bank, at the command line and once a day; and every damage to the rails is named."""

import asyncio
import sqlite3
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from courtyard.accounts.account import make_admin
from courtyard.app.metrics import render
from courtyard.app.safeguard import look
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.cli.wallet import wallet
from courtyard.storage.database import connect
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.tx import ReadTx
from courtyard.wallet.rails import assign, bank_export, bank_import, check, redeem
from courtyard.wallet.rails.model import TxnId
from courtyard.wallet.rails.reconcile import QUIET_MS, reconcile
from tests.api import PASSWORD, Api, User
from tests.conduct.post_office import PostOffice
from tests.fakes import FakeClock
from tests.ports import free_port
from tests.wallet.bank import LEAF, Bank, balance
from tests.wallet.teller import (
    BANK_ACCOUNT,
    Entry,
    notice,
    open_fiat,
    pay_out,
    rejection,
    statement,
    top_up,
)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def settings(settings: Settings, port: int) -> Settings:
    return msgspec.structs.replace(
        settings,
        bank_account=BANK_ACCOUNT,
        smtp_url=f"smtp://127.0.0.1:{port}",
        admin_contact="operator@test.example",
    )


@pytest.fixture
async def fiat(bank: Bank, server: Server) -> Bank:
    await server.db.write(open_fiat, bank.operators)
    return bank


async def take(server: Server, content: bytes) -> None:
    await server.db.write(bank_import.import_file, content)


async def funded(server: Server, user: User, cents: int, opening: int = 0) -> None:
    said = (await top_up(user, str(cents))).ok()["pay"]["reference"]
    await take(server, statement(Entry(cents, reference=said), opening=opening))


async def test_all_is_accounted_for(server: Server, fiat: Bank, alice: User) -> None:
    """With the operator's own money, a fee, something unmatched, something announced and something on its way."""
    await funded(server, alice, 5000, opening=700)
    ids = [(await pay_out(alice, amount)).ok()["id"] for amount in ("1000", "500", "200")]
    await server.db.write(bank_export.export)
    await take(server, notice(Entry(-1000, end_to_end=ids[0], service_ref="P1")))
    fee = Entry(-30, service_ref="F")
    await take(server, statement(fee, Entry(40, service_ref="U"), opening=5700, day="2026-11-03"))
    first, second = fiat.operators
    own = await server.db.write(assign.propose, first, "bank", "ref:F:-30", "house")
    await server.db.write(assign.approve, second, own.id)

    report = await server.db.read(reconcile)

    assert report.alarms == []
    (identity,) = report.identities
    assert (identity.owed, identity.backed) == (3970, 3970)
    assert (identity.closing, identity.expected) == (5710, 5710)
    assert [note for note in report.notes if "matched nothing" in note]
    assert sum("under way" in note for note in report.notes) == 2
    assert await look(server.db) == []


async def test_a_hole_and_a_jump_are_alarms(server: Server, fiat: Bank, alice: User) -> None:
    await funded(server, alice, 5000)
    await take(server, statement(opening=5000, missing=7, day="2026-11-03"))
    await take(server, statement(opening=6000, day="2026-11-04"))
    alarms = (await server.db.read(reconcile)).alarms
    assert [word for word in ("the ledger expects", "is on no line", "opens with 6000")
            if not any(word in alarm for alarm in alarms)] == []  # fmt: skip


async def test_a_payout_that_nobody_hears_of(
    server: Server, fiat: Bank, alice: User, clock: FakeClock
) -> None:
    await funded(server, alice, 5000)
    id = (await pay_out(alice, "1000")).ok()["id"]
    clock.advance(QUIET_MS - 1_000)
    report = await server.db.read(reconcile)
    assert (report.alarms, len(report.notes)) == ([], 1)
    clock.advance(2_000)
    assert [id in alarm for alarm in (await server.db.read(reconcile)).alarms] == [True]


async def test_the_daily_alarm(server: Server, fiat: Bank, alice: User, port: int) -> None:
    """A line in the log, a figure, a mail; nothing is frozen."""
    await funded(server, alice, 5000)
    assert await look(server.db) == []
    assert b'courtyard_safeguarding_difference{currency="EUR"} 0.0' in render()
    office = PostOffice(port)
    await office.open()
    await take(server, statement(opening=5000, missing=-7, day="2026-11-03"))
    with capture_logs() as logged:
        (wrong,) = await look(server.db)
    await office.close()
    assert wrong.difference == 7
    (line,) = [one for one in logged if one["event"] == "safeguarding_failed"]
    assert (line["log_level"], line["currency"], line["expected"]) == ("error", "EUR", 5000)
    assert b'courtyard_safeguarding_difference{currency="EUR"} 7.0' in render()
    (mail,) = office.letters
    assert "does not add up" in str(mail.message["Subject"])
    assert (await pay_out(alice, "5000")).status == 200
    # Without a post office the log has said it.
    with capture_logs() as logged:
        await look(server.db)
    assert {one["event"] for one in logged} == {"safeguarding_failed", "safeguarding_mail_failed"}


# --- the command line -----------------------------------------------------------------------------


async def _run(server: Server, *arguments: str, password: str = PASSWORD) -> Result:
    config = Path(server.settings.data) / "rails.toml"
    config.write_text(f'bank_account = "{BANK_ACCOUNT}"\n')
    given = [*arguments, "--data", server.settings.data, "--server-name", "test.example"]
    given += ["--config", str(config)]
    return await asyncio.to_thread(CliRunner().invoke, wallet, given, f"{password}\n")


async def test_a_day_of_an_operator(
    server: Server, api: Api, alice: User, bob: User, tmp_path: Path
) -> None:
    """From the choice of a mode to a reconciled day."""
    carol = await api.register("carol")
    for operator in (alice, bob):
        await server.db.write(make_admin, UserId(operator.id))

    async def ok(*arguments: str) -> str:
        done = await _run(server, *arguments)
        assert done.exit_code == 0, done.output
        return done.output

    fiat = ("currency", "add", "EUR", "Euro", "--kind", "fiat")
    assert (await _run(server, *fiat)).exit_code == 2
    assert (await _run(server, "mode", "choose", "wild", "so", "--by", "alice")).exit_code == 2
    assert (await _run(server, "mode", "choose", "agent", " ", "--by", "alice")).exit_code == 2
    id = (await ok("mode", "choose", "agent", "A bank holds it.", "--by", "alice")).split()[0]
    assert (await _run(server, *fiat)).exit_code == 2
    assert (await _run(server, "mode", "approve", id, "--by", "alice")).exit_code == 2
    assert (await _run(server, "mode", "approve", id, "--by", "carol")).exit_code == 2
    assert "agent. A bank holds it." in await ok("mode", "approve", id, "--by", "bob")
    assert await ok(*fiat) == "EUR is there.\n"
    assert (await _run(server, *fiat[:3], "Money", *fiat[4:])).exit_code == 2

    said = (await top_up(carol, "5000")).ok()["pay"]["reference"]
    file = tmp_path / "statement.xml"
    file.write_bytes(statement(Entry(5000, reference=said), Entry(70, service_ref="U")))
    assert "2 new bookings, 0 known; 1 matched, 1 unmatched" in await ok(
        "bank", "import", str(file)
    )
    assert await ok("bank", "import", str(file)) == await ok("bank", "import", str(file))
    assert (await _run(server, "bank", "import", str(tmp_path / "none.xml"))).exit_code == 2
    rail, line = (await ok("bank", "unmatched")).split()[:2]
    id = (await ok("bank", "assign", rail, line, "carol", "--by", "alice")).split()[0]
    await ok("bank", "approve", id, "--by", "bob")
    assert await balance(carol) == 5070

    payout = (await pay_out(carol, "1000")).ok()["id"]
    out = tmp_path / "payments.xml"
    batch = (await ok("bank", "export", str(out))).split(":")[0]
    assert payout in out.read_text()
    assert "Nothing" in await ok("bank", "export", str(tmp_path / "none.xml"))
    assert not (tmp_path / "none.xml").exists()
    again = tmp_path / "again.xml"
    await ok("bank", "export", str(again), "--again", batch)
    assert again.read_text() == out.read_text()
    file.write_bytes(rejection(batch, payout))
    assert "1 payouts rejected" in await ok("bank", "import", str(file))
    assert await balance(carol) == 5070

    cash = (await pay_out(carol, "70", rail="cash")).ok()["id"]
    assert await ok("redeem", "list") == f"{cash} 70 EUR to {carol.id}\n"
    id = (await ok("redeem", "propose", cash, "--by", "alice")).split()[0]
    assert "70 EUR in cash" in await ok("redeem", "approve", id, "--by", "bob")
    cash = (await pay_out(carol, "10", rail="cash")).ok()["id"]
    assert "back" in await ok("redeem", "refuse", cash, "--by", "bob")
    assert (await balance(carol), await ok("redeem", "list")) == (5000, "")

    assert "Everything is accounted for." in await ok("reconcile")
    file.write_bytes(statement(opening=5070, missing=1, day="2026-11-03"))
    assert (await _run(server, "bank", "import", str(file))).exit_code == 1
    wrong = await _run(server, "reconcile")
    assert wrong.exit_code == 1
    assert "ALARM" in wrong.output


# --- damage ---------------------------------------------------------------------------------------

DAMAGE = [
    ("UPDATE wallet_accounts SET posted = 5 WHERE owner = 'rail:pending'", "in rail:pending there is 5"),
    ("UPDATE wallet_accounts SET posted = posted - 5 WHERE owner = 'rail:bank'", "add up to"),
    ("UPDATE wallet_rail_lines SET amount = amount + 1 WHERE state = 'matched'", "is not of the sum"),
    ("UPDATE wallet_rail_lines SET txn = (SELECT MIN(txn) FROM wallet_rail_lines) WHERE state = 'matched'",
     "is not of the sum"),
    ("UPDATE wallet_rail_lines SET txn = (SELECT txn FROM wallet_rail_lines WHERE amount = 5000), state = 'matched', amount = 5000 WHERE amount = 40",
     "2 bookings in one direction"),
    ("UPDATE wallet_rail_txns SET journal = NULL WHERE state = 'settled'", "its journals say"),
    ("UPDATE wallet_rail_txns SET return_journal = NULL WHERE state = 'failed'", "its journals say"),
    ("UPDATE wallet_rail_txns SET amount = amount + 1 WHERE state = 'sent'", "its journals say"),
    ("UPDATE wallet_proposals SET approved_by = NULL", "approved by a second operator"),
]  # fmt: skip
FINAL = [
    "UPDATE wallet_rail_txns SET state = 'sent' WHERE state = 'settled'",
    "UPDATE wallet_rail_txns SET state = 'settled' WHERE state = 'failed'",
    "UPDATE wallet_rail_txns SET state = 'failed' WHERE state = 'settled'",
    "UPDATE wallet_rail_txns SET state = 'settled' WHERE state = 'sent'",
    "UPDATE wallet_rail_txns SET state = 'returned' WHERE direction = 'topup'",
    "UPDATE wallet_rail_txns SET amount = amount + 1",
    "UPDATE wallet_rail_txns SET payee = ''",
    "UPDATE wallet_rail_txns SET external_id = 'x' WHERE external_id IS NOT NULL",
    "UPDATE wallet_rail_txns SET journal = NULL WHERE journal IS NOT NULL",
    "UPDATE wallet_rail_txns SET batch = NULL WHERE batch IS NOT NULL",
    "DELETE FROM wallet_rail_txns",
    "UPDATE wallet_rail_lines SET amount = amount + 1",
    "UPDATE wallet_rail_lines SET state = 'house', txn = NULL WHERE state = 'matched'",
    "DELETE FROM wallet_rail_lines",
    "UPDATE wallet_bank_files SET summary = ''",
    "DELETE FROM wallet_bank_files",
    "UPDATE wallet_bank_statements SET closing = 0",
    "UPDATE wallet_bank_batches SET content = ''",
    "UPDATE wallet_proposals SET body = '{}'",
    "UPDATE wallet_proposals SET approved_by = proposed_by, approved_at = 1",
    "DELETE FROM wallet_proposals",
    "INSERT INTO wallet_rail_txns SELECT id || 'x', rail, external_id, direction, user_id, currency, amount, state, payee, told, batch, NULL, NULL, why, made_at, changed_at FROM wallet_rail_txns WHERE state = 'sent'",
]


async def _busy(server: Server, fiat: Bank, alice: User) -> None:
    """Leave one of each: settled both ways, failed, under way, cash, assigned, unmatched."""
    await funded(server, alice, 5000)
    ids = [(await pay_out(alice, amount)).ok()["id"] for amount in ("1000", "500", "200")]
    batch = await server.db.write(bank_export.export)
    assert batch is not None
    lines = (Entry(-1000, end_to_end=ids[0]), Entry(40, service_ref="U"), Entry(9, service_ref="A"))
    await take(server, statement(*lines, opening=5000))
    await take(server, rejection(batch.id, ids[1]))
    first, second = fiat.operators
    own = await server.db.write(assign.propose, first, "bank", "ref:A:9", alice.id)
    await server.db.write(assign.approve, second, own.id)
    cash = (await pay_out(alice, "70", rail="cash")).ok()["id"]
    done = await server.db.write(redeem.propose, first, TxnId(cash))
    await server.db.write(redeem.approve, second, done.id)
    await fiat.give(alice, 5)
    assert (await pay_out(alice, "5", rail="cash", currency=LEAF)).status == 200


async def test_every_damage_is_named(server: Server, fiat: Bank, alice: User) -> None:
    await _busy(server, fiat, alice)
    driver = connect(Path(server.settings.data) / DATABASE_FILE, writable=True)
    for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
        driver.execute(f"PRAGMA {pragma}")
    tx = ReadTx(driver, server.world)
    assert list(check.violations(tx)) == []
    triggers = driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for change, sentence in DAMAGE:
        driver.execute("BEGIN")
        for (name,) in triggers:
            driver.execute(f"DROP TRIGGER {name}")
        driver.execute(change)
        found = list(check.violations(tx))
        driver.execute("ROLLBACK")
        assert any(sentence in one for one in found), (change, found)
    driver.close()


async def test_what_ended_stays_as_it_is(server: Server, fiat: Bank, alice: User) -> None:
    await _busy(server, fiat, alice)
    await server.db.write(assign.propose, fiat.operators[0], "bank", "ref:U:40", alice.id)
    driver = connect(Path(server.settings.data) / DATABASE_FILE, writable=True)
    for change in FINAL:
        driver.execute("BEGIN")
        with pytest.raises(sqlite3.IntegrityError):
            driver.execute(change)
        driver.execute("ROLLBACK")
    driver.close()
