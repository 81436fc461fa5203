"""Keys that open something without a login: a decision to be appealed, a notice to be looked at."""

import hashlib
import secrets

KEY_BYTES = 16


def new_key() -> str:
    """Return a key that nobody guesses. Only its hash is kept."""
    return secrets.token_urlsafe(KEY_BYTES)


def key_hash(key: str) -> bytes:
    """Return what is stored of a key."""
    return hashlib.sha256(b"courtyard/appeal-key/v1" + key.encode("utf-8", "replace")).digest()
