"""Every table and statement of accounts: accounts, devices, tokens, profiles.

Tokens are stored only as SHA-256: 256 random bits need no slow hash, and a stolen database opens nothing.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from courtyard.accounts.model import Account, Device, LastSeen, StoredToken
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx

ACCOUNTS = sa.Table(
    "accounts",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("is_admin", sa.Integer, nullable=False),
    sa.Column("user_type", sa.Text),
    sa.Column("deactivated_at", sa.BigInteger),
    sa.Column("is_erased", sa.Integer, nullable=False),
    # 0 when not locked. A lock ends by the clock.
    sa.Column("locked_until", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""One row for each account that ever was: the ids of former accounts are not given out again."""

DEVICES = sa.Table(
    "devices",
    metadata,
    sa.Column("user_id", sa.Text, sa.ForeignKey("accounts.user_id"), primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("display_name", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("last_seen_ts", sa.BigInteger),
    sa.Column("last_seen_ip", sa.Text),
    sa.Column("last_seen_user_agent", sa.Text),
    sqlite_with_rowid=False,
)

TOKENS = sa.Table(
    "tokens",
    metadata,
    sa.Column("access_hash", sa.LargeBinary, primary_key=True),
    sa.Column("refresh_hash", sa.LargeBinary),
    # The pair that this one replaces; cleared, and the old pair deleted, at this one's first use.
    sa.Column("previous_hash", sa.LargeBinary),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("device_id", sa.Text, nullable=False),
    sa.Column("issued_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger),
    sa.ForeignKeyConstraint(["user_id", "device_id"], ["devices.user_id", "devices.device_id"]),
    sa.Index("tokens_by_refresh", "refresh_hash", unique=True),
    sa.Index("tokens_by_device", "user_id", "device_id"),
)
"""One row for each access token, with its refresh token if it has one."""

SHORT_TOKENS = sa.Table(
    "short_tokens",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Index("short_tokens_by_end", "expires_at"),
)
"""Login tokens (`login`) and OpenID tokens (`openid`): they live minutes."""

REGISTRATION_TOKENS = sa.Table(
    "registration_tokens",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("uses_allowed", sa.BigInteger),
    sa.Column("uses", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger),
    sqlite_with_rowid=False,
)

PROFILES = sa.Table(
    "profiles",
    metadata,
    sa.Column("user_id", sa.Text, sa.ForeignKey("accounts.user_id"), primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    # Canonical JSON of any kind.
    sa.Column("value", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

_A, _D, _T, _S, _R, _P = (
    ACCOUNTS.c,
    DEVICES.c,
    TOKENS.c,
    SHORT_TOKENS.c,
    REGISTRATION_TOKENS.c,
    PROFILES.c,
)
_bind = sa.bindparam

# --- accounts --------------------------------------------------------------------------------

_ACCOUNT_COLUMNS = (
    _A.user_id,
    _A.password_hash,
    _A.created_at,
    _A.is_admin,
    _A.user_type,
    _A.deactivated_at,
    _A.is_erased,
    _A.locked_until,
)
_ACCOUNT = Statement(sa.select(*_ACCOUNT_COLUMNS).where(_A.user_id == _bind("user_id")))
_ACCOUNTS_AFTER = Statement(
    sa.select(*_ACCOUNT_COLUMNS)
    .where(_A.user_id > _bind("after"))
    .order_by(_A.user_id)
    .limit(_bind("limit"))
)
_ERASED = Statement(
    sa.select(_A.user_id, _A.deactivated_at).where(_A.is_erased == sa.literal_column("1"))
)
_ADD_ACCOUNT = Statement(sa.insert(ACCOUNTS))
_SET_PASSWORD = Statement(
    sa.update(ACCOUNTS)
    .where(_A.user_id == _bind("of"))
    .values(password_hash=_bind("password_hash"))
)
_SET_ADMIN = Statement(
    sa.update(ACCOUNTS).where(_A.user_id == _bind("of")).values(is_admin=_bind("is_admin"))
)
_SET_LOCK = Statement(
    sa.update(ACCOUNTS).where(_A.user_id == _bind("of")).values(locked_until=_bind("locked_until"))
)
_DEACTIVATE = Statement(
    sa.update(ACCOUNTS)
    .where(_A.user_id == _bind("of"))
    .values(
        password_hash=sa.null(),
        is_admin=sa.literal_column("0"),
        deactivated_at=_bind("deactivated_at"),
        is_erased=_bind("is_erased"),
    )
)


def _to_account(row: tuple[object, ...]) -> Account:
    user_id, password_hash, created_at, is_admin, user_type, deactivated_at, is_erased, lock = row
    return Account(
        user_id=user_id,  # type: ignore[arg-type]  # rows are untyped
        password_hash=password_hash,  # type: ignore[arg-type]
        created_at=created_at,  # type: ignore[arg-type]
        is_admin=bool(is_admin),
        user_type=user_type,  # type: ignore[arg-type]
        deactivated_at=deactivated_at,  # type: ignore[arg-type]
        is_erased=bool(is_erased),
        locked_until=lock,  # type: ignore[arg-type]
    )


def account(tx: ReadTx, user_id: UserId) -> Account | None:
    """Return an account, deactivated ones included."""
    row = tx.one(_ACCOUNT, user_id=user_id)
    return None if row is None else _to_account(row)


def erased_accounts(tx: ReadTx) -> dict[UserId, TimestampMs]:
    """Return the accounts that went with the wish to be erased, and when."""
    return {UserId(user_id): TimestampMs(at) for user_id, at in tx.all(_ERASED)}


def accounts_after(tx: ReadTx, after: str, limit: int) -> list[Account]:
    """Return accounts in order of their ids, from the one after `after`."""
    return [_to_account(row) for row in tx.all(_ACCOUNTS_AFTER, after=after, limit=limit)]


def add_account(
    tx: WriteTx,
    user_id: UserId,
    password_hash: str | None,
    *,
    is_admin: bool,
    user_type: str | None,
) -> None:
    """Store a new account."""
    tx.run(
        _ADD_ACCOUNT,
        user_id=user_id,
        password_hash=password_hash,
        created_at=tx.now_ms(),
        is_admin=int(is_admin),
        user_type=user_type,
        deactivated_at=None,
        is_erased=0,
        locked_until=0,
    )


def set_password(tx: WriteTx, user_id: UserId, password_hash: str) -> None:
    """Replace the password's hash."""
    tx.run(_SET_PASSWORD, of=user_id, password_hash=password_hash)


def set_admin(tx: WriteTx, user_id: UserId, *, is_admin: bool) -> None:
    """Make an account an operator's, or an ordinary one."""
    tx.run(_SET_ADMIN, of=user_id, is_admin=int(is_admin))


def set_lock(tx: WriteTx, user_id: UserId, locked_until: TimestampMs) -> None:
    """Lock until a time; 0 unlocks."""
    tx.run(_SET_LOCK, of=user_id, locked_until=locked_until)


def mark_deactivated(tx: WriteTx, user_id: UserId, *, is_erased: bool) -> None:
    """Take the password and mark the account as gone. The row stays so that its id stays taken."""
    tx.run(_DEACTIVATE, of=user_id, deactivated_at=tx.now_ms(), is_erased=int(is_erased))


# --- devices ---------------------------------------------------------------------------------

_DEVICE_COLUMNS = (
    _D.device_id,
    _D.display_name,
    _D.created_at,
    _D.last_seen_ts,
    _D.last_seen_ip,
    _D.last_seen_user_agent,
)
_DEVICES = Statement(
    sa.select(*_DEVICE_COLUMNS).where(_D.user_id == _bind("user_id")).order_by(_D.device_id)
)
_DEVICE = Statement(
    sa.select(*_DEVICE_COLUMNS).where(
        _D.user_id == _bind("user_id"), _D.device_id == _bind("device_id")
    )
)
_COUNT_DEVICES = Statement(
    sa.select(sa.func.count()).select_from(DEVICES).where(_D.user_id == _bind("user_id"))
)
_ADD_DEVICE = Statement(sa.insert(DEVICES))
_RENAME_DEVICE = Statement(
    sa.update(DEVICES)
    .where(_D.user_id == _bind("of"), _D.device_id == _bind("on"))
    .values(display_name=_bind("display_name"))
)
_DELETE_DEVICE = Statement(
    sa.delete(DEVICES).where(_D.user_id == _bind("user_id"), _D.device_id == _bind("device_id"))
)
_SAVE_LAST_SEEN = Statement(
    sa.update(DEVICES)
    .where(_D.user_id == _bind("of"), _D.device_id == _bind("on"))
    .values(
        last_seen_ts=_bind("last_seen_ts"),
        last_seen_ip=_bind("last_seen_ip"),
        last_seen_user_agent=_bind("last_seen_user_agent"),
    )
)


def _to_device(row: tuple[object, ...]) -> Device:
    device_id, display_name, created_at, ts, ip, user_agent = row
    return Device(
        device_id=device_id,  # type: ignore[arg-type]  # rows are untyped
        display_name=display_name,  # type: ignore[arg-type]
        created_at=created_at,  # type: ignore[arg-type]
        last_seen_ts=ts,  # type: ignore[arg-type]
        last_seen_ip=ip,  # type: ignore[arg-type]
        last_seen_user_agent=user_agent,  # type: ignore[arg-type]
    )


def devices(tx: ReadTx, user_id: UserId) -> list[Device]:
    """Return an account's devices in order of their ids."""
    return [_to_device(row) for row in tx.all(_DEVICES, user_id=user_id)]


def device(tx: ReadTx, user_id: UserId, device_id: DeviceId) -> Device | None:
    """Return one device."""
    row = tx.one(_DEVICE, user_id=user_id, device_id=device_id)
    return None if row is None else _to_device(row)


def device_count(tx: ReadTx, user_id: UserId) -> int:
    """Return how many devices an account has."""
    row = tx.one(_COUNT_DEVICES, user_id=user_id)
    assert row is not None
    return int(row[0])


def add_device(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, display_name: str | None, seen: LastSeen
) -> None:
    """Store a new device."""
    tx.run(
        _ADD_DEVICE,
        user_id=user_id,
        device_id=device_id,
        display_name=display_name,
        created_at=tx.now_ms(),
        last_seen_ts=seen.at,
        last_seen_ip=seen.ip,
        last_seen_user_agent=seen.user_agent,
    )


def rename_device(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, display_name: str | None
) -> int:
    """Set or clear a device's display name; return how many devices there were, 0 or 1."""
    return tx.run(_RENAME_DEVICE, of=user_id, on=device_id, display_name=display_name)


def delete_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Delete a device's row. Its tokens must be gone."""
    tx.run(_DELETE_DEVICE, user_id=user_id, device_id=device_id)


def save_last_seen(tx: WriteTx, seen: Iterable[tuple[tuple[UserId, DeviceId], LastSeen]]) -> None:
    """Store when devices were last seen; devices that are gone meanwhile are passed over."""
    tx.run_many(
        _SAVE_LAST_SEEN,
        [
            {
                "of": user_id,
                "on": device_id,
                "last_seen_ts": last.at,
                "last_seen_ip": last.ip,
                "last_seen_user_agent": last.user_agent,
            }
            for (user_id, device_id), last in seen
        ],
    )


# --- access and refresh tokens -----------------------------------------------------------------

_TOKEN = Statement(
    sa.select(
        _T.user_id,
        _T.device_id,
        _A.is_admin,
        _A.locked_until,
        _T.expires_at,
        _T.previous_hash,
    )
    .join_from(TOKENS, ACCOUNTS, _T.user_id == _A.user_id)
    .where(_T.access_hash == _bind("access_hash"))
)
_BY_REFRESH = Statement(
    sa.select(_T.access_hash, _T.user_id, _T.device_id, _T.previous_hash, _A.locked_until)
    .join_from(TOKENS, ACCOUNTS, _T.user_id == _A.user_id)
    .where(_T.refresh_hash == _bind("refresh_hash"))
)
_ADD_TOKEN = Statement(sa.insert(TOKENS))
_REPLACEMENTS = Statement(
    sa.select(_T.access_hash).where(
        _T.user_id == _bind("user_id"),
        _T.device_id == _bind("device_id"),
        _T.previous_hash == _bind("previous_hash"),
    )
)
_TOKENS_OF = Statement(
    sa.select(_T.device_id, _T.issued_at, _T.expires_at)
    .where(_T.user_id == _bind("user_id"))
    .order_by(_T.device_id, _T.issued_at)
)
_CLEAR_PREVIOUS = Statement(
    sa.update(TOKENS).where(_T.access_hash == _bind("of")).values(previous_hash=sa.null())
)
_DELETE_TOKEN = Statement(sa.delete(TOKENS).where(_T.access_hash == _bind("access_hash")))
_DELETE_DEVICE_TOKENS = Statement(
    sa.delete(TOKENS).where(_T.user_id == _bind("user_id"), _T.device_id == _bind("device_id"))
)


def token(tx: ReadTx, access_hash: bytes) -> StoredToken | None:
    """Return what an access token leads to."""
    row = tx.one(_TOKEN, access_hash=access_hash)
    if row is None:
        return None
    user_id, device_id, is_admin, locked_until, expires_at, previous_hash = row
    return StoredToken(
        user_id=user_id,
        device_id=device_id,
        is_admin=bool(is_admin),
        locked_until=locked_until,
        expires_at=expires_at,
        previous_hash=previous_hash,
    )


def token_by_refresh(
    tx: ReadTx, refresh_hash: bytes
) -> tuple[bytes, UserId, DeviceId, bytes | None, TimestampMs] | None:
    """Return access hash, user, device, previous access hash and `locked_until` of a refresh token."""
    row = tx.one(_BY_REFRESH, refresh_hash=refresh_hash)
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])


def add_token(
    tx: WriteTx,
    user_id: UserId,
    device_id: DeviceId,
    access_hash: bytes,
    refresh_hash: bytes | None,
    previous_hash: bytes | None,
    expires_at: TimestampMs | None,
) -> None:
    """Store a pair of tokens for a device that exists."""
    tx.run(
        _ADD_TOKEN,
        access_hash=access_hash,
        refresh_hash=refresh_hash,
        previous_hash=previous_hash,
        user_id=user_id,
        device_id=device_id,
        issued_at=tx.now_ms(),
        expires_at=expires_at,
    )


def replacements(
    tx: ReadTx, user_id: UserId, device_id: DeviceId, previous_hash: bytes
) -> list[bytes]:
    """Return the access tokens already made to replace a given one, none of them used yet."""
    rows = tx.all(_REPLACEMENTS, user_id=user_id, device_id=device_id, previous_hash=previous_hash)
    return [row[0] for row in rows]


def tokens_of(
    tx: ReadTx, user_id: UserId
) -> list[tuple[DeviceId, TimestampMs, TimestampMs | None]]:
    """Return (device, issued at, expires at) of an account's access tokens; nobody gets in with that."""
    return [(row[0], row[1], row[2]) for row in tx.all(_TOKENS_OF, user_id=user_id)]


def clear_previous(tx: WriteTx, access_hash: bytes) -> None:
    """Say that a token has been used, so that nothing remains of the one before."""
    tx.run(_CLEAR_PREVIOUS, of=access_hash)


def delete_token(tx: WriteTx, access_hash: bytes) -> None:
    """Delete a pair of tokens."""
    tx.run(_DELETE_TOKEN, access_hash=access_hash)


def delete_device_tokens(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Delete every token of a device."""
    tx.run(_DELETE_DEVICE_TOKENS, user_id=user_id, device_id=device_id)


# --- tokens that live minutes ------------------------------------------------------------------

_ADD_SHORT = Statement(sa.insert(SHORT_TOKENS))
_SHORT = Statement(
    sa.select(_S.user_id).where(
        _S.token_hash == _bind("token_hash"),
        _S.kind == _bind("kind"),
        _S.expires_at > _bind("now"),
    )
)
_DELETE_SHORT = Statement(sa.delete(SHORT_TOKENS).where(_S.token_hash == _bind("token_hash")))
_DELETE_OLD_SHORT = Statement(sa.delete(SHORT_TOKENS).where(_S.expires_at <= _bind("now")))
_DELETE_USERS_SHORT = Statement(sa.delete(SHORT_TOKENS).where(_S.user_id == _bind("user_id")))


def add_short_token(
    tx: WriteTx, token_hash: bytes, kind: str, user_id: UserId, expires_at: int
) -> None:
    """Store a short-lived token, and forget those that have ended."""
    tx.run(_DELETE_OLD_SHORT, now=tx.now_ms())
    tx.run(_ADD_SHORT, token_hash=token_hash, kind=kind, user_id=user_id, expires_at=expires_at)


def short_token(tx: ReadTx, token_hash: bytes, kind: str) -> UserId | None:
    """Return whose a short-lived token is, if it has not ended."""
    row = tx.one(_SHORT, token_hash=token_hash, kind=kind, now=tx.now_ms())
    return None if row is None else row[0]


def delete_short_token(tx: WriteTx, token_hash: bytes) -> None:
    """Delete a short-lived token: it works once."""
    tx.run(_DELETE_SHORT, token_hash=token_hash)


def delete_short_tokens_of(tx: WriteTx, user_id: UserId) -> None:
    """Delete every short-lived token of an account."""
    tx.run(_DELETE_USERS_SHORT, user_id=user_id)


# --- registration tokens -----------------------------------------------------------------------

_REGISTRATION_TOKEN = Statement(
    sa.select(_R.token, _R.uses_allowed, _R.uses, _R.expires_at).where(_R.token == _bind("token"))
)
_REGISTRATION_TOKENS = Statement(
    sa.select(_R.token, _R.uses_allowed, _R.uses, _R.expires_at).order_by(_R.token)
)
_ADD_REGISTRATION_TOKEN = Upsert(
    REGISTRATION_TOKENS, key=["token"], update=["uses_allowed", "expires_at"]
)
_USE_REGISTRATION_TOKEN = Statement(
    sa.update(REGISTRATION_TOKENS).where(_R.token == _bind("of")).values(uses=_R.uses + 1)
)
_DELETE_REGISTRATION_TOKEN = Statement(
    sa.delete(REGISTRATION_TOKENS).where(_R.token == _bind("token"))
)


def registration_token_works(tx: ReadTx, text: str) -> bool:
    """Tell whether one more account may be made with a registration token."""
    row = tx.one(_REGISTRATION_TOKEN, token=text)
    if row is None:
        return False
    _, uses_allowed, uses, expires_at = row
    return (uses_allowed is None or uses < uses_allowed) and (
        expires_at is None or expires_at > tx.now_ms()
    )


def registration_tokens(tx: ReadTx) -> list[tuple[str, int | None, int, int | None]]:
    """Return every registration token with uses allowed, uses made and its end."""
    return [(row[0], row[1], row[2], row[3]) for row in tx.all(_REGISTRATION_TOKENS)]


def add_registration_token(
    tx: WriteTx, text: str, uses_allowed: int | None, expires_at: int | None
) -> None:
    """Store a registration token, or change the limits of one that is there."""
    tx.run(
        _ADD_REGISTRATION_TOKEN,
        token=text,
        uses_allowed=uses_allowed,
        uses=0,
        expires_at=expires_at,
    )


def use_registration_token(tx: WriteTx, text: str) -> None:
    """Count one use."""
    tx.run(_USE_REGISTRATION_TOKEN, of=text)


def delete_registration_token(tx: WriteTx, text: str) -> int:
    """Withdraw a registration token; return how many there were, 0 or 1."""
    return tx.run(_DELETE_REGISTRATION_TOKEN, token=text)


# --- profiles ----------------------------------------------------------------------------------

_PROFILE = Statement(
    sa.select(_P.field, _P.value).where(_P.user_id == _bind("user_id")).order_by(_P.field)
)
_PROFILE_FIELD = Statement(
    sa.select(_P.value).where(_P.user_id == _bind("user_id"), _P.field == _bind("field"))
)
_PUT_PROFILE_FIELD = Upsert(PROFILES, key=["user_id", "field"], update=["value"])
_DELETE_PROFILE_FIELD = Statement(
    sa.delete(PROFILES).where(_P.user_id == _bind("user_id"), _P.field == _bind("field"))
)
_DELETE_PROFILE = Statement(sa.delete(PROFILES).where(_P.user_id == _bind("user_id")))
_NAME = PROFILES.alias("name")
_AVATAR = PROFILES.alias("avatar")
_SEARCH = Statement(
    sa.select(_A.user_id, _NAME.c.value, _AVATAR.c.value)
    .select_from(
        sa.outerjoin(
            sa.outerjoin(
                ACCOUNTS,
                _NAME,
                sa.and_(_NAME.c.user_id == _A.user_id, _NAME.c.field == "displayname"),
            ),
            _AVATAR,
            sa.and_(_AVATAR.c.user_id == _A.user_id, _AVATAR.c.field == "avatar_url"),
        )
    )
    .where(
        _A.deactivated_at.is_(None),
        _A.user_id > _bind("after"),
        sa.or_(
            _A.user_id.like(_bind("pattern"), escape="\\"),
            sa.func.lower(_NAME.c.value).like(_bind("name_pattern"), escape="\\"),
        ),
    )
    .order_by(_A.user_id)
    .limit(_bind("limit"))
)


def profile(tx: ReadTx, user_id: UserId) -> dict[str, str]:
    """Return an account's profile: field to canonical JSON text."""
    return {row[0]: row[1] for row in tx.all(_PROFILE, user_id=user_id)}


def profile_field(tx: ReadTx, user_id: UserId, field: str) -> str | None:
    """Return the canonical JSON text of one profile field."""
    row = tx.one(_PROFILE_FIELD, user_id=user_id, field=field)
    return None if row is None else row[0]


def put_profile_field(tx: WriteTx, user_id: UserId, field: str, value: str) -> None:
    """Store one profile field as canonical JSON text."""
    tx.run(_PUT_PROFILE_FIELD, user_id=user_id, field=field, value=value)


def delete_profile_field(tx: WriteTx, user_id: UserId, field: str) -> int:
    """Delete one profile field; return how many there were, 0 or 1."""
    return tx.run(_DELETE_PROFILE_FIELD, user_id=user_id, field=field)


def delete_profile(tx: WriteTx, user_id: UserId) -> None:
    """Delete a whole profile."""
    tx.run(_DELETE_PROFILE, user_id=user_id)


def search_profiles(
    tx: ReadTx, pattern: str, name_pattern: str, limit: int, *, after: str = ""
) -> list[tuple[UserId, str | None, str | None]]:
    """Return user id, display name and avatar (as JSON text) of accounts like two LIKE patterns, ordered by id."""
    rows = tx.all(_SEARCH, pattern=pattern, name_pattern=name_pattern, limit=limit, after=after)
    return [(row[0], row[1], row[2]) for row in rows]
