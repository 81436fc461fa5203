"""Finding an item that somebody wants to see."""

import asyncio
from typing import Final

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.gate import withheld
from courtyard.media import rules, store
from courtyard.media.arrivals import Arrivals
from courtyard.media.errors import NotYetUploadedError
from courtyard.media.holdings import why_withheld
from courtyard.media.model import Media, MediaId, Pending
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx

TIMEOUT_DEFAULT_MS: Final = 20_000
TIMEOUT_MAX_MS: Final = 60_000


async def find(
    db: Database, server_name: str, media_id: str, timeout_ms: int, asker: UserId | None = None
) -> Media:
    """Return an item; wait for it if its bytes are on their way.

    Args:
        server_name: the URI's server; other servers' files are never here.
        timeout_ms: how long to wait, up to `TIMEOUT_MAX_MS`.
        asker: who wants it; None for somebody without a token.

    Raises:
        NotFoundError: there is no such item.
        NotYetUploadedError: its bytes did not come in time.
        WithheldError: a decision withholds it from all but who uploaded it.

    spec: client-server-api#get_matrixclientv1mediadownloadservernamemediaid
    """
    if server_name != db.world.settings.server_name:
        raise NotFoundError("There is no such file.")
    wanted = rules.parse_media_id(media_id)
    found = await db.read(_find, wanted)
    if isinstance(found, Pending):
        found = await _wait(db, wanted, min(timeout_ms, TIMEOUT_MAX_MS))
    if isinstance(found, Pending):
        raise NotYetUploadedError("The file has not been uploaded yet.")
    if found.user_id != asker:
        db.read_inline(_check_shown, found.media_id)
    return found


def _check_shown(tx: ReadTx, media_id: MediaId) -> None:
    row = why_withheld(tx, media_id)
    if row is not None:
        raise withheld.refusal(row)


def _find(tx: ReadTx, media_id: MediaId) -> Media | Pending:
    found = store.find(tx, media_id)
    expired = isinstance(found, Pending) and found.expires_at <= tx.now_ms()
    if found is None or expired:
        raise NotFoundError("There is no such file.")
    return found


async def _wait(db: Database, media_id: MediaId, timeout_ms: int) -> Media | Pending:
    arrivals = db.world.memory(Arrivals)
    future = arrivals.expect(media_id) if timeout_ms > 0 else None
    if future is None:
        return await db.read(_find, media_id)
    try:
        # It may have come between the first question and `expect`.
        found = await db.read(_find, media_id)
        if isinstance(found, Pending):
            await asyncio.wait((future,), timeout=timeout_ms / 1000)
            found = await db.read(_find, media_id)
        return found
    finally:
        arrivals.forget(media_id, future)
