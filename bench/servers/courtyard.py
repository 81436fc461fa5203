"""Courtyard as it starts by itself, with the limits that no bench could live with switched off."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.servers.stand import Stand

REPOSITORY = Path(__file__).resolve().parents[2]
SERVER_NAME = "bench.localhost"


def find_command() -> str | None:
    """Find `courtyard`: beside this Python, in the repository's environment, on the path."""
    for folder in (Path(sys.executable).parent, REPOSITORY / ".venv" / "bin"):
        if (folder / "courtyard").exists():
            return str(folder / "courtyard")
    return shutil.which("courtyard")


def can_serve() -> bool:
    """Say whether there is a `courtyard serve` to measure."""
    command = find_command()
    if command is None:
        return False
    answer = subprocess.run([command, "serve", "--help"], capture_output=True, check=False)
    return answer.returncode == 0


class Courtyard(Stand):
    """One `courtyard serve` on SQLite."""

    name = "Courtyard"

    def command(self) -> list[str]:
        """Return the command of the README, with this data directory and address."""
        command = find_command()
        assert command is not None, "courtyard is not installed"
        return [
            command, "serve",
            "--data", str(self.data),
            "--listen", self.address.authority,
            "--server-name", SERVER_NAME,
        ]  # fmt: skip

    def environment(self) -> dict[str, str]:
        """Open registration, no rate limits; everything else as it comes."""
        return super().environment() | {
            "COURTYARD_RATE_LIMITS": "off",
            "COURTYARD_REGISTRATION": "open",
            "COURTYARD_REGISTRATION_SHARED_SECRET": "bench",
        }

    def version(self) -> str:
        """Name the commit: the version alone does not change between releases."""
        git = shutil.which("git")
        if git is None:
            return "courtyard"
        command = [git, "-C", str(REPOSITORY), "describe", "--always", "--dirty"]
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
        return "courtyard " + answer.stdout.strip()
