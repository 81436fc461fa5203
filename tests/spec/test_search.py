"""Searching messages through HTTP.

spec: client-server-api#server-side-search
"""

from typing import Any

import pytest

from courtyard.search import search
from tests.api import Api, User, q


async def _search(user: User, term: str, next_batch: str | None = None, **more: Any) -> Any:
    body = {"search_categories": {"room_events": {"search_term": term, **more}}}
    path = "search" if next_batch is None else f"search?next_batch={q(next_batch)}"
    answer = await user.request("POST", path, body)
    return answer.ok()["search_categories"]["room_events"]


async def _bodies(user: User, term: str, **more: Any) -> list[str]:
    found = await _search(user, term, order_by="recent", **more)
    assert found["count"] == len(found["results"])
    return [hit["result"]["content"].get("body") for hit in found["results"]]


@pytest.fixture
async def room(alice: User, bob: User) -> str:
    """A room with Alice and Bob in it."""
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    return room_id


async def test_every_word_must_stand_in_the_text(alice: User, bob: User, room: str) -> None:
    event_id = await alice.say(room, "Die Straße ist LANG")
    await bob.say(room, "eine lange Reise")
    await bob.say(room, "今天天气很好")

    assert await _bodies(alice, "lang") == ["eine lange Reise", "Die Straße ist LANG"]
    assert await _bodies(bob, "  strasse   lang ") == ["Die Straße ist LANG"]
    assert await _bodies(alice, "天气") == ["今天天气很好"]
    assert await _bodies(alice, "lang kurz") == []
    assert await _bodies(alice, "") == []
    [hit] = (await _search(alice, "strasse"))["results"]
    assert hit["rank"] > 0
    assert (hit["result"]["event_id"], hit["result"]["room_id"]) == (event_id, room)
    assert "context" not in hit


async def test_names_and_topics_are_searched_by_key(alice: User, room: str) -> None:
    (await alice.state(room, "m.room.name", {"name": "green garden"})).ok()
    topic = {"topic": "old", "m.topic": {"m.text": [{"body": "green topic"}]}}
    (await alice.state(room, "m.room.topic", topic)).ok()
    await alice.say(room, "green message")
    (await alice.send(room, {"body": "green other"}, type="com.example.other")).ok()

    async def types(*keys: str) -> list[str]:
        more: dict[str, Any] = {"keys": list(keys)} if keys else {}
        found = await _search(alice, "green", order_by="recent", **more)
        return [hit["result"]["type"] for hit in found["results"]]

    assert await types() == ["m.room.message", "m.room.topic", "m.room.name"]
    assert await types("content.name") == ["m.room.name"]
    assert await types("content.body", "content.topic") == ["m.room.message", "m.room.topic"]


async def test_nobody_finds_what_they_may_not_read(
    alice: User, bob: User, carol: User, room: str
) -> None:
    await alice.say(room, "secret one")
    assert await _bodies(carol, "secret") == []
    (await bob.leave(room)).ok()
    await alice.say(room, "secret two")
    joined_only = {"history_visibility": "joined"}
    (await alice.state(room, "m.room.history_visibility", joined_only)).ok()
    await alice.say(room, "secret three")
    (await carol.join(room)).ok()
    await alice.say(room, "secret four")

    assert await _bodies(alice, "secret") == [
        "secret four",
        "secret three",
        "secret two",
        "secret one",
    ]
    assert await _bodies(bob, "secret") == ["secret one"]
    assert await _bodies(carol, "secret") == ["secret four", "secret two", "secret one"]
    (await bob.post(f"rooms/{q(room)}/forget")).ok()
    assert await _bodies(bob, "secret") == []


