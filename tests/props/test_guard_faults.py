"""Each law of the guard bites: a fault is put into the code, and the laws find it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import TimestampMs
from courtyard.wallet.guard import consider, payees, proofs, rules, store
from courtyard.wallet.guard.model import Facts, Pin
from tests.props.test_guard_laws import Laws

Patch = pytest.MonkeyPatch
FAULTS: dict[str, Callable[[Patch], None]] = {}


def fault(put: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Name a fault by its function."""
    FAULTS[put.__name__] = put
    return put


def _nothing(*_: object, **__: object) -> None:
    """Do nothing, and let everybody."""


def _digest_without(patch: Patch, **blank: object) -> None:
    real = rules.digest
    patch.setattr(
        rules, "digest", lambda nonce, it: real(nonce, msgspec.structs.replace(it, **blank))
    )


@fault
def a_proof_is_for_any_amount(patch: Patch) -> None:
    _digest_without(patch, amount=0)


@fault
def a_proof_is_for_any_payee(patch: Patch) -> None:
    _digest_without(patch, payee="", payee_name="")


@fault
def a_proof_is_for_any_key(patch: Patch) -> None:
    _digest_without(patch, key="")


def _wrong_with(patch: Patch, changes: Callable[[Any], Any]) -> None:
    real = rules.wrong_with

    def _changed(proof: Any, user_id: Any, intent: Any, now_ms: Any) -> str | None:
        changed = proof if proof is None else changes(proof)
        return real(changed, changed.user_id if changed else user_id, intent, now_ms)

    patch.setattr(rules, "wrong_with", _changed)


@fault
def a_proof_never_ends(patch: Patch) -> None:
    _wrong_with(patch, lambda proof: msgspec.structs.replace(proof, expires_at=2**62))


@fault
def a_proof_of_anybody_counts(patch: Patch) -> None:
    _wrong_with(patch, lambda proof: proof)


@fault
def a_proof_needs_no_answer(patch: Patch) -> None:
    """The database refuses to use it."""
    _wrong_with(patch, lambda proof: msgspec.structs.replace(proof, answered_at=1))


@fault
def a_proof_is_not_used_up(patch: Patch) -> None:
    patch.setattr(store, "use_proof", _nothing)


@fault
def a_wrong_pin_is_not_counted(patch: Patch) -> None:
    patch.setattr(store, "set_wrong", _nothing)


@fault
def a_pin_is_never_locked(patch: Patch) -> None:
    """The database counts to five."""

    def _left(_pin: Pin) -> int:
        return 5

    patch.setattr(rules, "tries_left", _left)


@fault
def a_copied_passkey_signs(patch: Patch) -> None:
    patch.setattr(store, "use_passkey", lambda *_: True)


@fault
def a_limit_is_not_counted(patch: Patch) -> None:
    patch.setattr(store, "set_used", _nothing)


@fault
def a_limit_is_not_looked_at(patch: Patch) -> None:
    """The database refuses it."""
    patch.setattr(rules, "check_day", _nothing)


@fault
def a_limit_of_yesterday_counts_today(patch: Patch) -> None:
    patch.setattr(consider, "DAY_MS", 10**15)


@fault
def every_device_is_old(patch: Patch) -> None:
    patch.setattr(consider, "_is_new", lambda *_: False)


@fault
def the_password_needs_no_wait(patch: Patch) -> None:
    patch.setattr(store, "set_cool_down", _nothing)


@fault
def a_block_stops_nothing(patch: Patch) -> None:
    patch.setattr(rules, "check_blocks", _nothing)


@fault
def a_block_stops_every_payout(patch: Patch) -> None:
    patch.setattr(rules, "stops", lambda *_: True)


@fault
def a_block_outlives_its_review(patch: Patch) -> None:
    patch.setattr(rules, "is_in_force", lambda block, _: block.ended_at is None)


@fault
def trust_needs_no_proof(patch: Patch) -> None:
    patch.setattr(payees, "prove", _nothing)


@fault
def a_first_payment_is_like_any(patch: Patch) -> None:
    real = rules.decide

    def _decide(facts: Facts, policy: Any) -> Any:
        return real(msgspec.structs.replace(facts, is_known=True), policy)

    patch.setattr(rules, "decide", _decide)


@fault
def small_payments_never_add_up(patch: Patch) -> None:
    patch.setattr(rules, "next_run", lambda *_, **__: None)


@fault
def a_payout_can_be_exempt(patch: Patch) -> None:
    patch.setattr(rules, "ALWAYS", frozenset())


@fault
def nothing_is_asked(patch: Patch) -> None:
    from courtyard.wallet import offers

    patch.setattr(offers, "authorise", _nothing)


@fault
def an_old_challenge_can_be_answered(patch: Patch) -> None:
    real = proofs.open_proof
    patch.setattr(proofs, "open_proof", lambda tx, who, of, _: real(tx, who, of, TimestampMs(0)))


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_the_laws_find(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)
    with pytest.raises((AssertionError, sqlite3.IntegrityError, CourtyardError)):
        Laws.run(200, 60)
