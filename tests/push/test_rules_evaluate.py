from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.base.ids import RoomId, UserId
from courtyard.push.model import (
    NO_CHANGES,
    EventFacts,
    Outcome,
    PushRule,
    RuleChanges,
    Ruleset,
    UserFacts,
)
from courtyard.push.rules_defaults import MASTER, ruleset
from courtyard.push.rules_evaluate import (
    Reading,
    evaluate,
    evaluate_default,
    mentioned,
    outcome_of,
    split_path,
)
from tests.push import naive, strategies

ALICE = UserId("@alice:test.example")
BOB = UserId("@bob:test.example")
ROOM = RoomId("!room:test.example")


def facts(event: dict[str, Any], **rest: Any) -> EventFacts:
    known: dict[str, Any] = {"room_id": ROOM, "sender": BOB, "member_count": 3}
    return EventFacts(event=event, **(known | rest))


def message(**content: Any) -> dict[str, Any]:
    return {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "Hello", **content}}


def member(user_id: str, membership: str) -> dict[str, Any]:
    return {"type": "m.room.member", "state_key": user_id, "content": {"membership": membership}}


def by_default(event: dict[str, Any], **rest: Any) -> Outcome:
    return evaluate(ruleset(NO_CHANGES, ALICE), facts(event, **rest), UserFacts(ALICE))


def holds(condition: Any, event: dict[str, Any], name: str | None = None, **rest: Any) -> bool:
    rule = PushRule(rule_id="x", actions=("notify",), conditions=(condition,))
    user = UserFacts(ALICE, lambda: name)
    return evaluate(Ruleset(override=(rule,)), facts(event, **rest), user).notify


NOTHING: tuple[bool, bool, list[Any]] = (False, False, [])
NOTIFY = (True, False, ["notify"])
SOUND = {"set_tweak": "sound", "value": "default"}
HIGHLIGHT = {"set_tweak": "highlight"}


@pytest.mark.parametrize(
    "event,expected,rest",
    [
        (message(), NOTIFY, {}),
        (message(), (True, False, ["notify", SOUND]), {"member_count": 2}),
        (message(msgtype="m.notice"), NOTHING, {}),
        (
            message(**{"m.mentions": {"user_ids": [ALICE]}}),
            (True, True, ["notify", SOUND, HIGHLIGHT]),
            {},
        ),
        (message(**{"m.mentions": {"user_ids": [BOB]}}), NOTIFY, {}),
        (message(**{"m.mentions": {"room": True}}), NOTIFY, {}),
        (
            message(**{"m.mentions": {"room": True}}),
            (True, True, ["notify", HIGHLIGHT]),
            {"sender_power_level": 50},
        ),
        (
            message(**{"m.mentions": {"room": True}}),
            (True, True, ["notify", HIGHLIGHT]),
            {"sender_power_level": 5, "notification_levels": {"room": 5}},
        ),
        (message(**{"m.relates_to": {"rel_type": "m.replace"}}), NOTHING, {}),
        (message(**{"m.relates_to": {"rel_type": "m.thread"}}), NOTIFY, {}),
        (member(ALICE, "invite"), (True, False, ["notify", SOUND]), {}),
        (member("@carol:test.example", "invite"), NOTHING, {}),
        (member(ALICE, "join"), NOTHING, {}),
        ({"type": "m.reaction", "content": {}}, NOTHING, {}),
        ({"type": "m.room.server_acl", "state_key": "", "content": {}}, NOTHING, {}),
        (
            {"type": "m.room.tombstone", "state_key": "", "content": {}},
            (True, True, ["notify", HIGHLIGHT]),
            {},
        ),
        ({"type": "m.room.tombstone", "content": {}}, NOTHING, {}),
        (
            {"type": "m.call.invite", "content": {}},
            (True, False, ["notify", {"set_tweak": "sound", "value": "ring"}]),
            {},
        ),
        ({"type": "m.room.encrypted", "content": {}}, NOTIFY, {}),
        (
            {"type": "m.room.encrypted", "content": {}},
            (True, False, ["notify", SOUND]),
            {"member_count": 2},
        ),
        ({"type": "m.room.topic", "state_key": "", "content": {"topic": "x"}}, NOTHING, {}),
        (message(), NOTHING, {"sender": ALICE}),
    ],
)
def test_the_default_rules(
    event: dict[str, Any], expected: tuple[bool, bool, list[Any]], rest: dict[str, Any]
) -> None:
    """spec: client-server-api#predefined-rules."""
    outcome = by_default(event, **rest)

    assert expected == (outcome.notify, outcome.highlight, list(outcome.actions))


