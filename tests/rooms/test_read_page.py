"""Paging through a timeline: every page leads on, and together they are what a look at each event gives."""

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.ids import UserId
from courtyard.rooms import read_timeline
from courtyard.rooms.filters import RoomEventFilter
from courtyard.rooms.read_timeline import read_page
from courtyard.rooms.visibility import FOREVER
from tests.rooms.paper_room import PaperRoom

SENDERS = ["@a:x", "@b:x", "@c:x"]
TYPES = ["m.room.message", "org.example.a", "org.example.b"]

events = st.lists(
    st.tuples(st.sampled_from(TYPES), st.sampled_from(SENDERS), st.booleans()), max_size=40
)
cuts = st.lists(st.integers(0, 45), max_size=6, unique=True).map(sorted)
filters = st.builds(
    RoomEventFilter,
    types=st.none() | st.lists(st.sampled_from([*TYPES, "org.example.*", "*"]), max_size=2),
    not_types=st.none() | st.lists(st.sampled_from(TYPES), max_size=1),
    senders=st.none() | st.lists(st.sampled_from(SENDERS), max_size=2),
    contains_url=st.none() | st.booleans(),
)


def ranges_between(edges: list[int]) -> tuple[tuple[int, int], ...]:
    """Turn edges into ranges that do not touch."""
    pairs = zip(edges[::2], [*edges[1::2], FOREVER], strict=False)
    found: list[tuple[int, int]] = []
    for first, last in pairs:
        if not found or found[-1][1] + 1 < first:
            found.append((first, last))
    return tuple(found)


@given(
    events=events,
    edges=cuts,
    wanted=filters,
    ignored=st.sets(st.sampled_from(SENDERS), max_size=2),
    limit=st.integers(1, 7),
    forwards=st.booleans(),
    start=st.integers(0, 45),
    stop=st.none() | st.integers(0, 45),
    scan=st.sampled_from([1, 5, 13, 10_000]),
)
def test_the_pages_together_are_what_passes(  # what a page is chosen by
    events: list[tuple[str, str, bool]],
    edges: list[int],
    wanted: RoomEventFilter,
    ignored: set[str],
    limit: int,
    forwards: bool,
    start: int,
    stop: int | None,
    scan: int,
) -> None:
    with closing(PaperRoom()) as room, pytest.MonkeyPatch.context() as patch:
        patch.setattr(read_timeline, "SCAN_MAX", scan)
        stored = [
            room.add(type, sender, {"url": "mxc://a/b"} if has_url else {})
            for type, sender, has_url in events
        ]
        place = room.place(ranges_between(edges), frozenset(map(UserId, ignored)))

        found: list[int] = []
        at: int | None = start
        while at is not None:
            page = read_page(
                room.tx,
                place,
                forwards=forwards,
                start=at,
                stop=stop,
                limit=limit,
                wanted=wanted,
            )
            assert len(page.events) <= limit
            assert page.end != at
            found += [event.position for event in page.events]
            at = page.end

    low, high = (start, FOREVER if stop is None else stop) if forwards else (stop or 0, start)
    expected = [
        event.position
        for event in stored
        if low < event.position <= high and place.shows(event) and wanted.allows_event(event)
    ]
    assert found == (expected if forwards else expected[::-1])


@given(limit=st.integers(1, 5), count=st.integers(0, 12), forwards=st.booleans())
def test_a_page_names_an_end_only_if_there_is_more(limit: int, count: int, forwards: bool) -> None:
    with closing(PaperRoom()) as room:
        for _ in range(count):
            room.add()

        page = read_page(
            room.tx,
            room.place(),
            forwards=forwards,
            start=0 if forwards else FOREVER,
            stop=None,
            limit=limit,
            wanted=RoomEventFilter(),
        )

    assert len(page.events) == min(limit, count)
    assert (page.end is None) == (count <= limit)
