"""Tables and SQL of webhooks. In which order messages may go, the database itself guards (migration 0022)."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import TimestampMs
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row, WriteTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks.model import (
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointId,
    EndpointState,
    Message,
    MessageId,
    Outgoing,
    Secret,
)

_bind = sa.bindparam
ENDPOINTS = sa.Table(
    "wallet_webhooks",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("merchant", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kinds", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("merchant", "url"),
)
SECRETS = sa.Table(
    "wallet_webhook_secrets",
    metadata,
    sa.Column("endpoint", sa.Text, sa.ForeignKey("wallet_webhooks.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("until", sa.BigInteger),
    sqlite_with_rowid=False,
)
MESSAGES = sa.Table(
    "wallet_webhook_messages",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("merchant", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("wanted", sa.Integer, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("merchant", "ref", "version"),
)
DELIVERIES = sa.Table(
    "wallet_webhook_deliveries",
    metadata,
    sa.Column("endpoint", sa.Text, sa.ForeignKey("wallet_webhooks.id"), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("message", sa.Text, sa.ForeignKey("wallet_webhook_messages.id"), nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.UniqueConstraint("message", "endpoint", "round"),
    sa.Index("wallet_webhook_deliveries_by_time", "endpoint", "state", "next_at"),
    sa.Index("wallet_webhook_deliveries_by_ref", "endpoint", "ref", "version"),
    # One thing's messages go one after the other.
    sa.Index(
        "wallet_webhook_deliveries_one",
        "endpoint",
        "ref",
        unique=True,
        sqlite_where=sa.text("state = 'queued'"),
    ),
    sqlite_with_rowid=False,
)

# --- endpoints and their secrets --------------------------------------------------------------

_N = ENDPOINTS.c
_ADD_ENDPOINT = Statement(sa.insert(ENDPOINTS))
_ENDPOINT = Statement(sa.select(*_N).where(_N.id == _bind("id")))
_ENDPOINTS_OF = Statement(
    sa.select(*_N).where(_N.merchant == _bind("merchant")).order_by(_N.made_at, _N.id)
)
_SET_ENDPOINT = Statement(
    sa.update(ENDPOINTS)
    .where(_N.id == _bind("of"))
    .values(
        url=_bind("new_url"),
        kinds=_bind("new_kinds"),
        state=_bind("new_state"),
        reason=_bind("new_reason"),
    )
)
_COUNT_ONE = Statement(sa.update(ENDPOINTS).where(_N.id == _bind("of")).values(count=_N.count + 1))
_ADD_SECRET = Statement(sa.insert(SECRETS))
_X = SECRETS.c
_SECRETS_OF = Statement(
    sa.select(_X.number, _X.sealed, _X.until)
    .where(_X.endpoint == _bind("endpoint"), sa.or_(_X.until.is_(None), _X.until > _bind("now")))
    .order_by(_X.number.desc())
)
_END_SECRET = Statement(
    sa.update(SECRETS)
    .where(_X.endpoint == _bind("of"), _X.until.is_(None))
    .values(until=_bind("new_until"))
)
_DROP_SECRETS = Statement(
    sa.delete(SECRETS).where(_X.endpoint == _bind("endpoint"), _X.until <= _bind("now"))
)


def add_endpoint(tx: WriteTx, endpoint: Endpoint) -> None:
    """Add an endpoint."""
    row = msgspec.structs.asdict(endpoint)
    tx.run(_ADD_ENDPOINT, **row | {"kinds": " ".join(endpoint.kinds)})


def endpoint(tx: ReadTx, id: str) -> Endpoint | None:
    """Return an endpoint."""
    row = tx.one(_ENDPOINT, id=id)
    return None if row is None else _as_endpoint(row)


def endpoints_of(tx: ReadTx, merchant: MerchantId) -> list[Endpoint]:
    """Return a merchant's endpoints, the oldest first."""
    return [_as_endpoint(row) for row in tx.all(_ENDPOINTS_OF, merchant=merchant)]


def _as_endpoint(row: Row) -> Endpoint:
    found = as_struct(Endpoint, row)
    return msgspec.structs.replace(found, kinds=tuple(str(found.kinds).split()))


