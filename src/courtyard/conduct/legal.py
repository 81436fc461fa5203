"""Legal requests: taken in, examined, answered, told to those whom they concern, and published.

Nothing is done to an account here. What an order removes is removed by a decision, which has reasons and can be appealed; what it
asks for can only be what the server can read.
"""

import secrets
from typing import Final

import msgspec

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct import notices, people, rules_legal, rules_legal_leaf, store, store_legal
from courtyard.conduct.decide import leaf_id
from courtyard.conduct.model_legal import (
    LegalId,
    LegalRecord,
    LegalRequest,
    LegalSalts,
    LegalStep,
)
from courtyard.conduct.public_log import log_leaf
from courtyard.conduct.rules_leaf import day
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.transparency.rules_leaf import SALT_BYTES

PAGE: Final = "/transparency/legal"
LOGGED: Final = ("complied", "refused", "published")
"""The steps that have a leaf. The others are told with the request."""
SHOWN_MAX: Final = 500


def new_id() -> LegalId:
    """Return the id of a new request."""
    return LegalId(f"lr_{secrets.token_hex(16)}")


def receive(tx: WriteTx, request: LegalRequest) -> LegalRecord:
    """Take in a request of an authority. It is public from now on, unless it orders silence, and then when that has ended.

    Args:
        request: received now, whatever time it says.

    Raises:
        NotIndependentError: not on the staff.
        LegalNotPossibleError: with the law that stands against it.
        UnavailableError: there is no log.
    """
    people.check_staff(tx, request.received_by)
    request = msgspec.structs.replace(request, received_at=tx.now_ms())
    concerned = None if request.concerns is None else store_legal.record(tx, request.concerns)
    rules_legal.check_new(request, concerned)
    salts = LegalSalts(
        **{name: secrets.token_bytes(SALT_BYTES) for name in LegalSalts.__struct_fields__}
    )
    made = rules_legal_leaf.of_request(request, salts)
    store_legal.add_request(tx, request, salts, made.opening, log_leaf(tx, made.leaf))
    return get(tx, request.id)


def take_step(tx: WriteTx, id: LegalId, step: LegalStep) -> LegalRecord:
    """Do the next thing about a request.

    Args:
        step: taken now, whatever time it says.

    Raises:
        NotFoundError: there is no such request.
        NotIndependentError: not on the staff, or it is about this person.
        LegalNotPossibleError: with the law that stands against it.
        UnavailableError: there is no log.
    """
    people.check_staff(tx, step.by)
    step = msgspec.structs.replace(step, at=tx.now_ms())
    record = get(tx, id)
    rules_legal.check_step(record, step, store.staff(tx))
    for decision_id in step.decisions:
        found = store.record(tx, decision_id)
        rules_legal.check_decision(record, None if found is None else found.decision)
    after = msgspec.structs.replace(record, steps=(*record.steps, step))
    opening, leaf = None, None
    if step.kind in LOGGED:
        is_open = rules_legal.is_public(after, step.at)
        seal = None if is_open else secrets.token_bytes(SALT_BYTES)
        salts = store_legal.salts(tx, id)
        made = rules_legal_leaf.of_step(after, step, salts, leaf_id(), seal)
        opening, leaf = made.opening, log_leaf(tx, made.leaf)
    store_legal.add_step(tx, id, len(record.steps), step, opening, leaf)
    if step.kind == "user_notified":
        _tell(tx, after)
    return after


def get(tx: ReadTx, id: LegalId) -> LegalRecord:
    """Return a request.

    Raises:
        NotFoundError: there is none.
    """
    record = store_legal.record(tx, id)
    if record is None:
        raise NotFoundError("There is no such request.")
    return record


def get_for_staff(tx: ReadTx, staff_id: UserId, id: LegalId) -> LegalRecord:
    """Return a request to somebody on the staff.

    Raises:
        NotIndependentError: not on the staff.
        NotFoundError: there is none.
    """
    people.check_staff(tx, staff_id)
    return get(tx, id)


def list_for_staff(tx: ReadTx, staff_id: UserId) -> list[LegalRecord]:
    """Return the newest requests to somebody on the staff.

    Raises:
        NotIndependentError: not on the staff.
    """
    people.check_staff(tx, staff_id)
    return store_legal.records(tx)[:SHOWN_MAX]


def concerning(tx: ReadTx, user_id: UserId) -> list[LegalRecord]:
    """Return the requests that concern an account and that it may know of."""
    now = tx.now_ms()
    return [
        record
        for record in store_legal.records(tx)
        if user_id in record.request.accounts and rules_legal.is_public(record, now)
    ]


def forget_account(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: FBT001  # a hook's shape
    """Forget who it was, when an account is erased: for `accounts.account.ON_DEACTIVATED`. What is public of it stays as it is."""
    if not erase:
        return
    for record in store_legal.records(tx):
        if user_id in record.request.accounts:
            store_legal.set_request(tx, rules_legal.without(record.request, user_id))


def _tell(tx: WriteTx, record: LegalRecord) -> None:
    request = record.request
    body = "\n\n".join(
        (
            "An authority has asked this server for something that concerns your account.",
            f"{request.authority_name} ({request.country}), on {day(request.received_at)}.",
            f"By this law: {request.legal_basis}",
            f"It asked: {request.summary}",
            f"What was done: {_answer(record)}.",
            "If something was taken from you, you have a decision of its own and can appeal it.",
            "Everything that is public about this request stands at this address:",
            f"{PAGE}/{request.id}",
        )
    )
    details: dict[str, object] = {"org.courtyard.legal_request": request.id}
    for user_id in request.accounts:
        if account_is_active(tx, user_id):
            notices.deliver(tx, user_id, body, details)


def _answer(record: LegalRecord) -> str:
    step = rules_legal.step_of(record, "complied", "refused")
    assert step is not None, "who it concerns is told when it was answered"
    if step.kind == "refused":
        return f"it was refused ({step.refusal})"
    given = f"; handed over: {', '.join(step.data)}" if step.data else ""
    return f"it was complied with, {'in full' if step.extent == 'full' else 'in part'}{given}"
