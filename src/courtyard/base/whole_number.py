"""Whole numbers in queries and tokens. `int` alone takes signs, spaces, underscores and the digits of every script."""


def parse_whole_number(text: str, digits_max: int) -> int | None:
    """Return what decimal digits say, or None: it is something else, or longer than that."""
    if not text.isascii() or not text.isdigit() or len(text) > digits_max:
        return None
    return int(text)
