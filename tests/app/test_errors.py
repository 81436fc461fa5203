"""Every error that can be raised has its row, in the code and in the manual."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import courtyard
from courtyard.app.errors import MATRIX, NOT_ANSWERED, answer
from courtyard.base.errors import CourtyardError, LimitExceededError
from tools.checkout import ROOT

PAGE = (ROOT / "docs" / "errors.md").read_text("utf-8")
ANSWERED = re.compile(r"^\| `([\w.]+)` \| (\d+) \| `?([\w.]*)`? \| .+ \|$", re.MULTILINE)
NOT = re.compile(r"^\| `([\w.]+)` \| [^|]+ \|$", re.MULTILINE)

for module in pkgutil.walk_packages(courtyard.__path__, "courtyard."):
    if ".migrations" not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)


def subclasses(kind: type[CourtyardError]) -> Iterator[type[CourtyardError]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("courtyard."):
            yield each
            yield from subclasses(each)


CODES = {each.code for each in subclasses(CourtyardError)}


def test_every_error_has_a_row() -> None:
    rows = set(MATRIX) | NOT_ANSWERED
    missing = {each for each in subclasses(CourtyardError) if each.code not in rows}
    assert missing == set(), "add them to courtyard/app/errors.py"
    assert not set(MATRIX) & NOT_ANSWERED


def test_no_error_goes_by_the_base_code() -> None:
    assert "internal" not in CODES


def test_the_manual_has_every_answer_as_it_is() -> None:
    published = {code: (int(status), errcode) for code, status, errcode in ANSWERED.findall(PAGE)}
    real = {code: (status.value, errcode) for code, (status, errcode) in MATRIX.items()}
    assert published == {code: row for code, row in real.items() if code in CODES}


def test_the_manual_has_every_error_of_the_command_line() -> None:
    assert set(NOT.findall(PAGE)) == NOT_ANSWERED & CODES


def test_an_answer_says_when_to_come_back() -> None:
    status, body, headers = answer(LimitExceededError("Slowly.", retry_after_ms=1001))
    assert (status, headers) == (429, [(b"retry-after", b"2")])
    assert b'"retry_after_ms":1001' in body
