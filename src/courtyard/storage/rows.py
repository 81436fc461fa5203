"""Rows as structs."""

from typing import TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


def as_struct(kind: type[S], row: tuple[object, ...]) -> S:
    """Return a row whose columns are the fields of a struct, in their order."""
    return kind(**dict(zip(kind.__struct_fields__, row, strict=True)))
