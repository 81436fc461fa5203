"""An account goes, and with it what rooms keep for it alone. What it wrote stays: that belongs to the conversation.

spec: client-server-api#account-deactivation
"""

from courtyard.base.ids import UserId
from courtyard.gate.admit import Permit
from courtyard.rooms.append import Draft, append
from courtyard.rooms.erased import Erased
from courtyard.rooms.heads import Heads
from courtyard.rooms.ignores import Ignores
from courtyard.rooms.model import INVITE, JOIN, KNOCK, LEAVE, MEMBER
from courtyard.rooms.store import account_data as store
from courtyard.rooms.store import members as members_store
from courtyard.storage.tx import WriteTx


def forget_account(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: FBT001  # the hook's shape
    """Delete tags, read markers and other account data: for `accounts.account.ON_DEACTIVATED`.

    They go whether or not the account is to be erased: nobody is left to read them.
    """
    store.delete_all(tx, user_id)
    tx.memory(Ignores).changed(tx)
    if erase:
        tx.memory(Erased).changed(tx)


def leave_rooms(tx: WriteTx, permit: Permit, count: int) -> bool:
    """Leave rooms, refuse invitations and take back knocks, the notices room's too.

    Args:
        permit: to `Action.DELETE_ACCOUNT`.
        count: rooms to leave now.

    Returns:
        Whether there are more to leave.
    """
    user_id = permit.actor
    rows = [
        row
        for row in members_store.memberships_of(tx, user_id)
        if row.membership in (JOIN, INVITE, KNOCK)
    ]
    for row in rows[:count]:
        draft = Draft(
            room_id=row.room_id,
            type=MEMBER,
            sender=user_id,
            content={"membership": LEAVE},
            state_key=user_id,
        )
        append(tx, permit, draft, tx.memory(Heads).get(tx, row.room_id))
    return len(rows) > count
