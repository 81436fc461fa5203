"""What a consent allows, and how it stands. Pure: no clock, no chance, no database."""

import base64
import hashlib
import hmac
from typing import Any, Final

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs
from courtyard.base.money import Currency
from courtyard.base.whole_number import parse_whole_number
from courtyard.wallet.consents import rules_interval
from courtyard.wallet.consents.errors import (
    BadLimitsError,
    ConsentCurrencyError,
    ConsentExpiredError,
    ConsentNotGrantedError,
    ConsentNotStartedError,
    ConsentRevokedError,
    OverChargeError,
    OverIntervalError,
)
from courtyard.wallet.consents.model import Consent, ConsentId, Limits, Span
from courtyard.wallet.model import CurrencyInfo, MerchantId
from courtyard.wallet.rules import parse_amount

ID_BYTES: Final = 15
WHOLE: Final = Span(index=0, start_ms=TimestampMs(0), end_ms=None)
"""The one interval of a consent that has none."""

_MEMBERS: Final = {"receiver", "interval", "debitAmount", "perCharge"}
_AMOUNT_MEMBERS: Final = {"value", "assetCode", "assetScale"}


def ids(secret: bytes, number: str) -> tuple[ConsentId, str]:
    """Return the id of a consent and its link: they follow from the merchant's number, and nobody else can guess them.

    Args:
        secret: the merchant's.
    """
    made = [
        base64.b32encode(
            hmac.digest(secret, f"{what}\0{number}".encode(), hashlib.sha256)[:ID_BYTES]
        )
        for what in ("consent", "consent link")
    ]
    id, link = (one.decode().lower() for one in made)
    return ConsentId(f"c_{id}"), f"l_{link}"


def parse_limits(value: object, merchant: MerchantId) -> tuple[Limits, int]:
    """Read the limits of a consent, in the shape of an Open Payments grant; return them and the amount's scale.

    `perCharge` is ours: the most of one charge, as a string of digits.

    Raises:
        BadLimitsError: a member is missing, unknown or wrong. BadAmountError, AmountOutOfRangeError.
    """
    if not isinstance(value, dict) or not value.keys() <= _MEMBERS or "debitAmount" not in value:
        message = "`limits` has `debitAmount`, and may have `interval`, `receiver` and `perCharge`."
        raise BadLimitsError(message)
    if value.get("receiver", merchant) != merchant:
        message = "The receiver of a merchant's charges is the merchant itself."
        raise BadLimitsError(message)
    amount, code, scale = _debit_amount(value["debitAmount"])
    per_charge = None if "perCharge" not in value else parse_amount(value["perCharge"])
    if per_charge is not None and per_charge > amount:
        message = "One charge cannot be more than all charges of an interval."
        raise BadLimitsError(message)
    interval = value.get("interval")
    if interval is not None:
        rules_interval.parse(interval)
    return Limits(currency=code, amount=amount, per_charge=per_charge, interval=interval), scale


def _debit_amount(value: object) -> tuple[int, Currency, int]:
    message = "`debitAmount` has `value`, `assetCode` and `assetScale`."
    if not isinstance(value, dict) or value.keys() != _AMOUNT_MEMBERS:
        raise BadLimitsError(message)
    code, scale = value["assetCode"], value["assetScale"]
    if not isinstance(code, str) or not isinstance(scale, int) or isinstance(scale, bool):
        raise BadLimitsError(message)
    return parse_amount(value["value"]), Currency(code), scale


def check_scale(currency: CurrencyInfo, scale: int) -> None:
    """Say whether an amount was meant in this currency's minor units.

    Raises:
        BadLimitsError: it was meant in others.
    """
    if scale != currency.scale:
        message = f"The scale of {currency.code} is {currency.scale}."
        raise BadLimitsError(message)


def check_until(until: object, now_ms: TimestampMs) -> TimestampMs | None:
    """Read until when a consent is to be good; None: as long as its intervals go on.

    Raises:
        BadLimitsError: it is no time to come, in Unix milliseconds.
    """
    if until is None:
        return None
    if not isinstance(until, int) or isinstance(until, bool) or not now_ms < until < 2**53:
        message = "`until` is a time to come, in Unix milliseconds."
        raise BadLimitsError(message)
    return TimestampMs(until)


