"""What always holds for reporters, complaints, misuse, evidence and erasure, however the clock goes.

A machine of its own beside that of tests/props/test_conduct_laws.py, over the same world: each law is written down a second time, from
the facts and not from the rules. tests/props/test_conduct_faults.py shows that each one bites.
"""

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import (
    rules,
    rules_complaint,
    rules_evidence,
    rules_misuse,
    rules_people,
    rules_reports,
)
from courtyard.conduct.model import DAY_MS, CaseId, DecisionId, Item, Proposal, WantedMeasure
from courtyard.conduct.model_cases import (
    Complaint,
    ComplaintId,
    ComplaintOutcome,
    Report,
    ReportFacts,
    ReportId,
)
from courtyard.conduct.rules_misuse import Sent
from tests.conduct.makers import ANA, BO, M1, M2, M3, M4, M5, WARNING, conflict, feature
from tests.props.conduct_world import World, next_moment

WORKERS = [M1, M2, M3, M4, M5]
PAUSE = feature("report.submit.nonurgent")
WEEK = feature("report.submit.nonurgent", length_ms=7 * DAY_MS)
START = 1_000 * DAY_MS
workers = st.sampled_from(WORKERS)
counted = st.integers(0, 1_000)


class Dismissed(msgspec.Struct, kw_only=True):
    """A case about Ana that Bo reported and one of the staff dismissed."""

    facts: ReportFacts
    by: UserId
    at: int
    complaints: list[Complaint]


class CareWorld(World):
    """The world of the other laws, and what comes around a decision."""

    def __init__(self) -> None:
        """Begin with five on the staff, one of whom has a conflict about Ana."""
        super().__init__(frozenset(WORKERS), (conflict(M4, ANA, until=10**15),), START)
        self.dismissed: list[Dismissed] = []
        self.sent: list[Sent] = []

    def propose(self, proposal: Proposal) -> None:
        """Propose, as the verb does: what misuse costs is held against what was counted."""
        rules.check(proposal, self.court(proposal))
        kind = rules_misuse.kind_of(proposal.items[0])
        if kind is not None:
            mine = self.sent if kind == "report" else []
            counts = rules_misuse.count(kind, mine, self.of(proposal.subject), self.now)
            rules_misuse.check(kind, proposal.measures, rules_misuse.assess(counts, self.now))
        super().propose(proposal)

    def dismiss(self, by: UserId) -> None:
        """Dismiss a new report of Bo's about Ana."""
        number = len(self.dismissed)
        case_id = CaseId(f"c_dismissed{number}")
        rules_people.check_may_work(by, self._matter(case_id), self.now)
        report = Report(
            id=ReportId(f"r_{number}"),
            reporter=BO,
            contact="",
            item=Item(type="account", id=ANA, version=str(number)),
            subject=ANA,
            kind="rule",
            category="STATEMENT_CATEGORY_VIOLENCE",
            explanation="",
            is_good_faith=False,
            received_at=TimestampMs(self.now),
        )
        rules_reports.check(report)
        facts = ReportFacts(
            report=report,
            case_id=case_id,
            fate="opens",
            found="unfounded",
            decided_at=TimestampMs(self.now),
            informed_at=TimestampMs(self.now),
            is_manifest=False,
        )
        self.dismissed.append(Dismissed(facts=facts, by=by, at=self.now, complaints=[]))

    def complain(self, one: Dismissed) -> None:
        """Complain about a dismissal."""
        assert one.facts.case_id is not None
        id = ComplaintId(f"k_{len(one.complaints)}")
        made = rules_complaint.submit(
            one.facts, one.facts.case_id, id, one.complaints, "Look again.", self.now
        )
        one.complaints.append(made)

    def hear(self, one: Dismissed, reviewer: UserId, outcome: ComplaintOutcome) -> None:
        """Hear the newest complaint about a dismissal."""
        if not one.complaints:
            return
        involved = {one.by, *(each.reviewer for each in one.complaints)}
        assert one.facts.case_id is not None
        matter = self._matter(one.facts.case_id)
        answered = rules_complaint.rule(
            one.complaints[-1], reviewer, outcome, "We looked.", self.now
        )
        rules_complaint.check_may_hear(reviewer, involved, matter, self.now)
        one.complaints[-1] = answered
        if outcome == "reopened":
            one.facts = msgspec.structs.replace(
                one.facts, found=None, decided_at=None, informed_at=None
            )

    def _matter(self, case_id: CaseId) -> rules_people.Matter:
        matter = self.matter(case_id, ANA, "R3.1")
        return msgspec.structs.replace(matter, reporters=frozenset({BO}))


