"""The words of webhooks: endpoints of a merchant, messages, and how each is delivered."""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs
from courtyard.wallet.model import MerchantId

EndpointId = NewType("EndpointId", str)
MessageId = NewType("MessageId", str)

TEST: Final = "webhook.test"
"""What a merchant has sent to its own server to see whether it comes."""

KINDS: Final = (
    "order.paid",
    "order.closed",
    "order.expired",
    "refund.done",
    "consent.granted",
    "consent.refused",
    "consent.revoked",
)
"""What a merchant's server can be told of."""

ENDPOINTS_MAX: Final = 5
"""Endpoints of one merchant, the disabled ones included."""
SECRETS_MAX: Final = 3
"""Secrets of one endpoint that are valid at a time."""
OLD_SECRET_MS: Final = 24 * 3_600_000
"""How long a secret is still valid after the next one was made."""
ROUNDS_MAX: Final = 20
"""How often one message is sent again at the merchant's wish."""

EndpointState = Literal["enabled", "disabled"]
DeliveryState = Literal["waiting", "queued", "delivered", "dead"]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a merchant's server takes messages.

    Attributes:
        kinds: what it wants to be told of.
        reason: why it is disabled: `owner` asked for it, or the server said that it is `gone`.
        count: its deliveries so far; the number of the newest.
    """

    id: EndpointId
    merchant: MerchantId
    url: str
    kinds: tuple[str, ...]
    state: EndpointState
    reason: str
    count: int
    made_at: TimestampMs


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What merchants' servers are told. `wanted`: how many endpoints wanted it when it was made."""

    id: MessageId
    merchant: MerchantId
    kind: str
    ref: str
    version: int
    body: str
    wanted: int
    made_at: TimestampMs


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One message on its way to one endpoint.

    Attributes:
        number: of the endpoint's deliveries, from 1 without a gap.
        round: 0, or how often the merchant has asked to have it sent again.
        state: `waiting` for an earlier one of the same thing; `queued` until it is `delivered`, or `dead`: not tried any more.
        next_at: when it is tried next.
        status: what the server last answered (HTTP), 0 if nothing.
        reason: why it did not, in words.
    """

    endpoint: EndpointId
    number: int
    message: MessageId
    ref: str
    version: int
    round: int
    state: DeliveryState
    attempts: int
    next_at: TimestampMs | None
    ended_at: TimestampMs | None
    status: int
    reason: str


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent now."""

    endpoint: EndpointId
    number: int
    attempts: int
    message: MessageId
    url: str
    body: str


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """A secret of an endpoint as it is stored. `until` None: it is the newest."""

    number: int
    sealed: bytes
    until: TimestampMs | None
