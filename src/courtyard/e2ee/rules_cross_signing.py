"""Cross-signing: what an upload must look like, and which signatures count. Pure.

spec: client-server-api#cross-signing
"""

from collections.abc import Mapping

from courtyard.base.errors import InvalidParamError, MissingParamError, TooLargeError
from courtyard.base.ids import UserId
from courtyard.e2ee import shapes
from courtyard.e2ee.errors import InvalidSignatureError
from courtyard.e2ee.model import (
    KEY_BYTES_MAX,
    SIGNED_KEYS_MAX,
    CrossSigningKey,
    CrossSigningUpload,
    Json,
    Signature,
    Usage,
)
from courtyard.e2ee.signing import is_public_key, signed_bytes, verifies


def parse_upload(body: Json, user_id: UserId) -> CrossSigningUpload:
    """Check the keys in a body of `/keys/device_signing/upload`, one by one. Null counts as absent.

    Raises:
        InvalidParamError: a key of another user, for another use, or that is no Ed25519 key.
        MissingParamError, BadJsonError: another shape.
        TooLargeError: a key object larger than `KEY_BYTES_MAX`.

    spec: client-server-api#post_matrixclientv3keysdevice_signingupload
    """
    return CrossSigningUpload(
        master=_key(body, "master", user_id),
        self_signing=_key(body, "self_signing", user_id),
        user_signing=_key(body, "user_signing", user_id),
    )


def _key(body: Json, usage: Usage, user_id: UserId) -> CrossSigningKey | None:
    member = f"{usage}_key"
    if body.get(member) is None:
        return None
    key = shapes.an_object(body[member], f"“{member}”")
    if shapes.required(key, "user_id") != user_id:
        message = f"“user_id” of “{member}” is not the account that uploads it."
        raise InvalidParamError(message)
    if usage not in shapes.a_list(shapes.required(key, "usage"), f"“usage” of “{member}”"):
        message = f"“usage” of “{member}” does not have “{usage}”."
        raise InvalidParamError(message)
    public_key = _public_key(shapes.an_object(shapes.required(key, "keys"), "“keys”"), member)
    shapes.signatures_of(key, f"“{member}”")
    shapes.encoded(key, f"“{member}”", KEY_BYTES_MAX)
    return CrossSigningKey(usage, public_key, key)


def _public_key(keys: Json, member: str) -> str:
    if len(keys) == 1:
        [(name, public_key)] = keys.items()
        if (
            isinstance(public_key, str)
            and name == f"ed25519:{public_key}"
            and is_public_key(public_key)
        ):
            return public_key
    message = f"“keys” of “{member}” must hold one Ed25519 key, named “ed25519:” and the key."
    raise InvalidParamError(message)


def check_signed(upload: CrossSigningUpload, stored_master: CrossSigningKey | None) -> None:
    """Check that the other two keys are signed by the master key: the one sent, or else the stored one.

    Raises:
        MissingParamError: there is no master key at all.
        InvalidSignatureError: a signature is missing or wrong.
    """
    master = upload.master or stored_master
    if master is None:
        message = "There is no master signing key yet, so one must be sent."
        raise MissingParamError(message)
    for key in (upload.self_signing, upload.user_signing):
        if key is None:
            continue
        by_owner = key.key.get("signatures", {}).get(key.key["user_id"], {})
        signature = by_owner.get(f"ed25519:{master.public_key}")
        if signature is None or not verifies(key.key, master.public_key, signature):
            message = f"The {key.usage} key is not signed by the master signing key."
            raise InvalidSignatureError(message)


def is_new(upload: CrossSigningUpload, stored: Mapping[Usage, CrossSigningKey]) -> bool:
    """Tell whether a key was sent that differs from what is stored; signatures do not count."""
    return any(
        key.usage not in stored or signed_bytes(stored[key.usage].key) != signed_bytes(key.key)
        for key in upload.present()
    )


def parse_signatures(body: Json) -> dict[UserId, dict[str, Json]]:
    """Check a body of `/keys/signatures/upload`: signed objects by user and key id.

    Whether each signature is any good is told for each one: see `accepted_signatures`.

    Raises:
        BadJsonError: another shape.
        TooLargeError: more than `SIGNED_KEYS_MAX` keys.

    spec: client-server-api#post_matrixclientv3keyssignaturesupload
    """
    count = 0
    for by_key in body.values():
        for signed in shapes.an_object(by_key, "The keys of a user").values():
            shapes.an_object(signed, "A signed key")
            count += 1
    if count > SIGNED_KEYS_MAX:
        message = f"Please sign at most {SIGNED_KEYS_MAX} keys at once."
        raise TooLargeError(message)
    return body  # type: ignore[return-value]  # the loop above has looked


def accepted_signatures(
    signed: Json, stored: Json, signer: UserId, allowed: Mapping[str, str]
) -> list[Signature]:
    """Return the signatures to keep from one signed object.

    Signatures by others, and by keys that may not sign this object, are passed over: clients send
    back what they got from `/keys/query`, with their own signature added.

    Args:
        signed: the object as sent.
        stored: the key that it must equal, except for the signatures.
        signer: who uploads.
        allowed: public keys, by key id, that may sign this object.

    Raises:
        InvalidParamError: the objects differ.
        InvalidSignatureError: a signature by an allowed key is wrong, or there is none.
        BadJsonError: the signatures have another shape.
    """
    signatures = shapes.signatures_of(signed, "the signed key")
    if signed_bytes(signed) != signed_bytes(stored):
        message = "The signed object differs from the key that was uploaded."
        raise InvalidParamError(message)
    accepted = []
    for key_id, signature in signatures.get(signer, {}).items():
        if key_id not in allowed:
            continue
        if not verifies(stored, allowed[key_id], signature):
            message = f"The signature by {key_id} is wrong."
            raise InvalidSignatureError(message)
        accepted.append(Signature(signer, key_id, signature))
    if not accepted:
        message = "There is no signature by a key that may sign this one."
        raise InvalidSignatureError(message)
    return accepted
