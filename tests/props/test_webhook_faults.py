"""Each law of webhooks bites: a fault is put into the code, and the laws find it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from courtyard.base.errors import CourtyardError
from courtyard.wallet.webhooks import deliveries, endpoints, queue, rules, store
from tests.props.test_webhook_laws import Laws

Patch = pytest.MonkeyPatch
FAULTS: dict[str, Callable[[Patch], None]] = {}


def fault(put: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Name a fault by its function."""
    FAULTS[put.__name__] = put
    return put


@fault
def a_later_version_goes_at_once(patch: Patch) -> None:
    """The database refuses it: once more than the code, so the fault is there for all to see."""
    patch.setattr(store, "is_open", lambda *_: False)


@fault
def what_is_behind_is_forgotten(patch: Patch) -> None:
    patch.setattr(deliveries, "_let_next_go", lambda *_: None)


@fault
def it_is_given_up_a_try_too_early(patch: Patch) -> None:
    patch.setattr(rules, "wait_ms", lambda n: rules.WAITS_MS[n - 1] if n < 15 else None)


@fault
def two_waits_are_swapped(patch: Patch) -> None:
    waits = list(rules.WAITS_MS)
    waits[2], waits[3] = waits[3], waits[2]
    patch.setattr(rules, "WAITS_MS", tuple(waits))


@fault
def it_is_tried_a_millisecond_too_late(patch: Patch) -> None:
    real = store.due
    patch.setattr(store, "due", lambda tx, at, now, limit: real(tx, at, now - 1, limit))


@fault
def it_is_tried_a_millisecond_too_early(patch: Patch) -> None:
    real = store.due
    patch.setattr(store, "due", lambda tx, at, now, limit: real(tx, at, now + 1, limit))


@fault
def a_redirect_counts_as_taken(patch: Patch) -> None:
    real = rules.verdict
    patch.setattr(rules, "verdict", lambda s: "delivered" if s == 302 else real(s))


@fault
def gone_means_nothing(patch: Patch) -> None:
    real = rules.verdict
    patch.setattr(rules, "verdict", lambda s: "failed" if s == 410 else real(s))


@fault
def who_wants_nothing_of_it_is_told(patch: Patch) -> None:
    patch.setattr(rules, "wants", lambda endpoint, _: endpoint.state == "enabled")


@fault
def who_is_switched_off_is_told(patch: Patch) -> None:
    patch.setattr(rules, "wants", lambda endpoint, kind: kind in endpoint.kinds)


@fault
def one_endpoint_is_left_out(patch: Patch) -> None:
    real = queue.send

    def send(tx: Any, wanted: list[Any], *rest: Any) -> None:
        real(tx, wanted[:1], *rest)

    patch.setattr(queue, "send", send)


@fault
def a_row_is_lost(patch: Patch) -> None:
    real = store.add_delivery

    def add(tx: Any, endpoint: Any, number: int, message: Any, round: int) -> None:
        if message.version != 2:
            real(tx, endpoint, number, message, round)

    patch.setattr(store, "add_delivery", add)


@fault
def what_was_taken_is_noted_twice(patch: Patch) -> None:
    real = store.delivery

    def forgetful(tx: Any, *which: Any) -> Any:
        found = real(tx, *which)
        return None if found is None else msgspec.structs.replace(found, state="queued", attempts=0)

    patch.setattr(store, "delivery", forgetful)


@fault
def what_is_on_its_way_is_sent_again(patch: Patch) -> None:
    patch.setattr(store, "is_on_its_way", lambda *_: False)


@fault
def anybody_sends_again(patch: Patch) -> None:
    real = endpoints.get

    def get(tx: Any, merchant: Any, id: str) -> Any:
        found = store.endpoint(tx, id)
        return real(tx, merchant if found is None else found.merchant, id)

    patch.setattr(endpoints, "get", get)


@fault
def an_old_secret_is_good_for_ever(patch: Patch) -> None:
    patch.setattr(endpoints, "OLD_SECRET_MS", 10**12)


@fault
def an_old_secret_ends_at_once(patch: Patch) -> None:
    patch.setattr(endpoints, "OLD_SECRET_MS", 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_the_laws_find(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)
    with pytest.raises((AssertionError, sqlite3.IntegrityError, CourtyardError)):
        Laws.run(60, 60)
