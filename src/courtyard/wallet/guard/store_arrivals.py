"""Tables and SQL of payments that arrive later: what payers chose, and what operators stopped."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.guard.model import Delay, Stop, StopId
from courtyard.wallet.model import OfferId

_bind = sa.bindparam
DELAYS = sa.Table(
    "wallet_delays",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("delay_ms", sa.BigInteger, nullable=False),
    sa.Column("next_ms", sa.BigInteger),
    sa.Column("next_at", sa.BigInteger),
    sqlite_with_rowid=False,
)
STOPS = sa.Table(
    "wallet_stops",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("offer", sa.Text, sa.ForeignKey("wallet_offers.id"), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("begun_by", sa.Text, nullable=False),
    sa.Column("begun_at", sa.BigInteger, nullable=False),
    sa.Column("was_at", sa.BigInteger, nullable=False),
    sa.Column("review_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("ended_by", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("told_at", sa.BigInteger),
    sa.Index("wallet_stops_by_offer", "offer", "begun_at"),
    sa.Index("wallet_stops_by_told", "told_at"),
)

# --- what payers chose ------------------------------------------------------------------------

_D = DELAYS.c
_SET_DELAY = Upsert(DELAYS, key=["user_id"], update=["delay_ms", "next_ms", "next_at"])
_DELAY = Statement(sa.select(*_D).where(_D.user_id == _bind("user_id")))
_FORGET_DELAY = Statement(sa.delete(DELAYS).where(_D.user_id == _bind("user_id")))


def set_delay(tx: WriteTx, delay: Delay) -> None:
    """Keep what somebody chose."""
    tx.run(_SET_DELAY, **msgspec.structs.asdict(delay))


def delay(tx: ReadTx, user_id: UserId) -> Delay | None:
    """Return what somebody chose; None: nothing yet."""
    row = tx.one(_DELAY, user_id=user_id)
    return None if row is None else as_struct(Delay, row)


def forget_delay(tx: WriteTx, user_id: UserId) -> None:
    """Forget what an account that ends had chosen. What is on its way keeps its time."""
    tx.run(_FORGET_DELAY, user_id=user_id)


# --- what operators stopped -------------------------------------------------------------------

_S = STOPS.c
_ADD_STOP = Statement(sa.insert(STOPS))
_CHANGES = ("review_at", "ended_at", "ended_by", "outcome", "told_at")
_SET_STOP = Statement(
    sa.update(STOPS)
    .where(_S.id == _bind("of"))
    .values({name: _bind(f"new_{name}") for name in _CHANGES})
)
_STOP = Statement(sa.select(*_S).where(_S.id == _bind("id")))
_NEWEST_OF = Statement(
    sa.select(*_S).where(_S.offer == _bind("of")).order_by(_S.begun_at.desc(), _S.id).limit(1)
)
_NEWEST = Statement(sa.select(*_S).order_by(_S.begun_at.desc(), _S.id).limit(_bind("limit")))
_UNTOLD = Statement(
    sa.select(*_S).where(_S.told_at.is_(None)).order_by(_S.begun_at, _S.id).limit(_bind("limit"))
)


def add_stop(tx: WriteTx, stop: Stop) -> None:
    """Keep a stop that begins."""
    tx.run(_ADD_STOP, **msgspec.structs.asdict(stop))


def set_stop(tx: WriteTx, stop: Stop) -> None:
    """Keep what changed of a stop: its review, its end, that both sides were told."""
    changed = {f"new_{name}": getattr(stop, name) for name in _CHANGES}
    tx.run(_SET_STOP, of=stop.id, **changed)


def stop(tx: ReadTx, id: StopId) -> Stop | None:
    """Return a stop."""
    row = tx.one(_STOP, id=id)
    return None if row is None else as_struct(Stop, row)


def newest_stop_of(tx: ReadTx, offer: OfferId) -> Stop | None:
    """Return the newest stop of a payment."""
    row = tx.one(_NEWEST_OF, of=offer)
    return None if row is None else as_struct(Stop, row)


def newest_stops(tx: ReadTx, limit: int) -> list[Stop]:
    """Return the newest stops."""
    return [as_struct(Stop, row) for row in tx.all(_NEWEST, limit=limit)]


def untold_stops(tx: ReadTx, limit: int) -> list[Stop]:
    """Return stops of which both sides were not told yet, the oldest first."""
    return [as_struct(Stop, row) for row in tx.all(_UNTOLD, limit=limit)]
