"""spec: client-server-api#get_matrixclientv3roomsroomidmessages."""

import json
from typing import Any

import pytest

from courtyard.rooms import read_timeline
from tests.api import User, q, text
from tests.spec.timeline import bodies, everything, fill, ids, ignore, messages, relate


async def test_pages_lead_from_the_newest_event_to_the_first(alice: User) -> None:
    room = await alice.create_room()
    sent = await fill(alice, room, 25)

    pages = await everything(alice, room, limit=7)

    assert pages[-1]["type"] == "m.room.create"
    assert ids(pages)[:25] == sent[::-1]
    assert len(set(ids(pages))) == len(pages)


async def test_forwards_is_the_same_history_turned_round(alice: User) -> None:
    room = await alice.create_room()
    await fill(alice, room, 12)

    back = await everything(alice, room, limit=5)
    forth = await everything(alice, room, limit=5, dir="f")

    assert ids(forth) == ids(back)[::-1]


async def test_there_is_no_end_token_at_the_beginning_of_the_room(alice: User) -> None:
    room = await alice.create_room()
    total = len(await everything(alice, room, limit=1000))

    exactly = await messages(alice, room, limit=total)
    one_less = await messages(alice, room, limit=total - 1)

    assert "end" not in exactly
    assert "end" in one_less
    last = await messages(alice, room, limit=5, **{"from": one_less["end"]})
    assert len(last["chunk"]) == 1


async def test_who_reads_forwards_goes_on_when_more_is_written(alice: User) -> None:
    """A page with events leads on, also where nothing follows yet; an empty one does not."""
    room = await alice.create_room()

    page = await messages(alice, room, limit=1000, dir="f")
    nothing = await messages(alice, room, dir="f", **{"from": page["end"]})
    await alice.say(room, "later")
    later = await messages(alice, room, dir="f", **{"from": page["end"]})

    assert (nothing["chunk"], "end" in nothing) == ([], False)
    assert bodies(later["chunk"]) == ["later"]


async def test_start_repeats_the_token_that_was_given(alice: User) -> None:
    room = await alice.create_room()
    await fill(alice, room, 5)
    first = await messages(alice, room, limit=2)

    second = await messages(alice, room, limit=2, **{"from": first["end"]})

    assert second["start"] == first["end"]
    assert bodies(second["chunk"]) == ["m2", "m1"]


async def test_to_ends_a_page(alice: User) -> None:
    room = await alice.create_room()
    await fill(alice, room, 2, "old")
    middle = (await messages(alice, room, limit=1))["start"]
    await fill(alice, room, 3, "new")

    newer = await everything(alice, room, limit=2, to=middle)
    older = await everything(alice, room, limit=2, dir="f", to=middle)

    assert bodies(newer) == ["new2", "new1", "new0"]
    assert bodies(older) == ["old0", "old1"]


async def test_prev_batch_of_sync_leads_into_history_without_a_gap(alice: User) -> None:
    room = await alice.create_room()
    await fill(alice, room, 30)
    section = (await alice.sync())["rooms"]["join"][room]["timeline"]

    older = await everything(alice, room, **{"from": section["prev_batch"]})

    both = ids(older)[::-1] + ids(section["events"])
    assert both == ids(await everything(alice, room, limit=1000, dir="f"))


async def test_the_default_limit_is_ten(alice: User) -> None:
    room = await alice.create_room()
    await fill(alice, room, 12)

    assert len((await messages(alice, room))["chunk"]) == 10
    assert len((await messages(alice, room, limit=0))["chunk"]) == 0
    assert len((await messages(alice, room, filter={"limit": 3}))["chunk"]) == 3


