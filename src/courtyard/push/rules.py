"""What a user may change about the push rules: pure functions from changes to changes.

Checked in this order: the kind, the rule id, the rule's own members, where it is to be placed, the limits.

spec: client-server-api#push-rules-api
"""

from collections.abc import Mapping
from typing import Final, cast

import msgspec
from msgspec import UNSET, UnsetType

from courtyard.base.errors import (
    InvalidParamError,
    MissingParamError,
    NotFoundError,
    TooLargeError,
)
from courtyard.push import rules_defaults as defaults
from courtyard.push.errors import RelativeRuleNotFoundError
from courtyard.push.model import (
    KINDS,
    Action,
    Condition,
    PushRule,
    Reach,
    RuleChanges,
    RuleKind,
)
from courtyard.push.rules_evaluate import BODY, outcome_of, split_path
from courtyard.push.rules_glob import has_wildcard

OWN_RULES_MAX: Final = 1000
"""Rules of one user, the server's not counted."""

PATTERNS_MAX: Final = 100
"""Rules of one user with a pattern that has to be searched for, and so costs time for every event."""

WILDCARDS_MAX: Final = 20
"""Those among them with a `*` or `?`, which cost more."""

RULE_BYTES_MAX: Final = 8192
"""One rule, as JSON."""

CHANGES_BYTES_MAX: Final = 262_144
"""All that one user changed, as JSON."""

PATTERN_LENGTH_MAX: Final = 255
PATTERN_LENGTH_MAX_WITH_QUESTION_MARK: Final = 64
RULE_ID_LENGTH_MAX: Final = 255

_KNOWN_ACTIONS: Final = frozenset({"notify", "dont_notify", "coalesce"})
_NOT_FOUND: Final = "The push rule was not found."


def parse_kind(text: str) -> RuleKind:
    """Accept one of the five kinds.

    Raises:
        InvalidParamError: there is no such kind.
    """
    if text not in KINDS:
        raise InvalidParamError("There is no such kind of push rule.")
    return text


def parse_actions(value: object) -> tuple[Action, ...]:
    """Accept a list of actions. Historical ones are kept as written and do nothing.

    Raises:
        MissingParamError: there is no list. InvalidParamError: it holds something else.
    """
    if value is None:
        raise MissingParamError("Missing parameters: actions")
    if not isinstance(value, list):
        raise InvalidParamError("actions must be a list.")
    for action in value:
        known = (
            isinstance(action.get("set_tweak"), str)
            if isinstance(action, dict)
            else isinstance(action, str) and action in _KNOWN_ACTIONS
        )
        if not known:
            raise InvalidParamError("actions holds something that is no action.")
    return tuple(value)


