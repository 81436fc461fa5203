"""What the process keeps in mind agrees with the database, or says that it does not know."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.base.ids import DeviceId, StreamPos, UserId
from courtyard.e2ee import memory as memory_module
from courtyard.e2ee.device_lists import (
    changed_for_signer,
    changed_users,
    note_change,
    note_signatures,
)
from courtyard.e2ee.memory import E2eeMemory
from courtyard.e2ee.model import KeyCounts
from tests.e2ee.desk import Desk

USERS = [UserId(f"@u{number}:test.example") for number in range(4)]
PHONE = (USERS[0], DeviceId("PHONE"))


@settings(max_examples=60, deadline=None)
@given(changes=st.lists(st.sampled_from([*USERS, None]), max_size=12))
def test_changed_users_in_memory_are_those_of_the_database(changes: list[UserId | None]) -> None:
    desk = Desk()
    for user_id in changes:
        if user_id is None:
            desk.restart()
        else:
            desk.write(note_change, user_id)

    for since, until in itertools.combinations(range(desk.position + 1), 2):
        remembered = desk.memory.changed_users(since, until)
        assert remembered is not None
        assert set(remembered) == set(desk.read(changed_users, since, until))
    assert desk.memory.newest_device_list_position() == desk.position
    desk.close()


def test_memory_that_dropped_old_changes_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "CHANGES_MAX", 2)
    desk = Desk()
    for user_id in USERS:
        desk.write(note_change, user_id)

    assert desk.memory.changed_users(0, 4) is None
    assert desk.memory.changed_users(1, 4) is None
    assert desk.memory.changed_users(2, 4) == [USERS[3], USERS[2]]
    desk.close()


def test_memory_that_is_not_loaded_always_sends_to_the_database() -> None:
    memory = E2eeMemory()

    assert memory.inbox_position(*PHONE) > 2**53
    assert memory.needs_acknowledge(*PHONE, 0)
    assert memory.changed_users(5, 6) is None
    assert memory.newest_device_list_position() > 2**53
    assert memory.signature_position(USERS[0]) > 2**53
    assert memory.counts(*PHONE) is None


def test_only_the_signer_learns_whom_they_signed() -> None:
    desk = Desk()
    alice, bob, carol, _ = USERS
    desk.write(note_signatures, alice, [bob, carol])

    assert desk.read(changed_for_signer, alice, 0, desk.position) == [bob, carol]
    assert desk.read(changed_for_signer, bob, 0, desk.position) == []
    assert desk.read(changed_users, 0, desk.position) == []
    assert desk.memory.signature_position(alice) == desk.position
    assert desk.memory.signature_position(bob) == 0
    assert desk.woken == [f"user:{alice}"]
    desk.restart()
    assert desk.memory.signature_position(alice) == desk.position
    desk.close()


def test_counts_from_a_late_reader_do_not_replace_what_a_commit_told() -> None:
    memory = E2eeMemory()
    old, new = KeyCounts({"a": 1}, ()), KeyCounts({"a": 2}, ())

    memory.counts_changed(PHONE, new)
    memory.counts_read(PHONE, old)

    assert memory.counts(*PHONE) == new


def test_counts_are_kept_for_a_limited_number_of_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "COUNTS_MAX", 2)
    memory = E2eeMemory()
    for user_id in USERS[:3]:
        memory.counts_changed((user_id, PHONE[1]), KeyCounts({}, ()))

    memory.counts_read((USERS[3], PHONE[1]), KeyCounts({}, ()))

    assert [memory.counts(user_id, PHONE[1]) is None for user_id in USERS] == [
        True,
        False,
        False,
        True,
    ]


def test_a_rolled_back_verb_changes_nothing_in_memory() -> None:
    desk = Desk()

    def fails(tx: object) -> None:
        note_change(tx, USERS[0])  # type: ignore[arg-type]  # a WriteTx
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk.write(fails)

    assert desk.memory.device_list_position(USERS[0]) == StreamPos(0)
    assert desk.read(changed_users, 0, 10) == []
    desk.close()
