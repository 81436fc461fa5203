"""The server's Ed25519 key: what it signs, it stands for. It lies in the data directory, for its owner's eyes alone.

One line, as other homeservers keep theirs: `ed25519 VERSION SEED`, the seed in unpadded base64. The version is made from the
public key, so that no two keys ever have the same name.
"""

import base64
import hashlib
import os
from pathlib import Path
from typing import Final

from nacl import signing

from courtyard.base.errors import CourtyardError
from courtyard.storage.secret_file import write_secret

KEY_FILE: Final = "signing.key"
ALGORITHM: Final = "ed25519"
_SEED_BYTES: Final = 32


class BadSigningKeyError(CourtyardError):
    """The file with the server's key cannot be read, or holds none."""

    code = "storage.bad_signing_key"


class SigningKey:
    """One Ed25519 key pair.

    Attributes:
        key_id: such as `ed25519:1a2b3c4d`.
        public_key: in unpadded base64.
    """

    def __init__(self, seed: bytes) -> None:
        """Take the 32 bytes that everything else follows from."""
        self._key = signing.SigningKey(seed)
        public = bytes(self._key.verify_key)
        self.version = hashlib.sha256(public).hexdigest()[:8]
        self.key_id = f"{ALGORITHM}:{self.version}"
        self.public_key = unpadded(public)

    def sign(self, message: bytes) -> str:
        """Return the signature of some bytes, in unpadded base64."""
        return unpadded(self._key.sign(message).signature)


def load_or_make(folder: Path) -> SigningKey:
    """Return the key of a data directory; the first call makes it.

    Only the process that holds the data directory's lock may call this.

    Raises:
        BadSigningKeyError: there is a file, and no key in it. It is left as it is: what it signed would be lost.
    """
    path = folder / KEY_FILE
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return _make(path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSigningKeyError(f"The signing key {path} cannot be read: {error}") from error
    return _parse(text, path)


def unpadded(raw: bytes) -> str:
    """Return bytes in unpadded base64.

    spec: appendices#unpadded-base64
    """
    return base64.b64encode(raw).decode().rstrip("=")


def _parse(text: str, path: Path) -> SigningKey:
    words = text.split()
    seed = b""
    if len(words) == 3 and words[0] == ALGORITHM:
        try:
            seed = base64.b64decode(words[2] + "=" * (-len(words[2]) % 4), validate=True)
        except ValueError:
            seed = b""
    if len(seed) != _SEED_BYTES:
        raise BadSigningKeyError(f"There is no Ed25519 key in {path}.")
    return SigningKey(seed)


def _make(path: Path) -> SigningKey:
    seed = os.urandom(_SEED_BYTES)
    key = SigningKey(seed)
    write_secret(path, f"{ALGORITHM} {key.version} {unpadded(seed)}\n")
    return key
