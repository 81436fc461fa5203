"""Content that a decision withholds: a tombstone with the reason, never a gap; whole for its author; and back as it was."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.push.model import StoredPusher
from courtyard.push.pushers import stored_pushers
from courtyard.rooms.read_history import history_page, place_upto
from courtyard.rooms.tokens import parse_token
from courtyard.rooms.visibility import FOREVER
from courtyard.storage.tx import ReadTx
from courtyard.sync.assemble import assemble
from courtyard.sync.model import SyncRequest
from courtyard.sync.notices import next_outgoing
from tests.api import Api, User, q
from tests.conduct.content_town import (
    LABEL,
    NOTE,
    SEARCH,
    SECRET,
    Scene,
    case_about,
    decide,
    edit,
    event_of,
    law_of,
    raw,
    read_directly,
    reads,
    step,
    thread,
)
from tests.conduct.town import DAY, OURS, Court, build_court


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


@pytest.fixture
async def scene(alice: User, bob: User, carol: User) -> Scene:
    return await Scene(alice, bob, carol).begin()


# --- messages -------------------------------------------------------------------------------------------


async def test_what_is_quarantined_is_a_tombstone_wherever_others_read(
    court: Court, scene: Scene
) -> None:
    before = await reads(scene.bob, scene.room, scene.said)
    assert sum(SECRET.encode() in body for body in before.values()) >= 8

    id = await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))

    for user in (scene.bob, scene.carol):
        told = await reads(user, scene.room, scene.said)
        told |= await read_directly(user, scene.room, scene.said)
        told |= await read_directly(user, scene.room, scene.edited)
        for path, body in told.items():
            # A search tells the words that it was asked for.
            assert SECRET.encode() not in body.replace(f'["{SECRET}"]'.encode(), b""), path
    shown = await event_of(scene.bob, scene, scene.said)
    note = shown["unsigned"][NOTE]
    assert shown["content"] == {}
    assert {"step": "quarantine", "decision": id, "rule": "R3.1"}.items() <= note.items()
    assert note["reason"] == "STATEMENT_CATEGORY_CYBER_VIOLENCE"
    assert note["until"] - note["since"] == 30 * DAY
    # The thread below it is not Alice's alone.
    assert shown["unsigned"]["m.relations"]["m.thread"]["count"] == 1
    assert "m.replace" not in shown["unsigned"]["m.relations"]


async def test_its_author_reads_it_whole_and_why_others_do_not(court: Court, scene: Scene) -> None:
    before = await reads(scene.alice, scene.room, scene.said)
    id = await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))
    after = await reads(scene.alice, scene.room, scene.said)
    for path, body in before.items():
        assert (SECRET.encode() in body) == (SECRET.encode() in after[path]), path
    shown = await event_of(scene.alice, scene, scene.said)
    assert shown["content"]["body"] == f"a {SECRET} for everybody"
    assert shown["unsigned"][NOTE]["decision"] == id
    decision = (await scene.alice.get(f"{OURS}/decisions/{id}")).ok()
    measure = decision["measures"][0]
    assert (measure["step"], measure["item"]) == ("quarantine", scene.said)


async def test_what_is_hidden_is_there_for_whom_asks_for_it(court: Court, scene: Scene) -> None:
    await decide(court, scene.bob, scene.alice, "event", step("hide", scene.said))
    for path, body in (await reads(scene.bob, scene.room, scene.said)).items():
        assert SECRET.encode() not in body.replace(f'["{SECRET}"]'.encode(), b""), path
    assert (await event_of(scene.bob, scene, scene.said))["unsigned"][NOTE]["step"] == "hide"
    for body in (await read_directly(scene.bob, scene.room, scene.said)).values():
        shown = json.loads(body)
        assert shown["content"]["body"] == f"a {SECRET} for everybody"
        assert shown["unsigned"][LABEL]["step"] == "hide"
        edited = shown["unsigned"]["m.relations"]["m.replace"]
        assert edited["content"]["m.new_content"]["body"] == f"two {SECRET}s"
    # Its author knows that others see it less.
    own = json.loads((await read_directly(scene.alice, scene.room, scene.said)).popitem()[1])
    assert own["unsigned"][NOTE]["step"] == "hide"


@pytest.mark.parametrize("name", ["label", "age_gate"])
async def test_a_label_is_shown_beside_what_it_is_about(
    court: Court, scene: Scene, name: str
) -> None:
    id = await decide(court, scene.bob, scene.alice, "event", step(name, scene.said))
    for user in (scene.alice, scene.bob):
        shown = await event_of(user, scene, scene.said)
        assert shown["content"]["body"] == f"a {SECRET} for everybody"
        assert shown["unsigned"][LABEL]["step"] == name
        assert shown["unsigned"][LABEL]["decision"] == id
        assert NOTE not in shown["unsigned"]
    found = json.loads(await raw(scene.bob, "POST", "search", SEARCH))
    assert NOTE not in found["search_categories"]["room_events"]


async def test_the_strictest_of_several_steps_counts(court: Court, scene: Scene) -> None:
    first = await decide(
        court,
        scene.bob,
        scene.alice,
        "event",
        step("label", scene.said),
        step("quarantine", scene.said, DAY),
    )
    note = (await event_of(scene.bob, scene, scene.said))["unsigned"][NOTE]
    assert (note["step"], note["decision"]) == ("quarantine", first)


async def test_an_edit_by_somebody_else_is_no_part_of_the_message(
    court: Court, scene: Scene
) -> None:
    forged = (await scene.carol.send(scene.room, edit(scene.said, "mine"))).ok()["event_id"]
    await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))
    assert (await event_of(scene.bob, scene, forged))["content"]["body"] == "* mine"
    own = (await scene.alice.send(scene.room, edit(scene.said, "again"))).ok()["event_id"]
    assert (await event_of(scene.bob, scene, own))["content"] == {}


async def test_only_the_edit_can_be_withheld(court: Court, scene: Scene) -> None:
    await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.edited))
    shown = await event_of(scene.bob, scene, scene.said)
    assert shown["content"]["body"] == f"a {SECRET} for everybody"
    bundled = shown["unsigned"]["m.relations"]["m.replace"]
    assert (bundled["content"], NOTE in bundled["unsigned"]) == ({}, True)


async def test_the_newest_reply_of_a_thread_is_withheld_in_its_summary(
    court: Court, scene: Scene
) -> None:
    """The root is somebody else's, and shows it to everybody."""
    root = await scene.carol.say(scene.room, "a question")
    reply = (await scene.alice.send(scene.room, thread(root, f"a {SECRET}"))).ok()["event_id"]
    (await scene.alice.send(scene.room, edit(reply, f"the {SECRET}"))).ok()
    await decide(court, scene.bob, scene.alice, "event", step("quarantine", reply))
    newest = (await event_of(scene.bob, scene, root))["unsigned"]["m.relations"]["m.thread"]
    assert newest["latest_event"]["event_id"] == reply
    assert newest["latest_event"]["content"] == {}
    assert NOTE in newest["latest_event"]["unsigned"]
    assert SECRET not in json.dumps(newest)
    own = (await event_of(scene.alice, scene, root))["unsigned"]["m.relations"]["m.thread"]
    assert own["latest_event"]["content"]["body"] == f"a {SECRET}"