def _parse_conditions(value: object) -> tuple[Condition, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidParamError("conditions must be a list.")
    for condition in value:
        # A kind we do not know is kept: it never matches, and a later version may know it.
        if not isinstance(condition, dict) or not isinstance(condition.get("kind"), str):
            raise InvalidParamError("Each condition must be an object with a kind.")
        _check_pattern(condition.get("pattern"))
    return tuple(value)


def _check_pattern(pattern: object) -> None:
    if not isinstance(pattern, str):
        return
    # Only a part with a `?` can half match at each place of a text, so its length is time.
    longest = PATTERN_LENGTH_MAX_WITH_QUESTION_MARK if "?" in pattern else PATTERN_LENGTH_MAX
    if len(pattern) > longest:
        raise InvalidParamError(f"Such a pattern is at most {longest} characters long.")


def parse_rule(kind: RuleKind, rule_id: str, body: Mapping[str, object]) -> PushRule:
    """Accept a rule that a user wants to have.

    Raises:
        InvalidParamError: the id is the server's, or has a slash; or a member is of the wrong shape.
        MissingParamError: `actions`, or the `pattern` of a content rule, is absent.
        TooLargeError: the rule is longer than `RULE_BYTES_MAX`.
    """
    if rule_id.startswith("."):
        raise InvalidParamError("Rule IDs that start with a dot belong to the server.")
    if not rule_id or len(rule_id) > RULE_ID_LENGTH_MAX or set("/\\\x00") & set(rule_id):
        raise InvalidParamError("Not a valid rule ID.")
    conditions: tuple[Condition, ...] | UnsetType = UNSET
    pattern: str | UnsetType = UNSET
    if kind in {"override", "underride"}:
        conditions = _parse_conditions(body.get("conditions"))
    elif kind == "content":
        value = body.get("pattern")
        if value is None:
            raise MissingParamError("Missing parameters: pattern")
        if not isinstance(value, str):
            raise InvalidParamError("pattern must be a string.")
        _check_pattern(value)
        pattern = value
    actions = parse_actions(body.get("actions"))
    rule = PushRule(rule_id=rule_id, actions=actions, conditions=conditions, pattern=pattern)
    if _encoded_length(rule) > RULE_BYTES_MAX:
        raise TooLargeError(f"A push rule is at most {RULE_BYTES_MAX} bytes long.")
    return rule


def _encoded_length(value: object) -> int:
    try:
        return len(msgspec.json.encode(value))
    except (UnicodeEncodeError, RecursionError) as error:
        # Half a surrogate pair, or nesting without end: JSON can spell them, UTF-8 and we cannot.
        raise InvalidParamError("The push rule cannot be stored.") from error


def _own(changes: RuleChanges, kind: RuleKind) -> tuple[PushRule, ...]:
    return cast("tuple[PushRule, ...]", getattr(changes, kind))


def _with_own(changes: RuleChanges, kind: RuleKind, rules: tuple[PushRule, ...]) -> RuleChanges:
    return msgspec.structs.replace(changes, **{kind: rules})


def _index(rules: tuple[PushRule, ...], rule_id: str) -> int | None:
    return next((at for at, rule in enumerate(rules) if rule.rule_id == rule_id), None)


def find(changes: RuleChanges, user_id: str, kind: RuleKind, rule_id: str) -> PushRule:
    """Return one rule, the user's own or the server's, as it is now.

    Raises:
        NotFoundError: there is none of this kind and id.
    """
    template = defaults.template(kind, rule_id)
    if template is not None:
        return defaults.changed(template, changes, user_id)
    at = _index(_own(changes, kind), rule_id)
    if at is None:
        raise NotFoundError(_NOT_FOUND)
    return _own(changes, kind)[at]


def put(
    changes: RuleChanges,
    kind: RuleKind,
    rule: PushRule,
    *,
    before: str | None = None,
    after: str | None = None,
) -> RuleChanges:
    """Add a rule, or replace the user's own rule with the same id.

    `before` names the rule that shall be next less important, `after` the one that shall be next more
    important; with both, `before` decides. With neither, a new rule becomes the most important one
    of the user's of its kind, and a replaced one stays where it is. A new rule is enabled; a replaced one
    stays as it was.

    Raises:
        RelativeRuleNotFoundError: the user has no rule `before` or `after`.
        TooLargeError: the user has too many rules, patterns or bytes.

    spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid
    """
    rules = _own(changes, kind)
    at = _index(rules, rule.rule_id)
    if at is not None:
        rule = msgspec.structs.replace(rule, enabled=rules[at].enabled)
    others = rules if at is None else rules[:at] + rules[at + 1 :]
    target = at or 0
    relative = before if before is not None else after
    if relative is not None:
        found = _index(others, relative)
        if found is None:
            raise RelativeRuleNotFoundError(f"before/after rule not found: {relative[:255]}")
        target = found if before is not None else found + 1
    edited = _with_own(changes, kind, (*others[:target], rule, *others[target:]))
    _check_limits(edited)
    return edited


def delete(changes: RuleChanges, kind: RuleKind, rule_id: str) -> RuleChanges:
    """Remove one of the user's own rules.

    Raises:
        InvalidParamError: the rule is the server's. NotFoundError: there is none.
    """
    if defaults.template(kind, rule_id) is not None:
        raise InvalidParamError("A rule of the server can be disabled, not deleted.")
    rules = _own(changes, kind)
    at = _index(rules, rule_id)
    if at is None:
        raise NotFoundError(_NOT_FOUND)
    return _with_own(changes, kind, rules[:at] + rules[at + 1 :])


def set_enabled(
    changes: RuleChanges, kind: RuleKind, rule_id: str, *, enabled: bool
) -> RuleChanges:
    """Enable or disable any rule.

    Raises:
        NotFoundError: there is none.
    """
    template = defaults.template(kind, rule_id)
    if template is None:
        return _edited(changes, kind, rule_id, enabled=enabled)
    # Only what differs is kept, so that going back to the default leaves nothing behind.
    switches = {name: on for name, on in changes.enabled.items() if name != rule_id}
    if enabled != template.enabled:
        switches[rule_id] = enabled
    return msgspec.structs.replace(changes, enabled=switches)


def set_actions(
    changes: RuleChanges, kind: RuleKind, rule_id: str, actions: tuple[Action, ...]
) -> RuleChanges:
    """Change what any rule does.

    Raises:
        NotFoundError: there is no such rule. TooLargeError: as `parse_rule` and `put`.
    """
    template = defaults.template(kind, rule_id)
    if template is None:
        edited = _edited(changes, kind, rule_id, actions=actions)
    else:
        replaced = {name: old for name, old in changes.actions.items() if name != rule_id}
        if actions != template.actions:
            replaced[rule_id] = actions
        edited = msgspec.structs.replace(changes, actions=replaced)
    if _encoded_length(actions) > RULE_BYTES_MAX:
        raise TooLargeError(f"A push rule is at most {RULE_BYTES_MAX} bytes long.")
    _check_limits(edited)
    return edited


def _edited(changes: RuleChanges, kind: RuleKind, rule_id: str, **members: object) -> RuleChanges:
    rules = _own(changes, kind)
    at = _index(rules, rule_id)
    if at is None:
        raise NotFoundError(_NOT_FOUND)
    rule = msgspec.structs.replace(rules[at], **members)
    return _with_own(changes, kind, (*rules[:at], rule, *rules[at + 1 :]))


def _searched_patterns(changes: RuleChanges) -> list[str]:
    patterns = [rule.pattern for rule in changes.content if isinstance(rule.pattern, str)]
    for rule in (*changes.override, *changes.underride):
        for condition in rule.conditions or ():
            kind, key, pattern = (condition.get(name) for name in ("kind", "key", "pattern"))
            if kind == "contains_display_name":
                patterns.append("")
            elif isinstance(key, str) and isinstance(pattern, str):
                in_body = split_path(key) == BODY
                if in_body or has_wildcard(pattern):
                    patterns.append(pattern)
    return patterns


def _check_limits(changes: RuleChanges) -> None:
    if sum(len(_own(changes, kind)) for kind in KINDS) > OWN_RULES_MAX:
        raise TooLargeError(f"An account has at most {OWN_RULES_MAX} push rules.")
    patterns = _searched_patterns(changes)
    if len(patterns) > PATTERNS_MAX:
        raise TooLargeError(f"An account has at most {PATTERNS_MAX} push rules with a pattern.")
    if sum(map(has_wildcard, patterns)) > WILDCARDS_MAX:
        raise TooLargeError(f"An account has at most {WILDCARDS_MAX} push rules with * or ?.")
    if _encoded_length(changes) > CHANGES_BYTES_MAX:
        raise TooLargeError(f"An account's push rules are at most {CHANGES_BYTES_MAX} bytes long.")


def reach(changes: RuleChanges) -> Reach:
    """Return for which events these changes can make a difference to counts.

    Muting a room, the most common change by far, concerns that room alone; another sound concerns no
    count at all. This may name too much, never too little.
    """
    targets: set[str] = set()
    for kind in KINDS:
        for rule in _own(changes, kind):
            if not rule.enabled:
                continue
            target = rule.rule_id if kind in {"room", "sender"} else _bound_to(rule)
            if target is None:
                return Reach(everywhere=True)
            targets.add(target.lower())
    for default_rules in defaults.TEMPLATES.values():
        for rule in default_rules:
            now = defaults.changed(rule, changes, defaults.OWN_USER_ID)
            if now.enabled != rule.enabled:
                return Reach(everywhere=True)
            was, will = outcome_of(rule.actions), outcome_of(now.actions)
            if (was.notify, was.highlight) != (will.notify, will.highlight):
                return Reach(everywhere=True)
    return Reach(targets=frozenset(targets))


def _bound_to(rule: PushRule) -> str | None:
    """Return the one room or sender that a rule's conditions allow; None when there is no such limit."""
    for condition in rule.conditions or ():
        kind, key, pattern, value = (
            condition.get(name) for name in ("kind", "key", "pattern", "value")
        )
        if not isinstance(key, str) or key not in {"room_id", "sender"}:
            continue
        if kind == "event_match" and isinstance(pattern, str) and not has_wildcard(pattern):
            return pattern
        if kind == "event_property_is" and isinstance(value, str):
            return value
    return None
