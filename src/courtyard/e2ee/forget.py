"""When a device or an account goes, its keys and messages go with it."""

from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee import device_lists, store, store_backup, store_inbox
from courtyard.e2ee.memory import E2eeMemory
from courtyard.e2ee.model import SIGNED_CURVE25519, KeyCounts
from courtyard.storage.tx import WriteTx

_NO_KEYS = KeyCounts({SIGNED_CURVE25519: 0}, ())


def forget_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Delete the keys and the inbox of a device that is logged out or deleted.

    Others hear of it as a device list change.
    """
    store.delete_device(tx, user_id, device_id)
    store_inbox.delete_device(tx, user_id, device_id)
    memory = tx.memory(E2eeMemory)
    device = (user_id, device_id)
    # The whole inbox is gone, so every position is acknowledged.
    tx.after_commit(lambda: memory.acknowledged(device, 2**62))
    tx.after_commit(lambda: memory.counts_changed(device, _NO_KEYS))
    device_lists.note_change(tx, user_id)


def forget_keys(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: ARG001, FBT001  # a hook of accounts
    """Delete the cross-signing keys and key backups of an account that is deactivated.

    Nobody can log in to it again, so nobody could use them. Its devices go one by one, through
    `forget_device`.
    """
    keys = store.cross_signing_keys(tx, user_id)
    for usage, (public_key, _) in keys.items():
        store.delete_cross_signing_key(tx, user_id, usage)
        store.delete_signatures_on(tx, user_id, public_key)
        store.delete_signatures_by(tx, user_id, public_key)
    store_backup.erase(tx, user_id)
    if keys:
        device_lists.note_change(tx, user_id)
