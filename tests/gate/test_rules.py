"""What is in force, and how a refusal is told."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.gate import rules
from courtyard.gate.model import (
    CAPABILITIES,
    NEVER_RESTRICTABLE,
    NO_CONTACT,
    RESTRICTABLE,
    WALLET,
    NeverRestrictableError,
    RestrictedError,
    Restriction,
    SuspendedError,
)
from tests.gate.restrictions import ALICE, BOB, restriction

TIMES = st.integers(0, 3000)


@st.composite
def restrictions(draw: st.DrawFn) -> Restriction:
    """Anything that could ever be in the table, sensible or not."""
    capability = draw(st.sampled_from(sorted(CAPABILITIES)))
    if draw(st.booleans()):
        capability = f"{capability}:{draw(st.sampled_from([ALICE, BOB]))}"  # type: ignore[assignment]
    return restriction(
        capability,
        id=draw(st.text(max_size=3)),
        decision_id=draw(st.sampled_from(["d_1", "d_2"])),
        starts_at=draw(TIMES),
        ends_at=draw(TIMES),
        stayed_from=draw(st.none() | TIMES),
    )


@pytest.mark.parametrize(
    "now, stayed_from, expected",
    [
        (999, None, False),
        (1000, None, True),
        (1999, None, True),
        (2000, None, False),
        (1499, 1500, True),
        (1500, 1500, False),
        (1500, 500, False),
    ],
)
def test_the_clock_alone_starts_pauses_and_ends(
    now: int, stayed_from: int | None, *, expected: bool
) -> None:
    assert rules.in_force(restriction(stayed_from=stayed_from), now) is expected


@given(st.lists(restrictions(), max_size=30), st.sampled_from(sorted(NEVER_RESTRICTABLE)), TIMES)
def test_what_is_never_restrictable_is_never_refused(
    stored: list[Restriction], capability: str, now: int
) -> None:
    """Invariant 1: whatever is in the database."""
    for target in (None, ALICE, BOB):
        assert rules.find(stored, capability, target, now) is None


@given(st.lists(restrictions(), max_size=8), st.sampled_from(sorted(CAPABILITIES)), TIMES)
def test_a_refusal_names_a_measure_in_force_of_that_capability(
    stored: list[Restriction], capability: str, now: int
) -> None:
    """Invariants 2 and 13: and the order of the measures does not matter."""
    needed = f"{capability}:{BOB}" if capability in NO_CONTACT else capability
    in_force = [one for one in stored if one.capability == needed and rules.in_force(one, now)]
    for order in itertools.islice(itertools.permutations(stored), 24):
        found = rules.find(order, capability, BOB, now)
        if capability in NEVER_RESTRICTABLE or not in_force:
            assert found is None
        else:
            assert found in in_force
            assert found.ends_at == max(one.ends_at for one in in_force)


@given(st.lists(restrictions(), max_size=8), st.sampled_from(sorted(RESTRICTABLE)), TIMES)
def test_lifting_one_decision_does_not_lift_another(
    stored: list[Restriction], capability: str, now: int
) -> None:
    """Invariant 13."""
    left = [one for one in stored if one.decision_id != "d_1"]
    found = rules.find(left, capability, None, now)
    if found is not None:
        assert rules.find(stored, capability, None, now) is not None


@given(st.lists(restrictions(), max_size=8), st.sampled_from(sorted(RESTRICTABLE)))
def test_after_the_last_end_everything_is_back(stored: list[Restriction], capability: str) -> None:
    """Invariant 3."""
    after = max((one.ends_at for one in stored), default=0)
    assert rules.find(stored, capability, None, after) is None


def test_a_no_contact_order_is_about_named_people() -> None:
    order = [restriction(f"chat.dm.existing:{BOB}")]
    assert rules.find(order, "chat.dm.existing", BOB, 1500) == order[0]
    assert rules.find(order, "chat.dm.existing", ALICE, 1500) is None
    assert rules.find(order, "chat.dm.existing", None, 1500) is None
    assert rules.find(order, "mention", BOB, 1500) is None


@pytest.mark.parametrize("capability", sorted(CAPABILITIES))
def test_each_class_of_decision_reaches_its_own_capabilities_only(capability: str) -> None:
    accepted = {
        by_wallet: _accepted(capability, by_wallet=by_wallet) for by_wallet in (False, True)
    }
    assert accepted == {False: capability in RESTRICTABLE, True: capability in WALLET}
    assert _accepted(f"{capability}:{BOB}", by_wallet=False) is (capability in NO_CONTACT)
    assert not _accepted(f"{capability}:{BOB}", by_wallet=True)
    assert not _accepted(f"{capability}:bob", by_wallet=False)


def test_unknown_capabilities_cannot_be_restricted() -> None:
    for unknown in ("", "everything", "feed", "feed.post ", ":", "@bob:test.example"):
        assert not _accepted(unknown, by_wallet=False)
        assert not _accepted(unknown, by_wallet=True)


def _accepted(capability: str, *, by_wallet: bool) -> bool:
    try:
        rules.check_restrictable(capability, by_wallet=by_wallet)
    except NeverRestrictableError:
        return False
    return True


def test_a_refusal_tells_everything_about_the_measure() -> None:
    """The body that conduct 7.6 lays down."""
    one = restriction()
    error = rules.refusal(one, [one], 1500)
    assert type(error) is RestrictedError
    assert error.extra == {
        "org.courtyard.capability": "feed.like",
        "org.courtyard.decision": "d_1",
        "org.courtyard.ends_at": 2000,
        "org.courtyard.rule": "R4.2",
        "org.courtyard.statement": "/_courtyard/conduct/v1/decisions/d_1/statement",
        "org.courtyard.appeal": "/_courtyard/conduct/v1/decisions/d_1/appeals",
        "org.courtyard.appeal_until": 9000,
        "org.courtyard.proof": "/_courtyard/conduct/v1/decisions/d_1/proof",
    }


def test_a_decision_that_takes_everything_is_a_suspension() -> None:
    every = [restriction(capability) for capability in sorted(RESTRICTABLE)]
    assert type(rules.refusal(every[0], every, 1500)) is SuspendedError
    assert type(rules.refusal(every[0], every[:-1], 1500)) is RestrictedError
    # Two decisions that take everything together are still two narrow ones.
    other = [restriction(one.capability, decision_id="d_2") for one in every[-1:]]
    assert type(rules.refusal(every[0], [*every[:-1], *other], 1500)) is RestrictedError
    late = [restriction(one.capability, starts_at=1800) for one in every[-1:]]
    assert type(rules.refusal(every[0], [*every[:-1], *late], 1500)) is RestrictedError
