"""An account asks for its archive: the verbs, from the wish to the end.

A part is written under a key that stands in the deletion queue until the export has it, as files of `media` are: whatever a crash
leaves behind is found there at the next start.
"""

import secrets
from typing import Final

import msgspec

from courtyard.archive import rules_export as rules
from courtyard.archive import store
from courtyard.archive.model import Export, Part, Snapshot, State, Step
from courtyard.archive.wake import Bell
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.transparency.status import log_name

WRITING_LIFETIME_MS: Final = 24 * 3_600_000
"""How long the writing of one part may take."""
EXPIRED_BATCH: Final = 100


class GoneError(Exception):
    """The export that was being built is not wanted any more. Nobody outside hears of it."""


def request_export(tx: WriteTx, user_id: UserId, unlocked_device: DeviceId | None = None) -> str:
    """Begin an account's archive and return its id, or that of the one under way or just made.

    No measure refuses it (P3).

    Args:
        user_id: whose archive.
        unlocked_device: the device that has given the password although the account is locked.
    """
    admit(tx, user_id, Action.EXPORT)
    now = tx.now_ms()
    standing = store.of_user(tx, user_id)
    if standing is not None:
        limits = tx.settings.rate_limits == "on"
        if rules.stands(standing, now, limits=limits):
            if unlocked_device is not None:
                store.update(tx, msgspec.structs.replace(standing, device_id=unlocked_device))
            return standing.export_id
        _forget(tx, standing.export_id)
    export = Export(
        export_id=secrets.token_urlsafe(18),
        user_id=user_id,
        device_id=unlocked_device,
        requested_at=now,
        state=State.REQUESTED,
        attempts=0,
        retry_at=now,
        position=None,
        snapshot_at=None,
        ready_at=None,
        expires_at=None,
    )
    store.add(tx, export)
    tx.memory(Bell).ring_after(tx)
    return export.export_id


def find_export(tx: ReadTx, user_id: UserId, export_id: str) -> tuple[Export, list[Part], State]:
    """Return an account's export, its parts and how far it has come. One that has expired has no parts.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    export = store.find(tx, export_id)
    if export is None or export.user_id != user_id:
        raise NotFoundError("There is no such export.")
    parts = store.parts(tx, export_id)
    state = rules.state_now(export, parts, tx.now_ms())
    if state not in (State.READY, State.DOWNLOADED):
        parts = []
    return export, parts, state


def find_part(tx: ReadTx, user_id: UserId, export_id: str, n: int) -> tuple[Export, Part]:
    """Return one part of an account's archive.

    Raises:
        NotFoundError: there is none, it is not ready, has expired, or is somebody else's.
    """
    export, parts, _ = find_export(tx, user_id, export_id)
    for part in parts:
        if part.n == n:
            return export, part
    raise NotFoundError("There is no such part, or it is not ready.")


def mark_downloaded(tx: WriteTx, export_id: str, n: int) -> None:
    """Note that a part has been fetched to its end."""
    store.mark_downloaded(tx, export_id, n)


# --- the builder's verbs ----------------------------------------------------------------------


def begin(tx: WriteTx, export_id: str) -> Snapshot | None:
    """Begin a build, or begin it anew; None when there is nothing to build any more.

    What is committed now is in the archive, and nothing later.
    """
    export = store.find(tx, export_id)
    state = None if export is None else rules.after(export.state, Step.BEGIN)
    if export is None or state is None:
        return None
    _discard_parts(tx, export_id)
    now = tx.now_ms()
    position = tx.position()
    store.update(
        tx,
        msgspec.structs.replace(export, state=state, position=position, snapshot_at=now),
    )
    return Snapshot(
        export_id=export_id,
        user_id=export.user_id,
        position=position,
        at=now,
        log=log_name(tx),
    )


def new_key() -> str:
    """Return a key for a part, used once and never again."""
    return f"{secrets.token_hex(16)}.zip"


def reserve(tx: WriteTx, key: str) -> None:
    """Announce a part before its first byte is written."""
    store.queue_deletion(tx, key, tx.now_ms() + WRITING_LIFETIME_MS)


def discard(tx: WriteTx, key: str) -> None:
    """Give up a part that belongs to nothing."""
    store.queue_deletion(tx, key, 0)
    tx.memory(Bell).ring_after(tx)


def check_building(tx: ReadTx, export_id: str) -> None:
    """Stop a build that nobody wants any more.

    Raises:
        GoneError: its account has ended, or another wish took its place.
    """
    export = store.find(tx, export_id)
    if export is None or export.state is not State.BUILDING:
        raise GoneError


def add_part(tx: WriteTx, export_id: str, part: Part) -> None:
    """Keep a part whose bytes are on the disk.

    Raises:
        GoneError: see `check_building`; the file is still in the deletion queue.
    """
    check_building(tx, export_id)
    if not store.forget_deletion(tx, part.key):
        raise GoneError
    store.add_part(tx, export_id, part)


def finish(tx: WriteTx, export_id: str) -> None:
    """Say that every part is there: from now on the archive can be fetched.

    Raises:
        GoneError: see `check_building`.
    """
    check_building(tx, export_id)
    export = store.find(tx, export_id)
    assert export is not None
    now = tx.now_ms()
    store.update(
        tx,
        msgspec.structs.replace(
            export,
            state=State.READY,
            ready_at=now,
            expires_at=TimestampMs(now + rules.LIFETIME_MS),
        ),
    )


def fail(tx: WriteTx, export_id: str) -> None:
    """Put a build off that went wrong. It begins anew, later each time."""
    export = store.find(tx, export_id)
    state = None if export is None else rules.after(export.state, Step.FAIL)
    if export is None or state is None:
        return
    attempts = export.attempts + 1
    _discard_parts(tx, export_id)
    store.update(
        tx,
        msgspec.structs.replace(
            export,
            state=state,
            attempts=attempts,
            retry_at=TimestampMs(tx.now_ms() + rules.retry_delay_ms(attempts)),
        ),
    )


def expire(tx: WriteTx, now: TimestampMs) -> int:
    """Give up the parts of some archives that have ended; return how many archives that were.

    The exports stay, so that whoever asks is told that they have expired.
    """
    ended = store.expired(tx, now, EXPIRED_BATCH)
    for export_id in ended:
        _discard_parts(tx, export_id)
    return len(ended)


def forget_account(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: ARG001, FBT001  # the hook's shape
    """Delete the archive of an account that ends: for `accounts.account.ON_DEACTIVATED`."""
    export = store.of_user(tx, user_id)
    if export is not None:
        _forget(tx, export.export_id)


def _forget(tx: WriteTx, export_id: str) -> None:
    _discard_parts(tx, export_id)
    store.delete(tx, export_id)


def _discard_parts(tx: WriteTx, export_id: str) -> None:
    for key in store.delete_parts(tx, export_id):
        discard(tx, key)
