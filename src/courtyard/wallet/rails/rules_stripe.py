"""What Stripe signs and says. Pure.

Source: docs.stripe.com/webhooks/signature, docs.stripe.com/currencies.
"""

import hashlib
import hmac
import re
from typing import Final

import msgspec

from courtyard.base.ids import TimestampMs
from courtyard.base.whole_number import parse_whole_number
from courtyard.wallet.rails.errors import BadPayeeError, BadSignatureError
from courtyard.wallet.rails.model import Payee

TOLERANCE_MS: Final = 300_000
_PAYEE_RE: Final = re.compile(r"(ba|card)_[A-Za-z0-9]{1,64}", re.ASCII)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What an event is about: a PaymentIntent or a Payout. Amounts in minor units; Stripe writes numbers."""

    id: str
    amount: int = 0
    amount_received: int = 0
    currency: str = ""
    metadata: dict[str, str] = {}
    failure_code: str | None = None


class _Data(msgspec.Struct, frozen=True):
    object: msgspec.Raw


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened there."""

    type: str
    data: _Data


def check_signature(secret: str, header: str, body: bytes, now_ms: TimestampMs) -> None:
    """Say whether a message is Stripe's own and of now: an old one may have been kept by somebody.

    Args:
        header: `Stripe-Signature`: `t=…,v1=…`, where several `v1` may stand while the secret changes.

    Raises:
        BadSignatureError: it is not.
    """
    parts = [part.strip().partition("=") for part in header[:2_000].split(",")]
    times = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1" and value.isascii()]
    at = parse_whole_number(times[0], 12) if len(times) == 1 else None
    if at is None or abs(now_ms - at * 1_000) > TOLERANCE_MS:
        message = "The signature has no time, or one that is not now."
        raise BadSignatureError(message)
    signed = times[0].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(expected, one) for one in signatures):
        message = "The signature is not the one of this message."
        raise BadSignatureError(message)


def read_event(body: bytes) -> tuple[str, Subject | None]:
    """Return what happened and to what; None: it is about something that does not concern us.

    Raises:
        msgspec.DecodeError, msgspec.ValidationError: it is no event.
    """
    event = msgspec.json.decode(body, type=Event)
    if not event.type.startswith(("payment_intent.", "payout.")):
        return event.type, None
    return event.type, msgspec.json.decode(event.data.object, type=Subject)


def check_payee(account: object) -> Payee:
    """Read an external account at Stripe.

    Raises:
        BadPayeeError: it is none.
    """
    if not isinstance(account, str) or not _PAYEE_RE.fullmatch(account):
        message = "A payout by Stripe goes to an external account: `ba_…` or `card_…`."
        raise BadPayeeError(message)
    return Payee(account=account)
