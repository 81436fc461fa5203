"""The words of end-to-end encryption, as values; and the limits on them.

Keys stay the JSON objects that clients signed: a field we do not know is part of the signature too.
"""

from typing import Any, Literal

import msgspec

from courtyard.base.ids import DeviceId, RoomId, UserId

Json = dict[str, Any]
"""A JSON object as a client sent it."""

Usage = Literal["master", "self_signing", "user_signing"]
"""What a cross-signing key is for."""

NAME_BYTES_MAX = 255
"""The longest name: a device id, key id, algorithm, session id, event type or transaction id."""
KEY_BYTES_MAX = 65_536
"""The largest device key or cross-signing key object, in canonical JSON."""
ONE_TIME_KEY_BYTES_MAX = 8_192
"""The largest one-time or fallback key, in canonical JSON."""
ONE_TIME_KEYS_MAX = 500
"""Unclaimed one-time keys of one device. Clients keep 50 to 100."""
FALLBACK_KEYS_MAX = 10
"""Algorithms for which one device may have a fallback key."""
CLAIMED_KEYS_MAX = 500
"""Claimed one-time keys that are remembered for each device, so that a repeated upload cannot revive one."""
QUERY_USERS_MAX = 2_000
"""Users in one `/keys/query`."""
CLAIMS_MAX = 2_000
"""Devices in one `/keys/claim`."""
SIGNED_KEYS_MAX = 500
"""Keys in one `/keys/signatures/upload`."""
TO_DEVICE_BYTES_MAX = 65_536
"""The largest to-device event, encoded."""
DELIVERIES_MAX = 2_000
"""Devices that one `/sendToDevice` may reach."""
INBOX_MAX = 20_000
"""Messages waiting for one device. Beyond that the oldest go: the device is most likely dead."""
INBOX_PAGE = 100
"""Messages in one `/sync`, as the specification recommends."""
TRANSACTION_AGE_MS_MAX = 24 * 3_600_000
"""How long a transaction id is remembered."""
BACKUPS_MAX = 100
"""Backup versions of one account that are not deleted."""
BACKUP_SESSIONS_MAX = 200_000
"""Sessions in one backup."""
SESSION_BYTES_MAX = 16_384
"""The largest encrypted session in a backup."""
AUTH_DATA_BYTES_MAX = 65_536
"""The largest `auth_data` of a backup."""

EVERY_DEVICE = "*"
"""In `/sendToDevice`: all devices of the user."""

SIGNED_CURVE25519 = "signed_curve25519"


class OneTimeKey(msgspec.Struct, frozen=True):
    """A one-time or fallback key: its algorithm, its id, and the key in canonical JSON."""

    algorithm: str
    key_id: str
    key_json: bytes


class KeyUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A checked body of `/keys/upload`; `device_keys` in canonical JSON, or None when absent."""

    device_keys: bytes | None
    one_time_keys: tuple[OneTimeKey, ...]
    fallback_keys: tuple[OneTimeKey, ...]


class KeyCounts(msgspec.Struct, frozen=True):
    """What `/sync` tells a device about its keys.

    Attributes:
        one_time: `device_one_time_keys_count`; always has `signed_curve25519`, even at zero.
        unused_fallback: `device_unused_fallback_key_types`, sorted.
    """

    one_time: dict[str, int]
    unused_fallback: tuple[str, ...]


class CrossSigningKey(msgspec.Struct, frozen=True):
    """A checked cross-signing key: the object as uploaded and its public key (unpadded base64)."""

    usage: Usage
    public_key: str
    key: Json


class CrossSigningUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A checked body of `/keys/device_signing/upload`, without `auth`."""

    master: CrossSigningKey | None = None
    self_signing: CrossSigningKey | None = None
    user_signing: CrossSigningKey | None = None

    def present(self) -> list[CrossSigningKey]:
        """Return the keys that were sent."""
        keys = (self.master, self.self_signing, self.user_signing)
        return [key for key in keys if key is not None]


class Signature(msgspec.Struct, frozen=True):
    """A signature under somebody's key object: who signed, with which key, and the signature."""

    signer_id: UserId
    signer_key_id: str
    signature: str


class KeyQuery(msgspec.Struct, frozen=True):
    """A checked body of `/keys/query`: device ids by user, empty for all of them."""

    device_keys: dict[UserId, list[DeviceId]]


class KeyClaims(msgspec.Struct, frozen=True):
    """A checked body of `/keys/claim`: the algorithm wanted, by user and device."""

    one_time_keys: dict[UserId, dict[DeviceId, str]]


class ToDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A checked body of `/sendToDevice`: whole events, encoded, by user and device (or `*`)."""

    event_type: str
    txn_id: str
    events: dict[UserId, dict[str, bytes]]


class Backup(msgspec.Struct, frozen=True):
    """One version of a key backup. `auth_data` is encoded JSON."""

    version: int
    algorithm: str
    auth_data: bytes
    etag: int
    key_count: int


class BackupRank(msgspec.Struct, frozen=True):
    """What decides which of two keys for one session is the better one."""

    is_verified: bool
    first_message_index: int
    forwarded_count: int


class BackupSession(msgspec.Struct, frozen=True):
    """A backed-up session key. `key_json` is the whole KeyBackupData object, encoded."""

    room_id: RoomId
    session_id: str
    rank: BackupRank
    key_json: bytes
