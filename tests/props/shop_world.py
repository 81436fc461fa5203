"""What happens at a shop in the laws of shops, and what the model knows of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st

from courtyard.base.ids import UserId
from courtyard.wallet.model import Intent, Payer
from courtyard.wallet.shops import charge, merchants, orders, paycodes, refunds, settle, static
from courtyard.wallet.shops.errors import ScopeError
from courtyard.wallet.shops.rules_paycodes import CAP_EACH_MAJOR, CAP_TOTAL_MAJOR
from tests.props.machine import Machine, Steps
from tests.wallet.desk import MEMBERS

OWNER = MEMBERS[0]
PAYERS = (MEMBERS[1], MEMBERS[2])
MONEY = {MEMBERS[1]: 20_001, MEMBERS[2]: 700}
WHO = st.sampled_from(PAYERS)
WHICH = st.sampled_from([0, 0, 0, 1, 2])
NEAR = st.sampled_from(["half", "one", "half", "all", "less", "more"])
CAP_EACH, CAP_TOTAL = CAP_EACH_MAJOR * 100, CAP_TOTAL_MAJOR * 100
PROOF_FROM = 3_000
"""From how much on the guard of these laws wants a proof at a till."""
TABLES = (
    *("wallet_transfers", "wallet_entries", "wallet_journals", "wallet_answers"),
    *("wallet_orders", "wallet_refunds"),
)


@dataclass
class Sale:
    """An order as the model knows it."""

    id: str
    no: str
    kind: str
    amount: int
    until: int
    state: str = "open"
    how: str | None = None
    awaits: UserId | None = None
    payer: UserId | None = None
    paid_at: int = 0
    refunded: int = 0
    count: int = 0
    is_revoked: bool = False

    @property
    def left(self) -> int:
        return self.amount - self.refunded


@dataclass
class Shown:
    """A payer's code as the model knows it."""

    code: str
    who: UserId
    until: int
    pack: int | None = None
    is_gone: bool = False
    is_used: bool = False


@dataclass
class Mailbox:
    """What the merchant's server is told, in order: (kind, order, version)."""

    told: list[tuple[str, str, int]] = field(default_factory=list)

    def queue(
        self, _tx: Any, _merchant: str, kind: str, ref: str, version: int, _data: Any
    ) -> None:
        """Stand in for the outbox."""
        self.told.append((kind, ref, version))


MAILBOX = Mailbox()


def guard(_tx: Any, _permit: Any, payer: Payer, intent: Intent, _journal: str) -> None:
    """Stand in for the guard: a till cannot take much without the person."""
    if intent.kind == "charge" and payer.proof is None and intent.amount >= PROOF_FROM:
        message = "Show that it is you."
        raise ScopeError(message)


def set_up(patch: pytest.MonkeyPatch) -> None:
    """Let each run be the same: no chance, and neighbours that have laws of their own."""
    numbers = itertools.count(1)
    patch.setattr(merchants, "secrets", SimpleNamespace(token_bytes=bytes))
    chance = SimpleNamespace(
        randbelow=lambda _most: next(numbers), token_hex=lambda _size: str(next(numbers))
    )
    patch.setattr(paycodes, "secrets", chance)
    for module in (charge, orders, static):
        patch.setattr(module, "authorise", guard)
    for module in (settle, refunds):
        patch.setattr(module, "queue", MAILBOX.queue)


class Model(Machine):
    """Who has what, which orders and codes there are."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.has = dict.fromkeys((OWNER, *PAYERS), 0)
        self.till = 0
        """What the shop has."""
        self.sales: list[Sale] = []
        self.shown: list[Shown] = []
        self.packs: list[int] = []
        """What each pack has paid."""

    def near(self, most: int, near: str) -> int:
        wanted = {"all": most, "more": most + 1, "less": most - 1, "half": most // 2, "one": 1}
        return max(1, wanted[near])

    def pick(self, which: int) -> Sale | None:
        return self.sales[-1 - which % len(self.sales)] if self.sales else None

    def stands(self, sale: Sale) -> str:
        is_over = sale.state == "open" and self.now >= sale.until
        return "expired" if is_over else sale.state

    def took(self, sale: Sale, who: UserId) -> None:
        self.has[who] -= sale.amount
        self.till += sale.amount
        sale.state, sale.payer, sale.paid_at = "paid", who, self.now

    def gave_back(self, sale: Sale, amount: int) -> None:
        assert sale.payer is not None
        self.till -= amount
        self.has[sale.payer] += amount
        sale.refunded += amount
        sale.count += 1


STEPS = Steps()
step = STEPS.step


REACHED = {
    *(("make", code) for code in ("ok", "wallet.key_reused")),
    *(("pay", code) for code in ("ok", "wallet.expired", "wallet.ended", "wallet.insufficient_funds")),
    ("pay", "not_found"),
    *(("static", code) for code in ("ok", "wallet.insufficient_funds")),
    *(("close", code) for code in ("ok", "wallet.ended")),
    *(("revoke", code) for code in ("ok", "wallet.merchant_short")),
    *(("refund", code) for code in ("ok", "wallet.not_paid", "wallet.refund_too_large", "wallet.merchant_short")),
    ("refund", "wallet.refund_too_late"),
    *(("charge", code) for code in ("ok", "confirming", "wallet.bad_paycode", "wallet.insufficient_funds")),
    *(("withdraw", code) for code in ("ok", "wallet.merchant_short")),
    *(("repeat", code) for code in ("ok", "wallet.insufficient_funds", "wallet.refund_too_large")),
}  # fmt: skip
"""Each must have been tried, or the laws were held against nothing."""
