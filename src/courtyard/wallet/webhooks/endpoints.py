"""A merchant's endpoints: made, changed, given another secret, switched off and on."""

import base64
import secrets
from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.storage.sealing_key import Vault
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks import rules, store
from courtyard.wallet.webhooks.courier import Courier
from courtyard.wallet.webhooks.deliveries import seal_name
from courtyard.wallet.webhooks.errors import (
    EndpointExistsError,
    TooManyEndpointsError,
    TooManySecretsError,
)
from courtyard.wallet.webhooks.model import (
    ENDPOINTS_MAX,
    OLD_SECRET_MS,
    SECRETS_MAX,
    Endpoint,
    EndpointId,
    EndpointState,
)

_ID_BYTES = 10
_SECRET_BYTES = 32


def make(tx: WriteTx, merchant: MerchantId, url: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    """Add an endpoint. Its secret is in this answer and in no other.

    Raises, in this order:
        EndpointExistsError: there is one at this address. TooManyEndpointsError.
    """
    mine = store.endpoints_of(tx, merchant)
    _check_free(mine, url)
    if len(mine) >= ENDPOINTS_MAX:
        message = f"A merchant has at most {ENDPOINTS_MAX} endpoints. Change one of them."
        raise TooManyEndpointsError(message)
    made = Endpoint(
        id=EndpointId(f"we_{base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower()}"),
        merchant=merchant,
        url=url,
        kinds=kinds,
        state="enabled",
        reason="",
        count=0,
        made_at=tx.now_ms(),
    )
    store.add_endpoint(tx, made)
    return show(made) | {"secret": _new_secret(tx, made.id, 1)}


def _check_free(mine: list[Endpoint], url: str) -> None:
    for one in mine:
        if one.url == url:
            message = "There is an endpoint at this address."
            raise EndpointExistsError(message, **{"org.courtyard.id": one.id})


def _new_secret(tx: WriteTx, id: EndpointId, number: int) -> str:
    secret = secrets.token_bytes(_SECRET_BYTES)
    store.add_secret(tx, id, number, tx.memory(Vault).key.seal(secret, seal_name(id, number)))
    return rules.show_secret(secret)


def of_merchant(tx: ReadTx, merchant: MerchantId) -> dict[str, Any]:
    """Return a merchant's endpoints, without their secrets."""
    return {"webhooks": [show(one) for one in store.endpoints_of(tx, merchant)]}


def get(tx: ReadTx, merchant: MerchantId, id: str) -> Endpoint:
    """Return an endpoint of a merchant.

    Raises:
        NotFoundError: it has no such endpoint.
    """
    found = store.endpoint(tx, id)
    if found is None or found.merchant != merchant:
        message = "There is no such endpoint."
        raise NotFoundError(message)
    return found


def change(
    tx: WriteTx, merchant: MerchantId, id: str, url: str | None, kinds: tuple[str, ...] | None
) -> dict[str, Any]:
    """Let an endpoint be at another address, or want other things. What is on its way goes to the new address.

    Raises, in this order:
        NotFoundError; EndpointExistsError.
    """
    found = get(tx, merchant, id)
    others = [one for one in store.endpoints_of(tx, merchant) if one.id != id]
    new_url = found.url if url is None else url
    _check_free(others, new_url)
    new_kinds = found.kinds if kinds is None else kinds
    store.set_endpoint(tx, found.id, new_url, new_kinds, found.state, found.reason)
    return show(get(tx, merchant, id))


def rotate(tx: WriteTx, merchant: MerchantId, id: str) -> dict[str, Any]:
    """Give an endpoint another secret. For a day messages are signed with the old one too.

    Raises, in this order:
        NotFoundError; TooManySecretsError.
    """
    found = get(tx, merchant, id)
    valid = store.secrets_of(tx, found.id)
    if len(valid) >= SECRETS_MAX:
        message = (
            f"At most {SECRETS_MAX} secrets are valid at a time. The oldest ends within a day."
        )
        raise TooManySecretsError(message)
    store.end_secret(tx, found.id, tx.now_ms() + OLD_SECRET_MS)
    return show(found) | {"secret": _new_secret(tx, found.id, valid[0].number + 1)}


def switch(tx: WriteTx, merchant: MerchantId, id: str, *, on: bool) -> dict[str, Any]:
    """Switch an endpoint on or off. Off, it is told of nothing new, and what is on its way waits.

    Raises:
        NotFoundError: the merchant has no such endpoint.
    """
    found = get(tx, merchant, id)
    if on != (found.state == "enabled"):
        state: EndpointState = "enabled" if on else "disabled"
        reason = "" if on else "owner"
        store.set_endpoint(tx, found.id, found.url, found.kinds, state, reason)
        tx.memory(Courier).wake_after(tx)
    return show(get(tx, merchant, id))


def show(endpoint: Endpoint) -> dict[str, Any]:
    """Return an endpoint as its merchant sees it."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "kinds": list(endpoint.kinds),
        "state": endpoint.state,
        "reason": endpoint.reason,
        "made_at": endpoint.made_at,
    }
