"""Stripe: cards in, payouts out. Optional: `pip install courtyard[stripe]`, and the settings `stripe_…`.

Each request to Stripe carries our payment's id as its idempotency key, so that a retry after a broken line is the same payment. What
Stripe tells (`stripe_events`) moves the money; what a client says never does.
"""

import asyncio
from typing import Any, Final

import msgspec

from courtyard.base.settings import Settings
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.model import CurrencyInfo
from courtyard.wallet.rails import move, store
from courtyard.wallet.rails.errors import RailUnavailableError
from courtyard.wallet.rails.model import Direction, Payee, RailTxn, TxnId
from courtyard.wallet.rails.rules_stripe import check_payee

TIMEOUT_SECONDS: Final = 20
UNLIKE: Final = frozenset({"HUF", "TWD", "UGX", "ISK"})
"""Currencies that Stripe counts in its own way."""
OURS: Final = "courtyard"
"""The metadata in which a payment there names ours."""


class Stripe:
    """See `protocol.Rail`."""

    name = "stripe"
    account = "rail:stripe"
    amount_max = 99_999_999
    sends = True

    def carries(self, settings: Settings, currency: CurrencyInfo) -> frozenset[Direction]:
        """Official money of two decimal digits, when there is a key."""
        is_fit = currency.kind == "fiat" and currency.scale == 2 and currency.code not in UNLIKE
        if not is_fit or not settings.stripe_secret_key:
            return frozenset()
        return frozenset({"topup", "payout"})

    def payee(self, account: object, name: object) -> Payee:
        """Read an external account."""
        del name
        return check_payee(account)

    def external_id(self, id: TxnId, direction: Direction) -> str | None:
        """Stripe chooses it."""
        del id, direction
        return None

    def told(self, tx: ReadTx, txn: RailTxn, currency: CurrencyInfo) -> dict[str, Any]:
        """What a client needs to show Stripe's form."""
        del tx, currency
        told: dict[str, Any] = msgspec.json.decode(txn.told)
        return told

    async def send(self, db: Database, id: TxnId) -> None:
        """Make the PaymentIntent or the Payout there, once."""
        txn = await db.read(store.txn, id)
        if txn is None or txn.state != "created":
            return
        made, refused = await asyncio.to_thread(_ask, db.world.settings, txn)
        await db.write(_note, id, made, refused)


STRIPE: Final = Stripe()


def _ask(settings: Settings, txn: RailTxn) -> tuple[dict[str, str], str]:
    """Ask Stripe for a payment; return it, or why it will never be."""
    import stripe  # noqa: PLC0415  # optional, and heavy: a server without it never loads it

    addresses: Any = {"api": settings.stripe_url} if settings.stripe_url else {}
    client = stripe.StripeClient(
        settings.stripe_secret_key,
        base_addresses=addresses,
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )
    params: dict[str, Any] = {
        "amount": txn.amount,
        "currency": txn.currency.lower(),
        "metadata": {OURS: txn.id},
    }
    options: Any = {"idempotency_key": txn.id}
    try:
        if txn.direction == "topup":
            intent = client.v1.payment_intents.create(
                {**params, "automatic_payment_methods": {"enabled": True}},  # type: ignore[typeddict-item]  # the same keys
                options,
            )
            return {"id": intent.id, "client_secret": intent.client_secret or ""}, ""
        payee = msgspec.json.decode(txn.payee, type=Payee)
        payout = client.v1.payouts.create({**params, "destination": payee.account}, options)  # type: ignore[typeddict-item]  # the same keys
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        return {}, str(error.code or "refused")
    except stripe.StripeError as error:
        # Nobody knows whether it arrived: the same key asks again.
        message = "Stripe does not answer. Ask again with the same key."
        raise RailUnavailableError(message) from error
    return {"id": payout.id}, ""


def _note(tx: WriteTx, id: TxnId, made: dict[str, str], refused: str) -> None:
    txn = store.txn(tx, id)
    # Stripe may have told of it before it answered.
    if txn is None or txn.state != "created":
        return
    if refused:
        move.give_back(tx, STRIPE, txn, refused, failed=True)
        return
    note_known(tx, txn, made["id"], {key: made[key] for key in made if key != "id"})


def note_known(tx: WriteTx, txn: RailTxn, external_id: str, told: dict[str, str]) -> RailTxn:
    """Note what a new payment is called there."""
    named = msgspec.structs.replace(
        txn, external_id=external_id, told=msgspec.json.encode(told).decode()
    )
    return move.mark_sent(tx, named)
