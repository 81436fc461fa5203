"""The key under which evidence and the secrets of others are encrypted at rest. It lies beside the database, so that a copy of one alone shows nothing.

One line: `xchacha20poly1305 KEY`, the 32 bytes in base64.
"""

import base64
import os
from pathlib import Path
from typing import Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt,
)
from nacl.exceptions import CryptoError

from courtyard.base.errors import CourtyardError
from courtyard.storage.secret_file import write_secret

KEY_FILE: Final = "sealing.key"
ALGORITHM: Final = "xchacha20poly1305"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 24


class BadSealingKeyError(CourtyardError):
    """The file with the sealing key cannot be read, or holds none."""

    code = "storage.bad_sealing_key"


class SealingKey:
    """XChaCha20-Poly1305 with a nonce of chance for each piece: 24 bytes, so that none ever comes twice (draft-irtf-cfrg-xchacha)."""

    def __init__(self, key: bytes) -> None:
        """Take the 32 bytes."""
        self._key = key

    def seal(self, plain: bytes, name: str) -> bytes:
        """Return bytes that only this key opens, and only under the same name: nonce, then ciphertext with its tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + encrypt(plain, name.encode(), nonce, self._key)

    def open(self, sealed: bytes, name: str) -> bytes | None:
        """Return what was sealed under a name; None: by another key or name, or it was altered."""
        try:
            nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return decrypt(ciphertext, name.encode(), nonce, self._key)
        except CryptoError:
            return None


def load_or_make(folder: Path) -> SealingKey:
    """Return the key of a data directory; the first call makes it.

    Only the process that holds the data directory's lock may call this.

    Raises:
        BadSealingKeyError: there is a file, and no key in it. It is left as it is: what it sealed would be lost.
    """
    path = folder / KEY_FILE
    try:
        words = path.read_text("ascii").split()
    except FileNotFoundError:
        key = os.urandom(_KEY_BYTES)
        write_secret(path, f"{ALGORITHM} {base64.b64encode(key).decode()}\n")
        return SealingKey(key)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSealingKeyError(f"The sealing key {path} cannot be read: {error}") from error
    key = b""
    if len(words) == 2 and words[0] == ALGORITHM:
        try:
            key = base64.b64decode(words[1], validate=True)
        except ValueError:
            key = b""
    if len(key) != _KEY_BYTES:
        raise BadSealingKeyError(f"There is no key in {path}.")
    return SealingKey(key)


class Vault:
    """This server's sealing key. `app` opens it at the start, so that a damaged key is found before it is needed."""

    def __init__(self) -> None:
        """Wait for `open`."""
        self._key: SealingKey | None = None

    def open(self, folder: Path) -> None:
        """Read the key of a data directory, or make it.

        Raises:
            BadSealingKeyError: there is a file, and no key in it.
        """
        self._key = load_or_make(folder)

    @property
    def key(self) -> SealingKey:
        """The key."""
        assert self._key is not None, "the server opens the vault at its start"
        return self._key