def parse_place(start: str | None) -> tuple[int, str]:
    """Read where a page of consents begins: after (made_at, id); None: at the newest.

    Raises:
        InvalidParamError: it is no `next` of a page.
    """
    if start is None:
        return 2**53, ""
    at, _, id = start.partition("-")
    made_at = parse_whole_number(at, 15)
    if made_at is None or len(id) > 64:
        message = "A page begins at `next` of the one before."
        raise InvalidParamError(message)
    return made_at, id


def show_place(consent: Consent) -> str:
    """Return where the page after a consent begins."""
    return f"{consent.made_at}-{consent.id}"


def show_limits(consent: Consent, scale: int) -> dict[str, Any]:
    """Return the limits of a consent in the shape of an Open Payments grant."""
    shown: dict[str, Any] = {
        "receiver": consent.merchant,
        "debitAmount": {
            "value": str(consent.amount),
            "assetCode": consent.currency,
            "assetScale": scale,
        },
    }
    if consent.interval is not None:
        shown["interval"] = consent.interval
    if consent.per_charge is not None:
        shown["perCharge"] = str(consent.per_charge)
    return shown


def ends_at(consent: Consent) -> TimestampMs | None:
    """Return when a consent is over by itself; None: never."""
    ends = [consent.until]
    if consent.interval is not None:
        ends.append(rules_interval.end_of(rules_interval.parse(consent.interval)))
    return min((one for one in ends if one is not None), default=None)


def state_of(consent: Consent, now_ms: TimestampMs) -> str:
    """Return how a consent stands, by the clock: also `lapsed` (nobody answered in time) and `expired`."""
    if consent.state == "pending" and now_ms >= consent.ask_until:
        return "lapsed"
    ends = ends_at(consent)
    if consent.state in ("pending", "granted") and ends is not None and now_ms >= ends:
        return "expired"
    return consent.state


def span_of(consent: Consent, now_ms: TimestampMs) -> Span | None:
    """Return the interval that a time is in; None: no charge can be made then."""
    if consent.interval is None:
        return WHOLE
    return rules_interval.span_at(rules_interval.parse(consent.interval), now_ms)


def check_charge(
    consent: Consent, currency: str, amount: int, used: int, now_ms: TimestampMs
) -> Span:
    """Say whether an amount may be taken now; return the interval that it counts in.

    Args:
        used: what was taken in this interval.

    Raises, in this order:
        ConsentRevokedError, ConsentExpiredError, ConsentNotGrantedError; ConsentCurrencyError; OverChargeError;
        ConsentNotStartedError; OverIntervalError.
    """
    check_granted(consent, now_ms)
    if currency != consent.currency:
        message = f"This consent is for {consent.currency}."
        raise ConsentCurrencyError(message)
    if amount > most_of_one(consent):
        message = "One charge may not be so large."
        raise OverChargeError(message, **{"org.courtyard.most": str(most_of_one(consent))})
    span = span_of(consent, now_ms)
    if span is None:
        assert consent.interval is not None
        start_ms = rules_interval.parse(consent.interval).start_ms
        message = "The first interval of this consent has not begun."
        raise ConsentNotStartedError(message, **{"org.courtyard.starts_at": start_ms})
    if used + amount > consent.amount:
        message = "That is more than what is left of this interval."
        left = str(consent.amount - used)
        raise OverIntervalError(
            message, **{"org.courtyard.left": left, "org.courtyard.next_at": span.end_ms}
        )
    return span


def most_of_one(consent: Consent) -> int:
    """Return the most that one charge may be."""
    return consent.amount if consent.per_charge is None else consent.per_charge


def check_granted(consent: Consent, now_ms: TimestampMs) -> None:
    """Say whether a consent is in force.

    Raises:
        ConsentRevokedError, ConsentExpiredError, ConsentNotGrantedError: it is not.
    """
    state = state_of(consent, now_ms)
    if state == "revoked":
        message = "This consent was revoked."
        raise ConsentRevokedError(message)
    if state == "expired":
        message = "The time of this consent is over."
        raise ConsentExpiredError(message)
    if state != "granted":
        message = "Nobody has said yes to this."
        raise ConsentNotGrantedError(message, **{"org.courtyard.state": state})
