"""The list of notifications over HTTP, on a source of its own: `app` gives it the rooms."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.di import Provide

from courtyard.accounts.model import Session
from courtyard.base.ids import DeviceId, RoomId, StreamPos, TimestampMs, UserId
from courtyard.push.model import EventFacts
from courtyard.push.notifications import Candidate
from courtyard.push.routes import notification_routes
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx

ALICE, BOB = UserId("@alice:test.example"), UserId("@bob:test.example")
URL = "/_matrix/client/v3/notifications"


def candidates(_tx: ReadTx, user_id: UserId, before: StreamPos | None) -> Iterator[Candidate]:
    for position in range((before or 4) - 1, 0, -1):
        mentions = {"user_ids": [user_id] if position == 2 else []}
        event: dict[str, Any] = {
            "type": "m.room.message",
            "event_id": f"${position}",
            "sender": BOB,
            "origin_server_ts": position,
            "content": {"msgtype": "m.text", "body": "Hello", "m.mentions": mentions},
        }
        room_id = RoomId("!room:test.example")
        yield Candidate(
            position=StreamPos(position),
            facts=EventFacts(event=event, room_id=room_id, sender=BOB, member_count=3),
            event=msgspec.Raw(msgspec.json.encode(event)),
            ts=TimestampMs(position),
            read=False,
        )


@pytest.fixture
async def http(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    session = Session(user_id=ALICE, device_id=DeviceId("PHONE"), token_id="t")
    app = Litestar(
        notification_routes(candidates),
        dependencies={
            "db": Provide(lambda: db, sync_to_thread=False),
            "session": Provide(lambda: session, sync_to_thread=False),
        },
        openapi_config=None,
        logging_config=None,
    )
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as client:
        yield client


def ids(body: dict[str, Any]) -> list[str]:
    return [one["event"]["event_id"] for one in body["notifications"]]


async def test_pages_lead_to_the_end(http: httpx.AsyncClient) -> None:
    """spec: client-server-api#get_matrixclientv3notifications."""
    first = (await http.get(URL, params={"limit": "2"})).json()
    rest = (await http.get(URL, params={"limit": "2", "from": first["next_token"]})).json()

    assert ["$3", "$2"] == ids(first)
    assert ["$1"] == ids(rest)
    assert "next_token" not in rest


async def test_highlights_alone(http: httpx.AsyncClient) -> None:
    """spec: client-server-api#get_matrixclientv3notifications."""
    body = (await http.get(URL, params={"only": "highlight"})).json()

    assert ["$2"] == ids(body)
    assert {"actions", "event", "read", "room_id", "ts"} == set(body["notifications"][0])
