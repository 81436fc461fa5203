"""Complaints of reporters: when there can be one, who hears it, and what it can do. DSA art. 20(1), also against doing nothing.

A complaint can open a case again about which nothing was done. Where something was done nobody can ask for more: a decision stands
or becomes milder, and is never made heavier by anybody's wish.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules_people
from courtyard.conduct.errors import AppealNotPossibleError
from courtyard.conduct.model import DAY_MS, CaseId
from courtyard.conduct.model_cases import Complaint, ComplaintId, ComplaintOutcome, ReportFacts
from courtyard.conduct.rules_people import Matter

WINDOW_MS: Final = 183 * DAY_MS
"""How long after being told a reporter can complain: six months."""
DUE_MS: Final = 7 * DAY_MS
"""By when it is heard. The one that is due first is given out first."""
COMPLAINTS_MAX: Final = 2
"""Complaints about one report; the second after the case was opened again and nothing was done again."""
TEXT_CHARS_MAX: Final = 5_000


def until(facts: ReportFacts) -> int:
    """Return until before when a reporter may complain; 0: there is nothing to complain about."""
    told_at = facts.informed_at or facts.decided_at
    return told_at + WINDOW_MS if facts.found == "unfounded" and told_at is not None else 0


def open_until(told_at: int | None, complaints: Iterable[Complaint], now_ms: int) -> int:
    """Return until when a dismissal is not settled: somebody may complain, or is being heard now; 0: it was none.

    Args:
        told_at: when the last reporter was told that nothing was done; None: nobody was.
        complaints: about all reports of the case.
        now_ms: the time.
    """
    heard = [now_ms if one.decided_at is None else one.decided_at for one in complaints]
    return max([0 if told_at is None else told_at + WINDOW_MS, *heard])


def submit(
    facts: ReportFacts,
    case_id: CaseId,
    id: ComplaintId,
    earlier: Sequence[Complaint],
    text: str,
    now_ms: int,
) -> Complaint:
    """Return a new complaint.

    Raises:
        AppealNotPossibleError: with the law that stands against it.
    """
    if not text.strip() or len(text) > TEXT_CHARS_MAX:
        raise _refuse("text", f"A complaint says why, in at most {TEXT_CHARS_MAX} characters.")
    if any(one.outcome is None for one in earlier):
        raise _refuse("one_open", "A complaint about this report is being heard.")
    if facts.found is None:
        raise _refuse("undecided", "This report has not been decided yet.")
    if facts.found == "founded":
        raise _refuse("acted", "Something was done about this report. Nobody can ask for more.")
    if now_ms >= until(facts):
        raise _refuse("window", "The time in which this could be complained about is over.")
    if len(earlier) >= COMPLAINTS_MAX:
        raise _refuse("complaints", f"{COMPLAINTS_MAX} complaints about one report are enough.")
    return Complaint(
        id=id,
        report_id=facts.report.id,
        case_id=case_id,
        text=text,
        submitted_at=TimestampMs(now_ms),
        due_at=TimestampMs(now_ms + DUE_MS),
    )


def check_may_hear(
    person: UserId, involved: Iterable[UserId | None], matter: Matter, now_ms: int
) -> None:
    """Let somebody hear a complaint: a human who had no part in the case before.

    Args:
        person: the reviewer.
        involved: who dismissed it, proposed something, or heard an earlier complaint about the report.
        matter: the people around the case.
        now_ms: the time.

    Raises:
        NotIndependentError: with the first reason against it.
    """
    rules_people.check_may_work(person, matter, now_ms)
    if person in set(involved):
        rules_people.bar("involved")


def rule(
    complaint: Complaint, reviewer: UserId, outcome: ComplaintOutcome, reasons: str, now_ms: int
) -> Complaint:
    """Return a complaint with its answer.

    Raises:
        AppealNotPossibleError: it was answered, or this answer gives no reasons.
    """
    if complaint.outcome is not None:
        raise _refuse("answered", "This complaint has been answered.")
    if not reasons.strip() or len(reasons) > TEXT_CHARS_MAX:
        raise _refuse("reasons", "A complaint is answered with reasons.")
    return msgspec.structs.replace(
        complaint,
        reviewer=reviewer,
        outcome=outcome,
        reasons=reasons,
        decided_at=TimestampMs(now_ms),
    )


def _refuse(law: str, message: str) -> AppealNotPossibleError:
    return AppealNotPossibleError(law, message)
