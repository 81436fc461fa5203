"""Tables and statements of key backups."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.e2ee.model import Backup, BackupRank, BackupSession
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx

BACKUPS = sa.Table(
    "key_backups",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("algorithm", sa.Text, nullable=False),
    sa.Column("auth_data", sa.LargeBinary, nullable=False),
    sa.Column("etag", sa.BigInteger, nullable=False),
    sa.Column("key_count", sa.BigInteger, nullable=False),
    sa.Column("is_deleted", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Versions of backups. A deleted one stays as a bare number, so that none is given out twice."""

SESSIONS = sa.Table(
    "key_backup_sessions",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("first_message_index", sa.BigInteger, nullable=False),
    sa.Column("forwarded_count", sa.BigInteger, nullable=False),
    sa.Column("is_verified", sa.Integer, nullable=False),
    sa.Column("key_json", sa.LargeBinary, nullable=False),
)

_B = BACKUPS.c
_S = SESSIONS.c
_user_id: sa.BindParameter[Any] = sa.bindparam("user_id")
_version: sa.BindParameter[Any] = sa.bindparam("version")
_COLUMNS = (_B.version, _B.algorithm, _B.auth_data, _B.etag, _B.key_count)
_this_backup = (_S.user_id == _user_id, _S.version == _version)
_this_room = (*_this_backup, _S.room_id == sa.bindparam("room_id"))
_this_session = (*_this_room, _S.session_id == sa.bindparam("session_id"))
_to_change = (_B.user_id == sa.bindparam("of"), _B.version == sa.bindparam("at"))

_CURRENT = Statement(
    sa.select(*_COLUMNS)
    .where(_B.user_id == _user_id, _B.is_deleted == 0)
    .order_by(_B.version.desc())
    .limit(1)
)
_BACKUP = Statement(
    sa.select(*_COLUMNS).where(_B.user_id == _user_id, _B.version == _version, _B.is_deleted == 0)
)
_IS_DELETED = Statement(
    sa.select(_B.is_deleted).where(_B.user_id == _user_id, _B.version == _version)
)
_TOTALS = Statement(
    sa.select(
        sa.func.coalesce(sa.func.max(_B.version), 0),
        sa.func.coalesce(sa.func.sum(1 - _B.is_deleted), 0),
    ).where(_B.user_id == _user_id)
)
_ADD_BACKUP = Statement(sa.insert(BACKUPS))
_SET_AUTH = Statement(
    sa.update(BACKUPS).where(*_to_change).values(auth_data=sa.bindparam("auth_data"))
)
_SET_KEYS = Statement(
    sa.update(BACKUPS)
    .where(*_to_change)
    .values(etag=sa.bindparam("etag"), key_count=sa.bindparam("key_count"))
)
_MARK_DELETED = Statement(
    sa.update(BACKUPS).where(*_to_change).values(is_deleted=1, key_count=0, auth_data=b"{}")
)
_RANK = Statement(
    sa.select(_S.is_verified, _S.first_message_index, _S.forwarded_count).where(*_this_session)
)
_PUT_SESSION = Upsert(
    SESSIONS,
    key=["user_id", "version", "room_id", "session_id"],
    update=["first_message_index", "forwarded_count", "is_verified", "key_json"],
)
_KEYS = (_S.room_id, _S.session_id, _S.key_json)
_ORDER = (_S.room_id, _S.session_id)
_ALL = Statement(sa.select(*_KEYS).where(*_this_backup).order_by(*_ORDER))
_OF_ROOM = Statement(sa.select(*_KEYS).where(*_this_room).order_by(*_ORDER))
_ONE = Statement(sa.select(*_KEYS).where(*_this_session))
_EVERY_BACKUP = Statement(
    sa.select(*_COLUMNS).where(_B.user_id == _user_id, _B.is_deleted == 0).order_by(_B.version)
)
_AFTER = Statement(
    sa.select(*_KEYS)
    .where(*_this_backup)
    .where(
        sa.tuple_(_S.room_id, _S.session_id)
        > sa.tuple_(sa.bindparam("room_id"), sa.bindparam("session_id"))
    )
    .order_by(*_ORDER)
    .limit(sa.bindparam("count"))
)
_DELETE_ALL = Statement(sa.delete(SESSIONS).where(*_this_backup))
_DELETE_ROOM = Statement(sa.delete(SESSIONS).where(*_this_room))
_DELETE_ONE = Statement(sa.delete(SESSIONS).where(*_this_session))
_MISCOUNTED = Statement(
    sa.select(_B.user_id, _B.version).where(
        _B.key_count
        != sa.select(sa.func.count())
        .where(_S.user_id == _B.user_id, _S.version == _B.version)
        .scalar_subquery()
    )
)
_ERASE_SESSIONS = Statement(sa.delete(SESSIONS).where(_S.user_id == _user_id))
_ERASE_BACKUPS = Statement(sa.delete(BACKUPS).where(_B.user_id == _user_id))


def current(tx: ReadTx, user_id: UserId) -> Backup | None:
    """Return the newest backup that is not deleted."""
    row = tx.one(_CURRENT, user_id=user_id)
    return None if row is None else Backup(*row)


