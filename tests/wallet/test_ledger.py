"""The ledger guards itself: what no code may do, the database refuses; what the verbs may do has its reason when it is refused."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from courtyard.base.errors import ForbiddenError, NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import WriteTx
from courtyard.wallet import check, ledger, store
from courtyard.wallet import mint as minting
from courtyard.wallet.errors import (
    CurrencyExistsError,
    EndedError,
    ExpiredError,
    FiatNotOfferedError,
    InsufficientFundsError,
    NotIndependentError,
    TooMuchError,
    UnknownCurrencyError,
    WalletError,
)
from courtyard.wallet.model import POSTED_MAX, AccountId, HoldId, JournalId, MintId
from tests.wallet.bank import LEAF
from tests.wallet.desk import MEMBERS, OPERATORS, START, STRANGER, Desk, found, fresh, mint

ALICE, BOB, _ = MEMBERS


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("founded"))[0]


@pytest.fixture
def desk(founded: Path, tmp_path: Path) -> Iterator[Desk]:
    """Alice has 100, Bob has 50 of which 20 are held."""
    made = fresh(founded, tmp_path / "desk.db")
    mint(made, ALICE, 100)
    mint(made, BOB, 50)
    made.write(_hold, BOB, "h", 20)
    yield made
    assert list(made.read(check.violations)) == []
    made.close()


def _hold(tx: WriteTx, who: UserId, id: str, amount: int, until: int = START + 1_000) -> None:
    permit = admit(tx, who, Action.PAY)
    account = ledger.open_account(tx, "user", who, LEAF)
    ledger.hold(tx, permit, HoldId(id), account.id, amount, TimestampMs(until))


def _move(
    tx: WriteTx, id: str, who: UserId, to: UserId, amount: int, hold: str | None = None
) -> None:
    permit = admit(tx, who, Action.PAY)
    source, target = (ledger.open_account(tx, "user", one, LEAF) for one in (who, to))
    move = ledger.Move(source.id, target.id, amount, None if hold is None else HoldId(hold))
    ledger.transfer(tx, permit, JournalId(id), "transfer", "t", [move])


def _void(tx: WriteTx, who: UserId, id: str) -> None:
    permit = admit(tx, who, Action.PAY)
    account = ledger.open_account(tx, "user", who, LEAF)
    ledger.void_hold(tx, permit, HoldId(id), account.id)


def _expire(tx: WriteTx, id: HoldId) -> None:
    found = store.hold(tx, id)
    assert found is not None
    store.end_hold(tx, found, "expired")


def balances(desk: Desk) -> tuple[int, int, int]:
    """Return what Alice has, what Bob has, and what of that is held."""
    alice, bob = (desk.read(store.account_of, "user", who, LEAF) for who in (ALICE, BOB))
    assert alice is not None
    assert bob is not None
    return alice.posted, bob.posted, bob.held


A, B = f"user/{ALICE}/LEAF", f"user/{BOB}/LEAF"
NO = "(SELECT no FROM wallet_accounts WHERE id = '{}')"
NAMES = {
    "A": A,
    "B": B,
    "NO_A": NO.format(A),
    "NO_B": NO.format(B),
    "NO_SYSTEM": NO.format(f"system/mint/{LEAF}"),
    "JOURNAL": "(SELECT no FROM wallet_journals WHERE id = 'h.hold')",
    "ALICE": ALICE,
    "POSTED_MAX": POSTED_MAX,
    "TRANSFER": "INSERT INTO wallet_transfers (journal, src, dst, amount, hold) VALUES",
    "GOLD": (
        "INSERT INTO wallet_currencies VALUES ('GOLD', 'points', 0, 'x', 0);"
        "INSERT INTO wallet_accounts VALUES (99, 'user/g/GOLD', 'user', 'g', 'GOLD', 0, 0, 0, 0, 0, 0);"
    ),
}
FORBIDDEN = {
    "more than there is": "{TRANSFER} ({JOURNAL}, {NO_A}, {NO_B}, 101, NULL)",
    "what is held": "{TRANSFER} ({JOURNAL}, {NO_B}, {NO_A}, 31, NULL)",
    "nothing": "{TRANSFER} ({JOURNAL}, {NO_A}, {NO_B}, 0, NULL)",
    "less than nothing": "{TRANSFER} ({JOURNAL}, {NO_A}, {NO_B}, -5, NULL)",
    "a fraction": "{TRANSFER} ({JOURNAL}, {NO_A}, {NO_B}, 1.5, NULL)",
    "text": "{TRANSFER} ({JOURNAL}, {NO_A}, {NO_B}, 'much', NULL)",
    "to itself": "{TRANSFER} ({JOURNAL}, {NO_A}, {NO_A}, 1, NULL)",
    "another currency": "{GOLD} {TRANSFER} ({JOURNAL}, {NO_A}, 99, 1, NULL)",
    "to nobody": "{TRANSFER} ({JOURNAL}, {NO_A}, 999, 1, NULL)",
    "without a journal": "{TRANSFER} (999, {NO_A}, {NO_B}, 1, NULL)",
    "another's hold": "{TRANSFER} ({JOURNAL}, {NO_A}, {NO_B}, 1, 'h')",
    "more than the hold": "{TRANSFER} ({JOURNAL}, {NO_B}, {NO_A}, 21, 'h')",
    "no hold": "{TRANSFER} ({JOURNAL}, {NO_B}, {NO_A}, 1, 'none')",
    "beyond the end": "{TRANSFER} ({JOURNAL}, {NO_SYSTEM}, {NO_A}, {POSTED_MAX}, NULL)",
    "a changed transfer": "UPDATE wallet_transfers SET amount = 1",
    "a deleted transfer": "DELETE FROM wallet_transfers",
    "a changed entry": "UPDATE wallet_entries SET amount = 1",
    "a deleted entry": "DELETE FROM wallet_entries",
    "a changed journal": "UPDATE wallet_journals SET kind = 'x'",
    "a deleted journal": "DELETE FROM wallet_journals",
    "an invented entry": "INSERT INTO wallet_entries VALUES ({NO_A}, 2, 1, 5, 105)",
    "an entry twice": (
        "INSERT INTO wallet_entries SELECT account, seq + 1, transfer, amount, balance"
        " FROM wallet_entries WHERE account = {NO_A}"
    ),
    "a balance by hand": "UPDATE wallet_accounts SET posted = 200 WHERE id = '{A}'",
    "a balance and its number": "UPDATE wallet_accounts SET posted = 200, seq = 2 WHERE id = '{A}'",
    "the newest transfer again": (
        "UPDATE wallet_accounts SET posted = posted + 50, seq = seq + 1, last = last WHERE id = '{B}'"
    ),
    "a transfer of others": (
        "UPDATE wallet_accounts SET posted = posted + 50, seq = seq + 1, last = last + 1 WHERE id = '{A}'"
    ),
    "another number": "UPDATE wallet_accounts SET no = 77 WHERE id = '{A}'",
    "another entry in place of one": (
        "INSERT OR REPLACE INTO wallet_entries SELECT account, seq, transfer, amount + 1, balance"
        " FROM wallet_entries WHERE account = {NO_A}"
    ),
    "a transfer in place of another": (
        "INSERT OR REPLACE INTO wallet_transfers SELECT no, journal, src, dst, amount + 1, hold"
        " FROM wallet_transfers"
    ),
    "a hold by hand": "UPDATE wallet_accounts SET held = 0 WHERE id = '{B}'",
    "another owner": "UPDATE wallet_accounts SET owner = 'x' WHERE id = '{A}'",
    "another floor": "UPDATE wallet_accounts SET floor = -1000 WHERE id = '{A}'",
    "a closed account with money": "UPDATE wallet_accounts SET closed = 1 WHERE id = '{A}'",
    "a deleted account": "DELETE FROM wallet_accounts WHERE id = '{A}'",
    "an account with money": (
        "INSERT INTO wallet_accounts VALUES (99, 'user/y/LEAF', 'user', 'y', 'LEAF', 5, 0, 0, 0, 0, 0)"
    ),
    "a user who may owe": (
        "INSERT INTO wallet_accounts VALUES (99, 'user/y/LEAF', 'user', 'y', 'LEAF', 0, 0, NULL, 0, 0, 0)"
    ),
    "a second account": (
        "INSERT INTO wallet_accounts VALUES (99, 'y', 'user', '{ALICE}', 'LEAF', 0, 0, 0, 0, 0, 0)"
    ),
    "a hold of too much": (
        "INSERT INTO wallet_holds VALUES ('y', 'h.hold', '{B}', 31, 0, 'open', 1)"
    ),
    "a hold that begins at its end": (
        "INSERT INTO wallet_holds VALUES ('y', 'h.hold', '{B}', 1, 0, 'voided', 1)"
    ),
    "a smaller hold": "UPDATE wallet_holds SET amount = 1, state = 'voided'",
    "a capture without a transfer": "UPDATE wallet_holds SET state = 'captured', captured = 20",
    "a hold that stays open": "UPDATE wallet_holds SET expires_at = 1",
    "a deleted hold": "DELETE FROM wallet_holds",
    "another scale": "UPDATE wallet_currencies SET scale = 0",
    "other new money": "UPDATE wallet_mints SET amount = 1",
    "approved new money": "UPDATE wallet_mints SET approved_by = 'x'",
    "deleted new money": "DELETE FROM wallet_mints",
    "a deleted currency": "DELETE FROM wallet_currencies",
    "new money by one": (
        "UPDATE wallet_mints SET approved_by = proposed_by"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_database_refuses(desk: Desk, name: str) -> None:
    before = balances(desk)
    desk.driver.execute("BEGIN")
    *before_it, statement = FORBIDDEN[name].format(**NAMES).split(";")
    for one in before_it:
        desk.driver.execute(one)
    with pytest.raises(sqlite3.IntegrityError):
        desk.driver.execute(statement)
    desk.driver.execute("ROLLBACK")
    assert balances(desk) == before


def test_a_hold_keeps_money_back(desk: Desk) -> None:
    """Blnk #181: what is held counts in every check."""
    with pytest.raises(InsufficientFundsError):
        desk.write(_move, "j", BOB, ALICE, 31)
    with pytest.raises(InsufficientFundsError):
        desk.write(_hold, BOB, "h2", 31)
    desk.write(_move, "j", BOB, ALICE, 30)
    assert balances(desk) == (130, 20, 20)


