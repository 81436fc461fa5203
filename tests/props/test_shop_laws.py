"""Shops against a model of them: whatever merchants, tills and payers do, each answer is the model's and the money is where it says.

The verbs run on a real database. After each step the balances are the model's, and the ledger and the orders prove themselves. Amounts are
drawn at the boundary of what there is, what is left to refund, what a code may pay; time jumps to a deadline, and to a millisecond before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant

from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.wallet import check as wallet_check
from courtyard.wallet import read
from courtyard.wallet.errors import WalletError
from courtyard.wallet.shops import (
    charge,
    check,
    codes,
    merchants,
    orders,
    paycodes,
    refunds,
    rules_paycodes,
    static,
    sweep,
)
from courtyard.wallet.shops.model import (
    CONFIRM_MS,
    EXPIRES_MS,
    PACK_MS,
    PAYCODE_MS,
    REFUND_MS,
    OrderId,
)
from tests.props.machine import EXAMPLES
from tests.props.shop_world import (
    CAP_EACH,
    CAP_TOTAL,
    MAILBOX,
    MONEY,
    NEAR,
    OWNER,
    PAYERS,
    PROOF_FROM,
    REACHED,
    STEPS,
    TABLES,
    WHICH,
    WHO,
    Model,
    Sale,
    Shown,
    set_up,
    step,
)
from tests.wallet.bank import LEAF
from tests.wallet.counter import DEVICE, asker, open_shop, payer, wish
from tests.wallet.desk import mint

BY = asker(OWNER)
CLOSE = {"half": "more", "one": "all"}


class Laws(Model):
    """One shop, and two people with money."""

    steps = STEPS
    often = ("confirm", "confirm", "repeat")
    """What waits for a person waits for three minutes only."""
    tables = TABLES
    remembering = TABLES

    @classmethod
    def found(cls, patch: pytest.MonkeyPatch) -> None:
        """Let each run be the same."""
        super().found(patch)
        set_up(patch)

    def __init__(self) -> None:
        """Open the shop, and make money."""
        super().__init__()
        for who, amount in MONEY.items():
            mint(self.desk, who, amount)
            self.has[who] = amount
        self.shop = open_shop(self.desk, OWNER)
        self.code = self.desk.read(codes.static, BY, self.shop, Currency(LEAF))
        self.earlier: list[tuple[str, Callable[[str], Any], Any]] = []
        MAILBOX.told.clear()

    def word_for(self, name: str, answer: Any) -> str:
        is_waiting = name == "charge" and answer["state"] == "confirming"
        return "confirming" if is_waiting else super().word_for(name, answer)

    def once(self, name: str, expected: str, act: Callable[[str], Any]) -> Any:
        """Do something under a new key or number, and keep it to be asked again."""
        key = self.fresh_key()
        answer = self.do(name, expected, lambda: act(key))
        remembered = (
            *("ok", "confirming", "wallet.insufficient_funds", "wallet.ended", "wallet.expired"),
            *("wallet.refund_too_large", "wallet.refund_too_late", "wallet.merchant_short"),
        )
        if expected in remembered:
            self.earlier.append((key, act, expected if answer is None else answer))
        return answer

    # --- orders -----------------------------------------------------------------------------------

    @step(who=WHO, near=NEAR)
    def make(self, who: UserId, near: str) -> None:
        amount = self.near(self.has[who], near)
        made = self.once(
            "make", "ok", lambda no: self.desk.write(orders.make, BY, self.shop, wish(no, amount))
        )
        until = self.now + EXPIRES_MS
        self.sales.append(Sale(made["id"], made["out_trade_no"], "native", amount, until))

    @step(which=WHICH)
    def make_another_of_its_number(self, which: int) -> None:
        sale = self.pick(which)
        if sale is not None and sale.kind == "native":
            other = wish(sale.no, sale.amount + 1)
            self.do(
                "make",
                "wallet.key_reused",
                lambda: self.desk.write(orders.make, BY, self.shop, other),
            )

    @step(which=WHICH, who=WHO)
    def pay(self, which: int, who: UserId) -> None:
        waiting = [one for one in self.sales if not one.awaits and self.stands(one) == "open"]
        sale = waiting[-1] if which == 0 and waiting else self.pick(which)
        if sale is not None:
            self._pay(sale, who)

    @step(who=WHO)
    def pay_too_late(self, who: UserId) -> None:
        over = [sale for sale in self.sales if "expired" in (self.stands(sale), sale.how)]
        if over:
            self._pay(over[-1], who)

    @step(who=WHO, another=st.booleans())
    def confirm(self, who: UserId, another: bool) -> None:
        """Pay what waits for a person; now and then another one tries."""
        waiting = [sale for sale in self.sales if sale.awaits and self.stands(sale) == "open"]
        if waiting:
            if another:
                self._pay(waiting[-1], next(one for one in PAYERS if one != waiting[-1].awaits))
            self._pay(waiting[-1], who)

    def _pay(self, sale: Sale, who: UserId) -> None:
        stands = self.stands(sale)
        expected = "ok"
        if sale.awaits not in (None, who):
            expected = "not_found"
        elif stands == "expired" or sale.how == "expired":
            expected = "wallet.expired"
        elif stands != "open":
            expected = "wallet.ended"
        elif sale.amount > self.has[who]:
            expected = "wallet.insufficient_funds"
        done = self.once(
            "pay",
            expected,
            lambda key: self.desk.write(orders.pay, payer(who), key, OrderId(sale.id)),
        )
        if done:
            self.took(sale, who)

    @step(who=WHO, near=NEAR)
    def static(self, who: UserId, near: str) -> None:
        amount = self.near(self.has[who], near)
        expected = "ok" if amount <= self.has[who] else "wallet.insufficient_funds"
        done = self.once(
            "static",
            expected,
            lambda key: self.desk.write(static.pay, payer(who), key, self.code, LEAF, amount),
        )
        if done:
            sale = Sale(done["id"], "", "static", amount, self.now)
            self.took(sale, who)
            self.sales.append(sale)

    @step(which=WHICH)
    def close(self, which: int) -> None:
        sale = self.pick(which)
        if sale is None:
            return
        expected = "wallet.ended" if sale.state == "paid" else "ok"
        self.do("close", expected, lambda: self.desk.write(orders.close, BY, self.shop, sale.id))
        if self.stands(sale) == "open":
            sale.state, sale.how = "closed", "merchant"

    @step(which=WHICH)
    def revoke(self, which: int) -> None:
        sale = self.pick(which)
        if sale is None:
            return
        begun = [one for one in self.sales if 0 < one.refunded < one.amount]
        self._revoke(begun[-1] if which == 1 and begun else sale)

    def _revoke(self, sale: Sale) -> None:
        expected = "ok"
        if sale.state == "paid" and not sale.is_revoked:
            if self.now >= sale.paid_at + REFUND_MS:
                expected = "wallet.refund_too_late"
            elif sale.left > self.till:
                expected = "wallet.merchant_short"
        told = self.do(
            "revoke", expected, lambda: self.desk.write(refunds.revoke, BY, self.shop, sale.id)
        )
        if told is None:
            return
        if sale.state == "paid" and not sale.is_revoked:
            if sale.left:
                self.gave_back(sale, sale.left)
            sale.is_revoked = True
        elif self.stands(sale) == "open":
            sale.state, sale.how = "closed", "revoked"
        again = self.desk.write(refunds.revoke, BY, self.shop, sale.id)
        assert again == told

    @step(which=WHICH, near=NEAR)
    def refund(self, which: int, near: str) -> None:
        sale = self.pick(which)
        if sale is not None:
            self._refund(sale, near)

    @step(near=NEAR)
    def refund_the_oldest(self, near: str) -> None:
        paid = [sale for sale in self.sales if sale.state == "paid"]
        if paid:
            self._refund(paid[0], near)

    def _refund(self, sale: Sale, near: str) -> None:
        most = sale.left if sale.state == "paid" else sale.amount
        # What the shop has is the boundary where it is less.
        amount = self.near(self.till if 0 < self.till < most else most, near)
        expected = "ok"
        if sale.state != "paid":
            expected = "wallet.not_paid"
        elif self.now >= sale.paid_at + REFUND_MS:
            expected = "wallet.refund_too_late"
        elif amount > sale.left:
            expected = "wallet.refund_too_large"
        elif amount > self.till:
            expected = "wallet.merchant_short"
        done = self.once(
            "refund",
            expected,
            lambda no: self.desk.write(refunds.refund, BY, self.shop, sale.id, no, amount, ""),
        )
        if done:
            self.gave_back(sale, amount)

    @step(which=WHICH, revoked=st.booleans())
    def give_back_from_an_empty_till(self, which: int, revoked: bool) -> None:
        paid = [sale for sale in self.sales if sale.state == "paid" and sale.left > 1]
        if paid:
            self.withdraw("all" if which else "less")
            sale = paid[-1 - which % len(paid)]
            self._revoke(sale) if revoked else self._refund(sale, "all" if which else "more")

    @step(near=NEAR)
    def withdraw(self, near: str) -> None:
        amount = self.near(self.till, near)
        expected = "ok" if amount <= self.till else "wallet.merchant_short"
        done = self.once(
            "withdraw",
            expected,
            lambda key: self.desk.write(merchants.withdraw, BY, self.shop, key, LEAF, amount),
        )
        if done:
            self.till -= amount
            self.has[OWNER] += amount

    # --- codes ------------------------------------------------------------------------------------

    @step(who=WHO)
    def show_code(self, who: UserId) -> None:
        made = self.desk.write(paycodes.make, who, DEVICE)
        for one in self.shown:
            if one.who == who and one.pack is None:
                one.is_gone = True
        self.shown.append(Shown(made["code"], who, self.now + PAYCODE_MS))

    @step(who=WHO)
    def make_pack(self, who: UserId) -> None:
        made = self.desk.write(paycodes.make_pack, who, DEVICE, LEAF)
        for one in self.shown:
            if one.who == who:
                one.is_gone = True
        self.packs.append(0)
        until = self.now + PACK_MS
        new = [Shown(code, who, until, len(self.packs) - 1) for code in made["codes"][:6]]
        self.shown += new

    @step(
        which=st.sampled_from([0, 0, 0, 1, 2, 3, 4]),
        near=NEAR,
        of=st.sampled_from(["has", "proof", "cap", "cap", "total"]),
    )
    def charge(self, which: int, near: str, of: str) -> None:
        if not self.shown:
            return
        # Mostly one that works: the others are refused anyway.
        wanted = {3: (True, True), 4: (True, False)}.get(which, (False, False))
        some = [one for one in self.shown if (one.is_gone, one.is_used) == wanted] or self.shown
        self._charge(some[-1 - which % 3 % len(some)], near, of)

    @step(who=WHO)
    def charge_what_was_shown_before(self, who: UserId) -> None:
        """A device shows one code at a time."""
        self.show_code(who)
        self.show_code(who)
        self._charge(self.shown[-2], "one", "has")

    def _charge(self, one: Shown, near: str, of: str) -> None:
        pack = None if one.pack is None else self.packs[one.pack]
        most = {
            "has": self.has[one.who],
            "proof": PROOF_FROM,
            "cap": CAP_EACH,
            "total": CAP_TOTAL - (pack or 0),
        }[of]
        # At the boundary itself, where it is one of ours.
        amount = self.near(most, near if of == "has" else CLOSE.get(near, near))
        covered = pack is None or (amount <= CAP_EACH and pack + amount <= CAP_TOTAL)
        expected = "ok"
        if one.is_gone or self.now >= one.until:
            expected = "wallet.bad_paycode"
        elif amount > self.has[one.who]:
            expected = "wallet.insufficient_funds"
        elif not covered or amount >= PROOF_FROM:
            expected = "confirming"
        code = rules_paycodes.hash_of(one.code)
        done = self.once(
            "charge",
            expected,
            lambda no: self.desk.write(
                charge.charge, BY, self.shop, code, wish(no, amount, "till")
            ),
        )
        if expected != "wallet.bad_paycode":
            one.is_gone = one.is_used = True
        if done is None:
            return
        sale = Sale(done["id"], done["out_trade_no"], "till", amount, self.now + CONFIRM_MS)
        self.sales.append(sale)
        if expected == "ok":
            self.took(sale, one.who)
            if one.pack is not None:
                self.packs[one.pack] += amount
        else:
            sale.awaits = one.who

    # --- again, and time --------------------------------------------------------------------------

    @step(which=st.integers(0, 30), refused=st.booleans())
    def repeat(self, which: int, refused: bool) -> None:
        """Ask again for something earlier: the same answer, an order as it stands now, and no new row."""
        earlier = [one for one in self.earlier if isinstance(one[2], str) == refused]
        if not earlier:
            return
        if refused:
            # Each refusal alike, however often it came.
            codes = sorted({one[2] for one in earlier})
            earlier = [one for one in earlier if one[2] == codes[which % len(codes)]]
        key, act, first = earlier[which % len(earlier)]
        before = self.rows()
        answer = act(key)
        assert self.rows() == before
        if isinstance(first, str):
            assert isinstance(answer, WalletError)
            assert answer.code == first
            self.outcomes["repeat", first] += 1
        else:
            assert answer["id"] == first["id"]
            assert answer.get("amount") == first.get("amount")
            self.outcomes["repeat", "ok"] += 1

    @step(near=st.sampled_from(["second", "before", "at", "year"]), which=WHICH)
    def wait(self, near: str, which: int) -> None:
        """Let a second pass, or all the time until something ends, or until a millisecond before."""
        ends = sorted(
            {sale.until for sale in self.sales if self.stands(sale) == "open"}
            | {one.until for one in self.shown if not one.is_gone}
        )
        if near == "year":
            ends = [sale.paid_at + REFUND_MS for sale in self.sales if sale.state == "paid"]
        ends = [end for end in ends if end > self.now + 1]
        if near == "second" or not ends:
            self.desk.clock.time += 1_000
        else:
            self.desk.clock.time = ends[which % len(ends)] - (near != "at" and which != 1)

    @step()
    def sweep(self) -> None:
        """Let the sweeper run, twice."""
        self.desk.write(sweep.sweep_some)
        for sale in self.sales:
            if self.stands(sale) == "expired":
                sale.state, sale.how = "closed", "expired"
        told = len(MAILBOX.told)
        self.desk.write(sweep.sweep_some)
        assert len(MAILBOX.told) == told

    @invariant()
    def the_money_is_where_the_model_says(self) -> None:
        for who, amount in self.has.items():
            shown = self.desk.read(read.balance, who)["balances"]
            assert sum(int(one["available"]) for one in shown) == amount, who
        shop = self.desk.read(merchants.show, BY, self.shop)
        assert sum(int(one["available"]) for one in shop["balances"]) == self.till
        assert sum(self.has.values()) + self.till == sum(MONEY.values())

    @invariant()
    def the_books_prove_themselves(self) -> None:
        assert list(self.desk.read(wallet_check.violations)) == []
        assert list(self.desk.read(check.violations)) == []

    @invariant()
    def orders_stand_as_the_model_says(self) -> None:
        for sale in self.sales[-4:]:
            told = self.desk.read(orders.get, BY, self.shop, sale.id)
            stands = self.stands(sale)
            states = {"expired": "closed", "open": "confirming" if sale.awaits else "open"}
            assert told["state"] == states.get(stands, stands)
            assert told["closed_as"] == ("expired" if stands == "expired" else sale.how)
            assert (told["refunded"], told["refund_count"]) == (str(sale.refunded), sale.count)
            assert (told["revoked_at"] is not None) == sale.is_revoked

    @invariant()
    def packs_have_paid_what_the_model_says(self) -> None:
        known = [pack for who in PAYERS for pack in self.desk.read(paycodes.packs, who)["packs"]]
        works = {one.pack for one in self.shown if one.pack is not None and self.now < one.until}
        last = {who: max(mine) for who in PAYERS if (mine := self.packs_of(who) & works)}
        told = sorted(int(pack["spent"]) for pack in known)
        assert told == sorted(self.packs[place] for place in last.values())

    def packs_of(self, who: UserId) -> set[int]:
        return {one.pack for one in self.shown if one.who == who and one.pack is not None}

    @invariant()
    def the_merchant_is_told_of_everything_once_and_in_order(self) -> None:
        kinds = Counter((ref, kind) for kind, ref, _ in MAILBOX.told)
        versions: dict[str, int] = {}
        for _, ref, version in MAILBOX.told:
            assert version > versions.get(ref, 0)
            versions[ref] = version
        for sale in self.sales:
            closed = kinds[sale.id, "order.closed"] + kinds[sale.id, "order.expired"]
            assert kinds[sale.id, "order.paid"] == (sale.state == "paid")
            assert closed == (sale.state == "closed")
            assert kinds[sale.id, "refund.done"] == sale.count


def test_shops_are_their_model() -> None:
    Laws.stand(120, 50, REACHED)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_shops_are_their_model_for_long() -> None:
    Laws.run(EXAMPLES, 80, derandomize=False)
