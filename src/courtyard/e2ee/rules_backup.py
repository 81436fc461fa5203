"""Key backups: what a body must look like, and which of two keys is kept. Pure.

spec: client-server-api#server-side-key-backups
"""

from courtyard.base.canonical_json import INTEGER_MAX
from courtyard.base.errors import BadJsonError, InvalidParamError, NotFoundError
from courtyard.base.ids import RoomId
from courtyard.e2ee import shapes
from courtyard.e2ee.model import (
    AUTH_DATA_BYTES_MAX,
    SESSION_BYTES_MAX,
    Backup,
    BackupRank,
    BackupSession,
    Json,
)


def parse_version(version: str) -> int:
    """Return the number behind a version that we gave out.

    Raises:
        NotFoundError: we gave out no such version.
    """
    if version.isascii() and version.isdecimal() and len(version) <= 15:
        return int(version)
    raise no_backup()


def no_backup() -> NotFoundError:
    """Say that there is no such backup."""
    return NotFoundError("There is no such key backup.")


def parse_auth(body: Json) -> tuple[str, bytes]:
    """Check the body that makes or changes a backup; return its algorithm, and its `auth_data` encoded.

    Only the client makes sense of either, so any algorithm will do, and any JSON.

    Raises:
        MissingParamError, BadJsonError, InvalidParamError: another shape.
        TooLargeError: `auth_data` larger than `AUTH_DATA_BYTES_MAX`.

    spec: client-server-api#post_matrixclientv3room_keysversion
    """
    algorithm = shapes.a_name(shapes.required(body, "algorithm"), "“algorithm”")
    auth_data = shapes.required(body, "auth_data")
    return algorithm, shapes.encoded(auth_data, "“auth_data”", AUTH_DATA_BYTES_MAX)


def check_update(body: Json, version: str, stored: Backup) -> None:
    """Check that a change leaves all but `auth_data` as it is.

    Raises:
        InvalidParamError: another algorithm or version.

    spec: client-server-api#put_matrixclientv3room_keysversionversion
    """
    if body["algorithm"] != stored.algorithm:
        message = "The algorithm of a backup cannot be changed."
        raise InvalidParamError(message)
    if body.get("version", version) != version:
        message = "“version” in the body is not the version in the path."
        raise InvalidParamError(message)


def parse_rooms(body: Json) -> list[BackupSession]:
    """Check a body that stores keys of several rooms.

    Raises:
        MissingParamError, BadJsonError, InvalidParamError, TooLargeError: as `parse_session`.
    """
    rooms = shapes.an_object(shapes.required(body, "rooms"), "“rooms”")
    return [
        session
        for room_id, room in rooms.items()
        for session in parse_room(room_id, shapes.an_object(room, "A room"))
    ]


def parse_room(room_id: str, body: Json) -> list[BackupSession]:
    """Check a body that stores keys of one room.

    Raises:
        MissingParamError, BadJsonError, InvalidParamError, TooLargeError: as `parse_session`.
    """
    sessions = shapes.an_object(shapes.required(body, "sessions"), "“sessions”")
    return [
        parse_session(room_id, session_id, shapes.an_object(key, "A session"))
        for session_id, key in sessions.items()
    ]


def parse_session(room_id: str, session_id: str, body: Json) -> BackupSession:
    """Check one KeyBackupData object.

    Raises:
        MissingParamError, BadJsonError: another shape.
        InvalidParamError: a room or session id that is no name.
        TooLargeError: larger than `SESSION_BYTES_MAX`.
    """
    key = {
        "first_message_index": _count(body, "first_message_index"),
        "forwarded_count": _count(body, "forwarded_count"),
        "is_verified": shapes.required(body, "is_verified"),
        "session_data": shapes.required(body, "session_data"),
    }
    if not isinstance(key["is_verified"], bool):
        message = "“is_verified” must be true or false."
        raise BadJsonError(message)
    return BackupSession(
        RoomId(shapes.a_name(room_id, "A room id")),
        shapes.a_name(session_id, "A session id"),
        BackupRank(key["is_verified"], key["first_message_index"], key["forwarded_count"]),
        shapes.encoded(key, "A backed-up key", SESSION_BYTES_MAX),
    )


def _count(body: Json, member: str) -> int:
    value = shapes.required(body, member)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= INTEGER_MAX:
        message = f"“{member}” must be a whole number, and not negative."
        raise BadJsonError(message)
    return value


def replaces(new: BackupRank, old: BackupRank) -> bool:
    """Tell whether a new key for a session is kept instead of the old one.

    Verified beats unverified; then the key that can decrypt more; then the one that came a
    shorter way. Of two equals the old one stays.

    spec: client-server-api#server-side-key-backups
    """
    if new.is_verified != old.is_verified:
        return new.is_verified
    if new.first_message_index != old.first_message_index:
        return new.first_message_index < old.first_message_index
    return new.forwarded_count < old.forwarded_count
