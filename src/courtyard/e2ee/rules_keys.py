"""Device keys, one-time keys and who may see which signature: decisions without a database."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from courtyard.base import canonical_json
from courtyard.base.errors import BadJsonError, InvalidParamError, TooLargeError
from courtyard.base.ids import DeviceId, UserId
from courtyard.e2ee import shapes
from courtyard.e2ee.model import (
    CLAIMS_MAX,
    FALLBACK_KEYS_MAX,
    KEY_BYTES_MAX,
    ONE_TIME_KEY_BYTES_MAX,
    ONE_TIME_KEYS_MAX,
    QUERY_USERS_MAX,
    SIGNED_CURVE25519,
    Json,
    KeyClaims,
    KeyQuery,
    KeyUpload,
    OneTimeKey,
    Signature,
)


def parse_upload(body: Json, user_id: UserId, device_id: DeviceId) -> KeyUpload:
    """Check a body of `/keys/upload` in this order: device keys, one-time keys, fallback keys.

    A member that is null counts as absent.

    Raises:
        InvalidParamError: keys of another user or device; or a name that is none.
        MissingParamError, BadJsonError: another shape.
        TooLargeError: more or larger keys than the limits in `model.py`.

    spec: client-server-api#post_matrixclientv3keysupload
    """
    device_keys = body.get("device_keys")
    return KeyUpload(
        device_keys=None
        if device_keys is None
        else _device_keys(shapes.an_object(device_keys, "“device_keys”"), user_id, device_id),
        one_time_keys=_one_time_keys(body, "one_time_keys", ONE_TIME_KEYS_MAX),
        fallback_keys=_fallback_keys(body),
    )


def _device_keys(keys: Json, user_id: UserId, device_id: DeviceId) -> bytes:
    for member in ("user_id", "device_id", "algorithms", "keys", "signatures"):
        if member not in keys:
            # Not a parameter of the request but a part of an object: clients know it as bad JSON.
            message = f"“{member}” of the device keys is missing."
            raise BadJsonError(message)
    if keys["user_id"] != user_id:
        message = "“user_id” of the device keys is not the account that uploads them."
        raise InvalidParamError(message)
    if keys["device_id"] != device_id:
        message = "“device_id” of the device keys is not the device that uploads them."
        raise InvalidParamError(message)
    for algorithm in shapes.a_list(keys["algorithms"], "“algorithms”"):
        shapes.a_string(algorithm, "An algorithm")
    for key in shapes.an_object(keys["keys"], "“keys”").values():
        shapes.a_string(key, "A key")
    shapes.signatures_of(keys, "the device keys")
    signed = {name: value for name, value in keys.items() if name != "unsigned"}
    return shapes.encoded(signed, "The device key object", KEY_BYTES_MAX)


def _one_time_keys(body: Json, member: str, count_max: int) -> tuple[OneTimeKey, ...]:
    uploaded = body.get(member)
    if uploaded is None:
        return ()
    keys = shapes.an_object(uploaded, f"“{member}”")
    if len(keys) > count_max:
        message = f"“{member}” has more than {count_max} keys."
        raise TooLargeError(message)
    return tuple([_one_time_key(name, value) for name, value in keys.items()])


def _one_time_key(name: str, value: object) -> OneTimeKey:
    algorithm, colon, key_id = name.partition(":")
    if not colon:
        message = "A one-time key is named “algorithm:key_id”."
        raise InvalidParamError(message)
    shapes.a_name(algorithm, "The algorithm of a one-time key")
    shapes.a_name(key_id, "The id of a one-time key")
    if isinstance(value, dict):
        shapes.a_string(shapes.required(value, "key"), "“key” of a one-time key")
        shapes.required(value, "signatures")
        shapes.signatures_of(value, "a one-time key")
    elif not isinstance(value, str) or algorithm == SIGNED_CURVE25519:
        message = "A one-time key must be an object with “key” and “signatures”."
        raise BadJsonError(message)
    key_json = shapes.encoded(value, "A one-time key", ONE_TIME_KEY_BYTES_MAX)
    return OneTimeKey(algorithm, key_id, key_json)


def _fallback_keys(body: Json) -> tuple[OneTimeKey, ...]:
    keys = _one_time_keys(body, "fallback_keys", FALLBACK_KEYS_MAX)
    if len({key.algorithm for key in keys}) < len(keys):
        message = "There can be only one fallback key for each algorithm."
        raise InvalidParamError(message)
    return keys


def digest(key_json: bytes) -> bytes:
    """Return what tells two uploads of one key apart: SHA-256 over all but the signatures.

    A client that signs again may get other signatures for the same key, so these do not count.
    """
    key: Any = msgspec.json.decode(key_json)
    if isinstance(key, dict):
        key.pop("signatures", None)
        key_json = canonical_json.encode(key)
    return hashlib.sha256(key_json).digest()


def parse_query(body: Json) -> KeyQuery:
    """Check a body of `/keys/query`.

    Raises:
        MissingParamError, BadJsonError: another shape.
        TooLargeError: more than `QUERY_USERS_MAX` users.

    spec: client-server-api#post_matrixclientv3keysquery
    """
    wanted = shapes.an_object(shapes.required(body, "device_keys"), "“device_keys”")
    if len(wanted) > QUERY_USERS_MAX:
        message = f"Please ask for at most {QUERY_USERS_MAX} users at once."
        raise TooLargeError(message)
    for devices in wanted.values():
        for device_id in shapes.a_list(devices, "The devices of a user"):
            shapes.a_string(device_id, "A device id")
    return KeyQuery(wanted)  # type: ignore[arg-type]  # the loop above has looked


def parse_claims(body: Json) -> KeyClaims:
    """Check a body of `/keys/claim`.

    Raises:
        MissingParamError, BadJsonError: another shape.
        TooLargeError: more than `CLAIMS_MAX` devices.

    spec: client-server-api#post_matrixclientv3keysclaim
    """
    wanted = shapes.an_object(shapes.required(body, "one_time_keys"), "“one_time_keys”")
    count = 0
    for devices in wanted.values():
        for algorithm in shapes.an_object(devices, "The devices of a user").values():
            shapes.a_string(algorithm, "An algorithm")
            count += 1
    if count > CLAIMS_MAX:
        message = f"Please claim keys of at most {CLAIMS_MAX} devices at once."
        raise TooLargeError(message)
    return KeyClaims(wanted)  # type: ignore[arg-type]  # the loop above has looked


def with_visible_signatures(
    key: Json,
    added: Iterable[Signature],
    *,
    owner: UserId,
    asker: UserId,
    user_signing_key_id: str | None,
) -> Json:
    """Return a key object with the signatures that the asker may see: the owner's and their own.

    Whom the owner verified is nobody else's business, so what their user-signing key signed is shown
    to them alone.

    Args:
        key: the object as its owner uploaded it.
        added: signatures uploaded later, by anybody.
        owner: whose key it is.
        asker: who wants to see it.
        user_signing_key_id: the owner's user-signing key, if there is one.

    spec: client-server-api#key-and-signature-security
    """
    visible: dict[str, dict[str, str]] = {}
    embedded = [
        Signature(UserId(signer), key_id, signature)
        for signer, by_key in key.get("signatures", {}).items()
        for key_id, signature in by_key.items()
    ]
    for one in (*embedded, *added):
        if one.signer_id not in (owner, asker):
            continue
        if asker != owner and one.signer_id == owner and one.signer_key_id == user_signing_key_id:
            continue
        visible.setdefault(one.signer_id, {})[one.signer_key_id] = one.signature
    shown = dict(key)
    shown.pop("signatures", None)
    if visible or "signatures" in key:
        shown["signatures"] = visible
    return shown
