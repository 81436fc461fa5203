"""A payment at the code on a shop's counter: an order that is made and paid in one step."""

from typing import Any

from courtyard.base.money import Currency
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import WriteTx
from courtyard.wallet import ledger
from courtyard.wallet.errors import UnknownCurrencyError
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.model import Payer
from courtyard.wallet.once import Outcome, once
from courtyard.wallet.shops import codes, orders, rules_emv, settle, show
from courtyard.wallet.shops.errors import BadCodeError


def pay(tx: WriteTx, payer: Payer, key: str, code: str, currency: Currency, amount: int) -> Outcome:
    """Pay a shop whose static code was scanned.

    Raises, in this order:
        BadCodeError, ForeignCodeError; KeyReusedError; RestrictedError, LimitExceededError; UnknownCurrencyError: also where the
        code is for another one; NotFoundError, ForgedCodeError; MerchantClosedError; InsufficientFundsError (returned and
        remembered); what `authorise` wants.
    """
    told = rules_emv.read(code, rules_emv.server_tag(tx.settings.server_name))
    if told.order is not None:
        message = "This code is for one order. Pay the order."
        raise BadCodeError(message)

    def work(id: str) -> dict[str, Any]:
        permit = admit(tx, payer.user_id, Action.PAY)
        if currency != told.currency:
            message = f"This code is for payments in {told.currency}."
            raise UnknownCurrencyError(message)
        number = f"s_{id}"
        _, merchant = codes.read(tx, code)
        wish = orders.Wish(
            out_trade_no=number, kind="static", currency=currency, amount=amount, description=""
        )
        order = orders.draft(tx, merchant, wish, "static")
        settle.check_takes(tx, merchant)
        take_back_due(tx, payer.user_id)
        ledger.check_funds(tx, payer.user_id, currency, amount)
        intent = orders.intent_of(merchant, order, "order", key)
        authorise(tx, permit, payer, intent, settle.journal_of(order.id))
        paid = settle.pay_new(tx, permit, merchant, order, payer.user_id)
        return show.to_payer(merchant, paid, tx.now_ms())

    wanted: dict[str, object] = {
        "kind": "static",
        "code": code,
        "currency": currency,
        "amount": str(amount),
    }
    return once(tx, payer.user_id, key, wanted, work)
