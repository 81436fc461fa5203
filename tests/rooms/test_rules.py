"""Each authorisation rule, accepting and refusing in one room.

Rules are numbered as in version 12; every test runs in rooms of versions 10, 11 and 12.

spec: rooms/v12#authorisation-rules
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.rooms.model import (
    CREATE,
    JOIN_RULES,
    MEMBER,
    MESSAGE,
    NAME,
    POWER_LEVELS,
    THIRD_PARTY_INVITE,
    EventFields,
    NotAllowed,
    RoomVersion,
)
from courtyard.rooms.rules import auth_event_keys, check_auth_events, join_rule_of
from courtyard.rooms.rules_hashes import seal
from courtyard.rooms.versions import ROOM_VERSIONS, V10, V11, V12
from tests.rooms.rules_room import ALICE, ALLOWED, BOB, CAROL, EVE, RulesRoom, rule_number

VERSIONS = list(ROOM_VERSIONS.values())


@pytest.fixture(params=VERSIONS, ids=lambda version: f"v{version.id}")
def version(request: pytest.FixtureRequest) -> RoomVersion:
    chosen: RoomVersion = request.param
    return chosen


@pytest.fixture
def room(version: RoomVersion) -> RulesRoom:
    return RulesRoom(version)


@pytest.mark.parametrize(
    "number,older",
    [
        ("1.2", "1.2"),
        ("3.1", "2.1"),
        ("3.2", "2.2"),
        ("3.4", "2.5"),
        ("4", "3"),
        ("5.3.5.2", "4.3.5.2"),
        ("6", "5"),
        ("7.1", "6.1"),
        ("8", "7"),
        ("9", "8"),
        ("10.1", "9.1"),
        ("10.3", "9.3"),
    ],
)
def test_older_versions_number_their_rules_differently(number: str, older: str) -> None:
    assert [v.rule(number) for v in (V10, V11, V12)] == [older, older, number]


@pytest.mark.parametrize(
    "number,older",
    [("10.6.1", "9.5.1"), ("10.6.2", "9.5.2"), ("10.9.1", "9.8.1"), ("10.10.1", "9.9.1")],
)
def test_the_rules_after_the_inserted_one_move_up(number: str, older: str) -> None:
    assert [v.rule(number) for v in (V10, V11, V12)] == [older, older, number]


# 1. m.room.create


def with_content(event: EventFields, **content: object) -> EventFields:
    kept = {k: v for k, v in {**event.content, **content}.items() if v is not ...}
    return msgspec.structs.replace(event, content=kept)


def test_1_1_a_create_event_is_the_first(room: RulesRoom) -> None:
    create = room.create_event()

    assert room.answer(create) == ALLOWED
    later = msgspec.structs.replace(create, prev_events=(EventId("$x"),))
    assert room.answer(later) == "1.1"
    assert room.is_malformed(later)


def test_1_2_the_room_id_is_the_creators_or_made_from_the_event(room: RulesRoom) -> None:
    create = room.create_event()
    other = msgspec.structs.replace(create, room_id=RoomId("!room:elsewhere.test"))

    assert room.answer(create) == ALLOWED
    assert room.answer(room.create) == ALLOWED
    assert room.answer(other) == "1.2"
    foreign = msgspec.structs.replace(room.create, room_id=RoomId("!room:elsewhere.test"))
    assert room.answer(foreign) == "1.2"


@pytest.mark.parametrize("wrong", ["1", "13", "org.example.mine", 12, None, [], {}, True, ...])
def test_1_3_the_room_version_is_this_one(room: RulesRoom, wrong: object) -> None:
    create = room.create_event()

    assert room.answer(create) == ALLOWED
    assert room.answer(with_content(create, room_version=wrong)) == "1.3"


def test_1_4_version_10_names_the_creator() -> None:
    answers = []
    for version in VERSIONS:
        room = RulesRoom(version)
        answers.append(room.answer(with_content(room.create_event(), creator=...)))

    assert answers == ["1.4", ALLOWED, ALLOWED]


@pytest.mark.parametrize(
    "wrong",
    ["@bob:here.test", [BOB, 42], [BOB, "bob"], ["@bob:dom$ain$.test"], ["@b"], None, {}, [[]]],
    ids=repr,
)
def test_1_4_additional_creators_are_user_ids_from_version_12(wrong: object) -> None:
    right: dict[str, list[object]] = {"good": [], "bad": []}
    for version in VERSIONS:
        room = RulesRoom(version)
        for kind, value in (("good", [BOB, EVE]), ("good", []), ("bad", wrong)):
            create = with_content(room.create_event(), additional_creators=value)
            right[kind].append(room.answer(create))

    assert set(right["good"]) == {ALLOWED}
    assert right["bad"] == [ALLOWED, ALLOWED, "1.4"]


# 2. The room


def test_2_an_event_needs_its_room(room: RulesRoom) -> None:
    hello = room.event(MESSAGE, ALICE)
    by_hash = room.version.create_event_room_id_is_hash

    assert room.answer(hello) == ALLOWED
    elsewhere = msgspec.structs.replace(hello, room_id=RoomId("!elsewhere"))
    assert room.answer(elsewhere) == ("2" if by_hash else "2.5")
    del room.state[CREATE, ""]
    assert room.answer(hello) == ("2" if by_hash else "2.4")


# 3. Auth events


def check(room: RulesRoom, event: EventFields, keys: list[tuple[str, str]]) -> str:
    try:
        check_auth_events(event, room.version, [room.state[key] for key in keys])
    except NotAllowed as refusal:
        return rule_number(refusal)
    return ALLOWED


def test_3_auth_events_are_what_selection_chooses(room: RulesRoom) -> None:
    room.put_levels()
    room.put_member(BOB, "join")
    hello = room.event(MESSAGE, BOB)
    chosen = auth_event_keys(hello, room.version)

    assert check(room, hello, chosen) == ALLOWED
    # 3.1. Twice the same.
    assert check(room, hello, [*chosen, chosen[0]]) == room.rule("3.1")
    # 3.2. One that is not chosen.
    assert check(room, hello, [*chosen, (MEMBER, ALICE)]) == room.rule("3.2")
    # 3.4. One of another room.
    room.room_id = RoomId("!elsewhere:here.test")
    room.put_member(BOB, "join")
    assert check(room, hello, chosen) == room.rule("3.4")


def test_3_2_a_message_is_no_auth_event(room: RulesRoom) -> None:
    room.put_member(BOB, "join")
    hello = room.event(MESSAGE, BOB)
    keys = auth_event_keys(hello, room.version)
    keys.remove((POWER_LEVELS, ""))
    assert check(room, hello, keys) == ALLOWED

    room.state[POWER_LEVELS, ""] = seal(room.event(POWER_LEVELS, ALICE), room.version)

    assert check(room, hello, [*keys, (POWER_LEVELS, "")]) == room.rule("3.2")


def test_2_4_up_to_version_11_the_create_event_is_cited_and_from_12_it_must_not_be() -> None:
    answers = []
    for version in VERSIONS:
        room = RulesRoom(version)
        hello = room.event(MESSAGE, ALICE)
        without = [(MEMBER, str(ALICE))]
        answers.append((check(room, hello, without), check(room, hello, [(CREATE, ""), *without])))

    assert answers == [("2.4", ALLOWED), ("2.4", ALLOWED), (ALLOWED, "3.2")]


def select(room: RulesRoom, event: EventFields) -> set[tuple[str, str]]:
    keys = auth_event_keys(event, room.version)
    assert len(keys) == len(set(keys))
    if not room.version.create_event_room_id_is_hash:
        assert keys.pop(0) == (CREATE, "")
    assert keys[:2] == [(POWER_LEVELS, ""), (MEMBER, event.sender)]
    return set(keys[2:])


def test_selection_of_auth_events(room: RulesRoom) -> None:
    """spec: server-server-api#auth-events-selection."""
    rules = (JOIN_RULES, "")
    bob, carol = (MEMBER, str(BOB)), (MEMBER, str(CAROL))
    signed = {"third_party_invite": {"signed": {"token": "abc"}}}

    assert auth_event_keys(room.create_event(), room.version) == []
    assert select(room, room.event(MESSAGE, BOB)) == set()
    assert select(room, room.event(NAME, BOB, {}, "")) == set()
    assert select(room, room.event(MEMBER, BOB, {"membership": "join"})) == set()
    assert select(room, room.member(BOB, "join")) == {rules}
    assert select(room, room.member(BOB, "knock")) == {rules}
    assert select(room, room.member(BOB, "leave")) == set()
    assert select(room, room.member(BOB, "invite", ALICE)) == {bob, rules}
    assert select(room, room.member(BOB, "leave", ALICE)) == {bob}
    assert select(room, room.member(BOB, "ban", ALICE)) == {bob}
    assert select(room, room.member(BOB, "invite", ALICE, **signed)) == {
        bob,
        rules,
        (THIRD_PARTY_INVITE, "abc"),
    }
    odd_invites: list[Any] = [None, {}, {"signed": None}, {"signed": {}}, {"signed": {"token": 1}}]
    for odd in odd_invites:
        invite = room.member(BOB, "invite", ALICE, third_party_invite=odd)
        assert select(room, invite) == {bob, rules}
    by_carol = room.member(BOB, "join", join_authorised_via_users_server=CAROL)
    assert select(room, by_carol) == {rules, carol}
    odd_users: list[Any] = [BOB, None, 7, [CAROL]]
    for odd in odd_users:
        odd_join = room.member(BOB, "join", join_authorised_via_users_server=odd)
        assert select(room, odd_join) == {rules}
    not_a_join = room.member(BOB, "knock", join_authorised_via_users_server=CAROL)
    assert select(room, not_a_join) == {rules}


