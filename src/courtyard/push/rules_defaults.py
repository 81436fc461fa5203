"""The server-default rules, in the specification's order.

The rules that looked for names in the body went with version 1.17: a mention is what the sender lists
in `m.mentions`.

spec: client-server-api#predefined-rules
"""

from courtyard.push.model import Action, Condition, PushRule, RuleChanges, RuleKind, Ruleset

MASTER = ".m.rule.master"

OWN_USER_ID = "\x00the user's Matrix ID"
"""Stands in the templates for the id of the rules' owner. It is told by identity, never by its text."""

_NOTIFY: Action = "notify"
_SOUND: Action = {"set_tweak": "sound", "value": "default"}
_RING: Action = {"set_tweak": "sound", "value": "ring"}
_HIGHLIGHT: Action = {"set_tweak": "highlight"}


def _matches(key: str, pattern: str) -> Condition:
    return {"kind": "event_match", "key": key, "pattern": pattern}


def _rule(name: str, *conditions: Condition, actions: tuple[Action, ...] = ()) -> PushRule:
    return PushRule(
        rule_id=f".m.rule.{name}",
        default=True,
        enabled=name != "master",
        actions=actions,
        conditions=conditions,
    )


_TWO_MEMBERS: Condition = {"kind": "room_member_count", "is": "2"}

_OVERRIDE = (
    _rule("master"),
    _rule("suppress_notices", _matches("content.msgtype", "m.notice")),
    _rule(
        "invite_for_me",
        _matches("type", "m.room.member"),
        _matches("content.membership", "invite"),
        _matches("state_key", OWN_USER_ID),
        actions=(_NOTIFY, _SOUND),
    ),
    _rule("member_event", _matches("type", "m.room.member")),
    _rule(
        "is_user_mention",
        {
            "kind": "event_property_contains",
            "key": r"content.m\.mentions.user_ids",
            "value": OWN_USER_ID,
        },
        actions=(_NOTIFY, _SOUND, _HIGHLIGHT),
    ),
    _rule(
        "is_room_mention",
        {"kind": "event_property_is", "key": r"content.m\.mentions.room", "value": True},
        {"kind": "sender_notification_permission", "key": "room"},
        actions=(_NOTIFY, _HIGHLIGHT),
    ),
    _rule(
        "tombstone",
        _matches("type", "m.room.tombstone"),
        _matches("state_key", ""),
        actions=(_NOTIFY, _HIGHLIGHT),
    ),
    _rule("reaction", _matches("type", "m.reaction")),
    _rule("room.server_acl", _matches("type", "m.room.server_acl"), _matches("state_key", "")),
    _rule(
        "suppress_edits",
        {
            "kind": "event_property_is",
            "key": r"content.m\.relates_to.rel_type",
            "value": "m.replace",
        },
    ),
)

_UNDERRIDE = (
    _rule("call", _matches("type", "m.call.invite"), actions=(_NOTIFY, _RING)),
    _rule(
        "encrypted_room_one_to_one",
        _TWO_MEMBERS,
        _matches("type", "m.room.encrypted"),
        actions=(_NOTIFY, _SOUND),
    ),
    _rule(
        "room_one_to_one",
        _TWO_MEMBERS,
        _matches("type", "m.room.message"),
        actions=(_NOTIFY, _SOUND),
    ),
    _rule("message", _matches("type", "m.room.message"), actions=(_NOTIFY,)),
    _rule("encrypted", _matches("type", "m.room.encrypted"), actions=(_NOTIFY,)),
)

TEMPLATES: dict[RuleKind, tuple[PushRule, ...]] = {
    "override": _OVERRIDE,
    "content": (),
    "room": (),
    "sender": (),
    "underride": _UNDERRIDE,
}


def template(kind: RuleKind, rule_id: str) -> PushRule | None:
    """Return a server-default rule as it is before anybody changed it."""
    return next((rule for rule in TEMPLATES[kind] if rule.rule_id == rule_id), None)


def changed(rule: PushRule, changes: RuleChanges, user_id: str) -> PushRule:
    """Return a server-default rule as its owner sees it; the template itself if that is the same."""
    if (
        user_id is OWN_USER_ID
        and rule.rule_id not in changes.enabled
        and rule.rule_id not in changes.actions
    ):
        return rule
    conditions: tuple[Condition, ...] = rule.conditions or ()
    if user_id is not OWN_USER_ID:
        conditions = tuple(
            {name: user_id if value is OWN_USER_ID else value for name, value in item.items()}
            for item in conditions
        )
    return PushRule(
        rule_id=rule.rule_id,
        default=True,
        enabled=changes.enabled.get(rule.rule_id, rule.enabled),
        actions=changes.actions.get(rule.rule_id, rule.actions),
        conditions=conditions,
    )


def ruleset(changes: RuleChanges, user_id: str) -> Ruleset:
    """Put a user's own rules and the server's together.

    The user's come before the server's of the same kind, except that nothing comes before
    `.m.rule.master`.
    """
    override = tuple(changed(rule, changes, user_id) for rule in _OVERRIDE)
    underride = tuple(changed(rule, changes, user_id) for rule in _UNDERRIDE)
    return Ruleset(
        override=(override[0], *changes.override, *override[1:]),
        content=changes.content,
        room=changes.room,
        sender=changes.sender,
        underride=(*changes.underride, *underride),
    )
