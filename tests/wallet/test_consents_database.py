"""What the database itself refuses of consents and apps, one row each; and that `courtyard check` names every damage."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from courtyard.wallet.apps import apps
from courtyard.wallet.consents import answer, ask, charge, check
from courtyard.wallet.consents.model import Limits
from tests.wallet.bank import LEAF
from tests.wallet.counter import asker, open_shop, payer, told, wish
from tests.wallet.desk import MEMBERS, Desk, found, mint

OWNER, PAYER = MEMBERS[0], MEMBERS[1]
MONTHS = "R12/2023-11-01T00:00:00Z/P1M"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a consent in each state, charges of one, and an app."""
    path, _ = found(tmp_path_factory.mktemp("consents"))
    desk = Desk(path)
    mint(desk, PAYER, 1_000)
    shop = open_shop(desk, OWNER)
    by = asker(OWNER)
    limits = Limits(currency=LEAF, amount=500, per_charge=200, interval=MONTHS)
    for number in ("pending", "granted", "revoked", "refused"):
        wanted = ask.Wish(number=number, limits=limits, scale=2, description="")
        made = told(desk.write(ask.ask, by, shop, wanted))
        if number in ("granted", "revoked"):
            told(desk.write(answer.grant, payer(PAYER), number, made["link"]))
        if number == "granted":
            for no in ("one", "two"):
                told(desk.write(charge.charge, by, made["id"], wish(no, 150, "consent")))
        if number == "revoked":
            desk.write(answer.revoke, PAYER, made["id"])
        if number == "refused":
            desk.write(answer.refuse, PAYER, made["link"])
    desk.write(apps.register, by, shop, "Noodle club", bytes(32))
    assert desk.read(lambda tx: list(check.violations(tx))) == []
    desk.close()
    return path


@pytest.fixture
def driver(founded: Path) -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(founded, isolation_level=None)
    made.execute("PRAGMA foreign_keys=ON")
    made.execute("BEGIN")
    yield made
    made.execute("ROLLBACK")
    made.close()


def change(number: str, values: str) -> str:
    return f"UPDATE wallet_consents SET {values}, version = version + 1 WHERE number = '{number}'"  # noqa: S608


REVOKED = "state = 'revoked', ended_at = 9, ended_by = 'person'"
GRANTED = f"state = 'granted', user_id = '{PAYER}', device_id = 'D', granted_at = 9"

