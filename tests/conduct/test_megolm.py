"""What is disclosed is held against the ciphertext, with keys of the library that clients encrypt with."""

from __future__ import annotations

import json
from typing import Any

import pytest
import vodozemac

from courtyard.base.errors import CourtyardError, InvalidParamError
from courtyard.base.ids import RoomId
from courtyard.conduct import megolm
from courtyard.conduct.errors import DisclosureMismatchError

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
        exported = self.inbound.export_at(index)
        assert exported is not None
        return exported.to_base64()


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


def test_a_key_of_another_session_or_of_a_later_message_is_a_mismatch(session: Session) -> None:
    other = Session(json.dumps(_plain()).encode())
    for content, key in (
        (session.content(), other.key()),
        (session.content(session_id=other.id), session.key()),
        (session.content(session_id=other.id), other.key()),
        (session.content(), session.key(2)),
        (session.content(session_id=None), session.key()),
    ):
        with pytest.raises(DisclosureMismatchError):
            megolm.check(content, ROOM, _plain(), key)


def test_a_key_that_opens_earlier_messages_is_refused(session: Session) -> None:
    with pytest.raises(InvalidParamError, match="earlier"):
        megolm.check(session.content(), ROOM, _plain(), session.key(0))


def test_an_altered_ciphertext_is_no_proof(session: Session) -> None:
    message = session.messages[1]
    for place in range(0, len(message), 7):
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


@pytest.mark.parametrize("key", ["x", "A" * 220, "A" * 20_000, "é", "\x00"])
def test_what_is_no_key_is_refused(session: Session, key: str) -> None:
    with pytest.raises(InvalidParamError, match="no exported session key"):
        megolm.check(session.content(), ROOM, _plain(), key)
