"""matrix-js-sdk with its Rust crypto, with itself."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.clients.conftest import People
from tests.clients.conversation import (
    direct_room,
    exchange_photos,
    group_talk,
    show_faces,
    talk,
)
from tests.clients.js_person import JsPerson, JsProcess

pytestmark = pytest.mark.slow


async def compare_emoji(asking: JsPerson, asked: JsPerson) -> None:
    """From the request's acceptance to both sides' confirmation."""
    await asked.ask("accept_verification")
    await asking.ask("start_sas")
    seen = await asyncio.gather(asking.ask("show_sas"), asked.ask("show_sas"))
    assert seen[0] == seen[1]
    await asyncio.gather(asking.ask("confirm_sas"), asked.ask("confirm_sas"))


async def test_two_people_hold_an_encrypted_conversation(js: JsProcess, people: People) -> None:
    alice, bob = await people.js(js, "alice"), await people.js(js, "bob")
    await alice.bootstrap()
    await bob.bootstrap()

    room = await direct_room(alice, bob)
    await talk(alice, bob, room)
    await exchange_photos(alice, bob, room)
    await show_faces(alice, bob)

    # Each device carries its owner's signature, though nobody has compared anything yet.
    opinion = await alice.trusts(bob.user_id, bob.device_id, device_signed_by_owner=True)
    assert opinion["user_verified"] is False


async def test_three_people_talk_in_an_encrypted_group(js: JsProcess, people: People) -> None:
    await group_talk([await people.js(js, name) for name in ("alice", "bob", "carol")])


async def test_everybody_sees_who_goes(js: JsProcess, people: People) -> None:
    """This client loads members lazily, and takes the state from `state_after` alone."""
    alice, bob, carol = [await people.js(js, name) for name in ("alice", "bob", "carol")]
    room = await alice.create_room([bob.user_id, carol.user_id], direct=False, name="the group")
    await bob.join(room)
    await alice.sees_member(room, bob.user_id, "join")
    await carol.sees_member(room, carol.user_id, "invite")

    await carol.ask("leave", room_id=room)
    for person in (alice, bob, carol):
        await person.sees_member(room, carol.user_id, "leave")
    for how, membership in (("kick", "leave"), ("ban", "ban"), ("unban", "leave")):
        await alice.ask("remove", how=how, room_id=room, user_id=bob.user_id)
        for person in (alice, bob):
            await person.sees_member(room, bob.user_id, membership)


async def test_two_people_verify_each_other_by_emoji(js: JsProcess, people: People) -> None:
    alice, bob = await people.js(js, "alice"), await people.js(js, "bob")
    await alice.bootstrap()
    await bob.bootstrap()
    room = await direct_room(alice, bob)

    await alice.ask("request_verification", user_id=bob.user_id, room_id=room)
    await compare_emoji(alice, bob)

    await alice.trusts(bob.user_id, bob.device_id, user_verified=True, device_verified=True)
    await bob.trusts(alice.user_id, alice.device_id, user_verified=True, device_verified=True)


async def test_a_second_device_restores_the_key_backup_with_the_recovery_key(
    js: JsProcess, people: People
) -> None:
    alice, bob = await people.js(js, "alice"), await people.js(js, "bob")
    recovery_key = await alice.bootstrap()
    room = await direct_room(alice, bob)
    mine = await alice.say(room, "mine, from before")
    await bob.sees(room, event_id=mine, body="mine, from before")
    yours = await bob.say(room, "yours, from before")
    await alice.sees(room, event_id=yours, body="yours, from before")
    await alice.backed_up(2)

    again = await people.js_again(js, alice, "alice, again")
    await again.sees(room, event_id=mine, undecryptable=True)
    restored = await again.ask("recover", recovery_key=recovery_key)
    await again.ask("scrollback", room_id=room)

    assert restored == {"total": 2, "imported": 2}
    await again.sees(room, event_id=mine, body="mine, from before", undecryptable=False)
    await again.sees(room, event_id=yours, body="yours, from before", undecryptable=False)
    await bob.trusts(alice.user_id, again.device_id, device_signed_by_owner=True)
    new = await again.say(room, "from my new device")
    await bob.sees(room, event_id=new, body="from my new device", encrypted=True)
    await alice.sees(room, event_id=new, body="from my new device", encrypted=True)


async def test_a_new_device_gets_the_secrets_from_an_old_one(js: JsProcess, people: People) -> None:
    """Compare emoji between two devices of one account; the keys follow by to-device messages."""
    alice = await people.js(js, "alice")
    await alice.bootstrap()

    again = await people.js_again(js, alice, "alice, again")
    await again.ask("request_verification", user_id=alice.user_id)
    await compare_emoji(again, alice)

    await again.has_secrets()
    await alice.trusts(
        alice.user_id, again.device_id, device_signed_by_owner=True, device_verified=True
    )


async def test_exported_keys_open_old_messages_on_a_new_device(
    js: JsProcess, people: People
) -> None:
    alice, bob = await people.js(js, "alice"), await people.js(js, "bob")
    room = await direct_room(alice, bob)
    sent = await alice.say(room, "before the new device")
    await bob.sees(room, event_id=sent, body="before the new device")

    again = await people.js_again(js, bob, "bob, again")
    await again.sees(room, event_id=sent, undecryptable=True)
    await again.ask("import_keys", **await bob.ask("export_keys"))

    await again.sees(room, event_id=sent, body="before the new device", undecryptable=False)


async def test_after_logout_the_token_opens_nothing(js: JsProcess, people: People) -> None:
    alice = await people.js(js, "alice")
    answer = await alice.ask("logout")

    async with httpx.AsyncClient(base_url=people.base_url) as client:
        bearer = {"Authorization": f"Bearer {answer['access_token']}"}
        refused = await client.get("/_matrix/client/v3/account/whoami", headers=bearer)

    assert refused.status_code == 401
    assert refused.json()["errcode"] == "M_UNKNOWN_TOKEN"
