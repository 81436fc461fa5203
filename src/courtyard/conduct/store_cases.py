"""Every SQL statement about reports and cases."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import CaseId, Item
from courtyard.conduct.model_cases import CLOSED, Accuracy, CaseState, CaseSummary, Fate, Report
from courtyard.conduct.store import decode, encode
from courtyard.conduct.store_tables import CASES, RECUSALS, REPORTS
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx

_bind = sa.bindparam
_C, _R = CASES.c, REPORTS.c


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case: what it is about, how far it has come, who works on it, and since when it is closed."""

    id: CaseId
    item: Item
    subject: UserId | None
    opened_at: TimestampMs
    state: CaseState
    assignee: UserId | None
    closed_at: TimestampMs | None = None


_COLUMNS = (
    _C.id,
    _C.item_type,
    _C.item_id,
    _C.item_version,
    _C.subject,
    _C.opened_at,
    _C.state,
    _C.assignee,
    _C.closed_at,
)
_CASE = Statement(sa.select(*_COLUMNS).where(_C.id == _bind("id")))
_UNDECIDED = sa.and_(_C.state != "decided", _C.state != "dismissed")
_OPEN_ABOUT = Statement(
    sa.select(*_COLUMNS)
    .where(_C.item_type == _bind("type"), _C.item_id == _bind("item_id"), _UNDECIDED)
    .order_by(_C.opened_at)
    .limit(1)
)
_QUEUE = Statement(
    sa.select(*_COLUMNS)
    .where(_C.state == "open", _C.assignee.is_(None))
    .order_by(_C.opened_at, _C.id)
    .limit(_bind("limit"))
)
_ASSIGNED = Statement(
    sa.select(*_COLUMNS)
    .where(_C.state == "open", _C.assignee == _bind("assignee"))
    .order_by(_C.opened_at, _C.id)
    .limit(1)
)
_ADD_CASE = Statement(sa.insert(CASES))
_SET_CASE = Statement(
    sa.update(CASES)
    .where(_C.id == _bind("of"))
    .values(state=_bind("state"), assignee=_bind("assignee"), closed_at=_bind("closed_at"))
)
_LET_GO = Statement(
    sa.update(CASES).where(_C.state == "open", _C.assignee == _bind("of")).values(assignee=None)
)
_RECUSALS = Statement(sa.select(RECUSALS.c.staff_id).where(RECUSALS.c.case_id == _bind("case_id")))
_ADD_RECUSAL = Upsert(RECUSALS, key=["case_id", "staff_id"])
_ADD_REPORT = Statement(sa.insert(REPORTS))
_REPORTS = Statement(
    sa.select(_R.body)
    .where(_R.case_id == _bind("case_id"))
    .order_by(_R.received_at, _R.id)
    .limit(_bind("limit"))
)
_REPORTERS = Statement(
    sa.select(_R.reporter)
    .where(_R.case_id == _bind("case_id"), _R.reporter.is_not(None))
    .distinct()
    .limit(_bind("limit"))
)
_KINDS = Statement(sa.select(_R.kind).where(_R.case_id == _bind("case_id")).distinct())
_ACCURACY = Statement(
    sa.select(
        sa.func.count().filter(_R.outcome == "founded"),
        sa.func.count().filter(_R.outcome == "unfounded"),
    ).where(_R.reporter == _bind("reporter"), _R.received_at > _bind("since"))
)

REPORTERS_MAX = 1_000
"""Reporters of one case whose accuracy is looked at for its place in the queue."""


def _case(row: tuple[object, ...]) -> Case:
    id, type, item_id, version, subject, opened_at, state, assignee, closed_at = row
    return Case(
        id=id,  # type: ignore[arg-type]  # rows are untyped
        item=Item(type=type, id=item_id, version=version),  # type: ignore[arg-type]
        subject=subject,  # type: ignore[arg-type]
        opened_at=opened_at,  # type: ignore[arg-type]
        state=state,  # type: ignore[arg-type]
        assignee=assignee,  # type: ignore[arg-type]
        closed_at=closed_at,  # type: ignore[arg-type]
    )


