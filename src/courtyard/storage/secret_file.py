"""A small secret in a file of the data directory, for its owner's eyes alone."""

import os
from pathlib import Path
from typing import Final

_MODE: Final = 0o600


def write_secret(path: Path, text: str) -> None:
    """Write a file, in place of one that was there. It appears whole, and its name is on the disk before this returns.

    Only the process that holds the data directory's lock may call this.
    """
    made = path.with_name(path.name + ".new")
    # What a crash left half written was never used.
    made.unlink(missing_ok=True)
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    made.rename(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
