"""Appealing a decision, and hearing the appeal: by a different human, in time, and never to make it worse."""

import secrets

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import (
    decide,
    people,
    rules_appeal,
    rules_effect,
    rules_leaf,
    rules_letters,
    rules_people,
    store,
    store_cases,
)
from courtyard.conduct.errors import AppealNotPossibleError
from courtyard.conduct.keys import key_hash
from courtyard.conduct.language import language_of
from courtyard.conduct.model import Appeal, AppealId, DecisionId, Outcome, Record
from courtyard.conduct.public_log import log_leaf
from courtyard.conduct.rules_appeal import Reduction
from courtyard.gate.admit import admit
from courtyard.storage.tx import ReadTx, WriteTx

OPEN_MAX = 200
"""Open appeals that are looked at for the next one, those due first first."""


def submit(
    tx: WriteTx, user_id: UserId, id: DecisionId, text: str, *, has_new_evidence: bool
) -> Appeal:
    """Appeal a decision. From its due date on the measure is paused, if nobody has answered by then.

    Raises:
        NotFoundError: there is no such decision about this account.
        AppealNotPossibleError: with the law that stands against it.
        RestrictedError: further appeals of this account are paused; the first one never is.
    """
    record = of_subject(tx, user_id, id)
    new = rules_appeal.submit(
        record,
        AppealId(f"a_{secrets.token_hex(16)}"),
        user_id,
        text,
        tx.now_ms(),
        has_new_evidence=has_new_evidence,
    )
    admit(tx, user_id, rules_appeal.action_of(record))
    leaf = rules_leaf.of_appeal(new, decide.salts_of(tx, id), is_sealed=decide.is_sealed(tx))
    store.add_appeal(tx, new, len(record.appeals), log_leaf(tx, leaf))
    decide.adjust_gate(tx, msgspec.structs.replace(record, appeals=(*record.appeals, new)))
    return new


def submit_by_key(tx: WriteTx, key: str, text: str, *, has_new_evidence: bool) -> Appeal:
    """Appeal a decision with the key that came with it, without a login.

    Raises:
        NotFoundError: no decision has this key.
        AppealNotPossibleError, RestrictedError: as `submit`.
    """
    record = by_key(tx, key)
    decision = record.decision
    return submit(tx, decision.subject, decision.id, text, has_new_evidence=has_new_evidence)


def by_key(tx: ReadTx, key: str) -> Record:
    """Return the decision that an appeal key is for.

    Raises:
        NotFoundError: none.
    """
    id = store.decision_of_key(tx, key_hash(key))
    if id is None:
        message = "No decision has this key."
        raise NotFoundError(message)
    return decide.get_record(tx, id)


def of_subject(tx: ReadTx, user_id: UserId, id: DecisionId) -> Record:
    """Return a decision about this account.

    Raises:
        NotFoundError: there is none, or it is about somebody else.
    """
    record = store.record(tx, id)
    if record is None or record.decision.subject != user_id:
        message = "There is no such decision."
        raise NotFoundError(message)
    return record


def withdraw(tx: WriteTx, user_id: UserId, appeal_id: AppealId) -> Appeal:
    """Take an appeal back.

    Raises:
        NotFoundError: there is no such appeal of this account.
        AppealNotPossibleError: it was answered.
    """
    appeal, _ = _get(tx, appeal_id)
    record = of_subject(tx, user_id, appeal.decision_id)
    gone = rules_appeal.withdraw(appeal, record, user_id, tx.now_ms())
    _answer(tx, record, gone)
    return gone


def get(tx: ReadTx, user_id: UserId, appeal_id: AppealId) -> Appeal:
    """Return one's own appeal.

    Raises:
        NotFoundError: there is no such appeal of this account.
    """
    appeal, _ = _get(tx, appeal_id)
    of_subject(tx, user_id, appeal.decision_id)
    return appeal


