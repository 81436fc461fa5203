"""The contracts of .importlinter, on a package that is made for the test."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "app cli conduct archive wallet search sync rooms e2ee media push gate accounts transparency"
    " storage bus base"
)

ALLOWED = {
    "app/wiring.py": "import courtyard.rooms.routes",
    "base/ids.py": "",
    "rooms/append.py": "from courtyard.rooms import rules_power, store",
    "rooms/routes.py": "from courtyard.rooms import append",
    "rooms/rules_power.py": "import courtyard.base.ids",
    "rooms/store.py": "import sqlalchemy",
}


class Package:
    """A `courtyard` of a few files, with the contracts of the real one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("__init__.py", "")
        for name in PACKAGES.split():
            self.write(f"{name}/__init__.py", "")
        for name, source in ALLOWED.items():
            self.write(name, source)
        shutil.copy(ROOT / ".importlinter", root)
        (root / "tools").mkdir()
        shutil.copy(ROOT / "tools" / "import_contracts.py", root / "tools")

    def write(self, name: str, source: str) -> None:
        path = self.root / "courtyard" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source + "\n" if source else "")

    def lint(self) -> tuple[bool, str]:
        """Return whether every contract is kept, and what import-linter printed."""
        linter = Path(sys.executable).with_name("lint-imports")
        done = subprocess.run(
            [linter, "--no-cache"],
            cwd=self.root,
            env={"PYTHONPATH": str(self.root)},  # before the installed `courtyard`
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path)


def test_what_the_style_guide_allows_is_kept(package: Package) -> None:
    kept, output = package.lint()

    assert kept, output


@pytest.mark.parametrize(
    "name,source,complaint",
    [
        ("gate/admit.py", "import courtyard.rooms.append", "courtyard.gate is not allowed"),
        ("media/upload.py", "import courtyard.push.rules", "courtyard.media is not allowed"),
        ("sync/delta.py", "import courtyard.rooms.store", "sync.delta, line 1, imports"),
        ("sync/delta.py", "import courtyard.rooms.routes", "courtyard.rooms.routes"),
        ("rooms/rules.py", "import time", "courtyard.rooms.rules → time"),
        ("rooms/rules_power.py", "from courtyard.rooms import state", "rules_power → courtyard"),
        ("base/ids.py", "import os", "courtyard.base.ids → os"),
        ("rooms/rules_power.py", "import courtyard.rooms.append", "courtyard.rooms.append"),
        ("weather/__init__.py", "", "courtyard.weather"),
        ("conduct/decide.py", "import courtyard.wallet.ledger", "never reaches money BROKEN"),
        ("wallet/ledger.py", "import courtyard.conduct", "courtyard.wallet is not allowed"),
    ],
    ids=[
        "an import upwards",
        "an import between neighbours",
        "another feature's store",
        "routes outside of app",
        "a clock in rules",
        "a database behind two steps",
        "the operating system in base",
        "a cycle in a feature",
        "a package without a place",
        "a decision that reaches money",
        "money that knows of decisions",
    ],
)
def test_a_violation_is_named(package: Package, name: str, source: str, complaint: str) -> None:
    package.write("push/rules.py", "")
    package.write("wallet/ledger.py", "")
    package.write("rooms/state.py", "import courtyard.storage.tx")
    package.write("storage/tx.py", "import sqlalchemy")
    package.write(name, source)

    kept, output = package.lint()

    assert not kept
    assert complaint in output.replace("\n", "")
