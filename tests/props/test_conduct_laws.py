"""What always holds, whatever anybody proposes, approves, appeals, lifts, and however the clock goes.

The numbers are those of reference 7.7 in the README of conduct. Each law is written down here a second time, from the facts and
not from the rules: a fault in the rules cannot hide in the test. tests/props/test_conduct_faults.py shows that each one bites.
"""

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules_effect, rules_letters
from courtyard.conduct.model import (
    AUTOMATON,
    DAY_MS,
    HOUR_MS,
    CaseId,
    ContentStep,
    DecisionId,
    Item,
    Measure,
    MeasureType,
    Proposal,
    Record,
    WantedMeasure,
)
from courtyard.conduct.rules_appeal import Reduction
from courtyard.gate import rules as gate
from courtyard.gate.model import NEVER_RESTRICTABLE, RESTRICTABLE
from courtyard.gate.model_withheld import STEPS, Withholding
from courtyard.transparency.rules_leaf import commit
from tests.conduct.makers import ANA, CLAUSES, M1, M2, M3, M4, M5, M6, clause, conflict, draft
from tests.props.conduct_world import World, next_moment

CY, DI = UserId("@cy:test.example"), UserId("@di:test.example")
PEOPLE = [ANA, CY, DI, M5]
"""M5 is on the staff and can be the subject of a case as everybody can."""
WORKERS = [M1, M2, M3, M4, M5, M6]
TYPES: list[MeasureType] = ["warning", "content", "feature", "suspension", "block", "interim"]
CAPABILITIES = ["feed.like", "feed.post", "chat.group.send", "report.submit.nonurgent"]
FORBIDDEN = ["session.login", "account.export", "wallet.pay", "nonsense"]
RULES = [one.id for one in CLAUSES]
NEW = clause("R9.1", max_measure="feature")
START = 1_000 * DAY_MS

people = st.sampled_from(PEOPLE)
workers = st.sampled_from(WORKERS)
OTHER_ITEMS = [
    Item(type="room", id="!room", version="v1"),
    Item(type="media", id="mxc://test.example/file", version="v1"),
    Item(type="profile", id="@cy:test.example", version="v1"),
    Item(type="account", id="@di:test.example", version="v1"),
]
items = st.sampled_from(
    [*(Item(type="event", id=f"${n}", version="v1") for n in range(4)), *OTHER_ITEMS]
)
cases = st.sampled_from([CaseId(f"c_{n}") for n in range(3)])
lengths = st.sampled_from(
    [HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 8 * DAY_MS, 30 * DAY_MS, 90 * DAY_MS, 365 * DAY_MS]
)
counted = st.integers(0, 1_000)


LENGTHS: dict[MeasureType, list[int]] = {
    "warning": [DAY_MS, 90 * DAY_MS],
    "content": [DAY_MS, 180 * DAY_MS],
    "feature": [HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 8 * DAY_MS, 30 * DAY_MS],
    "suspension": [DAY_MS, 7 * DAY_MS, 8 * DAY_MS, 90 * DAY_MS],
    "block": [365 * DAY_MS],
    "interim": [HOUR_MS, DAY_MS, 48 * HOUR_MS],
}
rarely = st.sampled_from([False] * 9 + [True])
steps: st.SearchStrategy[ContentStep] = st.sampled_from(["label", "age_gate", "hide", "quarantine"])


@st.composite
def measures(draw: st.DrawFn) -> WantedMeasure:
    """Draw a measure, mostly a possible one: else the laws would be held against refusals alone."""
    type = draw(st.sampled_from(TYPES))
    length_ms = draw(lengths if draw(rarely) else st.sampled_from(LENGTHS[type]))
    names = CAPABILITIES + FORBIDDEN if draw(rarely) else CAPABILITIES[:3]
    taken = tuple(sorted(draw(st.sets(st.sampled_from(names), min_size=1, max_size=3))))
    is_content = type == "content"
    return WantedMeasure(
        type=type,
        length_ms=length_ms,
        capabilities=taken if type in ("feature", "interim") else (),
        step=draw(steps) if is_content else None,
        item_id="$0" if is_content else None,
    )


