"""An account's archive through HTTP: what is in it, and what is not.

Source: reference/conduct.md 5 and 7.6; promise P6.
"""

import hashlib
import random
from typing import Any

import pytest

from courtyard.app.wiring import Server
from tests.api import PASSWORD, Api, User, q, text
from tests.archive.archives import Archive, export
from tests.faults.busy_town import PNG, build, redact, upload

CIPHERTEXT = {
    "algorithm": "m.megolm.v1.aes-sha2",
    "ciphertext": "AwgAEnACgAkLmt6qF84IK++J7UDH2Za1YVchHyprqTqsg",
    "device_id": "RJYKSTBOIE",
    "sender_key": "IlRMeOPX2e0MurIyfWEucYBRVOEEUMrOHqn/8mLqMjA",
    "session_id": "X3lUlvLELLYxeTx4yOVu6UDpasGEVO0Jbu+QFnm0cKQ",
}


async def visible(user: User, room_id: str) -> list[str]:
    """Return the ids of all events of a room that `/messages` shows, oldest first."""
    found: list[str] = []
    params: dict[str, Any] = {"dir": "f", "limit": 100}
    while True:
        page = (await user.get(f"rooms/{q(room_id)}/messages", **params)).ok()
        found += [event["event_id"] for event in page["chunk"]]
        if "end" not in page or not page["chunk"]:
            return found
        params["from"] = page["end"]


def ids(archive: Archive, room_id: str) -> list[str]:
    return [event["event_id"] for event in archive.events(room_id)]


async def set_visibility(user: User, room_id: str, value: str) -> None:
    content = {"history_visibility": value}
    (await user.state(room_id, "m.room.history_visibility", content)).ok()


async def test_the_manifest_names_the_public_log(alice: User, api: Api) -> None:
    archive = await export(alice)
    vkey = (await api.request("GET", "/transparency/log/vkey")).body.decode().strip()
    origin = "test.example/transparency/log"
    assert archive.json("manifest.json")["log"] == {"origin": origin, "vkey": vkey}


async def test_it_has_the_account_and_no_secrets(alice: User, api: Api) -> None:
    second = await api.login(alice.id, device="SECOND")
    (await alice.put(f"profile/{q(alice.id)}/displayname", {"displayname": "Alice ☀"})).ok()
    (await alice.put(f"user/{q(alice.id)}/account_data/org.example.a", {"n": 1.5})).ok()
    ignored: dict[str, Any] = {"ignored_users": {"@eve:test.example": {}}}
    (await alice.put(f"user/{q(alice.id)}/account_data/m.ignored_user_list", ignored)).ok()
    room_id = await alice.create_room(name="Mine")
    tag = f"user/{q(alice.id)}/rooms/{q(room_id)}/tags/m.favourite"
    (await alice.put(tag, {"order": 0.25})).ok()
    pusher = {
        "kind": "http",
        "app_id": "org.example",
        "pushkey": "key",
        "app_display_name": "App",
        "device_display_name": "Phone",
        "lang": "en",
        "data": {"url": "https://push.example/_matrix/push/v1/notify"},
    }
    (await alice.post("pushers/set", pusher)).ok()

    archive = await export(alice)

    account = archive.json("account.json")
    assert account["user_id"] == alice.id
    assert account["registered"].startswith("2023-11-14T22:13:20.")
    assert account["profile"] == {"displayname": "Alice ☀"}
    assert {each["device_id"] for each in account["devices"]} == {alice.device_id, "SECOND"}
    assert [each["device_id"] for each in account["sessions"]] == sorted(
        [alice.device_id, "SECOND"]
    )
    assert account["account_data"]["org.example.a"] == {"n": 1.5}
    assert account["ignored_users"] == ["@eve:test.example"]
    assert account["tags"] == {room_id: {"m.favourite": {"order": 0.25}}}
    assert account["push_rules"]["global"]["override"]
    assert [each["app_id"] for each in account["pushers"]] == ["org.example"]
    assert archive.head(room_id)["account_data"]["m.tag"]["tags"] == {
        "m.favourite": {"order": 0.25}
    }
    assert "这里是服务器" in archive.files["README.txt"].decode()
    for secret in (alice.token, second.token, PASSWORD, "argon2"):
        assert not archive.holds(secret)


async def test_it_has_every_event_that_one_may_see_and_no_other(
    server: Server, api: Api, alice: User, bob: User, carol: User
) -> None:
    await build(api, {"alice": alice, "bob": bob, "carol": carol})
    for user in (alice, bob, carol):
        archive = await export(user)
        rooms = archive.json("rooms.json")
        assert len(rooms) >= 3
        for room in rooms:
            answer = await user.get(f"rooms/{q(room['room_id'])}/messages", dir="f")
            if answer.status == 200:
                assert ids(archive, room["room_id"]) == await visible(user, room["room_id"])
            else:
                # Invited only: nothing but the invitation.
                assert answer.errcode == "M_FORBIDDEN"
                assert {e["state_key"] for e in archive.events(room["room_id"])} == {user.id}
            assert room["events"] == len(archive.events(room["room_id"]))


