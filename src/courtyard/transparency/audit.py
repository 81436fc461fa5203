"""Is a log what it says it is? Every entry hashed again, every tile compared, and the root computed from them.

For a log anywhere: `read` gets one tile or bundle, from files or over the network.
"""

from collections.abc import Callable
from typing import Final

from courtyard.transparency.errors import MissingTileError, NotProvenError
from courtyard.transparency.model import ENTRIES, Checkpoint, Tile
from courtyard.transparency.rules_merkle import HASH_BYTES, leaf_hash, root
from courtyard.transparency.rules_tiles import (
    WIDTH,
    decode_bundle,
    hashes_of,
    levels,
    run_hash,
    tile_path,
    tiles_at,
)

ReadTile = Callable[[Tile], bytes]
"""Tile → exactly what it holds."""

TILE_BYTES: Final = WIDTH * HASH_BYTES


class Audited:
    """The hashes of a log that was looked at as a whole."""

    def __init__(self, checkpoint: Checkpoint, hashes: list[bytes]) -> None:
        """Keep the hashes of each level, one behind the other."""
        self.checkpoint = checkpoint
        self._hashes = hashes

    def root_at(self, size: int) -> bytes:
        """Return the root that the log had when it was smaller, or has."""
        assert 0 <= size <= self.checkpoint.size, "a log has no later trees"

        def read(level: int, index: int) -> bytes:
            return self._hashes[level][index * TILE_BYTES : (index + 1) * TILE_BYTES]

        return root(size, hashes_of(size, read))


def audit(
    checkpoint: Checkpoint, read: ReadTile, on_entry: Callable[[int, bytes], None] | None = None
) -> Audited:
    """Look at a whole log, in the order of its entries.

    Args:
        on_entry: called with index and bytes of each entry, before anything is said about its hash.

    Raises:
        NotProvenError: the first thing that is wrong, in one sentence.
        MissingTileError: a tile or bundle is missing or has not the right length.
        MalformedError: a bundle cannot be read.
    """
    size = checkpoint.size
    below: list[bytes] = []
    for tile in tiles_at(size, ENTRIES):
        entries = decode_bundle(read(tile))
        if len(entries) != tile.width:
            raise MissingTileError(
                f"{tile_path(tile)} has {len(entries)} entries instead of {tile.width}."
            )
        if on_entry is not None:
            for place, entry in enumerate(entries):
                on_entry(tile.index * WIDTH + place, entry)
        below += map(leaf_hash, entries)
    hashes = []
    for level in levels(size):
        upper = []
        for tile in tiles_at(size, level):
            data = read(tile)
            first = tile.index * WIDTH
            _compare(tile, data, below[first : first + tile.width])
            if tile.width == WIDTH:
                upper.append(run_hash(data, 0, WIDTH))
        hashes.append(b"".join(below))
        below = upper
    audited = Audited(checkpoint, hashes)
    if audited.root_at(size) != checkpoint.root:
        raise NotProvenError(
            f"The {size} entries do not give the root that the checkpoint has for them."
        )
    return audited


def _compare(tile: Tile, data: bytes, expected: list[bytes]) -> None:
    if len(data) != tile.width * HASH_BYTES:
        raise MissingTileError(
            f"{tile_path(tile)} has {len(data)} bytes instead of {tile.width * HASH_BYTES}."
        )
    for place, known in enumerate(expected):
        if data[place * HASH_BYTES : (place + 1) * HASH_BYTES] != known:
            what = "entry" if tile.level == 0 else f"tile/{tile.level - 1}"
            number = tile.index * WIDTH + place
            raise NotProvenError(
                f"{tile_path(tile)} does not have the hash of {what} {number}: one of them was changed."
            )
