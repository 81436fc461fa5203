"""Credentials for TURN servers: a name that says until when, and a keyed hash of it. Pure.

The scheme is the one that coturn calls `use-auth-secret`.

spec: client-server-api#get_matrixclientv3voipturnserver
"""

import base64
import hashlib
import hmac

import msgspec

from courtyard.base.ids import TimestampMs, UserId

TTL_SECONDS = 86_400
"""How long credentials work."""


class TurnCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a client needs to relay a call."""

    username: str
    password: str
    uris: list[str]
    ttl: int


def credentials(
    uris: str, shared_secret: str, user_id: UserId, now_ms: TimestampMs
) -> TurnCredentials:
    """Return credentials for one account.

    Args:
        uris: the TURN servers, separated by spaces.
        shared_secret: what this server and the TURN servers know.
        now_ms: the time, in Unix milliseconds.
    """
    username = f"{now_ms // 1000 + TTL_SECONDS}:{user_id}"
    # SHA-1 is what TURN servers compute; as a keyed hash of a short-lived name it still serves.
    digest = hmac.new(shared_secret.encode(), username.encode(), hashlib.sha1).digest()
    return TurnCredentials(
        username=username,
        password=base64.b64encode(digest).decode(),
        uris=uris.split(),
        ttl=TTL_SECONDS,
    )
