"""Matrix's endpoints to suspend and lock an account. They are no way around a decision.

They read what is, and they can end it. To begin a suspension somebody proposes a decision and another person approves it; a
lock is for the security of an account at its owner's wish, and never a penalty.

spec: client-server-api#account-moderation
"""

from courtyard.accounts.account import get_account, lock_account
from courtyard.base.errors import ForbiddenError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import decide, people, rules_effect, store
from courtyard.gate.model import RESTRICTABLE
from courtyard.storage.tx import ReadTx, WriteTx


def is_suspended(tx: ReadTx, user_id: UserId) -> bool:
    """Tell whether a decision takes everything that can be taken from an account now.

    Raises:
        NotFoundError: there is no such account.
    """
    get_account(tx, user_id)
    return rules_effect.taken(store.records_of(tx, user_id), tx.now_ms()) >= RESTRICTABLE


def set_suspended(tx: WriteTx, admin: UserId, user_id: UserId, *, suspended: bool) -> None:
    """Lift every suspension of an account; to begin one is refused. What is already so is accepted.

    Raises:
        NotFoundError: there is no such account.
        ForbiddenError: it asks for a suspension without a decision.
        NotIndependentError: only the staff lifts, and nobody for themselves.
    """
    if is_suspended(tx, user_id) == suspended:
        return
    if suspended:
        message = "Nobody is suspended without a decision: propose one."
        raise ForbiddenError(message)
    people.check_staff(tx, admin)
    now = tx.now_ms()
    for record in store.records_of(tx, user_id):
        if any(
            one.type in ("suspension", "block") and rules_effect.in_force(record, one, now)
            for one in record.decision.measures
        ):
            decide.lift(tx, admin, record.decision.id, "lifted")


def is_locked(tx: ReadTx, user_id: UserId) -> bool:
    """Tell whether an account is locked for its own security now.

    Raises:
        NotFoundError: there is no such account.
    """
    return get_account(tx, user_id).locked_until > tx.now_ms()


def set_locked(tx: WriteTx, user_id: UserId, *, locked: bool) -> None:
    """Unlock an account; to lock one is refused. What is already so is accepted.

    Raises:
        NotFoundError: there is no such account.
        ForbiddenError: it asks for a lock.
    """
    if is_locked(tx, user_id) == locked:
        return
    if locked:
        message = "A lock is for an account's own security, and never a penalty."
        raise ForbiddenError(message)
    lock_account(tx, user_id, TimestampMs(0))
