"""What is in force, by the facts and the clock."""

import msgspec
import pytest

from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_effect as effect
from courtyard.conduct.model import DAY_MS, HOUR_MS, Hearing, Lift, LiftCause, Record
from courtyard.gate.model import RESTRICTABLE
from tests.conduct.makers import (
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

END = NOW + DAY_MS
DUE = NOW + 12 * HOUR_MS


def _lift(
    cause: LiftCause, at: int, ends_at: int | None = None, capabilities: tuple[str, ...] = ()
) -> Lift:
    return Lift(
        decision_id=record().decision.id,
        cause=cause,
        at=TimestampMs(at),
        ends_at=TimestampMs(at if ends_at is None else ends_at),
        capabilities=capabilities,
        by=M3,
    )


def _hearing(at: int, *, is_confirmed: bool = True) -> Hearing:
    return Hearing(
        decision_id=record().decision.id,
        panel=(M3, M4, M5),
        at=TimestampMs(at),
        is_confirmed=is_confirmed,
    )


def _state(one: Record, now_ms: int) -> str:
    return effect.state_of(one, one.decision.measures[0], now_ms)


def _is_in_force(one: Record, now_ms: int) -> bool:
    return effect.in_force(one, one.decision.measures[0], now_ms)


def _ends(one: Record, now_ms: int) -> int:
    return effect.end_of(one, one.decision.measures[0], now_ms)


@pytest.mark.parametrize(
    "now_ms, state",
    [(NOW - 1, "scheduled"), (NOW, "active"), (END - 1, "active"), (END, "expired")],
)
def test_a_measure_begins_and_ends_by_the_clock(now_ms: int, state: str) -> None:
    assert _state(record(), now_ms) == state
    assert _is_in_force(record(), now_ms) == (state == "active")


@pytest.mark.parametrize("cause", ["lifted", "overturned", "annulled"])
def test_a_lift_ends_it_now(cause: LiftCause) -> None:
    one = record(lifts=(_lift(cause, NOW + 5),))
    assert _state(one, NOW + 4) == "active"
    assert _state(one, NOW + 5) == cause
    assert effect.is_cancelled(one) == (cause != "lifted")


def test_a_lift_that_came_after_the_end_changes_the_end_of_nothing() -> None:
    one = record(lifts=(_lift("overturned", END + 5),))
    assert _ends(one, END + 5) == END
    assert _state(one, END + 5) == "overturned"


def test_a_reduction_can_be_of_the_time() -> None:
    one = record(lifts=(_lift("reduced", NOW + 5, NOW + 50),))
    assert (_state(one, NOW + 49), _state(one, NOW + 50)) == ("active", "expired")
    assert not effect.is_cancelled(one)


def test_a_reduction_can_be_of_capabilities() -> None:
    one = record(
        feature("feed.like", "feed.post"),
        lifts=(_lift("overturned", NOW + 5, capabilities=("feed.like",)),),
    )
    assert effect.taken([one], NOW + 4) == {"feed.like", "feed.post"}
    assert effect.taken([one], NOW + 5) == {"feed.post"}
    assert _state(one, NOW + 5) == "active"
    assert _state(one, END) == "expired"
    assert not effect.is_cancelled(one)


def test_what_is_left_of_a_measure_has_its_end_capability_by_capability() -> None:
    one = record(
        feature("feed.like", "feed.post", "feed.reply"),
        lifts=(
            _lift("reduced", NOW + 5, capabilities=("feed.like",)),
            _lift("reduced", NOW + 5, NOW + 50, capabilities=("feed.post",)),
        ),
        appeals=(appeal(DUE),),
    )
    measure = one.decision.measures[0]
    left = effect.remaining(one, measure, NOW + 5)
    assert left == {"feed.post": NOW + 50, "feed.reply": END}
    assert left.keys() == effect.taken([one], NOW + 5)
    assert effect.remaining(one, measure, NOW + 50) == {"feed.reply": END}
    # Paused, it takes nothing, and may go on.
    assert effect.taken([one], DUE) == frozenset()
    assert effect.remaining(one, measure, DUE) == {"feed.reply": END}
    assert effect.remaining(one, measure, END) == {}


def test_an_overdue_appeal_pauses_a_feature_until_it_is_decided() -> None:
    waiting = record(appeals=(appeal(DUE),))
    assert (_state(waiting, DUE - 1), _state(waiting, DUE)) == ("active", "stayed")
    assert effect.taken([waiting], DUE) == frozenset()
    assert _ends(waiting, DUE) == END
    decided = record(appeals=(later(appeal(DUE), DUE + 5),))
    assert _state(decided, DUE + 5) == "active"
    assert _state(decided, END) == "expired"


@pytest.mark.parametrize("severe", [True, False])
def test_a_severe_suspension_runs_on_and_a_severe_feature_does_not(*, severe: bool) -> None:
    heavy = record(SUSPENSION, appeals=(appeal(DUE),), severe=severe)
    assert _state(heavy, DUE) == ("active" if severe else "stayed")
    light = record(feature(), appeals=(appeal(DUE),), severe=severe)
    assert _state(light, DUE) == "stayed"


@pytest.mark.parametrize("measure", [WARNING, HIDDEN, INTERIM])
def test_what_lapses_when_the_appeal_is_overdue_never_comes_back(measure: object) -> None:
    for one in (
        record(measure, appeals=(appeal(DUE),)),  # type: ignore[arg-type]
        record(measure, appeals=(later(appeal(DUE), DUE),)),  # type: ignore[arg-type]
    ):
        assert _state(one, DUE - 1) == "active"
        assert _state(one, DUE) == "lapsed"
        assert _state(one, DUE + 5) == "lapsed"
        assert not effect.counts(one, one.decision.measures[0], DUE + 5)
    # In time is in time.
    kept = record(measure, appeals=(later(appeal(DUE), DUE - 1),))  # type: ignore[arg-type]
    assert _state(kept, DUE + 5) == "active"
    # What ended before the due date expired; it did not lapse.
    old = record(measure, appeals=(appeal(NOW + 400 * DAY_MS),))  # type: ignore[arg-type]
    assert _state(old, NOW + 401 * DAY_MS) == "expired"


def test_without_a_panel_a_block_is_a_suspension() -> None:
    one = record(BLOCK)
    month, week = NOW + 30 * DAY_MS, NOW + 7 * DAY_MS
    assert (_ends(one, week - 1), _ends(one, week)) == (NOW + 365 * DAY_MS, month)
    assert (_state(one, month - 1), _state(one, month)) == ("active", "expired")


def test_a_block_that_nobody_confirms_ends_as_a_suspension_and_never_later_than_now() -> None:
    one = record(BLOCK)
    (block,) = one.decision.measures
    assert effect.panel_until(one) == NOW + 7 * DAY_MS
    assert effect.unconfirmed_end_of(one, block, NOW) == NOW + 30 * DAY_MS
    lifted = record(BLOCK, lifts=(_lift("lifted", NOW + DAY_MS),))
    assert effect.unconfirmed_end_of(lifted, block, NOW + DAY_MS) == NOW + DAY_MS


def test_what_a_decision_takes_is_taken_until_its_last_part_ends() -> None:
    given_back = _lift("reduced", NOW, NOW + HOUR_MS, ("feed.like",))
    one = record(feature("feed.like", "feed.post"), WARNING, lifts=(given_back,))
    # The warning is remembered for longer, and takes nothing.
    assert effect.taken_until(one, NOW) == END


@pytest.mark.parametrize(
    "at, is_confirmed, lasts",
    [(7 * DAY_MS - 1, True, True), (7 * DAY_MS, True, False), (DAY_MS, False, False)],
)
def test_a_panel_confirms_a_block_in_time(at: int, *, is_confirmed: bool, lasts: bool) -> None:
    one = record(BLOCK, hearing=_hearing(NOW + at, is_confirmed=is_confirmed))
    assert _is_in_force(one, NOW + 30 * DAY_MS) == lasts
    assert _state(one, NOW + 365 * DAY_MS) == "expired"


@pytest.mark.parametrize("severe", [True, False])
def test_an_overdue_appeal_makes_a_suspension_of_a_block_for_good(*, severe: bool) -> None:
    week, month, day_100 = NOW + 7 * DAY_MS, NOW + 30 * DAY_MS, NOW + 100 * DAY_MS
    hearing = _hearing(NOW)
    early = record(BLOCK, appeals=(appeal(week),), hearing=hearing, severe=severe)
    assert _state(early, week) == ("active" if severe else "stayed")
    assert _ends(early, week) == month
    assert not _is_in_force(early, month)
    late = record(BLOCK, appeals=(appeal(day_100),), hearing=hearing, severe=severe)
    assert _is_in_force(late, day_100 - 1)
    assert not _is_in_force(late, day_100)
    upheld = record(
        BLOCK, appeals=(later(appeal(day_100), day_100 + 5),), hearing=hearing, severe=severe
    )
    assert not _is_in_force(upheld, day_100 + 5)


def test_measures_add_up_and_one_lift_lifts_one() -> None:
    likes, posts = record(feature("feed.like")), record(feature("feed.post", "feed.like"))
    assert effect.taken([likes, posts], NOW) == effect.taken([posts, likes], NOW)
    lifted = msgspec.structs.replace(posts, lifts=(_lift("lifted", NOW),))
    assert effect.taken([likes, lifted], NOW) == {"feed.like"}
    assert effect.taken([record(SUSPENSION)], NOW) == RESTRICTABLE
    assert effect.taken([record(WARNING), record(HIDDEN)], NOW) == frozenset()


def test_a_measure_counts_as_an_earlier_one_for_a_time() -> None:
    one = record()
    measure = one.decision.measures[0]
    assert effect.counts(one, measure, NOW + 181 * DAY_MS - 1)
    assert not effect.counts(one, measure, NOW + 181 * DAY_MS)
    assert not effect.counts(record(lifts=(_lift("annulled", NOW),)), measure, NOW)
    assert effect.counts(record(lifts=(_lift("lifted", NOW),)), measure, NOW)
    interim = record(INTERIM)
    assert not effect.counts(interim, interim.decision.measures[0], NOW)
    # A pause is no pardon.
    assert effect.counts(record(appeals=(appeal(DUE),)), measure, DUE)


def test_the_deadlines_are_the_moments_at_which_the_clock_changes_something() -> None:
    one = record(lifts=(_lift("reduced", NOW, NOW + 7),), appeals=(appeal(DUE),))
    assert effect.deadlines([one]) == [NOW, NOW + 7, DUE, END, NOW + 181 * DAY_MS]
    assert effect.deadlines([record(appeals=(later(appeal(DUE), NOW),))]) == [
        NOW,
        END,
        NOW + 181 * DAY_MS,
    ]
    assert set(effect.deadlines([record(BLOCK)])) >= {NOW + 7 * DAY_MS, NOW + 30 * DAY_MS}
