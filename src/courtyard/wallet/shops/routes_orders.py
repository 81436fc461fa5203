"""HTTP for orders: what merchants make, close, take back and refund, and what people pay."""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import FromPath
from msgspec import Meta

from courtyard.base.money import Currency
from courtyard.wallet import rules
from courtyard.wallet.edge import payer_of
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import charge, orders, refunds, rules_orders, rules_paycodes, static
from courtyard.wallet.shops.edge import (
    ORDER,
    PREFIX,
    SHOP,
    Body,
    By,
    Db,
    Http,
    Id,
    Json,
    Who,
    key_of,
    told,
)
from courtyard.wallet.shops.model import OrderId, OrderKind

# --- by the merchant --------------------------------------------------------------------------


class _Order(msgspec.Struct):
    kind: OrderKind
    currency: Id
    out_trade_no: object = None
    amount: object = None
    description: object = None
    expires_at: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None


@post(f"{SHOP}/orders", status_code=200)
async def post_order(db: Db, asker: By, json_body: Body, merchant_id: FromPath[str]) -> Json:
    """Make an order. `out_trade_no` is its key: the same one again returns the order as it stands."""
    wish = msgspec.convert(json_body, _Order)
    number = rules_orders.parse_number(wish.out_trade_no, "out_trade_no")
    amount = rules.parse_amount(wish.amount)
    wanted = orders.Wish(
        out_trade_no=number,
        kind=rules_orders.check_kind(wish.kind),
        currency=Currency(wish.currency),
        amount=amount,
        description=rules_orders.parse_text(wish.description, "description"),
        expires_at=wish.expires_at,
    )
    return told(await db.write(orders.make, asker, MerchantId(merchant_id), wanted))


@get(ORDER)
async def get_order(
    db: Db, asker: By, merchant_id: FromPath[str], number: FromPath[str]
) -> Json:  # fmt: skip
    """Return an order by either number."""
    return await db.read(orders.get, asker, MerchantId(merchant_id), number)


@post(f"{ORDER}/close", status_code=200)
async def post_order_close(
    db: Db, asker: By, merchant_id: FromPath[str], number: FromPath[str]
) -> Json:
    """Let an order be paid no more."""
    return await db.write(orders.close, asker, MerchantId(merchant_id), number)


@post(f"{ORDER}/revoke", status_code=200)
async def post_order_revoke(
    db: Db, asker: By, merchant_id: FromPath[str], number: FromPath[str]
) -> Json:
    """Take an order back, however it stands."""
    return await db.write(refunds.revoke, asker, MerchantId(merchant_id), number)


class _Refund(msgspec.Struct):
    out_refund_no: object = None
    amount: object = None
    reason: object = None


@post(f"{ORDER}/refunds", status_code=200)
async def post_refund(
    db: Db, asker: By, json_body: Body, merchant_id: FromPath[str], number: FromPath[str]
) -> Json:
    """Give back a part of a payment. `out_refund_no` is its key."""
    wish = msgspec.convert(json_body, _Refund)
    out_refund_no = rules_orders.parse_number(wish.out_refund_no, "out_refund_no")
    amount = rules.parse_amount(wish.amount)
    reason = rules_orders.parse_text(wish.reason, "reason")
    id = MerchantId(merchant_id)
    done = await db.write(refunds.refund, asker, id, number, out_refund_no, amount, reason)
    return told(done)


@get(f"{SHOP}/refunds/{{number:str}}")
async def get_refund(
    db: Db, asker: By, merchant_id: FromPath[str], number: FromPath[str]
) -> Json:  # fmt: skip
    """Return a refund by either number."""
    return await db.read(refunds.get, asker, MerchantId(merchant_id), number)


class _Charge(msgspec.Struct):
    currency: Id
    code: object = None
    out_trade_no: object = None
    amount: object = None
    description: object = None


@post(f"{SHOP}/charges", status_code=200)
async def post_charge(db: Db, asker: By, json_body: Body, merchant_id: FromPath[str]) -> Json:
    """Charge the person whose code was scanned. `out_trade_no` is the key."""
    wish = msgspec.convert(json_body, _Charge)
    number = rules_orders.parse_number(wish.out_trade_no, "out_trade_no")
    amount = rules.parse_amount(wish.amount)
    wanted = orders.Wish(
        out_trade_no=number,
        kind="till",
        currency=Currency(wish.currency),
        amount=amount,
        description=rules_orders.parse_text(wish.description, "description"),
    )
    code = rules_paycodes.hash_of(wish.code)
    return told(await db.write(charge.charge, asker, MerchantId(merchant_id), code, wanted))


# --- by the payer -----------------------------------------------------------------------------


@get(f"{PREFIX}/orders/{{order_id:str}}")
async def get_own_order(db: Db, session: Who, order_id: FromPath[str]) -> Json:
    """Return an order to a person who was shown it."""
    return await db.read(orders.see, session.user_id, OrderId(order_id))


class _Pay(msgspec.Struct):
    proof: Id | None = None


@post(f"{PREFIX}/orders/{{order_id:str}}/pay", status_code=200)
async def post_order_pay(
    db: Db, session: Who, json_body: Body, request: Http, order_id: FromPath[str]
) -> Json:
    """Pay an order."""
    wish = msgspec.convert(json_body, _Pay)
    key = key_of(request, json_body)
    payer = payer_of(session, wish.proof)
    return told(await db.write(orders.pay, payer, key, OrderId(order_id)))


class _PayCode(msgspec.Struct):
    code: Annotated[str, Meta(max_length=1_000)]
    currency: Id
    amount: object = None
    proof: Id | None = None


@post(f"{PREFIX}/codes/pay", status_code=200)
async def post_code_pay(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Pay a shop whose static code was scanned."""
    wish = msgspec.convert(json_body, _PayCode)
    key = key_of(request, json_body)
    amount = rules.parse_amount(wish.amount)
    payer, currency = payer_of(session, wish.proof), Currency(wish.currency)
    return told(await db.write(static.pay, payer, key, wish.code, currency, amount))


ROUTES: list[Any] = [
    post_order,
    get_order,
    post_order_close,
    post_order_revoke,
    post_refund,
    get_refund,
    post_charge,
    get_own_order,
    post_order_pay,
    post_code_pay,
]
