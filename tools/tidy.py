"""Phrases we do not write, each with what to write instead (STYLE.md 14).

`python -m tools.tidy` reads every Python file of the checkout. A phrase in code is looked for in
code only, never in a string or a comment; a phrase in a comment only in comments.
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from tools.checkout import ROOT, Finding, files, report

SERVER = "src/courtyard/*"
VERSIONS = "src/courtyard/storage/migrations/versions/*"
HOMELESS_NAMES = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "manager.py"}


@dataclass(frozen=True)
class Phrase:
    """A banned phrase: where to look for it, where it is at home, and what to write instead."""

    pattern: re.Pattern[str]
    instead: str
    layer: Literal["code", "comment"] = "code"
    within: tuple[str, ...] = ("*",)
    home: tuple[str, ...] = ()

    def applies_to(self, path: str) -> bool:
        """Tell whether a file is one of those that the phrase is banned from."""
        return any(fnmatchcase(path, glob) for glob in self.within) and not any(
            fnmatchcase(path, glob) for glob in self.home
        )


PHRASES = (
    Phrase(
        re.compile(r"\.commit\("),
        "take a WriteTx and let storage commit (STYLE.md 3)",
        within=(SERVER,),
        home=("src/courtyard/storage/*",),
    ),
    Phrase(
        re.compile(r"\btime\.time(_ns)?\("),
        "ask the Clock you were given; tx.now_ms() in a verb (STYLE.md 6)",
        within=(SERVER,),
        home=("src/courtyard/*clock.py",),
    ),
    Phrase(
        re.compile(r"\bdatetime\.(now|utcnow|today)\("),
        "ask the Clock you were given (STYLE.md 6)",
        within=(SERVER,),
    ),
    Phrase(
        re.compile(r"(?<![\w.])print\("),
        "log it with structlog; only the command line prints",
        within=(SERVER,),
        home=("src/courtyard/cli/*",),
    ),
    Phrase(
        re.compile(r"^\s*(import|from) sqlalchemy\b"),
        "write the SQL in the feature's store.py (STYLE.md 8)",
        within=(SERVER,),
        home=("src/courtyard/*/store*.py", "src/courtyard/storage/*"),
    ),
    Phrase(
        re.compile(r"^\s*(import|from) courtyard\b"),
        "spell it out: a migration must mean the same in ten years (STYLE.md 8)",
        within=(VERSIONS,),
    ),
    Phrase(
        # sleep(0) lets others run; it waits for nothing.
        re.compile(r"\b(time|asyncio)\.sleep\((?!0\))"),
        "wait for the event itself, or give the test a clock (STYLE.md 10)",
        within=("tests/*",),
        home=(
            "tests/server.py",  # it waits for another process, which has no way to call
            "tests/livekit.py",  # so does it
            "tests/wallet/receiver.py",  # it answers too slowly: that is what it is for
            "tests/archive/archives.py",  # so it does, or for a server that builds beside it
        ),
    ),
    Phrase(
        re.compile(r"^\s*(import|from) (unittest\.mock|mock)\b|^\s*from unittest import mock\b"),
        "write a fake with a contract test (STYLE.md 10)",
        within=("tests/*",),
    ),
    Phrase(
        re.compile(r"type: ignore(?!\[[a-z-]+)"),
        "say which: `type: ignore[code]`, and why",
        layer="comment",
    ),
    Phrase(
        re.compile(r"noqa(?!: [A-Z]+[0-9]+)"),
        "say which: `noqa: RULE`, and why",
        layer="comment",
    ),
    Phrase(
        re.compile(r"\b(TODO(?!\(#\d+\):)|FIXME|XXX)"),
        "open an issue and write `TODO(#123):`",
        layer="comment",
    ),
)


def split_layers(source: str) -> tuple[list[str], list[str]]:
    """Return the lines of a Python file twice: its code without strings and comments, its comments."""
    lines = source.splitlines()
    code, comments = list(lines), [""] * len(lines)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        is_string = (
            token.type == tokenize.STRING or tokenize.tok_name[token.type] == "FSTRING_MIDDLE"
        )
        if token.type == tokenize.COMMENT:
            comments[token.start[0] - 1] = token.string
        if is_string or token.type == tokenize.COMMENT:
            blank(code, token.start, token.end)
    return code, comments


def blank(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> None:
    """Overwrite with spaces what stands between two places; rows count from 1, columns from 0."""
    for row in range(start[0], end[0] + 1):
        line = lines[row - 1]
        left = start[1] if row == start[0] else 0
        right = end[1] if row == end[0] else len(line)
        lines[row - 1] = line[:left] + " " * (right - left) + line[right:]


def inspect(path: str, source: str) -> Iterator[Finding]:
    """Yield what is banned in one file; `path` is relative to the top of the checkout."""
    name = path.rpartition("/")[2]
    if path.startswith("src/") and name == "__init__.py" and source.strip():
        yield Finding(path, 1, "`__init__.py` stays empty (STYLE.md 1)")
    if path.startswith("src/") and name in HOMELESS_NAMES:
        yield Finding(path, 1, f"`{name}` says nothing: name it for what it owns (STYLE.md 1)")
    phrases = [phrase for phrase in PHRASES if phrase.applies_to(path)]
    code, comments = split_layers(source)
    for phrase in phrases:
        for number, line in enumerate(code if phrase.layer == "code" else comments, start=1):
            if found := phrase.pattern.search(line):
                yield Finding(path, number, f"`{found[0].strip()}`: {phrase.instead}")


def check(root: Path) -> Iterator[Finding]:
    """Yield what is banned anywhere in a checkout."""
    for path in files(root, "*.py"):
        yield from inspect(path.relative_to(root).as_posix(), path.read_text("utf-8"))
    contracts = root / ".importlinter"
    for number, line in enumerate(contracts.read_text("utf-8").splitlines(), start=1):
        if line.startswith("ignore_imports"):
            yield Finding(".importlinter", number, "move the use case instead (STYLE.md 2)")


if __name__ == "__main__":
    sys.exit(report(check(ROOT), checked="Banned phrases"))
