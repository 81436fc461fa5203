"""Every SQL statement about rules, people, decisions and appeals. Proposals are in `store_proposals`, reports and cases in `store_cases`."""

from collections.abc import Collection, Iterable
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import EventId, RoomId, TimestampMs, UserId
from courtyard.conduct import rules
from courtyard.conduct.model import (
    Appeal,
    AppealId,
    CaseId,
    Conflict,
    Decision,
    DecisionId,
    Lift,
    Record,
    Statement,
    Vote,
)
from courtyard.conduct.model_rules import RuleSet
from courtyard.conduct.rules_brake import is_heavy
from courtyard.conduct.rules_leaf import Salts
from courtyard.conduct.store_tables import (
    APPEALS,
    CONFLICTS,
    DECISIONS,
    LIFTS,
    RULESETS,
    STAFF,
    STATEMENTS,
    VOTES,
)
from courtyard.storage.statement import OneOf, Upsert, json_list
from courtyard.storage.statement import Statement as Sql
from courtyard.storage.tx import ReadTx, Row, WriteTx

T = TypeVar("T")
_bind = sa.bindparam


def encode(value: object) -> str:
    """Write a struct as a column of text."""
    return msgspec.json.encode(value).decode()


def decode(text: str, type: type[T]) -> T:
    """Read a struct from a column of text."""
    return msgspec.json.decode(text, type=type)


# --- rules ----------------------------------------------------------------------------------------

_RULESETS = Sql(sa.select(RULESETS.c.body).order_by(RULESETS.c.version))
_RULESET = Sql(sa.select(RULESETS.c.body).where(RULESETS.c.version == _bind("version")))
_ADD_RULESET = Sql(sa.insert(RULESETS))


def rulesets(tx: ReadTx) -> tuple[RuleSet, ...]:
    """Return every published version of the rules, in order."""
    return tuple(decode(body, RuleSet) for (body,) in tx.all(_RULESETS))


def ruleset(tx: ReadTx, version: int) -> RuleSet:
    """Return the rules that a decision cites: those were published."""
    row = tx.one(_RULESET, version=version)
    assert row is not None, "a decision cites published rules"
    return decode(row[0], RuleSet)


def add_ruleset(tx: WriteTx, ruleset: RuleSet, sha256: str, leaf: int) -> None:
    """Keep a version of the rules."""
    tx.run(_ADD_RULESET, version=ruleset.version, sha256=sha256, body=encode(ruleset), leaf=leaf)


# --- the staff --------------------------------------------------------------------------------------

_STAFF = Sql(
    sa.select(STAFF.c.user_id).where(STAFF.c.revoked_at.is_(None)).order_by(STAFF.c.user_id)
)
_IS_STAFF = Sql(
    sa.select(sa.literal_column("1")).where(
        STAFF.c.user_id == _bind("user_id"), STAFF.c.revoked_at.is_(None)
    )
)
_GRANT = Upsert(STAFF, key=["user_id"], update=["granted_at", "revoked_at"])
_REVOKE = Sql(
    sa.update(STAFF)
    .where(STAFF.c.user_id == _bind("of"), STAFF.c.revoked_at.is_(None))
    .values(revoked_at=_bind("now"))
)
_CONFLICTS = Sql(
    sa.select(CONFLICTS.c.staff_id, CONFLICTS.c.about, CONFLICTS.c.declared_at, CONFLICTS.c.until)
    .where(CONFLICTS.c.until > _bind("now"))
    .order_by(CONFLICTS.c.staff_id, CONFLICTS.c.about, CONFLICTS.c.declared_at)
)
_ADD_CONFLICT = Upsert(CONFLICTS, key=["staff_id", "about", "declared_at"], update=["until"])


def staff(tx: ReadTx) -> frozenset[UserId]:
    """Return everybody on the staff now."""
    return frozenset(UserId(user_id) for (user_id,) in tx.all(_STAFF))


def is_staff(tx: ReadTx, user_id: UserId) -> bool:
    """Tell whether somebody is on the staff now."""
    return tx.one(_IS_STAFF, user_id=user_id) is not None


def grant(tx: WriteTx, user_id: UserId) -> None:
    """Take somebody on the staff."""
    tx.run(_GRANT, user_id=user_id, granted_at=tx.now_ms(), revoked_at=None)


