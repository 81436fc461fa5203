"""Proofs about published entries, from the tiles."""

from courtyard.base.errors import NotFoundError
from courtyard.storage.tx import ReadTx
from courtyard.transparency.errors import MissingTileError, NotProvenError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.model import Proof
from courtyard.transparency.rules_merkle import check_inclusion, inclusion_proof
from courtyard.transparency.rules_proof import format_proof
from courtyard.transparency.rules_tiles import hashes_of


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
    at = hashes_of(checkpoint.size, folder.read)
    hashes = inclusion_proof(leaf_index, checkpoint.size, at)
    try:
        # A proof that proves nothing would send its holder looking for a crime where a disk is worn out.
        leaf = at(0, leaf_index)
        check_inclusion(leaf, leaf_index, checkpoint.size, hashes, checkpoint.root)
    except NotProvenError as error:
        raise MissingTileError("The log's files are damaged.") from error
    return format_proof(Proof(index=leaf_index, hashes=tuple(hashes), checkpoint=note, extra=extra))
