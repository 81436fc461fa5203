"""Which rule an event meets, and what follows for the user.

A ruleset is compiled once to functions and then run for many events; what the functions look up in an
event is looked up once for all users (`Reading`). Rules and events are other people's JSON: a condition that
makes no sense never matches, and nothing in here raises.

spec: client-server-api#push-rules
"""

import re
from collections.abc import Callable, Iterable, Mapping
from operator import eq, ge, gt, le, lt
from typing import Final

from courtyard.push.model import (
    KINDS,
    SILENT,
    Action,
    Condition,
    EventFacts,
    Outcome,
    PushRule,
    RuleChanges,
    Ruleset,
    UserFacts,
)
from courtyard.push.rules_defaults import OWN_USER_ID, TEMPLATES, ruleset
from courtyard.push.rules_glob import (
    Glob,
    WordGlob,
    has_wildcard,
    is_word,
    literal_in_words,
    words,
)

TEXT_SCANNED_MAX: Final = 8192
"""Characters of a value that patterns look at: bounds what one rule costs in one event."""

NOTIFICATION_LEVEL_DEFAULT: Final = 50
INTEGER_MAX: Final = 2**53 - 1

_ABSENT: Final = object()
_SCALARS: Final = (str, int, bool, type(None))
_MEMBER_COUNT: Final = re.compile(r"(==|<=|>=|<|>|)([0-9]{1,15})")
_COMPARE: Final = {"": eq, "==": eq, "<": lt, ">": gt, "<=": le, ">=": ge}

Path = tuple[str, ...]

BODY: Final[Path] = ("content", "body")


def split_path(key: str) -> Path:
    r"""Cut a dot-separated property path; `\.` and `\\` stand for a dot and a backslash in a name.

    spec: appendices#dot-separated-property-paths
    """
    names: list[str] = []
    name = ""
    at = 0
    while at < len(key):
        char = key[at]
        if char == "\\" and key[at + 1 : at + 2] in {".", "\\"}:
            at += 1
            name += key[at]
        elif char == ".":
            names.append(name)
            name = ""
        else:
            name += char
        at += 1
    return (*names, name)


class Reading:
    """One event as the conditions see it. Made once for each event, shared by all users."""

    __slots__ = ("_texts", "_values", "_words", "facts", "sender")

    def __init__(self, facts: EventFacts) -> None:
        """Start with nothing looked up."""
        self.facts = facts
        self.sender = facts.sender
        self._values: dict[Path, object] = {
            ("room_id",): facts.room_id,
            ("sender",): facts.sender,
        }
        self._texts: dict[Path, str | None] = {}
        self._words: frozenset[str] | None = None

    def value(self, path: Path) -> object:
        """Return the value of a property, or `_ABSENT`."""
        found = self._values.get(path, self)
        if found is self:
            found = self.facts.event
            for name in path:
                if not isinstance(
                    found, dict
                ):  # JSON's; the abstract class costs ten times as much
                    found = _ABSENT
                    break
                found = found.get(name, _ABSENT)
            self._values[path] = found
        return found

    def text(self, path: Path) -> str | None:
        """Return a string property in lower case; None when it is absent or no string."""
        try:
            return self._texts[path]
        except KeyError:
            value = self.value(path)
            text = value[:TEXT_SCANNED_MAX].lower() if isinstance(value, str) else None
            self._texts[path] = text
            return text

    def words(self) -> frozenset[str]:
        """Return the words of the body, in lower case."""
        if self._words is None:
            self._words = words(self.text(BODY) or "")
        return self._words


Matcher = Callable[[Reading, UserFacts], bool]


def same(left: object, right: object) -> bool:
    """Tell whether two JSON scalars are the same value: `1`, `true` and `"1"` are three."""
    return (
        type(left) is type(right)
        and isinstance(left, _SCALARS)
        and (type(left) is not int or abs(left) <= INTEGER_MAX)
        and left == right
    )


def _text_of(user: UserFacts) -> str | None:
    return None if user.user_id is None else user.user_id.lower()


def _event_match(condition: Condition) -> Matcher | None:
    key, pattern = condition.get("key"), condition.get("pattern")
    if not isinstance(key, str) or not isinstance(pattern, str):
        return None
    path = split_path(key)
    if pattern is OWN_USER_ID:
        return lambda event, user: (text := event.text(path)) is not None and text == _text_of(user)
    pattern = pattern.lower()
    if path == BODY:
        return _word_match(pattern)
    if has_wildcard(pattern):
        glob = Glob(pattern)
        return lambda event, _: (text := event.text(path)) is not None and glob.matches(text)
    return lambda event, _: event.text(path) == pattern


def _word_match(pattern: str) -> Matcher:
    if is_word(pattern):
        return lambda event, _: pattern in event.words()
    glob = WordGlob(pattern)
    return lambda event, _: (text := event.text(BODY)) is not None and glob.matches(text)


def _event_property_is(condition: Condition) -> Matcher | None:
    key, value = condition.get("key"), condition.get("value", _ABSENT)
    if not isinstance(key, str) or not isinstance(value, _SCALARS):
        return None
    path = split_path(key)
    return lambda event, _: same(event.value(path), value)


def _event_property_contains(condition: Condition) -> Matcher | None:
    key, value = condition.get("key"), condition.get("value", _ABSENT)
    if not isinstance(key, str) or not isinstance(value, _SCALARS):
        return None
    path = split_path(key)
    if value is OWN_USER_ID:
        return lambda event, user: _holds(event.value(path), user.user_id or _ABSENT)
    return lambda event, _: _holds(event.value(path), value)


def _holds(array: object, value: object) -> bool:
    return isinstance(array, list | tuple) and any(same(item, value) for item in array)