def backup(tx: ReadTx, user_id: UserId, version: int) -> Backup | None:
    """Return a backup, unless it is deleted."""
    row = tx.one(_BACKUP, user_id=user_id, version=version)
    return None if row is None else Backup(*row)


def every_backup(tx: ReadTx, user_id: UserId) -> list[Backup]:
    """Return an account's backups that are not deleted, the oldest first."""
    return [Backup(*row) for row in tx.all(_EVERY_BACKUP, user_id=user_id)]


def was_made(tx: ReadTx, user_id: UserId, version: int) -> bool:
    """Tell whether a version was ever given out, deleted since or not."""
    return tx.one(_IS_DELETED, user_id=user_id, version=version) is not None


def totals(tx: ReadTx, user_id: UserId) -> tuple[int, int]:
    """Return the newest version ever given out (0: none), and how many are not deleted."""
    row = tx.one(_TOTALS, user_id=user_id)
    assert row is not None
    return int(row[0]), int(row[1])


def add_backup(
    tx: WriteTx, user_id: UserId, version: int, algorithm: str, auth_data: bytes
) -> None:
    """Store a new, empty backup."""
    tx.run(
        _ADD_BACKUP,
        user_id=user_id,
        version=version,
        algorithm=algorithm,
        auth_data=auth_data,
        etag=0,
        key_count=0,
        is_deleted=0,
    )


def set_auth_data(tx: WriteTx, user_id: UserId, version: int, auth_data: bytes) -> None:
    """Replace a backup's `auth_data`."""
    tx.run(_SET_AUTH, of=user_id, at=version, auth_data=auth_data)


def set_keys(tx: WriteTx, user_id: UserId, version: int, etag: int, key_count: int) -> None:
    """Note that the keys of a backup changed, and how many there are now."""
    tx.run(_SET_KEYS, of=user_id, at=version, etag=etag, key_count=key_count)


def mark_deleted(tx: WriteTx, user_id: UserId, version: int) -> None:
    """Delete a backup with all its keys; its number stays taken."""
    tx.run(_DELETE_ALL, user_id=user_id, version=version)
    tx.run(_MARK_DELETED, of=user_id, at=version)


def rank(
    tx: ReadTx, user_id: UserId, version: int, room_id: str, session_id: str
) -> BackupRank | None:
    """Return the rank of the key that is stored for a session."""
    row = tx.one(_RANK, user_id=user_id, version=version, room_id=room_id, session_id=session_id)
    return None if row is None else BackupRank(bool(row[0]), row[1], row[2])


def put_sessions(
    tx: WriteTx, user_id: UserId, version: int, sessions: Iterable[BackupSession]
) -> None:
    """Store session keys, replacing those that are there."""
    tx.run_many(
        _PUT_SESSION,
        [
            {
                "user_id": user_id,
                "version": version,
                "room_id": session.room_id,
                "session_id": session.session_id,
                "first_message_index": session.rank.first_message_index,
                "forwarded_count": session.rank.forwarded_count,
                "is_verified": int(session.rank.is_verified),
                "key_json": session.key_json,
            }
            for session in sessions
        ],
    )


def sessions(
    tx: ReadTx,
    user_id: UserId,
    version: int,
    room_id: str | None = None,
    session_id: str | None = None,
) -> list[tuple[str, str, bytes]]:
    """Return room id, session id and key of all sessions, of a room's, or of one."""
    where = {"user_id": user_id, "version": version}
    if room_id is None:
        rows = tx.all(_ALL, **where)
    elif session_id is None:
        rows = tx.all(_OF_ROOM, **where, room_id=room_id)
    else:
        rows = tx.all(_ONE, **where, room_id=room_id, session_id=session_id)
    return [(row[0], row[1], row[2]) for row in rows]


def sessions_after(
    tx: ReadTx, user_id: UserId, version: int, after: tuple[str, str], count: int
) -> list[tuple[str, str, bytes]]:
    """Return room id, session id and key of up to `count` sessions, those after (room id, session id)."""
    rows = tx.all(
        _AFTER,
        user_id=user_id,
        version=version,
        room_id=after[0],
        session_id=after[1],
        count=count,
    )
    return [(row[0], row[1], row[2]) for row in rows]


def delete_sessions(
    tx: WriteTx,
    user_id: UserId,
    version: int,
    room_id: str | None = None,
    session_id: str | None = None,
) -> int:
    """Delete all sessions, a room's, or one; return how many there were."""
    where = {"user_id": user_id, "version": version}
    if room_id is None:
        return tx.run(_DELETE_ALL, **where)
    if session_id is None:
        return tx.run(_DELETE_ROOM, **where, room_id=room_id)
    return tx.run(_DELETE_ONE, **where, room_id=room_id, session_id=session_id)


def miscounted(tx: ReadTx) -> list[tuple[UserId, int]]:
    """Return backups whose count is not the number of their keys. There must be none."""
    return [(row[0], row[1]) for row in tx.all(_MISCOUNTED)]


def erase(tx: WriteTx, user_id: UserId) -> None:
    """Delete every backup of an account, numbers included."""
    tx.run(_ERASE_SESSIONS, user_id=user_id)
    tx.run(_ERASE_BACKUPS, user_id=user_id)
