"""Encrypted copies of room keys, kept for their owner.

Each write also raises LimitExceededError when the account's rate limit is used up.

spec: client-server-api#server-side-key-backups
"""

from typing import Any

import msgspec

from courtyard.base.errors import ForbiddenError, NotFoundError, TooLargeError
from courtyard.base.ids import UserId
from courtyard.e2ee import store_backup
from courtyard.e2ee.errors import WrongBackupVersionError
from courtyard.e2ee.model import (
    BACKUP_SESSIONS_MAX,
    BACKUPS_MAX,
    Backup,
    BackupSession,
    Json,
)
from courtyard.e2ee.rules_backup import check_update, no_backup, parse_version, replaces
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx


def create_backup(tx: WriteTx, user_id: UserId, algorithm: str, auth_data: bytes) -> str:
    """Make a new, empty backup and return its version. From now on keys go only there.

    Raises:
        ForbiddenError: there are `BACKUPS_MAX` backups already.

    spec: client-server-api#post_matrixclientv3room_keysversion
    """
    admit(tx, user_id, Action.KEY_BACKUP)
    newest, count = store_backup.totals(tx, user_id)
    if count >= BACKUPS_MAX:
        message = f"There are {BACKUPS_MAX} key backups. Please delete an old one first."
        raise ForbiddenError(message)
    store_backup.add_backup(tx, user_id, newest + 1, algorithm, auth_data)
    return str(newest + 1)


def read_backup(tx: ReadTx, user_id: UserId, version: str | None = None) -> dict[str, Any]:
    """Return what the spec tells about a backup; without `version`, about the newest.

    Raises:
        NotFoundError: there is no such backup, or it is deleted.

    spec: client-server-api#get_matrixclientv3room_keysversion
    """
    found = store_backup.current(tx, user_id) if version is None else _backup(tx, user_id, version)
    if found is None:
        raise no_backup()
    return _told(found)


def _told(found: Backup) -> dict[str, Any]:
    return {
        "algorithm": found.algorithm,
        "auth_data": msgspec.Raw(found.auth_data),
        "count": found.key_count,
        "etag": str(found.etag),
        "version": str(found.version),
    }


def list_backups(tx: ReadTx, user_id: UserId) -> list[dict[str, Any]]:
    """Return every backup of an account that is not deleted, in the shape of `read_backup`."""
    return [_told(found) for found in store_backup.every_backup(tx, user_id)]


def backup_page(
    tx: ReadTx, user_id: UserId, version: str, after: tuple[str, str], count: int
) -> list[tuple[str, str, bytes]]:
    """Return room id, session id and encrypted key of up to `count` sessions of a backup, page by page.

    Args:
        after: room and session of the last one before; `("", "")` to begin.
    """
    return store_backup.sessions_after(tx, user_id, parse_version(version), after, count)


def update_backup(tx: WriteTx, user_id: UserId, version: str, body: Json, auth_data: bytes) -> None:
    """Replace a backup's `auth_data`.

    Raises:
        NotFoundError: there is no such backup.
        InvalidParamError: the body would change more than `auth_data`.

    spec: client-server-api#put_matrixclientv3room_keysversionversion
    """
    admit(tx, user_id, Action.KEY_BACKUP)
    found = _backup(tx, user_id, version)
    check_update(body, version, found)
    store_backup.set_auth_data(tx, user_id, found.version, auth_data)


def delete_backup(tx: WriteTx, user_id: UserId, version: str) -> None:
    """Delete a backup with its keys. Deleting it once more is no error.

    Raises:
        NotFoundError: there never was such a backup.

    spec: client-server-api#delete_matrixclientv3room_keysversionversion
    """
    admit(tx, user_id, Action.KEY_BACKUP)
    number = parse_version(version)
    if store_backup.backup(tx, user_id, number) is not None:
        store_backup.mark_deleted(tx, user_id, number)
    elif not store_backup.was_made(tx, user_id, number):
        raise no_backup()


def _backup(tx: ReadTx, user_id: UserId, version: str) -> Backup:
    found = store_backup.backup(tx, user_id, parse_version(version))
    if found is None:
        raise no_backup()
    return found


