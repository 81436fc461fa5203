"""What is disclosed is held against the ciphertext, with keys of the library that clients encrypt with."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
import vodozemac

from courtyard.base.errors import CourtyardError, InvalidParamError
from courtyard.base.ids import RoomId
from courtyard.conduct import megolm
from courtyard.conduct.errors import DisclosureMismatchError
from tests.conduct.encrypted import message_key

ROOM = RoomId("!room:test.example")


def _plain(body: str = "an insult", **changes: Any) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": body}
    return {"type": "m.room.message", "content": content, "room_id": ROOM} | changes


class Session:
    """A session with three messages of one kind."""

    def __init__(self, plain: bytes) -> None:
        outbound = vodozemac.GroupSession()
        self.id = outbound.session_id
        self.inbound = vodozemac.InboundGroupSession(outbound.session_key)
        self.messages = [outbound.encrypt(plain).to_base64() for _ in range(3)]

    def content(self, index: int = 1, **changes: Any) -> dict[str, Any]:
        return {
            "algorithm": megolm.ALGORITHM,
            "ciphertext": self.messages[index],
            "session_id": self.id,
        } | changes

    def key(self, index: int = 1) -> str:
        return message_key(self.inbound, index)


@pytest.fixture
def session() -> Session:
    return Session(json.dumps(_plain()).encode())


def test_what_was_said_is_verified(session: Session) -> None:
    assert megolm.check(session.content(), ROOM, _plain(), session.key()) == "verified"


def test_the_order_of_members_says_nothing(session: Session) -> None:
    turned = dict(reversed(_plain().items()))
    assert megolm.check(session.content(), ROOM, turned, session.key()) == "verified"


def test_without_a_key_nothing_is_verified(session: Session) -> None:
    assert megolm.check(session.content(), ROOM, _plain("made up"), "") == "unverified"


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithm": "m.olm.v1.curve25519-aes-sha2"},
        {"algorithm": None},
        {"ciphertext": {"key": {"body": "x", "type": 0}}},
        {"ciphertext": None},
        {"ciphertext": "no message"},
        {"ciphertext": ""},
        {"session_id": None},
        {"session_id": "x"},
        {"session_id": "A" * 43},
        {"session_id": vodozemac.GroupSession().session_id},
    ],
)
def test_where_there_is_nothing_to_hold_it_against_nothing_is_verified(
    session: Session, changes: dict[str, Any]
) -> None:
    content = session.content(**changes)
    assert megolm.check(content, ROOM, _plain(), session.key()) == "unverified"


@pytest.mark.parametrize(
    "said",
    [
        _plain("another insult"),
        _plain(more=True),
        {},
        {"room_id": ROOM},
        _plain(number=10**400),
    ],
)
def test_what_was_not_said_is_a_mismatch(session: Session, said: dict[str, Any]) -> None:
    with pytest.raises(DisclosureMismatchError):
        megolm.check(session.content(), ROOM, said, session.key())


def test_one_is_not_true(session: Session) -> None:
    one = Session(json.dumps(_plain(flag=1)).encode())
    assert megolm.check(one.content(), ROOM, _plain(flag=1), one.key()) == "verified"
    with pytest.raises(DisclosureMismatchError):
        megolm.check(one.content(), ROOM, _plain(flag=True), one.key())


def test_a_message_of_another_room_is_a_mismatch(session: Session) -> None:
    """A ciphertext that was copied from one room into another proves nothing about the other."""
    with pytest.raises(DisclosureMismatchError):
        megolm.check(session.content(), RoomId("!other:test.example"), _plain(), session.key())


def test_the_key_of_another_message_is_a_mismatch(session: Session) -> None:
    other = Session(json.dumps(_plain()).encode())
    for key in (other.key(), session.key(0), session.key(2)):
        with pytest.raises(DisclosureMismatchError):
            megolm.check(session.content(), ROOM, _plain(), key)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_key_of_a_session_is_never_taken(session: Session, index: int) -> None:
    """It opens what follows, and the server has the ciphertexts."""
    exported = session.inbound.export_at(index)
    assert exported is not None
    with pytest.raises(InvalidParamError):
        megolm.check(session.content(), ROOM, _plain(), exported.to_base64())


def _rewritten(message: str, write: Callable[[bytes, bytes], bytes]) -> str:
    """Write the index and the ciphertext of a message in another way; check sum and signature stay."""
    data = base64.b64decode(message + "==")
    assert data[:2] == b"\x03\x08"
    index, ciphertext = data[2:3], data[3:-72]
    return base64.b64encode(data[:1] + write(index, ciphertext) + data[-72:]).decode().rstrip("=")


@pytest.mark.parametrize(
    "write",
    [
        lambda index, text: text + b"\x08" + index,
        lambda index, text: b"\x88\x00" + index + text,
        lambda index, text: b"\x08" + bytes([index[0] | 128, 0]) + text,
        lambda index, text: b"\x08\x63" + b"\x08" + index + text,
        lambda index, text: b"\x12\x01x" + b"\x08" + index + text,
        lambda index, text: b"\x18\x63" + b"\x08" + index + b"\x22\x02xx" + text,
        lambda index, text: b"\x08" + index + text + b"\x25abcd" + b"\x29abcdefgh",
    ],
)
def test_what_clients_read_can_be_shown_however_it_is_written(
    session: Session, write: Callable[[bytes, bytes], bytes]
) -> None:
    odd = _rewritten(session.messages[1], write)
    assert odd != session.messages[1]
    assert session.inbound.decrypt(vodozemac.MegolmMessage.from_base64(odd)).message_index == 1
    content = session.content(ciphertext=odd)
    assert megolm.check(content, ROOM, _plain(), session.key()) == "verified"


@pytest.mark.parametrize(
    "write",
    [
        lambda index, text: b"\x08" + index + text[:-1],
        lambda index, text: b"\x08" + index + text + b"\x12\xff\xff",
        lambda index, text: b"\x08" + index + text + b"\xff" * 11,
        lambda index, text: b"\x09" + index * 8 + text,
        lambda index, text: b"\x08" + index + text + b"\x13",
        lambda index, text: b"\x08" + index + text + b"\x00\x00",
        lambda _index, _text: b"",
    ],
)
def test_what_no_client_reads_is_unverified(
    session: Session, write: Callable[[bytes, bytes], bytes]
) -> None:
    odd = _rewritten(session.messages[1], write)
    with pytest.raises((vodozemac.DecodeException, vodozemac.MegolmDecryptionException)):
        session.inbound.decrypt(vodozemac.MegolmMessage.from_base64(odd))
    content = session.content(ciphertext=odd)
    assert megolm.check(content, ROOM, _plain(), session.key()) == "unverified"


def test_words_of_ones_choice_cannot_be_put_before_a_message(session: Session) -> None:
    """With the AES key and another IV they could; so both come out of one key, which the check sum depends on."""
    data = base64.b64decode(session.key() + "=")
    for place in range(len(data)):
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(DisclosureMismatchError):
            megolm.check(session.content(), ROOM, _plain(), base64.b64encode(altered).decode())


def test_an_altered_ciphertext_is_no_proof(session: Session) -> None:
    message = session.messages[1]
    for place in range(0, len(message), 3):
        altered = message[:place] + ("A" if message[place] != "A" else "B") + message[place + 1 :]
        try:
            verdict = megolm.check(
                session.content(ciphertext=altered), ROOM, _plain(), session.key()
            )
        except CourtyardError:
            continue
        assert verdict == "unverified", place


def test_what_is_no_json_is_a_mismatch() -> None:
    for plain in (b"\xff", b"[" * 3_000, b"[]"):
        odd = Session(plain)
        with pytest.raises(DisclosureMismatchError):
            megolm.check(odd.content(), ROOM, _plain(), odd.key())


@pytest.mark.parametrize("key", ["x", "A" * 42, "A" * 220, "A" * 20_000, "é" * 43, "\x00"])
def test_what_is_no_key_is_refused(session: Session, key: str) -> None:
    with pytest.raises(InvalidParamError, match="no key of one message"):
        megolm.check(session.content(), ROOM, _plain(), key)