def test_an_enabled_master_rule_silences_even_the_user_s_own_rules() -> None:
    """spec: client-server-api#predefined-rules."""
    loud = PushRule(rule_id="loud", actions=("notify",), conditions=())
    changes = RuleChanges(override=(loud,), enabled={MASTER: True})

    with_master = evaluate(ruleset(changes, ALICE), facts(message()), UserFacts(ALICE))
    without = evaluate(
        ruleset(RuleChanges(override=(loud,)), ALICE),
        facts(member(ALICE, "join")),
        UserFacts(ALICE),
    )

    assert (False, True) == (with_master.notify, without.notify)


def test_kinds_are_checked_in_order_and_disabled_rules_never_match() -> None:
    """spec: client-server-api#push-rules."""

    def rule(kind: str, rule_id: str, *, enabled: bool = True) -> PushRule:
        tweak = {"set_tweak": "from", "value": kind}
        extra: dict[str, Any] = {"conditions": ()} if kind.endswith("ride") else {}
        if kind == "content":
            extra["pattern"] = "hello"
        return PushRule(rule_id=rule_id, enabled=enabled, actions=(tweak,), **extra)

    rules = {
        "override": rule("override", "x"),
        "content": rule("content", "x"),
        "room": rule("room", ROOM),
        "sender": rule("sender", BOB),
        "underride": rule("underride", "x"),
    }
    seen = []
    for kind in list(rules):
        left = {name: (one,) for name, one in rules.items()}
        outcome = evaluate(Ruleset(**left), facts(message()), UserFacts(ALICE))
        seen.append(outcome.actions[0]["value"])  # type: ignore[index]
        rules[kind] = rule(kind, rules[kind].rule_id, enabled=False)

    assert list(rules) == seen
    assert (
        evaluate(
            Ruleset(**{name: (one,) for name, one in rules.items()}),
            facts(message()),
            UserFacts(ALICE),
        )
        == Outcome()
    )


def test_room_and_sender_rules_match_their_own_id_only() -> None:
    quiet = {
        "room": (PushRule(rule_id="!other:test.example", actions=("notify",)),),
        "sender": (PushRule(rule_id=ALICE, actions=("notify",)),),
    }

    assert not evaluate(Ruleset(**quiet), facts(message()), UserFacts(ALICE)).notify


@pytest.mark.parametrize(
    "actions,expected",
    [
        ((), (False, False)),
        (("notify",), (True, False)),
        (("dont_notify",), (False, False)),
        (("coalesce", "notify"), (True, False)),
        (("notify", {"set_tweak": "highlight"}), (True, True)),
        (("notify", {"set_tweak": "highlight", "value": False}), (True, False)),
        (("notify", {"set_tweak": "highlight", "value": "yes"}), (True, False)),
        (("notify", HIGHLIGHT, {"set_tweak": "highlight", "value": False}), (True, False)),
        (({"set_tweak": "highlight"},), (False, False)),
        (("notify", {"set_tweak": "sound"}), (True, False)),
    ],
)
def test_actions(actions: Any, expected: tuple[bool, bool]) -> None:
    """spec: client-server-api#actions."""
    outcome = outcome_of(actions)

    assert expected == (outcome.notify, outcome.highlight)


@pytest.mark.parametrize(
    "key,expected",
    [
        ("content.body", ("content", "body")),
        (r"content.m\.relates_to", ("content", "m.relates_to")),
        (r"content.m\\foo", ("content", "m\\foo")),
        (r"a\x.b", ("a\\x", "b")),
        ("a\\", ("a\\",)),
        ("", ("",)),
        ("a..b", ("a", "", "b")),
    ],
)
def test_dot_separated_paths(key: str, expected: tuple[str, ...]) -> None:
    """spec: appendices#dot-separated-property-paths."""
    assert expected == split_path(key)


