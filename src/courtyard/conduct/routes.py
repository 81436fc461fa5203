"""HTTP for everybody: the rules, one's own standing, decisions and appeals.

Reports are in `routes_reports`; what the staff does is in `routes_staff` and `routes_care`.

All of it answers a suspended account too: none of it needs a capability that can be taken away, but for reports that are not
urgent and repeated appeals.
"""

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.conduct import appeal as appeals
from courtyard.conduct import (
    matrix_reports,
    proof,
    publish,
    routes_admin,
    routes_care,
    routes_legal,
    routes_mail,
    routes_public,
    routes_reports,
    routes_staff,
    rules_ruleset,
    rules_text,
    standing,
)
from courtyard.conduct.model import AppealId, DecisionId
from courtyard.conduct.model_rules import RuleSet
from courtyard.conduct.rules_gate import PREFIX
from courtyard.gate import withheld
from courtyard.gate.rules_withheld import note
from courtyard.rooms.read_access import Asker
from courtyard.storage.database import Database

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]

Words = Annotated[str, Meta(max_length=20_000)]
"""Any text; the rules say how long it may be, and in which words it is refused."""


# --- Matrix ---------------------------------------------------------------------------------------------


class _Reason(msgspec.Struct):
    reason: Words = ""


class _NeededReason(msgspec.Struct):
    reason: Words


@post("/_matrix/client/v3/rooms/{room_id:str}/report/{event_id:str}", status_code=200)
async def post_report_event(
    db: Db,
    session: Who,
    json_body: Body,
    room_id: FromPath[str],
    event_id: FromPath[str],
) -> Json:
    """spec: client-server-api#post_matrixclientv3roomsroomidreporteventid."""
    reason = msgspec.convert(json_body, _Reason).reason
    asker = Asker(session.user_id, session.device_id)
    await db.write(matrix_reports.report_event, asker, RoomId(room_id), EventId(event_id), reason)
    return {}


@post("/_matrix/client/v3/rooms/{room_id:str}/report", status_code=200)
async def post_report_room(db: Db, session: Who, json_body: Body, room_id: FromPath[str]) -> Json:
    """spec: client-server-api#post_matrixclientv3roomsroomidreport."""
    reason = msgspec.convert(json_body, _NeededReason).reason
    await db.write(matrix_reports.report_room, session.user_id, RoomId(room_id), reason)
    return {}


@post("/_matrix/client/v3/users/{user_id:str}/report", status_code=200)
async def post_report_user(db: Db, session: Who, json_body: Body, user_id: FromPath[str]) -> Json:
    """spec: client-server-api#post_matrixclientv3usersuseridreport."""
    reason = msgspec.convert(json_body, _NeededReason).reason
    await db.write(matrix_reports.report_user, session.user_id, UserId(user_id), reason)
    return {}


# --- rules ----------------------------------------------------------------------------------------------


@get(f"{PREFIX}/rules")
async def get_rules(db: Db) -> Json:
    """Tell which versions of the rules there are, and the newest one. DSA art. 14."""
    found = await db.read(publish.rulesets)
    return {
        "versions": [
            {
                "version": one.version,
                "published_at": one.published_at,
                "effective_at": one.effective_at,
                "sha256": rules_ruleset.sha256(one),
            }
            for one in found
        ],
        "newest": rules_ruleset.show(found[-1]) if found else None,
    }


async def _version(db: Database, version: str) -> RuleSet:
    for one in await db.read(publish.rulesets):
        if str(one.version) == version:
            return one
    message = "There is no such version of the rules."
    raise NotFoundError(message)


@get(f"{PREFIX}/rules/{{version:str}}")
async def get_rules_version(db: Db, version: FromPath[str]) -> Json:
    """Return one version of the rules, with its fingerprint."""
    return rules_ruleset.show(await _version(db, version))


@get(f"{PREFIX}/rules/{{version:str}}/text")
async def get_rules_text(
    db: Db, version: FromPath[str], lang: FromQuery[str | None] = None
) -> Response[str]:
    """Return one version of the rules as a page for people, in the wanted language if there is one."""
    ruleset = await _version(db, version)
    chosen = rules_text.choose(ruleset, lang or "en")
    return Response(
        rules_text.render(ruleset, chosen),
        media_type="text/markdown",
        headers={"Content-Language": chosen},
    )


# --- what is withheld ----------------------------------------------------------------------------------