@pytest.mark.parametrize("seed", range(4))
async def test_it_agrees_with_what_clients_are_shown_whatever_happened(
    alice: User, bob: User, carol: User, seed: int
) -> None:
    chance = random.Random(seed)
    room_id = await alice.create_room(preset="public_chat")
    others = (bob, carol)
    for n in range(60):
        who = chance.choice(others)
        act = chance.choice(
            ("say", "say", "join", "leave", "invite", "ban", "unban", "see", "topic")
        )
        body = {"user_id": who.id}
        if act == "say":
            await chance.choice((alice, who)).send(room_id, text(f"{act} {n}"))
        elif act == "see":
            values = ("joined", "invited", "shared", "world_readable")
            await set_visibility(alice, room_id, chance.choice(values))
        elif act == "topic":
            (await alice.state(room_id, "m.room.topic", {"topic": f"topic {n}"})).ok()
        elif act in ("join", "leave"):
            await who.post(f"rooms/{q(room_id)}/{act}")
        else:
            await alice.post(f"rooms/{q(room_id)}/{act}", body)

    for user in (alice, bob, carol):
        archive = await export(user)
        if not archive.has_room(room_id):
            continue
        page = await user.get(f"rooms/{q(room_id)}/messages", dir="f")
        if page.status == 200:
            assert ids(archive, room_id) == await visible(user, room_id)
        else:
            assert {e["state_key"] for e in archive.events(room_id)} <= {user.id}
        state = await user.get(f"rooms/{q(room_id)}/state")
        head = archive.head(room_id)
        shown = {e["event_id"] for e in (*head["state"], *head["members"])}
        assert shown == ({e["event_id"] for e in state.body} if state.status == 200 else set())


async def test_events_are_as_clients_see_them(alice: User, bob: User) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    first = await alice.say(room_id, "hello")
    edit = {**text("* hi"), "m.new_content": text("hi")}
    edit["m.relates_to"] = {"rel_type": "m.replace", "event_id": first}
    (await alice.send(room_id, edit)).ok()
    (await alice.state(room_id, "m.room.topic", {"topic": "old"})).ok()
    (await alice.state(room_id, "m.room.topic", {"topic": "new"})).ok()

    events = (await export(bob)).events(room_id)

    shown = {event["event_id"]: event for event in events}
    there = (await bob.get(f"rooms/{q(room_id)}/event/{q(first)}")).ok()
    del there["unsigned"]["m.relations"]
    assert shown[first] == there
    assert shown[first]["content"]["body"] == "hello"
    topic = [event for event in events if event["type"] == "m.room.topic"][-1]
    assert topic["unsigned"]["prev_content"] == {"topic": "old"}


async def test_encrypted_events_are_as_they_are(alice: User, bob: User) -> None:
    room_id = await alice.create_room(preset="public_chat")
    encryption = {"algorithm": "m.megolm.v1.aes-sha2"}
    (await alice.state(room_id, "m.room.encryption", encryption)).ok()
    (await bob.join(room_id)).ok()
    (await bob.send(room_id, CIPHERTEXT, "m.room.encrypted")).ok()

    found = (await export(alice)).events(room_id)

    assert [e["content"] for e in found if e["type"] == "m.room.encrypted"] == [CIPHERTEXT]


async def test_what_was_taken_back_is_gone(alice: User, bob: User) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    insult = await bob.say(room_id, "you perfect fool")
    await redact(bob, room_id, insult)

    archive = await export(alice)

    assert not archive.holds("you perfect fool")
    (event,) = [e for e in archive.events(room_id) if e["event_id"] == insult]
    assert event["content"] == {}
    assert event["unsigned"]["redacted_because"]["sender"] == bob.id


