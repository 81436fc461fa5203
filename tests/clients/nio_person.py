"""matrix-nio with vodozemac, in this process."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import nio
from nio.crypto.attachments import decrypt_attachment

from tests.clients.person import WAIT_SECONDS, Person, Shown

T = TypeVar("T")
Answer = TypeVar("Answer", bound=nio.Response)

SYNC_MS = 10_000


class NioError(AssertionError):
    """The client got an answer it did not want, or waited in vain."""


class NioPerson(Person):
    """A client with its key store in `folder`. Beyond Person it verifies by to-device messages.

    Attributes:
        client: nio's own, for what only nio does.
        delivered: how often /sync brought each event; more than once is a fault of the server.
    """

    def __init__(self, base_url: str, user: str, password: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        config = nio.AsyncClientConfig(
            encryption_enabled=True, max_timeouts=2, max_limit_exceeded=0, request_timeout=30
        )
        self.client = nio.AsyncClient(base_url, user, store_path=str(folder), config=config)
        self.password = password
        self.user_id = ""
        self.device_id = ""
        self.delivered: Counter[str] = Counter()
        self._shown: dict[str, dict[str, Shown]] = {}
        self._typing: dict[str, list[str]] = {}
        self._changed = asyncio.Event()
        self._verification = ""
        self._syncing: asyncio.Task[None] | None = None
        self._fault = ""
        self.client.add_event_callback(self._on_event, nio.Event)
        self.client.add_ephemeral_callback(self._on_ephemeral, nio.EphemeralEvent)
        self.client.add_to_device_callback(self._on_verification, nio.KeyVerificationEvent)
        self.client.add_response_callback(self._on_response, nio.Response)

    @classmethod
    async def register(cls, base_url: str, user: str, password: str, folder: Path) -> NioPerson:
        """Make an account and start syncing."""
        person = cls(base_url, user, password, folder)
        async with person._closing_on_error():
            answer = await person.client.register(user, password, device_name="nio")
            await person._start(_expect(nio.RegisterResponse, answer))
        return person

    @classmethod
    async def login(cls, base_url: str, user: str, password: str, folder: Path) -> NioPerson:
        """Log another device in and start syncing."""
        person = cls(base_url, user, password, folder)
        async with person._closing_on_error():
            answer = await person.client.login(password, device_name="nio, another")
            await person._start(_expect(nio.LoginResponse, answer))
        return person

    async def close(self) -> None:
        """Stop syncing and close the connections; the device stays logged in."""
        await self._stop_syncing()
        await self.client.close()

    # -- Person -----------------------------------------------------------------------------------

    async def create_room(self, invite: list[str], *, direct: bool, name: str) -> str:
        encryption = {
            "type": "m.room.encryption",
            "state_key": "",
            "content": {"algorithm": "m.megolm.v1.aes-sha2"},
        }
        preset = nio.RoomPreset.trusted_private_chat if direct else nio.RoomPreset.private_chat
        answer = await self.client.room_create(
            name=name, is_direct=direct, preset=preset, invite=invite, initial_state=[encryption]
        )
        room_id: str = _expect(nio.RoomCreateResponse, answer).room_id
        await self._until(lambda: self._encrypted(room_id), "the new room in /sync")
        return room_id

    async def join(self, room_id: str) -> None:
        await self._until(lambda: room_id in self.client.invited_rooms, "an invitation")
        _expect(nio.JoinResponse, await self.client.join(room_id))
        await self._until(lambda: self._encrypted(room_id), "the joined room in /sync")

    async def send(self, room_id: str, event_type: str, content: dict[str, Any]) -> str:
        # Who a message can be read by is the test's business; SAS has a test of its own.
        answer = await self.client.room_send(
            room_id, event_type, content, ignore_unverified_devices=True
        )
        event_id: str = _expect(nio.RoomSendResponse, answer).event_id
        return event_id

    async def redact(self, room_id: str, event_id: str) -> None:
        _expect(nio.RoomRedactResponse, await self.client.room_redact(room_id, event_id))

    async def read(self, room_id: str, event_id: str) -> None:
        answer = await self.client.update_receipt_marker(room_id, event_id)
        _expect(nio.UpdateReceiptMarkerResponse, answer)

    async def typing(self, room_id: str, *, on: bool) -> None:
        _expect(nio.RoomTypingResponse, await self.client.room_typing(room_id, typing_state=on))

    async def upload(self, data: bytes) -> dict[str, Any]:
        answer, file = await self.client.upload(
            io.BytesIO(data), encrypt=True, filesize=len(data), content_type="image/png"
        )
        assert file
        return {**file, "url": _expect(nio.UploadResponse, answer).content_uri}

    async def download(self, file: dict[str, Any]) -> bytes:
        secret = await self._media(file["url"])
        plain: bytes = decrypt_attachment(
            secret, file["key"]["k"], file["hashes"]["sha256"], file["iv"]
        )
        return plain

    async def set_avatar(self, data: bytes) -> None:
        answer, _ = await self.client.upload(
            io.BytesIO(data), content_type="image/png", filename="me.png", filesize=len(data)
        )
        uri = _expect(nio.UploadResponse, answer).content_uri
        _expect(nio.ProfileSetAvatarResponse, await self.client.set_avatar(uri))

    async def avatar(self, user_id: str, size: int | None = None) -> bytes:
        answer = await self.client.get_avatar(user_id)
        uri = _expect(nio.ProfileGetAvatarResponse, answer).avatar_url
        assert uri
        if size is None:
            return await self._media(uri)
        place = urlsplit(uri)
        thumbnail = await self.client.thumbnail(place.netloc, place.path[1:], size, size)
        body: bytes = _expect(nio.ThumbnailResponse, thumbnail).body
        return body

    async def sees(self, room_id: str, **has: Any) -> Shown:
        def find() -> Shown | None:
            shown = self._shown.get(room_id, {}).values()
            return next((event for event in shown if matches(event, has)), None)

        return await self._until(find, f"{has} in {room_id}")

    async def sees_typing(self, room_id: str, user_id: str, *, on: bool) -> None:
        def changed() -> bool:
            return (user_id in self._typing.get(room_id, [])) is on

        await self._until(changed, f"typing of {user_id}: {on}")

    async def sees_member(self, room_id: str, user_id: str, membership: str) -> None:
        def there() -> bool:
            room = self.client.rooms.get(room_id)
            invited = bool(room) and user_id in room.invited_users
            joined = bool(room) and user_id in room.users and not invited
            return {"join": joined, "invite": invited, "leave": not (joined or invited)}[membership]

        await self._until(there, f"{user_id}: {membership}")

    async def logout(self) -> None:
        await self._stop_syncing()
        _expect(nio.LogoutResponse, await self.client.logout())

    # -- comparing emoji, by to-device messages ---------------------------------------------------

    async def knows(self, user_id: str, device_id: str) -> nio.crypto.OlmDevice:
        """Wait until this client has the keys of a device."""

        def find() -> nio.crypto.OlmDevice | None:
            found: nio.crypto.OlmDevice | None = self.client.device_store[user_id].get(device_id)
            return found

        return await self._until(find, f"the keys of {device_id}")

    async def start_verification(self, user_id: str, device_id: str) -> None:
        """Ask another device to compare emoji."""
        device = await self.knows(user_id, device_id)
        _expect(nio.ToDeviceResponse, await self.client.start_key_verification(device))
        self._verification = next(iter(self.client.key_verifications))

    async def accept_verification(self) -> None:
        """Wait until somebody asks, and agree."""
        await self._until(lambda: self._verification, "a request to verify")
        answer = await self.client.accept_key_verification(self._verification)
        _expect(nio.ToDeviceResponse, answer)

    async def emoji(self) -> list[str]:
        """Wait for the keys and return the pictures to compare."""
        sas = self.client.key_verifications[self._verification]
        await self._until(lambda: sas.established_sas, "the other's key")
        return [picture for picture, _ in sas.get_emoji()]

    async def confirm_emoji(self) -> None:
        """Say that the pictures are the same, and wait until the other has said so too."""
        sas = self.client.key_verifications[self._verification]
        answer = await self.client.confirm_short_auth_string(self._verification)
        _expect(nio.ToDeviceResponse, answer)
        await self._until(lambda: sas.verified, "the other's confirmation")

    def has_verified(self, user_id: str, device_id: str) -> bool:
        """Whether this client trusts that device."""
        return bool(self.client.device_store[user_id][device_id].verified)

    # -- inside -----------------------------------------------------------------------------------

    @asynccontextmanager
    async def _closing_on_error(self) -> AsyncIterator[None]:
        try:
            yield
        except BaseException:
            await self.close()
            raise

    async def _stop_syncing(self) -> None:
        if self._syncing:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)

    async def _start(self, account: nio.RegisterResponse | nio.LoginResponse) -> None:
        self.user_id, self.device_id = account.user_id, account.device_id
        self.client.restore_login(account.user_id, account.device_id, account.access_token)
        self._syncing = asyncio.create_task(self.client.sync_forever(SYNC_MS, full_state=True))
        self._syncing.add_done_callback(self._on_sync_end)
        await self._until(lambda: self.client.olm and self.client.olm.account.shared, "shared keys")

    async def _media(self, uri: str) -> bytes:
        answer = await self.client.download(mxc=uri)
        body: bytes = _expect(nio.MemoryDownloadResponse, answer).body
        return body

    def _encrypted(self, room_id: str) -> bool:
        room = self.client.rooms.get(room_id)
        return room is not None and room.encrypted

    async def _until(self, probe: Callable[[], T | None], what: str) -> T:
        """Return the first truthy answer of `probe`; look whenever something has changed."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not (found := probe()):
                    self._changed.clear()
                    if self._fault:
                        raise NioError(f"{self._fault} while waiting for {what}")
                    await self._changed.wait()
                return found
        except TimeoutError:
            shown = [e for room in self._shown.values() for e in room.values() if e["content"]]
            raise NioError(f"waited in vain for {what}; shown last: {shown[-5:]}") from None

    async def _on_response(self, answer: nio.Response) -> None:
        # nio itself would try again at once and for ever.
        if isinstance(answer, (nio.SyncError, nio.KeysUploadError, nio.KeysQueryError)):
            self._fault = str(answer)
            self.client.stop_sync_forever()
        self._changed.set()

    def _on_sync_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._fault = repr(error)
        self._changed.set()

    async def _on_verification(self, event: nio.KeyVerificationEvent) -> None:
        self._verification = event.transaction_id
        self._changed.set()

    async def _on_ephemeral(self, room: nio.MatrixRoom, event: nio.EphemeralEvent) -> None:
        if isinstance(event, nio.TypingNoticeEvent):
            self._typing[room.room_id] = event.users
        if isinstance(event, nio.ReceiptEvent):
            for receipt in event.receipts:
                shown = self._shown.get(room.room_id, {}).get(receipt.event_id)
                if shown is not None:
                    shown["read_by"].append(receipt.user_id)
        self._changed.set()

    async def _on_event(self, room: nio.MatrixRoom, event: nio.Event) -> None:
        self.delivered[event.event_id] += 1
        room_events = self._shown.setdefault(room.room_id, {})
        content = event.source["content"]
        relation = content.get("m.relates_to", {})
        room_events[event.event_id] = {
            "event_id": event.event_id,
            "sender": event.sender,
            "type": event.source["type"],
            "content": content,
            "body": content.get("body"),
            "encrypted": bool(event.decrypted) or isinstance(event, nio.MegolmEvent),
            "undecryptable": isinstance(event, nio.MegolmEvent),
            "edited": False,
            "redacted": isinstance(event, nio.RedactedEvent),
            "thread": relation.get("event_id") if relation.get("rel_type") == "m.thread" else None,
            "reactions": {},
            "read_by": [],
        }
        target = room_events.get(relation.get("event_id", ""))
        if target and relation.get("rel_type") == "m.replace" and "m.new_content" in content:
            target |= {"body": content["m.new_content"]["body"], "edited": True}
        if target and relation.get("rel_type") == "m.annotation":
            target["reactions"].setdefault(relation["key"], []).append(event.sender)
        if isinstance(event, nio.RedactionEvent) and event.redacts in room_events:
            room_events[event.redacts] |= {"redacted": True, "body": None, "content": {}}
        self._changed.set()


def _expect(kind: type[Answer], answer: object) -> Answer:
    """Narrow an answer to the success that was hoped for.

    Raises:
        NioError: it is another one.
    """
    if not isinstance(answer, kind):
        raise NioError(f"{answer} instead of a {kind.__name__}")
    return answer


def matches(value: Any, pattern: Any) -> bool:
    """Whether `value` has all of `pattern`: objects by their keys, lists by their members."""
    if isinstance(pattern, Mapping):
        return isinstance(value, Mapping) and all(
            key in value and matches(value[key], want) for key, want in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(
            any(matches(item, want) for item in value) for want in pattern
        )
    return bool(value == pattern)
