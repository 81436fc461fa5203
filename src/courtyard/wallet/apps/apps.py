"""A merchant registers its apps; an operator checks them."""

import base64
import secrets
from typing import Any, Final

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.apps import store
from courtyard.wallet.apps.model import APPS_EVER_MAX, APPS_MAX, App, AppId
from courtyard.wallet.model import MerchantId
from courtyard.wallet.proposals import check_operator
from courtyard.wallet.shops import access
from courtyard.wallet.shops import rules as shop_rules
from courtyard.wallet.shops.model import Asker

NONE: Final = "There is no such app."
LISTED_MAX: Final = 100
_ID_BYTES: Final = 10


def register(
    tx: WriteTx, asker: Asker, id: MerchantId, name: str, public_key: bytes
) -> dict[str, Any]:
    """Register an app. The same name and key again return the app that is there.

    Raises, in this order:
        NotFoundError, ScopeError: see `access`. MerchantClosedError; TooManyError.
    """
    merchant = access.owned(tx, asker, id)
    shop_rules.check_open(merchant)
    mine = store.apps_of(tx, merchant.id)
    for one in mine:
        if (one.name, one.public_key, one.ended_at) == (name, public_key, None):
            return show(one)
    shop_rules.check_count(sum(one.ended_at is None for one in mine), APPS_MAX, "apps")
    shop_rules.check_count(len(mine), APPS_EVER_MAX, "apps, those that ended included")
    made = App(
        id=AppId(f"app_{base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower()}"),
        merchant=merchant.id,
        name=name,
        public_key=public_key,
        verified_at=None,
        ended_at=None,
        made_at=tx.now_ms(),
    )
    store.add_app(tx, made)
    return show(made)


def of_merchant(tx: ReadTx, asker: Asker, id: MerchantId) -> dict[str, Any]:
    """Return the apps of a merchant.

    Raises:
        NotFoundError, ScopeError: see `access`.
    """
    merchant = access.at_orders(tx, asker, id)
    return {"apps": [show(one) for one in store.apps_of(tx, merchant.id)]}


def set_key(
    tx: WriteTx, asker: Asker, id: MerchantId, app_id: str, public_key: bytes
) -> dict[str, Any]:
    """Give an app's server another key, at once. What the old one signed is good no more.

    Raises:
        NotFoundError, ScopeError: see `access`; the merchant has no such app.
    """
    found = _mine(tx, asker, id, app_id)
    store.set_app(tx, msgspec.structs.replace(found, public_key=public_key))
    return show(_known(tx, found.id))


def end(tx: WriteTx, asker: Asker, id: MerchantId, app_id: str) -> dict[str, Any]:
    """Let an app ask for nothing any more, for ever. Asked again, it says that there is none.

    Raises:
        NotFoundError, ScopeError: see `access`; the merchant has no such app.
    """
    found = _mine(tx, asker, id, app_id)
    store.set_app(tx, msgspec.structs.replace(found, ended_at=tx.now_ms()))
    return show(_known(tx, found.id))


def _mine(tx: ReadTx, asker: Asker, id: MerchantId, app_id: str) -> App:
    merchant = access.owned(tx, asker, id)
    found = store.app(tx, app_id)
    if found is None or found.merchant != merchant.id or found.ended_at is not None:
        raise NotFoundError(NONE)
    return found


def _known(tx: ReadTx, id: AppId) -> App:
    found = store.app(tx, id)
    assert found is not None
    return found


def verify(tx: WriteTx, by: UserId, app_id: str, *, is_right: bool) -> App:
    """Let an operator say that an app is its merchant's and called rightly, or that it is not.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: there is no such app.
    """
    check_operator(tx, by, "verify apps")
    found = store.app(tx, app_id)
    if found is None or found.ended_at is not None:
        raise NotFoundError(NONE)
    at = tx.now_ms() if is_right else None
    store.set_app(tx, msgspec.structs.replace(found, verified_at=at))
    return _known(tx, found.id)


def listed(tx: ReadTx) -> list[App]:
    """Return the newest apps, for operators."""
    return store.newest(tx, LISTED_MAX)


def show(app: App) -> dict[str, Any]:
    """Return an app as its merchant sees it."""
    return {
        "id": app.id,
        "name": app.name,
        "public_key": base64.b64encode(app.public_key).decode(),
        "verified": app.verified_at is not None,
        "made_at": app.made_at,
        "ended_at": app.ended_at,
    }
