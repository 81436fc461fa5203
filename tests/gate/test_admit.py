"""The gate over a real database: permits, live restrictions, limits."""

import copy
import pickle
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from courtyard.accounts.throttle import Throttle
from courtyard.app.errors import answer
from courtyard.base.errors import CourtyardError, InvalidParamError, LimitExceededError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.gate import admit as gate
from courtyard.gate import restrict as measures
from courtyard.gate.admit import GateMemory, Permit, admit, admit_server, check_early
from courtyard.gate.limits import OF_ACTION
from courtyard.gate.model import (
    NEVER_RESTRICTABLE,
    RESTRICTABLE,
    Action,
    NeverRestrictableError,
    RestrictedError,
    SuspendedError,
)
from courtyard.storage.database import Database
from courtyard.storage.migrate import migrate
from courtyard.storage.tx import WriteTx
from courtyard.storage.world import World
from tests.fakes import FakeClock
from tests.gate.restrictions import ALICE, BOB, restriction


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(start_ms=1_000_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    migrate(tmp_path / "gate.db")
    return tmp_path / "gate.db"


@pytest.fixture
async def db(path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    made = Database(path, World(clock, Settings(rate_limits="off")), MemoryBus())
    made.start()
    yield made
    await made.close()


@pytest.fixture
async def limited(path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    made = Database(path, World(clock, Settings(rate_limits="on")), MemoryBus())
    made.start()
    yield made
    await made.close()


HOUR = 3_600_000


async def _restrict(db: Database, capability: str = "feed.like", **changes: object) -> None:
    now = db.world.clock.now_ms()
    values = {"starts_at": TimestampMs(now), "ends_at": TimestampMs(now + HOUR)} | changes
    await db.write(measures.restrict, restriction(capability, **values))


async def _refused(db: Database, action: Action = Action.FEED_LIKE) -> bool:
    try:
        await db.write(admit, ALICE, action)
    except RestrictedError:
        return True
    return False


# --- permits ------------------------------------------------------------------------------------


async def test_a_permit_says_who_may_do_what(db: Database) -> None:
    permit = await db.write(admit, ALICE, Action.SEND_DM, BOB)
    assert (permit.actor, permit.action, permit.target) == (ALICE, Action.SEND_DM, BOB)
    assert "send_dm" in repr(permit)
    server = await db.write(admit_server, ALICE, Action.SEND_GROUP)
    assert (server.actor, server.action, server.target) == (ALICE, Action.SEND_GROUP, None)


async def test_nobody_else_can_make_or_change_a_permit(db: Database) -> None:
    with pytest.raises(TypeError):
        Permit(object(), ALICE, Action.SEND_GROUP)
    permit = await db.write(admit, ALICE, Action.SEND_GROUP)
    with pytest.raises(AttributeError):
        permit.actor = BOB
    with pytest.raises(AttributeError):
        del permit.actor
    for forge in (copy.copy, copy.deepcopy, _pickled):
        with pytest.raises((AttributeError, TypeError)):
            forge(permit)


def _pickled(permit: Permit) -> object:
    return pickle.loads(pickle.dumps(permit))  # noqa: S301  # our own bytes


# --- restrictions ---------------------------------------------------------------------------------


async def test_a_measure_takes_one_capability_from_one_account(db: Database) -> None:
    assert not await _refused(db)
    await _restrict(db)
    assert await _refused(db)
    assert await _refused(db, Action.CHANNEL_LIKE)
    assert not await _refused(db, Action.FEED_POST)
    assert not await _refused(db, Action.TYPING)
    assert (await db.write(admit, BOB, Action.FEED_LIKE)).actor == BOB


async def test_it_ends_by_the_clock(db: Database, clock: FakeClock) -> None:
    await _restrict(db)
    assert await _refused(db)
    clock.advance(HOUR)
    assert not await _refused(db)
    clock.advance(-HOUR)
    assert await _refused(db)


async def test_it_outlives_a_restart(db: Database, path: Path, clock: FakeClock) -> None:
    await _restrict(db)
    other = Database(path, World(clock, db.world.settings), MemoryBus())
    other.start()
    try:
        with pytest.raises(RestrictedError):
            check_early(other, ALICE, Action.FEED_LIKE)
        await other.write(gate.load)
        with pytest.raises(RestrictedError):
            check_early(other, ALICE, Action.FEED_LIKE)
        assert await _refused(other)
    finally:
        await other.close()


async def test_lifting_ends_it_now(db: Database) -> None:
    await _restrict(db, "feed.like")
    await _restrict(db, "feed.post")
    assert await db.write(measures.lift, "d_1", frozenset({"feed.like"})) == 1
    assert not await _refused(db)
    assert await _refused(db, Action.FEED_POST)
    assert await db.write(measures.lift, "d_1") == 1
    assert not await _refused(db, Action.FEED_POST)
    assert await db.write(measures.lift, "d_unknown") == 0


async def test_a_measure_never_becomes_longer(db: Database, clock: FakeClock) -> None:
    await _restrict(db)
    later = TimestampMs(clock.now_ms() + 2 * HOUR)
    assert await db.write(measures.shorten, "d_1", later) == 0
    clock.advance(HOUR)
    assert not await _refused(db)


async def test_an_overdue_appeal_pauses_it_until_decided(db: Database, clock: FakeClock) -> None:
    await _restrict(db)
    due = TimestampMs(clock.now_ms() + HOUR // 2)
    await db.write(measures.stay, "d_1", due)
    assert await _refused(db)
    clock.advance(HOUR // 2)
    assert not await _refused(db)
    await db.write(measures.stay, "d_1", None)
    assert await _refused(db)


@pytest.mark.parametrize("loaded", [True, False])
async def test_one_restriction_of_a_decision_ends_or_pauses_alone(
    db: Database, clock: FakeClock, *, loaded: bool
) -> None:
    await _restrict(db, "feed.like")
    await _restrict(db, "feed.post")
    if not loaded:
        db.world.memory(GateMemory).unload()
    end, due = (TimestampMs(clock.now_ms() + HOUR // part) for part in (2, 4))
    await db.write(measures.adjust, "r_feed.like", end, due)
    await db.write(measures.adjust, "r_unknown", end, due)
    clock.advance(HOUR // 4)
    assert not await _refused(db)
    assert await _refused(db, Action.FEED_POST)
    await db.write(measures.adjust, "r_feed.like", TimestampMs(end + HOUR), None)
    assert await _refused(db)
    clock.advance(HOUR // 4)
    assert not await _refused(db)
    assert await _refused(db, Action.FEED_POST)


async def test_what_is_in_force_can_be_read(db: Database, clock: FakeClock) -> None:
    await _restrict(db, "discovery.listed")
    await _restrict(db, "feed.post", starts_at=TimestampMs(clock.now_ms() + HOUR // 2))
    (one,) = await db.read(measures.standing, ALICE)
    assert one.capability == "discovery.listed"
    assert await db.read(measures.restriction_of, ALICE, "discovery.listed") == one
    assert await db.read(measures.restriction_of, ALICE, "feed.post") is None
    clock.advance(HOUR // 2)
    assert len(await db.read(measures.standing, ALICE)) == 2
    clock.advance(HOUR)
    assert await db.read(measures.standing, ALICE) == []


async def test_what_cannot_be_a_measure_is_refused_and_leaves_nothing(db: Database) -> None:
    for capability in sorted(NEVER_RESTRICTABLE):
        with pytest.raises(NeverRestrictableError):
            await _restrict(db, capability)
    with pytest.raises(InvalidParamError):
        await _restrict(db, ends_at=TimestampMs(0))
    for link in ("decision_id", "statement", "appeal", "proof"):
        with pytest.raises(InvalidParamError):
            await _restrict(db, **{link: ""})
    assert await db.read(measures.standing, ALICE) == []
    assert not await _refused(db)


@pytest.mark.parametrize("loaded", [True, False])
async def test_a_measure_that_is_rolled_back_was_never_there(db: Database, *, loaded: bool) -> None:
    if loaded:
        await db.write(gate.load)

    def restrict_and_fail(tx: WriteTx) -> None:
        now = tx.now_ms()
        measures.restrict(tx, restriction(starts_at=now, ends_at=now + HOUR))
        with pytest.raises(RestrictedError):
            admit(tx, ALICE, Action.FEED_LIKE)
        message = "no"
        raise InvalidParamError(message)

    with pytest.raises(InvalidParamError):
        await db.write(restrict_and_fail)
    assert not await _refused(db)
    check_early(db, ALICE, Action.FEED_LIKE)


async def test_the_loop_refuses_only_by_what_is_durable(db: Database) -> None:
    """P1: nobody can read a decision that is not committed yet."""
    await db.write(gate.load)
    memory = db.world.memory(GateMemory)
    seen: list[bool] = []

    def restrict(tx: WriteTx) -> None:
        now = tx.now_ms()
        measures.restrict(tx, restriction(starts_at=now, ends_at=now + HOUR))
        seen.append(ALICE in memory.published)

    await db.write(restrict)
    assert seen == [False]
    with pytest.raises(RestrictedError):
        check_early(db, ALICE, Action.FEED_LIKE)


async def test_ended_measures_leave_the_memory(db: Database, clock: FakeClock) -> None:
    await db.write(gate.load)
    await _restrict(db)
    clock.advance(HOUR)
    await _restrict(db, "feed.post", id="r_2")
    memory = db.world.memory(GateMemory)
    assert [one.id for one in memory.published[ALICE]] == ["r_2"]
    await db.write(measures.lift, "d_1")
    assert ALICE not in memory.published
    assert ALICE not in memory.written


async def test_a_suspension_leaves_the_ways_out(db: Database) -> None:
    for capability in sorted(RESTRICTABLE):
        await _restrict(db, capability)
    for action in Action:
        needs = action.capability
        if needs in RESTRICTABLE:
            with pytest.raises(SuspendedError) as refused:
                await db.write(admit, ALICE, action)
            status, body, _ = answer(refused.value)
            told = msgspec.json.decode(body)
            assert (403, "M_USER_SUSPENDED") == (status, told["errcode"])
            assert told["org.courtyard.capability"] == needs
        else:
            await db.write(admit, ALICE, action)


async def test_a_narrow_refusal_has_our_own_code(db: Database) -> None:
    await _restrict(db)
    with pytest.raises(CourtyardError) as refused:
        await db.write(admit, ALICE, Action.FEED_LIKE)
    status, body, _ = answer(refused.value)
    assert (403, "ORG.COURTYARD.RESTRICTED") == (status, msgspec.json.decode(body)["errcode"])


# --- limits -----------------------------------------------------------------------------------------


async def test_a_limit_is_the_same_for_everybody_and_ends(
    limited: Database, clock: FakeClock
) -> None:
    limit = OF_ACTION[Action.CREATE_GROUP]
    for actor in (ALICE, BOB):
        for _ in range(limit.burst):
            await limited.write(admit, actor, Action.CREATE_GROUP)
        with pytest.raises(LimitExceededError) as refused:
            await limited.write(admit, actor, Action.CREATE_GROUP)
        assert 0 < refused.value.retry_after_ms <= limit.every_ms
        # Other kinds of action have their own buckets.
        await limited.write(admit, actor, Action.SEND_GROUP)
    clock.advance(refused.value.retry_after_ms)
    await limited.write(admit, BOB, Action.CREATE_GROUP)


async def test_limits_can_be_switched_off(db: Database) -> None:
    for _ in range(OF_ACTION[Action.CREATE_GROUP].burst + 5):
        await db.write(admit, ALICE, Action.CREATE_GROUP)


def _allowed(tx: WriteTx, user_id: UserId, action: Action) -> int:
    """Return how many times in a row somebody may do something before the limit says no."""
    for count in range(1_000):
        try:
            admit(tx, user_id, action)
        except LimitExceededError:
            return count
    raise AssertionError("there is no limit")


async def test_no_account_has_a_lower_limit_than_the_published_one(limited: Database) -> None:
    """Law 21: whatever was decided about an account, what it may still do it may do as often as everybody."""

    def compare(tx: WriteTx) -> None:
        for number, capability in enumerate(sorted(RESTRICTABLE)):
            changes = {"id": f"r{number}", "ends_at": TimestampMs(2**62)}
            measures.restrict(tx, restriction(capability, **changes))
        left = [action for action in OF_ACTION if action.capability not in RESTRICTABLE]
        assert len(left) > 5
        for action in left:
            tx.memory(GateMemory).throttle = Throttle()
            # The test's clock goes on with each reading, and there are more of them for Alice.
            restricted, other = _allowed(tx, ALICE, action), _allowed(tx, BOB, action)
            assert restricted >= other >= OF_ACTION[action].burst, action

    await limited.write(compare)
