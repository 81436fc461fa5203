"""Money in and out, as its owner asks for it: created → sent → settled, or back."""

from typing import Any

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.money import AmountOutOfRangeError, Currency
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger, mode, rules
from courtyard.wallet import store as wallet_store
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.guard.names import shown_to
from courtyard.wallet.model import Intent, JournalId, Payer
from courtyard.wallet.once import Outcome, once
from courtyard.wallet.rails import move, store
from courtyard.wallet.rails.model import Direction, Payee, RailTxn, TxnId
from courtyard.wallet.rails.protocol import Rail
from courtyard.wallet.rails.registry import RAILS, rail_of
from courtyard.wallet.rails.rules import check_offered
from courtyard.wallet.rails.sender import Sender

NONE = "There is no such payment."


def rails(tx: ReadTx) -> dict[str, Any]:
    """Return which ways carry which currency, and how official money is held here."""
    currencies = wallet_store.currencies(tx)
    return {
        "mode": mode.show(mode.in_force(tx)),
        "rails": [
            {"rail": rail.name, "currency": one.code, "directions": sorted(carried)}
            for rail in RAILS.values()
            for one in currencies
            if (carried := rail.carries(tx.settings, one))
        ],
    }


def top_up(
    tx: WriteTx, user_id: UserId, key: str, rail: Rail, currency: Currency, amount: int
) -> Outcome:
    """Announce money that is to come in. Nothing moves before it is there.

    Raises, in this order:
        KeyReusedError; RestrictedError, LimitExceededError; UnknownCurrencyError; UnknownRailError; AmountOutOfRangeError.
    """

    def work(id: str) -> dict[str, Any]:
        admit(tx, user_id, Action.REQUEST_PAYMENT)
        _check(tx, rail, "topup", currency, amount)
        made = new_txn(tx, rail, TxnId(f"tu_{id}"), "topup", user_id, currency, amount, Payee())
        store.add_txn(tx, made)
        return show(made)

    wish = _wish("topup", rail, currency, amount, Payee())
    return once(tx, user_id, key, wish, work)


def pay_out(
    tx: WriteTx,
    payer: Payer,
    key: str,
    rail: Rail,
    currency: Currency,
    amount: int,
    payee: Payee,
) -> Outcome:
    """Take money out. It leaves the balance now; if it does not arrive, it comes back.

    Nothing that was decided about speech keeps anybody from this (P3).

    Raises, in this order:
        KeyReusedError; UnknownCurrencyError; UnknownRailError; AmountOutOfRangeError; InsufficientFundsError (returned and
        remembered); what `authorise` wants as proof.
    """

    def work(id: str) -> dict[str, Any]:
        permit = admit(tx, payer.user_id, Action.WITHDRAW)
        _check(tx, rail, "payout", currency, amount)
        take_back_due(tx, payer.user_id)
        ledger.check_funds(tx, payer.user_id, currency, amount)
        made = new_txn(
            tx, rail, TxnId(f"po_{id}"), "payout", payer.user_id, currency, amount, payee
        )
        intent = Intent(
            kind="payout",
            currency=currency,
            amount=amount,
            payee=shown_as(rail, payee),
            payee_name=shown_to(tx, payer, "payout", shown_as(rail, payee)),
            key=key,
        )
        authorise(tx, permit, payer, intent, JournalId(f"{made.id}.payout"))
        store.add_txn(tx, made)
        move.take(tx, permit, made)
        if rail.sends:
            tx.memory(Sender).wake_after(tx)
        return show(made)

    wish = _wish("payout", rail, currency, amount, payee)
    return once(tx, payer.user_id, key, wish, work)


def shown_as(rail: Rail, payee: Payee) -> str:
    """Return whom a payout is for, as a proof names them: the account and the name that its owner wrote."""
    return f"{payee.account or rail.name} {payee.name}".rstrip()


def name_of(_tx: ReadTx, _user_id: UserId, payee: str) -> str:
    """Return the name of a payout's payee: nobody here knows more of them than the payer wrote (`guard.names`)."""
    return payee


def _wish(
    kind: str, rail: Rail, currency: Currency, amount: int, payee: Payee
) -> dict[str, object]:
    return {
        "kind": kind,
        "rail": rail.name,
        "currency": currency,
        "amount": str(amount),
        "account": payee.account,
        "name": payee.name,
    }


def _check(tx: ReadTx, rail: Rail, direction: Direction, currency: Currency, amount: int) -> None:
    found = rules.check_currency(wallet_store.currency(tx, currency))
    check_offered(rail.carries(tx.settings, found), direction, currency)
    if amount > rail.amount_max:
        message = "This way carries less than that in one payment."
        raise AmountOutOfRangeError(message)


def new_txn(
    tx: ReadTx,
    rail: Rail,
    id: TxnId,
    direction: Direction,
    user_id: UserId,
    currency: Currency,
    amount: int,
    payee: Payee,
) -> RailTxn:
    """Return a payment over a rail as it begins. Nothing is kept and nothing moves."""
    return RailTxn(
        id=id,
        rail=rail.name,
        external_id=rail.external_id(id, direction),
        direction=direction,
        user_id=user_id,
        currency=currency,
        amount=amount,
        state="created",
        payee=msgspec.json.encode(payee).decode(),
        told="{}",
        batch=None,
        journal=None,
        return_journal=None,
        why="",
        made_at=tx.now_ms(),
        changed_at=tx.now_ms(),
    )


def get(tx: ReadTx, user_id: UserId, direction: Direction, id: TxnId) -> dict[str, Any]:
    """Return a payment over a rail to its owner; a top-up with what has to be known to pay it.

    Raises:
        NotFoundError: there is none of this account.
    """
    found = store.txn(tx, id)
    if found is None or found.user_id != user_id or found.direction != direction:
        raise NotFoundError(NONE)
    shown = show(found)
    return shown | {"pay": told(tx, id)} if direction == "topup" else shown


def page(tx: ReadTx, user_id: UserId, after: str, limit: int) -> list[dict[str, Any]]:
    """Return somebody's payments over rails after an id, as their owner sees them."""
    return [show(one) for one in store.txns_of(tx, user_id, after, limit)]


def told(tx: ReadTx, id: TxnId) -> dict[str, Any]:
    """Return what whoever tops up has to know; nothing when it has ended."""
    found = store.txn(tx, id)
    if found is None or found.state not in ("created", "sent"):
        return {}
    currency = rules.check_currency(wallet_store.currency(tx, found.currency))
    return rail_of(found.rail).told(tx, found, currency)


def show(txn: RailTxn) -> dict[str, Any]:
    """Return a payment over a rail as its owner sees it."""
    payee = msgspec.json.decode(txn.payee, type=Payee)
    shown: dict[str, Any] = {
        "id": txn.id,
        "rail": txn.rail,
        "currency": txn.currency,
        "amount": str(txn.amount),
        "state": txn.state,
        "made_at": txn.made_at,
        "changed_at": txn.changed_at,
    }
    if txn.direction == "payout":
        shown |= {"to": {"account": payee.account, "name": payee.name}}
    return shown | ({"why": txn.why} if txn.why else {})
