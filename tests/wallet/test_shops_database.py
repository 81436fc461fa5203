"""What the database itself refuses of shops, one row each; and that `courtyard check` names every damage."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from courtyard.base.ids import DeviceId
from courtyard.wallet.shops import charge, check, orders, paycodes, refunds, rules_paycodes
from courtyard.wallet.shops.model import OrderId
from tests.wallet.bank import LEAF
from tests.wallet.counter import asker, open_shop, payer, told, wish
from tests.wallet.desk import MEMBERS, Desk, found, mint

OWNER, PAYER = MEMBERS[0], MEMBERS[1]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one order of each kind."""
    path, _ = found(tmp_path_factory.mktemp("shops"))
    desk = Desk(path)
    mint(desk, PAYER, 1_000)
    shop = open_shop(desk, OWNER)
    by = asker(OWNER)
    for no in ("open", "paid", "closed"):
        told(desk.write(orders.make, by, shop, wish(no, 100)))
    paid = desk.read(orders.get, by, shop, "paid")["id"]
    told(desk.write(orders.pay, payer(PAYER), "k", OrderId(paid)))
    desk.write(orders.close, by, shop, "closed")
    told(desk.write(refunds.refund, by, shop, "paid", "R", 30, ""))
    pack = desk.write(paycodes.make_pack, PAYER, DeviceId("D"), LEAF)
    code = rules_paycodes.hash_of(pack["codes"][0])
    told(desk.write(charge.charge, by, shop, code, wish("till", 50, "till")))
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


def change(values: str, no: str = "open") -> str:
    return f"UPDATE wallet_orders SET {values}, version = version + 1 WHERE out_trade_no = '{no}'"  # noqa: S608


def copy(no: str, amount: str, state: str) -> str:
    kept = "kind, currency, {}, description, made_by, made_at, expires_at"
    return (
        f"INSERT INTO wallet_orders SELECT 'o_x', merchant, {no}, {kept.format(amount)}, {state},"  # noqa: S608
        " NULL, NULL, NULL, NULL, 0, 0, NULL, 1 FROM wallet_orders WHERE out_trade_no = 'open'"
    )


REFUSED = [
    # An order ends once.
    change("state = 'open', closed_as = NULL", "closed"),
    change("closed_as = 'revoked'", "closed"),
    change("state = 'closed', closed_as = 'merchant'", "paid"),
    change("payer = '@carol:test.example'", "paid"),
    # It is paid by the transfer that pays it.
    change(f"state = 'paid', payer = '{PAYER}', paid_at = 1, position = 1"),
    # It stays what it is.
    change("amount = 99"),
    change("merchant = 'mch_x'"),
    change("expires_at = 9"),
    "UPDATE wallet_orders SET state = 'closed', closed_as = 'merchant' WHERE out_trade_no = 'open'",
    "DELETE FROM wallet_orders WHERE out_trade_no = 'open'",
    # Refunds are never more than the payment, and only they say what went back.
    change("refunded = 31", "paid"),
    change("refund_count = 2", "paid"),
    "INSERT INTO wallet_refunds SELECT 'rf_x', order_id, merchant, 'X', 10, '', 1 FROM wallet_refunds",
    "UPDATE wallet_refunds SET amount = 29",
    "DELETE FROM wallet_refunds",
    # A number is one order, which starts open and has an amount.
    copy("out_trade_no", "amount", "'open', NULL"),
    copy("'new'", "amount", "'closed', 'merchant'"),
    copy("'new'", "0", "'open', NULL"),
    # A code works once, and two codes pay two orders.
    "UPDATE wallet_paycodes SET used_by = NULL WHERE used_by IS NOT NULL",
    "UPDATE wallet_paycodes SET used_by = 'o_y' WHERE used_by IS NOT NULL",
    "UPDATE wallet_paycodes SET used_by = 'o_z'",
    "UPDATE wallet_paycodes SET expires_at = expires_at + 1",
    # A pack pays no more than its caps.
    "UPDATE wallet_paypacks SET spent = cap_total + 1",
    "UPDATE wallet_paypacks SET spent = spent + cap_each + 1",
    "UPDATE wallet_paypacks SET spent = 0",
    "UPDATE wallet_paypacks SET cap_each = cap_each + 1",
    # A shop stays whose it is.
    "UPDATE wallet_merchants SET owner = '@carol:test.example'",
    "UPDATE wallet_merchants SET verified_name = 'x'",
    "DELETE FROM wallet_merchants",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(driver: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        driver.execute(statement)


ALLOWED = [
    copy("'new'", "amount", "'open', NULL"),
    change("state = 'closed', closed_as = 'merchant'"),
    change("revoked_at = 1", "paid"),
    "UPDATE wallet_paypacks SET spent = spent + cap_each",
    "UPDATE wallet_merchants SET verified_name = 'x', verified_at = 1",
]


@pytest.mark.parametrize("statement", ALLOWED)
def test_what_is_right_passes(driver: sqlite3.Connection, statement: str) -> None:
    """Or what is refused above might be refused for another reason."""
    assert driver.execute(statement).rowcount == 1


DAMAGE = [
    ("UPDATE wallet_orders SET amount = 99 WHERE out_trade_no = 'paid'", "should have moved 99"),
    (
        change("state = 'closed', closed_as = 'merchant', payer = NULL, paid_at = NULL", "paid"),
        "should have moved 0, and moved 100",
    ),
    ("UPDATE wallet_orders SET refunded = 0", "says that 0 went back"),
    ("UPDATE wallet_refunds SET amount = 29", "of 29 moved 30"),
    ("UPDATE wallet_paypacks SET cap_total = 1", "may pay 1"),
    (
        "UPDATE wallet_orders SET payer = '@carol:test.example' WHERE out_trade_no = 'till'",
        "somebody else than who showed the code",
    ),
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
    told = desk.read(lambda tx: list(check.violations(tx)))
    desk.driver.execute("ROLLBACK")
    desk.close()
    assert any(finding in sentence for sentence in told), told
