"""The words of shops: merchants, their keys and cashiers, orders, refunds, and the codes that payers show."""

from typing import Final, Literal, NewType

import msgspec

from courtyard.accounts.model import Session
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.wallet.model import DAY_MS, MerchantId

KeyId = NewType("KeyId", str)
OrderId = NewType("OrderId", str)
RefundId = NewType("RefundId", str)
PackId = NewType("PackId", str)

KEYS_MAX: Final = 100
"""Keys of one merchant that work at once."""
CASHIERS_MAX: Final = 100
MERCHANTS_MAX: Final = 20
"""Open merchants of one account."""
REFUNDS_MAX: Final = 50
"""Refunds of one order."""
REFUND_MS: Final = 365 * DAY_MS
"""How long after the payment an order can be refunded."""
EXPIRES_MS: Final = 15 * 60_000
"""How long an order waits for its payer if nobody says otherwise."""
EXPIRES_MS_MAX: Final = 30 * DAY_MS
CONFIRM_MS: Final = 3 * 60_000
"""How long a charge waits for the person to confirm it."""
PAYCODE_MS: Final = 60_000
PACK_SIZE: Final = 15
"""Codes of one pack for a device without a network."""
PACK_MS: Final = DAY_MS

Scope = Literal["orders", "till"]
"""What a key is for: everything with orders, or only charging and what a till needs."""
OrderKind = Literal["native", "till", "static", "miniapp", "link", "consent"]
OrderState = Literal["open", "paid", "closed"]
ClosedAs = Literal["expired", "merchant", "revoked"]


class Merchant(msgspec.Struct, frozen=True, kw_only=True):
    """A shop. Its money is in accounts of its own, one in each currency.

    Attributes:
        mcc: the category, four digits (ISO 18245).
        country: two capitals (ISO 3166).
        verified_name: the name that an operator has checked; None: nobody has.
        secret: from which the check values of its codes follow.
    """

    id: MerchantId
    owner: UserId
    name: str
    mcc: str
    city: str
    country: str
    verified_name: str | None
    verified_at: TimestampMs | None
    secret: bytes
    made_at: TimestampMs
    closed_at: TimestampMs | None


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner says of a shop when it is opened."""

    name: str
    mcc: str
    city: str
    country: str


class MerchantKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a merchant's server or till. Only its hash is kept."""

    id: KeyId
    merchant: MerchantId
    name: str
    scope: Scope
    hash: bytes
    made_at: TimestampMs
    revoked_at: TimestampMs | None


class Asker(msgspec.Struct, frozen=True):
    """Who asks at a merchant's endpoint: a person who is logged in, or a key of the merchant. One of the two."""

    session: Session | None
    key: MerchantKey | None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is to be paid at a shop: open → paid, or closed. An end is final.

    Attributes:
        out_trade_no: the merchant's own number, used once.
        awaits: the one person who may pay it, because they showed their code; None: whoever was shown the order.
        position: where the payment stands in the stream, for who follows the feed.
        refunded: how much of the amount went back, in `refund_count` refunds.
        revoked_at: when it was taken back as a whole.
        made_by: the key or the account that made it.
        version: raised with each change, so that messages about it have an order.
    """

    id: OrderId
    merchant: MerchantId
    out_trade_no: str
    kind: OrderKind
    currency: Currency
    amount: int
    description: str
    made_by: str
    made_at: TimestampMs
    expires_at: TimestampMs
    state: OrderState
    closed_as: ClosedAs | None
    awaits: UserId | None
    payer: UserId | None
    paid_at: TimestampMs | None
    position: int | None
    refunded: int
    refund_count: int
    revoked_at: TimestampMs | None
    version: int


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Money that went back to who paid. Done when it is there: nothing is under way."""

    id: RefundId
    order_id: OrderId
    merchant: MerchantId
    out_refund_no: str
    amount: int
    reason: str
    made_at: TimestampMs


class Paycode(msgspec.Struct, frozen=True, kw_only=True):
    """A code that a person shows at a till. It works once. `pack` None: it was made for now."""

    hash: bytes
    user_id: UserId
    device_id: DeviceId
    pack: PackId | None
    made_at: TimestampMs
    expires_at: TimestampMs
    used_by: str | None


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """Codes that a device keeps for when it has no network. What they can pay is capped: each, and all together."""

    id: PackId
    user_id: UserId
    device_id: DeviceId
    currency: Currency
    cap_each: int
    cap_total: int
    spent: int
    made_at: TimestampMs
    expires_at: TimestampMs
    revoked_at: TimestampMs | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a merchant's account. `amount` is negative when money left; `balance` is what was there then."""

    made_at: TimestampMs
    kind: str
    ref: str
    currency: Currency
    amount: int
    balance: int


BillType = Literal["all", "success", "refund", "fund-flow"]
"""Which lines a bill has: payments and refunds, only one of them, or every entry of the accounts."""
