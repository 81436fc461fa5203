"""The tables of media and every statement on them."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import bindparam, select

from courtyard.base.ids import TimestampMs, UserId
from courtyard.media.model import Declared, Media, MediaId, Pending, Thumbnail
from courtyard.storage.schema import metadata
from courtyard.storage.statement import OneOf, Statement, Upsert, json_list
from courtyard.storage.tx import ReadTx, WriteTx

MEDIA = sa.Table(
    "media",
    metadata,
    sa.Column("media_id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("sha256", sa.Text),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("content_type", sa.Text),
    sa.Column("filename", sa.Text),
    sa.Column("is_tied", sa.Integer, nullable=False),
    sa.Index("media_user", "user_id", "size_bytes"),
    sa.Index("media_sha256", "sha256"),
    sqlite_with_rowid=False,
)
"""What has an `mxc://` URI. No `sha256`: given out before the bytes came, until `expires_at`. `is_tied`: its uploader
linked it, so it goes with its last link."""

BLOBS = sa.Table(
    "media_blobs",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Bytes that at least one item has. How many do is counted in `media`, so that no counter can go wrong."""

THUMBNAILS = sa.Table(
    "media_thumbnails",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("variant", sa.Text, primary_key=True),
    sa.Column("key", sa.Text),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Thumbnails of a blob. No `key`: the original serves as it is."""

LINKS = sa.Table(
    "media_links",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("media_id", sa.Text, primary_key=True),
    sa.Index("media_links_media", "media_id"),
    sqlite_with_rowid=False,
)
"""Who names an item: an event (`$…`) or the profile of an account (`@…`)."""

DELETIONS = sa.Table(
    "blob_deletions",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Index("blob_deletions_due", "due_at"),
    sqlite_with_rowid=False,
)
"""Files to delete from a time on. A file that is being written stands here too, until it belongs to something."""

_FIND = Statement(
    select(
        MEDIA.c.user_id,
        MEDIA.c.content_type,
        MEDIA.c.filename,
        MEDIA.c.sha256,
        MEDIA.c.size_bytes,
        BLOBS.c.key,
        MEDIA.c.expires_at,
    )
    .select_from(MEDIA.outerjoin(BLOBS, BLOBS.c.sha256 == MEDIA.c.sha256))
    .where(MEDIA.c.media_id == bindparam("media_id"))
)
_INSERT = Statement(sa.insert(MEDIA))
_FILL = Statement(
    sa.update(MEDIA)
    .where(MEDIA.c.media_id == bindparam("id"))
    .values(
        expires_at=sa.null(),
        sha256=bindparam("sha256"),
        size_bytes=bindparam("size_bytes"),
        content_type=bindparam("content_type"),
        filename=bindparam("filename"),
    )
)
_DELETE = Statement(sa.delete(MEDIA).where(MEDIA.c.media_id == bindparam("media_id")))
_OF_USER = Statement(
    select(MEDIA.c.media_id, MEDIA.c.sha256).where(MEDIA.c.user_id == bindparam("user_id"))
)
_ITEMS = Statement(
    select(
        MEDIA.c.media_id,
        MEDIA.c.user_id,
        MEDIA.c.content_type,
        MEDIA.c.filename,
        MEDIA.c.sha256,
        MEDIA.c.size_bytes,
        BLOBS.c.key,
    )
    .select_from(MEDIA.join(BLOBS, BLOBS.c.sha256 == MEDIA.c.sha256))
    .where(OneOf(MEDIA.c.media_id, "ids"))
)
_USED_BYTES = Statement(
    select(sa.func.coalesce(sa.func.sum(MEDIA.c.size_bytes), 0)).where(
        MEDIA.c.user_id == bindparam("user_id")
    )
)
_PENDING_COUNT = Statement(
    select(sa.func.count())
    .select_from(MEDIA)
    .where(MEDIA.c.user_id == bindparam("user_id"), MEDIA.c.size_bytes.is_(None))
)
_FORGET_EXPIRED = Statement(
    sa.delete(MEDIA).where(
        MEDIA.c.user_id == bindparam("user_id"),
        MEDIA.c.size_bytes.is_(None),
        MEDIA.c.expires_at <= bindparam("now"),
    )
)
_ANOTHER_WITH = Statement(
    select(MEDIA.c.media_id).where(MEDIA.c.sha256 == bindparam("sha256")).limit(1)
)
_BLOB = Statement(select(BLOBS.c.key).where(BLOBS.c.sha256 == bindparam("sha256")))
_INSERT_BLOB = Statement(sa.insert(BLOBS))
_DELETE_BLOB = Statement(sa.delete(BLOBS).where(BLOBS.c.sha256 == bindparam("sha256")))
_THUMBNAIL = Statement(
    select(THUMBNAILS.c.content_type, THUMBNAILS.c.size_bytes, THUMBNAILS.c.key).where(
        THUMBNAILS.c.sha256 == bindparam("sha256"), THUMBNAILS.c.variant == bindparam("variant")
    )
)
_THUMBNAIL_COUNT = Statement(
    select(sa.func.count())
    .select_from(THUMBNAILS)
    .where(THUMBNAILS.c.sha256 == bindparam("sha256"))
)
_THUMBNAIL_KEYS = Statement(
    select(THUMBNAILS.c.key).where(
        THUMBNAILS.c.sha256 == bindparam("sha256"), THUMBNAILS.c.key.is_not(None)
    )
)
_INSERT_THUMBNAIL = Upsert(THUMBNAILS, key=["sha256", "variant"])
_DELETE_THUMBNAILS = Statement(
    sa.delete(THUMBNAILS).where(THUMBNAILS.c.sha256 == bindparam("sha256"))
)
_UPLOADER = Statement(
    select(MEDIA.c.user_id, MEDIA.c.is_tied).where(MEDIA.c.media_id == bindparam("media_id"))
)
_INSERT_LINK = Upsert(LINKS, key=["owner", "media_id"])
_TIE = Statement(
    sa.update(MEDIA)
    .where(MEDIA.c.media_id == bindparam("id"))
    .values(is_tied=sa.literal_column("1"))
)
_LINKED_BY = Statement(select(LINKS.c.media_id).where(LINKS.c.owner == bindparam("owner")))
_DELETE_LINKS_BY = Statement(sa.delete(LINKS).where(LINKS.c.owner == bindparam("owner")))
_DELETE_LINKS_TO = Statement(sa.delete(LINKS).where(LINKS.c.media_id == bindparam("media_id")))
_LOOSE = Statement(
    select(MEDIA.c.sha256).where(
        MEDIA.c.media_id == bindparam("media_id"),
        MEDIA.c.is_tied == sa.literal_column("1"),
        ~sa.exists().where(LINKS.c.media_id == MEDIA.c.media_id),
    )
)
_QUEUE_DELETION = Upsert(DELETIONS, key=["key"], update=["due_at"])
_FORGET_DELETION = Statement(sa.delete(DELETIONS).where(DELETIONS.c.key == bindparam("key")))
_HURRY = Statement(sa.update(DELETIONS).values(due_at=sa.literal_column("0")))
_DUE = Statement(
    select(DELETIONS.c.key)
    .where(DELETIONS.c.due_at <= bindparam("now"))
    .order_by(DELETIONS.c.due_at)
    .limit(bindparam("limit"))
)


def find(tx: ReadTx, media_id: MediaId) -> Media | Pending | None:
    """Return an item, or that its bytes have not come yet."""
    row = tx.one(_FIND, media_id=media_id)
    if row is None:
        return None
    user_id, content_type, filename, sha256, size_bytes, key, expires_at = row
    if sha256 is None:
        return Pending(media_id=media_id, user_id=user_id, expires_at=expires_at)
    assert key is not None, "an item's bytes are always in media_blobs"
    return Media(
        media_id=media_id,
        user_id=user_id,
        content_type=content_type,
        filename=filename,
        sha256=sha256,
        size_bytes=size_bytes,
        key=key,
    )


def insert(  # the columns
    tx: WriteTx,
    media_id: MediaId,
    user_id: UserId,
    declared: Declared,
    sha256: str,
    size_bytes: int,
) -> None:
    """Keep a new item whose bytes are there."""
    tx.run(
        _INSERT,
        media_id=media_id,
        user_id=user_id,
        created_at=tx.now_ms(),
        expires_at=None,
        sha256=sha256,
        size_bytes=size_bytes,
        content_type=declared.content_type,
        filename=declared.filename,
        is_tied=0,
    )


def insert_pending(
    tx: WriteTx, media_id: MediaId, user_id: UserId, expires_at: TimestampMs
) -> None:
    """Keep an id without bytes."""
    tx.run(
        _INSERT,
        media_id=media_id,
        user_id=user_id,
        created_at=tx.now_ms(),
        expires_at=expires_at,
        sha256=None,
        size_bytes=None,
        content_type=None,
        filename=None,
        is_tied=0,
    )


def fill(tx: WriteTx, media_id: MediaId, declared: Declared, sha256: str, size_bytes: int) -> None:
    """Give a pending item its bytes."""
    tx.run(
        _FILL,
        id=media_id,
        sha256=sha256,
        size_bytes=size_bytes,
        content_type=declared.content_type,
        filename=declared.filename,
    )


def delete(tx: WriteTx, media_id: MediaId) -> None:
    """Forget an item and every link to it. Its bytes are `forget_blob`'s business."""
    tx.run(_DELETE, media_id=media_id)
    tx.run(_DELETE_LINKS_TO, media_id=media_id)


def of_user(tx: ReadTx, user_id: UserId) -> list[tuple[MediaId, str | None]]:
    """Return the ids and hashes of everything an account uploaded."""
    return [(row[0], row[1]) for row in tx.all(_OF_USER, user_id=user_id)]


def items(tx: ReadTx, media_ids: Iterable[MediaId]) -> dict[MediaId, Media]:
    """Return those of some items that have their bytes."""
    return {
        row[0]: Media(
            media_id=row[0],
            user_id=row[1],
            content_type=row[2],
            filename=row[3],
            sha256=row[4],
            size_bytes=row[5],
            key=row[6],
        )
        for row in tx.all(_ITEMS, ids=json_list(media_ids))
    }


def used_bytes(tx: ReadTx, user_id: UserId) -> int:
    """Return how many bytes an account's items have; the same bytes twice count twice."""
    row = tx.one(_USED_BYTES, user_id=user_id)
    assert row is not None
    return int(row[0])


def pending_count(tx: WriteTx, user_id: UserId) -> int:
    """Forget the account's expired ids and return how many still wait for their bytes."""
    tx.run(_FORGET_EXPIRED, user_id=user_id, now=tx.now_ms())
    row = tx.one(_PENDING_COUNT, user_id=user_id)
    assert row is not None
    return int(row[0])


def is_used(tx: ReadTx, sha256: str) -> bool:
    """Tell whether any item has these bytes."""
    return tx.one(_ANOTHER_WITH, sha256=sha256) is not None


def blob_key(tx: ReadTx, sha256: str) -> str | None:
    """Return where bytes are kept, if they are."""
    row = tx.one(_BLOB, sha256=sha256)
    return None if row is None else str(row[0])


def insert_blob(tx: WriteTx, sha256: str, key: str, size_bytes: int) -> None:
    """Keep where bytes are."""
    tx.run(_INSERT_BLOB, sha256=sha256, key=key, size_bytes=size_bytes)


def forget_blob(tx: WriteTx, sha256: str) -> list[str]:
    """Forget bytes and their thumbnails; return the keys under which their files lie."""
    keys = [row[0] for row in tx.all(_BLOB, sha256=sha256)]
    keys += [row[0] for row in tx.all(_THUMBNAIL_KEYS, sha256=sha256)]
    tx.run(_DELETE_BLOB, sha256=sha256)
    tx.run(_DELETE_THUMBNAILS, sha256=sha256)
    return keys


def thumbnail(tx: ReadTx, sha256: str, variant: str) -> Thumbnail | None:
    """Return a thumbnail that was made before."""
    row = tx.one(_THUMBNAIL, sha256=sha256, variant=variant)
    return None if row is None else Thumbnail(content_type=row[0], size_bytes=row[1], key=row[2])


def thumbnail_count(tx: ReadTx, sha256: str) -> int:
    """Return how many thumbnails bytes have."""
    row = tx.one(_THUMBNAIL_COUNT, sha256=sha256)
    assert row is not None
    return int(row[0])


def insert_thumbnail(tx: WriteTx, sha256: str, variant: str, made: Thumbnail) -> bool:
    """Keep a thumbnail; tell whether it was the first of its variant."""
    return bool(
        tx.run(
            _INSERT_THUMBNAIL,
            sha256=sha256,
            variant=variant,
            key=made.key,
            content_type=made.content_type,
            size_bytes=made.size_bytes,
        )
    )


def link(tx: WriteTx, owner: str, media_id: MediaId, by: UserId) -> None:
    """Keep that an owner names an item, if there is such an item."""
    row = tx.one(_UPLOADER, media_id=media_id)
    if row is None:
        return
    uploader, is_tied = row
    tx.run(_INSERT_LINK, owner=owner, media_id=media_id)
    if uploader == by and not is_tied:
        tx.run(_TIE, id=media_id)


def linked_by(tx: ReadTx, owner: str) -> frozenset[MediaId]:
    """Return the items that an event or profile names."""
    return frozenset(MediaId(media_id) for (media_id,) in tx.all(_LINKED_BY, owner=owner))


def unlink(tx: WriteTx, owner: str) -> list[tuple[MediaId, str | None]]:
    """Forget what an owner named; return the items (and hashes) that nothing ties to this world any more."""
    named = [row[0] for row in tx.all(_LINKED_BY, owner=owner)]
    if not named:
        return []
    tx.run(_DELETE_LINKS_BY, owner=owner)
    loose = []
    for media_id in named:
        row = tx.one(_LOOSE, media_id=media_id)
        if row is not None:
            loose.append((media_id, row[0]))
    return loose


def queue_deletion(tx: WriteTx, key: str, due_at: int) -> None:
    """Keep that a file is to be deleted from a time on."""
    tx.run(_QUEUE_DELETION, key=key, due_at=due_at)


def forget_deletion(tx: WriteTx, key: str) -> bool:
    """Take a file off the queue; tell whether it was there."""
    return bool(tx.run(_FORGET_DELETION, key=key))


def hurry_deletions(tx: WriteTx) -> None:
    """Make everything in the queue due now."""
    tx.run(_HURRY)


def due_deletions(tx: ReadTx, now: int, limit: int) -> list[str]:
    """Return files that are to be deleted by now, the longest due first."""
    return [row[0] for row in tx.all(_DUE, now=now, limit=limit)]
