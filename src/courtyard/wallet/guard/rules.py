"""Whether a payment needs a proof, and how much may be paid. Pure: no clock, no chance, no database."""

import hashlib
from functools import cache
from typing import Any, Final

from courtyard.base import canonical_json
from courtyard.base.ids import TimestampMs
from courtyard.wallet.guard.errors import (
    BlockedError,
    CoolDownError,
    LimitReachedError,
    NotReversibleError,
)
from courtyard.wallet.guard.model import (
    CONSENTED,
    PAYOUT,
    PIN_TRIES,
    Block,
    Facts,
    Method,
    Pin,
    Policy,
    Proof,
    Reversal,
    Run,
    Verdict,
)
from courtyard.wallet.model import DAY_MS, CurrencyKind, Intent
from courtyard.wallet.rules import ended

POLICIES: Final[dict[CurrencyKind, Policy | None]] = {
    "fiat": Policy(
        small=30,
        run_count=5,
        run_total=100,
        first=10,
        no_factor_day=100,
        new_device_day=300,
        pin_day=1_000,
        passkey_day=10_000,
    ),
    "community": Policy(
        small=30,
        run_count=5,
        run_total=100,
        first=10,
        no_factor_day=500,
        new_device_day=1_000,
        pin_day=5_000,
        passkey_day=50_000,
    ),
    "points": Policy(
        small=300,
        run_count=20,
        run_total=1_000,
        first=100,
        no_factor_day=5_000,
        new_device_day=10_000,
        pin_day=50_000,
        passkey_day=500_000,
    ),
    # Nothing is lost with it.
    "test": None,
}
"""The published numbers, in major units. Source: Reg. 2018/389 art. 16 for `small` and the run; the days after the PBOC's tiers."""

ALWAYS: Final = frozenset((PAYOUT, "consent"))
"""What no exemption reaches: the money leaves for good, or payments to come are agreed to."""

REVERSIBLE: Final = {"mint", "transfer_received", "packet_share", "request_paid"}
"""Kinds of journals that an operator may correct. A feature that can live with its own being corrected adds them."""


@cache
def in_minor(policy: Policy, scale: int) -> Policy:
    """Return a policy in minor units of a currency with `scale` decimal digits."""
    unit = 10**scale
    return Policy(
        small=policy.small * unit,
        run_count=policy.run_count,
        run_total=policy.run_total * unit,
        first=policy.first * unit,
        no_factor_day=policy.no_factor_day * unit,
        new_device_day=policy.new_device_day * unit,
        pin_day=policy.pin_day * unit,
        passkey_day=policy.passkey_day * unit,
    )


def digest(nonce: bytes, intent: Intent) -> bytes:
    """Return what is proven: exactly this payment, as its payer was shown it.

    SHA-256 over the canonical JSON of an array of strings, so that no two payments look alike.
    """
    parts = [
        nonce.hex(),
        intent.kind,
        str(intent.amount),
        intent.currency,
        intent.payee,
        intent.payee_name,
        intent.key,
    ]
    return hashlib.sha256(canonical_json.encode({"proof": parts})).digest()


def decide(facts: Facts, policy: Policy | None) -> Verdict:
    """Say whether a payment needs a proof. The first reason that fits is the answer.

    Args:
        facts: the payment, its payee, and what went before.
        policy: in minor units; None: no payment in this currency needs one.
    """
    # 1. Money for tests can be lost without harm.
    if policy is None:
        return _free("test_money")
    # 2. Who has no factor can prove nothing; a low limit a day stands in its place.
    if not facts.has_factor:
        return _free("no_factor")
    # 3. Money that leaves for good, and a yes to payments to come.
    if facts.kind in ALWAYS:
        return _needed("always")
    # 4. What a consent allows was proven when it was granted.
    if facts.kind == CONSENTED:
        return _free("consent")
    # 5. Between one's own accounts nobody can be robbed.
    if facts.is_own:
        return _free("own_account")
    # 6. Whom the payer trusts was proven when they were put on the list.
    if facts.is_trusted:
        return _free("trusted_payee")
    # 7. Fraud is mostly a first payment.
    if not facts.is_known and facts.amount > policy.first:
        return _needed("first_payment")
    # 8. Low value: small, and one of a few in a row or of a small sum since the last proof.
    if facts.amount > policy.small:
        return _needed("amount")
    is_short = facts.run.count + 1 <= policy.run_count
    is_little = facts.run.total + facts.amount <= policy.run_total
    return _free("low_value") if is_short or is_little else _needed("run_used_up")


def _free(reason: str) -> Verdict:
    return Verdict(needed=False, reason=reason)


def _needed(reason: str) -> Verdict:
    return Verdict(needed=True, reason=reason)


