import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.push.rules_glob import Glob, has_wildcard
from tests.push import naive

texts = st.text("ab_ -\n", max_size=9)
patterns = st.text("ab_ -*?", max_size=7)


@pytest.mark.parametrize("pattern,expected", [("abc", False), ("a*", True), ("a?c", True)])
def test_a_pattern_has_a_wildcard(pattern: str, expected: bool) -> None:
    assert has_wildcard(pattern) is expected


@given(patterns, texts)
def test_matching_from_end_to_end_is_what_a_regular_expression_says(
    pattern: str, text: str
) -> None:
    expected = re.fullmatch(naive.expression(pattern), text) is not None

    assert Glob(pattern).matches_all(text) is expected


@given(patterns, texts)
def test_matching_words_is_what_trying_every_part_says(pattern: str, text: str) -> None:
    assert Glob(pattern).matches_words(text) is naive.words_match(pattern, text)


@given(st.text("ab*? _", max_size=4), texts)
def test_a_literal_has_no_wildcards(text: str, body: str) -> None:
    escaped = text.replace("*", "-").replace("?", "-")

    assert Glob.literal(text).matches_words(text)
    assert Glob.literal(escaped).matches_words(body) is naive.words_match(escaped, body)


@pytest.mark.parametrize(
    "pattern", ["*a" * 40 + "b", "a?" * 40 + "b", "*a?" * 30 + "b", "?" * 80, "a*" * 100]
)
def test_no_pattern_is_slow(pattern: str) -> None:
    """A backtracking engine would not come back from the first of these."""
    text = "a" * 8192
    glob = Glob(pattern)
    started = time.perf_counter()

    glob.matches_all(text)
    glob.matches_words(text)

    assert time.perf_counter() - started < 1.0
