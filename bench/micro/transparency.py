"""The public log at a million entries: to append one, and to prove one."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.micro.timing import Timing, measure

if TYPE_CHECKING:
    from courtyard.base.settings import Settings
    from courtyard.transparency.model import Leaf

SIZE = 1_000_000
BATCH = 256
BUDGET_US = 1_000
ROUNDS = 30


def timings() -> Iterator[Timing]:
    """Build a log of a million entries in a temporary folder, and time appends and proofs on it."""
    from courtyard.base.ids import ServerName
    from courtyard.base.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(server_name=ServerName("bench.localhost"), data=folder)
        began = time.perf_counter()
        asyncio.run(_build(settings))
        print(f"log: {SIZE:,} entries built in {time.perf_counter() - began:.0f} s", flush=True)
        yield from asyncio.run(_measure(settings))


def _leaves() -> Iterator[Leaf]:
    from courtyard.transparency.rules_leaf import commit, make_leaf

    digest = commit(bytes(32), b"statement")
    fields: dict[str, object] = {
        "rules": digest,
        "rule": "R4.2",
        "ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "measures": [{"type": "feature", "caps": ["feed.like"], "secs": 86_400}],
        "src": "SOURCE_ARTICLE_16",
        "auto_det": False,
        "auto_dec": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "actors": ["a:" + "5c" * 12, "a:" + "77" * 12],
        "subject_commit": digest,
        "statement_commit": digest,
    }
    for number in count():
        yield make_leaf("decision.issued", f"d_{number:016x}", "2026-11-22", fields)


async def _build(settings: Settings) -> None:
    """Write database and tiles as a log of that size has them; nothing is flushed, it is thrown away."""
    from courtyard.storage.migrate import migrate
    from courtyard.storage.pin import DATABASE_FILE
    from courtyard.transparency.folder import LogFolder
    from courtyard.transparency.model import Tile
    from courtyard.transparency.rules_merkle import root
    from courtyard.transparency.rules_tiles import hashes_of, new_bundles, new_tiles, tile_path

    path = Path(settings.data) / DATABASE_FILE
    migrate(path)
    folder = LogFolder(settings)
    leaves, size = _leaves(), 0
    # Entries differ by their number alone, which is quicker than a million validations.
    template = next(leaves).line
    driver = sqlite3.connect(path)
    while size < SIZE:
        entries = [
            template.replace(b"d_0000000000000000", b"d_%016x" % number)
            for number in range(size, min(size + 65_536, SIZE))
        ]
        made = [*new_bundles(size, entries, folder.read), *new_tiles(size, entries, folder.read)]
        for tile, data in made:
            file = folder.path / tile_path(Tile(tile.level, tile.index))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        rows = ((size + at, entry.decode()) for at, entry in enumerate(entries))
        driver.executemany("INSERT INTO log_leaves VALUES (?, ?)", rows)
        size += len(entries)
    head = root(size, hashes_of(size, folder.read))
    driver.execute("INSERT INTO log_heads VALUES (?, ?, 1)", (size, head))
    driver.commit()
    driver.close()


async def _measure(settings: Settings) -> list[Timing]:
    from courtyard.app.clock import SystemClock
    from courtyard.bus.memory import MemoryBus
    from courtyard.storage.database import Database
    from courtyard.storage.pin import DATABASE_FILE
    from courtyard.storage.tx import ReadTx, WriteTx
    from courtyard.storage.world import World
    from courtyard.transparency.integrate import Integrator
    from courtyard.transparency.proof import inclusion
    from courtyard.transparency.stage import stage

    path = Path(settings.data) / DATABASE_FILE
    db = Database(path, World(SystemClock(), settings), MemoryBus())
    db.start()
    integrator = db.world.memory(Integrator)
    await integrator.start(db)
    await integrator.stop()
    await integrator.run_round(db)
    leaves = _leaves()
    found = []

    driver = sqlite3.connect(path, isolation_level=None)
    driver.execute("BEGIN IMMEDIATE")
    tx = WriteTx(driver, db.world, 0)
    found.append(
        measure("log: stage a leaf, in its transaction", lambda: stage(tx, next(leaves)), BUDGET_US)
    )
    driver.execute("ROLLBACK")

    async def stage_one() -> None:
        await db.write(stage, next(leaves))

    async def stage_many() -> None:
        await asyncio.gather(*(db.write(stage, next(leaves)) for _ in range(BATCH)))

    async def publish() -> None:
        await integrator.run_round(db)

    async def nothing() -> None:
        await asyncio.sleep(0)

    found.append(await _time("log: stage a leaf, alone and durable", nothing, stage_one, 1, None))
    found.append(
        await _time(
            f"log: {BATCH} into the tree and published, each", stage_many, publish, BATCH, BUDGET_US
        )
    )
    found.append(await _time("log: one into the tree and published", stage_one, publish, 1, None))

    rx = ReadTx(driver, db.world)
    chance = random.Random(1)
    found.append(
        measure("log: proof of an entry", lambda: inclusion(rx, chance.randrange(SIZE)), BUDGET_US)
    )
    await db.close()
    driver.close()
    return found


async def _time(
    name: str,
    before: Callable[[], Awaitable[None]],
    act: Callable[[], Awaitable[None]],
    share: int,
    budget_us: float | None,
) -> Timing:
    taken = []
    for _ in range(ROUNDS):
        await before()
        began = time.perf_counter()
        await act()
        taken.append((time.perf_counter() - began) / share * 1e6)
    return Timing(name, median(taken), min(taken), budget_us)
