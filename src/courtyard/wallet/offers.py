"""A payment in a chat: pending → accepted | declined | expired. The money waits in an account of its own.

Where its sender chose a delay, the yes of its recipient begins it: pending → arriving → accepted | declined | returned. What is on its way
arrives by the clock (`expire.arrive`). Its sender alone cannot stop it: the recipient may give it back, and operators may stop it
(`guard.stops`).
"""

from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import RoomId, TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger, rules, store, store_people
from courtyard.wallet.announce import announce, announce_end, check_people
from courtyard.wallet.expire import arrive, end_offer, take_back_due
from courtyard.wallet.guard import delays, stops
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.guard.names import shown_to
from courtyard.wallet.model import OFFER_MS, Intent, JournalId, Offer, OfferId, OfferState, Payer
from courtyard.wallet.once import Outcome, once


def make(
    tx: WriteTx,
    payer: Payer,
    key: str,
    room_id: RoomId,
    recipient: UserId,
    currency: Currency,
    amount: int,
) -> Outcome:
    """Offer money to somebody in a room. It leaves the balance now, and arrives when they accept.

    Raises, in this order:
        KeyReusedError; RestrictedError, LimitExceededError; UnknownCurrencyError; NotInRoomError; BadRecipientError;
        InsufficientFundsError (returned and remembered); what `authorise` raises; NotAllowed.
    """
    user_id = payer.user_id

    def work(id: str) -> dict[str, Any]:
        permit = admit(tx, user_id, Action.PAY)
        rules.check_currency(store.currency(tx, currency))
        check_people(tx, user_id, room_id, [recipient])
        take_back_due(tx, user_id)
        ledger.check_funds(tx, user_id, currency, amount)
        offer_id = OfferId(f"t_{id}")
        intent = Intent(
            kind="transfer",
            currency=currency,
            amount=amount,
            payee=recipient,
            payee_name=shown_to(tx, payer, "transfer", recipient),
            key=key,
        )
        authorise(tx, permit, payer, intent, journal_of(offer_id))
        return _make(tx, permit, offer_id, room_id, recipient, currency, amount)

    # How long it takes to arrive is the sender's setting and no part of the wish: a retry after it was changed is the same payment.
    wish: dict[str, object] = {
        "kind": "transfer",
        "room_id": room_id,
        "to": recipient,
        "currency": currency,
        "amount": str(amount),
    }
    return once(tx, user_id, key, wish, work)


def journal_of(id: OfferId) -> JournalId:
    """Return the journal in which the money of an offer leaves its sender."""
    return JournalId(f"{id}.offer")


def _make(
    tx: WriteTx,
    permit: Permit,
    id: OfferId,
    room_id: RoomId,
    recipient: UserId,
    currency: Currency,
    amount: int,
) -> dict[str, Any]:
    source = ledger.open_account(tx, "user", permit.actor, currency)
    escrow = ledger.open_account(tx, "escrow", id, currency)
    moves = [ledger.Move(source.id, escrow.id, amount)]
    ledger.transfer(tx, permit, journal_of(id), "transfer", id, moves)
    content: dict[str, object] = {"kind": "transfer", "id": id, "state": "pending"}
    now_ms = tx.now_ms()
    offer = Offer(
        id=id,
        room_id=room_id,
        sender=permit.actor,
        recipient=recipient,
        currency=currency,
        amount=amount,
        delay_ms=delays.in_force(tx, permit.actor),
        arrives_at=None,
        recalled_at=None,
        escrow=escrow.id,
        state="pending",
        made_at=now_ms,
        expires_at=TimestampMs(now_ms + OFFER_MS),
        ended_at=None,
        event_id=announce(tx, permit, room_id, content),
    )
    store_people.add_offer(tx, offer)
    return _show(tx, offer)


def accept(tx: WriteTx, user_id: UserId, id: OfferId) -> dict[str, Any]:
    """Take a payment that was offered: now, or after its delay. Asked again, it returns the same.

    Raises, in this order:
        NotFoundError: there is none for this account. ExpiredError, EndedError: too late. RestrictedError.
    """
    offer, now_ms = _offered_to(tx, user_id, id), tx.now_ms()
    if rules.has_arrived(offer, now_ms):
        arrive(tx, offer)
    elif offer.state not in ("arriving", "accepted"):
        rules.check_offer_open(offer, now_ms)
        permit = admit(tx, user_id, Action.RECEIVE_PAYMENT)
        if offer.delay_ms:
            _set_off(tx, permit, offer, TimestampMs(now_ms + offer.delay_ms))
        else:
            _settle(tx, permit, offer, user_id, "accepted")
    return _show(tx, _offered_to(tx, user_id, id))


