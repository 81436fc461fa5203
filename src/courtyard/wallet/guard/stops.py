"""Payments on their way that operators stop, for the reasons for which a wallet is blocked and by the same rules.

A stop names its reason, in words for both sides, and when it is reviewed. What nobody reviewed in time has ended, and the money arrives. One
operator stops a payment or lets it go; to send the money back needs a second one, like every correction. At its sender's wish a payment
is stopped only if they asked for it back (`offers.recall`): alone they cannot stop what they began.
"""

import secrets
from typing import Any, Final

import msgspec

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import ForbiddenError, InvalidParamError, NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger, store_people
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet.expire import end_offer
from courtyard.wallet.guard import rules_arrivals, store_arrivals
from courtyard.wallet.guard.model import (
    REVIEW_DAYS_MAX,
    BlockReason,
    Stop,
    StopId,
    StopOutcome,
)
from courtyard.wallet.guard.words import stop_words
from courtyard.wallet.model import DAY_MS, JournalId, Offer, OfferId
from courtyard.wallet.proposals import check_operator

SHOWN_MAX = 100
WORDS_CHARS_MAX = 1_000
STOP: Final = "stop payments"
NO_PAYMENT = "There is no such payment."
NO_STOP = "There is no such stop."


def begin(tx: WriteTx, by: UserId, id: OfferId, reason: BlockReason, words: str, days: int) -> Stop:
    """Stop a payment that is on its way, until a review.

    Args:
        words: why, for both sides to read.
        days: until the review: 1 to `REVIEW_DAYS_MAX`.

    Raises, in this order:
        ForbiddenError: `by` is no operator, or one of the two sides. NotFoundError: there is no such payment.
        InvalidParamError: no words, a review too far away, or `owner_request` where its sender did not ask.
        EndedError: it is not on its way, or stopped already.
    """
    check_operator(tx, by, STOP)
    offer = store_people.offer(tx, id)
    if offer is None:
        raise NotFoundError(NO_PAYMENT)
    _check_stranger(offer, by)
    if not words.strip() or len(words) > WORDS_CHARS_MAX:
        message = f"Say why, in 1 to {WORDS_CHARS_MAX} characters: both sides read it."
        raise InvalidParamError(message)
    review_at = _review(tx, days)
    rules_arrivals.check_wish(offer, reason)
    now_ms = tx.now_ms()
    wallet_rules.check_on_its_way(offer, now_ms)
    before = store_arrivals.newest_stop_of(tx, id)
    if before is not None and rules_arrivals.is_stopped(before, now_ms):
        raise wallet_rules.ended("stopped")
    assert offer.arrives_at is not None
    made = Stop(
        id=StopId(f"a_{secrets.token_hex(8)}"),
        offer=id,
        reason=reason,
        words=words.strip(),
        begun_by=by,
        begun_at=rules_arrivals.begins_at(before, now_ms),
        was_at=offer.arrives_at,
        review_at=review_at,
        ended_at=None,
        ended_by=None,
        outcome=None,
        told_at=None,
    )
    store_arrivals.add_stop(tx, made)
    store_people.set_arrival(tx, id, rules_arrivals.arrival(made.was_at, review_at))
    return made


def review(tx: WriteTx, by: UserId, id: StopId, days: int) -> Stop:
    """Let a stop last until another review: its reason is still there.

    Raises:
        ForbiddenError: `by` is no operator, or one of the two sides. NotFoundError; EndedError: it has ended, or its review is
            overdue. InvalidParamError: the review is too far away.
    """
    stop, offer = _open(tx, by, id)
    changed = rules_arrivals.later_review(stop, _review(tx, days))
    store_arrivals.set_stop(tx, changed)
    store_people.set_arrival(tx, offer.id, rules_arrivals.arrival(stop.was_at, changed.review_at))
    return changed


def release(tx: WriteTx, by: UserId, id: StopId) -> Stop:
    """End a stop: its reason is gone. The money arrives when it would have, or now if that is over.

    Raises:
        ForbiddenError, NotFoundError, EndedError: as `review`.
    """
    stop, offer = _open(tx, by, id)
    store_people.set_arrival(tx, offer.id, rules_arrivals.released(stop, tx.now_ms()))
    return _end(tx, stop, by, "released")


