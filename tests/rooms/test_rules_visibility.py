"""Who may see what is already in the room.

spec: client-server-api#room-history-visibility
"""

import pytest

from courtyard.rooms.rules_visibility import may_see, visibility_of


@pytest.mark.parametrize("joined_later", [False, True])
@pytest.mark.parametrize("membership", ["join", "invite", "leave", "ban", "knock"])
@pytest.mark.parametrize("visibility", ["world_readable", "shared", "invited", "joined"])
def test_each_visibility(visibility: str, membership: str, joined_later: bool) -> None:
    expected = {
        "world_readable": True,
        "shared": membership == "join" or joined_later,
        "invited": membership in ("join", "invite"),
        "joined": membership == "join",
    }[visibility]

    answer = may_see(visibility=visibility, membership=membership, joined_later=joined_later)

    assert answer == expected


@pytest.mark.parametrize("one,other", [("world_readable", "joined"), ("joined", "world_readable")])
def test_a_change_of_visibility_is_seen_under_either(one: str, other: str) -> None:
    def answer(visibility: str, after: str | None) -> bool:
        return may_see(
            visibility=visibility, visibility_after=after, membership="leave", joined_later=False
        )

    assert answer(one, other)
    assert not answer("joined", None)
    assert not answer("joined", "invited")


@pytest.mark.parametrize(
    "before,after,expected",
    [
        ("leave", "join", True),
        ("join", "leave", True),
        ("join", "ban", True),
        ("leave", "ban", False),
        ("leave", None, False),
    ],
)
def test_ones_own_change_of_membership_is_seen_under_either(
    before: str, after: str | None, expected: bool
) -> None:
    answer = may_see(
        visibility="joined", membership=before, membership_after=after, joined_later=False
    )

    assert answer == expected


def test_an_invitation_is_seen_where_invited_users_may_see() -> None:
    def answer(visibility: str) -> bool:
        return may_see(
            visibility=visibility,
            membership="leave",
            membership_after="invite",
            joined_later=False,
        )

    assert answer("invited")
    assert not answer("joined")
    assert not answer("shared")


@pytest.mark.parametrize(
    "content,expected",
    [
        ({"history_visibility": "joined"}, "joined"),
        ({"history_visibility": "world_readable"}, "world_readable"),
        ({"history_visibility": "secret"}, "shared"),
        ({"history_visibility": ["joined"]}, "shared"),
        ({}, "shared"),
        (None, "shared"),
    ],
)
def test_what_is_not_set_or_not_understood_is_shared(
    content: dict[str, object] | None, expected: str
) -> None:
    assert visibility_of(content) == expected
