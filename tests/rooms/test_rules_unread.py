"""How much is unread: a subtraction, and what differs for one reader."""

from typing import Any

from courtyard.rooms.rules_unread import HIGHLIGHTS, MAIN, REDACTED, WHOLE_ROOM, total, unread

NOTHING: dict[str, Any] = {"in_threads": [], "otherwise": [], "exceptions": []}


def test_what_came_after_the_mark_is_unread() -> None:
    assert unread(ordinal=5, marks={MAIN: (10, 3)}, **NOTHING) == {MAIN: (2, 0)}


def test_nothing_is_unread_at_the_end() -> None:
    assert unread(ordinal=5, marks={MAIN: (10, 5)}, **NOTHING) == {}


def test_the_later_of_two_marks_counts() -> None:
    marks = {WHOLE_ROOM: (10, 4), MAIN: (8, 2)}

    assert unread(ordinal=5, marks=marks, **NOTHING) == {MAIN: (1, 0)}


def test_threads_have_marks_of_their_own() -> None:
    counts = unread(
        ordinal=0,
        marks={WHOLE_ROOM: (10, 0), "$read": (20, 0)},
        in_threads=[("$read", 15), ("$read", 25), ("$other", 5), ("$other", 15)],
        otherwise=[],
        exceptions=[],
    )

    assert counts == {"$read": (1, 0), "$other": (1, 0)}


def test_redacted_events_are_subtracted_and_calls_for_attention_counted() -> None:
    counts = unread(
        ordinal=3,
        marks={MAIN: (10, 0)},
        in_threads=[],
        otherwise=[(None, 11, REDACTED), (None, 12, HIGHLIGHTS), (None, 9, HIGHLIGHTS)],
        exceptions=[],
    )

    assert counts == {MAIN: (2, 1)}


def test_exceptions_add_and_take_away() -> None:
    counts = unread(
        ordinal=3,
        marks={MAIN: (10, 0)},
        in_threads=[],
        otherwise=[],
        exceptions=[(MAIN, 11, -1, 0), (MAIN, 12, 0, 1), (MAIN, 9, 0, 1), ("$thread", 13, 1, 1)],
    )

    assert counts == {MAIN: (2, 1), "$thread": (1, 1)}
    assert total(counts) == (3, 2)


def test_a_count_is_never_negative() -> None:
    counts = unread(
        ordinal=0,
        marks={},
        in_threads=[],
        otherwise=[(None, 1, REDACTED)],
        exceptions=[(MAIN, 2, 0, 1)],
    )

    assert counts == {MAIN: (0, 1)}
