"""Invoices: an order under a short name, for apps written for other platforms that open an invoice by its slug."""

from typing import Any

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.apps import rules, store
from courtyard.wallet.apps.launch import sheet
from courtyard.wallet.apps.model import Invoice
from courtyard.wallet.errors import WalletError
from courtyard.wallet.model import MerchantId
from courtyard.wallet.once import Outcome
from courtyard.wallet.shops import access, orders, rules_orders, settle, store_orders
from courtyard.wallet.shops import store as shop_store
from courtyard.wallet.shops.model import Asker

NONE = "There is no such invoice."


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What an app's server wants to be paid, already in shape."""

    out_trade_no: str
    title: str
    description: str
    payload: str
    currency: Currency
    prices: tuple[tuple[str, int], ...]


def make(tx: WriteTx, asker: Asker, id: MerchantId, wish: Wish) -> Outcome:
    """Make an invoice, and the order behind it. The number is the key: the same one again returns the same addresses.

    Raises, in this order:
        what `orders.make` raises.
    """
    merchant = access.at_orders(tx, asker, id)
    slug = rules.slug_of(merchant.secret, wish.out_trade_no)
    # All that was asked for is part of the order's wish, or the same number with other prices would pass for the same.
    wanted = orders.Wish(
        out_trade_no=wish.out_trade_no,
        kind="link",
        currency=wish.currency,
        amount=sum(amount for _, amount in wish.prices),
        description=wish.description,
    )
    parts = [[label, str(amount)] for label, amount in wish.prices]
    rest = msgspec.json.encode([wish.title, wish.payload, parts]).decode()

    def work(_id: str) -> dict[str, Any]:
        settle.check_open(tx, merchant)
        orders.spend(tx, merchant)
        order = orders.draft(tx, merchant, wanted, orders.name_of(asker))
        store_orders.add_order(tx, order)
        store.add_invoice(
            tx,
            Invoice(
                slug=slug,
                order_id=order.id,
                title=wish.title,
                payload=wish.payload,
                prices=wish.prices,
            ),
        )
        return {"id": order.id}

    made = orders.under_number(tx, merchant, wanted, rest, work)
    return made if isinstance(made, WalletError) else rules.links(slug) | {"order": made}


def see(tx: ReadTx, user_id: UserId, slug: str) -> dict[str, Any]:
    """Return an invoice to a person who was shown it. When somebody has paid it, to them alone.

    Raises:
        NotFoundError: there is none for this account.
    """
    found = store.invoice(tx, slug)
    if found is None:
        raise NotFoundError(NONE)
    order = settle.known(tx, found.order_id)
    if any(one not in (None, user_id) for one in (order.payer, order.awaits)):
        raise NotFoundError(NONE)
    merchant = shop_store.merchant(tx, order.merchant)
    assert merchant is not None
    now_ms = tx.now_ms()
    state, closed_as = rules_orders.state_of(order, now_ms), rules_orders.closed_as(order, now_ms)
    return sheet(tx, merchant, order) | {
        "slug": slug,
        "title": found.title,
        "prices": [{"label": label, "amount": str(amount)} for label, amount in found.prices],
        "status": rules.status_of(state, closed_as),
    }


def get(tx: ReadTx, asker: Asker, id: MerchantId, slug: str) -> dict[str, Any]:
    """Return an invoice to its merchant, with its payload.

    Raises:
        NotFoundError, ScopeError: see `access`; the merchant has no such invoice.
    """
    merchant = access.at_orders(tx, asker, id)
    found = store.invoice(tx, slug)
    order = None if found is None else settle.known(tx, found.order_id)
    if found is None or order is None or order.merchant != merchant.id:
        raise NotFoundError(NONE)
    return rules.links(slug) | {
        "title": found.title,
        "payload": found.payload,
        "order": orders.get(tx, asker, id, order.id),
    }
