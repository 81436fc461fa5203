"""What the room is told: an event that names only what it is, its id and its state. In encrypted rooms too.

Amounts are told to those who may see them, by the wallet's own endpoints: the event is for everybody who reads the room later.
"""

from courtyard.accounts.account import account_is_active
from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.gate.admit import Permit
from courtyard.rooms.append import Draft, append
from courtyard.rooms.errors import NotInRoomError
from courtyard.rooms.model import NotAllowed
from courtyard.rooms.roster import is_joined
from courtyard.rooms.send import joined_head
from courtyard.storage.tx import WriteTx
from courtyard.wallet.errors import BadRecipientError
from courtyard.wallet.model import PAYMENT


def check_people(tx: WriteTx, user_id: UserId, room_id: RoomId, others: list[UserId]) -> None:
    """Say whether somebody can pay others in a room, or ask them for money.

    Raises:
        NotInRoomError: the asker is not joined, or there is no such room.
        BadRecipientError: one of the others is not joined, has no account here, or is the asker.
    """
    head = joined_head(tx, user_id, room_id)
    for other in others:
        if other == user_id or other not in head.joined or not account_is_active(tx, other):
            message = "Money goes between two members of the room who have accounts here."
            raise BadRecipientError(message)


def announce(
    tx: WriteTx,
    permit: Permit,
    room_id: RoomId,
    content: dict[str, object],
    about: EventId | None = None,
) -> EventId:
    """Write the wallet's event into a room, as the account that acts.

    Args:
        content: `kind`, `id`, `state`, and nothing that says how much.
        about: the event that told of it first.

    Raises:
        NotInRoomError, NotAllowed: the room refuses it.
    """
    if about is not None:
        relation = {"rel_type": "m.reference", "event_id": about}
        content = {**content, "m.relates_to": relation}
    draft = Draft(room_id=room_id, type=PAYMENT, sender=permit.actor, content=content)
    return append(tx, permit, draft).event.event_id


def announce_end(
    tx: WriteTx, permit: Permit, room_id: RoomId, content: dict[str, object], about: EventId
) -> None:
    """Tell a room what became of a payment, if it lets itself be told.

    Who has left, or may not write there any more, gets the money all the same: no room keeps it.
    """
    try:
        if is_joined(tx, permit.actor, room_id):
            announce(tx, permit, room_id, content, about)
    except (NotAllowed, NotInRoomError):
        # `append` asks the rules before it writes, so nothing is half told.
        return
