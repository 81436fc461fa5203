"""Content that a decision may be about: that it is there, whose it is, and that it can be withheld at all.

Who decides about content decides about its author, who then reads the reasons and may appeal. So an item is the subject's own, or
there is no decision about it: nobody's room or file is taken away by a decision about somebody else.
"""

from collections.abc import Iterable

import msgspec

from courtyard.base.ids import EventId, RoomId
from courtyard.conduct import rules_leaf
from courtyard.conduct.model import Item, Proposal, WantedMeasure
from courtyard.conduct.rules_ladder import refuse
from courtyard.conduct.store_cases import Case
from courtyard.media.holdings import item_at, named_by
from courtyard.rooms import log
from courtyard.rooms.model import CREATE, REDACTION
from courtyard.storage.tx import ReadTx


def measures_of(case: Case, wanted: Iterable[WantedMeasure]) -> tuple[WantedMeasure, ...]:
    """Return measures of which each step about content names its item: the case's own where nothing else is said."""
    return tuple(
        msgspec.structs.replace(one, item_id=case.item.id)
        if one.step is not None and one.item_id is None
        else one
        for one in wanted
    )


def items_of(tx: ReadTx, case: Case, measures: Iterable[WantedMeasure]) -> tuple[Item, ...]:
    """Return what a proposal is about: the case's item, and those files of its event that a measure names."""
    items = [case.item]
    for measure in measures:
        if measure.item_id is None or measure.item_id in {item.id for item in items}:
            continue
        media = item_at(tx, measure.item_id)
        if (
            media is not None
            and case.item.type == "event"
            and media.media_id in named_by(tx, EventId(case.item.id))
        ):
            items.append(Item(type="media", id=measure.item_id, version=media.sha256))
    return tuple(items)


def topics_of(items: Iterable[Item]) -> tuple[str, ...]:
    """Return the topics of what was seen, so that many decisions about one picture are a burst. An account is none."""
    return tuple(
        rules_leaf.item_topic(item)
        for item in items
        if item.version and item.type in ("event", "media")
    )


def check(tx: ReadTx, proposal: Proposal) -> None:
    """Check that what a proposal would withhold is there, is the subject's own, and can be withheld.

    Raises:
        DecisionNotAllowedError: by the law `item`.
    """
    wanted = {measure.item_id for measure in proposal.measures if measure.type == "content"}
    for item in proposal.items:
        if item.id in wanted and _owner(tx, item) != proposal.subject:
            raise refuse("item", "There is no such content of this account.")


def _owner(tx: ReadTx, item: Item) -> str | None:
    """Return whose an item is; None: there is none."""
    if item.type == "event":
        return _sender(tx, EventId(item.id))
    if item.type == "media":
        media = item_at(tx, item.id)
        return None if media is None else media.user_id
    if item.type == "room":
        room = log.room(tx, RoomId(item.id))
        made = None if room is None else log.current_state_event(tx, room.room_no, CREATE, "")
        return None if made is None else made.sender
    return item.id


def _sender(tx: ReadTx, event_id: EventId) -> str | None:
    event = log.event(tx, event_id)
    if event is None:
        return None
    if event.state_key is not None or event.type == REDACTION:
        raise refuse(
            "item", "A room's state and its removals are what the room is: never withheld."
        )
    return event.sender
