"""Requests and bills that are split: each part is open → paid | cancelled. After a day the system reminds, once, and no person."""

from collections.abc import Sequence
from typing import Any

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import RoomId, TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.rooms.roster import is_joined
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger, rules, rules_split, store, store_people
from courtyard.wallet.announce import announce, announce_end, check_people
from courtyard.wallet.errors import BadRecipientError, BadSplitError
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.guard.names import shown_to
from courtyard.wallet.model import (
    REMIND_MS,
    Intent,
    JournalId,
    Part,
    Payer,
    Request,
    RequestId,
)
from courtyard.wallet.once import Outcome, once

NONE = "There is no such request."


def make(
    tx: WriteTx,
    user_id: UserId,
    key: str,
    room_id: RoomId,
    currency: Currency,
    total: int,
    among: Sequence[tuple[UserId, int]],
    *,
    remind: bool,
) -> Outcome:
    """Ask members of a room for money: one for a sum, or several for their parts of a bill.

    Args:
        total: the whole bill, in minor units.
        among: (who, weight), in the order in which single units are left over. The asker's own part counts as paid.
        remind: whether the system may remind those who have not paid after a day.

    Raises, in this order:
        BadSplitError; KeyReusedError; RestrictedError, LimitExceededError; UnknownCurrencyError; NotInRoomError;
        BadRecipientError; NotAllowed.
    """
    amounts = rules_split.largest_remainder(total, [weight for _, weight in among])
    people = [who for who, _ in among]
    others = [who for who in people if who != user_id]
    if len(set(people)) != len(people) or not others:
        message = "Name everybody once, and somebody beside yourself."
        raise BadSplitError(message)

    def work(id: str) -> dict[str, Any]:
        permit = admit(tx, user_id, Action.REQUEST_PAYMENT)
        rules.check_currency(store.currency(tx, currency))
        check_people(tx, user_id, room_id, others)
        now_ms = tx.now_ms()
        content: dict[str, object] = {"kind": "request", "id": f"r_{id}", "state": "open"}
        request = Request(
            id=RequestId(f"r_{id}"),
            room_id=room_id,
            payee=user_id,
            currency=currency,
            total=total,
            made_at=now_ms,
            remind_at=TimestampMs(now_ms + REMIND_MS) if remind else None,
            event_id=announce(tx, permit, room_id, content),
        )
        parts = [
            Part(
                number=number,
                user_id=who,
                amount=amount,
                state="paid" if who == user_id else "open",
                ended_at=now_ms if who == user_id else None,
            )
            for number, (who, amount) in enumerate(zip(people, amounts, strict=True), 1)
        ]
        store_people.add_request(tx, request, parts)
        return _show(request, parts)

    wish: dict[str, object] = {
        "kind": "request",
        "room_id": room_id,
        "currency": currency,
        "amount": str(total),
        "among": [{"user_id": who, "weight": weight} for who, weight in among],
        "remind": remind,
    }
    return once(tx, user_id, key, wish, work)


def pay(tx: WriteTx, payer: Payer, key: str, id: RequestId) -> Outcome:
    """Pay one's part of a request.

    Raises, in this order:
        KeyReusedError; RestrictedError, LimitExceededError; NotFoundError; EndedError (returned and remembered: paid or
        cancelled); BadRecipientError: the asker has no account any more; InsufficientFundsError, TooMuchError (returned and
        remembered); what `authorise` raises.
    """
    user_id = payer.user_id

    def work(_id: str) -> dict[str, Any]:
        permit = admit(tx, user_id, Action.PAY)
        request, part = _part_of(tx, user_id, id)
        if part.state != "open":
            raise rules.ended(part.state)
        if not account_is_active(tx, request.payee):
            message = "Whoever asked for this has no account any more."
            raise BadRecipientError(message)
        take_back_due(tx, user_id)
        ledger.check_funds(tx, user_id, request.currency, part.amount)
        ledger.check_room(tx, request.payee, request.currency, part.amount)
        intent = Intent(
            kind="request",
            currency=request.currency,
            amount=part.amount,
            payee=request.payee,
            payee_name=shown_to(tx, payer, "request", request.payee),
            key=key,
        )
        authorise(tx, permit, payer, intent, journal_of(request, part))
        _pay(tx, permit, request, part)
        return _show(request, store_people.parts(tx, id))

    return once(tx, user_id, key, {"kind": "pay", "request": id}, work)


