"""Laws of reading strangers' JSON: any bytes give a value or a refusal, and the same value as anybody else reads.

spec: client-server-api#api-standards
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courtyard.base import canonical_json, json_limits
from courtyard.base.errors import BadJsonError, NotJsonError

TOKENS = [
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        '"a"',
        '"\\ud800"',
        '"\\u0000"',
        "null",
        "true",
        "1",
        "-0",
        "1e400",
    ),
    *("1.5", "NaN", "Infinity", " ", "\n", "\\", "9" * 30, "\ufeff", "\x00", "//", "'a'"),
]
documents = st.binary(max_size=60) | st.lists(st.sampled_from(TOKENS), max_size=25).map(
    lambda tokens: "".join(tokens).encode()
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=30,
)


def _refuse(word: str) -> None:
    raise ValueError(word)


def _read(body: bytes) -> Any:
    try:
        return json_limits.decode(body)
    except (NotJsonError, BadJsonError) as error:
        return type(error)


@given(documents)
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b'"' + b"\\" * 99_999)
@example(b"1" * 100_000)
@example(b"-" + b"9" * 5_000)
@example(b"1e" + b"9" * 5_000)
def test_any_bytes_give_a_value_or_a_refusal(body: bytes) -> None:
    value = _read(body)

    if value not in (NotJsonError, BadJsonError):
        assert value == json.loads(body.decode("utf-8"), parse_constant=_refuse)


@given(values)
def test_what_others_write_is_read(value: Any) -> None:
    for body in (
        json.dumps(value),
        json.dumps(value, ensure_ascii=False),
        json.dumps(value, indent=3),
    ):
        assert json_limits.decode(body.encode()) == value


@given(values)
def test_what_can_be_read_has_one_canonical_form(value: Any) -> None:
    body = canonical_json.encode(json_limits.decode(json.dumps(value).encode()))

    assert canonical_json.encode(json_limits.decode(body)) == body


@given(st.integers(1, 200), st.sampled_from([("[", "]"), ('{"a":', "}")]))
def test_depth_is_refused_exactly_from_the_limit(depth: int, brackets: tuple[str, str]) -> None:
    opening, closing = brackets
    body = f"{opening * depth}1{closing * depth}".encode()

    if depth <= json_limits.DEPTH_MAX:
        assert json_limits.decode(body) is not None
    else:
        with pytest.raises(BadJsonError):
            json_limits.decode(body)


@given(st.text(alphabet="[]{}", max_size=300))
def test_brackets_inside_strings_are_only_text(text: str) -> None:
    assert json_limits.decode(json.dumps({"a": text}).encode()) == {"a": text}


@given(st.characters(categories=["Cs"]), st.booleans())
def test_half_a_surrogate_pair_is_refused(half: str, in_key: bool) -> None:
    escaped = json.dumps(half)
    body = f"{{{escaped}: 1}}" if in_key else f'{{"a": {escaped}}}'

    with pytest.raises(NotJsonError):
        json_limits.decode(body.encode())
