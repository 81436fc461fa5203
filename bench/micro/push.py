"""Push rules for one message: for everybody with the default rules, and for one by one."""

from __future__ import annotations

from collections.abc import Iterator

from bench.micro.timing import Timing, measure


def timings() -> Iterator[Timing]:
    """Time one evaluation; `rooms.append` makes one for all default rules, however many members."""
    from courtyard.base.ids import RoomId, UserId
    from courtyard.push.model import EventFacts, RuleChanges, UserFacts
    from courtyard.push.rules_evaluate import DEFAULT, Reading, compile_changes, evaluate_default

    alice, bob = UserId("@alice:bench.localhost"), UserId("@bob:bench.localhost")

    def facts(content: dict[str, object]) -> EventFacts:
        return EventFacts(
            event={
                "type": "m.room.message",
                "sender": alice,
                "content": {"msgtype": "m.text", **content},
                "room_id": "!room",
            },
            room_id=RoomId("!room"),
            sender=alice,
            member_count=50,
        )

    plain = facts({"body": "a plain message of ordinary length"})
    naming = facts({"body": "bob: hello", "m.mentions": {"user_ids": [bob]}})
    own = compile_changes(
        RuleChanges(enabled={".m.rule.master": False, ".m.rule.tombstone": False})
    )
    member = UserFacts(bob)

    yield measure("push: all members with default rules", lambda: evaluate_default(Reading(plain)))
    yield measure(
        "push: one member whom the message names",
        lambda: DEFAULT.outcome(Reading(naming), member),
    )
    yield measure(
        "push: one member with rules of their own",
        lambda: own.outcome(Reading(plain), member),
    )
    yield measure("push: compiling a user's rules", lambda: compile_changes(RuleChanges()))
