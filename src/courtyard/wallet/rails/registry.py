"""Every way of money in and out."""

from typing import Final

from courtyard.wallet.rails.bank import BANK
from courtyard.wallet.rails.cash import CASH
from courtyard.wallet.rails.errors import UnknownRailError
from courtyard.wallet.rails.protocol import Rail
from courtyard.wallet.rails.stripe import STRIPE

_ALL: Final[tuple[Rail, ...]] = (CASH, BANK, STRIPE)
RAILS: Final[dict[str, Rail]] = {rail.name: rail for rail in _ALL}


def rail_of(name: str) -> Rail:
    """Return a rail.

    Raises:
        UnknownRailError: there is none of this name.
    """
    found = RAILS.get(name)
    if found is None:
        message = "There is no such way in or out; `GET /rails` lists them."
        raise UnknownRailError(message)
    return found
