"""The words of the log: leaf, tile, checkpoint, head, key, witness."""

from typing import Final

import msgspec

ED25519: Final = 0x01
"""The signature type of a log's own signature."""

COSIGNATURE_V1: Final = 0x04
"""The signature type of a witness's timestamped cosignature."""

ENTRIES: Final = -1
"""The level of an entry bundle, in a `Tile`."""


class Leaf(msgspec.Struct, frozen=True):
    """One entry of the log. Made only by `rules_leaf`, which knows what may stand in one."""

    line: bytes


class Tile(msgspec.Struct, frozen=True):
    """A run of at most 256 hashes of one level, or (level `ENTRIES`) of entries.

    The hash at `level` and place i covers 256**level leaves. `index` counts tiles of the level, `width` what is in it.
    """

    level: int
    index: int
    width: int = 256


class Checkpoint(msgspec.Struct, frozen=True):
    """What a log's signature is about: whose tree, how many leaves, which root."""

    origin: str
    size: int
    root: bytes


class Head(msgspec.Struct, frozen=True):
    """A tree whose tiles are durable: the only trees that are ever signed. One root for each size."""

    size: int
    root: bytes


class Vkey(msgspec.Struct, frozen=True):
    """A key that verifies signatures under a name."""

    name: str
    algorithm: int
    public_key: bytes


class SignatureLine(msgspec.Struct, frozen=True):
    """One signature of a note, not verified yet."""

    name: str
    key_id: bytes
    signature: bytes


class Proof(msgspec.Struct, frozen=True):
    """What a `.tlog-proof` file says, not verified yet."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


class Witnessed(msgspec.Struct, frozen=True):
    """Another log that this server's witness follows, and the newest tree that it has cosigned."""

    vkey: str
    size: int
    root: bytes
    checkpoint: bytes | None


class LogName(msgspec.Struct, frozen=True):
    """How a log is called, and the key that verifies it, as people exchange both."""

    origin: str
    vkey: str
