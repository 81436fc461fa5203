"""How laws of the wallet are held: a machine on a desk, played the same in every file, so that a fault is looked for in the same way.

The long runs take some minutes in CI, and hours for whoever wants to be sure:

    COURTYARD_LAW_EXAMPLES=5000 pytest -m slow tests/props -k for_long
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Final, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import RoomId
from courtyard.wallet.errors import WalletError
from tests.wallet.desk import found, fresh

EXAMPLES: Final = int(os.environ.get("COURTYARD_LAW_EXAMPLES", "150"))
FLOOR: Final = 2
"""How often each thing must come out in each way at the least."""
Outcomes = Counter[tuple[str, str]]
"""(what was done, what came of it) → how often."""
Step = TypeVar("Step", bound=Callable[..., None])


class Steps(dict[str, dict[str, st.SearchStrategy[Any]]]):
    """What can happen, by the method's name: its arguments, and from what each is drawn."""

    def step(self, **arguments: st.SearchStrategy[Any]) -> Callable[[Step], Step]:
        """Let a method be one of the things that happen."""

        def note(method: Step) -> Step:
            assert not hasattr(Machine, method.__name__), "this would hide how machines are played"
            self[method.__name__] = arguments
            return method

        return note


class Machine(RuleBasedStateMachine):
    """A desk, and what is done there, held against a model of it.

    Attributes:
        steps: what can happen.
        often: names of those that happen oftener, once for each time.
        tables: to which a refusal adds no row.
        remembering: those of them in which a refusal may leave something that is remembered.
    """

    steps: ClassVar[Steps]
    often: ClassVar[tuple[str, ...]] = ()
    tables: ClassVar[tuple[str, ...]]
    remembering: ClassVar[Collection[str]] = ()
    outcomes: ClassVar[Outcomes]
    folder: ClassVar[Path]
    founded: ClassVar[Path]
    room_id: ClassVar[RoomId]

    def __init__(self) -> None:
        """Take a desk as `found` left it."""
        super().__init__()
        self.desk = fresh(self.founded, self.folder / "run.db")
        self.number = 0

    def teardown(self) -> None:
        self.desk.close()

    @property
    def now(self) -> int:
        return self.desk.clock.time

    def fresh_key(self) -> str:
        """Return a key that nobody has used."""
        self.number += 1
        return f"k{self.number}"

    def rows(self) -> list[int]:
        return [self.desk.count(table) for table in self.tables]

    def word_for(self, name: str, answer: Any) -> str:  # noqa: ARG002  # for those who know more words
        """Return what it is called when something was done."""
        return "ok"

    def do(self, name: str, expected: str, act: Callable[[], Any]) -> Any:
        """Do something and hold its outcome against the model's; return the answer, or None if it is refused."""
        before = self.rows()
        refusal: CourtyardError | None = None
        may_change: Collection[str] = ()
        answer: Any = None
        try:
            answer = act()
            if isinstance(answer, WalletError):
                refusal, may_change, answer = answer, self.remembering, None
        except CourtyardError as error:
            refusal = error
        if refusal is not None:
            counts = zip(self.tables, before, self.rows(), strict=True)
            changed = {table for table, earlier, now in counts if now != earlier}
            assert changed <= set(may_change), (name, refusal.code, changed)
        outcome = self.word_for(name, answer) if refusal is None else refusal.code
        assert outcome == expected, (name, outcome, expected)
        self.outcomes[name, outcome] += 1
        return answer

    # One rule: Hypothesis leaves out some rules of many in each run, and here the rare meetings of all of them count.
    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([*sorted(self.steps), *self.often]))
        arguments = {key: data.draw(one) for key, one in self.steps[name].items()}
        getattr(self, name)(**arguments)

    @classmethod
    def found(cls, patch: pytest.MonkeyPatch) -> None:  # noqa: ARG003  # for those who have something to patch
        """Make the database with which each run begins. What is patched stays so for all of them."""
        cls.founded, cls.room_id = found(cls.folder)

    @classmethod
    def run(cls, examples: int, steps: int, *, derandomize: bool = True) -> Outcomes:
        """Let things happen; nothing is kept, and what fails is told as it was drawn, without looking for a smaller case."""
        with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            cls.folder, cls.outcomes = Path(folder), Counter()
            cls.found(patch)
            run_state_machine_as_test(
                cls,
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=steps,
                    phases=[Phase.generate],
                    derandomize=derandomize,
                    database=None,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    report_multiple_bugs=False,
                    print_blob=False,
                ),
            )
        return cls.outcomes

    @classmethod
    def stand(cls, examples: int, steps: int, reached: Collection[tuple[str, str]]) -> None:
        """Let things happen, and ask that each way in which they can come out was seen."""
        outcomes = cls.run(examples, steps)
        missing = {pair for pair in reached if outcomes[pair] < FLOOR}
        assert not missing, (missing, outcomes)