# 4. Federation


@pytest.mark.parametrize("federate", [True, False, None, "false", 0])
def test_4_a_room_may_be_closed_to_other_servers(version: RoomVersion, federate: object) -> None:
    room = RulesRoom(version, **{"m.federate": federate})
    room.put_join_rule("public")

    assert room.answer(room.member(BOB, "join")) == ALLOWED
    expected = room.rule("4") if federate is False else ALLOWED
    assert room.answer(room.member(EVE, "join")) == expected


# 5. Memberships


def test_5_1_a_membership_has_a_state_key_and_a_membership(room: RulesRoom) -> None:
    room.put_join_rule("public")

    assert room.answer(room.member(BOB, "join")) == ALLOWED
    for wrong in (
        room.event(MEMBER, BOB, {"membership": "join"}),
        room.event(MEMBER, BOB, {}, BOB),
    ):
        assert room.answer(wrong) == room.rule("5.1")
        assert room.is_malformed(wrong)


def test_5_3_1_the_creator_joins_first(room: RulesRoom) -> None:
    del room.state[MEMBER, ALICE]
    first = msgspec.structs.replace(room.member(ALICE, "join"), prev_events=(room.create.event_id,))
    second = room.member(ALICE, "join")
    somebody = msgspec.structs.replace(room.member(BOB, "join"), prev_events=first.prev_events)

    assert room.answer(first) == ALLOWED
    assert room.answer(second) == room.rule("5.3.7")
    assert room.answer(somebody) == room.rule("5.3.7")


