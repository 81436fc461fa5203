"""Every SQL statement that takes somebody out of what conduct keeps, and the record that it was done.

Decisions stay, as facts without words: who may do what until when is no text. What people wrote, and what would open the log's
commitments, goes.
"""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import Appeal, DecisionId, Statement
from courtyard.conduct.model_cases import CLOSED, Report
from courtyard.conduct.store import decode, encode
from courtyard.conduct.store_tables import (
    APPEALS,
    CASES,
    DECISIONS,
    ERASURES,
    EVIDENCE,
    PROPOSALS,
    REPORTS,
    STATEMENTS,
    VIEWS,
)
from courtyard.storage.statement import Statement as Sql
from courtyard.storage.statement import any_of
from courtyard.storage.tx import ReadTx, WriteTx

_bind = sa.bindparam
_D, _S, _A, _P, _R, _E = (
    table.c for table in (DECISIONS, STATEMENTS, APPEALS, PROPOSALS, REPORTS, ERASURES)
)

_DECISIONS_OF = sa.select(_D.id).where(_D.subject == _bind("user_id")).scalar_subquery()
_BLANK_STATEMENTS = Sql(
    sa.update(STATEMENTS)
    .where(_S.decision_id.in_(_DECISIONS_OF), _S.body.is_not(None))
    .values(body=None, salts=None)
)
_APPEALS_OF = Sql(sa.select(_A.id, _A.body).where(_A.decision_id.in_(_DECISIONS_OF)))
_SET_APPEAL = Sql(sa.update(APPEALS).where(_A.id == _bind("of")).values(body=_bind("body")))
_CASES_OF = sa.select(CASES.c.id).where(CASES.c.subject == _bind("user_id")).scalar_subquery()
_PROPOSALS_OF = Sql(sa.select(_P.id).where(_P.case_id.in_(_CASES_OF)))
_SET_PROPOSAL = Sql(
    sa.update(PROPOSALS)
    .where(_P.id == _bind("of"))
    .values(statement=_bind("statement"), note=_bind("note"))
)
_CLOSED_OF = (
    sa.select(CASES.c.id)
    .where(CASES.c.subject == _bind("user_id"), any_of(CASES.c.state, *sorted(CLOSED)))
    .scalar_subquery()
)
_EVIDENCE_OF = sa.select(EVIDENCE.c.id).where(EVIDENCE.c.case_id.in_(_CLOSED_OF)).scalar_subquery()
_DROP_VIEWS = Sql(sa.delete(VIEWS).where(VIEWS.c.evidence_id.in_(_EVIDENCE_OF)))
_DROP_EVIDENCE = Sql(sa.delete(EVIDENCE).where(EVIDENCE.c.case_id.in_(_CLOSED_OF)))
_REPORTS_BY = Sql(sa.select(_R.id, _R.body).where(_R.reporter == _bind("user_id")))
_SET_REPORT = Sql(
    sa.update(REPORTS).where(_R.id == _bind("of")).values(reporter=None, body=_bind("body"))
)
_ADD = Sql(sa.insert(ERASURES))
_UNLOGGED = Sql(sa.select(_E.id, _E.erased_at).where(_E.leaf.is_(None)).order_by(_E.id))
_SET_LEAF = Sql(sa.update(ERASURES).where(_E.id == _bind("of")).values(leaf=_bind("leaf")))


def blank_words(tx: WriteTx, user_id: UserId) -> int:
    """Delete what was written about somebody who was decided about, and what opens the commitments to it.

    Returns:
        How many statements, appeals and proposals there were.
    """
    count = tx.run(_BLANK_STATEMENTS, user_id=user_id)
    for id, body in tx.all(_APPEALS_OF, user_id=user_id):
        blank = msgspec.structs.replace(decode(body, Appeal), text="", reasons="")
        count += tx.run(_SET_APPEAL, of=id, body=encode(blank))
    for (id,) in tx.all(_PROPOSALS_OF, user_id=user_id):
        empty = Statement(decision_id=DecisionId(id), lang="", facts="", explanation="")
        count += tx.run(_SET_PROPOSAL, of=id, statement=encode(empty), note="")
    return count


def drop_evidence(tx: WriteTx, user_id: UserId) -> int:
    """Delete the evidence of closed cases about somebody; return how many pieces there were."""
    tx.run(_DROP_VIEWS, user_id=user_id)
    return tx.run(_DROP_EVIDENCE, user_id=user_id)


def drop_reporter(tx: WriteTx, user_id: UserId) -> int:
    """Take somebody's name off what they reported; return how many reports there were. What they said stays with the case."""
    rows = tx.all(_REPORTS_BY, user_id=user_id)
    for id, body in rows:
        nameless = msgspec.structs.replace(decode(body, Report), reporter=None, contact="")
        tx.run(_SET_REPORT, of=id, body=encode(nameless))
    return len(rows)


def add_erasure(tx: WriteTx, id: str, leaf: int | None) -> None:
    """Keep that an erasure was done, and where the log says so. The record names nobody."""
    tx.run(_ADD, id=id, erased_at=tx.now_ms(), leaf=leaf)


def unlogged(tx: ReadTx) -> list[tuple[str, TimestampMs]]:
    """Return the erasures that the log does not know yet, with their times."""
    return [(id, TimestampMs(erased_at)) for id, erased_at in tx.all(_UNLOGGED)]


def set_leaf(tx: WriteTx, id: str, leaf: int) -> None:
    """Say where an erasure stands in the log."""
    tx.run(_SET_LEAF, of=id, leaf=leaf)
