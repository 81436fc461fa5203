"""Files, rooms and profiles that a decision withholds; the public tombstone; and how all of it ends."""

from __future__ import annotations

import json
import re

import pytest

from courtyard.app.wiring import Server
from tests.api import Api, User, q, text
from tests.archive.archives import export
from tests.conduct.content_town import (
    NOTE,
    SECRET,
    V1,
    Scene,
    answer_appeal,
    appeal,
    case_about,
    decide,
    edit,
    event_of,
    law_of,
    raw,
    step,
)
from tests.conduct.town import DAY, OURS, Court, build_court
from tests.fakes import FakeClock

MEDIA = "/_matrix/client/v1/media"


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


@pytest.fixture
async def scene(alice: User, bob: User, carol: User) -> Scene:
    return await Scene(alice, bob, carol).begin()


# --- files ----------------------------------------------------------------------------------------------


async def _upload(user: User, body: bytes = b"a picture of fruit") -> str:
    response = await user.api.http.request(
        "POST",
        "/_matrix/media/v3/upload",
        content=body,
        headers={"Authorization": f"Bearer {user.token}", "Content-Type": "text/plain"},
    )
    return str(response.json()["content_uri"])


async def test_a_quarantined_file_is_there_for_its_uploader_alone(
    court: Court, scene: Scene, api: Api
) -> None:
    uri = await _upload(scene.alice)
    path = f"{MEDIA}/download/{uri.removeprefix('mxc://')}"
    image = text("fruit.txt") | {"msgtype": "m.file", "url": uri}
    said = (await scene.alice.send(scene.room, image)).ok()["event_id"]
    case_id = await case_about(court, scene.bob, scene.alice, "event", said)
    # A file of the case's event may be named with it.
    wanted = (step("quarantine", said), step("quarantine", uri))
    id = (await court.propose(case_id, *wanted)).ok()["decision"]

    thumbnail = f"{MEDIA}/thumbnail/{uri.removeprefix('mxc://')}?width=32&height=32"
    for refused in (
        await scene.bob.get(path),
        await scene.bob.get(f"{path}/other-name"),
        await scene.bob.get(thumbnail),
    ):
        assert (403, "ORG.COURTYARD.WITHHELD") == (refused.status, refused.errcode)
        assert refused.body[NOTE]["decision"] == id
    assert (await scene.alice.get(path)).ok() == b"a picture of fruit"
    # Who sent it is told which message shows it.
    own = (await scene.alice.get(f"{OURS}/decisions/{id}")).ok()["measures"]
    places = [(one["item_type"], one["item"], one["room"], one["event"]) for one in own]
    assert places == [
        ("event", said, scene.room, said),
        ("media", uri, scene.room, said),
    ]
    told = (await api.request("GET", f"{OURS}/withheld/media/{q(uri)}")).ok()
    assert (told["decision"], told["step"]) == (id, "quarantine")

    (await court.staff[2].post(f"/_courtyard/staff/v1/decisions/{q(id)}/lift")).ok()
    assert (await scene.bob.get(path)).ok() == b"a picture of fruit"
    assert (await event_of(scene.bob, scene, said))["content"]["url"] == uri


async def test_a_file_of_another_event_or_another_person_is_not_named(
    court: Court, scene: Scene
) -> None:
    mine, others = await _upload(scene.alice), await _upload(scene.bob, b"by bob")
    for uri, law in ((mine, "shape"), (others, "item")):
        content = text("x") | ({} if uri == mine else {"url": uri})
        said = (await scene.alice.send(scene.room, content)).ok()["event_id"]
        case_id = await case_about(court, scene.carol, scene.alice, "event", said)
        assert law_of(await court.propose(case_id, step("quarantine", uri))) == (409, law)
        path = f"/_courtyard/staff/v1/cases/{q(case_id)}/dismiss"
        (await court.staff[0].post(path)).ok()


async def test_a_quarantined_file_can_be_deleted_by_its_owner(
    court: Court, scene: Scene, server: Server
) -> None:
    uri = await _upload(scene.alice)
    await decide(court, scene.bob, scene.alice, "media", step("quarantine", uri))
    said = text("x") | {"msgtype": "m.file", "url": uri}
    event_id = (await scene.alice.send(scene.room, said)).ok()["event_id"]
    (await scene.alice.put(f"rooms/{q(scene.room)}/redact/{q(event_id)}/1")).ok()
    path = f"{MEDIA}/download/{uri.removeprefix('mxc://')}"
    assert (await scene.alice.get(path)).status == 404
    assert (await scene.bob.get(path)).status == 404


