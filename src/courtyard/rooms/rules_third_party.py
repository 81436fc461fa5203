"""Whether an invitation by e-mail or telephone number was signed as the room asked.

spec: server-server-api#verifying-the-invite
"""

from base64 import b64decode
from itertools import islice, product

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from courtyard.base import canonical_json
from courtyard.base.canonical_json import CanonicalJsonError

_TO_STANDARD = str.maketrans("-_", "+/")

CHECKS_MAX = 64
"""How many pairs of key and signature are tried. An event has room for hundreds of thousands."""


def is_signed(signed: dict[str, object], invite: dict[str, object]) -> bool:
    """Tell whether any signature in `signed` is by any public key of the `invite` content.

    `invite` is the content of the `m.room.third_party_invite` event. A key or signature that cannot
    be read counts as one that does not match.
    """
    try:
        message = canonical_json.encode(
            {k: v for k, v in signed.items() if k not in ("signatures", "unsigned")}
        )
    except CanonicalJsonError:
        return False
    pairs = product(_public_keys(invite), _signatures(signed))
    return any(_verifies(key, signature, message) for key, signature in islice(pairs, CHECKS_MAX))


def _public_keys(invite: dict[str, object]) -> list[str]:
    listed = invite.get("public_keys")
    entries = listed if isinstance(listed, list) else []
    keys = [entry.get("public_key") for entry in entries if isinstance(entry, dict)]
    return [key for key in (invite.get("public_key"), *keys) if isinstance(key, str)]


def _signatures(signed: dict[str, object]) -> list[str]:
    servers = signed.get("signatures")
    if not isinstance(servers, dict):
        return []
    return [
        signature
        for by_key in servers.values()
        if isinstance(by_key, dict)
        for name, signature in by_key.items()
        if isinstance(signature, str) and isinstance(name, str) and name.startswith("ed25519:")
    ]


def _verifies(key: str, signature: str, message: bytes) -> bool:
    try:
        VerifyKey(_unpadded(key)).verify(message, _unpadded(signature))
    except (CryptoError, ValueError):  # a binascii.Error is a ValueError
        return False
    return True


def _unpadded(text: str) -> bytes:
    """Decode unpadded base64 in either alphabet (appendices#unpadded-base64), or raise ValueError."""
    data = text.translate(_TO_STANDARD).rstrip("=")
    return b64decode(data + "=" * (-len(data) % 4), validate=True)