@get(f"{PREFIX}/withheld/{{item_type:str}}/{{item_id:str}}")
async def get_withheld(db: Db, item_type: FromPath[str], item_id: FromPath[str]) -> Json:
    """Tell anybody why something is withheld, by which decision and until when."""
    row = await db.read(withheld.find, item_type, item_id)
    if row is None:
        message = "Nothing withholds this."
        raise NotFoundError(message)
    return {"item_type": item_type, "item_id": item_id} | note(row)


# --- one's own decisions --------------------------------------------------------------------------------


@get(f"{PREFIX}/standing")
async def get_standing(db: Db, session: Who) -> Json:
    """Tell what restricts the account now."""
    return await db.read(standing.standing, session.user_id)


@get(f"{PREFIX}/decisions")
async def get_decisions(db: Db, session: Who) -> Json:
    """Return every decision about the account, the newest first."""
    return await db.read(standing.decisions, session.user_id)


@get(f"{PREFIX}/decisions/{{decision_id:str}}")
async def get_decision(db: Db, session: Who, decision_id: FromPath[str]) -> Json:
    """Return one decision about the account."""
    return await db.read(standing.decision, session.user_id, DecisionId(decision_id))


@get(f"{PREFIX}/decisions/{{decision_id:str}}/statement")
async def get_statement(db: Db, session: Who, decision_id: FromPath[str]) -> Json:
    """Return the statement of reasons of a decision about the account. DSA art. 17."""
    return await db.read(standing.statement, session.user_id, DecisionId(decision_id))


@get(f"{PREFIX}/decisions/{{decision_id:str}}/proof")
async def get_proof(db: Db, session: Who, decision_id: FromPath[str]) -> Response[bytes]:
    """Return the `.tlog-proof` of a decision about the account."""
    found = await db.read(proof.decision_proof, session.user_id, DecisionId(decision_id))
    return Response(found, media_type="text/plain")


class _Appeal(msgspec.Struct):
    text: Words
    new_evidence: bool = False


class _AppealByKey(_Appeal):
    key: Words = ""


@post(f"{PREFIX}/decisions/{{decision_id:str}}/appeals", status_code=200)
async def post_appeal(db: Db, session: Who, json_body: Body, decision_id: FromPath[str]) -> Json:
    """Appeal a decision. DSA art. 20."""
    body = msgspec.convert(json_body, _Appeal)
    made = await db.write(
        appeals.submit,
        session.user_id,
        DecisionId(decision_id),
        body.text,
        has_new_evidence=body.new_evidence,
    )
    return standing.show_appeal(made)


@get(f"{PREFIX}/appeals/{{appeal_id:str}}")
async def get_appeal(db: Db, session: Who, appeal_id: FromPath[str]) -> Json:
    """Return one's own appeal, with the answer once there is one."""
    return standing.show_appeal(await db.read(appeals.get, session.user_id, AppealId(appeal_id)))


@delete(f"{PREFIX}/appeals/{{appeal_id:str}}", status_code=200)
async def delete_appeal(db: Db, session: Who, appeal_id: FromPath[str]) -> Json:
    """Take one's own appeal back."""
    return standing.show_appeal(
        await db.write(appeals.withdraw, session.user_id, AppealId(appeal_id))
    )


@post(f"{PREFIX}/appeals/by-key", status_code=200)
async def post_appeal_by_key(db: Db, json_body: Body) -> Json:
    """Appeal a decision with the key that came with its statement, without a login."""
    body = msgspec.convert(json_body, _AppealByKey)
    made = await db.write(
        appeals.submit_by_key, body.key, body.text, has_new_evidence=body.new_evidence
    )
    return standing.show_appeal(made)


@get(f"{PREFIX}/appeals/by-key/{{key:str}}")
async def get_appeals_by_key(db: Db, key: FromPath[str]) -> Json:
    """Return the appeals against the decision that a key is for, without a login."""
    record = await db.read(appeals.by_key, key)
    return {"appeals": [standing.show_appeal(one) for one in record.appeals]}


ROUTES = [
    post_report_event,
    post_report_room,
    post_report_user,
    get_rules,
    get_rules_version,
    get_rules_text,
    get_withheld,
    get_standing,
    get_decisions,
    get_decision,
    get_statement,
    get_proof,
    post_appeal,
    get_appeal,
    delete_appeal,
    post_appeal_by_key,
    get_appeals_by_key,
    *routes_admin.ROUTES,
    *routes_mail.ROUTES,
    *routes_care.ROUTES,
    *routes_reports.ROUTES,
    *routes_staff.ROUTES,
    *routes_legal.ROUTES,
    *routes_public.ROUTES,
]
