"""What `/sync` asks the memory of encryption when there is nothing new."""

from __future__ import annotations

from collections.abc import Iterator

from bench.micro.timing import Timing, measure

DEVICES = 20_000


def timings() -> Iterator[Timing]:
    """Time the questions one by one and together."""
    from courtyard.base.ids import DeviceId, StreamPos, UserId
    from courtyard.e2ee.memory import NOWHERE, E2eeMemory
    from courtyard.e2ee.model import KeyCounts

    memory = E2eeMemory()
    memory.load([], [], NOWHERE, [])
    phone = DeviceId("PHONE")
    for number in range(DEVICES):
        user_id = UserId(f"@user{number}:bench.localhost")
        memory.device_list_changed(user_id, StreamPos(number + 1))
        memory.counts_changed((user_id, phone), KeyCounts({"signed_curve25519": 50}, ()))
    alice = UserId("@user7:bench.localhost")

    def nothing_new() -> None:
        memory.inbox_position(alice, phone)
        memory.needs_acknowledge(alice, phone, DEVICES)
        memory.counts(alice, phone)
        memory.changed_users(DEVICES, DEVICES)
        memory.signature_position(alice)

    yield measure("e2ee: key counts", lambda: memory.counts(alice, phone), budget_us=2)
    yield measure("e2ee: all a sync asks, nothing new", nothing_new, budget_us=5)
