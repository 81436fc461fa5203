"""Signed notes: text with signatures under it, the keys that verify them, and checkpoints written that way.

spec: C2SP signed-note, tlog-checkpoint, tlog-cosignature
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from courtyard.transparency.errors import BadSignatureError, MalformedError
from courtyard.transparency.model import (
    COSIGNATURE_V1,
    ED25519,
    Checkpoint,
    SignatureLine,
    Vkey,
)
from courtyard.transparency.rules_merkle import HASH_BYTES

NOTE_BYTES_MAX: Final = 64 * 1024
SIGNATURES_MAX: Final = 64
KEY_BYTES: Final = 32

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_TIMESTAMP_BYTES = 8
_KEY_ID_BYTES = 4


# --- text -----------------------------------------------------------------------------------------


def encode_base64(data: bytes) -> str:
    """Return standard base64 with its padding."""
    return base64.b64encode(data).decode()


def decode_base64(text: str) -> bytes:
    """Decode standard base64; one value has one text.

    Raises:
        MalformedError: it is not that.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("Something is not base64.") from error
    if encode_base64(data) != text:
        raise MalformedError("Something is not canonical base64.")
    return data


def decode_decimal(text: str) -> int:
    """Decode a whole number without zeroes in front.

    Raises:
        MalformedError: it is not that, or larger than 19 digits.
    """
    if not _DECIMAL.fullmatch(text):
        raise MalformedError("A number is not written in decimal.")
    return int(text)


def decode_hash(text: str) -> bytes:
    """Decode a SHA-256 hash in base64.

    Raises:
        MalformedError: it is not that.
    """
    data = decode_base64(text)
    if len(data) != HASH_BYTES:
        raise MalformedError("A hash has the wrong length.")
    return data


# --- keys -----------------------------------------------------------------------------------------


def vkey_of(name: str, algorithm: int, seed: bytes) -> Vkey:
    """Return the public half of a key of 32 secret bytes, under a name."""
    public = bytes(SigningKey(seed).verify_key)
    return Vkey(name=name, algorithm=algorithm, public_key=public)


def key_id(vkey: Vkey) -> bytes:
    """Return the four bytes by which a signature says which key made it."""
    named = vkey.name.encode() + b"\n" + bytes([vkey.algorithm]) + vkey.public_key
    return hashlib.sha256(named).digest()[:_KEY_ID_BYTES]


def format_vkey(vkey: Vkey) -> str:
    """Return a key as people exchange it."""
    material = encode_base64(bytes([vkey.algorithm]) + vkey.public_key)
    return f"{vkey.name}+{key_id(vkey).hex()}+{material}"