def case(tx: ReadTx, id: CaseId) -> Case | None:
    """Return a case."""
    row = tx.one(_CASE, id=id)
    return None if row is None else _case(row)


def open_case_about(tx: ReadTx, item: Item) -> Case | None:
    """Return the case about an item, in any version, that is not decided."""
    row = tx.one(_OPEN_ABOUT, type=item.type, item_id=item.id)
    return None if row is None else _case(row)


def queue(tx: ReadTx, limit: int) -> list[Case]:
    """Return the cases that nobody works on, the oldest first."""
    return [_case(row) for row in tx.all(_QUEUE, limit=limit)]


def assigned_to(tx: ReadTx, staff_id: UserId) -> Case | None:
    """Return the open case that somebody works on."""
    row = tx.one(_ASSIGNED, assignee=staff_id)
    return None if row is None else _case(row)


def add_case(tx: WriteTx, case: Case) -> None:
    """Open a case."""
    tx.run(
        _ADD_CASE,
        id=case.id,
        item_type=case.item.type,
        item_id=case.item.id,
        item_version=case.item.version,
        subject=case.subject,
        opened_at=case.opened_at,
        state=case.state,
        assignee=case.assignee,
        closed_at=None,
    )


def set_case(tx: WriteTx, id: CaseId, state: CaseState, assignee: UserId | None) -> None:
    """Say how far a case has come and who works on it. What is decided or dismissed is closed from now on."""
    closed_at = tx.now_ms() if state in CLOSED else None
    tx.run(_SET_CASE, of=id, state=state, assignee=assignee, closed_at=closed_at)


def let_go(tx: WriteTx, staff_id: UserId) -> None:
    """Give the open cases that somebody works on to the next."""
    tx.run(_LET_GO, of=staff_id)


def recused(tx: ReadTx, case_id: CaseId) -> frozenset[UserId]:
    """Return who has stepped back from a case."""
    return frozenset(UserId(staff_id) for (staff_id,) in tx.all(_RECUSALS, case_id=case_id))


def add_recusal(tx: WriteTx, case_id: CaseId, staff_id: UserId) -> None:
    """Keep that somebody stepped back."""
    tx.run(_ADD_RECUSAL, case_id=case_id, staff_id=staff_id, recused_at=tx.now_ms())


def add_report(
    tx: WriteTx, report: Report, case_id: CaseId | None, fate: Fate, key_hash: bytes | None
) -> None:
    """Keep a report, with its case; None when this was judged before. A notice without an account has a key."""
    tx.run(
        _ADD_REPORT,
        id=report.id,
        case_id=case_id,
        reporter=report.reporter,
        kind=report.kind,
        received_at=report.received_at,
        outcome=None,
        body=encode(report),
        fate=fate,
        key_hash=key_hash,
        decided_at=None,
        informed_at=None,
        is_manifest=None,
    )


def reports_of(tx: ReadTx, case_id: CaseId, limit: int) -> list[Report]:
    """Return the reports of a case, the first ones first."""
    return [decode(body, Report) for (body,) in tx.all(_REPORTS, case_id=case_id, limit=limit)]


def reporters_of(tx: ReadTx, case_id: CaseId) -> frozenset[UserId]:
    """Return the accounts that reported a case."""
    rows = tx.all(_REPORTERS, case_id=case_id, limit=REPORTERS_MAX)
    return frozenset(UserId(reporter) for (reporter,) in rows)


def summary(tx: ReadTx, case: Case, since: int) -> CaseSummary:
    """Return what the queue orders a case by; how reporters fared is counted since a time."""
    accuracies = []
    for reporter in sorted(reporters_of(tx, case.id)):
        row = tx.one(_ACCURACY, reporter=reporter, since=since)
        assert row is not None, "a count has one row"
        accuracies.append(Accuracy(founded=row[0], unfounded=row[1]))
    return CaseSummary(
        id=case.id,
        kinds=frozenset(kind for (kind,) in tx.all(_KINDS, case_id=case.id)),
        accuracies=tuple(accuracies),
        opened_at=case.opened_at,
    )
