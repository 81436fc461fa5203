"""Files over HTTP: today's endpoints, and those that ask for no token.

spec: client-server-api#content-repository
"""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse

from courtyard.accounts.model import Session
from courtyard.accounts.request import header, session_of
from courtyard.base.errors import CourtyardError, InvalidParamError, NotFoundError
from courtyard.base.settings import Settings
from courtyard.media import download, intake, previews, rules, upload
from courtyard.media.model import Declared, Media, MediaId, Picture
from courtyard.media.rules_thumbnails import choose
from courtyard.media.thumbnails import find_or_make
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database

V1 = "/_matrix/client/v1/media"
LEGACY = "/_matrix/media/v3"
ITEM = "{server_name:str}/{media_id:str}"

Web = Request[Any, Any, Any]

# Bytes under an id never change. Private: a shared cache would outlive the deletion of a file.
CACHE = "private, max-age=86400, immutable"


# --- up ---------------------------------------------------------------------------------------


@post(f"{LEGACY}/upload", status_code=200, request_max_body_size=None)
async def upload_content(
    request: Web,
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    filename: FromQuery[str | None] = None,
) -> dict[str, str]:
    """Keep a file and return its URI.

    spec: client-server-api#post_matrixmediav3upload
    """
    media_id = await _take(request, db, blobs, filename)
    return {"content_uri": _uri(db.world.settings, media_id)}


@post("/_matrix/media/v1/create", status_code=200)
async def create_content(
    db: NamedDependency[Database], session: NamedDependency[Session]
) -> dict[str, object]:
    """Give out a URI whose bytes come later.

    spec: client-server-api#post_matrixmediav1create
    """
    media_id, expires_at = await db.write(upload.create_pending, session.user_id)
    return {"content_uri": _uri(db.world.settings, media_id), "unused_expires_at": expires_at}


@put(f"{LEGACY}/upload/{ITEM}", request_max_body_size=None)
async def upload_content_to_uri(
    request: Web,
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    server_name: FromPath[str],
    media_id: FromPath[str],
    filename: FromQuery[str | None] = None,
) -> dict[str, str]:
    """Give a URI its bytes.

    spec: client-server-api#put_matrixmediav3uploadservernamemediaid
    """
    await _take(request, db, blobs, filename, (server_name, media_id))
    return {}


async def _take(
    request: Web,
    db: Database,
    blobs: BlobStore,
    filename: str | None,
    pending: tuple[str, str] | None = None,
) -> MediaId:
    """Let `intake` have the body; `pending` is the server name and media id that it is for."""
    body, announced_bytes = request.stream(), _announced(request)
    try:
        # Not a dependency: an expired token, too, is told to somebody in the middle of sending.
        session = session_of(db, request.scope)
        if pending is not None and pending[0] != db.world.settings.server_name:
            raise NotFoundError("There is no such upload.")
        media_id = None if pending is None else rules.parse_media_id(pending[1])
        declared = _declared(request, filename)
        return await intake.take(
            db, blobs, session.user_id, declared, body, announced_bytes, media_id
        )
    except CourtyardError:
        await intake.ignore(body, announced_bytes, db.world.settings.upload_bytes_max)
        raise


# --- down, with a token -----------------------------------------------------------------------


@get(f"{V1}/download/{ITEM}")
async def download_content(
    request: Web,
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    session: NamedDependency[Session],
    server_name: FromPath[str],
    media_id: FromPath[str],
    timeout_ms: FromQuery[int] = download.TIMEOUT_DEFAULT_MS,
) -> ASGIResponse:
    """Return a file.

    spec: client-server-api#get_matrixclientv1mediadownloadservernamemediaid
    """
    media = await download.find(db, server_name, media_id, timeout_ms, session.user_id)
    return await _file(request, blobs, media, media.filename)


@get(f"{V1}/download/{ITEM}/{{file_name:str}}")
async def download_content_as(
    request: Web,
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    session: NamedDependency[Session],
    server_name: FromPath[str],
    media_id: FromPath[str],
    file_name: FromPath[str],
    timeout_ms: FromQuery[int] = download.TIMEOUT_DEFAULT_MS,
) -> ASGIResponse:
    """Return a file under a name that the asker gives it.

    spec: client-server-api#get_matrixclientv1mediadownloadservernamemediaidfilename
    """
    media = await download.find(db, server_name, media_id, timeout_ms, session.user_id)
    return await _file(request, blobs, media, rules.clean_filename(file_name))


