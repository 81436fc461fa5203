"""What a log sends to a witness: where the proof starts, the proof, and the checkpoint.

spec: C2SP tlog-witness, add-checkpoint
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from courtyard.transparency.errors import MalformedError
from courtyard.transparency.rules_merkle import PROOF_MAX
from courtyard.transparency.rules_note import (
    NOTE_BYTES_MAX,
    decode_decimal,
    decode_hash,
    encode_base64,
)

BODY_BYTES_MAX: Final = NOTE_BYTES_MAX + 4_096


class AddCheckpoint(msgspec.Struct, frozen=True):
    """A request to cosign, not verified yet."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


def format_add_checkpoint(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Return the body with which a log asks a witness."""
    lines = [f"old {old}", *map(encode_base64, proof)]
    return ("\n".join(lines) + "\n\n").encode() + checkpoint


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read such a body, and verify nothing.

    Raises:
        MalformedError: it is not that.
    """
    head, mark, checkpoint = body.partition(b"\n\n")
    if not mark or not head.isascii():
        raise MalformedError("The body is no request to a witness.")
    first, *proof = head.decode().split("\n")
    if not first.startswith("old ") or len(proof) > PROOF_MAX:
        raise MalformedError(
            "The body does not say which tree comes before, or its proof is too long."
        )
    return AddCheckpoint(
        old=decode_decimal(first.removeprefix("old ")),
        proof=tuple(map(decode_hash, proof)),
        checkpoint=checkpoint,
    )
