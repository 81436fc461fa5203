"""Tables and SQL of merchants, their keys and cashiers. What may be written, the database guards (migration 0019)."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops.model import KeyId, Merchant, MerchantKey

_bind = sa.bindparam
MERCHANTS = sa.Table(
    "wallet_merchants",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("mcc", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("verified_name", sa.Text),
    sa.Column("verified_at", sa.BigInteger),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("closed_at", sa.BigInteger),
    sa.Index("wallet_merchants_by_owner", "owner"),
    sqlite_with_rowid=False,
)
KEYS = sa.Table(
    "wallet_merchant_keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
    sa.UniqueConstraint("hash"),
    sa.Index("wallet_merchant_keys_by_merchant", "merchant"),
    sqlite_with_rowid=False,
)
CASHIERS = sa.Table(
    "wallet_cashiers",
    metadata,
    sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("added_at", sa.BigInteger, nullable=False),
    sa.Index("wallet_cashiers_by_user", "user_id"),
    sqlite_with_rowid=False,
)

_M = MERCHANTS.c
_ADD_MERCHANT = Statement(sa.insert(MERCHANTS))
_MERCHANT = Statement(sa.select(*_M).where(_M.id == _bind("id")))
_MERCHANTS_OF = Statement(
    sa.select(*_M).where(_M.owner == _bind("owner")).order_by(_M.made_at, _M.id)
)
_MERCHANTS = Statement(sa.select(*_M).order_by(_M.made_at.desc(), _M.id).limit(_bind("limit")))
_SERVED = Statement(
    sa.select(*_M)
    .select_from(MERCHANTS.join(CASHIERS, CASHIERS.c.merchant == _M.id))
    .where(CASHIERS.c.user_id == _bind("user_id"), _M.closed_at.is_(None))
    .order_by(_M.made_at, _M.id)
)
_SET_VERIFIED = Statement(
    sa.update(MERCHANTS)
    .where(_M.id == _bind("of"))
    .values(verified_name=_bind("name"), verified_at=_bind("at"))
)
_CLOSE = Statement(sa.update(MERCHANTS).where(_M.id == _bind("of")).values(closed_at=_bind("at")))


def add_merchant(tx: WriteTx, merchant: Merchant) -> None:
    """Open a shop."""
    tx.run(_ADD_MERCHANT, **msgspec.structs.asdict(merchant))


def merchant(tx: ReadTx, id: str) -> Merchant | None:
    """Return a shop, open or closed."""
    row = tx.one(_MERCHANT, id=id)
    return None if row is None else as_struct(Merchant, row)


def merchants_of(tx: ReadTx, owner: UserId) -> list[Merchant]:
    """Return an account's shops, the oldest first."""
    return [as_struct(Merchant, row) for row in tx.all(_MERCHANTS_OF, owner=owner)]


def merchants(tx: ReadTx, limit: int) -> list[Merchant]:
    """Return the newest shops."""
    return [as_struct(Merchant, row) for row in tx.all(_MERCHANTS, limit=limit)]


def served_by(tx: ReadTx, user_id: UserId) -> list[Merchant]:
    """Return the open shops in which somebody is a cashier."""
    return [as_struct(Merchant, row) for row in tx.all(_SERVED, user_id=user_id)]


def set_verified(tx: WriteTx, id: MerchantId, name: str | None) -> None:
    """Note under which name an operator knows a shop; None: under none any more."""
    tx.run(_SET_VERIFIED, of=id, name=name, at=None if name is None else tx.now_ms())


def close(tx: WriteTx, id: MerchantId) -> None:
    """Close a shop, for ever."""
    tx.run(_CLOSE, of=id, at=tx.now_ms())


# --- keys -------------------------------------------------------------------------------------

_K = KEYS.c
_ADD_KEY = Statement(sa.insert(KEYS))
_KEY = Statement(sa.select(*_K).where(_K.hash == _bind("hash")))
_KEYS_OF = Statement(
    sa.select(*_K)
    .where(_K.merchant == _bind("merchant"), _K.revoked_at.is_(None))
    .order_by(_K.made_at, _K.id)
)
_REVOKE_KEY = Statement(
    sa.update(KEYS)
    .where(_K.merchant == _bind("of"), _K.id == _bind("key_id"), _K.revoked_at.is_(None))
    .values(revoked_at=_bind("at"))
)


def add_key(tx: WriteTx, key: MerchantKey) -> None:
    """Keep a key's hash."""
    tx.run(_ADD_KEY, **msgspec.structs.asdict(key))


def key(tx: ReadTx, hash: bytes) -> MerchantKey | None:
    """Return a key by its hash, revoked or not."""
    row = tx.one(_KEY, hash=hash)
    return None if row is None else as_struct(MerchantKey, row)


def keys_of(tx: ReadTx, merchant: MerchantId) -> list[MerchantKey]:
    """Return the keys of a merchant that work, the oldest first."""
    return [as_struct(MerchantKey, row) for row in tx.all(_KEYS_OF, merchant=merchant)]


def revoke_key(tx: WriteTx, merchant: MerchantId, id: KeyId) -> bool:
    """Let a key work no more; tell whether it did."""
    return tx.run(_REVOKE_KEY, of=merchant, key_id=id, at=tx.now_ms()) == 1


# --- cashiers ---------------------------------------------------------------------------------

_C = CASHIERS.c
_ADD_CASHIER = Upsert(CASHIERS, key=["merchant", "user_id"], update=["added_at"])
_REMOVE_CASHIER = Statement(
    sa.delete(CASHIERS).where(_C.merchant == _bind("merchant"), _C.user_id == _bind("user_id"))
)
_CASHIERS = Statement(
    sa.select(_C.user_id, _C.added_at)
    .where(_C.merchant == _bind("merchant"))
    .order_by(_C.added_at, _C.user_id)
)
_IS_CASHIER = Statement(
    sa.select(_C.user_id).where(
        _C.merchant == _bind("merchant"), _C.user_id == _bind("user_id")
    )
)  # fmt: skip


def add_cashier(tx: WriteTx, merchant: MerchantId, user_id: UserId) -> None:
    """Let somebody use a merchant's till with their own login."""
    tx.run(_ADD_CASHIER, merchant=merchant, user_id=user_id, added_at=tx.now_ms())


def remove_cashier(tx: WriteTx, merchant: MerchantId, user_id: UserId) -> None:
    """Let them do it no more."""
    tx.run(_REMOVE_CASHIER, merchant=merchant, user_id=user_id)


def cashiers(tx: ReadTx, merchant: MerchantId) -> list[tuple[UserId, TimestampMs]]:
    """Return a merchant's cashiers: (who, since when)."""
    return [
        (UserId(who), TimestampMs(since)) for who, since in tx.all(_CASHIERS, merchant=merchant)
    ]


def is_cashier(tx: ReadTx, merchant: MerchantId, user_id: UserId) -> bool:
    """Tell whether somebody is a cashier."""
    return tx.one(_IS_CASHIER, merchant=merchant, user_id=user_id) is not None
