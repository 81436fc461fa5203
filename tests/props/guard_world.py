"""What the guard should say to a payment: a model of it, written a second time and in another way."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.wallet.bank import DAY
from tests.wallet.desk import MEMBERS

ALICE, BOB, CAROL = MEMBERS
BANK = "bank"
MINUTE = 60_000
SMALL, FIRST, RUN_COUNT, RUN_TOTAL = 3_000, 1_000, 5, 10_000
DAYS = {
    "no_factor_day": 50_000,
    "new_device_day": 100_000,
    "pin_day": 500_000,
    "passkey_day": 5_000_000,
}
START = {ALICE: 50_000_000}
TABLES = (
    *("wallet_proofs", "wallet_limit_use", "wallet_runs", "wallet_payees"),
    *("wallet_transfers", "wallet_answers", "wallet_blocks"),
)


@dataclass
class Asked:
    """A challenge as the model knows it."""

    id: str
    owner: str
    kind: str
    payee: str
    amount: int
    key: str
    until: int
    method: str | None = None
    is_used: bool = False


@dataclass
class Stop:
    """A block as the model knows it."""

    id: str
    reason: str
    until: int | None
    is_ended: bool = False


@dataclass
class Wallet:
    """Alice's, as the model knows it."""

    wrong: int | None = None
    """Wrong PINs in a row; None: no PIN is set."""
    counters: dict[str, int] = field(default_factory=dict)
    """Passkey → its counter."""
    cool_until: int = 0
    known: set[str] = field(default_factory=set)
    trusted: set[str] = field(default_factory=set)
    run: list[int] = field(default_factory=lambda: [0, 0])
    used: dict[tuple[str, int], int] = field(default_factory=dict)
    stops: list[Stop] = field(default_factory=list)

    @property
    def has_factor(self) -> bool:
        return self.wrong is not None or bool(self.counters)

    @property
    def can_prove(self) -> bool:
        return (self.wrong is not None and self.wrong < 5) or bool(self.counters)

    def stopped(self, kind: str, now: int) -> bool:
        """Tell whether a block stops it."""
        for stop in self.stops:
            lives = not stop.is_ended and (stop.until is None or now < stop.until)
            if lives and (kind != "payout" or stop.reason in ("security", "court_order")):
                return True
        return False

    def wants(self, kind: str, payee: str, amount: int) -> bool:
        """Tell whether a proof is wanted."""
        if not self.has_factor:
            return False
        if kind == "payout":
            return True
        if payee in self.trusted:
            return False
        if amount > (SMALL if payee in self.known else FIRST):
            return True
        return self.run[0] >= RUN_COUNT and self.run[1] + amount > RUN_TOTAL

    def limits(self, kind: str, method: str | None, *, is_new: bool) -> list[str]:
        """Return the limits that it counts against."""
        if not self.has_factor:
            return ["no_factor_day"]
        if kind == "payout":
            return []
        first = ["passkey_day" if method == "passkey" else "pin_day"]
        return first + (["new_device_day"] if is_new else [])

    def left(self, rule: str, now: int) -> int:
        return DAYS[rule] - self.used.get((rule, now // DAY), 0)

    def before(self, kind: str, payee: str, amount: int, now: int, *, is_new: bool) -> str:
        """Return what refuses it whatever the proof; "ok": nothing."""
        if self.stopped(kind, now):
            return "wallet.blocked"
        is_new_payee = payee not in self.known | self.trusted
        if now < self.cool_until and (kind == "payout" or is_new_payee):
            return "wallet.cool_down"
        best = None
        if self.wants(kind, payee, amount):
            best = "passkey" if self.counters else "pin"
        return self.over(self.limits(kind, best, is_new=is_new), amount, now)

    def over(self, rules: list[str], amount: int, now: int) -> str:
        is_over = any(amount > self.left(rule, now) for rule in rules)
        return "wallet.limit_reached" if is_over else "ok"

    def judge(
        self,
        kind: str,
        payee: str,
        amount: int,
        key: str,
        proof: Asked | None,
        now: int,
        *,
        is_new: bool,
    ) -> str:
        """Return what comes of a payment."""
        first = self.before(kind, payee, amount, now, is_new=is_new)
        if first != "ok":
            return first
        is_right = proof is not None and (
            (proof.owner, proof.kind, proof.payee, proof.amount, proof.key)
            == (ALICE, kind, payee, amount, key)
            and proof.method is not None
            and not proof.is_used
            and now < proof.until
        )
        if not is_right and (proof is not None or self.wants(kind, payee, amount)):
            return "wallet.proof_needed"
        method = None if proof is None else proof.method
        return self.over(self.limits(kind, method, is_new=is_new), amount, now)

    def paid(
        self, kind: str, payee: str, amount: int, proof: Asked | None, now: int, *, is_new: bool
    ) -> None:
        """Note that it was paid."""
        method = None if proof is None else proof.method
        for rule in self.limits(kind, method, is_new=is_new):
            at = (rule, now // DAY)
            self.used[at] = self.used.get(at, 0) + amount
        if proof is not None:
            proof.is_used = True
            self.run = [0, 0]
        elif self.has_factor and payee not in self.trusted:
            self.run = [self.run[0] + 1, self.run[1] + amount]
        self.known.add(payee)


REACHED = {
    *(("pay", code) for code in ("ok", "wallet.proof_needed", "wallet.limit_reached")),
    *(("pay", code) for code in ("wallet.blocked", "wallet.cool_down", "wallet.key_reused")),
    *(("pay_proven", code) for code in ("ok", "wallet.proof_needed", "wallet.limit_reached")),
    *(("pay_out", code) for code in ("ok", "wallet.proof_needed", "wallet.blocked")),
    ("pay_out", "wallet.cool_down"),
    *(("ask", code) for code in ("needed", "free", "wallet.blocked", "wallet.cool_down")),
    *(("ask", code) for code in ("wallet.limit_reached", "wallet.factor_locked")),
    *(("answer", code) for code in ("ok", "wallet.wrong_proof", "wallet.factor_locked")),
    *(("answer", code) for code in ("wallet.expired", "wallet.ended")),
    *(("sign", code) for code in ("ok", "wallet.wrong_proof", "wallet.expired")),
    *(("set_pin", code) for code in ("ok", "wallet.proof_needed")),
    *(("trust", code) for code in ("ok", "wallet.proof_needed", "wallet.cool_down")),
    *(("unfreeze", code) for code in ("ok", "wallet.proof_needed")),
    *(("end_block", code) for code in ("ok", "wallet.ended")),
    ("stolen", "wallet.proof_needed"),
    ("add_passkey", "ok"),
}
"""Each must have been tried, or the laws were held against nothing."""