def journal_of(request: Request, part: Part) -> JournalId:
    """Return the journal in which a part is paid."""
    return JournalId(f"{request.id}.part{part.number}")


def _pay(tx: WriteTx, permit: Permit, request: Request, part: Part) -> None:
    source = ledger.open_account(tx, "user", permit.actor, request.currency)
    target = ledger.open_account(tx, "user", request.payee, request.currency)
    journal = journal_of(request, part)
    moves = [ledger.Move(source.id, target.id, part.amount)]
    ledger.transfer(tx, permit, journal, "request_paid", request.id, moves)
    store_people.end_part(tx, request.id, part.number, "paid")
    is_complete = all(one.state != "open" for one in store_people.parts(tx, request.id))
    if is_complete:
        store_people.forget_reminder(tx, request.id)
    state = "complete" if is_complete else "part_paid"
    content: dict[str, object] = {"kind": "request", "id": request.id, "state": state}
    announce_end(tx, permit, request.room_id, content, request.event_id)


def cancel(tx: WriteTx, user_id: UserId, id: RequestId) -> dict[str, Any]:
    """Want no more of what is not paid yet. What is paid stays paid. Asked again, it returns the same.

    Raises:
        NotFoundError: there is no such request of this account.
    """
    request = store_people.request(tx, id)
    if request is None or request.payee != user_id:
        raise NotFoundError(NONE)
    opened = [part for part in store_people.parts(tx, id) if part.state == "open"]
    if opened:
        permit = admit(tx, user_id, Action.SETTLE_PAYMENT)
        for part in opened:
            store_people.end_part(tx, id, part.number, "cancelled")
        store_people.forget_reminder(tx, id)
        content: dict[str, object] = {"kind": "request", "id": id, "state": "cancelled"}
        announce_end(tx, permit, request.room_id, content, request.event_id)
    return _show(request, store_people.parts(tx, id))


def remind(tx: WriteTx, request: Request) -> None:
    """Let the system remind those who have not paid, once."""
    permit = admit(tx, request.payee, Action.SETTLE_PAYMENT)
    store_people.forget_reminder(tx, request.id)
    content: dict[str, object] = {
        "kind": "request",
        "id": request.id,
        "state": "reminder",
        "by": "system",
    }
    announce_end(tx, permit, request.room_id, content, request.event_id)


def _part_of(tx: ReadTx, user_id: UserId, id: RequestId) -> tuple[Request, Part]:
    request = store_people.request(tx, id)
    if request is not None:
        for part in store_people.parts(tx, id):
            if part.user_id == user_id:
                return request, part
    raise NotFoundError(NONE)


def get(tx: ReadTx, user_id: UserId, id: RequestId) -> dict[str, Any]:
    """Return a request to who asked, to those who were asked, and to members of its room.

    Raises:
        NotFoundError: there is none that this account may see.
    """
    request = store_people.request(tx, id)
    if request is None:
        raise NotFoundError(NONE)
    parts = store_people.parts(tx, id)
    sees = user_id == request.payee or any(part.user_id == user_id for part in parts)
    if not sees and not is_joined(tx, user_id, request.room_id):
        raise NotFoundError(NONE)
    return _show(request, parts)


def _show(request: Request, parts: list[Part]) -> dict[str, Any]:
    states = {part.state for part in parts}
    state = "open" if "open" in states else "cancelled" if "cancelled" in states else "complete"
    return {
        "id": request.id,
        "room_id": request.room_id,
        "event_id": request.event_id,
        "payee": request.payee,
        "currency": request.currency,
        "amount": str(request.total),
        "state": state,
        "made_at": request.made_at,
        "parts": [
            {
                "user_id": part.user_id,
                "amount": str(part.amount),
                "state": part.state,
                "ended_at": part.ended_at,
            }
            for part in parts
        ],
    }
