"""Tables and SQL of consents. What may be charged, the database itself guards (migration 0023)."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.consents.model import Consent, ConsentId, ConsentState
from courtyard.wallet.shops.model import OrderId

_bind = sa.bindparam
CONSENTS = sa.Table(
    "wallet_consents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("asked_of", sa.Text),
    sa.Column("user_id", sa.Text),
    sa.Column("device_id", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("per_charge", sa.BigInteger),
    sa.Column("interval", sa.Text),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("ask_until", sa.BigInteger, nullable=False),
    sa.Column("until", sa.BigInteger),
    sa.Column("granted_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("ended_by", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("merchant", "number"),
    sa.UniqueConstraint("link"),
    sa.Index("wallet_consents_by_user", "user_id", "made_at"),
    sa.Index("wallet_consents_asked", "asked_of", "state"),
)
CHARGES = sa.Table(
    "wallet_charges",
    metadata,
    sa.Column("order_id", sa.Text, sa.ForeignKey("wallet_orders.id"), primary_key=True),
    sa.Column("consent", sa.Text, sa.ForeignKey("wallet_consents.id"), nullable=False),
    sa.Column("span", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Index("wallet_charges_by_consent", "consent", "span"),
    sa.Index("wallet_charges_by_time", "consent", "made_at"),
)
USE = sa.Table(
    "wallet_consent_use",
    metadata,
    sa.Column("consent", sa.Text, sa.ForeignKey("wallet_consents.id"), primary_key=True),
    sa.Column("span", sa.BigInteger, primary_key=True),
    sa.Column("used", sa.BigInteger, nullable=False),
    sa.Column("most", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

_C, _G, _U = CONSENTS.c, CHARGES.c, USE.c
_ADD = Statement(sa.insert(CONSENTS))
_CONSENT = Statement(sa.select(*_C).where(_C.id == _bind("id")))
_BY_LINK = Statement(sa.select(*_C).where(_C.link == _bind("link")))
_OF_PERSON = Statement(
    sa.select(*_C)
    .where(
        _C.user_id == _bind("user_id"),
        sa.or_(
            _C.made_at < _bind("before"),
            sa.and_(_C.made_at == _bind("before"), _C.id > _bind("after")),
        ),
    )
    .order_by(_C.made_at.desc(), _C.id)
    .limit(_bind("limit"))
)
_ASKED = Statement(
    sa.select(*_C)
    .where(_C.asked_of == _bind("user_id"), _C.state == "pending", _C.ask_until > _bind("now"))
    .order_by(_C.made_at.desc(), _C.id)
    .limit(_bind("limit"))
)
_GRANTED = Statement(
    sa.select(*_C).where(_C.user_id == _bind("user_id"), _C.state == "granted").order_by(_C.id)
)
_SET = Statement(
    sa.update(CONSENTS)
    .where(_C.id == _bind("of"))
    .values(
        state=_bind("new_state"),
        user_id=_bind("new_user"),
        device_id=_bind("new_device"),
        granted_at=_bind("new_granted_at"),
        ended_at=_bind("new_ended_at"),
        ended_by=_bind("new_ended_by"),
        version=_C.version + 1,
    )
)
_ADD_CHARGE = Statement(sa.insert(CHARGES))
_USED = Statement(
    sa.select(_U.used).where(_U.consent == _bind("consent"), _U.span == _bind("span"))
)
_CHARGES = Statement(
    sa.select(_G.order_id, _G.span, _G.amount, _G.made_at)
    .where(_G.consent == _bind("consent"))
    .order_by(_G.made_at.desc(), _G.order_id)
    .limit(_bind("limit"))
)


def add(tx: WriteTx, consent: Consent) -> None:
    """Add a wish for a consent."""
    tx.run(_ADD, **msgspec.structs.asdict(consent))


def consent(tx: ReadTx, id: str) -> Consent | None:
    """Return a consent."""
    row = tx.one(_CONSENT, id=id)
    return None if row is None else as_struct(Consent, row)


def by_link(tx: ReadTx, link: str) -> Consent | None:
    """Return the consent that a link shows."""
    row = tx.one(_BY_LINK, link=link)
    return None if row is None else as_struct(Consent, row)


def of_person(tx: ReadTx, user_id: UserId, place: tuple[int, str], limit: int) -> list[Consent]:
    """Return what somebody has answered, the newest first, after a place: (made_at, id)."""
    before, after = place
    rows = tx.all(_OF_PERSON, user_id=user_id, before=before, after=after, limit=limit)
    return [as_struct(Consent, row) for row in rows]


def asked(tx: ReadTx, user_id: UserId, limit: int) -> list[Consent]:
    """Return what waits for somebody's answer and names them, the newest first."""
    rows = tx.all(_ASKED, user_id=user_id, now=tx.now_ms(), limit=limit)
    return [as_struct(Consent, row) for row in rows]


def granted(tx: ReadTx, user_id: UserId) -> list[Consent]:
    """Return every consent that somebody has granted and nobody has revoked; also those that the clock has ended."""
    return [as_struct(Consent, row) for row in tx.all(_GRANTED, user_id=user_id)]


def grant(tx: WriteTx, id: ConsentId, user_id: UserId, device_id: DeviceId) -> None:
    """Note that somebody has said yes."""
    tx.run(
        _SET,
        of=id,
        new_state="granted",
        new_user=user_id,
        new_device=device_id,
        new_granted_at=tx.now_ms(),
        new_ended_at=None,
        new_ended_by=None,
    )


def end(tx: WriteTx, old: Consent, state: ConsentState, by: str, user_id: UserId | None) -> None:
    """Note that a consent was refused or revoked, and by whom."""
    tx.run(
        _SET,
        of=old.id,
        new_state=state,
        new_user=old.user_id or user_id,
        new_device=old.device_id,
        new_granted_at=old.granted_at,
        new_ended_at=tx.now_ms(),
        new_ended_by=by,
    )


def add_charge(
    tx: WriteTx,
    order_id: OrderId,
    consent: ConsentId,
    span: int,
    amount: int,
    now_ms: TimestampMs,
) -> None:
    """Count a charge in its interval. This row is the only way to do it: the database keeps the sum.

    Args:
        now_ms: the moment by which it was judged, so that nobody finds it in the next interval.
    """
    tx.run(
        _ADD_CHARGE,
        order_id=order_id,
        consent=consent,
        span=span,
        amount=amount,
        made_at=now_ms,
    )


def used(tx: ReadTx, consent: ConsentId, span: int) -> int:
    """Return how much was taken in an interval."""
    row = tx.one(_USED, consent=consent, span=span)
    return 0 if row is None else row[0]


def charges(tx: ReadTx, consent: ConsentId, limit: int) -> list[tuple[OrderId, int, int, int]]:
    """Return the newest charges: (order, interval, amount, made_at)."""
    return [
        (OrderId(id), span, amount, made_at)
        for id, span, amount, made_at in tx.all(_CHARGES, consent=consent, limit=limit)
    ]
