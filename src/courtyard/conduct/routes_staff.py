"""HTTP for the staff. Nobody picks a case or an appeal: one is given out, and only that one can be opened."""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.base.ids import TimestampMs
from courtyard.conduct import appeal as appeals
from courtyard.conduct import decide, people, report, show_staff
from courtyard.conduct.decide import Wish
from courtyard.conduct.model import (
    AppealId,
    CaseId,
    DecisionId,
    LiftCause,
    Outcome,
    WantedMeasure,
)
from courtyard.conduct.rules_appeal import Reduction
from courtyard.storage.database import Database

PREFIX = "/_courtyard/staff/v1"

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]

Words = Annotated[str, Meta(max_length=20_000)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]


@post(f"{PREFIX}/queue/next", status_code=200)
async def post_next_case(db: Db, session: Who) -> Json:
    """Get the case one works on, or the next one. Nobody picks."""
    case = await db.write(report.next_case, session.user_id)
    if case is None:
        return {"case": None}
    return {"case": await db.read(show_staff.show_case, session.user_id, case.id)}


@get(f"{PREFIX}/cases/{{case_id:str}}")
async def get_case(db: Db, session: Who, case_id: FromPath[str]) -> Json:
    """Open the case one works on."""
    return await db.read(show_staff.show_case, session.user_id, CaseId(case_id))


@post(f"{PREFIX}/cases/{{case_id:str}}/recuse", status_code=200)
async def post_recuse(db: Db, session: Who, case_id: FromPath[str]) -> Json:
    """Step back from a case for good."""
    await db.write(report.recuse, session.user_id, CaseId(case_id))
    return {}


class _Dismissal(msgspec.Struct):
    manifestly_unfounded: bool = False


@post(f"{PREFIX}/cases/{{case_id:str}}/dismiss", status_code=200)
async def post_dismiss(db: Db, session: Who, json_body: Body, case_id: FromPath[str]) -> Json:
    """Close a case without a measure."""
    is_manifest = msgspec.convert(json_body, _Dismissal).manifestly_unfounded
    await db.write(
        report.dismiss, session.user_id, CaseId(case_id), is_manifestly_unfounded=is_manifest
    )
    return {}


class _Measure(msgspec.Struct, kw_only=True):
    type: Annotated[str, Meta(pattern="^(warning|content|feature|suspension|block|interim)$")]
    length_ms: Count
    capabilities: Annotated[list[Words], Meta(max_length=50)] = []
    step: Annotated[str, Meta(pattern="^(label|age_gate|hide|quarantine)$")] | None = None
    item_id: Words | None = None


class _Proposal(msgspec.Struct, kw_only=True):
    rule: Words
    measures: Annotated[list[_Measure], Meta(max_length=20)]
    conduct_at: Count
    facts: Words
    explanation: Words
    lang: Words = "en"
    note: Words = ""
    ground: Annotated[str, Meta(pattern="^(incompatible|illegal)$")] = "incompatible"
    legal_ground: Words = ""
    severe: bool = False


@post(f"{PREFIX}/cases/{{case_id:str}}/propose", status_code=200)
async def post_propose(db: Db, session: Who, json_body: Body, case_id: FromPath[str]) -> Json:
    """Propose a decision, an interim measure included. What one person may decide is issued at once."""
    body = msgspec.convert(json_body, _Proposal)
    wish = Wish(
        rule_id=body.rule,
        measures=tuple(
            WantedMeasure(
                type=one.type,  # type: ignore[arg-type]  # by its pattern
                length_ms=one.length_ms,
                capabilities=tuple(sorted(one.capabilities)),
                step=one.step,  # type: ignore[arg-type]  # by its pattern
                item_id=one.item_id,
            )
            for one in body.measures
        ),
        conduct_at=body.conduct_at,
        facts=body.facts,
        explanation=body.explanation,
        lang=body.lang,
        note=body.note,
        ground=body.ground,  # type: ignore[arg-type]  # by its pattern
        legal_ground=body.legal_ground,
        severe=body.severe,
    )
    made = await db.write(decide.propose, session.user_id, CaseId(case_id), wish)
    return show_staff.show_pending(made)


@post(f"{PREFIX}/decisions/next", status_code=200)
async def post_next_decision(db: Db, session: Who) -> Json:
    """Get something that waits for a person other than those who decided it so far."""
    found = await db.read(decide.next_decision, session.user_id)
    if found is None:
        return {"asks": None}
    asks, id = found
    return {
        "asks": asks,
        "decision": await db.read(show_staff.show_proposal, session.user_id, id),
    }


@get(f"{PREFIX}/decisions/{{decision_id:str}}")
async def get_proposal(db: Db, session: Who, decision_id: FromPath[str]) -> Json:
    """Read what is proposed, to approve or reject it."""
    return await db.read(show_staff.show_proposal, session.user_id, DecisionId(decision_id))


