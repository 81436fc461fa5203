"""Figures: everything is counted once, nothing is left out in silence, and small numbers name nobody."""

from typing import Any

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules_figures
from courtyard.conduct.model import DAY_MS, HOUR_MS, CaseId, DecisionId, Record
from courtyard.conduct.model_legal import LegalRecord
from courtyard.conduct.rules_dsa_words import CATEGORIES
from courtyard.conduct.rules_figures import Facts, figures, months_bounds, year_bounds
from tests.conduct.makers import BLOCK, NOW, SUSPENSION, WARNING, appeal, feature, later, record
from tests.conduct.test_rules_legal import request, step

START, END = year_bounds(1972)
CASE = CaseId("c_1")
MISUSE = feature("report.submit.nonurgent")


def numbered(number: int, *measures: Any, **changes: Any) -> Record:
    return record(*measures, id=DecisionId(f"d_{number}"), **changes)


def facts(*records: Record, **changes: Any) -> Facts:
    values: dict[str, Any] = {
        "records": records,
        "opened_at": {CASE: NOW - HOUR_MS},
        "is_small": False,
        "sealed": frozenset(),
        "reports": {},
        "notices": 0,
        "legal": (),
        "staff": 3,
        "holds": (),
    }
    return Facts(**(values | changes))


def of(*records: Record, **changes: Any) -> dict[str, Any]:
    return figures(facts(*records, **changes), START, END, NOW + 30 * DAY_MS)


def test_a_year_without_anything_has_every_number_and_all_are_zero() -> None:
    found = of()
    assert (found["from"], found["until"]) == ("1972-01-01", "1972-12-31")
    made, appeals = found["decisions"], found["appeals"]
    assert list(made["by_month"].values()) == [0] * 12
    assert made["by_category"] == dict.fromkeys(sorted(CATEGORIES), 0)
    assert made["by_measure"]["block"] == made["total"] == made["misuse_pauses"] == 0
    assert made["median_seconds_to_decide"] is None
    assert appeals["by_outcome"]["overturned"] == appeals["submitted"] == 0
    assert (appeals["overturned_share"], appeals["median_seconds_to_answer"]) == (None, None)
    assert found["legal_requests"]["by_outcome"] == {
        "full": 0,
        "partial": 0,
        "refused": 0,
        "pending": 0,
    }
    assert found["reports"]["by_kind"] == {"illegal": 0, "rule": 0, "urgent": 0}
    assert (found["brake_holds"], found["staff"]) == (0, 3)


def test_decisions_are_counted_by_what_they_are() -> None:
    records = [
        numbered(1, WARNING, feature(length_ms=8 * DAY_MS)),
        numbered(2, SUSPENSION, severe=True, automated_detection=True),
        numbered(3, BLOCK, ground="illegal", legal_ground="§"),
        numbered(4, MISUSE, source="own_initiative"),
        numbered(5, issued_at=START - 1),
        numbered(6, issued_at=END),
    ]
    made = of(*records)["decisions"]
    assert made["total"] == 4
    assert made["by_month"]["1972-09"] == 4
    assert made["by_month_and_measure"]["1972-09"]["feature"] == 2
    assert made["by_measure"] == {
        "warning": 1,
        "content": 0,
        "feature": 2,
        "suspension": 1,
        "block": 1,
        "interim": 0,
    }
    assert made["by_length"] == {
        "up_to_1_day": 1,
        "up_to_7_days": 1,
        "up_to_30_days": 1,
        "up_to_90_days": 0,
        "longer": 1,
    }
    assert made["by_ground"] == {"incompatible": 3, "illegal": 1}
    assert made["by_source"]["own_initiative"] == 1
    assert made["by_automation"] == {"not": 4, "partially": 0, "fully": 0}
    assert (made["severe"], made["detected_by_software"], made["misuse_pauses"]) == (1, 1, 1)
    assert made["median_seconds_to_decide"] == 3_600


