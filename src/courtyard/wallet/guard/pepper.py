"""The key that goes into every PIN's hash. It lies beside the database: a copy of that alone gives no PIN away, though there are few.

One line: `hmac-sha256 KEY`, the 32 bytes in base64.
"""

import base64
import binascii
import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

from courtyard.base.ids import UserId
from courtyard.storage.secret_file import write_secret
from courtyard.wallet.guard.errors import BadPepperError

PEPPER_FILE: Final = "pin.key"
ALGORITHM: Final = "hmac-sha256"
_KEY_BYTES: Final = 32


class Pepper:
    """This server's key. `app` opens it at the start, so that a damaged one is found before somebody pays."""

    def __init__(self) -> None:
        """Wait for `open`."""
        self._key: bytes | None = None

    def open(self, folder: Path) -> None:
        """Read the key of a data directory; the first call makes it.

        Only the process that holds the data directory's lock may call this.

        Raises:
            BadPepperError: there is a file, and no key in it.
        """
        path = folder / PEPPER_FILE
        try:
            words = path.read_text("ascii").split()
        except FileNotFoundError:
            self._key = os.urandom(_KEY_BYTES)
            write_secret(path, f"{ALGORITHM} {base64.b64encode(self._key).decode()}\n")
            return
        except (OSError, UnicodeDecodeError) as error:
            raise BadPepperError(f"The key {path} cannot be read: {error}") from error
        try:
            key = base64.b64decode(words[1], validate=True) if len(words) == 2 else b""
        except binascii.Error:
            key = b""
        if len(key) != _KEY_BYTES or words[0] != ALGORITHM:
            raise BadPepperError(f"There is no key in {path}.")
        self._key = key

    def mix(self, user_id: UserId, pin: str) -> str:
        """Return what is hashed in a PIN's place: the same PIN of somebody else is another one."""
        assert self._key is not None, "the server opens the pepper at its start"
        return hmac.new(self._key, f"{user_id}\0{pin}".encode(), hashlib.sha256).hexdigest()
