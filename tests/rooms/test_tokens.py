"""The tokens of paging and sync."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.rooms.errors import UnknownPositionError
from courtyard.rooms.tokens import make_token, parse_token

numbers = st.integers(0, 10**18 - 1)


@given(numbers, numbers)
def test_a_token_says_what_it_was_made_from(position: int, serial: int) -> None:
    assert parse_token(make_token(position, serial)) == (position, serial)


@given(st.text())
def test_anything_else_is_refused(text: str) -> None:
    try:
        token = parse_token(text)
    except UnknownPositionError:
        return
    assert parse_token(make_token(*token)) == token


@pytest.mark.parametrize("text", ["", "s", "1", "s1_", "s_1", "S1", "s1 ", "s1\n", "s" + "1" * 19])
def test_near_misses_are_refused(text: str) -> None:
    with pytest.raises(UnknownPositionError):
        parse_token(text)
