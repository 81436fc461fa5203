"""What an account can read about itself: everything that restricts it now, and every decision there ever was."""

from typing import Any

import msgspec

from courtyard.base.ids import EventId, UserId
from courtyard.conduct import rules_appeal, rules_effect, store, store_mail
from courtyard.conduct.appeal import of_subject
from courtyard.conduct.model import Appeal, DecisionId, Record
from courtyard.conduct.rules_gate import PREFIX
from courtyard.conduct.store import Told
from courtyard.rooms import log
from courtyard.storage.tx import ReadTx
from courtyard.transparency.proof import entry

Json = dict[str, Any]


def standing(tx: ReadTx, user_id: UserId) -> Json:
    """Return what an account cannot do now, until when, and where to appeal."""
    now = tx.now_ms()
    records = store.records_of(tx, user_id)
    active = [
        record
        for record in records
        if any(rules_effect.in_force(record, one, now) for one in record.decision.measures)
    ]
    return {
        "restricted": sorted(rules_effect.taken(records, now)),
        "decisions": [_show_own(tx, record, now) for record in active],
    }


def decisions(tx: ReadTx, user_id: UserId) -> Json:
    """Return every decision about an account, the newest first."""
    now = tx.now_ms()
    records = store.records_of(tx, user_id)
    return {"decisions": [_show_own(tx, record, now) for record in reversed(records)]}


def decision(tx: ReadTx, user_id: UserId, id: DecisionId) -> Json:
    """Return one decision about an account.

    Raises:
        NotFoundError: there is none, or it is about somebody else.
    """
    return _show_own(tx, of_subject(tx, user_id, id), tx.now_ms())


def statement(tx: ReadTx, user_id: UserId, id: DecisionId) -> Json:
    """Return the statement of reasons, with what opens the commitments in the log. DSA art. 17.

    Raises:
        NotFoundError: there is no such decision about this account.
    """
    record = of_subject(tx, user_id, id)
    told = store.told(tx, id)
    assert told is not None, "no decision is made without its statement"
    found = _show_own(tx, record, tx.now_ms())
    found["delivered_at"] = told.delivered_at
    found["delivered"] = _deliveries(tx, id, told)
    leaf_index = store.leaf_of(tx, id)
    found["log_index"] = leaf_index
    found["log_entry"] = entry(tx, leaf_index).decode()
    if told.statement is None or told.salts is None:
        return found | {"erased": True}
    salts = msgspec.to_builtins(told.salts)
    # The case's key would also tell who decided; the subject opens the rest.
    salts.pop("case")
    return found | {
        "lang": told.statement.lang,
        "facts": told.statement.facts,
        "explanation": told.statement.explanation,
        "salts": salts,
    }


def _deliveries(tx: ReadTx, id: DecisionId, told: Told) -> list[Json]:
    """Return where the statement and what was told later went. A mail without a receipt was given up after days."""
    in_room = {"what": "statement", "channel": "notices", "at": told.delivered_at}
    return [
        in_room | {"receipt": told.event_id},
        *(
            {"what": one.what, "channel": "mail", "at": one.at, "receipt": one.receipt}
            for one in store_mail.deliveries(tx, id)
        ),
    ]


def _show_own(tx: ReadTx, record: Record, now_ms: int) -> Json:
    """Return a decision for its subject alone, who sent the messages that it is about and so knows where they stand."""
    shown = show_decision(record, now_ms)
    for measure in shown["measures"]:
        measure.update(_place(tx, measure.get("item")))
    return shown


def _place(tx: ReadTx, item_id: str | None) -> Json:
    """Return the room of an event, and the event that its thread began with. Empty: it is no event, or no longer there."""
    event = None if item_id is None else log.event(tx, EventId(item_id))
    if event is None:
        return {}
    room = log.room_by_no(tx, event.room_no)
    assert room is not None, "an event stands in a room"
    return {"room": room.room_id} | ({} if event.thread is None else {"thread": event.thread})


def show_decision(record: Record, now_ms: int) -> Json:
    """Return a decision as its subject sees it. Who decided is not told, by whom it was heard neither.

    Of a measure, `capabilities` are what was decided, as the log has them, and `remaining` what is left of them now.
    """
    made = record.decision
    path = f"{PREFIX}/decisions/{made.id}"
    return {
        "id": made.id,
        "rule": made.rule_id,
        "rules_version": made.ruleset_version,
        "ground": made.ground,
        "legal_ground": made.legal_ground,
        "category": made.category,
        "source": made.source,
        "automated_detection": made.automated_detection,
        "automated_decision": made.automated_decision,
        "severe": made.severe,
        "conduct_at": made.conduct_at,
        "issued_at": made.issued_at,
        "measures": [
            {
                "type": one.type,
                "capabilities": list(one.capabilities),
                "state": rules_effect.state_of(record, one, now_ms),
                "starts_at": one.starts_at,
                "ends_at": rules_effect.end_of(record, one, now_ms),
                "remaining": rules_effect.remaining(record, one, now_ms),
            }
            | ({} if one.step is None else {"step": one.step, "item": one.item_id})
            for one in made.measures
        ],
        "statement": f"{path}/statement",
        "proof": f"{path}/proof",
        "appeal": f"{path}/appeals",
        "appeal_until": rules_appeal.appeal_until(record),
        "appeals": [show_appeal(one) for one in record.appeals],
    }


def show_appeal(appeal: Appeal) -> Json:
    """Return an appeal as its author sees it."""
    return {
        "id": appeal.id,
        "decision": appeal.decision_id,
        "text": appeal.text,
        "submitted_at": appeal.submitted_at,
        "due_at": appeal.due_at,
        "outcome": appeal.outcome,
        "reasons": appeal.reasons,
        "decided_at": appeal.decided_at,
    }
