"""What the routes of shops share: where they are, who asks, and how an outcome is told."""

from typing import Annotated, Any, Final

from litestar import Request
from litestar.di import NamedDependency
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.storage.database import Database
from courtyard.wallet import rules
from courtyard.wallet.errors import WalletError
from courtyard.wallet.once import Outcome
from courtyard.wallet.shops.model import Asker

PREFIX: Final = "/_courtyard/wallet/v1"
SHOP: Final = f"{PREFIX}/merchants/{{merchant_id:str}}"

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
By = NamedDependency[Asker]
Body = NamedDependency[dict[str, object]]
Http = Request[Any, Any, Any]

Id = Annotated[str, Meta(max_length=255)]


def key_of(request: Http, body: dict[str, object]) -> str:
    """Return the client's key for a payment."""
    return rules.parse_key(request.headers.get("idempotency-key", body.get("key")))


def told(outcome: Outcome) -> Json:
    """Return an answer, or raise the refusal that was remembered."""
    if isinstance(outcome, WalletError):
        raise outcome
    return outcome
