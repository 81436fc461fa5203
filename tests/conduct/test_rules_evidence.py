"""How much evidence there may be, and how long it is kept, by the facts and the clock."""

import pytest

from courtyard.base.errors import InvalidParamError, TooLargeError
from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_evidence
from courtyard.conduct.capture import DISCLOSED_MAX
from courtyard.conduct.model import DAY_MS, CaseId, Lift, Record
from courtyard.conduct.model_evidence import Evidence, EvidenceId, EvidenceKind
from courtyard.conduct.rules_evidence import ADDED_MAX, ITEM_BYTES_MAX, REPORTED_MAX, kept_until
from tests.conduct.makers import M3, NOW, SUSPENSION, WARNING, appeal, later, record
from tools.checkout import ROOT

ISSUED = NOW
CLOSED = NOW + 5


def _piece(kind: EvidenceKind) -> Evidence:
    return Evidence(
        id=EvidenceId("e_1"),
        case_id=CaseId("c_1"),
        report_id=None,
        kind=kind,
        check=None,
        sha256="",
        size_bytes=1,
        content_type="text/plain",
        captured_at=TimestampMs(NOW),
        captured_by="",
    )


@pytest.mark.parametrize("is_added, most", [(True, ADDED_MAX), (False, REPORTED_MAX)])
def test_each_origin_has_its_own_number(most: int, *, is_added: bool) -> None:
    mine: EvidenceKind = "added" if is_added else "event"
    other: EvidenceKind = "disclosed" if is_added else "added"
    crowd = [_piece(other)] * 99
    rules_evidence.check_room([*crowd, *[_piece(mine)] * (most - 1)], 1, is_added=is_added)
    with pytest.raises(TooLargeError):
        rules_evidence.check_room([_piece(mine)] * most, 1, is_added=is_added)


def test_a_piece_has_a_size() -> None:
    rules_evidence.check_room([], ITEM_BYTES_MAX, is_added=True)
    with pytest.raises(TooLargeError):
        rules_evidence.check_room([], ITEM_BYTES_MAX + 1, is_added=True)


@pytest.mark.parametrize("purpose", ["", " \n", "x" * 501])
def test_who_looks_says_why(purpose: str) -> None:
    rules_evidence.check_purpose("To assess the report.")
    with pytest.raises(InvalidParamError):
        rules_evidence.check_purpose(purpose)


def _until(*records: Record, now: int = CLOSED, complaints: int = 0) -> int:
    return kept_until(NOW, CLOSED, records, complaints, now, is_erased=False)


def test_an_open_case_keeps_it_for_a_year_also_about_somebody_erased() -> None:
    for is_erased in (False, True):
        until = kept_until(NOW, None, (), 0, NOW, is_erased=is_erased)
        assert until == NOW + 365 * DAY_MS


def test_of_somebody_erased_nothing_is_kept_once_it_is_closed() -> None:
    assert kept_until(NOW, CLOSED, (record(),), CLOSED + 9, CLOSED, is_erased=True) == CLOSED


def test_thirty_days_after_the_last_who_can_object() -> None:
    after = 30 * DAY_MS
    assert _until() == CLOSED + after
    assert _until(complaints=CLOSED + 7) == CLOSED + 7 + after
    assert _until(record(WARNING)) == ISSUED + 184 * DAY_MS + after
    assert _until(record(WARNING), record(issued_at=NOW + 9)) == NOW + 9 + 184 * DAY_MS + after


def test_while_an_appeal_is_heard_it_stays() -> None:
    late = NOW + 300 * DAY_MS
    open_one = appeal(NOW + 7)
    assert _until(record(SUSPENSION, appeals=(open_one,)), now=late) == late + 30 * DAY_MS
    answered = later(open_one, late - 5)
    until = _until(record(SUSPENSION, appeals=(answered,)), now=late)
    assert until == late - 5 + 30 * DAY_MS


def test_what_was_cancelled_cannot_be_appealed_any_more() -> None:
    at = TimestampMs(CLOSED + DAY_MS)
    lift = Lift(decision_id=record().decision.id, cause="annulled", at=at, ends_at=at, by=M3)
    assert _until(record(lifts=(lift,))) == at + 30 * DAY_MS


def test_what_is_gone_does_not_come_back_when_it_is_annulled_late() -> None:
    """A law found it: annulled after the time for appeals, evidence could be read for another month."""
    at = TimestampMs(ISSUED + 300 * DAY_MS)
    lift = Lift(decision_id=record().decision.id, cause="annulled", at=at, ends_at=at, by=M3)
    assert _until(record(WARNING, lifts=(lift,)), now=at) == _until(record(WARNING), now=at)


def test_the_limits_are_told() -> None:
    told = (ROOT / "docs" / "limits.md").read_text("utf-8")
    for said in (
        f"{ITEM_BYTES_MAX // 1_048_576} MiB for a piece",
        f"{ADDED_MAX} pieces that the staff adds to a case",
        f"and {REPORTED_MAX} that come with its reports",
        f"{DISCLOSED_MAX} messages",
    ):
        assert said in told
