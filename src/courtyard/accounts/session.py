"""Who is asking: from an access token to a `Session`, many thousand times a second.

Sessions in use are kept in memory, found by the token's hash. What the cache says is at most `RECHECK_MS`
old: then the row is read again, so that another process (`courtyard admin`, or a second server on
the same database) can log somebody out without telling us. Within this process a logout counts at once.

spec: client-server-api#using-access-tokens
"""

import asyncio

import structlog

from courtyard.accounts import store
from courtyard.accounts.model import (
    LastSeen,
    MissingTokenError,
    Session,
    UnknownTokenError,
    UserLockedError,
)
from courtyard.accounts.tokens import ACCESS, hash_token
from courtyard.base.errors import UnavailableError
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx

RECHECK_MS = 5_000
"""How old a cached session may be before its row is read again."""

SESSIONS_MAX = 20_000
"""Sessions in memory at the most; the oldest is dropped first."""

LAST_SEEN_WRITE_MS = 180_000
"""How often last-seen times are written: at most once in this time for each device."""

SEEN_MAX = 20_000
"""Last-seen times waiting to be written at the most; then they are written early."""

USER_AGENT_MAX = 256
"""Characters of a User-Agent header that are kept."""

NEVER = TimestampMs(2**62)

log = structlog.get_logger("accounts")


class _Entry:
    """A session in memory, with what can end it."""

    __slots__ = ("checked_at", "expires_at", "locked_until", "session")

    def __init__(
        self, session: Session, expires_at: int, locked_until: int, checked_at: int
    ) -> None:
        self.session = session
        self.expires_at = expires_at
        self.locked_until = locked_until
        self.checked_at = checked_at


