"""Rooms for notices, which nobody can leave."""

from tests.api import User


async def test_people_cannot_make_rooms_that_nobody_can_leave(alice: User) -> None:
    for type in ("org.courtyard.moments", "com.example.other"):
        await alice.create_room(creation_content={"type": type})

    answer = await alice.post("createRoom", {"creation_content": {"type": "org.courtyard.notices"}})

    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)