def test_a_part_is_captured_and_the_rest_is_free(desk: Desk) -> None:
    desk.write(_move, "j", BOB, ALICE, 5, "h")
    assert balances(desk) == (105, 45, 0)


@pytest.mark.parametrize("end", ["capture", "void"])
def test_a_hold_ends_once(desk: Desk, end: str) -> None:
    """Blnk #182 and PR #171, Medici #22: neither committed twice, nor after it was voided, nor voided by half."""
    if end == "capture":
        desk.write(_move, "j", BOB, ALICE, 20, "h")
    else:
        desk.write(_void, BOB, "h")
    after = balances(desk)

    with pytest.raises(EndedError):
        desk.write(_move, "j2", BOB, ALICE, 1, "h")
    with pytest.raises(EndedError):
        desk.write(_void, BOB, "h")
    assert balances(desk) == after


def test_a_hold_is_its_owners_and_no_larger_than_it_is(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.write(_move, "j", ALICE, BOB, 1, "h")
    with pytest.raises(NotFoundError):
        desk.write(_void, ALICE, "h")
    with pytest.raises(NotFoundError):
        desk.write(_void, BOB, "none")
    with pytest.raises(InsufficientFundsError):
        desk.write(_move, "j", BOB, ALICE, 21, "h")


def test_a_hold_ends_by_the_clock(desk: Desk) -> None:
    desk.clock.time += 999
    desk.read(ledger.open_hold, HoldId("h"), AccountId(B), 20)
    desk.clock.time += 1
    with pytest.raises(ExpiredError):
        desk.write(_move, "j", BOB, ALICE, 1, "h")
    with pytest.raises(ExpiredError):
        desk.write(_void, BOB, "h")
    desk.write(_expire, HoldId("h"))
    with pytest.raises(ExpiredError):
        desk.write(_void, BOB, "h")
    assert balances(desk) == (100, 50, 0)


def test_a_journal_is_written_once(desk: Desk) -> None:
    """Formance #364: the same id under load is one payment."""
    desk.write(_move, "j", ALICE, BOB, 1)
    with pytest.raises(sqlite3.IntegrityError):
        desk.write(_move, "j", ALICE, BOB, 1)
    assert balances(desk) == (99, 51, 20)


def test_new_money_needs_two_operators(desk: Desk) -> None:
    first, second = OPERATORS
    made = desk.write(minting.propose, first, ALICE, LEAF, 5)
    assert balances(desk)[0] == 100
    with pytest.raises(NotIndependentError):
        desk.write(minting.approve, first, made.id)
    with pytest.raises(ForbiddenError):
        desk.write(minting.approve, BOB, made.id)
    with pytest.raises(NotFoundError):
        desk.write(minting.approve, second, MintId("m_none"))
    desk.write(minting.approve, second, made.id)
    assert balances(desk)[0] == 105
    with pytest.raises(EndedError):
        desk.write(minting.approve, second, made.id)
    with pytest.raises(ForbiddenError):
        desk.write(minting.propose, ALICE, ALICE, LEAF, 5)
    with pytest.raises(NotFoundError):
        desk.write(minting.propose, first, UserId("@no:test.example"), LEAF, 5)
    with pytest.raises(UnknownCurrencyError):
        desk.write(minting.propose, first, ALICE, Currency("GOLD"), 5)
    assert balances(desk)[0] == 105
    assert [one.approved_by for one in desk.read(minting.proposals)].count(second) == 3


def test_there_is_an_end_to_new_money(desk: Desk) -> None:
    first, second = OPERATORS
    # Amounts end at 2^53; the ledger's own end is reached in steps that only a test takes.
    for amount in (POSTED_MAX - 151, 1):
        made = desk.write(minting.propose, first, STRANGER, LEAF, amount)
        desk.write(minting.approve, second, made.id)
    made = desk.write(minting.propose, first, STRANGER, LEAF, 1)
    with pytest.raises(TooMuchError):
        desk.write(minting.approve, second, made.id)


@pytest.mark.parametrize(
    "code, kind, scale, error",
    [
        ("EUR", "fiat", 2, FiatNotOfferedError),
        ("leaf", "community", 2, UnknownCurrencyError),
        ("GOLD", "points", 10, UnknownCurrencyError),
        ("GOLD", "points", -1, UnknownCurrencyError),
        ("LEAF", "test", 2, CurrencyExistsError),
    ],
)
def test_a_currency_that_cannot_be(
    desk: Desk, code: str, kind: str, scale: int, error: type[WalletError]
) -> None:
    with pytest.raises(error):
        desk.write(minting.add_currency, code, kind, scale, "x")  # type: ignore[arg-type]
    assert desk.count("wallet_currencies") == 1


def test_a_verb_sees_what_it_has_just_done_to_an_account(desk: Desk) -> None:
    """The store keeps the accounts that it has read: not beyond what changes them."""

    def act(tx: WriteTx) -> list[tuple[int, int, int]]:
        seen = []

        def look() -> None:
            found = ledger.open_account(tx, "user", BOB, LEAF)
            seen.append((found.posted, found.held, found.available))

        look()
        _move(tx, "one", BOB, ALICE, 10)
        look()
        permit = admit(tx, BOB, Action.PAY)
        until = TimestampMs(tx.now_ms() + 1_000)
        ledger.hold(tx, permit, HoldId("more"), AccountId(B), 5, until)
        look()
        _move(tx, "two", BOB, ALICE, 3, "more")
        look()
        _void(tx, BOB, "h")
        look()
        return seen

    assert desk.write(act) == [(50, 20, 30), (40, 20, 20), (40, 25, 15), (37, 20, 17), (37, 0, 37)]


def test_an_account_that_closes_and_opens_in_one_verb_is_seen_so(desk: Desk) -> None:
    def act(tx: WriteTx) -> list[int]:
        carol = ledger.open_account(tx, "user", "@carol:x", LEAF)
        closed = store.set_closed(tx, carol, closed=1)
        seen = [carol.closed, closed.closed, store.account(tx, carol.id).closed]
        return [*seen, ledger.open_account(tx, "user", "@carol:x", LEAF).closed]

    assert desk.write(act) == [0, 1, 1, 0]
