"""What is bundled with an event costs little, however much relates to it."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.ids import UserId
from courtyard.rooms import aggregate
from courtyard.rooms.aggregate import Viewer, bundles
from courtyard.rooms.store.tables import RELATIONS
from courtyard.rooms.stored import StoredEvent
from courtyard.rooms.visibility import FOREVER, Sight
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx
from tests.rooms.paper_room import READER, ROOM_ID, ROOM_NO, PaperRoom

INSERT = Statement(sa.insert(RELATIONS))
OTHER = UserId("@other:test.example")
EVERYTHING = ((0, FOREVER),)


class CountingTx(ReadTx):
    """Counts the rows that come out of the database."""

    rows = 0

    def all(self, statement: Statement, /, **params: object) -> list[Any]:
        """Count, and answer as always."""
        found = super().all(statement, **params)
        self.rows += len(found)
        return found


class Relation(msgspec.Struct):
    """One event of the law below."""

    rel_type: str
    sender: str
    new_content: bool


@pytest.fixture
def room() -> Iterator[PaperRoom]:
    with closing(PaperRoom()) as paper:
        yield paper


def relate(room: PaperRoom, parent: StoredEvent, relation: Relation) -> StoredEvent:
    content: dict[str, Any] = {"m.new_content": {}} if relation.new_content else {}
    event = room.add(sender=relation.sender, content=content)
    room.tx.run(
        INSERT,
        parent_id=parent.event_id,
        position=event.position,
        room_no=ROOM_NO,
        rel_type=relation.rel_type,
        type=event.type,
        sender=event.sender,
        key=None,
        event_id=event.event_id,
    )
    return event


def viewer(ranges: tuple[tuple[int, int], ...] = EVERYTHING, *ignored: UserId) -> Viewer:
    return Viewer(READER, frozenset(ignored), Sight(ranges=ranges, memberships=()), ROOM_ID)


@pytest.mark.parametrize("kind", ["m.thread", "m.reference", "m.replace"])
@pytest.mark.parametrize("ignored", [(), (UserId("@boor:test.example"),)])
def test_a_thousand_relations_more_are_not_read(
    room: PaperRoom, kind: str, ignored: tuple[UserId, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aggregate, "SCAN_MAX", 200)
    monkeypatch.setattr(aggregate, "REFERENCES_MAX", 200)
    root = room.add(sender=OTHER)
    newest = [relate(room, root, Relation(kind, OTHER, new_content=True)) for _ in range(1_500)][-1]
    tx = CountingTx(room.driver, room.tx._world)

    bundle: Any = bundles(tx, viewer(EVERYTHING, *ignored), [root])[root.event_id]

    assert tx.rows <= 260
    if kind == "m.thread":
        # Whom somebody ignores does not count, so theirs are looked at one by one, and not without end.
        assert bundle[kind]["count"] == (200 if ignored else 1_500)
        assert newest.event_id in str(bytes(bundle[kind]["latest_event"]))
    elif kind == "m.reference":
        assert bundle[kind]["chunk"][-1] == {"event_id": newest.event_id}
    else:
        assert newest.event_id in str(bytes(bundle[kind]))


senders = st.sampled_from([READER, OTHER, "@boor:test.example"])
kinds = st.sampled_from(["m.thread", "m.reference", "m.replace", "m.annotation", "com.example"])


@given(
    relations=st.lists(st.builds(Relation, kinds, senders, st.booleans()), max_size=12),
    root_sender=senders,
    ranges=st.sampled_from([EVERYTHING, (), ((0, 5),), ((4, FOREVER),), ((0, 3), (6, FOREVER))]),
    ignored=st.sampled_from([(), (UserId("@boor:test.example"),)]),
)
def test_bundles_say_what_the_visible_relations_add_up_to(
    relations: list[Relation],
    root_sender: str,
    ranges: tuple[tuple[int, int], ...],
    ignored: tuple[UserId, ...],
) -> None:
    """spec: client-server-api#aggregations-of-child-events."""
    with closing(PaperRoom()) as room:
        root = room.add(sender=root_sender)
        related = [(it, relate(room, root, it)) for it in relations]
        counted = [
            (it, event)
            for it, event in related
            if it.sender not in ignored and any(a <= event.position <= b for a, b in ranges)
        ]

        found: Any = bundles(room.tx, viewer(ranges, *ignored), [root]).get(root.event_id, {})

        in_thread = [(it, event) for it, event in counted if it.rel_type == "m.thread"]
        references = [event.event_id for it, event in counted if it.rel_type == "m.reference"]
        edits = [
            event
            for it, event in counted
            if it.rel_type == "m.replace" and it.sender == root_sender and it.new_content
        ]
        assert [
            ref["event_id"] for ref in found.get("m.reference", {}).get("chunk", [])
        ] == references
        assert ("m.replace" in found) == bool(edits)
        if edits:
            assert msgspec.json.decode(found["m.replace"])["event_id"] == edits[-1].event_id
        assert ("m.thread" in found) == bool(in_thread)
        if in_thread:
            thread = found["m.thread"]
            latest = msgspec.json.decode(thread["latest_event"])
            assert (thread["count"], latest["event_id"]) == (
                len(in_thread),
                in_thread[-1][1].event_id,
            )
            took_part = root_sender == READER or any(it.sender == READER for it, _ in in_thread)
            assert thread["current_user_participated"] == took_part
