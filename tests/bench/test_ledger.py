"""The wallet's gates, and the small runs they are made of."""

import pytest

from bench.ledger import ours
from bench.ledger.gates import Gate, table

FAST = Gate("fast", ("us", "per_s"), ("them", "per_s"), least=3)
SOON = Gate("soon", ("us", "p50_ms"), ("them", "mean_ms"), most=1.3)
TOLD = Gate("told", ("us", "per_s"), ("them", "per_s"))


def test_a_ratio_is_taken_within_a_round() -> None:
    """A moment in which the machine was busy counts for both."""
    rounds = {
        "us": [{"per_s": 30.0}, {"per_s": 4.0}, {"per_s": 40.0}],
        "them": [{"per_s": 10.0}, {"per_s": 1.0}, {"per_s": 8.0}],
    }
    assert FAST.ratio(rounds) == 4.0
    assert FAST.ratio({"us": [{"per_s": 30.0}]}) is None


@pytest.mark.parametrize(
    "gate, ratio, verdict",
    [(FAST, 3, "met"), (FAST, 2.99, "MISSED"), (SOON, 1.3, "met"), (SOON, 1.31, "MISSED"), (TOLD, 0.1, "")],
)  # fmt: skip
def test_a_gate_says_whether_it_is_met(gate: Gate, ratio: float, verdict: str) -> None:
    assert gate.verdict(ratio) == verdict


def test_what_was_not_measured_is_said() -> None:
    assert "not measured" in table({"uniform 64": [{"per_s": 1.0}]})


def test_payments_are_made_and_weighed(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ours.found(folder)
    for what in ("chat", "uniform", "hot", "tills", "shops"):
        assert ours.run(folder, what, 4, 0.1)["per_s"] > 0
    assert ours.bare(folder, 4, 0.1)["per_s"] > 0
    assert 50 < ours.size(folder)["bytes"] < 5_000