def revoke(tx: WriteTx, user_id: UserId) -> bool:
    """Let somebody go; tell whether they were on the staff."""
    return tx.run(_REVOKE, of=user_id, now=tx.now_ms()) > 0


def conflicts(tx: ReadTx) -> tuple[Conflict, ...]:
    """Return the declared conflicts that have not ended."""
    rows = tx.all(_CONFLICTS, now=tx.now_ms())
    return tuple(
        Conflict(staff_id=staff_id, about=about, declared_at=declared_at, until=until)
        for staff_id, about, declared_at, until in rows
    )


def add_conflict(tx: WriteTx, conflict: Conflict) -> None:
    """Keep a declared conflict."""
    tx.run(_ADD_CONFLICT, **msgspec.structs.asdict(conflict))


# --- decisions --------------------------------------------------------------------------------------

_D = DECISIONS.c
_BY_IDS = Sql(sa.select(_D.body).where(OneOf(_D.id, "ids")).order_by(_D.issued_at, _D.id))
_OF_SUBJECT = Sql(
    sa.select(_D.body).where(_D.subject == _bind("subject")).order_by(_D.issued_at, _D.id)
)
_IDS_OF_SUBJECT = Sql(
    sa.select(_D.id).where(_D.subject == _bind("subject")).order_by(_D.issued_at, _D.id)
)
_OF_CASE = Sql(
    sa.select(_D.body).where(_D.case_id == _bind("case_id")).order_by(_D.issued_at, _D.id)
)
_HEAVY = Sql(
    sa.select(_D.body)
    .where(_D.is_heavy == 1, _D.issued_at > _bind("since"))
    .order_by(_D.issued_at, _D.id)
)
_ADD_DECISION = Sql(sa.insert(DECISIONS))
_LEAF_OF = Sql(sa.select(_D.leaf).where(_D.id == _bind("id")))
_LIFTS = Sql(
    sa.select(LIFTS.c.decision_id, LIFTS.c.body)
    .where(OneOf(LIFTS.c.decision_id, "ids"))
    .order_by(LIFTS.c.number)
)
_ADD_LIFT = Sql(sa.insert(LIFTS))
_APPEALS_OF = Sql(
    sa.select(APPEALS.c.decision_id, APPEALS.c.body)
    .where(OneOf(APPEALS.c.decision_id, "ids"))
    .order_by(APPEALS.c.number)
)
_VOTES = Sql(
    sa.select(VOTES.c.decision_id, VOTES.c.staff_id, VOTES.c.is_for, VOTES.c.voted_at)
    .where(OneOf(VOTES.c.decision_id, "ids"))
    .order_by(VOTES.c.voted_at, VOTES.c.staff_id)
)
_ADD_VOTE = Sql(sa.insert(VOTES))


def _records(tx: ReadTx, rows: Iterable[Row]) -> tuple[Record, ...]:
    """Return decisions with what became of them: three questions, however many decisions there are."""
    decisions = [decode(body, Decision) for (body,) in rows]
    ids = [one.id for one in decisions]
    lifts, appeals = (_by_decision(tx, question, ids) for question in (_LIFTS, _APPEALS_OF))
    said = _votes(tx, ids)
    return tuple(
        Record(
            decision=one,
            lifts=tuple(decode(lift, Lift) for (lift,) in lifts[one.id]),
            appeals=tuple(decode(appeal, Appeal) for (appeal,) in appeals[one.id]),
            hearing=rules.hearing_of(one.id, said[one.id]),
        )
        for one in decisions
    )


def _by_decision(
    tx: ReadTx, question: Sql, ids: Collection[DecisionId]
) -> dict[DecisionId, list[Row]]:
    """Return what rows say after their first column, the decision, by that."""
    found: dict[DecisionId, list[Row]] = {id: [] for id in ids}
    for id, *rest in tx.all(question, ids=json_list(ids)):
        found[id].append(tuple(rest))
    return found


def record(tx: ReadTx, id: DecisionId) -> Record | None:
    """Return a decision with everything that became of it."""
    found = records(tx, [id])
    return found[0] if found else None


