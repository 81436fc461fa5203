"""Who is notified of an event, against a real database."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from courtyard.base.ids import RoomId, StreamPos, UserId
from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.push import audience, push_rules, rules, store
from courtyard.push.audience import Audience, notifications_of
from courtyard.push.forget import forget_account
from courtyard.push.model import (
    NO_CHANGES,
    EventFacts,
    Notifications,
    RuleChanges,
    RuleKind,
    UserFacts,
)
from courtyard.push.rules_defaults import MASTER, ruleset
from courtyard.push.rules_evaluate import evaluate
from courtyard.storage.database import Database
from courtyard.storage.migrate import migrate
from courtyard.storage.tx import WriteTx
from courtyard.storage.world import World
from tests.fakes import FakeClock
from tests.push import strategies

ALICE, BOB, CAROL = strategies.USERS
ROOM = RoomId("!Room:test.example")
MEMBERS = {ALICE, BOB, CAROL}


def facts(content: dict[str, Any] | None = None, **rest: Any) -> EventFacts:
    event = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "Hello"}}
    if content:
        event["content"] = event["content"] | content  # type: ignore[operator]
    known: dict[str, Any] = {"event": event, "room_id": ROOM, "sender": BOB, "member_count": 3}
    return EventFacts(**(known | rest))


def put(tx: WriteTx, /, user_id: UserId, kind: RuleKind, rule_id: str, **body: Any) -> None:
    push_rules.put_rule(tx, user_id, kind, rules.parse_rule(kind, rule_id, body))


async def test_everybody_with_default_rules_is_one_answer(db: Database) -> None:
    found = await db.write(notifications_of, facts(), MEMBERS)

    assert found == Notifications(base_notify=True, base_highlight=False, exceptions={})


async def test_whoever_is_mentioned_is_an_exception_if_a_member_and_not_the_sender(
    db: Database,
) -> None:
    """spec: client-server-api#user-and-room-mentions."""
    mention = {"m.mentions": {"user_ids": [ALICE, BOB, "@stranger:test.example"]}}

    found = await db.write(notifications_of, facts(mention), MEMBERS)

    assert {ALICE: (True, True)} == found.exceptions


async def test_a_mention_of_the_room_is_for_all(db: Database) -> None:
    """spec: client-server-api#user-and-room-mentions."""
    allowed = facts({"m.mentions": {"room": True}}, sender_power_level=50)

    found = await db.write(notifications_of, allowed, MEMBERS)

    assert (True, True, {}) == (found.base_notify, found.base_highlight, found.exceptions)


async def test_an_invitee_is_named_though_no_member(db: Database) -> None:
    event = {"type": "m.room.member", "state_key": ALICE, "content": {"membership": "invite"}}
    invite = facts(event=event)

    found = await db.write(notifications_of, invite, {BOB, CAROL}, invitee=ALICE)
    await db.write(push_rules.set_rule_enabled, ALICE, "override", MASTER, enabled=True)
    muted = await db.write(notifications_of, invite, {BOB, CAROL}, invitee=ALICE)

    assert (False, {ALICE: (True, False)}) == (found.base_notify, found.exceptions)
    assert {ALICE: (False, False)} == muted.exceptions


async def test_rules_count_where_they_reach_and_from_the_next_event_on(db: Database) -> None:
    await db.write(notifications_of, facts(), MEMBERS)
    await db.write(put, ALICE, "room", ROOM, actions=[])
    await db.write(put, CAROL, "sender", BOB, actions=["notify", {"set_tweak": "highlight"}])

    here = await db.write(notifications_of, facts(), MEMBERS)
    elsewhere = await db.write(notifications_of, facts(room_id=RoomId("!other")), MEMBERS)
    from_alice = await db.write(notifications_of, facts(sender=ALICE), MEMBERS)
    await db.write(push_rules.delete_rule, ALICE, "room", ROOM)
    afterwards = await db.write(notifications_of, facts(), MEMBERS)

    assert {ALICE: (False, False), CAROL: (True, True)} == here.exceptions
    assert {CAROL: (True, True)} == elsewhere.exceptions
    assert {} == from_alice.exceptions
    assert {CAROL: (True, True)} == afterwards.exceptions


async def test_a_display_name_is_asked_for_only_by_those_whose_rules_need_it(db: Database) -> None:
    asked = []

    def display_name(user_id: UserId) -> str:
        asked.append(user_id)
        return "Al"

    await db.write(
        put,
        ALICE,
        "override",
        "name",
        actions=["notify", {"set_tweak": "highlight"}],
        conditions=[{"kind": "contains_display_name"}],
    )

    found = await db.write(
        notifications_of, facts({"body": "hello al"}), MEMBERS, display_name=display_name
    )
    without = await db.write(notifications_of, facts({"body": "hello al"}), MEMBERS)

    assert {ALICE: (True, True)} == found.exceptions
    assert {} == without.exceptions
    assert [ALICE] == asked


