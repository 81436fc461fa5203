"""The shapes that every body of this feature is made of. Pure; raises only documented refusals."""

from typing import Any

from courtyard.base import canonical_json
from courtyard.base.errors import (
    BadJsonError,
    InvalidParamError,
    MissingParamError,
    TooLargeError,
)
from courtyard.e2ee.model import NAME_BYTES_MAX, Json


def required(body: dict[str, Any], name: str) -> Any:
    """Return a member that must be there.

    Raises:
        MissingParamError: it is not.
    """
    if name not in body:
        message = f"“{name}” is missing."
        raise MissingParamError(message)
    return body[name]


def an_object(value: object, what: str) -> Json:
    """Accept a JSON object.

    Raises:
        BadJsonError: it is something else.
    """
    if not isinstance(value, dict):
        message = f"{what} must be an object."
        raise BadJsonError(message)
    return value


def a_list(value: object, what: str) -> list[Any]:
    """Accept a JSON array.

    Raises:
        BadJsonError: it is something else.
    """
    if not isinstance(value, list):
        message = f"{what} must be an array."
        raise BadJsonError(message)
    return value


def a_string(value: object, what: str) -> str:
    """Accept a string.

    Raises:
        BadJsonError: it is something else.
    """
    if not isinstance(value, str):
        message = f"{what} must be a string."
        raise BadJsonError(message)
    return value


def a_name(value: object, what: str) -> str:
    """Accept a string that can name something: not empty, bounded, storable everywhere.

    Raises:
        BadJsonError: it is not a string.
        InvalidParamError: it is no name.
    """
    name = a_string(value, what)
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        size = 0
    if not 0 < size <= NAME_BYTES_MAX or "\0" in name:
        message = f"{what} must have 1 to {NAME_BYTES_MAX} bytes and no null character."
        raise InvalidParamError(message)
    return name


def encoded(value: object, what: str, bytes_max: int) -> bytes:
    """Return canonical JSON that is not too large.

    Raises:
        CanonicalJsonError: there is none.
        TooLargeError: it has more than `bytes_max` bytes.
    """
    body = canonical_json.encode(value)
    if len(body) > bytes_max:
        message = f"{what} is larger than {bytes_max} bytes."
        raise TooLargeError(message)
    return body


def signatures_of(key: Json, what: str) -> dict[str, dict[str, str]]:
    """Return the `signatures` of a key object: by user, then by key id. Absent counts as none.

    Raises:
        BadJsonError: they have another shape.
    """
    signatures = an_object(key.get("signatures", {}), f"“signatures” of {what}")
    for by_key in signatures.values():
        for signature in an_object(by_key, f"“signatures” of {what}").values():
            a_string(signature, f"A signature of {what}")
    return signatures