class Sessions:
    """The sessions in use and the last-seen times not yet written. Used on the event loop only."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.by_hash: dict[bytes, _Entry] = {}
        self._of_user: dict[UserId, set[bytes]] = {}
        self._seen: dict[tuple[UserId, DeviceId], LastSeen] = {}
        self._written_at = 0
        self._background: set[asyncio.Future[None]] = set()

    def keep(self, access_hash: bytes, entry: _Entry) -> None:
        """Remember a session, dropping the oldest when there are too many."""
        if access_hash not in self.by_hash and len(self.by_hash) >= SESSIONS_MAX:
            self.drop(next(iter(self.by_hash)))
        self.by_hash[access_hash] = entry
        self._of_user.setdefault(entry.session.user_id, set()).add(access_hash)

    def drop(self, access_hash: bytes) -> None:
        """Forget one session."""
        entry = self.by_hash.pop(access_hash, None)
        if entry is None:
            return
        hashes = self._of_user[entry.session.user_id]
        hashes.discard(access_hash)
        if not hashes:
            del self._of_user[entry.session.user_id]

    def drop_user(self, user_id: UserId, device_id: DeviceId | None = None) -> None:
        """Forget every session of an account, or of one of its devices."""
        for access_hash in list(self._of_user.get(user_id, ())):
            if device_id is None or self.by_hash[access_hash].session.device_id == device_id:
                self.drop(access_hash)

    def last_seen(self, user_id: UserId, device_id: DeviceId) -> LastSeen | None:
        """Return when a device was last seen, if that is newer than what is stored."""
        return self._seen.get((user_id, device_id))

    def saw(self, db: Database, session: Session, seen: LastSeen) -> None:
        """Note that a device was here; every few minutes write down all such notes at once."""
        self._seen[session.user_id, session.device_id] = seen
        if self._written_at == 0:
            self._written_at = seen.at
        if seen.at - self._written_at >= LAST_SEEN_WRITE_MS or len(self._seen) > SEEN_MAX:
            self._written_at = seen.at
            self._write(db)

    async def flush(self, db: Database) -> None:
        """Write down what is noted. Call this once before the database closes."""
        self._write(db)
        while self._background:
            await asyncio.wait(set(self._background))

    def _write(self, db: Database) -> None:
        if self._seen:
            self.later(db.write(store.save_last_seen, list(self._seen.items())))
            self._seen.clear()

    def later(self, future: "asyncio.Future[None]") -> None:
        """Let a write finish by itself. Nobody waits for it, and its failure costs nothing."""
        self._background.add(future)
        future.add_done_callback(self._finished)

    def _finished(self, future: "asyncio.Future[None]") -> None:
        self._background.discard(future)
        if not future.cancelled() and future.exception() is not None:
            log.warning("background_write_failed", error=str(future.exception()))


def authenticate(
    db: Database,
    authorization: str | None,
    query_token: str | None = None,
    *,
    ip: str = "",
    user_agent: str = "",
    allow_locked: bool = False,
) -> Session:
    """Return who a request comes from. Call it on the event loop; it does not block.

    Args:
        authorization: the `Authorization` header, or None.
        query_token: the deprecated `access_token` query parameter, or None. The header wins.
        ip: the client's address, kept as last seen.
        user_agent: the client's `User-Agent`, kept as last seen.
        allow_locked: whether a locked account gets in, which it does only to log out.

    Raises:
        MissingTokenError: there is no token.
        UnknownTokenError: the token is not valid; with `soft_logout` when it has only expired.
        UserLockedError: the account is locked.
    """
    if authorization is not None and authorization[:7].lower() == "bearer ":
        token = authorization[7:].strip()
    elif query_token:
        token = query_token
    else:
        message = "An access token is needed."
        raise MissingTokenError(message)
    world = db.world
    sessions = world.memory(Sessions)
    now = world.clock.now_ms()
    access_hash = hash_token(token)
    entry = sessions.by_hash.get(access_hash)
    # A clock that was set back must not keep an entry fresh for ever, hence the lower bound.
    if entry is None or not 0 <= now - entry.checked_at < RECHECK_MS:
        entry = _load(db, sessions, token, access_hash, now)
        if entry.expires_at > now:
            seen = LastSeen(now, ip, user_agent[:USER_AGENT_MAX])
            try:
                sessions.saw(db, entry.session, seen)
            except UnavailableError:
                log.warning("last_seen_not_written")
    if entry.expires_at <= now:
        message = "The access token has expired."
        raise UnknownTokenError(message, soft_logout=True)
    if entry.locked_until > now and not allow_locked:
        raise UserLockedError(LOCKED, soft_logout=True)
    return entry.session


LOCKED = "This account is locked for its security."


def _load(
    db: Database, sessions: Sessions, token: str, access_hash: bytes, now: TimestampMs
) -> _Entry:
    """Read a session from the database into memory."""
    sessions.drop(access_hash)
    found = db.read_inline(store.token, access_hash) if token.startswith(ACCESS) else None
    if found is None:
        message = "The access token is not valid."
        raise UnknownTokenError(message, soft_logout=False)
    session = Session(
        user_id=found.user_id,
        device_id=found.device_id,
        is_admin=found.is_admin,
        token_id=access_hash[:8].hex(),
    )
    entry = _Entry(session, found.expires_at or NEVER, found.locked_until, now)
    sessions.keep(access_hash, entry)
    if found.previous_hash is not None and entry.expires_at > now:
        # First use of a refreshed token: from now on the old pair is worth nothing.
        try:
            sessions.later(db.write(retire_previous, access_hash))
        except UnavailableError:
            # The next look-up of this token tries again.
            log.warning("old_tokens_not_retired")
    return entry


def retire_previous(tx: WriteTx, access_hash: bytes) -> None:
    """Delete the tokens that a refreshed one replaced, because it has been used.

    spec: client-server-api#refreshing-access-tokens
    """
    found = store.token(tx, access_hash)
    if found is None or found.previous_hash is None:
        return
    previous = found.previous_hash
    store.delete_token(tx, previous)
    store.clear_previous(tx, access_hash)
    sessions = tx.memory(Sessions)
    tx.after_commit(lambda: sessions.drop(previous))


def forget_after_commit(tx: WriteTx, user_id: UserId, device_id: DeviceId | None = None) -> None:
    """Let every cached session of an account (or of one device) be read anew after the commit."""
    sessions = tx.memory(Sessions)
    tx.after_commit(lambda: sessions.drop_user(user_id, device_id))


def last_seen(tx: ReadTx, user_id: UserId, device_id: DeviceId) -> LastSeen | None:
    """Return when a device was last seen, if that is newer than what is stored."""
    return tx.memory(Sessions).last_seen(user_id, device_id)
