"""The invariants of archives, for `courtyard check`."""

from collections.abc import Iterator
from pathlib import Path

from courtyard.archive import store_check as store
from courtyard.storage.tx import ReadTx


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    yield from store.findings(tx)


def missing_files(tx: ReadTx, folder: Path) -> Iterator[str]:
    """Say which parts of archives are missing or cut off. What is in them is not read."""
    for key, size_bytes in store.files(tx):
        path = folder / key
        found = path.stat().st_size if path.is_file() else None
        if found is None:
            yield f"The file {key} is missing."
        elif found != size_bytes:
            yield f"The file {key} has {found} bytes instead of {size_bytes}."
