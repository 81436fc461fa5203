"""A challenge for one payment, and its answer. The server says whom the money is for; the answer is for exactly that (dynamic linking).

The payer is told before whether a proof is needed at all, and what to look out for.
"""

import secrets
from typing import Any

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as ledger_store
from courtyard.wallet.guard import names, rules, store
from courtyard.wallet.guard.consider import consider, methods
from courtyard.wallet.guard.errors import FactorLockedError, WrongProofError
from courtyard.wallet.guard.model import (
    ACTS,
    HOUR_MS,
    PAYMENTS,
    PIN_TRIES,
    PROOF_MS,
    Method,
    Proof,
    ProofId,
)
from courtyard.wallet.model import Intent, Payer

NONE = "There is no such proof."
NO_CURRENCY = Currency("")


def intent_of(
    tx: WriteTx, user_id: UserId, kind: str, currency: Currency, amount: int, payee: str, key: str
) -> Intent:
    """Return a payment as its payer is shown it now.

    Raises:
        NotFoundError, BadRecipientError, NotInRoomError and others: see `names.shown`.
    """
    return Intent(
        kind=kind,
        currency=currency,
        amount=amount,
        payee=payee,
        payee_name=names.shown(tx, user_id, kind, payee),
        key=key,
    )


def act_of(tx: WriteTx, user_id: UserId, kind: str, payee: str, key: str) -> Intent:
    """Return something that is no payment, as it is shown."""
    return intent_of(tx, user_id, kind, NO_CURRENCY, 0, payee, key)


def begin(
    tx: WriteTx,
    payer: Payer,
    kind: str,
    currency: Currency,
    amount: int,
    payee: str,
    key: str,
) -> dict[str, Any]:
    """Say whether a payment needs a proof; if so, make the challenge that is to be answered.

    Raises, in this order:
        NotFoundError: there is nothing of this kind; UnknownCurrencyError; no such payee (`names.shown`); BlockedError;
        CoolDownError; LimitReachedError; FactorLockedError: nothing that could prove it works now; LimitExceededError.
    """
    if kind in ACTS:
        intent = act_of(tx, payer.user_id, kind, payee, key)
        return _challenge(tx, payer, intent, "always", [])
    if kind not in PAYMENTS:
        raise NotFoundError("Nothing of this kind can be paid here.")
    wallet_rules.check_currency(ledger_store.currency(tx, currency))
    intent = intent_of(tx, payer.user_id, kind, currency, amount, payee, key)
    found = consider(tx, payer, intent)
    is_first = not found.facts.is_known and not found.facts.is_own
    warnings = ["first_payment"] if is_first else []
    if not found.verdict.needed:
        return {
            "needed": False,
            "exemption": found.verdict.reason,
            "payee_name": intent.payee_name,
            "warnings": warnings,
        }
    return _challenge(tx, payer, intent, found.verdict.reason, warnings)


def _challenge(
    tx: WriteTx, payer: Payer, intent: Intent, reason: str, warnings: list[str]
) -> dict[str, Any]:
    who, now_ms = payer.user_id, tx.now_ms()
    ways = methods(tx, who)
    if not ways:
        message = "Nothing works that could prove this. Set a PIN with the account's password."
        raise FactorLockedError(message)
    admit(tx, who, Action.PROVE)
    store.forget_old_proofs(tx, who, now_ms - HOUR_MS)
    nonce = secrets.token_bytes(32)
    proof = Proof(
        id=ProofId(f"s_{secrets.token_hex(12)}"),
        user_id=who,
        kind=intent.kind,
        currency=intent.currency,
        amount=intent.amount,
        payee=intent.payee,
        payee_name=intent.payee_name,
        key=intent.key,
        nonce=nonce,
        digest=rules.digest(nonce, intent),
        made_at=now_ms,
        expires_at=TimestampMs(now_ms + PROOF_MS),
        method=None,
        answered_at=None,
        used_by=None,
    )
    store.add_proof(tx, proof)
    return {
        "needed": True,
        "reason": reason,
        "warnings": warnings,
        "methods": ways,
        **show(proof, now_ms),
    }


