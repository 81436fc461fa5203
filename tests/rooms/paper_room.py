"""A room that is only rows: for laws about reading, where who may write what is beside the point."""

import sqlite3
from typing import Any

import msgspec
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from courtyard.accounts.store import ACCOUNTS
from courtyard.base.ids import DeviceId, RoomId, ServerName, StreamPos, UserId
from courtyard.base.settings import Settings
from courtyard.gate.store_withheld import WITHHELD
from courtyard.rooms.read_access import Place
from courtyard.rooms.render import Reader
from courtyard.rooms.store import events as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.store.events import RoomRow
from courtyard.rooms.store.tables import (
    ACCOUNT_DATA,
    CURRENT_STATE,
    EVENTS,
    MEMBERSHIPS,
    RELATIONS,
    ROOM_STATE,
    ROOMS,
)
from courtyard.rooms.stored import StoredEvent
from courtyard.rooms.visibility import FOREVER, Sight
from courtyard.storage.tx import WriteTx
from courtyard.storage.world import World
from tests.fakes import FakeClock

TABLES = [
    ACCOUNTS,
    ROOMS,
    EVENTS,
    ROOM_STATE,
    CURRENT_STATE,
    MEMBERSHIPS,
    RELATIONS,
    ACCOUNT_DATA,
    WITHHELD,
]
ROOM_ID = RoomId("!paper:test.example")
ROOM_NO = 1
READER = UserId("@reader:test.example")


class PaperRoom:
    """One room in a database in memory."""

    def __init__(self) -> None:
        """Start without an event."""
        self.driver = sqlite3.connect(":memory:", isolation_level=None)
        dialect = sqlite.dialect()
        for table in TABLES:
            self.driver.execute(str(CreateTable(table).compile(dialect=dialect)))
            for index in table.indexes:
                self.driver.execute(str(CreateIndex(index).compile(dialect=dialect)))
        settings = Settings(server_name=ServerName("test.example"))
        self.tx = WriteTx(self.driver, World(FakeClock(), settings), StreamPos(0))
        self.tx.run(
            store.INSERT_ROOM,
            room_no=ROOM_NO,
            room_id=ROOM_ID,
            version="12",
            creator="@creator:test.example",
            position=0,
            published=0,
            is_direct=0,
        )
        self.position = 0

    def add(
        self,
        type: str = "m.room.message",
        sender: str = "@creator:test.example",
        content: dict[str, Any] | None = None,
        state_key: str | None = None,
    ) -> StoredEvent:
        """Append an event as it is."""
        self.position += 1
        content = content or {}
        body = {
            "content": content,
            "event_id": f"${self.position}",
            "origin_server_ts": self.position,
            "sender": sender,
            "type": type,
        }
        event = StoredEvent(
            position=self.position,
            room_no=ROOM_NO,
            event_id=f"${self.position}",
            type=type,
            state_key=state_key,
            sender=sender,
            origin_server_ts=self.position,
            depth=self.position,
            json=msgspec.json.encode(body),
            txn=None,
            replaces=None,
            redacted_by=None,
            thread=None,
            notify=0,
            ordinal=0,
        )
        self.tx.run(store.INSERT_EVENT, pdu=b"{}", **event._asdict())
        if state_key is not None:
            self._set_state(event, content)
        return event

    def _set_state(self, event: StoredEvent, content: dict[str, Any]) -> None:
        row = {
            "room_no": ROOM_NO,
            "type": event.type,
            "state_key": event.state_key,
            "position": event.position,
        }
        self.tx.run(store.INSERT_STATE, **row)
        self.tx.run(store.SET_CURRENT, **row)
        if event.type == "m.room.member":
            self.tx.run(
                members_store.SET_MEMBERSHIP,
                user_id=event.state_key,
                room_no=ROOM_NO,
                membership=content["membership"],
                position=event.position,
                sender=event.sender,
                display_name=None,
                forgotten=0,
                stripped=None,
            )

    def place(
        self,
        ranges: tuple[tuple[int, int], ...] = ((0, FOREVER),),
        ignored: frozenset[UserId] = frozenset(),
    ) -> Place:
        """Return the room as somebody with a given sight sees it."""
        row = RoomRow(ROOM_NO, ROOM_ID, "12", UserId("@creator:test.example"), 0, 0)
        reader = Reader(READER, DeviceId("D"), ignored)
        return Place(row, reader, Sight(ranges=ranges, memberships=()))

    def close(self) -> None:
        """Let go of the database."""
        self.driver.close()
