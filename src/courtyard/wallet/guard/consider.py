"""What the guard knows of a payment that is about to be made, and what it says to it. Nothing is written here."""

import msgspec

from courtyard.accounts.devices import get_device
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.storage.tx import ReadTx
from courtyard.wallet.errors import UnknownCurrencyError
from courtyard.wallet.guard import rules, store, store_operators
from courtyard.wallet.guard.model import NEW_DEVICE_MS, Facts, Method, Policy, Verdict
from courtyard.wallet.model import DAY_MS, Intent, Payer


class Considered(msgspec.Struct, frozen=True, kw_only=True):
    """The facts about a payment, the numbers that apply (in minor units; None: none do), and what follows.

    `day` is read from the clock once: what is checked for a day is counted for the same. `limits` is what it was held against,
    `used` what was used of its limits.
    """

    day: int
    facts: Facts
    policy: Policy | None
    used: dict[str, int]
    limits: dict[str, int]
    verdict: Verdict


def consider(tx: ReadTx, payer: Payer, intent: Intent) -> Considered:
    """Say whether a payment needs a proof.

    Raises, in this order:
        UnknownCurrencyError; BlockedError; CoolDownError; LimitReachedError: no proof would help.
    """
    now_ms = tx.now_ms()
    day = now_ms // DAY_MS
    look = store.look(tx, payer.user_id, intent.payee, intent.currency, day)
    if look is None:
        message = "This server has no such currency."
        raise UnknownCurrencyError(message)
    if look.may_be_blocked:
        open_blocks = store_operators.open_blocks(tx, payer.user_id)
        rules.check_blocks(open_blocks, intent.kind, now_ms)
    facts = _facts(tx, payer, intent, look, now_ms)
    rules.check_cool_down(look.cool_until, facts, now_ms)
    whole = rules.POLICIES[look.kind]
    policy = None if whole is None else rules.in_minor(whole, look.scale)
    verdict = rules.decide(facts, policy)
    # With the stronger factor, as long as it is not known which will be used.
    method = rules.best_method(facts) if verdict.needed else None
    limits = rules.day_limits(facts, policy, method)
    found = Considered(
        day=day, facts=facts, policy=policy, used=look.used, limits=limits, verdict=verdict
    )
    check_limits(found, limits)
    return found


def _facts(
    tx: ReadTx, payer: Payer, intent: Intent, look: store.Look, now_ms: TimestampMs
) -> Facts:
    has_factor = look.has_pin or look.has_passkey
    return Facts(
        kind=intent.kind,
        amount=intent.amount,
        is_own=intent.payee == payer.user_id,
        is_trusted=look.is_trusted,
        is_known=look.is_known,
        has_pin=look.has_pin,
        has_passkey=look.has_passkey,
        # Without a factor the limit is lower still, whatever the device.
        is_new_device=has_factor and _is_new(tx, payer, now_ms),
        run=look.run,
    )


def _is_new(tx: ReadTx, payer: Payer, now_ms: TimestampMs) -> bool:
    try:
        device = get_device(tx, payer.user_id, payer.device_id)
    except NotFoundError:
        # Logged out since the request came in.
        return True
    return now_ms < device.created_at + NEW_DEVICE_MS


def check_limits(found: Considered, limits: dict[str, int]) -> None:
    """Say whether a payment is within the limits for its day (UTC).

    Raises:
        LimitReachedError: it is not.
    """
    for rule, most in limits.items():
        rules.check_day(rule, found.used[rule], found.facts.amount, most, found.day)


def methods(tx: ReadTx, user_id: UserId) -> list[Method]:
    """Return how somebody can prove that it is they now: a locked PIN is none."""
    pin = store.pin(tx, user_id)
    found: list[Method] = []
    if pin is not None and rules.tries_left(pin) > 0:
        found.append("pin")
    if store.passkeys(tx, user_id):
        found.append("passkey")
    return found
