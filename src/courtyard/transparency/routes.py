"""The log over HTTP, as files that never change, and this server as a witness. Nobody has to log in.

spec: C2SP tlog-tiles, tlog-witness, tlog-policy
"""

import asyncio
import gzip
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response.base import ASGIResponse

from courtyard.base.errors import NotFoundError
from courtyard.base.settings import Settings
from courtyard.storage.database import Database
from courtyard.transparency import store, witness
from courtyard.transparency.errors import OtherSizeError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.keys import LOG, WITNESS
from courtyard.transparency.model import ENTRIES
from courtyard.transparency.rules_note import parse_vkey
from courtyard.transparency.rules_policy import format_policy
from courtyard.transparency.rules_tiles import holds, parse_path
from courtyard.transparency.rules_witness import BODY_BYTES_MAX, parse_witnesses

ROOT = "/transparency"

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"

SHORTLY = {"Cache-Control": "public, max-age=5"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@get(f"{ROOT}/log/checkpoint")
async def get_checkpoint(settings: NamedDependency[Settings]) -> ASGIResponse:
    """Return the newest signed tree.

    spec: C2SP tlog-tiles, Checkpoints
    """
    note = await asyncio.to_thread(LogFolder(settings).note)
    if note is None:
        raise NotFoundError("Nothing is published yet. Try again in a moment.")
    return _answer(note, TEXT, SHORTLY)


@get(f"{ROOT}/log/tile/{{tile:path}}")
async def get_tile(
    request: Request[Any, Any, Any], settings: NamedDependency[Settings], tile: FromPath[str]
) -> ASGIResponse:
    """Return a tile or an entry bundle, of any width that the published tree has.

    spec: C2SP tlog-tiles, Merkle Tree and Log entries
    """
    wanted = parse_path(tile.removeprefix("/"))
    folder = LogFolder(settings)
    published = await asyncio.to_thread(folder.published)
    # What the files hold beyond the published tree may still be replaced, and these answers are kept for ever.
    if wanted is None or published is None or not holds(published[1].size, wanted):
        raise NotFoundError("The published log has no such tile.")
    data = await asyncio.to_thread(folder.tile, wanted)
    headers = FOR_EVER
    if wanted.level == ENTRIES:
        headers = {**headers, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            data = await asyncio.to_thread(gzip.compress, data, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
    return _answer(data, BYTES, headers)


@get(f"{ROOT}/log/vkey")
async def get_vkey(db: NamedDependency[Database]) -> ASGIResponse:
    """Return the key that verifies the log's signatures.

    spec: C2SP signed-note, Verifier keys
    """
    return await _key(db, LOG)


@get(f"{ROOT}/witness/vkey")
async def get_witness_vkey(db: NamedDependency[Database]) -> ASGIResponse:
    """Return the key that verifies this server's cosignatures.

    spec: C2SP signed-note, Verifier keys
    """
    return await _key(db, WITNESS)


@get(f"{ROOT}/policy")
async def get_policy(
    db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> ASGIResponse:
    """Return what a verifier has to know of this log, in one file.

    spec: C2SP tlog-policy
    """
    keys = await db.read(store.keys)
    if LOG not in keys or WITNESS not in keys:
        raise NotFoundError("The log has no keys.")
    base = settings.base_url.rstrip("/") + ROOT
    policy = format_policy(
        parse_vkey(keys[LOG]),
        f"{base}/log",
        parse_vkey(keys[WITNESS]),
        f"{base}/witness",
        parse_witnesses(settings.log_witnesses),
    )
    return _answer(policy.encode(), TEXT, SHORTLY)


@post(f"{ROOT}/witness/add-checkpoint", status_code=200, request_max_body_size=BODY_BYTES_MAX)
async def add_checkpoint(
    request: Request[Any, Any, Any], db: NamedDependency[Database]
) -> ASGIResponse:
    """Cosign a checkpoint of a log that this server follows.

    spec: C2SP tlog-witness, add-checkpoint
    """
    try:
        line = await db.write(witness.add_checkpoint, await request.body())
    except OtherSizeError as error:
        return _answer(b"%d\n" % error.size, "text/x.tlog.size", {}, status=409)
    return _answer(line.encode(), TEXT, {})


@get(f"{ROOT}/witness/{{origin_hash:str}}/checkpoint")
async def get_witnessed(db: NamedDependency[Database], origin_hash: FromPath[str]) -> ASGIResponse:
    """Return the newest checkpoint of another log that this server has cosigned.

    spec: C2SP tlog-witness, Monitor Retrieval Mechanism
    """
    return _answer(await db.read(witness.latest, origin_hash), TEXT, SHORTLY)


async def _key(db: Database, role: str) -> ASGIResponse:
    keys = await db.read(store.keys)
    if role not in keys:
        raise NotFoundError("The log has no keys.")
    return _answer(f"{keys[role]}\n".encode(), TEXT, SHORTLY)


def _answer(body: bytes, kind: str, headers: dict[str, str], status: int = 200) -> ASGIResponse:
    # The framework would add to a type that it takes for text.
    headers = {"Content-Type": kind, "X-Content-Type-Options": "nosniff", **headers}
    return ASGIResponse(body=body, status_code=status, media_type=kind, headers=headers)


ROUTES: list[HTTPRouteHandler] = [
    get_checkpoint,
    get_tile,
    get_vkey,
    get_witness_vkey,
    get_policy,
    add_checkpoint,
    get_witnessed,
]