def set_endpoint(
    tx: WriteTx, id: EndpointId, url: str, kinds: tuple[str, ...], state: EndpointState, reason: str
) -> None:
    """Change an endpoint."""
    tx.run(
        _SET_ENDPOINT,
        of=id,
        new_url=url,
        new_kinds=" ".join(kinds),
        new_state=state,
        new_reason=reason,
    )


def add_secret(tx: WriteTx, endpoint: EndpointId, number: int, sealed: bytes) -> None:
    """Add a secret; it is valid until there is a newer one, and a while longer."""
    tx.run(_ADD_SECRET, endpoint=endpoint, number=number, sealed=sealed, until=None)


def secrets_of(tx: ReadTx, endpoint: EndpointId) -> list[Secret]:
    """Return the secrets of an endpoint that are valid, the newest first."""
    rows = tx.all(_SECRETS_OF, endpoint=endpoint, now=tx.now_ms())
    return [as_struct(Secret, row) for row in rows]


def end_secret(tx: WriteTx, endpoint: EndpointId, until: int) -> None:
    """Let the newest secret end, and forget those that have ended."""
    tx.run(_END_SECRET, of=endpoint, new_until=until)
    tx.run(_DROP_SECRETS, endpoint=endpoint, now=tx.now_ms())


# --- messages and deliveries ------------------------------------------------------------------

_G, _D = MESSAGES.c, DELIVERIES.c
_ADD_MESSAGE = Statement(sa.insert(MESSAGES))
_MESSAGE = Statement(sa.select(*_G).where(_G.id == _bind("id")))
_LAST_VERSION = Statement(
    sa.select(sa.func.max(_G.version)).where(
        _G.merchant == _bind("merchant"), _G.ref == _bind("ref")
    )
)
_ADD_DELIVERY = Statement(sa.insert(DELIVERIES))
_DELIVERY = Statement(
    sa.select(*_D).where(_D.endpoint == _bind("endpoint"), _D.number == _bind("number"))
)
_IS_OPEN = Statement(
    sa.select(_D.number)
    .where(
        _D.endpoint == _bind("endpoint"),
        _D.ref == _bind("ref"),
        sa.or_(_D.state == "queued", _D.state == "waiting"),
    )
    .limit(1)
)
_NEXT_WAITING = Statement(
    sa.select(_D.number)
    .where(_D.endpoint == _bind("endpoint"), _D.ref == _bind("ref"), _D.state == "waiting")
    .order_by(_D.version, _D.number)
    .limit(1)
)
_LAST_ROUND = Statement(
    sa.select(sa.func.max(_D.round)).where(
        _D.message == _bind("message"), _D.endpoint == _bind("endpoint")
    )
)
_ON_ITS_WAY = Statement(
    sa.select(_D.number).where(
        _D.message == _bind("message"), _D.endpoint == _bind("endpoint"), _D.ended_at.is_(None)
    )
)
_PAGE = Statement(
    sa.select(*_D)
    .where(_D.endpoint == _bind("endpoint"), _D.number < _bind("before"))
    .order_by(_D.number.desc())
    .limit(_bind("limit"))
)
_SET_DELIVERY = Statement(
    sa.update(DELIVERIES)
    .where(_D.endpoint == _bind("of"), _D.number == _bind("which"))
    .values(
        state=_bind("new_state"),
        attempts=_bind("new_attempts"),
        next_at=_bind("new_next_at"),
        ended_at=_bind("new_ended_at"),
        status=_bind("new_status"),
        reason=_bind("new_reason"),
    )
)


def add_message(tx: WriteTx, message: Message) -> None:
    """Keep what is to be told."""
    tx.run(_ADD_MESSAGE, **msgspec.structs.asdict(message))


def message(tx: ReadTx, id: MessageId) -> Message:
    """Return a message that is known to exist."""
    row = tx.one(_MESSAGE, id=id)
    assert row is not None
    return as_struct(Message, row)


def last_version(tx: ReadTx, merchant: MerchantId, ref: str) -> int:
    """Return the newest version of something that a merchant's server was to be told of; 0: none."""
    row = tx.one(_LAST_VERSION, merchant=merchant, ref=ref)
    return row[0] or 0 if row else 0