def decline(tx: WriteTx, user_id: UserId, id: OfferId) -> dict[str, Any]:
    """Give a payment back to who offered it, also while it is on its way. Asked again, it returns the same.

    Raises, in this order:
        NotFoundError: there is none for this account. ExpiredError, EndedError: it has ended otherwise.
    """
    offer = _offered_to(tx, user_id, id)
    if offer.state != "declined":
        rules.check_offer_under_way(offer, tx.now_ms())
        permit = admit(tx, user_id, Action.SETTLE_PAYMENT)
        _settle(tx, permit, offer, offer.sender, "declined")
    return _show(tx, _offered_to(tx, user_id, id))


def recall(tx: WriteTx, user_id: UserId, id: OfferId) -> dict[str, Any]:
    """Ask for a payment back that is on its way. Asked again, it returns the same.

    It stops nothing: the recipient sees the wish, and an operator may stop the payment because of it.

    Raises, in this order:
        NotFoundError: there is none by this account. EndedError: it is not on its way.
    """
    offer = store_people.offer(tx, id)
    if offer is None or offer.sender != user_id:
        raise NotFoundError(NONE)
    if offer.recalled_at is None:
        rules.check_on_its_way(offer, tx.now_ms())
        admit(tx, user_id, Action.SETTLE_PAYMENT)
        store_people.recall_offer(tx, id)
    return get(tx, user_id, id)


def _set_off(tx: WriteTx, permit: Permit, offer: Offer, arrives_at: TimestampMs) -> None:
    # It is shown among the balances from now on, and what has arrived counts there before anybody moved it.
    ledger.open_account(tx, "user", offer.recipient, offer.currency)
    store_people.set_arrival(tx, offer.id, arrives_at)
    content: dict[str, object] = {"kind": "transfer", "id": offer.id, "state": "arriving"}
    announce_end(tx, permit, offer.room_id, content, offer.event_id)


def _settle(tx: WriteTx, permit: Permit, offer: Offer, to: UserId, state: OfferState) -> None:
    target = ledger.open_account(tx, "user", to, offer.currency)
    kind = "transfer_received" if state == "accepted" else "transfer_returned"
    moves = [ledger.Move(offer.escrow, target.id, offer.amount)]
    ledger.transfer(tx, permit, JournalId(f"{offer.id}.{state}"), kind, offer.id, moves)
    end_offer(tx, permit, offer, state)


def _offered_to(tx: ReadTx, user_id: UserId, id: OfferId) -> Offer:
    offer = store_people.offer(tx, id)
    if offer is None or offer.recipient != user_id:
        raise NotFoundError(NONE)
    return offer


NONE = "There is no such payment."


def get(tx: ReadTx, user_id: UserId, id: OfferId) -> dict[str, Any]:
    """Return a payment in a chat, to either side.

    Raises:
        NotFoundError: there is none that this account may see.
    """
    offer = store_people.offer(tx, id)
    if offer is None or user_id not in (offer.sender, offer.recipient):
        raise NotFoundError(NONE)
    return _show(tx, offer)


def _show(tx: ReadTx, offer: Offer) -> dict[str, Any]:
    """Return a payment as its two sides see it."""
    now_ms = tx.now_ms()
    return {
        "id": offer.id,
        "room_id": offer.room_id,
        "event_id": offer.event_id,
        "sender": offer.sender,
        "to": offer.recipient,
        "currency": offer.currency,
        "amount": str(offer.amount),
        "state": rules.offer_state(offer, now_ms),
        "made_at": offer.made_at,
        "expires_at": offer.expires_at,
        "delay_ms": offer.delay_ms,
        "arrives_at": offer.arrives_at,
        "recalled_at": offer.recalled_at,
        "stop": stops.shown(tx, offer),
        "ended_at": offer.ended_at,
    }
