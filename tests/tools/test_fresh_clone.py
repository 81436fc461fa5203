"""What a newcomer types first, on a machine with Python and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.checkout import ROOT

SYSTEM_PROGRAMS = "/usr/local/bin:/usr/bin:/bin"


class Newcomer:
    """A fresh clone, an empty home, and a PATH with this Python and the system's programs."""

    def __init__(self, folder: Path) -> None:
        self.clone = folder / "courtyard"
        home = folder / "home"
        home.mkdir()
        command = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(self.clone)]
        subprocess.run(command, check=True)
        certificates = {name: os.environ[name] for name in ("SSL_CERT_FILE",) if name in os.environ}
        self.environment = {
            "HOME": str(home),
            "PATH": f"{Path(sys.base_prefix) / 'bin'}:{SYSTEM_PROGRAMS}",
            **certificates,
        }

    def types(self, *command: str) -> str:
        done = subprocess.run(
            command,
            cwd=self.clone,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_make_builds_its_own_environment_once(tmp_path: Path) -> None:
    newcomer = Newcomer(tmp_path)

    assert "make run" in newcomer.types("make")
    assert "uv.lock" in newcomer.types("make", ".venv/.ready")
    assert "up to date" in newcomer.types("make", ".venv/.ready")
    assert "serve" in newcomer.types(".venv/bin/courtyard", "--help")
    assert newcomer.types("git", "status", "--porcelain") == ""
