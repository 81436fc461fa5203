"""What the configuration of the house promises to every test and to the person who types `make`."""

import re
import socket
import subprocess
import warnings

import pytest
from pytest_socket import SocketConnectBlockedError

from tools.checkout import ROOT

UNROUTED = "192.0.2.1"  # RFC 5737: an address for documentation
COMMANDS = {"run", "test", "check", "bench", "clean", "lint"}


def test_a_socket_reaches_this_machine_and_no_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as here:
        socket.create_connection(here.getsockname()[:2], timeout=5).close()

        # pytest-socket warns before it raises, and a warning is an error here.
        with pytest.raises((UserWarning, SocketConnectBlockedError), match=UNROUTED):
            socket.create_connection((UNROUTED, 80), timeout=5)


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning, match="anything"):
        warnings.warn("anything", UserWarning, stacklevel=1)


def test_bare_make_lists_the_commands() -> None:
    listing = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert COMMANDS <= set(re.findall(r"^  make ([a-z-]+) ", listing, re.MULTILINE))


def test_every_exception_from_ruff_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lint = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pydocstyle]")]
    reason = ""
    for line in lint.splitlines():
        code, _, comment = line.partition("#")
        if not re.match(r'\s+"[A-Z]+\d*"', code):
            reason = comment if line.lstrip().startswith("#") else ""
        else:
            assert comment or reason, line