async def test_an_archive_has_ones_own_and_says_what_it_has_not_of_others(
    court: Court, scene: Scene
) -> None:
    uri = await _upload(scene.alice)
    said = text("look") | {"msgtype": "m.file", "url": uri}
    await scene.alice.send(scene.room, said)
    await decide(court, scene.bob, scene.alice, "media", step("quarantine", uri))
    await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))
    others, own = await export(scene.bob), await export(scene.alice)
    assert "file" not in others.media()[uri]
    assert "withholds this file" in others.media()[uri]["reason"]
    assert own.files[own.media()[uri]["file"]] == b"a picture of fruit"
    assert not others.holds(SECRET)
    assert own.holds(SECRET)


# --- rooms and profiles ---------------------------------------------------------------------------------


async def test_a_hidden_room_is_not_listed_and_its_members_keep_it(
    court: Court, scene: Scene, api: Api
) -> None:
    other = await scene.bob.create_room(preset="public_chat", visibility="public", name="Tea")
    space = await scene.bob.create_room(
        preset="public_chat", creation_content={"type": "m.space"}, name="All"
    )
    via = {"via": ["test.example"]}
    (await scene.bob.state(space, "m.space.child", via, scene.room)).ok()
    stranger = await api.register("stranger")
    before = (await api.request("GET", "publicRooms")).ok()

    id = await decide(court, scene.bob, scene.alice, "room", step("hide", scene.room))

    after = (await api.request("GET", "publicRooms")).ok()
    assert [one["room_id"] for one in after["chunk"]] == [other]
    [tombstone] = after[NOTE]
    assert (tombstone["room_id"], tombstone["decision"]) == (scene.room, id)
    assert len(after["chunk"]) + len(after[NOTE]) == before["total_room_count_estimate"] == 2
    found = {"filter": {"generic_search_term": "fruit"}}
    searched = (await stranger.post("publicRooms", found)).ok()
    assert (searched["chunk"], len(searched[NOTE])) == ([], 1)
    path = f"{V1}/rooms/{q(space)}/hierarchy"
    told = (await stranger.get(path)).ok()
    assert [one["room_id"] for one in told["rooms"]] == [space]
    assert [one["room_id"] for one in told[NOTE]] == [scene.room]
    assert len((await scene.bob.get(path)).ok()["rooms"]) == 2
    (await stranger.join(scene.room)).ok()
    assert scene.room in (await scene.bob.sync())["rooms"]["join"]
    (await court.staff[2].post(f"/_courtyard/staff/v1/decisions/{q(id)}/lift")).ok()
    restored = (await api.request("GET", "publicRooms")).ok()
    assert NOTE not in restored
    assert {one["room_id"] for one in restored["chunk"]} == {scene.room, other}


async def test_a_hidden_profile_shows_no_name_and_no_picture(
    court: Court, scene: Scene, api: Api
) -> None:
    alice, bob = scene.alice, scene.bob
    (await alice.put(f"profile/{q(alice.id)}/displayname", {"displayname": "Quincy"})).ok()
    avatar = {"avatar_url": "mxc://test.example/quincy"}
    (await alice.put(f"profile/{q(alice.id)}/avatar_url", avatar)).ok()
    await alice.say(scene.room, f"{SECRET}, by name")
    invited = await alice.create_room(invite=[bob.id])
    before = await _names(bob, scene)
    assert all(b"uincy" in body for body in before.values()), before

    id = await decide(court, bob, alice, "profile", step("hide", alice.id))

    after = await _names(bob, scene)
    for path, body in after.items():
        assert b"uincy" not in body, path
    assert json.loads(after["profile"])[NOTE]["decision"] == id
    people = (await bob.post("user_directory/search", {"search_term": "quincy"})).ok()
    assert [one["user_id"] for one in people["results"]] == [alice.id]
    assert people["results"][0][NOTE]["decision"] == id
    field = await bob.get(f"profile/{q(alice.id)}/displayname")
    assert (field.status, field.body[NOTE]["decision"]) == (404, id)
    stranger = await api.request("GET", f"profile/{q(alice.id)}", token="no token of ours")
    assert "displayname" not in stranger.ok()
    own = (await alice.get(f"profile/{q(alice.id)}")).ok()
    assert (own["displayname"], own[NOTE]["decision"]) == ("Quincy", id)
    assert (await alice.get(f"profile/{q(alice.id)}/displayname")).ok()["displayname"]
    assert all(b"uincy" in body for body in (await _names(alice, scene)).values())
    assert invited in (await bob.sync())["rooms"]["invite"]

    (await court.staff[2].post(f"/_courtyard/staff/v1/decisions/{q(id)}/lift")).ok()
    restored = await _names(bob, scene)
    del before["sync"], restored["sync"]
    assert _without_places(restored) == _without_places(before)