def show(proof: Proof, now_ms: TimestampMs) -> dict[str, Any]:
    """Return a proof as its owner sees it."""
    state = "used" if proof.used_by is not None else "answered" if proof.answered_at else "open"
    if state != "used" and now_ms >= proof.expires_at:
        state = "expired"
    return {
        "id": proof.id,
        "state": state,
        "kind": proof.kind,
        "currency": proof.currency,
        "amount": str(proof.amount),
        "payee": proof.payee,
        "payee_name": proof.payee_name,
        "key": proof.key,
        "nonce": proof.nonce.hex(),
        "digest": proof.digest.hex(),
        "expires_at": proof.expires_at,
    }


def open_proof(tx: ReadTx, user_id: UserId, id: ProofId, now_ms: TimestampMs) -> Proof:
    """Return a challenge that waits for its answer, or that has it.

    Raises:
        NotFoundError: this account has none. ExpiredError, EndedError: it is too late, or it is used up.
    """
    found = store.proof(tx, id)
    if found is None or found.user_id != user_id:
        raise NotFoundError(NONE)
    if found.used_by is not None:
        raise wallet_rules.ended("used")
    if now_ms >= found.expires_at:
        raise wallet_rules.expired()
    return found


def note_pin(
    tx: WriteTx, user_id: UserId, id: ProofId, compared: str, *, is_right: bool
) -> dict[str, Any] | WrongProofError | FactorLockedError:
    """Note a PIN that was given for a challenge. A wrong one is returned and not raised, so that it is counted whatever follows.

    Args:
        compared: the stored hash that the PIN was compared with, outside of this transaction.
        is_right: what came of it.

    Raises:
        NotFoundError, ExpiredError, EndedError: see `open_proof`.
    """
    # Read once: what is in time for the question is in time for the answer.
    now_ms = tx.now_ms()
    proof = open_proof(tx, user_id, id, now_ms)
    if proof.answered_at is not None:
        return show(proof, now_ms)
    pin = store.pin(tx, user_id)
    # Many may have been compared at once: after the fifth wrong one the right one comes too late.
    if pin is None or pin.hash != compared or rules.tries_left(pin) <= 0:
        return locked()
    if not is_right:
        store.set_wrong(tx, user_id, pin.wrong + 1)
        left = PIN_TRIES - pin.wrong - 1
        if left <= 0:
            return locked()
        return WrongProofError("The PIN is wrong.", **{"org.courtyard.tries_left": left})
    if pin.wrong:
        store.set_wrong(tx, user_id, 0)
    return _answered(tx, proof, "pin", now_ms)


def note_passkey(
    tx: WriteTx, user_id: UserId, id: ProofId, passkey_id: str, sign_count: int
) -> dict[str, Any]:
    """Note that a passkey signed a challenge.

    Raises:
        NotFoundError, ExpiredError, EndedError: see `open_proof`.
        WrongProofError: the key is gone, or counts backwards: there is a copy of it.
    """
    # Read once: what is in time for the question is in time for the answer.
    now_ms = tx.now_ms()
    proof = open_proof(tx, user_id, id, now_ms)
    if proof.answered_at is not None:
        return show(proof, now_ms)
    if not store.use_passkey(tx, user_id, passkey_id, sign_count):
        message = "This passkey is not known here, or a copy of it was used before."
        raise WrongProofError(message)
    return _answered(tx, proof, "passkey", now_ms)


def _answered(tx: WriteTx, proof: Proof, method: Method, now_ms: TimestampMs) -> dict[str, Any]:
    store.answer_proof(tx, proof.id, method, now_ms)
    return show(msgspec.structs.replace(proof, method=method, answered_at=now_ms), now_ms)


def locked() -> FactorLockedError:
    """Return the refusal of a PIN that does not count any more."""
    message = "This PIN is locked or not set. Use a passkey, or set a new PIN with the account's password."
    return FactorLockedError(message)
