"""Repeating intervals of ISO 8601, as Open Payments has them in a grant: `R12/2026-12-01T00:00:00Z/P1M`. Pure.

Read strictly, always in UTC, with a start and a duration. The number is how many intervals there are: `R12/…/P1M` is a year. Months are
the calendar's: one that begins on the 31st ends at the last day of a shorter month, and the next one is counted from the start again.

source: https://openpayments.dev/guides/outgoing-grant-future-payments, ISO 8601-1:2019 section 5.6
"""

import calendar
import datetime as dt
import re
from typing import Final

from courtyard.base.ids import TimestampMs
from courtyard.wallet.consents.errors import BadLimitsError
from courtyard.wallet.consents.model import REPEATS_MAX, Interval, Span

_INTERVAL: Final = re.compile(
    r"R([1-9][0-9]{0,4})?/([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)/(P[0-9YMWDTHS]+)",
    re.ASCII,
)
_N: Final = r"([1-9][0-9]{0,3})"
_DURATION: Final = re.compile(
    rf"P(?:{_N}Y)?(?:{_N}M)?(?:{_N}D)?(?:T(?=[0-9])(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?)?", re.ASCII
)
_WEEKS: Final = re.compile(rf"P{_N}W", re.ASCII)
_MONTH_SECONDS_MIN: Final = 28 * 86_400
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LENGTH_MAX: Final = 64


def parse(text: object) -> Interval:
    """Read a repeating interval.

    Raises:
        BadLimitsError: it is none, or not in this form, or ends after the year 9999.
    """
    message = "`interval` is a repeating interval such as R12/2026-12-01T00:00:00Z/P1M."
    found = _INTERVAL.fullmatch(text) if isinstance(text, str) and len(text) <= LENGTH_MAX else None
    if found is None:
        raise BadLimitsError(message)
    try:
        start = dt.datetime.strptime(found[2], "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise BadLimitsError(message) from None
    months, seconds = _duration(found[3])
    repeats = None if found[1] is None else int(found[1])
    if not months and not seconds:
        raise BadLimitsError(message)
    if start < _EPOCH or (repeats is not None and repeats > REPEATS_MAX):
        message = f"An interval begins after 1970, and has at most {REPEATS_MAX} repetitions."
        raise BadLimitsError(message)
    made = Interval(repeats=repeats, start_ms=_ms(start), months=months, seconds=seconds)
    if boundary(made, repeats or 1) is None:
        message = "The interval ends after the year 9999."
        raise BadLimitsError(message)
    return made


def _duration(text: str) -> tuple[int, int]:
    """Return months and seconds; (0, 0): it is no duration."""
    weeks = _WEEKS.fullmatch(text)
    if weeks is not None:
        return 0, int(weeks[1]) * 7 * 86_400
    found = _DURATION.fullmatch(text)
    if found is None:
        return 0, 0
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return years * 12 + months, days * 86_400 + hours * 3_600 + minutes * 60 + seconds


def boundary(interval: Interval, index: int) -> TimestampMs | None:
    """Return when an interval begins, counted from 0; None: after the year 9999."""
    start = _EPOCH + dt.timedelta(milliseconds=interval.start_ms)
    months = start.year * 12 + start.month - 1 + interval.months * index
    year, month = months // 12, months % 12 + 1
    if year > dt.MAXYEAR:
        return None
    day = min(start.day, calendar.monthrange(year, month)[1])
    try:
        found = start.replace(year=year, month=month, day=day)
        return _ms(found + dt.timedelta(seconds=interval.seconds * index))
    except OverflowError:
        return None


def end_of(interval: Interval) -> TimestampMs | None:
    """Return when the last interval ends; None: never."""
    return None if interval.repeats is None else boundary(interval, interval.repeats)


def span_at(interval: Interval, now_ms: TimestampMs) -> Span | None:
    """Return the interval that a time is in; None: it is before the first or after the last."""
    if now_ms < interval.start_ms:
        return None
    last = end_of(interval)
    if last is not None and now_ms >= last:
        return None
    shortest_ms = (interval.months * _MONTH_SECONDS_MIN + interval.seconds) * 1000
    low, high = 0, (now_ms - interval.start_ms) // shortest_ms + 1
    # Interval `low` has begun, `high` has not.
    while high - low > 1:
        middle = (low + high) // 2
        begins = boundary(interval, middle)
        if begins is not None and begins <= now_ms:
            low = middle
        else:
            high = middle
    start = boundary(interval, low)
    assert start is not None
    return Span(index=low, start_ms=start, end_ms=boundary(interval, low + 1))


def _ms(at: dt.datetime) -> TimestampMs:
    return TimestampMs((at - _EPOCH) // dt.timedelta(milliseconds=1))
