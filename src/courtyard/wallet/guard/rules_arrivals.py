"""How long payments take to arrive, and who may stop one. Pure: no clock, no chance, no database."""

from typing import Any

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.wallet.errors import NotIndependentError
from courtyard.wallet.guard.model import DELAYS_MS, BlockReason, Delay, Stop
from courtyard.wallet.model import Offer
from courtyard.wallet.rules import ended, later


def parse_delay(value: object) -> int:
    """Read a delay in milliseconds.

    Raises:
        InvalidParamError: it is none of `DELAYS_MS`.
    """
    # `True` is no number of milliseconds, though Python takes it for 1.
    if type(value) is not int or value not in DELAYS_MS:
        message = "`delay_ms` is 0, 7200000 (two hours) or 86400000 (a day)."
        raise InvalidParamError(message)
    return value


def delay_in_force(delay: Delay, now_ms: TimestampMs) -> int:
    """Return how long a payment made now takes to arrive."""
    if delay.next_ms is not None and delay.next_at is not None and now_ms >= delay.next_at:
        return delay.next_ms
    return delay.delay_ms


def chosen(delay: Delay, wanted_ms: int, now_ms: TimestampMs) -> Delay:
    """Return a setting after its owner chose.

    More is in force at once. Less waits for as long as the delay was: whoever took an account over in this moment cannot make
    use of it before its owner could have noticed.
    """
    present = delay_in_force(delay, now_ms)
    if wanted_ms >= present:
        return Delay(user_id=delay.user_id, delay_ms=wanted_ms)
    if delay.next_ms == wanted_ms and present != delay.next_ms:
        # Asked for already: to ask again does not make it later.
        return delay
    next_at = TimestampMs(now_ms + present)
    return Delay(user_id=delay.user_id, delay_ms=present, next_ms=wanted_ms, next_at=next_at)


def show_delay(delay: Delay, now_ms: TimestampMs) -> dict[str, Any]:
    """Return a setting as its owner sees it."""
    present = delay_in_force(delay, now_ms)
    is_waiting = delay.next_ms is not None and present != delay.next_ms
    later = {"delay_ms": delay.next_ms, "begins_at": delay.next_at} if is_waiting else None
    return {"delay_ms": present, "next": later}


def is_stopped(stop: Stop, now_ms: TimestampMs) -> bool:
    """Tell whether a stop is in force now. One that nobody reviewed in time has ended, with no job run."""
    return stop.ended_at is None and now_ms < stop.review_at


def begins_at(before: Stop | None, now_ms: TimestampMs) -> TimestampMs:
    """Return when a stop begins that follows another one: the newest stop of a payment is the one that counts."""
    return later(None if before is None else before.begun_at, now_ms)


def check_wish(offer: Offer, reason: BlockReason) -> None:
    """Say whether a payment may be stopped for a reason: at its owner's wish only if they said so themselves.

    Raises:
        InvalidParamError: they did not.
    """
    if reason == "owner_request" and offer.recalled_at is None:
        message = "Who sent this did not ask for it back: `owner_request` is theirs to wish."
        raise InvalidParamError(message)


def check_stop(stop: Stop, now_ms: TimestampMs) -> None:
    """Say whether a stop can be reviewed or ended.

    Raises:
        EndedError: it has ended, or its review is overdue.
    """
    if not is_stopped(stop, now_ms):
        raise ended(stop.outcome or "reviewed")


def check_return(stop: Stop, by: UserId) -> None:
    """Say whether somebody may send stopped money back: two operators are needed, so not who stopped it.

    Raises:
        NotIndependentError: they stopped it.
    """
    if stop.begun_by == by:
        message = "This needs two operators: somebody else must send the money back."
        raise NotIndependentError(message)


def arrival(was_at: TimestampMs, review_at: TimestampMs) -> TimestampMs:
    """Return when a stopped payment arrives if nobody does anything: at the review, and never earlier than without the stop."""
    return max(was_at, review_at)


def released(stop: Stop, now_ms: TimestampMs) -> TimestampMs:
    """Return when a payment arrives whose stop ends now."""
    return max(stop.was_at, now_ms)


def show_stop(stop: Stop, now_ms: TimestampMs, *, is_under_way: bool) -> dict[str, Any]:
    """Return a stop as both sides of the payment may read it: who of the operators decided it is the operators'."""
    return {
        "id": stop.id,
        "reason": stop.reason,
        "words": stop.words,
        "begun_at": stop.begun_at,
        "review_at": stop.review_at,
        "ended_at": stop.ended_at,
        "outcome": stop.outcome,
        "in_force": is_under_way and is_stopped(stop, now_ms),
    }


def later_review(stop: Stop, review_at: TimestampMs) -> Stop:
    """Return a stop with another review; both sides are not told anew, they read it."""
    return msgspec.structs.replace(stop, review_at=review_at)
