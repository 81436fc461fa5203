"""Bytes on disk per plain message: how much the data directory grows, with every WAL folded in."""

from __future__ import annotations

from bench import load as loads
from bench.figures import Budget, Figure, Round
from bench.matrix import connected
from bench.measures import sends
from bench.servers.stand import BOTH, Stand
from bench.sizes import Sizes

NAME = "disk"
STANDS = BOTH
FIGURES = (
    Figure("per_message_kib", "disk per plain message", "KiB", budget=Budget(value_max=1.5)),
    Figure("empty_mib", "  data directory before", "MiB"),
)
_AT_ONCE = 32
_FILL_S_MAX = 500


async def prepare(stand: Stand, sizes: Sizes) -> loads.Job:
    """Make one room with its members."""
    async with connected(stand.address) as matrix:
        users = await stand.users(matrix, sizes.disk_members)
        room_id = await matrix.create_room(users[0], "disk")
        await matrix.each(users[1:], lambda user: matrix.join(user, room_id))
        # One before the first weighing, so that what is made once per room is not counted.
        await matrix.send(users[0], room_id, "disk-first")
    return {
        "host": stand.address.host,
        "port": stand.address.port,
        "tokens": [user.token for user in users],
        "rooms": [room_id],
        "connections": _AT_ONCE,
        "warm_up_s": 0,
        "window_s": _FILL_S_MAX,
        "count": sizes.disk_messages,
        "first_txn": 0,
    }


def rounds(sizes: Sizes) -> int:
    """One: the answer does not vary, and the messages are many."""
    del sizes
    return 1


def measure(stand: Stand, prepared: loads.Job, number: int) -> Round:
    """Weigh the stopped server's directory before and after the messages. Leaves it stopped."""
    del number
    stand.stop()
    before = stand.size_bytes()
    stand.start()
    sent = loads.run(sends.__name__, prepared | {"pid": stand.pid})
    stand.stop()
    grown = stand.size_bytes() - before
    return {
        "count": sent["count"],
        "per_message_kib": grown / sent["count"] / 1024,
        "empty_mib": before / 1024 / 1024,
    }
