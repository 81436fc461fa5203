"""HTTP for the staff: what authorities ask for."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.base.ids import TimestampMs, parse_user_id
from courtyard.conduct import legal, rules_legal
from courtyard.conduct.model import DecisionId, Item, ItemType
from courtyard.conduct.model_legal import (
    Authority,
    Extent,
    LegalId,
    LegalKind,
    LegalRecord,
    LegalRequest,
    LegalStep,
    Missing,
    Readable,
    Refusal,
)
from courtyard.storage.database import Database

PREFIX = "/_courtyard/staff/v1/legal-requests"

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]

Words = Annotated[str, Meta(max_length=20_000)]
Name = Annotated[str, Meta(min_length=1, max_length=255)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Moment = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Many = Meta(max_length=rules_legal.LIST_MAX)


class _Item(msgspec.Struct, kw_only=True):
    type: ItemType
    id: Name


class _Request(msgspec.Struct, kw_only=True):
    authority: Authority
    authority_name: Words
    country: Country
    legal_basis: Words
    kind: LegalKind
    summary: Words
    scope: Annotated[list[Country], Meta(max_length=64)] = []
    accounts: Annotated[list[Name], Many] = []
    items: Annotated[list[_Item], Many] = []
    gag_until: Moment | None = None
    concerns: Words | None = None


@post(PREFIX, status_code=200)
async def post_legal_request(db: Db, session: Who, json_body: Body) -> Json:
    """Take in a request of an authority."""
    body = msgspec.convert(json_body, _Request)
    request = LegalRequest(
        id=legal.new_id(),
        authority=body.authority,
        authority_name=body.authority_name,
        country=body.country,
        legal_basis=body.legal_basis,
        kind=body.kind,
        scope=tuple(sorted(set(body.scope))),
        summary=body.summary,
        accounts=tuple(sorted({parse_user_id(name) for name in body.accounts})),
        items=tuple(Item(type=one.type, id=one.id, version="") for one in body.items),
        received_at=db.world.clock.now_ms(),
        received_by=session.user_id,
        gag_until=None if body.gag_until is None else TimestampMs(body.gag_until),
        concerns=None if body.concerns is None else LegalId(body.concerns),
    )
    return show(await db.write(legal.receive, request), db.world.clock.now_ms())


@get(PREFIX)
async def get_legal_requests(db: Db, session: Who) -> Json:
    """List the requests, the newest first."""
    found = await db.read(legal.list_for_staff, session.user_id)
    now = db.world.clock.now_ms()
    return {"requests": [show(record, now) for record in found]}


@get(f"{PREFIX}/{{legal_id:str}}")
async def get_legal_request(db: Db, session: Who, legal_id: FromPath[str]) -> Json:
    """Read one request."""
    record = await db.read(legal.get_for_staff, session.user_id, LegalId(legal_id))
    return show(record, db.world.clock.now_ms())


async def _step(db: Database, session: Session, legal_id: str, **said: Any) -> Json:
    step = LegalStep(at=db.world.clock.now_ms(), by=session.user_id, **said)
    record = await db.write(legal.take_step, LegalId(legal_id), step)
    return show(record, step.at)


class _Validation(msgspec.Struct, kw_only=True):
    """What a complete request has."""

    official: bool
    items: bool
    law: bool


@post(f"{PREFIX}/{{legal_id:str}}/validate", status_code=200)
async def post_validate(db: Db, session: Who, json_body: Body, legal_id: FromPath[str]) -> Json:
    """Say whether a competent authority asks, about something that is named, by a law that is named."""
    body = msgspec.convert(json_body, _Validation)
    missing: tuple[Missing, ...] = tuple(
        name for name in ("official", "items", "law") if not getattr(body, name)
    )
    kind = "found_incomplete" if missing else "validated"
    return await _step(db, session, legal_id, kind=kind, missing=missing)


@post(f"{PREFIX}/{{legal_id:str}}/contest", status_code=200)
async def post_contest(db: Db, session: Who, legal_id: FromPath[str]) -> Json:
    """Say that the request is contested before the authority or a court."""
    return await _step(db, session, legal_id, kind="contested")


class _Compliance(msgspec.Struct, kw_only=True):
    extent: Extent
    data: Annotated[list[Readable], Meta(max_length=20)] = []
    decisions: Annotated[list[Name], Many] = []


@post(f"{PREFIX}/{{legal_id:str}}/comply", status_code=200)
async def post_comply(db: Db, session: Who, json_body: Body, legal_id: FromPath[str]) -> Json:
    """Say that the request was complied with, and how far. Another person than who took it in and validated it."""
    body = msgspec.convert(json_body, _Compliance)
    return await _step(
        db,
        session,
        legal_id,
        kind="complied",
        extent=body.extent,
        data=tuple(sorted(set(body.data))),
        decisions=tuple(DecisionId(id) for id in body.decisions),
    )


class _Cause(msgspec.Struct, kw_only=True):
    cause: Refusal


@post(f"{PREFIX}/{{legal_id:str}}/refuse", status_code=200)
async def post_refuse(db: Db, session: Who, json_body: Body, legal_id: FromPath[str]) -> Json:
    """Refuse a request, and say why."""
    cause = msgspec.convert(json_body, _Cause).cause
    return await _step(db, session, legal_id, kind="refused", refusal=cause)


@post(f"{PREFIX}/{{legal_id:str}}/notify", status_code=200)
async def post_notify(db: Db, session: Who, legal_id: FromPath[str]) -> Json:
    """Tell the accounts that the request concerns."""
    return await _step(db, session, legal_id, kind="user_notified")


class _Publication(msgspec.Struct, kw_only=True):
    gag_lifted: Literal[True, False] = False


@post(f"{PREFIX}/{{legal_id:str}}/publish", status_code=200)
async def post_publish(db: Db, session: Who, json_body: Body, legal_id: FromPath[str]) -> Json:
    """Close a request and log the hash of what everybody reads. With `gag_lifted`, its silence ends now."""
    is_lifted = msgspec.convert(json_body, _Publication).gag_lifted
    return await _step(db, session, legal_id, kind="published", ended_gag=is_lifted)


def show(record: LegalRecord, now_ms: int) -> Json:
    """Return a request as the staff sees it."""
    request = record.request
    return msgspec.to_builtins(request) | {  # type: ignore[no-any-return]  # a struct's is a dict
        "state": rules_legal.state(record),
        "steps": msgspec.to_builtins(record.steps),
        "public": rules_legal.is_public(record, now_ms),
        "silent_until": rules_legal.gag_end(record),
    }


ROUTES = [
    post_legal_request,
    get_legal_requests,
    get_legal_request,
    post_validate,
    post_contest,
    post_comply,
    post_refuse,
    post_notify,
    post_publish,
]
