"""Every link in our Markdown that stays inside the checkout leads somewhere.

`python -m tools.linkcheck` looks at files, folders, pictures and headings. It opens no connection:
whether another site still answers is not a property of a commit.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from tools.checkout import ROOT, Finding, files, report

FENCE = re.compile(r"^\s*(```|~~~)")
INLINE_CODE = re.compile(r"(`+)(?:(?!\1).)+\1")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HTML_LINK = re.compile(r"\b(?:src|href)=\"([^\"]+)\"")
REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s+(\S+)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
HTML_ANCHOR = re.compile(r"\b(?:id|name)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"^([a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a Markdown text that are not inside a code block, numbered from 1."""
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := FENCE.match(line):
            if not fence:
                fence = found[1]
            elif fence == found[1]:
                fence = ""
        elif not fence:
            yield number, line


def slug(heading: str) -> str:
    """Return the anchor that a heading gets, by GitHub's rule."""
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return every anchor of a Markdown file."""
    found: set[str] = set()
    for _, line in prose(path.read_text("utf-8")):
        found.update(HTML_ANCHOR.findall(line))
        if heading := HEADING.match(line):
            name, count = slug(heading[1]), 0
            while (f"{name}-{count}" if count else name) in found:
                count += 1
            found.add(f"{name}-{count}" if count else name)
    return frozenset(found)


def targets(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the target of every link in a Markdown text."""
    for number, line in prose(text):
        words = INLINE_CODE.sub("", line)
        for pattern in (LINK, HTML_LINK, REFERENCE):
            for target in pattern.findall(words):
                yield number, target


def check(root: Path) -> Iterator[Finding]:
    """Yield each link of the checkout that leads nowhere."""
    for page in files(root, "*.md"):
        name = page.relative_to(root).as_posix()
        for number, target in targets(page.read_text("utf-8")):
            if ELSEWHERE.match(target):
                continue
            path, _, anchor = unquote(target).partition("#")
            place = (
                (root / path.lstrip("/") if path.startswith("/") else page.parent / path)
                if path
                else page
            )
            place = place.resolve()
            if not place.is_relative_to(root.resolve()):
                yield Finding(name, number, f"{target} leaves the checkout")
            elif not place.exists():
                yield Finding(name, number, f"{target} does not exist")
            elif anchor and place.suffix == ".md" and anchor not in anchors(place):
                yield Finding(name, number, f"{target}: no heading with that anchor")


if __name__ == "__main__":
    sys.exit(report(check(ROOT), checked="Links in the docs"))