@post(f"{PREFIX}/decisions/{{decision_id:str}}/approve", status_code=200)
async def post_approve(db: Db, session: Who, decision_id: FromPath[str]) -> Json:
    """Approve what somebody else proposed."""
    made = await db.write(decide.approve, session.user_id, DecisionId(decision_id))
    return show_staff.show_pending(made)


@post(f"{PREFIX}/decisions/{{decision_id:str}}/confirm", status_code=200)
async def post_confirm(db: Db, session: Who, decision_id: FromPath[str]) -> Json:
    """Release what the brake on mass sanctions holds."""
    made = await db.write(decide.confirm, session.user_id, DecisionId(decision_id))
    return show_staff.show_pending(made)


@post(f"{PREFIX}/decisions/{{decision_id:str}}/reject", status_code=200)
async def post_reject(db: Db, session: Who, decision_id: FromPath[str]) -> Json:
    """Say no to what somebody else proposed."""
    made = await db.write(decide.reject, session.user_id, DecisionId(decision_id))
    return show_staff.show_pending(made)


class _Lift(msgspec.Struct):
    cause: Annotated[str, Meta(pattern="^(lifted|annulled)$")] = "lifted"


@post(f"{PREFIX}/decisions/{{decision_id:str}}/lift", status_code=200)
async def post_lift(db: Db, session: Who, json_body: Body, decision_id: FromPath[str]) -> Json:
    """End everything that a decision holds."""
    cause: LiftCause = msgspec.convert(json_body, _Lift).cause  # type: ignore[assignment]  # by its pattern
    await db.write(decide.lift, session.user_id, DecisionId(decision_id), cause)
    return {}


class _Vote(msgspec.Struct):
    confirm: bool


@post(f"{PREFIX}/decisions/{{decision_id:str}}/vote", status_code=200)
async def post_vote(db: Db, session: Who, json_body: Body, decision_id: FromPath[str]) -> Json:
    """Say, as one of three, whether a block lasts longer than a suspension."""
    is_for = msgspec.convert(json_body, _Vote).confirm
    record = await db.write(decide.vote, session.user_id, DecisionId(decision_id), is_for=is_for)
    hearing = record.hearing
    return {"confirmed": None if hearing is None else hearing.is_confirmed}


@post(f"{PREFIX}/appeals/next", status_code=200)
async def post_next_appeal(db: Db, session: Who) -> Json:
    """Get the appeal one hears, or the one due first that one had no part in."""
    appeal = await db.write(appeals.next_appeal, session.user_id)
    if appeal is None:
        return {"appeal": None}
    return {"appeal": await db.read(show_staff.show_appeal, session.user_id, appeal.id)}


@post(f"{PREFIX}/appeals/{{appeal_id:str}}/recuse", status_code=200)
async def post_recuse_appeal(db: Db, session: Who, appeal_id: FromPath[str]) -> Json:
    """Step back from an appeal and its case for good."""
    await db.write(appeals.recuse, session.user_id, AppealId(appeal_id))
    return {}


class _Ruling(msgspec.Struct, kw_only=True):
    outcome: Annotated[str, Meta(pattern="^(upheld|reduced|overturned|inadmissible)$")]
    reasons: Words
    ends_at: Count | None = None
    capabilities: Annotated[list[Words], Meta(max_length=50)] = []


@post(f"{PREFIX}/appeals/{{appeal_id:str}}/decide", status_code=200)
async def post_decide_appeal(
    db: Db, session: Who, json_body: Body, appeal_id: FromPath[str]
) -> Json:
    """Answer an appeal, with reasons."""
    body = msgspec.convert(json_body, _Ruling)
    outcome: Outcome = body.outcome  # type: ignore[assignment]  # by its pattern
    reduction = None
    if body.ends_at is not None:
        reduction = Reduction(
            ends_at=TimestampMs(body.ends_at), capabilities=tuple(sorted(body.capabilities))
        )
    await db.write(
        appeals.rule, session.user_id, AppealId(appeal_id), outcome, body.reasons, reduction
    )
    return {}


class _Conflict(msgspec.Struct):
    about: Words
    until: Count


@post(f"{PREFIX}/conflicts", status_code=200)
async def post_conflict(db: Db, session: Who, json_body: Body) -> Json:
    """Declare to be no judge of a person or a topic."""
    body = msgspec.convert(json_body, _Conflict)
    await db.write(people.declare_conflict, session.user_id, body.about, body.until)
    return {}


ROUTES = [
    post_next_case,
    get_case,
    post_recuse,
    post_dismiss,
    post_propose,
    post_next_decision,
    get_proposal,
    post_approve,
    post_confirm,
    post_reject,
    post_lift,
    post_vote,
    post_next_appeal,
    post_recuse_appeal,
    post_decide_appeal,
    post_conflict,
]
