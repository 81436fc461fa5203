"""A call that finds its way only through a relay, whose credentials the server gives: Debian's coturn."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port
from tests.web.beginnings import Beginning, Town, running_town
from tests.web.test_calls import call, dialog, hears, is_over, rings, two

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECRET = "north"
RELAY_ONLY = """
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(given) { super({ ...given, iceTransportPolicy: 'relay' }); }
};
"""


@asynccontextmanager
async def relay(program: str, folder: Path) -> AsyncIterator[str]:
    """Run a relay on this machine; yields its address, as the server is told it."""
    port = free_port()
    command = [
        *(program, "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}"),
        *("--realm=courtyard.test", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"),
        *(f"--listening-port={port}", "--allow-loopback-peers", "--no-tls", "--no-dtls"),
        *("--no-cli", f"--pidfile={folder / 'relay.pid'}", f"--log-file={folder / 'relay.log'}"),
        "--simple-log",
    ]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield f"turn:127.0.0.1:{port}?transport=udp"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def relayed(
    browser: Any, beginnings: dict[str, Beginning], folder: Path
) -> AsyncIterator[Town]:
    """Let two people chat on a server that has a relay."""
    program = shutil.which("turnserver", path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("calls through a relay: apt-get install coturn")
    async with relay(program, folder) as uri:
        settings = {"COURTYARD_TURN_URIS": uri, "COURTYARD_TURN_SHARED_SECRET": SECRET}
        async with running_town(browser, beginnings["chatting"], folder, settings) as town:
            yield town


async def test_a_call_goes_through_the_relay(
    browser: Any, beginnings: dict[str, Beginning], tmp_path: Path
) -> None:
    async with relayed(browser, beginnings, tmp_path) as town:
        alice, bob = await two(town, first_script=RELAY_ONLY)
        await call(alice, "Video")
        await rings(bob, "alice", "Video")
        await bob.press("Answer")
        for person in (alice, bob):
            came = await hears(person, sees=True)
            assert came["via"] == "relay"
        await alice.press("Hang up")
        await is_over(alice, bob)
        assert await dialog(alice).count() == 0
        assert alice.faults == bob.faults == []


# At first the server does not say where the relay is.
UNTOLD = """
window.isUntold = true;
const ask = window.fetch;
window.fetch = (...given) =>
  window.isUntold && String(given[0]).includes('/voip/turnServer')
    ? Promise.reject(new TypeError('Failed to fetch'))
    : ask(...given);
"""


async def test_a_relay_that_is_told_late(
    browser: Any, beginnings: dict[str, Beginning], tmp_path: Path
) -> None:
    async with relayed(browser, beginnings, tmp_path) as town:
        alice, bob = await two(town, first_script=RELAY_ONLY + UNTOLD)
        for person in (alice, bob):
            await person.page.evaluate("window.isUntold = false")
        await call(alice, "Voice")
        await rings(bob, "alice", "Voice")
        await bob.press("Answer")
        for person in (alice, bob):
            came = await hears(person)
            assert came["via"] == "relay"
        await alice.press("Hang up")
        await is_over(alice, bob)
        assert alice.faults == bob.faults == []
