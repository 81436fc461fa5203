"""Figures about a time: what was reported, decided, appealed and asked for. Every kind is there, also where it is zero.

On a small server a number of one to four would tell who it is; there a table with such a number is left out, and only totals,
which anybody can count in the log, are told. DSA art. 15 and 24; docs/decisions/0010.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, get_args

import msgspec

from courtyard.conduct import rules_legal
from courtyard.conduct.model import (
    DAY_MS,
    HOUR_MS,
    Appeal,
    Automation,
    CaseId,
    Decision,
    DecisionId,
    Ground,
    MeasureType,
    Outcome,
    Record,
    Source,
)
from courtyard.conduct.model_cases import ReportKind
from courtyard.conduct.model_legal import LegalKind, LegalRecord
from courtyard.conduct.rules_dsa_words import CATEGORIES
from courtyard.conduct.rules_effect import is_open, was_overdue
from courtyard.conduct.rules_ladder import MISUSE_CAPABILITIES
from courtyard.conduct.rules_leaf import day

Json = dict[str, Any]

SMALL: Final = 5
"""Fewer than this, and not none, are told of nobody on a small server."""
LENGTHS: Final = (
    ("up_to_1_day", DAY_MS),
    ("up_to_7_days", 7 * DAY_MS),
    ("up_to_30_days", 30 * DAY_MS),
    ("up_to_90_days", 90 * DAY_MS),
)
ANSWER_TIMES: Final = (
    ("up_to_1_hour", HOUR_MS),
    ("up_to_1_day", DAY_MS),
    ("up_to_3_days", 3 * DAY_MS),
    ("up_to_7_days", 7 * DAY_MS),
)
LONGER: Final = "longer"
ON_THE_MERITS: Final = ("upheld", "reduced", "overturned")
"""The outcomes by which somebody heard an appeal; the share that was overturned is of these."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted.

    Attributes:
        records: every decision that was issued or appealed in the time, at the least.
        opened_at: when the cases of these decisions were opened.
        is_small: whether the server is so small now that its leaves are sealed.
        sealed: the decisions of which the log says only that there was one.
        reports: those that were received in the time, by kind.
        notices: those of them without an account.
        legal: every legal request there ever was.
        staff: how many there are now.
        holds: days on which the brake on mass sanctions held something.
    """

    records: tuple[Record, ...]
    opened_at: Mapping[CaseId, int]
    is_small: bool
    sealed: frozenset[DecisionId]
    reports: Mapping[str, int]
    notices: int
    legal: tuple[LegalRecord, ...]
    staff: int
    holds: tuple[str, ...]


def year_bounds(year: int) -> tuple[int, int]:
    """Return the first millisecond of a year, UTC, and that of the next."""
    return _start(date(year, 1, 1)), _start(date(year + 1, 1, 1))


def months_bounds(now_ms: int, count: int) -> tuple[int, int]:
    """Return the first millisecond of the month `count - 1` months ago, and the next millisecond from now."""
    today = datetime.fromtimestamp(now_ms // 1000, UTC).date()
    months = today.year * 12 + today.month - count
    return _start(date(months // 12, months % 12 + 1, 1)), now_ms + 1


def _start(first: date) -> int:
    return int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) * 1000


def figures(facts: Facts, from_ms: int, until_ms: int, now_ms: int) -> Json:
    """Return the figures of a time.

    Args:
        facts: what is counted.
        from_ms, until_ms: the time, without its end.
        now_ms: what is overdue, and what may be shown, is asked for now.
    """
    made = [one for one in facts.records if from_ms <= one.decision.issued_at < until_ms]
    appeals = [
        appeal
        for one in facts.records
        for appeal in one.appeals
        if from_ms <= appeal.submitted_at < until_ms
    ]
    told = {one.decision.id for one in made} | {one.decision_id for one in appeals}
    is_small = facts.is_small or bool(told & facts.sealed)
    table = _Table(is_small=is_small)
    return {
        "from": day(from_ms),
        "until": day(until_ms - 1),
        "small_numbers_hidden": is_small,
        "reports": {
            "received": table.number(sum(facts.reports.values())),
            "by_kind": table.of(facts.reports, get_args(ReportKind)),
            "without_account": table.number(facts.notices),
        },
        "decisions": _decisions([one.decision for one in made], facts, table, from_ms, until_ms),
        "appeals": _appeals(appeals, table, now_ms),
        "legal_requests": _legal(facts.legal, from_ms, until_ms, now_ms),
        "brake_holds": sum(day(from_ms) <= one <= day(until_ms - 1) for one in facts.holds),
        "staff": facts.staff,
    }


class _Table:
    """Counts, and knows what a small server may not tell."""

    def __init__(self, *, is_small: bool) -> None:
        self._is_small = is_small

    def number(self, count: int) -> int | None:
        return None if self._is_small and 0 < count < SMALL else count

    def of(self, counts: Mapping[str, int], names: Iterable[str]) -> dict[str, int] | None:
        """Return a number for each name. As a whole or not at all: one that is left out follows from the total."""
        full = _filled(names, counts)
        hidden = any(self.number(count) is None for count in full.values())
        return None if hidden else full

    def median_s(self, lengths_ms: list[int]) -> int | None:
        """Return the median in seconds, the lower one of two; None for nothing, or for too few."""
        if not lengths_ms or (self._is_small and len(lengths_ms) < SMALL):
            return None
        return sorted(lengths_ms)[(len(lengths_ms) - 1) // 2] // 1000


def _decisions(
    made: list[Decision], facts: Facts, table: _Table, from_ms: int, until_ms: int
) -> Json:
    measures = [(one, measure) for one in made for measure in one.measures]
    by_month = {
        month: dict.fromkeys(get_args(MeasureType), 0) for month in _months(from_ms, until_ms)
    }
    for one, measure in measures:
        by_month[day(one.issued_at)[:7]][measure.type] += 1
    months = [table.of(counts, counts) for counts in by_month.values()]
    lengths = [each.ends_at - each.starts_at for _, each in measures if each.type != "warning"]
    waits = [one.issued_at - facts.opened_at[one.case_id] for one in made]
    pauses = sum(
        bool(MISUSE_CAPABILITIES & set(each.capabilities))
        for _, each in measures
        if each.type == "feature"
    )
    return {
        "total": len(made),
        "by_month": _filled(by_month, Counter(day(one.issued_at)[:7] for one in made)),
        "by_month_and_measure": None if None in months else by_month,
        "by_measure": table.of(Counter(each.type for _, each in measures), get_args(MeasureType)),
        "by_length": table.of(_buckets(lengths, LENGTHS), _names(LENGTHS)),
        "by_category": table.of(Counter(one.category for one in made), sorted(CATEGORIES)),
        "by_ground": table.of(Counter(one.ground for one in made), get_args(Ground)),
        "by_source": table.of(Counter(one.source for one in made), get_args(Source)),
        "by_automation": table.of(
            Counter(one.automated_decision for one in made), get_args(Automation)
        ),
        "detected_by_software": table.number(sum(one.automated_detection for one in made)),
        "severe": table.number(sum(one.severe for one in made)),
        "misuse_pauses": table.number(pauses),
        "median_seconds_to_decide": table.median_s(waits),
    }


def _appeals(appeals: list[Appeal], table: _Table, now_ms: int) -> Json:
    outcomes: Counter[str] = Counter(one.outcome for one in appeals if one.outcome is not None)
    waits = [
        one.decided_at - one.submitted_at
        for one in appeals
        if one.decided_at is not None and one.outcome != "withdrawn"
    ]
    by_outcome = table.of(outcomes, get_args(Outcome))
    heard = sum(outcomes[name] for name in ON_THE_MERITS)
    is_told = heard > 0 and by_outcome is not None
    return {
        "submitted": len(appeals),
        "open": table.number(sum(map(is_open, appeals))),
        "by_outcome": by_outcome,
        "heard": table.number(heard),
        "overturned_share": round(outcomes["overturned"] / heard, 4) if is_told else None,
        "by_time_to_answer": table.of(_buckets(waits, ANSWER_TIMES), _names(ANSWER_TIMES)),
        "median_seconds_to_answer": table.median_s(waits),
        "overdue": table.number(sum(was_overdue(one, now_ms) for one in appeals)),
    }


def _legal(records: Iterable[LegalRecord], from_ms: int, until_ms: int, now_ms: int) -> Json:
    """Requests name authorities and no people, so they are counted in full; those that order silence in one number."""
    received = [one for one in records if from_ms <= one.request.received_at < until_ms]
    shown = [one for one in received if rules_legal.is_public(one, now_ms)]
    outcomes = ("full", "partial", "refused", "pending")
    return {
        "received": len(received),
        "not_yet_shown": len(received) - len(shown),
        "by_country": dict(sorted(Counter(one.request.country for one in shown).items())),
        "by_kind": _filled(get_args(LegalKind), Counter(one.request.kind for one in shown)),
        "by_outcome": _filled(outcomes, Counter(map(_outcome, shown))),
    }


def _outcome(record: LegalRecord) -> str:
    answer = rules_legal.step_of(record, "complied", "refused")
    if answer is None:
        return "pending"
    return answer.extent or "refused"


def _months(from_ms: int, until_ms: int) -> list[str]:
    first, last = day(from_ms)[:7], day(until_ms - 1)[:7]
    year, month = int(first[:4]), int(first[5:])
    found = [first]
    while found[-1] != last:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        found.append(f"{year:04}-{month:02}")
    return found


def _filled(names: Iterable[str], counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in names}


def _names(steps: tuple[tuple[str, int], ...]) -> list[str]:
    return [*(name for name, _ in steps), LONGER]


def _buckets(lengths_ms: Iterable[int], steps: tuple[tuple[str, int], ...]) -> Counter[str]:
    return Counter(
        next((name for name, limit in steps if length <= limit), LONGER) for length in lengths_ms
    )
