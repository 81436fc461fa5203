"""The words of consents: what an app may take from somebody's account, how often, and for how long."""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.wallet.model import DAY_MS, MerchantId

ConsentId = NewType("ConsentId", str)

ASK_MS: Final = 7 * DAY_MS
"""How long a wish for a consent waits for its answer."""
OPEN_MAX: Final = 100
"""Consents of one account that are granted at a time."""
REPEATS_MAX: Final = 10_000
"""Intervals of one consent that are counted."""

ConsentState = Literal["pending", "granted", "refused", "revoked"]


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A repeating interval of ISO 8601: `R12/2026-12-01T00:00:00Z/P1M`.

    Attributes:
        repeats: how many intervals there are; None: one after the other without an end.
        start_ms: when the first one begins.
        months: by the calendar, counted from the start.
        seconds: after the months: weeks, days, hours, minutes.
    """

    repeats: int | None
    start_ms: TimestampMs
    months: int
    seconds: int


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """One of the intervals, counted from 0: from a time until before another (None: without an end)."""

    index: int
    start_ms: TimestampMs
    end_ms: TimestampMs | None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What may be taken: so much in each interval, and in one charge. Without an interval so much in all."""

    currency: Currency
    amount: int
    per_charge: int | None
    interval: str | None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A person's yes to charges of a merchant within limits. `version` is raised with each change.

    Attributes:
        number: the merchant's own, used once.
        link: with which it is shown to the person who is to say yes.
        asked_of: the only account that may say yes; None: whoever is shown the link.
        ask_until: until when it can be answered.
        until: until when charges may be made, whatever the interval says.
        ended_by: who revoked it: the person, the merchant, or the server with the account.
    """

    id: ConsentId
    merchant: MerchantId
    number: str
    link: str
    asked_of: UserId | None
    user_id: UserId | None
    device_id: DeviceId | None
    state: ConsentState
    currency: Currency
    amount: int
    per_charge: int | None
    interval: str | None
    description: str
    made_at: TimestampMs
    ask_until: TimestampMs
    until: TimestampMs | None
    granted_at: TimestampMs | None
    ended_at: TimestampMs | None
    ended_by: str | None
    version: int
