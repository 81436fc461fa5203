"""Tables and SQL of the codes that payers show. A code works once: the database guards it (migration 0019)."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import DeviceId, UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.shops.model import Pack, PackId, Paycode

_bind = sa.bindparam
PACKS = sa.Table(
    "wallet_paypacks",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("device_id", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("cap_each", sa.BigInteger, nullable=False),
    sa.Column("cap_total", sa.BigInteger, nullable=False),
    sa.Column("spent", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
    sa.Index("wallet_paypacks_by_device", "user_id", "device_id"),
    sqlite_with_rowid=False,
)
PAYCODES = sa.Table(
    "wallet_paycodes",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("device_id", sa.Text, nullable=False),
    sa.Column("pack", sa.Text, sa.ForeignKey("wallet_paypacks.id")),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("used_by", sa.Text),
    sa.UniqueConstraint("used_by"),
    sa.Index("wallet_paycodes_by_device", "user_id", "device_id"),
    sa.Index("wallet_paycodes_by_time", "expires_at"),
    sqlite_with_rowid=False,
)

_P, _K = PAYCODES.c, PACKS.c
_ADD = Statement(sa.insert(PAYCODES))
_PAYCODE = Statement(sa.select(*_P).where(_P.hash == _bind("hash")))
_USE = Statement(
    sa.update(PAYCODES)
    .where(_P.hash == _bind("of"), _P.used_by.is_(None))
    .values(used_by=_bind("by"))
)
_UNUSED = sa.and_(
    _P.user_id == _bind("user_id"), _P.device_id == _bind("device_id"), _P.used_by.is_(None)
)
_FORGET_SHORT = Statement(sa.delete(PAYCODES).where(_UNUSED, _P.pack.is_(None)))
_FORGET_ALL = Statement(sa.delete(PAYCODES).where(_UNUSED))
_FORGET_OLD = Statement(
    sa.delete(PAYCODES).where(
        _P.hash.in_(
            sa.select(_P.hash)
            .where(_P.expires_at <= _bind("before"))
            .order_by(_P.expires_at)
            .limit(_bind("limit"))
        )
    )
)
_OLDEST = Statement(sa.select(_P.expires_at).order_by(_P.expires_at).limit(1))
_ADD_PACK = Statement(sa.insert(PACKS))
_PACK = Statement(sa.select(*_K).where(_K.id == _bind("id")))
_PACKS_OF = Statement(
    sa.select(*_K)
    .where(_K.user_id == _bind("user_id"), _K.revoked_at.is_(None), _K.expires_at > _bind("now"))
    .order_by(_K.made_at, _K.id)
)
_REVOKE = Statement(
    sa.update(PACKS)
    .where(
        _K.user_id == _bind("of"),
        _K.device_id == _bind("from_device"),
        _K.revoked_at.is_(None),
    )
    .values(revoked_at=_bind("at"))
)
_SPEND = Statement(
    sa.update(PACKS).where(_K.id == _bind("of")).values(spent=_K.spent + _bind("more"))
)


def add_paycodes(tx: WriteTx, made: list[Paycode]) -> None:
    """Keep the hashes of new codes."""
    tx.run_many(_ADD, [msgspec.structs.asdict(one) for one in made])


def paycode(tx: ReadTx, hash: bytes) -> Paycode | None:
    """Return a code by its hash, used or not."""
    row = tx.one(_PAYCODE, hash=hash)
    return None if row is None else as_struct(Paycode, row)


def use(tx: WriteTx, hash: bytes, by: str) -> None:
    """Note that a code was shown for a charge. It works no more."""
    used = tx.run(_USE, of=hash, by=by)
    assert used == 1


def forget_short(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Let the code that a device showed last work no more, if nobody took it."""
    tx.run(_FORGET_SHORT, user_id=user_id, device_id=device_id)


def forget_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Let every code of a device work no more."""
    tx.run(_FORGET_ALL, user_id=user_id, device_id=device_id)
    tx.run(_REVOKE, of=user_id, from_device=device_id, at=tx.now_ms())


def forget_old(tx: WriteTx, before: int, limit: int) -> None:
    """Forget codes whose time was over before a time: nobody asks for them any more."""
    tx.run(_FORGET_OLD, before=before, limit=limit)


def oldest(tx: ReadTx) -> int | None:
    """Return when the oldest code expires or expired."""
    row = tx.one(_OLDEST)
    return None if row is None else int(row[0])


def add_pack(tx: WriteTx, pack: Pack) -> None:
    """Keep a pack, without its codes."""
    tx.run(_ADD_PACK, **msgspec.structs.asdict(pack))


def pack(tx: ReadTx, id: PackId) -> Pack | None:
    """Return a pack."""
    row = tx.one(_PACK, id=id)
    return None if row is None else as_struct(Pack, row)


def packs_of(tx: ReadTx, user_id: UserId) -> list[Pack]:
    """Return somebody's packs that still work, the oldest first."""
    found = tx.all(_PACKS_OF, user_id=user_id, now=tx.now_ms())
    return [as_struct(Pack, row) for row in found]


def spend(tx: WriteTx, id: PackId, amount: int) -> None:
    """Add to what a pack has paid."""
    tx.run(_SPEND, of=id, more=amount)
