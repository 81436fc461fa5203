"""HTTP for shops: merchants, their keys and cashiers.

A merchant's endpoints take the login of a person, or a key of the merchant (`Authorization: Bearer mk_…`). Refusals come in the order
of the wallet's: who asks, JSON, shape, whether they belong to the shop, the key that came before, the gate, the currency, the thing
itself, the other side, the money, the proof.
"""

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath

from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.wallet import rules
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import keys, merchants
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
from courtyard.wallet.shops.model import Details, KeyId, Scope

# --- merchants --------------------------------------------------------------------------------


@post(f"{PREFIX}/merchants", status_code=200)
async def post_merchant(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Open a shop."""
    details = msgspec.convert(json_body, Details)
    key = key_of(request, json_body)
    return told(await db.write(merchants.open, session.user_id, key, details))


@get(f"{PREFIX}/merchants")
async def get_merchants(db: Db, session: Who) -> Json:
    """Return the shops that the account owns, and those whose till it uses."""
    return await db.read(merchants.mine, session.user_id)


@get(SHOP)
async def get_merchant(db: Db, asker: By, merchant_id: FromPath[str]) -> Json:
    """Return a shop: to its owner with its money, to everybody what a payer should know."""
    return await db.read(merchants.show, asker, MerchantId(merchant_id))


class _Withdraw(msgspec.Struct):
    currency: Id
    amount: object = None


@post(f"{SHOP}/withdraw", status_code=200)
async def post_withdraw(
    db: Db, asker: By, json_body: Body, request: Http, merchant_id: FromPath[str]
) -> Json:
    """Move money of a shop to its owner's own account."""
    wish = msgspec.convert(json_body, _Withdraw)
    key = key_of(request, json_body)
    amount = rules.parse_amount(wish.amount)
    id, currency = MerchantId(merchant_id), Currency(wish.currency)
    return told(await db.write(merchants.withdraw, asker, id, key, currency, amount))


@post(f"{SHOP}/close", status_code=200)
async def post_close(db: Db, asker: By, merchant_id: FromPath[str]) -> Json:
    """Close a shop, for ever."""
    return await db.write(merchants.close, asker, MerchantId(merchant_id))


class _Key(msgspec.Struct):
    name: str
    scope: Scope


@post(f"{SHOP}/keys", status_code=200)
async def post_key(db: Db, asker: By, json_body: Body, merchant_id: FromPath[str]) -> Json:
    """Make a key for the merchant's server or a till. Only this answer shows it."""
    wish = msgspec.convert(json_body, _Key)
    return await db.write(keys.make, asker, MerchantId(merchant_id), wish.name, wish.scope)


@get(f"{SHOP}/keys")
async def get_keys(db: Db, asker: By, merchant_id: FromPath[str]) -> Json:
    """Return the keys that work, without what only their holders know."""
    return await db.read(keys.list_keys, asker, MerchantId(merchant_id))


@delete(f"{SHOP}/keys/{{key_id:str}}", status_code=200)
async def delete_key(
    db: Db, asker: By, merchant_id: FromPath[str], key_id: FromPath[str]
) -> Json:  # fmt: skip
    """Let a key work no more."""
    return await db.write(keys.revoke, asker, MerchantId(merchant_id), KeyId(key_id))


@get(f"{SHOP}/cashiers")
async def get_cashiers(db: Db, asker: By, merchant_id: FromPath[str]) -> Json:
    """Return who may use the till with their own login."""
    return await db.read(merchants.cashiers, asker, MerchantId(merchant_id))


@put(f"{SHOP}/cashiers/{{user_id:str}}", status_code=200)
async def put_cashier(
    db: Db, asker: By, merchant_id: FromPath[str], user_id: FromPath[str]
) -> Json:  # fmt: skip
    """Let somebody use the till with their own login."""
    return await db.write(merchants.add_cashier, asker, MerchantId(merchant_id), UserId(user_id))


@delete(f"{SHOP}/cashiers/{{user_id:str}}", status_code=200)
async def delete_cashier(
    db: Db, asker: By, merchant_id: FromPath[str], user_id: FromPath[str]
) -> Json:
    """Let somebody use the till no more."""
    return await db.write(merchants.remove_cashier, asker, MerchantId(merchant_id), UserId(user_id))


ROUTES = [
    post_merchant,
    get_merchants,
    get_merchant,
    post_withdraw,
    post_close,
    post_key,
    get_keys,
    delete_key,
    get_cashiers,
    put_cashier,
    delete_cashier,
]
