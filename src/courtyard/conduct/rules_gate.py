"""What a decision says, in the words of the gate: one restriction for each capability, one row for each step about content.

The gate knows nothing of appeals and panels. What it is told is always what the facts and the clock say (`rules_effect.in_force`);
a law in tests/props holds the two against each other.
"""

import msgspec

from courtyard.base.ids import TimestampMs
from courtyard.conduct.model import Decision, MeasureType, Record
from courtyard.conduct.rules_appeal import appeal_until
from courtyard.conduct.rules_effect import end_of, is_open, may_last
from courtyard.conduct.rules_ladder import LADDER, SHRUNK_BLOCK_MS
from courtyard.gate.model import Restriction
from courtyard.gate.model_withheld import Withholding

PREFIX = "/_courtyard/conduct/v1"
PANEL = "panel"
"""The part of a block that a panel has to confirm."""


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """When one restriction or step ends, and from when it is paused, by what is known now."""

    restriction_id: str
    ends_at: TimestampMs
    stayed_from: TimestampMs | None


def restrictions(record: Record, now_ms: int) -> list[Restriction]:
    """Return every restriction of a decision as it is known now: when it is issued, and again once a panel was heard.

    A block is two parts: what needs no panel, and the rest, which is not there before a panel has confirmed it.
    """
    decision = record.decision
    until = appeal_until(record)
    hearing = record.hearing
    has_panel = hearing is not None and may_last(record, now_ms)
    path = f"{PREFIX}/decisions/{decision.id}"
    found = []
    for measure in decision.measures:
        shrunk = TimestampMs(measure.starts_at + SHRUNK_BLOCK_MS)
        parts: list[tuple[str, TimestampMs, TimestampMs]] = [
            (measure.type, measure.starts_at, measure.ends_at)
        ]
        if measure.type == "block":
            parts = [("block", measure.starts_at, min(measure.ends_at, shrunk))]
            if has_panel and shrunk < measure.ends_at:
                parts.append((PANEL, shrunk, measure.ends_at))
        found += [
            Restriction(
                id=f"{decision.id}:{part}:{capability}",
                user_id=decision.subject,
                capability=capability,
                decision_id=decision.id,
                starts_at=starts_at,
                ends_at=ends_at,
                rule=decision.rule_id,
                statement=f"{path}/statement",
                appeal=f"{path}/appeals",
                appeal_until=until,
                proof=f"{path}/proof",
            )
            for part, starts_at, ends_at in parts
            for capability in measure.capabilities
        ]
    return found


def adjustments(record: Record, now_ms: int) -> list[Adjustment]:
    """Return what every restriction of a decision is adjusted to, after each new fact about the decision."""
    by_capability = {
        (measure.type, capability): measure
        for measure in record.decision.measures
        for capability in measure.capabilities
    }
    due_at = min((one.due_at for one in record.appeals if is_open(one)), default=None)
    found = []
    for restriction in restrictions(record, now_ms):
        part = restriction.id.split(":")[1]
        type: MeasureType = "block" if part == PANEL else part  # type: ignore[assignment]  # we made the id
        measure = by_capability[type, restriction.capability]
        runs_on = record.decision.severe and LADDER[type].severe_runs_on and part != PANEL
        end = end_of(record, measure, now_ms, restriction.capability)
        found.append(
            Adjustment(
                restriction_id=restriction.id,
                ends_at=TimestampMs(min(restriction.ends_at, end)),
                stayed_from=None if runs_on else due_at,
            )
        )
    return found


def withholdings(decision: Decision) -> list[Withholding]:
    """Return every step about content that a decision holds."""
    types = {item.id: item.type for item in decision.items}
    return [
        Withholding(
            id=f"{decision.id}:content:{number}",
            item_type=types[measure.item_id],
            item_id=measure.item_id,
            step=measure.step,
            decision_id=decision.id,
            starts_at=measure.starts_at,
            ends_at=measure.ends_at,
            rule=decision.rule_id,
            reason=decision.category,
        )
        for number, measure in enumerate(decision.measures)
        if measure.step is not None and measure.item_id is not None
    ]


def content_adjustments(record: Record, now_ms: int) -> list[Adjustment]:
    """Return what every step about content is adjusted to, after each new fact about the decision.

    What lapses never comes back: once an appeal was answered late, the end is where it was due.
    """
    due_at = min((one.due_at for one in record.appeals if is_open(one)), default=None)
    measures = record.decision.measures
    return [
        Adjustment(
            restriction_id=row.id,
            ends_at=TimestampMs(end_of(record, measures[int(row.id.rpartition(":")[2])], now_ms)),
            stayed_from=due_at,
        )
        for row in withholdings(record.decision)
    ]