def parse_vkey(text: str) -> Vkey:
    """Read a key of a type that we verify.

    Raises:
        MalformedError: it is of another type, or its parts do not fit together.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not _is_key_name(parts[0]):
        raise MalformedError("A key is not of the form name+id+key.")
    material = decode_base64(parts[2])
    if len(material) != 1 + KEY_BYTES or material[0] not in (ED25519, COSIGNATURE_V1):
        raise MalformedError("A key is of a type that is not supported.")
    vkey = Vkey(name=parts[0], algorithm=material[0], public_key=material[1:])
    if key_id(vkey).hex() != parts[1]:
        raise MalformedError("A key's id does not belong to it.")
    return vkey


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(each.isspace() for each in name)


# --- notes ----------------------------------------------------------------------------------------


def sign(text: str, name: str, seed: bytes) -> str:
    """Return the line with which a log signs a text."""
    signature = SigningKey(seed).sign(text.encode()).signature
    return format_line(_signed(vkey_of(name, ED25519, seed), signature))


def cosign(text: str, name: str, seed: bytes, timestamp_s: int) -> str:
    """Return the line with which a witness says that it saw a checkpoint, in Unix seconds.

    The caller has checked that the tree continues every tree that this witness has ever cosigned.
    """
    signature = SigningKey(seed).sign(_cosigned(text, timestamp_s)).signature
    stamped = timestamp_s.to_bytes(_TIMESTAMP_BYTES, "big") + signature
    return format_line(_signed(vkey_of(name, COSIGNATURE_V1, seed), stamped))


def format_line(line: SignatureLine) -> str:
    """Return a signature as it stands under a text."""
    return f"\u2014 {line.name} {encode_base64(line.key_id + line.signature)}\n"


def join_note(text: str, lines: Iterable[str]) -> bytes:
    """Return a text with its signature lines."""
    return (text + "\n" + "".join(lines)).encode()


def split_note(note: bytes) -> tuple[str, list[SignatureLine]]:
    """Part a note into its text and its signatures, and verify nothing.

    Raises:
        MalformedError: it is no note.
    """
    if len(note) > NOTE_BYTES_MAX:
        raise MalformedError("The note is too long.")
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("The note is not UTF-8.") from error
    if _CONTROL.search(whole):
        raise MalformedError("The note has a control character.")
    text, mark, below = whole.rpartition("\n\n")
    if not mark or not below.endswith("\n"):
        raise MalformedError("The note has no signatures.")
    lines = below[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise MalformedError("The note has too many signatures.")
    return text + "\n", [_parse_line(line) for line in lines]


def verified_by(note: bytes, keys: Sequence[Vkey]) -> dict[Vkey, int | None]:
    """Return which of `keys` have signed a note; a witness with the time it claims, in Unix seconds.

    Signatures of other keys count for nothing, for or against.

    Raises:
        MalformedError: it is no note.
        BadSignatureError: a signature that names one of `keys` was not made by it.
    """
    text, lines = split_note(note)
    found: dict[Vkey, int | None] = {}
    for line in lines:
        for vkey in keys:
            if (vkey.name, key_id(vkey)) == (line.name, line.key_id):
                found[vkey] = _verify(text, vkey, line.signature)
    return found


def _verify(text: str, vkey: Vkey, signature: bytes) -> int | None:
    timestamp_s, message = None, text.encode()
    if vkey.algorithm == COSIGNATURE_V1:
        timestamp_s = int.from_bytes(signature[:_TIMESTAMP_BYTES], "big")
        signature = signature[_TIMESTAMP_BYTES:]
        message = _cosigned(text, timestamp_s)
    try:
        VerifyKey(vkey.public_key).verify(message, signature)
    except (CryptoError, ValueError) as error:  # the latter for one of another length
        raise BadSignatureError(f"The signature by {vkey.name} is wrong.") from error
    return timestamp_s


def _cosigned(text: str, timestamp_s: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp_s}\n{text}".encode()


def _signed(vkey: Vkey, signature: bytes) -> SignatureLine:
    return SignatureLine(name=vkey.name, key_id=key_id(vkey), signature=signature)


def _parse_line(line: str) -> SignatureLine:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not _is_key_name(parts[1]):
        raise MalformedError("A signature line is malformed.")
    data = decode_base64(parts[2])
    if len(data) <= _KEY_ID_BYTES:
        raise MalformedError("A signature is too short.")
    return SignatureLine(name=parts[1], key_id=data[:_KEY_ID_BYTES], signature=data[_KEY_ID_BYTES:])


# --- checkpoints ----------------------------------------------------------------------------------


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text that a log signs."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{encode_base64(checkpoint.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint. Lines after the third say nothing to us.

    Raises:
        MalformedError: it is not that.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]):
        raise MalformedError("A checkpoint has three lines or more, none of them empty.")
    return Checkpoint(origin=lines[0], size=decode_decimal(lines[1]), root=decode_hash(lines[2]))


def open_checkpoint(note: bytes, log: Vkey) -> Checkpoint:
    """Return what a log's checkpoint says, once its signature is verified.

    Raises:
        MalformedError: it is no checkpoint.
        BadSignatureError: the log has not signed it, or it is of another log.
    """
    if log not in verified_by(note, [log]):
        raise BadSignatureError(f"The checkpoint is not signed by {log.name}.")
    checkpoint = parse_checkpoint(split_note(note)[0])
    if checkpoint.origin != log.name:
        raise BadSignatureError(f"The checkpoint is not of the log {log.name}.")
    return checkpoint
