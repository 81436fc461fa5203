"""What a room's replacement takes over, as a rule."""

from typing import Any

import pytest

from courtyard.rooms.rules_upgrade import (
    alias_contents,
    closed_power_levels,
    create_content,
    power_levels_content,
)
from courtyard.rooms.versions import ROOM_VERSIONS

ALICE, BOB, CAROL = "@alice:a", "@bob:a", "@carol:a"
BEFORE: dict[str, object] = {"room_id": "!old:a"}


def test_version_10_names_its_creator_and_version_12_more_of_them() -> None:
    old = {"type": "m.space", "creator": BOB, "additional_creators": [BOB], "com.example": 1}

    def made(version: str) -> dict[str, object]:
        return create_content(old, ROOM_VERSIONS[version], ALICE, [BOB, ALICE, BOB], BEFORE)

    common = {"predecessor": BEFORE, "type": "m.space"}
    assert made("10") == {"room_version": "10", "creator": ALICE, **common}
    assert made("11") == {"room_version": "11", **common}
    assert made("12") == {"room_version": "12", "additional_creators": [BOB], **common}
    plain = create_content({"m.federate": False}, ROOM_VERSIONS["12"], ALICE, [ALICE], BEFORE)
    assert plain == {"room_version": "12", "predecessor": BEFORE, "m.federate": False}


@pytest.mark.parametrize(
    "version, old_users, old_creators, creators, users",
    [
        # Upwards: creators lose their entry.
        ("12", {ALICE: 100, BOB: 50}, [], {ALICE}, {BOB: 50}),
        # Sideways: who is a creator no longer has no rank by that.
        ("12", {CAROL: 50}, [ALICE, BOB], {ALICE}, {CAROL: 50}),
        # Downwards: creators get an entry.
        ("11", {CAROL: 50}, [ALICE, BOB], {BOB}, {CAROL: 50, ALICE: 100, BOB: 100}),
        ("11", {ALICE: 75}, [], {ALICE}, {ALICE: 75}),
        ("11", None, [], {ALICE}, {ALICE: 100}),
    ],
)
def test_power_is_kept(
    version: str, old_users: Any, old_creators: list[str], creators: set[str], users: Any
) -> None:
    old = {"users": old_users, "ban": 60}

    made = power_levels_content(old, ROOM_VERSIONS[version], old_creators, creators)

    assert made == {"users": users, "ban": 60}
    assert old == {"users": old_users, "ban": 60}


@pytest.mark.parametrize(
    "old, quiet",
    [
        ({}, (50, 50)),
        ({"users_default": 60}, (61, 61)),
        ({"users_default": "60", "invite": "0", "events_default": 0}, (50, 50)),
        ({"events_default": 75, "invite": 10}, (75, 50)),
    ],
)
def test_plain_members_no_longer_write_in_the_old_room(
    old: dict[str, object], quiet: tuple[int, int]
) -> None:
    made = closed_power_levels(old)

    assert (made["events_default"], made["invite"]) == quiet


@pytest.mark.parametrize(
    "old, new, rest",
    [
        ({}, {}, {}),
        ({"alias": "#a"}, {"alias": "#a"}, {}),
        ({"alias": "#x"}, {}, {"alias": "#x"}),
        ({"alias": "", "alt_aliases": 5}, {}, {}),
        ({"alias": 5, "alt_aliases": [5, "#b"]}, {"alt_aliases": ["#b"]}, {}),
        (
            {"alias": "#a", "alt_aliases": ["#b", "#x"], "more": 1},
            {"alias": "#a", "alt_aliases": ["#b"]},
            {"alt_aliases": ["#x"]},
        ),
    ],
)
def test_the_names_that_moved_are_canonical_in_the_new_room(old: Any, new: Any, rest: Any) -> None:
    assert alias_contents(old, ["#a", "#b"]) == (new, rest)
