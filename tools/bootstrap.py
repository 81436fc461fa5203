"""Make the environment in `.venv` from nothing but a Python (standard library only).

`make` calls this once, and again when the lock file changes. It puts uv into `.venv-tools`, then lets
uv install exactly what `uv.lock` says. Arguments go to `uv sync`, for example `--group node`.
"""

import compileall
import hashlib
import os
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv-tools"
PYTHON_MIN = (3, 11)
UV = "0.13.9"

# Debian and Ubuntu ship Python without pip. A pip wheel runs as it is, so one file mends that.
PIP_WHEEL = (
    "https://files.pythonhosted.org/packages/07/25/"
    "ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
)
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def install_uv() -> Path:
    """Return the path of uv inside `.venv-tools`, installing it there when it is missing."""
    uv = TOOLS / "bin" / "uv"
    stamp = TOOLS / f"uv-{UV}"
    if stamp.exists() and uv.exists():
        return uv
    say(f"Fetching uv {UV} into {TOOLS.name}/ …")
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", TOOLS], check=True)
    python = TOOLS / "bin" / "python"
    quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    subprocess.run([python, pip_for(python), "install", *quiet, f"uv=={UV}"], check=True)
    stamp.touch()
    return uv


def pip_for(python: Path) -> str:
    """Return an argument that makes `python` run pip: its own if Python carries one."""
    if (
        subprocess.run([python, "-m", "ensurepip"], capture_output=True, check=False).returncode
        == 0
    ):
        return "-mpip"
    wheel = TOOLS / PIP_WHEEL.rpartition("/")[2]
    with urllib.request.urlopen(PIP_WHEEL, timeout=60) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        sys.exit(f"{PIP_WHEEL} is not the file we know; nothing was installed.")
    wheel.write_bytes(content)
    return str(wheel / "pip")


def sync_environment() -> dict[str, str]:
    """Return the process environment for uv: this Python, this folder, nothing from the user's shell."""
    environment = dict(os.environ)
    environment.pop("VIRTUAL_ENV", None)
    environment["UV_PROJECT_ENVIRONMENT"] = str(ROOT / ".venv")
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    # Without it the first start compiles every library, and where Python may write no bytecode each start does.
    environment["UV_COMPILE_BYTECODE"] = "1"
    home = Path(environment.get("HOME") or "/nonexistent")
    if "UV_CACHE_DIR" not in environment and not os.access(home, os.W_OK):
        environment["UV_CACHE_DIR"] = str(ROOT / ".cache" / "uv")
    # uv brings its own list of authorities and asks the machine's only when told to. Where a company
    # or a school opens TLS with a certificate of its own, pip works and uv would not.
    if "UV_SYSTEM_CERTS" not in environment and machine_has_certificates():
        environment["UV_SYSTEM_CERTS"] = "true"
    return environment


def machine_has_certificates() -> bool:
    """Whether the machine has authorities to ask; a slim container image has none."""
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())))


def say(message: str) -> None:
    """Tell the person at the terminal what takes so long."""
    print(message, flush=True)


def main(sync_arguments: list[str]) -> int:
    """Install uv, then everything in the lock file; return uv's exit status."""
    if sys.version_info < PYTHON_MIN:
        sys.exit(f"Courtyard needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    uv = install_uv()
    say("Installing what uv.lock lists into .venv/ …")
    command = [str(uv), "sync", "--frozen", "--quiet", "--python", sys.executable, *sync_arguments]
    status = subprocess.run(command, cwd=ROOT, env=sync_environment(), check=False).returncode
    # uv compiles what it copies; our own code it only links to.
    if status == 0:
        compileall.compile_dir(str(ROOT / "src"), quiet=1)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
