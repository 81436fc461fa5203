from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.storage.database import Database
from courtyard.storage.migrate import migrate
from courtyard.storage.world import World
from tests.fakes import FakeClock


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "courtyard.db"
    migrate(path)
    made = Database(path, World(FakeClock(), Settings(rate_limits="off")), MemoryBus())
    made.start()
    yield made
    await made.close()