def test_5_3_1_an_additional_creator_does_not_join_first() -> None:
    room = RulesRoom(V12, additional_creators=[BOB])
    first = room.event(MEMBER, BOB, {"membership": "join"}, BOB, (room.create.event_id,))

    assert room.answer(first) == "5.3.7"


def test_5_3_2_nobody_joins_another_user(room: RulesRoom) -> None:
    room.put_join_rule("public")

    assert room.answer(room.member(BOB, "join")) == ALLOWED
    assert room.answer(room.member(BOB, "join", ALICE)) == room.rule("5.3.2")


def test_5_3_3_a_banned_user_cannot_join(room: RulesRoom) -> None:
    room.put_join_rule("public")
    assert room.answer(room.member(BOB, "join")) == ALLOWED

    room.put_member(BOB, "ban")

    assert room.answer(room.member(BOB, "join")) == room.rule("5.3.3")


@pytest.mark.parametrize("rule", ["invite", "knock"])
def test_5_3_4_by_invitation(room: RulesRoom, rule: str) -> None:
    room.put_join_rule(rule)
    join = room.member(BOB, "join")

    for membership, expected in {
        "leave": room.rule("5.3.7"),
        "knock": room.rule("5.3.7"),
        "invite": ALLOWED,
        "join": ALLOWED,
    }.items():
        room.put_member(BOB, membership)
        assert room.answer(join) == expected


