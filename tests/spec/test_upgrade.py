"""Room upgrades through HTTP.

spec: client-server-api#room-upgrades
"""

from typing import Any

import pytest

from tests.api import Api, User, q

VERSIONS = ["10", "11", "12"]


async def _upgrade(user: User, room: str, version: str, **more: Any) -> str:
    answer = await user.post(f"rooms/{q(room)}/upgrade", {"new_version": version, **more})
    return str(answer.ok()["replacement_room"])


async def _state(user: User, room: str) -> dict[tuple[str, str], Any]:
    events = (await user.get(f"rooms/{q(room)}/state")).ok()
    return {(e["type"], e["state_key"]): e for e in events}


def _content(state: dict[tuple[str, str], Any], type: str, key: str = "") -> Any:
    event = state.get((type, key))
    return None if event is None else event["content"]


@pytest.fixture(params=VERSIONS)
async def room(request: pytest.FixtureRequest, alice: User, bob: User, carol: User) -> str:
    """A furnished room of Alice's with Bob as moderator and Carol banned."""
    room_id = await alice.create_room(
        room_version=request.param,
        preset="public_chat",
        visibility="public",
        name="Garden",
        topic="Growing things",
        room_alias_name="garden",
        creation_content={"type": "com.example.kind", "m.federate": False},
        initial_state=[
            {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
            {"type": "m.room.server_acl", "content": {"allow": ["*"]}},
            {"type": "m.room.avatar", "content": {"url": "mxc://test.example/a"}},
            {"type": "com.example.own", "content": {"stays": "behind"}},
        ],
        power_level_content_override={"users": _levels(request.param, alice, bob)},
    )
    (await bob.join(room_id)).ok()
    ban = {"user_id": carol.id, "reason": "spam"}
    (await alice.post(f"rooms/{q(room_id)}/ban", ban)).ok()
    return room_id


def _levels(version: str, alice: User, bob: User) -> dict[str, int]:
    return {bob.id: 50} if version == "12" else {alice.id: 100, bob.id: 50}


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_new_room_takes_over_and_the_old_one_closes(
    alice: User, bob: User, carol: User, room: str, version: str
) -> None:
    before = await _state(alice, room)

    made = await _upgrade(alice, room, version)

    old, new = await _state(alice, room), await _state(alice, made)
    tombstone = old["m.room.tombstone", ""]
    assert tombstone["content"]["replacement_room"] == made
    creation = _content(new, "m.room.create")
    assert creation["room_version"] == version
    assert creation["type"] == "com.example.kind"
    assert creation["m.federate"] is False
    assert creation["predecessor"]["room_id"] == room
    if version != "12":
        assert creation["predecessor"]["event_id"] == tombstone["event_id"]
    for type in ("encryption", "server_acl", "name", "topic", "avatar", "join_rules"):
        assert _content(new, f"m.room.{type}") == _content(before, f"m.room.{type}")
    for type in ("history_visibility", "guest_access"):
        assert _content(new, f"m.room.{type}") == _content(before, f"m.room.{type}")
    assert _content(new, "com.example.own") is None
    assert _content(new, "m.room.member", carol.id) == {"membership": "ban", "reason": "spam"}
    assert _content(new, "m.room.member", bob.id) is None
    assert _content(new, "m.room.member", alice.id)["membership"] == "join"

    levels = _content(new, "m.room.power_levels")
    assert levels["users"][bob.id] == 50
    assert levels["users"].get(alice.id) == (None if version == "12" else 100)
    assert levels["events"] == _content(before, "m.room.power_levels")["events"]

    # Names move.
    alias = "#garden:test.example"
    assert (await alice.get(f"directory/room/{q(alias)}")).ok()["room_id"] == made
    assert _content(new, "m.room.canonical_alias") == {"alias": alias}
    assert _content(old, "m.room.canonical_alias") == {}
    listed = (await alice.get("publicRooms")).ok()["chunk"]
    assert [shown["room_id"] for shown in listed] == [made]

    # The old room is for moderators only; the new one is open.
    closed = _content(old, "m.room.power_levels")
    assert (closed["events_default"], closed["invite"]) == (50, 50)
    (await bob.join(made)).ok()
    (await bob.send(made, {"msgtype": "m.text", "body": "hello"})).ok()


async def test_only_who_may_end_a_room_upgrades_it(
    alice: User, bob: User, carol: User, room: str
) -> None:
    (await bob.join(room)).ok()
    refused = await bob.post(f"rooms/{q(room)}/upgrade", {"new_version": "12"})
    assert (403, "M_FORBIDDEN") == (refused.status, refused.errcode)
    assert _content(await _state(alice, room), "m.room.tombstone") is None
    # Who is not in it is told the same as where there is none.
    outside = await carol.post(f"rooms/{q(room)}/upgrade", {"new_version": "12"})
    nowhere = await carol.post("rooms/!nowhere/upgrade", {"new_version": "12"})
    assert (404, "M_NOT_FOUND") == (nowhere.status, nowhere.errcode)
    assert outside.body == nowhere.body

    await _upgrade(alice, room, "12")


@pytest.mark.parametrize(
    "body, errcode",
    [
        ({}, "M_MISSING_PARAM"),
        ({"new_version": "1"}, "M_UNSUPPORTED_ROOM_VERSION"),
        ({"new_version": "nine"}, "M_UNSUPPORTED_ROOM_VERSION"),
        ({"new_version": 12}, "M_BAD_JSON"),
        ({"new_version": "12", "additional_creators": "@bob:test.example"}, "M_BAD_JSON"),
        ({"new_version": "12", "additional_creators": [5]}, "M_BAD_JSON"),
        ({"new_version": "12", "additional_creators": ["bob"]}, "M_INVALID_PARAM"),
    ],
)
async def test_a_malformed_upgrade_changes_nothing(alice: User, body: Any, errcode: str) -> None:
    room = await alice.create_room(name="Garden")
    before = await _state(alice, room)

    answer = await alice.post(f"rooms/{q(room)}/upgrade", body)

    assert (400, errcode) == (answer.status, answer.errcode)
    assert await _state(alice, room) == before


async def test_additional_creators_are_only_those_asked_for(alice: User, bob: User) -> None:
    room = await alice.create_room(creation_content={"additional_creators": [bob.id]})

    plain = await _state(alice, await _upgrade(alice, room, "12"))
    assert "additional_creators" not in _content(plain, "m.room.create")
    # Nor does somebody keep a rank that they had as a creator.
    assert _content(plain, "m.room.power_levels")["users"] == {}

    shared = await _state(
        alice, await _upgrade(alice, room, "12", additional_creators=[bob.id, alice.id, bob.id])
    )
    assert _content(shared, "m.room.create")["additional_creators"] == [bob.id]
    assert _content(shared, "m.room.power_levels")["users"] == {}


async def test_additional_creators_mean_nothing_to_older_versions(alice: User, bob: User) -> None:
    room = await alice.create_room(room_version="10")

    made = await _state(alice, await _upgrade(alice, room, "11", additional_creators=["nobody"]))

    assert "additional_creators" not in _content(made, "m.room.create")


async def test_an_administrator_who_did_not_make_the_room_can_upgrade_it(
    alice: User, bob: User
) -> None:
    room = await alice.create_room(
        room_version="11",
        preset="public_chat",
        name="Garden",
        power_level_content_override={"users": {alice.id: 100, bob.id: 60}},
    )
    (await bob.join(room)).ok()
    refused = await bob.post(f"rooms/{q(room)}/upgrade", {"new_version": "11"})
    assert refused.status == 403
    levels = _content(await _state(alice, room), "m.room.power_levels")
    levels["events"]["m.room.tombstone"] = 60
    (await alice.state(room, "m.room.power_levels", levels)).ok()

    old_style = await _upgrade(bob, room, "11")
    new_style = await _upgrade(bob, room, "12")

    assert _content(await _state(bob, old_style), "m.room.power_levels")["users"] == {
        alice.id: 100,
        bob.id: 60,
    }
    assert _content(await _state(bob, new_style), "m.room.power_levels")["users"] == {alice.id: 100}


async def test_a_space_keeps_its_rooms(alice: User) -> None:
    child = await alice.create_room()
    space = await alice.create_room(creation_content={"type": "m.space"})
    (await alice.state(space, "m.space.child", {"via": ["test.example"]}, child)).ok()
    (await alice.state(space, "m.space.child", {}, "!removed:test.example")).ok()

    made = await _state(alice, await _upgrade(alice, space, "12"))

    children = {key: e["content"] for (type, key), e in made.items() if type == "m.space.child"}
    assert children == {child: {"via": ["test.example"]}}


async def test_people_keep_their_settings(alice: User, bob: User, carol: User) -> None:
    room = await alice.create_room(preset="public_chat")
    for user in (bob, carol):
        (await user.join(room)).ok()
    for user in (alice, bob):
        tags = f"user/{q(user.id)}/rooms/{q(room)}/tags/u.garden"
        (await user.put(tags, {"order": 0.5})).ok()
        data = f"user/{q(user.id)}/rooms/{q(room)}/account_data/com.example.x"
        (await user.put(data, {"x": 1})).ok()
        rule = f"pushrules/global/room/{q(room)}"
        (await user.put(rule, {"actions": []})).ok()
        mute = {
            "actions": [],
            "conditions": [{"kind": "event_match", "key": "room_id", "pattern": room}],
        }
        (await user.put(f"pushrules/global/override/{q(room)}", mute)).ok()
        direct = {carol.id: [room]}
        (await user.put(f"user/{q(user.id)}/account_data/m.direct", direct)).ok()

    made = await _upgrade(alice, room, "12")
    for user in (bob, carol):
        (await user.join(made)).ok()

    for user in (alice, bob):
        tags = (await user.get(f"user/{q(user.id)}/rooms/{q(made)}/tags")).ok()
        assert tags == {"tags": {"u.garden": {"order": 0.5}}}
        data = f"user/{q(user.id)}/rooms/{q(made)}/account_data/com.example.x"
        assert (await user.get(data)).ok() == {"x": 1}
        rules = (await user.get("pushrules/")).ok()["global"]
        assert {made, room} <= {rule["rule_id"] for rule in rules["room"]}
        [muted] = [rule for rule in rules["override"] if rule["rule_id"] == made]
        assert muted["conditions"][0]["pattern"] == made
        direct = (await user.get(f"user/{q(user.id)}/account_data/m.direct")).ok()
        assert direct == {carol.id: [room, made]}
    tags = (await carol.get(f"user/{q(carol.id)}/rooms/{q(made)}/tags")).ok()
    assert tags == {"tags": {}}


async def test_nobody_inherits_from_a_room_that_does_not_say_so(alice: User, bob: User) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    (await bob.put(f"user/{q(bob.id)}/rooms/{q(room)}/tags/u.garden")).ok()
    claim = {"predecessor": {"room_id": room, "event_id": "$x"}}
    false = await alice.create_room(preset="public_chat", creation_content=claim)

    (await bob.join(false)).ok()

    assert (await bob.get(f"user/{q(bob.id)}/rooms/{q(false)}/tags")).ok() == {"tags": {}}


async def test_upgrading_needs_an_account(api: Api, alice: User) -> None:
    room = await alice.create_room()

    answer = await api.request("POST", f"rooms/{q(room)}/upgrade", {"new_version": "12"})

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)
