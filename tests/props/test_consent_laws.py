"""Consents against a model of them: whatever is asked for, granted, charged and revoked, nobody is charged more than they said yes to.

The sum of each interval stays within its limit, each charge within its own, and after the end of a consent there is no more. Amounts are
drawn at the boundary, and time is moved to the beginning of the next interval, a millisecond before it, and a millisecond after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant

from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.wallet import check as ledger_check
from courtyard.wallet import mint as minting
from courtyard.wallet import read
from courtyard.wallet.consents import answer, ask, charge, check
from courtyard.wallet.consents.model import Limits
from courtyard.wallet.model import MerchantId, Payer
from courtyard.wallet.shops import merchants
from courtyard.wallet.shops.model import Asker, Details, KeyId, MerchantKey
from courtyard.wallet.shops.orders import Wish
from tests.props.machine import EXAMPLES, Machine, Steps
from tests.wallet.bank import LEAF
from tests.wallet.desk import MEMBERS, START, Desk, mint

OAK = Currency("OAK")
OWNER, *PAYERS = MEMBERS
MONEY = {PAYERS[0]: 3_000, PAYERS[1]: 7}
HOUR, DAY = 3_600_000, 86_400_000
HOURS, DAYS, MONTHS = (
    "R3/2023-11-14T22:00:00Z/PT1H",
    "R2/2023-11-15T00:00:00Z/P1D",
    "R/2023-11-01T00:00:00Z/P1M",
)
BOUNDS: dict[str | None, list[int]] = {
    None: [0, 10**15],
    HOURS: [1_699_999_200_000 + n * HOUR for n in range(4)],
    DAYS: [1_700_006_400_000 + n * DAY for n in range(3)],
    MONTHS: [
        1_698_796_800_000, 1_701_388_800_000, 1_704_067_200_000, 1_706_745_600_000, 1_709_251_200_000,
        1_711_929_600_000, 10**15,
    ],
}  # fmt: skip
"""Where intervals begin, by another calendar than the code's: date(1). The last month of the model is a long one."""
WEEK = 7 * DAY
TABLES = (
    "wallet_consents",
    "wallet_charges",
    "wallet_orders",
    "wallet_transfers",
    "wallet_answers",
)


@dataclass
class Deal:
    """A consent as the model knows it."""

    id: str
    link: str
    amount: int
    most: int
    interval: str | None
    until: int | None
    ask_until: int
    named: UserId | None
    state: str = "pending"
    who: UserId | None = None
    used: Counter[int] = field(default_factory=Counter)

    def stands(self, now: int) -> str:
        if self.state == "pending" and now >= self.ask_until:
            return "lapsed"
        end = min(BOUNDS[self.interval][-1], self.until or 10**15)
        if self.state in ("pending", "granted") and now >= end:
            return "expired"
        return self.state

    def span(self, now: int) -> int | None:
        bounds = BOUNDS[self.interval]
        return None if now < bounds[0] else sum(now >= one for one in bounds) - 1


STEPS = Steps()
step = STEPS.step
WHICH = st.sampled_from([0, 0, 0, 1, 1, 2, 3])
RARELY = st.sampled_from([True, False])
WHO = st.sampled_from([PAYERS[0]] * 4 + [PAYERS[1], OWNER])


