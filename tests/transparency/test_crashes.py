"""A stop anywhere: the next start goes on with the same log, nothing lost, nothing twice, and never two roots for a size."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.storage.database import Database
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.world import World
from courtyard.transparency import check, store, store_check
from courtyard.transparency.audit import audit
from courtyard.transparency.errors import HaltedError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.integrate import Integrator, Round, _open
from courtyard.transparency.model import Checkpoint, Tile
from courtyard.transparency.rules_note import open_checkpoint, parse_vkey
from courtyard.transparency.stage import stage
from tests.fakes import FakeClock
from tests.transparency.logs import path_of, some
from tests.transparency.naive import mth


class PowerCutError(Exception):
    """The machine stopped."""


class Signed:
    """Everything that was ever published, by size: what people out there may have kept."""

    def __init__(self) -> None:
        self.roots: dict[int, bytes] = {}

    def note(self, checkpoint: Checkpoint) -> None:
        assert self.roots.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root


@pytest.fixture
def data(settings: Settings, migrated: Path) -> Settings:
    """A data directory with an empty database."""
    Path(settings.data).mkdir(parents=True)
    shutil.copy(migrated, settings.data)
    return settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Integrator]]:
    """Open database and log as a server does, and let no round run by itself."""
    db = Database(Path(settings.data) / DATABASE_FILE, World(FakeClock(), settings), MemoryBus())
    db.start()
    integrator = db.world.memory(Integrator)
    try:
        await integrator.start(db)
        await integrator.stop()
        yield db, integrator
    finally:
        await db.close()


def published(settings: Settings) -> Checkpoint:
    """Return the checkpoint that everybody reads, verified."""
    folder = LogFolder(settings)
    note = folder.note()
    assert note is not None
    with closing(sqlite3.connect(Path(settings.data) / DATABASE_FILE)) as driver:
        ((vkey,),) = driver.execute("SELECT vkey FROM log_keys WHERE role = 'log'")
    return open_checkpoint(note, parse_vkey(vkey))


async def must_be_whole(db: Database, count: int, signed: Signed) -> None:
    """Hold the whole log against the leaves 0 to `count`, in order, each once."""
    settings = db.world.settings
    checkpoint = published(settings)
    signed.note(checkpoint)
    lines = [each.line for each in some(0, count)]
    entries: list[bytes] = []
    audit(checkpoint, LogFolder(settings).tile, lambda _, entry: entries.append(entry))
    assert entries == lines
    for size, root in await db.read(lambda tx: list(store_check.heads(tx))):
        assert root == mth(lines[:size])
    for size, root in signed.roots.items():
        assert root == mth(lines[:size])
    note = LogFolder(settings).note()
    assert await db.read(lambda tx: list(check.violations(tx))) == []
    assert await db.read(lambda tx: list(check.damaged_files(tx, note))) == []


async def stage_all(db: Database, first: int, count: int) -> None:
    for number, each in enumerate(some(first, count), start=first):
        assert await db.write(stage, each) == number


@pytest.mark.parametrize("done", range(len(Round.STEPS) + 1))
@pytest.mark.parametrize("before, more, later", [(0, 3, 0), (250, 10, 0), (255, 1, 4), (0, 0, 2)])
async def test_a_stop_between_any_two_steps(
    data: Settings, done: int, before: int, more: int, later: int
) -> None:
    signed = Signed()
    async with opened(data) as (db, integrator):
        if before:
            await stage_all(db, 0, before)
            await integrator.run_round(db)
            signed.note(published(data))
        await stage_all(db, before, more)
        stopped = Round(db, LogFolder(data), integrator.keys)
        for step in Round.STEPS[:done]:
            await step(stopped)
        if LogFolder(data).note() is not None:
            signed.note(published(data))
    async with opened(data) as (db, integrator):
        await stage_all(db, before + more, later)
        await integrator.run_round(db)
        await must_be_whole(db, before + more + later, signed)


@pytest.mark.parametrize("done", range(len(Round.STEPS) + 1))
async def test_a_stop_in_the_very_first_round(data: Settings, done: int) -> None:
    db = Database(Path(data.data) / DATABASE_FILE, World(FakeClock(), data), MemoryBus())
    db.start()
    keys = await _open(db, LogFolder(data))
    await stage_all(db, 0, 2)
    first = Round(db, LogFolder(data), keys)
    for step in Round.STEPS[:done]:
        await step(first)
    await db.close()
    async with opened(data) as (again, integrator):
        await stage_all(again, 2, 1)
        await integrator.run_round(again)
        await must_be_whole(again, 3, Signed())


async def test_a_power_cut_at_any_write_to_a_file(
    data: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left, signed = LogFolder._write, [10**9], Signed()

    def write(folder: LogFolder, path: Path, content: bytes, **kwargs: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            # Half of it beside the old file, as a real cut would leave it.
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(path.name + ".new").write_bytes(content[: len(content) // 2])
            raise PowerCutError
        real(folder, path, content, **kwargs)

    monkeypatch.setattr(LogFolder, "_write", write)
    count = cuts = 0
    for allowed in range(40):
        async with opened(data) as (db, integrator):
            await stage_all(db, count, 90)
            count += 90
            left[0] = allowed % 9
            try:
                await integrator.run_round(db)
            except PowerCutError:
                cuts += 1
            left[0] = 10**9
            if LogFolder(data).note() is not None:
                signed.note(published(data))
    assert cuts > 20
    async with opened(data) as (db, integrator):
        await integrator.run_round(db)
        await must_be_whole(db, count, signed)


async def test_a_power_cut_while_the_first_keys_are_made(
    data: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = LogFolder.keep_seed, [0]

    def keep_seed(folder: LogFolder, role: str, seed: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise PowerCutError
        real(folder, role, seed)

    monkeypatch.setattr(LogFolder, "keep_seed", keep_seed)
    for allowed in (0, 1):
        left[0] = allowed
        with pytest.raises(PowerCutError):
            async with opened(data):
                pass
    left[0] = 2
    async with opened(data) as (db, integrator):
        await stage_all(db, 0, 3)
        await integrator.run_round(db)
        await must_be_whole(db, 3, Signed())
    for role in ("log", "witness"):
        assert (LogFolder(data).path / f"{role}.key").stat().st_mode & 0o777 == 0o600


@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 5, 130, 256]), st.integers(0, len(Round.STEPS))),
        max_size=5,
    )
)
def test_no_sequence_of_stops_loses_or_doubles_an_entry(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory, lives: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("lives")
    shutil.copy(migrated, folder)
    settings = Settings(server_name="test.example", data=str(folder))  # type: ignore[arg-type]  # a plain literal

    async def live() -> None:
        signed, count = Signed(), 0
        for more, done in lives:
            async with opened(settings) as (db, integrator):
                await stage_all(db, count, more)
                count += more
                one = Round(db, LogFolder(settings), integrator.keys)
                for step in Round.STEPS[:done]:
                    await step(one)
                if LogFolder(settings).note() is not None:
                    signed.note(published(settings))
        async with opened(settings) as (db, integrator):
            await integrator.run_round(db)
            await must_be_whole(db, count, signed)

    asyncio.run(live())


# --- a database that was put back -----------------------------------------------------------------


async def test_an_old_backup_is_detected_and_never_forks_the_log(
    data: Settings, tmp_path: Path
) -> None:
    path = Path(data.data) / DATABASE_FILE
    async with opened(data) as (db, integrator):
        await stage_all(db, 0, 5)
        await integrator.run_round(db)
        await stage_all(db, 5, 2)
    shutil.copy(path, tmp_path / "backup")
    async with opened(data) as (db, integrator):
        await stage_all(db, 7, 3)
        await integrator.run_round(db)
        before = LogFolder(data).note()

    shutil.copy(tmp_path / "backup", path)
    async with opened(data) as (db, integrator):
        assert integrator.halted is not None
        assert "older than the published log" in integrator.halted
        with pytest.raises(HaltedError):
            await db.write(stage, some(100, 1)[0])
        with pytest.raises(HaltedError):
            await integrator.run_round(db)
        found = await db.read(lambda tx: list(check.damaged_files(tx, before)))
        assert any("which the database does not know" in each for each in found)
    assert LogFolder(data).note() == before


async def test_a_command_on_an_old_backup_stages_nothing_either(
    data: Settings, tmp_path: Path
) -> None:
    path = Path(data.data) / DATABASE_FILE
    async with opened(data):
        pass
    shutil.copy(path, tmp_path / "backup")
    async with opened(data) as (db, integrator):
        await stage_all(db, 0, 3)
        await integrator.run_round(db)
    shutil.copy(tmp_path / "backup", path)
    # As `courtyard conduct` does: no server has looked at the directory yet.
    db = Database(path, World(FakeClock(), data), MemoryBus())
    db.start()
    with pytest.raises(HaltedError, match="an old one"):
        await db.write(stage, some(100, 1)[0])
    assert await db.read(store.leaf_count) == 0
    await db.close()


@pytest.mark.parametrize("role", ["log", "witness"])
@pytest.mark.parametrize("damage", ["lost", "exchanged", "cut", "nonsense"])
async def test_a_key_is_never_replaced_in_silence(data: Settings, role: str, damage: str) -> None:
    async with opened(data) as (db, integrator):
        await stage_all(db, 0, 3)
        await integrator.run_round(db)
    path = LogFolder(data).path / f"{role}.key"
    if damage == "lost":
        path.unlink()
    else:
        path.write_text({"exchanged": "00" * 32, "cut": "00" * 31, "nonsense": "key"}[damage])
    async with opened(data) as (db, integrator):
        assert f"{role}.key" in (integrator.halted or "")
        with pytest.raises(HaltedError):
            await db.write(stage, some(3, 1)[0])
        note = LogFolder(data).note()
        found = await db.read(lambda tx: list(check.damaged_files(tx, note)))
        assert any(f"{role}.key" in each for each in found)


@pytest.mark.parametrize("damage", ["flipped", "lost", "checkpoint", "another root"])
async def test_spoilt_files_stop_the_log(data: Settings, damage: str) -> None:
    async with opened(data) as (db, integrator):
        await stage_all(db, 0, 300)
        await integrator.run_round(db)
    tile = path_of(data, Tile(0, 1))
    if damage == "flipped":
        content = tile.read_bytes()
        tile.write_bytes(content[:70] + bytes([content[70] ^ 4]) + content[71:])
    elif damage == "lost":
        tile.unlink()
    elif damage == "checkpoint":
        (LogFolder(data).path / "checkpoint").write_bytes(b"nonsense")
    else:
        with closing(sqlite3.connect(Path(data.data) / DATABASE_FILE)) as driver:
            driver.execute("UPDATE log_heads SET root = zeroblob(32)")
            driver.commit()
    async with opened(data) as (db, integrator):
        assert integrator.halted is not None
        note = LogFolder(data).note()
        assert await db.read(lambda tx: list(check.damaged_files(tx, note)))


async def test_a_tile_spoilt_while_the_server_runs_gets_no_new_root(data: Settings) -> None:
    async with opened(data) as (db, integrator):
        await stage_all(db, 0, 3)
        await integrator.run_round(db)
        before = LogFolder(data).note()
        tile = path_of(data, Tile(0, 0))
        tile.write_bytes(bytes(96))
        await stage_all(db, 3, 1)
        with pytest.raises(HaltedError, match="tiles do not give the root"):
            await integrator.run_round(db)
    assert LogFolder(data).note() == before
