"""The guard against a model of it: whatever is asked, answered, paid, blocked and waited for, in whatever order.

The verbs run on a real database. A proof is used once, for exactly what it was made for (invariant 13); what is paid in a day is within the
limit (14); five wrong PINs lock it. Amounts are drawn at the boundary, and time jumps to a millisecond before and to the end.
"""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant

from courtyard.accounts.login import DeviceWish, log_in
from courtyard.base.ids import DeviceId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import WriteTx
from courtyard.wallet import check as ledger_check
from courtyard.wallet import offers
from courtyard.wallet.guard import blocks, check, factors, names, payees, proofs, store
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.guard.model import BlockId, BlockReason, ProofId
from courtyard.wallet.model import Intent, JournalId
from tests.props.guard_world import (
    ALICE,
    BANK,
    BOB,
    CAROL,
    DAYS,
    FIRST,
    MINUTE,
    REACHED,
    RUN_TOTAL,
    SMALL,
    START,
    TABLES,
    Asked,
    Stop,
    Wallet,
)
from tests.props.machine import EXAMPLES, Machine, Steps
from tests.wallet.bank import DAY, HOUR, LEAF
from tests.wallet.desk import OPERATORS, mint, payer

PAYEE = st.sampled_from([BOB, BOB, CAROL])
DEVICE = st.sampled_from(["old", "old", "old", "new"])
WHICH = st.sampled_from([0, 0, 0, 0, 1, 2])
NEAR = st.sampled_from(
    [
        "one",
        "one",
        "first",
        "first+1",
        "small",
        "small+1",
        "run",
        "run+1",
        "day",
        "day+1",
        "day+1",
        "day+1",
        "half",
    ]
)
SELDOM = st.sampled_from([True, False, False, False])
STEPS = Steps()
step = STEPS.step


