"""HTTP for statements: one's own, and a shop's. Nothing can take these answers away (P3), so nothing asks the gate."""

from collections.abc import AsyncIterator, Callable
from typing import Final

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream

from courtyard.base.errors import InvalidParamError
from courtyard.base.page import HEADERS, choose_lang
from courtyard.base.whole_number import parse_whole_number
from courtyard.storage.database import Database
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops.edge import PREFIX, SHOP, By, Db, Http, Who
from courtyard.wallet.statements import statement as statements
from courtyard.wallet.statements.as_camt import as_camt
from courtyard.wallet.statements.as_page import ENTRIES_MAX, as_page
from courtyard.wallet.statements.as_text import as_csv, as_json
from courtyard.wallet.statements.model import Statement
from courtyard.wallet.statements.rules import parse_file

Writer = Callable[[Database, Statement], AsyncIterator[bytes]]

WRITERS: Final[dict[str, tuple[Writer, str]]] = {
    "csv": (as_csv, "text/csv"),
    "json": (as_json, "application/json"),
    "xml": (as_camt, "application/xml"),
}
PRIVATE: Final = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


@get(f"{PREFIX}/statements/{{currency:str}}/{{file:str}}")
async def get_statement(
    db: Db,
    session: Who,
    request: Http,
    currency: FromPath[str],
    file: FromPath[str],
    start: FromQuery[str | None] = None,
    lang: FromQuery[str | None] = None,
) -> Response[bytes] | Stream:
    """Return a month of one currency: `/statements/EUR/2026-10.csv`, `.json`, `.xml` (camt.053) or `.html`."""
    month, format = parse_file(file, db.world.clock.now_ms())
    found = await db.read(statements.of_user, session.user_id, currency, month, format)
    return await _told(db, request, found, format, start, lang)


@get(f"{SHOP}/statements/{{currency:str}}/{{file:str}}")
async def get_merchant_statement(
    db: Db,
    asker: By,
    request: Http,
    merchant_id: FromPath[str],
    currency: FromPath[str],
    file: FromPath[str],
    start: FromQuery[str | None] = None,
    lang: FromQuery[str | None] = None,
) -> Response[bytes] | Stream:
    """Return a month of a shop, to its owner or its own server, in the same forms."""
    month, format = parse_file(file, db.world.clock.now_ms())
    id = MerchantId(merchant_id)
    found = await db.read(statements.of_merchant, asker, id, currency, month, format)
    return await _told(db, request, found, format, start, lang)


async def _told(
    db: Database,
    request: Http,
    found: Statement,
    format: str,
    start: str | None,
    lang: str | None,
) -> Response[bytes] | Stream:
    if format == "html":
        return await _page(db, request, found, start, lang)
    writer, media_type = WRITERS[format]
    name = f"statement-{found.currency.code}-{found.month.name}.{format}"
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(writer(db, found), media_type=media_type, headers=headers)


async def _page(
    db: Database, request: Http, found: Statement, start: str | None, lang: str | None
) -> Response[bytes]:
    after = 0 if start is None else parse_whole_number(start, 18)
    if after is None:
        message = "A page begins after the number of an entry."
        raise InvalidParamError(message)
    chosen = choose_lang(lang, request.headers.get("accept-language", ""))
    entries = await db.read(statements.page, found, after, ENTRIES_MAX)
    text = as_page(found, entries, chosen, db.world.settings.server_name)
    headers = {**HEADERS, **PRIVATE, "Content-Language": chosen}
    return Response(text.encode(), media_type="text/html", headers=headers)


ROUTES = [get_statement, get_merchant_statement]
