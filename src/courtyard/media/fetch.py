"""Fetches pages and pictures that somebody named, from where an operator lets them be fetched.

Each address on the way is judged anew, by name and by number (`rules_preview`, `storage/http_request`). Nothing goes along that says
who asks: no cookie, no page that led there.
"""

import http.client
from typing import Final

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.media import rules_preview as rules
from courtyard.media.errors import PreviewUnavailableError
from courtyard.media.rules import essence
from courtyard.media.rules_preview import Places
from courtyard.storage.http_answer import read_head, read_part
from courtyard.storage.http_request import Caller

PAGE_BYTES_MAX: Final = 1024 * 1024
"""What is read of a page; its head is in there, or it is none."""
PICTURE_BYTES_MAX: Final = 5 * 1024 * 1024

_HEADERS: Final = {
    "User-Agent": "Courtyard (bot for previews of links)",
    "Accept": "text/html, application/xhtml+xml, image/*;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}


class Fetched(msgspec.Struct, frozen=True):
    """What lay at an address."""

    url: str
    """Where it was found in the end."""
    content_type: str
    body: bytes
    """The whole picture, or the beginning of a page."""

    @property
    def is_page(self) -> bool:
        """Tell whether it is a page; otherwise it says that it is a picture."""
        return essence(self.content_type) in rules.PAGES


async def fetch(caller: Caller, places: Places, url: str) -> Fetched:
    """Fetch a page or a picture. The caller sets the time.

    Args:
        url: as `rules_preview.parse_url` returns it.

    Raises:
        PreviewUnavailableError: there is none, or none that may be fetched.
    """
    try:
        for _ in range(rules.REDIRECTS_MAX + 1):
            found = await _fetch(caller, places, url)
            if isinstance(found, Fetched):
                return found
            url = found
    except InvalidParamError as error:
        raise _unavailable(f"it leads astray: {error.message}") from error
    except (OSError, EOFError, ValueError, http.client.HTTPException) as error:
        # TimeoutError is an OSError, and the caller's own comes from outside of this call.
        raise _unavailable(f"{type(error).__name__}: {error}") from error
    raise _unavailable("it leads on and on")


async def _fetch(caller: Caller, places: Places, url: str) -> Fetched | str:
    """Ask once; return what is there, or where it says to ask."""
    async with caller.get(url, _HEADERS, places.may_reach) as reader:
        status = 0
        while status < 200:
            # "Continue" and its like come before the answer. The caller's time bounds how many.
            status, headers = await read_head(reader)
        if status in rules.REDIRECTS:
            return rules.joined(url, _text(headers.get("Location", "")), places)
        content_type = headers.get("Content-Type", "")
        kind = essence(content_type)
        is_page = kind in rules.PAGES
        if status != 200 or not (is_page or kind.startswith("image/")):
            raise _unavailable(f"HTTP {status}, {kind}")
        most = PAGE_BYTES_MAX if is_page else PICTURE_BYTES_MAX
        # One byte more: of a page the beginning is enough, of a picture it is not.
        body = await read_part(reader, headers, most + 1)
    body = rules.unpacked(body, headers.get("Content-Encoding", ""), most + 1)
    if len(body) > most and not is_page:
        raise _unavailable("the picture is too large")
    return Fetched(url, content_type, body)


def _text(header: str) -> str:
    """Return a header as its server meant it: most write UTF-8 where only ASCII should stand."""
    return header.encode("latin-1", "replace").decode("utf-8", "replace")


def _unavailable(reason: str) -> PreviewUnavailableError:
    error = PreviewUnavailableError("There is no preview of this address.")
    error.add_note(reason)
    return error
