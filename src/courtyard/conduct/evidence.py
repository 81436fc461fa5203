"""Evidence: captured, sealed, looked at by the few who need it, each look logged, and gone when its time is over."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from courtyard.accounts.account import account_is_erased
from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import (
    people,
    rules,
    rules_complaint,
    rules_evidence,
    rules_people,
    store,
    store_complaints,
    store_evidence,
    store_proposals,
)
from courtyard.conduct.errors import (
    DecisionNotAllowedError,
    EvidenceGoneError,
    NotIndependentError,
)
from courtyard.conduct.model import CaseId, Proposal, Record
from courtyard.conduct.model_cases import ReportId
from courtyard.conduct.model_evidence import (
    SERVER,
    Check,
    Evidence,
    EvidenceId,
    EvidenceKind,
    Role,
)
from courtyard.conduct.store_cases import Case
from courtyard.storage.sealing_key import Vault
from courtyard.storage.tx import ReadTx, WriteTx

CASES_AT_ONCE = 100
"""Cases that one transaction of the tidying looks at."""
CONTENT_TYPE_CHARS_MAX = 100


def add(tx: WriteTx, staff_id: UserId, case_id: CaseId, content_type: str, body: bytes) -> Evidence:
    """Add something to the case that one works on.

    Raises:
        NotFoundError: it is not this person's case.
        InvalidParamError: it is closed, or the piece is nothing.
        TooLargeError: the piece, or the number of pieces.
    """
    case = people.assigned_case(tx, staff_id, case_id)
    if case.closed_at is not None:
        message = "This case is closed."
        raise InvalidParamError(message)
    if not body or not 0 < len(content_type) <= CONTENT_TYPE_CHARS_MAX:
        message = "A piece of evidence has bytes and a content type."
        raise InvalidParamError(message)
    rules_evidence.check_room(store_evidence.of_case(tx, case_id), len(body), is_added=True)
    return _keep(tx, case_id, None, "added", None, content_type, body, staff_id)


def keep_reported(
    tx: WriteTx,
    case_id: CaseId,
    report_id: ReportId,
    kind: EvidenceKind,
    body: bytes,
    check: Check | None = None,
) -> None:
    """Keep JSON that came with a report.

    What the server captures by itself is kept once, and while there is room: the first captures of an item say most. What
    somebody discloses is refused with an error where there is none, so that nobody believes to have shown something.

    Raises:
        TooLargeError: a disclosure, or their number.
    """
    there = store_evidence.of_case(tx, case_id)
    if kind == "disclosed":
        rules_evidence.check_room(there, len(body), is_added=False)
    elif not rules_evidence.has_room(there, is_added=False) or any(
        one.sha256 == _sha256(body) for one in there
    ):
        return
    _keep(tx, case_id, report_id, kind, check, "application/json", body, SERVER)


def view(tx: WriteTx, staff_id: UserId, id: EvidenceId, purpose: str) -> tuple[Evidence, bytes]:
    """Return a piece of evidence with its bytes, to somebody who needs it for their part in the case.

    That they looked, and why, is written in the same transaction: the bytes go out when that is durable.

    Raises:
        NotFoundError: there is no such piece for this person.
        InvalidParamError: they do not say why.
        EvidenceGoneError: its time is over, or this server's key does not open it.
    """
    found = store_evidence.find(tx, id)
    case = None if found is None else people.get_case(tx, found.case_id)
    if found is None or case is None or _role(tx, staff_id, case) is None:
        message = "There is no such evidence."
        raise NotFoundError(message)
    rules_evidence.check_purpose(purpose)
    if found not in [one for one, _ in readable(tx, case)]:
        message = "The time for which this was kept is over."
        raise EvidenceGoneError(message)
    body = tx.memory(Vault).key.open(store_evidence.sealed(tx, id), id)
    if body is None:
        message = "This server's sealing key does not open it."
        raise EvidenceGoneError(message)
    store_evidence.add_view(tx, id, staff_id, purpose)
    return found, body


def show(tx: ReadTx, case_id: CaseId) -> list[dict[str, Any]]:
    """Return what evidence a case has, without its bytes: to those who may look at it."""
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "check": one.check,
            "content_type": one.content_type,
            "size_bytes": one.size_bytes,
            "sha256": one.sha256,
            "captured_at": one.captured_at,
            "captured_by": one.captured_by,
            "delete_after": until,
            "views": [
                {"staff": each.staff_id, "at": each.at, "purpose": each.purpose}
                for each in store_evidence.views(tx, one.id)
            ],
        }
        for one, until in readable(tx, people.get_case(tx, case_id))
    ]


def readable(tx: ReadTx, case: Case) -> list[tuple[Evidence, TimestampMs]]:
    """Return the evidence of a case that can be read now, and until before when."""
    now = tx.now_ms()
    records = store.records_of_case(tx, case.id)
    told_at = store_complaints.last_told(tx, case.id)
    complaints_until = rules_complaint.open_until(
        told_at, store_complaints.of_case(tx, case.id), now
    )
    is_erased = case.subject is not None and account_is_erased(tx, case.subject)
    found = [
        (
            one,
            rules_evidence.kept_until(
                one.captured_at, case.closed_at, records, complaints_until, now, is_erased=is_erased
            ),
        )
        for one in store_evidence.of_case(tx, case.id)
    ]
    return [(one, until) for one, until in found if now < until]


def overdue(tx: ReadTx, after: str) -> tuple[list[EvidenceId], str | None]:
    """Return evidence of some cases whose time is over, and where to go on, or None."""
    cases = store_evidence.cases_after(tx, after, CASES_AT_ONCE)
    found = []
    for case_id in cases:
        left = {one.id for one, _ in readable(tx, people.get_case(tx, case_id))}
        found += [one.id for one in store_evidence.of_case(tx, case_id) if one.id not in left]
    return found, cases[-1] if len(cases) == CASES_AT_ONCE else None


def drop(tx: WriteTx, overdue_ids: Sequence[EvidenceId]) -> None:
    """Delete evidence that is over. What is over does not come back, and nobody could read it: it does not matter when this runs."""
    for id in overdue_ids:
        store_evidence.drop(tx, id)


def _keep(
    tx: WriteTx,
    case_id: CaseId,
    report_id: ReportId | None,
    kind: EvidenceKind,
    check: Check | None,
    content_type: str,
    body: bytes,
    by: str,
) -> Evidence:
    one = Evidence(
        id=EvidenceId(f"e_{secrets.token_hex(16)}"),
        case_id=case_id,
        report_id=report_id,
        kind=kind,
        check=check,
        sha256=_sha256(body),
        size_bytes=len(body),
        content_type=content_type,
        captured_at=tx.now_ms(),
        captured_by=by,
    )
    store_evidence.add(tx, one, tx.memory(Vault).key.seal(body, one.id))
    return one


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _role(tx: ReadTx, staff_id: UserId, case: Case) -> Role | None:
    """Return as what somebody may look at the evidence of a case now; None: they may not."""
    if not store.is_staff(tx, staff_id):
        return None
    if case.closed_at is None and case.assignee == staff_id:
        return "assignee"
    waiting = store_proposals.waiting_of_case(tx, case.id)
    if waiting and _may_approve(tx, staff_id, case, waiting):
        return "approver"
    mine = store.appeal_assigned_to(tx, staff_id)
    records = store.records_of_case(tx, case.id)
    if mine is not None and any(one.decision.id == mine.decision_id for one in records):
        return "reviewer"
    if any(_may_vote(tx, staff_id, one, records) for one in records):
        return "panel"
    complaint = store_complaints.assigned_to(tx, staff_id)
    if complaint is not None and complaint.case_id == case.id:
        return "complaint"
    return None


def _may_approve(tx: ReadTx, staff_id: UserId, case: Case, waiting: list[Proposal]) -> bool:
    topics = frozenset(topic for one in waiting for topic in (one.rule_id, *one.topics))
    matter = people.matter_of(tx, case.id, case.subject or UserId(""), topics)
    return rules_people.why_not(staff_id, matter, tx.now_ms()) is None


def _may_vote(tx: ReadTx, staff_id: UserId, record: Record, case: tuple[Record, ...]) -> bool:
    decision = record.decision
    matter = people.matter_of(
        tx, decision.case_id, decision.subject, frozenset({decision.rule_id, *decision.topics})
    )
    siblings = tuple(one for one in case if one.decision.id != decision.id)
    try:
        votes = store.votes(tx, decision.id)
        rules.check_may_vote(staff_id, record, votes, siblings, matter, tx.now_ms())
    except (DecisionNotAllowedError, NotIndependentError):
        return False
    return True
