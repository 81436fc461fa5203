"""Codes of shops: one on the counter, one for each order; and what a scanned code means. Whom it names, this server says."""

import io
from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.base.money import Currency
from courtyard.storage.tx import ReadTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as wallet_store
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import (
    access,
    orders,
    rules_emv,
    rules_orders,
    show,
    store,
    store_orders,
)
from courtyard.wallet.shops.merchants import payee_name, show_public
from courtyard.wallet.shops.model import Asker, Merchant, Order

NONE = "There is no shop or order for this code."


def static(tx: ReadTx, asker: Asker, id: MerchantId, currency: Currency) -> str:
    """Return the code for a shop's counter, for payments in one currency.

    Raises:
        NotFoundError: see `access`. UnknownCurrencyError.
    """
    merchant = access.at_till(tx, asker, id)
    code = wallet_rules.check_currency(wallet_store.currency(tx, currency)).code
    server = rules_emv.server_tag(tx.settings.server_name)
    return rules_emv.static_code(merchant, payee_name(merchant), code, server)


def of_order(tx: ReadTx, asker: Asker, id: MerchantId, number: str) -> str:
    """Return the code of an order.

    Raises:
        NotFoundError: see `access`; there is no such order.
    """
    merchant = access.at_till(tx, asker, id)
    return show.code_of(tx, merchant, orders.find(tx, merchant, number))


def picture(code: str) -> bytes:
    """Return a code as a picture (SVG)."""
    # Loaded when somebody first wants a picture: most servers never do.
    import segno  # noqa: PLC0415

    out = io.BytesIO()
    segno.make_qr(code, error="m").save(out, kind="svg", scale=8)
    return out.getvalue()


def read(tx: ReadTx, text: str) -> tuple[rules_emv.Code, Merchant]:
    """Return what a code says, and the shop that made it.

    Raises, in this order:
        BadCodeError, ForeignCodeError: see `rules_emv.read`. NotFoundError: there is no such shop. ForgedCodeError.
    """
    code = rules_emv.read(text, rules_emv.server_tag(tx.settings.server_name))
    merchant = store.merchant(tx, code.merchant)
    if merchant is None:
        raise NotFoundError(NONE)
    rules_emv.verify(code, merchant)
    return code, merchant


def resolve(tx: ReadTx, text: str) -> dict[str, Any]:
    """Return what a person should know before they pay what they scanned.

    Raises:
        as `read`; NotFoundError: there is no such order. ExpiredError, EndedError: it can be paid no more.
    """
    code, merchant = read(tx, text)
    told: dict[str, Any] = {"merchant": show_public(merchant), "currency": code.currency}
    if code.order is None:
        return told | {"kind": "static"}
    order = _order_of(tx, code)
    return told | {"kind": "order", "order": show.to_payer(merchant, order, tx.now_ms())}


def _order_of(tx: ReadTx, code: rules_emv.Code) -> Order:
    assert code.order is not None
    found = store_orders.order(tx, code.order)
    if found is None or found.merchant != code.merchant:
        raise NotFoundError(NONE)
    rules_orders.check_payable(found, tx.now_ms())
    return found
