import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.push.rules_glob import (
    Glob,
    WordGlob,
    has_wildcard,
    is_word,
    literal_in_words,
    words,
)
from tests.push import naive

texts = st.text("ab_ -\n", max_size=9)
patterns = st.text("ab_ -*?", max_size=7)


@pytest.mark.parametrize("pattern,expected", [("abc", False), ("a*", True), ("a?c", True)])
def test_a_pattern_has_a_wildcard(pattern: str, expected: bool) -> None:
    assert has_wildcard(pattern) is expected


@settings(deadline=None)
@given(patterns, texts)
def test_matching_from_end_to_end_is_what_a_regular_expression_says(
    pattern: str, text: str
) -> None:
    expected = re.fullmatch(naive.expression(pattern), text) is not None

    assert Glob(pattern).matches(text) is expected


@settings(deadline=None)
@given(patterns, texts)
def test_matching_words_is_what_trying_every_part_says(pattern: str, text: str) -> None:
    expected = naive.words_match(pattern, text)

    assert WordGlob(pattern).matches(text) is expected
    if is_word(pattern):
        assert (pattern in words(text)) is expected
    if not has_wildcard(pattern):
        assert literal_in_words(pattern, text) is expected


@settings(deadline=None)
@given(st.text("ab*? _", max_size=4))
def test_a_literal_has_no_wildcards(text: str) -> None:
    assert literal_in_words(text, f"- {text} -")
    assert not literal_in_words("*", "a")


@pytest.mark.parametrize(
    "pattern,expected", [("a_9Z", True), ("", False), ("a-b", False), ("é", False)]
)
def test_a_word(pattern: str, expected: bool) -> None:
    assert is_word(pattern) is expected


@pytest.mark.parametrize(
    "pattern", ["*a" * 40 + "b", "a?" * 32, "*a?" * 21, "?" * 64, "a*" * 100, "a" * 254 + "b"]
)
@pytest.mark.parametrize("text", ["a" * 8192, "a " * 4096, "-" + "a" * 8190 + "_"])
def test_no_pattern_is_slow(pattern: str, text: str) -> None:
    """A backtracking engine would not come back from the first of these."""
    started = time.perf_counter()

    Glob(pattern).matches(text)
    WordGlob(pattern).matches(text)

    assert time.perf_counter() - started < 1.0
