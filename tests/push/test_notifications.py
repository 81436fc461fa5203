from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomId, StreamPos, TimestampMs, UserId
from courtyard.push import notifications, push_rules, rules
from courtyard.push.model import EventFacts
from courtyard.push.notifications import Candidate, CandidateSource, list_notifications, parse_from
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx

ALICE, BOB = UserId("@alice:test.example"), UserId("@bob:test.example")
ROOM = RoomId("!room:test.example")


def candidate(position: int, **content: Any) -> Candidate:
    sender = ALICE if content.pop("own", False) else BOB
    event = {
        "type": "m.room.message",
        "event_id": f"${position}",
        "sender": sender,
        "content": {"msgtype": "m.text", "body": "Hello", **content},
    }
    return Candidate(
        position=StreamPos(position),
        facts=EventFacts(event=event, room_id=ROOM, sender=sender, member_count=3),
        event=msgspec.Raw(msgspec.json.encode(event)),
        ts=TimestampMs(1000 + position),
        read=position < 5,
    )


def source(*candidates: Candidate) -> CandidateSource:
    def before(_tx: ReadTx, user_id: UserId, position: StreamPos | None) -> Iterator[Candidate]:
        assert user_id == ALICE
        for one in sorted(candidates, key=lambda one: -one.position):
            if position is None or one.position < position:
                yield one

    return before


def ids(page: notifications.NotificationPage) -> list[str]:
    return [msgspec.json.decode(one.event)["event_id"] for one in page.notifications]


MENTION = {"m.mentions": {"user_ids": [ALICE]}}
EVENTS = source(
    candidate(1),
    candidate(2, msgtype="m.notice"),
    candidate(3, **MENTION),
    candidate(4, own=True),
    candidate(5),
    candidate(6, **MENTION),
)


async def test_the_newest_come_first_and_only_what_notifies(db: Database) -> None:
    """spec: client-server-api#get_matrixclientv3notifications."""
    page = await db.read(list_notifications, ALICE, EVENTS)

    assert ["$6", "$5", "$3", "$1"] == ids(page)
    assert [False, False, True, True] == [one.read for one in page.notifications]
    assert page.next_token is msgspec.UNSET
    first = msgspec.json.decode(msgspec.json.encode(page.notifications[0]))
    assert {"actions", "event", "read", "room_id", "ts"} == set(first)


async def test_highlights_alone(db: Database) -> None:
    """spec: client-server-api#get_matrixclientv3notifications."""
    page = await db.read(list_notifications, ALICE, EVENTS, highlights_only=True)

    assert ["$6", "$3"] == ids(page)


async def test_the_list_follows_the_rules_as_they_are_now(db: Database) -> None:
    rule = rules.parse_rule("room", ROOM, {"actions": []})
    await db.write(push_rules.put_rule, ALICE, "room", rule)

    # Mentions stay: the server's override rules stand before a room's.
    assert ["$6", "$3"] == ids(await db.read(list_notifications, ALICE, EVENTS))


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 0, -5, 1000])
async def test_pages_together_are_the_whole_list(db: Database, limit: int) -> None:
    """spec: client-server-api#get_matrixclientv3notifications."""
    found: list[str] = []
    before: StreamPos | None = None
    for _ in range(6):
        page = await db.read(list_notifications, ALICE, EVENTS, before=before, limit=limit)
        found += ids(page)
        if page.next_token is msgspec.UNSET:
            break
        before = parse_from(page.next_token)

    assert ["$6", "$5", "$3", "$1"] == found


async def test_looking_is_bounded(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "CANDIDATES_MAX", 2)
    quiet = source(*(candidate(n, msgtype="m.notice") for n in range(1, 4)), candidate(0))

    first = await db.read(list_notifications, ALICE, quiet)
    rest = await db.read(list_notifications, ALICE, quiet, before=parse_from("2"))

    assert ([], "2") == (ids(first), first.next_token)
    assert (["$0"], msgspec.UNSET) == (ids(rest), rest.next_token)


@pytest.mark.parametrize("token", ["", "x", "-1", "1.0", "٣", "9" * 19])
def test_a_foreign_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidParamError):
        parse_from(token)


def test_tokens_are_read_back() -> None:
    assert (None, 7) == (parse_from(None), parse_from("7"))
