"""Ending an account at its owner's wish.

spec: client-server-api#account-deactivation
"""

from enum import Enum

from courtyard.accounts.account import account_is_active, deactivate_account
from courtyard.base.ids import UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.rooms.forget import leave_rooms
from courtyard.storage.tx import WriteTx

ROOMS_AT_ONCE = 1_000
"""Rooms that are left in one transaction."""


class Step(Enum):
    """How far the end of an account has come."""

    MORE = "more"
    """There are rooms left: call again."""
    DONE = "done"
    GONE = "gone"
    """There was no such active account."""


def end_account(tx: WriteTx, user_id: UserId, *, erase: bool) -> Step:
    """Leave the rooms, then end the account: in one transaction for up to `ROOMS_AT_ONCE` rooms, else in several.

    The account ends in the last one. Stopped half-way it is still there, out of some rooms, and its owner can ask again.

    Args:
        erase: whether those who were not there are to see what the account wrote as redacted.
    """
    if not account_is_active(tx, user_id):
        return Step.GONE
    permit = admit(tx, user_id, Action.DELETE_ACCOUNT)
    if leave_rooms(tx, permit, ROOMS_AT_ONCE):
        return Step.MORE
    deactivate_account(tx, user_id, erase=erase)
    return Step.DONE