class Laws(RuleBasedStateMachine):
    """People of all kinds, a clock, and the laws."""

    @initialize()
    def begin(self) -> None:
        """Begin with six on the staff, one of whom has a conflict."""
        self.world = World(frozenset(WORKERS), (conflict(M4, ANA, until=10**15),), START)
        self.number = 0
        self.first_ends: dict[tuple[DecisionId, str], int] = {}
        self.seen_log: list[bytes] = []
        self.seen_decisions: dict[DecisionId, object] = {}
        self.erased: set[DecisionId] = set()
        self.held: list[tuple[Record, Measure, str]] = []
        self.held_at: object = None

    def _do(self, verb: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        """Try something; a refusal changes nothing."""
        before = self._everything()
        try:
            verb(*args, **kwargs)
        except CourtyardError:
            assert before == self._everything(), "a refusal changed something"

    def _everything(self) -> tuple[Any, ...]:
        world = self.world
        return dict(world.records), dict(world.rows), dict(world.withheld), list(world.log)

    def _proposal(self, subject: UserId, wanted: WantedMeasure, **changes: Any) -> Proposal:
        """Return a lawful proposal about something new, but for the measure and the changes."""
        self.number += 1
        about = Item(type="account", id=subject, version=str(self.number))
        if wanted.item_id is not None:
            about = Item(type="event", id=f"$new{self.number}", version="v1")
            (item, *_) = changes.get("items", (about,))
            wanted = msgspec.structs.replace(wanted, item_id=item.id)
        values: dict[str, Any] = {
            "id": DecisionId(f"d_{self.number:032x}"),
            "case_id": CaseId(f"c_new{self.number}"),
            "subject": subject,
            "items": (about,),
            "rule_id": "R3.1",
            "ruleset_version": self.world.rulesets[-1].version,
            "ground": "incompatible",
            "conduct_at": TimestampMs(self.world.now),
            "measures": (wanted,),
            "proposer": M1,
            "source": "notice",
        }
        return Proposal(**(values | changes))

    def _decision(self, number: int, *, is_heavy: bool = False) -> DecisionId | None:
        """Choose a decision that has been made, lately rather than long ago."""
        ids = [
            id
            for id, one in self.world.records.items()
            if not is_heavy or any(each.type == "block" for each in one.decision.measures)
        ]
        return ids[-1 - number % len(ids)] if ids else None

    # --- what can happen -------------------------------------------------------------------------

    @rule(
        subject=people,
        wanted=measures(),
        proposer=st.sampled_from([*WORKERS, ANA, AUTOMATON]),
        item=items,
        case=cases,
        rule_id=st.sampled_from([*RULES, "R9.1"]),
        ago=st.sampled_from([0, 0, DAY_MS, 40 * DAY_MS]),
        is_old=st.booleans(),
        severe=st.booleans(),
    )
    def propose(
        self,
        subject: UserId,
        wanted: WantedMeasure,
        proposer: UserId,
        item: Item,
        case: CaseId,
        rule_id: str,
        ago: int,
        *,
        is_old: bool,
        severe: bool,
    ) -> None:
        """Propose anything at all."""
        version = max(1, self.world.rulesets[-1].version - is_old)
        proposal = self._proposal(
            subject,
            wanted,
            proposer=proposer,
            items=(item,),
            case_id=case,
            rule_id=rule_id,
            ruleset_version=version,
            conduct_at=TimestampMs(self.world.now - ago),
            severe=severe,
            automated_decision="fully" if proposer == AUTOMATON else "not",
        )
        self._do(self.world.propose, proposal)

    @rule(subject=people, proposer=workers, wanted=measures(), number=st.integers(0, 5))
    def propose_lately(
        self, subject: UserId, proposer: UserId, wanted: WantedMeasure, number: int
    ) -> None:
        """Propose something about new conduct, so that it is mostly lawful."""
        found = [one for one in self.world.rulesets[-1].clauses if one.kind == "rule"]
        cited = found[number % len(found)]
        proposal = self._proposal(
            subject,
            wanted,
            proposer=proposer,
            rule_id=cited.id,
            severe=cited.severe is not None,
        )
        self._do(self.world.propose, proposal)

    @rule(number=st.integers(0, 3), wanted=measures(), proposer=workers)
    def propose_again(self, number: int, wanted: WantedMeasure, proposer: UserId) -> None:
        """Propose something about what was decided before."""
        id = self._decision(number)
        if id is not None:
            before = self.world.records[id].decision
            proposal = self._proposal(
                before.subject,
                wanted,
                proposer=proposer,
                items=before.items,
                rule_id=before.rule_id,
                case_id=before.case_id,
            )
            self._do(self.world.propose, proposal)

    @rule(subject=people, number=st.integers(0, 3), rule_id=st.sampled_from([*RULES, "R9.1"]))
    def propose_about_the_past(self, subject: UserId, number: int, rule_id: str) -> None:
        """Propose something small about a time when other rules were in force, by the newest rules or by those."""
        then = self.world.rulesets[-1 - number % len(self.world.rulesets)]
        wanted = WantedMeasure(type="warning", length_ms=DAY_MS)
        for version in (self.world.rulesets[-1].version, then.version):
            proposal = self._proposal(
                subject,
                wanted,
                conduct_at=then.effective_at,
                rule_id=rule_id,
                ruleset_version=version,
            )
            self._do(self.world.propose, proposal)

    @rule(
        subject=people,
        first=workers,
        second=workers,
        type=st.sampled_from(["suspension", "block"]),
        severe=st.booleans(),
        length=st.sampled_from([DAY_MS, 7 * DAY_MS]),
    )
    def decide_heavily(
        self,
        subject: UserId,
        first: UserId,
        second: UserId,
        type: MeasureType,
        length: int,
        *,
        severe: bool,
    ) -> None:
        """Suspend or block, with two people."""
        wanted = WantedMeasure(type=type, length_ms=365 * DAY_MS if type == "block" else length)
        rule_id = "R2.1" if severe else "R3.1"
        proposal = self._proposal(subject, wanted, proposer=first, severe=severe, rule_id=rule_id)
        self._do(self.world.propose, proposal)
        if proposal.id in self.world.pending:
            self._do(self.world.approve, proposal.id, second)

    @rule(count=st.integers(2, 4), first=workers, second=workers)
    def decide_in_masses(self, count: int, first: UserId, second: UserId) -> None:
        """Suspend one account after another for one thing."""
        for number in range(count):
            subject = UserId(f"@crowd{self.number}:test.example")
            wanted = WantedMeasure(type="suspension", length_ms=DAY_MS + number)
            proposal = self._proposal(subject, wanted, proposer=first)
            self._do(self.world.propose, proposal)
            if proposal.id in self.world.pending:
                self._do(self.world.approve, proposal.id, second)

    @rule(number=counted, person=workers, is_confirming=st.booleans())
    def second(self, number: int, person: UserId, *, is_confirming: bool) -> None:
        """Approve or confirm what waits."""
        waiting = list(self.world.pending)
        if waiting:
            id = waiting[-1 - number % len(waiting)]
            self._do(self.world.confirm if is_confirming else self.world.approve, id, person)

    @rule(number=counted, by=people, is_own=st.booleans(), is_new=st.booleans())
    def appeal(self, number: int, by: UserId, *, is_own: bool, is_new: bool) -> None:
        """Appeal a decision, mostly one's own."""
        id = self._decision(number)
        if id is not None:
            who = self.world.records[id].decision.subject if is_own else by
            self._do(self.world.appeal, id, who, has_new_evidence=is_new)

    @rule(
        number=st.integers(0, 2),
        offset=st.sampled_from([-1, 0, 1]),
        is_new=st.booleans(),
        reviewer=st.none() | workers,
    )
    def appeal_and_wait(
        self, number: int, offset: int, reviewer: UserId | None, *, is_new: bool
    ) -> None:
        """Appeal something lately decided, and wait until the answer is due; perhaps it comes then."""
        id = self._decision(number)
        if id is not None:
            who = self.world.records[id].decision.subject
            self._do(self.world.appeal, id, who, has_new_evidence=is_new)
            due = [one.due_at for one in self.world.records[id].appeals if one.outcome is None]
            self.world.now = max(self.world.now, *(moment + offset for moment in due), 0)
            if reviewer is not None:
                self._do(self.world.rule, id, reviewer, "upheld", None)

    @rule(
        subject=people,
        wanted=measures(),
        court=st.permutations(WORKERS),
        offset=st.sampled_from([-1, 0, 1]),
        outcome=st.sampled_from(["upheld", "overturned"]),
    )
    def go_the_whole_way(
        self,
        subject: UserId,
        wanted: WantedMeasure,
        court: list[UserId],
        offset: int,
        outcome: Any,
    ) -> None:
        """Propose, approve if need be, appeal, wait until the answer is due, and answer: each by another person."""
        proposal = self._proposal(subject, wanted, proposer=court[0])
        self._do(self.world.propose, proposal)
        if proposal.id in self.world.pending:
            self._do(self.world.approve, proposal.id, court[1])
        if proposal.id in self.world.records:
            self._do(self.world.appeal, proposal.id, subject, has_new_evidence=False)
            (made,) = self.world.records[proposal.id].appeals
            self.world.now = max(self.world.now, made.due_at + offset)
            self._do(self.world.rule, proposal.id, court[2], outcome, None)

    @rule(
        number=st.integers(0, 2),
        after=st.sampled_from([0, HOUR_MS, 10 * DAY_MS, 400 * DAY_MS]),
        reviewer=workers,
    )
    def appeal_and_reduce(self, number: int, after: int, reviewer: UserId) -> None:
        """Appeal something lately decided; the reviewer gives some time back, or tries to take some."""
        id = self._decision(number)
        if id is not None:
            who = self.world.records[id].decision.subject
            self._do(self.world.appeal, id, who, has_new_evidence=True)
            reduction = Reduction(ends_at=TimestampMs(self.world.now + after))
            self._do(self.world.rule, id, reviewer, "reduced", reduction)

    @rule(number=counted, by=people)
    def withdraw(self, number: int, by: UserId) -> None:
        """Take back an appeal."""
        id = self._decision(number)
        if id is not None:
            self._do(self.world.withdraw, id, by)

    @rule(
        number=counted,
        reviewer=workers,
        outcome=st.sampled_from(["upheld", "reduced", "overturned", "inadmissible"]),
        after=st.sampled_from([-DAY_MS, 0, HOUR_MS, DAY_MS, 400 * DAY_MS]),
        names=st.sets(st.sampled_from(CAPABILITIES), max_size=2),
    )
    def answer(
        self, number: int, reviewer: UserId, outcome: Any, after: int, names: set[str]
    ) -> None:
        """Answer an appeal."""
        id = self._decision(number)
        if id is not None:
            reduction = None
            if outcome == "reduced":
                ends_at = TimestampMs(self.world.now + after)
                reduction = Reduction(ends_at=ends_at, capabilities=tuple(sorted(names)))
            self._do(self.world.rule, id, reviewer, outcome, reduction)

    @rule(
        number=counted,
        by=st.sampled_from([*WORKERS, ANA]),
        cause=st.sampled_from(["lifted", "annulled", "overturned"]),
    )
    def lift(self, number: int, by: UserId, cause: Any) -> None:
        """Lift a decision; one in three, so that some stay."""
        id = self._decision(number)
        if id is not None and number % 3 == 0:
            self._do(self.world.lift, id, by, cause)

    @rule(
        number=counted,
        panel=st.lists(workers, min_size=1, max_size=4),
        yes=st.booleans(),
    )
    def hear(self, number: int, panel: list[UserId], *, yes: bool) -> None:
        """Hear a block, or begin to."""
        id = self._decision(number, is_heavy=True)
        if id is not None:
            for person in panel:
                self._do(self.world.vote, id, person, is_for=yes)

    @rule(item=items, subject=people, times=st.sampled_from([1, 10_000]), reporter=people)
    def report(self, item: Item, subject: UserId, times: int, reporter: UserId) -> None:
        """14. However many reports there are, nothing changes."""
        before = {who: self._taken(who) for who in PEOPLE}
        self._do(self.world.report, item, subject, reporter, times)
        assert before == {who: self._taken(who) for who in PEOPLE}

    @rule(case=cases, person=workers)
    def recuse(self, case: CaseId, person: UserId) -> None:
        """Step back."""
        self.world.recuse(case, person)

    @rule(without=st.sampled_from([*RULES[1:], NEW.id]))
    def publish(self, without: str) -> None:
        """Publish rules that lack one of those there were."""
        clauses = [one for one in (*CLAUSES[1:], NEW) if one.id != without]
        self._do(self.world.publish, draft(CLAUSES[0], *clauses))

    @rule(keep=st.sampled_from([1, 2, 6, 6, 6, 6]))
    def hire_and_fire(self, keep: int) -> None:
        """Change the staff; sometimes one person is left."""
        self.world.staff = frozenset(WORKERS[:keep])

    @rule(number=counted)
    def erase(self, number: int) -> None:
        """Erase a decision's text and salts."""
        id = self._decision(number)
        if id is not None and number % 10 == 0:
            self.world.erase(id)
            self.erased.add(id)

    @rule(
        step=st.sampled_from([HOUR_MS, DAY_MS, 8 * DAY_MS, 31 * DAY_MS]),
        more=st.integers(0, DAY_MS),
    )
    def wait(self, step: int, more: int) -> None:
        """Let time pass."""
        self.world.now += step + more

    @rule(offset=st.sampled_from([-1, 0, 1]))
    def wait_for_a_deadline(self, offset: int) -> None:
        """Jump to the next deadline, just before or just after: steps of chance miss them."""
        moment = next_moment(self.world, offset)
        if moment is not None:
            self.world.now = moment

    # --- what always holds -----------------------------------------------------------------------

    def _taken(self, who: UserId) -> frozenset[str]:
        return rules_effect.taken(self.world.of(who), self.world.now)

    def _held(self) -> list[tuple[Record, Measure, str]]:
        """Return each capability that a measure says it takes now. Many laws ask, so the answer is kept for the step."""
        state = (self.world.now, [id(record) for record in self.world.records.values()])
        if state != self.held_at:
            self.held_at = state
            self.held = [
                (record, measure, name)
                for record in self.world.records.values()
                for measure in record.decision.measures
                for name in measure.capabilities
                if rules_effect.in_force(record, measure, self.world.now, name)
            ]
        return self.held

    @invariant()
    def the_gate_is_told_what_is(self) -> None:
        """What the gate refuses is what the facts and the clock say."""
        refused = {
            (row.user_id, row.capability)
            for row in self.world.rows.values()
            if gate.in_force(row, self.world.now)
        }
        assert refused == {(one.decision.subject, name) for one, _, name in self._held()}

    def _withheld(self) -> list[Withholding]:
        """Return what the floors that show something are told now."""
        return [row for row in self.world.withheld.values() if gate.in_force(row, self.world.now)]

    @invariant()
    def what_is_withheld_is_what_was_decided(self) -> None:
        """Each step about content that the facts and the clock say, and no other; and none that nothing carries out."""
        expected = {
            (measure.item_id, measure.step, record.decision.id)
            for record in self.world.records.values()
            for measure in record.decision.measures
            if measure.type == "content" and rules_effect.in_force(record, measure, self.world.now)
        }
        found = self._withheld()
        assert expected == {(row.item_id, row.step, row.decision_id) for row in found}
        for row in found:
            assert row.step in STEPS.get(row.item_type, ())
            assert row.item_id in {
                item.id for item in self.world.records[DecisionId(row.decision_id)].decision.items
            }

    @invariant()
    def what_was_withheld_comes_back(self) -> None:
        """18. When its time is over, when it was cancelled, and for good when nobody heard the appeal in time."""
        for row in self._withheld():
            record = self.world.records[DecisionId(row.decision_id)]
            assert record.decision.issued_at <= self.world.now
            longest = max(one.ends_at for one in record.decision.measures if one.type == "content")
            assert self.world.now < min(longest, record.decision.issued_at + 180 * DAY_MS)
            assert self.world.kept[record.decision.id].was_cancelled_at is None
            assert not any(
                lift.ends_at <= self.world.now and not lift.capabilities for lift in record.lifts
            )
            for appeal in record.appeals:
                until = self.world.now if appeal.decided_at is None else appeal.decided_at
                assert until < appeal.due_at

    @invariant()
    def what_is_protected_is_never_taken(self) -> None:
        """1."""
        for record, _, name in self._held():
            assert name in RESTRICTABLE, record
        for name in NEVER_RESTRICTABLE:
            assert gate.find(self.world.rows.values(), name, None, self.world.now) is None

    @invariant()
    def nothing_is_taken_in_silence(self) -> None:
        """2 and 19. Each decision is in the log once, and was told when it began."""
        whole = b"\n".join(self.world.log)
        for id in self.world.records:
            assert whole.count(f'"id":"{id}"'.encode()) == 1
        for record, measure, name in self._held():
            kept = self.world.kept[record.decision.id]
            assert kept.delivered_at <= measure.starts_at
            assert rules_letters.moment(measure.ends_at) in kept.text
            if measure.type in ("feature", "interim"):
                assert any(
                    words.get(name, name) in kept.text
                    for words in rules_letters.CAPABILITIES.values()
                )
            assert record.decision.id.encode() in self.world.log[kept.leaf]

    @invariant()
    def every_end_is_an_end(self) -> None:
        """3."""
        for _, measure, _ in self._held():
            assert measure.starts_at <= self.world.now < measure.ends_at

    @invariant()
    def the_rules_of_that_time_apply(self) -> None:
        """4. And nothing protected is a ground."""
        for record in self.world.records.values():
            decision = record.decision
            then = [one for one in self.world.rulesets if one.effective_at <= decision.conduct_at]
            cited = [one for one in then[-1].clauses if one.id == decision.rule_id]
            assert then[-1].version == decision.ruleset_version
            assert [one.kind for one in cited] == ["rule"]
            assert not decision.severe or cited[0].severe is not None
            assert decision.conduct_at <= decision.issued_at

    @invariant()
    def a_different_human_hears_it(self) -> None:
        """5."""
        for record in self.world.records.values():
            decision = record.decision
            inside: set[UserId | None] = {decision.proposer, decision.approver, decision.subject}
            inside |= {decision.confirmer}
            for appeal in record.appeals:
                if appeal.reviewer is not None:
                    assert appeal.reviewer not in inside
                    assert (appeal.reviewer, decision.subject) != (M4, ANA)
                    inside.add(appeal.reviewer)
            if record.hearing is not None:
                assert len(set(record.hearing.panel)) == 3
                assert not {decision.proposer, decision.approver} & set(record.hearing.panel)

    @invariant()
    def an_overdue_appeal_pauses_it(self) -> None:
        """6. For each capability of each decision that is not severe; and what lapsed is over."""
        for record, measure, _ in self._held():
            for appeal in record.appeals:
                is_late = appeal.decided_at is None and self.world.now >= appeal.due_at
                assert not is_late or record.decision.severe
                was_late = appeal.decided_at is not None and appeal.decided_at >= appeal.due_at
                assert not (measure.type == "interim" and (is_late or was_late))

    @invariant()
    def an_appeal_is_due_in_time(self) -> None:
        """P4. In seven days, or before the measure is half over."""
        for record in self.world.records.values():
            shortest = min(one.ends_at - one.starts_at for one in record.decision.measures)
            for appeal in record.appeals:
                allowed = max(HOUR_MS, min(7 * DAY_MS, shortest // 2))
                assert appeal.due_at - appeal.submitted_at <= allowed

    @invariant()
    def nothing_becomes_worse(self) -> None:
        """7. No end moves back, and no decision changes."""
        for id, record in self.world.records.items():
            assert self.seen_decisions.setdefault(id, record.decision) == record.decision
            for measure in record.decision.measures:
                for name in measure.capabilities or ("",):
                    key = (id, f"{measure.type} {name}")
                    end = rules_effect.end_of(record, measure, self.world.now, name or None)
                    assert end <= self.first_ends.get(key, measure.ends_at)
                    self.first_ends[key] = end

    @invariant()
    def heavy_things_need_two_people(self) -> None:
        """8. Two of the staff, neither of them the subject or a machine."""
        for record in self.world.records.values():
            decision = record.decision
            for measure in decision.measures:
                length = measure.ends_at - measure.starts_at
                is_long = measure.type == "feature" and length > 7 * DAY_MS
                if measure.type in ("suspension", "block") or is_long:
                    assert len({decision.proposer, decision.approver} & set(WORKERS)) == 2
                    assert decision.automated_decision == "not"
                    # Whoever is alone does nothing that another would have to hear.
                    assert self.world.kept[decision.id].staff_size > 1
                if decision.automated_decision == "fully":
                    assert (decision.rule_id, length <= DAY_MS) == ("R1.1", True)
            assert decision.subject not in {decision.proposer, decision.approver}
            assert (M4, ANA) not in {
                (decision.proposer, decision.subject),
                (decision.approver, decision.subject),
            }

    @invariant()
    def the_log_only_grows_and_names_nobody(self) -> None:
        """9."""
        assert self.world.log[: len(self.seen_log)] == self.seen_log
        for line in self.world.log[len(self.seen_log) :]:
            for secret in (b"@", b"joke", b"hurts", b"wrote", b"heard"):
                assert secret not in line
        self.seen_log = list(self.world.log)

    @invariant()
    def what_is_erased_cannot_be_opened(self) -> None:
        """10."""
        for id in self.erased:
            subject = self.world.records[id].decision.subject.encode()
            salts = msgspec.structs.astuple(self.world.kept[id].salts)
            opened = {commit(salt, subject).encode() for salt in salts}
            assert not any(one in self.world.log[self.world.kept[id].leaf] for one in opened)

    @invariant()
    def a_block_is_the_last_resort(self) -> None:
        """11. After a suspension or in severe matters; heard again within a year; a month without a panel."""
        for record in self.world.records.values():
            decision = record.decision
            for measure in decision.measures:
                if measure.type == "block":
                    before = [
                        one.decision
                        for one in self.world.of(decision.subject)
                        if one.decision.issued_at < decision.conduct_at
                        and {"suspension", "block"} & {each.type for each in one.decision.measures}
                    ]
                    assert decision.severe or before
                    assert measure.ends_at - measure.starts_at <= 365 * DAY_MS
        for record, measure, _ in self._held():
            if measure.type == "block" and self.world.now >= measure.starts_at + 30 * DAY_MS:
                hearing = record.hearing
                assert hearing is not None
                assert hearing.is_confirmed
                assert hearing.at < measure.starts_at + 7 * DAY_MS

    @invariant()
    def nothing_is_punished_twice(self) -> None:
        """12."""
        stood: dict[tuple[str, UserId, Item], DecisionId] = {}
        for id, record in self.world.records.items():
            decision = record.decision
            if decision.measures[0].type == "interim":
                continue
            for item in decision.items:
                before = stood.get((decision.rule_id, decision.subject, item))
                if before is not None:
                    ended_at = self.world.kept[before].was_cancelled_at
                    assert ended_at is not None
                    assert ended_at <= decision.issued_at
                stood[decision.rule_id, decision.subject, item] = id

    @invariant()
    def measures_add_up(self) -> None:
        """13. In any order; and one that was lifted lifts no other."""
        for who in PEOPLE:
            records = self.world.of(who)
            alone = [rules_effect.taken([one], self.world.now) for one in records]
            assert self._taken(who) == frozenset().union(*alone)
            assert self._taken(who) == rules_effect.taken(records[::-1], self.world.now)

    @invariant()
    def what_was_cancelled_takes_nothing(self) -> None:
        """An overturned or annulled decision is over, now and for good."""
        for record, _, _ in self._held():
            assert self.world.kept[record.decision.id].was_cancelled_at is None

    @invariant()
    def interim_measures_stay_interim(self) -> None:
        """24."""
        sums: dict[tuple[CaseId, UserId], int] = {}
        for record in self.world.records.values():
            key = (record.decision.case_id, record.decision.subject)
            for measure in record.decision.measures:
                if measure.type == "interim":
                    sums[key] = sums.get(key, 0) + measure.ends_at - measure.starts_at
        assert all(total <= 48 * HOUR_MS for total in sums.values())

    @invariant()
    def the_first_time_is_short(self) -> None:
        """Who has no earlier measure gets a day, or a week."""
        for record in self.world.records.values():
            decision = record.decision
            is_first = not any(
                one.decision.issued_at < decision.issued_at
                for one in self.world.of(decision.subject)
            )
            for measure in decision.measures:
                most = {"feature": DAY_MS, "suspension": 7 * DAY_MS}.get(measure.type)
                if most is not None and is_first and not decision.severe:
                    assert measure.ends_at - measure.starts_at <= most

    @invariant()
    def masses_are_held(self) -> None:
        """The brake: in any day three heavy decisions under a rule, unless somebody outside let more pass."""
        heavy = [
            record.decision
            for record in self.world.records.values()
            if {"suspension", "block"} & {one.type for one in record.decision.measures}
        ]
        for decision in heavy:
            alike = [
                one
                for one in heavy
                if one.rule_id == decision.rule_id
                and decision.issued_at - DAY_MS < one.issued_at <= decision.issued_at
            ]
            earlier = alike[: alike.index(decision)]
            if len(earlier) >= 3:
                chain = {one.proposer for one in earlier} | {one.approver for one in earlier}
                chain |= {decision.proposer, decision.approver}
                assert decision.confirmer in WORKERS
                assert decision.confirmer not in chain


TestLaws = Laws.TestCase
TestLaws.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    suppress_health_check=list(HealthCheck),
)
