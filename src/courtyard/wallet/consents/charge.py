"""A merchant's server takes an amount within a consent: an order that is made and paid in one step."""

from typing import Any

from courtyard.base.errors import LimitExceededError
from courtyard.base.ids import UserId
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action, RestrictedError
from courtyard.storage.tx import WriteTx
from courtyard.wallet import ledger
from courtyard.wallet.consents import rules, show, store
from courtyard.wallet.consents.ask import of_merchant
from courtyard.wallet.consents.errors import PayerCannotError
from courtyard.wallet.consents.model import Consent
from courtyard.wallet.errors import WalletError
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.guard.model import CONSENTED
from courtyard.wallet.model import Payer
from courtyard.wallet.once import Outcome
from courtyard.wallet.shops import orders, settle
from courtyard.wallet.shops.model import Asker, Merchant, Order


def charge(tx: WriteTx, asker: Asker, id: str, wish: orders.Wish) -> Outcome:
    """Take an amount. The merchant's number is the key: the same one again returns the order as it stands.

    Raises, in this order:
        NotFoundError, ScopeError: see `of_merchant`. KeyReusedError; MerchantClosedError, RestrictedError, LimitExceededError;
        UnknownCurrencyError; what `rules.check_charge` says; PayerCannotError; InsufficientFundsError. What came from the
        state of things is returned, and remembered.
    """
    consent = of_merchant(tx, asker, id)
    merchant = show.shop_of(tx, consent)

    def work(_id: str) -> dict[str, Any]:
        settle.check_open(tx, merchant)
        orders.spend(tx, merchant)
        order = orders.draft(tx, merchant, wish, consent.id)
        now_ms = tx.now_ms()
        span = rules.span_of(consent, now_ms)
        used = 0 if span is None else store.used(tx, consent.id, span.index)
        counted = rules.check_charge(consent, order.currency, order.amount, used, now_ms)
        assert consent.user_id is not None
        permit = _let_pay(tx, merchant, order, consent, consent.user_id)
        settle.pay_new(tx, permit, merchant, order, consent.user_id, kind="consent_charged")
        store.add_charge(tx, order.id, consent.id, counted.index, order.amount, now_ms)
        return {"id": order.id}

    return orders.under_number(tx, merchant, wish, id, work)


def _let_pay(
    tx: WriteTx, merchant: Merchant, order: Order, consent: Consent, user_id: UserId
) -> Permit:
    """Return the payer's permit. Why they cannot pay is theirs to read, and not their merchant's."""
    assert consent.device_id is not None
    take_back_due(tx, user_id)
    try:
        permit = admit(tx, user_id, Action.PAY)
        ledger.check_funds(tx, user_id, order.currency, order.amount)
        payer = Payer(user_id=user_id, device_id=consent.device_id)
        intent = orders.intent_of(merchant, order, CONSENTED, order.out_trade_no)
        authorise(tx, permit, payer, intent, settle.journal_of(order.id))
    except (WalletError, RestrictedError, LimitExceededError) as error:
        if isinstance(error, WalletError) and error.code == "wallet.insufficient_funds":
            raise
        message = "This account does not pay at the moment."
        raise PayerCannotError(message) from error
    return permit