async def test_redacted_ignored_and_encrypted_messages_are_not_found(
    alice: User, bob: User, room: str
) -> None:
    gone = await alice.say(room, "word gone")
    await bob.say(room, "word of bob")
    shut = await alice.create_room()
    await alice.say(shut, "word before the lock")
    assert len(await _bodies(alice, "word")) == 3

    (await alice.put(f"rooms/{q(room)}/redact/{q(gone)}/1")).ok()
    ignored: Any = {"ignored_users": {bob.id: {}}}
    (await alice.put(f"user/{q(alice.id)}/account_data/m.ignored_user_list", ignored)).ok()
    encryption = {"algorithm": "m.megolm.v1.aes-sha2"}
    (await alice.state(shut, "m.room.encryption", encryption)).ok()

    assert await _bodies(alice, "word") == []
    assert await _bodies(bob, "word") == ["word of bob"]


async def test_results_come_by_rank_or_by_time(alice: User, room: str) -> None:
    await alice.say(room, "tea tea")
    await alice.say(room, "a long story in which, somewhere, there is also a cup of tea")
    await alice.say(room, "tea")

    def bodies(found: Any) -> list[str]:
        return [hit["result"]["content"]["body"][:7] for hit in found["results"]]

    assert bodies(await _search(alice, "tea")) == ["tea tea", "tea", "a long "]
    assert bodies(await _search(alice, "tea", order_by="recent")) == ["tea", "a long ", "tea tea"]
    ranks = [hit["rank"] for hit in (await _search(alice, "tea"))["results"]]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("order", ["rank", "recent"])
async def test_pages_hold_still_and_lose_nothing(alice: User, room: str, order: str) -> None:
    expected = {await alice.say(room, f"note {n}") for n in range(7)}
    found: list[str] = []
    token = None
    while True:
        page = await _search(alice, "note", token, order_by=order, filter={"limit": 3})
        assert page["count"] == 7
        found += [hit["result"]["event_id"] for hit in page["results"]]
        await alice.say(room, "note that came in between")
        token = page.get("next_batch")
        if token is None:
            break

    assert len(found) == 7
    assert set(found) == expected


async def test_filters_choose_rooms_and_senders(alice: User, bob: User, room: str) -> None:
    other = await alice.create_room()
    await alice.say(room, "word a")
    await bob.say(room, "word b")
    await alice.say(other, "word c")

    assert await _bodies(alice, "word") == ["word c", "word b", "word a"]
    assert await _bodies(alice, "word", filter={"rooms": [room]}) == ["word b", "word a"]
    assert await _bodies(alice, "word", filter={"not_rooms": [room]}) == ["word c"]
    assert await _bodies(alice, "word", filter={"senders": [bob.id]}) == ["word b"]
    assert await _bodies(alice, "word", filter={"types": ["m.room.name"]}) == []


async def test_groups_have_pages_of_their_own(alice: User, bob: User, room: str) -> None:
    other = await alice.create_room()
    mine = [await alice.say(room, f"word {n}") for n in range(3)]
    bobs = await bob.say(room, "word of bob")
    apart = await alice.say(other, "word apart")
    wish: dict[str, Any] = {
        "order_by": "recent",
        "filter": {"limit": 3},
        "groupings": {"group_by": [{"key": "room_id"}, {"key": "sender"}]},
    }

    page = await _search(alice, "word", **wish)

    rooms, senders = page["groups"]["room_id"], page["groups"]["sender"]
    assert rooms[other] == {"order": 1, "results": [apart]}
    assert rooms[room]["results"] == [bobs, mine[2]]
    assert senders[bob.id] == {"order": 2, "results": [bobs]}
    assert senders[alice.id]["results"] == [apart, mine[2]]
    for group in (rooms[room], senders[alice.id]):
        rest = await _search(alice, "word", group["next_batch"], **wish)
        assert [hit["result"]["event_id"] for hit in rest["results"]] == [mine[1], mine[0]]
        assert "next_batch" not in rest


