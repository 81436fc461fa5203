"""May this be decided, by these people, now? The laws of a decision, in one fixed order.

A verb collects a `Court`, asks here, and writes what it gets back. The order of the laws is: the measures, the rule, the conduct,
the people, the history, the staff's size. The first law that stands against a proposal is the answer.
"""

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules_brake, rules_effect, rules_ladder, rules_people, rules_ruleset
from courtyard.conduct.model import (
    AUTOMATON,
    Decision,
    DecisionId,
    Hearing,
    Item,
    Lift,
    LiftCause,
    Proposal,
    Record,
    Vote,
)
from courtyard.conduct.model_rules import Clause, RuleSet
from courtyard.conduct.rules_brake import Burst
from courtyard.conduct.rules_ladder import (
    AUTOMATIC_MS_MAX,
    FEATURE_CAPABILITIES_MAX,
    LADDER,
    MISUSE_CAPABILITIES,
    PANEL_SIZE,
    refuse,
)
from courtyard.conduct.rules_people import Matter


class Court(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a decision is judged by.

    Attributes:
        now_ms: the time.
        rulesets: every published version.
        records: every decision against the subject there ever was, with what became of it.
        recent: suspensions and blocks against anybody that were issued in the last day.
        matter: the people around the case.
    """

    now_ms: int
    rulesets: tuple[RuleSet, ...]
    records: tuple[Record, ...]
    recent: tuple[Decision, ...]
    matter: Matter

    def has_one_operator(self) -> bool:
        """Tell whether there is no different human who could hear an appeal."""
        return len(self.matter.staff) < 2


def check(proposal: Proposal, court: Court) -> Clause:
    """Hold a proposal against every law but the one about the number of people; return the rule it cites.

    Raises:
        DecisionNotAllowedError: with the law that stands against it.
        NotIndependentError: the proposer may not propose this.
    """
    rules_ladder.check_measures(proposal.measures, proposal.items)
    if not 1 <= len(proposal.items) <= rules_ladder.ITEMS_MAX:
        raise refuse("items", "A decision is about 1 to 100 items.")
    if proposal.conduct_at > court.now_ms:
        raise refuse("conduct_at", "It has not happened yet.")
    clause = rules_ruleset.clause_for(
        court.rulesets, proposal.rule_id, proposal.ruleset_version, proposal.conduct_at
    )
    _check_clause(proposal, clause)
    if proposal.proposer == AUTOMATON:
        _check_automatic(proposal, clause)
    elif proposal.automated_decision == "fully":
        raise refuse("automation", "What a human proposes is not decided by software alone.")
    else:
        rules_people.check_may_work(proposal.proposer, court.matter, court.now_ms)
    _check_history(proposal, court)
    if court.has_one_operator():
        for measure in proposal.measures:
            if measure.length_ms > LADDER[measure.type].one_operator_ms_max:
                raise refuse("one_operator", "With a staff of one this is too heavy or too long.")
    return clause


def _check_clause(proposal: Proposal, clause: Clause) -> None:
    """Check that the rule allows this: its heaviest measure, severity, misuse, and the ground."""
    assert clause.max_measure is not None, "only a protected clause allows no measure"
    most = LADDER[clause.max_measure].weight
    if any(LADDER[measure.type].weight > most for measure in proposal.measures):
        raise refuse("max_measure", f"Rule {clause.id} allows no more than {clause.max_measure}.")
    if proposal.severe and clause.severe is None:
        raise refuse("severe", f"Rule {clause.id} is not one of the severe matters.")
    if (proposal.ground == "illegal") != bool(proposal.legal_ground):
        raise refuse("ground", "A decision by law, and no other, names the law.")
    for measure in proposal.measures:
        if measure.type == "feature" and MISUSE_CAPABILITIES & set(measure.capabilities):
            if not clause.is_misuse or not set(measure.capabilities) <= MISUSE_CAPABILITIES:
                raise refuse("misuse", "Only misuse of reports or appeals takes these away.")
        elif clause.is_misuse and measure.type != "warning":
            raise refuse("misuse", "Misuse of reports or appeals costs nothing else.")


def _check_automatic(proposal: Proposal, clause: Clause) -> None:
    """Check what software may do alone: stop a flood, for a day at the most."""
    if proposal.automated_decision != "fully" or proposal.severe or not clause.is_flood:
        raise refuse("automation", "Software alone acts against floods only, and says so.")
    for measure in proposal.measures:
        if measure.type not in ("feature", "interim") or measure.length_ms > AUTOMATIC_MS_MAX:
            raise refuse("automation", "Software alone takes single features, for a day at most.")


def punished(item: Item, rule_id: str, records: tuple[Record, ...]) -> Record | None:
    """Return the standing decision that already answered this item by this rule. An interim measure is no answer."""
    for record in records:
        decision = record.decision
        if (
            decision.rule_id == rule_id
            and item in decision.items
            and not rules_effect.is_cancelled(record)
            and any(measure.type != "interim" for measure in decision.measures)
        ):
            return record
    return None


def _check_history(proposal: Proposal, court: Court) -> None:
    """Check what was decided before: nothing twice, interim measures in sum, and step by step up the ladder.

    Only what was decided before the conduct makes it a repetition: nobody learns from a decision that came later.
    """
    types = {measure.type for measure in proposal.measures}
    if "interim" in types:
        spent = sum(
            measure.ends_at - measure.starts_at
            for record in court.records
            if record.decision.case_id == proposal.case_id
            for measure in record.decision.measures
            if measure.type == "interim"
        )
        if spent + proposal.measures[0].length_ms > LADDER["interim"].ms_max:
            raise refuse("interim", "The interim measures of a case last 48 hours in sum.")
    else:
        for item in proposal.items:
            if punished(item, proposal.rule_id, court.records) is not None:
                raise refuse("twice", "This was decided before, by the same rule.")
    earlier = [
        (record, measure)
        for record in court.records
        if record.decision.issued_at < proposal.conduct_at
        for measure in record.decision.measures
        if rules_effect.counts(record, measure, court.now_ms)
    ]
    for measure in proposal.measures:
        rung = LADDER[measure.type]
        is_repeated = any(LADDER[one.type].weight >= rung.weight for _, one in earlier)
        if not is_repeated and not proposal.severe and measure.length_ms > rung.first_ms_max:
            raise refuse("first_time", "The first time a measure of this kind is shorter.")
        was_suspended = any(one.type in ("suspension", "block") for _, one in earlier)
        if measure.type == "block" and not proposal.severe and not was_suspended:
            raise refuse("last_resort", "A block comes after a suspension, or in severe matters.")
        was_warned = any(record.decision.rule_id == proposal.rule_id for record, _ in earlier)
        takes_reports = MISUSE_CAPABILITIES & set(measure.capabilities)
        if measure.type == "feature" and takes_reports and not was_warned:
            raise refuse("misuse", "A warning by the same rule comes first.")


def people_needed(proposal: Proposal, court: Court) -> int:
    """Return how many people decide this: one, or two.

    Two for what the ladder says, for decisions about the staff, and when feature measures together would be a suspension.
    """
    if any(one.length_ms > LADDER[one.type].alone_ms_max for one in proposal.measures):
        return 2
    if proposal.subject in court.matter.staff:
        return 2
    features = {
        capability
        for record in court.records
        for measure in record.decision.measures
        if measure.type == "feature"
        for capability in measure.capabilities
        if rules_effect.in_force(record, measure, court.now_ms, capability)
    }
    wanted = {
        capability
        for measure in proposal.measures
        if measure.type == "feature"
        for capability in measure.capabilities
    }
    return 2 if wanted and len(features | wanted) > FEATURE_CAPABILITIES_MAX else 1


def issue(
    proposal: Proposal,
    court: Court,
    *,
    approver: UserId | None = None,
    confirmer: UserId | None = None,
) -> Decision | Burst:
    """Return the decision that a proposal becomes now, or the burst because of which it is held.

    Everything is checked again: between proposal and approval the world may have changed.

    Args:
        proposal: what is to be decided.
        court: what it is judged by.
        approver: the second person, where one is needed.
        confirmer: who released it from the brake.

    Raises:
        DecisionNotAllowedError: with the law that stands against it.
        NotIndependentError: one of the people may not decide this.
    """
    clause = check(proposal, court)
    if approver is not None:
        rules_people.check_may_approve(approver, proposal.proposer, court.matter, court.now_ms)
    elif people_needed(proposal, court) > 1:
        raise refuse("four_eyes", "This needs a second person.")
    ruleset = rules_ruleset.at(court.rulesets, court.now_ms)
    assert ruleset is not None, "the rules of the time of the conduct were found"
    topics = tuple(sorted({clause.category, *proposal.topics}))
    burst = rules_brake.burst(
        msgspec.structs.replace(proposal, topics=topics),
        court.recent,
        ruleset.burst_max,
        court.now_ms,
    )
    if burst is not None:
        if confirmer is None:
            return burst
        rules_people.check_may_confirm(
            confirmer,
            proposal.proposer,
            approver,
            rules_brake.chain(burst),
            court.matter,
            court.now_ms,
        )
    return Decision(
        id=proposal.id,
        case_id=proposal.case_id,
        subject=proposal.subject,
        items=proposal.items,
        rule_id=proposal.rule_id,
        ruleset_version=proposal.ruleset_version,
        ground=proposal.ground,
        legal_ground=proposal.legal_ground,
        category=clause.category,
        topics=topics,
        conduct_at=proposal.conduct_at,
        measures=tuple(rules_ladder.timed(one, court.now_ms) for one in proposal.measures),
        proposer=proposal.proposer,
        approver=approver,
        confirmer=confirmer,
        source=proposal.source,
        automated_detection=proposal.automated_detection,
        automated_decision=proposal.automated_decision,
        severe=proposal.severe,
        issued_at=TimestampMs(court.now_ms),
    )


def lift(record: Record, by: UserId, cause: LiftCause, matter: Matter, now_ms: int) -> Lift:
    """Return the end of everything a decision holds, now.

    To be lenient nobody has to be a different human; only one's own case is nobody's.

    Args:
        record: the decision.
        by: somebody on the staff.
        cause: `lifted`: it is enough. `annulled`: it should not have been made like this. The others are for appeals.
        matter: the people around the case.
        now_ms: the time.

    Raises:
        DecisionNotAllowedError: another cause, or it was cancelled before.
        NotIndependentError: not on the staff, or one's own case.
    """
    if by not in matter.staff:
        rules_people.bar("staff")
    if by == matter.subject:
        rules_people.bar("own_case")
    if cause not in ("lifted", "annulled"):
        raise refuse("cause", "Only an appeal overturns or reduces.")
    if rules_effect.is_cancelled(record):
        raise refuse("cause", "This decision was cancelled before.")
    now = TimestampMs(now_ms)
    return Lift(decision_id=record.decision.id, cause=cause, at=now, ends_at=now, by=by)


def check_may_vote(
    person: UserId,
    record: Record,
    votes: tuple[Vote, ...],
    siblings: tuple[Record, ...],
    matter: Matter,
    now_ms: int,
) -> None:
    """Let somebody be one of the three who hear a block: whoever could hear an appeal, once, and in seven days.

    Raises:
        DecisionNotAllowedError: there is no block, it was heard before, or the seven days are over.
        NotIndependentError: this person may not hear it, or was heard.
    """
    if all(measure.type != "block" for measure in record.decision.measures):
        raise refuse("panel", "Only a block is heard by a panel.")
    if record.hearing is not None or not rules_effect.may_last(record, now_ms):
        raise refuse("panel", "The panel was heard, or its seven days are over.")
    rules_people.check_may_hear(person, record, siblings, matter, now_ms)
    if any(vote.staff_id == person for vote in votes):
        rules_people.bar("panel")


def hearing_of(id: DecisionId, votes: tuple[Vote, ...]) -> Hearing | None:
    """Return the word of a panel once all three have spoken: two of them decide."""
    if len(votes) < PANEL_SIZE:
        return None
    return Hearing(
        decision_id=id,
        panel=tuple(vote.staff_id for vote in votes),
        at=max(vote.at for vote in votes),
        is_confirmed=sum(vote.is_for for vote in votes) * 2 > len(votes),
    )