async def test_types_and_senders_filter(alice: User, bob: User) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    await fill(alice, room, 3, "a")
    await fill(bob, room, 3, "b")
    (await alice.send(room, {"x": 1}, type="org.example.one")).ok()

    async def shown(**wanted: Any) -> list[Any]:
        return await everything(alice, room, filter=wanted, limit=2)

    assert bodies(await shown(types=["m.room.message"])) == ["b2", "b1", "b0", "a2", "a1", "a0"]
    assert bodies(await shown(senders=[bob.id])) == ["b2", "b1", "b0"]
    assert bodies(await shown(not_senders=[bob.id])) == ["a2", "a1", "a0"]
    assert len(await shown(types=["org.example.*"])) == 1
    assert bodies(await shown(not_types=["m.room.message"])) == []
    assert bodies(await shown(types=["m.room.message"], not_types=["m.*"])) == []
    assert await shown(types=[]) == []
    assert await shown(rooms=["!other:test.example"]) == []
    assert await shown(not_rooms=[room]) == []
    assert len(await shown(rooms=[room], types=["m.room.message"])) == 6


async def test_contains_url_filters(alice: User) -> None:
    room = await alice.create_room()
    await alice.say(room, "words")
    picture = {"msgtype": "m.image", "body": "p.png", "url": "mxc://test.example/abc"}
    (await alice.send(room, picture)).ok()
    only = {"types": ["m.room.message"]}

    with_url = await everything(alice, room, filter={"contains_url": True, **only})
    without = await everything(alice, room, filter={"contains_url": False, **only})

    assert (bodies(with_url), bodies(without)) == (["p.png"], ["words"])


async def test_only_events_with_certain_relations(alice: User, bob: User) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    parents = await fill(alice, room, 3)
    await relate(alice, room, parents[0], "m.thread")
    await relate(bob, room, parents[1], "m.reference")

    async def shown(**wanted: Any) -> list[str]:
        return ids(await everything(alice, room, filter=wanted))

    assert await shown(related_by_rel_types=["m.thread"]) == [parents[0]]
    assert await shown(related_by_rel_types=["m.thread", "m.reference"]) == parents[1::-1]
    assert await shown(related_by_senders=[bob.id]) == [parents[1]]
    wanted = {"related_by_senders": [bob.id], "related_by_rel_types": ["m.thread"]}
    assert await shown(**wanted) == []


async def test_lazy_loading_brings_the_senders_members(alice: User, bob: User, carol: User) -> None:
    """spec: client-server-api#lazy-loading-room-members."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    (await carol.join(room)).ok()
    await alice.say(room, "one")
    await bob.say(room, "two")
    only = {"types": ["m.room.message"]}

    lazy = await messages(alice, room, filter={"lazy_load_members": True, **only})
    eager = await messages(alice, room, filter=only)

    assert {(e["type"], e["state_key"]) for e in lazy["state"]} == {
        ("m.room.member", alice.id),
        ("m.room.member", bob.id),
    }
    assert "state" not in eager


async def test_members_are_those_of_their_time(alice: User, bob: User) -> None:
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    await bob.say(room, "bye")
    (await bob.leave(room)).ok()

    page = await messages(
        alice, room, filter={"lazy_load_members": True, "types": ["m.room.message"]}
    )

    assert [e["content"]["membership"] for e in page["state"]] == ["join"]


async def test_ignored_users_are_left_out_but_not_their_state(alice: User, bob: User) -> None:
    """spec: client-server-api#ignoring-users."""
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    await alice.say(room, "mine")
    await fill(bob, room, 5, "noise")
    await ignore(alice, bob.id)

    shown = await everything(alice, room, limit=2)

    assert bodies(shown) == ["mine"]
    assert any(e["type"] == "m.room.member" and e["state_key"] == bob.id for e in shown)


