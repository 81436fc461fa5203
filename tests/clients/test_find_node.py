"""Only the absence of Node.js may skip a test, and in CI not even that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients import js_person
from tests.clients.js_person import NodeMissingError, find_node


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with matrix-js-sdk and a `bin` on the PATH, but no Node.js."""
    (tmp_path / "js" / "node_modules" / "matrix-js-sdk").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(js_person, "FOLDER", tmp_path / "js")
    monkeypatch.setattr(js_person, "OF_THE_ENVIRONMENT", tmp_path / "venv-node")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def install(path: Path, version: str) -> Path:
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_no_node_is_missing(machine: Path) -> None:
    with pytest.raises(NodeMissingError, match="make clients-js"):
        find_node()


def test_a_new_enough_node_on_the_path_is_taken(machine: Path) -> None:
    node = install(machine / "bin" / "node", "v22.11.0")

    assert find_node() == node


def test_an_old_node_on_the_path_gives_way_to_the_one_of_the_environment(machine: Path) -> None:
    install(machine / "bin" / "node", "v20.20.2")
    with pytest.raises(NodeMissingError):
        find_node()

    ours = install(machine / "venv-node", "v24.1.0")

    assert find_node() == ours


def test_a_node_without_the_client_is_missing(machine: Path) -> None:
    install(machine / "bin" / "node", "v22.11.0")
    (machine / "js" / "node_modules" / "matrix-js-sdk").rmdir()

    with pytest.raises(NodeMissingError, match="matrix-js-sdk"):
        find_node()


@pytest.mark.parametrize(
    "in_ci, outcome", [("", pytest.skip.Exception), ("true", NodeMissingError)]
)
def test_in_ci_a_missing_node_fails_instead_of_skipping(
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_ci: str,
    outcome: type[BaseException],
) -> None:
    monkeypatch.setenv("CI", in_ci)

    with pytest.raises(outcome):
        js_person.node_or_skip()
