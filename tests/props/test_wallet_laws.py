"""The wallet against a model of it: whatever people do, in whatever order, each answer is the model's and the money is where it says.

The verbs run on a real database. After each step the balances are the model's, and the ledger proves itself (`wallet.check`): sums,
entries, escrows, holds. A replay gives the first answer and no new row. Amounts are drawn at the boundary: what there is, one
more, one less, half.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant

from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.rooms.membership import join, leave
from courtyard.storage.tx import WriteTx
from courtyard.wallet import check, ledger, offers, packets, read, requests, sweep
from courtyard.wallet.errors import WalletError
from courtyard.wallet.guard import check as guard_check
from courtyard.wallet.guard import delays, stops
from courtyard.wallet.guard.model import DELAYS_MS, StopId
from courtyard.wallet.model import DAY_MS, HoldId, JournalId, OfferId, PacketId, RequestId
from tests.props.machine import EXAMPLES, Machine
from tests.props.wallet_world import (
    ANOTHER,
    EVERYBODY,
    MEMBER,
    MONEY,
    REACHED,
    STEPS,
    TABLES,
    WHICH,
    WHO,
    Pot,
    Setting,
    Stop,
    Wish,
    step,
)
from tests.wallet.bank import LEAF
from tests.wallet.desk import MEMBERS, OPERATORS, STRANGER, mint, payer


class Laws(Machine):
    """People with money."""

    steps = STEPS
    often = (
        *("end_hold", "end_hold", "pay_part", "pay_part", "repeat"),
        *("set_off", "set_off", "arrive", "stop", "end_stop", "end_stop"),
    )
    tables = TABLES
    remembering = TABLES

    @classmethod
    def found(cls, patch: pytest.MonkeyPatch) -> None:
        """Take chance of the server's own away: it would make each run another one."""
        super().found(patch)
        patch.setattr(packets, "secrets", SimpleNamespace(token_bytes=bytes))
        numbers = itertools.count(1)
        patch.setattr(stops, "secrets", SimpleNamespace(token_hex=lambda _: str(next(numbers))))
        # Who is told of what has tests of its own.
        patch.setattr(delays, "TELL", [])

    def __init__(self) -> None:
        """Begin with a room, and money for two of its members."""
        super().__init__()
        self.has = dict.fromkeys(EVERYBODY, 0)
        self.held = dict.fromkeys(EVERYBODY, 0)
        for who, amount in MONEY.items():
            mint(self.desk, who, amount)
            self.has[who] = amount
        self.joined = set(MEMBERS)
        self.offers: list[Pot] = []
        self.packets: list[Pot] = []
        self.settings = {who: Setting() for who in EVERYBODY}
        self.wishes: list[Wish] = []
        self.holds: list[list[Any]] = []
        self.earlier: list[tuple[str, Callable[[str], Any], Any]] = []

    # --- the model's own words ------------------------------------------------------------------

    def free(self, who: UserId) -> int:
        """Return what somebody can spend, with what is due to come back."""
        return self.has[who] - self.held[who] + sum(pot.rest for pot in self.due(who))

    def due(self, who: UserId) -> list[Pot]:
        """Return what is due to come back to somebody, and what has arrived for them."""
        pots = [pot for pot in (*self.offers, *self.packets) if pot.sender == who]
        back = [pot for pot in pots if pot.state in ("pending", "open") and self.now >= pot.until]
        return back + [pot for pot in self.offers if pot.recipient == who and self.arrived(pot)]

    def arrived(self, pot: Pot) -> bool:
        return pot.state == "arriving" and self.now >= pot.arrives

    def take_back(self, who: UserId) -> None:
        for pot in self.due(who):
            self.has[who] += pot.rest
            pot.state = "accepted" if pot.state == "arriving" else "expired"

    def word_for(self, name: str, answer: Any) -> str:
        is_arriving = name == "accepted" and answer["state"] == "arriving"
        return "arriving" if is_arriving else super().word_for(name, answer)

    def amount(self, who: UserId, near: str) -> int:
        free = self.free(who)
        wanted = {"all": free, "more": free + 1, "less": free - 1, "half": free // 2, "one": 1}
        return max(1, wanted[near])

    def pay(self, name: str, expected: str, act: Callable[[str], Any]) -> Any:
        """Do something under a new key, and keep it to be asked again."""
        key = self.fresh_key()
        answer = self.do(name, expected, lambda: act(key))
        remembered = ("ok", "wallet.insufficient_funds", "wallet.ended", "wallet.expired")
        if expected in remembered:
            self.earlier.append((key, act, answer if expected == "ok" else expected))
        return answer

    # --- payments in a chat -----------------------------------------------------------------------

    NEAR = st.sampled_from(["half", "one", "half", "all", "less", "more"])

    @step(
        sender=st.sampled_from([*MEMBERS * 3, STRANGER]),
        to=st.sampled_from([*MEMBERS * 2, STRANGER]),
        near=NEAR,
    )
    def offer(self, sender: UserId, to: UserId, near: str) -> None:
        amount = self.amount(sender, near)
        expected = "ok"
        if sender not in self.joined:
            expected = "rooms.not_in_room"
        elif to == sender or to not in self.joined:
            expected = "wallet.bad_recipient"
        else:
            if amount > self.free(sender):
                expected = "wallet.insufficient_funds"
            self.take_back(sender)
        made = self.pay(
            "offer",
            expected,
            lambda key: self.desk.write(
                offers.make, payer(sender), key, self.room_id, to, LEAF, amount
            ),
        )
        if made:
            self.has[sender] -= amount
            until = self.now + DAY_MS
            pot = Pot(made["id"], sender, to, amount, until, "pending")
            pot.delay = self.settings[sender].now(self.now)
            self.offers.append(pot)

    @step(which=WHICH, stranger=ANOTHER)
    def accept(self, which: int, stranger: UserId | None) -> None:
        self._answer("accepted", offers.accept, which, stranger)

    @step(which=WHICH, stranger=ANOTHER)
    def decline(self, which: int, stranger: UserId | None) -> None:
        self._answer("declined", offers.decline, which, stranger)

    @step(end=st.sampled_from(["accepted", "declined"]), which=WHICH, swept=st.booleans())
    def answer_too_late(self, end: str, which: int, swept: bool) -> None:
        """Let an offer come to the end of its time, and answer it."""
        waiting = [pot for pot in self.offers if pot.state == "pending"]
        if not waiting:
            return
        pot = waiting[-1 - which % len(waiting)]
        self.desk.clock.time = max(self.now, pot.until)
        if swept:
            self.sweep()
        self._end(end, offers.accept if end == "accepted" else offers.decline, pot, None)

    def _answer(self, end: str, verb: Any, which: int, stranger: UserId | None) -> None:
        if self.offers:
            self._end(end, verb, self.offers[-1 - which % len(self.offers)], stranger)

    def _end(self, end: str, verb: Any, pot: Pot, stranger: UserId | None) -> None:
        assert pot.recipient is not None
        who = stranger or pot.recipient
        expected = "ok"
        if who != pot.recipient:
            expected = "not_found"
        elif pot.state == "expired" or (pot.state == "pending" and self.now >= pot.until):
            expected = "wallet.expired"
        elif pot.state == "arriving":
            expected = self.on_its_way(pot, end)
        elif pot.state not in ("pending", end):
            expected = "wallet.ended"
        elif pot.state == "pending" and end == "accepted" and pot.delay:
            expected = "arriving"
        self.do(end, expected, lambda: self.desk.write(verb, who, OfferId(pot.id)))
        if expected == "arriving" and pot.state == "pending":
            pot.state, pot.arrives = "arriving", self.now + pot.delay
        elif expected == "ok" and pot.state in ("pending", "arriving"):
            if self.arrived(pot):
                self.outcomes["accepted", "arrived"] += 1
            self.has[pot.recipient if end == "accepted" else pot.sender] += pot.amount
            pot.state = end

    def on_its_way(self, pot: Pot, end: str) -> str:
        if end == "declined":
            return "wallet.ended" if self.arrived(pot) else "ok"
        return "ok" if self.arrived(pot) else "arriving"

    # --- payments that take their time --------------------------------------------------------------

    def an_arrival(self, which: int) -> Pot | None:
        """Return mostly one that is on its way."""
        pots = [pot for pot in self.offers if pot.state == "arriving"] or self.offers
        pots = self.offers if which == 2 else pots
        return pots[-1 - which % len(pots)] if pots else None

    @step(who=st.sampled_from([*MEMBERS[:2], *MEMBERS]), delay=st.sampled_from(DELAYS_MS))
    def choose(self, who: UserId, delay: int) -> None:
        setting = self.settings[who]
        before = setting.now(self.now)
        word = "less" if delay < before else "more" if delay > before else "same"
        self.desk.write(delays.choose, who, delay)
        self.outcomes["choose", word] += 1
        setting.choose(delay, self.now)

    @step(sender=MEMBER, delay=st.sampled_from(DELAYS_MS[1:]))
    def set_off(self, sender: UserId, delay: int) -> None:
        """All in one: an offer with a delay, accepted."""
        to = MEMBERS[0] if sender != MEMBERS[0] else MEMBERS[1]
        count = len(self.offers)
        self.choose(sender, delay)
        self.offer(sender, to, "half")
        if len(self.offers) > count:
            self._end("accepted", offers.accept, self.offers[-1], None)

    @step(shift=st.sampled_from([-1, 0, 1]), which=WHICH, end=st.sampled_from([True, True, False]))
    def arrive(self, shift: int, which: int, end: bool) -> None:
        """Wait until something arrives, or a millisecond less or more, and answer it once more."""
        pot = self.an_arrival(which)
        if pot is not None and pot.state == "arriving":
            self.desk.clock.time = max(self.now, pot.arrives + shift)
            self._end(
                "accepted" if end else "declined",
                offers.accept if end else offers.decline,
                pot,
                None,
            )

    @step(which=WHICH, stranger=ANOTHER)
    def recall(self, which: int, stranger: UserId | None) -> None:
        pot = self.an_arrival(which)
        if pot is None:
            return
        who = stranger or pot.sender
        expected = "ok"
        if who != pot.sender:
            expected = "not_found"
        elif not pot.is_recalled and (pot.state != "arriving" or self.arrived(pot)):
            expected = "wallet.ended"
        self.do("recall", expected, lambda: self.desk.write(offers.recall, who, OfferId(pot.id)))
        pot.is_recalled |= expected == "ok"

    def stopped(self, pot: Pot) -> bool:
        stop = pot.stop
        return stop is not None and not stop.is_ended and self.now < stop.review

    @step(
        which=WHICH,
        by=st.sampled_from(OPERATORS),
        reason=st.sampled_from(["security", "court_order", "owner_request"]),
        days=st.sampled_from([1, 1, 30]),
    )
    def stop(self, which: int, by: UserId, reason: Any, days: int) -> None:
        pot = self.an_arrival(which)
        if pot is None:
            return
        expected = "ok"
        if reason == "owner_request" and not pot.is_recalled:
            expected = "invalid_param"
        elif pot.state != "arriving" or self.arrived(pot) or self.stopped(pot):
            expected = "wallet.ended"
        made = self.do(
            "stop",
            expected,
            lambda: self.desk.write(stops.begin, by, OfferId(pot.id), reason, "Why.", days),
        )
        if made:
            pot.stop = Stop(made.id, by, pot.arrives, self.now + days * DAY_MS)
            pot.arrives = max(pot.arrives, pot.stop.review)

    @step(
        which=WHICH,
        by=st.sampled_from(OPERATORS),
        how=st.sampled_from(["review", "release", "send_back", "send_back"]),
        shift=st.sampled_from([None, None, -1, 0]),
    )
    def end_stop(self, which: int, by: UserId, how: str, shift: int | None) -> None:
        """Decide about a stop: also a millisecond before its review, or too late."""
        pots = [pot for pot in self.offers if pot.stop is not None]
        some = [pot for pot in pots if self.stopped(pot) and pot.state == "arriving"]
        some = some if some and which != 2 else pots
        if not some:
            return
        pot = some[-1 - which % len(some)]
        stop = pot.stop
        assert stop is not None
        if shift is not None:
            self.desk.clock.time = max(self.now, stop.review + shift)
        expected = "ok"
        if not self.stopped(pot) or pot.state != "arriving" or self.arrived(pot):
            expected = "wallet.ended"
        elif how == "send_back" and by == stop.by:
            expected = "wallet.not_independent"
        id = StopId(stop.id)
        if how == "review":
            self.do(how, expected, lambda: self.desk.write(stops.review, by, id, 2))
        else:
            verb = stops.release if how == "release" else stops.send_back
            self.do(how, expected, lambda: self.desk.write(verb, by, id))
        if expected != "ok":
            return
        stop.is_ended = how != "review"
        if how == "review":
            stop.review = self.now + 2 * DAY_MS
            pot.arrives = max(stop.was, stop.review)
        elif how == "release":
            pot.arrives = max(stop.was, self.now)
        else:
            self.has[pot.sender] += pot.amount
            pot.state = "returned"

    # --- red packets ------------------------------------------------------------------------------

    @step(
        sender=st.sampled_from([*MEMBERS * 3, STRANGER]), near=NEAR, count=st.sampled_from([1, 2, 3]), split=st.sampled_from(["equal", "lucky"])
    )  # fmt: skip
    def packet(self, sender: UserId, near: str, count: int, split: Any) -> None:
        amount = self.amount(sender, near)
        expected = "ok"
        if amount < count:
            expected = "wallet.bad_split"
        elif sender not in self.joined:
            expected = "rooms.not_in_room"
        else:
            if amount > self.free(sender):
                expected = "wallet.insufficient_funds"
            self.take_back(sender)
        made = self.pay(
            "packet",
            expected,
            lambda key: self.desk.write(
                packets.make, payer(sender), key, self.room_id, LEAF, amount, count, split
            ),
        )
        if made:
            self.has[sender] -= amount
            until = self.now + DAY_MS
            self.packets.append(Pot(made["id"], sender, None, amount, until, "open", count))

    @step(which=WHICH, another=ANOTHER)
    def claim(self, which: int, another: UserId | None) -> None:
        if not self.packets:
            return
        pot = self.packets[-1 - which % len(self.packets)]
        late = [who for who in MEMBERS if who in self.joined - pot.claims.keys()]
        who = another or next(iter(late), MEMBERS[0])
        expected = "ok"
        if who not in pot.claims:
            if who not in self.joined:
                expected = "not_found"
            elif pot.state == "expired" or (pot.state == "open" and self.now >= pot.until):
                expected = "wallet.expired"
            elif pot.state == "finished":
                expected = "wallet.ended"
        got = self.do(
            "claim", expected, lambda: self.desk.write(packets.claim, who, PacketId(pot.id))
        )
        if got is None:
            return
        if who in pot.claims:
            assert int(got["amount"]) == pot.claims[who]
            return
        pot.claims[who] = int(got["amount"])
        assert pot.claims[who] >= 1
        self.has[who] += pot.claims[who]
        if len(pot.claims) == pot.count:
            pot.state = "finished"
            assert pot.rest == 0

    # --- requests ---------------------------------------------------------------------------------

    @step(
        payee=WHO,
        others=st.lists(
            st.sampled_from([*MEMBERS * 3, STRANGER]), min_size=1, max_size=3, unique=True
        ),
        total=st.integers(1, 20),
    )
    def ask(self, payee: UserId, others: list[UserId], total: int) -> None:
        expected = "ok"
        if total < len(others) or others == [payee]:
            expected = "wallet.bad_split"
        elif payee not in self.joined:
            expected = "rooms.not_in_room"
        elif not set(others) <= self.joined:
            expected = "wallet.bad_recipient"
        made = self.pay(
            "ask",
            expected,
            lambda key: self.desk.write(
                requests.make, payee, key, self.room_id, LEAF, total,
                [(who, 1) for who in others], remind=True,
            ),
        )  # fmt: skip
        if made:
            parts = {UserId(one["user_id"]): int(one["amount"]) for one in made["parts"]}
            assert sum(parts.values()) == total
            assert max(parts.values()) - min(parts.values()) <= 1
            states = {UserId(one["user_id"]): one["state"] for one in made["parts"]}
            self.wishes.append(Wish(made["id"], payee, parts, states))

    @step(which=WHICH, another=ANOTHER)
    def pay_part(self, which: int, another: UserId | None) -> None:
        if not self.wishes:
            return
        wish = self.wishes[-1 - which % len(self.wishes)]
        owing = [who for who, state in wish.states.items() if state == "open"]
        who = another or next(iter(owing), wish.payee)
        expected = "ok"
        if who not in wish.parts:
            expected = "not_found"
        elif wish.states[who] != "open":
            expected = "wallet.ended"
        else:
            if wish.parts[who] > self.free(who):
                expected = "wallet.insufficient_funds"
            self.take_back(who)
        done = self.pay(
            "pay_part",
            expected,
            lambda key: self.desk.write(requests.pay, payer(who), key, RequestId(wish.id)),
        )
        if done:
            self.has[who] -= wish.parts[who]
            self.has[wish.payee] += wish.parts[who]
            wish.states[who] = "paid"

    @step(which=WHICH, stranger=ANOTHER)
    def cancel(self, which: int, stranger: UserId | None) -> None:
        if not self.wishes:
            return
        wish = self.wishes[-1 - which % len(self.wishes)]
        who = stranger or wish.payee
        expected = "ok" if who == wish.payee else "not_found"
        done = self.do(
            "cancel", expected, lambda: self.desk.write(requests.cancel, who, RequestId(wish.id))
        )
        if done:
            for one, state in wish.states.items():
                wish.states[one] = "cancelled" if state == "open" else state
            assert {UserId(p["user_id"]): p["state"] for p in done["parts"]} == wish.states

    # --- holds ------------------------------------------------------------------------------------

    @step(who=MEMBER, near=NEAR)
    def hold(self, who: UserId, near: str) -> None:
        # The ledger's own act: it gives nothing back before.
        amount = max(1, self.amount(who, near) - sum(pot.rest for pot in self.due(who)))
        free = self.has[who] - self.held[who]
        id = f"h{len(self.holds)}"
        expected = "ok" if amount <= free else "wallet.insufficient_funds"

        def act(tx: WriteTx) -> None:
            permit = admit(tx, who, Action.PAY)
            account = ledger.open_account(tx, "user", who, LEAF)
            until = TimestampMs(self.now + DAY_MS)
            ledger.hold(tx, permit, HoldId(id), account.id, amount, until)

        self.do("hold", expected, lambda: self.desk.write(act))
        if expected == "ok":
            self.held[who] += amount
            self.holds.append([id, who, amount, self.now + DAY_MS, "open"])

    @step(which=WHICH, who=ANOTHER, more=st.sampled_from([0, 1, 1, -1, None, None, None]))
    def end_hold(self, which: int, who: UserId | None, more: int | None) -> None:
        """Capture for about its amount, or void it (None)."""
        if not self.holds:
            return
        kept = self.holds[-1 - which % len(self.holds)]
        id, owner, held, until, state = kept
        acting = who or owner
        amount = None if more is None else max(1, held + more)
        expected = "ok"
        if acting != owner:
            expected = "not_found"
        elif state in ("captured", "voided"):
            expected = "wallet.ended"
        elif state == "expired" or self.now >= until:
            expected = "wallet.expired"
        elif amount is not None and amount > held:
            expected = "wallet.insufficient_funds"
        to = next(one for one in MEMBERS if one != acting)

        def act(tx: WriteTx) -> None:
            permit = admit(tx, acting, Action.PAY)
            source, target = (ledger.open_account(tx, "user", one, LEAF) for one in (acting, to))
            if amount is None:
                ledger.void_hold(tx, permit, HoldId(id), source.id)
            else:
                move = ledger.Move(source.id, target.id, amount, HoldId(id))
                ledger.transfer(tx, permit, JournalId(f"{id}.end"), "capture", id, [move])

        self.do("void" if amount is None else "capture", expected, lambda: self.desk.write(act))
        if expected == "ok":
            self.held[owner] -= held
            kept[4] = "voided" if amount is None else "captured"
            if amount is not None:
                self.has[owner] -= amount
                self.has[to] += amount

    # --- the same again, time, and the room -------------------------------------------------------

    @step(which=st.integers(0, 30))
    def repeat(self, which: int) -> None:
        """Ask anything that was answered once more, however long ago: the same answer, and no new row."""
        if not self.earlier:
            return
        # Each outcome alike, however often it came.
        codes = sorted({self.code(one[2]) for one in self.earlier})
        mine = [one for one in self.earlier if self.code(one[2]) == codes[which % len(codes)]]
        key, act, answer = mine[which % len(mine)]
        before = self.rows()
        again = act(key)
        assert (again.code if isinstance(again, WalletError) else again) == answer
        assert self.rows() == before
        self.outcomes["repeat", self.code(answer)] += 1

    @staticmethod
    def code(answer: Any) -> str:
        return answer if isinstance(answer, str) else "ok"

    @step(which=st.integers(0, 30), who=MEMBER)
    def reuse(self, which: int, who: UserId) -> None:
        """Use a key again for something else."""
        used = [(key, made) for key, _, made in self.earlier if isinstance(made, dict)]
        mine = [key for key, made in used if made.get("sender") == who]
        if mine:
            key = mine[which % len(mine)]
            to = MEMBERS[0] if who != MEMBERS[0] else MEMBERS[1]
            self.do(
                "reuse",
                "wallet.key_reused",
                lambda: self.desk.write(
                    offers.make, payer(who), key, self.room_id, to, LEAF, 999_983
                ),
            )

    @step(near=st.sampled_from(["hour", "before", "at"]), which=WHICH)
    def wait(self, near: str, which: int) -> None:
        """Let an hour pass, or all the time until something ends, or until a millisecond before."""
        ends = sorted(
            {pot.until for pot in (*self.offers, *self.packets) if pot.until > self.now + 1}
            | {kept[3] for kept in self.holds if kept[3] > self.now + 1}
            | {pot.arrives for pot in self.offers if pot.arrives > self.now + 1}
            | {one.since for one in self.settings.values() if one.since > self.now + 1}
        )
        if near == "hour" or not ends:
            self.desk.clock.time += 3_600_000
        else:
            self.desk.clock.time = ends[which % len(ends)] - (near == "before")

    @step()
    def sweep(self) -> None:
        """Let the sweeper run, twice."""
        for who in EVERYBODY:
            self.take_back(who)
        for kept in self.holds:
            if kept[4] == "open" and self.now >= kept[3]:
                kept[4] = "expired"
                self.held[kept[1]] -= kept[2]
        self.desk.write(sweep.sweep_some)
        before = self.desk.count("events")
        self.desk.write(sweep.sweep_some)
        assert self.desk.count("events") == before

    @step(who=st.sampled_from(MEMBERS[1:]), goes=st.sampled_from([True, False, False, False]))
    def come_or_go(self, who: UserId, goes: bool) -> None:
        """Come back to the room, or now and then leave it."""
        if who in self.joined and not goes:
            return
        if who in self.joined:
            self.desk.write(leave, who, self.room_id)
            self.joined.discard(who)
        else:
            self.desk.write(join, who, self.room_id)
            self.joined.add(who)

    @invariant()
    def the_money_is_where_the_model_says(self) -> None:
        for who in EVERYBODY:
            shown = self.desk.read(read.balance, who)["balances"]
            assert sum(int(one["available"]) for one in shown) == self.free(who), who
            assert sum(int(one["held"]) for one in shown) == self.held[who], who

    @invariant()
    def the_ledger_proves_itself(self) -> None:
        assert list(self.desk.read(check.violations)) == []
        assert list(self.desk.read(guard_check.violations)) == []

    @invariant()
    def what_is_on_its_way_stands_as_the_model_says(self) -> None:
        for pot in self.offers[-4:]:
            told = self.desk.read(offers.get, pot.sender, OfferId(pot.id))
            state = "accepted" if self.arrived(pot) else pot.state
            if state == "pending" and self.now >= pot.until:
                state = "expired"
            assert (told["state"], told["arrives_at"]) == (state, pot.arrives or None)
            assert (told["recalled_at"] is not None) == pot.is_recalled
            if pot.stop is not None:
                holds = pot.state == "arriving" and self.stopped(pot)
                assert told["stop"]["in_force"] == holds
        for who, setting in self.settings.items():
            assert self.desk.read(delays.in_force, who) == setting.now(self.now)

    @invariant()
    def nothing_was_made_or_lost(self) -> None:
        under_way = ("pending", "arriving", "open")
        waiting = [pot for pot in (*self.offers, *self.packets) if pot.state in under_way]
        assert sum(self.has.values()) + sum(pot.rest for pot in waiting) == sum(MONEY.values())


@pytest.mark.timeout(300)
def test_the_wallet_is_its_model() -> None:
    Laws.stand(120, 80, REACHED)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_wallet_is_its_model_for_long() -> None:
    Laws.run(EXAMPLES, 80, derandomize=False)
