"""The gate's decision, as pure functions: what is in force, and how a refusal is told."""

from collections.abc import Iterable, Sequence

from courtyard.base.ids import UserId
from courtyard.gate.model import (
    NEVER_RESTRICTABLE,
    NO_CONTACT,
    RESTRICTABLE,
    WALLET,
    NeverRestrictableError,
    RestrictedError,
    Restriction,
    SuspendedError,
)
from courtyard.gate.model_withheld import Withholding


def in_force(restriction: Restriction | Withholding, now_ms: int) -> bool:
    """Tell whether a measure applies now. Nothing but the clock starts or ends it (P2)."""
    return restriction.starts_at <= now_ms < restriction.ends_at and (
        restriction.stayed_from is None or now_ms < restriction.stayed_from
    )


def check_restrictable(capability: str, *, by_wallet: bool) -> None:
    """Accept a capability that a decision of this class may take away.

    Args:
        capability: a name, for a no-contact order followed by `:@user:server`.
        by_wallet: whether the decision is one of the wallet's own against fraud.

    Raises:
        NeverRestrictableError: every other capability, unknown ones included.
    """
    name, _, target = capability.partition(":")
    if by_wallet:
        allowed = capability in WALLET
    elif target:
        allowed = name in NO_CONTACT and target.startswith("@")
    else:
        allowed = capability in RESTRICTABLE
    if not allowed:
        message = f"{capability!r} cannot be restricted by a decision of this class."
        raise NeverRestrictableError(message)


def find(
    restrictions: Iterable[Restriction], capability: str, target: UserId | None, now_ms: int
) -> Restriction | None:
    """Return the restriction in force of a capability that ends last, or None.

    A restriction of a never restrictable capability is not looked at, whatever put it into the database.

    Args:
        restrictions: the account's restrictions.
        capability: what the action needs.
        target: towards whom, for capabilities that a no-contact order can take away.
        now_ms: the time.
    """
    if capability in NEVER_RESTRICTABLE:
        return None
    if capability in NO_CONTACT:
        if target is None:
            return None
        capability = f"{capability}:{target}"
    found: Restriction | None = None
    for restriction in restrictions:
        if (
            restriction.capability == capability
            and in_force(restriction, now_ms)
            and (found is None or restriction.ends_at > found.ends_at)
        ):
            found = restriction
    return found


def refusal(
    found: Restriction, restrictions: Sequence[Restriction], now_ms: int
) -> RestrictedError:
    """Return the refusal that tells everything about a restriction.

    It is a suspension when the same decision takes away every restrictable capability now.
    """
    taken = {
        other.capability
        for other in restrictions
        if other.decision_id == found.decision_id and in_force(other, now_ms)
    }
    details: dict[str, object] = {
        "org.courtyard.capability": found.capability,
        "org.courtyard.decision": found.decision_id,
        "org.courtyard.ends_at": found.ends_at,
        "org.courtyard.rule": found.rule,
        "org.courtyard.statement": found.statement,
        "org.courtyard.appeal": found.appeal,
        "org.courtyard.appeal_until": found.appeal_until,
        "org.courtyard.proof": found.proof,
    }
    if taken >= RESTRICTABLE:
        message = (
            "You cannot do this while suspended. The decision, its end and how to appeal follow."
        )
        return SuspendedError(message, **details)
    message = "A decision restricts this for you. The decision, its end and how to appeal follow."
    return RestrictedError(message, **details)
