import subprocess
from pathlib import Path

import pytest

from tools.checkout import ROOT
from tools.tidy import check, inspect


def messages(path: str, source: str) -> list[str]:
    return [str(finding) for finding in inspect(path, source)]


@pytest.mark.parametrize(
    "path,source",
    [
        ("src/courtyard/rooms/append.py", "tx.commit()"),
        ("src/courtyard/rooms/append.py", "now = time.time()"),
        ("src/courtyard/rooms/append.py", "now = datetime.now(UTC)"),
        ("src/courtyard/rooms/append.py", "print('sent')"),
        ("src/courtyard/rooms/append.py", "import sqlalchemy as sa"),
        ("src/courtyard/rooms/__init__.py", "from courtyard.rooms.append import append"),
        ("src/courtyard/rooms/helpers.py", "A = 1"),
        ("src/courtyard/rooms/append.py", "a = b()  # type: ignore"),
        ("src/courtyard/rooms/append.py", "a = b()  # noqa"),
        ("src/courtyard/rooms/append.py", "# TODO: check the size"),
        (
            "src/courtyard/storage/migrations/versions/0001_storage.py",
            "from courtyard.base.ids import RoomId",
        ),
        ("tests/rooms/test_append.py", "await asyncio.sleep(0.1)"),
        ("tests/rooms/test_append.py", "from unittest.mock import patch"),
    ],
)
def test_a_banned_phrase_is_found_at_its_line(path: str, source: str) -> None:
    found = messages(path, f"\n{source}\n")

    assert len(found) == 1
    assert found[0].startswith((f"{path}:2: ", f"{path}:1: "))


@pytest.mark.parametrize(
    "path,source",
    [
        ("src/courtyard/storage/database.py", "connection.commit()"),
        ("src/courtyard/app/clock.py", "now = time.time_ns()"),
        ("src/courtyard/cli/main.py", "print('started')"),
        ("src/courtyard/rooms/store.py", "import sqlalchemy as sa"),
        ("src/courtyard/rooms/__init__.py", ""),
        ("src/courtyard/rooms/append.py", "a = b()  # type: ignore[attr-defined]  # no types"),
        ("src/courtyard/rooms/append.py", "a = b()  # noqa: S608  # constant names"),
        ("src/courtyard/rooms/append.py", "# TODO(#12): check the size"),
        ("src/courtyard/rooms/append.py", '"""Never calls tx.commit() or print()."""'),
        ("src/courtyard/rooms/append.py", "# The caller's tx.commit() comes later."),
        ("src/courtyard/rooms/append.py", "blueprint(1)"),
        ("tests/rooms/test_append.py", "await asyncio.sleep(0)"),
    ],
)
def test_a_phrase_at_home_or_in_words_is_left_alone(path: str, source: str) -> None:
    assert messages(path, f"{source}\n" if source else "") == []


def test_a_string_does_not_hide_the_code_beside_it() -> None:
    found = messages("src/courtyard/rooms/append.py", 'a = """\nprint(\n"""; tx.commit()\n')

    assert [line.split(":")[1] for line in found] == ["3"]


def test_an_ignored_import_is_found(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    contracts = (ROOT / ".importlinter").read_text()
    (tmp_path / ".importlinter").write_text(contracts)
    assert list(check(tmp_path)) == []

    (tmp_path / ".importlinter").write_text(contracts + "ignore_imports =\n    a -> b\n")

    assert [finding.path for finding in check(tmp_path)] == [".importlinter"]
