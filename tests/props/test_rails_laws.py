"""The rails against a model of them: whatever people ask for, and whatever the bank says of it, in whatever order and however often.

The verbs and the import of real files run on a real database. After each step the balances are the model's, and the ledger and the rails prove
themselves. What was asked or said before may come again: the same answer, and no new row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant

from courtyard.base.ids import DeviceId, UserId
from courtyard.wallet import check as wallet_check
from courtyard.wallet import read
from courtyard.wallet.errors import WalletError
from courtyard.wallet.guard import rules as guard_rules
from courtyard.wallet.model import Payer, ProposalId
from courtyard.wallet.rails import assign, bank_export, bank_import, check, pay, redeem
from courtyard.wallet.rails.model import Payee, TxnId
from courtyard.wallet.rails.reconcile import QUIET_MS, reconcile
from courtyard.wallet.rails.registry import RAILS
from tests.props.machine import EXAMPLES, Machine
from tests.props.rails_world import REACHED, STEPS, TABLES, Booked, Paid, step
from tests.wallet.desk import MEMBERS, OPERATORS, Desk
from tests.wallet.teller import (
    BANK_ACCOUNT,
    EUR,
    THEIR_IBAN,
    Entry,
    give_back,
    notice,
    open_fiat,
    rejection,
)

OFTEN = (
    "pay_out",
    "pay_out",
    "export",
    "money_goes",
    "money_comes_back",
    "hand_out",
    "approve",
    "approve",
)
"""What leads to the rest."""
WHICH = st.sampled_from([0, 0, 0, 1, 2, 3])
OFF = st.sampled_from([0, 0, 0, 1, -1])
"""What the bank says is more or less than what was asked for."""
NEAR = st.sampled_from(["half", "one", "all", "less", "more"])


class Laws(Machine):
    """People, a bank and two operators."""

    steps = STEPS
    often = OFTEN
    tables = TABLES
    remembering = TABLES

    @classmethod
    def found(cls, patch: pytest.MonkeyPatch) -> None:
        """Add euros. How much may be paid in a day has laws of its own (`test_guard_laws`)."""
        super().found(patch)
        patch.setitem(guard_rules.POLICIES, "fiat", None)
        desk = Desk(cls.founded)
        desk.write(open_fiat, OPERATORS)
        desk.close()

    def __init__(self) -> None:
        """Begin with nothing: what there is, the bank has sent."""
        super().__init__()
        self.desk.world.settings = msgspec.structs.replace(
            self.desk.world.settings, bank_account=BANK_ACCOUNT
        )
        self.has = dict.fromkeys(MEMBERS, 0)
        self.house = 0
        self.topups: list[Paid] = []
        self.payouts: list[Paid] = []
        self.lines: list[Booked] = []
        self.proposed: list[tuple[str, str, UserId, Any, Any]] = []
        self.earlier: list[tuple[Callable[[], Any], Any]] = []
        for who in MEMBERS[:2]:
            self.top_up(who, 1_000)
            self.money_comes(0, 0, "field")
        self.pay_out(MEMBERS[0], "half", "bank")
        self.pay_out(MEMBERS[1], "half", "cash")

    # --- the model's own words --------------------------------------------------------------------

    def amount(self, who: UserId, near: str) -> int:
        has = self.has[who]
        return max(
            1, {"all": has, "more": has + 1, "less": has - 1, "half": has // 2, "one": 1}[near]
        )

    def ask(self, name: str, expected: str, act: Callable[[], Any]) -> Any:
        answer = self.do(name, expected, act)
        self.earlier.append((act, answer if expected == "ok" else expected))
        return answer

    def say(self, name: str, expected: str, content: bytes) -> None:
        """Import a file, and hold what it brought against the model's word for it."""
        done = self.desk.write(bank_import.import_file, content)
        counted = [
            word
            for word in ("matched", "unmatched", "known", "rejected", "returned", "ignored")
            if getattr(done, word)
        ]
        assert counted == [expected], (name, counted, expected)
        self.outcomes[name, expected] += 1
        self.earlier.append((lambda: self.desk.write(bank_import.import_file, content), done))

    def book(self, name: str, amount: int, paid: Paid | None, entry: Entry, *, fits: bool) -> None:
        """Let the bank book something."""
        entry.service_ref = self.fresh_key()
        self.say(name, "matched" if fits else "unmatched", notice(entry))
        state = "matched" if fits else "unmatched"
        line = f"ref:{entry.service_ref}:{amount}"
        self.lines.append(Booked(line, amount, entry, state, paid if fits else None))

    # --- in ---------------------------------------------------------------------------------------

    @step(who=st.sampled_from(MEMBERS), amount=st.sampled_from([1, 2, 10, 100, 999]))
    def top_up(self, who: UserId, amount: int) -> None:
        key = self.fresh_key()
        made = self.ask(
            "top_up",
            "ok",
            lambda: self.desk.write(pay.top_up, who, key, RAILS["bank"], EUR, amount),
        )
        told = self.desk.read(pay.told, TxnId(made["id"]))
        paid = Paid(made["id"], who, amount, "bank", told["reference"], self.desk.clock.time)
        self.topups.append(paid)

    @step(which=WHICH, off=OFF, spelled=st.sampled_from(["field", "text"]))
    def money_comes(self, which: int, off: int, spelled: str) -> None:
        if not self.topups:
            return
        paid = self.topups[-1 - which % len(self.topups)]
        amount = paid.amount + off
        if amount < 1:
            return
        fits = off == 0 and paid.state == "created"
        entry = Entry(amount, reference=paid.name if spelled == "field" else "")
        entry.text = f"from me {paid.name}" if spelled == "text" else ""
        self.book("money_comes", amount, paid, entry, fits=fits)
        if fits:
            paid.state = "settled"
            self.has[paid.who] += amount

    @step(amount=st.sampled_from([5, -3]))
    def the_bank_books_for_itself(self, amount: int) -> None:
        self.book("fee", amount, None, Entry(amount, text="fee"), fits=False)

    # --- out --------------------------------------------------------------------------------------

    @step(who=st.sampled_from(MEMBERS), near=NEAR, rail=st.sampled_from(["bank", "bank", "cash"]))
    def pay_out(self, who: UserId, near: str, rail: str) -> None:
        amount, key = self.amount(who, near), self.fresh_key()
        payee = Payee(account=THEIR_IBAN, name="Bob") if rail == "bank" else Payee()
        payer = Payer(user_id=who, device_id=DeviceId("D"))
        made = self.ask(
            "pay_out",
            "ok" if amount <= self.has[who] else "wallet.insufficient_funds",
            lambda: self.desk.write(pay.pay_out, payer, key, RAILS[rail], EUR, amount, payee),
        )
        if made:
            self.has[who] -= amount
            now = self.desk.clock.time
            self.payouts.append(Paid(made["id"], who, amount, rail, made["id"], now))

    @step()
    def export(self) -> None:
        waiting = [one for one in self.payouts if one.rail == "bank" and one.state == "created"]
        made = self.desk.write(bank_export.export)
        assert (0 if made is None else made.count) == len(waiting)
        assert (0 if made is None else made.total) == sum(one.amount for one in waiting)
        for one in waiting:
            assert made is not None
            one.state, one.batch, one.changed = "sent", made.id, self.desk.clock.time
        self.outcomes["export", "ok" if waiting else "nothing"] += 1

    def _payout(self, which: int) -> Paid | None:
        mine = [one for one in self.payouts if one.rail == "bank"]
        return mine[-1 - which % len(mine)] if mine else None

    @step(which=WHICH, off=OFF)
    def money_goes(self, which: int, off: int) -> None:
        paid = self._payout(which)
        if paid is None or paid.amount + off < 1:
            return
        amount = -(paid.amount + off)
        fits = off == 0 and paid.state in ("sent", "settled", "returned") and not paid.went
        self.book("money_goes", amount, paid, Entry(amount, end_to_end=paid.name), fits=fits)
        if fits:
            paid.went = True
            if paid.state == "sent":
                paid.state = "settled"

    @step(which=WHICH, off=OFF)
    def money_comes_back(self, which: int, off: int) -> None:
        paid = self._payout(which)
        if paid is None or paid.amount + off < 1:
            return
        amount = paid.amount + off
        fits = off == 0 and paid.state in ("sent", "settled", "returned") and not paid.came
        entry = Entry(amount, end_to_end=paid.name, reason="AC04")
        self.book("money_comes_back", amount, paid, entry, fits=fits)
        if fits:
            paid.came = True
            self._back(paid, "returned")

    def _back(self, paid: Paid, state: str) -> None:
        if paid.state in ("sent", "settled", "created"):
            paid.state = state
            self.has[paid.who] += paid.amount

    @step(which=WHICH, off=OFF)
    def the_bank_returns(self, which: int, off: int) -> None:
        paid = self._payout(which)
        if paid is None or paid.amount + off < 1:
            return
        fits = off == 0 and paid.state in ("sent", "settled")
        reason = f"R{self.fresh_key()}"
        content = give_back(paid.name, paid.amount + off, reason)
        self.say("the_bank_returns", "returned" if fits else "ignored", content)
        if fits:
            self._back(paid, "returned")

    @step(which=WHICH)
    def the_bank_rejects(self, which: int) -> None:
        paid = self._payout(which)
        if paid is None:
            return
        fits = paid.state == "sent"
        content = rejection(paid.batch or "b", paid.name, reason=f"R{self.fresh_key()}")
        self.say("the_bank_rejects", "rejected" if fits else "ignored", content)
        if fits:
            self._back(paid, "failed")

    # --- operators --------------------------------------------------------------------------------

    @step(which=WHICH, by=st.sampled_from([*OPERATORS, MEMBERS[0]]))
    def hand_out(self, which: int, by: UserId) -> None:
        cash = [one for one in self.payouts if one.rail == "cash"]
        if not cash:
            return
        paid = cash[-1 - which % len(cash)]
        expected = "forbidden" if by not in OPERATORS else "ok"
        if expected == "ok" and paid.state != "created":
            expected = "wallet.ended"
        made = self.do(
            "hand_out", expected, lambda: self.desk.write(redeem.propose, by, TxnId(paid.id))
        )
        if made:
            self.proposed.append((made.id, "redeem", by, paid, None))

    @step(which=WHICH, by=st.sampled_from(OPERATORS))
    def refuse_cash(self, which: int, by: UserId) -> None:
        cash = [one for one in self.payouts if one.rail == "cash"]
        if not cash:
            return
        paid = cash[-1 - which % len(cash)]
        expected = "ok" if paid.state == "created" else "wallet.ended"
        self.do("refuse", expected, lambda: self.desk.write(redeem.refuse, by, TxnId(paid.id)))
        if expected == "ok":
            self._back(paid, "failed")

    @step(which=WHICH, by=st.sampled_from(OPERATORS), to=st.sampled_from([*MEMBERS, None]))
    def assign(self, which: int, by: UserId, to: UserId | None) -> None:
        if not self.lines:
            return
        waiting = [one for one in self.lines if one.state == "unmatched"] or self.lines
        line = waiting[-1 - which % len(waiting)] if which != 3 else self.lines[0]
        rivals = [about for _, kind, _, about, _ in self.proposed if kind == "assign"]
        if which in (1, 2) and rivals:
            line = rivals[-1]
        expected = "ok"
        if line.state != "unmatched" or (line.amount < 0 and to is not None):
            expected = "wallet.not_assignable"
        made = self.do(
            "assign",
            expected,
            lambda: self.desk.write(assign.propose, by, "bank", line.line, to or assign.TO_HOUSE),
        )
        if made:
            self.proposed.append((made.id, "assign", by, line, to))

    @step(which=WHICH, by=st.sampled_from(OPERATORS))
    def approve(self, which: int, by: UserId) -> None:
        if not self.proposed:
            return
        id, kind, proposer, about, to = self.proposed[-1 - which % len(self.proposed)]
        expected = "ok"
        if id in self._approved:
            expected = "wallet.ended"
        elif by == proposer:
            expected = "wallet.not_independent"
        elif kind == "redeem" and about.state != "created":
            expected = "wallet.ended"
        elif kind == "assign" and about.state != "unmatched":
            expected = "wallet.not_assignable"
        verb: Any = redeem.approve if kind == "redeem" else assign.approve
        self.do(f"approve_{kind}", expected, lambda: self.desk.write(verb, by, ProposalId(id)))
        if expected != "ok":
            return
        self._approved.add(id)
        if kind == "redeem":
            about.state = "settled"
        elif to is None:
            about.state = "house"
            self.house += about.amount
        else:
            about.state = "matched"
            self.has[to] += about.amount

    @step(which=WHICH, to=st.sampled_from(MEMBERS))
    def rivals(self, which: int, to: UserId) -> None:
        """Propose a booking for two people; only one of them gets it."""
        self.assign(which, OPERATORS[0], to)
        self.assign(1, OPERATORS[0], MEMBERS[0])
        self.approve(0, OPERATORS[1])
        self.approve(1, OPERATORS[1])

    @property
    def _approved(self) -> set[str]:
        made: set[str] = self.__dict__.setdefault("approved", set())
        return made

    # --- again ------------------------------------------------------------------------------------

    @step(which=st.integers(0, 30))
    def repeat(self, which: int) -> None:
        """Ask or say anything once more, however long ago: the same answer, and no new row."""
        if not self.earlier:
            return
        act, answer = self.earlier[which % len(self.earlier)]
        before = self.rows()
        again = act()
        assert (again.code if isinstance(again, WalletError) else again) == answer
        assert self.rows() == before
        self.outcomes["repeat", "ok"] += 1

    @step(which=WHICH)
    def say_again_in_another_file(self, which: int) -> None:
        """The same booking, as on the statement after the notice."""
        if not self.lines:
            return
        line = self.lines[-1 - which % len(self.lines)]
        other = Entry(self.number + 1_000_000, text="rent", service_ref=self.fresh_key())
        before = self.rows()
        done = self.desk.write(bank_import.import_file, notice(line.entry, other))
        assert (done.known, done.new) == (1, 1)
        self.lines.append(
            Booked(
                f"ref:{other.service_ref}:{other.amount}", other.amount, other, "unmatched", None
            )
        )
        assert self.rows()[:3] == before[:3]
        self.outcomes["again", "known"] += 1

    @step(near=st.sampled_from([-1, 0, 1]))
    def wait(self, near: int) -> None:
        """Let time pass until a payout has been under way for about as long as it may."""
        opened = [one.changed for one in self.payouts if one.state in ("created", "sent")]
        if opened:
            wanted = min(opened) + QUIET_MS + near
            self.desk.clock.time = max(self.desk.clock.time, wanted)

    # --- laws -------------------------------------------------------------------------------------

    @invariant()
    def the_money_is_where_the_model_says(self) -> None:
        for who in MEMBERS:
            shown = self.desk.read(read.balance, who)["balances"]
            assert sum(int(one["available"]) for one in shown) == self.has[who], who

    @invariant()
    def everything_proves_itself(self) -> None:
        assert list(self.desk.read(wallet_check.violations)) == []
        assert list(self.desk.read(check.violations)) == []

    @invariant()
    def states_are_the_models(self) -> None:
        for direction, paid in (("topup", self.topups), ("payout", self.payouts)):
            for one in paid[-5:]:
                shown = self.desk.read(pay.get, one.who, direction, TxnId(one.id))  # type: ignore[arg-type]
                assert shown["state"] == one.state, one

    @invariant()
    def all_is_accounted_for(self) -> None:
        """What is owed is backed, and only what was silent too long is an alarm."""
        report = self.desk.read(reconcile)
        for one in report.identities:
            assert (
                one.owed
                == one.backed
                == sum(self.has.values())
                + self.house
                + sum(one.amount for one in self.payouts if one.state in ("created", "sent"))
            )
        now = self.desk.clock.time
        opened = [one for one in self.payouts if one.state in ("created", "sent")]
        late = [one for one in opened if now - one.changed > QUIET_MS]
        assert len(report.alarms) == len(late)
        self.outcomes["reconcile", "alarm" if late else "quiet"] += 1


def test_the_rails_are_their_model() -> None:
    Laws.stand(60, 60, REACHED)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_rails_are_their_model_for_long() -> None:
    Laws.run(EXAMPLES, 80, derandomize=False)
