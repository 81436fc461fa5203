"""The push rules again, as slowly and plainly as the specification tells them: a second opinion."""

import re
from typing import Any

from courtyard.push.model import EventFacts, PushRule, Ruleset

WORD = "[A-Za-z0-9_]"


def expression(pattern: str) -> str:
    parts = {"*": "(?s:.*)", "?": "(?s:.)"}
    return "".join(parts.get(char, re.escape(char)) for char in pattern.lower())


def words_match(pattern: str, body: str) -> bool:
    """A match of the whole of some part of the body, with a boundary at both of its ends."""
    body = body.lower()
    whole = re.compile(expression(pattern))
    ends = [
        at
        for at in range(len(body) + 1)
        if not (0 < at < len(body) and re.fullmatch(WORD * 2, body[at - 1 : at + 1]))
    ]
    return any(whole.fullmatch(body[i:j]) for i in ends for j in ends if i <= j)


def at_path(event: Any, key: str) -> tuple[bool, Any]:
    names = [
        re.sub(r"\\([.\\])", r"\1", name)
        for name in re.findall(r"(?:^|\.)((?:\\[.\\]|\\(?![.\\])|[^.\\])*)", key)
    ]
    for name in names:
        if not isinstance(event, dict) or name not in event:
            return False, None
        event = event[name]
    return True, event


def scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int)


def equal(left: Any, right: Any) -> bool:
    return scalar(left) and scalar(right) and type(left) is type(right) and left == right


def condition_holds(condition: Any, facts: EventFacts, user_id: str, name: str | None) -> bool:
    event = dict(facts.event) | {"room_id": facts.room_id, "sender": facts.sender}
    if not isinstance(condition, dict):
        return False
    kind, key = condition.get("kind"), condition.get("key")
    if kind == "contains_display_name":
        _, body = at_path(event, "content.body")
        if not isinstance(body, str) or not body or not name:
            return False
        return bool(
            re.search(
                rf"(?:^|(?<!{WORD})|(?!{WORD})){re.escape(name.lower())}"
                rf"(?:$|(?!{WORD})|(?<!{WORD}))",
                body.lower(),
            )
        )
    if kind == "room_member_count":
        limit = condition.get("is")
        parsed = (
            re.fullmatch(r"(==|<=|>=|<|>)?([0-9]{1,15})", limit) if isinstance(limit, str) else None
        )
        if not parsed:
            return False
        sign = parsed[1] or "=="
        return {
            "==": facts.member_count == int(parsed[2]),
            "<": facts.member_count < int(parsed[2]),
            ">": facts.member_count > int(parsed[2]),
            "<=": facts.member_count <= int(parsed[2]),
            ">=": facts.member_count >= int(parsed[2]),
        }[sign]
    if not isinstance(key, str):
        return False
    if kind == "sender_notification_permission":
        level = facts.notification_levels.get(key, 50)
        if isinstance(level, bool) or not isinstance(level, int):
            level = 50
        return facts.sender_power_level >= level
    present, value = at_path(event, key)
    if kind == "event_match":
        pattern = condition.get("pattern")
        if not present or not isinstance(value, str) or not isinstance(pattern, str):
            return False
        if key == "content.body":
            return words_match(pattern, value)
        return re.fullmatch(expression(pattern), value.lower()) is not None
    if "value" not in condition or not present:
        return False
    if kind == "event_property_is":
        return equal(value, condition["value"])
    if kind == "event_property_contains":
        return isinstance(value, list) and any(equal(item, condition["value"]) for item in value)
    return False


def rule_holds(
    kind: str, rule: PushRule, facts: EventFacts, user_id: str, name: str | None
) -> bool:
    if kind == "room":
        return rule.rule_id == facts.room_id
    if kind == "sender":
        return rule.rule_id == facts.sender
    if kind == "content":
        condition = {"kind": "event_match", "key": "content.body", "pattern": rule.pattern}
        return condition_holds(condition, facts, user_id, name)
    return all(condition_holds(item, facts, user_id, name) for item in rule.conditions or ())


def outcome(rules: Ruleset, facts: EventFacts, user_id: str, name: str | None) -> tuple[bool, bool]:
    if facts.sender == user_id:
        return False, False
    for kind in ("override", "content", "room", "sender", "underride"):
        for rule in getattr(rules, kind):
            if rule.enabled and rule_holds(kind, rule, facts, user_id, name):
                notify = "notify" in rule.actions
                tweaks = {
                    action["set_tweak"]: action.get("value", True)
                    for action in rule.actions
                    if isinstance(action, dict) and isinstance(action.get("set_tweak"), str)
                }
                return notify, notify and tweaks.get("highlight") is True
    return False, False
