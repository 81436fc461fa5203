"""Secrets that let somebody in: 256 random bits with a prefix that says what they are.

The prefix lets scanners of leaked secrets recognise a token, and lets us refuse nonsense without a look-up.
"""

import hashlib
import secrets

ACCESS = "cyat_"
REFRESH = "cyrt_"
LOGIN = "cylt_"
OPENID = "cyot_"

_RANDOM_BYTES = 32


def new_token(prefix: str) -> str:
    """Make a secret of one kind."""
    return prefix + secrets.token_urlsafe(_RANDOM_BYTES)


def hash_token(token: str) -> bytes:
    """Return what is stored in a token's place: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
