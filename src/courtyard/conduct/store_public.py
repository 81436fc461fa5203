"""Questions over all decisions, cases and reports: for what everybody reads."""

from collections.abc import Iterator

import msgspec
import sqlalchemy as sa

from courtyard.conduct import rules
from courtyard.conduct.model import Appeal, CaseId, Decision, DecisionId, Lift, Record, Vote
from courtyard.conduct.store import decode
from courtyard.conduct.store_tables import APPEALS, CASES, DECISIONS, LIFTS, REPORTS, VOTES
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

_bind = sa.bindparam
_D = DECISIONS.c
_AFTER = Statement(
    sa.select(_D.id, _D.leaf)
    .where(_D.leaf > _bind("after"), _D.issued_at >= _bind("since"), _D.issued_at < _bind("until"))
    .order_by(_D.leaf)
    .limit(_bind("limit"))
)
_BEFORE = Statement(
    sa.select(_D.id, _D.leaf)
    .where(_D.leaf < _bind("before"))
    .order_by(_D.leaf.desc())
    .limit(_bind("limit"))
)
_COUNT = Statement(sa.select(sa.func.count()).select_from(DECISIONS))
_ALL = Statement(sa.select(_D.body).order_by(_D.leaf))
_ALL_LIFTS = Statement(sa.select(LIFTS.c.body).order_by(LIFTS.c.decision_id, LIFTS.c.number))
_ALL_APPEALS = Statement(
    sa.select(APPEALS.c.body).order_by(APPEALS.c.decision_id, APPEALS.c.number)
)
_ALL_VOTES = Statement(
    sa.select(VOTES.c.decision_id, VOTES.c.staff_id, VOTES.c.is_for, VOTES.c.voted_at).order_by(
        VOTES.c.decision_id, VOTES.c.voted_at, VOTES.c.staff_id
    )
)
_OPENED = Statement(sa.select(CASES.c.id, CASES.c.opened_at))
_LEAVES = Statement(
    sa.union_all(
        sa.select(LIFTS.c.leaf).where(LIFTS.c.decision_id == _bind("id")),
        sa.select(APPEALS.c.leaf).where(APPEALS.c.decision_id == _bind("id")),
        sa.select(APPEALS.c.ruling_leaf).where(
            APPEALS.c.decision_id == _bind("id"), APPEALS.c.ruling_leaf.is_not(None)
        ),
    )
)
_REPORTS = Statement(
    sa.select(
        REPORTS.c.kind,
        sa.func.count(),
        sa.func.count().filter(REPORTS.c.reporter.is_(None)),
    )
    .where(REPORTS.c.received_at >= _bind("since"), REPORTS.c.received_at < _bind("until"))
    .group_by(REPORTS.c.kind)
)
_OVERDUE = Statement(
    sa.select(sa.func.count()).where(APPEALS.c.is_open == 1, APPEALS.c.due_at <= _bind("now"))
)


def decisions_after(
    tx: ReadTx, after: int, since: int, until: int, limit: int
) -> list[tuple[DecisionId, int]]:
    """Return decisions behind an index of the log that were issued in a time, each with its index."""
    rows = tx.all(_AFTER, after=after, since=since, until=until, limit=limit)
    return [(DecisionId(id), leaf) for id, leaf in rows]


def decisions_before(tx: ReadTx, before: int, limit: int) -> list[tuple[DecisionId, int]]:
    """Return decisions before an index of the log, the newest first, each with its index."""
    return [(DecisionId(id), leaf) for id, leaf in tx.all(_BEFORE, before=before, limit=limit)]


def decision_count(tx: ReadTx) -> int:
    """Return how many decisions there are."""
    row = tx.one(_COUNT)
    assert row is not None, "a count has one row"
    return int(row[0])


def all_records(tx: ReadTx) -> Iterator[Record]:
    """Yield every decision with everything that became of it. A few questions, whatever their number."""
    lifts: dict[DecisionId, list[Lift]] = {}
    for (body,) in tx.each(_ALL_LIFTS):
        lift = decode(body, Lift)
        lifts.setdefault(lift.decision_id, []).append(lift)
    appeals: dict[DecisionId, list[Appeal]] = {}
    for (body,) in tx.each(_ALL_APPEALS):
        appeal = decode(body, Appeal)
        appeals.setdefault(appeal.decision_id, []).append(appeal)
    votes: dict[str, list[Vote]] = {}
    for id, staff_id, is_for, at in tx.each(_ALL_VOTES):
        votes.setdefault(id, []).append(Vote(staff_id=staff_id, is_for=bool(is_for), at=at))
    for (body,) in tx.each(_ALL):
        decision = decode(body, Decision)
        yield Record(
            decision=decision,
            lifts=tuple(lifts.get(decision.id, ())),
            appeals=tuple(appeals.get(decision.id, ())),
            hearing=rules.hearing_of(decision.id, tuple(votes.get(decision.id, ()))),
        )


def fact_leaves(tx: ReadTx, id: DecisionId) -> list[int]:
    """Return the indexes in the log of a decision's lifts, appeals and rulings."""
    return [leaf for (leaf,) in tx.all(_LEAVES, id=id)]


def opened_at(tx: ReadTx) -> dict[CaseId, int]:
    """Return when each case was opened."""
    return {CaseId(id): at for id, at in tx.each(_OPENED)}


class Received(msgspec.Struct, frozen=True):
    """How many reports came in, and how many of them without an account."""

    by_kind: dict[str, int]
    notices: int


def reports_between(tx: ReadTx, since: int, until: int) -> Received:
    """Return how many reports were received in a time."""
    rows = tx.all(_REPORTS, since=since, until=until)
    return Received({kind: count for kind, count, _ in rows}, sum(row[2] for row in rows))


def overdue_count(tx: ReadTx) -> int:
    """Return how many appeals nobody has answered in time."""
    row = tx.one(_OVERDUE, now=tx.now_ms())
    assert row is not None, "a count has one row"
    return int(row[0])
