"""The way to the public log: the one place that knows how a leaf gets there.

No proof, no sanction: without a log nothing is decided. `app` says where the log is, once:
`world.memory(PublicLog).stage = …`, a function that stages the leaf in the caller's transaction and returns its index.
"""

from collections.abc import Callable

from courtyard.base.errors import UnavailableError
from courtyard.conduct.rules_leaf import Leaf
from courtyard.storage.tx import WriteTx

LogLeaf = Callable[[WriteTx, Leaf], int]


class PublicLog:
    """This process's way to the log."""

    stage: LogLeaf | None = None


def log_leaf(tx: WriteTx, leaf: Leaf) -> int:
    """Stage a leaf in this transaction; return its index in the log.

    Raises:
        UnavailableError: there is no log, so nothing can be decided.
    """
    stage = tx.memory(PublicLog).stage
    if stage is None:
        message = "The public log is not there, and without it nothing is decided."
        raise UnavailableError(message)
    return stage(tx, leaf)
