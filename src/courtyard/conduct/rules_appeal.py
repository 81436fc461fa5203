"""Appeals: when there can be one, by when it is heard, by whom, and that it makes nothing worse.

DSA art. 20: for six months, free of charge, by qualified people, and reversed without undue delay.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules_effect, rules_people
from courtyard.conduct.errors import AppealNotPossibleError
from courtyard.conduct.model import Appeal, AppealId, Lift, Outcome, Record
from courtyard.conduct.rules_ladder import APPEAL_WINDOW_MS, appeal_due_ms
from courtyard.conduct.rules_people import Matter
from courtyard.gate.model import Action

TEXT_CHARS_MAX: Final = 5_000
"""The longest appeal, and the longest answer to one."""
APPEALS_MAX: Final = 5
"""Appeals against one decision, each after the first with something new. A different human hears each."""


class Reduction(msgspec.Struct, frozen=True, kw_only=True):
    """What an appeal gives back: everything or some capabilities, now or earlier than decided."""

    ends_at: TimestampMs
    capabilities: tuple[str, ...] = ()


def appeal_until(record: Record) -> TimestampMs:
    """Return the end of the time in which a decision can be appealed. It does not end while a measure runs."""
    decision = record.decision
    last = max(measure.ends_at for measure in decision.measures)
    return TimestampMs(max(decision.issued_at + APPEAL_WINDOW_MS, last))


def action_of(record: Record) -> Action:
    """Return what the gate is asked: the first appeal is never restrictable (P3)."""
    return Action.APPEAL_REPEAT if record.appeals else Action.APPEAL


def submit(
    record: Record, id: AppealId, by: UserId, text: str, now_ms: int, *, has_new_evidence: bool
) -> Appeal:
    """Return a new appeal, with the time by which it is heard.

    Raises:
        AppealNotPossibleError: with the law that stands against it.
    """
    decision = record.decision
    if by != decision.subject:
        raise _refuse("subject", "Only the subject of a decision appeals it here.")
    if not text.strip() or len(text) > TEXT_CHARS_MAX:
        raise _refuse("text", f"An appeal says why, in at most {TEXT_CHARS_MAX} characters.")
    if now_ms >= appeal_until(record):
        raise _refuse("window", "The time in which this decision could be appealed is over.")
    if rules_effect.is_cancelled(record):
        raise _refuse("cancelled", "This decision counts for nothing any more.")
    if any(rules_effect.is_open(one) for one in record.appeals):
        raise _refuse("one_open", "An appeal against this decision is open. Add to that one.")
    if record.appeals and not has_new_evidence:
        raise _refuse("new_evidence", "A further appeal needs something new.")
    if len(record.appeals) >= APPEALS_MAX:
        raise _refuse("appeals", f"{APPEALS_MAX} appeals against one decision are enough.")
    return Appeal(
        id=id,
        decision_id=decision.id,
        text=text,
        has_new_evidence=has_new_evidence,
        submitted_at=TimestampMs(now_ms),
        due_at=TimestampMs(now_ms + appeal_due_ms(decision.measures)),
    )


def withdraw(appeal: Appeal, record: Record, by: UserId, now_ms: int) -> Appeal:
    """Return an appeal that its author takes back. Nothing else but a ruling closes one.

    Raises:
        AppealNotPossibleError: it is somebody else's, or it was answered.
    """
    if by != record.decision.subject:
        raise _refuse("subject", "Only its author takes back an appeal.")
    if not rules_effect.is_open(appeal):
        raise _refuse("answered", "This appeal has been answered.")
    return msgspec.structs.replace(appeal, outcome="withdrawn", decided_at=TimestampMs(now_ms))


def rule(
    appeal: Appeal,
    record: Record,
    siblings: Iterable[Record],
    matter: Matter,
    reviewer: UserId,
    outcome: Outcome,
    reasons: str,
    now_ms: int,
    reduction: Reduction | None = None,
) -> tuple[Appeal, Lift | None]:
    """Return an appeal with its ruling, and what it lifts. A ruling makes nothing longer, wider or heavier.

    Args:
        appeal: the open appeal.
        record: the decision that is appealed.
        siblings: the other decisions of the same case.
        matter: the people around the case.
        reviewer: a different human.
        outcome: any but `withdrawn`.
        reasons: what the subject is told.
        now_ms: the time.
        reduction: what `reduced` gives back; with no other outcome.

    Raises:
        NotIndependentError: the reviewer may not hear this appeal.
        AppealNotPossibleError: with the law that stands against this ruling.
    """
    rules_people.check_may_hear(reviewer, record, siblings, matter, now_ms)
    if not rules_effect.is_open(appeal):
        raise _refuse("answered", "This appeal has been answered.")
    if not reasons.strip() or len(reasons) > TEXT_CHARS_MAX:
        raise _refuse("reasons", "An appeal is answered with reasons.")
    if outcome == "withdrawn":
        raise _refuse("outcome", "Only its author takes back an appeal.")
    if outcome == "inadmissible" and appeal.id == record.appeals[0].id:
        raise _refuse("outcome", "The first appeal is always heard.")
    if (outcome == "reduced") != (reduction is not None):
        raise _refuse("outcome", "A reduction, and no other outcome, says what is given back.")
    now = TimestampMs(now_ms)
    lift: Lift | None = None
    if outcome == "overturned":
        lift = Lift(
            decision_id=record.decision.id, cause="overturned", at=now, ends_at=now, by=reviewer
        )
    if reduction is not None:
        lift = _reduce(record, reduction, reviewer, now)
    decided = msgspec.structs.replace(
        appeal, reviewer=reviewer, outcome=outcome, reasons=reasons, decided_at=now
    )
    return decided, lift


def _reduce(record: Record, reduction: Reduction, reviewer: UserId, now: TimestampMs) -> Lift:
    """Return a lift that gives something back. It does not reach into the past, which nobody can give back."""
    lift = Lift(
        decision_id=record.decision.id,
        cause="reduced",
        at=now,
        ends_at=TimestampMs(max(reduction.ends_at, now)),
        capabilities=reduction.capabilities,
        by=reviewer,
    )
    after = msgspec.structs.replace(record, lifts=(*record.lifts, lift))
    if all(
        rules_effect.end_of(after, measure, now, capability)
        == rules_effect.end_of(record, measure, now, capability)
        for measure in record.decision.measures
        for capability in (measure.capabilities or (None,))
    ):
        raise _refuse("reduction", "This would change nothing: uphold, or overturn.")
    return lift


def _refuse(law: str, message: str) -> AppealNotPossibleError:
    return AppealNotPossibleError(law, message)
