"""The encoding that every hash depends on.

spec: appendices#canonical-json
"""

import json
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum

import pytest

from courtyard.base import canonical_json
from courtyard.base.canonical_json import CanonicalJsonError
from courtyard.base.errors import BadJsonError


def grammar_escape(text: str) -> str:
    """Write a string by the spec's grammar, one character at a time."""
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
    return (
        '"'
        + "".join(short.get(ord(c)) or (f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in text)
        + '"'
    )


@pytest.mark.parametrize(
    "value,expected",
    [
        ({}, "{}"),
        ({"one": 1, "two": "Two"}, '{"one":1,"two":"Two"}'),
        ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}'),
        ({"a": "日本語"}, '{"a":"日本語"}'),
        ({"本": 2, "日": 1}, '{"日":1,"本":2}'),
        ({"a": "\u65e5"}, '{"a":"日"}'),
        ({"a": None}, '{"a":null}'),
        (
            {
                "auth": {
                    "success": True,
                    "mxid": "@j:e",
                    "profile": {"pids": [{"m": "e", "a": "j"}]},
                }
            },
            '{"auth":{"mxid":"@j:e","profile":{"pids":[{"a":"j","m":"e"}]},"success":true}}',
        ),
        ((1, [2, ()]), "[1,[2,[]]]"),
        (-(2**53) + 1, "-9007199254740991"),
        (2**53 - 1, "9007199254740991"),
        (0, "0"),
        (False, "false"),
        ("", '""'),
    ],
)
def test_examples(value: object, expected: str) -> None:
    assert canonical_json.encode(value) == expected.encode()


def test_every_character_is_escaped_as_the_grammar_says() -> None:
    everything = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)

    assert canonical_json.encode(everything) == grammar_escape(everything).encode()


def test_keys_are_ordered_by_code_point_and_not_by_utf_16_unit() -> None:
    # In UTF-16 the second key would come first: it begins with the surrogate U+D800.
    keys = ["a", "\uffff", "\U00010000", "", "aa", "\x7f", "é"]

    encoded = canonical_json.encode(dict.fromkeys(reversed(keys), 0))

    assert list(json.loads(encoded)) == sorted(keys)
    assert encoded.index("\uffff".encode()) < encoded.index("\U00010000".encode())


class Word(StrEnum):
    HELLO = "hello"


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        -0.0,
        float("nan"),
        float("inf"),
        2**53,
        -(2**53),
        10**40,
        "\ud800",
        "\udc00 alone",
        {"\ud800": 1},
        {1: 2},
        {None: 2},
        {True: 2},
        {Word.HELLO: 1},
        Word.HELLO,
        OrderedDict(a=1),
        b"bytes",
        {1, 2},
        object,
    ],
    ids=repr,
)
@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: [v], lambda v: {"a": {"b": (v,)}}])
def test_what_has_no_canonical_form_is_refused(
    value: object, wrap: Callable[[object], object]
) -> None:
    for function in (canonical_json.encode, canonical_json.validate):
        with pytest.raises(CanonicalJsonError):
            function(wrap(value))


def nested(depth: int) -> object:
    value: object = 0
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def test_depth_is_limited() -> None:
    canonical_json.validate(nested(canonical_json.DEPTH_MAX))
    for depth in (canonical_json.DEPTH_MAX + 1, 100_000):
        with pytest.raises(CanonicalJsonError, match="deeper"):
            canonical_json.validate(nested(depth))


def test_a_refusal_is_answered_as_bad_json() -> None:
    assert issubclass(CanonicalJsonError, BadJsonError)
    assert CanonicalJsonError.code == BadJsonError.code
