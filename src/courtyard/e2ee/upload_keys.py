"""`/keys/upload`: a device publishes its identity keys, one-time keys and fallback keys."""

from courtyard.base.errors import ForbiddenError, InvalidParamError, TooLargeError
from courtyard.base.ids import DeviceId, UserId
from courtyard.bus import topics
from courtyard.e2ee import device_lists, store
from courtyard.e2ee.memory import E2eeMemory
from courtyard.e2ee.model import (
    CLAIMED_KEYS_MAX,
    FALLBACK_KEYS_MAX,
    ONE_TIME_KEYS_MAX,
    SIGNED_CURVE25519,
    KeyCounts,
    KeyUpload,
    OneTimeKey,
)
from courtyard.e2ee.rules_keys import digest
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx


def upload_keys(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, upload: KeyUpload
) -> dict[str, int]:
    """Store what a device uploads, all or nothing; return how many one-time keys it has now.

    Repeating an upload changes nothing, even when some of its keys were claimed in between.

    Raises:
        ForbiddenError: the device id is one of the account's cross-signing keys.
        InvalidParamError: a one-time key id is taken by another key.
        TooLargeError: more one-time or fallback keys than the limits in `model.py`.
        LimitExceededError: the account's rate limit is used up.

    spec: client-server-api#post_matrixclientv3keysupload
    """
    admit(tx, user_id, Action.DEVICE_KEYS)
    if upload.device_keys is not None:
        _put_device_keys(tx, user_id, device_id, upload.device_keys)
    fresh = _fresh_keys(tx, user_id, device_id, upload.one_time_keys)
    changed = _put_fallback_keys(tx, user_id, device_id, upload.fallback_keys)
    if fresh:
        position = tx.next_position()
        store.add_one_time_keys(tx, user_id, device_id, position, fresh)
        store.forget_old_claimed(tx, user_id, device_id, CLAIMED_KEYS_MAX)
    if not fresh and not changed:
        return read_counts(tx, user_id, device_id).one_time
    counts = note_counts(tx, user_id, device_id)
    if sum(counts.one_time.values()) > ONE_TIME_KEYS_MAX:
        message = f"A device may have at most {ONE_TIME_KEYS_MAX} one-time keys."
        raise TooLargeError(message)
    return counts.one_time


def _put_device_keys(tx: WriteTx, user_id: UserId, device_id: DeviceId, device_keys: bytes) -> None:
    cross_signing = store.cross_signing_keys(tx, user_id)
    if any(public_key == device_id for public_key, _ in cross_signing.values()):
        # Both are named ed25519:… in signatures, so one could be taken for the other.
        message = "The device id is one of the cross-signing keys."
        raise ForbiddenError(message)
    old = store.device_key(tx, user_id, device_id)
    if old == device_keys:
        return
    if old is not None:
        # What was signed is no longer there.
        store.delete_signatures_on(tx, user_id, device_id)
        store.delete_signatures_by(tx, user_id, device_id)
    store.put_device_key(tx, user_id, device_id, device_keys)
    device_lists.note_change(tx, user_id)


def _fresh_keys(
    tx: ReadTx, user_id: UserId, device_id: DeviceId, keys: tuple[OneTimeKey, ...]
) -> list[OneTimeKey]:
    """Return the keys that were never uploaded before."""
    fresh = []
    for key in keys:
        name = (user_id, device_id, key.algorithm, key.key_id)
        old = store.one_time_key(tx, *name)
        if old is None:
            if store.claimed_digest(tx, *name) != digest(key.key_json):
                fresh.append(key)
        elif digest(old) != digest(key.key_json):
            message = f"The one-time key {key.algorithm}:{key.key_id} exists with another value."
            raise InvalidParamError(message)
    return fresh


def _put_fallback_keys(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, keys: tuple[OneTimeKey, ...]
) -> bool:
    old = store.fallback_keys(tx, user_id, device_id) if keys else {}
    changed = False
    for key in keys:
        found = old.get(key.algorithm)
        if (
            found is not None
            and found[0] == key.key_id
            and digest(found[1]) == digest(key.key_json)
        ):
            continue  # a repeated upload: whether it was used must not be forgotten
        store.put_fallback_key(tx, user_id, device_id, key)
        changed = True
    if len({*old, *(key.algorithm for key in keys)}) > FALLBACK_KEYS_MAX:
        message = f"A device may have fallback keys for at most {FALLBACK_KEYS_MAX} algorithms."
        raise TooLargeError(message)
    return changed


def read_counts(tx: ReadTx, user_id: UserId, device_id: DeviceId) -> KeyCounts:
    """Count a device's unclaimed one-time keys and name its unused fallback keys."""
    one_time = {SIGNED_CURVE25519: 0, **store.one_time_key_counts(tx, user_id, device_id)}
    fallback = store.fallback_keys(tx, user_id, device_id)
    unused = tuple([name for name, (_, _, is_used) in fallback.items() if not is_used])
    return KeyCounts(one_time, unused)


def key_counts(tx: ReadTx, user_id: UserId, device_id: DeviceId) -> KeyCounts:
    """Return what `/sync` tells a device about its keys, and keep it in `E2eeMemory`.

    For readers only: inside a write, `read_counts` sees what is not committed yet.

    spec: client-server-api#e2e-extensions-to-sync
    """
    memory = tx.memory(E2eeMemory)
    found = memory.counts(user_id, device_id)
    if found is None:
        found = read_counts(tx, user_id, device_id)
        memory.counts_read((user_id, device_id), found)
    return found


def note_counts(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> KeyCounts:
    """Tell the device, after the commit, that its counts changed; return them."""
    counts = read_counts(tx, user_id, device_id)
    memory = tx.memory(E2eeMemory)
    tx.after_commit(lambda: memory.counts_changed((user_id, device_id), counts))
    tx.wake_after_commit(topics.device(user_id, device_id), tx.next_position())
    return counts