class Laws(Machine):
    """A merchant, and people who let it charge."""

    steps = STEPS
    often = ("charge",) * 12 + ("grant",) * 4 + ("repeat",) * 3
    tables = TABLES
    remembering = ("wallet_answers",)

    @classmethod
    def found(cls, patch: pytest.MonkeyPatch) -> None:
        """Add a currency in which nobody consents."""
        super().found(patch)
        desk = Desk(cls.founded)
        desk.write(minting.add_currency, OAK, "community", 2, "Acorns")
        desk.close()

    def __init__(self) -> None:
        """Begin with a shop, and money for two people."""
        super().__init__()
        details = Details(name="Noodles", mcc="5812", city="Porto", country="PT")
        made = self.desk.write(merchants.open, OWNER, "shop", details)
        assert isinstance(made, dict)
        self.shop = MerchantId(made["id"])
        key = MerchantKey(
            id=KeyId("k_a"), merchant=self.shop, name="", scope="orders", hash=b"",
            made_at=TimestampMs(1), revoked_at=None,
        )  # fmt: skip
        self.server = Asker(None, key)
        for who, amount in MONEY.items():
            mint(self.desk, who, amount)
        self.has = Counter(MONEY)
        self.taken = 0
        self.deals: list[Deal] = []
        self.told: list[tuple[Wish, Deal, Any]] = []
        self.looks = 0
        self.wish(400, 300, MONTHS, None, None)
        self.grant(0, PAYERS[0])

    def teardown(self) -> None:
        self.prove()
        super().teardown()

    def deal(self, which: int) -> Deal | None:
        return self.deals[-1 - which % len(self.deals)] if self.deals else None

    # --- asked and answered -----------------------------------------------------------------------

    @step(
        amount=st.sampled_from([1, 100, 100, 400, 4_000]),
        least=st.sampled_from([None, None, None, 60, 3_000]),
        interval=st.sampled_from([HOURS, MONTHS, MONTHS, DAYS, DAYS, None]),
        until=st.sampled_from([None, None, None, HOUR, 3 * DAY]),
        named=st.sampled_from([None, None, PAYERS[0]]),
    )
    def wish(self, amount: int, least: int | None, interval: str | None, until: int | None, named: UserId | None) -> None:  # fmt: skip
        per_charge = None if least is None else min(least, amount)
        limits = Limits(currency=LEAF, amount=amount, per_charge=per_charge, interval=interval)
        end = None if until is None else self.now + until
        wanted = ask.Wish(
            number=self.fresh_key(), limits=limits, scale=2, description="", asked_of=named, until=end
        )  # fmt: skip
        made = self.do(
            "ask", "ok", lambda: self.desk.write(ask.ask, self.server, self.shop, wanted)
        )
        again = self.desk.write(ask.ask, self.server, self.shop, wanted)
        assert again == made
        self.deals.append(
            Deal(
                made["id"], made["link"], amount, per_charge or amount, interval, end,
                self.now + WEEK, named,
            )
        )  # fmt: skip

    def _answer(
        self, name: str, which: int, who: UserId, done: str, act: Callable[[Deal], Any]
    ) -> None:
        waiting = [deal for deal in self.deals if deal.state == "pending"]
        deal = waiting[-1 - which % len(waiting)] if waiting and which < 3 else self.deal(which)
        if deal is None:
            return
        stands, expected = deal.stands(self.now), "ok"
        if who != (deal.who or deal.named or who):
            expected = "not_found"
        elif stands in ("lapsed", "expired"):
            expected = "wallet.expired"
        elif stands != "pending":
            expected = "wallet.ended"
        if name == "refuse" and deal.state == "refused" and expected != "not_found":
            expected = "ok"
        self.do(name, expected, lambda: act(deal))
        if expected == "ok":
            deal.state, deal.who = done, who

    @step(which=WHICH, who=WHO)
    def grant(self, which: int, who: UserId) -> None:
        key, payer = self.fresh_key(), Payer(user_id=who, device_id=DeviceId("D"))
        self._answer(
            "grant", which, who, "granted",
            lambda deal: self.desk.write(answer.grant, payer, key, deal.link),
        )  # fmt: skip

    @step(which=st.sampled_from([0, 0, 3]), who=WHO)
    def refuse(self, which: int, who: UserId) -> None:
        self._answer(
            "refuse", which, who, "refused",
            lambda deal: self.desk.write(answer.refuse, who, deal.link),
        )  # fmt: skip

    @step(
        which=st.sampled_from([0, 1, 2, 3, 4, 5]),
        who=st.sampled_from([None, PAYERS[1], PAYERS[1]]),
        really=RARELY,
    )
    def revoke(self, which: int, who: UserId | None, really: bool) -> None:
        answered = [deal for deal in self.deals if deal.who]
        if not answered or not really:
            return
        deal = answered[-1 - which % len(answered)]
        by = who or deal.who
        assert by is not None
        expected = "ok" if by == deal.who else "not_found"
        self.do("revoke", expected, lambda: self.desk.write(answer.revoke, by, deal.id))
        if expected == "ok" and deal.state == "granted":
            deal.state = "revoked"

    @step(which=st.sampled_from([0, 3, 5, 7]), really=RARELY)
    def give_back(self, which: int, really: bool) -> None:
        deal = self.deal(which)
        if deal is None or not really:
            return
        self.do("give_back", "ok", lambda: self.desk.write(ask.give_back, self.server, self.shop, deal.id))  # fmt: skip
        if deal.state in ("pending", "granted"):
            deal.state = "revoked"

    # --- charged ----------------------------------------------------------------------------------

    @step(
        which=WHICH,
        near=st.sampled_from(["left", "left", "over", "less", "half", "one", "most", "too much", "funds", "more"]),
        currency=st.sampled_from([LEAF] * 12 + [OAK, Currency("NONE")]),
    )  # fmt: skip
    def charge(self, which: int, near: str, currency: Currency) -> None:
        live = [deal for deal in self.deals if deal.stands(self.now) == "granted"]
        deal = live[-1 - which % len(live)] if live and which < 2 else self.deal(which)
        if deal is None:
            return
        span = deal.span(self.now)
        left = deal.amount - (0 if span is None else deal.used[span])
        has = 0 if deal.who is None else self.has[deal.who]
        drawn = {
            "left": min(left, deal.most), "over": left + 1, "less": left - 1, "half": left // 2, "one": 1,
            "most": deal.most, "too much": deal.most + 1, "funds": has, "more": has + 1,
        }  # fmt: skip
        amount = max(1, drawn[near])
        stands, expected = deal.stands(self.now), "ok"
        if currency == "NONE":
            expected = "wallet.unknown_currency"
        elif stands == "revoked":
            expected = "wallet.consent_revoked"
        elif stands == "expired":
            expected = "wallet.consent_expired"
        elif stands != "granted":
            expected = "wallet.consent_not_granted"
        elif currency != LEAF:
            expected = "wallet.consent_currency"
        elif amount > deal.most:
            expected = "wallet.over_charge"
        elif span is None:
            expected = "wallet.consent_not_started"
        elif amount > left:
            expected = "wallet.over_interval"
        elif amount > has:
            expected = "wallet.insufficient_funds"
        number = self.fresh_key()
        wanted = Wish(out_trade_no=number, kind="consent", currency=currency, amount=amount, description="")  # fmt: skip
        made = self.do("charge", expected, lambda: self.desk.write(charge.charge, self.server, deal.id, wanted))  # fmt: skip
        forgotten = ("wallet.unknown_currency", "wallet.consent_currency", "wallet.over_charge")
        if expected not in forgotten:
            self.told.append((wanted, deal, made or expected))
        if made:
            assert span is not None
            assert deal.who is not None
            deal.used[span] += amount
            self.has[deal.who] -= amount
            self.taken += amount

    @step(which=WHICH, after=st.sampled_from([-1, 0, 1]), really=RARELY)
    def charge_when_it_ends(self, which: int, after: int, really: bool) -> None:
        """About the end of the last interval."""
        live = [
            place for place, deal in enumerate(reversed(self.deals))
            if deal.stands(self.now) == "granted" and BOUNDS[deal.interval][-1] < 10**14
        ]  # fmt: skip
        if live and really:
            place = live[which % len(live)]
            ends = BOUNDS[self.deals[-1 - place].interval][-1]
            self.desk.clock.time = max(self.now, ends + after)
            self.charge(place + 2 * len(self.deals), "one", LEAF)

    @step(which=st.sampled_from([0, 0, 0, 1, 2, 5, 17]), more=st.sampled_from([0, 0, 1]))
    def repeat(self, which: int, more: int) -> None:
        """Ask for a charge again, however long ago it was: the same answer and no new row; for another amount it is refused."""
        if not self.told:
            return
        asked, deal, told = self.told[-1 - which % len(self.told)]
        wanted = msgspec.structs.replace(asked, amount=asked.amount + more)
        is_refused = isinstance(told, str)
        expected = "wallet.key_reused" if more else told if is_refused else "ok"
        before = self.rows()
        again = self.do("repeat", expected, lambda: self.desk.write(charge.charge, self.server, deal.id, wanted))  # fmt: skip
        assert self.rows() == before
        assert more or is_refused or again == told

    @step(
        near=st.sampled_from(["before", "at", "after", "minute", "minute"]),
        which=st.sampled_from([0, 0, 1, 2]),
    )
    def wait(self, near: str, which: int) -> None:
        ends = {bound for deal in self.deals for bound in BOUNDS[deal.interval]}
        ends |= {at for deal in self.deals for at in (deal.until, deal.ask_until) if at}
        ahead = sorted(at for at in ends if self.now + 1 < at < 10**14)
        if near == "minute" or not ahead:
            self.desk.clock.time += 60_000
            return
        self.desk.clock.time = ahead[which % len(ahead)] + {"before": -1, "at": 0, "after": 1}[near]

    @invariant()
    def nobody_was_charged_more_than_they_said_yes_to(self) -> None:
        rows = self.desk.driver.execute(
            "SELECT consent, span, SUM(amount), MAX(amount) FROM wallet_charges GROUP BY consent, span"
        ).fetchall()
        deals = {deal.id: deal for deal in self.deals}
        for id, span, total, largest in rows:
            assert total == deals[id].used[span] <= deals[id].amount
            assert largest <= deals[id].most
        assert len(rows) == sum(bool(used) for deal in self.deals for used in deal.used.values())

    @invariant()
    def the_money_is_where_the_model_says(self) -> None:
        for who in PAYERS:
            shown = self.desk.read(read.balance, who)["balances"]
            assert sum(int(one["available"]) for one in shown) == self.has[who]
        assert sum(self.has.values()) + self.taken == sum(MONEY.values())

    @invariant()
    def each_consent_stands_as_the_model_says(self) -> None:
        for deal in self.deals:
            shown = self.desk.read(ask.get, self.server, self.shop, deal.id)
            assert shown["state"] == deal.stands(self.now)
            span = deal.span(self.now)
            if span is not None and span < len(BOUNDS[deal.interval]) - 1:
                assert shown["now"] is not None
                assert shown["now"]["interval"] == span
                assert int(shown["now"]["used"]) == deal.used[span]

    @invariant()
    def everything_proves_itself(self) -> None:
        # Whole tables are read: now and then, and at the end.
        self.looks += 1
        if self.looks % 10 == 0:
            self.prove()

    def prove(self) -> None:
        assert list(self.desk.read(check.violations)) == []
        assert list(self.desk.read(ledger_check.violations)) == []


CODES = ("revoked", "expired", "not_granted", "currency", "not_started")
REACHED = {
    ("ask", "ok"),
    *(("grant", code) for code in ("ok", "not_found", "wallet.expired", "wallet.ended")),
    *(("refuse", code) for code in ("ok", "not_found", "wallet.ended")),
    *(("revoke", code) for code in ("ok", "not_found")),
    ("give_back", "ok"),
    *(("charge", f"wallet.consent_{code}") for code in CODES),
    *(("charge", code) for code in ("ok", "wallet.over_charge", "wallet.over_interval")),
    *(("charge", code) for code in ("wallet.insufficient_funds", "wallet.unknown_currency")),
    *(("repeat", code) for code in ("ok", "wallet.key_reused", "wallet.over_interval")),
}
"""Each must have been tried, or the laws were held against nothing."""
assert START == 1_700_000_000_000


def test_consents_are_their_model() -> None:
    Laws.stand(60, 60, REACHED)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_consents_are_their_model_for_long() -> None:
    Laws.run(EXAMPLES, 80, derandomize=False)
