from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.base.errors import (
    CourtyardError,
    InvalidParamError,
    MissingParamError,
    NotFoundError,
    TooLargeError,
)
from courtyard.base.ids import UserId
from courtyard.push import rules
from courtyard.push.errors import RelativeRuleNotFoundError
from courtyard.push.model import KINDS, NO_CHANGES, PushRule, Reach, RuleChanges, RuleKind
from courtyard.push.rules_defaults import MASTER, OWN_USER_ID, ruleset
from tests.push import strategies

ALICE = UserId("@alice:test.example")
MESSAGE = ".m.rule.message"
NOTIFY = {"actions": ["notify"]}


def content_rule(rule_id: str, pattern: str = "cake") -> PushRule:
    return rules.parse_rule("content", rule_id, {"actions": ["notify"], "pattern": pattern})


def with_content(*rule_ids: str) -> RuleChanges:
    changes = NO_CHANGES
    for rule_id in reversed(rule_ids):
        changes = rules.put(changes, "content", content_rule(rule_id))
    return changes


def order(changes: RuleChanges) -> list[str]:
    return [rule.rule_id for rule in changes.content]


# --- accepting a rule -------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind,body",
    [
        ("override", NOTIFY),
        ("override", {"actions": [], "conditions": [{"kind": "org.example.new", "x": [1]}]}),
        ("underride", {"actions": ["dont_notify", "coalesce", {"set_tweak": "x", "value": 0.5}]}),
        ("content", {"actions": [], "pattern": ""}),
        ("room", NOTIFY),
        ("sender", {**NOTIFY, "conditions": 7, "pattern": 7}),
    ],
)
def test_a_rule_of_each_kind_is_accepted_as_written(kind: RuleKind, body: dict[str, Any]) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    rule = rules.parse_rule(kind, "тест", body)

    seen = msgspec.json.decode(msgspec.json.encode(rule))
    assert ("тест", True, False) == (seen["rule_id"], seen["enabled"], seen["default"])
    assert seen["actions"] == body["actions"]
    assert ("conditions" in seen) is kind.endswith("ride")
    assert ("pattern" in seen) is (kind == "content")


@pytest.mark.parametrize(
    "rule_id", [".m.rule.master", ".mine", "a/b", "a\\b", "", "x" * 256, "a\x00b"]
)
def test_a_rule_id_that_is_the_server_s_or_has_a_slash_is_refused(rule_id: str) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    with pytest.raises(InvalidParamError):
        rules.parse_rule("room", rule_id, NOTIFY)


@pytest.mark.parametrize(
    "kind,body,error",
    [
        ("room", {}, MissingParamError),
        ("room", {"actions": None}, MissingParamError),
        ("room", {"actions": {}}, InvalidParamError),
        ("room", {"actions": ["not_an_action"]}, InvalidParamError),
        ("room", {"actions": [7]}, InvalidParamError),
        ("room", {"actions": [{"set_tweak": 7}]}, InvalidParamError),
        ("room", {"actions": [{}]}, InvalidParamError),
        ("override", {**NOTIFY, "conditions": {}}, InvalidParamError),
        ("override", {**NOTIFY, "conditions": [{}]}, InvalidParamError),
        ("override", {**NOTIFY, "conditions": ["x"]}, InvalidParamError),
        (
            "underride",
            {**NOTIFY, "conditions": [{"kind": "event_match", "pattern": "x" * 256}]},
            InvalidParamError,
        ),
        ("content", NOTIFY, MissingParamError),
        ("content", {**NOTIFY, "pattern": 7}, InvalidParamError),
        ("content", {**NOTIFY, "pattern": "x" * 256}, InvalidParamError),
        ("content", {**NOTIFY, "pattern": "x" * 64 + "?"}, InvalidParamError),
        ("room", {"actions": [{"set_tweak": "x", "value": "y" * 9000}]}, TooLargeError),
        ("room", {"actions": [{"set_tweak": "x", "value": "\ud800"}]}, InvalidParamError),
    ],
)
def test_a_rule_of_the_wrong_shape_is_refused(
    kind: RuleKind, body: dict[str, Any], error: type[CourtyardError]
) -> None:
    with pytest.raises(error):
        rules.parse_rule(kind, "mine", body)


