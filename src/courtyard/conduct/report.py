"""Reporting something, and getting the next case. The number of reports never acts."""

import secrets

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import UserId
from courtyard.conduct import people, rules_people, rules_reports, store, store_cases
from courtyard.conduct.model import DAY_MS, CaseId, Item
from courtyard.conduct.model_cases import Report, ReportId, ReportKind
from courtyard.conduct.store_cases import Case
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import WriteTx

QUEUE_MAX = 500
"""Cases that are looked at for the next one, the oldest first."""
ACCURACY_MS = 180 * DAY_MS
"""How far back a reporter's accuracy is counted."""


def report(
    tx: WriteTx,
    reporter: UserId | None,
    item: Item,
    subject: UserId | None,
    *,
    kind: ReportKind,
    category: str,
    explanation: str,
    contact: str = "",
    is_good_faith: bool = False,
) -> ReportId:
    """Take in a report: it opens a case, joins an open one, or says what was decided before. DSA art. 16.

    Args:
        reporter: an account here, or None for a notice without one.
        item: what it is about.
        subject: whose it is, as far as is known.
        kind: an urgent report cannot be restricted; a claim that somebody is in danger is looked at first.

    Raises:
        InvalidParamError, TooLargeError: it says too little or too much.
        RestrictedError: a decision pauses this account's reports that are not urgent.
        LimitExceededError: too many.
    """
    received = Report(
        id=ReportId(f"r_{secrets.token_hex(16)}"),
        reporter=reporter,
        contact=contact,
        item=item,
        subject=subject,
        kind=kind,
        category=category,
        explanation=explanation,
        is_good_faith=is_good_faith,
        received_at=tx.now_ms(),
    )
    rules_reports.check(received)
    if reporter is not None:
        admit(tx, reporter, Action.REPORT_URGENT if kind == "urgent" else Action.REPORT)
    case = store_cases.open_case_about(tx, item)
    records = () if subject is None else store.records_of(tx, subject)
    open_items = [] if case is None else [case.item]
    fate = rules_reports.fate(item, open_items, records)
    case_id = None
    if fate == "joins":
        assert case is not None, "it joins the case that was found"
        case_id = case.id
    elif fate == "opens":
        case_id = open_case(tx, item, subject)
    store_cases.add_report(tx, received, case_id)
    return received.id


def open_case(tx: WriteTx, item: Item, subject: UserId | None) -> CaseId:
    """Open a case that nobody works on yet."""
    case_id = CaseId(f"c_{secrets.token_hex(16)}")
    store_cases.add_case(
        tx,
        Case(
            id=case_id,
            item=item,
            subject=subject,
            opened_at=tx.now_ms(),
            state="open",
            assignee=None,
        ),
    )
    return case_id


def next_case(tx: WriteTx, staff_id: UserId) -> Case | None:
    """Give somebody on the staff the case they work on, or the next one. Nobody picks, and nobody holds two.

    Returns:
        None: there is nothing that this person may work on.

    Raises:
        NotIndependentError: not on the staff.
    """
    people.check_staff(tx, staff_id)
    mine = store_cases.assigned_to(tx, staff_id)
    if mine is not None:
        return mine
    now = tx.now_ms()
    allowed = {}
    for case in store_cases.queue(tx, QUEUE_MAX):
        matter = people.matter_of(tx, case.id, case.subject or UserId(""), frozenset())
        if rules_people.why_not(staff_id, matter, now) is None:
            allowed[case.id] = case
    summaries = [store_cases.summary(tx, case, now - ACCURACY_MS) for case in allowed.values()]
    chosen = rules_reports.next_case(summaries, secrets.randbits(62), now)
    if chosen is None:
        return None
    store_cases.set_case(tx, chosen, "open", staff_id)
    return people.get_case(tx, chosen)


def recuse(tx: WriteTx, staff_id: UserId, case_id: CaseId) -> None:
    """Step back from a case for good; it goes to the next.

    Raises:
        NotFoundError: it is not this person's case.
        InvalidParamError: it is decided, or waits for somebody else.
    """
    case = people.assigned_case(tx, staff_id, case_id)
    if case.state != "open":
        message = "Only an open case is handed back."
        raise InvalidParamError(message)
    store_cases.add_recusal(tx, case_id, staff_id)
    store_cases.set_case(tx, case_id, "open", None)


def dismiss(tx: WriteTx, staff_id: UserId, case_id: CaseId) -> None:
    """Close a case without a measure.

    Raises:
        NotFoundError: it is not this person's case.
        InvalidParamError: it is not open.
    """
    case = people.assigned_case(tx, staff_id, case_id)
    if case.state != "open":
        message = "Only an open case is dismissed."
        raise InvalidParamError(message)
    store_cases.set_case(tx, case_id, "dismissed", staff_id)
    store_cases.set_outcomes(tx, case_id, "unfounded")
