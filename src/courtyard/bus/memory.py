"""Wake-ups inside one process.

The database is the truth. Whoever is woken reads it; a lost wake-up costs time, not data.
"""

from collections.abc import Callable

from courtyard.base.ids import StreamPos
from courtyard.bus.topics import Topic

Listener = Callable[[Topic, StreamPos], None]


class MemoryBus:
    """Calls every listener, in order of subscription, on the thread that wakes."""

    def __init__(self) -> None:
        """Start with nobody listening."""
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Call `listener(topic, position)` for every later wake-up. It must not block."""
        self._listeners.append(listener)

    def wake(self, topic: Topic, position: StreamPos) -> None:
        """Tell every listener that `topic` has something new at or before `position`."""
        for listener in self._listeners:
            listener(topic, position)
