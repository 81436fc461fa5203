"""The notices room: one for each account, in which the server tells decisions and the account can answer, also while suspended.

It is made when there is first something to tell. The account is in it from the start, whatever it does with invitations, and
cannot leave it (`rooms.membership`).
"""

import secrets

from courtyard.accounts.account import account_is_active
from courtyard.accounts.register import register
from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.conduct import store_notices as store
from courtyard.gate.admit import Permit, admit_server
from courtyard.gate.model import Action
from courtyard.rooms.append import Draft, append
from courtyard.rooms.create import NewRoom, create_room
from courtyard.rooms.membership import join
from courtyard.rooms.model import INVITE, MEMBER
from courtyard.rooms.redact import redact_own_messages
from courtyard.rooms.rules_actions import NOTICES
from courtyard.storage.tx import WriteTx

NAME = "Notices"
USER_TYPE = "org.courtyard.notices"


def deliver(
    tx: WriteTx, user_id: UserId, body: str, details: dict[str, object]
) -> tuple[RoomId, EventId]:
    """Tell an account something in its notices room; return where it stands.

    Args:
        user_id: an account of this server.
        body: for people.
        details: members of the event's content for programs, under our own names.
    """
    found = store.notices_room(tx, user_id)
    if found is None:
        sender = store.sender(tx) or _new_sender(tx)
        permit = admit_server(tx, sender, Action.SEND_NOTICE_ROOM)
        room_id = _new_room(tx, permit, user_id)
        store.add_notices_room(tx, user_id, room_id, sender)
    else:
        room_id, sender = found
        permit = admit_server(tx, sender, Action.SEND_NOTICE_ROOM)
    placed = append(
        tx,
        permit,
        Draft(
            room_id=room_id,
            type="m.room.message",
            sender=permit.actor,
            # A plain text and no notice: clients tell a person about it.
            content={"msgtype": "m.text", "body": body, **details},
        ),
    )
    return room_id, placed.event.event_id


def take_back(tx: WriteTx, user_id: UserId) -> None:
    """Delete everything that an account was told in its notices room: it wants to be erased."""
    found = store.notices_room(tx, user_id)
    if found is not None:
        room_id, sender = found
        redact_own_messages(tx, admit_server(tx, sender, Action.REDACT_OWN), room_id)


def _new_sender(tx: WriteTx) -> UserId:
    """Make the account by which the server speaks. No password works for it; if a person has the name, it gets another."""
    name = "notices"
    user_id = UserId(f"@{name}:{tx.settings.server_name}")
    if account_is_active(tx, user_id):
        user_id = UserId(f"@{name}-{secrets.token_hex(8)}:{tx.settings.server_name}")
    return register(tx, user_id, None, user_type=USER_TYPE, display_name=NAME)


def _new_room(tx: WriteTx, permit: Permit, user_id: UserId) -> RoomId:
    wish = NewRoom(
        creation_content={"type": NOTICES},
        preset="private_chat",
        name=NAME,
        power_level_content_override={"invite": 100},
    )
    room_id = create_room(tx, permit.actor, wish, permit)
    # Straight to the log: somebody who takes no invitations is told all the same.
    content: dict[str, object] = {"membership": INVITE}
    invitation = Draft(
        room_id=room_id, type=MEMBER, sender=permit.actor, content=content, state_key=user_id
    )
    append(tx, permit, invitation)
    join(tx, user_id, room_id)
    return room_id
