"""A bank on the other end, and the official schemas: in an environment of their own, which `make slow` builds (`.venv-bank`)."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeClock
from tests.ports import free_port
from tests.server import ROOT

ENVIRONMENT = ROOT / ".venv-bank"
PYTHON = ENVIRONMENT / "bin/python"
CLOCK = "2023-11-14T22:13"
"""When the tests' clock begins: a Tuesday evening, after the bank's hours."""


class MockBank:
    """The process. Its time moves when a test says so."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.port = free_port()
        command = [str(ENVIRONMENT / "bin/mock-bank"), "--port", str(self.port), "--clock", CLOCK]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        assert self._process.stdout is not None
        # Its first line says that it listens. What follows is read, so that it never waits for us.
        assert b"listening" in self._process.stdout.readline()
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request: JSON, or a file as bytes."""
        data = (
            body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        )
        request = urllib.request.Request(  # this machine
            f"http://127.0.0.1:{self.port}{path}", data=data, method=method
        )
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def behave(self, account: str, behaviour: str) -> None:
        """Let an account be one with which something goes wrong."""
        self.ask("PATCH", f"/_mock/accounts/{account}", {"behaviour": behaviour})

    def advance(self, days: int) -> None:
        """Let days pass, here and there."""
        self.ask("POST", f"/_mock/advance?days={days}")
        self._clock.advance(days * 24 * 3_600_000)

    def mail(self, account: str) -> list[bytes]:
        """Collect what the bank has sent about an account."""
        messages = self.ask("GET", "/_mock/mailbox")
        return [one["body"].encode() for one in messages if one.get("account") in (account, None)]

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(scope="session")
def bank_env() -> Path:
    """The environment, or why there is none."""
    if not PYTHON.exists():
        pytest.skip("needs .venv-bank: `make slow` builds it")
    return PYTHON


@pytest.fixture
def mock_bank(bank_env: Path, clock: FakeClock) -> Iterator[MockBank]:
    made = MockBank(clock)
    yield made
    made.close()


Valid = Callable[[str, bytes], None]


@pytest.fixture(scope="session")
def valid(bank_env: Path, tmp_path_factory: pytest.TempPathFactory) -> Valid:
    """Hold a file against an official schema."""
    folder = tmp_path_factory.mktemp("xml")

    def check(schema: str, content: bytes) -> None:
        path = folder / "one.xml"
        path.write_bytes(content)
        program = str(Path(__file__).with_name("validate.py"))
        done = subprocess.run(
            [str(bank_env), program, schema, str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return check


@pytest.fixture(scope="session")
def read_back(bank_env: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Any]:
    """Read a statement with somebody else's reader."""
    folder = tmp_path_factory.mktemp("camt")

    def read(content: bytes) -> Any:
        path = folder / "one.xml"
        path.write_bytes(content)
        program = str(Path(__file__).with_name("read_back.py"))
        done = subprocess.run(
            [str(bank_env), program, str(path)], capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    return read
