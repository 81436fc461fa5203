"""The brake on mass sanctions.

A few hundred accounts were once taken away in an hour for one photo. Here the first few decisions under one rule or topic pass;
the others wait until a person outside the chain of decision has looked, and the log says in public that it happened.
"""

from collections.abc import Iterable

import msgspec

from courtyard.base.ids import UserId
from courtyard.conduct.model import DAY_MS, Decision, Proposal

WINDOW_MS = DAY_MS


class Burst(msgspec.Struct, frozen=True, kw_only=True):
    """More suspensions and blocks than the rules allow within a day.

    Attributes:
        of: the rule or topic they have in common.
        decisions: those of the last day.
    """

    of: str
    decisions: tuple[Decision, ...]


def is_heavy(measure_types: Iterable[str]) -> bool:
    """Tell whether these measures are what the brake is for."""
    return bool({"suspension", "block"} & set(measure_types))


def burst(
    proposal: Proposal, recent: Iterable[Decision], burst_max: int, now_ms: int
) -> Burst | None:
    """Return the burst that a proposal would be part of, or None.

    Args:
        proposal: what is about to be issued.
        recent: issued decisions, of any account; those that are too old or too light are not counted.
        burst_max: how many the published rules let pass in a day.
        now_ms: the time.
    """
    if not is_heavy(measure.type for measure in proposal.measures):
        return None
    counted = [
        decision
        for decision in recent
        if now_ms - WINDOW_MS < decision.issued_at
        and is_heavy(measure.type for measure in decision.measures)
    ]
    for reason in (proposal.rule_id, *proposal.topics):
        alike = tuple(one for one in counted if reason in (one.rule_id, *one.topics))
        if len(alike) >= burst_max:
            return Burst(of=reason, decisions=alike)
    return None


def chain(burst: Burst) -> frozenset[UserId | None]:
    """Return everybody who decided in a burst: none of them can release what it holds."""
    return frozenset(
        person
        for decision in burst.decisions
        for person in (decision.proposer, decision.approver, decision.confirmer)
    )
