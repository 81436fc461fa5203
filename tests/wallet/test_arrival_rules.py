"""How long payments take to arrive, and who may stop one: the rules alone, at the millisecond."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.wallet import rules
from courtyard.wallet.errors import EndedError, ExpiredError, NotIndependentError
from courtyard.wallet.guard import rules_arrivals
from courtyard.wallet.guard.model import DELAYS_MS, Delay, Stop, StopId
from courtyard.wallet.model import Offer, OfferId
from tests.wallet.test_rules import OFFER

T = TimestampMs
ALICE = UserId("@a:x")
_, TWO_HOURS, DAY = DELAYS_MS
ARRIVING = msgspec.structs.replace(OFFER, state="arriving", delay_ms=TWO_HOURS, arrives_at=T(1_000))
STOP = Stop(
    id=StopId("a_1"),
    offer=OfferId("t"),
    reason="security",
    words="Why.",
    begun_by=UserId("@op1:x"),
    begun_at=T(10),
    was_at=T(1_000),
    review_at=T(500),
    ended_at=None,
    ended_by=None,
    outcome=None,
    told_at=None,
)


def delay(delay_ms: int, *later: int) -> Delay:
    next_ms, next_at = later or (None, None)
    return Delay(user_id=ALICE, delay_ms=delay_ms, next_ms=next_ms, next_at=next_at)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", DELAYS_MS)
def test_a_delay_is_read(value: int) -> None:
    assert rules_arrivals.parse_delay(value) == value


@pytest.mark.parametrize("value", [1, -1, DAY + 1, "0", None, True, False, 0.0, [0]])
def test_what_is_no_delay(value: object) -> None:
    with pytest.raises(InvalidParamError):
        rules_arrivals.parse_delay(value)


@pytest.mark.parametrize(
    "before,wanted,after",
    [
        # More, and the same, at once.
        (delay(0), 0, delay(0)),
        (delay(0), DAY, delay(DAY)),
        (delay(TWO_HOURS), DAY, delay(DAY)),
        # Less, after what was in force.
        (delay(DAY), 0, delay(DAY, 0, 50 + DAY)),
        (delay(TWO_HOURS), 0, delay(TWO_HOURS, 0, 50 + TWO_HOURS)),
        # Asked for again: not later. Something else: from now on.
        (delay(DAY, 0, 60), 0, delay(DAY, 0, 60)),
        (delay(DAY, 0, 60), TWO_HOURS, delay(DAY, TWO_HOURS, 50 + DAY)),
        # Not wanted any more.
        (delay(DAY, 0, 60), DAY, delay(DAY)),
        # What was asked for is in force by now; then it is the one that counts.
        (delay(DAY, TWO_HOURS, 50), TWO_HOURS, delay(TWO_HOURS)),
        (delay(DAY, TWO_HOURS, 50), 0, delay(TWO_HOURS, 0, 50 + TWO_HOURS)),
        (delay(DAY, 0, 50), TWO_HOURS, delay(TWO_HOURS)),
    ],
)
def test_less_waits_for_what_was_in_force(before: Delay, wanted: int, after: Delay) -> None:
    assert rules_arrivals.chosen(before, wanted, T(50)) == after


def test_a_setting_in_force_by_the_clock() -> None:
    lowered = delay(DAY, 0, 60)
    assert rules_arrivals.delay_in_force(lowered, T(59)) == DAY
    assert rules_arrivals.delay_in_force(lowered, T(60)) == 0
    assert rules_arrivals.show_delay(lowered, T(59)) == {
        "delay_ms": DAY,
        "next": {"delay_ms": 0, "begins_at": 60},
    }
    assert rules_arrivals.show_delay(lowered, T(60)) == {"delay_ms": 0, "next": None}
    assert rules_arrivals.show_delay(delay(DAY), T(60)) == {"delay_ms": DAY, "next": None}


def test_a_payment_arrives_by_the_clock() -> None:
    assert [rules.offer_state(ARRIVING, T(at)) for at in (999, 1_000, 1_001)] == [
        "arriving",
        "accepted",
        "accepted",
    ]
    assert not rules.has_arrived(OFFER, T(99))
    assert not rules.has_arrived(msgspec.structs.replace(ARRIVING, state="accepted"), T(1_001))


@pytest.mark.parametrize(
    "offer,at,error",
    [
        (OFFER, 99, None),
        (OFFER, 100, ExpiredError),
        (ARRIVING, 999, None),
        (ARRIVING, 1_000, EndedError),
        (msgspec.structs.replace(ARRIVING, state="returned"), 5, EndedError),
    ],
)
def test_until_when_it_can_be_given_back(offer: Offer, at: int, error: Any) -> None:
    if error is None:
        rules.check_offer_under_way(offer, T(at))
    else:
        with pytest.raises(error):
            rules.check_offer_under_way(offer, T(at))


@pytest.mark.parametrize(
    "offer,at,state",
    [(OFFER, 99, "pending"), (OFFER, 100, "expired"), (ARRIVING, 1_000, "accepted")],
)
def test_what_is_not_on_its_way(offer: Offer, at: int, state: str) -> None:
    rules.check_on_its_way(ARRIVING, T(999))
    with pytest.raises(EndedError) as refused:
        rules.check_on_its_way(offer, T(at))
    assert refused.value.extra == {"org.courtyard.state": state}


@pytest.mark.parametrize(
    "before,now_ms,begins", [(None, 5, 5), (STOP, 11, 11), (STOP, 10, 11), (STOP, 3, 11)]
)
def test_a_stop_begins_after_the_one_before(before: Stop | None, now_ms: int, begins: int) -> None:
    assert rules_arrivals.begins_at(before, T(now_ms)) == begins


def test_a_stop_ends_at_its_review() -> None:
    assert rules_arrivals.is_stopped(STOP, T(499))
    assert not rules_arrivals.is_stopped(STOP, T(500))
    ended = msgspec.structs.replace(STOP, ended_at=T(20), outcome="released")
    assert not rules_arrivals.is_stopped(ended, T(499))
    rules_arrivals.check_stop(STOP, T(499))
    for stop, state in ((STOP, "reviewed"), (ended, "released")):
        with pytest.raises(EndedError) as refused:
            rules_arrivals.check_stop(stop, T(500))
        assert refused.value.extra == {"org.courtyard.state": state}


def test_what_a_stop_shows() -> None:
    shown = rules_arrivals.show_stop(STOP, T(499), is_under_way=True)
    assert shown["in_force"]
    assert "begun_by" not in shown
    assert not rules_arrivals.show_stop(STOP, T(499), is_under_way=False)["in_force"]
    assert not rules_arrivals.show_stop(STOP, T(500), is_under_way=True)["in_force"]


def test_who_may_wish_and_who_may_send_back() -> None:
    rules_arrivals.check_wish(ARRIVING, "court_order")
    rules_arrivals.check_wish(msgspec.structs.replace(ARRIVING, recalled_at=T(5)), "owner_request")
    with pytest.raises(InvalidParamError):
        rules_arrivals.check_wish(ARRIVING, "owner_request")
    rules_arrivals.check_return(STOP, UserId("@op2:x"))
    with pytest.raises(NotIndependentError):
        rules_arrivals.check_return(STOP, STOP.begun_by)


def test_when_stopped_money_arrives() -> None:
    assert rules_arrivals.arrival(T(1_000), T(500)) == 1_000
    assert rules_arrivals.arrival(T(1_000), T(2_000)) == 2_000
    assert rules_arrivals.released(STOP, T(20)) == 1_000
    assert rules_arrivals.released(STOP, T(1_500)) == 1_500
    assert rules_arrivals.later_review(STOP, T(700)).review_at == 700
