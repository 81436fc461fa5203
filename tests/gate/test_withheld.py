"""What is withheld now: by the clock, the strictest step, and only what is durable."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.app.wiring import Server
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs
from courtyard.gate import check, rules_withheld, store_withheld, withheld
from courtyard.gate.model_withheld import ORDER, STEPS, Withholding
from courtyard.storage.tx import ReadTx, WriteTx
from tests.fakes import FakeClock


def row(step: str = "hide", **changes: Any) -> Withholding:
    """Return a row about an event from 1000 to 2000, unless told otherwise."""
    values: dict[str, Any] = {
        "id": f"d_1:content:{step}",
        "item_type": "event",
        "item_id": "$e",
        "step": step,
        "decision_id": "d_1",
        "starts_at": TimestampMs(1000),
        "ends_at": TimestampMs(2000),
        "rule": "R4.2",
        "reason": "STATEMENT_CATEGORY_VIOLENCE",
    }
    return Withholding(**(values | changes))


# --- rules ----------------------------------------------------------------------------------------------


def test_every_step_is_known_for_the_items_that_have_it() -> None:
    assert {one for steps in STEPS.values() for one in steps} == set(ORDER)
    for item_type in ("event", "media", "room", "profile", "account", ""):
        for step in (*ORDER, "delete"):
            is_known = step in STEPS.get(item_type, frozenset())
            assert rules_withheld.is_known(item_type, step) is is_known


def test_nothing_in_force_withholds_nothing() -> None:
    assert rules_withheld.strictest([], 1500) is None
    assert rules_withheld.strictest([row()], 999) is None
    assert rules_withheld.strictest([row()], 2000) is None
    assert rules_withheld.strictest([row(stayed_from=TimestampMs(1500))], 1500) is None


def test_the_strictest_counts_then_the_longest_then_the_first_id() -> None:
    rows = [row(step) for step in ORDER]
    assert rules_withheld.strictest(rows, 1500) == row("quarantine")
    longer = row(id="d_9", ends_at=TimestampMs(3000))
    stayed = row(id="d_0", ends_at=TimestampMs(9000), stayed_from=TimestampMs(1800))
    assert rules_withheld.strictest([row(), longer, stayed], 1500) == longer
    assert rules_withheld.strictest([row(id="b"), row(id="a")], 1500) == row(id="a")


TIMES = st.integers(0, 3000)
ROWS = st.builds(
    row,
    step=st.sampled_from(ORDER),
    id=st.text(max_size=2),
    starts_at=TIMES,
    ends_at=TIMES,
    stayed_from=st.none() | TIMES,
)


@given(st.lists(ROWS, max_size=6, unique_by=lambda one: one.id), st.randoms(), TIMES)
def test_the_order_of_decisions_is_nothing(rows: list[Withholding], chance: Any, now: int) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert rules_withheld.strictest(rows, now) == rules_withheld.strictest(shuffled, now)


@pytest.mark.parametrize(
    "step, hides", [("label", False), ("age_gate", False), ("hide", True), ("quarantine", True)]
)
def test_a_label_hides_nothing(step: str, *, hides: bool) -> None:
    assert rules_withheld.hides(row(step)) is hides


def test_a_note_tells_everything_that_everybody_may_know() -> None:
    assert rules_withheld.note(row(stayed_from=TimestampMs(1700))) == {
        "step": "hide",
        "reason": "STATEMENT_CATEGORY_VIOLENCE",
        "rule": "R4.2",
        "decision": "d_1",
        "since": 1000,
        "until": 1700,
    }
    assert rules_withheld.until(row(stayed_from=TimestampMs(2500))) == 2000


# --- on a server ----------------------------------------------------------------------------------------


def _now(server: Server) -> int:
    return server.world.clock.now_ms()


def _later(server: Server, step: str = "hide", **changes: Any) -> Withholding:
    now = _now(server)
    times = {"starts_at": TimestampMs(now), "ends_at": TimestampMs(now + 10_000)}
    return row(step, **(times | changes))


def _step(tx: ReadTx) -> str | None:
    found = withheld.find(tx, "event", "$e")
    return None if found is None else found.step


async def test_what_is_written_is_found_and_ends_by_the_clock(
    server: Server, clock: FakeClock
) -> None:
    assert await server.db.read(_step) is None
    await server.db.write(withheld.withhold, _later(server))
    assert await server.db.read(_step) == "hide"
    clock.advance(10_000)
    assert await server.db.read(_step) is None


@pytest.mark.parametrize(
    "changes", [{"step": "burn"}, {"item_type": "room", "step": "label"}, {"ends_at": 1}]
)
async def test_what_is_no_step_or_has_no_end_is_refused(
    server: Server, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidParamError):
        await server.db.write(withheld.withhold, _later(server, **changes))
    assert await server.db.read(withheld.known) == {}


async def test_nobody_reads_of_what_is_rolled_back(server: Server) -> None:
    def fail(tx: WriteTx) -> None:
        withheld.withhold(tx, _later(server))
        message = "changed my mind"
        raise InvalidParamError(message)

    with pytest.raises(InvalidParamError):
        await server.db.write(fail)
    assert await server.db.read(_step) is None
    assert await server.db.read(store_withheld.not_ended) == []


async def test_an_end_moves_forward_only(server: Server, clock: FakeClock) -> None:
    first = _later(server)
    await server.db.write(withheld.withhold, first)
    later = TimestampMs(first.ends_at + 10_000)
    await server.db.write(withheld.adjust, first.id, later, None)
    assert await server.db.read(store_withheld.one, first.id) == first
    await server.db.write(withheld.adjust, first.id, first.ends_at, TimestampMs(_now(server)))
    assert await server.db.read(_step) is None
    await server.db.write(withheld.adjust, first.id, first.ends_at, None)
    assert await server.db.read(_step) == "hide"
    await server.db.write(withheld.adjust, first.id, TimestampMs(_now(server)), None)
    clock.advance(1)
    assert await server.db.read(_step) is None
    await server.db.write(withheld.adjust, "nothing", later, None)


async def test_memory_holds_what_has_not_ended_also_after_a_restart(
    server: Server, clock: FakeClock
) -> None:
    short = _later(server, id="short", item_id="$short")
    await server.db.write(withheld.withhold, short)
    await server.db.write(withheld.withhold, _later(server, ends_at=TimestampMs(2**50)))
    assert len(await server.db.read(withheld.known)) == 2
    clock.advance(10_000)
    await server.db.write(withheld.load)
    assert list(await server.db.read(withheld.known)) == [("event", "$e")]
    # Without a server's memory the database answers.
    server.world.memory(withheld.WithheldMemory).items = None
    assert await server.db.read(_step) == "hide"
    await server.db.write(withheld.withhold, _later(server, "label", id="x"))
    assert server.world.memory(withheld.WithheldMemory).items is None


async def test_the_check_finds_a_step_that_nothing_carries_out(server: Server) -> None:
    await server.db.write(store_withheld.add, _later(server, item_type="account"))
    found = list(await server.db.read(lambda tx: list(check.violations(tx))))
    assert len(found) == 1
    assert "does not know" in found[0]
