"""Repeating intervals of ISO 8601: read strictly, counted by the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.ids import TimestampMs
from courtyard.wallet.consents.errors import BadLimitsError
from courtyard.wallet.consents.model import Interval
from courtyard.wallet.consents.rules_interval import boundary, end_of, parse, span_at


def ms(text: str) -> TimestampMs:
    return TimestampMs(int(dt.datetime.fromisoformat(text).timestamp() * 1000))


def day(at: int | None) -> str:
    assert at is not None
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).isoformat()[:19]


def test_a_year_of_months() -> None:
    """As in the guides of Open Payments."""
    found = parse("R12/2026-12-01T00:00:00Z/P1M")

    assert found == Interval(
        repeats=12, start_ms=ms("2026-12-01T00:00:00+00:00"), months=1, seconds=0
    )
    assert day(end_of(found)) == "2027-12-01T00:00:00"


@pytest.mark.parametrize(
    "duration, months, seconds",
    [
        *(("P1Y", 12, 0), ("P2M", 2, 0), ("P1Y6M", 18, 0), ("P1D", 0, 86_400)),
        *(("P2W", 0, 14 * 86_400), ("PT1H", 0, 3_600), ("PT90M", 0, 5_400), ("PT1S", 0, 1)),
        *(("P1M10DT2H30M5S", 1, 873_005), ("P1DT12H", 0, 129_600), ("P9999D", 0, 9999 * 86_400)),
    ],
)
def test_durations(duration: str, months: int, seconds: int) -> None:
    found = parse(f"R/2026-12-01T00:00:00Z/{duration}")

    assert (found.repeats, found.months, found.seconds) == (None, months, seconds)


@pytest.mark.parametrize(
    "text",
    [
        *(None, 1, "", "R12", "P1M", "2026-12-01T00:00:00Z/P1M", "R12/P1M", "R/P1M/2026-12-01T00:00:00Z"),
        *("R0/2026-12-01T00:00:00Z/P1M", "R-1/2026-12-01T00:00:00Z/P1M", "R012/2026-12-01T00:00:00Z/P1M"),
        *("r12/2026-12-01T00:00:00Z/P1M", "R12/2026-12-01T00:00:00Z/p1m", " R1/2026-12-01T00:00:00Z/P1M"),
        *("R1/2026-12-01T00:00:00Z/P1M\n", "R\u0661/2026-12-01T00:00:00Z/P1M", "R1/2026-12-01/P1M"),
        *("R1/2026-12-01T00:00:00/P1M", "R1/2026-12-01T00:00:00+01:00/P1M", "R1/2026-12-01T00:00Z/P1M"),
        *("R1/2026-12-01T00:00:00.5Z/P1M", "R1/2026-13-01T00:00:00Z/P1M", "R1/2026-02-30T00:00:00Z/P1M"),
        *("R1/2026-12-01T24:00:00Z/P1M", "R1/2026-12-01T00:00:60Z/P1M", "R1/0000-12-01T00:00:00Z/P1M"),
        *("R1/2026-12-01T00:00:00Z/P", "R1/2026-12-01T00:00:00Z/PT", "R1/2026-12-01T00:00:00Z/P1DT"),
        *("R1/2026-12-01T00:00:00Z/P0M", "R1/2026-12-01T00:00:00Z/P01M", "R1/2026-12-01T00:00:00Z/P1M1Y"),
        *("R1/2026-12-01T00:00:00Z/P1.5M", "R1/2026-12-01T00:00:00Z/P1W2D", "R1/2026-12-01T00:00:00Z/-P1M"),
        *("R1/2026-12-01T00:00:00Z/P1H", "R1/2026-12-01T00:00:00Z/1M", "R1/2026-12-01T00:00:00Z/P1M/P1M"),
        *("R1/1969-12-31T00:00:00Z/P1M", "R10001/2026-12-01T00:00:00Z/PT1S", "R99999/2026-12-01T00:00:00Z/P1D"),
        *("R1/2026-12-01T00:00:00Z/P9999Y", "R9999/2026-12-01T00:00:00Z/P1Y", "R10/9990-01-01T00:00:00Z/P1Y"),
        *("R/9999-12-31T00:00:00Z/P1D", "R12/2026-12-01T00:00:00Z/P" + "1" * 60 + "M"),
    ],
)  # fmt: skip
def test_what_is_no_interval(text: object) -> None:
    with pytest.raises(BadLimitsError):
        parse(text)


def test_months_end_where_the_calendar_says() -> None:
    found = parse("R/2027-01-31T10:00:00Z/P1M")

    assert [day(boundary(found, n)) for n in range(5)] == [
        "2027-01-31T10:00:00",
        "2027-02-28T10:00:00",
        "2027-03-31T10:00:00",
        "2027-04-30T10:00:00",
        "2027-05-31T10:00:00",
    ]
    leap = parse("R3/2028-02-29T00:00:00Z/P1Y")
    assert [day(boundary(leap, n)) for n in range(4)] == [
        "2028-02-29T00:00:00",
        "2029-02-28T00:00:00",
        "2030-02-28T00:00:00",
        "2031-02-28T00:00:00",
    ]


def test_what_begins_after_the_last_year_has_no_beginning() -> None:
    for text in ("R/9998-01-01T00:00:00Z/P1Y", "R/9998-01-01T00:00:00Z/P300D"):
        found = parse(text)
        assert boundary(found, 1) is not None
        assert boundary(found, 9_999) is None
        assert end_of(found) is None
        last = span_at(found, ms("9999-12-30T00:00:00+00:00"))
        assert last is not None
        assert last.end_ms is None


def test_an_interval_begins_at_its_millisecond_and_not_before() -> None:
    found = parse("R2/2026-12-01T00:00:00Z/P1M")
    start, second, end = (boundary(found, n) for n in range(3))
    assert start is not None
    assert second is not None
    assert end is not None

    def index(at: int) -> int | None:
        span = span_at(found, TimestampMs(at))
        return None if span is None else span.index

    assert [index(start - 1), index(start), index(second - 1)] == [None, 0, 0]
    assert [index(second), index(end - 1), index(end)] == [1, 1, None]
    span = span_at(found, second)
    assert span is not None
    assert (span.start_ms, span.end_ms) == (second, end)


STARTS = st.integers(0, 4_000_000_000)


@given(
    start=STARTS,
    months=st.integers(0, 30),
    seconds=st.sampled_from([0, 1, 59, 3_600, 86_400, 14 * 86_400]),
    repeats=st.none() | st.integers(1, 400),
    offset=st.integers(0, 400_000_000),
)
def test_every_time_is_in_the_interval_that_it_is_in(
    start: int, months: int, seconds: int, repeats: int | None, offset: int
) -> None:
    if not months and not seconds:
        return
    found = Interval(
        repeats=repeats, start_ms=TimestampMs(start * 1000), months=months, seconds=seconds
    )
    now = TimestampMs(start * 1000 + offset * 997)
    span = span_at(found, now)
    end = end_of(found)

    if span is None:
        assert end is not None
        assert now >= end
        return
    assert span.start_ms == boundary(found, span.index)
    assert span.start_ms <= now
    assert span.end_ms is None or (now < span.end_ms == boundary(found, span.index + 1))
    assert repeats is None or span.index < repeats
