"""The words of mini-app payments: apps of a merchant, launches, invoices."""

from typing import Final, NewType

import msgspec

from courtyard.base.ids import TimestampMs
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops.model import OrderId

AppId = NewType("AppId", str)

APPS_MAX: Final = 10
"""Apps of one merchant that are not ended."""
APPS_EVER_MAX: Final = 100
FRESH_MS: Final = 5 * 60_000
"""How far the time of a launch package may be from this server's, in either direction."""
SLUG_PREFIX: Final = "i_"


class App(msgspec.Struct, frozen=True, kw_only=True):
    """An app's registration.

    Attributes:
        public_key: of the app's server, Ed25519, 32 bytes.
        verified_at: when an operator has checked that the app is the merchant's and called so.
        ended_at: when the merchant took it away.
    """

    id: AppId
    merchant: MerchantId
    name: str
    public_key: bytes
    verified_at: TimestampMs | None
    ended_at: TimestampMs | None
    made_at: TimestampMs


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """What an app's server signed, so that the app can ask for a payment. The names are WeChat's."""

    app_id: str
    timestamp: int
    nonce: str
    package: str
    signature: bytes


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An order under a short name, for apps that open invoices. `prices`: what adds up to the amount, (label, minor units) each."""

    slug: str
    order_id: OrderId
    title: str
    payload: str
    prices: tuple[tuple[str, int], ...]
