"""The staff: who is on it, what they declare, and the people around a case."""

from courtyard.accounts.account import get_account
from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import rules_people, store, store_cases, store_complaints
from courtyard.conduct.model import CaseId, Conflict
from courtyard.conduct.rules_people import CONFLICT_MS_MAX, Matter
from courtyard.conduct.store_cases import Case
from courtyard.storage.tx import ReadTx, WriteTx


def grant_staff(tx: WriteTx, user_id: UserId) -> None:
    """Take an account on the staff.

    Raises:
        NotFoundError: there is no such account.
    """
    get_account(tx, user_id)
    store.grant(tx, user_id)


def revoke_staff(tx: WriteTx, user_id: UserId) -> None:
    """Let somebody go from the staff. What they decided stays, and so does that they were involved; others get their work.

    Raises:
        NotFoundError: nobody of this name is on the staff.
    """
    if not store.revoke(tx, user_id):
        message = "Nobody of this name is on the staff."
        raise NotFoundError(message)
    store_cases.let_go(tx, user_id)
    store.let_go_appeals(tx, user_id)
    store_complaints.let_go(tx, user_id)


def staff(tx: ReadTx) -> list[UserId]:
    """Return everybody on the staff."""
    return sorted(store.staff(tx))


def check_staff(tx: ReadTx, user_id: UserId) -> None:
    """Let only the staff in.

    Raises:
        NotIndependentError: not on the staff.
    """
    if not store.is_staff(tx, user_id):
        rules_people.bar("staff")


def declare_conflict(tx: WriteTx, staff_id: UserId, about: str, until: int) -> None:
    """Declare to be no judge of a person or a topic until a time.

    Raises:
        NotIndependentError: not on the staff.
        InvalidParamError: it is about nothing, or does not end within two years.
    """
    check_staff(tx, staff_id)
    now = tx.now_ms()
    if not about or len(about) > 255 or not now < until <= now + CONFLICT_MS_MAX:
        message = "A conflict is about a person or topic, and ends within two years."
        raise InvalidParamError(message)
    store.add_conflict(
        tx,
        Conflict(staff_id=staff_id, about=about, declared_at=now, until=TimestampMs(until)),
    )


def get_case(tx: ReadTx, case_id: CaseId) -> Case:
    """Return a case.

    Raises:
        NotFoundError: there is none.
    """
    case = store_cases.case(tx, case_id)
    if case is None:
        message = "There is no such case."
        raise NotFoundError(message)
    return case


def assigned_case(tx: ReadTx, staff_id: UserId, case_id: CaseId) -> Case:
    """Return a case that this person works on: nobody opens another.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    case = get_case(tx, case_id)
    # Who was let go keeps the name on what was decided, and sees it no more.
    if case.assignee != staff_id or not store.is_staff(tx, staff_id):
        message = "There is no such case."
        raise NotFoundError(message)
    return case


def matter_of(tx: ReadTx, case_id: CaseId, subject: UserId, topics: frozenset[str]) -> Matter:
    """Return the people around a case."""
    return Matter(
        subject=subject,
        topics=topics,
        reporters=store_cases.reporters_of(tx, case_id),
        recused=store_cases.recused(tx, case_id),
        staff=store.staff(tx),
        conflicts=store.conflicts(tx),
    )
