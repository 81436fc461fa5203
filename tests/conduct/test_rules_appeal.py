"""Appeals: when, by whom, and that none makes anything worse."""

from typing import Any

import msgspec
import pytest

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules_appeal, rules_effect
from courtyard.conduct.errors import AppealNotPossibleError, NotIndependentError
from courtyard.conduct.model import (
    DAY_MS,
    HOUR_MS,
    Appeal,
    AppealId,
    Hearing,
    Lift,
    LiftCause,
    Outcome,
    Record,
)
from courtyard.conduct.rules_appeal import Reduction
from courtyard.gate.model import Action
from tests.conduct.makers import (
    ANA,
    BLOCK,
    BO,
    INTERIM,
    M1,
    M2,
    M3,
    M4,
    M5,
    M6,
    NOW,
    STAFF,
    WARNING,
    appeal,
    conflict,
    feature,
    later,
    matter,
    record,
)

DUE = NOW + 12 * HOUR_MS


def _submit(one: Record, now_ms: int = NOW, **changes: Any) -> Appeal | str:
    values: dict[str, Any] = {
        "by": ANA,
        "text": "It was a joke.",
        "has_new_evidence": False,
    } | changes
    try:
        return rules_appeal.submit(one, AppealId("a_1"), now_ms=now_ms, **values)
    except AppealNotPossibleError as error:
        return error.law


def _lift(cause: LiftCause, **changes: Any) -> Lift:
    now = TimestampMs(NOW)
    values: dict[str, Any] = {"decision_id": record().decision.id, "cause": cause, "at": now}
    return Lift(**(values | {"ends_at": now, "by": M3} | changes))


# --- to appeal ------------------------------------------------------------------------------------------


def test_an_appeal_is_due_before_the_measure_is_half_over() -> None:
    one = _submit(record())
    assert isinstance(one, Appeal)
    assert (one.submitted_at, one.due_at, one.outcome) == (NOW, DUE, None)
    assert rules_effect.is_open(one)


@pytest.mark.parametrize(
    "changes, law",
    [
        ({"by": BO}, "subject"),
        ({"by": M1}, "subject"),
        ({"text": " \n"}, "text"),
        ({"text": "x" * 5001}, "text"),
    ],
)
def test_an_appeal_is_the_subjects_and_says_why(changes: dict[str, Any], law: str) -> None:
    assert isinstance(_submit(record(), text="x" * 5000), Appeal)
    assert _submit(record(), **changes) == law


def test_there_are_six_months_to_appeal_and_never_less_than_the_measure_runs() -> None:
    last = NOW + 184 * DAY_MS
    assert isinstance(_submit(record(), last - 1), Appeal)
    assert _submit(record(), last) == "window"
    assert rules_appeal.appeal_until(record()) == last
    assert rules_appeal.appeal_until(record(BLOCK)) == NOW + 365 * DAY_MS


def test_one_appeal_at_a_time_and_a_further_one_brings_something_new() -> None:
    assert _submit(record(appeals=(appeal(DUE),)), has_new_evidence=True) == "one_open"
    answered = record(appeals=(later(appeal(DUE), NOW + 1),))
    assert _submit(answered) == "new_evidence"
    assert isinstance(_submit(answered, has_new_evidence=True), Appeal)
    five = record(appeals=(later(appeal(DUE), NOW + 1),) * 5)
    assert _submit(five, has_new_evidence=True) == "appeals"


def test_what_counts_for_nothing_needs_no_appeal() -> None:
    for cause in ("overturned", "annulled"):
        assert _submit(record(lifts=(_lift(cause),))) == "cancelled"
    # What was only lifted still counts as an earlier measure.
    assert isinstance(_submit(record(lifts=(_lift("lifted"),))), Appeal)


def test_the_first_appeal_is_never_restrictable() -> None:
    assert rules_appeal.action_of(record()) == Action.APPEAL
    assert rules_appeal.action_of(record(appeals=(appeal(DUE),))) == Action.APPEAL_REPEAT


def test_its_author_takes_it_back() -> None:
    one = record(appeals=(appeal(DUE),))
    gone = rules_appeal.withdraw(one.appeals[0], one, ANA, NOW + 1)
    assert (gone.outcome, gone.decided_at, gone.reviewer) == ("withdrawn", NOW + 1, None)
    with pytest.raises(AppealNotPossibleError, match="author"):
        rules_appeal.withdraw(one.appeals[0], one, M3, NOW + 1)
    with pytest.raises(AppealNotPossibleError, match="answered"):
        rules_appeal.withdraw(gone, one, ANA, NOW + 2)


# --- to rule --------------------------------------------------------------------------------------------


def _rule(
    one: Record,
    outcome: Outcome = "upheld",
    reviewer: UserId = M3,
    reduction: Reduction | None = None,
    *,
    reasons: str = "Because.",
    siblings: tuple[Record, ...] = (),
    **people: Any,
) -> tuple[Appeal, Lift | None] | str:
    try:
        return rules_appeal.rule(
            one.appeals[-1],
            one,
            siblings,
            matter(**people),
            reviewer,
            outcome,
            reasons,
            NOW + 5,
            reduction,
        )
    except (AppealNotPossibleError, NotIndependentError) as error:
        return error.law


WAITING = record(appeals=(appeal(DUE),))


