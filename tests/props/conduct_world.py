"""A world of conduct in memory: reports, cases, decisions, approvals, appeals, lifts. It asks the rules, and keeps what they say.

It does what the verbs do, in the same order, with dictionaries for tables: so the laws are held against the rules alone.
"""

import itertools

import msgspec

from courtyard.base import canonical_json
from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import (
    rules,
    rules_appeal,
    rules_effect,
    rules_gate,
    rules_leaf,
    rules_letters,
    rules_reports,
    rules_ruleset,
)
from courtyard.conduct.errors import DecisionNotAllowedError
from courtyard.conduct.model import (
    AppealId,
    CaseId,
    Conflict,
    Decision,
    DecisionId,
    Item,
    LiftCause,
    Outcome,
    Proposal,
    Record,
    Statement,
    Vote,
)
from courtyard.conduct.model_rules import Draft, RuleSet
from courtyard.conduct.rules import Court
from courtyard.conduct.rules_appeal import Reduction
from courtyard.conduct.rules_brake import Burst
from courtyard.conduct.rules_leaf import Leaf, Salts
from courtyard.conduct.rules_people import Matter
from courtyard.gate.model import Restriction
from courtyard.gate.model_withheld import Withholding
from tests.conduct.makers import draft


class Kept(msgspec.Struct, kw_only=True):
    """What the world keeps beside a decision: what the subject was told, and the salts until they are erased."""

    statement: Statement | None
    salts: Salts
    delivered_at: int
    text: str
    """The statement as people read it, in one language or another."""
    staff_size: int
    leaf: int
    was_cancelled_at: int | None = None


