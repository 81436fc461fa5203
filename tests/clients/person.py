"""What a person can do with a Matrix client, whichever client it is.

Contents are built here, from the specification, so both clients send the same; each client does its own
encryption, its own key exchange and its own reading of what came.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Final

from tests.clients.photo import HEIGHT, MIMETYPE, WIDTH, Photo, size_px

WAIT_SECONDS: Final = 20.0

Shown = dict[str, Any]
"""An event as its reader sees it, after decryption and with what others did to it.

event_id, sender, type, content, body (after edits), encrypted, undecryptable, edited, redacted,
thread (root event id or None), reactions ({key: [senders]}), read_by ([user ids]).
"""


class Person(ABC):
    """One device of one account, logged in and syncing.

    Waiting methods raise with what the client does show when WAIT_SECONDS have passed.
    """

    user_id: str
    device_id: str
    password: str

    # What each client does in its own way.

    @abstractmethod
    async def create_room(self, invite: list[str], *, direct: bool, name: str) -> str:
        """Create an encrypted room and return its id."""

    @abstractmethod
    async def join(self, room_id: str) -> None:
        """Join, and wait until the room has come down /sync."""

    @abstractmethod
    async def send(self, room_id: str, event_type: str, content: dict[str, Any]) -> str:
        """Send, encrypted where the client encrypts this type; return the event id."""

    @abstractmethod
    async def redact(self, room_id: str, event_id: str) -> None:
        """Redact an event."""

    @abstractmethod
    async def read(self, room_id: str, event_id: str) -> None:
        """Send a read receipt."""

    @abstractmethod
    async def typing(self, room_id: str, *, on: bool) -> None:
        """Start or stop typing."""

    @abstractmethod
    async def upload(self, data: bytes) -> dict[str, Any]:
        """Encrypt and upload; return the EncryptedFile that describes it."""

    @abstractmethod
    async def download(self, file: dict[str, Any]) -> bytes:
        """Download, check and decrypt an EncryptedFile."""

    @abstractmethod
    async def set_avatar(self, data: bytes) -> None:
        """Upload a picture in the clear and make it the avatar."""

    @abstractmethod
    async def avatar(self, user_id: str, size: int | None = None) -> bytes:
        """Fetch somebody's avatar, or the server's thumbnail of it, `size` pixels at most."""

    @abstractmethod
    async def sees(self, room_id: str, **has: Any) -> Shown:
        """Wait for an event that has all of these (see Shown); lists by their members."""

    @abstractmethod
    async def sees_typing(self, room_id: str, user_id: str, *, on: bool) -> None:
        """Wait until somebody is (not) typing."""

    @abstractmethod
    async def sees_member(self, room_id: str, user_id: str, membership: str) -> None:
        """Wait until the room shows this membership."""

    @abstractmethod
    async def logout(self) -> None:
        """Log this device out."""

    # What follows from it.

    async def say(self, room_id: str, body: str) -> str:
        """Send a text message."""
        return await self.send(room_id, "m.room.message", {"msgtype": "m.text", "body": body})

    async def react(self, room_id: str, event_id: str, key: str) -> str:
        """spec: client-server-api#event-annotations-and-reactions."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room_id, "m.reaction", {"m.relates_to": relation})

    async def edit(self, room_id: str, event_id: str, body: str) -> str:
        """spec: client-server-api#event-replacements."""
        new = {"msgtype": "m.text", "body": body}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        content = {**new, "body": f"* {body}", "m.new_content": new, "m.relates_to": relation}
        return await self.send(room_id, "m.room.message", content)

    async def reply_in_thread(self, room_id: str, root: str, body: str) -> str:
        """spec: client-server-api#threading."""
        relation = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
        content = {"msgtype": "m.text", "body": body, "m.relates_to": relation}
        return await self.send(room_id, "m.room.message", content)

    async def send_photo(self, room_id: str, photo: Photo) -> str:
        """spec: client-server-api#sending-encrypted-attachments."""
        width, height = size_px(photo.thumbnail)
        content = {
            "msgtype": "m.image",
            "body": "photo.png",
            "file": await self.upload(photo.data),
            "info": {
                "mimetype": MIMETYPE,
                "w": WIDTH,
                "h": HEIGHT,
                "size": len(photo.data),
                "thumbnail_file": await self.upload(photo.thumbnail),
                "thumbnail_info": {
                    "mimetype": MIMETYPE,
                    "w": width,
                    "h": height,
                    "size": len(photo.thumbnail),
                },
            },
        }
        return await self.send(room_id, "m.room.message", content)

    async def open_photo(self, shown: Shown) -> Photo:
        """Fetch what a photo message points to."""
        content = shown["content"]
        return Photo(
            await self.download(content["file"]),
            await self.download(content["info"]["thumbnail_file"]),
        )
