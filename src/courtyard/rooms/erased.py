"""What people wrote who then asked to be erased: shown as it was to those who were there, and redacted to everybody else.

For messages, "there" means when they were sent. State is what a room is, in whatever part of an answer it comes, so for
state it means any time before the erasure: nobody's room loses its name because its founder goes.

spec: client-server-api#account-deactivation
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from courtyard.accounts.account import erased_accounts
from courtyard.base.ids import TimestampMs, UserId
from courtyard.rooms.model import (
    CANONICAL_ALIAS,
    ENCRYPTION,
    GUEST_ACCESS,
    JOIN,
    MEMBER,
    SERVER_ACL,
    TOMBSTONE,
)
from courtyard.rooms.rules_redaction import redact
from courtyard.rooms.rules_summary import SPACE_CHILD
from courtyard.rooms.store import events as store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.storage.tx import ReadTx, WriteTx

NO_EVENT = ""
"""Stands in `redacted_by` of an event that is shown redacted although nothing redacted it."""

KEPT: Final = frozenset(
    {
        CANONICAL_ALIAS,
        ENCRYPTION,
        GUEST_ACCESS,
        SERVER_ACL,
        SPACE_CHILD,
        "m.space.parent",
        TOMBSTONE,
    }
)
"""State by which a room works, and which says nothing about anybody. Redacted, it would tell newcomers that a room is not
encrypted, or hide where it went on."""


class Erased:
    """Who has been erased, in memory: asked for at every page of history, changed seldom."""

    def __init__(self) -> None:
        """Load at first use."""
        self._users: Mapping[UserId, TimestampMs] | None = None
        self._generation = 0

    def users(self, tx: ReadTx) -> Mapping[UserId, TimestampMs]:
        """Return who has been erased, and when."""
        found = self._users
        if found is None:
            generation = self._generation
            found = erased_accounts(tx)
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


def conceal(tx: ReadTx, user_id: UserId, events: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
    """Return events of one room as one reader may have them, in the given order.

    Args:
        user_id: who reads. What they may not see at all has been left out before.
        events: of one room.
    """
    erased = tx.memory(Erased).users(tx)
    if not erased or not any(event.sender in erased for event in events):
        return events
    room = store.room_by_no(tx, events[0].room_no)
    assert room is not None
    version = ROOM_VERSIONS[room.version]
    stays = _Stays(store.state_history(tx, room.room_no, MEMBER, user_id))
    shown = []
    for event in events:
        at = erased.get(UserId(event.sender))
        before = None if event.state_key is None else at
        if at is None or event.type in KEPT or stays.saw(event.position, before=before):
            shown.append(event)
            continue
        body = redact(msgspec.json.decode(event.json), version)
        json = msgspec.json.encode(body)
        redacted_by = NO_EVENT if event.redacted_by is None else event.redacted_by
        shown.append(event._replace(json=json, redacted_by=redacted_by, replaces=None))
    return shown


class _Stays:
    """When a reader was in a room."""

    def __init__(self, history: Sequence[StoredEvent]) -> None:
        memberships = [content_of(event.json).get("membership") for event in history]
        ends = [event.position for event in history[1:]]
        self._stays = [
            (event.position, end, event.origin_server_ts)
            for event, end, membership in zip(history, [*ends, None], memberships, strict=True)
            if membership == JOIN
        ]
        """(position from which on, position up to which or None, time since when in ms)"""

    def saw(self, position: int, *, before: TimestampMs | None) -> bool:
        """Tell whether the reader was there when an event happened, or came later but still before some time."""
        return any(
            (end is None or end > position)
            and (first <= position or (before is not None and since < before))
            for first, end, since in self._stays
        )
