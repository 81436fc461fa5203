"""Who waits for bytes that are still on their way. In memory: whoever waits asks the database again."""

import asyncio
from typing import Final

from courtyard.media.model import MediaId

WAITING_MAX: Final = 1_000


class Arrivals:
    """Wakes those who asked for an item before its bytes came. Used on the event loop only."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._waiting: dict[MediaId, set[asyncio.Future[None]]] = {}
        self._count = 0

    def tell(self, media_id: MediaId) -> None:
        """Wake everybody who waits for an item."""
        for future in self._waiting.get(media_id, ()):
            if not future.done():
                future.set_result(None)

    def expect(self, media_id: MediaId) -> "asyncio.Future[None] | None":
        """Return what resolves when the item comes; None when too many wait already.

        Ask the database once more after this, and `forget` it in the end.
        """
        if self._count >= WAITING_MAX:
            return None
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(media_id, set()).add(future)
        self._count += 1
        return future

    def forget(self, media_id: MediaId, future: "asyncio.Future[None]") -> None:
        """Stop waiting."""
        others = self._waiting[media_id]
        others.remove(future)
        self._count -= 1
        if not others:
            del self._waiting[media_id]