class Laws(Machine):
    """Alice and her wallet."""

    steps = STEPS
    often = ("end_block", "mistype", "pay_out", "sign")
    tables = TABLES

    @classmethod
    def found(cls, patch: pytest.MonkeyPatch) -> None:
        """Let whom a payout goes to have a name, as a rail gives it."""
        super().found(patch)
        patch.setitem(names.NAMES, "payout", lambda *_: "Bank")

    def __init__(self) -> None:
        """Begin with money, a device that is old by now, and a friend who can prove things too."""
        super().__init__()
        self.desk.write(log_in, ALICE, DeviceWish(device_id=DeviceId("old")))
        self.desk.clock.time += 2 * DAY
        for who, amount in START.items():
            mint(self.desk, who, amount)
        self.desk.write(factors.set_pin, payer(BOB), "bob", "", by_password=True)
        self.wallet = Wallet()
        self.asked: list[Asked] = []
        self.wishes: dict[str, tuple[str, int]] = {}

    def amount(self, near: str, device: str) -> int:
        rules = self.wallet.limits("transfer", None, is_new=device == "new")
        day = min(self.wallet.left(rule, self.now) for rule in rules)
        run = RUN_TOTAL - self.wallet.run[1]
        wanted = {
            "one": 1,
            "first": FIRST,
            "first+1": FIRST + 1,
            "small": SMALL,
            "small+1": SMALL + 1,
            "run": run,
            "run+1": run + 1,
            "day": day,
            "day+1": day + 1,
            "half": day // 2,
        }
        return max(1, wanted[near])

    # --- paying ---------------------------------------------------------------------------------

    def offer(
        self, name: str, to: str, amount: int, key: str, proof: Asked | None, device: str
    ) -> None:
        is_new = device == "new"
        expected = self.wallet.judge("transfer", to, amount, key, proof, self.now, is_new=is_new)
        earlier = self.wishes.get(key)
        if earlier is not None:
            expected = "ok" if earlier == (to, amount) else "wallet.key_reused"
        who = payer(ALICE, None if proof is None else proof.id, device)
        self.do(
            "pay" if expected == "wallet.key_reused" else name,
            expected,
            lambda: self.desk.write(offers.make, who, key, self.room_id, to, LEAF, amount),  # type: ignore[arg-type]
        )
        if expected == "ok" and earlier is None:
            self.wallet.paid("transfer", to, amount, proof, self.now, is_new=is_new)
            self.wishes[key] = (to, amount)

    @step(to=PAYEE, near=NEAR, device=DEVICE)
    def pay(self, to: str, near: str, device: str) -> None:
        """Pay with no proof."""
        self.offer("pay", to, self.amount(near, device), self.fresh_key(), None, device)

    @step(
        which=WHICH,
        change=st.sampled_from([""] * 8 + ["amount", "payee", "key"]),
        device=DEVICE,
    )
    def pay_proven(self, which: int, change: str, device: str) -> None:
        """Pay what was asked for, or nearly that."""
        mine = [one for one in self.asked if one.owner == ALICE and one.kind == "transfer"]
        if not mine:
            return
        proof = mine[-1 - which % len(mine)]
        to, amount, key = proof.payee, proof.amount, proof.key
        if change == "amount":
            amount += 1
        elif change == "payee":
            to = CAROL if to == BOB else BOB
        elif change == "key":
            key = self.fresh_key()
        self.offer("pay_proven", to, amount, key, proof, device)

    @step(
        to=PAYEE,
        near=NEAR,
        device=DEVICE,
        much=st.sampled_from([True, False, False]),
        alter=st.booleans(),
    )
    def prove_and_pay(self, to: str, near: str, device: str, *, much: bool, alter: bool) -> None:
        """All in one: rare meetings are rarer still in single steps."""
        if much:
            self.ask_for_much(to, device)
        else:
            self.ask(to, near, device)
        self._prove()
        for change in ("amount", "payee", "key") if alter else ():
            self.pay_proven(0, change, device)
        self.pay_proven(0, "", device)

    def _prove(self) -> None:
        """Answer what was asked last, in the way that works."""
        wallet = self.wallet
        if wallet.counters and (wallet.wrong is None or wallet.wrong >= 5):
            self.sign(0, 1)
        else:
            self.answer(0, right=True)

    @step(near=NEAR, sure=SELDOM)
    def guess(self, near: str, *, sure: bool) -> None:
        """Six times wrong, and then right."""
        if not sure:
            return
        self.ask(BOB, near, "old")
        for _ in range(6):
            self.answer(0, right=False)
        self.answer(0, right=True)

    @step(near=NEAR)
    def mistype(self, near: str) -> None:
        """Once wrong, and then right."""
        self.ask(BOB, near, "old")
        self.answer(0, right=False)
        self.answer(0, right=True)

    @step()
    def prove_and_trust(self) -> None:
        self.ask_otherwise("trust")
        self._prove()
        self.trust()

    @step(which=WHICH)
    def reuse(self, which: int) -> None:
        """Use a key again for something else."""
        keys = list(self.wishes)
        if keys:
            self.offer("pay", BOB, 999_983, keys[-1 - which % len(keys)], None, "old")

    @step(to=PAYEE)
    def pay_with_a_stolen_proof(self, to: str) -> None:
        """Bob proves the same payment for himself."""
        if to == BOB:
            return
        key = self.fresh_key()
        made = self.desk.write(proofs.begin, payer(BOB), "transfer", LEAF, 4_000, to, key)
        id = ProofId(made["id"])
        self.desk.write(proofs.note_pin, BOB, id, "bob", is_right=True)
        proof = Asked(id, BOB, "transfer", to, 4_000, key, self.now + 5 * MINUTE, "pin")
        self.offer("stolen", to, 4_000, key, proof, "old")

    @step(which=WHICH, is_proven=st.booleans())
    def pay_out(self, which: int, *, is_proven: bool) -> None:
        """Ask what a rail asks."""
        mine = [one for one in self.asked if one.kind == "payout"]
        proof = mine[-1 - which % len(mine)] if mine and is_proven else None
        amount, key = (7, self.fresh_key()) if proof is None else (proof.amount, proof.key)
        expected = self.wallet.judge("payout", BANK, amount, key, proof, self.now, is_new=False)
        self.number += 1
        journal = JournalId(f"out{self.number}")

        def act(tx: WriteTx) -> None:
            who = payer(ALICE, None if proof is None else proof.id, "old")
            intent = Intent(
                kind="payout", currency=LEAF, amount=amount, payee=BANK, payee_name="Bank", key=key
            )
            authorise(tx, admit(tx, ALICE, Action.WITHDRAW), who, intent, journal)

        self.do("pay_out", expected, lambda: self.desk.write(act))
        if expected == "ok":
            self.wallet.paid("payout", BANK, amount, proof, self.now, is_new=False)

    # --- asking and answering -------------------------------------------------------------------

    def _asked(self, kind: str, payee: str, amount: int, device: str) -> None:
        key = self.fresh_key()
        is_new = device == "new"
        expected = "ok"
        if kind in ("transfer", "payout"):
            expected = self.wallet.before(kind, payee, amount, self.now, is_new=is_new)
            needed = self.wallet.wants(kind, payee, amount)
        else:
            needed = True
        if expected == "ok" and needed and not self.wallet.can_prove:
            expected = "wallet.factor_locked"
        code, who = LEAF if amount else proofs.NO_CURRENCY, payer(ALICE, None, device)
        made = self.do(
            "ask",
            expected,
            lambda: self.desk.write(proofs.begin, who, kind, code, amount, payee, key),
        )
        if made is None:
            return
        assert made["needed"] == needed
        self.outcomes["ask", "needed" if needed else "free"] += 1
        if needed:
            until = self.now + 5 * MINUTE
            # What can never be used any more is forgotten after an hour.
            self.asked = [one for one in self.asked if one.is_used or one.until > self.now - HOUR]
            self.asked.append(Asked(made["id"], ALICE, kind, payee, amount, key, until))

    @step(to=PAYEE, near=NEAR, device=DEVICE)
    def ask(self, to: str, near: str, device: str) -> None:
        self._asked("transfer", to, self.amount(near, device), device)

    @step(to=PAYEE, device=DEVICE)
    def ask_for_much(self, to: str, device: str) -> None:
        """More than the PIN's day, which a passkey may."""
        self._asked("transfer", to, self.wallet.left("pin_day", self.now) + 1, device)

    @step(what=st.sampled_from(["payout", "payout", "pin", "trust", "unfreeze"]))
    def ask_otherwise(self, what: str) -> None:
        payee = {"payout": BANK, "trust": BOB}.get(what, ALICE)
        self._asked(what, payee, 7 if what == "payout" else 0, "old")

    @step(which=WHICH, right=st.sampled_from([True, True, False]))
    def answer(self, which: int, *, right: bool) -> None:
        if not self.asked:
            return
        proof = self.asked[-1 - which % len(self.asked)]
        wallet = self.wallet
        kept = self.desk.read(store.pin, ALICE)
        expected = self._open(proof)
        if expected == "ok" and proof.method is None:
            if wallet.wrong is None or wallet.wrong >= 5:
                expected = "wallet.factor_locked"
            elif not right:
                wallet.wrong += 1
                expected = "wallet.factor_locked" if wallet.wrong == 5 else "wallet.wrong_proof"
            else:
                wallet.wrong = 0
                proof.method = "pin"
        hash = "none" if kept is None else kept.hash
        id = ProofId(proof.id)
        self.do(
            "answer",
            expected,
            lambda: self.desk.write(proofs.note_pin, ALICE, id, hash, is_right=right),
        )

    @step(which=WHICH, ahead=st.sampled_from([1, 1, 5, 0, 0, -1, -1]))
    def sign(self, which: int, ahead: int) -> None:
        """By the newest passkey; its counter must have grown."""
        if not self.asked or not self.wallet.counters:
            return
        proof = self.asked[-1 - which % len(self.asked)]
        passkey = list(self.wallet.counters)[-1]
        count = max(0, self.wallet.counters[passkey] + ahead)
        expected = self._open(proof)
        if expected == "ok" and proof.method is None:
            before = self.wallet.counters[passkey]
            if count > before or count == before == 0:
                self.wallet.counters[passkey] = count
                proof.method = "passkey"
            else:
                expected = "wallet.wrong_proof"
        id = ProofId(proof.id)
        self.do(
            "sign",
            expected,
            lambda: self.desk.write(proofs.note_passkey, ALICE, id, passkey, count),
        )

    def _open(self, proof: Asked) -> str:
        if proof.is_used:
            return "wallet.ended"
        return "wallet.expired" if self.now >= proof.until else "ok"

    def _take(self, kind: str, payee: str) -> tuple[str, Asked | None]:
        """Return the newest proof of an act, and what comes of naming it."""
        mine = [one for one in self.asked if one.kind == kind and one.payee == payee]
        proof = mine[-1] if mine else None
        is_right = proof is not None and (
            proof.method is not None and not proof.is_used and self.now < proof.until
        )
        return "ok" if is_right else "wallet.proof_needed", proof

    # --- factors, payees ------------------------------------------------------------------------

    @step(by_password=st.booleans(), sure=SELDOM)
    def set_pin(self, *, by_password: bool, sure: bool) -> None:
        """By the password seldom, or most of the time nobody new could be paid."""
        if by_password and self.wallet.has_factor and not sure:
            return
        expected, proof = ("ok", None) if by_password else self._take("pin", ALICE)
        who = payer(ALICE, None if proof is None else proof.id)
        key = "" if proof is None else proof.key
        self.number += 1
        hash = f"h{self.number}"
        self.do(
            "set_pin",
            expected,
            lambda: self.desk.write(factors.set_pin, who, hash, key, by_password=by_password),
        )
        if expected == "ok":
            if proof is not None:
                proof.is_used = True
            elif self.wallet.has_factor:
                self.wallet.cool_until = self.now + DAY
            self.wallet.wrong = 0

    @step(sure=SELDOM)
    def add_passkey(self, *, sure: bool) -> None:
        """By the password, seldom."""
        if len(self.wallet.counters) >= 2 or (self.wallet.has_factor and not sure):
            return
        id, _, known = self.desk.write(factors.begin_passkey, ALICE)
        assert sorted(known) == sorted(self.wallet.counters)
        self.number += 1
        made = (f"p{self.number}", b"key", 0)
        self.do(
            "add_passkey",
            "ok",
            lambda: self.desk.write(
                factors.add_passkey, payer(ALICE), id, made, "phone", "", by_password=True
            ),
        )
        if self.wallet.has_factor:
            self.wallet.cool_until = self.now + DAY
        self.wallet.counters[made[0]] = 0

    @step()
    def trust(self) -> None:
        expected, proof = self._take("trust", BOB)
        is_trusted = BOB in self.wallet.trusted
        if is_trusted:
            expected = "ok"
        elif self.now < self.wallet.cool_until:
            expected = "wallet.cool_down"
        who = payer(ALICE, None if proof is None else proof.id)
        key = "" if proof is None else proof.key
        self.do("trust", expected, lambda: self.desk.write(payees.trust, who, BOB, key))
        if expected == "ok" and not is_trusted:
            assert proof is not None
            proof.is_used = True
            self.wallet.trusted.add(BOB)

    @step()
    def distrust(self) -> None:
        expected = "ok" if BOB in self.wallet.trusted else "not_found"
        self.do("distrust", expected, lambda: self.desk.write(payees.distrust, ALICE, BOB))
        self.wallet.trusted.discard(BOB)

    # --- blocks ---------------------------------------------------------------------------------

    def _frozen(self) -> list[Stop]:
        stops = self.wallet.stops
        return [one for one in stops if one.reason == "owner_request" and not one.is_ended]

    @step(reason=st.sampled_from(["security", "suspected_fraud", "court_order"]), sure=SELDOM)
    def block(self, reason: BlockReason, *, sure: bool) -> None:
        """Now and then."""
        if not sure or self.wallet.stopped("transfer", self.now):
            return
        made = self.desk.write(blocks.begin, OPERATORS[0], ALICE, reason, "Why.", 1)
        self.wallet.stops.append(Stop(made.id, reason, self.now + DAY))

    @step(which=WHICH, again=SELDOM)
    def end_block(self, which: int, *, again: bool) -> None:
        """End one, or let it last."""
        mine = [one for one in self.wallet.stops if one.reason != "owner_request"]
        if not mine:
            return
        stop = mine[-1 - which % len(mine)]
        is_over = stop.is_ended or (stop.until is not None and self.now >= stop.until)
        expected = "wallet.ended" if is_over else "ok"
        id = BlockId(stop.id)
        if again:
            self.do("review", expected, lambda: self.desk.write(blocks.review, OPERATORS[1], id, 2))
            if expected == "ok":
                stop.until = self.now + 2 * DAY
            return
        self.do("end_block", expected, lambda: self.desk.write(blocks.end, OPERATORS[1], id))
        stop.is_ended = True if expected == "ok" else stop.is_ended

    @step()
    def pay_after_a_review(self) -> None:
        """What nobody reviewed in time stops nothing."""
        waiting = [one for one in self.wallet.stops if one.until is not None and not one.is_ended]
        ahead = [one.until for one in waiting if one.until is not None and one.until > self.now]
        if ahead and not self._frozen():
            self.desk.clock.time = max(ahead)
            self.pay(BOB, "one", "old")

    @step(sure=SELDOM)
    def freeze(self, *, sure: bool) -> None:
        if sure and not self._frozen():
            self.desk.write(blocks.freeze, ALICE)
            (open_one,) = [
                one
                for one in self.desk.read(blocks.of_owner, ALICE)["blocks"]
                if one["reason"] == "owner_request" and one["in_force"]
            ]
            self.wallet.stops.append(Stop(open_one["id"], "owner_request", None))

    @step(by_password=st.booleans())
    def unfreeze(self, *, by_password: bool) -> None:
        frozen = self._frozen()
        expected, proof = self._take("unfreeze", ALICE)
        if by_password:
            proof = None
            expected = "wallet.proof_needed" if self.wallet.has_factor else "ok"
        if not frozen:
            expected = "ok"
        who = payer(ALICE, None if proof is None else proof.id)
        key = "" if proof is None else proof.key
        self.do(
            "unfreeze",
            expected,
            lambda: self.desk.write(blocks.unfreeze, who, key, by_password=by_password),
        )
        if expected == "ok" and frozen:
            if proof is not None:
                proof.is_used = True
            for stop in frozen:
                stop.is_ended = True

    # --- time -----------------------------------------------------------------------------------

    @step(near=st.sampled_from(["minute", "hour", "before", "at"]), which=WHICH)
    def wait(self, near: str, which: int) -> None:
        """Let some time pass, or all of it until something ends, or until a millisecond before."""
        ends = {one.until for one in self.asked} | {self.wallet.cool_until}
        ends |= {one.until for one in self.wallet.stops if one.until is not None}
        ends |= {(self.now // DAY + days) * DAY for days in (1, 2)}
        later = sorted(end for end in ends if end > self.now + (near == "before"))
        if near in ("minute", "hour"):
            self.desk.clock.time += MINUTE if near == "minute" else HOUR
        else:
            self.desk.clock.time = later[which % len(later)] - (near == "before")

    @invariant()
    def what_is_kept_is_what_the_model_says(self) -> None:
        day = self.now // DAY
        for limit, most in DAYS.items():
            used = self.desk.read(store.used, ALICE, LEAF, limit, day)
            assert used == self.wallet.used.get((limit, day), 0) <= most, limit
        pin = self.desk.read(store.pin, ALICE)
        assert (None if pin is None else pin.wrong) == self.wallet.wrong
        run = self.desk.read(store.run, ALICE, LEAF)
        assert [run.count, run.total] == self.wallet.run

    @invariant()
    def everything_proves_itself(self) -> None:
        assert list(self.desk.read(check.violations)) == []
        assert list(self.desk.read(ledger_check.violations)) == []


@pytest.mark.timeout(300)
def test_the_guard_is_its_model() -> None:
    Laws.stand(200, 60, REACHED)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_guard_is_its_model_for_long() -> None:
    Laws.run(EXAMPLES, 80, derandomize=False)