async def test_context_profiles_and_state_come_on_request(
    alice: User, bob: User, room: str
) -> None:
    for n in range(4):
        await bob.say(room, f"before {n}")
    hit_id = await alice.say(room, "needle")
    for n in range(4):
        await bob.say(room, f"after {n}")
    (await alice.put(f"profile/{q(alice.id)}/displayname", {"displayname": "Later"})).ok()

    context = {"before_limit": 2, "after_limit": 3, "include_profile": True}
    found = await _search(alice, "needle", event_context=context, include_state=True)

    [hit] = found["results"]
    assert hit["result"]["event_id"] == hit_id
    told = hit["context"]
    assert [e["content"]["body"] for e in told["events_before"]] == ["before 3", "before 2"]
    assert [e["content"]["body"] for e in told["events_after"]] == ["after 0", "after 1", "after 2"]
    assert told["profile_info"] == {
        alice.id: {"displayname": "alice"},
        bob.id: {"displayname": "bob"},
    }
    messages = f"rooms/{q(room)}/messages"
    back = (await alice.get(messages, dir="b", limit=1, **{"from": told["start"]})).ok()
    assert back["chunk"][0]["content"]["body"] == "before 1"
    on = (await alice.get(messages, dir="f", limit=1, **{"from": told["end"]})).ok()
    assert on["chunk"][0]["content"]["body"] == "after 3"
    kinds = {event["type"] for event in found["state"][room]}
    assert {"m.room.create", "m.room.member", "m.room.power_levels"} <= kinds


async def test_state_of_a_room_that_was_left_is_as_it_was_then(
    alice: User, bob: User, room: str
) -> None:
    (await alice.state(room, "m.room.name", {"name": "then"})).ok()
    await bob.say(room, "needle")
    (await bob.leave(room)).ok()
    (await alice.state(room, "m.room.name", {"name": "now"})).ok()

    async def name(user: User) -> str:
        state = (await _search(user, "needle", include_state=True))["state"][room]
        [event] = [event for event in state if event["type"] == "m.room.name"]
        return str(event["content"]["name"])

    assert (await name(alice), await name(bob)) == ("now", "then")


async def test_a_search_looks_at_the_newest_messages(
    monkeypatch: pytest.MonkeyPatch, alice: User, room: str
) -> None:
    monkeypatch.setattr(search, "MESSAGES_MAX", 3)
    monkeypatch.setattr(search, "PAGE", 2)
    for n in range(5):
        await alice.say(room, f"word {n}")

    assert await _bodies(alice, "word") == ["word 4", "word 3", "word 2"]


async def test_only_what_is_asked_for_is_answered(alice: User) -> None:
    answer = await alice.post("search", {"search_categories": {}})

    assert answer.ok() == {"search_categories": {}}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"search_categories": []},
        {"search_categories": {"room_events": {}}},
        {"search_categories": {"room_events": {"search_term": 5}}},
        {"search_categories": {"room_events": {"search_term": "x" * 501}}},
        {"search_categories": {"room_events": {"search_term": "x", "keys": ["content.x"]}}},
        {"search_categories": {"room_events": {"search_term": "x", "order_by": "chance"}}},
        {"search_categories": {"room_events": {"search_term": "x", "filter": {"limit": 0}}}},
        {"search_categories": {"room_events": {"search_term": "x", "filter": {"rooms": 5}}}},
        {"search_categories": {"room_events": {"search_term": "x", "filter": []}}},
        {
            "search_categories": {
                "room_events": {"search_term": "x", "event_context": {"before_limit": -1}}
            }
        },
        {
            "search_categories": {
                "room_events": {"search_term": "x", "groupings": {"group_by": [{"key": "type"}]}}
            }
        },
    ],
)
async def test_a_malformed_search_is_refused(alice: User, body: Any) -> None:
    answer = await alice.post("search", body)

    assert answer.status == 400
    assert answer.errcode in ("M_BAD_JSON", "M_INVALID_PARAM")


@pytest.mark.parametrize(
    "token", ["x", "q1", "q1_2_room_id", "q1_2_type_abc", "q1_2_sender_A", "q1_2_sender__w", "q٣_1"]
)
async def test_a_token_of_nobody_is_refused(alice: User, token: str) -> None:
    body = {"search_categories": {"room_events": {"search_term": "x"}}}

    answer = await alice.request("POST", f"search?next_batch={q(token)}", body)

    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_searching_needs_an_account(api: Api) -> None:
    answer = await api.request("POST", "search", {"search_categories": {}})

    assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)
