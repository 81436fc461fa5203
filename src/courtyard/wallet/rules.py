"""What may be paid, and when something has ended. Pure: no clock, no chance, no database."""

import re
from typing import Final

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs
from courtyard.base.money import AMOUNT_MINOR_MAX, AmountOutOfRangeError, Currency
from courtyard.wallet.errors import (
    BadAmountError,
    BadKeyError,
    EndedError,
    ExpiredError,
    FiatNotOfferedError,
    InsufficientFundsError,
    NotIndependentError,
    TooMuchError,
    UnknownCurrencyError,
)
from courtyard.wallet.model import (
    POSTED_MAX,
    Account,
    CurrencyInfo,
    CurrencyKind,
    Hold,
    Mint,
    Mode,
    Offer,
    Packet,
    Proposal,
)
from courtyard.wallet.rules_iso4217 import SCALES

KEY_LENGTH_MAX: Final = 128
PROOF_LENGTH_MAX: Final = 255
_AMOUNT_RE = re.compile(r"[1-9][0-9]*", re.ASCII)
_CURRENCY_RE = re.compile(r"[A-Z][A-Z0-9]{2,9}", re.ASCII)


def parse_amount(value: object) -> int:
    """Read an amount: a string of digits, at least "1".

    Raises:
        BadAmountError: it is anything else: a number, nought, negative, with a fraction or a sign.
        AmountOutOfRangeError: it is larger than every JSON reader keeps exact.
    """
    if not isinstance(value, str) or not _AMOUNT_RE.fullmatch(value):
        message = 'An amount is a string of digits, such as "250": whole minor units, at least one.'
        raise BadAmountError(message)
    # By its length first: a million digits take long to read.
    if len(value) > len(str(AMOUNT_MINOR_MAX)) or int(value) > AMOUNT_MINOR_MAX:
        message = "The amount is too large."
        raise AmountOutOfRangeError(message)
    return int(value)


def parse_key(value: object) -> str:
    """Read the client's own key for a payment.

    Raises:
        BadKeyError: there is none, or it is not 1 to 128 printable ASCII characters.
    """
    is_text = isinstance(value, str) and value.isascii() and value.isprintable()
    if not is_text or not 1 <= len(str(value)) <= KEY_LENGTH_MAX:
        message = "A payment needs a key of its own, 1 to 128 printable ASCII characters."
        raise BadKeyError(message)
    return str(value)


def parse_proof(value: object) -> str | None:
    """Read the id of the proof that a request names; None: it names none.

    Raises:
        InvalidParamError: it is no id.
    """
    if value is not None and not (isinstance(value, str) and len(value) <= PROOF_LENGTH_MAX):
        message = "`proof` is the id of a proof."
        raise InvalidParamError(message)
    return value


def check_new_currency(
    code: str, kind: CurrencyKind, scale: int, mode: Mode | None = None
) -> Currency:
    """Read the code of a currency that is to be made.

    Args:
        mode: how official money is held here; None: nobody has chosen.

    Raises:
        UnknownCurrencyError: no currency can be called so, or have so many digits; or there is no such official money.
        FiatNotOfferedError: official money needs a mode that nobody has chosen yet.
    """
    if not _CURRENCY_RE.fullmatch(code) or not 0 <= scale <= 9:
        message = "A currency has a code of 3 to 10 capitals and digits, and 0 to 9 decimal digits."
        raise UnknownCurrencyError(message)
    if kind == "fiat" and mode is None:
        message = (
            "Official money cannot be switched on: the operator must first choose how it is held."
        )
        raise FiatNotOfferedError(message)
    if kind == "fiat" and SCALES.get(code) != scale:
        message = "No official money has this code with so many decimal digits (ISO 4217)."
        raise UnknownCurrencyError(message)
    return Currency(code)


def check_currency(found: CurrencyInfo | None) -> CurrencyInfo:
    """Return a currency that was looked up.

    Raises:
        UnknownCurrencyError: there is none.
    """
    if found is None:
        message = "This server has no such currency."
        raise UnknownCurrencyError(message)
    return found


def check_transfer(source: Account, target: Account, amount: int, released: int = 0) -> None:
    """Say whether money may move. The database would refuse it as well; here it gets its reason.

    Args:
        released: what a hold that is captured gives free in the same step.

    Raises:
        InsufficientFundsError: the source has less than that.
        TooMuchError: the target would have more than the ledger keeps exact.
    """
    assert amount > 0
    assert source.currency == target.currency
    if source.floor is None and source.available < amount:
        message = "No more of this currency can be made."
        raise TooMuchError(message)
    if source.available + released < amount:
        message = "There is not enough money."
        raise InsufficientFundsError(message)
    check_target(target, amount)


