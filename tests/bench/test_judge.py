"""Whether a run in a browser kept its budgets, and whether it can say so."""

from collections import defaultdict

import pytest

from bench import web
from bench.figures import Budget
from bench.judge import BROKEN, KEPT, NOT_JUDGED, SPREAD_MAX, Line, is_quiet, judge

SMOOTH = Budget(value_min=95)
SOON = Budget(value_max=16)


@pytest.mark.parametrize(
    "line, verdict",
    [
        (Line("read on", 95, SMOOTH), "met"),
        (Line("read on", 94.9, SMOOTH), "MISSED"),
        (Line("one newer", 16, SOON), "met"),
        (Line("one newer", 16.1, SOON), "MISSED"),
        (Line("hard flick", 70, SMOOTH, known=True), "MISSED, as is known"),
        (Line("hard flick", 96, SMOOTH, known=True), "met"),
        (Line("drag the bar", 1), ""),
    ],
)
def test_a_figure_says_whether_its_budget_is_met(line: Line, verdict: str) -> None:
    assert line.verdict() == verdict


def test_a_budget_says_from_where_it_holds() -> None:
    assert [str(SMOOTH), str(SOON)] == ["≥ 95", "≤ 16"]


@pytest.mark.parametrize(
    "control_ms, load_before, quiet",
    [
        ([80, 80 * SPREAD_MAX], 0.1, True),
        ([80, 81, 80 * SPREAD_MAX + 1], 0.1, False),
        ([80, 80], 1, True),
        ([80, 80], 1.1, False),
        ([80], 0.1, False),
        ([], 0.1, False),
    ],
)
def test_a_machine_is_quiet_when_the_same_work_takes_the_same_time(
    control_ms: list[float], load_before: float, *, quiet: bool
) -> None:
    assert is_quiet(control_ms, load_before) is quiet


@pytest.mark.parametrize(
    "lines, quiet, status, says",
    [
        ([Line("a", 15, SOON), Line("told", 99)], True, KEPT, "met"),
        ([Line("a", 17, SOON), Line("b", 94, SMOOTH)], True, BROKEN, "a; b"),
        ([Line("a", 15, SOON), Line("b", 94, SMOOTH, known=True)], True, KEPT, "known"),
        ([Line("a", 17, SOON)], False, NOT_JUDGED, "busy: not judged"),
        ([Line("a", 15, SOON)], False, NOT_JUDGED, "busy: not judged"),
    ],
)
def test_a_missed_budget_fails_only_where_the_machine_was_quiet(
    lines: list[Line], *, quiet: bool, status: int, says: str
) -> None:
    got, why = judge(lines, quiet=quiet)

    assert (got, says in why) == (status, True)


def test_the_web_clients_figures_are_judged_by_their_medians() -> None:
    taken: dict[str, list[float]] = defaultdict(list)
    taken |= {web.WARM: [1900, 1999, 9000], web.PAINT: [1300, 1250, 100], web.CONTROL: [80, 81]}

    lines = web.judged(taken)

    assert judge(lines, quiet=True) == (BROKEN, f"budgets missed: {web.PAINT}")
    text = web.table(taken).splitlines()
    assert [line.split()[-1] for line in text if "ms" in line] == ["MISSED", "met", "81"]
