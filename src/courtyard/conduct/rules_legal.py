"""Legal requests: which step may follow which, by whom, and when the public sees one.

What an order keeps from the public it keeps for a time, and the time is over by the clock: there is no state in which a request
can stay hidden because nobody did something (law 23).
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from courtyard.base.ids import UserId
from courtyard.conduct.errors import LegalNotPossibleError
from courtyard.conduct.model import DAY_MS, Decision
from courtyard.conduct.model_legal import (
    LegalRecord,
    LegalRequest,
    LegalState,
    LegalStep,
    StepKind,
)
from courtyard.conduct.rules_leaf import day
from courtyard.conduct.rules_people import bar

GAG_MS_MAX: Final = 365 * DAY_MS
"""The longest that one order keeps a request from the public, from when it was received."""
NAME_CHARS_MAX: Final = 200
TEXT_CHARS_MAX: Final = 2_000
LIST_MAX: Final = 1_000

_STATES: Final[Mapping[StepKind, LegalState]] = {
    "validated": "valid",
    "found_incomplete": "incomplete",
    "contested": "contested",
    "complied": "complied",
    "refused": "refused",
    "user_notified": "user_notified",
    "published": "published",
}
_MAY_FOLLOW: Final[Mapping[StepKind, frozenset[LegalState]]] = {
    "validated": frozenset({"received", "incomplete", "contested"}),
    "found_incomplete": frozenset({"received", "incomplete", "contested"}),
    "contested": frozenset({"received", "incomplete", "valid"}),
    "complied": frozenset({"valid"}),
    "refused": frozenset({"received", "incomplete", "contested", "valid"}),
    "user_notified": frozenset({"complied", "refused", "published"}),
    "published": frozenset({"complied", "refused", "user_notified"}),
}


def refuse(law: str, message: str) -> LegalNotPossibleError:
    """Return the refusal of a step by one of the laws."""
    return LegalNotPossibleError(law, message)


# --- what is known now ----------------------------------------------------------------------------


def state(record: LegalRecord) -> LegalState:
    """Return how far a request has come. A published one stays published."""
    kinds = [step.kind for step in record.steps]
    if "published" in kinds:
        return "published"
    return _STATES[kinds[-1]] if kinds else "received"


def step_of(record: LegalRecord, *kinds: StepKind) -> LegalStep | None:
    """Return the newest step of some kinds."""
    return next((step for step in reversed(record.steps) if step.kind in kinds), None)


def gag_end(record: LegalRecord) -> int | None:
    """Return when the silence about a request ends, as far as is known; None: there never was one.

    A later order makes it longer only if it was complied with while the silence still held: what the public has seen
    once is not taken back.
    """
    end = record.request.gag_until
    if end is None:
        return None
    for renewal in sorted(record.renewals, key=lambda one: one.complied_at):
        if renewal.complied_at < end:
            end = max(end, renewal.gag_until)
    published = step_of(record, "published")
    return end if published is None else min(end, published.at)


def is_public(record: LegalRecord, now_ms: int) -> bool:
    """Tell whether everybody sees a request now. Without an order to be silent that is from its receipt on."""
    end = gag_end(record)
    return end is None or now_ms >= end


# --- what may be done -----------------------------------------------------------------------------


def check_new(request: LegalRequest, concerned: LegalRecord | None) -> None:
    """Check a request that was just received.

    Args:
        request: with the time of its receipt.
        concerned: the earlier request whose silence it makes longer, where it names one.

    Raises:
        LegalNotPossibleError: with the law that stands against it.
    """
    names = (request.authority_name, request.legal_basis, request.summary)
    if not all(name.strip() for name in names):
        raise refuse("words", "A request says who asks, by which law, and for what.")
    if len(request.authority_name) > NAME_CHARS_MAX or len(request.legal_basis) > NAME_CHARS_MAX:
        raise refuse("words", "The authority or the law has too long a name.")
    if len(request.summary) > TEXT_CHARS_MAX:
        raise refuse("words", "The summary is too long.")
    if max(len(request.accounts), len(request.items), len(request.scope)) > LIST_MAX:
        raise refuse("words", "The request names too many things at once.")
    until = request.gag_until
    if until is not None and not 0 < until - request.received_at <= GAG_MS_MAX:
        raise refuse(
            "gag_length", "An order to be silent ends within a year. A new order is needed then."
        )
    if request.kind == "gag" and until is None:
        raise refuse("gag_length", "An order to be silent has an end.")
    if request.concerns is None:
        return
    if request.kind != "gag" or concerned is None:
        raise refuse("concerns", "Only an order to be silent is about an earlier request.")
    if is_public(concerned, request.received_at):
        raise refuse("concerns", "That request is public already, and stays so.")


def check_step(record: LegalRecord, step: LegalStep, staff: Collection[UserId]) -> None:
    """Check that a step may be taken now, by this person. The order is: the person, the state, what the step says.

    Raises:
        NotIndependentError: the request is about this person's own account.
        LegalNotPossibleError: with the law that stands against it.
    """
    if step.by in record.request.accounts:
        bar("own_case")
    now = state(record)
    if now not in _MAY_FOLLOW[step.kind]:
        raise refuse("state", f"This request is {now.replace('_', ' ')}.")
    if step.kind == "complied":
        _check_complied(record, step, staff)
    elif step.kind == "user_notified":
        _check_notified(record, step)
    elif step.kind == "published":
        _check_published(record, step)


def _check_complied(record: LegalRecord, step: LegalStep, staff: Collection[UserId]) -> None:
    before = {record.request.received_by}
    before |= {one.by for one in record.steps if one.kind == "validated"}
    if step.by in before and len(staff) > 1:
        raise refuse("four_eyes", "Somebody else than who took it in and validated it complies.")
    if (record.request.kind == "data") != bool(step.data):
        raise refuse("data", "An order for data, and no other, says which kinds were handed over.")
    if record.request.kind == "remove" and not step.decisions:
        raise refuse("decision", "Content is removed by a decision, which the account can appeal.")
    if record.request.kind != "remove" and step.decisions:
        raise refuse("decision", "Only an order to remove something leads to decisions.")


def check_decision(record: LegalRecord, decision: Decision | None) -> None:
    """Check that a decision carries out an order: it cites a law, and is about an account that the order concerns.

    Raises:
        LegalNotPossibleError: it does not.
    """
    if decision is None or decision.ground != "illegal":
        raise refuse("decision", "A decision that carries out an order has a law as its ground.")
    if decision.subject not in record.request.accounts:
        raise refuse("decision", "The decision is about an account that the order does not name.")


def _check_notified(record: LegalRecord, step: LegalStep) -> None:
    if step_of(record, "user_notified") is not None:
        raise refuse("state", "They have been told.")
    if not is_public(record, step.at):
        raise refuse("gag", "Nobody may be told yet: the order to be silent has not ended.")


def _check_published(record: LegalRecord, step: LegalStep) -> None:
    if not is_public(record, step.at):
        if not step.ended_gag:
            raise refuse("gag", "The order to be silent has not ended. Say so if it was lifted.")
    elif record.request.accounts and step_of(record, "user_notified") is None:
        raise refuse("notify", "Those whom it concerns are told first.")


# --- what the public reads ------------------------------------------------------------------------


def public_request(request: LegalRequest) -> dict[str, Any]:
    """Return what everybody may read of a request as it was received. It names no account and no item."""
    return {
        "id": request.id,
        "authority": request.authority,
        "authority_name": request.authority_name,
        "country": request.country,
        "legal_basis": request.legal_basis,
        "kind": request.kind,
        "scope": list(request.scope),
        "summary": request.summary,
        "accounts": len(request.accounts),
        "items": dict(sorted(Counter(item.type for item in request.items).items())),
        "received": day(request.received_at),
        "silent_until": None if request.gag_until is None else day(request.gag_until),
        "concerns": request.concerns,
    }


def document(record: LegalRecord) -> dict[str, Any]:
    """Return a request with all that was done about it, without names: what the leaf of its publication has the hash of."""
    return {
        "request": public_request(record.request),
        "state": state(record),
        "steps": [_public_step(step) for step in record.steps],
        "silent_until": [day(one.gag_until) for one in record.renewals],
    }


def at_publication(record: LegalRecord) -> LegalRecord:
    """Return what was known when a request was published; all of it, if it was not."""
    kinds = [step.kind for step in record.steps]
    steps = record.steps[: kinds.index("published") + 1] if "published" in kinds else record.steps
    end = steps[-1].at if "published" in kinds else None
    renewals = tuple(one for one in record.renewals if end is None or one.complied_at <= end)
    return LegalRecord(request=record.request, steps=steps, renewals=renewals)


def without(request: LegalRequest, user_id: UserId) -> LegalRequest:
    """Return a request that does not say any more that it concerned an account. What is published of it is the same."""
    nobody = UserId("")
    return msgspec.structs.replace(
        request,
        accounts=tuple(nobody if one == user_id else one for one in request.accounts),
        items=tuple(
            msgspec.structs.replace(one, id="") if one.id == user_id else one
            for one in request.items
        ),
    )


def _public_step(step: LegalStep) -> dict[str, Any]:
    found: dict[str, Any] = {"step": step.kind, "day": day(step.at)}
    if step.missing:
        found["missing"] = list(step.missing)
    if step.kind == "complied":
        found |= {
            "extent": step.extent,
            "data": list(step.data),
            "decisions": list(step.decisions),
        }
    if step.refusal is not None:
        found["cause"] = step.refusal
    if step.ended_gag:
        found["ended_silence"] = True
    return found
