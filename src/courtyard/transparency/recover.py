"""Puts a log that stands still back on its feet, where database and files together still hold all of it.

Two things can be made good: a database that was put back from a backup is brought up to what is published, and tiles that
were lost are made anew from the database. Both are checked as a whole before anything is written. What was signed is never
taken back: where neither side holds all of it, nothing is done.
"""

import asyncio

from courtyard.base.errors import CourtyardError
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.transparency import store
from courtyard.transparency.audit import audit
from courtyard.transparency.errors import HaltedError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.keys import Keys, open_keys
from courtyard.transparency.model import Checkpoint, Head, Leaf, Tile
from courtyard.transparency.rules_leaf import check_leaf
from courtyard.transparency.rules_merkle import root
from courtyard.transparency.rules_note import open_checkpoint
from courtyard.transparency.rules_tiles import hashes_of, new_bundles, new_tiles


async def recover(db: Database) -> str:
    """Do what can be done, and say in a sentence what that was. Nothing else may run on the data directory.

    Raises:
        HaltedError: database and files contradict each other, or both lack something.
    """
    settings = db.world.settings
    folder = LogFolder(settings)
    # A key that is lost cannot be made good: nothing else could sign for this log.
    pinned = await db.read(store.keys)
    keys = await asyncio.to_thread(open_keys, folder, settings.server_name, pinned)
    published = await asyncio.to_thread(_published, folder, keys)
    head = await db.read(store.head)
    size = 0 if head is None else head.size
    if published is not None and published.size > size:
        entries: list[bytes] = []
        try:
            # The signature is over the root, and the root over every entry: they are those that everybody was shown.
            await asyncio.to_thread(
                audit, published, folder.tile, lambda _, entry: entries.append(entry)
            )
        except CourtyardError as error:
            raise HaltedError(f"The files do not hold all of the log: {error.message}") from error
        taken = await db.write(_catch_up, published, entries)
        return f"The database took {taken} entries from the published log, which now has {published.size}."
    if head is None:
        return "There is no log yet."
    await asyncio.to_thread(_rebuild, folder, head, await db.read(store.leaves_from, 0, head.size))
    return f"The tiles of {head.size} entries were written anew."


def _published(folder: LogFolder, keys: Keys) -> Checkpoint | None:
    note = folder.note()
    try:
        return None if note is None else open_checkpoint(note, keys.log)
    except CourtyardError as error:
        raise HaltedError(f"The published checkpoint is not one of this log: {error}") from error


def _catch_up(tx: WriteTx, published: Checkpoint, entries: list[bytes]) -> int:
    """Take over what the database lacks, if what it has is the beginning of it."""
    known = _known(tx, published.size)
    for leaf_index, (ours, theirs) in enumerate(zip(known, entries, strict=False)):
        if ours != theirs:
            raise HaltedError(
                f"The database has another entry {leaf_index} than the published log."
            )
    for leaf_index in range(len(known), len(entries)):
        leaf = Leaf(line=entries[leaf_index])
        check_leaf(leaf)
        store.insert_leaf(tx, leaf_index, leaf)
    store.insert_head(tx, Head(size=published.size, root=published.root))
    return len(entries) - len(known)


def _known(tx: ReadTx, size: int) -> list[bytes]:
    return store.leaves_from(tx, 0, size)


def _rebuild(folder: LogFolder, head: Head, entries: list[bytes]) -> None:
    """Write every bundle and tile again, if the entries still give the root that was signed."""
    made: dict[tuple[int, int], bytes] = {}
    for tile, data in (*new_bundles(0, entries, _nothing), *new_tiles(0, entries, _nothing)):
        made[tile.level, tile.index] = data
    if (
        len(entries) != head.size
        or root(head.size, hashes_of(head.size, lambda level, index: made[level, index]))
        != head.root
    ):
        raise HaltedError(f"The database does not hold the {head.size} entries that were signed.")
    for (level, index), data in made.items():
        folder.write(Tile(level, index), data)


def _nothing(_level: int, _index: int) -> bytes:
    return b""
