"""Complaints of reporters: in time, about doing nothing, heard by somebody else; and what a report has been through."""

from typing import Any

import msgspec
import pytest

from courtyard.base.errors import CourtyardError, InvalidParamError
from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_complaint, rules_inform, rules_leaf, rules_reports
from courtyard.conduct.model import DAY_MS, CaseId, Item
from courtyard.conduct.model_cases import Complaint, ComplaintId, Report, ReportFacts, ReportId
from courtyard.conduct.rules_complaint import WINDOW_MS
from courtyard.transparency.rules_leaf import make_leaf
from tests.conduct.makers import ANA, BO, M1, M2, M3, NOW, conflict, matter

CASE = CaseId("c_1")


def _facts(**changes: Any) -> ReportFacts:
    report = Report(
        id=ReportId("r_1"),
        reporter=BO,
        contact="",
        item=changes.pop("item", Item(type="account", id=ANA, version="1")),
        subject=changes.pop("subject", ANA),
        kind="rule",
        category="STATEMENT_CATEGORY_VIOLENCE",
        explanation="",
        is_good_faith=False,
        received_at=TimestampMs(NOW - 9),
    )
    values: dict[str, Any] = {
        "report": report,
        "case_id": CASE,
        "fate": "opens",
        "found": "unfounded",
        "decided_at": TimestampMs(NOW - 5),
        "informed_at": TimestampMs(NOW),
        "is_manifest": False,
    }
    return ReportFacts(**(values | changes))


def _submit(facts: ReportFacts, *earlier: Complaint, text: str = "Look.", now: int = NOW) -> Any:
    return rules_complaint.submit(facts, CASE, ComplaintId("k_2"), earlier, text, now)


def _law(facts: ReportFacts, *earlier: Complaint, **how: Any) -> object:
    with pytest.raises(CourtyardError) as caught:
        _submit(facts, *earlier, **how)
    return caught.value.extra["org.courtyard.law"]


def test_a_complaint_is_due_in_a_week() -> None:
    made = _submit(_facts())
    assert (made.submitted_at, made.due_at) == (NOW, NOW + 7 * DAY_MS)


def test_why_there_can_be_none() -> None:
    made = _submit(_facts())
    heard = rules_complaint.rule(made, M1, "upheld", "No.", NOW)
    assert _law(_facts(), text=" ") == "text"
    assert _law(_facts(), text="x" * 5_001) == "text"
    assert _law(_facts(), made) == "one_open"
    assert _law(_facts(found=None, decided_at=None)) == "undecided"
    assert _law(_facts(found="founded")) == "acted"
    assert _law(_facts(), now=NOW + WINDOW_MS) == "window"
    assert _law(_facts(), heard, heard) == "complaints"
    _submit(_facts(), heard, now=NOW + WINDOW_MS - 1)


def test_the_time_runs_from_being_told_or_else_from_the_decision() -> None:
    assert rules_complaint.until(_facts()) == NOW + WINDOW_MS
    assert rules_complaint.until(_facts(informed_at=None)) == NOW - 5 + WINDOW_MS
    assert rules_complaint.until(_facts(found="founded")) == 0
    assert rules_complaint.until(_facts(informed_at=None, decided_at=None)) == 0


def test_until_when_a_dismissal_is_not_settled() -> None:
    made = _submit(_facts())
    heard = rules_complaint.rule(made, M1, "upheld", "No.", NOW + 3)
    assert rules_complaint.open_until(None, [], NOW) == 0
    assert rules_complaint.open_until(NOW, [], NOW) == NOW + WINDOW_MS
    late = NOW + 2 * WINDOW_MS
    assert rules_complaint.open_until(NOW, [made], late) == late
    assert rules_complaint.open_until(None, [heard], late) == NOW + 3


def test_a_different_human_hears_it() -> None:
    rules_complaint.check_may_hear(M3, {M1, M2, None}, matter(), NOW)
    for person, people in ((M1, matter()), (BO, matter()), (M3, matter(recused=frozenset({M3})))):
        with pytest.raises(CourtyardError):
            rules_complaint.check_may_hear(person, {M1, M2}, people, NOW)
    with pytest.raises(CourtyardError):
        rules_complaint.check_may_hear(M3, (), matter(conflicts=(conflict(M3, ANA),)), NOW)


def test_it_is_answered_once_and_with_reasons() -> None:
    made = _submit(_facts())
    heard = rules_complaint.rule(made, M1, "reopened", "Yes.", NOW)
    assert (heard.outcome, heard.reviewer, heard.decided_at) == ("reopened", M1, NOW)
    for complaint, reasons in ((heard, "Again."), (made, " "), (made, "x" * 5_001)):
        with pytest.raises(CourtyardError):
            rules_complaint.rule(complaint, M1, "upheld", reasons, NOW)


@pytest.mark.parametrize(
    "changes, last",
    [
        ({"fate": "already_judged", "case_id": None}, "already_judged"),
        ({"found": None, "decided_at": None, "informed_at": None}, "in_case"),
        ({"fate": "joins", "decided_at": None, "informed_at": None}, "merged"),
        ({"fate": None, "decided_at": None, "informed_at": None}, "in_case"),
        ({"informed_at": None}, "decided"),
        ({}, "reporter_informed"),
    ],
)
def test_a_report_shows_every_state(changes: dict[str, Any], last: str) -> None:
    steps = rules_reports.steps_of(_facts(**changes))
    assert [step["state"] for step in steps[:2]] == ["received", "acknowledged"]
    assert steps[-1]["state"] == last
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)


@pytest.mark.parametrize(
    "id, subject, is_good",
    [(ANA, ANA, True), (ANA, None, True), (ANA, BO, False), ("reports of " + ANA, None, False)],
)
def test_a_report_about_an_account_is_about_nobody_else(
    id: str, subject: Any, *, is_good: bool
) -> None:
    item = Item(type="account", id=id, version="1")
    report = _facts(item=item, subject=subject).report
    if is_good:
        rules_reports.check(report)
    else:
        with pytest.raises(InvalidParamError):
            rules_reports.check(report)
    other = Item(type="event", id="$1", version="1")
    rules_reports.check(msgspec.structs.replace(report, item=other, subject=BO))


def test_what_reporters_are_told_is_in_two_languages() -> None:
    for words in (
        rules_inform.decided("founded", NOW, NOW),
        rules_inform.decided("unfounded", NOW, NOW + WINDOW_MS),
        rules_inform.heard(is_reopened=True, received_at=NOW, reasons="{reasons}"),
        rules_inform.heard(is_reopened=False, received_at=NOW, reasons="{day}"),
    ):
        assert "1972" in words
        assert "举报" in words


def test_an_erasure_names_nobody() -> None:
    leaf = rules_leaf.of_erasure("l_" + "1" * 32, NOW)
    assert b"erasure.done" in make_leaf(leaf.type, leaf.id, leaf.day, leaf.fields).line
    assert leaf.fields == {"scope": "account"}
