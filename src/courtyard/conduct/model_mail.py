"""The words of mail: where an account gets it, what waits to be sent, and what became of it."""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import DAY_MS, DecisionId

LetterId = NewType("LetterId", str)
What = Literal["statement", "hearing", "lift", "ruling", "code"]
"""`code` confirms an address; the others tell what is told in the notices room, word for word."""

CODE_MS: Final = DAY_MS
"""How long an address can be confirmed."""
LETTER_MS: Final = 5 * DAY_MS
"""How long a letter is tried. RFC 5321, 4.5.4.1 asks for four days at least."""


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account gets mail. It is never shown to others, and nobody can log in with it.

    Attributes:
        address: confirmed: whoever reads it has said so.
        wanted: another one that is not confirmed yet, whose code was sent at `asked_at`.
    """

    user_id: UserId
    address: str | None = None
    confirmed_at: TimestampMs | None = None
    wanted: str | None = None
    code_hash: bytes | None = None
    asked_at: TimestampMs | None = None


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that waits in the outbox. Sent twice, it is still one: its id is its Message-ID.

    Attributes:
        lang: of the subject and the frame of the text.
        attempts: how often it could not be handed over.
    """

    id: LetterId
    user_id: UserId
    decision_id: DecisionId | None
    what: What
    lang: str
    address: str
    subject: str
    text: str
    made_at: TimestampMs
    attempts: int = 0


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a letter about a decision.

    Attributes:
        at: when the mail server took it, or when it was given up.
        receipt: what the mail server said when it took it; None: it never did.
    """

    what: What
    at: TimestampMs
    receipt: str | None
