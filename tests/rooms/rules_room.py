"""A room in memory, for tests of the rules: it holds state and asks, and has no database."""

import re
from typing import Any

from courtyard.base.ids import EventId, RoomId, TimestampMs, UserId
from courtyard.rooms.model import (
    CREATE,
    JOIN_RULES,
    MEMBER,
    POWER_LEVELS,
    Event,
    EventFields,
    Malformed,
    NotAllowed,
    RoomVersion,
)
from courtyard.rooms.rules import authorise
from courtyard.rooms.rules_hashes import seal

ALICE = UserId("@alice:here.test")  # creates every room
BOB = UserId("@bob:here.test")
CAROL = UserId("@carol:here.test")
EVE = UserId("@eve:elsewhere.test")

ALLOWED = "allowed"


class RulesRoom:
    """State that is put there without asking, and events that are asked about."""

    def __init__(self, version: RoomVersion, **create: Any) -> None:
        self.version = version
        self.state: dict[tuple[str, str], Event] = {}
        self.create = seal(self.create_event(**create), version)
        self.room_id = self.create.room_id
        self.state[CREATE, ""] = self.create
        self.put_member(ALICE, "join")

    def create_event(self, **content: Any) -> EventFields:
        content.setdefault("room_version", self.version.id)
        if not self.version.implicit_creator:
            content.setdefault("creator", ALICE)
        by_hash = self.version.create_event_room_id_is_hash
        return EventFields(
            room_id=RoomId("" if by_hash else "!room:here.test"),
            type=CREATE,
            sender=ALICE,
            state_key="",
            content=content,
            origin_server_ts=TimestampMs(1),
        )

    def get(self, type: str, state_key: str, /) -> Event | None:
        return self.state.get((type, state_key))

    def event(
        self,
        type: str,
        sender: UserId,
        content: dict[str, object] | None = None,
        state_key: str | None = None,
        prev_events: tuple[EventId, ...] = (EventId("$previous"),),
    ) -> EventFields:
        return EventFields(
            room_id=self.room_id,
            type=type,
            sender=sender,
            content={} if content is None else content,
            origin_server_ts=TimestampMs(2),
            state_key=state_key,
            depth=2,
            prev_events=prev_events,
        )

    def member(
        self, user: UserId, membership: str, by: UserId | None = None, **content: Any
    ) -> EventFields:
        return self.event(MEMBER, by or user, {"membership": membership, **content}, user)

    def levels(self, by: UserId, **content: Any) -> EventFields:
        return self.event(POWER_LEVELS, by, content, "")

    def put(self, event: EventFields) -> Event:
        sealed = seal(event, self.version)
        self.state[sealed.type, sealed.state_key or ""] = sealed
        return sealed

    def put_member(self, user: UserId, membership: str, **content: Any) -> Event:
        return self.put(self.member(user, membership, **content))

    def put_join_rule(self, rule: object) -> Event:
        return self.put(self.event(JOIN_RULES, ALICE, {"join_rule": rule}, ""))

    def put_levels(self, **content: Any) -> Event:
        """Set power levels. Alice gets 100 where she does not stand above all levels anyway."""
        alice = {} if self.version.creators_privileged else {ALICE: 100}
        content["users"] = {**alice, **content.get("users", {})}
        return self.put(self.levels(ALICE, **content))

    def answer(self, event: EventFields) -> str:
        """Ask the rules: `ALLOWED`, or the number of the rule that refused."""
        try:
            authorise(event, self.version, self)
        except NotAllowed as refusal:
            return rule_number(refusal)
        return ALLOWED

    def rule(self, number: str) -> str:
        """Return what the room's version calls a rule of version 12."""
        return self.version.rule(number)

    def is_malformed(self, event: EventFields) -> bool:
        try:
            authorise(event, self.version, self)
        except NotAllowed as refusal:
            return isinstance(refusal, Malformed)
        return False


def rule_number(refusal: NotAllowed) -> str:
    found = re.match(r"rule ([0-9.]+): ", refusal.message)
    assert found is not None, refusal.message
    return found[1]
