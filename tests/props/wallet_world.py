"""What people do with money in the laws of the wallet, and what the model knows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from courtyard.base.ids import UserId
from tests.props.machine import Steps
from tests.wallet.desk import MEMBERS, STRANGER

EVERYBODY = (*MEMBERS, STRANGER)
WHO = st.sampled_from(EVERYBODY)
MEMBER = st.sampled_from(MEMBERS)
WHICH = st.sampled_from([0, 0, 0, 1, 2])
ANOTHER = st.sampled_from([None] * 6 + list(EVERYBODY))
"""Mostly who is meant; now and then somebody else tries."""
MONEY = {MEMBERS[0]: 1_000, MEMBERS[1]: 7, MEMBERS[2]: 500}
TABLES = ("wallet_transfers", "wallet_entries", "wallet_journals", "wallet_answers", "events")


@dataclass
class Pot:
    """An offer or a packet as the model knows it."""

    id: str
    sender: UserId
    recipient: UserId | None
    amount: int
    until: int
    state: str
    count: int = 0
    claims: dict[UserId, int] = field(default_factory=dict)

    @property
    def rest(self) -> int:
        return self.amount - sum(self.claims.values())


@dataclass
class Wish:
    """A request as the model knows it."""

    id: str
    payee: UserId
    parts: dict[UserId, int]
    states: dict[UserId, str]


STEPS = Steps()
step = STEPS.step


REACHED = {
    *(("offer", code) for code in ("ok", "wallet.insufficient_funds", "wallet.bad_recipient")),
    *(("accepted", code) for code in ("ok", "not_found", "wallet.expired", "wallet.ended")),
    *(("declined", code) for code in ("ok", "not_found", "wallet.expired", "wallet.ended")),
    *(("packet", code) for code in ("ok", "wallet.insufficient_funds", "wallet.bad_split")),
    *(("claim", code) for code in ("ok", "not_found", "wallet.expired", "wallet.ended")),
    *(("ask", code) for code in ("ok", "wallet.bad_split", "wallet.bad_recipient")),
    *(("pay_part", code) for code in ("ok", "not_found", "wallet.ended", "wallet.insufficient_funds")),
    *(("cancel", code) for code in ("ok", "not_found")),
    *(("hold", code) for code in ("ok", "wallet.insufficient_funds")),
    *(("capture", code) for code in ("ok", "not_found", "wallet.ended", "wallet.insufficient_funds")),
    *(("void", code) for code in ("ok", "not_found", "wallet.ended", "wallet.expired")),
    *(("repeat", code) for code in ("ok", "wallet.insufficient_funds", "wallet.ended")),
    ("reuse", "wallet.key_reused"),
    ("offer", "rooms.not_in_room"),
}  # fmt: skip
"""Each must have been tried, or the laws were held against nothing."""