def add_delivery(
    tx: WriteTx, endpoint: EndpointId, number: int, message: Message, round: int
) -> None:
    """Send a message on its way: now, or after an earlier one of the same thing.

    Args:
        number: one more than the endpoint has.
    """
    is_behind = is_open(tx, endpoint, message.ref)
    tx.run(_COUNT_ONE, of=endpoint)
    tx.run(
        _ADD_DELIVERY,
        endpoint=endpoint,
        number=number,
        message=message.id,
        ref=message.ref,
        version=message.version,
        round=round,
        state="waiting" if is_behind else "queued",
        attempts=0,
        next_at=None if is_behind else tx.now_ms(),
        ended_at=None,
        status=0,
        reason="",
    )


def is_open(tx: ReadTx, endpoint: EndpointId, ref: str) -> bool:
    """Tell whether a message about something is still to be delivered to an endpoint."""
    return tx.one(_IS_OPEN, endpoint=endpoint, ref=ref) is not None


def delivery(tx: ReadTx, endpoint: EndpointId, number: int) -> Delivery | None:
    """Return a delivery."""
    row = tx.one(_DELIVERY, endpoint=endpoint, number=number)
    return None if row is None else as_struct(Delivery, row)


def last_round(tx: ReadTx, endpoint: EndpointId, message: MessageId) -> int:
    """Return how often a message was sent again."""
    row = tx.one(_LAST_ROUND, endpoint=endpoint, message=message)
    return row[0] or 0 if row else 0


def is_on_its_way(tx: ReadTx, endpoint: EndpointId, message: MessageId) -> bool:
    """Tell whether a message is still to be delivered to an endpoint."""
    return tx.one(_ON_ITS_WAY, endpoint=endpoint, message=message) is not None


def deliveries(tx: ReadTx, endpoint: EndpointId, before: int, limit: int) -> list[Delivery]:
    """Return deliveries of an endpoint, the newest first, from the one before `before`."""
    rows = tx.all(_PAGE, endpoint=endpoint, before=before, limit=limit)
    return [as_struct(Delivery, row) for row in rows]


def next_waiting(tx: ReadTx, endpoint: EndpointId, ref: str) -> int | None:
    """Return the delivery of the same thing that waits for the one before it."""
    row = tx.one(_NEXT_WAITING, endpoint=endpoint, ref=ref)
    return None if row is None else row[0]


def set_delivery(
    tx: WriteTx,
    endpoint: EndpointId,
    number: int,
    *,
    state: DeliveryState,
    attempts: int,
    next_at: TimestampMs | None,
    ended_at: TimestampMs | None,
    status: int,
    reason: str,
) -> None:
    """Note how a delivery stands now."""
    tx.run(
        _SET_DELIVERY,
        of=endpoint,
        which=number,
        new_state=state,
        new_attempts=attempts,
        new_next_at=next_at,
        new_ended_at=ended_at,
        new_status=status,
        new_reason=reason,
    )


# --- what is due ------------------------------------------------------------------------------

_FIRST = (
    sa.select(sa.func.min(_D.next_at))
    .where(_D.endpoint == _N.id, _D.state == "queued")
    .scalar_subquery()
)
_NEXT_TIMES = Statement(sa.select(_N.id, _FIRST).where(_N.state == "enabled", _FIRST.is_not(None)))
_DUE = Statement(
    sa.select(_D.endpoint, _D.number, _D.attempts, _G.id, _N.url, _G.body)
    .select_from(
        DELIVERIES.join(MESSAGES, _G.id == _D.message).join(ENDPOINTS, _N.id == _D.endpoint)
    )
    .where(_D.endpoint == _bind("endpoint"), _D.state == "queued", _D.next_at <= _bind("now"))
    .order_by(_D.next_at, _D.number)
    .limit(_bind("limit"))
)


def next_times(tx: ReadTx) -> dict[EndpointId, int]:
    """Return when something is to be tried next, for each endpoint that takes messages and for which there is any."""
    return {EndpointId(id): next_at for id, next_at in tx.all(_NEXT_TIMES)}


def due(tx: ReadTx, endpoint: EndpointId, now_ms: int, limit: int) -> list[Outgoing]:
    """Return what is to be sent to an endpoint now, what is due for longest first."""
    rows = tx.all(_DUE, endpoint=endpoint, now=now_ms, limit=limit)
    return [as_struct(Outgoing, row) for row in rows]
