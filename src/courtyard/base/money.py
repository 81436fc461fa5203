"""Money: an integer count of the smallest unit, with its currency. Never a float."""

from typing import NewType

import msgspec

from courtyard.base.errors import CourtyardError

Currency = NewType("Currency", str)

AMOUNT_MINOR_MAX = 2**53 - 1
"""The largest amount that every JSON reader keeps exact (appendices#canonical-json)."""


class CurrencyMismatchError(CourtyardError):
    """Two amounts of different currencies were to be added or compared."""

    code = "money.currency_mismatch"


class AmountOutOfRangeError(CourtyardError):
    """An amount left the range in which every JSON reader is exact."""

    code = "money.out_of_range"


class Money(msgspec.Struct, frozen=True, order=False):
    """`amount_minor` smallest units of `currency`; may be negative, as a balance change is."""

    amount_minor: int
    currency: Currency

    def __post_init__(self) -> None:
        """Refuse what a JSON reader could round."""
        if isinstance(self.amount_minor, bool) or not isinstance(self.amount_minor, int):
            message = "An amount is a whole number of minor units."
            raise AmountOutOfRangeError(message)
        if abs(self.amount_minor) > AMOUNT_MINOR_MAX:
            message = "The amount is too large."
            raise AmountOutOfRangeError(message)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            message = f"{self.currency} and {other.currency} cannot be combined."
            raise CurrencyMismatchError(message)

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts of one currency."""
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract an amount of the same currency."""
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> "Money":
        """Turn a credit into a debit."""
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Compare two amounts of one currency."""
        self._same(other)
        return self.amount_minor < other.amount_minor
