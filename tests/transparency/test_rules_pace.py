"""At once when it is quiet, every ten seconds when it is not, and once a day in any case."""

import pytest

from courtyard.transparency.rules_pace import REFRESH_MS, SPACING_MS, wait_ms

NOW = 1_700_000_000_000


@pytest.mark.parametrize(
    "last_ms, is_waiting, expected",
    [
        (None, False, 0),
        (None, True, 0),
        (NOW - SPACING_MS, True, 0),
        (NOW - SPACING_MS + 1, True, 1),
        (NOW, True, SPACING_MS),
        (NOW, False, REFRESH_MS),
        (NOW - REFRESH_MS, False, 0),
        (NOW - 5 * REFRESH_MS, False, 0),
        # The clock was put back.
        (NOW + 10 * REFRESH_MS, True, SPACING_MS),
        (NOW + 10 * REFRESH_MS, False, REFRESH_MS),
    ],
)
def test_when_the_next_checkpoint_is_due(
    last_ms: int | None, is_waiting: bool, expected: int
) -> None:
    assert wait_ms(NOW, last_ms, is_waiting=is_waiting) == expected


def test_there_is_one_each_day() -> None:
    assert REFRESH_MS < 24 * 3_600_000
