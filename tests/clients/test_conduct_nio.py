"""A measure as somebody meets it in matrix-nio: what it takes, what it leaves, how it is told, and when it is over."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import nio
import pytest

from tests.archive.archives import poll
from tests.clients.conftest import People
from tests.clients.nio_person import NioPerson
from tests.conduct.town import DAY, OURS, STAFF, feature
from tests.server import Server
from tests.wallet.bank import WALLET

pytestmark = pytest.mark.slow

_LIKES = itertools.count()
TAKEN = ("chat.group.send", "feed.like", "feed.reply")


def command(server: Server, *words: str, typed: str = "") -> str:
    """Run `courtyard`, as whoever runs a server does it: beside the running server."""
    program = str(Path(sys.executable).with_name("courtyard"))
    place = ["--data", str(server.data), "--server-name", server.server_name]
    done = subprocess.run(
        [program, *words, *place], check=True, input=typed, text=True, stdout=subprocess.PIPE
    )
    return done.stdout


def hire(server: Server, *names: str) -> None:
    """Take people on the staff."""
    for name in names:
        command(server, "conduct", "staff", "add", name)


def give_money(server: Server, to: NioPerson, *operators: NioPerson) -> None:
    """Make money for somebody; it takes two."""
    for operator in operators:
        command(server, "admin", "user", "make-admin", operator.user_id)
    first, second = operators
    command(server, "wallet", "currency", "add", "LEAF", "Leaves")
    wish = ("mint", "propose", to.user_id, "500", "LEAF", "--by", first.user_id)
    id = command(server, "wallet", *wish, typed=f"{first.password}\n").split()[0]
    agreed = ("mint", "approve", id, "--by", second.user_id)
    command(server, "wallet", *agreed, typed=f"{second.password}\n")


async def ask(person: NioPerson, method: str, path: str, body: Any = None) -> Any:
    """Use our own endpoints as this person; nio does not know them."""
    base_url, token = person.client.homeserver, person.client.access_token
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await http.request(method, path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def decide(judge: NioPerson, reporter: NioPerson, subject: NioPerson) -> str:
    """Report somebody and decide that they may not like, reply or write in groups for a day."""
    report = {
        "item_type": "account",
        "item_id": subject.user_id,
        "subject": subject.user_id,
        "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "explanation": "They do not stop.",
    }
    await ask(reporter, "POST", f"{OURS}/reports", report)
    case = (await ask(judge, "POST", f"{STAFF}/queue/next"))["case"]
    proposal = {
        "rule": "R3.1",
        "measures": [feature(*TAKEN)],
        "conduct_at": case["opened_at"],
        "facts": "You wrote to somebody who had asked you to stop.",
        "explanation": "That is unwanted contact.",
    }
    made = await ask(judge, "POST", f"{STAFF}/cases/{case['id']}/propose", proposal)
    assert made["state"] == "issued"
    return str(made["decision"])


async def attempt(person: NioPerson, room: str, type: str, content: dict[str, Any]) -> Any:
    """Send something and return nio's answer, whatever it is."""
    return await person.client.room_send(room, type, content, ignore_unverified_devices=True)


def refusal(answer: Any) -> dict[str, Any]:
    """Return what a refusal tells, read from what nio got."""
    assert isinstance(answer, nio.RoomSendError), answer
    assert answer.status_code == "ORG.COURTYARD.RESTRICTED"
    body: dict[str, Any] = json.loads(answer.transport_response._body)
    return body


def like(event_id: str) -> dict[str, Any]:
    """Return the content of a like, each time another one: nobody likes a thing twice in the same way."""
    key = f"❤️{next(_LIKES)}"
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}


def reply(event_id: str) -> dict[str, Any]:
    """Return the content of a comment under a post."""
    return {
        "msgtype": "m.text",
        "body": "how nice",
        "m.relates_to": {"rel_type": "m.thread", "event_id": event_id},
    }


