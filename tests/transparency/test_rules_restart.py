"""When the log may go on after a start."""

import pytest

from courtyard.transparency.errors import HaltedError
from courtyard.transparency.model import Checkpoint, Head
from courtyard.transparency.rules_merkle import EMPTY_ROOT
from courtyard.transparency.rules_restart import check_restart, check_tiles

ONE, OTHER = b"1" * 32, b"2" * 32


def published(size: int, root: bytes = ONE) -> Checkpoint:
    return Checkpoint(origin="log", size=size, root=root)


@pytest.mark.parametrize(
    "checkpoint, head, known",
    [
        (None, None, None),
        (None, Head(size=0, root=EMPTY_ROOT), EMPTY_ROOT),
        (published(0, EMPTY_ROOT), None, None),
        (published(0, EMPTY_ROOT), Head(size=7, root=OTHER), EMPTY_ROOT),
        (published(7), Head(size=7, root=ONE), ONE),
        # A stop between head and checkpoint.
        (published(7), Head(size=9, root=OTHER), ONE),
    ],
)
def test_it_goes_on(checkpoint: Checkpoint | None, head: Head | None, known: bytes | None) -> None:
    check_restart(checkpoint, head, known)


@pytest.mark.parametrize(
    "checkpoint, head, known, why",
    [
        (published(7), None, None, "knows 0 entries"),
        (published(7), Head(size=6, root=OTHER), None, "older than the published log"),
        (published(7), Head(size=7, root=OTHER), OTHER, "another root for 7"),
        (published(7), Head(size=9, root=OTHER), None, "another root for 7"),
        (published(0, ONE), Head(size=9, root=OTHER), EMPTY_ROOT, "another root for 0"),
    ],
)
def test_it_stands_still(
    checkpoint: Checkpoint, head: Head | None, known: bytes | None, why: str
) -> None:
    with pytest.raises(HaltedError, match=why):
        check_restart(checkpoint, head, known)


def test_tiles_that_give_another_root_stop_it() -> None:
    check_tiles(Head(size=7, root=ONE), ONE)
    with pytest.raises(HaltedError, match="tiles do not give the root"):
        check_tiles(Head(size=7, root=ONE), OTHER)
