"""The codes that payers show: their form, whether one works, and what a pack of them covers. Pure."""

import hashlib
import re
from typing import Final

from courtyard.base.ids import TimestampMs
from courtyard.base.money import Currency
from courtyard.wallet.shops.errors import BadPaycodeError
from courtyard.wallet.shops.model import Pack, Paycode

PREFIX: Final = "90"
"""By which a scanner tells our codes from those of others, which begin with 10 to 15, 25 to 30, or 62."""
RANDOM_DIGITS: Final = 16
CAP_EACH_MAJOR: Final = 20
"""What one code of a pack pays at the most, in major units of its currency."""
CAP_TOTAL_MAJOR: Final = 100
_CODE = re.compile(rf"{PREFIX}[0-9]{{{RANDOM_DIGITS}}}", re.ASCII)


def code_of(number: int) -> str:
    """Return the code for a random number below 10^16."""
    return f"{PREFIX}{number:0{RANDOM_DIGITS}}"


def hash_of(value: object) -> bytes:
    """Return what is kept of a code that was shown.

    Raises:
        BadPaycodeError: it is no code of ours.
    """
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise refused()
    return hashlib.sha256(value.encode()).digest()


def check(code: Paycode | None, pack: Pack | None, now_ms: TimestampMs) -> Paycode:
    """Return a code that was looked up, if it works.

    Raises:
        BadPaycodeError: there is none, it was used, its time is over, or its pack was revoked. Which of them is not said.
    """
    if code is None or code.used_by is not None or now_ms >= code.expires_at:
        raise refused()
    if pack is not None and pack.revoked_at is not None:
        raise refused()
    return code


def refused() -> BadPaycodeError:
    """Return the one answer to every code that does not work."""
    return BadPaycodeError("This code cannot be used. Please show a new one.")


def covers(pack: Pack | None, currency: Currency, amount: int) -> bool:
    """Tell whether a code may pay an amount by itself. If not, the person has to confirm it."""
    if pack is None:
        return True
    return (
        pack.currency == currency
        and amount <= pack.cap_each
        and pack.spent + amount <= pack.cap_total
    )
