"""Tables and SQL of mini-app payments."""

import msgspec
import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.storage.rows import as_struct
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row, WriteTx
from courtyard.wallet.apps.model import App, AppId, Invoice
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops.model import OrderId

_bind = sa.bindparam
APPS = sa.Table(
    "wallet_apps",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("verified_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Index("wallet_apps_by_merchant", "merchant"),
)
LAUNCHES = sa.Table(
    "wallet_launches",
    metadata,
    sa.Column("app", sa.Text, sa.ForeignKey("wallet_apps.id"), primary_key=True),
    sa.Column("nonce", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Index("wallet_launches_by_time", "made_at"),
    sqlite_with_rowid=False,
)
INVOICES = sa.Table(
    "wallet_invoices",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("order_id", sa.Text, sa.ForeignKey("wallet_orders.id"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("prices", sa.Text, nullable=False),
    sa.UniqueConstraint("order_id"),
)

_A, _L, _I = APPS.c, LAUNCHES.c, INVOICES.c
_ADD_APP = Statement(sa.insert(APPS))
_APP = Statement(sa.select(*_A).where(_A.id == _bind("id")))
_APPS_OF = Statement(
    sa.select(*_A).where(_A.merchant == _bind("merchant")).order_by(_A.made_at, _A.id)
)
_NEWEST = Statement(sa.select(*_A).order_by(_A.made_at.desc(), _A.id).limit(_bind("limit")))
_SET_APP = Statement(
    sa.update(APPS)
    .where(_A.id == _bind("of"))
    .values(
        public_key=_bind("new_key"), verified_at=_bind("new_verified"), ended_at=_bind("new_ended")
    )
)
_ADD_LAUNCH = Statement(sa.insert(LAUNCHES))
_LAUNCH = Statement(
    sa.select(_L.user_id, _L.fingerprint).where(_L.app == _bind("app"), _L.nonce == _bind("nonce"))
)
_FORGET = Statement(sa.delete(LAUNCHES).where(_L.made_at < _bind("before")))
_ADD_INVOICE = Statement(sa.insert(INVOICES))
_INVOICE = Statement(sa.select(*_I).where(_I.slug == _bind("slug")))


def add_app(tx: WriteTx, app: App) -> None:
    """Register an app."""
    tx.run(_ADD_APP, **msgspec.structs.asdict(app))


def app(tx: ReadTx, id: str) -> App | None:
    """Return an app."""
    row = tx.one(_APP, id=id)
    return None if row is None else _as_app(row)


def apps_of(tx: ReadTx, merchant: MerchantId) -> list[App]:
    """Return the apps of a merchant, the oldest first; also those that have ended."""
    return [_as_app(row) for row in tx.all(_APPS_OF, merchant=merchant)]


def newest(tx: ReadTx, limit: int) -> list[App]:
    """Return the newest apps of all merchants."""
    return [_as_app(row) for row in tx.all(_NEWEST, limit=limit)]


def _as_app(row: Row) -> App:
    found = as_struct(App, row)
    return msgspec.structs.replace(found, public_key=bytes(found.public_key))


def set_app(tx: WriteTx, app: App) -> None:
    """Change an app: its key, whether it is verified, whether it has ended."""
    tx.run(
        _SET_APP,
        of=app.id,
        new_key=app.public_key,
        new_verified=app.verified_at,
        new_ended=app.ended_at,
    )


def add_launch(tx: WriteTx, app: AppId, nonce: str, user_id: UserId, fingerprint: bytes) -> None:
    """Note that a launch package was used."""
    row = {"app": app, "nonce": nonce, "user_id": user_id, "fingerprint": fingerprint}
    tx.run(_ADD_LAUNCH, **row, made_at=tx.now_ms())


def launch(tx: ReadTx, app: AppId, nonce: str) -> tuple[UserId, bytes] | None:
    """Return who used a nonce of an app, and for which package."""
    row = tx.one(_LAUNCH, app=app, nonce=nonce)
    return None if row is None else (UserId(row[0]), bytes(row[1]))


def forget_launches(tx: WriteTx, before_ms: int) -> None:
    """Forget launches whose packages nobody could use any more."""
    tx.run(_FORGET, before=before_ms)


def add_invoice(tx: WriteTx, invoice: Invoice) -> None:
    """Add an invoice."""
    row = msgspec.structs.asdict(invoice)
    tx.run(_ADD_INVOICE, **row | {"prices": msgspec.json.encode(invoice.prices).decode()})


def invoice(tx: ReadTx, slug: str) -> Invoice | None:
    """Return an invoice."""
    row = tx.one(_INVOICE, slug=slug)
    if row is None:
        return None
    slug, order_id, title, payload, prices = row
    return Invoice(
        slug=slug,
        order_id=OrderId(order_id),
        title=title,
        payload=payload,
        prices=msgspec.json.decode(prices, type=tuple[tuple[str, int], ...]),
    )
