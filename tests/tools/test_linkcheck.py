import subprocess
from pathlib import Path

import pytest

from tools.linkcheck import anchors, check, slug

PAGE = """\
# The `gate`, in short

[self](#the-gate-in-short) [page](docs/rooms.md#append) ![picture](docs/way.svg) [folder](docs)
<img src="docs/way.svg"> [elsewhere](https://example.org/gone) `[code](gone.md)`

```text
[fenced](gone.md)
```
"""


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "rooms.md").write_text("# Rooms\n\n## Append\n\n[up](../README.md)\n")
    (tmp_path / "docs" / "way.svg").touch()
    (tmp_path / "README.md").write_text(PAGE)
    anchors.cache_clear()
    return tmp_path


def test_links_that_lead_somewhere_are_left_alone(docs: Path) -> None:
    assert list(check(docs)) == []


@pytest.mark.parametrize(
    "link",
    [
        "[page](docs/gone.md)",
        "![picture](docs/gone.png)",
        '<img alt="" src="docs/gone.png">',
        "[heading](docs/rooms.md#gone)",
        "[own heading](#gone)",
        "[outside](../../secret.md)",
        "[by name]: docs/gone.md",
    ],
)
def test_a_dead_link_is_found_at_its_line(docs: Path, link: str) -> None:
    (docs / "README.md").write_text(f"{PAGE}\n{link}\n")

    assert [(finding.path, finding.line) for finding in check(docs)] == [("README.md", 10)]


def test_headings_get_the_anchors_that_github_gives_them(docs: Path) -> None:
    page = docs / "docs" / "twice.md"
    page.write_text("# Once\n# Twice\n# Twice\n```\n# Not a heading\n```\n")

    assert anchors(page) == {"once", "twice", "twice-1"}
    assert slug("`make run`: 127.0.0.1, [at home](x.md)!") == "make-run-127001-at-home"
