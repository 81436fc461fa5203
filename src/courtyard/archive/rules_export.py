"""When an export begins, fails, is tried again, is ready and ends: decisions without a database or a clock.

Nothing here refuses an export: what fails is tried again, for as long as it takes.
"""

from collections.abc import Sequence
from typing import Final

from courtyard.archive.model import Export, Part, State, Step
from courtyard.base.ids import TimestampMs

FRESH_MS: Final = 3_600_000
"""How old a finished archive must be before a new one takes its place. Published in docs/limits.md."""
LIFETIME_MS: Final = 7 * 24 * 3_600_000
"""How long a finished archive can be fetched."""
RETRY_FIRST_MS: Final = 15_000
RETRY_LAST_MS: Final = 3_600_000

_STEPS: Final = {
    (State.REQUESTED, Step.BEGIN): State.BUILDING,
    # A build that a crash cut short begins anew.
    (State.BUILDING, Step.BEGIN): State.BUILDING,
    (State.BUILDING, Step.FINISH): State.READY,
    (State.BUILDING, Step.FAIL): State.REQUESTED,
    (State.REQUESTED, Step.FAIL): State.REQUESTED,
}


def after(state: State, step: Step) -> State | None:
    """Return the state that a step leads to; None where it leads nowhere, and nothing is to be done."""
    return _STEPS.get((state, step))


def state_now(export: Export, parts: Sequence[Part], now: TimestampMs) -> State:
    """Return the state that people are told. A finished archive ends by the clock, whether or not it is deleted yet."""
    if export.state is not State.READY or export.expires_at is None:
        return export.state
    if export.expires_at <= now:
        return State.EXPIRED
    if parts and all(part.is_downloaded for part in parts):
        return State.DOWNLOADED
    return State.READY


def renewable_at(export: Export) -> TimestampMs | None:
    """Return from when on a new archive can be asked for; None while this one is under way."""
    if export.state is not State.READY or export.ready_at is None:
        return None
    return TimestampMs(export.ready_at + FRESH_MS)


def stands(export: Export, now: TimestampMs, *, limits: bool) -> bool:
    """Tell whether a repeated wish is answered with this export, and no new one is begun.

    Args:
        limits: whether the published limits apply.
    """
    renewable = renewable_at(export)
    if renewable is None:
        return True
    return limits and now < renewable


def retry_delay_ms(attempts: int) -> int:
    """Return how long to wait after a build has failed so many times: longer each time, up to an hour."""
    doublings = min(max(attempts - 1, 0), 16)
    return min(RETRY_FIRST_MS << doublings, RETRY_LAST_MS)
