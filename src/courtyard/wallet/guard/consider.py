"""What the guard knows of a payment that is about to be made, and what it says to it. Nothing is written here."""

import msgspec

from courtyard.accounts.devices import get_device
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.storage.tx import ReadTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as ledger_store
from courtyard.wallet.guard import rules, store, store_operators
from courtyard.wallet.guard.model import DAY_MS, NEW_DEVICE_MS, Facts, Method, Policy, Verdict
from courtyard.wallet.model import Intent, Payer


class Considered(msgspec.Struct, frozen=True, kw_only=True):
    """The facts about a payment, the numbers that apply (in minor units; None: none do), and what follows.

    `day` is read from the clock once: what is checked for a day is counted for the same.
    """

    day: int
    facts: Facts
    policy: Policy | None
    verdict: Verdict


def consider(tx: ReadTx, payer: Payer, intent: Intent) -> Considered:
    """Say whether a payment needs a proof.

    Raises, in this order:
        UnknownCurrencyError; BlockedError; CoolDownError; LimitReachedError: no proof would help.
    """
    found = wallet_rules.check_currency(ledger_store.currency(tx, intent.currency))
    now_ms = tx.now_ms()
    open_blocks = store_operators.open_blocks(tx, payer.user_id)
    rules.check_blocks(open_blocks, intent.kind, now_ms)
    facts = _facts(tx, payer, intent, now_ms)
    rules.check_cool_down(store.cool_down(tx, payer.user_id), facts, now_ms)
    whole = rules.POLICIES[found.kind]
    policy = None if whole is None else rules.in_minor(whole, found.scale)
    verdict = rules.decide(facts, policy)
    # With the stronger factor, as long as it is not known which will be used.
    method = rules.best_method(facts) if verdict.needed else None
    day = now_ms // DAY_MS
    check_limits(tx, payer.user_id, intent, rules.day_limits(facts, policy, method), day)
    return Considered(day=day, facts=facts, policy=policy, verdict=verdict)


def _facts(tx: ReadTx, payer: Payer, intent: Intent, now_ms: TimestampMs) -> Facts:
    who = payer.user_id
    payee = store.payee(tx, who, intent.payee)
    return Facts(
        kind=intent.kind,
        amount=intent.amount,
        is_own=intent.payee == who,
        is_trusted=payee is not None and payee.trusted_at is not None,
        is_known=payee is not None and payee.paid_at is not None,
        has_pin=store.pin(tx, who) is not None,
        has_passkey=bool(store.passkeys(tx, who)),
        is_new_device=_is_new(tx, payer, now_ms),
        run=store.run(tx, who, intent.currency),
    )


def _is_new(tx: ReadTx, payer: Payer, now_ms: TimestampMs) -> bool:
    try:
        device = get_device(tx, payer.user_id, payer.device_id)
    except NotFoundError:
        # Logged out since the request came in.
        return True
    return now_ms < device.created_at + NEW_DEVICE_MS


def check_limits(
    tx: ReadTx, user_id: UserId, intent: Intent, limits: dict[str, int], day: int
) -> None:
    """Say whether a payment is within the limits for a day (UTC).

    Raises:
        LimitReachedError: it is not.
    """
    for rule, most in limits.items():
        before = store.used(tx, user_id, intent.currency, rule, day)
        rules.check_day(rule, before, intent.amount, most, day)


def methods(tx: ReadTx, user_id: UserId) -> list[Method]:
    """Return how somebody can prove that it is they now: a locked PIN is none."""
    pin = store.pin(tx, user_id)
    found: list[Method] = []
    if pin is not None and rules.tries_left(pin) > 0:
        found.append("pin")
    if store.passkeys(tx, user_id):
        found.append("passkey")
    return found
