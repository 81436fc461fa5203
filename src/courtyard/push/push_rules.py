"""Reading and changing a user's push rules.

A change takes a place in the stream and wakes the user's devices, which then get all rules anew as the
account data `m.push_rules`.

spec: client-server-api#push-rules-events
"""

from collections.abc import Callable

import msgspec

from courtyard.base.ids import StreamPos, UserId
from courtyard.bus import topics
from courtyard.gate.admit import admit
from courtyard.gate.model import Action as GateAction
from courtyard.push import rules, store
from courtyard.push.audience import Audience
from courtyard.push.model import Action, PushRule, RuleChanges, RuleKind, Ruleset
from courtyard.push.rules_defaults import ruleset as whole_ruleset
from courtyard.storage.tx import ReadTx, WriteTx


def global_ruleset(tx: ReadTx, user_id: UserId) -> Ruleset:
    """Return all rules of a user, the server's among them."""
    return whole_ruleset(store.rule_changes(tx, user_id), user_id)


def push_rules_content(tx: ReadTx, user_id: UserId) -> dict[str, object]:
    """Return the content of the user's `m.push_rules` account data, for sync."""
    encoded = msgspec.json.encode({"global": global_ruleset(tx, user_id)})
    return msgspec.json.decode(encoded, type=dict[str, object])


def push_rules_changed_position(tx: ReadTx, user_id: UserId) -> StreamPos:
    """Return where in the stream the user last changed the rules; 0 for never."""
    return store.rules_position(tx, user_id)


def find_rule(tx: ReadTx, user_id: UserId, kind: RuleKind, rule_id: str) -> PushRule:
    """Return one rule.

    Raises:
        NotFoundError: there is none of this kind and id.
    """
    return rules.find(store.rule_changes(tx, user_id), user_id, kind, rule_id)


def _change(tx: WriteTx, user_id: UserId, edit: Callable[[RuleChanges], RuleChanges]) -> None:
    admit(tx, user_id, GateAction.PUSH_RULES)
    before = store.rule_changes(tx, user_id)
    after = edit(before)
    if after == before:
        return
    was, reach = rules.reach(before), rules.reach(after)
    position = tx.next_position()
    store.save_rule_changes(tx, user_id, after, was=was, reach=reach, position=position)
    tx.memory(Audience).changed(tx, user_id, was=was, reach=reach)
    tx.wake_after_commit(topics.user(user_id), position)


def put_rule(
    tx: WriteTx,
    user_id: UserId,
    kind: RuleKind,
    rule: PushRule,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Add or replace one of the user's own rules. Errors: see `rules.put`."""
    _change(tx, user_id, lambda changes: rules.put(changes, kind, rule, before=before, after=after))


def delete_rule(tx: WriteTx, user_id: UserId, kind: RuleKind, rule_id: str) -> None:
    """Remove one of the user's own rules. Errors: see `rules.delete`."""
    _change(tx, user_id, lambda changes: rules.delete(changes, kind, rule_id))


def set_rule_enabled(
    tx: WriteTx, user_id: UserId, kind: RuleKind, rule_id: str, *, enabled: bool
) -> None:
    """Enable or disable any rule. Errors: see `rules.set_enabled`."""
    _change(tx, user_id, lambda changes: rules.set_enabled(changes, kind, rule_id, enabled=enabled))


def set_rule_actions(
    tx: WriteTx, user_id: UserId, kind: RuleKind, rule_id: str, actions: tuple[Action, ...]
) -> None:
    """Change what any rule does. Errors: see `rules.set_actions`."""
    _change(tx, user_id, lambda changes: rules.set_actions(changes, kind, rule_id, actions))
