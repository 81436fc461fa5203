"""People with browsers, before the real server with the client as it was built.

One Chromium serves all journeys, each person in a context of their own, so all of them share one event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from courtyard.app.web_client import FOLDER
from tests.browser import FAKE_DEVICES, chromium
from tests.server import Server, running_server
from tests.web.beginnings import Beginning, Town, make_beginnings, running_town

HERE = Path(__file__).parent
MINUTES_MAX = 6
# A call from one page to another stays on this machine.
FLAGS = (*FAKE_DEVICES, "--allow-loopback-in-peer-connection")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every journey run in the event loop that Chromium was started in, and give it the time that a busy machine takes."""
    for item in items:
        if HERE not in item.path.parents or not pytest_asyncio.is_async_test(item):
            continue
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(MINUTES_MAX * 60))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def every_browser() -> AsyncIterator[Any]:
    """The Chromium of the whole run."""
    assert (FOLDER / "index.html").exists(), "the web client is not built: make web"
    async with chromium(*FLAGS) as made:
        yield made


async def _seen(page: Any) -> str:
    """Return what stands on a page, or why that cannot be told: it may have crashed."""
    from playwright.async_api import Error

    try:
        return str(await page.locator("body").aria_snapshot(timeout=5_000))
    except Error as error:
        return str(error)


HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what failed: its pages are told of."""
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(loop_scope="session")
async def browser(every_browser: Any, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """A browser without any context in it, as it is left without any."""
    yield every_browser
    has_failed = request.node.stash.get(HAS_FAILED, False)
    for context in every_browser.contexts:
        # Whoever has nothing but the output must be able to see what stood there.
        for page in context.pages if has_failed else ():
            print(f"--- {page.url}\n{await _seen(page)}")
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server that nobody knows yet."""
    async with running_server(tmp_path) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def beginnings(
    every_browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Beginning]:
    """How far alice and bob have come before most journeys begin; made once."""
    return await make_beginnings(every_browser, tmp_path_factory.mktemp("beginnings"))


@pytest.fixture
def town_settings() -> dict[str, str]:
    """COURTYARD_* variables of the servers on which alice and bob have signed up."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def settled(
    browser: Any, beginnings: dict[str, Beginning], tmp_path: Path, town_settings: dict[str, str]
) -> AsyncIterator[Town]:
    """A server on which alice and bob have signed up."""
    async with running_town(browser, beginnings["settled"], tmp_path, town_settings) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="session")
async def chatting(
    browser: Any, beginnings: dict[str, Beginning], tmp_path: Path, town_settings: dict[str, str]
) -> AsyncIterator[Town]:
    """A server on which alice and bob have signed up and chat with each other."""
    async with running_town(browser, beginnings["chatting"], tmp_path, town_settings) as town:
        yield town
