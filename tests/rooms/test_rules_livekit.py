"""What a LiveKit server is told, as rules: names by the proposal's own vectors, and tokens taken apart."""

import base64
import hashlib
import hmac

import msgspec

from courtyard.base.ids import RoomId, TimestampMs, UserId
from courtyard.rooms.rules_livekit import (
    OLD_SLOT,
    TOKEN_SECONDS,
    Place,
    access_token,
    old_place,
    place,
    room_name,
)

ROOM = RoomId("!roomid:example.com")


def part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_names_are_those_of_the_proposal() -> None:
    """spec: MSC4195, appendix."""
    where = place(ROOM, "slot1234", "@alice:example.com", "memberABC")

    assert where.room == "O8437W3+jmzMVjoIP3tNwbm+XxHQk2iKpOA7aqw3qSc"
    assert where.identity == "M3VnsLXrkbxIDINXO64u8PZzFyD9ZYFiQULR2dshWYs"


def test_both_forms_of_the_request_meet_in_one_room() -> None:
    old = old_place(ROOM, UserId("@alice:example.com"), "PHONE")

    assert old == Place(room_name(ROOM, OLD_SLOT), "@alice:example.com:PHONE")
    assert old.room == place(ROOM, "m.call#ROOM", "x").room
    assert "roomid" not in old.room


def test_a_token_is_for_one_room_a_short_time_and_signed() -> None:
    token = access_token("key", "secret", Place("a room", "me"), TimestampMs(1_000_999))

    header, claims, signature = token.split(".")
    expected = hmac.new(b"secret", f"{header}.{claims}".encode(), hashlib.sha256).digest()
    assert part(signature) == expected
    assert msgspec.json.decode(part(header)) == {"alg": "HS256", "typ": "JWT"}
    said = msgspec.json.decode(part(claims))
    assert (said["iss"], said["sub"]) == ("key", "me")
    assert (said["nbf"], said["exp"]) == (990, 1_000 + TOKEN_SECONDS)
    video = said["video"]
    assert (video["room"], video["roomJoin"], video["roomCreate"]) == ("a room", True, False)
    assert (video["canPublish"], video["canSubscribe"], video["canPublishData"]) == (
        True,
        True,
        False,
    )
    assert not {"roomAdmin", "roomList", "roomRecord", "ingressAdmin"} & set(video)
