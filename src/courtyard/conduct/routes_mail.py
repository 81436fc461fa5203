"""HTTP for the address to which an account wants mail about decisions. It answers a suspended account too."""

from typing import Annotated, Any

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.conduct import mail
from courtyard.conduct.rules_gate import PREFIX
from courtyard.storage.database import Database

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]

Line = Annotated[str, Meta(max_length=1_000)]


class _Address(msgspec.Struct):
    address: Line


class _Code(msgspec.Struct):
    code: Line


@get(f"{PREFIX}/mail")
async def get_mail(db: Db, session: Who) -> Json:
    """Tell where the account gets mail."""
    return await db.read(mail.show_mail, session.user_id)


@put(f"{PREFIX}/mail", status_code=200)
async def put_mail(db: Db, session: Who, json_body: Body) -> Json:
    """Send a code to an address that the account wants mail at."""
    address = msgspec.convert(json_body, _Address).address
    await db.write(mail.set_address, session.user_id, address)
    return await db.read(mail.show_mail, session.user_id)


@post(f"{PREFIX}/mail/confirm", status_code=200)
async def post_mail_confirm(db: Db, session: Who, json_body: Body) -> Json:
    """Confirm the address with its code."""
    await db.write(mail.confirm, session.user_id, msgspec.convert(json_body, _Code).code)
    return await db.read(mail.show_mail, session.user_id)


@delete(f"{PREFIX}/mail", status_code=200)
async def delete_mail(db: Db, session: Who) -> Json:
    """Get no mail any more."""
    await db.write(mail.forget_address, session.user_id)
    return {}


ROUTES = [get_mail, put_mail, post_mail_confirm, delete_mail]
