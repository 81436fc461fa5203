"""HTTP for a merchant's webhooks, for its owner and for keys with the scope `orders`.

They are here because shops know who may ask; what is done is `wallet.webhooks`. Refusals come in this order: who asks, JSON, shape (the
address, then the kinds), whether they belong to the shop, the endpoint, the delivery, the limits.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from courtyard.base.errors import NotFoundError
from courtyard.base.settings import Settings
from courtyard.base.whole_number import parse_whole_number
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import read
from courtyard.wallet.model import MerchantId
from courtyard.wallet.shops import access
from courtyard.wallet.shops import rules as shop_rules
from courtyard.wallet.shops.edge import SHOP, Body, By, Db, Json
from courtyard.wallet.shops.model import Asker
from courtyard.wallet.webhooks import endpoints, history, rules

HOOKS = f"{SHOP}/webhooks"
HOOK = f"{HOOKS}/{{webhook_id:str}}"

Set = NamedDependency[Settings]
P = ParamSpec("P")
T = TypeVar("T")
Tx = TypeVar("Tx", bound=ReadTx)

NUMBER_LENGTH_MAX = 15


def of_shop(
    tx: Tx,
    asker: Asker,
    id: str,
    verb: Callable[Concatenate[Tx, MerchantId, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Do something for a shop, if its owner or a key for orders asks.

    Raises:
        NotFoundError, ScopeError: see `access.at_orders`.
    """
    return verb(tx, access.at_orders(tx, asker, MerchantId(id)).id, *args, **kwargs)


class _Endpoint(msgspec.Struct):
    url: object = None
    kinds: object = None


def _is_private_ok(settings: Settings) -> bool:
    return settings.webhooks_to_private_addresses == "on"


@post(HOOKS, status_code=200)
async def post_webhook(
    db: Db, asker: By, json_body: Body, settings: Set, merchant_id: FromPath[str]
) -> Json:
    """Add an endpoint. Only this answer shows its secret."""
    wish = msgspec.convert(json_body, _Endpoint)
    url = rules.parse_url(wish.url, is_private_ok=_is_private_ok(settings))
    kinds = rules.parse_kinds(wish.kinds)

    def make(tx: WriteTx) -> Json:
        merchant = access.at_orders(tx, asker, MerchantId(merchant_id))
        shop_rules.check_open(merchant)
        return endpoints.make(tx, merchant.id, url, kinds)

    return await db.write(make)


@get(HOOKS)
async def get_webhooks(db: Db, asker: By, merchant_id: FromPath[str]) -> Json:
    """Return the endpoints, without their secrets."""
    return await db.read(of_shop, asker, merchant_id, endpoints.of_merchant)


@put(HOOK, status_code=200)
async def put_webhook(
    db: Db,
    asker: By,
    json_body: Body,
    settings: Set,
    merchant_id: FromPath[str],
    webhook_id: FromPath[str],
) -> Json:
    """Let an endpoint be at another address, or want other things. What is not named stays."""
    wish = msgspec.convert(json_body, _Endpoint)
    url = kinds = None
    if "url" in json_body:
        url = rules.parse_url(wish.url, is_private_ok=_is_private_ok(settings))
    if "kinds" in json_body:
        kinds = rules.parse_kinds(wish.kinds)
    return await db.write(of_shop, asker, merchant_id, endpoints.change, webhook_id, url, kinds)


@post(f"{HOOK}/rotate", status_code=200)
async def post_rotate(
    db: Db, asker: By, merchant_id: FromPath[str], webhook_id: FromPath[str]
) -> Json:
    """Give an endpoint another secret; the old one is valid for a day longer."""
    return await db.write(of_shop, asker, merchant_id, endpoints.rotate, webhook_id)


@post(f"{HOOK}/enable", status_code=200)
async def post_enable(
    db: Db, asker: By, merchant_id: FromPath[str], webhook_id: FromPath[str]
) -> Json:
    """Switch an endpoint on again."""
    return await db.write(of_shop, asker, merchant_id, endpoints.switch, webhook_id, on=True)


@post(f"{HOOK}/disable", status_code=200)
async def post_disable(
    db: Db, asker: By, merchant_id: FromPath[str], webhook_id: FromPath[str]
) -> Json:
    """Switch an endpoint off."""
    return await db.write(of_shop, asker, merchant_id, endpoints.switch, webhook_id, on=False)


@post(f"{HOOK}/test", status_code=200)
async def post_test(
    db: Db, asker: By, merchant_id: FromPath[str], webhook_id: FromPath[str]
) -> Json:
    """Send a message that says nothing."""
    return await db.write(of_shop, asker, merchant_id, history.try_out, webhook_id)


@get(f"{HOOK}/deliveries")
async def get_deliveries(
    db: Db,
    asker: By,
    merchant_id: FromPath[str],
    webhook_id: FromPath[str],
    start: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> Json:
    """Return what was sent to an endpoint, the newest first."""
    before, count = read.parse_page(start, limit)
    return await db.read(of_shop, asker, merchant_id, history.page, webhook_id, before, count)


@post(f"{HOOK}/deliveries/{{number:str}}/replay", status_code=200)
async def post_replay(
    db: Db,
    asker: By,
    merchant_id: FromPath[str],
    webhook_id: FromPath[str],
    number: FromPath[str],
) -> Json:
    """Send a message again."""
    which = parse_whole_number(number, NUMBER_LENGTH_MAX)
    if which is None:
        raise NotFoundError(history.NONE)
    return await db.write(of_shop, asker, merchant_id, history.replay, webhook_id, which)


ROUTES = [
    post_webhook,
    get_webhooks,
    put_webhook,
    post_rotate,
    post_enable,
    post_disable,
    post_test,
    get_deliveries,
    post_replay,
]
