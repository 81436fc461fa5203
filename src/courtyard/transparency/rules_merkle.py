"""The Merkle tree: hashes, and proofs that an entry is in a tree or that one tree continues another.

A tree is seen through a function `at(level, index)` that gives the hash over the 2**level leaves from index * 2**level
on. Only complete subtrees are ever asked for, so the same code reads tiles of any origin.

spec: RFC 6962, section 2.1; RFC 9162, sections 2.1.3.2 and 2.1.4.2
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

from courtyard.transparency.errors import NotProvenError

Hashes = Callable[[int, int], bytes]
"""Level and index of a complete subtree → its hash."""

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

PROOF_MAX: Final = 63
"""No proof has more hashes than this: a tree has fewer than 2**63 leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry. The first byte keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, at: Hashes) -> bytes:
    """Return the root of a tree of `size` leaves."""
    return _range(0, size, at) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, at: Hashes) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root, from the leaf upwards."""
    assert 0 <= index < size, "the leaf is in the tree"
    proof = []
    start, end = 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            proof.append(_range(middle, end, at))
            end = middle
        else:
            proof.append(_range(start, middle, at))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, size: int, at: Hashes) -> list[bytes]:
    """Return the hashes that show that a tree of `size` continues its own first `old` leaves."""
    assert 0 <= old <= size, "the old tree is not the larger one"
    if old in (0, size):
        return []
    proof = []
    start, end = 0, size
    while end != old:
        middle = _split(start, end)
        if old <= middle:
            proof.append(_range(middle, end, at))
            end = middle
        else:
            proof.append(_range(start, middle, at))
            start = middle
    if start:
        # The old root holds more than this subtree, so the verifier cannot know its hash.
        proof.append(_range(start, end, at))
    return proof[::-1]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes
) -> None:
    """Check that the leaf with hash `leaf` is number `index` of the tree.

    Raises:
        NotProvenError: the proof does not show it.
    """
    if not 0 <= index < size:
        raise NotProvenError(f"There is no entry {index} in a tree of {size}.")
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise NotProvenError("The inclusion proof is too long.")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last or found != tree_root:
        raise NotProvenError(f"The inclusion proof of entry {index} does not lead to the root.")


def check_consistency(
    old: int, size: int, old_root: bytes, tree_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `size` begins with the tree of `old` leaves.

    Raises:
        NotProvenError: the proof does not show it.
    """
    if not 0 <= old <= size:
        raise NotProvenError(f"A tree of {size} cannot continue one of {old}.")
    if old in (0, size):
        if proof:
            raise NotProvenError("The consistency proof is too long.")
        is_same = old != size or old_root == tree_root
        if not is_same or (old == 0 and old_root != EMPTY_ROOT):
            raise NotProvenError(f"There are two roots for {old} entries.")
        return
    # A complete old tree is a node of the new one, and so is not repeated in the proof.
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        raise NotProvenError("The consistency proof is empty.")
    found_old = found = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise NotProvenError("The consistency proof is too long.")
        if place & 1 or place == last:
            found_old, found = node_hash(sibling, found_old), node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last or found_old != old_root or found != tree_root:
        raise NotProvenError(f"The tree of {size} does not continue the tree of {old}.")


def _split(start: int, end: int) -> int:
    """Return where RFC 6962 parts a range: after the largest power of two that leaves something."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _range(start: int, end: int, at: Hashes) -> bytes:
    """Return the hash of the leaves from `start` to before `end`, a range that `_split` made."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(at(level, start >> level))
        start += 1 << level
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found
