"""Figures, budgets and the table."""

import pytest

from bench.figures import Budget, Figure, percentile
from bench.measures.growth import steps
from bench.report import Measured, table

SPEED = Figure("speed", "speed", "/s", "higher", Budget(times_better_min=40))
DELAY = Figure("delay", "delay", "ms", budget=Budget(times_better_min=20, value_max=150))
LOST = Figure("lost", "lost", "", budget=Budget(value_max=0), across="sum")


@pytest.mark.parametrize("percent, expected", [(0, 1), (50, 50), (99, 99), (100, 100)])
def test_a_percentile_is_one_of_the_values(percent: float, expected: float) -> None:
    assert expected == percentile(list(range(100, 0, -1)), percent)


def test_rounds_become_their_median_and_losses_add_up() -> None:
    rounds = [{"speed": 1.0, "lost": 0.0}, {"speed": 9.0, "lost": 2.0}, {"speed": 3.0, "lost": 0.0}]

    assert SPEED.merge(rounds) == 3.0
    assert LOST.merge(rounds) == 2.0
    assert DELAY.merge(rounds) is None


def test_times_better_follows_the_direction_of_the_figure() -> None:
    assert SPEED.times_better(100, 20) == 5
    assert DELAY.times_better(20, 100) == 5
    assert SPEED.times_better(None, 20) is None


@pytest.mark.parametrize(
    "value, times_better, expected",
    [(150, 20, True), (151, 20, False), (150, 19.9, False), (150, None, None), (151, None, False)],
)
def test_a_budget_holds_only_when_both_its_limits_do(
    value: float, times_better: float | None, expected: bool | None
) -> None:
    assert DELAY.budget is not None
    assert expected is DELAY.budget.met(value, times_better)


def test_the_table_says_what_was_missed() -> None:
    rounds = {"Courtyard": [{"speed": 3000.0, "delay": 200.0}], "Synapse": [{"speed": 75.0}]}

    lines = table([Measured("m", (SPEED, DELAY), rounds)]).splitlines()

    assert lines[1].split() == ["speed", "3,000", "/s", "75", "/s", "40x", "≥", "40x", "met"]
    assert lines[2].split()[:4] == ["delay", "200", "ms", "-"]
    assert lines[2].split()[-1] == "MISSED"


def test_growth_goes_in_steps_of_ten_and_ends_at_the_last() -> None:
    assert [1, 10, 100, 250] == list(steps(1, 250))
    assert [1000] == list(steps(1000, 1000))
