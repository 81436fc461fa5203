"""Every SQL statement about evidence and who looked at it. The bytes here are sealed."""

import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import CaseId
from courtyard.conduct.model_evidence import Evidence, EvidenceId, View
from courtyard.conduct.store_tables import EVIDENCE, VIEWS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row, WriteTx

_bind = sa.bindparam
_E, _V = EVIDENCE.c, VIEWS.c
_COLUMNS = (
    _E.id,
    _E.case_id,
    _E.report_id,
    _E.kind,
    _E.checked,
    _E.sha256,
    _E.size_bytes,
    _E.content_type,
    _E.captured_at,
    _E.captured_by,
)
_ADD = Statement(sa.insert(EVIDENCE))
_OF_CASE = Statement(
    sa.select(*_COLUMNS).where(_E.case_id == _bind("case_id")).order_by(_E.captured_at, _E.id)
)
_ONE = Statement(sa.select(*_COLUMNS).where(_E.id == _bind("id")))
_SEALED = Statement(sa.select(_E.sealed).where(_E.id == _bind("id")))
_CASES_AFTER = Statement(
    sa.select(_E.case_id)
    .where(_E.case_id > _bind("after"))
    .distinct()
    .order_by(_E.case_id)
    .limit(_bind("limit"))
)
_VIEWS = Statement(
    sa.select(_V.staff_id, _V.viewed_at, _V.purpose)
    .where(_V.evidence_id == _bind("id"))
    .order_by(_V.number)
)
_VIEW_COUNT = Statement(sa.select(sa.func.count()).where(_V.evidence_id == _bind("id")))
_ADD_VIEW = Statement(sa.insert(VIEWS))
_DROP = Statement(sa.delete(EVIDENCE).where(_E.id == _bind("of")))
_DROP_VIEWS = Statement(sa.delete(VIEWS).where(_V.evidence_id == _bind("of")))


def _evidence(row: Row) -> Evidence:
    id, case_id, report_id, kind, check, sha256, size_bytes, content_type, at, by = row
    return Evidence(
        id=id,
        case_id=case_id,
        report_id=report_id,
        kind=kind,
        check=check,
        sha256=sha256,
        size_bytes=size_bytes,
        content_type=content_type,
        captured_at=at,
        captured_by=by,
    )


def add(tx: WriteTx, one: Evidence, sealed: bytes) -> None:
    """Keep a piece of evidence."""
    tx.run(
        _ADD,
        id=one.id,
        case_id=one.case_id,
        report_id=one.report_id,
        kind=one.kind,
        checked=one.check,
        sha256=one.sha256,
        size_bytes=one.size_bytes,
        content_type=one.content_type,
        captured_at=one.captured_at,
        captured_by=one.captured_by,
        sealed=sealed,
    )


def of_case(tx: ReadTx, case_id: CaseId) -> list[Evidence]:
    """Return the evidence of a case, the oldest first, also what may not be read any more."""
    return [_evidence(row) for row in tx.all(_OF_CASE, case_id=case_id)]


def find(tx: ReadTx, id: EvidenceId) -> Evidence | None:
    """Return a piece of evidence."""
    row = tx.one(_ONE, id=id)
    return None if row is None else _evidence(row)


def sealed(tx: ReadTx, id: EvidenceId) -> bytes:
    """Return the sealed bytes of a piece that is there."""
    row = tx.one(_SEALED, id=id)
    assert row is not None, "it was found a moment ago"
    return bytes(row[0])


def cases_after(tx: ReadTx, after: str, limit: int) -> list[CaseId]:
    """Return cases that have evidence, in order of their ids."""
    return [CaseId(case_id) for (case_id,) in tx.all(_CASES_AFTER, after=after, limit=limit)]


def views(tx: ReadTx, id: EvidenceId) -> list[View]:
    """Return who looked at a piece, in order."""
    return [
        View(staff_id=staff_id, at=TimestampMs(at), purpose=purpose)
        for staff_id, at, purpose in tx.all(_VIEWS, id=id)
    ]


def add_view(tx: WriteTx, id: EvidenceId, staff_id: UserId, purpose: str) -> None:
    """Keep that somebody looks at a piece."""
    row = tx.one(_VIEW_COUNT, id=id)
    assert row is not None, "a count has one row"
    tx.run(
        _ADD_VIEW,
        evidence_id=id,
        number=row[0],
        staff_id=staff_id,
        viewed_at=tx.now_ms(),
        purpose=purpose,
    )


def drop(tx: WriteTx, id: EvidenceId) -> None:
    """Delete a piece, and who looked at it."""
    tx.run(_DROP_VIEWS, of=id)
    tx.run(_DROP, of=id)
