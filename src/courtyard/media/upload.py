"""From bytes to a media item: the verbs.

A file is written under a key of its own that stands in the deletion queue until an item has it. So whatever a crash leaves
behind is found in the queue, and no two uploads ever meet in one file.
"""

import secrets
from typing import Final

from courtyard.base.errors import (
    ForbiddenError,
    LimitExceededError,
    NotFoundError,
    UnavailableError,
)
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.media import rules, store
from courtyard.media.arrivals import Arrivals
from courtyard.media.errors import CannotOverwriteError, QuotaExceededError
from courtyard.media.model import Declared, Media, MediaId, Stored
from courtyard.media.sweep import Sweeper
from courtyard.storage.tx import ReadTx, WriteTx

PENDING_MAX: Final = 50
"""Ids without bytes that one account may hold."""
PENDING_LIFETIME_MS: Final = 24 * 3_600_000
WRITING_LIFETIME_MS: Final = 3_600_000
"""How long one upload may take."""


def new_key() -> str:
    """Return a key for a file, used once and never again."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:]}"


def action_for(declared: Declared) -> Action:
    """Return what an upload counts as: legible files can be shown to the public, opaque ones cannot."""
    opaque = rules.is_opaque(declared.content_type)
    return Action.UPLOAD_PRIVATE if opaque else Action.UPLOAD_PUBLIC


def reserve(tx: WriteTx, key: str) -> None:
    """Announce a file before its first byte is written."""
    store.queue_deletion(tx, key, tx.now_ms() + WRITING_LIFETIME_MS)


def discard(tx: WriteTx, key: str) -> None:
    """Give up a file that belongs to nothing."""
    store.queue_deletion(tx, key, 0)
    tx.memory(Sweeper).wake_after(tx)


def create_pending(tx: WriteTx, user_id: UserId) -> tuple[MediaId, TimestampMs]:
    """Give out an id whose bytes come later; return it and when it expires.

    Raises:
        RestrictedError, LimitExceededError: the gate's refusals.
        LimitExceededError: too many ids of this account wait for their bytes.

    spec: client-server-api#post_matrixmediav1create
    """
    admit(tx, user_id, Action.UPLOAD_PRIVATE)
    now = tx.now_ms()
    if store.pending_count(tx, user_id) >= PENDING_MAX:
        message = f"No more than {PENDING_MAX} uploads may wait at once. Please finish some first."
        raise LimitExceededError(message, retry_after_ms=60_000)
    media_id = _new_media_id()
    expires_at = TimestampMs(now + PENDING_LIFETIME_MS)
    store.insert_pending(tx, media_id, user_id, expires_at)
    return media_id, expires_at


def check_pending(tx: ReadTx, user_id: UserId, media_id: MediaId) -> None:
    """Say whether an account may give an id its bytes.

    Raises:
        NotFoundError: the id was not given out, or has expired.
        ForbiddenError: it was given to somebody else.
        CannotOverwriteError: it has its bytes already.

    spec: client-server-api#put_matrixmediav3uploadservernamemediaid
    """
    found = store.find(tx, media_id)
    if found is None:
        raise NotFoundError("There is no such upload.")
    if found.user_id != user_id:
        raise ForbiddenError("Somebody else asked for this upload.")
    if isinstance(found, Media):
        raise CannotOverwriteError("This file is already there.")
    if found.expires_at <= tx.now_ms():
        raise NotFoundError("This upload has expired.")


def check_quota(tx: ReadTx, user_id: UserId, size_bytes: int) -> None:
    """Say whether an account has room for so many bytes more.

    Raises:
        QuotaExceededError: it has not.
    """
    settings = tx.settings
    quota = settings.upload_quota_bytes
    if settings.rate_limits == "off" or not quota:
        return
    if store.used_bytes(tx, user_id) + size_bytes > quota:
        base = settings.support_page or settings.base_url
        raise QuotaExceededError(
            f"Your files may have {quota} bytes together. Delete some to make room.",
            info_uri=base,
            can_upgrade=False,
        )


def finish(
    tx: WriteTx,
    user_id: UserId,
    stored: Stored,
    declared: Declared,
    media_id: MediaId | None = None,
) -> MediaId:
    """Make an item of a stored file, or of the same bytes that are there already.

    Args:
        media_id: the pending id that gets its bytes; None makes a new one.

    Raises:
        RestrictedError, LimitExceededError: the gate's refusals.
        QuotaExceededError: the account has no room for it.
        NotFoundError, ForbiddenError, CannotOverwriteError: see `check_pending`.
        UnavailableError: the writing took too long, and the file has been cleared away.
    """
    admit(tx, user_id, action_for(declared))
    check_quota(tx, user_id, stored.size_bytes)
    if media_id is not None:
        check_pending(tx, user_id, media_id)
    if not store.forget_deletion(tx, stored.key):
        raise UnavailableError("The upload took too long. Please try again.")
    if store.blob_key(tx, stored.sha256) is None:
        store.insert_blob(tx, stored.sha256, stored.key, stored.size_bytes)
    else:
        discard(tx, stored.key)
    if media_id is None:
        media_id = _new_media_id()
        store.insert(tx, media_id, user_id, declared, stored.sha256, stored.size_bytes)
        return media_id
    store.fill(tx, media_id, declared, stored.sha256, stored.size_bytes)
    arrivals, arrived = tx.memory(Arrivals), media_id
    tx.after_commit(lambda: arrivals.tell(arrived))
    return media_id


def _new_media_id() -> MediaId:
    # 144 random bits: an id cannot be guessed, and never comes twice.
    return MediaId(secrets.token_urlsafe(18))
