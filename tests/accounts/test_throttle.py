"""Token buckets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.accounts import throttle
from courtyard.accounts.throttle import Limit, Throttle
from courtyard.base.errors import LimitExceededError
from courtyard.base.settings import Settings

ON = Settings()
LIMIT = Limit("test", burst=3, every_ms=100)


def _spend(buckets: Throttle, now_ms: int, who: str = "a") -> int:
    """Return 0, or the milliseconds to wait."""
    try:
        buckets.spend(ON, LIMIT, who, now_ms)
    except LimitExceededError as error:
        return error.retry_after_ms
    return 0


def test_a_burst_and_then_one_by_one() -> None:
    buckets = Throttle()
    assert [_spend(buckets, 1000) for _ in range(4)] == [0, 0, 0, 100]
    assert _spend(buckets, 1000, "b") == 0
    assert _spend(buckets, 1099) == 1
    assert _spend(buckets, 1100) == 0
    assert _spend(buckets, 1100) == 100
    assert [_spend(buckets, 9000) for _ in range(4)] == [0, 0, 0, 100]


@given(st.lists(st.integers(0, 250), max_size=80))
def test_never_more_than_burst_and_rate_and_the_wait_is_exact(steps: list[int]) -> None:
    buckets = Throttle()
    now = 0
    granted: list[int] = []
    for step in steps:
        now += step
        wait = _spend(buckets, now)
        if wait == 0:
            granted.append(now)
        else:
            # Coming back a moment too early is refused, exactly then is not.
            assert wait == 1 or _spend(buckets, now + wait - 1) == 1
            now += wait
            assert _spend(buckets, now) == 0
            granted.append(now)
    for i, start in enumerate(granted):
        for j in range(i, len(granted)):
            assert j - i + 1 <= LIMIT.burst + (granted[j] - start) / LIMIT.every_ms


def test_a_clock_set_back_locks_nobody_out() -> None:
    buckets = Throttle()
    for _ in range(3):
        _spend(buckets, 10_000_000)
    assert _spend(buckets, 1000) == 0


def test_buckets_are_bounded_and_full_ones_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "BUCKETS_MAX", 3)
    buckets = Throttle()
    for _ in range(3):
        _spend(buckets, 1000, "busy")
    for now in range(1001, 1400, 10):
        _spend(buckets, now, f"other{now}")
    assert len(buckets._full_at["test"]) <= 3
    buckets = Throttle()
    _spend(buckets, 0, "idle")
    for _ in range(3):
        _spend(buckets, 1000, "busy")
    _spend(buckets, 1000, "b")
    _spend(buckets, 1000, "c")
    assert _spend(buckets, 1000, "busy") == 100


def test_limits_can_be_switched_off() -> None:
    buckets = Throttle()
    for _ in range(10):
        buckets.spend(Settings(rate_limits="off"), LIMIT, "a", 1000)
