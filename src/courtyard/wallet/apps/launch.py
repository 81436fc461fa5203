"""A client brings a launch package from an app, and gets what to show before the payment: who is paid, how much, for what.

The client's own word that it paid is a hint to the app. What is true, the merchant's server hears by webhook, or asks.
"""

from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.apps import rules, store
from courtyard.wallet.apps.apps import NONE
from courtyard.wallet.apps.errors import NonceUsedError
from courtyard.wallet.apps.model import FRESH_MS, App, AppId, Package
from courtyard.wallet.shops import orders, rules_orders, settle, show, store_orders
from courtyard.wallet.shops import store as shop_store
from courtyard.wallet.shops.model import Merchant, Order, OrderId


def launch(tx: WriteTx, user_id: UserId, package: Package) -> dict[str, Any]:
    """Return the facts for the consent sheet. The same account may ask again with the same package; nobody else can use it.

    Raises, in this order:
        NotFoundError: no such app. BadSignatureError; AppNotVerifiedError; StalePackageError; NonceUsedError; NotFoundError: the app's
        merchant has no such order for this account; ExpiredError, EndedError; MerchantClosedError.
    """
    app = store.app(tx, package.app_id)
    if app is None or app.ended_at is not None:
        raise NotFoundError(NONE)
    rules.check_signature(package, app.public_key)
    rules.check_verified(app)
    rules.check_fresh(package, tx.now_ms())
    is_new = _check_nonce(tx, app.id, user_id, package)
    merchant = shop_store.merchant(tx, app.merchant)
    assert merchant is not None
    order = _order(tx, app, user_id, rules.prepay_of(package))
    rules_orders.check_payable(order, tx.now_ms())
    settle.check_takes(tx, merchant)
    if is_new:
        # A package from before that is not fresh any more, whoever brings it.
        store.forget_launches(tx, tx.now_ms() - 2 * FRESH_MS)
        store.add_launch(tx, app.id, package.nonce, user_id, rules.fingerprint(package))
    return sheet(tx, merchant, order) | {"app": {"id": app.id, "name": app.name}}


def _check_nonce(tx: ReadTx, app: AppId, user_id: UserId, package: Package) -> bool:
    """Return whether a package comes for the first time.

    Raises:
        NonceUsedError: it was somebody else's, or the nonce another package's.
    """
    earlier = store.launch(tx, app, package.nonce)
    if earlier is not None and earlier != (user_id, rules.fingerprint(package)):
        message = "This launch package was used."
        raise NonceUsedError(message)
    return earlier is None


def _order(tx: ReadTx, app: App, user_id: UserId, prepay_id: str) -> Order:
    order = store_orders.order(tx, OrderId(prepay_id))
    is_theirs = order is not None and order.merchant == app.merchant and order.kind == "miniapp"
    if order is None or not is_theirs or order.awaits not in (None, user_id):
        raise NotFoundError(orders.NONE)
    return order


def sheet(tx: ReadTx, merchant: Merchant, order: Order) -> dict[str, Any]:
    """Return what a person is shown before they pay, and the payment as it is to be proven."""
    return {
        "order": show.to_payer(merchant, order, tx.now_ms()),
        # What to ask for a proof for; the client adds its key.
        "intent": {
            "kind": "order",
            "currency": order.currency,
            "amount": str(order.amount),
            "payee": merchant.id,
        },
    }
