"""What the staff sees: the one case, appeal or complaint that was given out, and a proposal that waits for a second person."""

from typing import Any

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import (
    complaint,
    evidence,
    people,
    rules_people,
    rules_ruleset,
    store,
    store_cases,
    store_complaints,
    store_proposals,
)
from courtyard.conduct.decide import get_record, matter_of
from courtyard.conduct.model import AppealId, CaseId, DecisionId
from courtyard.conduct.model_cases import ComplaintId
from courtyard.conduct.standing import show_decision
from courtyard.conduct.store_proposals import Pending
from courtyard.storage.tx import ReadTx

Json = dict[str, Any]

REPORTS_MAX = 100
"""Reports of a case that are shown, the first ones."""


def show_case(tx: ReadTx, staff_id: UserId, case_id: CaseId) -> Json:
    """Return a case to the person who works on it, with what is protected beside it.

    Raises:
        NotFoundError: it is not this person's case.
    """
    case = people.assigned_case(tx, staff_id, case_id)
    now = tx.now_ms()
    rules = rules_ruleset.at(store.rulesets(tx), now)
    earlier = () if case.subject is None else store.records_of(tx, case.subject)
    return {
        "id": case.id,
        "state": case.state,
        "item": msgspec.to_builtins(case.item),
        "subject": case.subject,
        "opened_at": case.opened_at,
        "reports": [
            {
                "kind": one.kind,
                "category": one.category,
                "explanation": one.explanation,
                "received_at": one.received_at,
                "disclosed": msgspec.to_builtins(one.disclosed),
            }
            for one in store_cases.reports_of(tx, case_id, REPORTS_MAX)
        ],
        "evidence": evidence.show(tx, case_id),
        "earlier": [show_decision(record, now) for record in earlier],
        "protected": []
        if rules is None
        else [msgspec.to_builtins(one) for one in rules_ruleset.protections(rules)],
    }


def show_pending(pending: Pending) -> Json:
    """Return how far a proposal has come."""
    return {"decision": pending.proposal.id, "state": pending.state}


def show_proposal(tx: ReadTx, staff_id: UserId, id: DecisionId) -> Json:
    """Return a proposal to somebody who may approve or reject it, or to its proposer.

    Raises:
        NotFoundError: there is none that this person may see.
    """
    pending = store_proposals.proposal(tx, id)
    if pending is None or not store.is_staff(tx, staff_id):
        message = "There is no such proposal."
        raise NotFoundError(message)
    proposal = pending.proposal
    topics = frozenset({proposal.rule_id, *proposal.topics})
    matter = people.matter_of(tx, proposal.case_id, proposal.subject, topics)
    rules_people.check_may_work(staff_id, matter, tx.now_ms())
    return {
        "id": proposal.id,
        "state": pending.state,
        "subject": proposal.subject,
        "rule": proposal.rule_id,
        "measures": msgspec.to_builtins(proposal.measures),
        "items": msgspec.to_builtins(proposal.items),
        "conduct_at": proposal.conduct_at,
        "severe": proposal.severe,
        "facts": pending.statement.facts,
        "explanation": pending.statement.explanation,
        "evidence": evidence.show(tx, proposal.case_id),
    }


def show_appeal(tx: ReadTx, staff_id: UserId, appeal_id: AppealId) -> Json:
    """Return an appeal to the person who hears it, with the decision and its reasons.

    Raises:
        NotFoundError: it is not this person's appeal.
    """
    found = store.appeal(tx, appeal_id)
    if found is None or found[1] != staff_id:
        message = "There is no such appeal."
        raise NotFoundError(message)
    appeal, _ = found
    record = get_record(tx, appeal.decision_id)
    told = store.told(tx, appeal.decision_id)
    statement = None if told is None else told.statement
    return {
        "id": appeal.id,
        "text": appeal.text,
        "submitted_at": appeal.submitted_at,
        "due_at": appeal.due_at,
        "decision": show_decision(record, tx.now_ms()),
        "facts": None if statement is None else statement.facts,
        "explanation": None if statement is None else statement.explanation,
        "subject": matter_of(tx, record).subject,
        "evidence": evidence.show(tx, record.decision.case_id),
    }


def show_complaint(tx: ReadTx, staff_id: UserId, id: ComplaintId) -> Json:
    """Return a complaint to the person who hears it, with what was reported.

    Raises:
        NotFoundError: it is not this person's complaint.
    """
    found = complaint.assigned(tx, staff_id, id)
    facts = store_complaints.report(tx, found.report_id)
    assert facts is not None, "a complaint is about a report"
    made = facts.report
    return {
        "id": found.id,
        "text": found.text,
        "submitted_at": found.submitted_at,
        "due_at": found.due_at,
        "item": msgspec.to_builtins(made.item),
        "subject": made.subject,
        "kind": made.kind,
        "category": made.category,
        "explanation": made.explanation,
        "evidence": evidence.show(tx, found.case_id),
    }
