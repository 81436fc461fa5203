"""How the log stands: for pages that tell people, and for whoever names it in a document."""

from collections.abc import Iterator

import msgspec

from courtyard.storage.tx import ReadTx
from courtyard.transparency import store
from courtyard.transparency.errors import BadSignatureError, MalformedError, MissingTileError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.keys import LOG, WITNESS
from courtyard.transparency.model import LogName
from courtyard.transparency.rules_note import parse_vkey, verified_by

BATCH = 1_000


class WitnessStatus(msgspec.Struct, frozen=True):
    """A witness that is asked to cosign."""

    name: str
    has_cosigned: bool
    """Whether its line stands under the published checkpoint."""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the log stands.

    Attributes:
        is_halted: whether it stands still.
        entries: how many there are, published or about to be.
        published: how many the published checkpoint covers; None: nothing is published, or it cannot be read.
        dated_at_ms: when the published checkpoint was dated; 0: long ago, or it cannot be read.
    """

    is_halted: bool
    entries: int
    published: int | None
    dated_at_ms: int
    checkpoint: str
    witnesses: tuple[WitnessStatus, ...]


def log_name(tx: ReadTx) -> LogName | None:
    """Return how the log is called and verified; None before the first start."""
    vkey = store.keys(tx).get(LOG)
    return None if vkey is None else LogName(origin=parse_vkey(vkey).name, vkey=vkey)


def status(tx: ReadTx) -> Status:
    """Return how the log stands now."""
    integrator = tx.memory(Integrator)
    try:
        published = LogFolder(tx.settings).published()
    except MissingTileError:
        published = None
    note, size = (b"", None) if published is None else (published[0], published[1].size)
    own = store.keys(tx).get(WITNESS)
    asked = [one.witness.vkey for one in integrator.cosigners]
    try:
        signed = verified_by(note, [*asked, *([] if own is None else [parse_vkey(own)])])
    except (MalformedError, BadSignatureError):
        signed = {}
    dated_at_s = max((at or 0 for at in signed.values()), default=0)
    return Status(
        is_halted=integrator.halted is not None,
        entries=store.leaf_count(tx),
        published=size,
        dated_at_ms=dated_at_s * 1000,
        checkpoint=note.decode("utf-8", "replace"),
        witnesses=tuple(WitnessStatus(vkey.name, vkey in signed) for vkey in asked),
    )


def entries(tx: ReadTx, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield the entries from an index on, each with its index, in order."""
    while lines := store.leaves_from(tx, first, BATCH):
        yield from enumerate(lines, start=first)
        first += len(lines)
