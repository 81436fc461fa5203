"""A shop from its opening to its end: its money is its own, and only the owner takes it out."""

import secrets
from typing import Any, Final

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as wallet_store
from courtyard.wallet.errors import BadRecipientError
from courtyard.wallet.model import Account, JournalId, MerchantId
from courtyard.wallet.once import Outcome, once
from courtyard.wallet.proposals import check_operator
from courtyard.wallet.shops import access, rules, store
from courtyard.wallet.shops.errors import MerchantShortError
from courtyard.wallet.shops.model import (
    CASHIERS_MAX,
    MERCHANTS_MAX,
    Asker,
    Details,
    Merchant,
)

NONE = "There is no such shop."
SECRET_BYTES: Final = 32
LISTED_MAX: Final = 100


def open(tx: WriteTx, user_id: UserId, key: str, details: Details) -> Outcome:
    """Open a shop.

    Raises, in this order:
        BadMerchantError; KeyReusedError; RestrictedError, LimitExceededError; TooManyError.
    """
    checked = rules.check_details(details)

    def work(id: str) -> dict[str, Any]:
        admit(tx, user_id, Action.REQUEST_PAYMENT)
        opened = [one for one in store.merchants_of(tx, user_id) if one.closed_at is None]
        rules.check_count(len(opened), MERCHANTS_MAX, "open shops")
        made = Merchant(
            id=MerchantId(f"mch_{id}"),
            owner=user_id,
            name=checked.name,
            mcc=checked.mcc,
            city=checked.city,
            country=checked.country,
            verified_name=None,
            verified_at=None,
            secret=secrets.token_bytes(SECRET_BYTES),
            made_at=tx.now_ms(),
            closed_at=None,
        )
        store.add_merchant(tx, made)
        return _show_own(tx, made)

    wish: dict[str, object] = {
        "kind": "merchant",
        "name": checked.name,
        "mcc": checked.mcc,
        "city": checked.city,
        "country": checked.country,
    }
    return once(tx, user_id, key, wish, work)


def withdraw(
    tx: WriteTx, asker: Asker, id: MerchantId, key: str, currency: Currency, amount: int
) -> Outcome:
    """Move money of a shop to its owner's own account. Nothing that was decided about anybody stops it.

    Raises, in this order:
        NotFoundError, ScopeError: see `access`. KeyReusedError; UnknownCurrencyError; MerchantShortError (returned and remembered).
    """
    merchant = access.owned(tx, asker, id)

    def work(of_key: str) -> dict[str, Any]:
        permit = admit(tx, merchant.owner, Action.WITHDRAW)
        code = wallet_rules.check_currency(wallet_store.currency(tx, currency)).code
        source = funded(tx, merchant, code, amount)
        _take_out(tx, permit, merchant, source, amount, JournalId(f"w_{of_key}"))
        return {"id": f"w_{of_key}", "currency": code, "amount": str(amount)}

    wish: dict[str, object] = {
        "kind": "withdraw",
        "merchant": id,
        "currency": currency,
        "amount": str(amount),
    }
    return once(tx, merchant.owner, key, wish, work)


def funded(tx: ReadTx, merchant: Merchant, currency: Currency, amount: int) -> Account:
    """Return a shop's account, from which an amount can go.

    Raises:
        MerchantShortError: there is less.
    """
    found = wallet_store.account_of(tx, "merchant", merchant.id, currency)
    if found is None or found.available < amount:
        message = "There is not enough money in the shop's account."
        raise MerchantShortError(message)
    return found


def _take_out(
    tx: WriteTx,
    permit: Permit,
    merchant: Merchant,
    source: Account,
    amount: int,
    journal: JournalId,
) -> None:
    target = ledger.open_account(tx, "user", merchant.owner, source.currency)
    moves = [ledger.Move(source.id, target.id, amount)]
    ledger.transfer(tx, permit, journal, "merchant_withdrawn", merchant.id, moves)


def close(tx: WriteTx, asker: Asker, id: MerchantId) -> dict[str, Any]:
    """Close a shop, for ever. Its money goes to the owner, its keys end. Asked again, it returns the same.

    Raises:
        NotFoundError, ScopeError: see `access`.
    """
    merchant = access.owned(tx, asker, id)
    if merchant.closed_at is None:
        permit = admit(tx, merchant.owner, Action.WITHDRAW)
        for account in wallet_store.accounts_of(tx, "merchant", merchant.id):
            if account.available > 0:
                journal = JournalId(f"{merchant.id}.close.{account.currency}")
                _take_out(tx, permit, merchant, account, account.available, journal)
        for key in store.keys_of(tx, merchant.id):
            store.revoke_key(tx, merchant.id, key.id)
        # Orders that still wait can be paid no more: `settle.check_takes` asks. Their own time closes them.
        store.close(tx, merchant.id)
    return show(tx, asker, id)


