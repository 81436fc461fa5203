"""What is in force: computed from facts and the clock, and from nothing else.

No job ends, pauses or restores anything. An appeal that is overdue pauses the measure by itself (P4), an end that has come
is an end (P2), and facts can only make a measure shorter or narrower: every fact goes into a minimum.
"""

from collections.abc import Iterable

from courtyard.base.ids import TimestampMs
from courtyard.conduct.model import Appeal, Measure, Record, State
from courtyard.conduct.rules_ladder import LADDER, PANEL_MS, SHRUNK_BLOCK_MS

CANCELS = ("overturned", "annulled")
"""The causes after which a decision counts as if it had never been made."""


def was_overdue(appeal: Appeal, now_ms: int) -> bool:
    """Tell whether an appeal is, or was when it was decided, past its due date."""
    until = now_ms if appeal.decided_at is None else appeal.decided_at
    return until >= appeal.due_at


def is_open(appeal: Appeal) -> bool:
    """Tell whether an appeal waits for its ruling."""
    return appeal.outcome is None


def end_of(record: Record, measure: Measure, now_ms: int, capability: str | None = None) -> int:
    """Return when a measure ends, as far as is known now. It never is later than it was at any time before.

    Args:
        record: the decision that holds the measure, and what became of it.
        measure: one of its measures.
        now_ms: the time.
        capability: of this capability of the measure; None: of the last of them.
    """
    if capability is None and measure.capabilities:
        return max(end_of(record, measure, now_ms, one) for one in measure.capabilities)
    end: int = measure.ends_at
    for lift in record.lifts:
        if not lift.capabilities or capability in lift.capabilities:
            end = min(end, lift.ends_at)
    shrunk = measure.starts_at + SHRUNK_BLOCK_MS
    if measure.type == "block" and not may_last(record, now_ms):
        end = min(end, shrunk)
    for appeal in record.appeals:
        if was_overdue(appeal, now_ms):
            if LADDER[measure.type].overdue == "ends":
                end = min(end, appeal.due_at)
            elif LADDER[measure.type].overdue == "shrinks":
                end = min(end, max(shrunk, appeal.due_at))
    return end


def remaining(record: Record, measure: Measure, now_ms: int) -> dict[str, int]:
    """Return what is left of a measure's capabilities, each with its own end: those whose end has not come.

    A ruling may have given back some and left others. While the measure is paused they are left all the same, since an
    answer may let it go on.
    """
    ends = {one: end_of(record, measure, now_ms, one) for one in measure.capabilities}
    return {capability: end for capability, end in ends.items() if now_ms < end}


def may_last(record: Record, now_ms: int) -> bool:
    """Tell whether a block may be more than a suspension: a panel confirmed it in time, or still can."""
    until = panel_until(record)
    if record.hearing is None:
        return now_ms < until
    return record.hearing.is_confirmed and record.hearing.at < until


def panel_until(record: Record) -> int:
    """Return before when a panel has to confirm a block."""
    return record.decision.issued_at + PANEL_MS


def unconfirmed_end_of(record: Record, measure: Measure, now_ms: int) -> int:
    """Return when a block ends that no panel confirms: as a suspension does, and never later than it ends now."""
    return min(end_of(record, measure, now_ms), measure.starts_at + SHRUNK_BLOCK_MS)


def is_stayed(record: Record, measure: Measure, now_ms: int) -> bool:
    """Tell whether an overdue appeal pauses a measure now (P4)."""
    if record.decision.severe and LADDER[measure.type].severe_runs_on:
        return False
    return any(is_open(appeal) and appeal.due_at <= now_ms for appeal in record.appeals)


def in_force(record: Record, measure: Measure, now_ms: int, capability: str | None = None) -> bool:
    """Tell whether a measure, or one of its capabilities, applies now."""
    return measure.starts_at <= now_ms < end_of(
        record, measure, now_ms, capability
    ) and not is_stayed(record, measure, now_ms)


def state_of(record: Record, measure: Measure, now_ms: int) -> State:
    """Return what a measure is now.

    First what was decided about it, then the clock, then the pause.
    """
    if now_ms < measure.starts_at:
        return "scheduled"
    if now_ms >= end_of(record, measure, now_ms):
        for cause in ("overturned", "annulled", "lifted"):
            for lift in record.lifts:
                if lift.cause == cause and not lift.capabilities:
                    return cause
        if any(was_overdue(appeal, now_ms) for appeal in record.appeals) and (
            now_ms < measure.ends_at
        ):
            return "lapsed"
        return "expired"
    return "stayed" if is_stayed(record, measure, now_ms) else "active"


def is_cancelled(record: Record) -> bool:
    """Tell whether the decision was overturned or annulled: then it counts for nothing."""
    return any(lift.cause in CANCELS and not lift.capabilities for lift in record.lifts)


def taken(records: Iterable[Record], now_ms: int) -> frozenset[str]:
    """Return every capability that an account does not have now.

    It is the union over all measures, so their order is nothing and lifting one lifts no other.
    """
    return frozenset(
        capability
        for record in records
        for measure in record.decision.measures
        for capability in measure.capabilities
        if in_force(record, measure, now_ms, capability)
    )


def taken_until(record: Record, now_ms: int) -> int:
    """Return when the last of the measures ends that take something now; at least one has to."""
    return max(
        end
        for measure in record.decision.measures
        if in_force(record, measure, now_ms)
        for end in remaining(record, measure, now_ms).values()
    )


def counts(record: Record, measure: Measure, now_ms: int) -> bool:
    """Tell whether a measure is an earlier measure against the same person now.

    A warning that lapsed because nobody heard the appeal counts no longer; nor does anything that was cancelled.
    """
    if is_cancelled(record) or measure.type == "interim" or now_ms >= measure.counts_until:
        return False
    lapsed = LADDER[measure.type].overdue == "ends" and any(
        was_overdue(appeal, now_ms) for appeal in record.appeals
    )
    return not lapsed


def deadlines(records: Iterable[Record]) -> list[TimestampMs]:
    """Return every moment at which the clock alone changes something, sorted: for timers in clients, and for tests."""
    found: set[int] = set()
    for record in records:
        for measure in record.decision.measures:
            found |= {measure.starts_at, measure.ends_at, measure.counts_until}
            if measure.type == "block":
                found.add(measure.starts_at + SHRUNK_BLOCK_MS)
                found.add(panel_until(record))
        found |= {appeal.due_at for appeal in record.appeals if is_open(appeal)}
        found |= {lift.ends_at for lift in record.lifts}
    return [TimestampMs(moment) for moment in sorted(found)]
