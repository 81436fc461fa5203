"""Which files an account has, and where some files lie: for its archive."""

from collections.abc import Iterable

from courtyard.base.ids import EventId, UserId
from courtyard.gate import withheld
from courtyard.gate.model_withheld import Withholding
from courtyard.media import store
from courtyard.media.model import Media, MediaId
from courtyard.storage.tx import ReadTx


def own_media_ids(tx: ReadTx, user_id: UserId) -> list[MediaId]:
    """Return the items that an account uploaded and whose bytes are there."""
    return [media_id for media_id, sha256 in store.of_user(tx, user_id) if sha256 is not None]


def media_items(tx: ReadTx, media_ids: Iterable[MediaId]) -> dict[MediaId, Media]:
    """Return those of some items that are there; whoever is logged in may have them."""
    return store.items(tx, media_ids)


def uri_of(tx: ReadTx, media_id: MediaId) -> str:
    """Return the address of an item of this server."""
    return f"mxc://{tx.settings.server_name}/{media_id}"


def item_at(tx: ReadTx, uri: str) -> Media | None:
    """Return the item at an address, if it is here and its bytes are."""
    server, _, media_id = uri.removeprefix("mxc://").partition("/")
    if not uri.startswith("mxc://") or server != tx.settings.server_name:
        return None
    return media_items(tx, [MediaId(media_id)]).get(MediaId(media_id))


def named_by(tx: ReadTx, event_id: EventId) -> frozenset[MediaId]:
    """Return the items that an event names."""
    return store.linked_by(tx, event_id)


def shown_items(
    tx: ReadTx, user_id: UserId, media_ids: Iterable[MediaId]
) -> tuple[dict[MediaId, Media], dict[MediaId, Withholding]]:
    """Return those of some items that one account may have, and why others are withheld from it."""
    found = media_items(tx, media_ids)
    others = [media_id for media_id, item in found.items() if item.user_id != user_id]
    why = {media_id: row for media_id in others if (row := why_withheld(tx, media_id))}
    return {media_id: item for media_id, item in found.items() if media_id not in why}, why


def why_withheld(tx: ReadTx, media_id: MediaId) -> Withholding | None:
    """Return why an item is withheld from all but its uploader now, or None."""
    return withheld.find(tx, "media", uri_of(tx, media_id))
