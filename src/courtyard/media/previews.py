"""Previews of links: what a page says about itself, fetched once for all who ask, and given to each with a picture of their own.

A page is read away from the event loop. What was found is kept for a while, in memory and within limits; so is that nothing was.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Final

import msgspec
import structlog

from courtyard.accounts.throttle import Throttle
from courtyard.base.errors import InvalidParamError, LimitExceededError, TooLargeError
from courtyard.base.ids import UserId
from courtyard.gate.limits import PREVIEW
from courtyard.gate.model import RestrictedError
from courtyard.media import holdings, intake, rules_preview
from courtyard.media.errors import (
    CannotThumbnailError,
    PreviewsOffError,
    PreviewUnavailableError,
    QuotaExceededError,
)
from courtyard.media.fetch import Fetched, fetch
from courtyard.media.model import Declared, MediaId, Picture, Variant
from courtyard.media.rules_page import Page, read_page
from courtyard.media.rules_preview import Places, parse_places
from courtyard.media.thumbnails import Workshop
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database
from courtyard.storage.http_request import Caller

log = structlog.get_logger("media")

TIMEOUT_SECONDS: Final = 10.0
"""For a page and its picture together."""
AT_ONCE: Final = 8
WAITING_MAX: Final = 64
"""Pages being fetched, or waiting for that."""
KEPT_MS: Final = 3_600_000
KEPT_FAILURE_MS: Final = 60_000
KEPT_MAX: Final = 1_000
KEPT_BYTES_MAX: Final = 16 * 1024 * 1024
HOLDERS_MAX: Final = 100
"""Accounts whose own copy of one picture is remembered."""
SIZE: Final = Variant(width=640, height=640, method="scale", animated=False)


class Found(msgspec.Struct):
    """What is known of one address, until a time."""

    until_ms: int
    page: Page | None = None
    """None: there is no preview."""
    picture: Picture | None = None
    size: tuple[int, int] = (0, 0)
    holders: dict[UserId, MediaId] = msgspec.field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """Return about how much memory it takes."""
        body = self.picture.body if self.picture else None
        return 4_096 + len(body or b"")


class Previews:
    """What was found at addresses, and what is being looked for. One for each server; kept with `db.world.memory`.

    Attributes:
        caller: makes the requests.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.caller = Caller()
        self._found: OrderedDict[str, Found] = OrderedDict()
        self._bytes = 0
        self._free = asyncio.Semaphore(AT_ONCE)
        self._looking: dict[str, asyncio.Task[Found]] = {}

    async def look(self, db: Database, places: Places, url: str) -> Found:
        """Return what is at an address: kept, being looked for by others, or looked for now.

        Raises:
            LimitExceededError: too many others wait.
        """
        found = self._found.get(url)
        if found is not None and found.until_ms > db.world.clock.now_ms():
            self._found.move_to_end(url)
            return found
        task = self._looking.get(url)
        if task is None:
            if len(self._looking) >= WAITING_MAX:
                message = "Too many previews at once. Please try again in a moment."
                raise LimitExceededError(message, retry_after_ms=2_000)
            task = asyncio.create_task(self._look(db, places, url), name="preview")
            self._looking[url] = task
            task.add_done_callback(lambda _: self._looking.pop(url))
        # One who goes away must not take the preview from the others.
        return await asyncio.shield(task)

    async def stop(self) -> None:
        """Break off what is being looked for."""
        tasks = list(self._looking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self, db: Database, places: Places, url: str) -> Found:
        clock = db.world.clock
        found = Found(until_ms=0)
        async with self._free:
            with contextlib.suppress(TimeoutError, PreviewUnavailableError):
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    await self._fill(found, db.world.memory(Workshop), places, url)
        if found.page is None:
            log.debug("no_preview")
        found.until_ms = clock.now_ms() + (KEPT_FAILURE_MS if found.page is None else KEPT_MS)
        self._keep(url, found)
        return found

    async def _fill(self, found: Found, workshop: Workshop, places: Places, url: str) -> None:
        """Write down what is found, step by step: when the time is over, what there is counts."""
        fetched = await fetch(self.caller, places, url)
        if not fetched.is_page:
            found.picture, found.size = await _shrunk(workshop, fetched)
            found.page = Page()
            return
        text = rules_preview.text_of(fetched.body, fetched.content_type)
        page = await asyncio.to_thread(read_page, text)
        found.page = page if page.title or page.description or page.site_name else None
        if page.image:
            with contextlib.suppress(InvalidParamError):
                image = await fetch(
                    self.caller, places, rules_preview.joined(fetched.url, page.image, places)
                )
                found.picture, found.size = await _shrunk(workshop, image)
                found.page = page

    def _keep(self, url: str, found: Found) -> None:
        if old := self._found.pop(url, None):
            self._bytes -= old.size_bytes
        self._found[url] = found
        self._bytes += found.size_bytes
        while len(self._found) > KEPT_MAX or self._bytes > KEPT_BYTES_MAX:
            _, oldest = self._found.popitem(last=False)
            self._bytes -= oldest.size_bytes


