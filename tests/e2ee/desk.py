"""Verbs without a server: one SQLite database in memory, one transaction at a time."""

import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from courtyard.accounts import devices, store
from courtyard.accounts.devices import ON_DEVICE_DELETED
from courtyard.accounts.model import LastSeen
from courtyard.base.ids import DeviceId, ServerName, StreamPos, TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.e2ee.device_lists import load_memory
from courtyard.e2ee.forget import forget_device
from courtyard.e2ee.memory import E2eeMemory
from courtyard.storage.migrate import migrate
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.storage.world import World
from tests.fakes import FakeClock


@cache
def _template() -> sqlite3.Connection:
    """An empty migrated database, made once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        migrate(path)
        template = sqlite3.connect(":memory:", check_same_thread=False)
        on_disk = sqlite3.connect(path)
        on_disk.backup(template)
        on_disk.close()
    return template


class Desk:
    """Runs verbs as the storage does: all or nothing, promises after the commit."""

    def __init__(self) -> None:
        """Start with an empty database."""
        self.driver = sqlite3.connect(":memory:", isolation_level=None)
        _template().backup(self.driver)
        self.clock = FakeClock()
        self.position = StreamPos(0)
        self.woken: list[str] = []
        self.restart()

    def restart(self) -> None:
        """Forget what is in memory, and start as a server does."""
        settings = Settings(server_name=ServerName("test.example"), rate_limits="off")
        self.world = World(self.clock, settings)
        self.read(load_memory)

    @property
    def memory(self) -> E2eeMemory:
        """What the process keeps in mind."""
        return self.world.memory(E2eeMemory)

    def write(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a verb in a transaction of its own."""
        self.driver.execute("BEGIN IMMEDIATE")
        tx = WriteTx(self.driver, self.world, self.position)
        try:
            result = verb(tx, *args, **kwargs)
        except BaseException:
            self.driver.execute("ROLLBACK")
            raise
        self.driver.execute("COMMIT")
        self.position = StreamPos(tx._position)
        for promise in tx._promises:
            promise()
        self.woken += [topic for topic, _ in tx._wakes]
        return result

    def read(self, question: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Ask a question."""
        return question(ReadTx(self.driver, self.world), *args, **kwargs)

    def add_account(self, user_id: UserId, *device_ids: str) -> None:
        """Make an account with devices."""
        self.write(store.add_account, user_id, None, is_admin=False, user_type=None)
        for device_id in device_ids:
            self.add_device(user_id, device_id)

    def add_device(self, user_id: UserId, device_id: str) -> None:
        """Log in on a device."""
        seen = LastSeen(TimestampMs(1), "", "")
        self.write(store.add_device, user_id, DeviceId(device_id), f"{device_id} name", seen)

    def delete_device(self, user_id: UserId, device_id: str) -> None:
        """Log a device out."""
        hooks = list(ON_DEVICE_DELETED)
        ON_DEVICE_DELETED[:] = [forget_device]
        try:
            self.write(devices.delete_device, user_id, DeviceId(device_id))
        finally:
            ON_DEVICE_DELETED[:] = hooks

    def close(self) -> None:
        """Let go of the database."""
        self.driver.close()
