"""What goes into an archive, file by file, in the order in which it is written.

Everything is read in short steps, each a read of its own: no reader is held for long, and no more than a page is in memory. What
was committed before the build began is there, nothing that came later; see `rooms.read_history` for the one exception.
"""

import contextlib
import hashlib
import itertools
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar

import msgspec
import structlog

from courtyard.archive import own_data, sections
from courtyard.archive import rules_layout as layout
from courtyard.archive.export import check_building
from courtyard.archive.model import MediaLine, Ranges, Snapshot
from courtyard.archive.rules_contacts import vcards
from courtyard.archive.rules_readme import readme
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import RoomId, UserId
from courtyard.e2ee.key_backup import backup_page, list_backups
from courtyard.gate.model_withheld import Withholding
from courtyard.media.holdings import media_items, own_media_ids, shown_items
from courtyard.media.model import Media, MediaId
from courtyard.rooms.read_access import Place
from courtyard.rooms.read_history import (
    Page,
    RoomHead,
    head_of,
    history_page,
    place_upto,
    room_ids_of,
)
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx

EVENTS_AT_ONCE: Final = 200
"""Events of one read. They are 64 KiB each at the most, and mostly a hundredth of that."""
KEYS_AT_ONCE: Final = 500
MEDIA_AT_ONCE: Final = 200
SPOOL_BYTES: Final = 4 * 1024 * 1024
"""What of a file whose size is not known yet is kept in memory; the rest waits on the disk."""

log = structlog.get_logger("archive")

P = ParamSpec("P")
T = TypeVar("T")


class File(NamedTuple):
    """One file on its way into an archive. Its pieces must be read before the next file is asked for."""

    path: str
    size_bytes_max: int
    pieces: AsyncIterator[bytes]
    is_packed: bool = True
    """Whether packing is worth its time: pictures, sound and video are packed already."""


class Progress:
    """How far a build has come, for those who ask. Nothing depends on it."""

    def __init__(self) -> None:
        """Start at nought."""
        self.files = 0
        self.size_bytes = 0
        self.rooms = 0
        self.rooms_total = 0


