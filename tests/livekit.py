"""The real LiveKit server, for tests of group calls: `make livekit` builds it, or COURTYARD_LIVEKIT says where it is."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.ports import free_port, free_ports
from tests.server import ROOT

BUILT: Final = ROOT / ".cache" / "livekit" / "livekit-server"
KEY: Final = "courtyard"
SECRET: Final = "a secret of the tests, as long as it must be"
START_SECONDS_MAX: Final = 30


def livekit_program() -> Path:
    """Return where the program is; a test that needs it is left out where it is not, except on CI."""
    program = Path(os.environ.get("COURTYARD_LIVEKIT") or BUILT)
    if program.exists():
        return program
    left_out = "group calls over a real LiveKit server: make livekit (it needs Go 1.26)"
    if os.environ.get("COURTYARD_LIVEKIT_NEEDED"):
        pytest.fail(left_out)
    pytest.skip(left_out)


class LiveKit:
    """A LiveKit server of our own on this machine.

    Attributes:
        url: where browsers reach it.
        settings: the variables that tell a Courtyard server of it.
    """

    def __init__(self, program: Path, folder: Path) -> None:
        """Choose ports; start nothing yet."""
        self._program = program
        self._folder = folder
        ports = free_ports(2)
        self.port = ports[0]
        self.url = f"ws://127.0.0.1:{self.port}"
        self.settings = {
            "COURTYARD_LIVEKIT_URL": self.url,
            "COURTYARD_LIVEKIT_API_KEY": KEY,
            "COURTYARD_LIVEKIT_API_SECRET": SECRET,
        }
        self._config = "\n".join(
            (
                f"port: {self.port}",
                "bind_addresses: [127.0.0.1]",
                f"keys: {{ {KEY}: '{SECRET}' }}",
                "rtc:",
                f"  tcp_port: {ports[1]}",
                f"  udp_port: {free_port(socket.SOCK_DGRAM)}",
                "  use_external_ip: false",
                "  enable_loopback_candidate: true",
                "  node_ip: 127.0.0.1",
                "  interfaces: { includes: [lo] }",
                # The fake microphone only beeps now and then; that is to count as talking.
                "audio: { active_level: 60, min_percentile: 1 }",
                "logging: { level: warn }",
            )
        )
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        path = self._folder / "livekit.yaml"
        path.write_text(self._config)
        log = (self._folder / "livekit.log").open("ab")
        try:
            self._process = await asyncio.create_subprocess_exec(
                str(self._program), "--config", str(path), stdout=log, stderr=log
            )
        finally:
            log.close()
        async with asyncio.timeout(START_SECONDS_MAX):
            # Another process gives no signal when its socket listens, so ask again.
            while not await _listens(self.port):
                assert self._process.returncode is None, self.log()
                await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """End it at once."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def log(self) -> str:
        """Return what it wrote."""
        return (self._folder / "livekit.log").read_text(errors="replace")[-20_000:]


@asynccontextmanager
async def running_livekit(folder: Path) -> AsyncIterator[LiveKit]:
    """Run a LiveKit server until the block ends."""
    made = LiveKit(livekit_program(), folder)
    try:
        await made.start()
        yield made
    finally:
        await made.kill()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
