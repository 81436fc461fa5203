"""HTTP for codes: those that shops show, those that payers show, and what a scanned one means; bills and the feed of a shop."""

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Meta

from courtyard.base.errors import MissingParamError
from courtyard.base.ids import DeviceId
from courtyard.base.money import Currency
from courtyard.sync.notifier import Notifier
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import bills, codes, feed, orders, paycodes, rules_bills
from courtyard.wallet.shops.edge import ORDER, PREFIX, SHOP, Body, By, Db, Id, Json, Who

SVG = "image/svg+xml"
CSV = "text/csv; charset=utf-8"
Query = FromQuery[str | None]


# --- codes that shops show --------------------------------------------------------------------


@get(f"{SHOP}/code")
async def get_code(
    db: Db, asker: By, merchant_id: FromPath[str], currency: Query = None
) -> Json:  # fmt: skip
    """Return the text of the code for a shop's counter."""
    code = await db.read(codes.static, asker, MerchantId(merchant_id), _named(currency))
    return {"code": code}


@get(f"{SHOP}/code.svg")
async def get_code_picture(
    db: Db, asker: By, merchant_id: FromPath[str], currency: Query = None
) -> Response[bytes]:
    """Return the code for a shop's counter as a picture."""
    code = await db.read(codes.static, asker, MerchantId(merchant_id), _named(currency))
    return Response(codes.picture(code), media_type=SVG)


def _named(currency: str | None) -> Currency:
    if currency is None:
        message = "A code is for payments in one currency: say which."
        raise MissingParamError(message)
    return Currency(currency)


@get(f"{ORDER}/code.svg")
async def get_order_picture(
    db: Db, asker: By, merchant_id: FromPath[str], number: FromPath[str]
) -> Response[bytes]:
    """Return the code of an order as a picture."""
    code = await db.read(codes.of_order, asker, MerchantId(merchant_id), number)
    return Response(codes.picture(code), media_type=SVG)


class _Code(msgspec.Struct):
    code: Annotated[str, Meta(max_length=1_000)]


@post(f"{PREFIX}/codes/resolve", status_code=200)
async def post_resolve(db: Db, session: Who, json_body: Body) -> Json:
    """Return what a person should know before they pay what they scanned."""
    del session
    return await db.read(codes.resolve, msgspec.convert(json_body, _Code).code)


# --- codes that payers show -------------------------------------------------------------------


@post(f"{PREFIX}/paycodes", status_code=200)
async def post_paycode(db: Db, session: Who) -> Json:
    """Make a code for now, to be shown at a till."""
    return await db.write(paycodes.make, session.user_id, session.device_id)


class _Pack(msgspec.Struct):
    currency: Id


@post(f"{PREFIX}/paycodes/packs", status_code=200)
async def post_pack(db: Db, session: Who, json_body: Body) -> Json:
    """Make codes that this device keeps for when it has no network."""
    currency = Currency(msgspec.convert(json_body, _Pack).currency)
    return await db.write(paycodes.make_pack, session.user_id, session.device_id, currency)


@get(f"{PREFIX}/paycodes/packs")
async def get_packs(db: Db, session: Who) -> Json:
    """Return the account's packs that still work."""
    return await db.read(paycodes.packs, session.user_id)


@delete(f"{PREFIX}/paycodes/{{device_id:str}}", status_code=200)
async def delete_paycodes(db: Db, session: Who, device_id: FromPath[str]) -> Json:
    """Let every code of a device work no more."""
    return await db.write(paycodes.revoke, session.user_id, DeviceId(device_id))


@get(f"{PREFIX}/paycodes/pending")
async def get_pending(db: Db, session: Who) -> Json:
    """Return the charges that wait for the account to confirm them."""
    return await db.read(orders.pending, session.user_id)


# --- books ------------------------------------------------------------------------------------


@get(f"{SHOP}/bills/{{date:str}}")
async def get_bill(
    db: Db, asker: By, merchant_id: FromPath[str], date: FromPath[str], type: Query = None
) -> Response[bytes]:
    """Return the bill of a day as CSV."""
    bill = await _bill(db, asker, merchant_id, date, type)
    return Response(bill.text, media_type=CSV, headers={"x-courtyard-sha256": bill.sha256})


@get(f"{SHOP}/bills/{{date:str}}/info")
async def get_bill_info(
    db: Db, asker: By, merchant_id: FromPath[str], date: FromPath[str], type: Query = None
) -> Json:
    """Return the size, hash and totals of a day's bill."""
    bill = await _bill(db, asker, merchant_id, date, type)
    return bills.describe(bill, date, rules_bills.parse_type(type))


async def _bill(db: Db, asker: By, merchant_id: str, date: str, type: str | None) -> bills.Bill:
    day, kind = rules_bills.parse_day(date), rules_bills.parse_type(type)
    return await db.read(bills.make, asker, MerchantId(merchant_id), day, kind)


@get(f"{SHOP}/feed")
async def get_feed(
    db: Db,
    notifier: NamedDependency[Notifier],
    asker: By,
    merchant_id: FromPath[str],
    since: Query = None,
    timeout: Query = None,  # noqa: ASYNC109  # the query's word; the poll itself waits
) -> Json:
    """Return payments as they come, and the day's count and sum; wait for the next one if there is none."""
    place, wait_ms = feed.parse(since, timeout)
    id = MerchantId(merchant_id)

    async def look() -> feed.News:
        return await db.read(feed.look, asker, id, place)

    return (await notifier.poll(id, look, wait_ms)).told


ROUTES: list[Any] = [
    get_code,
    get_code_picture,
    get_order_picture,
    post_resolve,
    post_paycode,
    post_pack,
    get_packs,
    delete_paycodes,
    get_pending,
    get_bill,
    get_bill_info,
    get_feed,
]
