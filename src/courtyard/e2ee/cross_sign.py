"""Cross-signing keys and the signatures made with them."""

from typing import Any

import msgspec

from courtyard.base import canonical_json
from courtyard.base.errors import CourtyardError, ForbiddenError, NotFoundError
from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee import device_lists, store
from courtyard.e2ee.errors import InvalidSignatureError
from courtyard.e2ee.known_devices import display_names
from courtyard.e2ee.model import CrossSigningKey, CrossSigningUpload, Json, Signature, Usage
from courtyard.e2ee.rules_cross_signing import accepted_signatures, check_signed, is_new
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx

_ERRCODES = {"not_found": "M_NOT_FOUND", InvalidSignatureError.code: "M_INVALID_SIGNATURE"}


def upload_cross_signing(
    tx: WriteTx, user_id: UserId, upload: CrossSigningUpload, *, authenticated: bool
) -> bool:
    """Store cross-signing keys, checked in this order: signatures, names, authentication.

    The first set of keys needs no authentication, and neither does sending the same keys once more.

    Args:
        authenticated: whether user-interactive authentication has been done.

    Returns:
        Whether it was done; False: nothing was, because authentication is needed first.

    Raises:
        MissingParamError: there is no master key, neither sent nor stored.
        InvalidSignatureError: a key is not signed by the master key.
        ForbiddenError: a key is also the id of one of the account's devices.
        LimitExceededError: the account's rate limit is used up.

    spec: client-server-api#post_matrixclientv3keysdevice_signingupload
    """
    admit(tx, user_id, Action.DEVICE_KEYS)
    stored = _stored(tx, user_id)
    check_signed(upload, stored.get("master"))
    devices = display_names(tx, user_id) or {}
    for key in upload.present():
        if key.public_key in devices:
            message = "The key is also the id of a device."
            raise ForbiddenError(message)
    if not is_new(upload, stored):
        return True
    # Asked inside the writing transaction, so that two first uploads cannot both be the first.
    if "master" in stored and not authenticated:
        return False
    if upload.master is not None and "master" in stored:
        _drop_what_the_old_master_signed(tx, user_id, upload, stored)
    for key in upload.present():
        old = stored.get(key.usage)
        if old is not None and old.public_key != key.public_key:
            _drop_signatures(tx, user_id, old)
        store.put_cross_signing_key(
            tx,
            user_id,
            key.usage,
            key.public_key,
            canonical_json.encode(_without_unsigned(key.key)),
        )
    if upload.master is None and upload.self_signing is None:
        # Nobody else sees a user-signing key, so nobody else has to look again.
        device_lists.note_signatures(tx, user_id, [user_id])
    else:
        device_lists.note_change(tx, user_id)
    return True


def _stored(tx: ReadTx, user_id: UserId) -> dict[Usage, CrossSigningKey]:
    return {
        usage: CrossSigningKey(usage, public_key, msgspec.json.decode(key_json))
        for usage, (public_key, key_json) in store.cross_signing_keys(tx, user_id).items()
    }


def _without_unsigned(key: Json) -> Json:
    return {name: value for name, value in key.items() if name != "unsigned"}


def _drop_what_the_old_master_signed(
    tx: WriteTx,
    user_id: UserId,
    upload: CrossSigningUpload,
    stored: dict[Usage, CrossSigningKey],
) -> None:
    """Delete keys that only the old master vouched for: nobody could trust them any more."""
    assert upload.master is not None
    if upload.master.public_key == stored["master"].public_key:
        return
    sent = {key.usage for key in upload.present()}
    for usage, key in stored.items():
        if usage not in sent:
            store.delete_cross_signing_key(tx, user_id, usage)
            _drop_signatures(tx, user_id, key)


def _drop_signatures(tx: WriteTx, user_id: UserId, key: CrossSigningKey) -> None:
    store.delete_signatures_on(tx, user_id, key.public_key)
    store.delete_signatures_by(tx, user_id, key.public_key)


def upload_signatures(
    tx: WriteTx, signer: UserId, signed: dict[UserId, dict[str, Json]]
) -> dict[UserId, dict[str, Json]]:
    """Store the signatures that are right; return an error for each of the others.

    One's self-signing key signs one's devices, one's devices sign one's master key, and one's
    user-signing key signs the master keys of others.

    Raises:
        LimitExceededError: the account's rate limit is used up.

    spec: client-server-api#post_matrixclientv3keyssignaturesupload
    """
    admit(tx, signer, Action.DEVICE_KEYS)
    failures: dict[UserId, dict[str, Json]] = {}
    signed_others = []
    changed_self = False
    keys = _SignerKeys(tx, signer)
    for user_id, by_target in signed.items():
        for target_id, value in by_target.items():
            try:
                signatures = keys.accept(tx, user_id, target_id, value)
            except CourtyardError as error:
                failures.setdefault(user_id, {})[target_id] = {
                    "errcode": _ERRCODES.get(error.code, "M_INVALID_PARAM"),
                    "error": error.message,
                }
                continue
            for signature in signatures:
                store.put_signature(tx, user_id, target_id, signature)
            if user_id == signer:
                changed_self = True
            elif user_id not in signed_others:
                signed_others.append(user_id)
    if changed_self:
        device_lists.note_change(tx, signer)
    if signed_others:
        device_lists.note_signatures(tx, signer, signed_others)
    return failures


class _SignerKeys:
    """What a user can sign with."""

    def __init__(self, tx: ReadTx, signer: UserId) -> None:
        self._signer = signer
        self._cross_signing = _stored(tx, signer)
        self._devices: dict[DeviceId, Json] = {
            device_id: msgspec.json.decode(key_json)
            for device_id, key_json in store.device_keys(tx, signer).items()
        }

    def accept(self, tx: ReadTx, user_id: UserId, target_id: str, signed: Json) -> list[Signature]:
        """Return the signatures to keep from one signed object, or raise what is wrong with it."""
        if user_id != self._signer:
            master = _stored(tx, user_id).get("master")
            allowed = self._usage("user_signing")
        else:
            master = self._cross_signing.get("master")
            allowed = self._device_signing_keys()
            device = self._devices.get(DeviceId(target_id))
            if device is not None:
                return accepted_signatures(
                    signed, device, self._signer, self._usage("self_signing")
                )
        if master is None or master.public_key != target_id:
            message = "There is no such key."
            raise NotFoundError(message)
        return accepted_signatures(signed, master.key, self._signer, allowed)

    def _usage(self, usage: Usage) -> dict[str, str]:
        key = self._cross_signing.get(usage)
        return {} if key is None else {f"ed25519:{key.public_key}": key.public_key}

    def _device_signing_keys(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for device_id, device in self._devices.items():
            keys: dict[str, Any] = device["keys"]
            name = f"ed25519:{device_id}"
            if name in keys:
                found[name] = keys[name]
        return found