class TestNothingThatOneMayNotSee:
    async def test_before_one_joined(self, alice: User, bob: User) -> None:
        room_id = await bob.create_room(preset="public_chat")
        await set_visibility(bob, room_id, "joined")
        await bob.say(room_id, "before alice came")
        (await alice.join(room_id)).ok()
        await bob.say(room_id, "now that you are here")

        archive = await export(alice)

        assert archive.bodies(room_id) == ["now that you are here"]
        assert not archive.holds("before alice came")

    async def test_after_one_left_or_was_banned(self, alice: User, bob: User) -> None:
        left = await bob.create_room(preset="public_chat", name="Left")
        banned = await bob.create_room(preset="public_chat", name="Banned")
        for room_id in (left, banned):
            (await alice.join(room_id)).ok()
            await bob.say(room_id, "while you were here")
        (await alice.leave(left)).ok()
        body = {"user_id": alice.id, "reason": "because"}
        (await bob.post(f"rooms/{q(banned)}/ban", body)).ok()
        for room_id in (left, banned):
            await bob.say(room_id, "after you were gone")
            (await bob.state(room_id, "m.room.topic", {"topic": "a later topic"})).ok()

        archive = await export(alice)

        for room_id, membership in ((left, "leave"), (banned, "ban")):
            assert archive.bodies(room_id) == ["while you were here"]
            assert archive.head(room_id)["membership"] == membership
            members = {m["state_key"]: m["content"] for m in archive.head(room_id)["members"]}
            assert members[alice.id]["membership"] == membership
        assert not archive.holds("after you were gone")
        assert not archive.holds("a later topic")

    async def test_where_one_is_only_invited(self, alice: User, bob: User) -> None:
        room_id = await bob.create_room(preset="private_chat", name="A surprise")
        await bob.say(room_id, "do not tell alice")
        (await bob.state(room_id, "org.example.plan", {"plan": "the secret plan"})).ok()
        (await bob.invite(room_id, alice.id)).ok()

        archive = await export(alice)

        head = archive.head(room_id)
        assert (head["membership"], head["state"], head["members"]) == ("invite", [], [])
        names = [e["content"] for e in head["stripped_state"] if e["type"] == "m.room.name"]
        assert names == [{"name": "A surprise"}]
        assert not archive.holds("do not tell alice")
        assert not archive.holds("the secret plan")

    async def test_where_one_never_was(self, alice: User, bob: User) -> None:
        public = await bob.create_room(preset="public_chat", name="Somewhere else")
        await bob.say(public, "strangers may come here")
        private = await bob.create_room(name="Private")

        archive = await export(alice)

        assert archive.json("rooms.json") == []
        for text_ in (public, private, "strangers may come here"):
            assert not archive.holds(text_)

    async def test_rooms_that_one_forgot(self, alice: User, bob: User) -> None:
        room_id = await bob.create_room(preset="public_chat")
        (await alice.join(room_id)).ok()
        await bob.say(room_id, "better forgotten")
        (await alice.leave(room_id)).ok()
        (await alice.post(f"rooms/{q(room_id)}/forget")).ok()

        archive = await export(alice)

        assert not archive.has_room(room_id)
        assert not archive.holds("better forgotten")

    async def test_people_whom_one_ignores_are_left_out_and_counted(
        self, alice: User, bob: User
    ) -> None:
        room_id = await alice.create_room(preset="public_chat")
        (await bob.join(room_id)).ok()
        await bob.say(room_id, "pester")
        await bob.say(room_id, "pester again")
        ignored: dict[str, Any] = {"ignored_users": {bob.id: {}}}
        (await alice.put(f"user/{q(alice.id)}/account_data/m.ignored_user_list", ignored)).ok()

        archive = await export(alice)

        assert not archive.holds("pester")
        assert archive.room(room_id)["ignored_events"] == 2
        assert archive.json("manifest.json")["ranges"]["ignored_events"] == 2

    async def test_people_who_were_erased(self, alice: User, bob: User, carol: User) -> None:
        room_id = await bob.create_room(preset="public_chat")
        (await carol.join(room_id)).ok()
        await carol.say(room_id, "said before alice came")
        (await alice.join(room_id)).ok()
        await carol.say(room_id, "said to alice")
        identifier = {"type": "m.id.user", "user": carol.id}
        auth = {"type": "m.login.password", "identifier": identifier, "password": PASSWORD}
        (await carol.post("account/deactivate", {"auth": auth, "erase": True})).ok()

        archive = await export(alice)

        assert archive.bodies(room_id) == ["said to alice"]
        assert not archive.holds("said before alice came")


