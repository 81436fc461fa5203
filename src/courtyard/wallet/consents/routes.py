"""HTTP for consents: what merchants' servers ask for and charge, and what people answer and take back.

Refusals come in the order of the wallet's: who asks, JSON, shape (the key, the amount, the limits), whether they belong to the shop, the key
that came before, the gate, the currency, the consent, what it allows, the money, the proof.
"""

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery
from msgspec import Meta

from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.wallet import read, rules
from courtyard.wallet.consents import answer, ask, charge
from courtyard.wallet.consents import rules as consent_rules
from courtyard.wallet.edge import payer_of
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import rules_orders
from courtyard.wallet.shops.edge import (
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
from courtyard.wallet.shops.orders import Wish

CONSENTS = f"{PREFIX}/consents"
LINK = f"{CONSENTS}/by-link/{{link:str}}"
ONE = f"{CONSENTS}/{{consent_id:str}}"
OF_SHOP = f"{SHOP}/consents/{{consent_id:str}}"

# --- by the merchant --------------------------------------------------------------------------


class _Consent(msgspec.Struct):
    user_id: Id | None = None
    until: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    number: object = None
    limits: object = None
    description: object = None


@post(f"{SHOP}/consents", status_code=200)
async def post_consent(db: Db, asker: By, json_body: Body, merchant_id: FromPath[str]) -> Json:
    """Ask for a consent. `number` is its key: the same one again returns the consent as it stands."""
    wish = msgspec.convert(json_body, _Consent)
    id = MerchantId(merchant_id)
    number = rules_orders.parse_number(wish.number, "number")
    limits, scale = consent_rules.parse_limits(wish.limits, id)
    wanted = ask.Wish(
        number=number,
        limits=limits,
        scale=scale,
        description=rules_orders.parse_text(wish.description, "description"),
        asked_of=None if wish.user_id is None else UserId(wish.user_id),
        until=wish.until,
    )
    return told(await db.write(ask.ask, asker, id, wanted))


@get(OF_SHOP)
async def get_shop_consent(
    db: Db, asker: By, merchant_id: FromPath[str], consent_id: FromPath[str]
) -> Json:
    """Return a consent to its merchant, with its charges."""
    return await db.read(ask.get, asker, MerchantId(merchant_id), consent_id)


@post(f"{OF_SHOP}/revoke", status_code=200)
async def post_shop_revoke(
    db: Db, asker: By, merchant_id: FromPath[str], consent_id: FromPath[str]
) -> Json:
    """Let a consent be good no more."""
    return await db.write(ask.give_back, asker, MerchantId(merchant_id), consent_id)


class _Charge(msgspec.Struct):
    currency: Id
    out_trade_no: object = None
    amount: object = None
    description: object = None


@post(f"{ONE}/charges", status_code=200)
async def post_charge(db: Db, asker: By, json_body: Body, consent_id: FromPath[str]) -> Json:
    """Take an amount within a consent. `out_trade_no` is its key: the same one again returns the order as it stands."""
    wish = msgspec.convert(json_body, _Charge)
    number = rules_orders.parse_number(wish.out_trade_no, "out_trade_no")
    amount = rules.parse_amount(wish.amount)
    wanted = Wish(
        out_trade_no=number,
        kind="consent",
        currency=Currency(wish.currency),
        amount=amount,
        description=rules_orders.parse_text(wish.description, "description"),
    )
    return told(await db.write(charge.charge, asker, consent_id, wanted))


# --- by the person ----------------------------------------------------------------------------


@get(CONSENTS)
async def get_consents(
    db: Db,
    session: Who,
    start: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> Json:
    """Return what the account has answered, and what waits for its answer."""
    _, count = read.parse_page(None, limit)
    place = consent_rules.parse_place(start)
    return await db.read(answer.mine, session.user_id, place, count)


@get(ONE)
async def get_consent(db: Db, session: Who, consent_id: FromPath[str]) -> Json:
    """Return a consent of the account's, with its charges."""
    return await db.read(answer.get, session.user_id, consent_id)


@post(f"{ONE}/revoke", status_code=200)
async def post_revoke(db: Db, session: Who, consent_id: FromPath[str]) -> Json:
    """Take a yes back, at once."""
    return await db.write(answer.revoke, session.user_id, consent_id)


@get(LINK)
async def get_link(db: Db, session: Who, link: FromPath[str]) -> Json:
    """Return what a link asks for."""
    return await db.read(answer.see, session.user_id, link)


class _Grant(msgspec.Struct):
    proof: Id | None = None


@post(f"{LINK}/grant", status_code=200)
async def post_grant(
    db: Db, session: Who, json_body: Body, request: Http, link: FromPath[str]
) -> Json:
    """Say yes to what a link asks for."""
    wish = msgspec.convert(json_body, _Grant)
    key = key_of(request, json_body)
    payer = payer_of(session, wish.proof)
    return told(await db.write(answer.grant, payer, key, link))


@post(f"{LINK}/refuse", status_code=200)
async def post_refuse(db: Db, session: Who, link: FromPath[str]) -> Json:
    """Say no to what a link asks for."""
    return await db.write(answer.refuse, session.user_id, link)


ROUTES: list[Any] = [
    post_consent,
    get_shop_consent,
    post_shop_revoke,
    post_charge,
    get_consents,
    get_consent,
    post_revoke,
    get_link,
    post_grant,
    post_refuse,
]
