"""Reports come together, order the queue, and never act. Misuse is warned of first."""

from typing import Any

import pytest

from courtyard.base.errors import CourtyardError, InvalidParamError, TooLargeError
from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_misuse, rules_reports
from courtyard.conduct.model import DAY_MS, CaseId, Item, Lift
from courtyard.conduct.model_cases import Accuracy, CaseSummary, Report, ReportId
from courtyard.conduct.rules_misuse import Advice, MisuseRecord
from tests.conduct.makers import BO, M3, NOW, PICTURE, record

MINORS = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"


def _report(**changes: Any) -> Report:
    values: dict[str, Any] = {
        "id": ReportId("r_1"),
        "reporter": None,
        "contact": "somebody@test.example",
        "item": PICTURE,
        "subject": None,
        "kind": "rule",
        "category": "STATEMENT_CATEGORY_VIOLENCE",
        "explanation": "It threatens me.",
        "is_good_faith": True,
        "received_at": TimestampMs(NOW),
    }
    return Report(**(values | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"category": MINORS, "contact": ""},
        {"reporter": BO, "contact": "", "explanation": "", "is_good_faith": False},
        {"explanation": "x" * 5_000},
    ],
)
def test_a_report_that_says_enough(changes: dict[str, Any]) -> None:
    rules_reports.check(_report(**changes))


@pytest.mark.parametrize(
    "changes, error",
    [
        ({"explanation": " "}, InvalidParamError),
        ({"is_good_faith": False}, InvalidParamError),
        ({"contact": ""}, InvalidParamError),
        ({"category": "SOMETHING"}, InvalidParamError),
        ({"item": Item(type="event", id="", version="")}, InvalidParamError),
        ({"explanation": "x" * 5_001}, TooLargeError),
        ({"contact": "x" * 255}, TooLargeError),
        ({"item": Item(type="event", id="é" * 513, version="")}, TooLargeError),
        ({"item": Item(type="event", id="$x", version="x" * 1_025)}, TooLargeError),
    ],
)
def test_a_report_that_does_not(changes: dict[str, Any], error: type[CourtyardError]) -> None:
    with pytest.raises(error):
        rules_reports.check(_report(**changes))


def test_reports_of_one_thing_come_together() -> None:
    edited = Item(type="event", id="$picture", version="v2")
    judged = record(issued_at=NOW)
    assert rules_reports.fate(PICTURE, [], []) == "opens"
    assert rules_reports.fate(PICTURE, [edited], []) == "joins"
    assert (
        rules_reports.fate(PICTURE, [Item(type="room", id="$picture", version="v1")], []) == "opens"
    )
    assert rules_reports.fate(PICTURE, [], [judged]) == "already_judged"
    assert rules_reports.fate(edited, [], [judged]) == "opens"
    now = TimestampMs(NOW)
    gone = Lift(decision_id=judged.decision.id, cause="overturned", at=now, ends_at=now, by=M3)
    assert rules_reports.fate(PICTURE, [], [record(lifts=(gone,))]) == "opens"


@pytest.mark.parametrize(
    "founded, unfounded, weight",
    [(0, 0, 2), (3, 0, 2), (0, 3, 2), (0, 4, 1), (4, 0, 4), (2, 2, 2), (3, 1, 3), (0, 1_000, 1)],
)
def test_who_was_right_weighs_more_and_everybody_counts(
    founded: int, unfounded: int, weight: int
) -> None:
    assert rules_reports.weight(Accuracy(founded=founded, unfounded=unfounded)) == weight


def _case(id: str, reporters: int = 1, *kinds: str, opened_at: int = NOW) -> CaseSummary:
    return CaseSummary(
        id=CaseId(id),
        kinds=frozenset(kinds or ("rule",)),  # type: ignore[arg-type]  # the tests' own
        accuracies=(Accuracy(),) * reporters,
        opened_at=TimestampMs(opened_at),
    )


def test_ten_thousand_reports_weigh_little_more_than_a_hundred() -> None:
    few, many, masses = (rules_reports.rank(_case("c", n), NOW)[1] for n in (1, 100, 10_000))
    assert few < many < masses < few + 16


def test_danger_comes_first_however_loud_the_others_are() -> None:
    cases = [_case("loud", 10_000), _case("illegal", 1, "illegal"), _case("danger", 1, "urgent")]
    assert rules_reports.next_case(cases, 0, NOW) == "danger"
    assert rules_reports.next_case(cases[:2], 0, NOW) == "illegal"


def test_no_case_waits_for_ever() -> None:
    quiet = _case("quiet", opened_at=NOW - 10 * DAY_MS)
    assert rules_reports.next_case([_case("loud", 10_000), quiet], 0, NOW) == "quiet"
    # A clock that was set back makes nothing urgent.
    assert rules_reports.rank(_case("c", opened_at=NOW + DAY_MS), NOW) == (0, 2)


def test_chance_decides_among_equals_and_nobody_picks() -> None:
    cases = [_case("a"), _case("b"), _case("c"), _case("loud", 8)]
    assert {rules_reports.next_case(cases[:3], draw, NOW) for draw in range(3)} == {"a", "b", "c"}
    assert {rules_reports.next_case(cases, draw, NOW) for draw in range(3)} == {"loud"}
    assert rules_reports.next_case([], 0, NOW) is None


# --- misuse -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, advice",
    [
        ({"manifestly_unfounded": 9, "decided": 9}, Advice(step="nothing")),
        ({"decided": 13}, Advice(step="nothing")),
        ({"decided": 12}, Advice(step="warn")),
        ({"warned_at": NOW - 90 * DAY_MS, "sent_since_warning": 5}, Advice(step="warn")),
        ({"warned_at": NOW - 1}, Advice(step="nothing")),
        ({"warned_at": NOW - 1, "sent_since_warning": 1}, Advice(step="pause", pause_ms=DAY_MS)),
        (
            {"warned_at": NOW - 1, "sent_since_warning": 1, "pauses": 1},
            Advice(step="pause", pause_ms=7 * DAY_MS),
        ),
    ],
)
def test_a_warning_comes_before_a_pause(changes: dict[str, Any], advice: Advice) -> None:
    values: dict[str, Any] = {"manifestly_unfounded": 10, "decided": 10}
    assert rules_misuse.assess(MisuseRecord(**(values | changes)), NOW) == advice
