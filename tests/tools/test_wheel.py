"""A wheel built from a clean copy, by who has nothing but Python: the web client is in it."""

from __future__ import annotations

import asyncio
import os
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = ROOT / ".venv-tools" / "bin" / "uv"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


async def run(*command: str | Path, cwd: Path) -> str:
    """Run a program that may reach the package registries; what it said is the reason when it fails."""
    child = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"UV_SYSTEM_CERTS": "true"},
    )
    said, _ = await child.communicate()
    assert child.returncode == 0, said.decode()
    return said.decode()


async def test_an_isolated_build_brings_the_web_client(tmp_path: Path) -> None:
    """The environment that uv makes for a build has what the build asks for, and no pip, as PEP 517 allows."""
    await run("git", "archive", "--format=tar", "-o", tmp_path / "head.tar", "HEAD", cwd=ROOT)
    clean = tmp_path / "courtyard"
    clean.mkdir()
    await run("tar", "-xf", tmp_path / "head.tar", cwd=clean)
    # What was fetched and packed before need not be once more.
    (clean / ".cache").symlink_to(ROOT / ".cache")

    await run(UV, "build", "--wheel", "--out-dir", tmp_path / "dist", cwd=clean)

    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "courtyard/webdist/index.html" in names
    assert any(name.startswith("courtyard/webdist/assets/") for name in names)
    assert any(name.endswith(".wasm.br") for name in names)
