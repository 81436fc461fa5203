"""Put a leaf in the log: in the caller's transaction, so that it is there exactly when what it is about happened."""

from courtyard.storage.tx import WriteTx
from courtyard.transparency import store
from courtyard.transparency.errors import HaltedError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.model import Leaf
from courtyard.transparency.rules_leaf import check_leaf


def stage(tx: WriteTx, leaf: Leaf) -> int:
    """Give a leaf its index and keep it. It is published within seconds of the caller's commit, and never without.

    Raises:
        LeafRefusedError: something in it may not stand in the log.
        HaltedError: the log stands still, so nothing that needs an entry in it may be done.
    """
    check_leaf(leaf)
    integrator = tx.memory(Integrator)
    if integrator.halted is not None:
        raise HaltedError(integrator.halted)
    leaf_index = store.leaf_count(tx)
    published = LogFolder(tx.settings).published()
    if published is not None and leaf_index < published[1].size:
        # Also where no server has looked yet, such as in a command on a database that was put back.
        raise HaltedError(f"The log has an entry {leaf_index} already: the database is an old one.")
    store.insert_leaf(tx, leaf_index, leaf)
    integrator.wake_after(tx)
    return leaf_index
