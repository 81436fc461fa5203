"""When an export begins, fails, is tried again, is ready and ends."""

import itertools
from typing import Any

import msgspec
import pytest

from courtyard.archive.model import Export, Part, State, Step
from courtyard.archive.rules_export import (
    FRESH_MS,
    RETRY_FIRST_MS,
    RETRY_LAST_MS,
    after,
    renewable_at,
    retry_delay_ms,
    stands,
    state_now,
)
from courtyard.base.ids import TimestampMs, UserId

NOW = TimestampMs(1_000_000)
WAITING = Export(
    export_id="e",
    user_id=UserId("@alice:test.example"),
    device_id=None,
    requested_at=NOW,
    state=State.REQUESTED,
    attempts=0,
    retry_at=NOW,
    position=None,
    snapshot_at=None,
    ready_at=None,
    expires_at=None,
)


def ready(**changes: Any) -> Export:
    values = {"state": State.READY, "ready_at": NOW, "expires_at": TimestampMs(NOW + 500)}
    return msgspec.structs.replace(WAITING, **(values | changes))


def part(n: int, *, is_downloaded: bool) -> Part:
    return Part(n=n, key=f"k{n}", sha256="", size_bytes=1, is_downloaded=is_downloaded)


def test_each_step_leads_where_it_should_and_nowhere_else() -> None:
    leads = {
        (State.REQUESTED, Step.BEGIN): State.BUILDING,
        (State.BUILDING, Step.BEGIN): State.BUILDING,
        (State.BUILDING, Step.FINISH): State.READY,
        (State.BUILDING, Step.FAIL): State.REQUESTED,
        (State.REQUESTED, Step.FAIL): State.REQUESTED,
    }
    for state, step in itertools.product(State, Step):
        assert after(state, step) == leads.get((state, step))


def test_no_failure_ends_an_export() -> None:
    state: State | None = State.REQUESTED
    for _ in range(1000):
        assert state is not None
        state = after(state, Step.BEGIN)
        assert state is not None
        state = after(state, Step.FAIL)
    assert state is State.REQUESTED


@pytest.mark.parametrize(
    "export, parts, now, state",
    [
        (WAITING, [], NOW, State.REQUESTED),
        (msgspec.structs.replace(WAITING, state=State.BUILDING), [], NOW, State.BUILDING),
        (ready(), [part(1, is_downloaded=False)], NOW, State.READY),
        (ready(), [], NOW, State.READY),
        (ready(expires_at=None), [], NOW, State.READY),
        (
            ready(),
            [part(1, is_downloaded=True), part(2, is_downloaded=False)],
            NOW,
            State.READY,
        ),
        (
            ready(),
            [part(1, is_downloaded=True), part(2, is_downloaded=True)],
            NOW,
            State.DOWNLOADED,
        ),
        (ready(), [part(1, is_downloaded=True)], NOW + 499, State.DOWNLOADED),
        (ready(), [part(1, is_downloaded=True)], NOW + 500, State.EXPIRED),
    ],
)
def test_the_state_that_people_are_told(
    export: Export, parts: list[Part], now: int, state: State
) -> None:
    assert state_now(export, parts, TimestampMs(now)) is state


def test_a_repeated_wish() -> None:
    last = TimestampMs(NOW + FRESH_MS - 1)
    next_one = TimestampMs(NOW + FRESH_MS)
    for limits in (True, False):
        assert stands(WAITING, TimestampMs(NOW + 10**12), limits=limits)
    assert renewable_at(WAITING) is None
    assert renewable_at(ready()) == next_one
    assert renewable_at(ready(ready_at=None)) is None
    assert stands(ready(), last, limits=True)
    assert not stands(ready(), next_one, limits=True)
    assert not stands(ready(), last, limits=False)


def test_it_waits_longer_each_time_and_never_longer_than_an_hour() -> None:
    delays = [retry_delay_ms(n) for n in range(1, 100)]
    assert retry_delay_ms(0) == delays[0] == RETRY_FIRST_MS
    assert delays == sorted(delays)
    assert delays[1] == 2 * RETRY_FIRST_MS
    assert delays[-1] == RETRY_LAST_MS
