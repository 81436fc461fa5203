"""A merchant's server asks for a consent, looks at it, and gives it back."""

from typing import Any

import msgspec

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as wallet_store
from courtyard.wallet.consents import rules, show, store, tell
from courtyard.wallet.consents.model import ASK_MS, Consent, Limits
from courtyard.wallet.errors import BadRecipientError, WalletError
from courtyard.wallet.model import MerchantId
from courtyard.wallet.once import Outcome, once
from courtyard.wallet.shops import access, orders, settle
from courtyard.wallet.shops.model import Asker

NONE = "There is no such consent."


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant asks for, already in shape. `asked_of` None: whoever is shown the link may say yes."""

    number: str
    limits: Limits
    scale: int
    description: str
    asked_of: UserId | None = None
    until: int | None = None


def ask(tx: WriteTx, asker: Asker, id: MerchantId, wish: Wish) -> Outcome:
    """Ask for a consent. Its number is the key: the same one again returns the consent as it stands.

    Raises, in this order:
        NotFoundError, ScopeError: see `access`. KeyReusedError; MerchantClosedError, RestrictedError, LimitExceededError;
        UnknownCurrencyError; BadLimitsError: another scale, or a time that is over; BadRecipientError: nobody has this account.
    """
    merchant = access.at_orders(tx, asker, id)
    made_id, link = rules.ids(merchant.secret, wish.number)

    def work(_id: str) -> dict[str, Any]:
        settle.check_open(tx, merchant)
        orders.spend(tx, merchant)
        currency = wallet_rules.check_currency(wallet_store.currency(tx, wish.limits.currency))
        rules.check_scale(currency, wish.scale)
        now_ms = tx.now_ms()
        until = rules.check_until(wish.until, now_ms)
        if wish.asked_of is not None and not account_is_active(tx, wish.asked_of):
            message = "Nobody here has this account."
            raise BadRecipientError(message)
        made = Consent(
            id=made_id,
            merchant=merchant.id,
            number=wish.number,
            link=link,
            asked_of=wish.asked_of,
            user_id=None,
            device_id=None,
            state="pending",
            currency=currency.code,
            amount=wish.limits.amount,
            per_charge=wish.limits.per_charge,
            interval=wish.limits.interval,
            description=wish.description,
            made_at=now_ms,
            ask_until=TimestampMs(now_ms + ASK_MS),
            until=until,
            granted_at=None,
            ended_at=None,
            ended_by=None,
            version=1,
        )
        store.add(tx, made)
        return {"id": made_id}

    told: dict[str, object] = {
        "kind": "consent",
        "currency": wish.limits.currency,
        "amount": str(wish.limits.amount),
        "per_charge": str(wish.limits.per_charge),
        "interval": wish.limits.interval,
        "scale": wish.scale,
        "description": wish.description,
        "asked_of": wish.asked_of,
        "until": wish.until,
    }
    made = once(tx, UserId(merchant.id), f"consent {wish.number}", told, work)
    if isinstance(made, WalletError):
        return made
    return show.to_merchant(tx, known(tx, made_id))


def known(tx: ReadTx, id: str) -> Consent:
    """Return a consent that is known to exist."""
    found = store.consent(tx, id)
    assert found is not None
    return found


def of_merchant(tx: ReadTx, asker: Asker, id: str) -> Consent:
    """Return a consent to somebody who may do everything with its merchant's orders.

    Raises:
        NotFoundError: there is none, or they do not belong to its merchant. ScopeError: they stand at a till only.
    """
    found = store.consent(tx, id)
    if found is None:
        raise NotFoundError(NONE)
    try:
        access.at_orders(tx, asker, found.merchant)
    except NotFoundError:
        raise NotFoundError(NONE) from None
    return found


def get(tx: ReadTx, asker: Asker, id: MerchantId, consent: str) -> dict[str, Any]:
    """Return a consent to its merchant, with its charges.

    Raises:
        NotFoundError, ScopeError: see `of_merchant`.
    """
    found = of_merchant(tx, asker, consent)
    if found.merchant != id:
        raise NotFoundError(NONE)
    return show.to_merchant(tx, found) | {"charges": show.charges(tx, found)}


def give_back(tx: WriteTx, asker: Asker, id: MerchantId, consent: str) -> dict[str, Any]:
    """Let a consent be good no more, or a wish for one not be answered. Asked again, it returns the same.

    Raises:
        NotFoundError, ScopeError: see `of_merchant`.
    """
    found = of_merchant(tx, asker, consent)
    if found.merchant != id:
        raise NotFoundError(NONE)
    if found.state in ("pending", "granted"):
        store.end(tx, found, "revoked", "merchant", None)
        tell.tell(tx, known(tx, found.id), "consent.revoked")
    return show.to_merchant(tx, known(tx, found.id))
