"""Whose devices or cross-signing keys changed: the stream behind `device_lists.changed`.

Only the newest change of each user is kept. So a user who changed within (since, until] and again
later is not in `changed_users(since, until)`, but in the window that holds the later change.

spec: client-server-api#tracking-the-device-list-for-a-user
"""

from courtyard.base.ids import DeviceId, StreamPos, UserId
from courtyard.bus import topics
from courtyard.e2ee import store, store_inbox
from courtyard.e2ee.memory import CHANGES_MAX, NOWHERE, E2eeMemory
from courtyard.storage.tx import ReadTx, WriteTx


def note_change(tx: WriteTx, user_id: UserId) -> StreamPos:
    """Note that a user's device list changed, and wake their own devices.

    Who shares a room with them must hear of it too: that is for `sync`, which knows the rooms.
    """
    position = tx.next_position()
    store.put_list_change(tx, user_id, position)
    memory = tx.memory(E2eeMemory)
    tx.after_commit(lambda: memory.device_list_changed(user_id, position))
    tx.wake_after_commit(topics.user(user_id), position)
    return position


def note_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:  # noqa: ARG001  # a hook
    """Note that a device has come, or has another name. A hook of accounts.

    Also one without keys: the user's other devices show what is logged in, as clients know it from
    other servers.
    """
    note_change(tx, user_id)


def note_signatures(tx: WriteTx, signer_id: UserId, signed: list[UserId]) -> None:
    """Note that a user signed other users' master keys. Only their own devices may know."""
    position = tx.next_position()
    for user_id in signed:
        store.put_signature_change(tx, signer_id, user_id, position)
    memory = tx.memory(E2eeMemory)
    tx.after_commit(lambda: memory.signed(signer_id, position))
    tx.wake_after_commit(topics.user(signer_id), position)


def changed_users(tx: ReadTx, since: int, until: int) -> list[UserId]:
    """Return every user whose newest device list change lies after `since`, up to `until`.

    The caller leaves out who shares no room with the asker, and adds `changed_for_signer`.
    """
    return store.list_changes(tx, since, until)


def changed_for_signer(tx: ReadTx, user_id: UserId, since: int, until: int) -> list[UserId]:
    """Return whose keys look different to this user, because one of their devices signed them."""
    return store.signature_changes(tx, user_id, since, until)


def load_memory(tx: ReadTx) -> None:
    """Fill `E2eeMemory` from the database. Call it once, before the server answers requests."""
    newest = store.newest_list_changes(tx, CHANGES_MAX)
    is_all = len(newest) < CHANGES_MAX
    tx.memory(E2eeMemory).load(
        inboxes=store_inbox.inboxes(tx),
        changes=reversed(newest),
        changes_floor=NOWHERE if is_all else newest[-1][1],
        signatures=store.newest_signatures(tx),
    )
