"""What people wrote who then asked to be erased: shown as it was to those who were there, and redacted to everybody else.

spec: client-server-api#account-deactivation
"""

from collections.abc import Sequence

import msgspec

from courtyard.accounts.account import erased_accounts
from courtyard.base.ids import UserId
from courtyard.rooms.model import JOIN, MEMBER
from courtyard.rooms.rules_redaction import redact
from courtyard.rooms.store import events as store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.storage.tx import ReadTx, WriteTx

NO_EVENT = ""
"""Stands in `redacted_by` of an event that is shown redacted although nothing redacted it."""


class Erased:
    """Who has been erased, in memory: asked for at every page of history, changed seldom."""

    def __init__(self) -> None:
        """Load at first use."""
        self._users: frozenset[UserId] | None = None
        self._generation = 0

    def users(self, tx: ReadTx) -> frozenset[UserId]:
        """Return who has been erased."""
        found = self._users
        if found is None:
            generation = self._generation
            found = frozenset(erased_accounts(tx))
            # A reader whose view of the database is older than the newest erasure keeps it for itself.
            if generation == self._generation:
                self._users = found
        return found

    def changed(self, tx: WriteTx) -> None:
        """Load anew after the commit: somebody is erased now."""
        tx.after_commit(self._forget)

    def _forget(self) -> None:
        self._generation += 1
        self._users = None


def conceal(
    tx: ReadTx,
    user_id: UserId,
    events: Sequence[StoredEvent],
    memberships: Sequence[tuple[int, str]] | None = None,
) -> Sequence[StoredEvent]:
    """Return events of one room as one reader may have them, in the given order.

    Args:
        user_id: who reads.
        events: of one room.
        memberships: (position, the reader's membership from there on), in order; read when it is needed and
            not given.
    """
    erased = tx.memory(Erased).users(tx)
    if not erased or not any(event.sender in erased for event in events):
        return events
    room = store.room_by_no(tx, events[0].room_no)
    assert room is not None
    version = ROOM_VERSIONS[room.version]
    if memberships is None:
        memberships = [
            (event.position, str(content_of(event.json).get("membership")))
            for event in store.state_history(tx, room.room_no, MEMBER, user_id)
        ]
    shown = []
    for event in events:
        if event.sender in erased and _membership_at(memberships, event.position) != JOIN:
            body = redact(msgspec.json.decode(event.json), version)
            json = msgspec.json.encode(body)
            redacted_by = NO_EVENT if event.redacted_by is None else event.redacted_by
            shown.append(event._replace(json=json, redacted_by=redacted_by, replaces=None))
        else:
            shown.append(event)
    return shown


def _membership_at(memberships: Sequence[tuple[int, str]], position: int) -> str | None:
    found = None
    for since, membership in memberships:
        if since > position:
            break
        found = membership
    return found
