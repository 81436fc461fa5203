"""The tables of archives and every statement on them."""

import sqlalchemy as sa
from sqlalchemy import bindparam, select

from courtyard.archive.model import Export, Part, State
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx

EXPORTS = sa.Table(
    "exports",
    metadata,
    sa.Column("export_id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("device_id", sa.Text),
    sa.Column("requested_at", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("retry_at", sa.BigInteger, nullable=False),
    sa.Column("position", sa.BigInteger),
    sa.Column("snapshot_at", sa.BigInteger),
    sa.Column("ready_at", sa.BigInteger),
    sa.Column("expires_at", sa.BigInteger),
    sa.Index("exports_user", "user_id", unique=True),
    sqlite_with_rowid=False,
)
"""One row for each account that has asked for its archive; the next wish replaces it."""

PARTS = sa.Table(
    "export_parts",
    metadata,
    sa.Column("export_id", sa.Text, sa.ForeignKey("exports.export_id"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("is_downloaded", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""The zip files of an archive, numbered from 1."""

DELETIONS = sa.Table(
    "export_deletions",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Index("export_deletions_due", "due_at"),
    sqlite_with_rowid=False,
)
"""Zip files to delete from a time on. One that is being written stands here too, until it belongs to an export."""

_E = EXPORTS.c
_P = PARTS.c
_D = DELETIONS.c
_COLUMNS = (
    _E.export_id,
    _E.user_id,
    _E.device_id,
    _E.requested_at,
    _E.state,
    _E.attempts,
    _E.retry_at,
    _E.position,
    _E.snapshot_at,
    _E.ready_at,
    _E.expires_at,
)
_OF_USER = Statement(select(*_COLUMNS).where(_E.user_id == bindparam("user_id")))
_FIND = Statement(select(*_COLUMNS).where(_E.export_id == bindparam("export_id")))
_ADD = Statement(sa.insert(EXPORTS))
_UPDATE = Statement(
    sa.update(EXPORTS)
    .where(_E.export_id == bindparam("of"))
    .values(
        device_id=bindparam("device_id"),
        state=bindparam("state"),
        attempts=bindparam("attempts"),
        retry_at=bindparam("retry_at"),
        position=bindparam("position"),
        snapshot_at=bindparam("snapshot_at"),
        ready_at=bindparam("ready_at"),
        expires_at=bindparam("expires_at"),
    )
)
_DELETE = Statement(sa.delete(EXPORTS).where(_E.export_id == bindparam("export_id")))
# Whoever has waited longest comes first. A build that was under way when the server stopped is among them.
_NEXT = Statement(
    select(*_COLUMNS)
    .where(
        sa.or_(_E.state == State.REQUESTED.value, _E.state == State.BUILDING.value),
        _E.retry_at <= bindparam("now"),
    )
    .order_by(_E.retry_at, _E.requested_at, _E.export_id)
    .limit(1)
)
_NEXT_TIME = Statement(
    select(sa.func.min(_E.retry_at)).where(
        sa.or_(_E.state == State.REQUESTED.value, _E.state == State.BUILDING.value)
    )
)
_EXPIRED = Statement(
    select(_E.export_id)
    .where(_E.expires_at <= bindparam("now"))
    .where(sa.exists().where(_P.export_id == _E.export_id))
    .limit(bindparam("limit"))
)
_NEXT_EXPIRY = Statement(
    select(sa.func.min(_E.expires_at)).where(sa.exists().where(_P.export_id == _E.export_id))
)
_PARTS = Statement(
    select(_P.n, _P.key, _P.sha256, _P.size_bytes, _P.is_downloaded)
    .where(_P.export_id == bindparam("export_id"))
    .order_by(_P.n)
)
_ADD_PART = Statement(sa.insert(PARTS))
_DELETE_PARTS = Statement(sa.delete(PARTS).where(_P.export_id == bindparam("export_id")))
_MARK_DOWNLOADED = Statement(
    sa.update(PARTS)
    .where(_P.export_id == bindparam("of"), _P.n == bindparam("number"))
    .values(is_downloaded=sa.literal_column("1"))
)
_QUEUE = Upsert(DELETIONS, key=["key"], update=["due_at"])
_FORGET = Statement(sa.delete(DELETIONS).where(_D.key == bindparam("key")))
_HURRY_BUILDS = Statement(
    sa.update(EXPORTS)
    .where(sa.or_(_E.state == State.REQUESTED.value, _E.state == State.BUILDING.value))
    .values(retry_at=sa.literal_column("0"))
)
_HURRY = Statement(sa.update(DELETIONS).values(due_at=sa.literal_column("0")))
_DUE = Statement(
    select(_D.key)
    .where(_D.due_at <= bindparam("now"))
    .order_by(_D.due_at)
    .limit(bindparam("limit"))
)


def _to_export(row: tuple[object, ...]) -> Export:
    (export_id, user_id, device_id, requested_at, state, attempts, retry_at, *rest) = row
    position, snapshot_at, ready_at, expires_at = rest
    return Export(
        export_id=str(export_id),
        user_id=UserId(str(user_id)),
        device_id=None if device_id is None else DeviceId(str(device_id)),
        requested_at=requested_at,  # type: ignore[arg-type]  # rows are untyped
        state=State(state),
        attempts=attempts,  # type: ignore[arg-type]
        retry_at=retry_at,  # type: ignore[arg-type]
        position=position,  # type: ignore[arg-type]
        snapshot_at=snapshot_at,  # type: ignore[arg-type]
        ready_at=ready_at,  # type: ignore[arg-type]
        expires_at=expires_at,  # type: ignore[arg-type]
    )


# --- exports ----------------------------------------------------------------------------------


def of_user(tx: ReadTx, user_id: UserId) -> Export | None:
    """Return an account's export."""
    row = tx.one(_OF_USER, user_id=user_id)
    return None if row is None else _to_export(row)


def find(tx: ReadTx, export_id: str) -> Export | None:
    """Return an export."""
    row = tx.one(_FIND, export_id=export_id)
    return None if row is None else _to_export(row)


def add(tx: WriteTx, export: Export) -> None:
    """Keep a new export. The account must have no other."""
    tx.run(
        _ADD,
        export_id=export.export_id,
        user_id=export.user_id,
        device_id=export.device_id,
        requested_at=export.requested_at,
        state=export.state.value,
        attempts=export.attempts,
        retry_at=export.retry_at,
        position=export.position,
        snapshot_at=export.snapshot_at,
        ready_at=export.ready_at,
        expires_at=export.expires_at,
    )


def update(tx: WriteTx, export: Export) -> None:
    """Write down everything of an export that can change."""
    tx.run(
        _UPDATE,
        of=export.export_id,
        device_id=export.device_id,
        state=export.state.value,
        attempts=export.attempts,
        retry_at=export.retry_at,
        position=export.position,
        snapshot_at=export.snapshot_at,
        ready_at=export.ready_at,
        expires_at=export.expires_at,
    )


def delete(tx: WriteTx, export_id: str) -> None:
    """Forget an export. Its parts must be gone."""
    tx.run(_DELETE, export_id=export_id)


def next_to_build(tx: ReadTx, now: TimestampMs) -> Export | None:
    """Return the export whose turn it is."""
    row = tx.one(_NEXT, now=now)
    return None if row is None else _to_export(row)


def hurry_builds(tx: WriteTx) -> None:
    """Let everything that waits to be built be due: after a start, and whatever the clock said before it."""
    tx.run(_HURRY_BUILDS)


def next_time(tx: ReadTx) -> TimestampMs | None:
    """Return when there will next be something to build or to expire; it may lie in the past."""
    times = [
        row[0] for row in (tx.one(_NEXT_TIME), tx.one(_NEXT_EXPIRY)) if row and row[0] is not None
    ]
    return min(times, default=None)


def expired(tx: ReadTx, now: TimestampMs, limit: int) -> list[str]:
    """Return exports that have ended and still have their parts."""
    return [row[0] for row in tx.all(_EXPIRED, now=now, limit=limit)]


# --- parts ------------------------------------------------------------------------------------


def parts(tx: ReadTx, export_id: str) -> list[Part]:
    """Return an export's parts in order."""
    return [
        Part(n=n, key=key, sha256=sha256, size_bytes=size_bytes, is_downloaded=bool(is_downloaded))
        for n, key, sha256, size_bytes, is_downloaded in tx.all(_PARTS, export_id=export_id)
    ]


def add_part(tx: WriteTx, export_id: str, part: Part) -> None:
    """Keep a part whose bytes are there."""
    tx.run(
        _ADD_PART,
        export_id=export_id,
        n=part.n,
        key=part.key,
        sha256=part.sha256,
        size_bytes=part.size_bytes,
        is_downloaded=int(part.is_downloaded),
    )


def delete_parts(tx: WriteTx, export_id: str) -> list[str]:
    """Forget an export's parts; return the keys of their files."""
    keys = [part.key for part in parts(tx, export_id)]
    if keys:
        tx.run(_DELETE_PARTS, export_id=export_id)
    return keys


def mark_downloaded(tx: WriteTx, export_id: str, n: int) -> None:
    """Note that a part was fetched to its end."""
    tx.run(_MARK_DOWNLOADED, of=export_id, number=n)


# --- files to delete --------------------------------------------------------------------------


def queue_deletion(tx: WriteTx, key: str, due_at: int) -> None:
    """Keep that a file is to be deleted from a time on."""
    tx.run(_QUEUE, key=key, due_at=due_at)


def forget_deletion(tx: WriteTx, key: str) -> bool:
    """Take a file off the queue; tell whether it was there."""
    return bool(tx.run(_FORGET, key=key))


def hurry_deletions(tx: WriteTx) -> None:
    """Make everything in the queue due now."""
    tx.run(_HURRY)


def due_deletions(tx: ReadTx, now: TimestampMs, limit: int) -> list[str]:
    """Return files that are to be deleted by now, the longest due first."""
    return [row[0] for row in tx.all(_DUE, now=now, limit=limit)]
