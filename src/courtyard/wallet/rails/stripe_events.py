"""What Stripe tells: signed, at least once, in any order. A payment's state takes each of it once."""

import msgspec

from courtyard.base.errors import BadJsonError
from courtyard.base.money import Currency
from courtyard.storage.tx import WriteTx
from courtyard.wallet import store as wallet_store
from courtyard.wallet.rails import move, store
from courtyard.wallet.rails.errors import BadSignatureError
from courtyard.wallet.rails.model import RailLine, RailTxn, TxnId
from courtyard.wallet.rails.rules import mismatch, topup_fate
from courtyard.wallet.rails.rules_stripe import Subject, check_signature, read_event
from courtyard.wallet.rails.stripe import OURS, STRIPE, note_known


def take_event(tx: WriteTx, body: bytes, signature: str) -> None:
    """Take one message of Stripe's.

    Raises:
        BadSignatureError: it is not Stripe's, or old. BadJsonError: it is, and cannot be read.
    """
    secret = tx.settings.stripe_webhook_secret
    if not secret:
        message = "This server takes no messages of Stripe's."
        raise BadSignatureError(message)
    check_signature(secret, signature, body, tx.now_ms())
    try:
        type, about = read_event(body)
    except msgspec.DecodeError as error:
        message = "This is no event."
        raise BadJsonError(message) from error
    if about is None:
        return
    txn = _ours(tx, about)
    if type == "payment_intent.succeeded":
        _came(tx, txn, about)
    elif type == "payment_intent.canceled":
        if txn is not None and txn.direction == "topup" and txn.state in ("created", "sent"):
            move.give_back(tx, STRIPE, txn, "canceled", failed=True)
    elif txn is not None and txn.direction == "payout":
        if mismatch(txn, about.amount, about.currency.upper()):
            # Not what was asked for: reconciliation shows a payout without an end.
            return
        _went(tx, txn, type, about)


def _ours(tx: WriteTx, about: Subject) -> RailTxn | None:
    """Return the payment that something there is for. It may be told of before we heard its name."""
    found = store.txn_by_external(tx, STRIPE.name, about.id)
    if found is None and OURS in about.metadata:
        found = store.txn(tx, TxnId(about.metadata[OURS]))
        if found is not None and (found.rail != STRIPE.name or found.external_id is not None):
            return None
    return found


def _came(tx: WriteTx, txn: RailTxn | None, about: Subject) -> None:
    if txn is not None and txn.state == "settled" and txn.external_id == about.id:
        return
    currency = Currency(about.currency.upper())
    reason = topup_fate(txn, about.amount_received, currency)
    if reason or txn is None:
        _keep(tx, about, currency, reason)
        return
    if txn.state == "created":
        txn = note_known(tx, txn, about.id, {})
    move.settle(tx, STRIPE, txn)


def _went(tx: WriteTx, txn: RailTxn, type: str, about: Subject) -> None:
    if type == "payout.paid" and txn.state in ("created", "sent"):
        known = note_known(tx, txn, about.id, {}) if txn.state == "created" else txn
        move.settle(tx, STRIPE, known)
    elif type in ("payout.failed", "payout.canceled"):
        why = about.failure_code or type.partition(".")[2]
        if txn.state in ("created", "sent"):
            move.give_back(tx, STRIPE, txn, why, failed=True)
        elif txn.state == "settled":
            move.give_back(tx, STRIPE, txn, why, failed=False)


def _keep(tx: WriteTx, about: Subject, currency: Currency, why: str) -> None:
    """Keep money that came and is nobody's yet, for an operator to assign."""
    if wallet_store.currency(tx, currency) is None or about.amount_received <= 0:
        return
    store.add_line(
        tx,
        RailLine(
            rail=STRIPE.name,
            line=about.id[:255],
            statement=None,
            day="",
            currency=currency,
            amount=about.amount_received,
            reference=about.metadata.get(OURS, "")[:255],
            end_to_end="",
            party="",
            text="",
            is_return=0,
            state="unmatched",
            txn=None,
            why=why,
            made_at=tx.now_ms(),
        ),
    )
