"""What an account can read about itself: everything that restricts it now, and every decision there ever was."""

from typing import Any

import msgspec

from courtyard.base.ids import EventId, UserId
from courtyard.conduct import (
    rules_appeal,
    rules_effect,
    rules_leaf,
    rules_ruleset,
    store,
    store_mail,
)
from courtyard.conduct.appeal import of_subject
from courtyard.conduct.model import (
    Appeal,
    Decision,
    DecisionId,
    ItemType,
    Measure,
    Record,
    Statement,
)
from courtyard.conduct.rules_gate import PREFIX
from courtyard.conduct.rules_leaf import Salts
from courtyard.conduct.store import Told
from courtyard.gate import restrict as gate
from courtyard.rooms import log
from courtyard.storage.tx import ReadTx
from courtyard.transparency.proof import entry
from courtyard.transparency.rules_leaf import SEALED, commit

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
    return _show_one(tx, of_subject(tx, user_id, id), tx.now_ms())


def statement(tx: ReadTx, user_id: UserId, id: DecisionId) -> Json:
    """Return the statement of reasons, with what opens the commitments in the log. DSA art. 17.

    Raises:
        NotFoundError: there is no such decision about this account.
    """
    record = of_subject(tx, user_id, id)
    told = store.told(tx, id)
    assert told is not None, "no decision is made without its statement"
    found = _show_one(tx, record, tx.now_ms())
    found["delivered_at"] = told.delivered_at
    found["delivered"] = _deliveries(tx, id, told)
    leaf_index = store.leaf_of(tx, id)
    found["log_index"] = leaf_index
    line = entry(tx, leaf_index)
    found["log_entry"] = line.decode()
    if told.statement is None or told.salts is None:
        return found | {"erased": True}
    salts = msgspec.to_builtins(told.salts)
    # The case's key would also tell who decided; the subject opens the rest.
    salts.pop("case")
    found.update(_opened(tx, record.decision, told.statement, told.salts, line))
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


def _opened(tx: ReadTx, made: Decision, statement: Statement, salts: Salts, line: bytes) -> Json:
    """Return what a sealed entry keeps to itself, which its salt opens. Empty: it keeps nothing that is known here."""
    sealed = msgspec.json.decode(line).get(SEALED)
    cited = store.ruleset(tx, made.ruleset_version)
    detail = rules_leaf.detail_of_decision(made, statement, rules_ruleset.sha256(cited), salts)
    # What does not open the entry would only look like a forgery.
    return {"log_detail": detail.decode()} if commit(salts.detail, detail) == sealed else {}


def _show_one(tx: ReadTx, record: Record, now_ms: int) -> Json:
    """Return a decision for its subject, and which others take something from them beside it now."""
    # The gate finds what is in force by an index, so that what is long over is not read again.
    held = {DecisionId(one.decision_id) for one in gate.standing(tx, record.decision.subject)}
    others = store.records(tx, sorted(held - {record.decision.id}))
    return _show_own(tx, record, now_ms) | {
        "besides": [
            _show_beside(one, now_ms) for one in others if rules_effect.taken([one], now_ms)
        ]
    }


def _show_beside(record: Record, now_ms: int) -> Json:
    """Return of a decision what takes something now."""
    measures = show_decision(record, now_ms)["measures"]
    return {
        "decision": record.decision.id,
        "ends_at": rules_effect.taken_until(record, now_ms),
        "measures": [one for one in measures if one["state"] == "active" and one["remaining"]],
    }


def _show_own(tx: ReadTx, record: Record, now_ms: int) -> Json:
    """Return a decision for its subject alone, who sent the messages that it is about and so knows where they stand."""
    shown = show_decision(record, now_ms)
    types = {item.id: item.type for item in record.decision.items}
    for measure in shown["measures"]:
        if "item" in measure:
            type = types[measure["item"]]
            measure.update({"item_type": type} | _place(tx, record.decision, type, measure["item"]))
    return shown


def _place(tx: ReadTx, made: Decision, type: ItemType, item_id: str) -> Json:
    """Return where a message stands, or the one that shows a file: its room, its thread, its time. Empty: nowhere any more."""
    if type == "media":
        found = [_place(tx, made, "event", one.id) for one in made.items if one.type == "event"]
        return found[0] if found else {}
    event = log.event(tx, EventId(item_id)) if type == "event" else None
    if event is None:
        return {}
    room = log.room_by_no(tx, event.room_no)
    assert room is not None, "an event stands in a room"
    place = {"room": room.room_id, "event": item_id, "sent_at": event.origin_server_ts}
    return place | ({} if event.thread is None else {"thread": event.thread})


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
            | ({} if one.type != "block" else {"panel": _show_panel(record, one, now_ms)})
            for one in made.measures
        ],
        "statement": f"{path}/statement",
        "proof": f"{path}/proof",
        "appeal": f"{path}/appeals",
        "appeal_until": rules_appeal.appeal_until(record),
        "appeals": [show_appeal(one) for one in record.appeals],
    }


def _show_panel(record: Record, block: Measure, now_ms: int) -> Json:
    """Return what the three said of a block whom it needs to last; who they are is not told."""
    hearing = record.hearing
    return {
        "until": rules_effect.panel_until(record),
        "heard_at": None if hearing is None else hearing.at,
        "confirmed": None if hearing is None else hearing.is_confirmed,
        "unconfirmed_ends_at": rules_effect.unconfirmed_end_of(record, block, now_ms),
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
