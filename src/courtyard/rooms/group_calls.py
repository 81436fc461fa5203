"""Group calls: who is let into a room's call on the LiveKit server.

A call is said to the room by its members' own events (`org.matrix.msc3401.call.member`), which are written like any other. What is here is
the other half: the key to the server that carries pictures and sound. It is given to exactly those who may also say that they take part.

spec: MSC4143, MSC4195
"""

import msgspec

from courtyard.accounts.openid import openid_user
from courtyard.base.errors import CourtyardError, NotFoundError
from courtyard.base.ids import RoomId, UserId
from courtyard.base.settings import Settings
from courtyard.gate.admit import admit
from courtyard.rooms.model import NotAllowed
from courtyard.rooms.rules_actions import action_of_message
from courtyard.rooms.rules_livekit import Place, access_token
from courtyard.rooms.rules_power import power_level, required_level
from courtyard.rooms.send import joined_head, other_in_direct
from courtyard.storage.tx import ReadTx, WriteTx

OLD_MEMBER = "org.matrix.msc3401.call.member"
"""The state event by which a client says that it is in a call."""

MEMBER = "org.matrix.msc4143.rtc.member"
"""The message by which later clients do."""


class UnknownOpenIdError(CourtyardError):
    """The OpenID token is not one of this server's, or has ended."""

    code = "rooms.unknown_openid"


class Membership(msgspec.Struct, frozen=True):
    """The event with which somebody says that they are in a call."""

    type: str
    is_state: bool


OLD = Membership(OLD_MEMBER, is_state=True)
NEW = Membership(MEMBER, is_state=False)


def is_offered(settings: Settings) -> bool:
    """Tell whether this server has a LiveKit server for its calls."""
    return bool(settings.livekit_url)


def need_livekit(settings: Settings) -> None:
    """Refuse where there is none.

    Raises:
        NotFoundError: there is none.
    """
    if not is_offered(settings):
        message = "This server has no LiveKit server for group calls."
        raise NotFoundError(message)


def holder_of(tx: ReadTx, openid_token: str) -> UserId:
    """Return whose an OpenID token is.

    Raises:
        UnknownOpenIdError: nobody's.

    spec: client-server-api#openid
    """
    user_id = openid_user(tx, openid_token)
    if user_id is None:
        message = "The OpenID token is not valid."
        raise UnknownOpenIdError(message)
    return user_id


def enter_call(
    tx: WriteTx, user_id: UserId, room_id: RoomId, where: Place, membership: Membership
) -> str:
    """Return a token for the call of a room, for somebody who may say there that they take part.

    To be heard in a room is to speak in it: whoever may not write there now may not call there either, and is told so in the same words.
    Nothing is written; the gate counts it among what one sends.

    Raises:
        NotInRoomError: the user is not joined, or there is no such room.
        RestrictedError, LimitExceededError: as the gate says.
        NotAllowed: the room's power levels do not let them take part in calls.
    """
    head = joined_head(tx, user_id, room_id)
    action = action_of_message(head.room_type, membership.type, {}, is_direct=head.is_direct)
    admit(tx, user_id, action, other_in_direct(head, user_id))
    needed = required_level(membership.type, head, is_state=membership.is_state)
    if power_level(user_id, head, head.version) < needed:
        message = "This room does not let you take part in calls."
        raise NotAllowed(message)
    settings = tx.settings
    return access_token(settings.livekit_api_key, settings.livekit_api_secret, where, tx.now_ms())