@get(f"{V1}/thumbnail/{ITEM}")
async def get_thumbnail(
    request: Web,
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    session: NamedDependency[Session],
    server_name: FromPath[str],
    media_id: FromPath[str],
    width: FromQuery[int],
    height: FromQuery[int],
    method: FromQuery[str] = "scale",
    animated: FromQuery[bool] = False,  # noqa: FBT002  # a query parameter
    timeout_ms: FromQuery[int] = download.TIMEOUT_DEFAULT_MS,
) -> ASGIResponse:
    """Return a small version of a picture.

    spec: client-server-api#get_matrixclientv1mediathumbnailservernamemediaid
    """
    media = await download.find(db, server_name, media_id, timeout_ms, session.user_id)
    return await _thumbnail(request, db, blobs, media, (width, height), method, animated=animated)


@get([f"{V1}/config", f"{LEGACY}/config"])
async def get_config(
    settings: NamedDependency[Settings],
    session: NamedDependency[Session],  # noqa: ARG001  # needs a token
) -> dict[str, int]:
    """Say how large a file may be.

    spec: client-server-api#get_matrixclientv1mediaconfig
    """
    return {"m.upload.size": settings.upload_bytes_max}


@get([f"{V1}/preview_url", f"{LEGACY}/preview_url"])
async def preview_url(
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    session: NamedDependency[Session],
    url: FromQuery[str],
) -> dict[str, str | int]:
    """Tell what a page says about itself, if the operator wants pages to be looked at.

    spec: client-server-api#get_matrixclientv1mediapreview_url
    """
    return await previews.preview(db, blobs, session.user_id, url)


# --- down, without ----------------------------------------------------------------------------


@get(f"{LEGACY}/download/{ITEM}")
async def download_legacy(
    request: Web,
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    server_name: FromPath[str],
    media_id: FromPath[str],
    timeout_ms: FromQuery[int] = download.TIMEOUT_DEFAULT_MS,
) -> ASGIResponse:
    """Return a file to anybody, if the operator wants that.

    spec: client-server-api#get_matrixmediav3downloadservernamemediaid
    """
    _must_serve_legacy(db)
    media = await download.find(db, server_name, media_id, timeout_ms)
    return await _file(request, blobs, media, media.filename)


@get(f"{LEGACY}/download/{ITEM}/{{file_name:str}}")
async def download_legacy_as(
    request: Web,
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    server_name: FromPath[str],
    media_id: FromPath[str],
    file_name: FromPath[str],
    timeout_ms: FromQuery[int] = download.TIMEOUT_DEFAULT_MS,
) -> ASGIResponse:
    """Return a file to anybody, under a name that the asker gives it.

    spec: client-server-api#get_matrixmediav3downloadservernamemediaidfilename
    """
    _must_serve_legacy(db)
    media = await download.find(db, server_name, media_id, timeout_ms)
    return await _file(request, blobs, media, rules.clean_filename(file_name))


@get(f"{LEGACY}/thumbnail/{ITEM}")
async def thumbnail_legacy(
    request: Web,
    db: NamedDependency[Database],
    blobs: NamedDependency[BlobStore],
    server_name: FromPath[str],
    media_id: FromPath[str],
    width: FromQuery[int],
    height: FromQuery[int],
    method: FromQuery[str] = "scale",
    animated: FromQuery[bool] = False,  # noqa: FBT002  # a query parameter
    timeout_ms: FromQuery[int] = download.TIMEOUT_DEFAULT_MS,
) -> ASGIResponse:
    """Return a small version of a picture to anybody.

    spec: client-server-api#get_matrixmediav3thumbnailservernamemediaid
    """
    _must_serve_legacy(db)
    media = await download.find(db, server_name, media_id, timeout_ms)
    return await _thumbnail(request, db, blobs, media, (width, height), method, animated=animated)


def _must_serve_legacy(db: Database) -> None:
    if db.world.settings.legacy_media == "off":
        raise NotFoundError("Files are only shown to those who are logged in.")


