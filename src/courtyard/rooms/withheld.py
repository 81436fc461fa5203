"""What decisions withhold, in rooms: a tombstone with the reason in place of a message, never a gap.

The log is not touched, and nothing that is counted is counted anew: when the decision ends, by whatever way, all is read as before.
State is never withheld, for it is what a room is; of a member event only the name and picture are, when those of its profile are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.gate import rules_withheld, withheld
from courtyard.gate.model_withheld import HIDE, LABEL_NOTE, NOTE, Withholding
from courtyard.gate.withheld import Known
from courtyard.rooms.erased import NO_EVENT
from courtyard.rooms.model import MEMBER
from courtyard.rooms.rules_redaction import redact
from courtyard.rooms.rules_relations import REPLACE, relation_of
from courtyard.rooms.store import events as store
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.storage.tx import ReadTx

Notes = Mapping[str, dict[str, object]]
"""Event id → what goes into its `unsigned`."""

NAMES = ("displayname", "avatar_url")
_REPLACE = REPLACE.encode()
_NO_NOTES: Notes = {}


def withhold(
    tx: ReadTx, reader: UserId, events: Sequence[StoredEvent], *, is_direct: bool = False
) -> tuple[Sequence[StoredEvent], Notes]:
    """Return events as one reader may have them, in the given order, and why some of them are as they are.

    What nothing withholds is returned as it is. Whoever sent an event sees it whole.

    Args:
        reader: who is going to see them.
        events: of one room.
        is_direct: whether each was asked for by its id: what is hidden from timelines is then shown, with a label.
    """
    known = withheld.known(tx)
    if not known:
        return events, _NO_NOTES
    now = tx.now_ms()
    shown: list[StoredEvent] = []
    notes: dict[str, dict[str, object]] = {}
    for event in events:
        found = _about(tx, known, event, now)
        if found is None:
            shown.append(event)
        elif event.state_key is not None:
            if event.state_key != reader:
                event = _without_names(event)  # noqa: PLW2901  # what is shown of it
            shown.append(event)
            notes[event.event_id] = {NOTE: rules_withheld.note(found)}
        else:
            is_label = not rules_withheld.hides(found)
            is_opened = is_direct and found.step == HIDE and event.sender != reader
            name = LABEL_NOTE if is_label or is_opened else NOTE
            notes[event.event_id] = {name: rules_withheld.note(found)}
            is_whole = is_label or is_opened or event.sender == reader
            shown.append(event if is_whole else _tombstone(tx, event))
    return shown, notes


def hidden_from(tx: ReadTx, reader: UserId, event: StoredEvent) -> Withholding | None:
    """Return why a reader is not shown an event in lists and timelines, or None: for searches."""
    known = withheld.known(tx)
    if not known or event.state_key is not None or event.sender == reader:
        return None
    found = _about(tx, known, event, tx.now_ms())
    return found if found is not None and rules_withheld.hides(found) else None


def may_be_withheld(known: Known, event_id: str, related_to: str | None) -> bool:
    """Tell, by what is in memory alone, whether a message, or one that it may edit, is withheld: else it is shown as it is."""
    return ("event", event_id) in known or ("event", related_to) in known


def hides_room(tx: ReadTx, room_id: RoomId) -> Withholding | None:
    """Return why a room is not listed, or None."""
    return withheld.find(tx, "room", room_id)


def hides_names(tx: ReadTx, reader: UserId, user_id: UserId) -> bool:
    """Tell whether somebody's name and picture are withheld from a reader."""
    return user_id != reader and withheld.find(tx, "profile", user_id) is not None


def member_content(
    tx: ReadTx, reader: UserId, user_id: UserId, content: dict[str, object]
) -> dict[str, object]:
    """Return the content of a member event as one reader may have it."""
    if not hides_names(tx, reader, user_id):
        return content
    return {key: value for key, value in content.items() if key not in NAMES}


def stripped(tx: ReadTx, reader: UserId, json: bytes | None) -> bytes:
    """Return stripped state as one reader may have it, encoded."""
    if json is None or not withheld.known(tx):
        return json or b"[]"
    events: list[dict[str, Any]] = msgspec.json.decode(json)
    for event in events:
        if event["type"] == MEMBER:
            event["content"] = member_content(tx, reader, event["state_key"], event["content"])
    return msgspec.json.encode(events)


def _about(tx: ReadTx, known: Known, event: StoredEvent, now: int) -> Withholding | None:
    """Return what is in force about an event. An edit is part of the message that it changes."""
    if event.state_key is not None:
        if event.type != MEMBER:
            return None
        rows = known.get(("profile", event.state_key))
        return None if rows is None else rules_withheld.strictest(rows, now)
    rows = known.get(("event", event.event_id), ())
    if _REPLACE in event.json:
        rows = (*rows, *_about_edited(tx, known, event))
    return rules_withheld.strictest(rows, now) if rows else None


def _about_edited(tx: ReadTx, known: Known, edit: StoredEvent) -> tuple[Withholding, ...]:
    relation = relation_of(content_of(edit.json))
    if relation is None or relation.rel_type != REPLACE:
        return ()
    rows = known.get(("event", relation.parent_id), ())
    # Anybody can say that they edit anything; only its author does.
    edited = store.event(tx, EventId(relation.parent_id)) if rows else None
    return rows if edited is not None and edited.sender == edit.sender else ()


def _tombstone(tx: ReadTx, event: StoredEvent) -> StoredEvent:
    """Return an event with the content that a redaction would leave."""
    room = store.room_by_no(tx, event.room_no)
    assert room is not None
    body = redact(msgspec.json.decode(event.json), ROOM_VERSIONS[room.version])
    redacted_by = NO_EVENT if event.redacted_by is None else event.redacted_by
    return event._replace(json=msgspec.json.encode(body), redacted_by=redacted_by)


def _without_names(event: StoredEvent) -> StoredEvent:
    body = msgspec.json.decode(event.json)
    body["content"] = {k: v for k, v in body["content"].items() if k not in NAMES}
    return event._replace(json=msgspec.json.encode(body))
