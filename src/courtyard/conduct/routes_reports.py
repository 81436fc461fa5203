"""HTTP of reports: to make one, to see how far it has come, to complain. With an account, or with a key instead."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.accounts.request import client_address
from courtyard.accounts.throttle import Throttle
from courtyard.base.ids import EventId, UserId, parse_user_id
from courtyard.conduct import report, reporter
from courtyard.conduct.capture import Disclosure
from courtyard.conduct.model import Item, ItemType
from courtyard.conduct.model_cases import ReportId, ReportKind
from courtyard.conduct.rules_gate import PREFIX
from courtyard.gate.limits import REPORT
from courtyard.rooms.read_access import Asker
from courtyard.storage.database import Database

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]

Words = Annotated[str, Meta(max_length=20_000)]
"""Any text; the rules say how long it may be, and in which words it is refused."""


class _Claim(msgspec.Struct, kw_only=True):
    """What a report says; DSA art. 16(2)."""

    item_type: ItemType
    item_id: Words
    item_version: Words = ""
    subject: Words | None = None
    kind: ReportKind = "rule"
    category: Words
    explanation: Words = ""

    def item(self) -> Item:
        """Return what it is about."""
        return Item(type=self.item_type, id=self.item_id, version=self.item_version)

    def whose(self) -> UserId | None:
        """Return whose it is said to be."""
        return None if self.subject is None else parse_user_id(self.subject)


class _Disclosed(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    # Nothing else: who sends the key of a whole session hears that it is not taken.
    event_id: Words
    plaintext: dict[str, Any]
    message_key: Words = ""


class _Report(_Claim, kw_only=True):
    disclosed: Annotated[list[_Disclosed], Meta(max_length=100)] = []


class _Notice(_Claim, kw_only=True):
    contact: Words = ""
    good_faith: bool = False


class _Complaint(msgspec.Struct):
    text: Words


class _ComplaintByKey(_Complaint):
    key: Words


@post(f"{PREFIX}/reports", status_code=200)
async def post_report(db: Db, session: Who, json_body: Body) -> Json:
    """Report something. The answer is the receipt of DSA art. 16(4)."""
    body = msgspec.convert(json_body, _Report)
    report_id, disclosed = await db.write(
        report.report_item,
        Asker(session.user_id, session.device_id),
        body.item(),
        body.whose(),
        [
            Disclosure(
                event_id=EventId(one.event_id),
                plaintext=one.plaintext,
                message_key=one.message_key,
            )
            for one in body.disclosed
        ],
        kind=body.kind,
        category=body.category,
        explanation=body.explanation,
    )
    return {"report_id": report_id, "disclosed": msgspec.to_builtins(disclosed)}


@get(f"{PREFIX}/reports")
async def get_reports(db: Db, session: Who) -> Json:
    """Return what the account reported lately, also by Matrix's own endpoints."""
    return await db.read(reporter.reports, session.user_id)


@get(f"{PREFIX}/reports/{{report_id:str}}")
async def get_report(db: Db, session: Who, report_id: FromPath[str]) -> Json:
    """Return one's own report and every state that it has been in."""
    return await db.read(reporter.report, session.user_id, ReportId(report_id))


@post(f"{PREFIX}/reports/{{report_id:str}}/complaint", status_code=200)
async def post_complaint(db: Db, session: Who, json_body: Body, report_id: FromPath[str]) -> Json:
    """Complain that nothing was done. DSA art. 20(1)."""
    text = msgspec.convert(json_body, _Complaint).text
    return await db.write(reporter.complain, session.user_id, ReportId(report_id), text)


@post(f"{PREFIX}/notices", status_code=200)
async def post_notice(request: Request[Any, Any, Any], db: Db, json_body: Body) -> Json:
    """Report something without an account, as anybody may. DSA art. 16(1)."""
    address = client_address(request.scope, db.world.settings)
    now = db.world.clock.now_ms()
    db.world.memory(Throttle).spend(db.world.settings, REPORT, address, now)
    body = msgspec.convert(json_body, _Notice)
    report_id, key = await db.write(
        report.notice,
        body.item(),
        body.whose(),
        kind=body.kind,
        category=body.category,
        explanation=body.explanation,
        contact=body.contact,
        is_good_faith=body.good_faith,
    )
    return {"report_id": report_id, "key": key}


@get(f"{PREFIX}/notices/by-key/{{key:str}}")
async def get_notice_by_key(db: Db, key: FromPath[str]) -> Json:
    """Return what became of a notice, without a login."""
    return await db.read(reporter.report_by_key, key)


@post(f"{PREFIX}/notices/by-key", status_code=200)
async def post_complaint_by_key(db: Db, json_body: Body) -> Json:
    """Complain about what became of a notice, without a login."""
    body = msgspec.convert(json_body, _ComplaintByKey)
    return await db.write(reporter.complain_by_key, body.key, body.text)


ROUTES = [
    post_report,
    get_reports,
    get_report,
    post_complaint,
    post_notice,
    get_notice_by_key,
    post_complaint_by_key,
]
