"""Does the ciphertext that this server stored say what a reporter discloses? With the key of that one message, and no more.

A Megolm key is a ratchet: the key of one message gives the keys of all that follow in its session. So a key is held against its
message here, in memory, and is never stored. A key that reaches back before the message is refused, since it would open what
nobody reported.

Whoever knows the key of a session can read it and cannot write in it: each message carries a signature by the sender's device. So
what is verified here was sent like this by the account that sent the event, and no reporter can make it up.

spec: client-server-api#mmegolmv1aes-sha2, client-server-api#key-exports
"""

import importlib.util
import json
from typing import Any, Final

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomId
from courtyard.conduct.errors import DisclosureMismatchError
from courtyard.conduct.model_evidence import Check

ALGORITHM: Final = "m.megolm.v1.aes-sha2"
KEY_CHARS_MAX: Final = 400
"""An exported session key has 165 bytes: 220 characters of base64."""


def check(
    content: dict[str, Any], room_id: RoomId, plaintext: dict[str, Any], session_key: str
) -> Check:
    """Return `verified` if the ciphertext says this, `unverified` if no key came or there is nothing to hold it against.

    Args:
        content: of the encrypted event, as the server stored it.
        room_id: where it was sent.
        plaintext: what the reporter says that it says: `type`, `content` and `room_id`.
        session_key: in the format of key exports, advanced to this very message; empty: none is disclosed.

    Raises:
        InvalidParamError: this is no such key, or it opens earlier messages too.
        DisclosureMismatchError: the message says something else, or the key is of another one.
    """
    if not session_key:
        return "unverified"
    if importlib.util.find_spec("vodozemac") is None:
        # There is none for this Python. Then nobody can check, and the report says so.
        return "unverified"
    # Imported here: few reports need it, and the server starts without it.
    import vodozemac  # noqa: PLC0415

    try:
        key = vodozemac.ExportedSessionKey(session_key[:KEY_CHARS_MAX])
        session = vodozemac.InboundGroupSession.import_session(key)
    except vodozemac.SessionKeyDecodeException as error:
        message = "This is no exported session key."
        raise InvalidParamError(message) from error
    ciphertext = content.get("ciphertext")
    if content.get("algorithm") != ALGORITHM or not isinstance(ciphertext, str):
        # Redacted, or encrypted in a way that we do not know.
        return "unverified"
    try:
        encrypted = vodozemac.MegolmMessage.from_base64(ciphertext)
    except vodozemac.DecodeException:
        return "unverified"
    if content.get("session_id") != session.session_id:
        message = "The key is of another session than the message."
        raise DisclosureMismatchError(message)
    if session.first_known_index < encrypted.message_index():
        message = "This key opens earlier messages too. Advance it to the message that you report."
        raise InvalidParamError(message)
    try:
        opened = session.decrypt(encrypted).plaintext
    except vodozemac.MegolmDecryptionException as error:
        message = "The key does not open the message."
        raise DisclosureMismatchError(message) from error
    _compare(opened, room_id, plaintext)
    return "verified"


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
