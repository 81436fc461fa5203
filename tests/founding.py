"""Data directories of servers that were started once. A first start waits for the disk more than all the others."""

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from tests.fakes import FakeClock


async def found(settings: Settings) -> None:
    """Start a server for the first time, and stop it."""
    made = Server(settings, FakeClock())
    await made.start()
    await made.stop()
