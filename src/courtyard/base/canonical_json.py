"""Canonical JSON: the one encoding that hashes and signatures are made over.

The bytes come from msgspec, whose string escapes and key order were compared with the spec's
grammar for every code point (`tests/base/test_canonical_json.py`). msgspec alone is too generous:
it would also write floats, big integers, bytes, sets and dates, so every value is walked first.

spec: appendices#canonical-json
"""

import msgspec

from courtyard.base.errors import BadJsonError

INTEGER_MAX = 2**53 - 1
"""The largest integer that may appear; the smallest is its negative."""

DEPTH_MAX = 100
"""How deep arrays and objects may nest. A request body is held to less (`base.json_limits`)."""

_encode = msgspec.json.Encoder(order="sorted").encode


class CanonicalJsonError(BadJsonError):
    """The value has no canonical encoding. Its code, and so its answer, is that of bad JSON."""


def encode(value: object) -> bytes:
    """Return the canonical JSON of `value`, as UTF-8 bytes.

    Accepted are `None`, `bool`, `int`, `str`, `list`, `tuple` (written as an array) and `dict` with
    `str` keys: exactly these types, because a subclass could be written otherwise than it looks.

    Raises:
        CanonicalJsonError: another type (any float, even a whole one), an integer out of range, a
            lone surrogate, or nesting deeper than `DEPTH_MAX`.
    """
    _check((value,), 0)
    try:
        return _encode(value)
    except UnicodeEncodeError as error:
        raise CanonicalJsonError(
            "A string holds half of a surrogate pair, which is not valid Unicode."
        ) from error


def encode_again(value: object) -> bytes:
    """Return the canonical JSON of a value all of whose parts `encode` has accepted just now.

    Nothing is checked: an event is encoded twice, and checking it once is enough.
    """
    return _encode(value)


def validate(value: object) -> None:
    """Only check that `value` has a canonical encoding.

    Raises:
        CanonicalJsonError: as `encode`.
    """
    encode(value)


def _check(container: object, depth: int) -> None:
    """Check the members of one container. Leaves cost no call: this runs for each event sent."""
    if depth > DEPTH_MAX:
        raise CanonicalJsonError(f"The JSON nests deeper than {DEPTH_MAX} levels.")
    if type(container) is dict:
        for key in container:
            if type(key) is not str:
                raise CanonicalJsonError("An object has a key that is not a string.")
        members = container.values()
    else:
        members = container  # type: ignore[assignment]  # a list or tuple, by the test below
    for member in members:
        kind = type(member)
        if kind is str or kind is bool or member is None:
            continue
        if kind is int:
            if not -INTEGER_MAX <= member <= INTEGER_MAX:
                raise CanonicalJsonError("An integer is outside ±(2^53 - 1).")
        elif kind is dict or kind is list or kind is tuple:
            _check(member, depth + 1)
        else:
            what = "A float" if kind is float else f"A value of type {kind.__name__}"
            raise CanonicalJsonError(f"{what} is not canonical JSON.")