def test_5_3_4_a_room_without_join_rules_is_by_invitation(room: RulesRoom) -> None:
    assert room.answer(room.member(BOB, "join")) == room.rule("5.3.7")
    room.put_member(BOB, "invite")
    assert room.answer(room.member(BOB, "join")) == ALLOWED


@pytest.mark.parametrize("rule", ["restricted", "knock_restricted"])
def test_5_3_5_by_condition(room: RulesRoom, rule: str) -> None:
    room.put_join_rule(rule)
    room.put_levels(invite=50, users={CAROL: 50})
    plain = room.member(BOB, "join")
    authorised = room.member(BOB, "join", join_authorised_via_users_server=CAROL)

    # 5.3.5.2. Carol is not in the room.
    assert room.answer(authorised) == room.rule("5.3.5.2")
    # 5.3.5.3. Now she is, and may invite.
    room.put_member(CAROL, "join")
    assert room.answer(authorised) == ALLOWED
    # 5.3.5.2. Nobody is named, or nobody at all.
    assert room.answer(plain) == room.rule("5.3.5.2")
    for odd in (None, 7, [CAROL], {"a": CAROL}, "", EVE):
        join = room.member(BOB, "join", join_authorised_via_users_server=odd)
        assert room.answer(join) == room.rule("5.3.5.2")
    # 5.3.5.2. She may not invite.
    room.put_levels(invite=51, users={CAROL: 50})
    assert room.answer(authorised) == room.rule("5.3.5.2")
    # 5.3.5.1. An invitation is enough.
    room.put_member(BOB, "invite")
    assert room.answer(plain) == ALLOWED


@pytest.mark.parametrize("rule", ["private", "org.example.door", 7, None, ["public"]])
def test_5_3_6_anybody_may_join_a_public_room_and_no_other(room: RulesRoom, rule: object) -> None:
    join = room.member(BOB, "join")
    room.put_join_rule("public")
    assert room.answer(join) == ALLOWED

    room.put_join_rule(rule)

    assert room.answer(join) == room.rule("5.3.7")
    assert join_rule_of(room) == (rule if isinstance(rule, str) else "invite")


def test_5_4_an_invitation(room: RulesRoom) -> None:
    invite = room.member(CAROL, "invite", BOB)

    # 5.4.2. Bob is not in the room.
    assert room.answer(invite) == room.rule("5.4.2")
    # 5.4.4.
    room.put_member(BOB, "join")
    assert room.answer(invite) == ALLOWED
    # 5.4.5.
    room.put_levels(invite=1)
    assert room.answer(invite) == room.rule("5.4.5")
    room.put_levels(invite=1, users={BOB: 1})
    assert room.answer(invite) == ALLOWED
    # 5.4.3.
    for membership in ("join", "ban"):
        room.put_member(CAROL, membership)
        assert room.answer(invite) == room.rule("5.4.3")
    for membership in ("leave", "invite", "knock"):
        room.put_member(CAROL, membership)
        assert room.answer(invite) == ALLOWED


@pytest.fixture
def joined(room: RulesRoom) -> RulesRoom:
    """A room with Bob (50) and Carol (10) in it; every action needs 50."""
    room.put_levels(invite=50, kick=50, ban=50, users={BOB: 50, CAROL: 10})
    room.put_member(BOB, "join")
    room.put_member(CAROL, "join")
    return room