class TestFiles:
    async def test_each_file_once_and_each_mention_leads_to_one(
        self, alice: User, bob: User
    ) -> None:
        room_id = await alice.create_room(preset="public_chat")
        (await bob.join(room_id)).ok()
        mine, same, unseen = (
            await upload(alice),
            await upload(alice),
            await upload(alice, PNG + b"3"),
        )
        theirs = await upload(bob, PNG + b"bob")
        for user, uri in ((alice, mine), (alice, same), (bob, theirs)):
            (await user.send(room_id, {"msgtype": "m.image", "body": "a.png", "url": uri})).ok()
        stranger = await upload(bob, PNG + b"elsewhere")
        (await bob.put(f"profile/{q(bob.id)}/avatar_url", {"avatar_url": theirs})).ok()
        await alice.say(room_id, f"look at mxc://elsewhere.example/abc and {theirs}x")

        archive = await export(alice)

        media = archive.media()
        assert set(media) == {mine, same, unseen, theirs}
        assert stranger not in media
        for uri, body in ((mine, PNG), (same, PNG), (unseen, PNG + b"3"), (theirs, PNG + b"bob")):
            digest = hashlib.sha256(body).hexdigest()
            assert media[uri]["file"] == f"media/{digest}.png"
            assert archive.files[media[uri]["file"]] == body
        assert media[theirs].get("is_mine") is None
        assert media[mine]["is_mine"] is True
        assert len([path for path in archive.files if path.startswith("media/")]) == 3
        # Two mentions in what alice said lead nowhere.
        assert archive.json("manifest.json")["ranges"]["unkept_references"] == 2

    async def test_the_type_that_an_uploader_claims_makes_no_program_of_a_file(
        self, alice: User
    ) -> None:
        path = "/_matrix/media/v3/upload?filename=../../evil.exe"
        kind = {"Content-Type": "application/x-msdownload"}
        answer = await alice.request("POST", path, content=b"MZ", headers=kind)
        uri = answer.ok()["content_uri"]

        archive = await export(alice)

        assert archive.media()[uri]["file"].endswith(".bin")
        assert archive.media()[uri]["filename"] == ".._.._evil.exe"


async def test_people_of_direct_chats(alice: User, bob: User, carol: User) -> None:
    (await bob.put(f"profile/{q(bob.id)}/displayname", {"displayname": "Bob; a\nEND:VCARD"})).ok()
    direct = await alice.create_room(is_direct=True, invite=[bob.id])
    listed = await alice.create_room(invite=[carol.id])
    data = {carol.id: [listed], "@far:away.example": ["!x:away.example"], "odd": 5}
    (await alice.put(f"user/{q(alice.id)}/account_data/m.direct", data)).ok()

    archive = await export(alice)

    people = {each["user_id"]: each for each in archive.json("contacts.json")}
    assert set(people) == {bob.id, carol.id, "@far:away.example"}
    assert people[bob.id]["rooms"] == [direct]
    assert people[carol.id] == {"user_id": carol.id, "display_name": "carol", "rooms": [listed]}
    cards = archive.files["contacts.vcf"].decode()
    assert cards.count("\r\nEND:VCARD\r\n") == 3
    assert "FN:Bob\\; a\\nEND:VCARD\r\n" in cards
    assert "IMPP:matrix:u/carol:test.example\r\n" in cards


async def test_keys_are_public_or_encrypted(alice: User) -> None:
    version = {"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": {"x": 1}}
    number = (await alice.post("room_keys/version", version)).ok()["version"]
    key = {
        "first_message_index": 1,
        "forwarded_count": 0,
        "is_verified": True,
        "session_data": {"ciphertext": "secret to the server", "ephemeral": "e", "mac": "m"},
    }
    sessions = {f"s{n}": key for n in range(7)}
    body = {"rooms": {"!a:x": {"sessions": sessions}, "!b:x": {"sessions": {"t": key}}}}
    (await alice.put(f"room_keys/keys?version={number}", body)).ok()

    archive = await export(alice)

    assert archive.json(f"keys/backup-{number}.json")["auth_data"] == {"x": 1}
    lines = archive.lines(f"keys/backup-{number}.ndjson")
    assert [(each["room_id"], each["session_id"]) for each in lines] == [
        *(("!a:x", f"s{n}") for n in range(7)),
        ("!b:x", "t"),
    ]
    assert lines[0]["key"] == key
    assert archive.json("keys/public.json")["device_keys"] == {alice.id: {}}


@pytest.mark.parametrize("name", ["../../etc/passwd", "🦊 狐狸", "CON", "a" * 200, "x\u202ey"])
async def test_whatever_a_room_is_called_its_folder_is_plain(alice: User, name: str) -> None:
    room_id = await alice.create_room(name=name)

    archive = await export(alice)

    assert archive.room(room_id)["name"] == name
    assert all(path.isascii() and ".." not in path for path in archive.files)


async def test_the_same_data_make_the_same_files(alice: User, bob: User) -> None:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    picture = await upload(bob)
    (await bob.send(room_id, {"msgtype": "m.image", "body": "a", "url": picture})).ok()

    first, second = await export(alice), await export(alice)

    changed = {path for path in first.files if first.files[path] != second.files[path]}
    assert first.files.keys() == second.files.keys()
    # The time of the archive stands in the first and the last.
    assert changed <= {"README.txt", "manifest.json", "account.json"}
