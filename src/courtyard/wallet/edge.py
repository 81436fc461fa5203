"""What the routes of the wallet share: where they are, the client's key, who pays, and how an outcome is told."""

from typing import Annotated, Any, Final

from litestar import Request
from litestar.di import NamedDependency
from msgspec import Meta

from courtyard.accounts.model import Session
from courtyard.storage.database import Database
from courtyard.wallet import rules
from courtyard.wallet.errors import WalletError
from courtyard.wallet.model import Payer
from courtyard.wallet.once import Outcome

PREFIX: Final = "/_courtyard/wallet/v1"

Json = dict[str, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Session]
Body = NamedDependency[dict[str, object]]
Http = Request[Any, Any, Any]

Id = Annotated[str, Meta(max_length=255)]


def key_of(request: Http, body: dict[str, object]) -> str:
    """Return the client's key for a payment.

    Raises:
        BadKeyError: there is none, or it is none.
    """
    return rules.parse_key(request.headers.get("idempotency-key", body.get("key")))


def payer_of(session: Session, proof: object) -> Payer:
    """Return who pays, from which device, with the proof that the request names.

    Raises:
        InvalidParamError: `proof` is no id.
    """
    named = rules.parse_proof(proof)
    return Payer(user_id=session.user_id, device_id=session.device_id, proof=named)


def told(outcome: Outcome) -> Json:
    """Return an answer, or raise the refusal that was remembered."""
    if isinstance(outcome, WalletError):
        raise outcome
    return outcome
