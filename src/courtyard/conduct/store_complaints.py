"""Every SQL statement about what became of a report, and about complaints."""

import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import CaseId
from courtyard.conduct.model_cases import (
    Complaint,
    ComplaintId,
    Found,
    Report,
    ReportFacts,
    ReportId,
)
from courtyard.conduct.store import decode, encode
from courtyard.conduct.store_tables import COMPLAINTS, REPORTS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row, WriteTx

_bind = sa.bindparam
_R, _C = REPORTS.c, COMPLAINTS.c

_FACTS = sa.select(
    _R.body, _R.case_id, _R.fate, _R.outcome, _R.decided_at, _R.informed_at, _R.is_manifest
)
_REPORT = Statement(_FACTS.where(_R.id == _bind("id")))
_BY_KEY = Statement(_FACTS.where(_R.key_hash == _bind("key_hash")))
_BY_REPORTER = Statement(
    _FACTS.where(_R.reporter == _bind("reporter"))
    .order_by(_R.received_at.desc(), _R.id)
    .limit(_bind("limit"))
    .offset(_bind("offset"))
)
_LAST_TOLD = Statement(
    sa.select(sa.func.max(sa.func.coalesce(_R.informed_at, _R.decided_at))).where(
        _R.case_id == _bind("case_id"), _R.outcome == "unfounded"
    )
)
_UNINFORMED = Statement(
    _FACTS.where(_R.informed_at.is_(None), _R.decided_at.is_not(None), _R.reporter.is_not(None))
    .order_by(_R.decided_at, _R.id)
    .limit(_bind("limit"))
)
_DECIDE = Statement(
    sa.update(REPORTS)
    .where(_R.case_id == _bind("of"))
    .values(
        outcome=_bind("found"),
        decided_at=_bind("decided_at"),
        informed_at=None,
        is_manifest=_bind("is_manifest"),
    )
)
_INFORMED = Statement(
    sa.update(REPORTS).where(_R.id == _bind("of")).values(informed_at=_bind("informed_at"))
)
_ADD = Statement(sa.insert(COMPLAINTS))
_COMPLAINT = Statement(sa.select(_C.body, _C.assignee).where(_C.id == _bind("id")))
_OF_REPORT = Statement(
    sa.select(_C.body).where(_C.report_id == _bind("report_id")).order_by(_C.due_at, _C.id)
)
_COMPLAINTS_OF_CASE = Statement(
    sa.select(_C.body).where(_C.case_id == _bind("case_id")).order_by(_C.due_at, _C.id)
)
_OPEN = Statement(
    sa.select(_C.body)
    .where(_C.is_open == 1, _C.assignee.is_(None))
    .order_by(_C.due_at, _C.id)
    .limit(_bind("limit"))
)
_ASSIGNED = Statement(
    sa.select(_C.body)
    .where(_C.is_open == 1, _C.assignee == _bind("assignee"))
    .order_by(_C.due_at, _C.id)
    .limit(1)
)
_ASSIGN = Statement(
    sa.update(COMPLAINTS).where(_C.id == _bind("of")).values(assignee=_bind("assignee"))
)
_LET_GO = Statement(
    sa.update(COMPLAINTS).where(_C.is_open == 1, _C.assignee == _bind("of")).values(assignee=None)
)
_ANSWER = Statement(
    sa.update(COMPLAINTS).where(_C.id == _bind("of")).values(is_open=0, body=_bind("body"))
)


# --- reports ----------------------------------------------------------------------------------------


def _facts(row: Row) -> ReportFacts:
    body, case_id, fate, found, decided_at, informed_at, is_manifest = row
    return ReportFacts(
        report=decode(body, Report),
        case_id=case_id,
        fate=fate,
        found=found,
        decided_at=decided_at,
        informed_at=informed_at,
        is_manifest=bool(is_manifest),
    )


def report(tx: ReadTx, id: ReportId) -> ReportFacts | None:
    """Return a report and what became of it."""
    row = tx.one(_REPORT, id=id)
    return None if row is None else _facts(row)


