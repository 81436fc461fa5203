"""What a LiveKit server is told: which of its rooms, who, and what they may do there. Pure.

LiveKit takes a JSON Web Token that is signed with a secret which it shares with this server. Names are digests: neither the id of the
Matrix room nor the slot can be read from them.

spec: MSC4195, RFC 7519
"""

import base64
import hashlib
import hmac

import msgspec

from courtyard.base import canonical_json
from courtyard.base.ids import RoomId, TimestampMs, UserId

TOKEN_SECONDS = 300
"""How long a token opens the door. Who is inside is given further ones by LiveKit itself."""

SKEW_SECONDS = 10
"""How far LiveKit's clock may be behind ours."""

SOURCES = ("camera", "microphone", "screen_share", "screen_share_audio")
"""What may be sent: pictures and sound, and no data."""

OLD_SLOT = "m.call#ROOM"
"""The slot of a room's one call, as clients name it; requests in the older form do not say any."""

_HEADER = b'{"alg":"HS256","typ":"JWT"}'


class Place(msgspec.Struct, frozen=True):
    """Where in LiveKit somebody may go, and as whom."""

    room: str
    identity: str


def place(room_id: RoomId, slot_id: str, *who: str) -> Place:
    """Return the place of a member of a call: of `sender` and `member.id`, and of the device where the client names it."""
    return Place(room_name(room_id, slot_id), digest(*who))


def old_place(room_id: RoomId, user_id: UserId, device_id: str) -> Place:
    """Return the place as clients expect it whose memberships are state events: they look for this identity."""
    return Place(room_name(room_id, OLD_SLOT), f"{user_id}:{device_id}")


def room_name(room_id: RoomId, slot_id: str) -> str:
    """Return the name of a call's room in LiveKit."""
    return digest(room_id, slot_id)


def digest(*parts: str) -> str:
    """Return the unpadded Base64 of the SHA-256 of strings in canonical JSON."""
    hashed = hashlib.sha256(canonical_json.encode(list(parts))).digest()
    return base64.b64encode(hashed).rstrip(b"=").decode()


def access_token(api_key: str, api_secret: str, where: Place, now_ms: TimestampMs) -> str:
    """Return a token that lets its bearer into one room of LiveKit, to hear and to be heard.

    Args:
        api_key: by which LiveKit finds the secret.
        api_secret: what this server and LiveKit know.
        where: the room, and as whom.
        now_ms: the time, in Unix milliseconds.
    """
    now = now_ms // 1000
    claims = {
        "iss": api_key,
        "sub": where.identity,
        "nbf": now - SKEW_SECONDS,
        "exp": now + TOKEN_SECONDS,
        "video": {
            "room": where.room,
            "roomJoin": True,
            # With it one could also end everybody else's calls.
            "roomCreate": False,
            "canPublish": True,
            "canPublishSources": SOURCES,
            "canPublishData": False,
            "canSubscribe": True,
            "canUpdateOwnMetadata": False,
            "hidden": False,
        },
    }
    signed = _base64url(_HEADER) + b"." + _base64url(msgspec.json.encode(claims))
    signature = hmac.new(api_secret.encode(), signed, hashlib.sha256).digest()
    return (signed + b"." + _base64url(signature)).decode()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
