"""This server as a witness of other logs: it signs that a tree continues every tree it has seen of that log before.

A log that shows different trees to different people is found out when its readers ask for cosignatures of witnesses that
talk to all of them. So servers are of use to one another here without trusting each other.

spec: C2SP tlog-witness
"""

import hashlib

from courtyard.base.errors import NotFoundError
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.transparency import store
from courtyard.transparency.errors import MalformedError, OtherSizeError, UnknownLogError
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.model import ED25519, Head
from courtyard.transparency.rules_merkle import check_consistency
from courtyard.transparency.rules_note import (
    cosign,
    format_line,
    join_note,
    key_id,
    open_checkpoint,
    parse_checkpoint,
    parse_vkey,
    split_note,
)
from courtyard.transparency.rules_witness import parse_add_checkpoint


def add_checkpoint(tx: WriteTx, body: bytes) -> str:
    """Cosign a checkpoint of a log that we follow; return the signature line. Durable before anybody is told.

    Reading the last size and writing the new one share the one writer's transaction, so no two requests can interleave.

    Raises:
        MalformedError, UnknownLogError, BadSignatureError, OtherSizeError, NotProvenError: in this order, as the
            specification has it.
        HaltedError: this database may be an old one, and then so is what it knows of other logs.
    """
    asked = parse_add_checkpoint(body)
    text, lines = split_note(asked.checkpoint)
    checkpoint = parse_checkpoint(text)
    known = store.witnessed(tx, checkpoint.origin)
    if known is None:
        raise UnknownLogError("This witness does not follow a log of that origin.")
    log = parse_vkey(known.vkey)
    open_checkpoint(asked.checkpoint, log)
    if asked.old > checkpoint.size:
        raise MalformedError("The checkpoint is smaller than the tree before it.")
    if asked.old != known.size:
        raise OtherSizeError(known.size)
    check_consistency(asked.old, checkpoint.size, known.root, checkpoint.root, asked.proof)
    keys = tx.memory(Integrator).keys
    line = cosign(text, keys.witness.name, keys.witness_seed, tx.now_ms() // 1000)
    # The log's own signatures and ours: what others wrote under the note was not verified.
    signed = [
        format_line(each) for each in lines if (each.name, each.key_id) == (log.name, key_id(log))
    ]
    seen = Head(size=checkpoint.size, root=checkpoint.root)
    store.update_witnessed(tx, checkpoint.origin, seen, join_note(text, [*signed, line]))
    return line


def latest(rx: ReadTx, origin_hash: str) -> bytes:
    """Return the newest checkpoint that was cosigned of a log, named by the SHA-256 of its origin in hexadecimal.

    Raises:
        NotFoundError: there is none.
    """
    for origin, known in store.all_witnessed(rx).items():
        if hashlib.sha256(origin.encode()).hexdigest() == origin_hash and known.checkpoint:
            return known.checkpoint
    raise NotFoundError("This witness has cosigned nothing of such a log.")


def follow(tx: WriteTx, vkey: str) -> bool:
    """Follow a log from now on, from its first entry; tell whether it is new. Its origin is the name of its key.

    Raises:
        MalformedError: that is no key of a log.
    """
    log = parse_vkey(vkey)
    if log.algorithm != ED25519:
        raise MalformedError("This is the key of a witness, not of a log.")
    return store.add_witnessed(tx, log.name, vkey)


def followed(rx: ReadTx) -> list[tuple[str, int]]:
    """Return origin and last size of every log that we follow."""
    return sorted((origin, known.size) for origin, known in store.all_witnessed(rx).items())
