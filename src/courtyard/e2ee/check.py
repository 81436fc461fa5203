"""The invariants of the README, for `courtyard check`."""

from collections.abc import Iterator

from courtyard.e2ee import store, store_backup, store_inbox
from courtyard.storage.tx import ReadTx


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for user_id, device_id in store_inbox.inboxes_with_gaps(tx):
        yield f"The inbox of {user_id} {device_id} has a gap."
    for user_id, version in store_backup.miscounted(tx):
        yield f"Backup {version} of {user_id} counts its keys wrongly."
    for user_id in store.users_without_master_key(tx):
        yield f"{user_id} has cross-signing keys and no master key."
