"""`/keys/claim`: somebody takes a one-time key of each device they want to write to."""

from typing import Any

import msgspec

from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee import store
from courtyard.e2ee.model import KeyClaims
from courtyard.e2ee.rules_keys import digest
from courtyard.e2ee.upload_keys import note_counts
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import WriteTx

Claimed = dict[UserId, dict[DeviceId, dict[str, Any]]]
"""Key objects (encoded) by user, device and `algorithm:key_id`."""


def claim_keys(tx: WriteTx, claimer: UserId, claims: KeyClaims) -> Claimed:
    """Take one key of each device named, the one uploaded first; without any, the fallback key.

    A one-time key is deleted in the same commit that must succeed before the claimer is answered, so it
    is given out at most once. Unknown users and devices are missing from the answer.

    Raises:
        LimitExceededError: the claimer's rate limit is used up.

    spec: client-server-api#post_matrixclientv3keysclaim
    """
    admit(tx, claimer, Action.DEVICE_KEYS)
    claimed: Claimed = {}
    for user_id, devices in claims.one_time_keys.items():
        for device_id, algorithm in devices.items():
            key = _take_one_time_key(tx, user_id, device_id, algorithm)
            if key is None:
                key = _use_fallback_key(tx, user_id, device_id, algorithm)
            if key is not None:
                key_id, key_json = key
                claimed.setdefault(user_id, {})[device_id] = {
                    f"{algorithm}:{key_id}": msgspec.Raw(key_json)
                }
    return claimed


def _take_one_time_key(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, algorithm: str
) -> tuple[str, bytes] | None:
    key = store.next_one_time_key(tx, user_id, device_id, algorithm)
    if key is None:
        return None
    key_id, key_json = key
    store.delete_one_time_key(tx, user_id, device_id, algorithm, key_id)
    store.remember_claimed(
        tx, user_id, device_id, algorithm, key_id, digest(key_json), tx.next_position()
    )
    note_counts(tx, user_id, device_id)
    return key


def _use_fallback_key(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, algorithm: str
) -> tuple[str, bytes] | None:
    found = store.fallback_keys(tx, user_id, device_id).get(algorithm)
    if found is None:
        return None
    if store.mark_fallback_used(tx, user_id, device_id, algorithm):
        note_counts(tx, user_id, device_id)
    return found[0], found[1]
