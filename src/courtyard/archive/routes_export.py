"""HTTP of archives: asking for one, hearing how far it is, fetching its parts.

Every state of an account is answered (P3). Who is locked out for their security gives the password once more: a lock is there because
somebody else may hold a token, and an archive is all there is.

Source: reference/conduct.md 7.6.
"""

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse

from courtyard.accounts import uia
from courtyard.accounts.model import Session, UserLockedError
from courtyard.accounts.request import client_address, header, session_of
from courtyard.archive import rules_export as rules
from courtyard.archive.builder import Builder
from courtyard.archive.export import find_export, find_part, mark_downloaded, request_export
from courtyard.archive.model import Export, Part, State
from courtyard.base import json_limits
from courtyard.base.errors import InvalidParamError, UnavailableError
from courtyard.media.rules import matches, parse_range
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database
from courtyard.storage.signing_key import SigningKey

PREFIX: Final = "/_courtyard/conduct/v1/export"

Web = Request[Any, Any, Any]

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
"""The number of a part. There is no part 0."""


@post(PREFIX, status_code=200)
async def post_export(
    request: Web, db: NamedDependency[Database], signing_key: NamedDependency[SigningKey]
) -> dict[str, object]:
    """Begin an archive, or tell of the one under way.

    Source: reference/conduct.md 7.6.
    """
    body = await request.body()
    auth = json_limits.decode_object(body).get("auth") if body else None
    session, locked = _session(db, request)
    if locked is not None:
        await uia.complete(
            db,
            auth,
            operation="POST /export",
            user_id=session.user_id,
            ip=client_address(request.scope, db.world.settings),
        )
    unlocked = None if locked is None else session.device_id
    export_id = await db.write(request_export, session.user_id, unlocked)
    return await _told(db, signing_key, session, export_id)


@get(f"{PREFIX}/{{export_id:str}}")
async def get_export(
    request: Web,
    db: NamedDependency[Database],
    signing_key: NamedDependency[SigningKey],
    export_id: FromPath[str],
) -> dict[str, object]:
    """Tell how far an archive is, and what its parts are.

    Source: reference/conduct.md 7.6.
    """
    session, locked = _session(db, request)
    export, _, _ = await db.read(find_export, session.user_id, export_id)
    _must_have_shown(export, session, locked)
    return await _told(db, signing_key, session, export_id)


@get(f"{PREFIX}/{{export_id:str}}/parts/{{number:str}}")
async def get_part(
    request: Web,
    db: NamedDependency[Database],
    archives: NamedDependency[BlobStore],
    export_id: FromPath[str],
    number: FromPath[str],
) -> ASGIResponse:
    """Return one zip file, or the bytes of it that are asked for, so that a broken download goes on.

    Source: reference/conduct.md 7.6; RFC 9110, 14 (Range) and 13.1.5 (If-Range).
    """
    session, locked = _session(db, request)
    n = int(number) if _NUMBER.fullmatch(number) else 0
    export, part = await db.read(find_part, session.user_id, export_id, n)
    _must_have_shown(export, session, locked)
    return await _bytes(request, db, archives, export, part)


def _session(db: Database, request: Web) -> tuple[Session, UserLockedError | None]:
    """Return who asks, and the refusal that a locked account would otherwise get."""
    try:
        return session_of(db, request.scope), None
    except UserLockedError as error:
        return session_of(db, request.scope, allow_locked=True), error


def _must_have_shown(export: Export, session: Session, locked: UserLockedError | None) -> None:
    """Let a locked account in on the device that has given the password, and on no other."""
    if locked is not None and export.device_id != session.device_id:
        raise locked


async def _told(
    db: Database, key: SigningKey, session: Session, export_id: str
) -> dict[str, object]:
    export, parts, state = await db.read(find_export, session.user_id, export_id)
    path = f"{PREFIX}/{export_id}"
    told: dict[str, object] = {
        "id": export_id,
        "state": state.value,
        "path": path,
        "requested_at": export.requested_at,
        # For `courtyard archive verify --key`.
        "signed_by": f"{key.key_id}={key.public_key}",
        "parts": [_told_part(path, part) for part in parts],
    }
    later = {
        "snapshot_at": export.snapshot_at,
        "ready_at": export.ready_at,
        "expires_at": export.expires_at,
        "renewable_at": rules.renewable_at(export),
    }
    told |= {name: value for name, value in later.items() if value is not None}
    if state in (State.REQUESTED, State.BUILDING):
        told["attempts"] = export.attempts
    progress = db.world.memory(Builder).progress_of(export_id)
    if progress is not None:
        told["progress"] = {
            "files": progress.files,
            "size_bytes": progress.size_bytes,
            "rooms": progress.rooms,
            "rooms_total": progress.rooms_total,
        }
    return told


def _told_part(path: str, part: Part) -> dict[str, object]:
    return {
        "n": part.n,
        "path": f"{path}/parts/{part.n}",
        "sha256": part.sha256,
        "size_bytes": part.size_bytes,
        "downloaded": part.is_downloaded,
    }


async def _bytes(
    request: Web, db: Database, archives: BlobStore, export: Export, part: Part
) -> ASGIResponse:
    etag = f'"{part.sha256}"'
    account = export.user_id[1:].partition(":")[0]
    plain = "".join(mark if mark.isascii() and mark.isalnum() else "-" for mark in account)
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="courtyard-{plain[:64]}-{part.n}.zip"',
    }
    if matches(header(request.scope, b"if-none-match"), etag):
        return ASGIResponse(status_code=304, headers=headers)
    status, start, end = 200, 0, part.size_bytes
    wanted = header(request.scope, b"range")
    condition = header(request.scope, b"if-range")
    if condition is not None and condition.strip() != etag:
        wanted = None
    try:
        piece = parse_range(wanted, part.size_bytes)
    except InvalidParamError as error:
        return ASGIResponse(
            body=msgspec.json.encode({"errcode": "M_UNKNOWN", "error": error.message}),
            status_code=416,
            headers={"Content-Range": f"bytes */{part.size_bytes}"},
            media_type="application/json",
        )
    if piece is not None:
        start, end = piece
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{part.size_bytes}"
    body = archives.stream(part.key, start=start, end=end)
    # The first piece is fetched here: that the file has just been deleted can then still be said with a 404.
    first = await anext(body, b"")
    return ASGIStreamingResponse(
        iterator=_sent(db, export, part, first, body, is_last=end == part.size_bytes),
        status_code=status,
        media_type="application/zip",
        headers={**headers, "Content-Length": str(end - start)},
    )


async def _sent(
    db: Database,
    export: Export,
    part: Part,
    first: bytes,
    rest: AsyncIterator[bytes],
    *,
    is_last: bool,
) -> AsyncIterator[bytes]:
    """Yield the bytes; before the last of the file goes, note that it was fetched: who has all of it finds that noted."""
    held = first
    async for piece in rest:
        yield held
        held = piece
    if is_last and not part.is_downloaded:
        # It is fetched all the same; the mark is only for the eye.
        with suppress(UnavailableError):
            await db.write(mark_downloaded, export.export_id, part.n)
    yield held


ROUTES: list[HTTPRouteHandler] = [post_export, get_export, get_part]
