"""Who ignores whom, in memory: asked for every event, and changed seldom.

spec: client-server-api#ignoring-users
"""

import msgspec

from courtyard.base.ids import UserId
from courtyard.rooms.store import account_data as store
from courtyard.storage.tx import ReadTx, WriteTx

IGNORED_USER_LIST = "m.ignored_user_list"
_NOBODY: frozenset[UserId] = frozenset()


def ignored_in(content: bytes | None) -> frozenset[UserId]:
    """Return the users that an `m.ignored_user_list` names; a malformed one names nobody."""
    if content is None:
        return _NOBODY
    users = msgspec.json.decode(content).get("ignored_users")
    return frozenset(map(UserId, users)) if isinstance(users, dict) else _NOBODY


class Ignores:
    """The ignored-user lists of everybody who has one, turned round. Writer's thread only."""

    def __init__(self) -> None:
        """Load at first use."""
        self._by_sender: dict[UserId, set[UserId]] | None = None

    def ignoring(self, tx: ReadTx, sender: UserId) -> frozenset[UserId] | set[UserId]:
        """Return who ignores a sender."""
        if self._by_sender is None:
            self._by_sender = {}
            for user_id, content in store.of_type(tx, IGNORED_USER_LIST):
                self._add(user_id, content)
        return self._by_sender.get(sender, _NOBODY)

    def changed(self, tx: WriteTx) -> None:
        """Load anew: somebody's list is another one now."""
        self._by_sender = None
        tx.on_rollback(self._forget)

    def _forget(self) -> None:
        self._by_sender = None

    def _add(self, user_id: UserId, content: bytes) -> None:
        assert self._by_sender is not None
        for ignored in ignored_in(content):
            self._by_sender.setdefault(ignored, set()).add(user_id)
