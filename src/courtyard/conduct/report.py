"""Reporting something, and getting the next case. The number of reports never acts."""

import secrets

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import UserId
from courtyard.conduct import (
    capture,
    evidence,
    inform,
    keys,
    people,
    rules_people,
    rules_reports,
    store,
    store_cases,
    store_complaints,
)
from courtyard.conduct.capture import Disclosure, Seen
from courtyard.conduct.caretaker import Caretaker
from courtyard.conduct.model import DAY_MS, CaseId, Item
from courtyard.conduct.model_cases import Found, Report, ReportId, ReportKind
from courtyard.conduct.model_evidence import Check, Disclosed
from courtyard.conduct.rules_reports import OF_ACCOUNTS
from courtyard.conduct.store_cases import Case
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.rooms.read_access import Asker
from courtyard.storage.tx import WriteTx

QUEUE_MAX = 500
"""Cases that are looked at for the next one, the oldest first."""
NO_CASE = CaseId("")
"""No case has this id: nobody has stepped back from what is not there yet."""
REPEATS_MAX = 5
"""Reports of one account about one open case and of one kind that are kept; a further one is answered with the first of them."""
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
    seen: Seen | None = None,
    disclosed: tuple[Disclosed, ...] = (),
    disclosure: bytes = b"",
    key: str | None = None,
) -> ReportId:
    """Take in a report: it opens a case, joins an open one, or says what was decided before. DSA art. 16.

    What the server could see of the item is kept with the case as evidence, and so is what the reporter disclosed.

    Args:
        tx: the open transaction.
        reporter: an account here, or None for a notice without one.
        item: what it is about.
        subject: whose it is, as far as is known; of an account, nobody but that account.
        kind: an urgent report cannot be restricted; a claim that somebody is in danger is looked at first.
        category, explanation, contact, is_good_faith: what it says.
        seen: what the server saw of the item itself.
        disclosed, disclosure: what the reporter disclosed of an encrypted room, and how it was checked.
        key: by which a notice can be looked at.

    Raises:
        InvalidParamError, TooLargeError: it says too little or too much.
        RestrictedError: a decision pauses this account's reports that are not urgent.
        LimitExceededError: too many.
    """
    if subject is None and item.type in OF_ACCOUNTS and account_is_active(tx, UserId(item.id)):
        subject = UserId(item.id)
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
        disclosed=disclosed,
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
    id = _repeated(tx, received, case_id)
    if id is None:
        id = received.id
        key_hash = None if key is None else keys.key_hash(key)
        store_cases.add_report(tx, received, case_id, fate, key_hash)
    if case_id is not None:
        _keep_evidence(tx, case_id, id, seen, disclosed, disclosure)
    return id


def _keep_evidence(
    tx: WriteTx,
    case_id: CaseId,
    id: ReportId,
    seen: Seen | None,
    disclosed: tuple[Disclosed, ...],
    disclosure: bytes,
) -> None:
    if seen is not None and seen.body is not None:
        evidence.keep_reported(tx, case_id, id, seen.kind, seen.body)
    if disclosed:
        is_verified = all(one.check == "verified" for one in disclosed)
        check: Check = "verified" if is_verified else "unverified"
        evidence.keep_reported(tx, case_id, id, "disclosed", disclosure, check)


def _repeated(tx: WriteTx, received: Report, case_id: CaseId | None) -> ReportId | None:
    """Return the report that this one only repeats: the account has said the same `REPEATS_MAX` times while the case is open."""
    if case_id is None or received.reporter is None:
        return None
    own = store_cases.reports_by(tx, case_id, received.reporter, received.kind, REPEATS_MAX)
    return own[0] if len(own) == REPEATS_MAX else None


def report_item(
    tx: WriteTx,
    asker: Asker,
    item: Item,
    subject: UserId | None,
    disclosures: list[Disclosure],
    *,
    kind: ReportKind,
    category: str,
    explanation: str,
) -> tuple[ReportId, tuple[Disclosed, ...]]:
    """Take in a report of an account. What the server sees itself is believed before what the reporter says of it.

    Returns:
        The report, and how each message that was disclosed was checked.

    Raises:
        NotFoundError: a message that is disclosed is none that the reporter may see.
        InvalidParamError, TooLargeError: as `report`; or it names somebody else than whose it is.
        DisclosureMismatchError: a message says something else than is disclosed.
        RestrictedError, LimitExceededError: as `report`.
    """
    seen = capture.see(tx, asker, item)
    # A room is nobody's: whom it is held against, only the reporter can say.
    if seen is not None and seen.kind != "room":
        if subject not in (None, seen.subject):
            message = "This is somebody else's."
            raise InvalidParamError(message)
        item, subject = seen.item, seen.subject
    disclosed: tuple[Disclosed, ...] = ()
    disclosure = b""
    if disclosures:
        disclosed, disclosure = capture.disclose(tx, asker, item, disclosures)
    report_id = report(
        tx,
        asker.user_id,
        item,
        subject,
        kind=kind,
        category=category,
        explanation=explanation,
        seen=seen,
        disclosed=disclosed,
        disclosure=disclosure,
    )
    return report_id, disclosed


def notice(
    tx: WriteTx,
    item: Item,
    subject: UserId | None,
    *,
    kind: ReportKind,
    category: str,
    explanation: str,
    contact: str,
    is_good_faith: bool,
) -> tuple[ReportId, str]:
    """Take in a notice without an account; return it, and the key by which its author can look what became of it.

    Nothing is looked up but what everybody may see: the profile of an account.

    Raises:
        InvalidParamError, TooLargeError: as `report`.
    """
    key = keys.new_key()
    report_id = report(
        tx,
        None,
        item,
        subject,
        kind=kind,
        category=category,
        explanation=explanation,
        contact=contact,
        is_good_faith=is_good_faith,
        seen=capture.seen_profile(tx, item) if item.type in OF_ACCOUNTS else None,
        key=key,
    )
    return report_id, key


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
    summaries = store_cases.summaries(tx, list(allowed.values()), now - ACCURACY_MS)
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


def dismiss(
    tx: WriteTx, staff_id: UserId, case_id: CaseId, *, is_manifestly_unfounded: bool = False
) -> None:
    """Close a case without a measure, and tell the reporters.

    Args:
        tx: the open transaction.
        staff_id: who works on it.
        case_id: the case.
        is_manifestly_unfounded: a layperson sees at once that there is nothing to it. Only such reports count as misuse; an
            ordinary wrong one does not. DSA art. 23(2).

    Raises:
        NotFoundError: it is not this person's case.
        InvalidParamError: it is not open.
    """
    case = people.assigned_case(tx, staff_id, case_id)
    if case.state != "open":
        message = "Only an open case is dismissed."
        raise InvalidParamError(message)
    close_case(tx, case_id, "unfounded", staff_id, is_manifest=is_manifestly_unfounded)


def close_case(
    tx: WriteTx,
    case_id: CaseId,
    found: Found,
    assignee: UserId | None,
    *,
    is_manifest: bool = False,
) -> None:
    """Close a case, say how its reports turned out, and tell the first reporters. The others are told right after."""
    store_cases.set_case(tx, case_id, "decided" if found == "founded" else "dismissed", assignee)
    store_complaints.decide_reports(tx, case_id, found, is_manifest=is_manifest)
    if inform.inform_some(tx):
        tx.memory(Caretaker).wake_after(tx)
