"""The manual and the records are complete: what exists has its page, and the index knows it."""

import re

import pytest

from tools.checkout import ROOT, files

INDEX = (ROOT / "docs" / "index.md").read_text("utf-8")
DECISIONS = ROOT / "docs" / "decisions"
KINDS = {"feature", "fix", "security", "removal"}


def subsystems() -> list[str]:
    """Return the packages that have code in them."""
    modules = files(ROOT, "src/courtyard/*/*.py")
    parts = (path.relative_to(ROOT / "src" / "courtyard").parts for path in modules)
    return sorted({names[0] for names in parts if names[-1] != "__init__.py"})


@pytest.mark.parametrize("package", subsystems())
def test_every_subsystem_has_a_page_in_the_manual(package: str) -> None:
    rows = [row for row in INDEX.splitlines() if re.search(rf"\| .*`{package}`.* \|$", row)]

    assert len(rows) == 1, f"docs/index.md has no row for `{package}`"


def test_every_page_of_the_manual_is_in_the_index() -> None:
    pages = {path.name for path in (ROOT / "docs" / "manual").glob("*.md")}

    assert pages == set(re.findall(r"\(manual/([\w-]+\.md)\)", INDEX))


def test_every_decision_is_in_its_index_and_keeps_the_template() -> None:
    index = (DECISIONS / "README.md").read_text("utf-8")
    template = (DECISIONS / "0000-template.md").read_text("utf-8")
    records = sorted(DECISIONS.glob("[0-9]*.md"))
    headings = re.findall(r"^## .*$", template, re.MULTILINE)

    assert [path.name[:4] for path in records] == [f"{n:04}" for n in range(len(records))]
    for path in records[1:]:
        text = path.read_text("utf-8")
        title = re.search(r"^# (\d{4})\. (.+)$", text, re.MULTILINE)
        assert title is not None, path.name
        assert title[1] == path.name[:4]
        assert f"[{title[1]}]({path.name}) | {title[2]} |" in index
        assert re.findall(r"^## .*$", text, re.MULTILINE) == headings


def test_every_changelog_fragment_names_its_issue_and_kind() -> None:
    fragments = [path.name for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]

    assert fragments
    for name in fragments:
        issue, kind, ending = name.split(".")
        assert issue.split("-")[0].isdigit(), name
        assert kind in KINDS, name
        assert ending == "md"