class Places:
    """Where somebody under a measure may or may not write."""

    def __init__(self, moments: str, post: str, group: str, direct: str, own: str) -> None:
        self.moments, self.post = moments, post
        self.group, self.direct, self.own = group, direct, own

    async def taken(self, person: NioPerson) -> dict[str, Any]:
        """Try what the measure takes, by capability."""
        hello = {"msgtype": "m.text", "body": "hello"}
        return {
            "feed.like": await attempt(person, self.moments, "m.reaction", like(self.post)),
            "feed.reply": await attempt(person, self.moments, "m.room.message", reply(self.post)),
            "chat.group.send": await attempt(person, self.group, "m.room.message", hello),
        }

    async def left(self, person: NioPerson) -> list[Any]:
        """Do what the measure leaves: write to a friend, and post among one's own moments."""
        hello = {"msgtype": "m.text", "body": "still here"}
        return [
            await attempt(person, self.direct, "m.room.message", hello),
            await attempt(person, self.own, "m.room.message", hello),
        ]


async def _room(person: NioPerson, invite: NioPerson | None, **wanted: Any) -> str:
    guests = [invite.user_id] if invite else []
    made = await person.client.room_create(invite=guests, **wanted)
    assert isinstance(made, nio.RoomCreateResponse), made
    if invite:
        await invite._until(lambda: made.room_id in invite.client.invited_rooms, "an invitation")
        assert isinstance(await invite.client.join(made.room_id), nio.JoinResponse)
    return str(made.room_id)


async def _places(alice: NioPerson, bob: NioPerson) -> Places:
    moments = await _room(alice, bob, name="Alice", room_type="org.courtyard.moments")
    posted = await attempt(
        alice, moments, "m.room.message", {"msgtype": "m.text", "body": "a swan"}
    )
    group = await _room(alice, bob, name="Neighbours")
    direct = await _room(alice, bob, is_direct=True, preset=nio.RoomPreset.trusted_private_chat)
    own = await _room(bob, None, name="Bob", room_type="org.courtyard.moments")
    return Places(moments, posted.event_id, group, direct, own)


async def test_a_measure_takes_what_it_names_tells_why_and_ends_by_the_clock(
    people: People, server: Server | None
) -> None:
    if server is None:
        pytest.skip("decides about people: only on a server of our own")
    alice, bob = await people.nio("alice"), await people.nio("bob")
    judge, other = await people.nio("judge"), await people.nio("other")
    hire(server, judge.user_id, other.user_id)
    give_money(server, bob, judge, other)
    places = await _places(alice, bob)
    assert all(isinstance(it, nio.RoomSendResponse) for it in (await places.taken(bob)).values())

    id = await decide(judge, alice, bob)

    for capability, answer in (await places.taken(bob)).items():
        told = refusal(answer)
        assert told["org.courtyard.capability"] == capability
        assert told["org.courtyard.decision"] == id
        assert told["org.courtyard.appeal"] == f"{OURS}/decisions/{id}/appeals"
        statement = await ask(bob, "GET", told["org.courtyard.statement"])
        assert statement["facts"] == "You wrote to somebody who had asked you to stop."
        assert told["org.courtyard.ends_at"] == statement["measures"][0]["ends_at"]
    assert all(isinstance(answer, nio.RoomSendResponse) for answer in await places.left(bob))
    await _is_heard(bob, id)
    await _reads_and_takes_along(alice, bob, places)
    await _pays(bob, alice, places)
    # Tomorrow less a minute, on a server that has just been started.
    await _restart(server, DAY - 60_000)
    assert refusal((await places.taken(bob))["feed.like"])["org.courtyard.decision"] == id
    # And tomorrow.
    await _restart(server, DAY + 60_000)
    assert all(isinstance(it, nio.RoomSendResponse) for it in (await places.taken(bob)).values())
    standing = await ask(bob, "GET", f"{OURS}/standing")
    assert standing == {"restricted": [], "decisions": []} | standing


