"""Payments through the wallet's own verbs and the writer with group commit, durable: `python -m bench.ledger.ours FOLDER WHAT CALLERS SECONDS`.

In a process of its own, as the server's. Callers are coroutines that pay one payment after the other, each with a key; HTTP is not in
it, as it is not in pgbench.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.figures import Round, percentile
from courtyard.accounts.account import make_admin
from courtyard.accounts.model import Session
from courtyard.accounts.register import register
from courtyard.app.clock import SystemClock
from courtyard.base.ids import DeviceId, RoomId, ServerName, UserId
from courtyard.base.money import Currency
from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.rooms.create import NewRoom, create_room
from courtyard.rooms.membership import join
from courtyard.storage.database import Database, connect
from courtyard.storage.migrate import migrate
from courtyard.storage.tx import WriteTx
from courtyard.storage.world import World
from courtyard.wallet import ledger, mint, offers
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.model import Intent, JournalId, MerchantId, Payer
from courtyard.wallet.once import Outcome, once
from courtyard.wallet.shops import charge, merchants, orders, paycodes, rules_paycodes
from courtyard.wallet.shops.model import Asker, Details

LEAF = Currency("LEAF")
PEOPLE = 1_000
MEMBERS = 64
SHOPS = 32
WARM_UP_S = 0.5
SETTINGS = Settings(server_name=ServerName("bench.example"), rate_limits="off")


def user(number: int) -> UserId:
    return UserId(f"@u{number}:bench.example")


def pay(tx: WriteTx, payer: Payer, key: str, to: UserId, amount: int) -> Outcome:
    """Pay somebody without a room: what every payment is at the least (key, gate, funds, proof, ledger, answer)."""

    def work(id: str) -> dict[str, Any]:
        permit = admit(tx, payer.user_id, Action.PAY)
        ledger.check_funds(tx, payer.user_id, LEAF, amount)
        intent = Intent(
            kind="transfer", currency=LEAF, amount=amount, payee=to, payee_name=to, key=key
        )
        journal = JournalId(f"b_{id}")
        authorise(tx, permit, payer, intent, journal)
        source = ledger.open_account(tx, "user", payer.user_id, LEAF)
        target = ledger.open_account(tx, "user", to, LEAF)
        moves = [ledger.Move(source.id, target.id, amount)]
        ledger.transfer(tx, permit, journal, "bench", id, moves)
        return {"id": id, "to": to, "amount": str(amount)}

    return once(tx, payer.user_id, key, {"to": to, "amount": str(amount)}, work)


def found(folder: Path) -> None:
    """Make a database with people, their money, and a room."""
    path = folder / "courtyard.db"
    migrate(path)

    async def fill() -> None:
        db = Database(path, World(SystemClock(), SETTINGS), MemoryBus())
        db.start()
        await asyncio.gather(*(db.write(register, user(n), None) for n in range(PEOPLE)))
        for n in (0, 1):
            await db.write(make_admin, user(n))
        await db.write(mint.add_currency, LEAF, "community", 2, "Leaves")

        def rich(tx: WriteTx, who: UserId) -> None:
            made = mint.propose(tx, user(0), who, LEAF, 10**9)
            mint.approve(tx, user(1), made.id)

        await asyncio.gather(*(db.write(rich, user(n)) for n in range(PEOPLE)))
        room_id = await db.write(create_room, user(0), NewRoom(preset="public_chat"))
        for n in range(1, MEMBERS):
            await db.write(join, user(n), room_id)
        (folder / "room").write_text(room_id)
        details = Details(name="Noodles", mcc="5812", city="Porto", country="PT")
        opened = [await db.write(merchants.open, user(n), "shop", details) for n in range(SHOPS)]
        shops = [one["id"] for one in opened if isinstance(one, dict)]
        (folder / "shops").write_text("\n".join(shops))
        await db.close()

    asyncio.run(fill())


def run(folder: Path, what: str, callers: int, seconds: float) -> Round:
    """Pay for some seconds and return what came of it."""
    db = Database(folder / "courtyard.db", World(SystemClock(), SETTINGS), MemoryBus())
    room_id = RoomId((folder / "room").read_text())
    chance = random.Random(time.time_ns())
    run_id = f"{time.time_ns():x}"
    numbers = itertools.count()

    def chat() -> Any:
        sender, to = chance.sample(range(MEMBERS), 2)
        key = f"{run_id}{next(numbers)}"
        payer = Payer(user_id=user(sender), device_id=DeviceId("bench"))
        return db.write(offers.make, payer, key, room_id, user(to), LEAF, 1)

    def uniform() -> Any:
        sender, to = chance.sample(range(PEOPLE), 2)
        return direct(sender, to)

    def hot() -> Any:
        return direct(chance.randrange(1, PEOPLE), 0)

    def direct(sender: int, to: int) -> Any:
        payer = Payer(user_id=user(sender), device_id=DeviceId("bench"))
        return db.write(pay, payer, f"{run_id}{next(numbers)}", user(to), 1)

    shops = (folder / "shops").read_text().split()

    def till() -> Any:
        return charge_at(0)

    def shop() -> Any:
        return charge_at(chance.randrange(SHOPS))

    async def charge_at(number: int) -> Any:
        """Somebody shows their code, and a till of the shop scans it."""
        payer = user(chance.randrange(SHOPS, PEOPLE))
        no = f"{run_id}{next(numbers)}"
        # A device shows one code at a time, so each payment here has a device of its own.
        shown = await db.write(paycodes.make, payer, DeviceId(no))
        session = Session(user_id=user(number), device_id=DeviceId("bench"), token_id="t")
        asker = Asker(session, None)
        wish = orders.Wish(
            out_trade_no=no,
            kind="till",
            currency=LEAF,
            amount=1,
            description="Soup",
        )
        code = rules_paycodes.hash_of(shown["code"])
        told = await db.write(charge.charge, asker, MerchantId(shops[number]), code, wish)
        assert isinstance(told, dict), told
        assert told["state"] == "paid", told
        return told

    wishes: dict[str, Callable[[], Any]] = {
        "chat": chat,
        "uniform": uniform,
        "hot": hot,
        "tills": till,
        "shops": shop,
    }
    wish = wishes[what]
    took: list[float] = []
    began = 0.0

    async def caller(until: float) -> None:
        # At least one payment is timed, however slow the machine.
        while (at := time.perf_counter()) < until or not took:
            outcome = await wish()
            assert isinstance(outcome, dict), outcome
            if at >= began:
                took.append(time.perf_counter() - at)

    async def all_callers() -> float:
        nonlocal began
        db.start()
        began = time.perf_counter() + WARM_UP_S
        until = began + seconds
        await asyncio.gather(*(caller(until) for _ in range(callers)))
        elapsed = time.perf_counter() - began
        await db.close()
        return elapsed

    cpu = time.process_time()
    elapsed = asyncio.run(all_callers())
    cpu = time.process_time() - cpu
    return {
        "per_s": len(took) / elapsed,
        "p50_ms": percentile(took, 50) * 1e3,
        "p99_ms": percentile(took, 99) * 1e3,
        "cpu_us": cpu / max(1, next(numbers)) * 1e6,
    }


def bare(folder: Path, batch: int, seconds: float) -> Round:
    """Return how many payments a second the tables alone take: no verb, no queue, no caller; the answer is kept as text.

    It is what is left when everything that Courtyard does in Python costs nothing.
    """
    driver = connect(folder / "courtyard.db", writable=True)
    chance = random.Random(time.time_ns())
    run_id = f"{time.time_ns():x}"
    count = 0
    began = time.perf_counter()
    while time.perf_counter() < began + seconds:
        driver.execute("BEGIN IMMEDIATE")
        for _ in range(batch):
            source, target = (f"user/{user(n)}/LEAF" for n in chance.sample(range(PEOPLE), 2))
            key = hashlib.blake2b(f"{run_id}{count}".encode(), digest_size=15).hexdigest()
            driver.execute("SAVEPOINT verb")
            driver.execute(_BARE_ANSWER, (source, key)).fetchone()
            driver.execute(_BARE_FUNDS, (source,)).fetchone()
            driver.execute(_BARE_JOURNAL, (key, count, source, key))
            driver.execute(_BARE_TRANSFER, (key, source, target))
            driver.execute(_BARE_KEEP, (source, key, b"x" * 32, "x" * 100))
            driver.execute("RELEASE verb")
            count += 1
        driver.execute("COMMIT")
    elapsed = time.perf_counter() - began
    driver.close()
    return {"per_s": count / elapsed}


_BARE_ANSWER = "SELECT body FROM wallet_answers WHERE user_id = ? AND key = ?"
_BARE_FUNDS = "SELECT posted, held, floor FROM wallet_accounts WHERE id = ?"
_BARE_JOURNAL = (
    "INSERT INTO wallet_journals (id, made_at, kind, actor, ref) VALUES (?, ?, 'bare', ?, ?)"
)
_BARE_TRANSFER = (
    "INSERT INTO wallet_transfers (journal, src, dst, amount) VALUES"
    " ((SELECT no FROM wallet_journals WHERE id = ?), (SELECT no FROM wallet_accounts WHERE id = ?),"
    " (SELECT no FROM wallet_accounts WHERE id = ?), 1)"
)
_BARE_KEEP = "INSERT INTO wallet_answers VALUES (?, ?, ?, NULL, ?, 0)"


def size(folder: Path) -> Round:
    """Return how many bytes of the file one transfer takes, with its journal and entries."""
    driver = sqlite3.connect(folder / "courtyard.db")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (count,) = driver.execute("SELECT COUNT(*) FROM wallet_transfers").fetchone()
    (page,) = driver.execute("PRAGMA page_size").fetchone()
    driver.close()
    # Free pages and other tables are not the ledger's: each of its tables is copied into a file of its own.
    alone = folder / "alone.db"
    alone.unlink(missing_ok=True)
    copy = sqlite3.connect(alone)
    copy.execute("ATTACH ? AS whole", (str(folder / "courtyard.db"),))
    tables = ("wallet_journals", "wallet_transfers", "wallet_entries")
    marks = ", ".join("?" * len(tables))
    made = copy.execute(
        "SELECT sql FROM whole.sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"  # noqa: S608
        f" AND tbl_name IN ({marks}) ORDER BY type DESC",
        tables,
    ).fetchall()
    for (sql,) in made:
        copy.execute(sql)
    for table in tables:
        copy.execute(f"INSERT INTO main.{table} SELECT * FROM whole.{table}")  # noqa: S608
    copy.commit()
    (pages,) = copy.execute("PRAGMA main.page_count").fetchone()
    copy.close()
    return {"bytes": pages * page / count}


def main() -> None:
    """Do one run and print its figures as JSON."""
    folder, what, callers, seconds = sys.argv[1:]
    if what == "found":
        found(Path(folder))
    elif what == "bare":
        print(json.dumps(bare(Path(folder), int(callers), float(seconds))))
    elif what == "size":
        print(json.dumps(size(Path(folder))))
    else:
        print(json.dumps(run(Path(folder), what, int(callers), float(seconds))))


if __name__ == "__main__":
    main()
