"""The words of the rails: payments in and out, and what a bank's files say."""

from typing import Final, Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.wallet.model import JournalId

TxnId = NewType("TxnId", str)
BatchId = NewType("BatchId", str)

PENDING: Final = "rail:pending"
"""The system's account for payouts under way. When none is, it is empty."""
HOUSE: Final = "rail:house"
"""The system's account for what the bank booked on the operator's own behalf: fees, interest, their own money."""

Direction = Literal["topup", "payout"]
TxnState = Literal["created", "sent", "settled", "returned", "failed"]
LineState = Literal["unmatched", "matched", "house"]
FileKind = Literal["camt.053", "camt.054", "pain.002", "pacs.004"]


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """Where a payout goes. `account` is the rail's own: an IBAN, an id at Stripe; empty at the cash desk."""

    account: str = ""
    name: str = ""


class RailTxn(msgspec.Struct, frozen=True, kw_only=True):
    """One payment over a rail.

    Attributes:
        external_id: its name on the other side: a reference, an end-to-end id, a PaymentIntent. Unique on its rail.
        payee: JSON of a `Payee`.
        told: JSON of what whoever pays has to know.
        batch: the payment file that it went out with.
        journal: the one that settled it. return_journal: the one that brought the money back.
        why: why it failed or came back, as a code of the other side.
    """

    id: TxnId
    rail: str
    external_id: str | None
    direction: Direction
    user_id: UserId
    currency: Currency
    amount: int
    state: TxnState
    payee: str
    told: str
    batch: BatchId | None
    journal: JournalId | None
    return_journal: JournalId | None
    why: str
    made_at: TimestampMs
    changed_at: TimestampMs


class RailLine(msgspec.Struct, frozen=True, kw_only=True):
    """One booking that the other side tells of. `amount` is negative when money left; `line` is the same in every file.

    Attributes:
        statement: the bank's statement that it is on; None: it was only announced.
        day: the booking day, as `2026-11-02`.
        is_return: it brings back something that was paid out.
        why: why nothing matched.
    """

    rail: str
    line: str
    statement: str | None
    day: str
    currency: Currency
    amount: int
    reference: str
    end_to_end: str
    party: str
    text: str
    is_return: int
    state: LineState
    txn: TxnId | None
    why: str
    made_at: TimestampMs


class BankStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of the bank's. `entries` is what its lines add up to; with `opening` it should be `closing`."""

    id: str
    day: str
    currency: Currency
    opening: int
    closing: int
    entries: int
    imported_at: TimestampMs


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as a file tells it, before it is kept. Amounts in minor units, negative when money left."""

    service_ref: str
    day: str
    amount: int
    reference: str
    end_to_end: str
    party: str
    text: str
    is_return: bool
    reason: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One statement or notification of a file. `opening` and `closing` are None in a notification."""

    id: str
    iban: str
    currency: Currency
    day: str
    opening: int | None
    closing: int | None
    bookings: list[Booking]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a payout, as pain.002 or pacs.004 tells it. Empty `end_to_end`: of the whole payment file `batch`."""

    batch: str
    end_to_end: str
    is_rejected: bool
    reason: str
    amount: int | None = None
    currency: str = ""


class BankFile(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a file of the bank's."""

    kind: FileKind
    reports: list[Report]
    verdicts: list[Verdict]
