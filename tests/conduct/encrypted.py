"""A device that encrypts as clients do, with the library that they use: for tests of what is disclosed."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import vodozemac

from tests.api import User


def message_key(session: vodozemac.InboundGroupSession, index: int) -> str:
    """Return the key of one message, made as a client makes it: what HKDF extracts from the ratchet at that message."""
    exported = session.export_at(index)
    assert exported is not None
    # A version, the index, then the ratchet of 128 bytes and the public key.
    ratchet = base64.b64decode(exported.to_base64() + "==")[5 : 5 + 128]
    return base64.b64encode(hmac.digest(bytes(32), ratchet, "sha256")).decode().rstrip("=")


class Sender:
    """One Megolm session of somebody in a room."""

    def __init__(self, user: User, room_id: str) -> None:
        """Begin a session."""
        self.user, self.room_id = user, room_id
        self._session = vodozemac.GroupSession()
        self._inbound = vodozemac.InboundGroupSession(self._session.session_key)

    @property
    def id(self) -> str:
        """Return the session's id."""
        return self._session.session_id

    async def say(self, body: str, **changes: Any) -> tuple[str, dict[str, Any]]:
        """Send a text; return its event id and what was encrypted."""
        content = {"msgtype": "m.text", "body": body}
        plain = {"type": "m.room.message", "content": content, "room_id": self.room_id} | changes
        ciphertext = self._session.encrypt(json.dumps(plain).encode()).to_base64()
        encrypted = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": ciphertext,
            "session_id": self.id,
            "sender_key": "unused",
            "device_id": self.user.device_id,
        }
        sent = await self.user.send(self.room_id, encrypted, "m.room.encrypted")
        return str(sent.ok()["event_id"]), plain

    def key(self, index: int) -> str:
        """Return the key of one message."""
        return message_key(self._inbound, index)
