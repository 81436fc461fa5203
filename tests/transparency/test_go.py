"""The log, verified by a program that stands on other people's code: Go's own, which guards its module downloads.

`go/verify.go` knows our addresses and nothing of Merkle trees or signatures; those it leaves to golang.org/x/mod/sumdb.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from courtyard.app.clock import SystemClock
from courtyard.base.ids import ServerName
from courtyard.base.settings import Settings
from courtyard.conduct.publish import publish_default_rules
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.model import ED25519, ENTRIES, Checkpoint, Tile
from courtyard.transparency.rules_note import (
    format_checkpoint,
    format_vkey,
    join_note,
    sign,
    vkey_of,
)
from tests.server import running_server
from tests.transparency.logs import path_of, publish, some, started
from tools.checkout import ROOT

PROGRAM = Path(__file__).parent / "go" / "verify.go"
GOPATH = Path("/usr/share/gocode")
PACKAGE = GOPATH / "src" / "golang.org" / "x" / "mod" / "sumdb" / "tlog"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class GoMissingError(Exception):
    """There is no Go, or not the package that the verifier stands on."""


class Answer(NamedTuple):
    """How a run of the verifier ended."""

    status: int
    said: str


Verify = Callable[..., Answer]


def find_go() -> Path:
    """Return the Go compiler.

    Raises:
        GoMissingError: it or the package is not there. In CI they must be: `.ci/run` installs them.
    """
    go = shutil.which("go")
    if go is None or not PACKAGE.is_dir():
        raise GoMissingError("apt-get install golang-go golang-golang-x-mod-dev")
    return Path(go)


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """Compile the verifier, and return what runs it."""
    try:
        go = find_go()
    except GoMissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"Go's verifier is not here: {error}")
    binary = tmp_path_factory.mktemp("go") / "verify"
    # Debian's packages are laid out for GOPATH; nothing is fetched.
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOFLAGS": "",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOCACHE": str(ROOT / ".cache" / "go"),
    }
    subprocess.run([go, "build", "-o", binary, PROGRAM], env=environment, check=True)

    def verify(url: str, vkey: str, *kept: Path) -> Answer:
        done = subprocess.run(
            [binary, f"{url}/transparency/log", vkey, *kept],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Answer(done.returncode, done.stdout + done.stderr)

    return verify


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a server in a folder of its own."""
    return Settings(
        server_name=ServerName("courtyard.test"),
        data=str(tmp_path / "data"),
        password_memory_kib=64,
    )


async def grow(settings: Settings, first: int, count: int) -> str:
    """Let the log of a stopped server grow by so many entries; return its key."""
    server = await started(settings, SystemClock())
    # A server publishes its rules when it first serves; here they are the log's first entry.
    rules = await server.db.write(publish_default_rules)
    await publish(server, *some(first, count if rules is None else count - 1))
    await server.stop()
    seed = LogFolder(settings).seed("log")
    assert seed is not None
    return format_vkey(vkey_of("courtyard.test/transparency/log", ED25519, seed))


async def test_go_verifies_the_log_and_that_it_only_grows(
    verifier: Verify, settings: Settings, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    vkey = await grow(settings, 0, 700)
    async with running_server(tmp_path) as server:
        answer = await asyncio.to_thread(verifier, server.base_url, vkey)
        assert answer == (0, "verified 700 entries, continuing 0\n")
        kept.write_bytes(LogFolder(settings).note() or b"")
    await grow(settings, 700, 333)
    async with running_server(tmp_path) as server:
        answer = await asyncio.to_thread(verifier, server.base_url, vkey, kept)
        assert answer == (0, "verified 1033 entries, continuing 700\n")

        # What somebody kept of another history is not continued.
        text = format_checkpoint(Checkpoint(vkey.split("+")[0], 700, bytes(32)))
        seed = LogFolder(settings).seed("log") or b""
        kept.write_bytes(join_note(text, [sign(text, vkey.split("+")[0], seed)]))
        answer = await asyncio.to_thread(verifier, server.base_url, vkey, kept)
        assert answer.status == 1


async def test_go_finds_one_flipped_bit(
    verifier: Verify, settings: Settings, tmp_path: Path
) -> None:
    vkey = await grow(settings, 0, 300)
    checkpoint = LogFolder(settings).path / "checkpoint"
    async with running_server(tmp_path) as server:
        assert (await asyncio.to_thread(verifier, server.base_url, vkey)).status == 0
        for path, place in [
            (path_of(settings, Tile(ENTRIES, 0)), 50),
            (path_of(settings, Tile(ENTRIES, 1)), -3),
            (path_of(settings, Tile(0, 0)), 8000),
            (path_of(settings, Tile(0, 1)), 0),
            (path_of(settings, Tile(1, 0)), 31),
            (checkpoint, 40),
            (checkpoint, checkpoint.read_bytes().index(b"\n\n") - 5),
        ]:
            good = path.read_bytes()
            spoilt = bytearray(good)
            spoilt[place] ^= 1
            path.write_bytes(spoilt)
            answer = await asyncio.to_thread(verifier, server.base_url, vkey)
            assert (answer.status, answer.said[:6]) == (1, "FAULT:"), (path, answer)
            path.write_bytes(good)
        assert (await asyncio.to_thread(verifier, server.base_url, vkey)).status == 0


def test_only_a_missing_go_may_skip_this(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GoMissingError, match="golang-golang-x-mod-dev"):
        find_go()
