"""HTTP for the staff: evidence, complaints of reporters, and misuse."""

import base64
import binascii
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.base.errors import InvalidParamError
from courtyard.conduct import complaint, evidence, misuse, show_staff
from courtyard.conduct.model import CaseId
from courtyard.conduct.model_cases import ComplaintId, ComplaintOutcome
from courtyard.conduct.model_evidence import EvidenceId
from courtyard.storage.database import Database

PREFIX = "/_courtyard/staff/v1"

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]

Words = Annotated[str, Meta(max_length=20_000)]


class _Piece(msgspec.Struct):
    data: str
    """The bytes, in base64."""
    content_type: Words = "text/plain"


@post(f"{PREFIX}/cases/{{case_id:str}}/evidence", status_code=200)
async def post_evidence(db: Db, session: Who, json_body: Body, case_id: FromPath[str]) -> Json:
    """Add something to the case one works on. It is sealed at once."""
    body = msgspec.convert(json_body, _Piece)
    try:
        data = base64.b64decode(body.data.encode(), validate=True)
    except binascii.Error as error:
        message = "The bytes come in base64."
        raise InvalidParamError(message) from error
    made = await db.write(evidence.add, session.user_id, CaseId(case_id), body.content_type, data)
    return {"evidence_id": made.id, "sha256": made.sha256, "captured_at": made.captured_at}


class _Look(msgspec.Struct):
    purpose: Words


@post(f"{PREFIX}/evidence/{{evidence_id:str}}/views", status_code=200)
async def post_view(
    db: Db, session: Who, json_body: Body, evidence_id: FromPath[str]
) -> Response[Json]:
    """Look at a piece of evidence, and say why. That one looked is written before the bytes go out."""
    purpose = msgspec.convert(json_body, _Look).purpose
    one, data = await db.write(evidence.view, session.user_id, EvidenceId(evidence_id), purpose)
    return Response(
        {
            "evidence_id": one.id,
            "kind": one.kind,
            "check": one.check,
            "content_type": one.content_type,
            "sha256": one.sha256,
            "data": base64.b64encode(data).decode(),
        },
        # What was looked at once is not kept by anybody's browser.
        headers={"Cache-Control": "no-store"},
    )


@post(f"{PREFIX}/complaints/next", status_code=200)
async def post_next_complaint(db: Db, session: Who) -> Json:
    """Get the complaint one hears, or the one due first that one had no part in."""
    found = await db.write(complaint.next_complaint, session.user_id)
    if found is None:
        return {"complaint": None}
    return {"complaint": await db.read(show_staff.show_complaint, session.user_id, found.id)}


@post(f"{PREFIX}/complaints/{{complaint_id:str}}/recuse", status_code=200)
async def post_recuse_complaint(db: Db, session: Who, complaint_id: FromPath[str]) -> Json:
    """Step back from a complaint and its case for good."""
    await db.write(complaint.recuse, session.user_id, ComplaintId(complaint_id))
    return {}


class _Answer(msgspec.Struct):
    outcome: ComplaintOutcome
    reasons: Words


@post(f"{PREFIX}/complaints/{{complaint_id:str}}/decide", status_code=200)
async def post_decide_complaint(
    db: Db, session: Who, json_body: Body, complaint_id: FromPath[str]
) -> Json:
    """Answer a complaint, with reasons: it stays, or the case is open again."""
    body = msgspec.convert(json_body, _Answer)
    await db.write(
        complaint.rule, session.user_id, ComplaintId(complaint_id), body.outcome, body.reasons
    )
    return {}


@post(f"{PREFIX}/misuse/next", status_code=200)
async def post_next_misuse(db: Db, session: Who) -> Json:
    """Get a case of misuse whose numbers ask for something, and what: a warning, or a pause of a length."""
    found = await db.write(misuse.next_case, session.user_id)
    if found is None:
        return {"case": None}
    case, advice = found
    return {
        "case": await db.read(show_staff.show_case, session.user_id, case.id),
        "advice": msgspec.to_builtins(advice),
    }


ROUTES = [
    post_evidence,
    post_view,
    post_next_complaint,
    post_recuse_complaint,
    post_decide_complaint,
    post_next_misuse,
]
