"""The words of the wallet: currencies, accounts, transfers; offers, packets, requests.

Amounts are whole numbers of minor units of one currency. In JSON they are strings, because a reader may round numbers.
"""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import DeviceId, EventId, RoomId, TimestampMs, UserId
from courtyard.base.money import Currency

AccountId = NewType("AccountId", str)
JournalId = NewType("JournalId", str)
HoldId = NewType("HoldId", str)
OfferId = NewType("OfferId", str)
PacketId = NewType("PacketId", str)
RequestId = NewType("RequestId", str)
MintId = NewType("MintId", str)
MerchantId = NewType("MerchantId", str)
ProposalId = NewType("ProposalId", str)

PAYMENT: Final = "org.courtyard.payment"
"""The type of the events that only the wallet writes (`rooms.model.RESERVED_TYPES`)."""

DAY_MS: Final = 24 * 3_600_000
OFFER_MS: Final = DAY_MS
"""How long a payment in a chat waits for its recipient, and a packet for claims."""
REMIND_MS: Final = DAY_MS
"""How long after a request those who have not paid are reminded, once."""

POSTED_MAX: Final = 4 * 10**18
"""No balance is larger, and none of the system's is lower: the database refuses it."""

SHARES_MAX: Final = 100
"""Shares of one packet, and people in one request."""

Mode = Literal["closed", "agent", "emoney"]
"""How official money is held: within a closed community, with a licensed institution, or under a licence of one's own."""
ProposalKind = Literal["mode", "redeem", "assign"]
CurrencyKind = Literal["fiat", "community", "points", "test"]
OwnerKind = Literal["user", "merchant", "system", "escrow"]
HoldState = Literal["open", "captured", "voided", "expired"]
OfferState = Literal["pending", "arriving", "accepted", "declined", "expired", "returned"]
PacketState = Literal["open", "finished", "expired"]
PartState = Literal["open", "paid", "cancelled"]
Split = Literal["equal", "lucky"]

MINT: Final = "mint"
"""The system's account of a currency: what it owes is what there is."""


class Payer(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays, from which device, and the proof that it is they: the id of a challenge they answered, or None."""

    user_id: UserId
    device_id: DeviceId
    proof: str | None = None


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One payment as its payer was shown it. A proof is for exactly this: any change voids it.

    Attributes:
        kind: what it is: `transfer`, `packet`, `request`, `order`, `charge`, `consent`, `consented` (a charge within a
            consent, which was proven when it was granted), `payout`.
        payee: whom it is for: a user, a merchant, a room, a bank account.
        payee_name: their name as it was shown.
        key: the client's own key of the payment.
    """

    kind: str
    currency: Currency
    amount: int
    payee: str
    payee_name: str
    key: str


class CurrencyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A currency. `scale` is how many decimal digits a major unit has: 2 for cents."""

    code: Currency
    kind: CurrencyKind
    scale: int
    name: str
    made_at: TimestampMs


class Account(msgspec.Struct, frozen=True):
    """One pot of money in one currency. `floor` None: it may owe without a limit. `no` is its number in the ledger's tables.

    The store makes it from a row as it is, without naming each field: every payment reads four of them.
    """

    id: AccountId
    owner_kind: OwnerKind
    owner: str
    currency: Currency
    posted: int
    held: int
    floor: int | None
    seq: int
    closed: int
    no: int

    @property
    def available(self) -> int:
        """What may leave: posted without what is held; for the system's accounts down to the ledger's end."""
        lowest = -POSTED_MAX if self.floor is None else self.floor
        return self.posted - self.held - lowest


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """Why transfers were made, by whom, and what they belong to (`ref`)."""

    id: JournalId
    made_at: TimestampMs
    kind: str
    actor: str
    ref: str


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Money that stays where it is and cannot be spent otherwise, until it is captured, voided or expires."""

    id: HoldId
    account: AccountId
    amount: int
    captured: int
    state: HoldState
    expires_at: TimestampMs


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A payment in a chat: the money is in `escrow` until its recipient says yes or no, or a day is over.

    Attributes:
        delay_ms: how long after the yes it arrives, as its sender had chosen; 0: at once.
        arrives_at: when it arrives, if nothing happens; None: nobody said yes yet, or it needs no time.
        recalled_at: when its sender asked for it back while it was on its way.
    """

    id: OfferId
    room_id: RoomId
    sender: UserId
    recipient: UserId
    currency: Currency
    amount: int
    delay_ms: int
    arrives_at: TimestampMs | None
    recalled_at: TimestampMs | None
    escrow: AccountId
    state: OfferState
    made_at: TimestampMs
    expires_at: TimestampMs
    ended_at: TimestampMs | None
    event_id: EventId


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """A red packet: shares of one sum for whoever in the room claims first. `seed` is told when it has ended."""

    id: PacketId
    room_id: RoomId
    sender: UserId
    currency: Currency
    total: int
    count: int
    split: Split
    seed: bytes
    escrow: AccountId
    state: PacketState
    made_at: TimestampMs
    expires_at: TimestampMs
    ended_at: TimestampMs | None
    event_id: EventId


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One share of a packet."""

    number: int
    amount: int
    claimant: UserId | None
    claimed_at: TimestampMs | None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to be paid by one or several. `remind_at` None: nobody is to be reminded any more."""

    id: RequestId
    room_id: RoomId
    payee: UserId
    currency: Currency
    total: int
    made_at: TimestampMs
    remind_at: TimestampMs | None
    event_id: EventId


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one person is to pay of a request."""

    number: int
    user_id: UserId
    amount: int
    state: PartState
    ended_at: TimestampMs | None


class Mint(msgspec.Struct, frozen=True, kw_only=True):
    """New money for somebody, proposed by one operator and made when another has approved."""

    id: MintId
    currency: Currency
    user_id: UserId
    amount: int
    proposed_by: UserId
    proposed_at: TimestampMs
    approved_by: UserId | None
    approved_at: TimestampMs | None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """Something that one operator proposed and that is done when another approves. `body` is JSON."""

    id: ProposalId
    kind: ProposalKind
    subject: str
    body: str
    proposed_by: UserId
    proposed_at: TimestampMs
    approved_by: UserId | None
    approved_at: TimestampMs | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an account's history. `amount` is negative when money left; `balance` is what was there then."""

    seq: int
    amount: int
    balance: int
    made_at: TimestampMs
    kind: str
    ref: str
    counterpart: str
