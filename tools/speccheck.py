"""Every `spec:` line in a docstring leads to a real section, and the docs say which ones we follow.

`python -m tools.speccheck` fails on a reference that leads nowhere. It also writes
`docs/spec-coverage.md` from those references and from the routes that the server mounts, and fails
when that page was not up to date, so that a commit never carries an old one.

A reference is `page#anchor` as in the address of a section: `spec: rooms/v12#authorisation-rules, rule 6`.
Several are parted by commas. A document outside of Matrix is named: `spec: RFC 7515, section 4`.
"""

import ast
import importlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.checkout import ROOT, Finding, files, report
from tools.spec_index import Entry, load

PAGE = Path("docs/spec-coverage.md")
CLIENT_SERVER = "client-server-api"

SPEC_LINE = re.compile(r"^\s*spec:\s*(.*)$")
REFERENCE = re.compile(r"(?<![\w/#.:-])([a-z][a-z0-9/-]*)#([\w.-]+)")
PAGE_ALONE = re.compile(r"^([a-z][a-z0-9/-]*)[.,;]?$")
OTHER_SOURCE = re.compile(r"\b(RFC \d+|MSC\d+|C2SP|FIPS \d+|data/|https://)")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Citation(NamedTuple):
    """One reference to the specification, and where it was made."""

    path: str  # of the file, relative to the top of the checkout
    line: int
    page: str
    anchor: str


def spec_lines(source: str) -> Iterator[tuple[int, str]]:
    """Yield line number and text of what follows `spec:` in the docstrings of a module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, DOCUMENTED) or ast.get_docstring(node, clean=False) is None:
            continue
        statement = node.body[0]
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Constant)
        lines = str(statement.value.value).splitlines()
        for offset, line in enumerate(lines):
            if found := SPEC_LINE.match(line):
                text = found[1]
                for following in lines[offset + 1 :]:
                    if not text.endswith((",", ";")):
                        break
                    text += " " + following.strip()
                yield statement.lineno + offset, text


def citations(path: str, source: str, known: set[tuple[str, str]]) -> Iterator[Citation | Finding]:
    """Yield what a file cites, and a finding for each reference that leads nowhere."""
    pages = {page for page, _ in known}
    for line, text in spec_lines(source):
        found = REFERENCE.findall(text)
        for page, anchor_as_written in found:
            anchor = anchor_as_written.rstrip(".-")
            if (page, anchor) in known:
                yield Citation(path, line, page, anchor)
            else:
                yield Finding(path, line, f"spec: {page}#{anchor} is not in the specification")
        if found or OTHER_SOURCE.search(text):
            continue
        alone = PAGE_ALONE.match(text.split(",")[0].strip())
        if alone and alone[1] in pages:
            yield Citation(path, line, alone[1], "")
        else:
            yield Finding(path, line, f"spec: `{text}` cites nothing; write page#anchor")


def served_endpoints(root: Path) -> dict[tuple[str, str], str]:
    """Return which file answers each method and path; parameters in the path are written `{}`."""
    served: dict[tuple[str, str], str] = {}
    for path in files(root, "src/courtyard/*/routes*.py"):
        name = path.relative_to(root).as_posix()
        module = name.removeprefix("src/").removesuffix(".py").replace("/", ".")
        for handler in getattr(importlib.import_module(module), "ROUTES", []):
            for method in getattr(handler, "http_methods", ()):
                for route in handler.paths:
                    served[method, shape(route)] = name
    return served


def shape(path: str) -> str:
    """Return a path whose parameters have no names, so that ours compare with the spec's."""
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")


def coverage_page(
    index: Iterable[Entry],
    cited: Iterable[Citation],
    served: dict[tuple[str, str], str],
) -> str:
    """Return the Markdown of `docs/spec-coverage.md`."""
    by_place: dict[tuple[str, str], set[str]] = defaultdict(set)
    for citation in cited:
        by_place[citation.page, citation.anchor].add(citation.path)

    sections: dict[str, list[str]] = defaultdict(list)
    total = answered = 0
    for entry in index:
        if entry.page != CLIENT_SERVER or not entry.method:
            continue
        file = served.get((entry.method, shape(entry.path)))
        total += 1
        answered += file is not None
        tests = tests_among(by_place[entry.page, entry.anchor])
        cell = code(file) if file else "no"
        sections[entry.section].append(f"| `{entry.method} {entry.path}` | {cell} | {tests} |")

    lines = [
        "# What of the specification is here",
        "",
        "`make lint` writes this page from the routes the server mounts and from the `spec:` lines in",
        "docstrings of code and tests; do not edit it. Names of sections and endpoints are those of the",
        "[Matrix specification v1.19](https://spec.matrix.org/v1.19/).",
        "",
        "## Endpoints of the Client-Server API",
        "",
        f"{answered} of {total} are served.",
    ]
    for section, rows in sections.items():
        lines += [
            "",
            f"### {section}",
            "",
            "| endpoint | served by | tests that cite it |",
            "|---|---|---|",
        ]
        lines += rows

    lines += [
        "",
        "## Sections that code or tests cite",
        "",
        "| section | code | tests |",
        "|---|---|---|",
    ]
    for (page, anchor), paths in sorted(by_place.items()):
        if not paths:
            continue
        name = f"{page}#{anchor}" if anchor else page
        link = f"[{name}](https://spec.matrix.org/v1.19/{page}/{'#' + anchor if anchor else ''})"
        sources = ", ".join(code(path) for path in sorted(paths) if path.startswith("src/"))
        lines.append(f"| {link} | {sources} | {tests_among(paths)} |")
    return "\n".join(lines) + "\n"


def tests_among(paths: Iterable[str]) -> str:
    """Return the test files among some paths, as one cell of a table."""
    return ", ".join(code(path) for path in sorted(paths) if path.startswith("tests/"))


def code(path: str) -> str:
    """Return a path without the folder that all of its kind share, in code style."""
    return f"`{path.removeprefix('src/courtyard/').removeprefix('tests/')}`"


def check(root: Path) -> Iterator[Finding]:
    """Yield dead references of a checkout; write the coverage page, and yield it if it was old."""
    index = load()
    known = {(entry.page, entry.anchor) for entry in index}
    cited: list[Citation] = []
    for path in files(root, "*.py"):
        name = path.relative_to(root).as_posix()
        for outcome in citations(name, path.read_text("utf-8"), known):
            if isinstance(outcome, Citation):
                cited.append(outcome)
            else:
                yield outcome
    page = root / PAGE
    text = coverage_page(index, cited, served_endpoints(root))
    if not page.exists() or page.read_text("utf-8") != text:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, "utf-8")
        yield Finding(PAGE.as_posix(), 1, "was out of date and is written anew: commit it")


if __name__ == "__main__":
    sys.exit(report(check(ROOT), checked="References to the specification"))