def test_an_appeal_is_upheld_with_reasons() -> None:
    assert _rule(WAITING) == (
        msgspec.structs.replace(
            WAITING.appeals[0],
            outcome="upheld",
            reviewer=M3,
            reasons="Because.",
            decided_at=TimestampMs(NOW + 5),
        ),
        None,
    )
    assert _rule(WAITING, reasons=" ") == "reasons"
    assert _rule(WAITING, reasons="x" * 5001) == "reasons"
    assert _rule(record(appeals=(later(appeal(DUE), NOW + 1),))) == "answered"


def test_an_overturned_decision_ends_now_and_counts_for_nothing() -> None:
    ruling = _rule(WAITING, "overturned")
    assert isinstance(ruling, tuple)
    decided, lift = ruling
    assert lift is not None
    after = msgspec.structs.replace(WAITING, appeals=(decided,), lifts=(lift,))
    assert rules_effect.is_cancelled(after)
    assert rules_effect.taken([after], NOW + 5) == frozenset()


@pytest.mark.parametrize(
    "reviewer, people, law",
    [
        (M3, {}, None),
        (M1, {}, "involved"),
        (M2, {}, "involved"),
        (M4, {}, "involved"),
        (M5, {}, "involved"),
        (BO, {}, "staff"),
        (ANA, {}, "staff"),
        (ANA, {"staff": STAFF | {ANA}}, "own_case"),
        (M3, {"reporters": frozenset({M3})}, "own_report"),
        (M3, {"recused": frozenset({M3})}, "recused"),
        (M3, {"conflicts": (conflict(M3, ANA),)}, "conflict"),
    ],
)
def test_a_different_human_hears_it(
    reviewer: UserId, people: dict[str, Any], law: str | None
) -> None:
    """M1 proposed, M2 approved, M4 released it from the brake, M5 heard an earlier appeal."""
    one = record(appeals=(later(appeal(DUE), NOW + 1), appeal(DUE)), confirmer=M4)
    ruling = _rule(one, reviewer=reviewer, **people)
    assert (ruling if isinstance(ruling, str) else None) == law


def test_neither_the_panel_nor_who_acted_in_the_interim_hears_it() -> None:
    hearing = Hearing(
        decision_id=WAITING.decision.id, panel=(M4, M5, M6), at=TimestampMs(NOW), is_confirmed=True
    )
    blocked = record(BLOCK, appeals=(appeal(DUE),), hearing=hearing)
    assert isinstance(_rule(blocked), tuple)
    assert _rule(blocked, reviewer=M4) == "involved"
    interim = record(INTERIM, proposer=M3, approver=None)
    assert _rule(WAITING, siblings=(interim,)) == "involved"
    assert isinstance(_rule(WAITING, reviewer=M4, siblings=(interim,)), tuple)


@pytest.mark.parametrize(
    "outcome, reduction",
    [
        ("withdrawn", None),
        ("reduced", None),
        ("upheld", Reduction(ends_at=TimestampMs(NOW))),
        ("overturned", Reduction(ends_at=TimestampMs(NOW))),
        ("inadmissible", None),
    ],
)
def test_some_outcomes_are_none(outcome: Outcome, reduction: Reduction | None) -> None:
    assert _rule(WAITING, outcome, reduction=reduction) == "outcome"


def test_a_further_appeal_can_be_inadmissible_the_first_never() -> None:
    first = later(appeal(DUE), NOW + 1)
    second = record(appeals=(first, appeal(DUE, id=AppealId("a_2"))))
    ruling = _rule(second, "inadmissible")
    assert isinstance(ruling, tuple)
    assert ruling[0].outcome == "inadmissible"


def _reduced(one: Record, ends_at: int, *capabilities: str) -> Record | str:
    ruling = _rule(
        one,
        "reduced",
        reduction=Reduction(ends_at=TimestampMs(ends_at), capabilities=capabilities),
    )
    if isinstance(ruling, str):
        return ruling
    assert ruling[1] is not None
    return msgspec.structs.replace(one, appeals=(ruling[0],), lifts=(*one.lifts, ruling[1]))


def test_a_reduction_shortens() -> None:
    after = _reduced(WAITING, NOW + HOUR_MS)
    assert isinstance(after, Record)
    assert rules_effect.end_of(after, after.decision.measures[0], NOW) == NOW + HOUR_MS


def test_a_reduction_narrows() -> None:
    one = record(feature("feed.like", "feed.post"), appeals=(appeal(DUE),))
    after = _reduced(one, NOW, "feed.post")
    assert isinstance(after, Record)
    assert rules_effect.taken([after], NOW + 5) == {"feed.like"}


def test_a_reduction_reaches_into_no_past() -> None:
    after = _reduced(WAITING, 0)
    assert isinstance(after, Record)
    assert after.lifts[0].ends_at == NOW + 5


def test_a_reduction_never_is_an_extension() -> None:
    """A shorter end than the decision's can still be longer than what is left of it."""
    end = WAITING.decision.measures[0].ends_at
    assert _reduced(WAITING, end) == "reduction"
    assert _reduced(WAITING, end + DAY_MS) == "reduction"
    assert _reduced(WAITING, NOW, "feed.post") == "reduction"
    lifted = record(appeals=(appeal(DUE),), lifts=(_lift("lifted", ends_at=TimestampMs(NOW)),))
    assert _reduced(lifted, NOW + HOUR_MS) == "reduction"


def test_a_warning_can_be_shortened() -> None:
    one = record(WARNING, appeals=(appeal(DUE),))
    assert isinstance(_reduced(one, NOW + DAY_MS), Record)
