"""Does the ciphertext that this server stored say what a reporter discloses? With the key of that one message, and no more.

The key of a Megolm session is a ratchet: at one message it gives the keys of all that follow, whose ciphertexts this server has.
So no ratchet is taken here. From the ratchet at a message HKDF extracts 32 bytes and expands these to the three keys that the
message was sealed with; those 32 bytes are the *message key*. It opens its message, and no way leads from it to the ratchet.

Whoever knows the key of a session can read it and cannot write in it: each message carries a signature by the sender's device. So
what is verified here was sent like this by the account that sent the event, and no reporter can make it up. The three keys
themselves would not do: with an IV of one's choice the first words of a message become any others, under the same check sum. A
message key that gives other words would have to pass a check sum of 64 bits that depends on all of it, and give sense.

spec: client-server-api#mmegolmv1aes-sha2, https://spec.matrix.org/latest/olm-megolm/megolm/
"""

import base64
import binascii
import hmac
import json
from typing import Any, Final

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomId
from courtyard.conduct.errors import DisclosureMismatchError
from courtyard.conduct.model_evidence import Check

ALGORITHM: Final = "m.megolm.v1.aes-sha2"
KEY_BYTES: Final = 32
INFO: Final = b"MEGOLM_KEYS"
VERSION: Final = 3
MAC_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64
INDEX_FIELD: Final = 1
CIPHERTEXT_FIELD: Final = 2
VARINT_BYTES_MAX: Final = 10


class _Message(msgspec.Struct, frozen=True):
    """A message, taken apart: what is encrypted, what the check sum is over, the check sum, the signature over both."""

    ciphertext: bytes
    body: bytes
    mac: bytes
    signature: bytes


def check(
    content: dict[str, Any], room_id: RoomId, plaintext: dict[str, Any], message_key: str
) -> Check:
    """Return `verified` if the ciphertext says this, `unverified` if no key came or there is nothing to hold it against.

    Args:
        content: of the encrypted event, as the server stored it.
        room_id: where it was sent.
        plaintext: what the reporter says that it says: `type`, `content` and `room_id`.
        message_key: 32 bytes in base64; empty: none is disclosed.

    Raises:
        InvalidParamError: this is no such key.
        DisclosureMismatchError: the message says something else, or the key is of another one.
    """
    if not message_key:
        return "unverified"
    key = _decoded(message_key)
    if key is None or len(key) != KEY_BYTES:
        message = f"This is no key of one message: {KEY_BYTES} bytes in base64."
        raise InvalidParamError(message)
    sealed = _read(content.get("ciphertext"))
    signer = content.get("session_id")
    if content.get("algorithm") != ALGORITHM or sealed is None or not _is_signed(sealed, signer):
        # Redacted, or encrypted in a way that we do not know. None of this is the reporter's doing.
        return "unverified"
    opened = _open(sealed, key)
    if opened is None:
        message = "The key does not open the message."
        raise DisclosureMismatchError(message)
    _compare(opened, room_id, plaintext)
    return "verified"


def _is_signed(message: _Message, session_id: object) -> bool:
    """Say whether the sender's device signed a message. The id of a session is the public key of its signatures."""
    public = _decoded(session_id)
    if public is None or len(public) != KEY_BYTES:
        return False
    try:
        VerifyKey(public).verify(message.body + message.mac, message.signature)
    except BadSignatureError:
        return False
    return True


def _open(message: _Message, message_key: bytes) -> bytes | None:
    """Return what a message says; None: the key is of another one."""
    # Imported here: few reports need it, and the server starts without it.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415

    keys = block = b""
    for number in (1, 2, 3):
        block = hmac.digest(message_key, block + INFO + bytes([number]), "sha256")
        keys += block
    aes_key, mac_key, iv = keys[:32], keys[32:64], keys[64:80]
    mac = hmac.digest(mac_key, message.body, "sha256")[:MAC_BYTES]
    if not hmac.compare_digest(mac, message.mac):
        return None
    decryptor = Cipher(algorithms.AES(aes_key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(algorithms.AES.block_size).unpadder()
    try:
        padded = decryptor.update(message.ciphertext) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        return None


def _read(text: object) -> _Message | None:
    """Read a message: a version, an index and a ciphertext as protocol buffers write them, a check sum, a signature.

    Clients read more ways of writing it than the one in which they write, and take the check sum over that one. So does this: else
    a message could be written which people read and nobody can show.
    """
    data = _decoded(text)
    if data is None or len(data) < 1 + MAC_BYTES + SIGNATURE_BYTES or data[0] != VERSION:
        return None
    mac_end = len(data) - SIGNATURE_BYTES
    body_end = mac_end - MAC_BYTES
    try:
        index, ciphertext = _fields(data[1:body_end])
    except (IndexError, ValueError):
        return None
    head = bytes([VERSION, INDEX_FIELD << 3]) + _varint(index)
    body = head + bytes([CIPHERTEXT_FIELD << 3 | 2]) + _varint(len(ciphertext)) + ciphertext
    return _Message(ciphertext, body, data[body_end:mac_end], data[mac_end:])


def _fields(data: bytes) -> tuple[int, bytes]:
    """Return index and ciphertext, the last of each. `IndexError`, `ValueError`: this is no such message."""
    at, index, ciphertext = 0, 0, b""

    def varint() -> int:
        nonlocal at
        value = 0
        for place in range(VARINT_BYTES_MAX):
            byte = data[at]
            at += 1
            value |= (byte & 127) << (7 * place)
            if byte < 128:  # the bit that says that more follows
                return value
        message = "This number is too long."
        raise ValueError(message)

    while at < len(data):
        field, wire = divmod(varint(), 8)
        if wire == 0:
            value = varint()
            if field == INDEX_FIELD:
                index = value & 0xFFFFFFFF
                continue
        else:
            length = {1: 8, 5: 4}.get(wire)
            length = varint() if wire == 2 else length  # bytes, with their length
            if length is None or at + length > len(data):
                message = "This is no field that can be read."
                raise ValueError(message)
            at += length
            if (field, wire) == (CIPHERTEXT_FIELD, 2):
                ciphertext = data[at - length : at]
                continue
        if field in (0, INDEX_FIELD, CIPHERTEXT_FIELD):
            message = "This field has another type."
            raise ValueError(message)
    return index, ciphertext


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:  # as above
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _decoded(text: object) -> bytes | None:
    """Return the bytes of unpadded base64, as Matrix writes it; None: it is none. Each value is written in one way."""
    if not isinstance(text, str):
        return None
    plain = text.rstrip("=")
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode().rstrip("=") == plain else None


def _compare(opened: bytes, room_id: RoomId, plaintext: dict[str, Any]) -> None:
    try:
        said = msgspec.json.decode(opened)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = None
    if plain(said) != plain(plaintext):
        message = "The message says something else."
        raise DisclosureMismatchError(message)
    if plaintext.get("room_id") != room_id:
        message = "The message was encrypted for another room."
        raise DisclosureMismatchError(message)


def plain(value: object) -> bytes:
    """Return JSON by which equal values are equal and `1` is not `true`. Other people's numbers may be of any size."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
