"""Which files an account has, and where some files lie: for its archive."""

from collections.abc import Iterable

from courtyard.base.ids import UserId
from courtyard.media import store
from courtyard.media.model import Media, MediaId
from courtyard.storage.tx import ReadTx


def own_media_ids(tx: ReadTx, user_id: UserId) -> list[MediaId]:
    """Return the items that an account uploaded and whose bytes are there."""
    return [media_id for media_id, sha256 in store.of_user(tx, user_id) if sha256 is not None]


def media_items(tx: ReadTx, media_ids: Iterable[MediaId]) -> dict[MediaId, Media]:
    """Return those of some items that are there; whoever is logged in may have them."""
    return store.items(tx, media_ids)
