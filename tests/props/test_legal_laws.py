"""Law 23: a legal request is public, or there is a time to come at which it will be. Whatever the staff do or leave undone.

And what follows from it: what was public stays public, an order keeps silence for a year at the most, and nobody answers alone.
"""

from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_legal
from courtyard.conduct.model import DAY_MS, DecisionId
from courtyard.conduct.model_legal import LegalId, LegalRecord, LegalStep, Renewal, StepKind
from tests.conduct.makers import ANA, M1, M2, M3
from tests.conduct.test_rules_legal import request

START = 1_000 * DAY_MS
YEAR = 365 * DAY_MS
STAFF = (M1, M2, M3, ANA)
KINDS: list[StepKind] = [
    *("validated", "found_incomplete", "contested", "complied", "refused"),
    *("user_notified", "published"),
]

lengths = st.sampled_from([None, 1, DAY_MS, 300 * DAY_MS, YEAR, YEAR + 1, 9 * YEAR])
people = st.sampled_from(STAFF)


class Silence(RuleBasedStateMachine):
    """Authorities that ask, a staff that does anything, and a clock that goes forward."""

    @initialize()
    def begin(self) -> None:
        self.now = START
        self.records: dict[LegalId, LegalRecord] = {}
        self.seen: set[LegalId] = set()
        self.number = 0

    def _record(self, number: int) -> LegalRecord | None:
        ids = list(self.records)
        return self.records[ids[number % len(ids)]] if ids else None

    @rule(kind=st.sampled_from(["data", "gag", "remove"]), length=lengths, about=st.integers(0, 9))
    def receive(self, kind: str, length: int | None, about: int) -> None:
        self.number += 1
        concerned = self._record(about) if kind == "gag" and about else None
        new = request(
            id=LegalId(f"lr_{self.number:032x}"),
            kind=kind,
            received_at=TimestampMs(self.now),
            gag_until=None if length is None else TimestampMs(self.now + length),
            concerns=None if concerned is None else concerned.request.id,
        )
        try:
            rules_legal.check_new(new, concerned)
        except CourtyardError:
            return
        self.records[new.id] = LegalRecord(request=new)

    @rule(number=st.integers(0, 9), kind=st.sampled_from(KINDS), by=people, ended=st.booleans())
    def step(self, number: int, kind: StepKind, by: Any, *, ended: bool) -> None:
        record = self._record(number)
        if record is None:
            return
        asked = record.request
        said: dict[str, Any] = {}
        if kind == "complied":
            said = {
                "extent": "full",
                "data": ("account",) if asked.kind == "data" else (),
                "decisions": (DecisionId("d_1"),) if asked.kind == "remove" else (),
            }
        new = LegalStep(kind=kind, at=TimestampMs(self.now), by=by, ended_gag=ended, **said)
        try:
            rules_legal.check_step(record, new, STAFF)
        except CourtyardError:
            return
        self._keep(record, (*record.steps, new), record.renewals)
        if kind == "complied" and asked.concerns is not None and asked.gag_until is not None:
            before = self.records[asked.concerns]
            renewal = Renewal(complied_at=new.at, gag_until=asked.gag_until)
            self._keep(before, before.steps, (*before.renewals, renewal))

    @rule(about=st.integers(1, 9), offset=st.sampled_from([-1, 0, 1]))
    def renew_around_the_end(self, about: int, offset: int) -> None:
        """An order to go on, answered when the silence before it is just over, or just not."""
        concerned = self._record(about)
        if concerned is None:
            return
        count = len(self.records)
        self.receive("gag", YEAR, about)
        if len(self.records) == count:
            return
        self.step(count, "validated", M1, ended=False)
        end = rules_legal.gag_end(concerned)
        assert end is not None, "it is hidden"
        self.now = max(self.now, end + offset)
        # The laws are looked at between two steps, and this is two.
        self.is_public_or_will_be()
        self.step(count, "complied", M2, ended=False)

    def _keep(
        self, record: LegalRecord, steps: tuple[LegalStep, ...], renewals: tuple[Renewal, ...]
    ) -> None:
        id = record.request.id
        self.records[id] = LegalRecord(request=record.request, steps=steps, renewals=renewals)

    @rule(by=st.sampled_from([1, DAY_MS, 299 * DAY_MS, YEAR]))
    def wait(self, by: int) -> None:
        self.now += by

    @rule(offset=st.sampled_from([-1, 0, 1]))
    def wait_for_an_end(self, offset: int) -> None:
        """Random steps of the clock nearly never meet the moment that matters."""
        ends = [rules_legal.gag_end(one) for one in self.records.values()]
        coming = [end + offset for end in ends if end is not None and end + offset > self.now]
        self.now = min(coming, default=self.now)

    @invariant()
    def is_public_or_will_be(self) -> None:
        if not hasattr(self, "records"):
            return
        for id, record in self.records.items():
            if rules_legal.is_public(record, self.now):
                self.seen.add(id)
                continue
            assert id not in self.seen, "what was public was hidden again"
            # From the facts alone: some order that is in them keeps silence now, and each of them is a year long at the most.
            orders = [(record.request.received_at, record.request.gag_until)]
            orders += [(one.complied_at, one.gag_until) for one in record.renewals]
            assert any(until is not None and self.now < until for _, until in orders)
            later = [one for one in self.records.values() if one.request.concerns == id]
            for one in (record, *later):
                until = one.request.gag_until
                assert until is not None
                assert until - one.request.received_at <= YEAR

    @invariant()
    def is_answered_by_two(self) -> None:
        for record in getattr(self, "records", {}).values():
            for step in record.steps:
                assert step.by not in record.request.accounts
                if step.kind == "complied":
                    assert step.by != record.request.received_by
                    assert all(one.by != step.by for one in record.steps if one.kind == "validated")

    @invariant()
    def is_told_before_it_is_closed_and_never_in_silence(self) -> None:
        for record in getattr(self, "records", {}).values():
            kinds = [step.kind for step in record.steps]
            assert len(set(kinds) & {"complied", "refused"}) <= 1
            for place, step in enumerate(record.steps):
                before = LegalRecord(
                    request=record.request, steps=record.steps[:place], renewals=record.renewals
                )
                if step.kind == "user_notified":
                    assert rules_legal.is_public(before, step.at) or "published" in kinds[:place]
                if step.kind == "published" and not step.ended_gag:
                    assert "user_notified" in kinds[:place]


TestSilence = Silence.TestCase
TestSilence.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
