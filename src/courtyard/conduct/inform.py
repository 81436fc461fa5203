"""Telling reporters what became of their reports, in their notices rooms."""

from courtyard.accounts.account import account_is_active
from courtyard.conduct import notices, rules_complaint, rules_inform, store_complaints
from courtyard.conduct.model_cases import ReportFacts
from courtyard.conduct.rules_gate import PREFIX
from courtyard.storage.tx import WriteTx

AT_ONCE = 20
"""Reporters that are told in one transaction. The first ones are told by the decision's own; a job tells the others."""


def inform_some(tx: WriteTx) -> bool:
    """Tell some of those who do not know yet; return whether there may be more.

    Each is told once: that it was told is written with what was told.
    """
    waiting = store_complaints.uninformed(tx, AT_ONCE)
    for facts in waiting:
        tell(tx, facts, _words(tx, facts))
        store_complaints.set_informed(tx, facts.report.id)
    return len(waiting) == AT_ONCE


def tell(tx: WriteTx, facts: ReportFacts, body: str) -> None:
    """Say something about a report in its reporter's notices room, while there is such an account."""
    reporter = facts.report.reporter
    if reporter is not None and account_is_active(tx, reporter):
        path = f"{PREFIX}/reports/{facts.report.id}"
        notices.deliver(tx, reporter, body, {"org.courtyard.report": path})


def _words(tx: WriteTx, facts: ReportFacts) -> str:
    assert facts.found is not None, "only what was decided is told"
    until = tx.now_ms() + rules_complaint.WINDOW_MS
    return rules_inform.decided(facts.found, facts.report.received_at, until)
