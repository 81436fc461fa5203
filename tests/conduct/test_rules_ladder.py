"""What measures there are."""

import msgspec
import pytest

from courtyard.conduct import rules_ladder
from courtyard.conduct.errors import DecisionNotAllowedError
from courtyard.conduct.model import DAY_MS, HOUR_MS, Item, ItemType, WantedMeasure
from courtyard.conduct.rules_ladder import LADDER, check_measures, timed
from courtyard.gate.model import CAPABILITIES, NEVER_RESTRICTABLE, NO_CONTACT, RESTRICTABLE
from courtyard.gate.model_withheld import ORDER, STEPS
from tests.conduct.makers import (
    BLOCK,
    HIDDEN,
    INTERIM,
    NOW,
    PICTURE,
    SUSPENSION,
    WARNING,
    feature,
)


def _law(*measures: WantedMeasure) -> str | None:
    try:
        check_measures(measures, (PICTURE,))
    except DecisionNotAllowedError as error:
        return str(error.extra["org.courtyard.law"])
    return None


@pytest.mark.parametrize("measure", [WARNING, HIDDEN, feature(), SUSPENSION, BLOCK, INTERIM])
def test_each_rung_can_be_alone(measure: WantedMeasure) -> None:
    assert _law(measure) is None


def test_measures_of_different_kinds_go_together() -> None:
    label = msgspec.structs.replace(HIDDEN, step="label")
    assert _law(WARNING, HIDDEN, label, feature()) is None


@pytest.mark.parametrize(
    "measures",
    [
        (),
        tuple([HIDDEN] * 11),
        (feature(), feature("feed.post")),
        (INTERIM, WARNING),
        (SUSPENSION, BLOCK),
        (HIDDEN, HIDDEN),
    ],
)
def test_some_do_not_go_together(measures: tuple[WantedMeasure, ...]) -> None:
    assert _law(*measures) == "measures"


@pytest.mark.parametrize(
    "measure, changes",
    [
        (HIDDEN, {"step": None}),
        (HIDDEN, {"item_id": None}),
        (HIDDEN, {"item_id": "$another"}),
        (HIDDEN, {"capabilities": ("feed.like",)}),
        (WARNING, {"step": "hide"}),
        (WARNING, {"item_id": "$picture"}),
        (WARNING, {"capabilities": ("feed.like",)}),
        (SUSPENSION, {"capabilities": ("feed.like",)}),
        (feature(), {"capabilities": ()}),
        (INTERIM, {"capabilities": ()}),
        (feature(), {"capabilities": ("feed.post", "feed.like")}),
        (feature(), {"capabilities": ("feed.like", "feed.like")}),
    ],
)
def test_a_measure_says_exactly_what_its_kind_needs(
    measure: WantedMeasure, changes: dict[str, object]
) -> None:
    assert _law(measure) is None
    assert _law(msgspec.structs.replace(measure, **changes)) == "shape"


@pytest.mark.parametrize("item_type", ["event", "media", "room", "profile", "account"])
def test_what_nothing_carries_out_is_not_decided(item_type: ItemType) -> None:
    item = Item(type=item_type, id="$picture", version="v1")
    for step in ORDER:
        wanted = msgspec.structs.replace(HIDDEN, step=step)
        if step in STEPS.get(item_type, ()):
            check_measures([wanted], [item])
        else:
            with pytest.raises(DecisionNotAllowedError) as refused:
                check_measures([wanted], [item])
            assert refused.value.law == "step"


@pytest.mark.parametrize(
    "capability",
    sorted(
        (CAPABILITIES - RESTRICTABLE)
        | {"nonsense", "feed.like:@bo:test.example", "chat.dm.existing:bo", ""}
    ),
)
def test_nothing_else_can_be_taken(capability: str) -> None:
    """What is never restrictable, the wallet's, contact with nobody in particular."""
    for measure in (
        feature(capability),
        msgspec.structs.replace(INTERIM, capabilities=(capability,)),
    ):
        assert _law(measure) == "never_restrictable"


def test_a_no_contact_order_names_people() -> None:
    for capability in sorted(NO_CONTACT):
        assert _law(feature(f"{capability}:@bo:test.example")) is None


def test_there_is_no_rung_that_could_take_what_is_never_restrictable() -> None:
    for measure in (SUSPENSION, BLOCK):
        assert set(timed(measure, NOW).capabilities) == RESTRICTABLE
        assert not set(timed(measure, NOW).capabilities) & NEVER_RESTRICTABLE


@pytest.mark.parametrize("capability", ["report.submit.nonurgent", "appeal.submit.repeat"])
def test_no_interim_measure_silences_a_report_or_an_appeal(capability: str) -> None:
    assert _law(feature(capability)) is None
    assert _law(msgspec.structs.replace(INTERIM, capabilities=(capability,))) == "misuse"


@pytest.mark.parametrize("measure", [WARNING, HIDDEN, feature(), SUSPENSION, BLOCK, INTERIM])
def test_lengths_have_two_ends(measure: WantedMeasure) -> None:
    longest = LADDER[measure.type].ms_max
    for length, law in [
        (59_999, "length"),
        (60_000, None),
        (longest, None),
        (longest + 1, "length"),
        (0, "length"),
        (-DAY_MS, "length"),
    ]:
        assert _law(msgspec.structs.replace(measure, length_ms=length)) == law


def test_the_published_numbers() -> None:
    """The ladder as it is published, written down a second time."""
    assert {
        type: (one.first_ms_max / DAY_MS, one.ms_max / DAY_MS, one.alone_ms_max / DAY_MS)
        for type, one in LADDER.items()
    } == {
        "interim": (2, 2, 2),
        "warning": (90, 90, 90),
        "content": (180, 180, 180),
        "feature": (1, 30, 7),
        "suspension": (7, 90, 0),
        "block": (365, 365, 0),
    }
    assert {one.one_operator_ms_max for type, one in LADDER.items() if one.weight > 3} == {0}
    assert LADDER["feature"].one_operator_ms_max == 7 * DAY_MS


def test_times_are_counted_from_the_decision() -> None:
    one = timed(feature(), NOW)
    assert (one.starts_at, one.ends_at) == (NOW, NOW + DAY_MS)
    assert one.counts_until == NOW + 181 * DAY_MS
    assert timed(WARNING, NOW).counts_until == NOW + 90 * DAY_MS
    assert timed(INTERIM, NOW).counts_until == NOW + 2 * DAY_MS


@pytest.mark.parametrize(
    "measure, hours",
    [
        (feature(length_ms=HOUR_MS), 1),
        (feature(length_ms=60_000), 1),
        (feature(length_ms=DAY_MS), 12),
        (feature(length_ms=14 * DAY_MS), 7 * 24),
        (feature(length_ms=30 * DAY_MS), 7 * 24),
        (WARNING, 7 * 24),
        (HIDDEN, 7 * 24),
        (INTERIM, 24),
        (SUSPENSION, 72),
        (msgspec.structs.replace(SUSPENSION, length_ms=DAY_MS), 12),
        (BLOCK, 7 * 24),
    ],
)
def test_an_appeal_is_heard_before_the_measure_is_half_over(
    measure: WantedMeasure, hours: int
) -> None:
    assert rules_ladder.appeal_due_ms([timed(measure, NOW)]) == hours * HOUR_MS


def test_the_shortest_time_counts_for_all_measures_of_a_decision() -> None:
    both = [timed(WARNING, NOW), timed(feature(), NOW)]
    assert rules_ladder.appeal_due_ms(both) == 12 * HOUR_MS
