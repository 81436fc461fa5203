"""For every run: how Hypothesis works here, and at the end what was left out."""

from collections.abc import Sequence
from typing import Any

import hypothesis
import pytest

# How long one example takes on a busy machine says nothing about the code; pytest-timeout guards.
hypothesis.settings.register_profile("courtyard", deadline=None)
# A branch that chance reaches today is missed by chance tomorrow: `make coverage` counts written tests alone.
hypothesis.settings.register_profile("written", deadline=None, phases=[hypothesis.Phase.explicit])
hypothesis.settings.load_profile("courtyard")

LEFT_OUT = pytest.StashKey[int]()
WORKER_KEY = "left_out"


def pytest_configure(config: pytest.Config) -> None:
    """Start counting at nought."""
    config.stash[LEFT_OUT] = 0
    if config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(FromWorkers(config))


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count the slow tests that `-m "not slow"` put aside."""
    for item in items:
        item.config.stash[LEFT_OUT] += "slow" in item.keywords


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In a worker process of pytest-xdist, send the count home."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[WORKER_KEY] = session.config.stash[LEFT_OUT]


class FromWorkers:
    """Takes the count from the worker processes; each of them collects every test."""

    def __init__(self, config: pytest.Config) -> None:
        """Keep the run's configuration."""
        self.config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Read what a worker process sent home."""
        counted = getattr(node, "workeroutput", {}).get(WORKER_KEY, 0)
        self.config.stash[LEFT_OUT] = max(self.config.stash[LEFT_OUT], counted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, just above pytest's own last line."""
    count = terminalreporter.config.stash[LEFT_OUT]
    if count:
        terminalreporter.write_line(
            f"Left out: {count} slow (kill -9 under load, clients on Node.js and the like). "
            "Run them with `make slow`."
        )
