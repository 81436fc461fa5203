"""The words of a legal request: an authority asks for content to be removed, for data, or for silence.

A request and each step that was taken with it are facts, and never change. Whether it is public follows from them and the clock
(`rules_legal.is_public`).
"""

from typing import Any, Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import DecisionId, Item

LegalId = NewType("LegalId", str)

Authority = Literal["court", "police", "prosecutor", "regulator", "intelligence", "other"]
LegalKind = Literal["remove", "data", "gag"]
StepKind = Literal[
    "validated",
    "found_incomplete",
    "contested",
    "complied",
    "refused",
    "user_notified",
    "published",
]
LegalState = Literal[
    "received",
    "incomplete",
    "contested",
    "valid",
    "complied",
    "refused",
    "user_notified",
    "published",
]
Extent = Literal["full", "partial"]
Refusal = Literal["incomplete", "invalid", "disproportionate", "no_jurisdiction", "contested"]
Missing = Literal["official", "items", "law"]
"""What a complete request has: a competent authority, what exactly it is about, and the law that makes it so."""
Readable = Literal[
    "account", "profile", "devices", "addresses", "memberships", "plain_messages", "plain_files"
]
"""What can be handed over at all. Encrypted messages are not on the list: the server has no key to them."""


class LegalRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What an authority asked for.

    Attributes:
        authority_name, legal_basis, summary: published, so they name no person.
        country: of the authority, ISO 3166-1 alpha-2.
        scope: the countries for which it is asked; empty: everywhere.
        accounts: whom it concerns. Never published.
        items: what it concerns. Never published, but for how many of which type.
        gag_until: until when nobody may be told; None: everybody may.
        concerns: the earlier request whose gag this order (of kind `gag`) makes longer.
    """

    id: LegalId
    authority: Authority
    authority_name: str
    country: str
    legal_basis: str
    kind: LegalKind
    scope: tuple[str, ...]
    summary: str
    accounts: tuple[UserId, ...]
    items: tuple[Item, ...]
    received_at: TimestampMs
    received_by: UserId
    gag_until: TimestampMs | None = None
    concerns: LegalId | None = None


class LegalStep(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done about a request.

    Attributes:
        missing: what the request lacked, of `found_incomplete`.
        extent, data, decisions: of `complied`: how far, what was handed over, and the decisions by which content was removed.
        refusal: of `refused`.
        ended_gag: of `published`: the silence was lifted, or is not kept any longer.
    """

    kind: StepKind
    at: TimestampMs
    by: UserId
    missing: tuple[Missing, ...] = ()
    extent: Extent | None = None
    data: tuple[Readable, ...] = ()
    decisions: tuple[DecisionId, ...] = ()
    refusal: Refusal | None = None
    ended_gag: bool = False


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """A later order to keep silent about the same request, from when it was complied with."""

    complied_at: TimestampMs
    gag_until: TimestampMs


class LegalRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one request."""

    request: LegalRequest
    steps: tuple[LegalStep, ...] = ()
    renewals: tuple[Renewal, ...] = ()


class LegalSalts(msgspec.Struct, frozen=True, kw_only=True):
    """The secrets behind a request's leaves, 32 random bytes each.

    `request` and `detail` are published with the request; `case`, which makes the tags of the staff, never is.
    """

    request: bytes
    detail: bytes
    case: bytes


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What opens a sealed leaf once the silence is over: its fields, and the salt of the commitment to them."""

    fields: dict[str, Any]
    salt: bytes


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """The leaf of a request or step: where it is in the log, and what opens it if it was sealed."""

    leaf: int
    opening: Opening | None = None
