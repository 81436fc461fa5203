"""Who is online: kept in memory, changed by `/sync` and by hand, never written to the database.

spec: client-server-api#presence
"""

from typing import Literal

import msgspec

from courtyard.base.ids import UserId
from courtyard.rooms.typing import Typing
from courtyard.storage.tx import WriteTx

State = Literal["online", "offline", "unavailable"]

USERS_MAX = 50_000
"""People whose presence is kept at the most."""

OFFLINE_AFTER_MS = 60_000
"""How long after a device's last `/sync` its user counts as offline."""

STATUS_MAX = 512


class Status(msgspec.Struct):
    """One person's presence."""

    state: State
    last_active_ts: int
    status_msg: str | None = None
    serial: int = 0
    last_sync_ts: int = 0


class Presence:
    """Everybody's presence. Changed on the event loop only."""

    def __init__(self) -> None:
        """Nobody is online yet."""
        self.newest = 0
        """The serial of the newest change."""
        self._statuses: dict[UserId, Status] = {}

    def get(self, user_id: UserId) -> Status | None:
        """Return what is known of a user."""
        return self._statuses.get(user_id)

    def set(
        self,
        user_id: UserId,
        state: State,
        status_msg: str | None,
        *,
        now_ms: int,
        serial: int,
    ) -> None:
        """Set presence and message by hand."""
        status = self._of(user_id, now_ms)
        status.state = state
        status.status_msg = status_msg
        status.serial = self.newest = serial
        _note_time(status, now_ms)

    def touch(self, user_id: UserId, state: State, *, now_ms: int) -> bool:
        """Note that a device syncs; tell whether that changes what others see."""
        status = self._of(user_id, now_ms)
        status.last_sync_ts = now_ms
        is_news = status.state != state
        status.state = state
        _note_time(status, now_ms)
        return is_news

    def changed(self, since: int) -> list[tuple[UserId, Status]]:
        """Return those whose presence changed after a serial, with what it is now."""
        return [
            (user_id, status)
            for user_id, status in list(self._statuses.items())
            if status.serial > since
        ]

    def gone(self, now_ms: int) -> list[UserId]:
        """Return who has not synced for so long that they count as offline."""
        return [
            user_id
            for user_id, status in self._statuses.items()
            if status.state != "offline" and now_ms - status.last_sync_ts > OFFLINE_AFTER_MS
        ]

    def mark(self, user_id: UserId, serial: int) -> None:
        """Give a change its place in the order of changes."""
        status = self._statuses.get(user_id)
        if status is not None:
            status.serial = self.newest = serial

    def note(self, user_id: UserId, *, serial: int) -> None:
        """Note that something else changed which is told with somebody's presence."""
        self._of(user_id, 0).serial = self.newest = serial

    def _of(self, user_id: UserId, now_ms: int) -> Status:
        status = self._statuses.get(user_id)
        if status is None:
            if len(self._statuses) >= USERS_MAX:
                del self._statuses[next(iter(self._statuses))]
            status = self._statuses[user_id] = Status("offline", now_ms)
        return status


def _note_time(status: Status, now_ms: int) -> None:
    """Keep when somebody was last here; not of those who are here and say that they are not, for they do not want it known."""
    if status.state == "online":
        status.last_active_ts = now_ms
    elif status.state == "offline":
        status.last_active_ts = 0


OFFLINE = Status("offline", 0)
"""What is shown of somebody of whom nothing is known."""


def presence_event(
    user_id: UserId,
    status: Status,
    *,
    now_ms: int,
    profile: tuple[str | None, str | None] = (None, None),
) -> dict[str, object]:
    """Return the `m.presence` event of one person.

    Args:
        profile: their display name and the address of their picture.

    spec: client-server-api#mpresence
    """
    content: dict[str, object] = {
        "presence": status.state,
        "currently_active": status.state == "online",
    }
    if status.last_active_ts:
        content["last_active_ago"] = max(0, now_ms - status.last_active_ts)
    if status.status_msg is not None:
        content["status_msg"] = status.status_msg
    named = zip(("displayname", "avatar_url"), profile, strict=True)
    content |= {key: value for key, value in named if value is not None}
    return {"type": "m.presence", "sender": user_id, "content": content}


def tell_profile(tx: WriteTx, user_id: UserId) -> None:
    """Tell of a new name or picture with the presence: for `rooms.update_profile.ON_TOLD`.

    Nobody is woken for it: all who may see it share a room, and rooms are told as well.
    """
    if tx.settings.presence == "off":
        return
    presence, typing = tx.memory(Presence), tx.memory(Typing)
    tx.after_commit(lambda: presence.note(user_id, serial=typing.next_serial()))
