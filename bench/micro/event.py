"""One plain message through the pure part of `rooms.append`: rules, hashes, encoding."""

from __future__ import annotations

from collections.abc import Iterator

from bench.micro.timing import Timing, measure


def timings() -> Iterator[Timing]:
    """Time authorise, seal and encode for a member's message in a version-12 room."""
    from courtyard.base.ids import EventId, RoomId, TimestampMs, UserId
    from courtyard.rooms.append import encode
    from courtyard.rooms.model import (
        CREATE,
        JOIN_RULES,
        MEMBER,
        MESSAGE,
        POWER_LEVELS,
        Event,
        EventFields,
    )
    from courtyard.rooms.rules import auth_event_keys, authorise
    from courtyard.rooms.rules_hashes import seal
    from courtyard.rooms.versions import V12

    version = V12
    alice, bob = UserId("@alice:bench.localhost"), UserId("@bob:bench.localhost")

    class Room:
        def __init__(self) -> None:
            self.state: dict[tuple[str, str], Event] = {}
            self.room_id = RoomId("")

        def get(self, type: str, state_key: str, /) -> Event | None:
            return self.state.get((type, state_key))

        def put(self, type: str, sender: UserId, key: str, content: dict[str, object]) -> None:
            event = seal(self.event(type, sender, content, key), version)
            self.state[type, key] = event
            self.room_id = event.room_id

        def event(
            self, type: str, sender: UserId, content: dict[str, object], key: str | None = None
        ) -> EventFields:
            return EventFields(
                room_id=self.room_id,
                type=type,
                sender=sender,
                content=content,
                origin_server_ts=TimestampMs(1_700_000_000_000),
                state_key=key,
                depth=1000,
                prev_events=(EventId("$" + "p" * 43),) if self.room_id else (),
                auth_events=(EventId("$" + "a" * 43), EventId("$" + "b" * 43)),
            )

    room = Room()
    room.put(CREATE, alice, "", {"room_version": "12"})
    room.put(MEMBER, alice, alice, {"membership": "join"})
    room.put(POWER_LEVELS, alice, "", {"users_default": 0, "events": {"m.room.name": 50}})
    room.put(JOIN_RULES, alice, "", {"join_rule": "public"})
    room.put(MEMBER, bob, bob, {"membership": "join", "displayname": "Bob"})
    message = room.event(
        MESSAGE, bob, {"msgtype": "m.text", "body": "a plain message of ordinary length"}
    )
    sealed = seal(message, version)

    yield measure("event: choose auth events", lambda: auth_event_keys(message, version))
    yield measure("event: authorise a message", lambda: authorise(message, version, room))
    yield measure("event: seal (hashes, id, size)", lambda: seal(message, version))
    yield measure("event: encode for clients", lambda: encode(sealed, version))
