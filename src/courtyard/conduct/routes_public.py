"""HTTP for everybody, below `/transparency`: pages for people, and the same as data for programs.

Where an address has both, whoever asks for HTML gets the page and everybody else the data.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response, Stream

from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.page import HEADERS, choose_lang
from courtyard.base.whole_number import parse_whole_number
from courtyard.conduct import page_views, public, publish, rules_public
from courtyard.conduct.model import DecisionId
from courtyard.conduct.model_legal import LegalId
from courtyard.conduct.page_views import ROOT, Frame
from courtyard.conduct.page_words import Words
from courtyard.conduct.public import Batch
from courtyard.conduct.rules_leaf import day
from courtyard.storage.database import Database
from courtyard.transparency import status

Json = dict[str, Any]
Db = NamedDependency[Database]
Asked = Request[Any, Any, Any]
Lang = FromQuery[str | None]

DATA: Final = {"Cache-Control": "public, max-age=30", "Vary": "Accept, Accept-Language"}
NDJSON: Final = "application/x-ndjson"


# --- pages ----------------------------------------------------------------------------------------


def _frame(request: Asked, db: Database, lang: str | None) -> Frame:
    settings = db.world.settings
    chosen = choose_lang(lang, request.headers.get("accept-language", ""))
    base = settings.base_url
    return Frame(
        words=Words(chosen),
        server=settings.server_name,
        base=base.rstrip("/"),
        path=request.scope["path"],
        asked=lang in ("en", "zh"),
    )


def _html(frame: Frame, text: str) -> Response[bytes]:
    headers = {**HEADERS, "Content-Language": frame.words.tag}
    return Response(text.encode(), media_type="text/html", headers=headers)


def _json(value: object) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type="application/json", headers=DATA)


def _wants_page(request: Asked) -> bool:
    return "text/html" in request.headers.get("accept", "")


@get(ROOT)
async def get_overview(request: Asked, db: Db, lang: Lang = None) -> Response[bytes]:
    """Show the last twelve months in figures."""
    figures = await db.read(public.newest_figures)
    found = await db.read(public.gaps)
    this_year = int(day(db.world.clock.now_ms())[:4])
    first = max(public.FIRST_YEAR, this_year - 4)
    years = list(range(this_year, first - 1, -1))
    frame = _frame(request, db, lang)
    return _html(frame, page_views.overview(frame, figures, len(found), years))


@get(f"{ROOT}/decisions")
async def get_decisions_page(
    request: Asked, db: Db, before: FromQuery[str | None] = None, lang: Lang = None
) -> Response[bytes]:
    """Show decisions, the newest first, those before an index of the log."""
    lines = await db.read(public.newest_decisions, _index(before))
    is_full = len(lines) == public.PAGE
    older = int(lines[-1]["log_index"]) if is_full else None
    frame = _frame(request, db, lang)
    return _html(frame, page_views.decisions(frame, lines, is_first=before is None, older=older))


def _index(text: str | None) -> int:
    if text is None:
        return public.LAST_INDEX
    index = parse_whole_number(text, 15)
    if index is None:
        raise InvalidParamError("An index of the log is a whole number.")
    return index


@get(f"{ROOT}/decisions/{{decision_id:str}}")
async def get_decision_page(
    request: Asked, db: Db, decision_id: FromPath[str], lang: Lang = None
) -> Response[bytes]:
    """Show one decision, its entry in the log, and what became of it."""
    line = await db.read(public.decision_line, DecisionId(decision_id))
    if not _wants_page(request):
        return _json(line)
    frame = _frame(request, db, lang)
    return _html(frame, page_views.decision(frame, line))


@get(f"{ROOT}/decisions/{{decision_id:str}}/proof")
async def get_decision_proof(db: Db, decision_id: FromPath[str]) -> Response[bytes]:
    """Return the `.tlog-proof` of a decision: anybody could make it from the log's files."""
    found = await db.read(public.decision_proof, DecisionId(decision_id))
    return Response(found, media_type="text/plain")


@get(f"{ROOT}/rules")
async def get_rules_page(request: Asked, db: Db, lang: Lang = None) -> Response[bytes]:
    """Show the newest rules."""
    versions = await db.read(publish.rulesets)
    frame = _frame(request, db, lang)
    return _html(frame, page_views.rules(frame, versions, versions[-1] if versions else None))


