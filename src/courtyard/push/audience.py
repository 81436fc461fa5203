"""Who is notified of an event: asked once for every event that is appended.

Nearly everybody has the default rules, so the answer for all of them is worked out once (the base). Only
those whom the event names, and those with rules of their own that reach this event, are asked one by one.
The cost so grows with the exceptions and not with the room.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final, TypeVar

from courtyard.base.ids import RoomId, UserId
from courtyard.push import store
from courtyard.push.model import EventFacts, Notifications, Outcome, Reach, UserFacts
from courtyard.push.rules_evaluate import (
    DEFAULT,
    CompiledRuleset,
    Reading,
    compile_changes,
    evaluate_default,
    mentioned,
)
from courtyard.storage.tx import ReadTx, WriteTx

RULESETS_MAX: Final = 4096
"""Compiled rulesets kept in memory; some 4 KiB each for a user with a few rules."""

TARGETS_MAX: Final = 20_000
"""Rooms and senders of which it is kept in memory who has rules of their own for them."""

K = TypeVar("K")
V = TypeVar("V")


class _Recent(OrderedDict[K, V]):
    """A mapping that forgets what was not asked for the longest."""

    def __init__(self, size_max: int) -> None:
        super().__init__()
        self._size_max = size_max

    def recall(self, key: K, load: Callable[[], V]) -> V:
        if key in self:
            self.move_to_end(key)
            return self[key]
        value = self[key] = load()
        if len(self) > self._size_max:
            self.popitem(last=False)
        return value


class Audience:
    """Who has rules of their own, in memory. Belongs to the thread that writes.

    Only the ids of those whose changes can concern any event are kept completely (some 130 bytes
    each); the rest is loaded when asked for. A verb sees what the verbs before it in the same
    transaction changed. When one of them is rolled back everything is forgotten and loaded again.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._everywhere: set[UserId] | None = None
        self._by_target: _Recent[str, frozenset[UserId]] = _Recent(TARGETS_MAX)
        self._compiled: _Recent[UserId, CompiledRuleset] = _Recent(RULESETS_MAX)

    def forget(self) -> None:
        """Load everything again when it is asked for next."""
        self._everywhere = None
        self._by_target.clear()
        self._compiled.clear()

    def changed(self, tx: WriteTx, user_id: UserId, *, was: Reach, reach: Reach) -> None:
        """Take note that a user's changes are other ones now. Call after they are saved."""
        tx.on_rollback(self.forget)
        self._compiled.pop(user_id, None)
        for target in was.targets ^ reach.targets:
            self._by_target.pop(target, None)
        if self._everywhere is not None:
            (self._everywhere.add if reach.everywhere else self._everywhere.discard)(user_id)

    def with_own_rules(
        self, tx: ReadTx, room_id: RoomId, sender: UserId, users: AbstractSet[UserId]
    ) -> set[UserId]:
        """Return those of `users` with changes that can concern an event of this room and sender."""
        if self._everywhere is None:
            self._everywhere = store.users_everywhere(tx)
        found: set[UserId] = set()
        for group in (
            self._everywhere,
            self._users_with_target(tx, room_id),
            self._users_with_target(tx, sender),
        ):
            if group:
                few, many = (group, users) if len(group) < len(users) else (users, group)
                found.update([user_id for user_id in few if user_id in many])
        return found

    def ruleset(self, tx: ReadTx, user_id: UserId) -> CompiledRuleset:
        """Return a user's rules, ready to run."""
        return self._compiled.recall(
            user_id, lambda: compile_changes(store.rule_changes(tx, user_id))
        )

    def _users_with_target(self, tx: ReadTx, target: str) -> frozenset[UserId]:
        lowered = target.lower()
        return self._by_target.recall(lowered, lambda: store.users_with_target(tx, lowered))


def no_display_name(_user_id: UserId) -> None:
    """Stand in for a caller that does not know display names."""


def notifications_of(
    tx: WriteTx,
    facts: EventFacts,
    members: AbstractSet[UserId],
    *,
    invitee: UserId | None = None,
    ignored_by: Iterable[UserId] = (),
    display_name: Callable[[UserId], str | None] = no_display_name,
) -> Notifications:
    """Work out whom an event notifies. Reads only; nothing is stored.

    Args:
        tx: the transaction that appends the event.
        facts: the event and its room *after* the event.
        members: local users who are joined. A set or the keys of a dict: it is looked up, not walked.
        invitee: the local user whom this event invites, if it does.
        ignored_by: local users who ignore the sender; they are not notified.
        display_name: tells a member's name in the room; asked only for the deprecated condition.

    spec: client-server-api#receiving-notifications
    """
    event = Reading(facts)
    sender = facts.sender
    base = evaluate_default(event)
    usual = (base.notify, base.highlight)
    exceptions: dict[UserId, tuple[bool, bool]] = {}

    def note(user_id: UserId, outcome: Outcome) -> None:
        found = (outcome.notify, outcome.highlight)
        # An invitee is no member, so the base says nothing about them.
        if user_id != sender and (found != usual or user_id == invitee):
            exceptions[user_id] = found

    audience = tx.memory(Audience)
    own = audience.with_own_rules(tx, facts.room_id, sender, members)
    if invitee is not None and invitee not in members:
        own |= audience.with_own_rules(tx, facts.room_id, sender, {invitee})
    for user_id in own:
        user = UserFacts(user_id, partial(display_name, user_id))
        note(user_id, audience.ruleset(tx, user_id).outcome(event, user))
    if invitee is not None and invitee not in own:
        note(invitee, DEFAULT.outcome(event, UserFacts(invitee)))
    if listed := mentioned(facts):
        named = [UserId(user_id) for user_id in listed if user_id in members]
        outcome: Outcome | None = None
        for user_id in named:
            if user_id in own or user_id in {sender, invitee}:
                continue
            # A mention does the same for everybody with default rules.
            outcome = outcome or DEFAULT.outcome(event, UserFacts(user_id))
            note(user_id, outcome)
    for user_id in ignored_by:
        exceptions.pop(user_id, None)
        if base.notify and user_id != sender and user_id in members:
            exceptions[user_id] = (False, False)
    return Notifications(base.notify, base.highlight, exceptions)