def send_back(tx: WriteTx, by: UserId, id: StopId) -> Stop:
    """Send stopped money back to who sent it. The stop was the first operator's word; this is the second one's.

    Raises:
        ForbiddenError, NotFoundError, EndedError: as `review`. NotIndependentError: by who stopped it.
    """
    stop, offer = _open(tx, by, id)
    rules_arrivals.check_return(stop, by)
    done = _end(tx, stop, by, "returned")
    back = ledger.open_account(tx, "user", offer.sender, offer.currency)
    ledger.transfer(
        tx,
        admit(tx, by, Action.SETTLE_PAYMENT),
        JournalId(f"{offer.id}.returned"),
        "transfer_returned",
        offer.id,
        [ledger.Move(offer.escrow, back.id, offer.amount)],
    )
    # In the room it is told in the sender's name, like everything that comes back: operators are no members.
    end_offer(tx, admit(tx, offer.sender, Action.SETTLE_PAYMENT), offer, "returned")
    return done


def newest(tx: ReadTx) -> list[Stop]:
    """Return the newest stops."""
    return store_arrivals.newest_stops(tx, SHOWN_MAX)


def on_their_way(tx: ReadTx) -> list[Offer]:
    """Return payments on their way, the next to arrive first."""
    return store_people.on_their_way(tx, tx.now_ms(), SHOWN_MAX)


def shown(tx: ReadTx, offer: Offer) -> dict[str, Any] | None:
    """Return the newest stop of a payment as both sides may read it; None: nobody stopped it."""
    found = None if offer.arrives_at is None else store_arrivals.newest_stop_of(tx, offer.id)
    if found is None:
        return None
    # It holds nothing any more when its recipient gave the money back.
    is_under_way = offer.state == "arriving"
    return rules_arrivals.show_stop(found, tx.now_ms(), is_under_way=is_under_way)


def tell_some(tx: WriteTx, limit: int) -> list[tuple[UserId, str, dict[str, object]]]:
    """Return whom to tell what of stops that nobody was told of, and note that they were told."""
    now_ms = tx.now_ms()
    told: list[tuple[UserId, str, dict[str, object]]] = []
    for stop in store_arrivals.untold_stops(tx, limit):
        offer = store_people.offer(tx, stop.offer)
        assert offer is not None
        details: dict[str, object] = {
            "org.courtyard.payment": offer.id,
            "org.courtyard.stop": shown(tx, offer),
        }
        told += [
            (who, stop_words(stop), details)
            for who in (offer.sender, offer.recipient)
            if account_is_active(tx, who)
        ]
        store_arrivals.set_stop(tx, msgspec.structs.replace(stop, told_at=now_ms))
    return told


def _open(tx: ReadTx, by: UserId, id: StopId) -> tuple[Stop, Offer]:
    check_operator(tx, by, STOP)
    stop = store_arrivals.stop(tx, id)
    if stop is None:
        raise NotFoundError(NO_STOP)
    offer = store_people.offer(tx, stop.offer)
    assert offer is not None
    _check_stranger(offer, by)
    rules_arrivals.check_stop(stop, tx.now_ms())
    # Its recipient may have given it back meanwhile.
    wallet_rules.check_on_its_way(offer, tx.now_ms())
    return stop, offer


def _check_stranger(offer: Offer, by: UserId) -> None:
    if by in (offer.sender, offer.recipient):
        message = "Nobody decides as an operator about a payment of their own."
        raise ForbiddenError(message)


def _end(tx: WriteTx, stop: Stop, by: UserId, outcome: StopOutcome) -> Stop:
    ended_at = max(tx.now_ms(), stop.begun_at)
    done = msgspec.structs.replace(
        stop, ended_at=ended_at, ended_by=by, outcome=outcome, told_at=None
    )
    store_arrivals.set_stop(tx, done)
    return done


def _review(tx: ReadTx, days: int) -> TimestampMs:
    if not 1 <= days <= REVIEW_DAYS_MAX:
        message = f"A stop is reviewed after 1 to {REVIEW_DAYS_MAX} days."
        raise InvalidParamError(message)
    return TimestampMs(tx.now_ms() + days * DAY_MS)
