"""Tables and SQL of money between people: payments in a chat, red packets, requests."""

from typing import Any

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs, UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import (
    Offer,
    OfferId,
    OfferState,
    Packet,
    PacketId,
    PacketState,
    Part,
    PartState,
    Request,
    RequestId,
    Share,
)
from courtyard.wallet.store import next_due_hold

_bind = sa.bindparam


def _pot(name: str, *middle: sa.Column[Any], more: tuple[sa.Index, ...] = ()) -> sa.Table:
    """Return the table of something that waits in an escrow account of its own until its time is over."""
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("room_id", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        *middle,
        sa.Column("escrow", sa.Text, sa.ForeignKey("wallet_accounts.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.UniqueConstraint("escrow"),
        sa.Index(f"{name}_by_time", "state", "expires_at"),
        sa.Index(f"{name}_by_sender", "sender", "state", "expires_at"),
        *more,
    )


def _code() -> sa.Column[str]:
    return sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False)


OFFERS = _pot(
    "wallet_offers",
    sa.Column("recipient", sa.Text, nullable=False),
    _code(),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("delay_ms", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    sa.Column("arrives_at", sa.BigInteger),
    sa.Column("recalled_at", sa.BigInteger),
    more=(
        sa.Index("wallet_offers_by_arrival", "state", "arrives_at"),
        sa.Index("wallet_offers_by_recipient", "recipient", "state", "arrives_at"),
    ),
)
PACKETS = _pot(
    "wallet_packets",
    _code(),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("split", sa.Text, nullable=False),
    sa.Column("seed", sa.LargeBinary, nullable=False),
)
SHARES = sa.Table(
    "wallet_shares",
    metadata,
    sa.Column("packet", sa.Text, sa.ForeignKey("wallet_packets.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("claimant", sa.Text),
    sa.Column("claimed_at", sa.BigInteger),
    sa.UniqueConstraint("packet", "claimant"),
    sqlite_with_rowid=False,
)
REQUESTS = sa.Table(
    "wallet_requests",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, nullable=False),
    sa.Column("payee", sa.Text, nullable=False),
    _code(),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("remind_at", sa.BigInteger),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Index("wallet_requests_by_time", "remind_at"),
)
PARTS = sa.Table(
    "wallet_parts",
    metadata,
    sa.Column("request", sa.Text, sa.ForeignKey("wallet_requests.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.UniqueConstraint("request", "user_id"),
    sqlite_with_rowid=False,
)


def _due(pot: sa.Table, waiting: str) -> sa.Select[Any]:
    """Return the question for what still waits though its time is over, the oldest first."""
    its = pot.c
    return (
        sa.select(*its)
        .where(its.state == waiting, its.expires_at <= _bind("now"))
        .order_by(its.expires_at, its.id)
    )


def _end(pot: sa.Table) -> Statement:
    """Return the statement that says how something ended."""
    ended = sa.update(pot).where(pot.c.id == _bind("of"))
    return Statement(ended.values(state=_bind("new_state"), ended_at=_bind("at")))


# --- payments in a chat -----------------------------------------------------------------------

_O = OFFERS.c
_ADD_OFFER = Statement(sa.insert(OFFERS))
_OFFER = Statement(sa.select(*_O).where(_O.id == _bind("id")))
_DUE_OFFERS = Statement(_due(OFFERS, "pending").limit(_bind("limit")))
_DUE_OFFERS_OF = Statement(_due(OFFERS, "pending").where(_O.sender == _bind("sender")))
_ARRIVED = (
    sa.select(*_O)
    .where(_O.state == "arriving", _O.arrives_at <= _bind("now"))
    .order_by(_O.arrives_at, _O.id)
)
_ARRIVALS = Statement(_ARRIVED.limit(_bind("limit")))
_ARRIVALS_OF = Statement(_ARRIVED.where(_O.recipient == _bind("recipient")))
_ON_THEIR_WAY = Statement(
    sa.select(*_O)
    .where(_O.state == "arriving", _O.arrives_at > _bind("now"))
    .order_by(_O.arrives_at, _O.id)
    .limit(_bind("limit"))
)
_SET_ARRIVAL = Statement(
    sa.update(OFFERS)
    .where(_O.id == _bind("of"))
    .values(state="arriving", arrives_at=_bind("new_time"))
)
_RECALL = Statement(sa.update(OFFERS).where(_O.id == _bind("of")).values(recalled_at=_bind("at")))
_END_OFFER = _end(OFFERS)


def add_offer(tx: WriteTx, offer: Offer) -> None:
    """Keep a payment that waits for its recipient."""
    tx.run(_ADD_OFFER, **msgspec.structs.asdict(offer))


def offer(tx: ReadTx, id: OfferId) -> Offer | None:
    """Return a payment in a chat."""
    row = tx.one(_OFFER, id=id)
    return None if row is None else as_struct(Offer, row)


def due_offers(tx: ReadTx, now_ms: int, limit: int) -> list[Offer]:
    """Return payments that still wait though their time is over, the oldest first."""
    return [as_struct(Offer, row) for row in tx.all(_DUE_OFFERS, now=now_ms, limit=limit)]


def due_offers_of(tx: ReadTx, sender: UserId, now_ms: int) -> list[Offer]:
    """Return somebody's payments that still wait though their time is over: what the sweeper has not seen to yet."""
    rows = tx.all(_DUE_OFFERS_OF, sender=sender, now=now_ms)
    return [as_struct(Offer, row) for row in rows]


def arrivals(tx: ReadTx, now_ms: int, limit: int) -> list[Offer]:
    """Return payments whose money is to be moved because their delay is over, the oldest first."""
    return [as_struct(Offer, row) for row in tx.all(_ARRIVALS, now=now_ms, limit=limit)]


def is_due(tx: ReadTx, user_id: UserId, now_ms: int) -> bool:
    """Tell whether anything is to come back to somebody, or has arrived for them, that nobody moved yet.

    Hardly ever is there: so a payment asks this once, and not for each kind by itself.
    """
    row = tx.one(_IS_DUE, who=user_id, now=now_ms)
    assert row is not None
    return bool(row[0])


def arrivals_of(tx: ReadTx, recipient: UserId, now_ms: int) -> list[Offer]:
    """Return payments to somebody whose money is to be moved because their delay is over."""
    rows = tx.all(_ARRIVALS_OF, recipient=recipient, now=now_ms)
    return [as_struct(Offer, row) for row in rows]


def on_their_way(tx: ReadTx, now_ms: int, limit: int) -> list[Offer]:
    """Return payments that were accepted and have not arrived yet, the next to arrive first."""
    return [as_struct(Offer, row) for row in tx.all(_ON_THEIR_WAY, now=now_ms, limit=limit)]


def set_arrival(tx: WriteTx, id: OfferId, arrives_at: TimestampMs) -> None:
    """Let a payment be on its way until a time."""
    tx.run(_SET_ARRIVAL, of=id, new_time=arrives_at)


def recall_offer(tx: WriteTx, id: OfferId) -> None:
    """Note that the sender of a payment wants it back."""
    tx.run(_RECALL, of=id, at=tx.now_ms())


def end_offer(tx: WriteTx, id: OfferId, state: OfferState) -> None:
    """Note how a payment in a chat ended."""
    tx.run(_END_OFFER, of=id, new_state=state, at=tx.now_ms())


# --- red packets ------------------------------------------------------------------------------

_P = PACKETS.c
_ADD_PACKET = Statement(sa.insert(PACKETS))
_PACKET = Statement(sa.select(*_P).where(_P.id == _bind("id")))
_DUE_PACKETS = Statement(_due(PACKETS, "open").limit(_bind("limit")))
_DUE_PACKETS_OF = Statement(_due(PACKETS, "open").where(_P.sender == _bind("sender")))
_END_PACKET = _end(PACKETS)
_WHO: sa.BindParameter[Any] = _bind("who")
_NOW: sa.BindParameter[Any] = _bind("now")
_IS_DUE = Statement(
    sa.select(
        sa.or_(
            *(
                sa.exists().where(*where)
                for where in (
                    (_O.recipient == _WHO, _O.state == "arriving", _O.arrives_at <= _NOW),
                    (_O.sender == _WHO, _O.state == "pending", _O.expires_at <= _NOW),
                    (_P.sender == _WHO, _P.state == "open", _P.expires_at <= _NOW),
                )
            )
        )
    )
)
_S = SHARES.c
_ADD_SHARE = Statement(sa.insert(SHARES))
_SHARES = Statement(
    sa.select(_S.number, _S.amount, _S.claimant, _S.claimed_at)
    .where(_S.packet == _bind("packet"))
    .order_by(_S.number)
)
_CLAIM = Statement(
    sa.update(SHARES)
    .where(_S.packet == _bind("of"), _S.number == _bind("at_number"))
    .values(claimant=_bind("who"), claimed_at=_bind("at"))
)


def add_packet(tx: WriteTx, packet: Packet, shares: list[int]) -> None:
    """Keep a red packet and its shares, in the order in which they are claimed."""
    tx.run(_ADD_PACKET, **msgspec.structs.asdict(packet))
    tx.run_many(
        _ADD_SHARE,
        [
            {
                "packet": packet.id,
                "number": number,
                "amount": amount,
                "claimant": None,
                "claimed_at": None,
            }
            for number, amount in enumerate(shares, 1)
        ],
    )


def packet(tx: ReadTx, id: PacketId) -> Packet | None:
    """Return a red packet."""
    row = tx.one(_PACKET, id=id)
    return None if row is None else as_struct(Packet, row)


def due_packets(tx: ReadTx, now_ms: int, limit: int) -> list[Packet]:
    """Return packets that are still open though their time is over, the oldest first."""
    return [as_struct(Packet, row) for row in tx.all(_DUE_PACKETS, now=now_ms, limit=limit)]


def due_packets_of(tx: ReadTx, sender: UserId, now_ms: int) -> list[Packet]:
    """Return somebody's packets that are still open though their time is over."""
    rows = tx.all(_DUE_PACKETS_OF, sender=sender, now=now_ms)
    return [as_struct(Packet, row) for row in rows]


def end_packet(tx: WriteTx, id: PacketId, state: PacketState) -> None:
    """Note how a red packet ended."""
    tx.run(_END_PACKET, of=id, new_state=state, at=tx.now_ms())


def shares(tx: ReadTx, id: PacketId) -> list[Share]:
    """Return the shares of a packet, in the order in which they are claimed."""
    return [as_struct(Share, row) for row in tx.all(_SHARES, packet=id)]


def claim_share(tx: WriteTx, id: PacketId, number: int, who: UserId) -> None:
    """Give a share to somebody. The database refuses a second one for the same person, and a share that is gone."""
    tx.run(_CLAIM, of=id, at_number=number, who=who, at=tx.now_ms())


# --- requests ---------------------------------------------------------------------------------

_R = REQUESTS.c
_ADD_REQUEST = Statement(sa.insert(REQUESTS))
_REQUEST = Statement(sa.select(*_R).where(_R.id == _bind("id")))
_DUE_REQUESTS = Statement(
    sa.select(*_R)
    .where(_R.remind_at <= _bind("now"))
    .order_by(_R.remind_at, _R.id)
    .limit(_bind("limit"))
)
_FORGET_REMINDER = Statement(sa.update(REQUESTS).where(_R.id == _bind("of")).values(remind_at=None))
_Q = PARTS.c
_ADD_PART = Statement(sa.insert(PARTS))
_PARTS = Statement(
    sa.select(_Q.number, _Q.user_id, _Q.amount, _Q.state, _Q.ended_at)
    .where(_Q.request == _bind("request"))
    .order_by(_Q.number)
)
_END_PART = Statement(
    sa.update(PARTS)
    .where(_Q.request == _bind("of"), _Q.number == _bind("at_number"))
    .values(state=_bind("new_state"), ended_at=_bind("at"))
)


def add_request(tx: WriteTx, request: Request, parts: list[Part]) -> None:
    """Keep a wish to be paid."""
    tx.run(_ADD_REQUEST, **msgspec.structs.asdict(request))
    rows = [{"request": request.id, **msgspec.structs.asdict(part)} for part in parts]
    tx.run_many(_ADD_PART, rows)


def request(tx: ReadTx, id: RequestId) -> Request | None:
    """Return a wish to be paid."""
    row = tx.one(_REQUEST, id=id)
    return None if row is None else as_struct(Request, row)


def due_requests(tx: ReadTx, now_ms: int, limit: int) -> list[Request]:
    """Return requests of which somebody is to be reminded now."""
    return [as_struct(Request, row) for row in tx.all(_DUE_REQUESTS, now=now_ms, limit=limit)]


def forget_reminder(tx: WriteTx, id: RequestId) -> None:
    """Remind nobody of a request any more."""
    tx.run(_FORGET_REMINDER, of=id)


def parts(tx: ReadTx, id: RequestId) -> list[Part]:
    """Return the parts of a request, in order."""
    return [as_struct(Part, row) for row in tx.all(_PARTS, request=id)]


def end_part(tx: WriteTx, id: RequestId, number: int, state: PartState) -> None:
    """Note that a part was paid, or is not wanted any more."""
    tx.run(_END_PART, of=id, at_number=number, new_state=state, at=tx.now_ms())


# --- the clock --------------------------------------------------------------------------------

_NEXT = [
    Statement(sa.select(sa.func.min(_O.expires_at)).where(_O.state == "pending")),
    Statement(sa.select(sa.func.min(_O.arrives_at)).where(_O.state == "arriving")),
    Statement(sa.select(sa.func.min(_P.expires_at)).where(_P.state == "open")),
    Statement(sa.select(sa.func.min(_R.remind_at))),
]


def next_due(tx: ReadTx) -> TimestampMs | None:
    """Return when the sweeper has something to do next."""
    times = [next_due_hold(tx)]
    for statement in _NEXT:
        row = tx.one(statement)
        times.append(None if row is None else row[0])
    return min((time for time in times if time is not None), default=None)
