"""What a user sees as ranges of positions is what the rule says of each event by itself.

spec: client-server-api#room-history-visibility
"""

import itertools
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from courtyard.rooms.rules_visibility import may_see, visibility_of
from courtyard.rooms.store import members as members_store
from courtyard.rooms.visibility import FOREVER, Sight, sight
from tests.rooms.paper_room import READER, ROOM_NO, PaperRoom

MEMBERSHIPS = ["join", "invite", "leave", "ban", "knock"]
VISIBILITIES = ["world_readable", "shared", "invited", "joined", "unheard of", None]

steps = st.lists(
    st.one_of(
        st.just(("m.room.message", "")),
        st.tuples(st.just("m.room.member"), st.sampled_from(MEMBERSHIPS)),
        st.tuples(st.just("m.room.history_visibility"), st.sampled_from(VISIBILITIES)),
    ),
    max_size=25,
)


def write(room: PaperRoom, history: list[tuple[str, str | None]]) -> None:
    for type, value in history:
        if type == "m.room.member":
            room.add(type, content={"membership": value}, state_key=READER)
        elif type == "m.room.history_visibility":
            content = {} if value is None else {"history_visibility": value}
            room.add(type, content=content, state_key="")
        else:
            room.add()


def naive(history: list[tuple[str, str | None]], *, is_member: bool = True) -> list[bool]:
    """Apply the rule to each event in turn."""
    answers = []
    membership, visibility = "leave", visibility_of(None)
    for at, (type, value) in enumerate(history):
        is_own = type == "m.room.member" and is_member
        after_membership = value if is_own and value else membership
        after_visibility = (
            visibility_of({"history_visibility": value})
            if type == "m.room.history_visibility"
            else visibility
        )
        joined_later = is_member and any(
            later == ("m.room.member", "join") for later in history[at + 1 :]
        )
        answers.append(
            is_own
            or may_see(
                visibility=visibility,
                membership=membership,
                joined_later=joined_later,
                visibility_after=after_visibility,
                membership_after=after_membership,
            )
        )
        membership, visibility = after_membership, after_visibility
    return answers


@given(steps)
def test_ranges_say_of_each_event_what_the_rule_says(history: list[tuple[str, str | None]]) -> None:
    with closing(PaperRoom()) as room:
        write(room, history)

        seen = sight(room.tx, READER, ROOM_NO)

    positions = range(1, len(history) + 1)
    assert [seen.sees(position) for position in positions] == naive(history)
    # What is written next, in the same state, is visible or not in the same way as another text.
    future = naive([*history, ("m.room.message", "")])[-1]
    assert seen.sees(len(history) + 1) == seen.sees(FOREVER) == future


@given(steps)
def test_a_forgotten_room_is_seen_as_by_a_stranger(history: list[tuple[str, str | None]]) -> None:
    with closing(PaperRoom()) as room:
        write(room, history)
        members_store.set_forgotten(room.tx, READER, ROOM_NO, forgotten=True)

        forgotten = sight(room.tx, READER, ROOM_NO)
        stranger = sight(room.tx, None, ROOM_NO)

    assert forgotten == stranger
    expected = naive(history, is_member=False)
    assert [stranger.sees(at + 1) for at in range(len(history))] == expected


@given(steps)
def test_ranges_are_in_order_and_do_not_touch(history: list[tuple[str, str | None]]) -> None:
    with closing(PaperRoom()) as room:
        write(room, history)

        ranges = sight(room.tx, READER, ROOM_NO).ranges

    assert all(first <= last for first, last in ranges)
    assert all(one[1] + 1 < other[0] for one, other in itertools.pairwise(ranges))


def test_the_membership_at_a_position() -> None:
    seen = Sight(ranges=(), memberships=((3, "invite"), (5, "join"), (9, "leave")))

    found = [seen.membership_at(position) for position in (0, 3, 4, 5, 8, 9, FOREVER)]

    assert found == ["leave", "invite", "invite", "join", "join", "leave", "leave"]