def check_target(target: Account, amount: int) -> None:
    """Say whether an account can take an amount.

    Raises:
        TooMuchError: it would have more than the ledger keeps exact.
    """
    if target.posted + amount > POSTED_MAX:
        message = "The balance would be too large."
        raise TooMuchError(message)


def check_capture(hold: Hold, amount: int, now_ms: TimestampMs) -> None:
    """Say whether a hold may be captured, whole or in part.

    Raises:
        EndedError, ExpiredError: it is not open any more.
        InsufficientFundsError: it holds less than that.
    """
    check_hold_open(hold, now_ms)
    if amount > hold.amount:
        message = "Less than that is held."
        raise InsufficientFundsError(message)


def check_hold_open(hold: Hold, now_ms: TimestampMs) -> None:
    """Say whether a hold is open.

    Raises:
        EndedError, ExpiredError: it is not.
    """
    if hold.state not in ("open", "expired"):
        raise ended(hold.state)
    if hold.state == "expired" or now_ms >= hold.expires_at:
        raise expired()


def offer_state(offer: Offer, now_ms: TimestampMs) -> str:
    """Return how a payment in a chat stands, by the clock: nobody has to have noted that it expired, or arrived."""
    if offer.state == "pending" and now_ms >= offer.expires_at:
        return "expired"
    return "accepted" if has_arrived(offer, now_ms) else offer.state


def has_arrived(offer: Offer, now_ms: TimestampMs) -> bool:
    """Tell whether the money of a payment on its way is to be moved now."""
    return offer.state == "arriving" and offer.arrives_at is not None and now_ms >= offer.arrives_at


def packet_state(packet: Packet, now_ms: TimestampMs) -> str:
    """Return how a red packet stands, by the clock."""
    return "expired" if packet.state == "open" and now_ms >= packet.expires_at else packet.state


def check_offer_open(offer: Offer, now_ms: TimestampMs) -> None:
    """Say whether a payment in a chat can still be accepted.

    Raises:
        ExpiredError, EndedError: it cannot.
    """
    _check_state(offer_state(offer, now_ms), "pending")


def check_offer_under_way(offer: Offer, now_ms: TimestampMs) -> None:
    """Say whether a payment in a chat can still be given back by its recipient: also while it is on its way.

    Raises:
        ExpiredError, EndedError: it cannot.
    """
    if offer_state(offer, now_ms) != "arriving":
        check_offer_open(offer, now_ms)


def check_on_its_way(offer: Offer, now_ms: TimestampMs) -> None:
    """Say whether a payment was accepted and has not arrived yet.

    Raises:
        EndedError: it is not on its way; `org.courtyard.state` says how it stands.
    """
    state = offer_state(offer, now_ms)
    if state != "arriving":
        raise EndedError("This is not on its way.", **{"org.courtyard.state": state})


def check_packet_open(packet: Packet, now_ms: TimestampMs) -> None:
    """Say whether a red packet can still be claimed.

    Raises:
        ExpiredError, EndedError: it cannot.
    """
    _check_state(packet_state(packet, now_ms), "open")


def _check_state(state: str, wanted: str) -> None:
    if state == "expired":
        raise expired()
    if state != wanted:
        raise ended(state)


def ended(state: str) -> EndedError:
    """Return the refusal to change what has ended."""
    return EndedError("This has ended already.", **{"org.courtyard.state": state})


def expired() -> ExpiredError:
    """Return the refusal to change what came to the end of its time."""
    return ExpiredError("The time for this is over.", **{"org.courtyard.state": "expired"})


def check_approval(proposed: Mint | Proposal, by: str) -> None:
    """Say whether somebody may approve what another operator proposed.

    Raises:
        EndedError: it was approved already.
        NotIndependentError: they proposed it themselves.
    """
    if proposed.approved_by is not None:
        raise ended("approved")
    if proposed.proposed_by == by:
        message = "This needs two operators: somebody else must approve it."
        raise NotIndependentError(message)


def later(last: TimestampMs | None, now_ms: TimestampMs) -> TimestampMs:
    """Return the time of something that follows what was at `last`: after it, within its millisecond and by a clock set back, too.

    Where the last one counts, as of the stops of a payment or the modes of official money, it must never be the wrong one.

    Args:
        last: in Unix milliseconds; None: nothing was before.
    """
    return now_ms if last is None else TimestampMs(max(now_ms, last + 1))
