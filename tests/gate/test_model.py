"""What can be taken away, what never, and which action needs what."""

import pytest

from courtyard.accounts import throttle
from courtyard.gate import limits, model
from courtyard.gate.model import (
    CAPABILITIES,
    NEVER_RESTRICTABLE,
    NO_CONTACT,
    RESTRICTABLE,
    WALLET,
    Action,
)

CHARTER = {
    "session.login session.logout security.manage device.verify key_backup",
    "account.read_own account.export account.delete account.migrate",
    "chat.receive chat.leave message.redact_own",
    "statement.read appeal.submit support.contact report.submit.urgent",
    "privacy.manage block.user",
    "wallet.balance wallet.history wallet.withdraw",
    "health.exposure.receive health.exposure.share health.own_data",
    "emergency.contact",
}
"""The charter's own words, written down a second time so that removing one is noticed (P3)."""


def test_the_charter_is_never_restrictable() -> None:
    assert {word for line in CHARTER for word in line.split()} <= NEVER_RESTRICTABLE


def test_no_class_of_decision_reaches_what_is_never_restrictable_or_anothers_field() -> None:
    classes = [RESTRICTABLE, NO_CONTACT, WALLET, NEVER_RESTRICTABLE]
    assert sum(map(len, classes)) == len(CAPABILITIES)


def test_a_server_whose_lists_overlap_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "RESTRICTABLE", RESTRICTABLE | {"account.export"})
    with pytest.raises(AssertionError, match="never restrictable"):
        model._check()


def test_every_restrictable_capability_has_an_action_or_is_passive() -> None:
    used = {action.capability for action in Action}
    assert (RESTRICTABLE | NO_CONTACT | {"wallet.pay", "wallet.receive"}) <= used


def test_actions_differ_also_where_they_need_the_same_capability() -> None:
    assert len({action.label for action in Action}) == len(Action.__members__)
    assert len(set(Action)) == len(Action.__members__)


@pytest.mark.parametrize(
    "action",
    [
        Action.LEAVE,
        Action.APPEAL,
        Action.REPORT_URGENT,
        Action.EXPORT,
        Action.DELETE_ACCOUNT,
        Action.WITHDRAW,
        Action.BLOCK_USER,
        Action.SHARE_EXPOSURE,
    ],
)
def test_ways_out_have_no_limit(action: Action) -> None:
    assert action not in limits.OF_ACTION
    assert action.capability in NEVER_RESTRICTABLE


def test_limits_have_different_names_and_let_people_work() -> None:
    every = [*throttle.LIMITS, *limits.LIMITS]
    assert len({limit.name for limit in every}) == len(every)
    assert set(limits.OF_ACTION.values()) <= set(limits.LIMITS)
    assert all(limit.burst >= 10 for limit in every)
