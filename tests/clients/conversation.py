"""The conversations that any two clients must be able to hold, told once for all pairs of clients."""

from __future__ import annotations

from tests.clients.person import Person
from tests.clients.photo import THUMBNAIL_SIZE, size_px, take_photo

AVATAR_SIZE = 64


async def direct_room(alice: Person, bob: Person) -> str:
    """Alice invites Bob to an encrypted direct chat, and he comes."""
    room = await alice.create_room([bob.user_id], direct=True, name="the two of us")
    await bob.join(room)
    await alice.sees_member(room, bob.user_id, "join")
    await bob.sees_member(room, alice.user_id, "join")
    return room


async def talk(alice: Person, bob: Person, room: str) -> None:
    """Text, edit, reaction, thread, redaction, receipt and typing; each seen by the other side."""
    await alice.typing(room, on=True)
    await bob.sees_typing(room, alice.user_id, on=True)
    hello = await alice.say(room, "Hello Bob")
    await alice.typing(room, on=False)
    shown = await bob.sees(room, event_id=hello, body="Hello Bob", encrypted=True)
    assert shown["sender"] == alice.user_id
    assert shown["undecryptable"] is False
    await bob.sees_typing(room, alice.user_id, on=False)

    await bob.read(room, hello)
    await alice.sees(room, event_id=hello, read_by=[bob.user_id])

    answer = await bob.say(room, "Hello Alice")
    await alice.sees(room, event_id=answer, body="Hello Alice", encrypted=True)

    await bob.react(room, hello, "👍")
    await alice.sees(room, event_id=hello, reactions={"👍": [bob.user_id]})

    await alice.edit(room, hello, "Hello dear Bob")
    await bob.sees(room, event_id=hello, body="Hello dear Bob", edited=True, encrypted=True)

    reply = await bob.reply_in_thread(room, hello, "About that")
    await alice.sees(room, event_id=reply, body="About that", thread=hello, encrypted=True)

    slip = await alice.say(room, "not for you")
    await bob.sees(room, event_id=slip, body="not for you")
    await alice.redact(room, slip)
    await bob.sees(room, event_id=slip, redacted=True, body=None)


async def exchange_photos(alice: Person, bob: Person, room: str) -> None:
    """A photo each way: encrypted, uploaded, announced, downloaded, decrypted, the same bytes."""
    for sender, receiver in ((alice, bob), (bob, alice)):
        photo = take_photo()
        sent = await sender.send_photo(room, photo)
        shown = await receiver.sees(room, event_id=sent, encrypted=True, body="photo.png")
        received = await receiver.open_photo(shown)
        assert received == photo
        assert max(size_px(received.thumbnail)) == THUMBNAIL_SIZE


async def show_faces(alice: Person, bob: Person) -> None:
    """An avatar is a file in the clear: fetched whole, and as a thumbnail made by the server."""
    face = take_photo().data
    await alice.set_avatar(face)
    assert await bob.avatar(alice.user_id) == face
    small = size_px(await bob.avatar(alice.user_id, AVATAR_SIZE))
    assert 0 < max(small) < max(size_px(face))


async def group_talk(people: list[Person]) -> str:
    """Everybody says something in one encrypted group, and everybody else can read it."""
    founder, *others = people
    room = await founder.create_room(
        [other.user_id for other in others], direct=False, name="the group"
    )
    for other in others:
        await other.join(room)
    for person in people:
        for other in people:
            await person.sees_member(room, other.user_id, "join")
    for number, person in enumerate(people):
        said = await person.say(room, f"I am number {number}")
        for other in people:
            await other.sees(room, event_id=said, body=f"I am number {number}", encrypted=True)
    return room
