"""What the README tells a newcomer to type works, as it stands there."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import running_server
from tests.web.screenshots import LANGUAGES, SCREENS, THEMES, WELCOME, picture_name
from tools.checkout import ROOT

README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8008"


def commands(start: str) -> list[str]:
    """Return the commands of the README's shell blocks that begin with a word, lines joined."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
    lines = blocks.replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith(f"{start} ")]


def test_each_make_command_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    named = {line.split()[1] for line in commands("make")}

    assert named == {"run", "test"}
    assert named <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_the_readme_shows_each_screen_that_pictures_are_taken_of_and_no_other() -> None:
    screens = [WELCOME, *(screen.name for screen in SCREENS)]
    taken = {
        picture_name(screen, language, theme): screen
        for screen in screens
        for language in LANGUAGES
        for theme in THEMES
    }

    shown = re.findall(r"docs/images/(web-[^)]+)\.png", README)

    assert [name for name in shown if name not in taken] == []
    assert {taken[name] for name in shown} == set(screens)
    assert len(shown) == len(set(shown))


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_the_tour_works_as_it_is_written(tmp_path: Path) -> None:
    told = {"access_token": "", "room_id": ""}
    tour = commands("curl")
    checks = commands(".venv/bin/courtyard")
    said = ""
    assert tour
    assert checks
    async with running_server(tmp_path) as server:
        for command in tour:
            asked = command.replace(ADDRESS, server.base_url).replace("curl", "curl -sS --fail", 1)
            done = subprocess.run(
                ["sh", "-c", asked],
                env={
                    "PATH": "/usr/local/bin:/usr/bin:/bin",
                    "TOKEN": told["access_token"],
                    "ROOM": told["room_id"],
                },
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stderr}"
            said += done.stdout
            answer = json.loads(done.stdout)
            told |= {name: answer[name] for name in told if name in answer}
        for command in checks:
            program, *rest = command.replace(ADDRESS, server.base_url).split()
            program = str(Path(sys.executable).with_name(Path(program).name))
            checked = subprocess.run(
                [program, *rest],
                env={"HOME": str(tmp_path)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert checked.returncode == 0, checked.stderr
    assert all(told.values())
    assert '"body":"Hello"' in said
    assert "Criticism is protected speech" in said
