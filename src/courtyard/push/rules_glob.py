"""Glob patterns over event properties, in time linear in text and pattern for nearly all patterns.

Rules run for every event on the one thread that writes, so a pattern such as `a*a*a*a*b` must not be
able to hold it: no regular expression that backtracks is ever made from what a user wrote.

spec: appendices#glob-style-matching
"""

from collections.abc import Iterator

_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def has_wildcard(pattern: str) -> bool:
    """Tell whether a pattern can match more than one text."""
    return "*" in pattern or "?" in pattern


def is_boundary(text: str, index: int) -> bool:
    """Tell whether a word starts or ends at `index`, or nothing that is part of a word touches it.

    That is: start or end of the text, or one of the characters on either side is outside `[A-Za-z0-9_]`.
    """
    return (
        index == 0 or index == len(text) or text[index - 1] not in _WORD or text[index] not in _WORD
    )


class _Piece:
    """A run of the pattern without `*`; each `?` in it stands for exactly one character."""

    __slots__ = ("anchor", "anchor_at", "length", "literals")

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self.literals: list[tuple[int, str]] = []
        at = 0
        for literal in text.split("?"):
            if literal:
                self.literals.append((at, literal))
            at += len(literal) + 1
        # Candidates are found with the longest literal, by a search that is linear.
        self.anchor_at, self.anchor = max(
            self.literals, key=lambda item: len(item[1]), default=(0, "")
        )

    @classmethod
    def literal(cls, text: str) -> "_Piece":
        """Make a piece in which `?` stands for itself."""
        piece = cls("")
        piece.length = len(text)
        piece.literals = [(0, text)]
        piece.anchor = text
        return piece

    def at(self, text: str, index: int) -> bool:
        """Tell whether the piece stands in `text` at `index`."""
        if index < 0 or index + self.length > len(text):
            return False
        return all(text.startswith(literal, index + at) for at, literal in self.literals)

    def places(self, text: str, start: int) -> Iterator[int]:
        """Yield where the piece stands, from left to right, from `start` on."""
        last = len(text) - self.length
        if not self.anchor:
            yield from range(start, last + 1)
            return
        found = text.find(self.anchor, start + self.anchor_at)
        while found >= 0:
            index = found - self.anchor_at
            if index > last:
                return
            if len(self.literals) == 1 or self.at(text, index):
                yield index
            found = text.find(self.anchor, found + 1)


class Glob:
    """A compiled pattern. Give it text in the same case as the pattern."""

    __slots__ = ("_first", "_last", "_middle")

    def __init__(self, pattern: str) -> None:
        """Cut the pattern at its `*`."""
        first, *rest = (_Piece(part) for part in pattern.split("*"))
        self._first = first
        self._last = rest.pop() if rest else None
        self._middle = [piece for piece in rest if piece.length]

    @classmethod
    def literal(cls, text: str) -> "Glob":
        """Make a pattern of a text in which `*` and `?` stand for themselves."""
        glob = cls("")
        glob._first = _Piece.literal(text)
        return glob

    def matches_all(self, text: str) -> bool:
        """Tell whether the pattern matches the text from end to end."""
        first, last = self._first, self._last
        if last is None:
            return len(text) == first.length and first.at(text, 0)
        if not first.at(text, 0):
            return False
        after = self._after_middle(text, first.length)
        end = len(text) - last.length
        return after is not None and after <= end and last.at(text, end)

    def matches_words(self, text: str) -> bool:
        """Tell whether the pattern matches a part of the text that starts and ends at a word boundary."""
        first, last = self._first, self._last
        for start in first.places(text, 0):
            if not is_boundary(text, start):
                continue
            if last is None:
                if is_boundary(text, start + first.length):
                    return True
                continue
            # The leftmost start leaves the most room for the rest, so no other one need be tried.
            after = self._after_middle(text, start + first.length)
            return after is not None and any(
                is_boundary(text, place + last.length) for place in last.places(text, after)
            )
        return False

    def _after_middle(self, text: str, start: int) -> int | None:
        """Place the middle pieces as far left as possible; return where the last one ends."""
        for piece in self._middle:
            place = next(piece.places(text, start), None)
            if place is None:
                return None
            start = place + piece.length
        return start
