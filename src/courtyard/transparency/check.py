"""The invariants of the README, for `courtyard check`."""

from collections.abc import Iterator

from courtyard.base.errors import CourtyardError
from courtyard.storage.tx import ReadTx
from courtyard.transparency import store, store_check
from courtyard.transparency.audit import audit
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.keys import LOG, WITNESS, name_of
from courtyard.transparency.model import COSIGNATURE_V1, ED25519, Checkpoint, Leaf
from courtyard.transparency.rules_leaf import check_leaf
from courtyard.transparency.rules_note import (
    format_vkey,
    open_checkpoint,
    parse_vkey,
    vkey_of,
)


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    yield from store_check.findings(tx)
    for leaf_index, line in store_check.leaves(tx):
        try:
            check_leaf(Leaf(line=line))
        except CourtyardError as error:
            yield f"Entry {leaf_index} may not stand in the log: {error.message}"


def damaged_files(tx: ReadTx, note: bytes | None) -> Iterator[str]:
    """Say what is wrong with keys, checkpoint and tiles, held against the database. Reads every tile.

    Args:
        note: the published checkpoint, read before the database was: a server may be publishing meanwhile, and its
            checkpoint may be older than the database but never newer.
    """
    folder = LogFolder(tx.settings)
    pinned = store.keys(tx)
    for role, algorithm in ((LOG, ED25519), (WITNESS, COSIGNATURE_V1)):
        if role in pinned:
            yield from _key(folder, tx, role, algorithm, pinned[role])
    heads = dict(store_check.heads(tx))
    if not heads:
        return
    yield from _tiles(folder, tx, heads)
    if note is None:
        # At the very first start the head is there a moment before its checkpoint.
        if len(heads) > 1:
            yield "The published checkpoint is missing."
        return
    try:
        published = open_checkpoint(note, parse_vkey(pinned.get(LOG, "")))
    except CourtyardError as error:
        yield f"The published checkpoint is wrong: {error.message}"
        return
    if published.size not in heads:
        yield f"A checkpoint of {published.size} entries is published, which the database does not know."
    elif heads[published.size] != published.root:
        yield f"The published root of {published.size} entries is not that of the database."


def _key(folder: LogFolder, tx: ReadTx, role: str, algorithm: int, pinned: str) -> Iterator[str]:
    path = folder.path / f"{role}.key"
    try:
        seed = folder.seed(role)
    except CourtyardError as error:
        yield error.message
        return
    if seed is None:
        yield f"The key {role}.key is missing."
        return
    if format_vkey(vkey_of(name_of(role, tx.settings.server_name), algorithm, seed)) != pinned:
        yield f"The key {role}.key is not the one that the database names."
    if path.stat().st_mode & 0o077:
        yield f"The key {role}.key can be read by others than its owner."


def _tiles(folder: LogFolder, tx: ReadTx, heads: dict[int, bytes]) -> Iterator[str]:
    size = max(heads)
    lines = store_check.leaves(tx)
    wrong: list[str] = []

    def compare(leaf_index: int, entry: bytes) -> None:
        known = next(lines, None)
        if known != (leaf_index, entry) and not wrong:
            wrong.append(f"Entry {leaf_index} in the files is not that of the database.")

    try:
        head = Checkpoint(origin="", size=size, root=heads[size])
        audited = audit(head, folder.tile, compare)
    except CourtyardError as error:
        yield from wrong
        yield f"The tiles are damaged: {error.message}"
        return
    yield from wrong
    for earlier, root in heads.items():
        if audited.root_at(earlier) != root:
            yield f"The root of the first {earlier} entries is not the one that was signed."