def add_cashier(tx: WriteTx, asker: Asker, id: MerchantId, user_id: UserId) -> dict[str, Any]:
    """Let somebody use the till with their own login.

    Raises, in this order:
        NotFoundError, ScopeError: see `access`. MerchantClosedError. BadRecipientError: nobody here has this account.
        TooManyError.
    """
    merchant = access.owned(tx, asker, id)
    rules.check_open(merchant)
    if not account_is_active(tx, user_id):
        message = "Nobody here has this account."
        raise BadRecipientError(message)
    if not store.is_cashier(tx, merchant.id, user_id):
        rules.check_count(len(store.cashiers(tx, merchant.id)), CASHIERS_MAX, "cashiers")
        store.add_cashier(tx, merchant.id, user_id)
    return _show_cashiers(tx, merchant)


def remove_cashier(tx: WriteTx, asker: Asker, id: MerchantId, user_id: UserId) -> dict[str, Any]:
    """Let somebody use the till no more. Asked again, it returns the same.

    Raises:
        NotFoundError, ScopeError: see `access`.
    """
    merchant = access.owned(tx, asker, id)
    store.remove_cashier(tx, merchant.id, user_id)
    return _show_cashiers(tx, merchant)


def cashiers(tx: ReadTx, asker: Asker, id: MerchantId) -> dict[str, Any]:
    """Return who may use the till, to the owner.

    Raises:
        NotFoundError, ScopeError: see `access`.
    """
    return _show_cashiers(tx, access.owned(tx, asker, id))


def _show_cashiers(tx: ReadTx, merchant: Merchant) -> dict[str, Any]:
    found = store.cashiers(tx, merchant.id)
    return {"cashiers": [{"user_id": who, "added_at": since} for who, since in found]}


def verify(tx: WriteTx, by: UserId, id: MerchantId, name: str | None) -> Merchant:
    """Let an operator say under which name a shop is known here; None: under none any more.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: there is no such shop. BadMerchantError: a bad name.
    """
    check_operator(tx, by, "verify shops")
    if store.merchant(tx, id) is None:
        raise NotFoundError(NONE)
    store.set_verified(tx, id, None if name is None else rules.check_name(name))
    found = store.merchant(tx, id)
    assert found is not None
    return found


def listed(tx: ReadTx) -> list[Merchant]:
    """Return the newest shops, for operators."""
    return store.merchants(tx, LISTED_MAX)


def mine(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return the shops that somebody owns, and those whose till they use. No measure takes this away."""
    return {
        "merchants": [_show_own(tx, one) for one in store.merchants_of(tx, user_id)],
        "till_of": [show_public(one) for one in store.served_by(tx, user_id)],
    }


def show(tx: ReadTx, asker: Asker, id: MerchantId) -> dict[str, Any]:
    """Return a shop: to its owner and to keys for orders with its money, to everybody else what a payer should know.

    Raises:
        NotFoundError: there is none.
    """
    found = store.merchant(tx, id)
    if found is None:
        raise NotFoundError(NONE)
    return _show_own(tx, found) if rules.is_trusted(asker, found) else show_public(found)


def show_public(merchant: Merchant) -> dict[str, Any]:
    """Return what a payer should know of a shop. Its name is from here, and never from a code."""
    return {
        "id": merchant.id,
        "name": payee_name(merchant),
        "verified": merchant.verified_name is not None,
        "mcc": merchant.mcc,
        "city": merchant.city,
        "country": merchant.country,
        "closed": merchant.closed_at is not None,
    }


def name_of_payee(tx: WriteTx, user_id: UserId, payee: str) -> str:
    """Return the name under which a payer sees a shop, for what they are asked to prove.

    Raises:
        NotFoundError: there is no such shop.
    """
    del user_id
    found = store.merchant(tx, MerchantId(payee))
    if found is None:
        raise NotFoundError(NONE)
    return payee_name(found)


def payee_name(merchant: Merchant) -> str:
    """Return the name under which a payer sees a shop: the verified one if there is one."""
    return merchant.verified_name or merchant.name


def _show_own(tx: ReadTx, merchant: Merchant) -> dict[str, Any]:
    balances = [
        {"currency": account.currency, "available": str(account.available)}
        for account in wallet_store.accounts_of(tx, "merchant", merchant.id)
    ]
    own = {"made_at": merchant.made_at, "closed_at": merchant.closed_at, "balances": balances}
    return show_public(merchant) | {"own_name": merchant.name} | own
