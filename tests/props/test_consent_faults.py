"""Each law of consents bites: a fault is put into the code, and the laws find it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from courtyard.base.errors import CourtyardError
from courtyard.wallet import once
from courtyard.wallet.consents import answer, errors, rules, rules_interval, store
from tests.props.test_consent_laws import Laws

Patch = pytest.MonkeyPatch
FAULTS: dict[str, Callable[[Patch], None]] = {}


def fault(put: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Name a fault by its function."""
    FAULTS[put.__name__] = put
    return put


@fault
def what_was_taken_is_forgotten(patch: Patch) -> None:
    """The database counts too: once more than the code, so the fault is there for all to see."""
    patch.setattr(store, "used", lambda *_: 0)


@fault
def a_charge_is_not_counted(patch: Patch) -> None:
    patch.setattr(store, "add_charge", lambda *_: None)


@fault
def what_is_revoked_can_be_charged(patch: Patch) -> None:
    patch.setattr(rules, "check_granted", lambda *_: None)


@fault
def what_has_expired_can_be_charged(patch: Patch) -> None:
    patch.setattr(rules, "state_of", lambda consent, _now: consent.state)


@fault
def one_charge_may_be_anything(patch: Patch) -> None:
    patch.setattr(rules, "most_of_one", lambda consent: consent.amount)


@fault
def an_interval_begins_a_millisecond_too_late(patch: Patch) -> None:
    real = rules_interval.span_at
    patch.setattr(rules_interval, "span_at", lambda interval, now: real(interval, now - 1))


@fault
def months_are_thirty_days(patch: Patch) -> None:
    def _thirty(interval: Any, index: int) -> int:
        days = 30 * interval.months * 86_400 + interval.seconds
        return int(interval.start_ms + days * 1000 * index)

    patch.setattr(rules_interval, "boundary", _thirty)


@fault
def there_is_one_interval_too_many(patch: Patch) -> None:
    real = rules_interval.boundary

    def _end(interval: Any) -> Any:
        return None if interval.repeats is None else real(interval, interval.repeats + 1)

    patch.setattr(rules_interval, "end_of", _end)


@fault
def every_charge_counts_in_the_first_interval(patch: Patch) -> None:
    real = store.add_charge

    def _first(tx: Any, order: Any, consent: Any, _span: int, *rest: Any) -> None:
        real(tx, order, consent, 0, *rest)

    patch.setattr(store, "add_charge", _first)


@fault
def anybody_answers(patch: Patch) -> None:
    patch.setattr(answer, "_shown_to", lambda tx, _who, link: store.by_link(tx, link))


@fault
def anybody_revokes(patch: Patch) -> None:
    patch.setattr(answer, "_mine", lambda tx, _who, which: store.consent(tx, which))


@fault
def an_answer_can_be_changed(patch: Patch) -> None:
    patch.setattr(answer, "check_pending", lambda *_: None)


@fault
def the_currency_does_not_matter(patch: Patch) -> None:
    real = rules.check_charge

    def _any(consent: Any, _currency: str, *rest: Any) -> Any:
        return real(consent, consent.currency, *rest)

    patch.setattr(rules, "check_charge", _any)


@fault
def a_refusal_is_forgotten(patch: Patch) -> None:
    patch.setattr(errors.OverIntervalError, "is_remembered", False)


@fault
def a_number_is_not_held_against_the_wish(patch: Patch) -> None:
    patch.setattr(once, "_fingerprint", lambda _: b"")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FAULTS)
def test_the_laws_find(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)
    with pytest.raises((AssertionError, sqlite3.IntegrityError, CourtyardError)):
        Laws.run(160, 60)