async def test_whoever_ignores_the_sender_is_not_notified(db: Database) -> None:
    """spec: client-server-api#ignoring-users."""
    mention = facts({"m.mentions": {"user_ids": [ALICE]}})
    notice = facts({"msgtype": "m.notice"})
    invite = facts(
        event={"type": "m.room.member", "state_key": ALICE, "content": {"membership": "invite"}}
    )
    await db.write(put, CAROL, "override", "loud", actions=["notify", {"set_tweak": "highlight"}])

    ignored = await db.write(
        notifications_of, mention, MEMBERS, ignored_by=[ALICE, BOB, UserId("@stranger:x")]
    )
    quiet = await db.write(notifications_of, notice, MEMBERS, ignored_by=[CAROL])
    invited = await db.write(notifications_of, invite, {BOB}, invitee=ALICE, ignored_by=[ALICE])

    assert {ALICE: (False, False), CAROL: (True, True)} == ignored.exceptions
    assert {} == quiet.exceptions
    assert {} == invited.exceptions


async def test_a_change_that_is_rolled_back_is_forgotten(db: Database) -> None:
    def fail_after_change(tx: WriteTx) -> None:
        notifications_of(tx, facts(), MEMBERS)
        put(tx, ALICE, "room", ROOM, actions=[])
        push_rules.set_rule_enabled(tx, CAROL, "override", MASTER, enabled=True)
        assert 2 == len(notifications_of(tx, facts(), MEMBERS).exceptions)
        raise ZeroDivisionError

    change = db.write(fail_after_change)
    following = db.write(notifications_of, facts(), MEMBERS)

    assert isinstance((await asyncio.gather(change, return_exceptions=True))[0], ZeroDivisionError)
    assert {} == (await following).exceptions


async def test_an_account_that_goes_leaves_no_rules(db: Database) -> None:
    await db.write(put, ALICE, "room", ROOM, actions=[])
    await db.write(put, CAROL, "content", "x", actions=[], pattern="hello")
    before = await db.write(notifications_of, facts(), MEMBERS)

    await db.write(forget_account, ALICE, erase=False)
    await db.write(forget_account, CAROL, erase=True)

    after = await db.write(notifications_of, facts(), MEMBERS)
    silent = (False, False)
    assert ({ALICE: silent, CAROL: silent}, {}) == (before.exceptions, after.exceptions)
    assert NO_CHANGES == await db.read(store.rule_changes, ALICE)
    assert frozenset() == await db.read(store.users_with_target, ROOM.lower())


async def test_memory_is_bounded_and_what_it_forgot_is_loaded_again(
    db: Database, monkeypatch: Any
) -> None:
    monkeypatch.setattr(audience, "RULESETS_MAX", 1)
    monkeypatch.setattr(audience, "TARGETS_MAX", 1)
    await db.write(put, ALICE, "room", ROOM, actions=[])
    await db.write(put, CAROL, "room", ROOM, actions=[])

    for _ in range(3):
        found = await db.write(notifications_of, facts(), MEMBERS)
        assert {ALICE: (False, False), CAROL: (False, False)} == found.exceptions
        cache = db.world.memory(Audience)
        assert (1, 1) == (len(cache._compiled), len(cache._by_target))


def save(tx: WriteTx, user_id: UserId, changes: RuleChanges) -> None:
    was = rules.reach(store.rule_changes(tx, user_id))
    reach = rules.reach(changes)
    store.save_rule_changes(tx, user_id, changes, was=was, reach=reach, position=StreamPos(1))
    tx.memory(Audience).changed(tx, user_id, was=was, reach=reach)


def one_by_one(
    event: EventFacts, everybody: dict[UserId, RuleChanges]
) -> dict[UserId, tuple[bool, bool]]:
    found = {}
    for user_id, changes in everybody.items():
        outcome = evaluate(ruleset(changes, user_id), event, UserFacts(user_id, lambda: "a"))
        found[user_id] = (outcome.notify, outcome.highlight)
    return found


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.dictionaries(
                st.sampled_from(strategies.USERS),
                st.one_of(st.just(NO_CHANGES), strategies.changes),
            ),
            strategies.facts,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_base_and_exceptions_are_what_asking_everybody_one_by_one_says(
    steps: list[tuple[dict[UserId, RuleChanges], EventFacts]],
) -> None:
    """Whatever rules people change to between events, and whatever is in memory from before."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "courtyard.db"
        migrate(path)
        asyncio.run(_check(path, steps))


async def _check(path: Path, steps: list[tuple[dict[UserId, RuleChanges], EventFacts]]) -> None:
    db = Database(path, World(FakeClock(), Settings(rate_limits="off")), MemoryBus())
    db.start()
    everybody = dict.fromkeys(strategies.USERS, NO_CHANGES)
    for changed, event in steps:
        for user_id, changes in changed.items():
            everybody[user_id] = changes
            await db.write(save, user_id, changes)
        content: Any = event.event["content"]
        is_invite = event.event["type"] == "m.room.member" and content.get("membership") == "invite"
        target = event.event.get("state_key")
        invitee = UserId(target) if is_invite and isinstance(target, str) and target else None
        members = set(strategies.USERS) - {invitee}
        found = await db.write(
            notifications_of, event, members, invitee=invitee, display_name=lambda _user: "a"
        )
        usual = (found.base_notify, found.base_highlight)
        told = {
            user_id: (False, False)
            if user_id == event.sender
            else found.exceptions.get(user_id, usual)
            for user_id in strategies.USERS
        }
        assert told == one_by_one(event, everybody)
        assert set(found.exceptions) <= set(strategies.USERS) - {event.sender}
    await db.close()