REFUSED = [
    # It ends once.
    change("revoked", "state = 'granted', ended_at = NULL, ended_by = NULL"),
    change("refused", GRANTED + ", ended_at = NULL, ended_by = NULL"),
    change("granted", "state = 'pending'"),
    change("granted", "state = 'refused', ended_at = 9, ended_by = 'person'"),
    change("pending", "state = 'granted'"),
    change("granted", "state = 'revoked'"),
    # It stays what somebody said yes to, and who said it.
    change("granted", REVOKED + ", amount = 501"),
    change("granted", REVOKED + ", per_charge = NULL"),
    change("granted", REVOKED + ", interval = NULL"),
    change("granted", REVOKED + ", user_id = '@carol:test.example'"),
    change("granted", REVOKED + ", until = 9"),
    change("granted", REVOKED + ", merchant = 'mch_x'"),
    "UPDATE wallet_consents SET state = 'revoked', ended_at = 9, ended_by = 'person'",
    "DELETE FROM wallet_consents",
    # What is used up is what was charged, and no more than the limit.
    "UPDATE wallet_consent_use SET used = 299",
    "UPDATE wallet_consent_use SET used = 0",
    "UPDATE wallet_consent_use SET most = 900",
    "DELETE FROM wallet_consent_use",
    "UPDATE wallet_charges SET amount = 1",
    "DELETE FROM wallet_charges",
    # A charge is its order, which is of its consent.
    "INSERT INTO wallet_charges SELECT order_id, consent, span, amount, 1 FROM wallet_charges",
    "INSERT INTO wallet_charges SELECT 'o_x', consent, span, amount, 1 FROM wallet_charges",
    # An app stays whose it is.
    "UPDATE wallet_apps SET merchant = 'mch_x'",
    "UPDATE wallet_apps SET name = 'x'",
    "UPDATE wallet_apps SET public_key = x'00'",
    "DELETE FROM wallet_apps",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(driver: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        driver.execute(statement)


COPY = (
    "INSERT INTO wallet_orders SELECT '{id}', merchant, '{id}', kind, currency, amount,"
    " description, made_by, made_at, expires_at, state, closed_as, awaits, payer, paid_at, {amount},"
    " refunded, refund_count, revoked_at, version FROM wallet_orders WHERE out_trade_no = 'one'"
)
GUARDS = ("wallet_orders_final", "wallet_orders_before", "wallet_orders_kept")


def order(amount: int, who: str = PAYER, kind: str = "consent", id: str = "o_new") -> list[str]:
    """Return what makes a paid order, with no money behind it: the guards of orders are off."""
    values = f"amount = {amount}, payer = '{who}', kind = '{kind}'"
    return [
        *(f"DROP TRIGGER IF EXISTS {guard}" for guard in GUARDS),
        COPY.format(id=id, amount=9_000 + amount),
        f"UPDATE wallet_orders SET {values} WHERE id = '{id}'",  # noqa: S608
    ]


def charge_row(number: str, amount: int, id: str = "o_new") -> str:
    return (
        f"INSERT INTO wallet_charges SELECT '{id}', id, 0, {amount}, 9 FROM wallet_consents"  # noqa: S608
        f" WHERE number = '{number}'"
    )


@pytest.mark.parametrize(
    "number, amount, of_order",
    [
        *(("revoked", 100, order(100)), ("pending", 100, order(100))),
        *(
            ("granted", 100, order(99)),
            ("granted", 201, order(201)),
            ("granted", 200, []),
        ),
        ("granted", 100, order(100, "@carol:test.example")),
        ("granted", 100, order(100, kind="native")),
    ],
)
def test_a_charge_that_nobody_said_yes_to_is_refused(
    driver: sqlite3.Connection, number: str, amount: int, of_order: list[str]
) -> None:
    for statement in of_order:
        driver.execute(statement)
    with pytest.raises(sqlite3.IntegrityError):
        driver.execute(charge_row(number, amount))


def test_the_sum_of_an_interval_is_kept_by_the_database(driver: sqlite3.Connection) -> None:
    for statement in order(200):
        driver.execute(statement)
    driver.execute(charge_row("granted", 200))
    used = driver.execute("SELECT used, most FROM wallet_consent_use").fetchall()
    assert used == [(500, 500)]
    for statement in order(1, id="o_more"):
        driver.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="used"):
        driver.execute(charge_row("granted", 1, "o_more"))


def test_what_is_right_passes(driver: sqlite3.Connection) -> None:
    """Or what is refused above might be refused for another reason."""
    for statement in (
        change("pending", GRANTED),
        change("granted", REVOKED),
        "UPDATE wallet_apps SET verified_at = 9",
    ):
        assert driver.execute(statement).rowcount == 1


DAMAGE = [
    ("UPDATE wallet_consent_use SET used = 299", "has charges of 300; 299 is counted"),
    ("DELETE FROM wallet_consent_use", "None is counted"),
    (
        "UPDATE wallet_consents SET amount = 200, per_charge = NULL WHERE number = 'granted'",
        "200 allowed",
    ),
    (
        "UPDATE wallet_consents SET user_id = '@carol:test.example' WHERE number = 'granted'",
        "is not what",
    ),
    ("UPDATE wallet_consents SET per_charge = 100 WHERE number = 'granted'", "is not what"),
    ("UPDATE wallet_consents SET ended_at = 1 WHERE number = 'granted'", "is not what"),
    ("UPDATE wallet_consents SET until = 1 WHERE number = 'granted'", "is not what"),
    ("DELETE FROM wallet_charges", "belongs to no consent"),
    ("UPDATE wallet_charges SET span = 3", "in which it was not"),
]


@pytest.mark.parametrize("damage, finding", DAMAGE)
def test_every_damage_is_named(founded: Path, damage: str, finding: str) -> None:
    desk = Desk(founded)
    for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
        desk.driver.execute(f"PRAGMA {pragma}")
    triggers = desk.driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    names = [name for (name,) in triggers.fetchall()]
    desk.driver.execute("BEGIN")
    for name in names:
        desk.driver.execute(f"DROP TRIGGER {name}")
    assert desk.driver.execute(damage).rowcount > 0
    found_ = desk.read(lambda tx: list(check.violations(tx)))
    desk.driver.execute("ROLLBACK")
    desk.close()
    assert any(finding in sentence for sentence in found_), found_