def _without_places(read: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out places in the stream: the statement of reasons has moved it on."""
    return {name: re.sub(rb'"s[0-9]+"', b'"s"', body) for name, body in read.items()}


async def _names(user: User, scene: Scene) -> dict[str, bytes]:
    """Return everything in which Alice's name or picture stands."""
    room = f"rooms/{q(scene.room)}"
    paths = {
        "profile": f"profile/{q(scene.alice.id)}",
        "members": f"{room}/members",
        "joined": f"{room}/joined_members",
        "state": f"{room}/state",
        "member": f"{room}/state/m.room.member/{q(scene.alice.id)}",
        "messages": f"{room}/messages?dir=b&limit=1&filter="
        + q('{"lazy_load_members":true,"senders":["' + scene.alice.id + '"]}'),
        "sync": "sync",
    }
    found = {name: await raw(user, "GET", path) for name, path in paths.items()}
    around = {"search_term": SECRET, "event_context": {"include_profile": True}}
    body = {"search_categories": {"room_events": around}}
    found["search"] = await raw(user, "POST", "search", body)
    return found


# --- the public tombstone -------------------------------------------------------------------------------


async def test_anybody_reads_why_something_is_withheld(
    court: Court, scene: Scene, api: Api
) -> None:
    path = f"{OURS}/withheld/event/{q(scene.said)}"
    assert (await api.request("GET", path)).status == 404
    id = await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))
    told = (await api.request("GET", path)).ok()
    note = (await event_of(scene.bob, scene, scene.said))["unsigned"][NOTE]
    assert told == {"item_type": "event", "item_id": scene.said} | note
    # What the subject is told, and who the subject is, is the subject's.
    assert "You wrote to" not in json.dumps(told)
    assert scene.alice.id not in json.dumps(told)
    for nothing in ("event/x", "nonsense/x", f"media/{q(scene.said)}", "room/%00"):
        answered = await api.request("GET", f"{OURS}/withheld/{nothing}")
        assert (404, "M_NOT_FOUND") == (answered.status, answered.errcode)
    assert id.startswith("d_")


# --- and back -------------------------------------------------------------------------------------------


async def _is_shown(user: User, scene: Scene) -> bool:
    shown = await event_of(user, scene, scene.said)
    return bool(shown["content"]) and NOTE not in shown.get("unsigned", {})


async def test_the_clock_ends_it_with_no_job_run(
    court: Court, scene: Scene, clock: FakeClock
) -> None:
    await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said, DAY))
    assert not await _is_shown(scene.bob, scene)
    clock.advance(DAY)
    assert await _is_shown(scene.bob, scene)


async def test_an_overdue_appeal_ends_it_for_good(
    court: Court, scene: Scene, clock: FakeClock
) -> None:
    """0008 no. 5: what lapses does not come back, also if the answer is that it was right."""
    id = await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))
    await appeal(scene.alice, id)
    assert not await _is_shown(scene.bob, scene)
    clock.advance(7 * DAY)
    assert await _is_shown(scene.bob, scene)
    await answer_appeal(court, "upheld")
    assert await _is_shown(scene.bob, scene)


async def test_an_appeal_answered_in_time_leaves_or_ends_it(
    court: Court, scene: Scene, clock: FakeClock
) -> None:
    id = await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))
    await appeal(scene.alice, id)
    clock.advance(6 * DAY)
    await answer_appeal(court, "reduced", ends_at=court.now() + 2 * DAY)
    clock.advance(DAY)
    assert not await _is_shown(scene.bob, scene)
    clock.advance(DAY)
    assert await _is_shown(scene.bob, scene)


async def test_one_decision_ends_and_the_other_stays(court: Court, scene: Scene) -> None:
    await decide(court, scene.bob, scene.alice, "event", step("hide", scene.said))
    # Edited, it is another version, about which more can be decided.
    (await scene.alice.send(scene.room, edit(scene.said, "again"))).ok()
    other = await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))
    (await court.staff[2].post(f"/_courtyard/staff/v1/decisions/{q(other)}/lift")).ok()
    assert (await event_of(scene.bob, scene, scene.said))["unsigned"][NOTE]["step"] == "hide"
