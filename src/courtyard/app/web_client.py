"""The web client's files, as `make web` built them: each in the encoding that the browser takes, and nothing compressed per request.

Paths that the client itself understands (`/chats/…`) are answered with its one page. What begins with `/_` is the API's and never the
client's.
"""

import asyncio
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "webdist"
PLACES: Final = frozenset(("chats", "contacts", "me"))
"""The first segments of the client's own addresses (`web/src/shell/Inside.tsx`)."""

ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
TYPES: Final = {".wasm": "application/wasm", ".webmanifest": "application/manifest+json"}
"""What the system's table of types may not know."""

WORKER: Final = "sw.js"
_PAGE_IN_WORKER: Final = re.compile(rb'(url:"index\.html",revision:")([0-9a-f]+)"')
"""How Workbox lists the page among what it keeps for a start without a network."""

_CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' blob: data:; media-src 'self' blob:; connect-src {connect}; worker-src 'self';"
    " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_MAY_ASK_FOR = (
    "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self),"
    " screen-wake-lock=(self), geolocation=(self)"
)
NOT_BUILT: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Courtyard</title>'
    "<p>This server runs. Its web client has not been built: <code>make web</code>.</p>"
    '<p lang="zh-CN">服务器在运行,网页版还没有构建:<code>make web</code>。</p></html>'
).encode()

Header = tuple[bytes, bytes]
Answer = tuple[int, bytes, list[Header]]


def security(livekit_url: str = "") -> list[Header]:
    """Return what a browser is told to keep to: the server's own origin, and the LiveKit server of the settings, if there is one."""
    # Without the path: a policy that names one would not let the client add to it.
    origin = "/".join(livekit_url.split("/")[:3])
    policy = _CSP.format(connect=f"'self' {origin}".rstrip())
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", _MAY_ASK_FOR.encode()),
    ]


class _File:
    """One file of the client, and its compressed forms."""

    __slots__ = ("forms", "headers", "tag")

    def __init__(self, path: Path, name: str, security: list[Header]) -> None:
        self.forms: dict[str, Path | bytes] = {"": path}
        for encoding, ending in ENCODINGS:
            packed = path.with_name(path.name + ending)
            if packed.exists():
                self.forms[encoding] = packed
        content = path.read_bytes()
        # A 304 leaves a browser with the headers it has: other ones make it another answer.
        told = hashlib.sha256(repr(security).encode()).digest()
        if name == WORKER:
            content = _with_page_under(told, content)
            self.forms = {"": content, "gzip": gzip.compress(content, mtime=0)}
        self.tag = f'"{hashlib.sha256(told + content).hexdigest()[:24]}"'
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        # The name of what lies in assets/ changes with its content.
        kept = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
        self.headers: list[Header] = [
            (b"content-type", (kind or "application/octet-stream").encode()),
            (b"cache-control", kept.encode()),
            (b"vary", b"Accept-Encoding"),
            (b"etag", self.tag.encode()),
            *security,
        ]

    def read(self, encoding: str) -> bytes:
        """Return one form of it."""
        form = self.forms[encoding]
        return form if isinstance(form, bytes) else form.read_bytes()


def _with_page_under(told: bytes, worker: bytes) -> bytes:
    """Return the service worker with the page's revision for these headers.

    It keeps the page with the headers it came with, and fetches it anew only under another revision: a policy that follows the settings
    would never reach a browser that knows the page.
    """

    def revised(found: re.Match[bytes]) -> bytes:
        revision = hashlib.sha256(found[2] + told).hexdigest()[:32].encode()
        return found[1] + revision + b'"'

    return _PAGE_IN_WORKER.sub(revised, worker)


class WebClient:
    """The client's files by their address. They are found once, when the server starts."""

    def __init__(self, folder: Path = FOLDER, *, livekit_url: str = "") -> None:
        """Look through a folder; an empty or missing one is a client that was not built."""
        self._security = security(livekit_url)
        packed = tuple(ending for _, ending in ENCODINGS)
        self._files = {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix not in packed
        }
        self._known: dict[str, _File] = {}

    def owns(self, path: str) -> bool:
        """Say whether an address is the client's."""
        name = path[1:]
        return name == "" or name in self._files or name.partition("/")[0] in PLACES

    async def answer(self, path: str, headers: Iterable[Header]) -> Answer:
        """Return status, body and headers for an address of the client's."""
        if not self._files:
            return 200, NOT_BUILT, [(b"content-type", b"text/html; charset=utf-8"), *self._security]
        name = path[1:] if path[1:] in self._files else "index.html"
        file = self._known.get(name)
        if file is None:
            file = self._known[name] = await asyncio.to_thread(
                _File, self._files[name], name, self._security
            )
        asked = dict(headers)
        if file.tag.encode() in asked.get(b"if-none-match", b""):
            return 304, b"", file.headers
        encoding = _best(asked, file.forms)
        body = await asyncio.to_thread(file.read, encoding)
        if encoding:
            return 200, body, [*file.headers, (b"content-encoding", encoding.encode())]
        return 200, body, file.headers


def _best(asked: Mapping[bytes, bytes], forms: Iterable[str]) -> str:
    """Return the smallest form that the browser takes (RFC 9110, section 12.5.3)."""
    taken = set()
    for part in asked.get(b"accept-encoding", b"").decode("latin-1").lower().split(","):
        encoding, _, weight = part.strip().partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(encoding.strip())
    return next((encoding for encoding, _ in ENCODINGS if encoding in taken & {*forms}), "")
