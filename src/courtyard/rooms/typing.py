"""Who is typing: kept in memory only, for seconds.

Belongs to the event loop. `serial` grows with each change and starts from the clock, so that a token from before a restart
is never newer than what comes after it.

spec: client-server-api#typing-notifications
"""

from courtyard.base.ids import RoomId, UserId

TIMEOUT_MS_MAX = 120_000
USERS_MAX = 100
"""Shown in one room at the most."""


class Typing:
    """Who is typing where."""

    def __init__(self) -> None:
        """Nobody types yet."""
        self._rooms: dict[RoomId, dict[UserId, int]] = {}
        self._serials: dict[RoomId, int] = {}
        self.serial = 0

    def start_at(self, serial: int) -> None:
        """Begin to count above everything that an earlier process gave out."""
        self.serial = max(self.serial, serial)

    def next_serial(self) -> int:
        """Count one more change of anything that is only in memory."""
        self.serial += 1
        return self.serial

    def set(self, room_id: RoomId, user_id: UserId, until_ms: int | None) -> bool:
        """Note that a user types until a time, or no longer; tell whether others see a change."""
        typing = self._rooms.setdefault(room_id, {})
        if until_ms is None:
            changed = typing.pop(user_id, None) is not None
        else:
            changed = user_id not in typing
            if changed and len(typing) >= USERS_MAX:
                return False
            typing[user_id] = until_ms
        if changed:
            self._serials[room_id] = self.next_serial()
        if not typing:
            del self._rooms[room_id]
        return changed

    def expire(self, room_id: RoomId, now_ms: int) -> bool:
        """Drop whose time is over; tell whether others see a change."""
        over = [u for u, until in self._rooms.get(room_id, {}).items() if until <= now_ms]
        for user_id in over:
            self.set(room_id, user_id, None)
        return bool(over)

    def serial_of(self, room_id: RoomId) -> int:
        """Return the serial of a room's last change; 0 when there was none."""
        return self._serials.get(room_id, 0)

    def users(self, room_id: RoomId) -> list[UserId]:
        """Return who is typing."""
        return list(self._rooms.get(room_id, ()))
