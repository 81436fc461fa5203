"""What a payment over a rail may become, and how its amounts are read. Pure."""

import hashlib
import re
from collections import Counter
from typing import Final

from courtyard.base.money import AMOUNT_MINOR_MAX
from courtyard.wallet.rails.errors import BadBankFileError, BadPayeeError, UnknownRailError
from courtyard.wallet.rails.model import Booking, Direction, Payee, RailTxn, TxnState
from courtyard.wallet.rails.rules_iban import parse_iban
from courtyard.wallet.rules import ended

NAME_LENGTH_MAX: Final = 70
"""Of a name in a SEPA payment."""
_SEPA_RE: Final = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]+", re.ASCII)
_DECIMAL_RE: Final = re.compile(r"([0-9]{1,18})(?:\.([0-9]{0,17}))?", re.ASCII)
_NEXT: Final[dict[TxnState, frozenset[TxnState]]] = {
    "created": frozenset({"sent", "settled", "failed"}),
    "sent": frozenset({"settled", "failed", "returned"}),
    "settled": frozenset({"returned"}),
    "returned": frozenset(),
    "failed": frozenset(),
}


def parse_decimal(text: str, scale: int) -> int:
    """Read an amount of a bank's file into minor units, exactly.

    Args:
        text: digits with at most one point.
        scale: decimal digits of a major unit; more than that may only be noughts.

    Raises:
        BadBankFileError: it is no such number, is finer than the currency, or larger than what is kept exact.
    """
    found = _DECIMAL_RE.fullmatch(text.strip())
    if found is None:
        message = "An amount in the file is no decimal number."
        raise BadBankFileError(message)
    whole, fraction = found[1], (found[2] or "").rstrip("0")
    if len(fraction) > scale:
        message = "An amount in the file is finer than its currency."
        raise BadBankFileError(message)
    minor = int(whole + fraction.ljust(scale, "0"))
    if minor > AMOUNT_MINOR_MAX:
        message = "An amount in the file is too large."
        raise BadBankFileError(message)
    return minor


def decimal(minor: int, scale: int) -> str:
    """Write minor units as a decimal number: 1250 of scale 2 is `12.50`."""
    digits = str(abs(minor)).rjust(scale + 1, "0")
    shown = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    return f"-{shown}" if minor < 0 else shown


def check_offered(offered: frozenset[Direction], direction: Direction, currency: str) -> None:
    """Say whether a rail carries a currency in a direction.

    Raises:
        UnknownRailError: it does not.
    """
    if direction not in offered:
        word = "in" if direction == "topup" else "out"
        message = f"This way does not carry {currency} {word}."
        raise UnknownRailError(message)


def check_bank_payee(account: object, name: object) -> Payee:
    """Read where the bank is to pay to.

    Raises:
        BadPayeeError: the IBAN is none, or the name is not one that a bank takes.
    """
    iban = parse_iban(account) if isinstance(account, str) else None
    if iban is None:
        message = "This is not an IBAN: look for a digit that is wrong or missing."
        raise BadPayeeError(message)
    plain = " ".join(name.split()) if isinstance(name, str) else ""
    if not 1 <= len(plain) <= NAME_LENGTH_MAX or not all(one.isprintable() for one in plain):
        message = "A payout by bank needs the name of the account's owner, 1 to 70 characters."
        raise BadPayeeError(message)
    return Payee(account=iban, name=plain)


def sepa_text(text: str) -> str:
    """Return a text with the letters that every bank takes (EPC 230-15); others become a point."""
    written = "".join(one if _SEPA_RE.fullmatch(one) else "." for one in text)
    # A bank refuses a field that begins or ends with a slash, or holds two.
    return written.replace("//", "/.").strip("/ ") or "."


def check_step(txn: RailTxn, to: TxnState) -> None:
    """Say whether a payment may go on to a state.

    Raises:
        EndedError: it has ended, or would go back.
    """
    if to not in _NEXT[txn.state] or (to == "returned" and txn.direction != "payout"):
        raise ended(txn.state)


def mismatch(txn: RailTxn | None, amount: int, currency: str) -> str:
    """Return why a booking is not this payment; empty: it is.

    Args:
        amount: of the booking, without its sign.
    """
    if txn is None:
        return "unknown_reference"
    if currency != txn.currency:
        return "other_currency"
    return "" if amount == txn.amount else "other_amount"


def topup_fate(txn: RailTxn | None, amount: int, currency: str) -> str:
    """Return why a booking cannot be credited as this top-up; empty: it can."""
    reason = mismatch(txn, amount, currency)
    if reason or txn is None:
        return reason
    if txn.direction != "topup":
        return "not_a_topup"
    return "" if txn.state in ("created", "sent") else "paid_before"


def payout_fate(txn: RailTxn | None, booking: Booking, currency: str) -> str:
    """Return why a booking of the bank is not the way of this payout, or its way back; empty: it is."""
    reason = mismatch(txn, abs(booking.amount), currency)
    if reason or txn is None:
        return reason
    if txn.direction != "payout":
        return "not_a_payout"
    if txn.state == "created":
        return "never_sent"
    return "never_left" if txn.state == "failed" else ""


def line_key(booking: Booking, nth: int) -> str:
    """Return what is the same of a booking in every file that tells of it.

    The bank's own reference, where there is one; else everything it says. `nth`: which of equal ones it is within its report.
    """
    if booking.service_ref:
        said = f"ref:{booking.service_ref}:{booking.amount}"
    else:
        parts = (booking.day, booking.reference, booking.end_to_end, booking.party, booking.text)
        whole = "\0".join((*parts, str(booking.amount)))
        said = f"said:{hashlib.sha256(whole.encode()).hexdigest()[:32]}"
    return f"{said}:{nth}" if nth else said


def line_keys(bookings: list[Booking]) -> list[str]:
    """Return the keys of a report's bookings; equal ones are numbered."""
    seen: Counter[str] = Counter()
    keys = []
    for booking in bookings:
        first = line_key(booking, 0)
        keys.append(line_key(booking, seen[first]))
        seen[first] += 1
    return keys


def gap(opening: int, entries: int, closing: int) -> int:
    """Return what a statement's lines leave unexplained; 0 when it adds up."""
    return closing - opening - entries
