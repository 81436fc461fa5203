"""Which PINs may be chosen. Pure."""

import re
from typing import Final

from courtyard.wallet.guard.errors import BadPinError

_SHAPE = re.compile(r"[0-9]{6}", re.ASCII)
_UP: Final = "01234567890123456789"
_DOWN: Final = _UP[::-1]
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BIRTH_YEARS: Final = range(1900, 2030)


def check_shape(pin: object) -> str:
    """Read a PIN.

    Raises:
        BadPinError: it is not six digits, as a string.
    """
    if not isinstance(pin, str) or not _SHAPE.fullmatch(pin):
        message = "A PIN is a string of six digits."
        raise BadPinError(message)
    return pin


def check_new_pin(pin: object) -> str:
    """Read a PIN that is to be set.

    Raises:
        BadPinError: it is not six digits, or one of those that are guessed first.
    """
    read = check_shape(pin)
    if _is_pattern(read) or _is_date(read):
        message = "This PIN is too easy to guess: no dates, no repeated digits, no sequences."
        raise BadPinError(message)
    return read


def _is_pattern(pin: str) -> bool:
    """Tell whether a PIN is a sequence, repeats a part, or has at most two different digits."""
    halves = pin[:3] == pin[3:] or pin[:3] == pin[:2:-1]
    thirds = pin[:2] == pin[2:4] == pin[4:]
    pairs = pin[0::2] == pin[1::2]
    return pin in _UP or pin in _DOWN or halves or thirds or pairs or len(set(pin)) <= 2


def _is_date(pin: str) -> bool:
    """Tell whether a PIN reads like a birthday: two digits each of day, month and year, or year and month."""
    first, middle, last = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    day_first, month_first = _is_day(first, middle), _is_day(middle, first)
    year_first = _is_day(last, middle)
    year_month = int(pin[:4]) in _BIRTH_YEARS and 1 <= last <= 12
    month_year = int(pin[2:]) in _BIRTH_YEARS and 1 <= first <= 12
    return day_first or month_first or year_first or year_month or month_year


def _is_day(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]