@pytest.mark.parametrize("is_edit", [True, False])
async def test_asking_for_a_root_by_its_id_opens_nothing_below_it(
    court: Court, scene: Scene, *, is_edit: bool
) -> None:
    root = await scene.carol.say(scene.room, "a question")
    reply = (await scene.alice.send(scene.room, thread(root, "an answer"))).ok()["event_id"]
    edited = (await scene.alice.send(scene.room, edit(reply, f"a {SECRET}"))).ok()["event_id"]
    hidden = edited if is_edit else reply
    await decide(court, scene.bob, scene.alice, "event", step("hide", hidden))
    for body in (await read_directly(scene.bob, scene.room, root)).values():
        assert SECRET.encode() not in body
        assert NOTE.encode() in body


async def test_a_watcher_gets_the_tombstone_from_memory_and_from_the_database(
    court: Court, scene: Scene, server: Server
) -> None:
    """The quick way gives what is withheld to the slow one, and what is not it answers itself."""
    start = await scene.bob.sync()
    said = await scene.alice.say(scene.room, f"another {SECRET}")
    asked = SyncRequest(
        user_id=UserId(scene.bob.id),
        device_id=scene.bob.device_id,  # type: ignore[arg-type]
        since=parse_token(start["next_batch"]),
    )
    assert server.fast.answer(asked) is not None
    await decide(court, scene.bob, scene.alice, "event", step("quarantine", said))
    assert server.fast.answer(asked) is None
    slow = await server.db.read(assemble, asked)
    assert SECRET.encode() not in slow.body
    assert NOTE.encode() in slow.body
    later = await scene.bob.sync()
    await scene.alice.say(scene.room, "unaffected")
    (await scene.bob.send(scene.room, edit(scene.said, "somebody else's"))).ok()
    again = msgspec.structs.replace(asked, since=parse_token(later["next_batch"]))
    assert server.fast.answer(again) is not None
    (await scene.alice.send(scene.room, edit(said, f"the {SECRET}"))).ok()
    assert server.fast.answer(again) is None


