"""Misuse of reports and appeals: found by counting, warned of first, and paused by a decision like every other.

Nobody is singled out: who asks for such a case gets one whose numbers ask for something, or none. DSA art. 23(2), (3).
"""

from typing import Final

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import UserId
from courtyard.conduct import (
    people,
    report,
    rules_misuse,
    rules_people,
    store,
    store_cases,
    store_misuse,
)
from courtyard.conduct.model import Proposal
from courtyard.conduct.model_rules import Clause
from courtyard.conduct.rules_ladder import refuse
from courtyard.conduct.rules_misuse import UNFOUNDED_MIN, WINDOW_MS, Advice, MisuseKind, Sent
from courtyard.conduct.store_cases import Case
from courtyard.storage.tx import ReadTx, WriteTx

PARTIES_MAX: Final = 100
"""Parties that are looked at for the next case."""
KINDS: Final[tuple[MisuseKind, ...]] = ("report", "appeal")


def next_case(tx: WriteTx, staff_id: UserId) -> tuple[Case, Advice] | None:
    """Give somebody on the staff a case of misuse, with what is in order; or the one they work on.

    Returns:
        None: nobody's numbers ask for anything, or this person may not judge those they do ask for.

    Raises:
        NotIndependentError: not on the staff.
        InvalidParamError: this person works on another case.
    """
    people.check_staff(tx, staff_id)
    mine = store_cases.assigned_to(tx, staff_id)
    if mine is not None:
        kind = rules_misuse.kind_of(mine.item)
        if kind is None or mine.subject is None:
            message = "You work on another case."
            raise InvalidParamError(message)
        return mine, advice(tx, kind, mine.subject)
    for kind in KINDS:
        for party in _parties(tx, kind):
            found = advice(tx, kind, party)
            if found.step != "nothing" and _is_free(tx, staff_id, kind, party):
                item = rules_misuse.item_of(kind, party, tx.now_ms())
                case_id = report.open_case(tx, item, party)
                store_cases.set_case(tx, case_id, "open", staff_id)
                return people.get_case(tx, case_id), found
    return None


def advice(tx: ReadTx, kind: MisuseKind, party: UserId) -> Advice:
    """Return what is in order about one party now."""
    now = tx.now_ms()
    records = store.records_of(tx, party)
    if kind == "report":
        sent = store_misuse.reports(tx, party, now - WINDOW_MS)
    else:
        sent = [
            Sent(at=one.submitted_at, is_manifest=one.outcome == "inadmissible")
            for record in records
            for one in record.appeals
            if one.outcome not in (None, "withdrawn")
        ]
    return rules_misuse.assess(rules_misuse.count(kind, sent, records, now), now)


def check(tx: ReadTx, proposal: Proposal, clause: Clause) -> None:
    """Check that a decision by a rule about misuse is in order by the numbers.

    Raises:
        DecisionNotAllowedError: nobody counted, or the numbers ask for less.
    """
    kind = rules_misuse.kind_of(proposal.items[0])
    if kind is None and not clause.is_misuse:
        return
    if kind is None or not clause.is_misuse:
        raise refuse("misuse", "A rule about misuse, and no other, is for what was counted.")
    rules_misuse.check(kind, proposal.measures, advice(tx, kind, proposal.subject))


def _parties(tx: ReadTx, kind: MisuseKind) -> list[UserId]:
    since = tx.now_ms() - WINDOW_MS
    find = store_misuse.reporters if kind == "report" else store_misuse.appellants
    return find(tx, since, UNFOUNDED_MIN, PARTIES_MAX)


def _is_free(tx: ReadTx, staff_id: UserId, kind: MisuseKind, party: UserId) -> bool:
    """Tell whether there is such an account, no such case, and nothing that bars this person."""
    now = tx.now_ms()
    item = rules_misuse.item_of(kind, party, now)
    if not account_is_active(tx, party) or store_cases.open_case_about(tx, item) is not None:
        return False
    if any(item in record.decision.items for record in store.records_of(tx, party)):
        # Decided today.
        return False
    matter = people.matter_of(tx, report.NO_CASE, party, frozenset())
    return rules_people.why_not(staff_id, matter, now) is None
