"""The words of `/sync`: what is asked, and what is remembered for the next time."""

import msgspec

from courtyard.base.ids import DeviceId, UserId
from courtyard.rooms.filters import OPEN, Filter
from courtyard.rooms.tokens import Token


class SyncRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One `/sync`, without its waiting."""

    user_id: UserId
    device_id: DeviceId
    since: Token | None = None
    filter: Filter = OPEN
    full_state: bool = False
    use_state_after: str | None = None
    """The member under which the state after the timeline is wanted; None: `state`, before it."""

    @property
    def after(self) -> int:
        """The position up to which the client knows everything; 0 for an initial sync."""
        return 0 if self.since is None else self.since.position


class SyncAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An encoded answer."""

    body: bytes
    is_empty: bool
    """Whether there is nothing new, so that a long poll goes on waiting."""
    token: Token
