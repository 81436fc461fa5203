"""The other ledger in Python: django-hordak from PyPI, on the same PostgreSQL as pgbench, one transaction for each transfer."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bench import peers
from bench.figures import Round

ENVIRONMENT = peers.REPOSITORY / ".venv-hordak"
REQUIREMENTS = Path(__file__).with_name("hordak-requirements.txt")
SCRIPT = Path(__file__).with_name("django_hordak_pay.py")


def install() -> None:
    """Make hordak's environment when it is not there yet."""
    peers.install("django-hordak", ENVIRONMENT, REQUIREMENTS)


def pay(socket_folder: Path, seconds: float) -> Round:
    """Let one process pay for some seconds."""
    python = str(ENVIRONMENT / "bin" / "python")
    command = [python, str(SCRIPT), str(socket_folder), str(seconds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    told: Round = json.loads(done.stdout)
    return told