def test_appeals_are_counted_when_they_were_made_and_by_how_they_ended() -> None:
    open_late = appeal(NOW + DAY_MS)
    overturned = later(open_late, NOW + HOUR_MS, outcome="overturned")
    upheld = later(open_late, NOW + 3 * DAY_MS)
    withdrawn = later(open_late, NOW + 9, outcome="withdrawn")
    too_early = appeal(NOW, submitted_at=TimestampMs(START - 1))
    records = [
        numbered(1, appeals=(overturned,)),
        numbered(2, appeals=(upheld, open_late)),
        numbered(3, appeals=(withdrawn,)),
        numbered(4, issued_at=START - 9, appeals=(too_early,)),
    ]
    found = of(*records)["appeals"]
    assert (found["submitted"], found["open"], found["heard"]) == (4, 1, 2)
    assert found["by_outcome"]["upheld"] == found["by_outcome"]["withdrawn"] == 1
    assert found["overturned_share"] == 0.5
    assert found["by_time_to_answer"]["up_to_1_hour"] == 1
    assert found["by_time_to_answer"]["up_to_3_days"] == 1
    assert found["median_seconds_to_answer"] == 3_600
    # One was answered after its due date, and one is open after it.
    assert found["overdue"] == 2


def test_a_small_server_tells_totals_and_no_number_by_which_somebody_is_known() -> None:
    few = [numbered(number, appeals=(appeal(NOW + 1),)) for number in range(4)]
    found = of(*few, is_small=True, reports={"rule": 2}, notices=1)
    assert found["small_numbers_hidden"] is True
    made = found["decisions"]
    assert (made["total"], made["by_month"]["1972-09"]) == (4, 4)
    assert found["appeals"]["submitted"] == 4
    for hidden in (
        *(made["by_category"], made["by_measure"], made["by_length"], made["by_month_and_measure"]),
        *(made["median_seconds_to_decide"], found["appeals"]["open"], found["appeals"]["overdue"]),
        *(found["reports"]["received"], found["reports"]["by_kind"]),
    ):
        assert hidden is None
    # Nothing at all names nobody, and nor does a crowd.
    assert made["severe"] == 0
    many = of(*(numbered(number) for number in range(5)), is_small=True)["decisions"]
    assert many["by_measure"]["feature"] == 5
    assert many["median_seconds_to_decide"] == 3_600


def test_a_sealed_decision_makes_the_figures_of_its_time_small() -> None:
    answered = later(appeal(NOW + 1), NOW + 1, outcome="overturned")
    one = numbered(1, appeals=(answered,))
    sealed = frozenset({one.decision.id})
    assert of(one, sealed=sealed)["small_numbers_hidden"] is True
    assert of(one, sealed=frozenset({answered.decision_id}))["appeals"]["overturned_share"] is None
    assert of(one)["small_numbers_hidden"] is False


def test_legal_requests_are_counted_in_full_and_hidden_ones_in_one_number() -> None:
    def legal(*steps: Any, **changes: Any) -> LegalRecord:
        return LegalRecord(request=request(**changes), steps=steps)

    found = of(
        legal=(
            legal(step("complied")),
            legal(step("complied", extent="partial"), country="FR"),
            legal(step("refused"), kind="remove"),
            legal(),
            legal(gag_until=TimestampMs(NOW + 300 * DAY_MS)),
            legal(received_at=TimestampMs(START - 1)),
        )
    )["legal_requests"]
    assert (found["received"], found["not_yet_shown"]) == (5, 1)
    assert found["by_country"] == {"DE": 3, "FR": 1}
    assert found["by_kind"] == {"remove": 1, "data": 3, "gag": 0}
    assert found["by_outcome"] == {"full": 1, "partial": 1, "refused": 1, "pending": 1}


def test_holds_of_the_brake_are_those_of_the_time() -> None:
    assert of(holds=("1971-12-31", "1972-01-01", "1972-12-31", "1973-01-01"))["brake_holds"] == 2


def test_twelve_months_begin_with_the_first_day_of_one() -> None:
    since, until = months_bounds(NOW, 12)
    found = figures(facts(), since, until, NOW)
    assert (found["from"], found["until"]) == ("1971-10-01", "1972-09-27")
    assert list(found["decisions"]["by_month"])[::11] == ["1971-10", "1972-09"]
    assert months_bounds(year_bounds(2026)[0], 1)[0] == year_bounds(2026)[0]


def test_nobody_is_named() -> None:
    assert "@" not in str(of(numbered(1, appeals=(appeal(NOW),))))
    assert UserId("@ana:test.example") not in str(rules_figures.figures(facts(), START, END, NOW))