async def test_an_appeal_by_a_different_human_ends_it_at_once(
    people: People, server: Server | None
) -> None:
    if server is None:
        pytest.skip("decides about people: only on a server of our own")
    alice, bob = await people.nio("alice"), await people.nio("bob")
    judge, other = await people.nio("judge"), await people.nio("other")
    hire(server, judge.user_id, other.user_id)
    places = await _places(alice, bob)
    id = await decide(judge, alice, bob)
    refusal((await places.taken(bob))["chat.group.send"])

    appeal = await ask(bob, "POST", f"{OURS}/decisions/{id}/appeals", {"text": "I did not."})
    assert (await ask(judge, "POST", f"{STAFF}/appeals/next"))["appeal"] is None
    heard = (await ask(other, "POST", f"{STAFF}/appeals/next"))["appeal"]
    assert heard["id"] == appeal["id"]
    ruling = {"outcome": "overturned", "reasons": "It was somebody else."}
    await ask(other, "POST", f"{STAFF}/appeals/{appeal['id']}/decide", ruling)

    assert all(isinstance(it, nio.RoomSendResponse) for it in (await places.taken(bob)).values())
    answered = await ask(bob, "GET", f"{OURS}/appeals/{appeal['id']}")
    assert answered["outcome"] == "overturned"
    assert answered["reasons"] == "It was somebody else."


async def _is_heard(bob: NioPerson, id: str) -> None:
    """The statement is in the notices room, and what its account writes there arrives."""
    rooms = bob.client.rooms
    await bob._until(
        lambda: any(room.room_type == "org.courtyard.notices" for room in rooms.values()),
        "the notices room",
    )
    (notices,) = [n for n, room in rooms.items() if room.room_type == "org.courtyard.notices"]
    page = await bob.client.room_messages(notices, limit=20)
    assert isinstance(page, nio.RoomMessagesResponse)
    assert any(event.source["content"].get("org.courtyard.decision") == id for event in page.chunk)
    said = await attempt(bob, notices, "m.room.message", {"msgtype": "m.text", "body": "Not so."})
    assert isinstance(said, nio.RoomSendResponse)


async def _reads_and_takes_along(alice: NioPerson, bob: NioPerson, places: Places) -> None:
    hello = await attempt(
        alice, places.group, "m.room.message", {"msgtype": "m.text", "body": "is Bob there?"}
    )
    await bob.sees(places.group, event_id=hello.event_id, body="is Bob there?")
    page = await bob.client.room_messages(places.group, limit=50)
    assert isinstance(page, nio.RoomMessagesResponse)
    assert any(event.event_id == hello.event_id for event in page.chunk)
    job = await ask(bob, "POST", f"{OURS}/export")
    await poll(lambda: _ready(bob, job["path"]))
    again = nio.AsyncClient(bob.client.homeserver, bob.user_id)
    assert isinstance(await again.login(bob.password), nio.LoginResponse)
    await again.close()


async def _pays(bob: NioPerson, alice: NioPerson, places: Places) -> None:
    """No decision about words reaches money, not even in the room where he may not write."""
    wish = {"key": "for the swan", "room_id": places.group, "to": alice.user_id}
    paid = await ask(
        bob, "POST", f"{WALLET}/transfers", wish | {"currency": "LEAF", "amount": "200"}
    )
    await ask(alice, "POST", f"{WALLET}/transfers/{paid['id']}/accept", {})
    left = await ask(bob, "GET", f"{WALLET}/balance")
    assert left["balances"][0]["available"] == "300"


async def _ready(person: NioPerson, path: str) -> Any:
    job = await ask(person, "GET", path)
    return job if job["state"] == "ready" else None


async def _restart(server: Server, ahead_ms: int) -> None:
    await server.stop()
    server.ahead_ms = ahead_ms
    await server.start()
