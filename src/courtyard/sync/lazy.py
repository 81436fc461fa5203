"""Which member events a device has been sent already, so that lazy loading does not send them again.

Remembered in memory for the two newest tokens of a device: a client that repeats a request gets the same answer. What is
forgotten is sent again, which is allowed.

spec: client-server-api#lazy-loading-room-members
"""

from collections import OrderedDict

from courtyard.base.ids import DeviceId, UserId
from courtyard.rooms.tokens import Token

DEVICES_MAX = 5_000
MEMBERS_MAX = 20_000
"""Member events remembered for one device at the most."""

Known = dict[int, frozenset[str]]
"""Room number → ids of member events."""


class LazyMembers:
    """What devices were sent. Guarded by the interpreter's lock: single dictionary operations only."""

    def __init__(self) -> None:
        """Nobody was sent anything yet."""
        self._known: OrderedDict[tuple[UserId, DeviceId], list[tuple[Token, Known]]] = OrderedDict()

    def known(self, user_id: UserId, device_id: DeviceId, since: Token | None) -> Known:
        """Return what a device knew when it was given a token."""
        if since is not None:
            for token, known in self._known.get((user_id, device_id), ()):
                if token == since:
                    return known
        return {}

    def sent(self, user_id: UserId, device_id: DeviceId, token: Token, known: Known) -> None:
        """Note what a device knows once it has the answer with this token."""
        if sum(map(len, known.values())) > MEMBERS_MAX:
            known = {}
        before = [pair for pair in self._known.get((user_id, device_id), []) if pair[0] != token]
        self._known[user_id, device_id] = [*before[-1:], (token, known)]
        self._known.move_to_end((user_id, device_id))
        if len(self._known) > DEVICES_MAX:
            self._known.popitem(last=False)