def test_5_5_1_leaving(joined: RulesRoom) -> None:
    leave = joined.member(BOB, "leave")

    for membership in ("join", "invite", "knock"):
        joined.put_member(BOB, membership)
        assert joined.answer(leave) == ALLOWED
    for membership in ("leave", "ban"):
        joined.put_member(BOB, membership)
        assert joined.answer(leave) == joined.rule("5.5.1")
    del joined.state[MEMBER, BOB]
    assert joined.answer(leave) == joined.rule("5.5.1")


def test_5_5_removing(joined: RulesRoom) -> None:
    kick = joined.member(CAROL, "leave", BOB)

    # 5.5.4.
    assert joined.answer(kick) == ALLOWED
    # 5.5.5. Not upwards, not sideways, not without the power.
    assert joined.answer(joined.member(BOB, "leave", CAROL)) == joined.rule("5.5.5")
    assert joined.answer(joined.member(ALICE, "leave", BOB)) == joined.rule("5.5.5")
    joined.put_levels(kick=50, users={BOB: 50, CAROL: 50})
    assert joined.answer(kick) == joined.rule("5.5.5")
    joined.put_levels(kick=51, users={BOB: 50, CAROL: 10})
    assert joined.answer(kick) == joined.rule("5.5.5")
    # 5.5.2.
    joined.put_member(BOB, "leave")
    assert joined.answer(kick) == joined.rule("5.5.2")


def test_5_5_3_lifting_a_ban_needs_the_power_to_ban(joined: RulesRoom) -> None:
    unban = joined.member(CAROL, "leave", BOB)
    joined.put_member(CAROL, "ban")
    assert joined.answer(unban) == ALLOWED

    joined.put_levels(kick=50, ban=51, users={BOB: 50, CAROL: 10})

    assert joined.answer(unban) == joined.rule("5.5.3")
    joined.put_member(CAROL, "join")
    assert joined.answer(unban) == ALLOWED  # now it is only a kick


def test_5_6_banning(joined: RulesRoom) -> None:
    ban = joined.member(CAROL, "ban", BOB)

    # 5.6.2. Whoever it is, in the room or not.
    assert joined.answer(ban) == ALLOWED
    assert joined.answer(joined.member(EVE, "ban", BOB)) == ALLOWED
    # 5.6.3.
    assert joined.answer(joined.member(ALICE, "ban", BOB)) == joined.rule("5.6.3")
    assert joined.answer(joined.member(BOB, "ban", CAROL)) == joined.rule("5.6.3")
    joined.put_levels(ban=50, users={BOB: 50, CAROL: 50})
    assert joined.answer(ban) == joined.rule("5.6.3")
    # 5.6.1.
    joined.put_levels(ban=50, users={BOB: 50, CAROL: 10})
    joined.put_member(BOB, "leave")
    assert joined.answer(ban) == joined.rule("5.6.1")


def test_5_7_knocking(room: RulesRoom) -> None:
    knock = room.member(BOB, "knock")

    # 5.7.1.
    for rule in ("invite", "public", "restricted", "private"):
        room.put_join_rule(rule)
        assert room.answer(knock) == room.rule("5.7.1")
    # 5.7.3.
    for rule in ("knock", "knock_restricted"):
        room.put_join_rule(rule)
        assert room.answer(knock) == ALLOWED
    # 5.7.2.
    assert room.answer(room.member(BOB, "knock", ALICE)) == room.rule("5.7.2")
    # 5.7.3, 5.7.4.
    for membership, expected in {
        "knock": ALLOWED,
        "leave": ALLOWED,
        "ban": room.rule("5.7.4"),
        "invite": room.rule("5.7.4"),
        "join": room.rule("5.7.4"),
    }.items():
        room.put_member(BOB, membership)
        assert room.answer(knock) == expected


@pytest.mark.parametrize("odd", ["", "joined", None, 1, True, ["join"], {"join": 1}], ids=repr)
def test_5_8_the_membership_is_unknown(room: RulesRoom, odd: object) -> None:
    room.put_join_rule("public")
    assert room.answer(room.member(BOB, "join")) == ALLOWED

    event = room.event(MEMBER, BOB, {"membership": odd}, BOB)

    assert room.answer(event) == room.rule("5.8")
    assert room.is_malformed(event)


