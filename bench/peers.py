"""Other people's programs that Courtyard is measured beside, each in an environment of its own, with pinned versions from PyPI."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def install(name: str, environment: Path, requirements: Path) -> None:
    """Make an environment, or bring it to the pinned versions, when it is not there yet."""
    stamp = environment / "requirements.installed"
    wanted = requirements.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"bench: installing {name} into {environment.name} (once)", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "-r", str(requirements)], check=True)
    (environment / ".gitignore").write_text("*\n")
    stamp.write_text(wanted)
