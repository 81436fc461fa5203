"""The invariants of the README, for `courtyard check`."""

from collections.abc import Iterator

from courtyard.accounts import store_check as store
from courtyard.storage.tx import ReadTx


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    yield from store.findings(tx)
