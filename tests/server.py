"""The real server as a child process, for tests that need a process: clients, crashes, restarts.

    async with running_server(tmp_path) as server:
        ...                     # server.base_url
        server.kill()           # kill -9
        await server.start()    # again, on the same data and port

Only what was started here is ended, by its process group.
"""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.later import AHEAD_MS
from tests.ports import free_port

ROOT: Final = Path(__file__).parent.parent
START_SECONDS_MAX: Final = 30.0
STOP_SECONDS_MAX: Final = 15.0
POLL_SECONDS: Final = 0.05
X509_V_FLAG_NO_CHECK_TIME: Final = 0x200000
LOG_SHOWN_BYTES_MAX: Final = 20_000

# Nothing here tests passwords or limits; a cheap hash keeps many registrations from being most of the run.
DEFAULTS: Final = {
    "COURTYARD_RATE_LIMITS": "off",
    "COURTYARD_REGISTRATION": "open",
    "COURTYARD_PASSWORD_MEMORY_KIB": "1024",
}


class ServerFailedError(AssertionError):
    """The server did not start or did not stop; the text ends with its log."""


class Server:
    """A `courtyard serve` of our own: one data directory, one loopback port.

    Attributes:
        base_url: where clients reach it, without a trailing slash.
        data: the data directory; it survives `kill` and `stop`.
        log_path: everything it wrote to stdout and stderr, over all its starts.
        ahead_ms: how far its clock is ahead of the machine's, from the next start on.
    """

    def __init__(
        self,
        data: Path,
        *,
        server_name: str = "courtyard.test",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Choose a port; start nothing yet. `settings` are COURTYARD_* variables."""
        self.data = data
        self.server_name = server_name
        self.port = free_port()
        self._settings = DEFAULTS | dict(settings or {})
        has_tls = {"COURTYARD_TLS", "COURTYARD_TLS_CERT"} & self._settings.keys()
        self.base_url = f"{'https' if has_tls else 'http'}://127.0.0.1:{self.port}"
        self.log_path = data.with_name(data.name + ".log")
        self.ahead_ms = 0
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            ServerFailedError: it ended, or did not answer within START_SECONDS_MAX.
        """
        self._spawn()
        deadline = time.monotonic() + START_SECONDS_MAX
        while not await self._answers():
            if time.monotonic() > deadline:
                self.kill()
                raise ServerFailedError(f"no answer in time\n{self.log()}")
            # Another process gives no signal when its socket listens, so ask again.
            await asyncio.sleep(POLL_SECONDS)

    def trust(self) -> ssl.SSLContext:
        """Return what a device trusts that was given this server's certificate. The first start makes its own authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        root = Path(self._settings.get("COURTYARD_TLS_CERT", self.data / "tls" / "ca.pem"))
        if root.exists():
            context.load_verify_locations(root)
        if self.ahead_ms:
            # Only the server's clock is ahead: to OpenSSL here its certificate is one of the future.
            context.verify_flags |= X509_V_FLAG_NO_CHECK_TIME
        return context

    def kill(self) -> None:
        """Kill it at once, as a power cut would (SIGKILL to its process group)."""
        self._signal(signal.SIGKILL)
        self._reap()

    async def stop(self) -> int:
        """Ask it to end (SIGTERM) and wait.

        Returns:
            Its exit status.

        Raises:
            ServerFailedError: it was still there after STOP_SECONDS_MAX; it has been killed.
        """
        self._signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(self._reap)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailedError(f"did not stop when asked\n{self.log()}") from None

    async def until(self, path: str, is_there: Callable[[bytes], bool]) -> bytes:
        """Ask for something again and again until it is as wanted, and return it.

        Raises:
            TimeoutError: it was not so within START_SECONDS_MAX.
        """
        async with (
            asyncio.timeout(START_SECONDS_MAX),
            httpx.AsyncClient(base_url=self.base_url, timeout=5, verify=self.trust()) as client,
        ):
            # Another process gives no signal, so ask again.
            while not is_there(body := (await client.get(path)).content):  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
        return body

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """The end of what it wrote, for a failure report."""
        if not self.log_path.exists():
            return ""
        return self.log_path.read_bytes()[-LOG_SHOWN_BYTES_MAX:].decode(errors="replace")

    def _spawn(self) -> None:
        assert not self.running, "started twice"
        program = [str(Path(sys.executable).with_name("courtyard"))]
        ahead = {}
        if self.ahead_ms:
            program = [sys.executable, "-m", "tests.later"]
            ahead = {AHEAD_MS: str(self.ahead_ms), "PYTHONPATH": str(ROOT)}
        command = [*program, "serve", "--data", str(self.data)]
        command += ["--listen", f"127.0.0.1:{self.port}", "--server-name", self.server_name]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("COURTYARD_")}
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=inherited | self._settings | ahead,
                start_new_session=True,  # its own group, so that its children end with it
            )

    async def _answers(self) -> bool:
        assert self._process is not None
        if (status := self._process.poll()) is not None:
            raise ServerFailedError(f"ended with status {status} at start\n{self.log()}")
        client = httpx.AsyncClient(base_url=self.base_url, timeout=5, verify=self.trust())
        try:
            async with client:
                answer = await client.get("/_matrix/client/versions")
        except httpx.TransportError:
            return False
        return answer.status_code == 200

    def _signal(self, number: signal.Signals) -> None:
        if self.running:
            assert self._process is not None
            os.killpg(self._process.pid, number)

    def _reap(self) -> int:
        return self._process.wait(STOP_SECONDS_MAX) if self._process else 0


@asynccontextmanager
async def running_server(
    folder: Path, *, server_name: str = "courtyard.test", settings: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Run a server on `folder`/data until the block ends; kill it if it does not stop by itself."""
    server = Server(folder / "data", server_name=server_name, settings=settings)
    try:
        await server.start()
        yield server
        if server.running:
            await server.stop()
    finally:
        server.kill()


def show_log(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add the log of the test's `server` fixture to a failed report. For a conftest's hook."""
    fixtures: dict[str, Any] = getattr(item, "funcargs", {})
    server = fixtures.get("server")
    if report.failed and isinstance(server, Server):
        report.sections.append(("server log", server.log()))