def records(tx: ReadTx, ids: Iterable[DecisionId]) -> tuple[Record, ...]:
    """Return those of some decisions that are ours, in the order of `records_of`."""
    return _records(tx, tx.all(_BY_IDS, ids=json_list(ids)))


def records_of(tx: ReadTx, subject: UserId) -> tuple[Record, ...]:
    """Return every decision there ever was against somebody."""
    return _records(tx, tx.all(_OF_SUBJECT, subject=subject))


def decisions_of(tx: ReadTx, subject: UserId) -> list[DecisionId]:
    """Return the ids of every decision against somebody, in the order of `records_of`."""
    return [DecisionId(id) for (id,) in tx.all(_IDS_OF_SUBJECT, subject=subject)]


def records_of_case(tx: ReadTx, case_id: CaseId) -> tuple[Record, ...]:
    """Return every decision of a case."""
    return _records(tx, tx.all(_OF_CASE, case_id=case_id))


def heavy_since(tx: ReadTx, since: int) -> tuple[Decision, ...]:
    """Return suspensions and blocks that were issued after a time, whomever they are about."""
    return tuple(decode(body, Decision) for (body,) in tx.all(_HEAVY, since=since))


def add_decision(tx: WriteTx, decision: Decision, leaf: int) -> None:
    """Keep an issued decision, with its place in the log."""
    tx.run(
        _ADD_DECISION,
        id=decision.id,
        case_id=decision.case_id,
        subject=decision.subject,
        issued_at=decision.issued_at,
        is_heavy=int(is_heavy(measure.type for measure in decision.measures)),
        body=encode(decision),
        leaf=leaf,
    )


def leaf_of(tx: ReadTx, id: DecisionId) -> int:
    """Return the index in the public log of a decision that was made."""
    row = tx.one(_LEAF_OF, id=id)
    assert row is not None, "every decision is in the log"
    return int(row[0])


def add_lift(tx: WriteTx, lift: Lift, number: int, leaf: int) -> None:
    """Keep the earlier end of a decision."""
    tx.run(_ADD_LIFT, decision_id=lift.decision_id, number=number, body=encode(lift), leaf=leaf)


def votes(tx: ReadTx, id: DecisionId) -> tuple[Vote, ...]:
    """Return what the panel of a block has said so far, in order."""
    return _votes(tx, [id])[id]


def _votes(tx: ReadTx, ids: Collection[DecisionId]) -> dict[DecisionId, tuple[Vote, ...]]:
    return {
        id: tuple(
            Vote(staff_id=staff_id, is_for=bool(is_for), at=voted_at)
            for staff_id, is_for, voted_at in rows
        )
        for id, rows in _by_decision(tx, _VOTES, ids).items()
    }


def add_vote(tx: WriteTx, id: DecisionId, vote: Vote) -> None:
    """Keep the word of one of a panel."""
    tx.run(
        _ADD_VOTE,
        decision_id=id,
        staff_id=vote.staff_id,
        is_for=int(vote.is_for),
        voted_at=vote.at,
    )


# --- statements -------------------------------------------------------------------------------------