async def test_counts_do_not_change(court: Court, scene: Scene) -> None:
    async def counts() -> Any:
        section = (await scene.bob.sync())["rooms"]["join"][scene.room]
        return section["unread_notifications"]

    said = await scene.alice.say(scene.room, "unread")
    before = await counts()
    await decide(court, scene.carol, scene.alice, "event", step("quarantine", said))
    assert await counts() == before
    # The reply in the thread is the other one.
    assert before["notification_count"] == 2


async def test_a_push_gateway_gets_no_content(court: Court, scene: Scene, server: Server) -> None:
    pusher = {
        "kind": "http",
        "app_id": "com.example.app",
        "pushkey": "key",
        "app_display_name": "App",
        "device_display_name": "Phone",
        "lang": "en",
        "data": {"url": "https://127.0.0.1:9/_matrix/push/v1/notify"},
    }
    (await scene.bob.post("pushers/set", pusher)).ok()
    path = f"profile/{q(scene.alice.id)}/displayname"
    (await scene.alice.put(path, {"displayname": "Quincy"})).ok()
    said = await scene.alice.say(scene.room, f"@bob: a {SECRET}")
    [stored] = await server.db.read(stored_pushers, UserId(scene.bob.id))

    async def told() -> dict[str, Any]:
        fresh: StoredPusher = stored
        found = await server.db.read(next_outgoing, fresh, StreamPos(stored.delivered_upto), 0)
        assert found.body is not None
        notification: dict[str, Any] = json.loads(found.body)["notification"]
        assert notification["event_id"] == said
        return notification

    assert SECRET in (await told())["content"]["body"]
    await decide(court, scene.carol, scene.alice, "event", step("quarantine", said))
    assert (await told()).get("content", {}) == {}
    assert (await told())["sender_display_name"] == "Quincy"
    await decide(court, scene.carol, scene.alice, "profile", step("hide", scene.alice.id))
    assert "sender_display_name" not in await told()


async def test_an_archive_of_others_has_the_tombstone(
    court: Court, scene: Scene, server: Server
) -> None:
    await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))

    def history(tx: ReadTx, user_id: str) -> bytes:
        place = place_upto(tx, UserId(user_id), RoomId(scene.room), FOREVER)
        assert place is not None
        return b"\n".join(history_page(tx, place, after=0, count=100).events)

    assert SECRET.encode() not in await server.db.read(history, scene.bob.id)
    assert SECRET.encode() in await server.db.read(history, scene.alice.id)


async def test_a_report_of_what_is_withheld_is_about_the_same_thing(
    court: Court, scene: Scene
) -> None:
    path = f"rooms/{q(scene.room)}/report/{q(scene.said)}"
    (await scene.bob.post(path, {"reason": "x"})).ok()
    given = (await court.staff[0].post("/_courtyard/staff/v1/queue/next")).ok()["case"]
    (await court.propose(given["id"], step("quarantine", scene.said))).ok()
    (await scene.carol.post(path, {"reason": "x"})).ok()
    assert (await court.staff[1].post("/_courtyard/staff/v1/queue/next")).ok() == {"case": None}


async def test_its_author_can_still_redact_it(court: Court, scene: Scene) -> None:
    await decide(court, scene.bob, scene.alice, "event", step("quarantine", scene.said))
    path = f"rooms/{q(scene.room)}/redact/{q(scene.said)}/1"
    (await scene.alice.put(path)).ok()
    shown = await event_of(scene.bob, scene, scene.said)
    assert "redacted_because" in shown["unsigned"]
    assert NOTE in shown["unsigned"]


# --- searches -------------------------------------------------------------------------------------------


async def test_what_a_search_shows_and_withholds_is_what_there_is(
    court: Court, scene: Scene
) -> None:
    """P9."""
    more = [await scene.alice.say(scene.room, f"{SECRET} {number}") for number in range(3)]

    async def search(user: User) -> dict[str, Any]:
        found = json.loads(await raw(user, "POST", "search", SEARCH))
        return dict(found["search_categories"]["room_events"])

    before = await search(scene.bob)
    assert before["count"] == 5
    id = await decide(court, scene.bob, scene.alice, "event", step("hide", scene.said))
    other = await decide(court, scene.bob, scene.alice, "event", step("quarantine", more[1]))
    after = await search(scene.bob)
    assert after["count"] + len(after[NOTE]) == before["count"] == after["org.courtyard.total"]
    withheld = {one["event_id"]: one for one in after[NOTE]}
    # The message, its edit, and the other message.
    assert withheld.keys() == {scene.said, scene.edited, more[1]}
    assert (withheld[scene.said]["decision"], withheld[more[1]]["decision"]) == (id, other)
    assert all(one["room_id"] == scene.room and one["reason"] for one in withheld.values())
    shown = {hit["result"]["event_id"] for hit in after["results"]}
    assert not shown & withheld.keys()
    assert (await search(scene.alice))["count"] == 5


# --- what can be decided --------------------------------------------------------------------------------


