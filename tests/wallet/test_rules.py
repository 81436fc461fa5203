"""The rules by themselves."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.ids import EventId, RoomId, TimestampMs, UserId
from courtyard.base.money import AMOUNT_MINOR_MAX, AmountOutOfRangeError, Currency
from courtyard.wallet import rules, rules_split
from courtyard.wallet.errors import (
    BadAmountError,
    BadKeyError,
    BadSplitError,
    EndedError,
    ExpiredError,
    InsufficientFundsError,
    NotIndependentError,
    TooMuchError,
    UnknownCurrencyError,
)
from courtyard.wallet.model import (
    POSTED_MAX,
    Account,
    AccountId,
    CurrencyInfo,
    Hold,
    HoldId,
    Mint,
    MintId,
    Offer,
    OfferId,
    Packet,
    PacketId,
)

LEAF = Currency("LEAF")
T = TimestampMs


def account(posted: int, **changes: Any) -> Account:
    made = Account(
        id=AccountId("a"), owner_kind="user", owner="a", currency=LEAF,
        posted=posted, held=0, floor=0, seq=0, closed=0, no=1,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


OFFER = Offer(
    id=OfferId("t"), room_id=RoomId("!r"), sender=UserId("@a:x"), recipient=UserId("@b:x"),
    currency=LEAF, amount=1, delay_ms=0, arrives_at=None, recalled_at=None, escrow=AccountId("e"),
    state="pending", made_at=T(0), expires_at=T(100), ended_at=None, event_id=EventId("$e"),
)  # fmt: skip
PACKET = Packet(
    id=PacketId("p"), room_id=RoomId("!r"), sender=UserId("@a:x"), currency=LEAF, total=1, count=1,
    split="lucky", seed=b"s", escrow=AccountId("e"), state="open", made_at=T(0), expires_at=T(100),
    ended_at=None, event_id=EventId("$e"),
)  # fmt: skip


@pytest.mark.parametrize("value", ["1", "10", str(AMOUNT_MINOR_MAX)])
def test_an_amount_is_read(value: str) -> None:
    assert rules.parse_amount(value) == int(value)


@pytest.mark.parametrize(
    "value", ["", "0", "01", "-1", "+1", "1.0", "1e3", " 1", "1\n", "1_0", "\u0661", "one", 1, 1.0, True, None, []]
)  # fmt: skip
def test_what_is_no_amount(value: object) -> None:
    with pytest.raises(BadAmountError):
        rules.parse_amount(value)


@pytest.mark.parametrize("value", [str(AMOUNT_MINOR_MAX + 1), "9" * 1_000_000])
def test_an_amount_that_is_too_large(value: str) -> None:
    with pytest.raises(AmountOutOfRangeError):
        rules.parse_amount(value)


def test_a_key() -> None:
    assert rules.parse_key("k" * 128) == "k" * 128
    for bad in ("", "k" * 129, "\n", "ключ", None, 5):
        with pytest.raises(BadKeyError):
            rules.parse_key(bad)


def test_a_currency_is_known_or_not() -> None:
    known = CurrencyInfo(code=LEAF, kind="test", scale=2, name="Leaves", made_at=T(1))
    assert rules.check_currency(known) is known
    assert rules.check_new_currency("LEAF", "points", 0) == "LEAF"
    with pytest.raises(UnknownCurrencyError):
        rules.check_currency(None)


def test_a_transfer_at_its_bounds() -> None:
    rules.check_transfer(account(10), account(POSTED_MAX - 10), 10)
    rules.check_transfer(account(10, held=10), account(0), 10, released=10)
    rules.check_transfer(account(-5, floor=None), account(0), 10)
    with pytest.raises(InsufficientFundsError):
        rules.check_transfer(account(10), account(0), 11)
    with pytest.raises(InsufficientFundsError):
        rules.check_transfer(account(10, held=1), account(0), 10)
    with pytest.raises(TooMuchError):
        rules.check_transfer(account(10), account(POSTED_MAX - 9), 10)
    with pytest.raises(TooMuchError):
        rules.check_transfer(account(-POSTED_MAX, floor=None), account(0), 1)


def test_an_overdraft_is_a_lower_floor() -> None:
    rules.check_transfer(account(0, floor=-10), account(0), 10)
    with pytest.raises(InsufficientFundsError):
        rules.check_transfer(account(0, floor=-10), account(0), 11)


def test_a_hold_until_its_end() -> None:
    hold = Hold(
        id=HoldId("h"),
        account=AccountId("a"),
        amount=10,
        captured=0,
        state="open",
        expires_at=T(100),
    )
    rules.check_capture(hold, 10, T(99))
    with pytest.raises(InsufficientFundsError):
        rules.check_capture(hold, 11, T(99))
    with pytest.raises(ExpiredError):
        rules.check_capture(hold, 10, T(100))
    for state, error in (
        ("captured", EndedError),
        ("voided", EndedError),
        ("expired", ExpiredError),
    ):
        with pytest.raises(error):
            rules.check_hold_open(msgspec.structs.replace(hold, state=state), T(99))


def test_an_end_by_the_clock() -> None:
    rules.check_offer_open(OFFER, T(99))
    rules.check_packet_open(PACKET, T(99))
    with pytest.raises(ExpiredError):
        rules.check_offer_open(OFFER, T(100))
    with pytest.raises(ExpiredError):
        rules.check_packet_open(PACKET, T(100))
    # What ended before stays so.
    with pytest.raises(EndedError):
        rules.check_offer_open(msgspec.structs.replace(OFFER, state="accepted"), T(100))
    with pytest.raises(EndedError):
        rules.check_packet_open(msgspec.structs.replace(PACKET, state="finished"), T(100))


def test_an_approval() -> None:
    mint = Mint(
        id=MintId("m"), currency=LEAF, user_id=UserId("@a:x"), amount=1, proposed_by=UserId("@o:x"),
        proposed_at=T(1), approved_by=None, approved_at=None,
    )  # fmt: skip
    rules.check_approval(mint, "@p:x")
    with pytest.raises(NotIndependentError):
        rules.check_approval(mint, "@o:x")
    with pytest.raises(EndedError):
        rules.check_approval(msgspec.structs.replace(mint, approved_by=UserId("@p:x")), "@q:x")


def test_what_is_left_over_goes_to_the_largest_remainders_then_to_the_first() -> None:
    assert rules_split.largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert rules_split.largest_remainder(101, [1, 1, 1]) == [34, 34, 33]
    assert rules_split.largest_remainder(10, [1, 5, 3]) == [1, 6, 3]
    assert rules_split.largest_remainder(5, [1]) == [5]
    for total, weights in (
        (2, [1, 1, 1]),
        (10, []),
        (1_000, [1] * 101),
        (10, [0, 1]),
        (9, [10_001]),
    ):
        with pytest.raises(BadSplitError):
            rules_split.largest_remainder(total, weights)


SEEDS = st.binary(min_size=32, max_size=32)


@given(st.integers(1, AMOUNT_MINOR_MAX), st.lists(st.integers(1, 10_000), min_size=1, max_size=100))
def test_a_split_loses_nothing_and_is_fair_to_a_unit(total: int, weights: list[int]) -> None:
    try:
        parts = rules_split.largest_remainder(total, weights)
    except BadSplitError:
        assert total * min(weights) < sum(weights)
        return
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(st.integers(1, 100), st.integers(0, 10**6), SEEDS)
def test_lucky_shares_are_at_least_one_and_add_up(count: int, more: int, seed: bytes) -> None:
    found = rules_split.shares(count + more, count, "lucky", seed)
    assert len(found) == count
    assert min(found) >= 1
    assert sum(found) == count + more
    assert found == rules_split.shares(count + more, count, "lucky", seed)


def test_a_known_split() -> None:
    """Written down, because clients compute it as well: it must never change."""
    assert rules_split.seed_hash(b"seed") == (
        "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b"
    )
    assert rules_split.shares(100, 5, "lucky", b"seed") == [9, 4, 17, 23, 47]
    assert rules_split.shares(100, 3, "equal", b"seed") == [34, 33, 33]
    assert rules_split.shares(3, 3, "lucky", b"seed") == [1, 1, 1]
    for total, count in ((4, 5), (200, 101), (5, 0)):
        with pytest.raises(BadSplitError):
            rules_split.shares(total, count, "lucky", b"seed")


def test_no_place_in_the_queue_is_better() -> None:
    """The second moment tells: without the shuffle the last ones would win and lose much more than the first."""
    squares = [0] * 5
    for number in range(2_000):
        drawn = rules_split.shares(10_000, 5, "lucky", number.to_bytes(4, "big"))
        for place, amount in enumerate(drawn):
            squares[place] += (amount - 2_000) ** 2
    assert max(squares) < 1.15 * min(squares)


def test_a_number_that_would_favour_the_small_ones_is_drawn_again() -> None:
    bound = 3
    numbers = iter([2**64 - 1, 7])
    assert 2**64 - 1 >= 2**64 - 2**64 % bound
    assert rules_split._below(numbers, bound) == 1


@pytest.mark.parametrize("last,now_ms,at", [(None, 5, 5), (4, 5, 5), (5, 5, 6), (9, 5, 10)])
def test_what_comes_later_has_a_later_time(last: int | None, now_ms: int, at: int) -> None:
    before = None if last is None else TimestampMs(last)
    assert rules.later(before, TimestampMs(now_ms)) == at
