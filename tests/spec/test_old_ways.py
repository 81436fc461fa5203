"""What older clients do and the specification no longer lists."""

from tests.api import User, q, text


async def test_without_a_transaction_id_each_request_is_its_own(alice: User) -> None:
    room = await alice.create_room()

    path = f"rooms/{q(room)}/send/m.room.message"
    sent = [(await alice.post(path, text("hello"))).ok()["event_id"] for _ in range(2)]
    redacted = [(await alice.post(f"rooms/{q(room)}/redact/{q(sent[0])}")).ok() for _ in range(2)]

    assert len({*sent, *(answer["event_id"] for answer in redacted)}) == 4
    first = (await alice.get(f"rooms/{q(room)}/event/{q(sent[0])}")).ok()
    assert first["content"] == {}
    assert first["unsigned"]["redacted_by"] == redacted[0]["event_id"]


async def test_cross_signing_keys_under_the_path_from_before_their_release(alice: User) -> None:
    old = "/_matrix/client/unstable/keys/device_signing/upload"

    asked = [await alice.post(path, {}) for path in ("keys/device_signing/upload", old)]

    assert [answer.status for answer in asked] == [asked[0].status] * 2
    assert asked[0].errcode == asked[1].errcode


async def test_a_join_may_say_more(alice: User, bob: User) -> None:
    """Keys of the client's own go into its member event; those of the server stay the server's."""
    room = await alice.create_room(preset="public_chat")
    body = {"reason": "why not", "com.example": 1, "membership": "ban", "displayname": "Alice"}

    refused = await bob.post(f"join/{q(room)}", body | {"reason": 5})
    (await bob.post(f"join/{q(room)}", body)).ok()

    assert refused.status == 400
    member = (await alice.get(f"rooms/{q(room)}/state/m.room.member/{q(bob.id)}")).ok()
    assert member == {
        "membership": "join",
        "displayname": "bob",
        "reason": "why not",
        "com.example": 1,
    }


async def test_a_room_is_created_once(alice: User) -> None:
    room = await alice.create_room()

    again = await alice.state(room, "m.room.create", {"room_version": "12", "more": 1})

    assert (400, "M_BAD_JSON") == (again.status, again.errcode)


async def test_a_room_is_left_before_it_is_forgotten(alice: User) -> None:
    room = await alice.create_room()

    early = await alice.post(f"rooms/{q(room)}/forget")
    (await alice.leave(room)).ok()
    (await alice.post(f"rooms/{q(room)}/forget")).ok()

    assert (400, "M_UNKNOWN") == (early.status, early.errcode)


async def test_the_event_stream_of_the_first_releases_reads_its_parameters(alice: User) -> None:
    await alice.create_room()

    for wrong in ({"limit": "many"}, {"limit": -5}, {"timeout": "long"}):
        refused = await alice.get("events", **wrong)
        assert (400, "M_INVALID_PARAM") == (refused.status, refused.errcode)
    (await alice.get("events", limit=5, timeout=0)).ok()
