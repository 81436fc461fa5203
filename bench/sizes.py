"""How much each measure does. Three presets; every field is also a flag of `python -m bench`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Counts and seconds. Both servers always get the same."""

    rounds: int = 3

    starts_count: int = 3

    sends_rooms: int = 20
    sends_members: int = 2
    sends_connections: int = 32
    sends_warm_up_s: float = 2.0
    sends_window_s: float = 6.0

    fanout_watchers: int = 50
    fanout_messages: int = 16
    fanout_interval_s: float = 0.75
    fanout_burst: int = 20

    sync_rooms: int = 500
    sync_messages: int = 3
    sync_crowded_rooms: int = 3
    sync_crowd: int = 50
    sync_samples: int = 2

    idle_connections: int = 2000
    idle_users: int = 50

    disk_messages: int = 5000
    disk_members: int = 11

    reports: int = 100_000

    growth_rooms: int = 1000
    growth_events: int = 30_000
    growth_sends: int = 2000


DEFAULT = Sizes()

QUICK = Sizes(
    rounds=2,
    starts_count=1,
    sends_warm_up_s=1.0,
    sends_window_s=2.5,
    fanout_messages=6,
    fanout_burst=10,
    sync_rooms=40,
    sync_crowded_rooms=1,
    sync_samples=2,
    idle_connections=500,
    idle_users=50,
    disk_messages=500,
    reports=2_000,
    growth_rooms=100,
    growth_events=5_000,
    growth_sends=1000,
)

FULL = Sizes(
    rounds=5,
    starts_count=5,
    sends_window_s=15.0,
    fanout_messages=40,
    sync_samples=5,
    idle_connections=5000,
    growth_rooms=10_000,
    growth_events=1_000_000,
    growth_sends=4000,
)
