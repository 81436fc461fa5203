"""Hearing complaints of reporters: by a different human, who can open a case again and do nothing else."""

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import (
    inform,
    people,
    rules_complaint,
    rules_inform,
    store,
    store_cases,
    store_complaints,
    store_proposals,
)
from courtyard.conduct.errors import AppealNotPossibleError, NotIndependentError
from courtyard.conduct.model_cases import Complaint, ComplaintId, ComplaintOutcome
from courtyard.storage.tx import ReadTx, WriteTx

OPEN_MAX = 200
"""Open complaints that are looked at for the next one, those due first first."""


def next_complaint(tx: WriteTx, staff_id: UserId) -> Complaint | None:
    """Give somebody the complaint they hear, or the one due first of those they had no part in.

    Returns:
        None: there is none that this person may hear.

    Raises:
        NotIndependentError: not on the staff.
    """
    people.check_staff(tx, staff_id)
    mine = store_complaints.assigned_to(tx, staff_id)
    if mine is not None:
        return mine
    for complaint in store_complaints.unassigned(tx, OPEN_MAX):
        try:
            _check_may_hear(tx, staff_id, complaint)
        except NotIndependentError:
            # Not for this person; the next one may be.
            continue
        store_complaints.assign(tx, complaint.id, staff_id)
        return complaint
    return None


def recuse(tx: WriteTx, staff_id: UserId, id: ComplaintId) -> None:
    """Step back from a complaint, and from its case for good; it goes to the next.

    Raises:
        NotFoundError: it is not this person's complaint.
        AppealNotPossibleError: it was answered.
    """
    complaint = assigned(tx, staff_id, id)
    if complaint.outcome is not None:
        raise AppealNotPossibleError("answered", "This complaint has been answered.")
    store_cases.add_recusal(tx, complaint.case_id, staff_id)
    store_complaints.assign(tx, id, None)


def rule(
    tx: WriteTx, staff_id: UserId, id: ComplaintId, outcome: ComplaintOutcome, reasons: str
) -> Complaint:
    """Answer a complaint, and tell the reporter. `reopened`: the case is open again, for somebody who had no part in it.

    Other complaints about the same case have then what they asked for, and get the same answer.

    Raises:
        NotFoundError: it is not this person's complaint.
        NotIndependentError, AppealNotPossibleError: with the law that stands against it.
    """
    complaint = assigned(tx, staff_id, id)
    decided = rules_complaint.rule(complaint, staff_id, outcome, reasons, tx.now_ms())
    _check_may_hear(tx, staff_id, complaint)
    _answer(tx, decided)
    if outcome == "reopened":
        case = people.get_case(tx, complaint.case_id)
        for one in store_complaints.of_case(tx, case.id):
            if one.outcome is None:
                _answer(tx, rules_complaint.rule(one, staff_id, outcome, reasons, tx.now_ms()))
        if case.assignee is not None:
            store_cases.add_recusal(tx, case.id, case.assignee)
        store_cases.set_case(tx, case.id, "open", None)
        store_complaints.decide_reports(tx, case.id, None)
    return decided


def assigned(tx: ReadTx, staff_id: UserId, id: ComplaintId) -> Complaint:
    """Return a complaint that this person hears: nobody opens another.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    found = store_complaints.complaint(tx, id)
    if found is None or found[1] != staff_id or not store.is_staff(tx, staff_id):
        message = "There is no such complaint."
        raise NotFoundError(message)
    return found[0]


def _check_may_hear(tx: ReadTx, staff_id: UserId, complaint: Complaint) -> None:
    case = people.get_case(tx, complaint.case_id)
    involved = store_proposals.proposers_of_case(tx, case.id) | {case.assignee}
    involved |= {one.reviewer for one in store_complaints.of_report(tx, complaint.report_id)}
    matter = people.matter_of(tx, case.id, case.subject or UserId(""), frozenset())
    rules_complaint.check_may_hear(staff_id, involved, matter, tx.now_ms())


def _answer(tx: WriteTx, decided: Complaint) -> None:
    store_complaints.answer(tx, decided)
    facts = store_complaints.report(tx, decided.report_id)
    assert facts is not None, "a complaint is about a report"
    words = rules_inform.heard(
        is_reopened=decided.outcome == "reopened",
        received_at=facts.report.received_at,
        reasons=decided.reasons,
    )
    inform.tell(tx, facts, words)
