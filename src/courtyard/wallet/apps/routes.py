"""HTTP for mini-app payments: apps, launch packages, invoices."""

from typing import Any

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath

from courtyard.base.money import Currency
from courtyard.wallet.apps import apps, invoices, launch, rules
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import rules_orders
from courtyard.wallet.shops.edge import PREFIX, SHOP, Body, By, Db, Id, Json, Who, told

APP = f"{SHOP}/apps/{{app_id:str}}"


@post(f"{SHOP}/apps", status_code=200)
async def post_app(db: Db, asker: By, json_body: Body, merchant_id: FromPath[str]) -> Json:
    """Register an app."""
    name = rules.parse_name(json_body.get("name"))
    key = rules.parse_public_key(json_body.get("public_key"))
    return await db.write(apps.register, asker, MerchantId(merchant_id), name, key)


@get(f"{SHOP}/apps")
async def get_apps(db: Db, asker: By, merchant_id: FromPath[str]) -> Json:
    """Return a merchant's apps."""
    return await db.read(apps.of_merchant, asker, MerchantId(merchant_id))


@put(f"{APP}/key", status_code=200)
async def put_app_key(
    db: Db, asker: By, json_body: Body, merchant_id: FromPath[str], app_id: FromPath[str]
) -> Json:
    """Give an app's server another key."""
    key = rules.parse_public_key(json_body.get("public_key"))
    return await db.write(apps.set_key, asker, MerchantId(merchant_id), app_id, key)


@delete(APP, status_code=200)
async def delete_app(db: Db, asker: By, merchant_id: FromPath[str], app_id: FromPath[str]) -> Json:
    """Let an app ask for nothing any more."""
    return await db.write(apps.end, asker, MerchantId(merchant_id), app_id)


@post(f"{PREFIX}/miniapp/launch", status_code=200)
async def post_launch(db: Db, session: Who, json_body: Body) -> Json:
    """Return what to show before a payment that an app asks for."""
    return await db.write(launch.launch, session.user_id, rules.parse_package(json_body))


class _Invoice(msgspec.Struct):
    currency: Id
    out_trade_no: object = None
    title: object = None
    description: object = None
    payload: object = None
    prices: object = None


@post(f"{SHOP}/invoices", status_code=200)
async def post_invoice(db: Db, asker: By, json_body: Body, merchant_id: FromPath[str]) -> Json:
    """Make an invoice. `out_trade_no` is its key."""
    wish = msgspec.convert(json_body, _Invoice)
    number = rules_orders.parse_number(wish.out_trade_no, "out_trade_no")
    prices = rules.parse_prices(wish.prices)
    wanted = invoices.Wish(
        out_trade_no=number,
        title=rules.parse_title(wish.title),
        description=rules_orders.parse_text(wish.description, "description"),
        payload=rules.parse_payload(wish.payload),
        currency=Currency(wish.currency),
        prices=prices,
    )
    return told(await db.write(invoices.make, asker, MerchantId(merchant_id), wanted))


@get(f"{SHOP}/invoices/{{slug:str}}")
async def get_shop_invoice(
    db: Db, asker: By, merchant_id: FromPath[str], slug: FromPath[str]
) -> Json:
    """Return an invoice to its merchant."""
    return await db.read(invoices.get, asker, MerchantId(merchant_id), slug)


@get(f"{PREFIX}/invoices/{{slug:str}}")
async def get_invoice(db: Db, session: Who, slug: FromPath[str]) -> Json:
    """Return an invoice to a person who was shown it."""
    return await db.read(invoices.see, session.user_id, slug)


ROUTES: list[Any] = [
    post_app,
    get_apps,
    put_app_key,
    delete_app,
    post_launch,
    post_invoice,
    get_shop_invoice,
    get_invoice,
]
