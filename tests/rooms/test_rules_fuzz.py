"""Whatever stands in an event or in the room's state, the rules answer: allowed or refused.

Content is any JSON, also JSON that no client could have sent and no seal would have taken. Only
`CourtyardError`s may come out: a TypeError here would be a 500 that a stranger can cause.
"""

import contextlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import EventId, RoomId, TimestampMs
from courtyard.rooms import model
from courtyard.rooms.model import Event, EventFields, RoomVersion
from courtyard.rooms.rules import (
    auth_event_keys,
    authorise,
    check_auth_events,
    join_rule_of,
    membership_of,
)
from courtyard.rooms.rules_content import aliases, check_content
from courtyard.rooms.rules_hashes import event_id, seal, to_pdu
from courtyard.rooms.rules_power import (
    action_level,
    notification_level,
    power_level,
    required_level,
)
from courtyard.rooms.rules_redaction import may_redact, redact, target
from courtyard.rooms.rules_visibility import visibility_of
from courtyard.rooms.versions import ROOM_VERSIONS
from tests.rooms.rules_room import ALICE, BOB, CAROL, EVE

USERS = [ALICE, BOB, CAROL, EVE, "@", ""]
WORDS = [
    *model.MEMBERSHIPS,
    *model.JOIN_RULE_VALUES,
    *USERS,
    "token",
    "10",
    "11",
    "12",
    "\ud800",
    "m.room.message",
]
KEYS = [
    "membership",
    "join_rule",
    "join_authorised_via_users_server",
    "third_party_invite",
    "signed",
    "mxid",
    "signatures",
    "public_key",
    "public_keys",
    "creator",
    "additional_creators",
    "room_version",
    "m.federate",
    "users",
    "events",
    "notifications",
    "users_default",
    "state_default",
    "events_default",
    "invite",
    "kick",
    "ban",
    "redact",
    "redacts",
    "alias",
    "alt_aliases",
    "history_visibility",
    *WORDS,
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 50, 100, 2**53, -(2**63)])
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=3)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
CONTENT: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(KEYS), JSON, max_size=6
)
TYPES = st.sampled_from(
    [
        model.CREATE,
        model.MEMBER,
        model.JOIN_RULES,
        model.POWER_LEVELS,
        model.THIRD_PARTY_INVITE,
        model.CANONICAL_ALIAS,
        model.REDACTION,
        model.MESSAGE,
        "",
        "\ud800",
    ]
)
VERSIONS = st.sampled_from(list(ROOM_VERSIONS.values()))


@st.composite
def fields(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "room_id": RoomId(draw(st.sampled_from(["!room:here.test", "!create", ""]))),
        "type": draw(TYPES),
        "sender": draw(st.sampled_from(USERS)),
        "content": draw(CONTENT),
        "origin_server_ts": TimestampMs(1),
        "state_key": draw(st.none() | st.sampled_from(["", "token", *USERS])),
        "prev_events": draw(st.sampled_from([(), (EventId("$create"),), (EventId("$x"),)])),
        "redacts": draw(st.none() | st.just("$x")),
    }


def stored(type: str, state_key: str, sender: str, content: dict[str, object]) -> Event:
    return Event(
        room_id=RoomId("!room:here.test"),
        type=type,
        sender=sender,  # type: ignore[arg-type]
        state_key=state_key,
        content=content,
        origin_server_ts=TimestampMs(1),
        event_id=EventId("$create" if type == model.CREATE else "$other"),
        hashes={},
    )


class Memory(dict[tuple[str, str], Event]):
    """Room state; `get` takes the type and the state key apart."""

    def get(self, type: str, state_key: str, /) -> Event | None:  # type: ignore[override]
        return super().get((type, state_key))


@st.composite
def states(draw: st.DrawFn) -> Memory:
    """Mostly a room as it should be, so that fuzz gets past the first rules, with odd content."""
    state = Memory()
    sender = st.sampled_from(USERS)
    places = [(model.CREATE, ""), (model.JOIN_RULES, ""), (model.POWER_LEVELS, "")]
    places += [(model.THIRD_PARTY_INVITE, "token")]
    for place in places:
        if draw(st.booleans()) or place[0] == model.CREATE:
            state[place] = stored(*place, draw(sender), draw(CONTENT))
    for user in USERS:
        membership = draw(st.sampled_from([*model.MEMBERSHIPS, "join", None, 7, ["join"]]))
        content: dict[str, Any] = {**draw(CONTENT), "membership": membership}
        state[model.MEMBER, user] = stored(model.MEMBER, user, user, content)
    if draw(st.integers(0, 9)) == 0:
        del state[model.CREATE, ""]
    return state


@given(fields(), VERSIONS, states())
def test_only_refusals_come_out(
    values: dict[str, Any], version: RoomVersion, state: Memory
) -> None:
    event = EventFields(**values)
    keys = auth_event_keys(event, version)
    assert len(keys) == len(set(keys))
    with contextlib.suppress(CourtyardError):
        authorise(event, version, state)
    with contextlib.suppress(CourtyardError):
        check_auth_events(event, version, [state[key] for key in keys if key in state])
    with contextlib.suppress(CourtyardError):
        check_content(event.type, event.state_key, event.content)
    with contextlib.suppress(CourtyardError):
        sealed = seal(event, version)
        # A redaction of the event keeps its id.
        assert event_id(redact(to_pdu(sealed, version), version), version) == sealed.event_id
        with contextlib.suppress(CourtyardError):
            authorise(sealed, version, state)
    redact(to_pdu(event, version), version)
    target(event, version)
    aliases(event.content)
    visibility_of(event.content)


@given(VERSIONS, states(), st.sampled_from(USERS), st.sampled_from(USERS), TYPES)
def test_every_level_is_an_integer(
    version: RoomVersion, state: Memory, user: str, other: str, type: str
) -> None:
    assert isinstance(membership_of(user, state), str)
    assert isinstance(join_rule_of(state), str)
    assert isinstance(may_redact(user, other, state, version), bool)
    levels = [
        power_level(user, state, version),
        required_level(type, state, is_state=True),
        required_level(type, state, is_state=False),
        notification_level("room", state),
        *(action_level(action, state) for action in ("invite", "kick", "ban", "redact")),
    ]
    assert {int} == {level.__class__ for level in levels}