@pytest.mark.parametrize(
    "topic,expected",
    [("Lunch plans", True), ("LUNCH", True), (" lunch", False), ("lunc", False), (None, False)],
)
def test_event_match_on_a_property(topic: Any, expected: bool) -> None:
    """spec: client-server-api#conditions-1."""
    condition = {"kind": "event_match", "key": "content.topic", "pattern": "lunc?*"}

    assert holds(condition, {"type": "m.room.topic", "content": {"topic": topic}}) is expected


@pytest.mark.parametrize(
    "body,expected",
    [
        ("An example event.", True),
        ("exple", True),
        ("An exciting triple-whammy", True),
        ("examples", False),
        ("an_example", False),
        (7, False),
    ],
)
def test_event_match_on_the_body(body: Any, expected: bool) -> None:
    """spec: client-server-api#conditions-1."""
    condition = {"kind": "event_match", "key": "content.body", "pattern": "ex*ple"}

    assert holds(condition, message(body=body)) is expected


def test_keywords_match_whole_words_only() -> None:
    """spec: client-server-api#push-rules."""
    rules = tuple(
        PushRule(rule_id=word, actions=({"set_tweak": word},), pattern=word)
        for word in ("ell", "world_", "World", "тест")
    )

    def matched(body: object) -> list[object]:
        outcome = evaluate(Ruleset(content=rules), facts(message(body=body)), UserFacts(ALICE))
        return [action["set_tweak"] for action in outcome.actions]  # type: ignore[index]

    assert ["World"] == matched("Hello WORLD!")
    assert ["тест"] == matched("hello протест")
    assert [] == matched("hello world_s")
    assert [] == matched(["ell"])


def test_a_property_that_is_absent_does_not_match_even_a_star() -> None:
    condition = {"kind": "event_match", "key": "content.missing.deeper", "pattern": "*"}

    assert not holds(condition, message())
    assert not holds(condition, message(missing="text"))


@pytest.mark.parametrize(
    "held,value,expected",
    [
        (True, True, True),
        ("true", True, False),
        (1, True, False),
        (1, 1, True),
        (1.0, 1, False),
        (None, None, True),
        ([1], 1, False),
        (2**53 - 1, 2**53 - 1, True),
        (2**53, 2**53, False),
        ("a", "A", False),
    ],
)
def test_event_property_is(held: Any, value: Any, expected: bool) -> None:
    """spec: client-server-api#conditions-1."""
    condition = {"kind": "event_property_is", "key": "content.value", "value": value}

    assert holds(condition, message(value=held)) is expected


def test_event_property_is_null_does_not_match_an_absent_property() -> None:
    condition = {"kind": "event_property_is", "key": "content.value", "value": None}

    assert not holds(condition, message())


@pytest.mark.parametrize(
    "held,value,expected",
    [
        (["#somewhere:example.org", "#myroom:example.com"], "#myroom:example.com", True),
        (["#somewhere:example.org"], ":example.org", False),
        ("#myroom:example.com", "#myroom:example.com", False),
        ([True], 1, False),
        ([None], None, True),
        ([[1]], 1, False),
    ],
)
def test_event_property_contains(held: Any, value: Any, expected: bool) -> None:
    """spec: client-server-api#conditions-1."""
    condition = {"kind": "event_property_contains", "key": "content.value", "value": value}

    assert holds(condition, message(value=held)) is expected


@pytest.mark.parametrize(
    "name,body,expected",
    [
        ("Alice", "hi ALICE!", True),
        ("Alice", "alices", False),
        ("*", "anything", False),
        ("A?", "is it A? or", True),
        ("A?", "AB", False),
        ("", "anything", False),
        (None, "anything", False),
        ("Alice", "", False),
    ],
)
def test_contains_display_name(name: str | None, body: str, expected: bool) -> None:
    """spec: client-server-api#conditions-1."""
    assert holds({"kind": "contains_display_name"}, message(body=body), name) is expected


