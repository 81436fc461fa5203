"""What a reporter can see and do: how far the report has come, and a complaint when nothing was done."""

import secrets
from typing import Any

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import rules_complaint, rules_reports, store_complaints
from courtyard.conduct.errors import AppealNotPossibleError
from courtyard.conduct.keys import key_hash
from courtyard.conduct.model_cases import Complaint, ComplaintId, ReportFacts, ReportId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx

Json = dict[str, Any]

SHOWN_MAX = 100
"""Reports of an account in one page."""


def reports(tx: ReadTx, user_id: UserId, offset: int = 0) -> Json:
    """Return a page of what an account reported, the newest first."""
    found = store_complaints.reports_by(tx, user_id, SHOWN_MAX, offset)
    return {"reports": [show(tx, one) for one in found]}


def report(tx: ReadTx, user_id: UserId, id: ReportId) -> Json:
    """Return one's own report.

    Raises:
        NotFoundError: there is no such report of this account.
    """
    return show(tx, _own(tx, user_id, id))


def report_by_key(tx: ReadTx, key: str) -> Json:
    """Return the notice that a key is for, without a login.

    Raises:
        NotFoundError: no notice has this key.
    """
    return show(tx, _by_key(tx, key))


def complain(tx: WriteTx, user_id: UserId, id: ReportId, text: str) -> Json:
    """Complain that nothing was done. A different human hears it.

    Raises:
        NotFoundError: there is no such report of this account.
        AppealNotPossibleError: with the law that stands against it.
    """
    facts = _own(tx, user_id, id)
    admit(tx, user_id, Action.APPEAL)
    return _complain(tx, facts, text)


def complain_by_key(tx: WriteTx, key: str, text: str) -> Json:
    """Complain about what became of a notice, without a login.

    Raises:
        NotFoundError: no notice has this key.
        AppealNotPossibleError: as `complain`.
    """
    return _complain(tx, _by_key(tx, key), text)


def show(tx: ReadTx, facts: ReportFacts) -> Json:
    """Return a report as its reporter sees it: nothing about what was done to whom."""
    made = facts.report
    return {
        "id": made.id,
        "item": msgspec.to_builtins(made.item),
        "kind": made.kind,
        "category": made.category,
        "explanation": made.explanation,
        "disclosed": msgspec.to_builtins(made.disclosed),
        "states": rules_reports.steps_of(facts),
        "outcome": facts.found,
        "complaint_until": rules_complaint.until(facts) or None,
        "complaints": [_show(one) for one in store_complaints.of_report(tx, made.id)],
    }


def _show(complaint: Complaint) -> Json:
    """Return a complaint as its author sees it: not by whom it was heard."""
    shown: Json = msgspec.to_builtins(complaint)
    for name in ("report_id", "case_id", "reviewer"):
        del shown[name]
    return shown


def _complain(tx: WriteTx, facts: ReportFacts, text: str) -> Json:
    if facts.case_id is None:
        message = "This was decided before you reported it."
        raise AppealNotPossibleError("acted", message)
    made = rules_complaint.submit(
        facts,
        facts.case_id,
        ComplaintId(f"k_{secrets.token_hex(16)}"),
        store_complaints.of_report(tx, facts.report.id),
        text,
        tx.now_ms(),
    )
    store_complaints.add(tx, made)
    return _show(made)


def _own(tx: ReadTx, user_id: UserId, id: ReportId) -> ReportFacts:
    facts = store_complaints.report(tx, id)
    if facts is None or facts.report.reporter != user_id:
        message = "There is no such report."
        raise NotFoundError(message)
    return facts


def _by_key(tx: ReadTx, key: str) -> ReportFacts:
    facts = store_complaints.report_of_key(tx, key_hash(key))
    if facts is None:
        message = "No notice has this key."
        raise NotFoundError(message)
    return facts
