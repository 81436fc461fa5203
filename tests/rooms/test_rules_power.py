"""Power levels: what they are, what they permit, how they change.

spec: rooms/v12#authorisation-rules, rule 10
"""

from typing import Any

import pytest

from courtyard.base.ids import UserId
from courtyard.rooms.model import MESSAGE, NAME, POWER_LEVELS, RoomVersion
from courtyard.rooms.rules_power import (
    CREATOR_LEVEL,
    INFINITE,
    SINGLE_LEVELS,
    action_level,
    creators,
    notification_level,
    power_level,
    required_level,
)
from courtyard.rooms.versions import ROOM_VERSIONS, V10, V11, V12
from tests.rooms.rules_room import ALICE, ALLOWED, BOB, CAROL, EVE, RulesRoom

VERSIONS = list(ROOM_VERSIONS.values())
LARGEST = 2**53 - 1


@pytest.fixture(params=VERSIONS, ids=lambda version: f"v{version.id}")
def version(request: pytest.FixtureRequest) -> RoomVersion:
    chosen: RoomVersion = request.param
    return chosen


@pytest.fixture
def room(version: RoomVersion) -> RulesRoom:
    """A room where Bob has 50 and Carol 10; both are in it, and both may change power levels."""
    room = RulesRoom(version)
    room.put_member(BOB, "join")
    room.put_member(CAROL, "join")
    room.put_levels(**START)
    return room


START: dict[str, Any] = {
    "users": {BOB: 50, CAROL: 10},
    "events": {POWER_LEVELS: 0, "low": 10, "high": 90},
    "notifications": {"room": 50, "high": 90},
    "kick": 90,
    "ban": 50,
    "invite": 10,
}


def change(room: RulesRoom, by: UserId = BOB, **changes: Any) -> str:
    """Ask whether somebody may change some of the present levels; `...` removes one."""
    content = dict(room.state[POWER_LEVELS, ""].content)
    for name, value in changes.items():
        old = content.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            merged = {**old, **value}
            content[name] = {k: v for k, v in merged.items() if v is not ...}
        elif value is ...:
            del content[name]
        else:
            content[name] = value
    return room.answer(room.event(POWER_LEVELS, by, content, ""))


# Reading


@pytest.mark.parametrize(
    "version,creator,additional,older",
    [(V10, CREATOR_LEVEL, 0, 100), (V11, CREATOR_LEVEL, 0, 100), (V12, INFINITE, INFINITE, None)],
    ids=["v10", "v11", "v12"],
)
def test_what_a_creator_may(
    version: RoomVersion, creator: int, additional: int, older: int | None
) -> None:
    room = RulesRoom(version, additional_creators=[BOB])
    assert power_level(ALICE, room, version) == creator
    assert power_level(BOB, room, version) == additional
    assert power_level(CAROL, room, version) == 0

    room.put_levels(users_default=3)

    assert power_level(ALICE, room, version) == (INFINITE if older is None else older)
    assert power_level(CAROL, room, version) == 3
    room.put_levels(users={ALICE: 0, BOB: 0})
    assert power_level(ALICE, room, version) == (INFINITE if older is None else 0)


def test_who_the_creators_are() -> None:
    odd: list[object] = [BOB, 7, None]
    assert creators(RulesRoom(V10, creator=CAROL).create, V10) == {CAROL}
    assert creators(RulesRoom(V10, creator=7).create, V10) == set()
    assert creators(RulesRoom(V11, creator=CAROL).create, V11) == {ALICE}
    assert creators(RulesRoom(V11, additional_creators=odd).create, V11) == {ALICE}
    assert creators(RulesRoom(V12).create, V12) == {ALICE}
    assert creators(RulesRoom(V12, additional_creators=odd).create, V12) == {ALICE, BOB}
    assert creators(RulesRoom(V12, additional_creators=BOB).create, V12) == {ALICE}


def test_an_infinite_level_is_above_every_other() -> None:
    room = RulesRoom(V12)
    room.put_levels(users={BOB: LARGEST})

    assert power_level(BOB, room, V12) == LARGEST < power_level(ALICE, room, V12)


def test_in_an_empty_state_nobody_has_power(version: RoomVersion) -> None:
    room = RulesRoom(version)
    room.state.clear()

    assert power_level(ALICE, room, version) == 0


