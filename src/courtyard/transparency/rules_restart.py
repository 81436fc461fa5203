"""May the log go on from here? Asked at every start, because a database may have been put back from a backup.

Going on from an older database would give an index out twice, and so sign two trees that contradict each other: a fork,
which everybody who kept a checkpoint can prove. So the log stands still instead, and says why.
"""

from courtyard.transparency.errors import HaltedError
from courtyard.transparency.model import Checkpoint, Head
from courtyard.transparency.rules_merkle import EMPTY_ROOT

ADVICE = 'See docs/manual/transparency.md, "When the log stands still".'


def check_restart(
    published: Checkpoint | None, head: Head | None, root_at_published: bytes | None
) -> None:
    """Hold the published checkpoint against the database.

    Args:
        published: what the file says, its signature verified; None where there is no file.
        head: the database's largest tree.
        root_at_published: the database's root for the published size, if it has one.

    Raises:
        HaltedError: they disagree.
    """
    if published is None:
        return
    size = 0 if head is None else head.size
    if published.size > size:
        raise HaltedError(
            f"The database is older than the published log: it knows {size} entries, and a"
            f" checkpoint of {published.size} is published. Going on would fork the log. {ADVICE}"
        )
    known = EMPTY_ROOT if published.size == 0 else root_at_published
    if published.root != known:
        raise HaltedError(
            f"The database has another root for {published.size} entries than the one that is"
            f" published. Going on would fork the log. {ADVICE}"
        )


def check_tiles(head: Head, root_of_tiles: bytes) -> None:
    """Hold the tiles against the database.

    Raises:
        HaltedError: they give another root.
    """
    if root_of_tiles != head.root:
        raise HaltedError(
            f"The tiles do not give the root that the database has for {head.size} entries. {ADVICE}"
        )