# --- answers ----------------------------------------------------------------------------------


async def _file(request: Web, blobs: BlobStore, media: Media, filename: str | None) -> ASGIResponse:
    headers = {"Content-Disposition": rules.disposition(media.content_type, filename)}
    etag = f'"{media.sha256}"'
    return await _bytes(
        request, blobs, media.key, media.content_type, media.size_bytes, etag, headers
    )


async def _thumbnail(  # the parts of the request
    request: Web,
    db: Database,
    blobs: BlobStore,
    media: Media,
    size: tuple[int, int],
    method: str,
    *,
    animated: bool,
) -> ASGIResponse:
    if method not in ("scale", "crop"):
        raise InvalidParamError("A thumbnail is made by the method `scale` or `crop`.")
    variant = choose(*size, "crop" if method == "crop" else "scale", animated=animated)
    etag = f'"{media.sha256}-{variant.name}"'
    found = await find_or_make(db, blobs, media, variant)
    headers = {"Content-Disposition": rules.thumbnail_disposition(found.content_type)}
    if isinstance(found, Picture):
        if found.body is not None:
            return _answer(found.content_type, found.body, etag, headers)
        key, size_bytes = media.key, media.size_bytes
    else:
        key, size_bytes = found.key or media.key, found.size_bytes
    return await _bytes(request, blobs, key, found.content_type, size_bytes, etag, headers)


async def _bytes(  # what an answer with a file is made of
    request: Web,
    blobs: BlobStore,
    key: str,
    content_type: str,
    size_bytes: int,
    etag: str,
    headers: dict[str, str],
) -> ASGIResponse:
    if rules.matches(header(request.scope, b"if-none-match"), etag):
        return ASGIResponse(status_code=304, headers=_safe(content_type, etag, headers))
    status, start, end = 200, 0, size_bytes
    try:
        part = rules.parse_range(header(request.scope, b"range"), size_bytes)
    except InvalidParamError:
        return ASGIResponse(
            body=b'{"errcode":"M_UNKNOWN","error":"The range lies behind the end of the file."}',
            status_code=416,
            headers={"Content-Range": f"bytes */{size_bytes}"},
            media_type="application/json",
        )
    if part is not None:
        start, end = part
        status = 206
        headers = {**headers, "Content-Range": f"bytes {start}-{end - 1}/{size_bytes}"}
    body = blobs.stream(key, start=start, end=end) if end > start else _nothing()
    # The first piece is fetched here: that the file is gone can then still be said with a 404.
    first = await anext(body, b"")
    if len(first) == end - start:
        return _answer(content_type, first, etag, headers, status)
    return ASGIStreamingResponse(
        iterator=_joined(first, body),
        status_code=status,
        media_type=content_type,
        headers={**_safe(content_type, etag, headers), "Content-Length": str(end - start)},
    )


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _answer(
    content_type: str, body: bytes, etag: str, headers: dict[str, str], status: int = 200
) -> ASGIResponse:
    return ASGIResponse(
        body=body,
        status_code=status,
        media_type=content_type,
        headers=_safe(content_type, etag, headers),
    )


def _safe(content_type: str, etag: str, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that keep a stranger's file from doing anything in a browser."""
    return {
        "Content-Type": content_type,
        "Content-Security-Policy": rules.CONTENT_SECURITY_POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": CACHE,
        "Accept-Ranges": "bytes",
        "ETag": etag,
        **headers,
    }


def _declared(request: Web, filename: str | None) -> Declared:
    return Declared(
        content_type=rules.clean_content_type(header(request.scope, b"content-type")),
        filename=rules.clean_filename(filename),
    )


def _announced(request: Web) -> int:
    text = header(request.scope, b"content-length") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _uri(settings: Settings, media_id: MediaId) -> str:
    return f"mxc://{settings.server_name}/{media_id}"


ROUTES: list[HTTPRouteHandler] = [
    upload_content,
    create_content,
    upload_content_to_uri,
    download_content,
    download_content_as,
    get_thumbnail,
    get_config,
    preview_url,
    download_legacy,
    download_legacy_as,
    thumbnail_legacy,
]
