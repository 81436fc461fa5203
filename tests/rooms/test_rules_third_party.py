"""Rule 5.4.1: an invitation that was sent to an e-mail address or a telephone number.

spec: rooms/v12#authorisation-rules, server-server-api#third-party-invites
"""

from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from courtyard.base import canonical_json
from courtyard.rooms.model import MEMBER, THIRD_PARTY_INVITE, EventFields, RoomVersion
from courtyard.rooms.rules_third_party import CHECKS_MAX, is_signed
from courtyard.rooms.versions import ROOM_VERSIONS
from tests.rooms.rules_room import ALICE, ALLOWED, BOB, CAROL, RulesRoom

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
TOKEN = "abc"


def unpadded(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")


def public(key: Ed25519PrivateKey) -> str:
    return unpadded(key.public_key().public_bytes_raw())


def sign(
    value: dict[str, object], key: Ed25519PrivateKey = KEY, name: str = "ed25519:0"
) -> dict[str, Any]:
    signature = unpadded(key.sign(canonical_json.encode(value)))
    return {**value, "signatures": {"identity.test": {name: signature}}}


SIGNED = sign({"mxid": BOB, "token": TOKEN})


@pytest.fixture(params=ROOM_VERSIONS.values(), ids=lambda version: f"v{version.id}")
def room(request: pytest.FixtureRequest) -> RulesRoom:
    """A room in which Alice has invited somebody by e-mail address."""
    version: RoomVersion = request.param
    room = RulesRoom(version)
    room.put(room.event(THIRD_PARTY_INVITE, ALICE, {"public_key": public(KEY)}, TOKEN))
    return room


def invite(room: RulesRoom, signed: object = SIGNED, by: str = ALICE) -> EventFields:
    content = {"membership": "invite", "third_party_invite": {"signed": signed}}
    return room.event(MEMBER, by, content, BOB)  # type: ignore[arg-type]


def test_5_4_1_7_a_signed_invitation_is_allowed(room: RulesRoom) -> None:
    assert room.answer(invite(room)) == ALLOWED


def test_5_4_1_1_a_banned_user_cannot_use_it(room: RulesRoom) -> None:
    room.put_member(BOB, "ban")
    assert room.answer(invite(room)) == room.rule("5.4.1.1")


@pytest.mark.parametrize("odd", [None, "x", 7, {}, {"signed": None}, {"signed": [1]}], ids=repr)
def test_5_4_1_2_without_signed(room: RulesRoom, odd: object) -> None:
    event = room.member(BOB, "invite", ALICE, third_party_invite=odd)
    assert room.answer(event) == room.rule("5.4.1.2")


@pytest.mark.parametrize(
    "odd", [{}, {"mxid": BOB}, {"token": TOKEN}, {"mxid": BOB, "token": ["abc"]}], ids=repr
)
def test_5_4_1_3_without_mxid_and_token(room: RulesRoom, odd: dict[str, object]) -> None:
    assert room.answer(invite(room, sign(odd))) == room.rule("5.4.1.3")


@pytest.mark.parametrize("odd", [CAROL, None, [BOB]], ids=repr)
def test_5_4_1_4_for_another_user(room: RulesRoom, odd: object) -> None:
    signed = sign({"mxid": odd, "token": TOKEN})
    assert room.answer(invite(room, signed)) == room.rule("5.4.1.4")


def test_5_4_1_5_without_such_an_invitation(room: RulesRoom) -> None:
    signed = sign({"mxid": BOB, "token": "other"})
    assert room.answer(invite(room, signed)) == room.rule("5.4.1.5")


def test_5_4_1_6_made_by_another(room: RulesRoom) -> None:
    room.put_member(CAROL, "join")
    assert room.answer(invite(room, by=CAROL)) == room.rule("5.4.1.6")


@pytest.mark.parametrize(
    "signed",
    [
        {"mxid": BOB, "token": TOKEN},
        sign({"mxid": BOB, "token": TOKEN}, OTHER_KEY),
        {**SIGNED, "more": 1},
        sign({"mxid": BOB, "token": TOKEN}, name="rsa:0"),
        {**SIGNED, "signatures": None},
        {**SIGNED, "signatures": {"identity.test": None}},
        {**SIGNED, "signatures": {"identity.test": {"ed25519:0": 7}}},
        {**SIGNED, "signatures": {"identity.test": {"ed25519:0": "not base64"}}},
        {**SIGNED, "signatures": {"identity.test": {"ed25519:0": "é"}}},
        {**SIGNED, "signatures": {"identity.test": {"ed25519:0": ""}}},
        {**SIGNED, "not canonical": 1.5},
    ],
    ids=lambda signed: repr(signed)[-60:],
)
def test_5_4_1_8_no_signature_matches(room: RulesRoom, signed: dict[str, object]) -> None:
    assert room.answer(invite(room)) == ALLOWED
    assert room.answer(invite(room, signed)) == room.rule("5.4.1.8")


def test_keys_may_stand_in_a_list() -> None:
    good = {"public_key": public(KEY)}
    accepted: list[dict[str, Any]] = [
        good,
        {"public_keys": [good]},
        {"public_key": public(OTHER_KEY), "public_keys": [{}, 7, {"public_key": 7}, good]},
        {"public_key": "short", "public_keys": [good]},
        {"public_key": urlsafe_b64encode(KEY.public_key().public_bytes_raw()).decode()},
    ]
    refused: list[dict[str, Any]] = [
        {},
        {"public_key": None},
        {"public_keys": good},
        {"public_keys": [public(KEY)]},
        {"public_key": public(OTHER_KEY)},
        {"public_key": "é" * 43},
    ]

    assert [is_signed(SIGNED, invitation) for invitation in accepted] == [True] * len(accepted)
    assert [is_signed(SIGNED, invitation) for invitation in refused] == [False] * len(refused)


def test_unsigned_is_not_signed_over() -> None:
    assert is_signed({**SIGNED, "unsigned": {"age": 1}}, {"public_key": public(KEY)})


def test_the_number_of_checks_is_limited() -> None:
    others = [{"public_key": public(OTHER_KEY)}] * CHECKS_MAX
    good = {"public_key": public(KEY)}

    assert is_signed(SIGNED, {"public_keys": [*others[1:], good]})
    assert not is_signed(SIGNED, {"public_keys": [*others, good]})