_S = STATEMENTS.c
_STATEMENT = Sql(
    sa.select(_S.body, _S.salts, _S.delivered_at, _S.room_id, _S.event_id).where(
        _S.decision_id == _bind("id")
    )
)
_BY_KEY = Sql(sa.select(_S.decision_id).where(_S.key_hash == _bind("key_hash")))
_ADD_STATEMENT = Sql(sa.insert(STATEMENTS))


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of reasons as it was delivered; without text and salts once it was erased."""

    statement: Statement | None
    salts: Salts | None
    delivered_at: TimestampMs
    room_id: RoomId
    event_id: EventId


def told(tx: ReadTx, id: DecisionId) -> Told | None:
    """Return what the subject was told about a decision."""
    row = tx.one(_STATEMENT, id=id)
    if row is None:
        return None
    body, salts, delivered_at, room_id, event_id = row
    return Told(
        statement=None if body is None else decode(body, Statement),
        salts=None if salts is None else decode(salts, Salts),
        delivered_at=delivered_at,
        room_id=room_id,
        event_id=event_id,
    )


def decision_of_key(tx: ReadTx, key_hash: bytes) -> DecisionId | None:
    """Return the decision that an appeal key is for."""
    row = tx.one(_BY_KEY, key_hash=key_hash)
    return None if row is None else DecisionId(row[0])


def add_statement(
    tx: WriteTx,
    statement: Statement,
    salts: Salts,
    key_hash: bytes,
    room_id: RoomId,
    event_id: EventId,
    delivered_at: TimestampMs,
) -> None:
    """Keep a delivered statement. It is delivered by the commit that makes the decision, so both have one time."""
    tx.run(
        _ADD_STATEMENT,
        decision_id=statement.decision_id,
        key_hash=key_hash,
        body=encode(statement),
        salts=encode(salts),
        delivered_at=delivered_at,
        room_id=room_id,
        event_id=event_id,
    )


# --- appeals ----------------------------------------------------------------------------------------

_A = APPEALS.c
_APPEAL = Sql(sa.select(_A.body, _A.assignee).where(_A.id == _bind("id")))
_OPEN_APPEALS = Sql(
    sa.select(_A.body)
    .where(_A.is_open == 1, _A.assignee.is_(None))
    .order_by(_A.due_at, _A.id)
    .limit(_bind("limit"))
)
_ASSIGNED_APPEAL = Sql(
    sa.select(_A.body)
    .where(_A.is_open == 1, _A.assignee == _bind("assignee"))
    .order_by(_A.due_at, _A.id)
    .limit(1)
)
_ADD_APPEAL = Sql(sa.insert(APPEALS))
_SET_APPEAL = Sql(
    sa.update(APPEALS)
    .where(_A.id == _bind("of"))
    .values(
        is_open=0,
        body=_bind("body"),
        ruling_leaf=_bind("ruling_leaf"),
        is_inadmissible=_bind("is_inadmissible"),
    )
)
_LET_GO_APPEALS = Sql(
    sa.update(APPEALS).where(_A.is_open == 1, _A.assignee == _bind("of")).values(assignee=None)
)
_ASSIGN_APPEAL = Sql(
    sa.update(APPEALS).where(_A.id == _bind("of")).values(assignee=_bind("assignee"))
)


def appeal(tx: ReadTx, id: AppealId) -> tuple[Appeal, UserId | None] | None:
    """Return an appeal and who hears it."""
    row = tx.one(_APPEAL, id=id)
    return None if row is None else (decode(row[0], Appeal), row[1])


def unassigned_appeals(tx: ReadTx, limit: int) -> list[Appeal]:
    """Return open appeals that nobody hears yet, the one that is due first first."""
    return [decode(body, Appeal) for (body,) in tx.all(_OPEN_APPEALS, limit=limit)]


def appeal_assigned_to(tx: ReadTx, staff_id: UserId) -> Appeal | None:
    """Return the open appeal that somebody hears."""
    row = tx.one(_ASSIGNED_APPEAL, assignee=staff_id)
    return None if row is None else decode(row[0], Appeal)


def assign_appeal(tx: WriteTx, id: AppealId, staff_id: UserId | None) -> None:
    """Say who hears an appeal."""
    tx.run(_ASSIGN_APPEAL, of=id, assignee=staff_id)


def let_go_appeals(tx: WriteTx, staff_id: UserId) -> None:
    """Give the open appeals that somebody hears to the next."""
    tx.run(_LET_GO_APPEALS, of=staff_id)


def add_appeal(tx: WriteTx, appeal: Appeal, number: int, leaf: int) -> None:
    """Keep a new appeal."""
    tx.run(
        _ADD_APPEAL,
        id=appeal.id,
        decision_id=appeal.decision_id,
        number=number,
        is_open=1,
        due_at=appeal.due_at,
        assignee=None,
        body=encode(appeal),
        leaf=leaf,
        ruling_leaf=None,
        is_inadmissible=None,
    )


def answer_appeal(tx: WriteTx, appeal: Appeal, ruling_leaf: int) -> None:
    """Keep the ruling on an appeal, or that it was taken back."""
    is_inadmissible = int(appeal.outcome == "inadmissible")
    tx.run(
        _SET_APPEAL,
        of=appeal.id,
        body=encode(appeal),
        ruling_leaf=ruling_leaf,
        is_inadmissible=is_inadmissible,
    )
