"""People with browsers, before the real server with the client as it was built."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from courtyard.app.web_client import FOLDER
from tests.browser import FAKE_DEVICES, chromium
from tests.server import Server, running_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    assert (FOLDER / "index.html").exists(), "the web client is not built: make web"
    async with running_server(tmp_path) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    async with chromium(*FAKE_DEVICES) as made:
        yield made
