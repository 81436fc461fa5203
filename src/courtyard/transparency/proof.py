"""Proofs about published entries, from the tiles."""

from typing import Final

from courtyard.base.errors import NotFoundError
from courtyard.storage.tx import ReadTx
from courtyard.transparency import store
from courtyard.transparency.errors import MissingTileError, NotProvenError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.model import Proof
from courtyard.transparency.rules_merkle import Hashes, check_inclusion, inclusion_proof
from courtyard.transparency.rules_proof import format_proof
from courtyard.transparency.rules_tiles import WIDTH, hashes_of

NODE_LEVEL_MIN: Final = 11
"""Hashes over 2**11 leaves and more are remembered; those over fewer are quickly made from one tile."""

EDGE_LEVEL_MIN: Final = 4
"""So are those over 2**4 and more in the last tile, because every proof needs the same few of them."""

NODES_MAX: Final = 4_096
"""How many: those of eight million leaves."""


class Nodes:
    """Hashes of complete subtrees high up in the tree. They never change and are part of nearly every proof."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._known: dict[tuple[int, int], bytes] = {}

    def remembering(self, size: int, at: Hashes) -> Hashes:
        """Return the same tree of `size`, with a memory."""
        edge = size - size % WIDTH

        def remembered(level: int, index: int) -> bytes:
            is_edge = level >= EDGE_LEVEL_MIN and index << level >= edge
            if level < NODE_LEVEL_MIN and not is_edge:
                return at(level, index)
            found = self._known.get((level, index))
            if found is None:
                if len(self._known) >= NODES_MAX:
                    self.forget()
                found = self._known[level, index] = at(level, index)
            return found

        return remembered

    def forget(self) -> None:
        """Read everything anew."""
        self._known.clear()


def inclusion(rx: ReadTx, leaf_index: int, extra: bytes | None = None) -> bytes:
    """Return the text of a `.tlog-proof` file for an entry, against the published checkpoint.

    Args:
        extra: bytes that go with the proof and are not proven, such as a salt for whoever may open the commitment.

    Raises:
        NotFoundError: the entry is not published yet (seconds after it was staged it is), or there is none.
        MissingTileError: the log's files are damaged.
    """
    folder = LogFolder(rx.settings)
    published = folder.published()
    if published is None or not 0 <= leaf_index < published[1].size:
        raise NotFoundError("The entry is not in the published log yet.")
    note, checkpoint = published
    nodes = rx.memory(Nodes)
    at = nodes.remembering(checkpoint.size, hashes_of(checkpoint.size, folder.read))
    hashes = inclusion_proof(leaf_index, checkpoint.size, at)
    try:
        # A proof that proves nothing would send its holder looking for a crime where a disk is worn out.
        leaf = at(0, leaf_index)
        check_inclusion(leaf, leaf_index, checkpoint.size, hashes, checkpoint.root)
    except NotProvenError as error:
        nodes.forget()
        raise MissingTileError("The log's files are damaged.") from error
    return format_proof(Proof(index=leaf_index, hashes=tuple(hashes), checkpoint=note, extra=extra))


def entry(rx: ReadTx, leaf_index: int) -> bytes:
    """Return the bytes of an entry, which whoever checks a proof needs besides it.

    Raises:
        NotFoundError: there is none, published or not.
    """
    leaf = store.leaf(rx, leaf_index)
    if leaf is None:
        raise NotFoundError("There is no such entry.")
    return leaf.line