def test_there_are_five_kinds() -> None:
    assert KINDS == tuple(rules.parse_kind(kind) for kind in KINDS)
    with pytest.raises(InvalidParamError):
        rules.parse_kind("device")


# --- adding and replacing -------------------------------------------------------------------


def test_a_new_rule_is_the_most_important_of_its_kind() -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    changes = rules.put(with_content("b", "c"), "content", content_rule("a"))

    assert ["a", "b", "c"] == order(changes)


@pytest.mark.parametrize(
    "place,expected",
    [
        ({"before": "b"}, ["a", "x", "b", "c"]),
        ({"after": "b"}, ["a", "b", "x", "c"]),
        ({"before": "a"}, ["x", "a", "b", "c"]),
        ({"after": "c"}, ["a", "b", "c", "x"]),
        ({"before": "b", "after": "c"}, ["a", "x", "b", "c"]),
    ],
)
def test_before_and_after_place_a_rule(place: dict[str, str], expected: list[str]) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    changes = with_content("a", "b", "c")

    assert expected == order(rules.put(changes, "content", content_rule("x"), **place))


@pytest.mark.parametrize(
    "place,expected",
    [({}, ["a", "b", "c"]), ({"before": "a"}, ["b", "a", "c"]), ({"after": "c"}, ["a", "c", "b"])],
)
def test_replacing_keeps_place_and_switch_unless_told(
    place: dict[str, str], expected: list[str]
) -> None:
    changes = rules.set_enabled(with_content("a", "b", "c"), "content", "b", enabled=False)

    replaced = rules.put(changes, "content", content_rule("b", "pie"), **place)

    found = rules.find(replaced, ALICE, "content", "b")
    assert expected == order(replaced)
    assert ("pie", False) == (found.pattern, found.enabled)


@pytest.mark.parametrize(
    "place", [{"before": "no"}, {"after": "no"}, {"before": MESSAGE}, {"before": "b", "after": "a"}]
)
def test_a_place_next_to_a_rule_that_is_not_there_or_the_server_s_is_refused(
    place: dict[str, str],
) -> None:
    """spec: client-server-api#put_matrixclientv3pushrulesglobalkindruleid."""
    with pytest.raises(RelativeRuleNotFoundError):
        rules.put(with_content("a"), "content", content_rule("x"), **place)


def test_limits() -> None:
    many = tuple(PushRule(rule_id=f"!{n}", actions=()) for n in range(rules.OWN_RULES_MAX))
    wordy = tuple(content_rule(f"{n}", f"w{n}") for n in range(rules.PATTERNS_MAX))
    slow = tuple(content_rule(f"{n}", f"w?{n}") for n in range(rules.WILDCARDS_MAX))
    long_actions: tuple[Any, ...] = ({"set_tweak": "x", "value": "y" * 8000},)
    big = tuple(PushRule(rule_id=f"!{n}", actions=long_actions) for n in range(32))
    by_name = rules.parse_rule(
        "override", "x", {**NOTIFY, "conditions": [{"kind": "contains_display_name"}]}
    )
    in_type = rules.parse_rule(
        "override",
        "x",
        {**NOTIFY, "conditions": [{"kind": "event_match", "key": "type", "pattern": "m.x"}]},
    )
    by_count = rules.parse_rule(
        "override", "x", {**NOTIFY, "conditions": [{"kind": "room_member_count", "is": "2"}]}
    )
    starred = rules.parse_rule(
        "underride",
        "x",
        {**NOTIFY, "conditions": [{"kind": "event_match", "key": "type", "pattern": "m.*"}]},
    )

    for full, kind, rule in (
        (RuleChanges(room=many), "sender", PushRule(rule_id="@x", actions=())),
        (RuleChanges(content=wordy), "content", content_rule("x")),
        (RuleChanges(content=wordy), "override", by_name),
        (RuleChanges(content=wordy), "underride", starred),
        (RuleChanges(content=slow), "content", content_rule("x", "?")),
        (RuleChanges(room=big), "sender", PushRule(rule_id="@x", actions=long_actions)),
    ):
        with pytest.raises(TooLargeError):
            rules.put(full, rules.parse_kind(kind), rule)
    rules.put(RuleChanges(content=wordy), "override", in_type)
    rules.put(RuleChanges(content=wordy), "override", by_count)
    rules.put(RuleChanges(content=wordy), "content", content_rule("0", "replaced"))