def _contains_display_name(_: Condition) -> Matcher:
    def matcher(event: Reading, user: UserFacts) -> bool:
        body = event.text(BODY)
        name = user.display_name() if body else None
        return bool(body and name and literal_in_words(name.lower(), body))

    return matcher


def _room_member_count(condition: Condition) -> Matcher | None:
    limit = condition.get("is")
    parsed = _MEMBER_COUNT.fullmatch(limit) if isinstance(limit, str) else None
    if parsed is None:
        return None
    compare, number = _COMPARE[parsed[1]], int(parsed[2])
    return lambda event, _: bool(compare(event.facts.member_count, number))


def _sender_notification_permission(condition: Condition) -> Matcher | None:
    key = condition.get("key")
    if not isinstance(key, str):
        return None

    def matcher(event: Reading, _: UserFacts) -> bool:
        level = event.facts.notification_levels.get(key)
        needed = level if type(level) is int else NOTIFICATION_LEVEL_DEFAULT
        return event.facts.sender_power_level >= needed

    return matcher


_CONDITIONS: Final[Mapping[object, Callable[[Condition], Matcher | None]]] = {
    "event_match": _event_match,
    "event_property_is": _event_property_is,
    "event_property_contains": _event_property_contains,
    "contains_display_name": _contains_display_name,
    "room_member_count": _room_member_count,
    "sender_notification_permission": _sender_notification_permission,
}


def _compile_condition(condition: object) -> Matcher | None:
    if not isinstance(condition, Mapping):
        return None
    kind = condition.get("kind")
    build = _CONDITIONS.get(kind) if isinstance(kind, str) else None
    return build(condition) if build else None


def _conditions(kind: str, rule: PushRule) -> Iterable[object]:
    """Return a rule's conditions, those that its kind implies among them."""
    if kind == "content":
        return ({"kind": "event_match", "key": "content.body", "pattern": rule.pattern},)
    if kind == "room":
        return ({"kind": "event_property_is", "key": "room_id", "value": rule.rule_id},)
    if kind == "sender":
        return ({"kind": "event_property_is", "key": "sender", "value": rule.rule_id},)
    return rule.conditions or ()


def outcome_of(actions: tuple[Action, ...]) -> Outcome:
    """Return what a rule with these actions does.

    `dont_notify`, `coalesce` and whatever else we do not know do nothing. A later tweak overwrites an
    earlier one of the same name.

    spec: client-server-api#actions
    """
    highlight: object = False
    for action in actions:
        if isinstance(action, Mapping) and action.get("set_tweak") == "highlight":
            highlight = action.get("value", True)
    notify = "notify" in actions
    return Outcome(notify=notify, highlight=notify and highlight is True, actions=actions)


class CompiledRuleset:
    """A user's rules, ready to run."""

    __slots__ = ("_rules",)

    def __init__(self, rules: Ruleset) -> None:
        """Compile the rules that are enabled and can match at all, in the order of checking."""
        self._rules: list[CompiledRule] = []
        for kind in KINDS:
            for rule in getattr(rules, kind):
                compiled = _compile_rule(kind, rule)
                if compiled is not None:
                    self._rules.append(compiled)

    def outcome(self, event: Reading, user: UserFacts) -> Outcome:
        """Return what the first rule that matches does; nothing for the event's own sender."""
        if user.user_id == event.sender:
            return SILENT
        for conditions, outcome in self._rules:
            for matches in conditions:
                if not matches(event, user):
                    break
            else:
                return outcome
        return SILENT


CompiledRule = tuple[tuple[Matcher, ...], Outcome]


def _compile_rule(kind: str, rule: PushRule) -> CompiledRule | None:
    if not rule.enabled:
        return None
    template, compiled = _TEMPLATES.get(rule.rule_id, (None, None))
    # By identity: a rule that anybody changed is another object, and so is one in a user's own words.
    if compiled is not None and template is rule:
        return compiled
    matchers = []
    for condition in _conditions(kind, rule):
        matcher = _compile_condition(condition)
        if matcher is None:
            return None
        matchers.append(matcher)
    return tuple(matchers), outcome_of(rule.actions)


_TEMPLATES: Final[dict[str, tuple[PushRule, CompiledRule | None]]] = {}
"""The server-default rules, compiled once for everybody who has not changed them."""

for _kind, _rules in TEMPLATES.items():
    _TEMPLATES.update({rule.rule_id: (rule, _compile_rule(_kind, rule)) for rule in _rules})

DEFAULT: Final = CompiledRuleset(ruleset(RuleChanges(), OWN_USER_ID))
"""Everybody's rules who changed none: one object for all of them."""

_UNNAMED: Final = UserFacts(None)


def compile_changes(changes: RuleChanges) -> CompiledRuleset:
    """Compile the rules of a user who made these changes."""
    return CompiledRuleset(ruleset(changes, OWN_USER_ID))


def evaluate(rules: Ruleset, facts: EventFacts, user: UserFacts) -> Outcome:
    """Return what an event does for one user. To ask for many users or events, compile once."""
    return CompiledRuleset(rules).outcome(Reading(facts), user)


def evaluate_default(event: Reading) -> Outcome:
    """Return what an event does for a member with default rules whom it does not name.

    It is the same for all of them: no default rule but those for a mention and an invite looks at who
    the user is.
    """
    return DEFAULT.outcome(event, _UNNAMED)


def mentioned(facts: EventFacts) -> Iterable[str]:
    """Return the user ids that the sender lists in `m.mentions`.

    spec: client-server-api#user-and-room-mentions
    """
    content = facts.event.get("content")
    mentions = content.get("m.mentions") if isinstance(content, dict) else None
    listed = mentions.get("user_ids") if isinstance(mentions, dict) else None
    if not isinstance(listed, list | tuple):
        return ()
    return {item for item in listed if isinstance(item, str)}
