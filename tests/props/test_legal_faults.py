"""Law 23 bites: a fault is put into the rules of legal requests, and the law finds it."""

from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

from courtyard.conduct import rules_legal
from courtyard.conduct.model_legal import LegalRecord, LegalStep
from tests.props.test_conduct_faults import SEARCH
from tests.props.test_legal_laws import Silence


def _yes(*_: object, **__: object) -> None:
    """Let everybody."""


def _a_late_order_hides_what_was_seen(record: LegalRecord) -> int | None:
    ends = [record.request.gag_until, *(one.gag_until for one in record.renewals)]
    return max((end for end in ends if end is not None), default=None)


def _silence_ends_when_somebody_publishes(record: LegalRecord, now_ms: int) -> bool:
    published = rules_legal.step_of(record, "published")
    return record.request.gag_until is None or (published is not None and now_ms >= published.at)


def _told_before_it_ends(record: LegalRecord, step: LegalStep) -> None:
    """Somebody is told although an order keeps it silent."""


FAULTS: dict[str, tuple[str, Any]] = {
    "a late order hides what was seen": ("gag_end", _a_late_order_hides_what_was_seen),
    "an order lasts as long as it says": ("GAG_MS_MAX", 100 * rules_legal.GAG_MS_MAX),
    "silence ends when somebody publishes": ("is_public", _silence_ends_when_somebody_publishes),
    "one person answers": ("_check_complied", _yes),
    "one is the judge of oneself": ("bar", _yes),
    "people are told too early": ("_check_notified", _told_before_it_ends),
    "it is closed without a word to anybody": ("_check_published", _yes),
}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(FAULTS))
def test_the_law_finds_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, fault = FAULTS[name]
    monkeypatch.setattr(rules_legal, where, fault)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Silence, settings=SEARCH)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_without_a_fault_it_finds_nothing() -> None:
    """The same search as above, so that what it finds there is the fault."""
    run_state_machine_as_test(Silence, settings=SEARCH)
