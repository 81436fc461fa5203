"""Real clients against a real server, with everything they exchange held against the specification."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.clients.js_person import JsPerson, JsProcess, js_process, node_or_skip
from tests.clients.nio_person import NioPerson
from tests.clients.proxy import RecordingProxy
from tests.openapi import SpecValidator
from tests.server import Server, running_server, show_log

OTHER_SERVER = "COURTYARD_TEST_SERVER"
"""Set to the base URL of a running homeserver to try the tests themselves; its violations are only listed."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    show_log(item, report)
    recording = getattr(item, "funcargs", {}).get("proxy")
    if report.failed and isinstance(recording, RecordingProxy):
        refused = [
            f"{it.method} {it.path} -> {it.status} {it.body[:300].decode(errors='replace')}"
            for it in recording.exchanges
            if it.status >= 400
        ]
        report.sections.append(("refused requests", "\n".join(refused)))
    return report


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server | None]:
    """Our server in a process of its own, or None when OTHER_SERVER names another."""
    if OTHER_SERVER in os.environ:
        yield None
        return
    async with running_server(tmp_path) as ours:
        yield ours


@pytest.fixture
async def proxy(server: Server | None) -> AsyncIterator[RecordingProxy]:
    """The address clients use. Any violation of the specification by our server fails the test."""
    validator = SpecValidator.at_hand() or SpecValidator({"paths": {}})
    base_url = server.base_url if server else os.environ[OTHER_SERVER]
    async with RecordingProxy(base_url, validator) as recording:
        yield recording
    told = sorted({str(violation) for violation in recording.violations})
    if server is not None:
        assert told == []
    elif told:
        print(*told, sep="\n")


@pytest.fixture
def node() -> Path:
    """A Node.js with matrix-js-sdk. Only its absence skips, and never in CI."""
    return node_or_skip()


@pytest.fixture
async def js(node: Path, tmp_path: Path) -> AsyncIterator[JsProcess]:
    """A process for the matrix-js-sdk clients of one test."""
    async with js_process(node, tmp_path / "node.log") as process:
        yield process


class People:
    """Makes accounts and devices; names are unique over all tests."""

    def __init__(self, base_url: str, folder: Path, stack: AsyncExitStack) -> None:
        self.base_url = base_url
        self._folder = folder
        self._stack = stack
        self._suffix = secrets.token_hex(4)
        self._count = 0

    async def nio(self, name: str) -> NioPerson:
        """Register an account with matrix-nio."""
        user = f"{name}-{self._suffix}"
        return await self._keep(
            await NioPerson.register(
                self.base_url, user, secrets.token_urlsafe(), self._next_folder()
            )
        )

    async def nio_again(self, person: Any) -> NioPerson:
        """Log another nio device into an account."""
        return await self._keep(
            await NioPerson.login(
                self.base_url, person.user_id, person.password, self._next_folder()
            )
        )

    async def js(self, js: JsProcess, name: str) -> JsPerson:
        """Register an account with matrix-js-sdk."""
        user, password = f"{name}-{self._suffix}", secrets.token_urlsafe()
        return await JsPerson.enter(js, "register", self.base_url, user, password, who=name)

    async def js_again(self, js: JsProcess, person: JsPerson, who: str) -> JsPerson:
        """Log another js device into an account; `who` names it."""
        return await JsPerson.enter(
            js, "login", self.base_url, person.user_id, person.password, who=who
        )

    def _next_folder(self) -> Path:
        self._count += 1
        return self._folder / f"nio-{self._count}"

    async def _keep(self, person: NioPerson) -> NioPerson:
        self._stack.push_async_callback(person.close)
        return person


@pytest.fixture
async def people(proxy: RecordingProxy, tmp_path: Path) -> AsyncIterator[People]:
    """Make people for a test."""
    async with AsyncExitStack() as stack:
        yield People(proxy.base_url, tmp_path, stack)
    assert proxy.exchanges, "nothing went through the proxy"
