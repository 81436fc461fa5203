"""Glob patterns over event properties, in time linear in the text.

Rules run for every event on the one thread that writes, so a pattern such as `a*a*a*a*b` must not be
able to hold it. What stands between two `*` matches texts of one length only, so its regular expression
has nothing to go back to; the parts are then placed from left to right, each as early as it can stand.

spec: appendices#glob-style-matching
"""

import re
from typing import Final

_WORD: Final = "[A-Za-z0-9_]"
_WORDS: Final = re.compile(f"{_WORD}+")

BOUNDARY: Final = f"(?:(?<!{_WORD})|(?!{_WORD}))"
"""Start or end of the text, or one of the characters on either side is no part of a word."""


def has_wildcard(pattern: str) -> bool:
    """Tell whether a pattern can match more than one text."""
    return "*" in pattern or "?" in pattern


def is_word(pattern: str) -> bool:
    """Tell whether a pattern can only match one whole word: then `words` answers at once."""
    return _WORDS.fullmatch(pattern) is not None


def words(text: str) -> frozenset[str]:
    """Return the words of a text: the longest runs of `[A-Za-z0-9_]`."""
    return frozenset(_WORDS.findall(text))


def _expression(part: str) -> str:
    return ".".join(map(re.escape, part.split("?")))


def _compile(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL)


def literal_in_words(literal: str, text: str) -> bool:
    """Tell whether a literal stands in a text with a word boundary at both of its ends."""
    if literal not in text:
        return False
    return _compile(f"{BOUNDARY}{re.escape(literal)}{BOUNDARY}").search(text) is not None


class Glob:
    """A pattern that is matched from end to end. Give it text in the same case as the pattern."""

    __slots__ = ("_first", "_last", "_last_length", "_middle")

    def __init__(self, pattern: str) -> None:
        """Cut the pattern at its `*`."""
        first, *rest = pattern.split("*")
        last = rest.pop() if rest else None
        self._first = _compile(_expression(first))
        self._middle = [_compile(_expression(part)) for part in rest if part]
        self._last_length = len(last or "")
        self._last = None if last is None else _compile(_expression(last))

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches the whole text."""
        if self._last is None:
            return self._first.fullmatch(text) is not None
        found = self._first.match(text)
        for part in self._middle:
            if found is None:
                return False
            found = part.search(text, found.end())
        end = len(text) - self._last_length
        return (
            found is not None and found.end() <= end and self._last.fullmatch(text, end) is not None
        )


class WordGlob:
    """A pattern that is matched against parts of a text that start and end at a word boundary."""

    __slots__ = ("_needed", "_parts")

    def __init__(self, pattern: str) -> None:
        """Cut the pattern at its `*`."""
        parts = pattern.split("*")
        expressions = [_expression(part) for part in parts]
        expressions[0] = BOUNDARY + expressions[0]
        expressions[-1] += BOUNDARY
        self._parts = [_compile(expression) for expression in expressions if expression]
        # A look at the longest literal tells most texts apart at little cost.
        self._needed = max(re.split(r"[*?]", pattern), key=len)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches some such part of the text."""
        if self._needed not in text:
            return False
        at = 0
        for part in self._parts:
            found = part.search(text, at)
            if found is None:
                return False
            at = found.end()
        return True
