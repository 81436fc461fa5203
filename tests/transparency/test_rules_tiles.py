"""Tiles: their names, their widths, and that growing in any steps gives the same files."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.transparency.errors import MalformedError, MissingTileError
from courtyard.transparency.model import ENTRIES, Tile
from courtyard.transparency.rules_merkle import root
from courtyard.transparency.rules_tiles import (
    cut,
    decode_bundle,
    encode_bundle,
    hashes_of,
    holds,
    levels,
    new_bundles,
    new_tiles,
    parse_path,
    tile_path,
    tiles_at,
)
from tests.transparency.naive import entry, mth


class Files:
    """A log in memory: one growing file for each tile."""

    def __init__(self) -> None:
        self.size = 0
        self.files: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        return self.files.get((level, index), b"")

    def append(self, entries: list[bytes]) -> None:
        made = [*new_bundles(self.size, entries, self.read)]
        made += new_tiles(self.size, entries, self.read)
        for tile, data in made:
            assert data.startswith(self.read(tile.level, tile.index)), "a tile only grows"
            self.files[tile.level, tile.index] = data
        self.size += len(entries)


@pytest.mark.parametrize(
    "tile, path",
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(3, 999, 7), "tile/3/999.p/7"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (Tile(ENTRIES, 5), "tile/entries/005"),
        (Tile(ENTRIES, 70_001, 112), "tile/entries/x070/001.p/112"),
    ],
)
def test_a_tile_has_one_address(tile: Tile, path: str) -> None:
    assert tile_path(tile) == path
    assert parse_path(path.removeprefix("tile/")) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "0/0",
        "0/00",
        "0/0000",
        "00/000",
        "01/000",
        "64/000",
        "-1/000",
        "0/x000/001",
        "0/001/002",
        "0/x001",
        "0/x001/x002",
        "0/000.p/0",
        "0/000.p/01",
        "0/000.p/256",
        "0/000.p/999",
        "0/000.p/",
        "0/000.p",
        "0/000/",
        "/0/000",
        "0/../000",
        "0/\u0660\u0660\u0660",
        "entries/000.p/256",
        "data/000",
        "0/000\n",
        "0/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_what_is_no_address_leads_nowhere(path: str) -> None:
    assert parse_path(path) is None


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    widths = {
        level: [tile.width for tile in tiles_at(70_000, level)] for level in (ENTRIES, 0, 1, 2)
    }
    assert widths[0] == widths[ENTRIES] == [256] * 273 + [112]
    assert (widths[1], widths[2]) == ([256, 17], [1])
    assert list(levels(70_000)) == [0, 1, 2]
    assert [list(tiles_at(256, level)) for level in levels(256)] == [[Tile(0, 0)], [Tile(1, 0, 1)]]
    assert (list(levels(0)), list(tiles_at(0, 0))) == ([], [])


@pytest.mark.parametrize(
    "size, tile, is_held",
    [
        (300, Tile(0, 0), True),
        (300, Tile(0, 0, 17), True),
        (300, Tile(0, 1, 44), True),
        (300, Tile(0, 1, 45), False),
        (300, Tile(0, 1), False),
        (300, Tile(1, 0, 1), True),
        (300, Tile(1, 0, 2), False),
        (300, Tile(2, 0, 1), False),
        (300, Tile(ENTRIES, 1, 44), True),
        (300, Tile(ENTRIES, 1, 45), False),
        (0, Tile(0, 0, 1), False),
    ],
)
def test_a_tree_has_no_more_than_its_size(size: int, tile: Tile, is_held: bool) -> None:
    assert holds(size, tile) is is_held


def test_roots_from_tiles_are_those_of_the_definition_at_every_size() -> None:
    entries = [entry(number) for number in range(600)]
    log = Files()
    for number in range(600):
        log.append([entries[number]])
        if number % 37 == 0 or number in (254, 255, 256, 257, 511, 512, 599):
            for size in {number + 1, number // 2, 0}:
                assert root(size, hashes_of(size, log.read)) == mth(entries[:size])


@settings(max_examples=25)
@given(st.lists(st.sampled_from([0, 1, 2, 7, 100, 255, 256, 257, 600]), max_size=6))
def test_growing_in_any_steps_gives_the_same_files(steps: list[int]) -> None:
    entries = [entry(number) for number in range(sum(steps))]
    slow, quick, done = Files(), Files(), 0
    for step in steps:
        slow.append(entries[done : done + step])
        done += step
    quick.append(entries)
    assert slow.files == quick.files
    assert root(done, hashes_of(done, slow.read)) == mth(entries)


def test_a_tree_of_70000_has_an_upper_level() -> None:
    log = Files()
    entries = [b"%d" % number for number in range(70_000)]
    log.append(entries)
    assert len(log.files[2, 0]) == 32
    assert root(70_000, hashes_of(70_000, log.read)) == mth(entries)


def test_what_a_narrower_tile_had_is_the_beginning_of_it() -> None:
    log = Files()
    log.append([entry(number) for number in range(300)])
    assert cut(Tile(0, 1, 3), log.read(0, 1)) == log.read(0, 1)[:96]
    assert decode_bundle(cut(Tile(ENTRIES, 1, 3), log.read(ENTRIES, 1))) == [
        entry(number) for number in range(256, 259)
    ]


@pytest.mark.parametrize("level", [0, ENTRIES])
@pytest.mark.parametrize("lost", [1, 8, 31, 33])
def test_a_short_tile_is_told_apart_from_a_whole_one(level: int, lost: int) -> None:
    log = Files()
    log.append([entry(number) for number in range(3)])
    data = log.read(level, 0)
    with pytest.raises(MissingTileError, match="cut short"):
        cut(Tile(level, 0, 3), data[:-lost])
    with pytest.raises(MissingTileError):
        cut(Tile(level, 0, 3), b"")


def test_an_empty_entry_is_an_entry() -> None:
    assert decode_bundle(encode_bundle([b"", b"a", b""])) == [b"", b"a", b""]
    assert decode_bundle(b"") == []


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x01", b"\x00\x01a\x00", b"\xff\xffabc"])
def test_a_bundle_that_is_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_bundle(data)