def report_of_key(tx: ReadTx, key_hash: bytes) -> ReportFacts | None:
    """Return the notice that a key is for."""
    row = tx.one(_BY_KEY, key_hash=key_hash)
    return None if row is None else _facts(row)


def reports_by(tx: ReadTx, reporter: UserId, limit: int, offset: int) -> list[ReportFacts]:
    """Return a page of what somebody reported, the newest first."""
    rows = tx.all(_BY_REPORTER, reporter=reporter, limit=limit, offset=offset)
    return [_facts(row) for row in rows]


def last_told(tx: ReadTx, case_id: CaseId) -> TimestampMs | None:
    """Return when the last reporter of a case learned, or could, that nothing was done; None: it was not dismissed."""
    row = tx.one(_LAST_TOLD, case_id=case_id)
    return None if row is None or row[0] is None else TimestampMs(row[0])


def uninformed(tx: ReadTx, limit: int) -> list[ReportFacts]:
    """Return reports of accounts that were decided and whose reporters do not know, the oldest decision first."""
    return [_facts(row) for row in tx.all(_UNINFORMED, limit=limit)]


def decide_reports(
    tx: WriteTx, case_id: CaseId, found: Found | None, *, is_manifest: bool = False
) -> None:
    """Say how the reports of a case turned out; None: the case is open again. Their reporters do not know it yet."""
    tx.run(
        _DECIDE,
        of=case_id,
        found=found,
        decided_at=None if found is None else tx.now_ms(),
        is_manifest=int(is_manifest),
    )


def set_informed(tx: WriteTx, id: ReportId) -> None:
    """Say that a reporter was told."""
    tx.run(_INFORMED, of=id, informed_at=tx.now_ms())


# --- complaints -------------------------------------------------------------------------------------


def add(tx: WriteTx, complaint: Complaint) -> None:
    """Keep a new complaint."""
    tx.run(
        _ADD,
        id=complaint.id,
        report_id=complaint.report_id,
        case_id=complaint.case_id,
        is_open=1,
        due_at=complaint.due_at,
        assignee=None,
        body=encode(complaint),
    )


def complaint(tx: ReadTx, id: ComplaintId) -> tuple[Complaint, UserId | None] | None:
    """Return a complaint and who hears it."""
    row = tx.one(_COMPLAINT, id=id)
    return None if row is None else (decode(row[0], Complaint), row[1])


def of_report(tx: ReadTx, report_id: ReportId) -> list[Complaint]:
    """Return the complaints about a report, in order."""
    return [decode(body, Complaint) for (body,) in tx.all(_OF_REPORT, report_id=report_id)]


def of_case(tx: ReadTx, case_id: CaseId) -> list[Complaint]:
    """Return the complaints about all reports of a case, in order."""
    return [decode(body, Complaint) for (body,) in tx.all(_COMPLAINTS_OF_CASE, case_id=case_id)]


def unassigned(tx: ReadTx, limit: int) -> list[Complaint]:
    """Return open complaints that nobody hears yet, the one that is due first first."""
    return [decode(body, Complaint) for (body,) in tx.all(_OPEN, limit=limit)]


def assigned_to(tx: ReadTx, staff_id: UserId) -> Complaint | None:
    """Return the open complaint that somebody hears."""
    row = tx.one(_ASSIGNED, assignee=staff_id)
    return None if row is None else decode(row[0], Complaint)


def assign(tx: WriteTx, id: ComplaintId, staff_id: UserId | None) -> None:
    """Say who hears a complaint."""
    tx.run(_ASSIGN, of=id, assignee=staff_id)


def let_go(tx: WriteTx, staff_id: UserId) -> None:
    """Give the open complaints that somebody hears to the next."""
    tx.run(_LET_GO, of=staff_id)


def answer(tx: WriteTx, complaint: Complaint) -> None:
    """Keep the answer to a complaint."""
    tx.run(_ANSWER, of=complaint.id, body=encode(complaint))