def next_appeal(tx: WriteTx, staff_id: UserId) -> Appeal | None:
    """Give somebody the appeal they hear, or the one that is due first of those they had no part in.

    Returns:
        None: there is none that this person may hear.

    Raises:
        NotIndependentError: not on the staff.
    """
    people.check_staff(tx, staff_id)
    mine = store.appeal_assigned_to(tx, staff_id)
    if mine is not None:
        return mine
    for appeal in store.unassigned_appeals(tx, OPEN_MAX):
        record = decide.get_record(tx, appeal.decision_id)
        if _may_hear(tx, staff_id, record):
            store.assign_appeal(tx, appeal.id, staff_id)
            return appeal
    return None


def recuse(tx: WriteTx, staff_id: UserId, appeal_id: AppealId) -> None:
    """Step back from an appeal, and from its case for good; it goes to the next.

    Raises:
        NotFoundError: it is not this person's appeal.
        AppealNotPossibleError: it was answered.
    """
    appeal, assignee = _get(tx, appeal_id)
    if assignee != staff_id:
        message = "There is no such appeal."
        raise NotFoundError(message)
    if not rules_effect.is_open(appeal):
        raise AppealNotPossibleError("answered", "This appeal has been answered.")
    record = decide.get_record(tx, appeal.decision_id)
    store_cases.add_recusal(tx, record.decision.case_id, staff_id)
    store.assign_appeal(tx, appeal_id, None)


def rule(
    tx: WriteTx,
    staff_id: UserId,
    appeal_id: AppealId,
    outcome: Outcome,
    reasons: str,
    reduction: Reduction | None = None,
) -> Appeal:
    """Answer an appeal, lift what the answer lifts, and tell the account.

    Raises:
        NotFoundError: it is not this person's appeal.
        NotIndependentError, AppealNotPossibleError: with the law that stands against it.
    """
    appeal, assignee = _get(tx, appeal_id)
    if assignee != staff_id:
        message = "There is no such appeal."
        raise NotFoundError(message)
    record = decide.get_record(tx, appeal.decision_id)
    decided, lift = rules_appeal.rule(
        appeal,
        record,
        decide.siblings_of(tx, record),
        decide.matter_of(tx, record),
        staff_id,
        outcome,
        reasons,
        tx.now_ms(),
        reduction,
    )
    if lift is not None:
        after = msgspec.structs.replace(record, lifts=(*record.lifts, lift))
        salts = decide.salts_of(tx, record.decision.id)
        leaf = rules_leaf.of_lift(
            lift, after, decide.leaf_id(), salts, is_sealed=decide.is_sealed(tx)
        )
        store.add_lift(tx, lift, len(record.lifts), log_leaf(tx, leaf))
        record = after
    _answer(tx, record, decided)
    subject = record.decision.subject
    body = rules_letters.ruling_text(language_of(tx, subject), subject, outcome, reasons)
    decide.tell(tx, record.decision, body, "ruling")
    return decided


def _get(tx: ReadTx, appeal_id: AppealId) -> tuple[Appeal, UserId | None]:
    found = store.appeal(tx, appeal_id)
    if found is None:
        message = "There is no such appeal."
        raise NotFoundError(message)
    return found


def _may_hear(tx: ReadTx, staff_id: UserId, record: Record) -> bool:
    matter = decide.matter_of(tx, record)
    if rules_people.why_not(staff_id, matter, tx.now_ms()) is not None:
        return False
    case = (record, *decide.siblings_of(tx, record))
    return all(staff_id not in rules_people.involved(one) for one in case)


def _answer(tx: WriteTx, record: Record, decided: Appeal) -> None:
    """Keep an answered appeal, log it, and tell the gate what is known now."""
    decision = record.decision
    salts = decide.salts_of(tx, decision.id)
    leaf = rules_leaf.of_ruling(
        decided, decision.subject, decide.leaf_id(), salts, is_sealed=decide.is_sealed(tx)
    )
    store.answer_appeal(tx, decided, log_leaf(tx, leaf))
    appeals = tuple(decided if one.id == decided.id else one for one in record.appeals)
    decide.adjust_gate(tx, msgspec.structs.replace(record, appeals=appeals))