class CareLaws(RuleBasedStateMachine):
    """A reporter, a subject, a staff, a clock, and the laws."""

    @initialize()
    def begin(self) -> None:
        """Begin."""
        self.world = CareWorld()
        self.number = 0
        self.erased: set[DecisionId] = set()

    def _do(self, verb: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        try:
            verb(*args, **kwargs)
        except CourtyardError:
            return

    def _propose(self, subject: UserId, item: Item, rule_id: str, wanted: WantedMeasure) -> None:
        self.number += 1
        proposal = Proposal(
            id=DecisionId(f"d_{self.number:032x}"),
            case_id=CaseId(f"c_{self.number}"),
            subject=subject,
            items=(item,),
            rule_id=rule_id,
            ruleset_version=self.world.rulesets[-1].version,
            ground="incompatible",
            conduct_at=TimestampMs(self.world.now),
            measures=(wanted,),
            proposer=M1,
            source="notice",
        )
        self._do(self.world.propose, proposal)

    def _decision(self, number: int) -> DecisionId | None:
        ids = list(self.world.records)
        return ids[-1 - number % len(ids)] if ids else None

    # --- what can happen -------------------------------------------------------------------------

    @rule(wanted=st.sampled_from([WARNING, feature()]))
    def decide(self, wanted: WantedMeasure) -> None:
        """Decide about Ana."""
        item = Item(type="account", id=ANA, version=str(self.number))
        self._propose(ANA, item, "R3.1", wanted)

    @rule(count=st.sampled_from([1, 1, 9, 10]), is_manifest=st.sampled_from([True, True, False]))
    def send(self, count: int, *, is_manifest: bool) -> None:
        """Let Bo send reports that are dismissed."""
        self.world.sent += [Sent(at=self.world.now, is_manifest=is_manifest)] * count

    @rule(wanted=st.sampled_from([WARNING, PAUSE, PAUSE, WEEK]))
    def answer_misuse(self, wanted: WantedMeasure) -> None:
        """Warn Bo, or pause him."""
        item = rules_misuse.item_of("report", BO, self.world.now)
        self._propose(BO, item, "R8.1", wanted)

    @rule(number=counted, reviewer=st.none() | workers, after=st.sampled_from([0, DAY_MS]))
    def appeal(self, number: int, reviewer: UserId | None, after: int) -> None:
        """Appeal something; perhaps it is answered."""
        id = self._decision(number)
        if id is not None:
            subject = self.world.records[id].decision.subject
            self._do(self.world.appeal, id, subject, has_new_evidence=True)
            self.world.now += after
            if reviewer is not None:
                self._do(self.world.rule, id, reviewer, "upheld", None)

    @rule(number=counted, by=workers)
    def annul(self, number: int, by: UserId) -> None:
        """Annul one in three."""
        id = self._decision(number)
        if id is not None and number % 3 == 0:
            self._do(self.world.lift, id, by, "annulled")

    @rule(number=counted)
    def erase(self, number: int) -> None:
        """Erase the subject of one in ten."""
        id = self._decision(number)
        if id is not None and number % 10 == 0:
            self.world.erase(id)
            self.erased.add(id)

    @rule(by=workers)
    def dismiss(self, by: UserId) -> None:
        """Dismiss something."""
        self._do(self.world.dismiss, by)

    @rule(number=counted, reviewer=st.none() | workers, is_reopened=st.booleans())
    def complain(self, number: int, reviewer: UserId | None, *, is_reopened: bool) -> None:
        """Complain about a dismissal; perhaps it is heard."""
        if self.world.dismissed:
            one = self.world.dismissed[-1 - number % len(self.world.dismissed)]
            self._do(self.world.complain, one)
            if reviewer is not None:
                outcome = "reopened" if is_reopened else "upheld"
                self._do(self.world.hear, one, reviewer, outcome)

    @rule(step=st.sampled_from([DAY_MS, 8 * DAY_MS, 31 * DAY_MS, 184 * DAY_MS]))
    def wait(self, step: int) -> None:
        """Let time pass."""
        self.world.now += step

    @rule(offset=st.sampled_from([-1, 0, 1]))
    def wait_for_a_deadline(self, offset: int) -> None:
        """Jump to the next deadline, just before or just after."""
        moment = next_moment(self.world, offset)
        if moment is not None:
            self.world.now = moment

    # --- what always holds -----------------------------------------------------------------------

    def _kept_until(self, id: DecisionId) -> int:
        record = self.world.records[id]
        at = record.decision.issued_at
        return rules_evidence.kept_until(
            at, at, [record], 0, self.world.now, is_erased=id in self.erased
        )

    @invariant()
    def evidence_is_there_while_somebody_can_object(self) -> None:
        """An appeal that can still come, or is being heard, finds what the decision was made of."""
        now = self.world.now
        for id, record in self.world.records.items():
            if id in self.erased or self.world.kept[id].was_cancelled_at is not None:
                continue
            can_come = now < record.decision.issued_at + 184 * DAY_MS
            is_heard = any(one.decided_at is None for one in record.appeals)
            assert not (can_come or is_heard) or now < self._kept_until(id)

    @invariant()
    def evidence_is_gone_a_month_after_that(self) -> None:
        """And at once when somebody is erased."""
        now = self.world.now
        for id, record in self.world.records.items():
            if id in self.erased:
                assert now >= self._kept_until(id)
                continue
            if any(one.decided_at is None for one in record.appeals):
                continue
            last = record.decision.issued_at + 184 * DAY_MS
            last = max([last, *(one.decided_at or 0 for one in record.appeals)])
            assert now < last + 30 * DAY_MS or now >= self._kept_until(id)

    @invariant()
    def a_different_human_hears_a_complaint(self) -> None:
        """Not who dismissed it, reported it, heard it before, or declared a conflict."""
        for one in self.world.dismissed:
            reviewers = [each.reviewer for each in one.complaints if each.reviewer is not None]
            assert len(reviewers) == len(set(reviewers))
            assert not {one.by, BO, ANA, M4} & set(reviewers)

    @invariant()
    def a_complaint_comes_in_time(self) -> None:
        """In six months, twice at the most, and it is due in a week."""
        for one in self.world.dismissed:
            assert len(one.complaints) <= 2
            for each in one.complaints:
                assert each.submitted_at < one.at + 183 * DAY_MS
                assert each.due_at == each.submitted_at + 7 * DAY_MS

    @invariant()
    def nobody_is_paused_unwarned(self) -> None:
        """A pause needs ten empty reports in a month, a warning that stands, and one more empty report after it."""
        for record in self.world.of(BO):
            decision = record.decision
            if decision.measures[0].type != "feature":
                continue
            at = decision.issued_at
            manifest = [
                one.at for one in self.world.sent if one.is_manifest and at - 30 * DAY_MS < one.at
            ]
            assert sum(one <= at for one in manifest) >= 10
            warnings = [
                one.decision.issued_at
                for one in self.world.of(BO)
                if one.decision.measures[0].type == "warning"
                and at - 90 * DAY_MS < one.decision.issued_at < at
                and (self.world.kept[one.decision.id].was_cancelled_at or at) >= at
            ]
            assert any(warned < sent <= at for warned in warnings for sent in manifest)
            length = decision.measures[0].ends_at - at
            before = [
                one
                for one in self.world.of(BO)
                if one.decision.measures[0].type == "feature" and one.decision.issued_at < at
            ]
            assert length <= (7 * DAY_MS if before else DAY_MS)

    @invariant()
    def only_misuse_costs_reports(self) -> None:
        """And misuse costs nothing else."""
        for record in self.world.records.values():
            taken = {name for one in record.decision.measures for name in one.capabilities}
            is_misuse = record.decision.rule_id == "R8.1"
            assert ("report.submit.nonurgent" in taken) <= is_misuse
            assert not is_misuse or taken <= {"report.submit.nonurgent"}


TestCareLaws = CareLaws.TestCase
TestCareLaws.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    suppress_health_check=list(HealthCheck),
)
