"""What a log sends to a witness: where the proof starts, the proof, and the checkpoint; and which witnesses it asks.

spec: C2SP tlog-witness, add-checkpoint
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from courtyard.transparency.errors import BadSignatureError, MalformedError
from courtyard.transparency.model import COSIGNATURE_V1, Vkey
from courtyard.transparency.rules_merkle import PROOF_MAX
from courtyard.transparency.rules_note import (
    NOTE_BYTES_MAX,
    decode_decimal,
    decode_hash,
    encode_base64,
    format_line,
    join_note,
    key_id,
    parse_vkey,
    split_note,
    verified_by,
)

BODY_BYTES_MAX: Final = NOTE_BYTES_MAX + 4_096
WITNESSES_MAX: Final = 16
RETRY_SECONDS_MIN: Final = 5
RETRY_SECONDS_MAX: Final = 3_600


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


class Witness(msgspec.Struct, frozen=True):
    """A witness that this log asks: its key, and the address below which `add-checkpoint` is."""

    vkey: Vkey
    url: str


def parse_witnesses(text: str) -> tuple[Witness, ...]:
    """Read the setting `log_witnesses`: `KEY ADDRESS, KEY ADDRESS, …`.

    Raises:
        MalformedError: it is not that; the message names the setting.
    """
    found: list[Witness] = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        vkey, _, url = entry.partition(" ")
        url = url.strip().rstrip("/")
        if not url.startswith(("http://", "https://")) or not url.isascii() or len(url.split()) > 1:
            raise MalformedError(f"log_witnesses: {url!r} is no address.")
        try:
            witness = Witness(parse_vkey(vkey), url)
        except MalformedError as error:
            raise MalformedError(f"log_witnesses: {error.message}") from error
        if witness.vkey.algorithm != COSIGNATURE_V1:
            raise MalformedError("log_witnesses: this is the key of a log, not of a witness.")
        if witness.vkey in (one.vkey for one in found):
            raise MalformedError("log_witnesses: a witness is named twice.")
        found.append(witness)
    if len(found) > WITNESSES_MAX:
        raise MalformedError(f"log_witnesses: more than {WITNESSES_MAX} are not asked.")
    return tuple(found)


def line_of(witness: Witness, text: str, answer: bytes) -> str:
    """Return a witness's line out of its answer, once it is verified.

    Raises:
        MalformedError, BadSignatureError: it has not cosigned this text.
    """
    joined = join_note(text, [answer.decode("utf-8", "replace")])
    if witness.vkey not in verified_by(joined, [witness.vkey]):
        raise BadSignatureError(f"{witness.vkey.name} has not signed.")
    wanted = (witness.vkey.name, key_id(witness.vkey))
    return next(
        format_line(line) for line in split_note(joined)[1] if (line.name, line.key_id) == wanted
    )


def with_line(note: bytes, text: str, witness: Witness, line: str) -> bytes | None:
    """Return a published note with a witness's line in place of its earlier one; None if the note says something else by now."""
    now, lines = split_note(note)
    if now != text:
        return None
    own = (witness.vkey.name, key_id(witness.vkey))
    kept = [format_line(each) for each in lines if (each.name, each.key_id) != own]
    return join_note(text, [*kept, line])


def retry_seconds(failures: int) -> int:
    """Return how long a witness that failed that often is left alone."""
    return min(RETRY_SECONDS_MAX, RETRY_SECONDS_MIN << min(failures - 1, 10))
