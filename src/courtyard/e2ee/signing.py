"""Signed JSON: which bytes are signed, and whether a signature is right. Pure.

spec: appendices#signing-json
"""

import base64
import binascii

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from courtyard.base import canonical_json
from courtyard.e2ee.model import Json

PUBLIC_KEY_BYTES = 32


def decode_base64(text: str) -> bytes | None:
    """Decode base64, padded or not; None when it is not base64 at all.

    spec: appendices#unpadded-base64
    """
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_public_key(text: str) -> bool:
    """Tell whether `text` is an Ed25519 public key in unpadded base64."""
    raw = decode_base64(text)
    return raw is not None and len(raw) == PUBLIC_KEY_BYTES and not text.endswith("=")


def signed_bytes(value: Json) -> bytes:
    """Return what a signature of `value` is made over: all but `signatures` and `unsigned`.

    Raises:
        CanonicalJsonError: the value has no canonical form.
    """
    bare = {k: v for k, v in value.items() if k not in ("signatures", "unsigned")}
    return canonical_json.encode(bare)


def verifies(value: Json, public_key: str, signature: str) -> bool:
    """Tell whether `signature` was made over `value` by the holder of `public_key`."""
    key, raw = decode_base64(public_key), decode_base64(signature)
    if key is None or raw is None:
        return False
    try:
        VerifyKey(key).verify(signed_bytes(value), raw)
    except (CryptoError, ValueError):
        return False
    return True
