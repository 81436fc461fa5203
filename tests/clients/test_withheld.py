"""A message that a decision withholds, as matrix-nio reads it: a tombstone, an appeal, and everything back as it was."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import nio
import pytest

from tests.api import Api, User, q
from tests.clients.conftest import People
from tests.clients.nio_person import NioPerson, _expect
from tests.conduct.content_town import step
from tests.conduct.town import OURS, STAFF
from tests.server import Server

pytestmark = pytest.mark.slow

NOTE = "org.courtyard.withheld"


@pytest.fixture
async def staff(server: Server | None, people: People) -> AsyncIterator[list[User]]:
    """Three people who decide, taken on from the machine that the server runs on."""
    if server is None:
        pytest.skip("another server has no staff of ours")
    async with httpx.AsyncClient(base_url=people.base_url) as http:
        api = Api(http)
        hired = [await api.register(f"judge{number}") for number in range(3)]
        for user in hired:
            command = [str(Path(sys.executable).with_name("courtyard")), "conduct", "staff", "add"]
            place = ["--data", str(server.data), "--server-name", server.server_name]
            subprocess.run([*command, user.id, *place], check=True)
        yield hired


async def _open_room(founder: NioPerson, *others: NioPerson) -> str:
    made = await founder.client.room_create(preset=nio.RoomPreset.public_chat, name="Fruit")
    room_id: str = _expect(nio.RoomCreateResponse, made).room_id
    for other in others:
        _expect(nio.JoinResponse, await other.client.join(room_id))
        await other.sees_member(room_id, founder.user_id, "join")
        await founder.sees_member(room_id, other.user_id, "join")
    return room_id


async def _read(people: People, person: NioPerson, room_id: str, event_id: str) -> dict[str, Any]:
    """Return everything that a client reads of a room, and what a new device of the same account gets by `/sync`."""
    client = person.client
    page = _expect(nio.RoomMessagesResponse, await client.room_messages(room_id, limit=50))
    around = _expect(nio.RoomContextResponse, await client.room_context(room_id, event_id))
    one = _expect(nio.RoomGetEventResponse, await client.room_get_event(room_id, event_id))
    again = await people.nio_again(person)
    newest = page.chunk[0].event_id
    await again._until(lambda: newest in again._shown.get(room_id, {}), "the newest message")
    room = again.client.rooms[room_id]
    return {
        "messages": [event.source for event in page.chunk],
        "context": [around.event.source, *(it.source for it in around.events_before)],
        "event": one.event.source,
        "sync": [shown for shown in again._shown[room_id].values() if shown["content"]],
        "counts": (room.unread_notifications, room.unread_highlights, room.member_count),
    }


def _shown(read: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Return an event among the messages."""
    [found] = [event for event in read["messages"] if event["event_id"] == event_id]
    return dict(found)


def _without_rank(read: dict[str, Any]) -> dict[str, Any]:
    """Leave out the receipts, which each device gets in its own order."""
    sync = [{k: v for k, v in shown.items() if k != "read_by"} for shown in read["sync"]]
    return read | {"sync": sync}


async def test_it_is_withheld_appealed_and_back_as_it_was(
    people: People, staff: list[User]
) -> None:
    alice, bob, carol = [await people.nio(name) for name in ("alice", "bob", "carol")]
    room_id = await _open_room(alice, bob, carol)
    said = await alice.say(room_id, "a persimmon for everybody")
    await bob.sees(room_id, event_id=said)
    await bob.react(room_id, said, "👍")
    await carol.react(room_id, said, "👍")
    await carol.reply_in_thread(room_id, said, "thank you")
    await alice.edit(room_id, said, "two persimmons")
    await alice.say(room_id, "the last word")
    before = {it: await _read(people, it, room_id, said) for it in (alice, bob)}
    assert _shown(before[bob], said)["content"]["body"] == "a persimmon for everybody"

    # Bob reports it by his client, and one of the staff decides.
    report = f"/_matrix/client/v3/rooms/{q(room_id)}/report/{q(said)}"
    bobs = User(staff[0].api, bob.user_id, bob.device_id, bob.client.access_token)
    (await bobs.post(report, {"reason": "It stains."})).ok()
    case = (await staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    proposal = {
        "rule": "R3.1",
        "measures": [step("quarantine", said)],
        "conduct_at": time.time_ns() // 1_000_000 - 1,
        "facts": "You spoke of fruit.",
        "explanation": "Somebody had asked you not to.",
    }
    made = (await staff[0].post(f"{STAFF}/cases/{q(case['id'])}/propose", proposal)).ok()
    assert made["state"] == "issued"

    withheld = await _read(people, bob, room_id, said)
    assert "persimmon" not in repr(withheld)
    tombstone = _shown(withheld, said)
    assert tombstone["content"] == {}
    note = tombstone["unsigned"][NOTE]
    assert note["decision"] == made["decision"]
    assert note["reason"] == "STATEMENT_CATEGORY_CYBER_VIOLENCE"
    assert withheld["counts"] == before[bob]["counts"]
    own = _shown(await _read(people, alice, room_id, said), said)
    assert own["content"]["body"] == "a persimmon for everybody"
    assert own["unsigned"][NOTE] == note

    # Alice appeals, and somebody else hears her.
    alices = User(staff[0].api, alice.user_id, alice.device_id, alice.client.access_token)
    path = f"{OURS}/decisions/{q(made['decision'])}"
    assert (await alices.get(f"{path}/statement")).ok()["facts"] == "You spoke of fruit."
    (await alices.post(f"{path}/appeals", {"text": "It was a recipe."})).ok()
    assert (await staff[0].post(f"{STAFF}/appeals/next")).ok() == {"appeal": None}
    given = (await staff[1].post(f"{STAFF}/appeals/next")).ok()["appeal"]
    ruling = {"outcome": "overturned", "reasons": "It was a recipe."}
    (await staff[1].post(f"{STAFF}/appeals/{q(given['id'])}/decide", ruling)).ok()

    after = {it: await _read(people, it, room_id, said) for it in (alice, bob)}
    for person in (alice, bob):
        assert _without_rank(after[person]) == _without_rank(before[person])
    assert (await alices.get(f"{OURS}/standing")).ok()["decisions"] == []
