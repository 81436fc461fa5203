"""Fixtures: a real server over a real database file, in the test's own process."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.base.ids import ServerName
from courtyard.base.settings import Settings
from courtyard.storage.migrate import migrate
from tests.api import Api, User
from tests.fakes import FakeClock
from tests.founding import found
from tests.openapi import SpecValidator, response_hook

SERVER_NAME = "test.example"


@pytest.fixture
def clock() -> FakeClock:
    """Time that moves only when a test says so."""
    return FakeClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of the test server. A test module may override this fixture."""
    return Settings(
        server_name=SERVER_NAME,  # type: ignore[arg-type]  # a plain literal
        data=str(tmp_path / "data"),
        rate_limits="off",
        registration_shared_secret="test secret",
        password_memory_kib=64,
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated database, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / DATABASE_FILE
    migrate(path)
    return path


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """The data directory of a server that was started once, to be copied."""
    folder = tmp_path_factory.mktemp("founded") / "data"
    folder.mkdir()
    shutil.copy(migrated, folder)
    asyncio.run(found(Settings(server_name=ServerName(SERVER_NAME), data=str(folder))))
    return folder


@pytest.fixture
async def server(settings: Settings, clock: FakeClock, founded: Path) -> AsyncIterator[Server]:
    """A started server."""
    shutil.copytree(founded, settings.data, dirs_exist_ok=True)
    made = Server(settings, clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(scope="session")
def validator() -> SpecValidator | None:
    """The specification's schemas, when they are at hand."""
    return SpecValidator.at_hand()


@pytest.fixture
async def api(server: Server, validator: SpecValidator | None) -> AsyncIterator[Api]:
    """Requests without an account."""
    transport = httpx.ASGITransport(server.asgi, raise_app_exceptions=True)  # type: ignore[arg-type]
    hooks = {"response": [response_hook(validator)] if validator else []}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test.example", event_hooks=hooks
    ) as http:
        yield Api(http)


@pytest.fixture
async def alice(api: Api) -> User:
    """An account."""
    return await api.register("alice")


@pytest.fixture
async def bob(api: Api) -> User:
    """Another account."""
    return await api.register("bob")


@pytest.fixture
async def carol(api: Api) -> User:
    """A third account."""
    return await api.register("carol")


@pytest.fixture
def uid() -> Callable[[str], str]:
    """Turn a localpart into a user id of the test server."""
    return lambda name: f"@{name}:{SERVER_NAME}"
