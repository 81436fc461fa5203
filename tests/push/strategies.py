"""Random rules and events, drawn so that they meet often enough to matter."""

from typing import Any

from hypothesis import strategies as st

from courtyard.base.ids import RoomId, UserId
from courtyard.push.model import EventFacts, PushRule, RuleChanges
from courtyard.push.rules_defaults import TEMPLATES

ALICE, BOB, CAROL = (UserId(f"@{name}:test.example") for name in ("alice", "bob", "carol"))
USERS = (ALICE, BOB, CAROL)
ROOMS = (RoomId("!One:test.example"), RoomId("!two:test.example"))

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["", "1", "a", "b", *USERS])
)
json_values = st.recursive(
    st.one_of(scalars, st.floats(allow_nan=False), st.text(max_size=8), st.integers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
bodies = st.one_of(st.text("aAb_ .@\n-é*?", max_size=10), st.just("Hi Alice, are you there?"))
patterns = st.one_of(
    st.text("aAb_ .@*?", max_size=6),
    st.sampled_from(["m.room.*", "m.room.message", "*", "", "alice", "!one:test.example", ALICE]),
)
keys = st.sampled_from(
    [
        "type",
        "sender",
        "room_id",
        "state_key",
        "content",
        "content.body",
        "content.msgtype",
        r"content.m\.mentions.user_ids",
        r"content.m\.mentions.room",
        r"content.a\\b",
        r"content.a\xb",
        "content.list",
        "content.value",
        "content.missing",
        "",
    ]
)
actions = st.lists(
    st.one_of(
        st.sampled_from(["notify", "dont_notify", "coalesce"]),
        st.fixed_dictionaries(
            {"set_tweak": st.sampled_from(["highlight", "sound"])},
            optional={"value": st.one_of(st.booleans(), st.just("default"), st.none())},
        ),
    ),
    max_size=3,
).map(tuple)
conditions = st.one_of(
    st.fixed_dictionaries({"kind": st.just("event_match"), "key": keys, "pattern": patterns}),
    st.fixed_dictionaries({"kind": st.just("event_property_is"), "key": keys, "value": scalars}),
    st.fixed_dictionaries(
        {"kind": st.just("event_property_contains"), "key": keys, "value": scalars}
    ),
    st.just({"kind": "contains_display_name"}),
    st.fixed_dictionaries(
        {
            "kind": st.just("room_member_count"),
            "is": st.sampled_from(["2", "==3", "<3", ">2", ">=3", "<=2", "x", "2.0", " 2", ""]),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("sender_notification_permission"),
            "key": st.sampled_from(["room", "other", "odd"]),
        }
    ),
    st.fixed_dictionaries({"kind": st.sampled_from(["device", "unknown"])}),
)
hostile_conditions = st.dictionaries(
    st.sampled_from(["kind", "key", "pattern", "value", "is", "x"]),
    st.one_of(
        json_values, st.sampled_from(["event_match", "event_property_is", "room_member_count"])
    ),
)


def _rules(kind: str) -> st.SearchStrategy[tuple[PushRule, ...]]:
    ids: st.SearchStrategy[str] = st.sampled_from(["one", "two", "three"])
    if kind == "room":
        ids = st.sampled_from(ROOMS)
    elif kind == "sender":
        ids = st.sampled_from(USERS)
    members: dict[str, st.SearchStrategy[Any]] = {
        "rule_id": ids,
        "enabled": st.booleans(),
        "actions": actions,
    }
    if kind in {"override", "underride"}:
        members["conditions"] = st.lists(conditions, max_size=3).map(tuple)
    elif kind == "content":
        members["pattern"] = patterns
    return st.lists(
        st.builds(PushRule, **members), max_size=2, unique_by=lambda rule: rule.rule_id
    ).map(tuple)


DEFAULT_IDS = [rule.rule_id for rules in TEMPLATES.values() for rule in rules]

changes = st.builds(
    RuleChanges,
    **{kind: _rules(kind) for kind in TEMPLATES},
    enabled=st.dictionaries(st.sampled_from(DEFAULT_IDS), st.booleans(), max_size=2),
    actions=st.dictionaries(st.sampled_from(DEFAULT_IDS), actions, max_size=2),
)
contents = st.fixed_dictionaries(
    {},
    optional={
        "body": st.one_of(bodies, json_values),
        "msgtype": st.sampled_from(["m.text", "m.notice"]),
        "membership": st.sampled_from(["invite", "join"]),
        "m.mentions": st.one_of(
            st.fixed_dictionaries(
                {},
                optional={
                    "user_ids": st.one_of(st.lists(st.sampled_from(USERS)), json_values),
                    "room": st.one_of(st.just(True), scalars),
                },
            ),
            json_values,
        ),
        "m.relates_to": st.one_of(st.just({"rel_type": "m.replace"}), json_values),
        "list": st.lists(scalars, max_size=3),
        "value": scalars,
        "a\\b": scalars,
        "a\\xb": scalars,
    },
)
events = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            [
                "m.room.message",
                "m.room.encrypted",
                "m.room.member",
                "m.reaction",
                "m.room.tombstone",
                "m.room.server_acl",
                "m.call.invite",
                "x",
            ]
        ),
        "content": contents,
    },
    optional={"state_key": st.one_of(st.just(""), st.sampled_from(USERS))},
)
facts = st.builds(
    EventFacts,
    event=events,
    room_id=st.sampled_from(ROOMS),
    sender=st.sampled_from(USERS),
    member_count=st.integers(1, 4),
    sender_power_level=st.sampled_from([0, 50, 100]),
    notification_levels=st.dictionaries(
        st.sampled_from(["room", "odd"]), st.one_of(st.sampled_from([0, 50, 75]), scalars)
    ),
)
names = st.one_of(st.none(), st.sampled_from(["Alice", "a", "", "?", "*", "@"]))
