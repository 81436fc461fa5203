"""What every transaction of one server shares besides the rows: clock, settings, caches."""

import threading
from typing import Any, TypeVar

from courtyard.base.clock import Clock
from courtyard.base.settings import Settings

M = TypeVar("M")


class World:
    """The surroundings of a database: no globals, so that several servers fit in one process."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        """Keep the clock and the settings; caches are made when first asked for."""
        self.clock = clock
        self.settings = settings
        self._memory: dict[type[Any], Any] = {}
        self._lock = threading.Lock()

    def memory(self, kind: type[M]) -> M:
        """Return this server's one object of class `kind`, made without arguments at first use.

        A feature keeps its caches there. They may vanish at any time; the database is the truth.
        """
        found = self._memory.get(kind)
        if found is None:
            with self._lock:
                found = self._memory.setdefault(kind, kind())
        assert isinstance(found, kind)
        return found
