"""The tree as files: which tiles a tree has, what they are called, and what new entries change in them.

A tile and a bundle only ever grow at the end, until they are full. So one file for each is enough: a narrower tile
that an earlier checkpoint needs is the beginning of it.

spec: C2SP tlog-tiles
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from courtyard.transparency.errors import MalformedError, MissingTileError
from courtyard.transparency.model import ENTRIES, Tile
from courtyard.transparency.rules_merkle import HASH_BYTES, Hashes, leaf_hash

HEIGHT: Final = 8
WIDTH: Final = 256
LEVEL_MAX: Final = 63
ENTRY_BYTES_MAX: Final = 0xFFFF

Read = Callable[[int, int], bytes]
"""Level and index of a tile → at least as much of it as the tree in question has."""

_PATH = re.compile(r"(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


def tile_path(tile: Tile) -> str:
    """Return a tile's address below the log's: index 1234067 of level 0 is `tile/0/x001/x234/067`."""
    groups = [f"{tile.index % 1000:03}"]
    rest = tile.index // 1000
    while rest:
        groups.append(f"x{rest % 1000:03}")
        rest //= 1000
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    partial = "" if tile.width == WIDTH else f".p/{tile.width}"
    return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


def parse_path(path: str) -> Tile | None:
    """Return the tile at an address (after `tile/`), or None where no tile can be."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, index, width = found.groups()
    tile = Tile(
        ENTRIES if level == "entries" else int(level),
        int(index.replace("x", "").replace("/", "")),
        WIDTH if width is None else int(width),
    )
    # One tile has one address: no zeroes in front, no full tile called partial.
    is_canonical = tile_path(tile) == f"tile/{path}"
    return tile if is_canonical and tile.level <= LEVEL_MAX and 0 < tile.width <= WIDTH else None


def count_at(size: int, level: int) -> int:
    """Return how many hashes (or entries) a tree of `size` has at a tile level."""
    return size >> (HEIGHT * max(level, 0))


def holds(size: int, tile: Tile) -> bool:
    """Tell whether a tree of `size` has a tile, at this or a greater width."""
    return tile.index * WIDTH + tile.width <= count_at(size, tile.level)


def tiles_at(size: int, level: int) -> Iterator[Tile]:
    """Yield the tiles of one level of a tree of `size`, each as wide as it then is."""
    count = count_at(size, level)
    for index in range(-(-count // WIDTH)):
        yield Tile(level, index, min(WIDTH, count - index * WIDTH))


def levels(size: int) -> Iterator[int]:
    """Yield the levels at which a tree of `size` has hash tiles."""
    level = 0
    while count_at(size, level):
        yield level
        level += 1


def cut(tile: Tile, data: bytes) -> bytes:
    """Return the first `width` hashes or entries of a tile that is as wide or wider.

    Raises:
        MissingTileError: it is narrower, or a bundle that cannot be read.
    """
    end = tile.width * HASH_BYTES if tile.level != ENTRIES else _end(data, tile)
    if len(data) < end:
        raise MissingTileError(f"{tile_path(tile)} is cut short.")
    return data[:end]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries with their lengths in front of them."""
    assert all(len(entry) <= ENTRY_BYTES_MAX for entry in entries), "stage refuses larger ones"
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        MalformedError: the lengths do not add up.
    """
    entries, place = [], 0
    while place < len(data):
        start = place + 2
        place = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or place > len(data):
            raise MalformedError("An entry bundle is cut off.")
        entries.append(data[start:place])
    return entries


def hashes_of(size: int, read: Read) -> Hashes:
    """Return the tree of `size` as the proofs see it, read from its tiles. Each tile is read once."""
    known: dict[tuple[int, int], bytes] = {}

    def at(level: int, index: int) -> bytes:
        tile_level, rest = divmod(level, HEIGHT)
        start = index << rest
        place = tile_level, start // WIDTH
        if place not in known:
            width = min(WIDTH, count_at(size, tile_level) - place[1] * WIDTH)
            known[place] = cut(Tile(*place, width), read(*place))
        first = start % WIDTH
        return run_hash(known[place], first, 1 << rest)

    return at


def run_hash(tile: bytes, first: int, count: int) -> bytes:
    """Return the hash over `count` neighbours in a tile; `count` is a power of two."""
    run = tile[first * HASH_BYTES : (first + count) * HASH_BYTES]
    sha256, pair = hashlib.sha256, 2 * HASH_BYTES
    while len(run) > HASH_BYTES:
        # `node_hash` spelt out: this is most of what a proof costs.
        pairs = [run[at : at + pair] for at in range(0, len(run), pair)]
        run = b"".join([sha256(b"\x01" + each).digest() for each in pairs])
    return run


def new_bundles(size: int, entries: Sequence[bytes], read: Read) -> Iterator[tuple[Tile, bytes]]:
    """Yield the bundles that change when `entries` are put behind the first `size`, as they then are."""
    done = 0
    while done < len(entries):
        index, width = divmod(size + done, WIDTH)
        taken = entries[done : done + WIDTH - width]
        before = cut(Tile(ENTRIES, index, width), read(ENTRIES, index)) if width else b""
        yield Tile(ENTRIES, index, width + len(taken)), before + encode_bundle(taken)
        done += len(taken)


def new_tiles(size: int, entries: Sequence[bytes], read: Read) -> Iterator[tuple[Tile, bytes]]:
    """Yield the hash tiles that change when `entries` are put behind the first `size`, lowest level first."""
    level, hashes = 0, [leaf_hash(entry) for entry in entries]
    while hashes:
        upper: list[bytes] = []
        start, done = count_at(size, level), 0
        while done < len(hashes):
            index, width = divmod(start + done, WIDTH)
            taken = hashes[done : done + WIDTH - width]
            before = cut(Tile(level, index, width), read(level, index)) if width else b""
            data = before + b"".join(taken)
            yield Tile(level, index, width + len(taken)), data
            if width + len(taken) == WIDTH:
                upper.append(run_hash(data, 0, WIDTH))
            done += len(taken)
        level, hashes = level + 1, upper


def _end(data: bytes, tile: Tile) -> int:
    """Return where the first `width` entries of a bundle end; beyond its end, when they are not all there."""
    place = 0
    for _ in range(tile.width):
        if place + 2 > len(data):
            return len(data) + 1
        place += 2 + int.from_bytes(data[place : place + 2], "big")
    return place
