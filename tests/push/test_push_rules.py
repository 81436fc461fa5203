import pytest

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import StreamPos, UserId
from courtyard.bus.topics import Topic
from courtyard.push import push_rules, rules
from courtyard.push.model import RuleKind
from courtyard.push.rules_defaults import MASTER
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

ALICE = UserId("@alice:test.example")
MESSAGE = ".m.rule.message"


def put(tx: WriteTx, kind: RuleKind, rule_id: str) -> None:
    body = {"actions": ["notify"], "pattern": "x"}
    push_rules.put_rule(tx, ALICE, kind, rules.parse_rule(kind, rule_id, body))


async def test_each_change_takes_a_place_in_the_stream_and_wakes_the_user(db: Database) -> None:
    """spec: client-server-api#push-rules-events."""
    woken: list[tuple[Topic, StreamPos]] = []
    db.bus.subscribe(lambda topic, position: woken.append((topic, position)))
    assert 0 == await db.read(push_rules.push_rules_changed_position, ALICE)

    seen = []
    for verb, *args in (
        (put, "content", "mine"),
        (push_rules.set_rule_actions, ALICE, "content", "mine", ("dont_notify",)),
        (push_rules.delete_rule, ALICE, "content", "mine"),
    ):
        await db.write(verb, *args)
        seen.append(await db.read(push_rules.push_rules_changed_position, ALICE))
    await db.write(push_rules.set_rule_enabled, ALICE, "override", MASTER, enabled=True)
    seen.append(await db.read(push_rules.push_rules_changed_position, ALICE))

    assert sorted(set(seen)) == seen
    assert [(f"user:{ALICE}", position) for position in seen] == woken


async def test_what_changes_nothing_wakes_nobody(db: Database) -> None:
    await db.write(put, "content", "mine")
    before = await db.read(push_rules.push_rules_changed_position, ALICE)

    await db.write(put, "content", "mine")
    await db.write(push_rules.set_rule_enabled, ALICE, "content", "mine", enabled=True)
    await db.write(push_rules.set_rule_actions, ALICE, "underride", MESSAGE, ("notify",))

    assert before == await db.read(push_rules.push_rules_changed_position, ALICE)


async def test_a_refused_change_changes_nothing(db: Database) -> None:
    with pytest.raises(NotFoundError):
        await db.write(push_rules.set_rule_enabled, ALICE, "content", "no", enabled=True)

    assert 0 == await db.read(push_rules.push_rules_changed_position, ALICE)


async def test_the_content_for_sync_holds_all_rules(db: Database) -> None:
    """spec: client-server-api#mpush_rules."""
    await db.write(put, "content", "mine")

    content = await db.read(push_rules.push_rules_content, ALICE)

    told = content["global"]
    assert isinstance(told, dict)
    assert {"override", "content", "room", "sender", "underride"} == set(told)
    assert ["mine"] == [rule["rule_id"] for rule in told["content"]]
    assert MASTER == told["override"][0]["rule_id"]