# --- the server's rules, and deleting ------------------------------------------------------------


def test_a_default_rule_can_be_disabled_and_given_other_actions_but_not_deleted() -> None:
    """spec: client-server-api#predefined-rules."""
    changes = rules.set_enabled(NO_CHANGES, "underride", MESSAGE, enabled=False)
    changes = rules.set_actions(changes, "underride", MESSAGE, ())

    found = rules.find(changes, ALICE, "underride", MESSAGE)
    assert (False, (), True) == (found.enabled, found.actions, found.default)
    with pytest.raises(InvalidParamError):
        rules.delete(changes, "underride", MESSAGE)


def test_going_back_to_the_default_leaves_nothing_behind() -> None:
    changes = rules.set_enabled(NO_CHANGES, "override", MASTER, enabled=True)
    changes = rules.set_actions(changes, "underride", MESSAGE, ("dont_notify",))
    changes = rules.set_enabled(changes, "override", MASTER, enabled=False)
    changes = rules.set_actions(changes, "underride", MESSAGE, ("notify",))

    assert changes == NO_CHANGES
    assert msgspec.json.encode(changes) == b"{}"


def test_the_user_s_own_rules_stand_before_the_server_s_except_master() -> None:
    """spec: client-server-api#predefined-rules."""
    changes = NO_CHANGES
    for kind in KINDS:
        body = {**NOTIFY, "pattern": "x"}
        changes = rules.put(changes, kind, rules.parse_rule(kind, "mine", body))

    whole = ruleset(changes, ALICE)

    assert [MASTER, "mine", ".m.rule.suppress_notices"] == [r.rule_id for r in whole.override[:3]]
    assert ["mine", ".m.rule.call"] == [rule.rule_id for rule in whole.underride[:2]]
    assert 1 == len(whole.content) == len(whole.room) == len(whole.sender)


def test_the_owner_s_id_stands_in_their_default_rules_and_nobody_else_s() -> None:
    """spec: client-server-api#predefined-rules."""
    text = msgspec.json.encode(ruleset(NO_CHANGES, ALICE)).decode()

    assert 2 == text.count(ALICE)
    assert msgspec.json.encode(OWN_USER_ID).decode().strip('"') not in text


