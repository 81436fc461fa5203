"""A log that stands still is put back on its feet where all of it is still there, and left alone where it is not."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from courtyard.base.settings import Settings
from courtyard.cli.check import violations
from courtyard.cli.main import app
from courtyard.storage.pin import DATABASE_FILE
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.model import ENTRIES, Tile
from tests.transparency.logs import files, path_of, publish, some, started


def recover(settings: Settings) -> tuple[int, str]:
    command = ["log", "recover", "--data", settings.data]
    answer = CliRunner().invoke(app, command)
    return answer.exit_code, answer.output


async def grow(settings: Settings, first: int, count: int) -> str | None:
    """Start a server, let its log grow, stop it; return why the log stands still, if it does."""
    server = await started(settings)
    halted = server.world.memory(Integrator).halted
    if halted is None:
        await publish(server, *some(first, count))
    await server.stop()
    return halted


@pytest.fixture
def data(settings: Settings, migrated: Path) -> Settings:
    """A data directory with an empty database."""
    Path(settings.data).mkdir(parents=True)
    shutil.copy(migrated, settings.data)
    return settings


async def halted_by_a_backup(data: Settings, tmp_path: Path) -> None:
    path = Path(data.data) / DATABASE_FILE
    await grow(data, 0, 5)
    shutil.copy(path, tmp_path / "backup")
    await grow(data, 5, 300)
    shutil.copy(tmp_path / "backup", path)
    assert "older than" in (await grow(data, 5, 1) or "")


async def test_an_old_database_takes_over_what_is_published(data: Settings, tmp_path: Path) -> None:
    await halted_by_a_backup(data, tmp_path)
    before = files(data)

    code, said = await asyncio.to_thread(recover, data)
    assert (code, "took 300 entries" in said) == (0, True), said

    assert files(data) == before
    assert await grow(data, 305, 10) is None
    assert list(violations(Path(data.data))) == []
    before = files(data)
    code, said = await asyncio.to_thread(recover, data)
    assert (code, "315 entries were written anew" in said) == (0, True), said
    assert files(data) == before


async def test_what_is_published_and_damaged_is_not_taken_over(
    data: Settings, tmp_path: Path
) -> None:
    await halted_by_a_backup(data, tmp_path)
    bundle = path_of(data, Tile(ENTRIES, 1))
    bundle.write_bytes(bundle.read_bytes().replace(b"lapsed", b"lifted", 1))

    code, said = await asyncio.to_thread(recover, data)
    assert (code, "do not hold all of the log" in said) == (2, True), said
    assert "older than" in (await grow(data, 5, 1) or "")


async def test_a_database_of_another_history_takes_over_nothing(
    data: Settings, tmp_path: Path
) -> None:
    await halted_by_a_backup(data, tmp_path)
    with closing(sqlite3.connect(Path(data.data) / DATABASE_FILE)) as driver:
        driver.execute("UPDATE log_leaves SET line = replace(line, 'lapsed', 'lifted')")
        driver.commit()

    code, said = await asyncio.to_thread(recover, data)
    assert (code, "another entry 0" in said) == (2, True), said
    with closing(sqlite3.connect(Path(data.data) / DATABASE_FILE)) as driver:
        assert driver.execute("SELECT COUNT(*) FROM log_leaves").fetchone() == (5,)


@pytest.mark.parametrize("lost", ["all tiles", "one tile", "one bit"])
async def test_lost_tiles_are_made_anew(data: Settings, lost: str) -> None:
    await grow(data, 0, 300)
    before = files(data)
    if lost == "all tiles":
        shutil.rmtree(LogFolder(data).path / "tile")
    elif lost == "one tile":
        path_of(data, Tile(1, 0)).unlink()
    else:
        tile = path_of(data, Tile(0, 1))
        tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])
    assert await grow(data, 300, 1) is not None

    code, said = await asyncio.to_thread(recover, data)
    assert (code, "300 entries were written anew" in said) == (0, True), said

    assert files(data) == before
    assert await grow(data, 300, 1) is None
    assert list(violations(Path(data.data))) == []


async def test_a_lost_bundle_is_made_anew(data: Settings) -> None:
    await grow(data, 0, 300)
    before = files(data)
    for index in (0, 1):
        path_of(data, Tile(ENTRIES, index)).unlink()
    # The one that grows heals by itself; nobody reads the other before it is asked for.
    assert await grow(data, 300, 0) is None
    assert any("entries/000 is missing" in each for each in violations(Path(data.data)))
    assert await grow(data, 300, 1) is None
    assert path_of(data, Tile(ENTRIES, 1)).exists()

    code, said = await asyncio.to_thread(recover, data)
    assert (code, "301 entries were written anew" in said) == (0, True), said
    assert before.keys() == files(data).keys()
    assert list(violations(Path(data.data))) == []


async def test_tiles_are_not_made_of_other_entries(data: Settings) -> None:
    await grow(data, 0, 300)
    shutil.rmtree(LogFolder(data).path / "tile")
    with closing(sqlite3.connect(Path(data.data) / DATABASE_FILE)) as driver:
        driver.execute("DELETE FROM log_leaves WHERE leaf_index = 299")
        driver.commit()
    code, said = await asyncio.to_thread(recover, data)
    assert (code, "does not hold the 300 entries" in said) == (2, True), said
    assert files(data) == {}


async def test_a_lost_key_cannot_be_made_good(data: Settings) -> None:
    await grow(data, 0, 3)
    (LogFolder(data).path / "log.key").unlink()
    before = files(data)
    code, said = await asyncio.to_thread(recover, data)
    assert (code, "log.key is missing" in said) == (2, True), said
    assert files(data) == before
    assert "log.key is missing" in (await grow(data, 3, 1) or "")
