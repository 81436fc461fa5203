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
class Stop:
    """A stop as the model knows it."""

    id: str
    by: UserId
    was: int
    review: int
    is_ended: bool = False


@dataclass
class Setting:
    """How long somebody's payments take to arrive, as the model knows it."""

    delay: int = 0
    lower: int | None = None
    since: int = 0

    def now(self, now: int) -> int:
        return self.delay if self.lower is None or now < self.since else self.lower

    def choose(self, wanted: int, now: int) -> None:
        before = self.now(now)
        if wanted >= before:
            self.delay, self.lower = wanted, None
        elif self.lower != wanted or now >= self.since:
            self.delay, self.lower, self.since = before, wanted, now + before


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
    delay: int = 0
    arrives: int = 0
    is_recalled: bool = False
    stop: Stop | None = None

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
    *(("accepted", code) for code in ("arriving", "arrived")),
    *(("recall", code) for code in ("ok", "not_found", "wallet.ended")),
    *(("stop", code) for code in ("ok", "wallet.ended", "invalid_param")),
    *(("review", code) for code in ("ok", "wallet.ended")),
    *(("release", code) for code in ("ok", "wallet.ended")),
    *(("send_back", code) for code in ("ok", "wallet.ended", "wallet.not_independent")),
    *(("choose", code) for code in ("more", "less", "same")),
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