@pytest.mark.parametrize("rule_id", ["no", ".m.rule.no", MESSAGE])
def test_what_is_not_there_is_not_found(rule_id: str) -> None:
    changes = with_content("a")

    for ask in (
        lambda: rules.find(changes, ALICE, "content", rule_id),
        lambda: rules.delete(changes, "content", rule_id),
        lambda: rules.set_enabled(changes, "content", rule_id, enabled=True),
        lambda: rules.set_actions(changes, "content", rule_id, ()),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_deleting_a_rule_leaves_the_others_in_order() -> None:
    assert ["a", "c"] == order(rules.delete(with_content("a", "b", "c"), "content", "b"))


def test_the_actions_of_an_own_rule_can_be_changed_within_limits() -> None:
    changes = rules.set_actions(with_content("a"), "content", "a", ("dont_notify",))

    assert ("dont_notify",) == rules.find(changes, ALICE, "content", "a").actions
    for kind, rule_id in (("content", "a"), ("underride", MESSAGE)):
        with pytest.raises(TooLargeError):
            rules.set_actions(changes, rules.parse_kind(kind), rule_id, ("y" * 9000,))


# --- what changes reach ------------------------------------------------------------------


def override(*conditions: dict[str, Any], enabled: bool = True) -> RuleChanges:
    rule = PushRule(rule_id="x", actions=(), conditions=conditions, enabled=enabled)
    return RuleChanges(override=(rule,))


@pytest.mark.parametrize(
    "changes,expected",
    [
        (NO_CHANGES, Reach()),
        (
            RuleChanges(room=(PushRule(rule_id="!One", actions=()),)),
            Reach(targets=frozenset({"!one"})),
        ),
        (
            RuleChanges(sender=(PushRule(rule_id="@A", actions=()),)),
            Reach(targets=frozenset({"@a"})),
        ),
        (RuleChanges(room=(PushRule(rule_id="!a", actions=(), enabled=False),)), Reach()),
        (with_content("a"), Reach(everywhere=True)),
        (override(), Reach(everywhere=True)),
        (override(enabled=False), Reach()),
        (
            override({"kind": "event_match", "key": "room_id", "pattern": "!One"}),
            Reach(targets=frozenset({"!one"})),
        ),
        (
            override({"kind": "event_match", "key": "room_id", "pattern": "!one*"}),
            Reach(everywhere=True),
        ),
        (
            override(
                {"kind": "event_match", "key": ["room_id"], "pattern": "!one"},
                {"kind": "event_property_is", "key": "sender", "value": "@A"},
            ),
            Reach(targets=frozenset({"@a"})),
        ),
        (
            override({"kind": "event_property_is", "key": "sender", "value": None}),
            Reach(everywhere=True),
        ),
        (RuleChanges(enabled={MESSAGE: False}), Reach(everywhere=True)),
        (RuleChanges(actions={MESSAGE: ()}), Reach(everywhere=True)),
        (RuleChanges(actions={MESSAGE: ("notify", {"set_tweak": "sound"})}), Reach()),
        (RuleChanges(actions={".m.rule.gone": ()}), Reach()),
    ],
)
def test_reach(changes: RuleChanges, expected: Reach) -> None:
    assert expected == rules.reach(changes)


# --- laws ------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.sampled_from(KINDS),
    st.one_of(st.text(max_size=4), st.just("mine")),
    st.dictionaries(
        st.sampled_from(["actions", "conditions", "pattern"]),
        st.one_of(
            strategies.json_values,
            st.lists(strategies.hostile_conditions, max_size=2),
            strategies.actions.map(list),
        ),
    ),
)
def test_a_hostile_rule_is_refused_or_stored_and_read_back(
    kind: RuleKind, rule_id: str, body: dict[str, Any]
) -> None:
    try:
        changes = rules.put(NO_CHANGES, kind, rules.parse_rule(kind, rule_id, body))
    except CourtyardError:
        return
    rules.reach(changes)
    stored = msgspec.json.encode(changes)
    assert msgspec.json.encode(msgspec.json.decode(stored, type=RuleChanges)) == stored


edits = st.lists(
    st.tuples(
        st.sampled_from(["put", "delete", "enable", "actions"]),
        st.sampled_from(["a", "b", "c", "d"]),
        st.one_of(st.none(), st.sampled_from(["a", "b", "c", "no"])),
        st.booleans(),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(edits)
def test_any_sequence_of_edits_keeps_ids_unique_and_moves_only_what_was_put(
    sequence: list[tuple[str, str, str | None, bool]],
) -> None:
    changes = NO_CHANGES
    for verb, rule_id, other, flag in sequence:
        before = order(changes)
        try:
            if verb == "put":
                place = {"before" if flag else "after": other} if other else {}
                changes = rules.put(changes, "content", content_rule(rule_id), **place)
            elif verb == "delete":
                changes = rules.delete(changes, "content", rule_id)
            elif verb == "enable":
                changes = rules.set_enabled(changes, "content", rule_id, enabled=flag)
            else:
                changes = rules.set_actions(changes, "content", rule_id, ("notify",))
        except CourtyardError:
            assert before == order(changes)
            continue
        after = order(changes)
        assert len(after) == len(set(after))
        assert [x for x in before if x != rule_id] == [x for x in after if x != rule_id]


def test_a_plain_comparison_is_not_a_searched_pattern() -> None:
    """Only patterns in the body, or with wildcards, are limited in number: others cost a look."""
    changes = NO_CHANGES
    for number in range(110):
        condition = {"kind": "event_match", "key": "room_id", "pattern": f"!{number}:x"}
        body = {"actions": ["notify"], "conditions": [condition]}
        changes = rules.put(changes, "override", rules.parse_rule("override", f"r{number}", body))

    assert len(changes.override) == 110
