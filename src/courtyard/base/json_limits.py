"""Reading JSON that a stranger sent: strict, and bounded in depth."""

import msgspec

from courtyard.base.errors import BadJsonError, NotJsonError

DEPTH_MAX = 64
"""How deep arrays and objects may nest. Real events stay under ten."""


def _too_deep(body: bytes) -> bool:
    # Brackets inside strings count too, so this only says "may be": the exact walk decides.
    return body.count(b"{") + body.count(b"[") > DEPTH_MAX


def _depth_over(value: object, left: int) -> bool:
    if left < 0:
        return True
    if isinstance(value, dict):
        return any(_depth_over(item, left - 1) for item in value.values())
    if isinstance(value, list):
        return any(_depth_over(item, left - 1) for item in value)
    return False


def decode(body: bytes) -> object:
    """Decode one JSON document.

    Raises:
        NotJsonError: the bytes are not JSON in UTF-8.
        BadJsonError: the document nests deeper than `DEPTH_MAX`.
    """
    try:
        value: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = "The body is not valid JSON."
        raise NotJsonError(message) from error
    except RecursionError as error:
        message = "The JSON nests too deeply."
        raise BadJsonError(message) from error
    if _too_deep(body) and _depth_over(value, DEPTH_MAX):
        message = "The JSON nests too deeply."
        raise BadJsonError(message)
    return value


def decode_object(body: bytes) -> dict[str, object]:
    """Decode a body that must be a JSON object; an empty body counts as `{}`.

    Raises:
        NotJsonError, BadJsonError: as `decode`, and when the document is not an object.
    """
    if not body.strip():
        return {}
    value = decode(body)
    if not isinstance(value, dict):
        message = "The body must be a JSON object."
        raise BadJsonError(message)
    return value
