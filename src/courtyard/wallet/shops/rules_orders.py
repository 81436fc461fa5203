"""What may be said of an order, how it stands by the clock, and what of it can be refunded. Pure."""

import base64
import hashlib
import hmac
import re
from typing import Final

from courtyard.base.ids import TimestampMs, UserId
from courtyard.wallet.model import DAY_MS
from courtyard.wallet.rules import ended, expired
from courtyard.wallet.shops.errors import (
    BadOrderError,
    NotPaidError,
    RefundTooLargeError,
    RefundTooLateError,
    ScopeError,
    TooManyError,
)
from courtyard.wallet.shops.model import (
    EXPIRES_MS,
    EXPIRES_MS_MAX,
    REFUND_MS,
    REFUNDS_MAX,
    Merchant,
    Order,
    OrderId,
    OrderKind,
)

NUMBER_LENGTH_MAX: Final = 64
TEXT_LENGTH_MAX: Final = 255
ID_PREFIX: Final = "o_"
ID_BYTES: Final = 15
MADE_BY_MERCHANTS: Final = ("native", "link", "miniapp")
TILL_REVOKE_MS: Final = DAY_MS
"""How long after a payment a till may take it back; later it needs the owner, or a key for orders."""

RESERVED: Final = (ID_PREFIX, "s_")
"""How no number of a merchant begins: our own ids, and the numbers of orders at a static code."""

_NUMBER = re.compile(r"[0-9A-Za-z._|*@-]+", re.ASCII)


def parse_number(value: object, what: str) -> str:
    """Read a merchant's own number of an order or a refund.

    Args:
        what: how the member is called, for the message.

    Raises:
        BadOrderError: it is none, or could be mistaken for a number of ours.
    """
    is_number = isinstance(value, str) and len(value) <= NUMBER_LENGTH_MAX
    if not is_number or not _NUMBER.fullmatch(str(value)) or str(value).startswith(RESERVED):
        message = (
            f"{what} is 1 to {NUMBER_LENGTH_MAX} letters, digits and ._|*@- and does not begin with"
            " o_ or s_."
        )
        raise BadOrderError(message)
    return str(value)


def check_kind(kind: OrderKind) -> OrderKind:
    """Return the kind of an order that a merchant makes.

    Raises:
        BadOrderError: such orders are made otherwise: by a charge, at a static code, within a consent.
    """
    if kind not in MADE_BY_MERCHANTS:
        message = "The kinds of orders are native, link and miniapp."
        raise BadOrderError(message)
    return kind


def parse_text(value: object, what: str) -> str:
    """Read a description or a reason. None is none.

    Raises:
        BadOrderError: it is no text, too long, or has characters that nobody can see.
    """
    told = "" if value is None else value
    if not isinstance(told, str) or len(told) > TEXT_LENGTH_MAX or not told.isprintable():
        message = f"{what} is up to {TEXT_LENGTH_MAX} characters that can be printed."
        raise BadOrderError(message)
    return told


def expires_at(wanted: int | None, now_ms: TimestampMs) -> TimestampMs:
    """Return until when an order waits for its payer.

    Raises:
        BadOrderError: the time is over, or more than 30 days away.
    """
    if wanted is None:
        return TimestampMs(now_ms + EXPIRES_MS)
    if not now_ms < wanted <= now_ms + EXPIRES_MS_MAX:
        message = "An order expires in the future, and within 30 days."
        raise BadOrderError(message)
    return TimestampMs(wanted)


def order_id(merchant: Merchant, no: str) -> OrderId:
    """Return the id of an order: it follows from its number, and nobody who was not shown it can guess it."""
    digest = hmac.digest(merchant.secret, f"order\0{no}".encode(), hashlib.sha256)
    return OrderId(ID_PREFIX + base64.b32encode(digest[:ID_BYTES]).decode().lower())


def payer_name(merchant: Merchant, user_id: UserId | None) -> str | None:
    """Return the name by which one shop knows a payer: always the same there, another one in every other shop."""
    if user_id is None:
        return None
    digest = hmac.digest(merchant.secret, f"payer\0{user_id}".encode(), hashlib.sha256)
    return "p_" + base64.b32encode(digest[:ID_BYTES]).decode().lower()


def state_of(order: Order, now_ms: TimestampMs) -> str:
    """Return how an order stands, by the clock: `open`, `confirming`, `paid` or `closed`."""
    if order.state != "open":
        return order.state
    if now_ms >= order.expires_at:
        return "closed"
    return "open" if order.awaits is None else "confirming"


def closed_as(order: Order, now_ms: TimestampMs) -> str | None:
    """Return how an order was closed, by the clock; None: it was not."""
    if order.state == "open" and now_ms >= order.expires_at:
        return "expired"
    return order.closed_as


def check_payable(order: Order, now_ms: TimestampMs) -> None:
    """Say whether an order can still be paid.

    Raises:
        ExpiredError, EndedError: it cannot.
    """
    if closed_as(order, now_ms) == "expired":
        raise expired()
    if order.state != "open":
        raise ended(order.state)


def check_closable(order: Order) -> None:
    """Say whether an order can be closed, or is.

    Raises:
        EndedError: it is paid.
    """
    if order.state == "paid":
        raise ended("paid")


def check_refund(order: Order, amount: int, now_ms: TimestampMs) -> None:
    """Say whether an amount of an order can go back.

    Raises, in this order:
        NotPaidError: the order is not paid. RefundTooLateError. TooManyError: there were 50 refunds.
        RefundTooLargeError: it is more than what is left.
    """
    check_refundable(order, now_ms)
    if order.refund_count >= REFUNDS_MAX:
        message = f"An order can be refunded {REFUNDS_MAX} times, and was."
        raise TooManyError(message)
    left = order.amount - order.refunded
    if amount > left:
        message = "That is more than what is left of the payment."
        raise RefundTooLargeError(message, **{"org.courtyard.refundable": str(left)})


def check_refundable(order: Order, now_ms: TimestampMs) -> None:
    """Say whether anything of an order can go back.

    Raises:
        NotPaidError, RefundTooLateError: it cannot.
    """
    if order.paid_at is None:
        message = "This order is not paid."
        raise NotPaidError(message, **{"org.courtyard.state": state_of(order, now_ms)})
    if now_ms >= order.paid_at + REFUND_MS:
        message = "An order can be refunded within a year of its payment."
        raise RefundTooLateError(message)


def check_revoke(order: Order, now_ms: TimestampMs, *, is_trusted: bool) -> None:
    """Say whether somebody at a till may take this order back.

    Args:
        is_trusted: they are the owner, or hold a key for orders.

    Raises:
        ScopeError: it was no charge of a till, or was paid more than a day ago.
    """
    if is_trusted:
        return
    is_late = order.paid_at is not None and now_ms >= order.paid_at + TILL_REVOKE_MS
    if order.kind != "till" or is_late:
        message = "A till takes back its own charges, for a day. Ask the owner."
        raise ScopeError(message)
