"""Who may do what at a shop. The owner: everything. A key with the scope `orders`: everything with orders. A till's key or a cashier: the till.

Who is none of these is told what a stranger is told: there is no such shop.
"""

from courtyard.base.errors import NotFoundError
from courtyard.storage.tx import ReadTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import rules, store
from courtyard.wallet.shops.model import Asker, Merchant


def at_till(tx: ReadTx, asker: Asker, id: MerchantId) -> Merchant:
    """Return a shop to somebody who stands at its till.

    Raises:
        NotFoundError: they do not belong to it, or there is none.
    """
    found = store.merchant(tx, id)
    if found is not None:
        session = asker.session
        is_cashier = session is not None and store.is_cashier(tx, id, session.user_id)
        if rules.is_of(asker, found, is_cashier=is_cashier):
            return found
    message = "There is no such shop."
    raise NotFoundError(message)


def at_orders(tx: ReadTx, asker: Asker, id: MerchantId) -> Merchant:
    """Return a shop to its owner, or to a key with the scope `orders`.

    Raises:
        NotFoundError: they do not belong to it. ScopeError: they stand at a till only.
    """
    found = at_till(tx, asker, id)
    rules.check_orders(asker, found)
    return found


def owned(tx: ReadTx, asker: Asker, id: MerchantId) -> Merchant:
    """Return a shop to its owner.

    Raises:
        NotFoundError: they do not belong to it. ScopeError: they are not the owner.
    """
    found = at_till(tx, asker, id)
    rules.check_owner(asker, found)
    return found
