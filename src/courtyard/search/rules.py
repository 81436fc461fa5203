"""Does a text match, and how well? Pure.

A term is split at white space; every word must stand somewhere in the text, inside another word too, whatever its case.
So languages that put no spaces between words are found like others.
"""

import unicodedata

from courtyard.rooms.rules_summary import topic_of
from courtyard.search.model import Key

WORDS_MAX = 20

_TYPES: dict[str, tuple[str, Key]] = {
    "m.room.message": ("body", "content.body"),
    "m.room.name": ("name", "content.name"),
    "m.room.topic": ("topic", "content.topic"),
}

SEARCHED_TYPES = frozenset(_TYPES)


def words_of(term: str) -> list[str]:
    """Return the distinct words of a term, ready for comparison."""
    return list(dict.fromkeys(fold(term).split()))[:WORDS_MAX]


def fold(text: str) -> str:
    """Return a text in the form in which texts are compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def searched_text(type: str, content: dict[str, object], keys: frozenset[Key]) -> str | None:
    """Return the text of an event that is searched, or None.

    spec: client-server-api#search-categories
    """
    found = _TYPES.get(type)
    if found is None or found[1] not in keys:
        return None
    if type == "m.room.topic":
        texts = [content.get("topic"), topic_of(content)]
        shown = [text for text in dict.fromkeys(texts) if isinstance(text, str)]
        return "\n".join(shown) if shown else None
    value = content.get(found[0])
    return value if isinstance(value, str) else None


def rank(text: str, words: list[str]) -> float:
    """Return how well a text matches, 0 when a word is missing. Many hits in a short text are best."""
    folded = fold(text)
    hits = 0
    for word in words:
        count = folded.count(word)
        if not count:
            return 0.0
        hits += count
    return round(hits * len(max(words, key=len)) / (len(folded) + 20), 6)
