"""The words of the guard: proofs and what is proven, factors, limits, blocks, reversals."""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.wallet.model import DAY_MS, JournalId, OfferId

ProofId = NewType("ProofId", str)
BlockId = NewType("BlockId", str)
ReversalId = NewType("ReversalId", str)
StopId = NewType("StopId", str)

Method = Literal["pin", "passkey"]
BlockReason = Literal["security", "suspected_fraud", "court_order", "owner_request"]
StopOutcome = Literal["released", "returned"]

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS

PROOF_MS: Final = 5 * MINUTE_MS
"""How long a challenge can be answered, and its proof be used."""
NEW_DEVICE_MS: Final = DAY_MS
"""How long a device counts as new."""
COOL_DOWN_MS: Final = DAY_MS
"""How long nothing is paid out, and nobody new is paid, after a factor was set by the account's password alone."""
DELAYS_MS: Final = (0, 2 * HOUR_MS, 24 * HOUR_MS)
"""How long somebody may let their payments in chats take to arrive, after they were accepted."""
PIN_TRIES: Final = 5
"""Wrong PINs until it is locked. Only a new PIN opens the lock."""
REVIEW_DAYS_MAX: Final = 30
"""How far away a block's review may be. It ends there if nobody reviews it."""

PAYOUT: Final = "payout"
CONSENTED: Final = "consented"
"""A charge within a consent: what was proven when it was granted covers it, and the consent has limits of its own."""
PAYMENTS: Final = ("transfer", "packet", "request", "order", "charge", "consent", CONSENTED, PAYOUT)
"""What takes money from somebody's account."""
ACTS: Final = ("pin", "passkey", "trust", "unfreeze")
"""What changes who can pay: these are proven like payments, with no amount."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A challenge for one payment, and that it was answered. `used_by` is the one journal that it was for."""

    id: ProofId
    user_id: UserId
    kind: str
    currency: Currency
    amount: int
    payee: str
    payee_name: str
    key: str
    nonce: bytes
    digest: bytes
    made_at: TimestampMs
    expires_at: TimestampMs
    method: Method | None
    answered_at: TimestampMs | None
    used_by: JournalId | None


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """A PIN's hash, and how many wrong ones were given since the last right one."""

    user_id: UserId
    hash: str
    set_at: TimestampMs
    wrong: int


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that a device or a security key holds. `id` is the credential's, in unpadded base64url."""

    id: str
    user_id: UserId
    public_key: bytes
    sign_count: int
    name: str
    made_at: TimestampMs
    used_at: TimestampMs | None


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """Whom somebody has paid before, or trusts."""

    user_id: UserId
    payee: str
    paid_at: TimestampMs | None
    trusted_at: TimestampMs | None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Small payments in a currency since the last proof."""

    count: int
    total: int


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet that may not pay. In force until it ends or its review is due, by the clock."""

    id: BlockId
    user_id: UserId
    reason: BlockReason
    words: str
    begun_by: UserId
    begun_at: TimestampMs
    review_at: TimestampMs | None
    ended_at: TimestampMs | None
    ended_by: UserId | None
    told_at: TimestampMs | None


class Delay(msgspec.Struct, frozen=True, kw_only=True):
    """How long somebody's payments in chats take to arrive; from `next_at` on `next_ms`, which is less."""

    user_id: UserId
    delay_ms: int
    next_ms: int | None = None
    next_at: TimestampMs | None = None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A payment on its way that may not arrive, until its review. `was_at` is when it would have arrived."""

    id: StopId
    offer: OfferId
    reason: BlockReason
    words: str
    begun_by: UserId
    begun_at: TimestampMs
    was_at: TimestampMs
    review_at: TimestampMs
    ended_at: TimestampMs | None
    ended_by: UserId | None
    outcome: StopOutcome | None
    told_at: TimestampMs | None


class Reversal(msgspec.Struct, frozen=True, kw_only=True):
    """The correction of one journal, proposed by one operator and made when another has approved."""

    id: ReversalId
    journal: JournalId
    words: str
    proposed_by: UserId
    proposed_at: TimestampMs
    approved_by: UserId | None
    approved_at: TimestampMs | None


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The published numbers for one kind of currency, in major units (docs/limits.md).

    Attributes:
        small: a payment up to this may go without a proof,
        run_count, run_total: while it is one of so many in a row, or they are together no more than that.
        first: above this a first payment to somebody always needs a proof.
        no_factor_day: what an account with neither PIN nor passkey pays in a day.
        new_device_day: what is paid in a day from devices younger than a day.
        pin_day, passkey_day: what is paid in a day without a passkey, and by one.
    """

    small: int
    run_count: int
    run_total: int
    first: int
    no_factor_day: int
    new_device_day: int
    pin_day: int
    passkey_day: int


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the decision about one payment looks at. Amounts in minor units; `policy` too (`rules.in_minor`)."""

    kind: str
    amount: int
    is_own: bool
    is_trusted: bool
    is_known: bool
    has_pin: bool
    has_passkey: bool
    is_new_device: bool
    run: Run

    @property
    def has_factor(self) -> bool:
        """Whether the account can prove anything."""
        return self.has_pin or self.has_passkey


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a proof is needed, and why."""

    needed: bool
    reason: str
