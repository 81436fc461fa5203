"""What people, the bank and operators do in the laws of the rails, and what the model knows of it."""

from __future__ import annotations

from dataclasses import dataclass

from courtyard.base.ids import UserId
from tests.props.machine import Steps
from tests.wallet.teller import Entry

TABLES = (
    *("wallet_transfers", "wallet_entries", "wallet_journals", "wallet_answers"),
    *("wallet_rail_txns", "wallet_rail_lines", "wallet_bank_files", "wallet_proposals"),
)


@dataclass
class Paid:
    """A top-up or a payout as the model knows it. `name`: what the bank calls it."""

    id: str
    who: UserId
    amount: int
    rail: str
    name: str
    changed: int
    state: str = "created"
    batch: str = ""
    went: bool = False
    came: bool = False


@dataclass
class Booked:
    """A booking of the bank's as the model knows it."""

    line: str
    amount: int
    entry: Entry
    state: str
    paid: Paid | None


STEPS = Steps()
step = STEPS.step


REACHED = {
    ("top_up", "ok"),
    *(("money_comes", word) for word in ("matched", "unmatched")),
    ("fee", "unmatched"),
    *(("pay_out", code) for code in ("ok", "wallet.insufficient_funds")),
    *(("export", word) for word in ("ok", "nothing")),
    *(("money_goes", word) for word in ("matched", "unmatched")),
    *(("money_comes_back", word) for word in ("matched", "unmatched")),
    *(("the_bank_returns", word) for word in ("returned", "ignored")),
    *(("the_bank_rejects", word) for word in ("rejected", "ignored")),
    *(("hand_out", code) for code in ("ok", "forbidden", "wallet.ended")),
    *(("refuse", code) for code in ("ok", "wallet.ended")),
    *(("assign", code) for code in ("ok", "wallet.not_assignable")),
    *(("approve_redeem", code) for code in ("ok", "wallet.ended", "wallet.not_independent")),
    *(("approve_assign", code) for code in ("ok", "wallet.ended", "wallet.not_independent")),
    ("approve_assign", "wallet.not_assignable"),
    *(("repeat", "ok"), ("again", "known"), ("reconcile", "alarm"), ("reconcile", "quiet")),
}
"""Each must have been tried, or the laws were held against nothing."""
