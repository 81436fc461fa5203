"""Whether a text matches, and how well, as a rule."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.search.model import KEYS
from courtyard.search.rules import WORDS_MAX, fold, rank, searched_text, words_of

ALL = frozenset(KEYS)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_text_matches_its_own_words_wherever_they_stand(before: str, after: str) -> None:
    term = "Wörter Straße"

    assert rank(f"{before} STRASSE wörter {after}", words_of(term)) > 0


@given(st.text(), st.text(min_size=1))
def test_a_rank_is_above_zero_exactly_when_every_word_is_there(text: str, term: str) -> None:
    words = words_of(term)
    if words:
        assert (rank(text, words) > 0) == all(word in fold(text) for word in words)


def test_a_term_has_so_many_words() -> None:
    assert len(words_of(" ".join(str(n) for n in range(100)))) == WORDS_MAX
    assert words_of("tea Tea TEA") == ["tea"]


def test_many_hits_in_a_short_text_are_best() -> None:
    texts = ["tea tea", "tea", "tea and a great many other things to eat"]
    ranks = [rank(text, ["tea"]) for text in texts]

    assert ranks == sorted(ranks, reverse=True)
    assert rank("coffee", ["tea"]) == 0


@pytest.mark.parametrize(
    "type, content, text",
    [
        ("m.room.message", {"body": "x"}, "x"),
        ("m.room.message", {"body": 5}, None),
        ("m.room.message", {}, None),
        ("m.room.name", {"name": "x"}, "x"),
        ("m.room.topic", {"topic": "x"}, "x"),
        ("m.room.topic", {"topic": "x", "m.topic": {"m.text": [{"body": "y"}]}}, "x\ny"),
        ("m.room.topic", {}, None),
        ("m.room.encrypted", {"body": "x"}, None),
    ],
)
def test_only_these_texts_are_searched(type: str, content: Any, text: str | None) -> None:
    assert searched_text(type, content, ALL) == text
    assert searched_text(type, content, frozenset()) is None
