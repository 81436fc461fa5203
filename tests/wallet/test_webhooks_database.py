"""What the database itself refuses of webhooks, one row each; and that `courtyard check` names every damage."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from courtyard.storage.sealing_key import Vault
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks import check, deliveries, endpoints, store
from courtyard.wallet.webhooks.model import EndpointId
from courtyard.wallet.webhooks.queue import queue
from tests.wallet.desk import Desk, found

SHOP = MerchantId("mch_a")
PAID, REFUND = "order.paid", "refund.done"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with deliveries: 1 delivered, 2 queued, 3 waiting behind it, 4 queued and failed once, 5 behind that."""
    folder = tmp_path_factory.mktemp("webhooks")
    path, _ = found(folder)
    desk = Desk(path)
    desk.world.memory(Vault).open(folder)
    made = desk.write(endpoints.make, SHOP, "https://shop.example/", (PAID, REFUND))
    id = EndpointId(made["id"])
    desk.write(queue, SHOP, PAID, "o_1", 1, {})
    desk.write(deliveries.note, desk.read(store.due, id, desk.clock.time, 1)[0], 200, "")
    desk.write(queue, SHOP, REFUND, "o_1", 2, {})
    desk.write(queue, SHOP, REFUND, "o_1", 3, {})
    desk.write(queue, SHOP, PAID, "o_2", 1, {})
    failed = desk.read(store.due, id, desk.clock.time, 9)[1]
    desk.write(deliveries.note, failed, 500, "")
    desk.write(queue, SHOP, REFUND, "o_2", 2, {})
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


def change(number: int, values: str) -> str:
    return f"UPDATE wallet_webhook_deliveries SET {values} WHERE number = {number}"  # noqa: S608


DELIVERED = "state = 'delivered', next_at = NULL, ended_at = 9, status = 200"
DEAD = "state = 'dead', next_at = NULL, ended_at = 9"
COPY = (
    "INSERT INTO wallet_webhook_deliveries SELECT endpoint, {number}, {message}, {ref}, {version},"
    " {round}, {state}, NULL, 0, '' FROM wallet_webhook_deliveries WHERE number = {of}"
)
COUNT = "UPDATE wallet_webhooks SET count = 6"


def again(of: int, state: str = "'queued', 0, 9", **changes: object) -> str:
    """Send a delivery again."""
    same = {"number": 6, "message": "message", "ref": "ref", "version": "version", "round": 1}
    return COPY.format(of=of, state=state, **(same | changes))


REFUSED = [
    # An end is final, and comes after a try.
    change(1, "state = 'queued', next_at = 9, ended_at = NULL"),
    change(1, "status = 204"),
    change(2, DELIVERED),
    change(2, DELIVERED + ", attempts = 2"),
    change(2, "state = 'delivered', next_at = NULL, ended_at = 9, status = 500, attempts = 1"),
    # Given up is what was tried as often as the table says.
    change(4, DEAD + ", attempts = 2"),
    # In its turn.
    change(3, "state = 'queued', next_at = 9"),
    change(3, DELIVERED + ", attempts = 1"),
    change(2, "state = 'waiting', next_at = NULL, attempts = 1"),
    # It stays what it is.
    change(2, "message = 'msg_x', attempts = 1"),
    change(2, "version = 9, attempts = 1"),
    change(2, "ref = 'o_9', attempts = 1"),
    "DELETE FROM wallet_webhook_deliveries WHERE number = 3",
    "UPDATE wallet_webhook_messages SET body = '{}'",
    "DELETE FROM wallet_webhook_messages",
    "DELETE FROM wallet_webhooks",
    "UPDATE wallet_webhooks SET merchant = 'mch_b'",
    "UPDATE wallet_webhooks SET state = 'disabled'",
    "UPDATE wallet_webhooks SET reason = 'gone'",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(driver: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        driver.execute(statement)


SENT_AGAIN = [
    again(1, state="'delivered', 1, NULL"),
    again(1, state="'queued', 1, 9"),
    again(1, round=0),
    again(1, round=21),
    again(1, number=7),
    again(1, version=9),
    again(1, ref="'o_9'"),
    again(4),
]


@pytest.mark.parametrize("statement", SENT_AGAIN)
def test_the_database_refuses_to_send_again(driver: sqlite3.Connection, statement: str) -> None:
    driver.execute(COUNT)
    with pytest.raises(sqlite3.IntegrityError):
        driver.execute(statement)


def test_what_is_right_passes(driver: sqlite3.Connection) -> None:
    """Or what is refused above might be refused for another reason."""
    for statement in (
        change(2, DELIVERED + ", attempts = 1"),
        change(3, "state = 'queued', next_at = 9"),
        change(4, "next_at = 99, attempts = 2"),
        COUNT,
        again(1, state="'waiting', 0, NULL"),
        "UPDATE wallet_webhooks SET state = 'disabled', reason = 'gone'",
    ):
        assert driver.execute(statement).rowcount == 1


def test_a_sixth_endpoint_is_refused(driver: sqlite3.Connection) -> None:
    copy = (
        "INSERT INTO wallet_webhooks SELECT ?, merchant, ?, kinds, state, reason, 0, 1"
        " FROM wallet_webhooks WHERE url = 'https://shop.example/'"
    )
    for n in range(4):
        driver.execute(copy, (f"we_{n}", f"u{n}"))
    with pytest.raises(sqlite3.IntegrityError):
        driver.execute(copy, ("we_5", "u5"))


DAMAGE = [
    ("DELETE FROM wallet_webhook_deliveries WHERE number = 3", "was wanted by 1 endpoints; 0"),
    ("DELETE FROM wallet_webhook_deliveries WHERE number = 5", "has 5 deliveries; 4 are there"),
    ("UPDATE wallet_webhook_deliveries SET attempts = 1 WHERE number = 3", "was sent before"),
    (change(4, DEAD), "waits for nothing"),
    ("UPDATE wallet_webhook_secrets SET until = 1", "has 0 secrets"),
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