def store_keys(
    tx: WriteTx, user_id: UserId, version: str, sessions: list[BackupSession]
) -> dict[str, Any]:
    """Store keys in the newest backup, where they are better than what is there; return its state.

    Raises:
        NotFoundError: there is no such backup.
        WrongBackupVersionError: the backup is not the newest.
        TooLargeError: the backup would have more than `BACKUP_SESSIONS_MAX` keys.

    spec: client-server-api#put_matrixclientv3room_keyskeys
    """
    admit(tx, user_id, Action.KEY_BACKUP)
    backup = _backup(tx, user_id, version)
    current = store_backup.current(tx, user_id)
    assert current is not None
    if current.version != backup.version:
        raise WrongBackupVersionError(str(current.version))
    better = []
    key_count = backup.key_count
    for session in sessions:
        old = store_backup.rank(tx, user_id, backup.version, session.room_id, session.session_id)
        if old is None:
            key_count += 1
        elif not replaces(session.rank, old):
            continue
        better.append(session)
    if key_count > BACKUP_SESSIONS_MAX:
        message = f"A backup holds at most {BACKUP_SESSIONS_MAX} keys."
        raise TooLargeError(message)
    if not better:
        return _state(backup.etag, backup.key_count)
    store_backup.put_sessions(tx, user_id, backup.version, better)
    return _save_state(tx, user_id, backup, key_count)


def delete_keys(
    tx: WriteTx,
    user_id: UserId,
    version: str,
    room_id: str | None = None,
    session_id: str | None = None,
) -> dict[str, Any]:
    """Delete all keys of a backup, those of one room, or one; return the backup's state.

    Raises:
        NotFoundError: there is no such backup.

    spec: client-server-api#delete_matrixclientv3room_keyskeys
    """
    admit(tx, user_id, Action.KEY_BACKUP)
    backup = _backup(tx, user_id, version)
    count = store_backup.delete_sessions(tx, user_id, backup.version, room_id, session_id)
    if count == 0:
        return _state(backup.etag, backup.key_count)
    return _save_state(tx, user_id, backup, backup.key_count - count)


def _save_state(tx: WriteTx, user_id: UserId, backup: Backup, key_count: int) -> dict[str, Any]:
    store_backup.set_keys(tx, user_id, backup.version, backup.etag + 1, key_count)
    return _state(backup.etag + 1, key_count)


def _state(etag: int, key_count: int) -> dict[str, Any]:
    return {"etag": str(etag), "count": key_count}


def read_keys(tx: ReadTx, user_id: UserId, version: str) -> dict[str, Any]:
    """Return every key of a backup, by room and session.

    Raises:
        NotFoundError: there is no such backup.

    spec: client-server-api#get_matrixclientv3room_keyskeys
    """
    backup = _backup(tx, user_id, version)
    rooms: dict[str, dict[str, dict[str, msgspec.Raw]]] = {}
    for room_id, session_id, key_json in store_backup.sessions(tx, user_id, backup.version):
        room = rooms.setdefault(room_id, {"sessions": {}})
        room["sessions"][session_id] = msgspec.Raw(key_json)
    return {"rooms": rooms}


def read_room_keys(tx: ReadTx, user_id: UserId, version: str, room_id: str) -> dict[str, Any]:
    """Return the keys of one room; none is no error.

    Raises:
        NotFoundError: there is no such backup.

    spec: client-server-api#get_matrixclientv3room_keyskeysroomid
    """
    backup = _backup(tx, user_id, version)
    found = store_backup.sessions(tx, user_id, backup.version, room_id)
    return {"sessions": {session_id: msgspec.Raw(key_json) for _, session_id, key_json in found}}


def read_key(
    tx: ReadTx, user_id: UserId, version: str, room_id: str, session_id: str
) -> dict[str, Any]:
    """Return one key.

    Raises:
        NotFoundError: there is no such backup or key.

    spec: client-server-api#get_matrixclientv3room_keyskeysroomidsessionid
    """
    backup = _backup(tx, user_id, version)
    found = store_backup.sessions(tx, user_id, backup.version, room_id, session_id)
    if not found:
        message = "The backup has no key for this session."
        raise NotFoundError(message)
    key: dict[str, Any] = msgspec.json.decode(found[0][2])
    return key
