"""Tables and statements of keys, signatures and their changes.

To-device messages are in `store_inbox.py`, key backups in `store_backup.py`. Key objects are canonical JSON.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from courtyard.base.ids import DeviceId, StreamPos, UserId
from courtyard.e2ee.model import OneTimeKey, Signature, Usage
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx

DEVICE_KEYS = sa.Table(
    "device_keys",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("key_json", sa.LargeBinary, nullable=False),
)

ONE_TIME_KEYS = sa.Table(
    "one_time_keys",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("algorithm", sa.Text, primary_key=True),
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("key_json", sa.LargeBinary, nullable=False),
    sa.Index("one_time_keys_in_order", "user_id", "device_id", "algorithm", "position"),
    sqlite_with_rowid=False,
)
"""One-time keys that nobody has claimed yet."""

CLAIMED_KEYS = sa.Table(
    "claimed_keys",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("algorithm", sa.Text, primary_key=True),
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Index("claimed_keys_in_order", "user_id", "device_id", "position"),
    sqlite_with_rowid=False,
)
"""The newest claimed keys of each device. A client that lost our answer uploads them once more."""

FALLBACK_KEYS = sa.Table(
    "fallback_keys",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("algorithm", sa.Text, primary_key=True),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("key_json", sa.LargeBinary, nullable=False),
    sa.Column("is_used", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

CROSS_SIGNING_KEYS = sa.Table(
    "cross_signing_keys",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("usage", sa.Text, primary_key=True),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("key_json", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

KEY_SIGNATURES = sa.Table(
    "key_signatures",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("target_id", sa.Text, primary_key=True),
    sa.Column("signer_id", sa.Text, primary_key=True),
    sa.Column("signer_key_id", sa.Text, primary_key=True),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Index("key_signatures_by_signer", "signer_id", "signer_key_id"),
    sqlite_with_rowid=False,
)
"""Signatures uploaded apart from the key: `target_id` is a device id or a public key of `user_id`."""

DEVICE_LIST_CHANGES = sa.Table(
    "device_list_changes",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Index("device_list_changes_in_order", "position"),
    sqlite_with_rowid=False,
)
"""The newest change of each user's devices or cross-signing keys."""