# 6 to 9. Everything else


def test_6_the_sender_is_joined(room: RulesRoom) -> None:
    hello = room.event(MESSAGE, BOB)
    assert room.answer(hello) == room.rule("6")

    room.put_member(BOB, "join")

    assert room.answer(hello) == ALLOWED
    for membership in ("leave", "ban", "invite", "knock"):
        room.put_member(BOB, membership)
        assert room.answer(hello) == room.rule("6")


def test_7_a_third_party_invitation_needs_the_power_to_invite(joined: RulesRoom) -> None:
    def invitation(by: UserId) -> EventFields:
        return joined.event(THIRD_PARTY_INVITE, by, {}, "token")

    assert joined.answer(invitation(BOB)) == ALLOWED
    assert joined.answer(invitation(CAROL)) == joined.rule("7.1")
    # And no other power: its type's own level is not asked for.
    joined.put_levels(invite=10, events={THIRD_PARTY_INVITE: 99}, users={CAROL: 10})
    assert joined.answer(invitation(CAROL)) == ALLOWED


@pytest.mark.parametrize(
    "levels,message,state",
    [
        ({}, ALLOWED, "8"),
        ({"events_default": 11}, "8", "8"),
        ({"state_default": 10}, ALLOWED, ALLOWED),
        ({"events": {MESSAGE: 11, NAME: 10}}, "8", ALLOWED),
        ({"events": {MESSAGE: 10}, "events_default": 11}, ALLOWED, "8"),
        ({"events": {NAME: 11}, "state_default": 0}, ALLOWED, "8"),
    ],
    ids=repr,
)
def test_8_the_power_that_a_type_needs(
    joined: RulesRoom, levels: dict[str, object], message: str, state: str
) -> None:
    joined.put_levels(users={CAROL: 10}, **levels)

    def expected(answer: str) -> str:
        return answer if answer == ALLOWED else joined.rule(answer)

    assert joined.answer(joined.event(MESSAGE, CAROL)) == expected(message)
    assert joined.answer(joined.event(NAME, CAROL, {}, "")) == expected(state)
    assert joined.answer(joined.event(NAME, ALICE, {}, "")) == ALLOWED


def test_8_without_power_levels_only_the_creator_sets_state(room: RulesRoom) -> None:
    room.put_member(BOB, "join")

    assert room.answer(room.event(MESSAGE, BOB)) == ALLOWED
    assert room.answer(room.event(NAME, BOB, {}, "")) == room.rule("8")
    assert room.answer(room.event(NAME, ALICE, {}, "")) == ALLOWED


def test_9_a_state_key_that_names_a_user_is_that_users(room: RulesRoom) -> None:
    room.put_levels(state_default=0)
    room.put_member(BOB, "join")

    def note(state_key: str | None) -> str:
        return room.answer(room.event("org.example.note", BOB, {}, state_key))

    assert note(BOB) == ALLOWED
    assert note("shopping") == ALLOWED
    assert note("") == ALLOWED
    assert note(None) == ALLOWED
    assert note(CAROL) == room.rule("9")
    assert note("@") == room.rule("9")
    assert note(BOB + " and more") == room.rule("9")


def test_11_anything_else_is_allowed(room: RulesRoom) -> None:
    assert room.answer(room.event("org.example.anything", ALICE, {"a": [1]}, "key")) == ALLOWED


def test_the_first_rule_that_fails_is_the_answer(room: RulesRoom) -> None:
    """Bob is not joined (6), may not set names (8), and uses Carol's state key (9)."""
    steps: list[tuple[str, Callable[[], object]]] = [
        (room.rule("6"), lambda: room.put_member(BOB, "join")),
        (room.rule("8"), lambda: room.put_levels(state_default=0)),
        (room.rule("9"), lambda: None),
    ]
    for expected, mend in steps:
        assert room.answer(room.event(NAME, BOB, {}, CAROL)) == expected
        mend()