def day_limits(facts: Facts, policy: Policy | None, method: Method | None) -> dict[str, int]:
    """Return the limits for the day that a payment counts against: rule → most, in minor units.

    Args:
        method: how it is proven; None: not at all.
    """
    if policy is None:
        return {}
    if not facts.has_factor:
        return {"no_factor_day": policy.no_factor_day}
    # What is one's own may always be taken out, by a proof; a consent has limits of its own.
    if facts.kind in (PAYOUT, CONSENTED):
        return {}
    by_method = "passkey_day" if method == "passkey" else "pin_day"
    most = policy.passkey_day if method == "passkey" else policy.pin_day
    limits = {by_method: most}
    if facts.is_new_device:
        limits["new_device_day"] = policy.new_device_day
    return limits


def check_day(rule: str, used: int, amount: int, most: int, day: int) -> None:
    """Say whether a payment is within a limit for the day.

    Raises:
        LimitReachedError: it is not.
    """
    if used + amount > most:
        message = "This would be more than may be paid in a day."
        told = {
            "rule": rule,
            "max": str(most),
            "used": str(used),
            "until": (day + 1) * DAY_MS,
        }
        raise LimitReachedError(message, **{"org.courtyard.limit": told})


def best_method(facts: Facts) -> Method | None:
    """Return the stronger of the factors that somebody has."""
    if facts.has_passkey:
        return "passkey"
    return "pin" if facts.has_pin else None


def check_cool_down(until: TimestampMs | None, facts: Facts, now_ms: TimestampMs) -> None:
    """Say whether a payment must wait because a factor was set by the password alone.

    Raises:
        CoolDownError: it is a payout, or to somebody who was never paid before.
    """
    if until is None or now_ms >= until:
        return
    if facts.kind == PAYOUT or not (facts.is_known or facts.is_own or facts.is_trusted):
        raise cooling(until)


def cooling(until: TimestampMs) -> CoolDownError:
    """Return the refusal of what has to wait."""
    message = "A way to prove who you are was set by password a short time ago. This has to wait."
    return CoolDownError(message, **{"org.courtyard.until": until})


def wrong_with(
    proof: Proof | None, user_id: str, intent: Intent, now_ms: TimestampMs
) -> str | None:
    """Say what is wrong with a proof for a payment; None: nothing. Somebody else's is as unknown as none."""
    if proof is None or proof.user_id != user_id:
        return "unknown"
    if proof.used_by is not None:
        return "used"
    if proof.answered_at is None:
        return "unanswered"
    if now_ms >= proof.expires_at:
        return "expired"
    if digest(proof.nonce, intent) != proof.digest:
        return "other_payment"
    return None


def is_in_force(block: Block, now_ms: TimestampMs) -> bool:
    """Tell whether a block stops payments now. One that nobody reviewed in time has ended, with no job run."""
    is_overdue = block.review_at is not None and now_ms >= block.review_at
    return block.ended_at is None and not is_overdue


def stops(block: Block, kind: str) -> bool:
    """Tell whether a block stops this kind of payment. A payout is stopped only for security or by a court."""
    return kind != PAYOUT or block.reason in ("security", "court_order")


def check_blocks(blocks: list[Block], kind: str, now_ms: TimestampMs) -> None:
    """Say whether a wallet may pay.

    Raises:
        BlockedError: a block stops it; the answer tells everything about it.
    """
    for block in blocks:
        if is_in_force(block, now_ms) and stops(block, kind):
            message = f"This wallet cannot pay now: {block.words}"
            raise BlockedError(message, **{"org.courtyard.block": show_block(block, now_ms)})


def show_block(block: Block, now_ms: TimestampMs) -> dict[str, Any]:
    """Return a block as its owner may read it: who of the operators began it is the operators'."""
    is_mine = block.begun_by == block.user_id
    return {
        "id": block.id,
        "reason": block.reason,
        "words": block.words,
        "by": "owner" if is_mine else "operator",
        "begun_at": block.begun_at,
        "review_at": block.review_at,
        "ended_at": block.ended_at,
        "in_force": is_in_force(block, now_ms),
    }


def check_reversible(kind: str, *, is_under_way: bool) -> None:
    """Say whether a journal of a kind may be corrected.

    Raises:
        NotReversibleError: it may not.
    """
    if is_under_way:
        message = "This is money under way: it ends by itself. Reverse what ended it."
        raise NotReversibleError(message)
    if kind not in REVERSIBLE:
        message = f"A journal of the kind {kind} cannot be reversed."
        raise NotReversibleError(message)


def check_reversal_approval(reversal: Reversal, by: str) -> None:
    """Say whether somebody may approve a reversal.

    Raises:
        EndedError: it was approved. NotReversibleError: by who proposed it.
    """
    if reversal.approved_by is not None:
        raise ended("approved")
    if reversal.proposed_by == by:
        message = "A reversal needs two operators: somebody else must approve it."
        raise NotReversibleError(message)


def tries_left(pin: Pin) -> int:
    """Return how often a PIN may still be given wrong."""
    return PIN_TRIES - pin.wrong


def next_run(run: Run, amount: int, reason: str, *, is_proven: bool) -> Run | None:
    """Return the small payments since the last proof, after one more payment; None: they are the same."""
    if is_proven:
        return Run(count=0, total=0) if run.count else None
    if reason != "low_value":
        return None
    return Run(count=run.count + 1, total=run.total + amount)
