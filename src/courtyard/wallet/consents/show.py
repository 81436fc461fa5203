"""Consents as their two sides see them. A merchant gets no user id, but the name for the payer that only it has."""

from typing import Any

from courtyard.storage.tx import ReadTx
from courtyard.wallet import store as wallet_store
from courtyard.wallet.consents import rules, store
from courtyard.wallet.consents.model import Consent
from courtyard.wallet.shops import merchants, rules_orders
from courtyard.wallet.shops import store as shop_store
from courtyard.wallet.shops.model import Merchant

CHARGES_SHOWN: int = 100


def shop_of(tx: ReadTx, consent: Consent) -> Merchant:
    """Return the merchant of a consent."""
    found = shop_store.merchant(tx, consent.merchant)
    assert found is not None
    return found


def to_person(tx: ReadTx, consent: Consent) -> dict[str, Any]:
    """Return a consent as the person sees it. The merchant's name is what this server knows."""
    merchant = shop_of(tx, consent)
    return _both(tx, consent) | {
        "merchant": merchant.id,
        "name": merchants.payee_name(merchant),
        "verified": merchant.verified_name is not None,
    }


def to_merchant(tx: ReadTx, consent: Consent) -> dict[str, Any]:
    """Return a consent as its merchant sees it."""
    merchant = shop_of(tx, consent)
    return _both(tx, consent) | {
        "number": consent.number,
        "link": consent.link,
        "payer": rules_orders.payer_name(merchant, consent.user_id),
        "version": consent.version,
    }


def _both(tx: ReadTx, consent: Consent) -> dict[str, Any]:
    currency = wallet_store.currency(tx, consent.currency)
    assert currency is not None
    shown: dict[str, Any] = {
        "id": consent.id,
        "state": rules.state_of(consent, tx.now_ms()),
        "limits": rules.show_limits(consent, currency.scale),
        "description": consent.description,
        "made_at": consent.made_at,
        "ask_until": consent.ask_until,
        "until": rules.ends_at(consent),
        "granted_at": consent.granted_at,
        "ended_at": consent.ended_at,
        "ended_by": consent.ended_by,
    }
    return shown | {"now": _now(tx, consent)}


def _now(tx: ReadTx, consent: Consent) -> dict[str, Any] | None:
    """Return the interval of now, and what was taken in it."""
    span = rules.span_of(consent, tx.now_ms())
    if span is None:
        return None
    used = store.used(tx, consent.id, span.index)
    return {
        "interval": span.index,
        "starts_at": None if consent.interval is None else span.start_ms,
        "ends_at": span.end_ms,
        "used": str(used),
        "left": str(consent.amount - used),
    }


def charges(tx: ReadTx, consent: Consent) -> list[dict[str, Any]]:
    """Return the newest charges of a consent."""
    return [
        {"order": order, "interval": span, "amount": str(amount), "made_at": made_at}
        for order, span, amount, made_at in store.charges(tx, consent.id, CHARGES_SHOWN)
    ]
