"""What the gate is told is what the facts and the clock say."""

from typing import Any

import msgspec
import pytest

from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_effect, rules_gate
from courtyard.conduct.model import DAY_MS, HOUR_MS, Hearing, Lift, Record
from courtyard.gate import rules as gate
from courtyard.gate.model import Restriction
from courtyard.gate.model_withheld import Withholding
from tests.conduct.makers import (
    ANA,
    BLOCK,
    HIDDEN,
    INTERIM,
    M3,
    M4,
    M5,
    NOW,
    SUSPENSION,
    WARNING,
    appeal,
    feature,
    later,
    record,
)

DUE = NOW + 12 * HOUR_MS


def adjusted(one: Record, now_ms: int) -> list[Restriction]:
    """Return the gate's rows as they are after the newest fact about a decision."""
    by_id = {found.restriction_id: found for found in rules_gate.adjustments(one, now_ms)}
    return [
        msgspec.structs.replace(
            row, ends_at=by_id[row.id].ends_at, stayed_from=by_id[row.id].stayed_from
        )
        for row in rules_gate.restrictions(one, now_ms)
    ]


def test_a_restriction_tells_everything_about_the_decision() -> None:
    (row,) = rules_gate.restrictions(record(), NOW)
    path = f"/_courtyard/conduct/v1/decisions/{record().decision.id}"
    assert row == Restriction(
        id=f"{record().decision.id}:feature:feed.like",
        user_id=ANA,
        capability="feed.like",
        decision_id=record().decision.id,
        starts_at=TimestampMs(NOW),
        ends_at=TimestampMs(NOW + DAY_MS),
        rule="R3.1",
        statement=f"{path}/statement",
        appeal=f"{path}/appeals",
        appeal_until=TimestampMs(NOW + 184 * DAY_MS),
        proof=f"{path}/proof",
    )


def test_warnings_and_steps_about_content_are_nothing_for_the_gate() -> None:
    assert rules_gate.restrictions(record(WARNING, HIDDEN), NOW) == []
    assert rules_gate.adjustments(record(WARNING, HIDDEN), NOW) == []


def test_a_step_about_content_is_a_row_for_who_shows_it() -> None:
    one = record(WARNING, HIDDEN)
    (row,) = rules_gate.withholdings(one.decision)
    assert row == Withholding(
        id=f"{one.decision.id}:content:1",
        item_type="event",
        item_id="$picture",
        step="hide",
        decision_id=one.decision.id,
        starts_at=TimestampMs(NOW),
        ends_at=TimestampMs(NOW + 30 * DAY_MS),
        rule="R3.1",
        reason="STATEMENT_CATEGORY_CYBER_VIOLENCE",
    )
    assert rules_gate.withholdings(record(feature()).decision) == []


FORTNIGHT = NOW + 14 * DAY_MS
WHOLE = Lift(
    decision_id=record().decision.id,
    cause="overturned",
    at=TimestampMs(FORTNIGHT),
    ends_at=TimestampMs(FORTNIGHT),
    by=M3,
)


@pytest.mark.parametrize("severe", [True, False])
@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"lifts": (WHOLE,)},
        {"appeals": (appeal(DUE),)},
        {"appeals": (later(appeal(DUE), DUE - 1),)},
        {"appeals": (later(appeal(DUE), DUE),)},
        {"appeals": (later(appeal(DUE), DUE - 1), appeal(FORTNIGHT))},
        {"appeals": (later(appeal(DUE), DUE - 1),), "lifts": (WHOLE,)},
    ],
    ids=range(7),
)
def test_content_and_effect_agree_at_every_deadline(facts: dict[str, Any], *, severe: bool) -> None:
    """Adjusted once, when the newest fact came, and then left to the clock."""
    one = record(WARNING, HIDDEN, severe=severe, **facts)
    newest = max(
        NOW,
        *(fact.decided_at or NOW for fact in one.appeals),
        *(lift.at for lift in one.lifts),
        NOW,
    )
    (row,) = rules_gate.withholdings(one.decision)
    (change,) = rules_gate.content_adjustments(one, newest)
    assert change.restriction_id == row.id
    row = msgspec.structs.replace(row, ends_at=change.ends_at, stayed_from=change.stayed_from)
    hidden = one.decision.measures[1]
    for deadline in rules_effect.deadlines([one]):
        for moment in (deadline - 1, deadline, deadline + 1):
            if moment >= newest:
                told = gate.in_force(row, moment)
                assert told == rules_effect.in_force(one, hidden, moment), moment - NOW


HEARD = Hearing(
    decision_id=record().decision.id, panel=(M3, M4, M5), at=TimestampMs(NOW), is_confirmed=True
)
REFUSED = msgspec.structs.replace(HEARD, is_confirmed=False)
LIFTED = Lift(
    decision_id=record().decision.id,
    cause="reduced",
    at=TimestampMs(NOW),
    ends_at=TimestampMs(NOW + 5),
    capabilities=("feed.like",),
    by=M3,
)
ORDER = "mention:@bo:test.example"
SHORT_BLOCK = msgspec.structs.replace(BLOCK, length_ms=20 * DAY_MS)


@pytest.mark.parametrize("severe", [True, False])
@pytest.mark.parametrize(
    "measures, facts",
    [
        ((feature(),), {}),
        ((feature("feed.like", ORDER),), {"lifts": (LIFTED,)}),
        ((feature("feed.like", ORDER), SUSPENSION), {"appeals": (appeal(DUE),)}),
        ((INTERIM,), {"appeals": (appeal(DUE),)}),
        ((INTERIM,), {"appeals": (later(appeal(DUE), DUE + 5),)}),
        ((SUSPENSION,), {"appeals": (appeal(DUE),)}),
        ((SUSPENSION,), {"appeals": (later(appeal(DUE), DUE + 5), appeal(DUE + DAY_MS))}),
        ((BLOCK,), {}),
        ((BLOCK,), {"hearing": HEARD}),
        ((BLOCK,), {"hearing": REFUSED}),
        ((SHORT_BLOCK,), {"hearing": HEARD}),
        ((BLOCK,), {"hearing": HEARD, "appeals": (appeal(DUE),)}),
        ((BLOCK,), {"hearing": HEARD, "appeals": (later(appeal(DUE), DUE + 5),)}),
        ((BLOCK,), {"hearing": HEARD, "appeals": (appeal(NOW + 50 * DAY_MS),)}),
        ((BLOCK,), {"hearing": HEARD, "appeals": (appeal(NOW + 50 * DAY_MS),), "lifts": (LIFTED,)}),
    ],
    ids=range(15),
)
def test_gate_and_effect_agree_at_every_deadline(
    measures: Any, facts: dict[str, Any], *, severe: bool
) -> None:
    """Adjusted once, when the newest fact came, and then left to the clock."""
    one = record(*measures, severe=severe, **facts)
    newest = max(
        [NOW, *(fact.decided_at or NOW for fact in one.appeals)],
    )
    rows = adjusted(one, newest)
    capabilities = {name for measure in one.decision.measures for name in measure.capabilities}
    for deadline in rules_effect.deadlines([one]):
        for moment in (deadline - 1, deadline, deadline + 1):
            if moment >= newest:
                refused = {row.capability for row in rows if gate.in_force(row, moment)}
                assert refused == rules_effect.taken([one], moment), moment - NOW
                assert refused <= capabilities