class Contents:
    """Everything of one account, as of one moment."""

    def __init__(
        self,
        db: Database,
        blobs: BlobStore,
        snapshot: Snapshot,
        progress: Progress,
        part_bytes_max: int,
    ) -> None:
        """Read nothing yet.

        Args:
            blobs: where people's files lie.
            progress: is kept up to date while files are read.
            part_bytes_max: how large a part may be, so that files of events stay well below.
        """
        self._db = db
        self._blobs = blobs
        self._snapshot = snapshot
        self._user_id = snapshot.user_id
        self._progress = progress
        self._events_bytes_max = layout.events_bytes_max(part_bytes_max)
        self._spool_folder = db.world.settings.data
        self._media_ids: set[MediaId] = set()
        self._unkept = 0
        self._people: dict[UserId, set[RoomId]] = {}
        self._rooms: list[dict[str, object]] = []
        self._events = 0
        self._ignored = 0
        self._times: list[int] = []

    async def files(self) -> AsyncGenerator[File]:
        """Yield every file but the manifest.

        Raises:
            GoneError: nobody wants the archive any more.
        """
        room_ids = await self._read(room_ids_of, self._user_id)
        self._progress.rooms_total = len(room_ids)
        sources = itertools.chain(
            (self._account(room_ids), self._keys()),
            (self._room(room_id) for room_id in room_ids),
            (self._people_and_rooms(),),
            (self._section(*each) for each in sections.SECTIONS.items()),
            (self._media(),),
        )
        for source in sources:
            # Closed at once when a build ends early: what waits on the disk goes with it.
            async with contextlib.aclosing(source):
                async for file in source:
                    yield file

    def ranges(self) -> Ranges:
        """Return what the archive reaches over. Right once every file has been read."""
        times = self._times
        return Ranges(
            until=layout.rfc3339(self._snapshot.at),
            position=self._snapshot.position,
            rooms=len(self._rooms),
            events=self._events,
            ignored_events=self._ignored,
            first_event=layout.rfc3339(min(times)) if times else None,
            last_event=layout.rfc3339(max(times)) if times else None,
            unkept_references=self._unkept,
        )

    # --- the account, its keys, its people ------------------------------------------------------

    async def _account(self, room_ids: list[RoomId]) -> AsyncGenerator[File]:
        created = layout.rfc3339(self._snapshot.at)
        server_name = self._db.world.settings.server_name
        yield await self._whole("README.txt", readme(self._user_id, server_name, created))
        account = await self._read(_account_text, self._user_id, room_ids)
        yield await self._whole("account.json", account)

    async def _keys(self) -> AsyncGenerator[File]:
        public = await self._read(own_data.public_keys, self._user_id)
        yield await self._whole("keys/public.json", layout.json_text(public))
        for backup in await self._read(list_backups, self._user_id):
            name = f"keys/backup-{backup['version']}"
            yield await self._whole(f"{name}.json", layout.json_text(backup))
            # A file whose size is only known when it has been read once.
            with tempfile.SpooledTemporaryFile(SPOOL_BYTES, dir=self._spool_folder) as spool:
                size = 0
                async for piece in self._backup_keys(str(backup["version"])):
                    size += spool.write(piece)
                spool.seek(0)
                yield File(f"{name}.ndjson", size, read_all(spool))

    async def _backup_keys(self, version: str) -> AsyncIterator[bytes]:
        after = ("", "")
        while True:
            page = await self._read(backup_page, self._user_id, version, after, KEYS_AT_ONCE)
            for room_id, session_id, key_json in page:
                line = {"room_id": room_id, "session_id": session_id, "key": msgspec.Raw(key_json)}
                yield layout.json_line(line)
                after = (room_id, session_id)
            if len(page) < KEYS_AT_ONCE:
                return

    async def _people_and_rooms(self) -> AsyncGenerator[File]:
        # Known once every room has been read.
        yield await self._whole("rooms.json", layout.json_text(self._rooms))
        for person, room_ids in (await self._read(own_data.direct_people, self._user_id)).items():
            self._people.setdefault(person, set()).update(room_ids)
        self._people.pop(self._user_id, None)
        people = sorted(self._people)
        names = await self._read(own_data.display_names, people)
        listed = [
            {"user_id": who, "display_name": names[who], "rooms": sorted(self._people[who])}
            for who in people
        ]
        yield await self._whole("contacts.json", layout.json_text(listed))
        cards = vcards((who, names[who]) for who in people)
        yield await self._whole("contacts.vcf", cards)

    # --- rooms --------------------------------------------------------------------------------

    async def _room(self, room_id: RoomId) -> AsyncGenerator[File]:
        self._progress.rooms += 1
        upto = self._snapshot.position
        place = await self._read(place_upto, self._user_id, room_id, upto)
        if place is None:
            return
        head, text = await self._read(_head_and_text, place, upto)
        folder = layout.room_folder(room_id)
        yield await self._whole(f"{folder}/room.json", text)
        history = _History(self, place)
        number = 0
        while not history.is_over or number == 0:
            number += 1
            pieces = history.pieces(self._events_bytes_max)
            yield File(layout.events_path(folder, number), self._events_bytes_max, pieces)
        self._note_room(room_id, folder, head, history)

    def _note_room(self, room_id: RoomId, folder: str, head: RoomHead, history: "_History") -> None:
        self._rooms.append(
            {
                "room_id": room_id,
                "folder": folder,
                "name": head.name,
                "canonical_alias": head.alias,
                "membership": head.membership,
                "events": history.count,
                "ignored_events": history.ignored_count,
            }
        )
        self._events += history.count
        self._ignored += history.ignored_count
        self._times += history.times
        if head.is_direct:
            for person in head.members:
                self._people.setdefault(person, set()).add(room_id)

    async def history_page(self, place: Place, after: int) -> Page:
        """Return the next events of a room, and note which files they mention."""
        page, found, unkept = await self._read(
            _page_and_references, place, after, self._db.world.settings.server_name
        )
        self._media_ids |= found
        self._unkept += unkept
        return page

    # --- sections of other features -------------------------------------------------------------

    async def _section(self, folder: str, section: sections.Section) -> AsyncGenerator[File]:
        pieces = self._section_pieces(section)
        held = await anext(pieces, None)
        while held is not None:
            path = f"{folder}/{held[0]}"
            assert layout.is_safe_path(path), f"not a name for a file in an archive: {path!r}"
            with tempfile.SpooledTemporaryFile(SPOOL_BYTES, dir=self._spool_folder) as spool:
                name = held[0]
                size = 0
                while held is not None and held[0] == name:
                    spool.write(held[1])
                    size += len(held[1])
                    if layout.has_references(path):
                        await self._note_references(held[1])
                    held = await anext(pieces, None)
                spool.seek(0)
                yield File(path, size, read_all(spool))

    async def _section_pieces(
        self, section: sections.Section
    ) -> AsyncIterator[tuple[str, bytes] | None]:
        cursor: str | None = None
        while True:
            found, cursor = await self._read(section, self._user_id, cursor)
            for piece in found:
                yield piece
            if cursor is None:
                return

    # --- files that people uploaded -------------------------------------------------------------

    async def _media(self) -> AsyncGenerator[File]:
        own = set(await self._read(own_media_ids, self._user_id))
        # Those that no event mentions in the open may hang on encrypted ones.
        media_ids = sorted(self._media_ids | own)
        paths: dict[str, str] = {}
        damaged: set[str] = set()
        with tempfile.SpooledTemporaryFile(SPOOL_BYTES, dir=self._spool_folder) as index:
            size = 0
            for start in range(0, len(media_ids), MEDIA_AT_ONCE):
                batch = media_ids[start : start + MEDIA_AT_ONCE]
                items, why = await self._read(shown_items, self._user_id, batch)
                for media_id in batch:
                    item = items.get(media_id)
                    if item is not None and item.sha256 not in paths:
                        bytes_of = _Bytes(item)
                        if await bytes_of.open(self._blobs):
                            path = layout.media_path(item.sha256, item.content_type)
                            paths[item.sha256] = path
                            yield File(path, item.size_bytes, bytes_of.pieces(), is_packed=False)
                            if bytes_of.sha256 != item.sha256:
                                log.error("media_damaged", media_id=media_id, key=item.key)
                                damaged.add(item.sha256)
                    shown = self._media_line(media_id, item, paths, damaged, why.get(media_id))
                    line = layout.json_line(shown)
                    size += index.write(line)
            index.seek(0)
            yield File(layout.MEDIA_INDEX, size, read_all(index))

    def _media_line(  # what is known of a file
        self,
        media_id: MediaId,
        item: Media | None,
        paths: dict[str, str],
        damaged: set[str],
        why: Withholding | None,
    ) -> MediaLine:
        mxc = f"mxc://{self._db.world.settings.server_name}/{media_id}"
        if why is not None:
            reason = f"Decision {why.decision_id} withholds this file from others for a time: {why.reason}."
            return MediaLine(mxc=mxc, reason=reason)
        if item is None:
            return MediaLine(mxc=mxc, reason="The file was deleted before it could be copied.")
        path = paths.get(item.sha256)
        if path is None:
            return MediaLine(mxc=mxc, reason="The server has lost the bytes of this file.")
        return MediaLine(
            mxc=mxc,
            file=path,
            sha256=item.sha256,
            size_bytes=item.size_bytes,
            content_type=item.content_type,
            filename=item.filename,
            is_mine=item.user_id == self._user_id,
            is_damaged=item.sha256 in damaged,
        )

    # --- reading and writing --------------------------------------------------------------------

    async def _read(
        self, question: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask a question, unless the archive is not wanted any more."""

        def checked(tx: ReadTx) -> T:
            check_building(tx, self._snapshot.export_id)
            return question(tx, *args, **kwargs)

        return await self._db.read(checked)

    async def _whole(self, path: str, body: bytes) -> File:
        if layout.has_references(path):
            await self._note_references(body)
        return File(path, len(body), one(body))

    async def _note_references(self, body: bytes) -> None:
        found, unkept = await self._read(_references, [body], self._db.world.settings.server_name)
        self._media_ids |= found
        self._unkept += unkept


class _History:
    """The events of one room, cut into files."""

    def __init__(self, contents: Contents, place: Place) -> None:
        self._contents = contents
        self._place = place
        self._after: int | None = 0
        self._held: list[bytes] = []
        self.is_over = False
        self.count = 0
        self.ignored_count = 0
        self.times: list[int] = []

    async def pieces(self, size_bytes_max: int) -> AsyncIterator[bytes]:
        """Yield the lines of one file: as many as it may hold, and one at least, if there is any."""
        size = 0
        while True:
            if not self._held and not await self._fill():
                self.is_over = True
                return
            taken = []
            for line in self._held:
                if size and size + len(line) + 1 > size_bytes_max:
                    break
                taken.append(line)
                size += len(line) + 1
            del self._held[: len(taken)]
            if taken:
                yield b"\n".join(taken) + b"\n"
            if self._held:
                return

    async def _fill(self) -> bool:
        """Read on; tell whether there was anything left."""
        while self._after is not None and not self._held:
            page = await self._contents.history_page(self._place, self._after)
            self._after = page.next_after
            self._held = page.events
            self.count += len(page.events)
            self.ignored_count += page.ignored_count
            if page.times is not None:
                known = (*self.times, *page.times)
                self.times = [min(known), max(known)]
        return bool(self._held)


class _Bytes:
    """The bytes of one uploaded file on their way from the blob store."""

    def __init__(self, item: Media) -> None:
        self._item = item
        self._first = b""
        self._rest: AsyncIterator[bytes] | None = None
        self.sha256 = ""

    async def open(self, blobs: BlobStore) -> bool:
        """Read the first piece; tell whether the file is there. It may just have been deleted."""
        self._rest = blobs.stream(self._item.key)
        try:
            self._first = await anext(self._rest, b"")
        except NotFoundError:
            return False
        return True

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the bytes, and hash them on the way."""
        assert self._rest is not None
        digest = hashlib.sha256(self._first)
        yield self._first
        async for piece in self._rest:
            digest.update(piece)
            yield piece
        self.sha256 = digest.hexdigest()


# Long texts are made on the reader's thread, not on the event loop.


def _account_text(tx: ReadTx, user_id: UserId, room_ids: Iterable[RoomId]) -> bytes:
    return layout.json_text(own_data.account_json(tx, user_id, room_ids))


def _head_and_text(tx: ReadTx, place: Place, upto: int) -> tuple[RoomHead, bytes]:
    head = head_of(tx, place, upto)
    return head, layout.json_text(head.json)


def _page_and_references(
    tx: ReadTx, place: Place, after: int, server_name: str
) -> tuple[Page, set[MediaId], int]:
    page = history_page(tx, place, after=after, count=EVENTS_AT_ONCE)
    return (page, *_references(tx, page.events, server_name))


def _references(tx: ReadTx, bodies: Iterable[bytes], server_name: str) -> tuple[set[MediaId], int]:
    """Return which files some JSON mentions, and how many mentions are of files that are not here.

    Those are only counted: anybody can write any number of addresses that lead nowhere.
    """
    ours: list[MediaId] = []
    unkept = 0
    for body in bodies:
        for server, media_id in layout.references(body):
            if server == server_name:
                ours.append(MediaId(media_id))
            else:
                unkept += 1
    if not ours:
        return set(), unkept
    found = set(media_items(tx, set(ours)))
    return found, unkept + sum(media_id not in found for media_id in ours)


async def one(body: bytes) -> AsyncIterator[bytes]:
    """Yield bytes that are whole already."""
    yield body


async def read_all(file: Any) -> AsyncIterator[bytes]:
    """Yield what is in an open file, from where it stands."""
    while piece := file.read(256 * 1024):
        yield piece