def test_defaults(version: RoomVersion) -> None:
    room = RulesRoom(version)
    for _ in range(2):
        assert required_level(MESSAGE, room, is_state=False) == 0
        assert required_level(NAME, room, is_state=True) == 50
        assert [action_level(a, room) for a in ("invite", "kick", "ban", "redact")] == [
            0,
            50,
            50,
            50,
        ]
        assert notification_level("room", room) == 50
        room.put_levels()  # present and empty: the same defaults


def test_levels_that_are_set(version: RoomVersion) -> None:
    room = RulesRoom(version)
    room.put_levels(
        events={MESSAGE: 7},
        events_default=1,
        state_default=2,
        invite=3,
        kick=4,
        ban=5,
        redact=6,
        notifications={"room": 8},
        users_default=-1,
    )

    assert required_level(MESSAGE, room, is_state=False) == 7
    assert required_level("other", room, is_state=False) == 1
    assert required_level("other", room, is_state=True) == 2
    assert [action_level(a, room) for a in ("invite", "kick", "ban", "redact")] == [3, 4, 5, 6]
    assert notification_level("room", room) == 8
    assert power_level(BOB, room, version) == -1


@pytest.mark.parametrize("odd", ["7", None, True, [], {}], ids=repr)
def test_a_level_that_is_no_integer_counts_as_absent(version: RoomVersion, odd: object) -> None:
    room = RulesRoom(version)
    for value in (odd, {MESSAGE: odd, "room": odd, BOB: odd}):
        room.put(
            room.event(
                POWER_LEVELS,
                ALICE,
                {
                    "events": value,
                    "events_default": odd,
                    "state_default": odd,
                    "kick": odd,
                    "notifications": value,
                    "users": value,
                    "users_default": odd,
                },
                "",
            )
        )

        assert required_level(MESSAGE, room, is_state=False) == 0
        assert required_level(MESSAGE, room, is_state=True) == 50
        assert action_level("kick", room) == 50
        assert notification_level("room", room) == 50
        assert power_level(BOB, room, version) == 0


# Changing


@pytest.mark.parametrize("odd", ["50", None, True, [], {}], ids=repr)
@pytest.mark.parametrize("name", SINGLE_LEVELS)
def test_10_1_single_levels_are_integers(room: RulesRoom, name: str, odd: object) -> None:
    assert change(room, ALICE, **{name: 50}) == ALLOWED

    assert change(room, ALICE, **{name: odd}) == room.rule("10.1")


@pytest.mark.parametrize("odd", [None, 7, [], "x", {"a": "50"}, {"a": None}, {"a": True}], ids=repr)
@pytest.mark.parametrize("name", ["events", "notifications"])
def test_10_2_maps_of_levels_hold_integers(room: RulesRoom, name: str, odd: object) -> None:
    assert change(room, ALICE, **{name: {"a": 50}}) == ALLOWED

    assert change(room, ALICE, **{name: odd}) == room.rule("10.2")


@pytest.mark.parametrize(
    "odd",
    [None, 7, [], "x", {EVE: "50"}, {EVE: True}, {"eve": 50}, {"": 50}, {"@eve": 50}],
    ids=repr,
)
def test_10_3_users_have_user_ids_and_integers(room: RulesRoom, odd: object) -> None:
    assert change(room, ALICE, users={EVE: 50}) == ALLOWED

    assert change(room, ALICE, users=odd) == room.rule("10.3")


def test_10_3_users_may_be_absent(room: RulesRoom) -> None:
    assert room.answer(room.levels(ALICE, kick=50)) == ALLOWED


@pytest.mark.parametrize("creator", [ALICE, EVE])
def test_10_4_creators_cannot_be_listed_from_version_12(creator: str) -> None:
    answers = []
    for version in VERSIONS:
        room = RulesRoom(version, additional_creators=[EVE])
        assert room.answer(room.levels(ALICE, users={BOB: 100})) == ALLOWED
        answers.append(room.answer(room.levels(ALICE, users={creator: 100, BOB: 100})))

    assert answers == [ALLOWED, ALLOWED, "10.4"]


@pytest.mark.parametrize("number", ["10.1", "10.2", "10.3", "10.4"])
def test_malformed_levels_are_told_apart_from_too_little_power(number: str) -> None:
    room = RulesRoom(V12)
    wrong: dict[str, dict[str, object]] = {
        "10.1": {"ban": "x"},
        "10.2": {"events": 1},
        "10.3": {"users": 1},
        "10.4": {"users": {ALICE: 1}},
    }
    event = room.levels(ALICE, **wrong[number])

    assert room.answer(event) == number
    assert room.is_malformed(event)