async def test_a_narrow_filter_looks_at_a_bounded_number_of_events(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says where to go on, and going on finds everything."""
    monkeypatch.setattr(read_timeline, "SCAN_MAX", 100)
    room = await alice.create_room()
    (await alice.send(room, {}, type="org.example.rare")).ok()
    await fill(alice, room, 120)
    wanted = {"types": ["org.example.rare"]}

    first = await messages(alice, room, filter=wanted)

    assert first["chunk"] == []
    rest = await everything(alice, room, filter=wanted, **{"from": first["end"]})
    assert [event["type"] for event in rest] == ["org.example.rare"]


async def test_an_events_own_transaction_and_membership_are_told(alice: User, bob: User) -> None:
    """spec: client-server-api#room-event-format, `unsigned`."""
    room = await alice.create_room(preset="public_chat", invite=[bob.id])
    (await alice.send(room, text("before"), txn="first")).ok()
    (await bob.join(room)).ok()

    mine = await messages(alice, room, limit=2)
    theirs = await messages(bob, room, limit=2)

    assert mine["chunk"][1]["unsigned"]["transaction_id"] == "first"
    assert "transaction_id" not in theirs["chunk"][1]["unsigned"]
    assert [e["unsigned"]["membership"] for e in theirs["chunk"]] == ["join", "invite"]
    other = await alice.api.login(alice.id)
    again = await messages(other, room, limit=2)
    assert "transaction_id" not in again["chunk"][1]["unsigned"]


async def test_strangers_and_unknown_rooms_get_one_answer(alice: User, bob: User) -> None:
    room = await alice.create_room()
    (await alice.get(f"rooms/{q(room)}/messages", dir="b")).ok()

    hidden = await bob.get(f"rooms/{q(room)}/messages", dir="b")
    missing = await bob.get(f"rooms/{q('!none:test.example')}/messages", dir="b")

    assert (hidden.status, hidden.body) == (missing.status, missing.body)
    assert (403, "M_FORBIDDEN") == (hidden.status, hidden.errcode)


@pytest.mark.parametrize(
    "params, errcode",
    [
        ({}, "M_MISSING_PARAM"),
        ({"dir": "x"}, "M_INVALID_PARAM"),
        ({"dir": ""}, "M_INVALID_PARAM"),
        ({"dir": "b", "limit": "-1"}, "M_INVALID_PARAM"),
        ({"dir": "b", "limit": "many"}, "M_INVALID_PARAM"),
        ({"dir": "b", "limit": "1.5"}, "M_INVALID_PARAM"),
        ({"dir": "b", "from": "t12"}, "M_INVALID_PARAM"),
        ({"dir": "b", "from": ""}, "M_INVALID_PARAM"),
        ({"dir": "b", "from": "s-1"}, "M_INVALID_PARAM"),
        ({"dir": "b", "from": "s" + "9" * 40}, "M_INVALID_PARAM"),
        ({"dir": "b", "from": "s1\n"}, "M_INVALID_PARAM"),
        ({"dir": "b", "from": "s١"}, "M_INVALID_PARAM"),  # noqa: RUF001  # a digit, not one of ours
        ({"dir": "b", "to": "s1_"}, "M_INVALID_PARAM"),
        ({"dir": "b", "filter": "{"}, "M_NOT_JSON"),
        ({"dir": "b", "filter": "[]"}, "M_BAD_JSON"),
        ({"dir": "b", "filter": "1"}, "M_BAD_JSON"),
        ({"dir": "b", "filter": '{"types": "m.room.message"}'}, "M_BAD_JSON"),
        ({"dir": "b", "filter": '{"types": [1]}'}, "M_BAD_JSON"),
        ({"dir": "b", "filter": '{"limit": -1}'}, "M_BAD_JSON"),
        ({"dir": "b", "filter": '{"lazy_load_members": "yes"}'}, "M_BAD_JSON"),
        ({"dir": "b", "filter": "[" * 5000}, "M_BAD_JSON"),
        ({"dir": "b", "filter": "[" * 100 + "]" * 100}, "M_BAD_JSON"),
        ({"dir": "b", "filter": json.dumps({"types": ["a"] * 1001})}, "M_BAD_JSON"),
    ],
)
async def test_what_cannot_be_used_is_refused(
    alice: User, params: dict[str, str], errcode: str
) -> None:
    room = await alice.create_room()
    (await alice.get(f"rooms/{q(room)}/messages", dir="b", limit="3")).ok()

    answer = await alice.get(f"rooms/{q(room)}/messages", **params)

    assert (400, errcode) == (answer.status, answer.errcode)


@pytest.mark.parametrize("token", ["s0", "s999999999999999999", "s5_7"])
@pytest.mark.parametrize("direction", ["b", "f"])
@pytest.mark.parametrize("limit", ["1", "999999999999999999999999"])
async def test_any_well_formed_token_is_a_place(
    alice: User, token: str, direction: str, limit: str
) -> None:
    room = await alice.create_room()

    page = await messages(alice, room, dir=direction, limit=limit, **{"from": token})

    assert page["start"] == token
