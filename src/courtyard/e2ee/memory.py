"""What one process keeps in mind, so that a `/sync` with nothing new needs no SQL.

Every change is told by `tx.after_commit`, so it arrives on the event loop, in the order of the commits,
before the caller is answered. Until `load` has run, every answer is the cautious one: "ask the database".
"""

from collections.abc import Iterable
from typing import Final

from courtyard.base.ids import DeviceId, StreamPos, UserId
from courtyard.e2ee.model import KeyCounts

COUNTS_MAX = 100_000
"""Devices whose key counts are kept."""

CHANGES_MAX = 20_000
"""Users whose newest device list change is kept in order."""

_UNKNOWN: Final = StreamPos(2**62)
"""Later than any position: nothing is known, so look."""

NOWHERE: Final = StreamPos(0)
"""Before any position."""

Device = tuple[UserId, DeviceId]


class E2eeMemory:
    """Positions and counts of one process. Get it with `tx.memory(E2eeMemory)` or `world.memory`."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._loaded = False
        self._inboxes: dict[Device, tuple[StreamPos, StreamPos]] = {}
        self._counts: dict[Device, KeyCounts] = {}
        self._changes: dict[UserId, StreamPos] = {}
        self._changes_floor = _UNKNOWN
        self._signatures: dict[UserId, StreamPos] = {}

    def load(
        self,
        inboxes: Iterable[tuple[UserId, DeviceId, StreamPos, StreamPos]],
        changes: Iterable[tuple[UserId, StreamPos]],
        changes_floor: StreamPos,
        signatures: Iterable[tuple[UserId, StreamPos]],
    ) -> None:
        """Take what the database says; call it before the first write of this process.

        Args:
            inboxes: for each device with waiting messages, its oldest and newest position.
            changes: device list changes, oldest first.
            changes_floor: changes up to here may be missing from `changes`.
            signatures: for each user, the newest change that only they may see.
        """
        self._inboxes = {(user, device): (first, last) for user, device, first, last in inboxes}
        self._changes = dict(changes)
        self._changes_floor = changes_floor
        self._signatures = dict(signatures)
        self._loaded = True

    # --- to-device -----------------------------------------------------------------------

    def inbox_position(self, user_id: UserId, device_id: DeviceId) -> StreamPos:
        """Return the position of the newest waiting message; 0 when there is none.

        When it is not larger than the device's `since`, there is nothing to deliver.
        """
        found = self._inboxes.get((user_id, device_id))
        if found is not None:
            return found[1]
        return NOWHERE if self._loaded else _UNKNOWN

    def needs_acknowledge(self, user_id: UserId, device_id: DeviceId, since: int) -> bool:
        """Tell whether messages at or before `since` may still be stored."""
        found = self._inboxes.get((user_id, device_id))
        if found is not None:
            return found[0] <= since
        return not self._loaded

    def message_arrived(self, device: Device, position: StreamPos) -> None:
        """A message was stored."""
        found = self._inboxes.get(device)
        self._inboxes[device] = (found[0] if found else position, position)

    def acknowledged(self, device: Device, since: int) -> None:
        """Messages up to `since` were deleted."""
        found = self._inboxes.get(device)
        if found is None:
            return
        if found[1] <= since:
            del self._inboxes[device]
        elif found[0] <= since:
            self._inboxes[device] = (StreamPos(since + 1), found[1])

    # --- key counts ----------------------------------------------------------------------

    def counts(self, user_id: UserId, device_id: DeviceId) -> KeyCounts | None:
        """Return the key counts of a device, or None when they have to be read (`key_counts`)."""
        return self._counts.get((user_id, device_id))

    def counts_changed(self, device: Device, counts: KeyCounts) -> None:
        """A commit changed the counts of a device."""
        self._counts.pop(device, None)
        self._counts[device] = counts
        if len(self._counts) > COUNTS_MAX:
            del self._counts[next(iter(self._counts))]

    def counts_read(self, device: Device, counts: KeyCounts) -> None:
        """A reader found these counts. It may be late: what a commit told stays."""
        if len(self._counts) < COUNTS_MAX:
            self._counts.setdefault(device, counts)

    # --- device lists --------------------------------------------------------------------

    def device_list_position(self, user_id: UserId) -> StreamPos:
        """Return the position of a user's newest device list change known here; 0 when none is."""
        return self._changes.get(user_id, NOWHERE)

    def newest_device_list_position(self) -> StreamPos:
        """Return the position of anybody's newest device list change."""
        if not self._loaded:
            return _UNKNOWN
        if not self._changes:
            return self._changes_floor
        return self._changes[next(reversed(self._changes))]

    def changed_users(self, since: int, until: int) -> list[UserId] | None:
        """Return whose device lists changed after `since` up to `until`, or None: ask the database."""
        if since < self._changes_floor:
            return None
        users = []
        for user_id in reversed(self._changes):
            position = self._changes[user_id]
            if position <= since:
                break
            if position <= until:
                users.append(user_id)
        return users

    def device_list_changed(self, user_id: UserId, position: StreamPos) -> None:
        """The device list of a user changed. Kept in order of position: the newest comes last."""
        self._changes.pop(user_id, None)
        self._changes[user_id] = position
        if len(self._changes) > CHANGES_MAX:
            oldest = next(iter(self._changes))
            self._changes_floor = self._changes.pop(oldest)

    def signature_position(self, user_id: UserId) -> StreamPos:
        """Return the newest position at which this user signed somebody else's key; 0 when never."""
        if not self._loaded:
            return _UNKNOWN
        return self._signatures.get(user_id, NOWHERE)

    def signed(self, user_id: UserId, position: StreamPos) -> None:
        """A user signed somebody else's key."""
        self._signatures[user_id] = position
