"""The words of statements: a month of one account, from what was there to what is there."""

import msgspec

from courtyard.base.ids import TimestampMs
from courtyard.wallet.model import AccountId, CurrencyInfo


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month in UTC, as `2026-10`; its end belongs to the next one."""

    name: str
    start_ms: TimestampMs
    end_ms: TimestampMs


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """An account in a month: the entries `first` < seq ≤ `last`, and what they add up to.

    Attributes:
        account: None: there is none yet, and the statement is empty.
        until_ms: up to when it tells: the end of the month, or now.
    """

    account: AccountId | None
    holder: str
    currency: CurrencyInfo
    month: Month
    first: int
    last: int
    opening: int
    closing: int
    credits: int
    credit_count: int
    debits: int
    debit_count: int
    made_at: TimestampMs
    until_ms: TimestampMs


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `amount` is negative when money left; `counterpart` is the other side, where it is a person."""

    seq: int
    amount: int
    balance: int
    made_at: TimestampMs
    kind: str
    ref: str
    counterpart: str
