"""Blocks, closing, corrections: what may stop a wallet, who is told, what stays for its owner whatever happens."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from courtyard.app.wiring import Server
from courtyard.base.errors import ForbiddenError
from courtyard.base.ids import DeviceId, UserId
from courtyard.cli.check import violations
from courtyard.cli.wallet import wallet
from courtyard.conduct import decide
from courtyard.gate.admit import admit
from courtyard.gate.model import NO_CONTACT, RESTRICTABLE, Action, NeverRestrictableError
from courtyard.gate.restrict import restrict
from courtyard.storage.database import connect
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.errors import EndedError
from courtyard.wallet.guard import blocks, check, reversals
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.guard.blocks import Teller, tell_some
from courtyard.wallet.guard.errors import BlockedError, NotReversibleError
from courtyard.wallet.guard.model import Block, BlockReason
from courtyard.wallet.model import Intent, JournalId, Payer
from tests.api import PASSWORD, User, q
from tests.fakes import FakeClock
from tests.gate.restrictions import restriction
from tests.wallet.bank import (
    DAY,
    LEAF,
    WALLET,
    Bank,
    act,
    balances,
    bill,
    offer,
    packet,
    refused,
)
from tests.wallet.keychain import auth_of, proof, set_pin


async def _run(server: Server, *arguments: str, password: str = PASSWORD) -> Result:
    given = [*arguments, "--data", server.settings.data, "--server-name", "test.example"]
    return await asyncio.to_thread(CliRunner().invoke, wallet, given, f"{password}\n")


def pay_out(tx: WriteTx, who: UserId) -> None:
    """Ask what a rail asks before it pays out."""
    permit = admit(tx, who, Action.WITHDRAW)
    payer = Payer(user_id=who, device_id=DeviceId("d"))
    intent = Intent(
        kind="payout", currency=LEAF, amount=5, payee="bank", payee_name="Bank", key="out"
    )
    authorise(tx, permit, payer, intent, JournalId("out.sent"))


async def _block(bank: Bank, user: User, reason: BlockReason, days: int = 7) -> Block:
    operator = bank.operators[0]
    return await bank.server.db.write(
        blocks.begin, operator, UserId(user.id), reason, "We look into it.", days
    )


# --- blocks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["security", "suspected_fraud", "court_order"])
async def test_a_block_stops_paying_and_says_everything(
    bank: Bank, alice: User, bob: User, room: str, server: Server, reason: BlockReason
) -> None:
    await bank.give(alice, 1_000)
    await bank.give(bob, 1_000)
    waiting = (await offer(bob, alice, room, "10")).ok()
    asked = (await bill(bob, room, "9", [alice])).ok()
    made = await _block(bank, alice, reason)

    for answer in (
        await offer(alice, bob, room, "10"),
        await packet(alice, room, "10", 2),
        await act(alice, "requests", asked["id"], "pay", key="pay"),
    ):
        refused(answer, 403, "WALLET_BLOCKED")
        told = answer.body["org.courtyard.block"]
        assert (told["reason"], told["words"], told["by"]) == (
            reason,
            "We look into it.",
            "operator",
        )
        assert told["review_at"] == made.review_at
        assert bank.operators[0] not in str(answer.body)
    # Money still comes in, and everything is seen.
    (await act(alice, "transfers", waiting["id"], "accept")).ok()
    assert await balances(alice) == [1_010]
    (await alice.get(f"{WALLET}/history/LEAF")).ok()
    shown = (await alice.get(f"{WALLET}/blocks")).ok()["blocks"]
    assert [one["id"] for one in shown] == [made.id]
    # A payout is stopped only for security and by a court.
    if reason == "suspected_fraud":
        await server.db.write(pay_out, UserId(alice.id))
    else:
        with pytest.raises(BlockedError):
            await server.db.write(pay_out, UserId(alice.id))

    await server.db.write(blocks.end, bank.operators[1], made.id)

    (await offer(alice, bob, room, "10")).ok()
    shown = (await alice.get(f"{WALLET}/blocks")).ok()["blocks"]
    assert [one["in_force"] for one in shown] == [False]
    with pytest.raises(EndedError):
        await server.db.write(blocks.end, bank.operators[1], made.id)


async def test_a_block_ends_at_its_review_with_no_job_run(
    bank: Bank, alice: User, bob: User, room: str, server: Server, clock: FakeClock
) -> None:
    await bank.give(alice, 1_000)
    made = await _block(bank, alice, "suspected_fraud")
    clock.advance(6 * DAY)
    await server.db.write(blocks.review, bank.operators[0], made.id, 3)
    clock.advance(2 * DAY)
    refused(await offer(alice, bob, room, "10"), 403, "WALLET_BLOCKED")
    clock.advance(DAY)

    (await offer(alice, bob, room, "10")).ok()

    with pytest.raises(EndedError):
        await server.db.write(blocks.review, bank.operators[0], made.id, 3)


async def test_the_owner_is_told_in_the_notices(bank: Bank, alice: User, server: Server) -> None:
    await server.world.memory(Teller).stop()
    made = await _block(bank, alice, "security")
    for _ in range(2):
        await server.db.write(tell_some)
    await server.db.write(blocks.end, bank.operators[0], made.id)
    await server.db.write(tell_some)

    rooms = (await alice.get("joined_rooms")).ok()["joined_rooms"]
    pages = [
        (await alice.get(f"rooms/{q(room)}/messages", dir="f", limit=100)).ok()["chunk"]
        for room in rooms
    ]
    told = [e["content"] for page in pages for e in page if e["type"] == "m.room.message"]
    assert [one["org.courtyard.block"]["in_force"] for one in told] == [True, False]
    assert "We look into it." in told[0]["body"]
    assert "can pay again" in told[1]["body"]


async def test_an_owner_freezes_at_once_and_unfreezes_with_a_proof(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 100_000)
    frozen = (await alice.post(f"{WALLET}/freeze", {})).ok()["blocks"]
    assert [(one["reason"], one["by"], one["in_force"]) for one in frozen] == [
        ("owner_request", "owner", True)
    ]
    assert (await alice.post(f"{WALLET}/freeze", {})).ok()["blocks"] == frozen
    refused(await offer(alice, bob, room, "10"), 403, "WALLET_BLOCKED")
    with pytest.raises(ForbiddenError):
        await server.db.write(blocks.end, bank.operators[0], frozen[0]["id"])
    # Without a factor the password is enough; with one it is not.
    assert (await alice.post(f"{WALLET}/unfreeze", {})).status == 401
    (await alice.post(f"{WALLET}/unfreeze", {"auth": auth_of(alice)})).ok()
    (await set_pin(alice)).ok()
    (await alice.post(f"{WALLET}/freeze", {})).ok()
    by_password = await alice.post(f"{WALLET}/unfreeze", {"auth": auth_of(alice)})
    refused(by_password, 401, "PROOF_NEEDED")

    shown = await proof(alice, "unfreeze", alice.id)
    blocks_after = (await alice.post(f"{WALLET}/unfreeze", shown)).ok()["blocks"]

    assert [one["in_force"] for one in blocks_after] == [False, False]
    assert (await alice.post(f"{WALLET}/unfreeze", shown)).ok()["blocks"] == blocks_after
    (await offer(alice, bob, room, "10")).ok()
    assert list(violations(Path(server.settings.data))) == []


async def test_the_operator_blocks_from_the_command_line(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 1_000)
    begin = ("block", "begin", "alice", "--words", "A phone was stolen.")
    begun = await _run(server, *begin, "--reason", "security", "--by", "mint1", "--days", "5")
    assert begun.exit_code == 0, begun.output
    id = begun.output.split()[0]
    refused(await offer(alice, bob, room, "10"), 403, "WALLET_BLOCKED")
    for arguments, why in (
        ((*begin, "--reason", "rudeness", "--by", "mint1"), "The reasons are"),
        ((*begin, "--reason", "owner_request", "--by", "mint1"), "The reasons are"),
        ((*begin, "--reason", "security", "--by", "bob"), "Only operators"),
        ((*begin, "--reason", "security", "--by", "mint1", "--days", "31"), "1 to 30"),
        (
            ("block", "begin", "mint1", "--words", "x", "--reason", "security", "--by", "mint1"),
            "freeze",
        ),
        (
            ("block", "begin", "alice", "--words", " ", "--reason", "security", "--by", "mint1"),
            "Say why",
        ),
        (
            ("block", "begin", "nobody", "--words", "x", "--reason", "security", "--by", "mint1"),
            "no such account",
        ),
        (("block", "end", "b_none", "--by", "mint1"), "no such block"),
        (("block", "review", id, "--by", "mint1", "--days", "0"), "1 to 30"),
    ):
        answer = await _run(server, *arguments)
        assert (answer.exit_code, why in answer.output) == (2, True), answer.output
    assert (await _run(server, "block", "review", id, "--by", "mint2")).exit_code == 0
    listed = (await _run(server, "block", "list")).output
    assert f"{id} {alice.id} security since" in listed
    assert (await _run(server, "block", "end", id, "--by", "mint2")).output == f"{id} has ended.\n"
    assert "ended" in (await _run(server, "block", "list")).output
    (await offer(alice, bob, room, "10")).ok()


async def test_a_block_has_no_word_for_speech_and_is_never_deleted(
    bank: Bank, alice: User, server: Server
) -> None:
    await _block(bank, alice, "security")
    driver = server.db._driver
    columns = "id, user_id, reason, words, begun_by, begun_at, review_at"
    for reason in ("moderation", "rules", "conduct", ""):
        with pytest.raises(sqlite3.IntegrityError):
            driver.execute(
                f"INSERT INTO wallet_blocks ({columns}) VALUES ('b', 'u', ?, 'w', 'o', 1, 2)",  # noqa: S608
                (reason,),
            )
    for statement in (
        "DELETE FROM wallet_blocks",
        "UPDATE wallet_blocks SET reason = 'court_order'",
        "UPDATE wallet_blocks SET words = 'Other.'",
        "UPDATE wallet_blocks SET begun_at = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            driver.execute(statement)


async def test_conduct_cannot_reach_money(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    """Whoever is suspended by conduct pays, is paid, pays out and sees everything."""
    await bank.give(alice, 1_000)
    await bank.give(bob, 1_000)
    waiting = (await offer(bob, alice, room, "10")).ok()
    asked = (await bill(bob, room, "9", [alice])).ok()
    now = server.world.clock.now_ms()
    for number, capability in enumerate(sorted(RESTRICTABLE)):
        made = restriction(
            id=f"r{number}",
            user_id=UserId(alice.id),
            capability=capability,
            starts_at=now,
            ends_at=now + DAY,
        )
        await server.db.write(restrict, made)
    for money in ("wallet.pay", "wallet.receive", "wallet.withdraw", "wallet.balance"):
        made = restriction(id="x", user_id=UserId(alice.id), capability=money)
        with pytest.raises(NeverRestrictableError):
            await server.db.write(restrict, made)
    assert not {name for name in RESTRICTABLE | NO_CONTACT if name.startswith("wallet")}
    assert "wallet" not in str(vars(decide).keys())

    (await act(alice, "transfers", waiting["id"], "accept")).ok()
    (await act(alice, "requests", asked["id"], "pay", key="p")).ok()
    await server.db.write(pay_out, UserId(alice.id))
    (await set_pin(alice)).ok()
    for path in ("balance", "history/LEAF", "blocks", "factors", "payees"):
        (await alice.get(f"{WALLET}/{path}")).ok()
    assert await balances(alice) == [1_001]


# --- closing ------------------------------------------------------------------------------------


async def test_a_wallet_is_closed_when_it_is_empty(
    bank: Bank, alice: User, bob: User, room: str, server: Server, clock: FakeClock
) -> None:
    close = f"{WALLET}/close"
    assert (await alice.post(close, {"currency": "LEAF"})).status == 404
    refused(await alice.post(close, {"currency": "GOLD"}), 404, "UNKNOWN_CURRENCY")
    await bank.give(alice, 100)
    full = await alice.post(close, {"currency": "LEAF"})
    refused(full, 409, "NOT_EMPTY")
    assert full.body["org.courtyard.posted"] == "100"
    made = (await offer(alice, bob, room, "100")).ok()
    under_way = await alice.post(close, {"currency": "LEAF"})
    refused(under_way, 409, "NOT_EMPTY")
    assert under_way.body["org.courtyard.under_way"] is True
    clock.advance(DAY)
    refused(await alice.post(close, {"currency": "LEAF"}), 409, "NOT_EMPTY")
    made = (await offer(alice, bob, room, "100")).ok()
    (await act(bob, "transfers", made["id"], "accept")).ok()

    assert (await alice.post(close, {"currency": "LEAF"})).ok() == {
        "currency": "LEAF",
        "closed": True,
    }
    (await alice.post(close, {"currency": "LEAF"})).ok()

    history = (await alice.get(f"{WALLET}/history/LEAF")).ok()["entries"]
    assert len(history) == 4
    refused(await offer(alice, bob, room, "1"), 409, "INSUFFICIENT_FUNDS")
    # What comes later opens it again: no money is without a place.
    made = (await offer(bob, alice, room, "7")).ok()
    (await act(alice, "transfers", made["id"], "accept")).ok()
    assert await balances(alice) == [7]
    assert list(violations(Path(server.settings.data))) == []


# --- corrections --------------------------------------------------------------------------------


async def test_two_operators_take_a_payment_back(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 1_000)
    made = (await offer(alice, bob, room, "300")).ok()
    (await act(bob, "transfers", made["id"], "accept")).ok()
    journal = f"{made['id']}.accepted"

    proposed = await _run(
        server, "reverse", "propose", journal, "--words", "Paid twice.", "--by", "mint1"
    )
    assert proposed.exit_code == 0, proposed.output
    id = proposed.output.split()[0]
    assert await balances(alice, bob) == [700, 300]
    for arguments, why in (
        (("approve", id, "--by", "mint1"), "two operators"),
        (("approve", id, "--by", "bob"), "Only operators"),
        (("approve", "v_none", "--by", "mint1"), "no such proposal"),
        (("propose", journal, "--words", "Again.", "--by", "mint2"), "proposed before"),
        (("propose", "t_none.accepted", "--words", "x", "--by", "mint2"), "no such journal"),
        (("propose", journal, "--words", " ", "--by", "mint2"), "Say why"),
        (("propose", f"{made['id']}.offer", "--words", "x", "--by", "mint2"), "under way"),
    ):
        answer = await _run(server, "reverse", *arguments)
        assert (answer.exit_code, why in answer.output) == (2, True), answer.output
    approved = await _run(server, "reverse", "approve", id, "--by", "mint2")

    assert approved.output == f"{journal} is taken back.\n"
    assert await balances(alice, bob) == [1_000, 0]
    line = (await alice.get(f"{WALLET}/history/LEAF")).ok()["entries"][0]
    assert (line["kind"], line["amount"], line["ref"], line["with"]) == (
        "reversal",
        "300",
        journal,
        bob.id,
    )
    assert (await _run(server, "reverse", "approve", id, "--by", "mint2")).exit_code == 2
    again = await _run(
        server, "reverse", "propose", f"{journal}.reversal", "--words", "x", "--by", "mint1"
    )
    assert "cannot be reversed" in again.output
    assert "approved by @mint2" in (await _run(server, "reverse", "list")).output
    assert list(violations(Path(server.settings.data))) == []


async def test_each_kind_is_taken_back_to_where_it_came_from(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 1_000)
    shared = (await packet(alice, room, "100", 1)).ok()
    (await act(bob, "packets", shared["id"], "claim")).ok()
    asked = (await bill(alice, room, "40", [bob])).ok()
    (await act(bob, "requests", asked["id"], "pay", key="p")).ok()
    assert await balances(alice, bob) == [940, 60]
    (minted,) = server.db._driver.execute("SELECT id FROM wallet_mints").fetchone()

    for journal in (f"{asked['id']}.part1", f"{shared['id']}.share1", minted):
        waiting = await server.db.write(
            reversals.propose, bank.operators[0], JournalId(journal), "Wrong."
        )
        await server.db.write(reversals.approve, bank.operators[1], waiting.id)

    assert await balances(alice, bob) == [0, 0]
    assert list(violations(Path(server.settings.data))) == []


async def test_nobody_is_made_to_owe(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 1_000)
    made = (await offer(alice, bob, room, "300")).ok()
    (await act(bob, "transfers", made["id"], "accept")).ok()
    journal = JournalId(f"{made['id']}.accepted")
    waiting = await server.db.write(reversals.propose, bank.operators[0], journal, "Wrong.")
    (await offer(bob, alice, room, "1")).ok()

    with pytest.raises(NotReversibleError, match=f"{bob.id} has 299 LEAF, and 300"):
        await server.db.write(reversals.approve, bank.operators[1], waiting.id)

    assert await balances(alice, bob) == [700, 299]
    await bank.give(bob, 1)
    await server.db.write(reversals.approve, bank.operators[1], waiting.id)
    assert await balances(alice, bob) == [1_000, 0]


async def test_the_database_keeps_proofs_limits_and_reversals(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    """Whatever code would try."""
    await bank.give(alice, 1_000_000)
    (await offer(alice, bob, room, "1")).ok()
    (await set_pin(alice)).ok()
    used = await proof(alice, "transfer", bob.id, "4000")
    (await offer(alice, bob, room, "4000", **used)).ok()
    answered = await proof(alice, "transfer", bob.id, "4000")
    made = (await offer(alice, bob, room, "3")).ok()
    (await act(bob, "transfers", made["id"], "accept")).ok()
    journal = JournalId(f"{made['id']}.accepted")
    waiting = await server.db.write(reversals.propose, bank.operators[0], journal, "Wrong.")
    await server.db.write(reversals.approve, bank.operators[1], waiting.id)
    driver = server.db._driver
    (used_by,) = driver.execute(
        "SELECT used_by FROM wallet_proofs WHERE id = ?", (used["proof"],)
    ).fetchone()
    names = {"used": used["proof"], "answered": answered["proof"], "by": used_by}
    for statement in (
        "DELETE FROM wallet_proofs WHERE id = :used",
        "UPDATE wallet_proofs SET used_by = 'other' WHERE id = :used",
        "UPDATE wallet_proofs SET used_by = NULL WHERE id = :used",
        "UPDATE wallet_proofs SET used_by = :by WHERE id = :answered",
        "UPDATE wallet_proofs SET amount = 1 WHERE id = :answered",
        "UPDATE wallet_proofs SET payee = 'x' WHERE id = :answered",
        "UPDATE wallet_proofs SET payee_name = 'x' WHERE id = :answered",
        "UPDATE wallet_proofs SET digest = x'00' WHERE id = :answered",
        "UPDATE wallet_proofs SET expires_at = expires_at + 1 WHERE id = :answered",
        "UPDATE wallet_proofs SET method = 'passkey' WHERE id = :answered",
        "UPDATE wallet_proofs SET answered_at = NULL, method = NULL WHERE id = :answered",
        "UPDATE wallet_limit_use SET used = 0",
        "UPDATE wallet_limit_use SET used = max + 1",
        "UPDATE wallet_runs SET count = 6, total = 10001",
        "DELETE FROM wallet_limit_use",
        "UPDATE wallet_pins SET wrong = 6",
        "UPDATE wallet_reversals SET approved_by = NULL, approved_at = NULL",
        "UPDATE wallet_reversals SET journal = 'x'",
        "DELETE FROM wallet_reversals",
        "UPDATE wallet_accounts SET closed = 1 WHERE posted > 0",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            driver.execute(statement, names)


DAMAGE = [
    (
        "UPDATE wallet_proofs SET payee_name = 'x' WHERE used_by IS NOT NULL",
        "is not of what it says",
    ),
    ("UPDATE wallet_proofs SET amount = 1 WHERE used_by IS NOT NULL", "paid something else"),
    (
        "UPDATE wallet_proofs SET used_by = 't_x.offer' WHERE used_by IS NOT NULL",
        "paid something else",
    ),
    ("UPDATE wallet_limit_use SET used = max + 1", "used 50001 of no_factor_day, which is 50000"),
    ("UPDATE wallet_reversals SET approved_by = NULL, approved_at = NULL", "was made 1 times"),
    ("DELETE FROM wallet_journals WHERE kind = 'reversal'", "was made 0 times"),
]


async def test_every_damage_of_the_guard_is_named(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 100_000)
    made = (await offer(alice, bob, room, "3")).ok()
    (await act(bob, "transfers", made["id"], "accept")).ok()
    (await set_pin(alice)).ok()
    used = await proof(alice, "transfer", bob.id, "4000")
    (await offer(alice, bob, room, "4000", **used)).ok()
    journal = JournalId(f"{made['id']}.accepted")
    waiting = await server.db.write(reversals.propose, bank.operators[0], journal, "Wrong.")
    await server.db.write(reversals.approve, bank.operators[1], waiting.id)

    driver = connect(Path(server.settings.data) / DATABASE_FILE, writable=True)
    for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
        driver.execute(f"PRAGMA {pragma}")
    tx = ReadTx(driver, server.world)
    assert list(check.violations(tx)) == []
    triggers = driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for damage, finding in DAMAGE:
        driver.execute("BEGIN")
        for (name,) in triggers:
            driver.execute(f"DROP TRIGGER {name}")
        assert driver.execute(damage).rowcount > 0, damage
        found = list(check.violations(tx))
        driver.execute("ROLLBACK")
        assert any(finding in sentence for sentence in found), (damage, found)
    driver.close()
