"""Which events and profiles name which items, and what goes when nobody does any more.

An item that its uploader showed in the open (an event, an avatar) goes with the last link to it, bytes and thumbnails
included. An item that was never shown in the open stays until its uploader deletes it: in an encrypted room the server
cannot see who names it. That somebody else names an item and takes it back changes nothing for its uploader.
"""

from collections.abc import Iterable

import msgspec

from courtyard.accounts.profile import get_profile
from courtyard.base.errors import ForbiddenError, NotFoundError
from courtyard.base.ids import EventId, UserId
from courtyard.media import rules, store
from courtyard.media.model import MediaId
from courtyard.media.sweep import Sweeper
from courtyard.storage.tx import WriteTx

MXC = b"mxc://"
"""What the JSON of an event that names items contains: look for it before calling `link`."""


def link(tx: WriteTx, event_id: EventId, sender: UserId, json: bytes) -> None:
    """Keep which of this server's items an event names.

    Args:
        sender: who says so; only the uploader's own word ties an item to its links.
        json: the event as the server writes it.
    """
    for media_id in rules.local_media_ids(json, tx.settings.server_name):
        store.link(tx, event_id, media_id, sender)


def unlink(tx: WriteTx, event_id: EventId) -> None:
    """Forget what an event named, since its content is gone; delete what nothing names any more."""
    _drop(tx, store.unlink(tx, event_id))


def link_profile(tx: WriteTx, user_id: UserId) -> None:
    """Keep which items a profile names now, in place of before: for `accounts.profile.ON_PROFILE_CHANGED`."""
    json = msgspec.json.encode(get_profile(tx, user_id))
    named = rules.local_media_ids(json, tx.settings.server_name)
    loose = store.unlink(tx, user_id)
    for media_id in named:
        store.link(tx, user_id, media_id, user_id)
    _drop(tx, [item for item in loose if item[0] not in named])


def delete_media(tx: WriteTx, user_id: UserId, media_id: MediaId) -> None:
    """Delete an item because its uploader wants it gone, whoever names it.

    It asks the gate nothing: one's own data are one's own (P3).

    Raises:
        NotFoundError: there is no such item.
        ForbiddenError: somebody else uploaded it.
    """
    found = store.find(tx, media_id)
    if found is None:
        raise NotFoundError("There is no such file.")
    if found.user_id != user_id:
        raise ForbiddenError("Somebody else uploaded this file.")
    _drop(tx, [(media_id, getattr(found, "sha256", None))])


def erase_user(tx: WriteTx, user_id: UserId) -> None:
    """Delete everything an account uploaded, whoever names it."""
    _drop(tx, store.unlink(tx, user_id))
    _drop(tx, store.of_user(tx, user_id))


def forget_account(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: FBT001  # the hook's shape
    """Follow the end of an account: for `accounts.account.ON_DEACTIVATED`.

    Its profile goes in any case; what it sent goes only if it wants to be erased.
    """
    if erase:
        erase_user(tx, user_id)
    else:
        _drop(tx, store.unlink(tx, user_id))


def _drop(tx: WriteTx, items: Iterable[tuple[MediaId, str | None]]) -> None:
    """Delete items, and queue the files that no other item has."""
    hashes = set()
    for media_id, sha256 in items:
        store.delete(tx, media_id)
        if sha256 is not None:
            hashes.add(sha256)
    for sha256 in hashes:
        if not store.is_used(tx, sha256):
            for key in store.forget_blob(tx, sha256):
                store.queue_deletion(tx, key, 0)
    if hashes:
        tx.memory(Sweeper).wake_after(tx)