@get(f"{ROOT}/rules/{{version:str}}")
async def get_rules_version_page(
    request: Asked, db: Db, version: FromPath[str], lang: Lang = None
) -> Response[bytes]:
    """Show one version of the rules."""
    versions = await db.read(publish.rulesets)
    shown = next((one for one in versions if str(one.version) == version), None)
    if shown is None:
        raise NotFoundError("There is no such version of the rules.")
    frame = _frame(request, db, lang)
    return _html(frame, page_views.rules(frame, versions, shown))


@get(f"{ROOT}/legal")
async def get_legal(request: Asked, db: Db, lang: Lang = None) -> Response[bytes]:
    """Show the legal requests that may be shown, and how many may not yet."""
    found = await db.read(public.legal_requests)
    if not _wants_page(request):
        return _json(found)
    frame = _frame(request, db, lang)
    return _html(frame, page_views.legal(frame, found))


@get(f"{ROOT}/legal/{{legal_id:str}}")
async def get_legal_one(
    request: Asked, db: Db, legal_id: FromPath[str], lang: Lang = None
) -> Response[bytes]:
    """Show one legal request, with what opens its entries in the log."""
    found = await db.read(public.legal_request, LegalId(legal_id))
    if not _wants_page(request):
        return _json(found)
    frame = _frame(request, db, lang)
    return _html(frame, page_views.legal_request(frame, found))


@get(f"{ROOT}/gaps")
async def get_gaps(request: Asked, db: Db, lang: Lang = None) -> Response[bytes]:
    """Show what this server does not meet now."""
    found = await db.read(public.gaps)
    frame = _frame(request, db, lang)
    if _wants_page(request):
        return _html(frame, page_views.gaps(frame, found))
    words = Words("en")
    told = [words(f"gap.{gap.name}", n=gap.count).replace("|", ". ") for gap in found]
    return _json(
        {
            "gaps": [
                {"name": gap.name, "count": gap.count, "text": text}
                for gap, text in zip(found, told, strict=True)
            ]
        }
    )


@get(f"{ROOT}/log")
async def get_log_page(request: Asked, db: Db, lang: Lang = None) -> Response[bytes]:
    """Show how the log stands, and how to verify it."""
    stands = await db.read(status.status)
    name = await db.read(status.log_name)
    frame = _frame(request, db, lang)
    return _html(frame, page_views.log(frame, stands, name))


# --- data -----------------------------------------------------------------------------------------


async def _lines(
    db: Database, batch: Callable[..., Batch], since: int, until: int
) -> AsyncIterator[bytes]:
    after: int | None = -1
    while after is not None:
        found = await db.read(batch, after, since, until)
        yield b"".join(msgspec.json.encode(line) + b"\n" for line in found.lines)
        after = found.after


def _stream(request: Asked, db: Database, batch: Callable[..., Batch], last: str | None) -> Stream:
    # `from` is a word of Python's, so it is no parameter.
    since, until = rules_public.day_bounds(request.query_params.get("from"), last)
    return Stream(_lines(db, batch, since, until), media_type=NDJSON, headers=DATA)


@get(f"{ROOT}/decisions.ndjson")
async def get_decisions_ndjson(request: Asked, db: Db, to: FromQuery[str | None] = None) -> Stream:
    """Return every decision as the log has it, with what became of it: one a line, from one day to another."""
    return _stream(request, db, public.decision_lines, to)


@get(f"{ROOT}/dsa.ndjson")
async def get_dsa_ndjson(request: Asked, db: Db, to: FromQuery[str | None] = None) -> Stream:
    """Return every decision that the log has not sealed, as the EU's database takes it (DSA art. 24(5))."""
    return _stream(request, db, public.dsa_lines, to)


@get(f"{ROOT}/reports/{{name:str}}")
async def get_year_report(db: Db, name: FromPath[str]) -> Response[bytes]:
    """Return the report of a year, `2026.json`. DSA art. 15, 24 and 42."""
    year, mark, rest = name.partition(".json")
    if not mark or rest or len(year) != 4 or not (year.isascii() and year.isdigit()):
        raise NotFoundError("A report is named YYYY.json.")
    return _json(await db.read(public.year_report, int(year)))


ROUTES = [
    get_overview,
    get_decisions_page,
    get_decision_page,
    get_decision_proof,
    get_rules_page,
    get_rules_version_page,
    get_legal,
    get_legal_one,
    get_gaps,
    get_log_page,
    get_decisions_ndjson,
    get_dsa_ndjson,
    get_year_report,
]