@pytest.mark.parametrize(
    "limit,expected",
    [
        ("3", True), ("==3", True), ("2", False), ("<4", True), ("<3", False), (">2", True),
        (">3", False), ("<=3", True), (">=3", True), (">=4", False), ("!=3", False), ("", False),
        ("3 ", False), ("٣", False), (3, False), ("9" * 50, False),
    ],
)  # fmt: skip
def test_room_member_count(limit: Any, expected: bool) -> None:
    """spec: client-server-api#conditions-1."""
    assert holds({"kind": "room_member_count", "is": limit}, message()) is expected


@pytest.mark.parametrize(
    "levels,power,expected",
    [
        ({}, 50, True),
        ({}, 49, False),
        ({"room": 20}, 20, True),
        ({"room": "20"}, 49, False),
        ({"room": True}, 49, False),
        ({"other": 0}, 49, False),
    ],
)
def test_sender_notification_permission(levels: dict[str, Any], power: int, expected: bool) -> None:
    """spec: client-server-api#conditions-1."""
    condition = {"kind": "sender_notification_permission", "key": "room"}

    held = holds(condition, message(), sender_power_level=power, notification_levels=levels)

    assert held is expected


@pytest.mark.parametrize(
    "condition",
    [
        "event_match",
        {},
        {"kind": "org.example.unknown"},
        {"kind": ["event_match"]},
        {"kind": "event_match", "key": "type"},
        {"kind": "event_match", "pattern": "*"},
        {"kind": "event_property_is", "key": "type"},
        {"kind": "event_property_is", "value": 1},
        {"kind": "event_property_is", "key": "type", "value": {}},
        {"kind": "event_property_contains", "key": "type"},
        {"kind": "event_property_contains", "key": "content.list", "value": 1.5},
        {"kind": "sender_notification_permission"},
        {"kind": "room_member_count"},
    ],
)
def test_what_is_not_understood_never_matches(condition: Any) -> None:
    """spec: client-server-api#conditions-1."""
    event = message(list=[1.5])

    assert not holds(condition, event, sender_power_level=100)


@pytest.mark.parametrize(
    "content",
    [
        None,
        "x",
        {},
        {"m.mentions": []},
        {"m.mentions": {}},
        {"m.mentions": {"user_ids": {ALICE: 1}}},
    ],
)
def test_mentions_of_the_wrong_shape_mention_nobody(content: Any) -> None:
    assert not mentioned(facts({"type": "m.room.message", "content": content}))


def test_only_strings_are_mentioned() -> None:
    listed = message(**{"m.mentions": {"user_ids": [ALICE, 1, None, [BOB], ALICE]}})

    assert {ALICE} == set(mentioned(facts(listed)))


def test_the_base_speaks_for_a_member_whom_the_event_does_not_name() -> None:
    mention = message(**{"m.mentions": {"user_ids": [ALICE, ""]}})

    base = evaluate_default(Reading(facts(mention)))

    assert (True, False) == (base.notify, base.highlight)


@settings(deadline=None)
@given(strategies.changes, strategies.facts, st.sampled_from(strategies.USERS), strategies.names)
def test_evaluating_agrees_with_a_naive_reading_of_the_specification(
    changes: RuleChanges, event: EventFacts, user_id: UserId, name: str | None
) -> None:
    rules = ruleset(changes, user_id)

    outcome = evaluate(rules, event, UserFacts(user_id, lambda: name))

    assert naive.outcome(rules, event, user_id, name) == (outcome.notify, outcome.highlight)


@settings(deadline=None)
@given(
    st.lists(st.one_of(strategies.hostile_conditions, strategies.json_values), max_size=3),
    st.dictionaries(st.sampled_from(["type", "content", "state_key"]), strategies.json_values),
)
def test_hostile_rules_and_events_raise_nothing(
    conditions: list[Any], event: dict[str, Any]
) -> None:
    rule = PushRule(rule_id="x", actions=("notify",), conditions=tuple(conditions))

    evaluate(Ruleset(override=(rule,)), facts(event), UserFacts(ALICE, lambda: "name"))
    by_default(event)
    mentioned(facts(event))
