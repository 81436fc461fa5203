"""How a state machine of laws is played: the same in every file, so that a fault is looked for in the same way.

The long runs take some minutes in CI, and hours for whoever wants to be sure:

    COURTYARD_LAW_EXAMPLES=5000 pytest -m slow tests/props -k for_long
"""

import os
from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

EXAMPLES: Final = int(os.environ.get("COURTYARD_LAW_EXAMPLES", "150"))


def play(
    laws: type[RuleBasedStateMachine], examples: int, steps: int, *, derandomize: bool
) -> None:
    """Let a machine act; nothing is kept of it, and what fails is told as it was drawn, without looking for a smaller case."""
    run_state_machine_as_test(
        laws,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=[Phase.generate],
            derandomize=derandomize,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
        ),
    )