async def _shrunk(workshop: Workshop, fetched: Fetched) -> tuple[Picture, tuple[int, int]]:
    if fetched.is_page:
        raise PreviewUnavailableError("There is no preview of this address.")
    try:
        return await workshop.shrink(fetched.body, SIZE)
    except (TooLargeError, CannotThumbnailError) as error:
        raise PreviewUnavailableError("There is no preview of this address.") from error


async def preview(
    db: Database, blobs: BlobStore, user_id: UserId, url: str
) -> dict[str, str | int]:
    """Return what a page says about itself, in the words of Open Graph.

    Raises:
        PreviewsOffError: this server looks at no pages.
        InvalidParamError: it is no address that is looked at.
        LimitExceededError: a published limit is used up, or too many others wait.
        PreviewUnavailableError: there is none.

    spec: client-server-api#get_matrixclientv1mediapreview_url
    """
    settings = db.world.settings
    if settings.link_previews == "off":
        raise PreviewsOffError("This server makes no previews of links.")
    places = parse_places(settings.link_previews_ports, settings.link_previews_networks)
    url = rules_preview.parse_url(url, places)
    db.world.memory(Throttle).spend(settings, PREVIEW, user_id, db.world.clock.now_ms())
    found = await db.world.memory(Previews).look(db, places, url)
    if found.page is None:
        raise PreviewUnavailableError("There is no preview of this address.")
    answer: dict[str, str | int] = {
        name: value
        for name, value in (
            ("og:title", found.page.title),
            ("og:description", found.page.description),
            ("og:site_name", found.page.site_name),
        )
        if value
    }
    picture = found.picture
    if picture is None or picture.body is None:
        return answer
    # Who may not upload legible files, or has no room for more, gets the words alone.
    with contextlib.suppress(RestrictedError, QuotaExceededError, LimitExceededError):
        media_id = await _own_copy(db, blobs, user_id, found)
        answer["og:image"] = f"mxc://{settings.server_name}/{media_id}"
        answer["og:image:type"] = picture.content_type
        answer["og:image:width"], answer["og:image:height"] = found.size
        answer["matrix:image:size"] = len(picture.body)
    return answer


async def _own_copy(db: Database, blobs: BlobStore, user_id: UserId, found: Found) -> MediaId:
    """Return an item of the asker's own with the picture: theirs to delete, and gone with nobody else's account.

    The bytes are kept once, whoever asks.

    Raises:
        RestrictedError, LimitExceededError, QuotaExceededError: see `intake.take`.
    """
    assert found.picture is not None
    body = found.picture.body or b""
    old = found.holders.get(user_id)
    if old is not None:
        still_there = await db.read(holdings.media_items, [old])
        if still_there:
            return old
    declared = Declared(content_type=found.picture.content_type, filename=None)
    media_id = await intake.take(db, blobs, user_id, declared, _whole(body), len(body))
    if len(found.holders) >= HOLDERS_MAX:
        del found.holders[next(iter(found.holders))]
    found.holders[user_id] = media_id
    return media_id


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body
