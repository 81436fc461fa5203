"""The way to the public log: the one place where a leaf of ours becomes one of the log's.

No proof, no sanction: where the log stands still, nothing is decided.
"""

from courtyard.conduct.rules_leaf import Leaf
from courtyard.storage.tx import WriteTx
from courtyard.transparency.rules_leaf import make_leaf
from courtyard.transparency.stage import stage


def log_leaf(tx: WriteTx, leaf: Leaf) -> int:
    """Stage a leaf in this transaction; return its index in the log.

    Raises:
        HaltedError: the log stands still, so nothing can be decided.
    """
    return stage(tx, make_leaf(leaf.type, leaf.id, leaf.day, leaf.fields))