class World:
    """Everything there is. Each method is one verb: it raises, or changes something."""

    def __init__(self, staff: frozenset[UserId], conflicts: tuple[Conflict, ...], now: int) -> None:
        """Begin with rules and people, and no decision."""
        self.now = now
        self.staff, self.conflicts = staff, conflicts
        self.rulesets: list[RuleSet] = []
        self.records: dict[DecisionId, Record] = {}
        self.kept: dict[DecisionId, Kept] = {}
        self.votes: dict[DecisionId, tuple[Vote, ...]] = {}
        self.pending: dict[DecisionId, tuple[Proposal, UserId | None]] = {}
        self.rows: dict[str, Restriction] = {}
        self.withheld: dict[str, Withholding] = {}
        self.log: list[bytes] = []
        self.reports: dict[CaseId, tuple[Item, set[UserId], int]] = {}
        self.recusals: set[tuple[CaseId, UserId]] = set()
        self.numbers = itertools.count(1)
        self.publish(draft())

    # --- reading ---------------------------------------------------------------------------------

    def of(self, subject: UserId) -> tuple[Record, ...]:
        """Return every record about somebody."""
        return tuple(one for one in self.records.values() if one.decision.subject == subject)

    def siblings(self, record: Record) -> tuple[Record, ...]:
        """Return the other decisions of a case."""
        decision = record.decision
        return tuple(
            one
            for one in self.records.values()
            if one.decision.case_id == decision.case_id and one.decision.id != decision.id
        )

    def matter(self, case_id: CaseId, subject: UserId, rule_id: str) -> Matter:
        """Return the people around a case."""
        _, reporters, _ = self.reports.get(case_id, (None, set(), 0))
        return Matter(
            subject=subject,
            topics=frozenset({rule_id}),
            reporters=frozenset(reporters),
            recused=frozenset(who for case, who in self.recusals if case == case_id),
            staff=self.staff,
            conflicts=self.conflicts,
        )

    def matter_of(self, record: Record) -> Matter:
        """Return the people around a decision."""
        decision = record.decision
        return self.matter(decision.case_id, decision.subject, decision.rule_id)

    def court(self, proposal: Proposal) -> Court:
        """Return what a proposal is judged by."""
        return Court(
            now_ms=self.now,
            rulesets=tuple(self.rulesets),
            records=self.of(proposal.subject),
            recent=tuple(one.decision for one in self.records.values()),
            matter=self.matter(proposal.case_id, proposal.subject, proposal.rule_id),
        )

    # --- verbs -----------------------------------------------------------------------------------

    def publish(self, new: Draft) -> None:
        """Publish rules, and wait until they take effect."""
        rules_ruleset.check(new)
        one = rules_ruleset.publish(new, self.rulesets, self.now, self.now + 1)
        self._append(rules_leaf.of_ruleset(one, self._id("rs")))
        self.rulesets.append(one)
        self.now += 1

    def report(self, item: Item, subject: UserId, reporter: UserId, times: int) -> None:
        """Report something, once or ten thousand times."""
        open_items = [one for one, _, _ in self.reports.values()]
        fate = rules_reports.fate(item, open_items, self.of(subject))
        if fate == "already_judged":
            return
        for case_id, (one, reporters, count) in self.reports.items():
            if one.id == item.id:
                self.reports[case_id] = (one, reporters | {reporter}, count + times)
                return
        self.reports[CaseId(f"c_{item.id}_{subject}")] = (item, {reporter}, times)

    def recuse(self, case_id: CaseId, person: UserId) -> None:
        """Step back from a case."""
        self.recusals.add((case_id, person))

    def propose(self, proposal: Proposal) -> None:
        """Propose; one person's matter is decided at once, the others wait."""
        court = self.court(proposal)
        rules.check(proposal, court)
        if rules.people_needed(proposal, court) == 1:
            self._issue(proposal, None, None)
        else:
            self.pending[proposal.id] = (proposal, None)

    def approve(self, id: DecisionId, approver: UserId) -> None:
        """Approve as the second person; the brake may hold it."""
        proposal, before = self.pending[id]
        if before is not None:
            message = "approved before"
            raise DecisionNotAllowedError("state", message)
        self._issue(proposal, approver, None)

    def confirm(self, id: DecisionId, confirmer: UserId) -> None:
        """Release what the brake holds."""
        proposal, approver = self.pending[id]
        if approver is not None:
            self._issue(proposal, approver, confirmer)

    def _issue(self, proposal: Proposal, approver: UserId | None, confirmer: UserId | None) -> None:
        court = self.court(proposal)
        outcome = rules.issue(proposal, court, approver=approver, confirmer=confirmer)
        if isinstance(outcome, Burst):
            self.pending[proposal.id] = (proposal, approver)
            self._append(rules_leaf.of_burst(outcome, proposal.rule_id, self._id("b"), self.now))
            return
        self.pending.pop(proposal.id, None)
        self._store(outcome)

    def _store(self, decision: Decision) -> None:
        statement = Statement(
            decision_id=decision.id, lang="en", facts="You wrote it.", explanation="It hurts."
        )
        number = len(self.records)
        names = Salts.__struct_fields__
        salts = Salts(**{name: bytes([number, place]) * 16 for place, name in enumerate(names)})
        version = decision.ruleset_version
        leaf = rules_leaf.of_decision(
            decision,
            statement,
            rules_ruleset.sha256(self.rulesets[version - 1]),
            salts,
            is_sealed=number % 4 == 3,
        )
        self.kept[decision.id] = Kept(
            statement=statement,
            salts=salts,
            delivered_at=self.now,
            text=rules_letters.statement_text(
                rules_letters.languages()[number % 2],
                decision,
                statement,
                self._rules_with(decision.rule_id),
                "a key",
            ),
            staff_size=len(self.staff),
            leaf=self._append(leaf),
        )
        record = Record(decision=decision)
        self.records[decision.id] = record
        self.rows |= {row.id: row for row in rules_gate.restrictions(record, self.now)}
        self.withheld |= {row.id: row for row in rules_gate.withholdings(decision)}

    def appeal(self, id: DecisionId, by: UserId, *, has_new_evidence: bool) -> None:
        """Appeal a decision."""
        record = self.records[id]
        new = rules_appeal.submit(
            record,
            AppealId(self._id("a")),
            by,
            "It was a joke.",
            self.now,
            has_new_evidence=has_new_evidence,
        )
        self._append(rules_leaf.of_appeal(new, self.kept[id].salts, is_sealed=False))
        self._keep(msgspec.structs.replace(record, appeals=(*record.appeals, new)))

    def withdraw(self, id: DecisionId, by: UserId) -> None:
        """Take an appeal back."""
        record = self.records[id]
        if record.appeals:
            gone = rules_appeal.withdraw(record.appeals[-1], record, by, self.now)
            self._keep(msgspec.structs.replace(record, appeals=(*record.appeals[:-1], gone)))

    def rule(
        self, id: DecisionId, reviewer: UserId, outcome: Outcome, reduction: Reduction | None
    ) -> None:
        """Answer an appeal."""
        record = self.records[id]
        if not record.appeals:
            return
        decided, lift = rules_appeal.rule(
            record.appeals[-1],
            record,
            self.siblings(record),
            self.matter_of(record),
            reviewer,
            outcome,
            "We heard you.",
            self.now,
            reduction,
        )
        lifts = record.lifts if lift is None else (*record.lifts, lift)
        after = msgspec.structs.replace(
            record, appeals=(*record.appeals[:-1], decided), lifts=lifts
        )
        salts = self.kept[id].salts
        subject = record.decision.subject
        self._append(rules_leaf.of_ruling(decided, subject, self._id("l"), salts, is_sealed=False))
        if lift is not None:
            self._append(rules_leaf.of_lift(lift, after, self._id("l"), salts, is_sealed=False))
        self._keep(after)

    def lift(self, id: DecisionId, by: UserId, cause: LiftCause) -> None:
        """Lift or annul a decision."""
        record = self.records[id]
        new = rules.lift(record, by, cause, self.matter_of(record), self.now)
        after = msgspec.structs.replace(record, lifts=(*record.lifts, new))
        salts = self.kept[id].salts
        self._append(rules_leaf.of_lift(new, after, self._id("l"), salts, is_sealed=False))
        self._keep(after)

    def vote(self, id: DecisionId, person: UserId, *, is_for: bool) -> None:
        """Say something as one of a panel."""
        record = self.records[id]
        votes = self.votes.get(id, ())
        rules.check_may_vote(
            person, record, votes, self.siblings(record), self.matter_of(record), self.now
        )
        votes = (*votes, Vote(staff_id=person, is_for=is_for, at=TimestampMs(self.now)))
        self.votes[id] = votes
        after = msgspec.structs.replace(record, hearing=rules.hearing_of(id, votes))
        for row in rules_gate.restrictions(after, self.now):
            self.rows.setdefault(row.id, row)
        self._keep(after)

    def erase(self, id: DecisionId) -> None:
        """Delete text and salts of a decision."""
        kept = self.kept[id]
        kept.statement = None
        kept.salts = Salts(**{name: bytes(32) for name in Salts.__struct_fields__})

    # --- inside ----------------------------------------------------------------------------------

    def _keep(self, record: Record) -> None:
        """Keep the new facts, and adjust the gate's rows as `gate.restrict.adjust` and `gate.withheld.adjust` do."""
        kept = self.kept[record.decision.id]
        if rules_effect.is_cancelled(record) and kept.was_cancelled_at is None:
            kept.was_cancelled_at = self.now
        self.records[record.decision.id] = record
        for change in rules_gate.adjustments(record, self.now):
            row = self.rows[change.restriction_id]
            self.rows[row.id] = msgspec.structs.replace(
                row, ends_at=min(row.ends_at, change.ends_at), stayed_from=change.stayed_from
            )
        for change in rules_gate.content_adjustments(record, self.now):
            kept_row = self.withheld[change.restriction_id]
            self.withheld[kept_row.id] = msgspec.structs.replace(
                kept_row,
                ends_at=min(kept_row.ends_at, change.ends_at),
                stayed_from=change.stayed_from,
            )

    def _append(self, leaf: Leaf) -> int:
        self.log.append(canonical_json.encode(msgspec.to_builtins(leaf)))
        return len(self.log) - 1

    def _rules_with(self, rule_id: str) -> RuleSet:
        """Return rules that have this one: whether they are the right ones is a law of its own."""
        return next(one for one in self.rulesets if any(it.id == rule_id for it in one.clauses))

    def _id(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers):032x}"


def next_moment(world: World, offset_ms: int) -> int | None:
    """Return the next deadline of any decision, moved by -1, 0 or +1, if it is still to come."""
    coming = (
        moment + offset_ms
        for moment in rules_effect.deadlines(world.records.values())
        if moment + offset_ms > world.now
    )
    return min(coming, default=None)