SIGNATURE_CHANGES = sa.Table(
    "signature_changes",
    metadata,
    sa.Column("signer_id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""When the signer last signed the user's master key: a change that only the signer may see."""

_D = DEVICE_KEYS.c
_O = ONE_TIME_KEYS.c
_C = CLAIMED_KEYS.c
_F = FALLBACK_KEYS.c
_X = CROSS_SIGNING_KEYS.c
_S = KEY_SIGNATURES.c
_L = DEVICE_LIST_CHANGES.c
_G = SIGNATURE_CHANGES.c
_user_id: sa.BindParameter[Any] = sa.bindparam("user_id")
_device_id: sa.BindParameter[Any] = sa.bindparam("device_id")


# --- device keys ---------------------------------------------------------------------------

_DEVICE_KEYS = Statement(
    sa.select(_D.device_id, _D.key_json).where(_D.user_id == _user_id).order_by(_D.device_id)
)
_DEVICE_KEY = Statement(
    sa.select(_D.key_json).where(_D.user_id == _user_id, _D.device_id == _device_id)
)
_PUT_DEVICE_KEY = Upsert(DEVICE_KEYS, key=["user_id", "device_id"], update=["key_json"])
_DELETE_DEVICE_KEY = Statement(
    sa.delete(DEVICE_KEYS).where(_D.user_id == _user_id, _D.device_id == _device_id)
)


def device_keys(tx: ReadTx, user_id: UserId) -> dict[DeviceId, bytes]:
    """Return the key objects of a user's devices, by device id."""
    return dict(tx.all(_DEVICE_KEYS, user_id=user_id))


def device_key(tx: ReadTx, user_id: UserId, device_id: DeviceId) -> bytes | None:
    """Return the key object of one device."""
    row = tx.one(_DEVICE_KEY, user_id=user_id, device_id=device_id)
    return None if row is None else row[0]


def put_device_key(tx: WriteTx, user_id: UserId, device_id: DeviceId, key_json: bytes) -> None:
    """Store the key object of a device, replacing what was there."""
    tx.run(_PUT_DEVICE_KEY, user_id=user_id, device_id=device_id, key_json=key_json)


# --- one-time and fallback keys --------------------------------------------------------------

_this_device_o = (_O.user_id == _user_id, _O.device_id == _device_id)
_this_device_c = (_C.user_id == _user_id, _C.device_id == _device_id)
_this_device_f = (_F.user_id == _user_id, _F.device_id == _device_id)
_algorithm: sa.BindParameter[Any] = sa.bindparam("algorithm")
_key_id: sa.BindParameter[Any] = sa.bindparam("key_id")

_ONE_TIME_KEY = Statement(
    sa.select(_O.key_json).where(*_this_device_o, _O.algorithm == _algorithm, _O.key_id == _key_id)
)
_NEXT_ONE_TIME_KEY = Statement(
    sa.select(_O.key_id, _O.key_json)
    .where(*_this_device_o, _O.algorithm == _algorithm)
    .order_by(_O.position)
    .limit(1)
)
_COUNT_ONE_TIME_KEYS = Statement(
    sa.select(_O.algorithm, sa.func.count())
    .where(*_this_device_o)
    .group_by(_O.algorithm)
    .order_by(_O.algorithm)
)
_ADD_ONE_TIME_KEY = Statement(sa.insert(ONE_TIME_KEYS))
_DELETE_ONE_TIME_KEY = Statement(
    sa.delete(ONE_TIME_KEYS).where(
        *_this_device_o, _O.algorithm == _algorithm, _O.key_id == _key_id
    )
)
_CLAIMED_DIGEST = Statement(
    sa.select(_C.digest).where(*_this_device_c, _C.algorithm == _algorithm, _C.key_id == _key_id)
)
_PUT_CLAIMED = Upsert(
    CLAIMED_KEYS,
    key=["user_id", "device_id", "algorithm", "key_id"],
    update=["position", "digest"],
)
_NTH_CLAIMED = Statement(
    sa.select(_C.position)
    .where(*_this_device_c)
    .order_by(_C.position.desc())
    .limit(1)
    .offset(sa.bindparam("keep"))
)
_DELETE_OLD_CLAIMED = Statement(
    sa.delete(CLAIMED_KEYS).where(*_this_device_c, _C.position <= sa.bindparam("position"))
)
_FALLBACK_KEYS = Statement(
    sa.select(_F.algorithm, _F.key_id, _F.key_json, _F.is_used)
    .where(*_this_device_f)
    .order_by(_F.algorithm)
)
_PUT_FALLBACK_KEY = Upsert(
    FALLBACK_KEYS,
    key=["user_id", "device_id", "algorithm"],
    update=["key_id", "key_json", "is_used"],
)
_MARK_FALLBACK_USED = Statement(
    sa.update(FALLBACK_KEYS)
    .where(
        _F.user_id == sa.bindparam("of"),
        _F.device_id == sa.bindparam("on"),
        _F.algorithm == sa.bindparam("by"),
        _F.is_used == 0,
    )
    .values(is_used=1)
)


def one_time_key(
    tx: ReadTx, user_id: UserId, device_id: DeviceId, algorithm: str, key_id: str
) -> bytes | None:
    """Return an unclaimed one-time key."""
    row = tx.one(
        _ONE_TIME_KEY, user_id=user_id, device_id=device_id, algorithm=algorithm, key_id=key_id
    )
    return None if row is None else row[0]


def next_one_time_key(
    tx: ReadTx, user_id: UserId, device_id: DeviceId, algorithm: str
) -> tuple[str, bytes] | None:
    """Return id and object of the unclaimed one-time key that was uploaded first."""
    row = tx.one(_NEXT_ONE_TIME_KEY, user_id=user_id, device_id=device_id, algorithm=algorithm)
    return None if row is None else (row[0], row[1])


def one_time_key_counts(tx: ReadTx, user_id: UserId, device_id: DeviceId) -> dict[str, int]:
    """Return how many unclaimed one-time keys there are, by algorithm."""
    return dict(tx.all(_COUNT_ONE_TIME_KEYS, user_id=user_id, device_id=device_id))


def add_one_time_keys(
    tx: WriteTx,
    user_id: UserId,
    device_id: DeviceId,
    position: StreamPos,
    keys: Iterable[OneTimeKey],
) -> None:
    """Store new one-time keys; `position` is their place in the order of claiming."""
    tx.run_many(
        _ADD_ONE_TIME_KEY,
        [
            {
                "user_id": user_id,
                "device_id": device_id,
                "algorithm": key.algorithm,
                "key_id": key.key_id,
                "position": position,
                "key_json": key.key_json,
            }
            for key in keys
        ],
    )


def delete_one_time_key(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, algorithm: str, key_id: str
) -> None:
    """Delete a one-time key, because it was claimed."""
    tx.run(
        _DELETE_ONE_TIME_KEY,
        user_id=user_id,
        device_id=device_id,
        algorithm=algorithm,
        key_id=key_id,
    )


def claimed_digest(
    tx: ReadTx, user_id: UserId, device_id: DeviceId, algorithm: str, key_id: str
) -> bytes | None:
    """Return the digest of a key that was claimed not long ago."""
    row = tx.one(
        _CLAIMED_DIGEST, user_id=user_id, device_id=device_id, algorithm=algorithm, key_id=key_id
    )
    return None if row is None else row[0]


def remember_claimed(
    tx: WriteTx,
    user_id: UserId,
    device_id: DeviceId,
    algorithm: str,
    key_id: str,
    digest: bytes,
    position: StreamPos,
) -> None:
    """Remember that a key was claimed."""
    tx.run(
        _PUT_CLAIMED,
        user_id=user_id,
        device_id=device_id,
        algorithm=algorithm,
        key_id=key_id,
        digest=digest,
        position=position,
    )


def forget_old_claimed(tx: WriteTx, user_id: UserId, device_id: DeviceId, keep: int) -> None:
    """Forget all but the newest claimed keys of a device."""
    row = tx.one(_NTH_CLAIMED, user_id=user_id, device_id=device_id, keep=keep)
    if row is not None:
        tx.run(_DELETE_OLD_CLAIMED, user_id=user_id, device_id=device_id, position=row[0])


def fallback_keys(
    tx: ReadTx, user_id: UserId, device_id: DeviceId
) -> dict[str, tuple[str, bytes, bool]]:
    """Return the fallback keys of a device by algorithm: id, object, and whether it was used."""
    rows = tx.all(_FALLBACK_KEYS, user_id=user_id, device_id=device_id)
    return {row[0]: (row[1], row[2], bool(row[3])) for row in rows}


def put_fallback_key(tx: WriteTx, user_id: UserId, device_id: DeviceId, key: OneTimeKey) -> None:
    """Store a fresh fallback key in the place of the one with its algorithm."""
    tx.run(
        _PUT_FALLBACK_KEY,
        user_id=user_id,
        device_id=device_id,
        algorithm=key.algorithm,
        key_id=key.key_id,
        key_json=key.key_json,
        is_used=0,
    )


def mark_fallback_used(tx: WriteTx, user_id: UserId, device_id: DeviceId, algorithm: str) -> bool:
    """Note that a fallback key was given out; tell whether this was the first time."""
    return tx.run(_MARK_FALLBACK_USED, of=user_id, on=device_id, by=algorithm) > 0


# --- cross-signing ---------------------------------------------------------------------------

_CROSS_SIGNING = Statement(
    sa.select(_X.usage, _X.public_key, _X.key_json).where(_X.user_id == _user_id)
)
_PUT_CROSS_SIGNING = Upsert(
    CROSS_SIGNING_KEYS, key=["user_id", "usage"], update=["public_key", "key_json"]
)
_DELETE_CROSS_SIGNING = Statement(
    sa.delete(CROSS_SIGNING_KEYS).where(_X.user_id == _user_id, _X.usage == sa.bindparam("usage"))
)
_OTHER = CROSS_SIGNING_KEYS.alias("other")
_WITHOUT_MASTER = Statement(
    sa.select(_X.user_id)
    .where(
        sa.not_(
            sa.exists().where(_OTHER.c.user_id == _X.user_id, _OTHER.c.usage == "master"),
        )
    )
    .distinct()
)
_SIGNATURES = Statement(
    sa.select(_S.target_id, _S.signer_id, _S.signer_key_id, _S.signature)
    .where(
        _S.user_id == _user_id,
        sa.or_(_S.signer_id == _user_id, _S.signer_id == sa.bindparam("asker")),
    )
    .order_by(_S.target_id, _S.signer_id, _S.signer_key_id)
)
_PUT_SIGNATURE = Upsert(
    KEY_SIGNATURES,
    key=["user_id", "target_id", "signer_id", "signer_key_id"],
    update=["signature"],
)
_DELETE_SIGNATURES_ON = Statement(
    sa.delete(KEY_SIGNATURES).where(
        _S.user_id == _user_id, _S.target_id == sa.bindparam("target_id")
    )
)
_DELETE_SIGNATURES_BY = Statement(
    sa.delete(KEY_SIGNATURES).where(
        _S.signer_id == _user_id, _S.signer_key_id == sa.bindparam("signer_key_id")
    )
)


def cross_signing_keys(tx: ReadTx, user_id: UserId) -> dict[Usage, tuple[str, bytes]]:
    """Return a user's cross-signing keys by usage: public key and key object."""
    return {row[0]: (row[1], row[2]) for row in tx.all(_CROSS_SIGNING, user_id=user_id)}


def users_without_master_key(tx: ReadTx) -> list[UserId]:
    """Return users who have another cross-signing key and no master key. There must be none."""
    return [row[0] for row in tx.all(_WITHOUT_MASTER)]


def put_cross_signing_key(
    tx: WriteTx, user_id: UserId, usage: Usage, public_key: str, key_json: bytes
) -> None:
    """Store a cross-signing key, replacing the one with its usage."""
    tx.run(
        _PUT_CROSS_SIGNING, user_id=user_id, usage=usage, public_key=public_key, key_json=key_json
    )


def delete_cross_signing_key(tx: WriteTx, user_id: UserId, usage: Usage) -> None:
    """Delete a cross-signing key."""
    tx.run(_DELETE_CROSS_SIGNING, user_id=user_id, usage=usage)


def signatures(tx: ReadTx, user_id: UserId, asker: UserId) -> dict[str, list[Signature]]:
    """Return the signatures under a user's keys that the user or the asker made, by target id."""
    found: dict[str, list[Signature]] = {}
    for target_id, *signature in tx.all(_SIGNATURES, user_id=user_id, asker=asker):
        found.setdefault(target_id, []).append(Signature(*signature))
    return found


def put_signature(tx: WriteTx, user_id: UserId, target_id: str, signature: Signature) -> None:
    """Store a signature under a key of `user_id`."""
    tx.run(
        _PUT_SIGNATURE,
        user_id=user_id,
        target_id=target_id,
        signer_id=signature.signer_id,
        signer_key_id=signature.signer_key_id,
        signature=signature.signature,
    )


def delete_signatures_on(tx: WriteTx, user_id: UserId, target_id: str) -> None:
    """Delete every signature under one key, because the key is gone."""
    tx.run(_DELETE_SIGNATURES_ON, user_id=user_id, target_id=target_id)


def delete_signatures_by(tx: WriteTx, user_id: UserId, public_key_id: str) -> None:
    """Delete every signature that one key made, because the key is gone."""
    tx.run(_DELETE_SIGNATURES_BY, user_id=user_id, signer_key_id=f"ed25519:{public_key_id}")


# --- changes ---------------------------------------------------------------------------------

_since: sa.BindParameter[Any] = sa.bindparam("since")
_until: sa.BindParameter[Any] = sa.bindparam("until")
_PUT_LIST_CHANGE = Upsert(DEVICE_LIST_CHANGES, key=["user_id"], update=["position"])
_LIST_CHANGES = Statement(
    sa.select(_L.user_id).where(_L.position > _since, _L.position <= _until).order_by(_L.position)
)
_NEWEST_LIST_CHANGES = Statement(
    sa.select(_L.user_id, _L.position).order_by(_L.position.desc()).limit(sa.bindparam("limit"))
)
_PUT_SIGNATURE_CHANGE = Upsert(SIGNATURE_CHANGES, key=["signer_id", "user_id"], update=["position"])
_SIGNATURE_CHANGES = Statement(
    sa.select(_G.user_id)
    .where(_G.signer_id == sa.bindparam("signer_id"), _G.position > _since, _G.position <= _until)
    .order_by(_G.position)
)
_NEWEST_SIGNATURES = Statement(
    sa.select(_G.signer_id, sa.func.max(_G.position)).group_by(_G.signer_id)
)


def put_list_change(tx: WriteTx, user_id: UserId, position: StreamPos) -> None:
    """Note the newest change of a user's device list."""
    tx.run(_PUT_LIST_CHANGE, user_id=user_id, position=position)


def list_changes(tx: ReadTx, since: int, until: int) -> list[UserId]:
    """Return whose newest device list change lies after `since`, up to `until`; oldest first."""
    return [row[0] for row in tx.all(_LIST_CHANGES, since=since, until=until)]


def newest_list_changes(tx: ReadTx, limit: int) -> list[tuple[UserId, StreamPos]]:
    """Return the newest device list changes, newest first."""
    return [(row[0], row[1]) for row in tx.all(_NEWEST_LIST_CHANGES, limit=limit)]


def put_signature_change(
    tx: WriteTx, signer_id: UserId, user_id: UserId, position: StreamPos
) -> None:
    """Note that the signer signed the user's master key."""
    tx.run(_PUT_SIGNATURE_CHANGE, signer_id=signer_id, user_id=user_id, position=position)


def signature_changes(tx: ReadTx, signer_id: UserId, since: int, until: int) -> list[UserId]:
    """Return whose master keys the signer signed after `since`, up to `until`."""
    return [
        row[0] for row in tx.all(_SIGNATURE_CHANGES, signer_id=signer_id, since=since, until=until)
    ]


def newest_signatures(tx: ReadTx) -> list[tuple[UserId, StreamPos]]:
    """Return for each signer when they last signed somebody's master key."""
    return [(row[0], row[1]) for row in tx.all(_NEWEST_SIGNATURES)]


# --- forgetting ------------------------------------------------------------------------------

_FORGET_KEYS = [
    Statement(sa.delete(table).where(table.c.user_id == _user_id, table.c.device_id == _device_id))
    for table in (ONE_TIME_KEYS, CLAIMED_KEYS, FALLBACK_KEYS)
]


def delete_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> bool:
    """Delete every key of a device, and the signatures on and by them; tell if it had device keys."""
    for statement in _FORGET_KEYS:
        tx.run(statement, user_id=user_id, device_id=device_id)
    delete_signatures_on(tx, user_id, device_id)
    delete_signatures_by(tx, user_id, device_id)
    return tx.run(_DELETE_DEVICE_KEY, user_id=user_id, device_id=device_id) > 0