def test_10_5_the_first_levels_may_be_any(version: RoomVersion) -> None:
    room = RulesRoom(version)
    first = room.levels(ALICE, users={BOB: LARGEST}, kick=LARGEST, events={"x": LARGEST})

    assert room.answer(first) == ALLOWED
    room.put_levels()
    expected = ALLOWED if version is V12 else room.rule("10.6.2")
    assert room.answer(first) == expected


def test_10_6_single_levels_move_within_ones_own_power(room: RulesRoom) -> None:
    # Bob has 50. `kick` is at 90, `ban` at 50; `redact` is absent.
    assert change(room) == ALLOWED
    assert change(room, ban=49, redact=50, users_default=50) == ALLOWED
    assert change(room, ban=...) == ALLOWED
    # 10.6.1. The old value is out of reach, even to lower or remove it.
    assert change(room, kick=10) == room.rule("10.6.1")
    assert change(room, kick=...) == room.rule("10.6.1")
    # 10.6.2. The new value is.
    assert change(room, ban=51) == room.rule("10.6.2")
    assert change(room, redact=51) == room.rule("10.6.2")
    assert change(room, ALICE, ban=51, redact=51, kick=10) == ALLOWED


@pytest.mark.parametrize("field", ["events", "notifications"])
def test_10_7_and_10_8_so_do_the_levels_of_types(room: RulesRoom, field: str) -> None:
    low = "low" if field == "events" else "room"

    def moved(levels: dict[str, Any], by: UserId = BOB) -> str:
        changes: dict[str, Any] = {field: levels}
        return change(room, by, **changes)

    assert moved({low: 50, "new": 50}) == ALLOWED
    assert moved({low: ...}) == ALLOWED
    # 10.7.1. Changed or removed from above.
    assert moved({"high": 10}) == room.rule("10.7.1")
    assert moved({"high": ...}) == room.rule("10.7.1")
    # 10.8.1. Changed or added to above.
    assert moved({low: 51}) == room.rule("10.8.1")
    assert moved({"new": 51}) == room.rule("10.8.1")
    assert moved({low: 51, "new": 51, "high": 1}, ALICE) == ALLOWED


def test_10_9_and_10_10_users_below_oneself(room: RulesRoom) -> None:
    # Carol stands below Bob.
    assert change(room, users={CAROL: 50, EVE: 50}) == ALLOWED
    assert change(room, users={CAROL: ...}) == ALLOWED
    # 10.10.1. Nobody can be lifted above oneself; not oneself either.
    assert change(room, users={CAROL: 51}) == room.rule("10.10.1")
    assert change(room, users={EVE: 51}) == room.rule("10.10.1")
    assert change(room, users={BOB: 51}) == room.rule("10.10.1")
    # One may step down.
    assert change(room, users={BOB: 49}) == ALLOWED
    assert change(room, users={BOB: ...}) == ALLOWED
    # 10.9.1. Equals and betters are out of reach.
    assert change(room, CAROL, users={BOB: 1}) == room.rule("10.9.1")
    room.put_levels(**{**START, "users": {BOB: 50, CAROL: 50}})
    assert change(room, users={CAROL: 49}) == room.rule("10.9.1")
    assert change(room, users={CAROL: ...}) == room.rule("10.9.1")
    assert change(room, users={CAROL: 50}) == ALLOWED  # nothing changes


def test_older_creators_can_give_their_power_away() -> None:
    answers = []
    for version in (V10, V11):
        room = RulesRoom(version)
        room.put_levels()
        answers.append(change(room, ALICE, users={ALICE: 0}))

    assert answers == [ALLOWED, ALLOWED]


def test_10_odd_levels_that_are_already_there_do_not_stand_in_the_way(room: RulesRoom) -> None:
    odd: dict[str, Any] = {
        "users": {CAROL: "9"},
        "events": [],
        "notifications": {"room": None},
        "ban": "x",
    }
    room.put(room.event(POWER_LEVELS, ALICE, odd, ""))

    expected = ALLOWED if room.version is V12 else room.rule("8")
    assert room.answer(room.levels(ALICE, ban=0)) == expected
