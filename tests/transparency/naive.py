"""The Merkle tree as RFC 6962 defines it, word for word, and slowly."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache

from courtyard.transparency.rules_merkle import Hashes


def entry(number: int) -> bytes:
    """Return some entry; each is another."""
    return b"entry %d" % number + b"." * (number % 7)


def mth(entries: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of a list of entries.

    spec: RFC 6962, section 2.1
    """
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + mth(entries[:split]) + mth(entries[split:])).digest()


def subtrees(entries: Sequence[bytes]) -> Hashes:
    """See a list of entries as the proofs do."""

    @cache
    def at(level: int, index: int) -> bytes:
        run = entries[index << level : (index + 1) << level]
        assert len(run) == 1 << level, "only complete subtrees are asked for"
        return mth(run)

    return at


def flips(data: bytes) -> list[Callable[[], bytes]]:
    """Return ways to spoil some bytes: one bit near each end, and one in the middle."""

    def flip(place: int, bit: int) -> Callable[[], bytes]:
        return lambda: data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]

    return [flip(0, 1), flip(len(data) // 2, 0x10), flip(len(data) - 1, 0x80)]
