"""Proofs that people keep in a file: this entry is in that log, and can be checked without asking anybody.

spec: C2SP tlog-proof
"""

from courtyard.transparency.errors import MalformedError
from courtyard.transparency.model import Checkpoint, Proof, Vkey
from courtyard.transparency.rules_merkle import PROOF_MAX, check_inclusion, leaf_hash
from courtyard.transparency.rules_note import (
    NOTE_BYTES_MAX,
    decode_base64,
    decode_decimal,
    decode_hash,
    encode_base64,
    open_checkpoint,
)

HEADER = "c2sp.org/tlog-proof@v1"


def format_proof(proof: Proof) -> bytes:
    """Return the text of a `.tlog-proof` file."""
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {encode_base64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines += map(encode_base64, proof.hashes)
    return ("\n".join(lines) + "\n\n").encode() + proof.checkpoint


def parse_proof(data: bytes) -> Proof:
    """Read a `.tlog-proof` file, and verify nothing.

    Raises:
        MalformedError: it is not that.
    """
    head, mark, checkpoint = data.partition(b"\n\n")
    if not mark or len(data) > 2 * NOTE_BYTES_MAX or not head.isascii():
        raise MalformedError("This is no proof of a log entry.")
    lines = head.decode().split("\n")
    if lines.pop(0) != HEADER:
        raise MalformedError("This is no proof of a log entry, or of another version.")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise MalformedError("The proof names no index.")
    index = decode_decimal(lines.pop(0).removeprefix("index "))
    if len(lines) > PROOF_MAX:
        raise MalformedError("The proof is too long.")
    return Proof(
        index=index, hashes=tuple(map(decode_hash, lines)), checkpoint=checkpoint, extra=extra
    )


def check_proof(data: bytes, entry: bytes, log: Vkey) -> tuple[int, Checkpoint]:
    """Check that a log has an entry; return its index and the checkpoint that says so.

    Which witnesses must have cosigned that checkpoint is for `rules_policy` to say.

    Raises:
        MalformedError: the file is no proof.
        BadSignatureError: the log did not sign its checkpoint.
        NotProvenError: the proof is of another entry.
    """
    proof = parse_proof(data)
    checkpoint = open_checkpoint(proof.checkpoint, log)
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return proof.index, checkpoint