async def test_only_content_that_is_there_and_the_subjects_own(
    court: Court, scene: Scene, server: Server
) -> None:
    made = await scene.alice.get(f"rooms/{q(scene.room)}/state/m.room.name?format=event")
    named = made.ok()["event_id"]
    (await scene.alice.put(f"rooms/{q(scene.room)}/redact/{q(scene.edited)}/9")).ok()
    page = (await scene.alice.get(f"rooms/{q(scene.room)}/messages?dir=b&limit=1")).ok()
    redaction = page["chunk"][0]["event_id"]
    for item_type, item_id, name, law in [
        ("event", "$nothing", "hide", "item"),
        ("event", named, "hide", "item"),
        ("event", redaction, "hide", "item"),
        ("room", "!nothing:test.example", "hide", "item"),
        ("room", scene.room, "quarantine", "step"),
        ("profile", scene.alice.id, "label", "step"),
        ("media", "mxc://test.example/nothing", "quarantine", "item"),
        ("media", "mxc://elsewhere.example/nothing", "quarantine", "item"),
        ("media", "nonsense", "hide", "step"),
        ("account", scene.alice.id, "hide", "step"),
    ]:
        case_id = await case_about(court, scene.bob, scene.alice, item_type, item_id)
        answered = await court.propose(case_id, step(name, item_id))
        assert law_of(answered) == (409, law), (item_type, item_id)
        first = court.staff[0]
        (await first.post(f"/_courtyard/staff/v1/cases/{q(case_id)}/dismiss")).ok()
    assert court.log.types() == ["ruleset.published"]


async def test_its_sender_alone_is_told_where_a_withheld_message_stands(
    court: Court, scene: Scene
) -> None:
    """They know the room, having spoken in it; the staff is told of the item and of nothing around it."""
    begun = await scene.bob.say(scene.room, "about the weather")
    replied = (await scene.alice.send(scene.room, thread(begun, "rain"))).ok()["event_id"]
    await decide(court, scene.bob, scene.alice, "event", step("hide", scene.said))
    other = await decide(court, scene.bob, scene.alice, "event", step("label", replied))
    await decide(court, scene.bob, scene.alice, "profile", step("hide", scene.alice.id))

    told = (await scene.alice.get(f"{OURS}/decisions")).ok()["decisions"]
    told += (await scene.alice.get(f"{OURS}/standing")).ok()["decisions"]
    told.append((await scene.alice.get(f"{OURS}/decisions/{other}")).ok())
    told.append((await scene.alice.get(f"{OURS}/decisions/{other}/statement")).ok())
    places = {scene.said: {"room": scene.room}}
    places[replied] = {"room": scene.room, "thread": begun}
    for one in [measure for decision in told for measure in decision["measures"]]:
        place = {name: one[name] for name in ("room", "thread") if name in one}
        assert place == places.get(one["item"], {})
    assert len(told) == 8

    await case_about(court, scene.bob, scene.alice, "account", scene.alice.id)
    seen = (await court.staff[0].post("/_courtyard/staff/v1/queue/next")).ok()["case"]
    assert len(seen["earlier"]) == 3
    assert scene.room not in json.dumps(seen)


async def test_only_what_the_case_is_about(court: Court, scene: Scene) -> None:
    other = await scene.alice.say(scene.room, "something else")
    case_id = await case_about(court, scene.bob, scene.alice, "event", scene.said)
    assert law_of(await court.propose(case_id, step("hide", other))) == (409, "shape")
    bad = step("hide", scene.said) | {"step": "burn"}
    assert (await court.propose(case_id, bad)).status == 400
    without = {"type": "content", "length_ms": DAY, "item_id": scene.said}
    assert law_of(await court.propose(case_id, without)) == (409, "shape")
    long = step("hide", scene.said, 181 * DAY)
    assert law_of(await court.propose(case_id, long)) == (409, "length")
    # Where nothing is named, it is what the case is about.
    (await court.propose(case_id, {"type": "content", "length_ms": DAY, "step": "hide"})).ok()
    assert (await event_of(scene.bob, scene, scene.said))["unsigned"][NOTE]["step"] == "hide"


async def test_about_the_staff_two_people_decide(court: Court, scene: Scene) -> None:
    member = await court.hire("late")
    (await member.join(scene.room)).ok()
    said = await member.say(scene.room, f"{SECRET}!")
    case_id = await case_about(court, scene.bob, member, "event", said)
    made = (await court.propose(case_id, step("quarantine", said))).ok()
    assert made["state"] == "waiting"
    assert (await event_of(scene.bob, scene, said))["content"]["body"] == f"{SECRET}!"
    (await court.approve(made["decision"], court.staff[1])).ok()
    assert (await event_of(scene.bob, scene, said))["content"] == {}
