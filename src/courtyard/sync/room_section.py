"""One room's part of a `/sync` answer.

spec: client-server-api#get_matrixclientv3sync
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from courtyard.base.ids import RoomId, UserId
from courtyard.rooms import log
from courtyard.rooms.filters import RoomEventFilter
from courtyard.rooms.model import CANONICAL_ALIAS, INVITE, JOIN, KNOCK, MEMBER, NAME
from courtyard.rooms.render import Reader, render, render_state
from courtyard.rooms.rules_unread import MAIN, Counts, total
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.tokens import make_token
from courtyard.rooms.visibility import Sight
from courtyard.storage.tx import ReadTx

SCAN_MAX = 5_000
"""Events that a narrow timeline filter may look through in one room."""

HEROES_MAX = 5
KNOCKS_MAX = 100
"""People who wait to be let in that a client is told of at first."""


class Window(msgspec.Struct, frozen=True):
    """A piece of timeline, oldest first, and what lies before it."""

    events: Sequence[StoredEvent]
    limited: bool
    start: int
    """Everything with position ≤ this is before the timeline."""


def timeline(
    tx: ReadTx,
    room_no: int,
    sight: Sight,
    *,
    after: int,
    upto: int,
    wanted: RoomEventFilter,
    ignored: frozenset[UserId],
    newest: Sequence[StoredEvent] | None = None,
) -> Window:
    """Return the newest visible events with after < position ≤ upto, without a gap among them.

    Args:
        newest: the room's newest events up to `upto`, oldest first and one more than wanted, if they are at hand.
    """
    limit = wanted.limit_or_default
    # Only the newest stretch without a hidden part: what a client misses inside its timeline, it misses for ever.
    first, last = next(((f, t) for f, t in reversed(sight.ranges) if f <= upto), (upto + 1, upto))
    low, high = max(first - 1, after), min(last, upto)
    hidden_before = low > after
    if low >= high:
        return Window((), limited=hidden_before, start=upto)
    is_open = wanted.is_open() and not ignored
    found: list[StoredEvent] = []
    scanned, at, more = 0, high, True
    while len(found) <= limit and scanned < SCAN_MAX:
        count = limit + 1 - len(found) if is_open else min(1000, max(100, limit * 2))
        if newest is not None and is_open and at == upto:
            page = [event for event in reversed(newest) if event.position > low]
        else:
            page = log.events_before(tx, room_no, upto=at, after=low, count=count)
        scanned += len(page)
        found += [
            event
            for event in page
            if is_open or (wanted.allows_event(event) and not _is_ignored(event, ignored))
        ]
        if len(page) < count:
            more = False
            break
        at = page[-1].position - 1
    limited = len(found) > limit or more
    events = found[:limit][::-1]
    if limited or not is_open:
        # Whatever the filter left out of the timeline is before it, as far as state is concerned.
        start = events[0].position - 1 if events else high
    else:
        start = low
    return Window(events, limited=limited or hidden_before, start=start)


def _is_ignored(event: StoredEvent, ignored: frozenset[UserId]) -> bool:
    """Tell whether an event is hidden because its reader ignores its sender. State is never hidden."""
    return event.state_key is None and event.sender in ignored


def state_section(  # what decides which state a client lacks
    tx: ReadTx,
    room_no: int,
    window: Window,
    *,
    after: int,
    upto: int,
    full: bool,
    at_end: bool,
    wanted: RoomEventFilter,
    user_id: UserId,
    known_members: frozenset[str],
    current: Sequence[StoredEvent] | None = None,
    counts: Mapping[str, int] | None = None,
) -> tuple[list[StoredEvent], frozenset[str]]:
    """Return the state that a client needs besides the timeline, and the member events it then knows.

    Args:
        full: everything, not only what changed after `after`.
        at_end: as it is after the timeline (`state_after`), not before it (`state`).
        current: the room's state now, with the members that are wanted, if it is at hand.
        counts: how many have which membership, if that is known already.
    """
    at = upto if at_end else window.start
    if full:
        events = _full_state(tx, room_no, at, current, members=not wanted.lazy_load_members)
    elif at > after:
        events = log.state_changed(tx, room_no, after=after, upto=at)
    else:
        events = []
    if wanted.lazy_load_members:
        needed = {event.sender: None for event in window.events}
        if full:
            needed[user_id] = None
            # Who waits for an answer says nothing meanwhile, and would not be heard of.
            if counts is None or counts.get(KNOCK, 0) > 0:
                needed |= dict.fromkeys(log.knocking(tx, room_no, KNOCKS_MAX))
            if at_end:  # who is spoken of in the timeline, which then says nothing about the state
                needed |= {
                    UserId(e.state_key or ""): None for e in window.events if e.type == MEMBER
                }
        events, known_members = _lazily(
            tx, room_no, window, events, at, wanted, needed, known_members
        )
    return [
        event for event in events if wanted.is_open() or wanted.allows_event(event)
    ], known_members


def _full_state(
    tx: ReadTx, room_no: int, at: int, current: Sequence[StoredEvent] | None, *, members: bool
) -> list[StoredEvent]:
    if at <= 0:
        return []
    if current is None:
        current = log.current_state(tx, room_no, members=members)
    found = []
    for event in current:
        # Nearly everything is older than the timeline. What is newer stood on something, or on nothing.
        standing: StoredEvent | None = event
        while standing is not None and standing.position > at:
            before = standing.replaces
            standing = None if before is None else log.event_at(tx, before)
        if standing is not None:
            found.append(standing)
    return found


def _lazily(  # as state_section
    tx: ReadTx,
    room_no: int,
    window: Window,
    events: list[StoredEvent],
    at: int,
    wanted: RoomEventFilter,
    needed: Mapping[str, None],
    known: frozenset[str],
) -> tuple[list[StoredEvent], frozenset[str]]:
    """Add the member events of `needed` that the client lacks, and return all member events it then knows.

    What changed since the last answer stays in `events`, whoever it is: a client that knows a member must hear that they
    left, though they said nothing; only it knows whom it knows, for it may have asked `/members`.
    """
    kept = [event for event in events if event.type != MEMBER]
    members = {event.state_key or "": event for event in events if event.type == MEMBER}
    lacking = [user for user in needed if user not in members] if at > 0 else []
    for event in log.member_events(tx, room_no, lacking):
        found: StoredEvent | None = event
        if event.position > at:
            found = log.state_event_at(tx, room_no, MEMBER, event.state_key or "", at)
        if found is not None:
            members[found.state_key or ""] = found
    if not wanted.include_redundant_members:
        members = {key: event for key, event in members.items() if event.event_id not in known}
    in_timeline = {event.event_id for event in window.events if event.type == MEMBER}
    known = known | in_timeline | {event.event_id for event in members.values()}
    return kept + list(members.values()), known


def joined_section(  # the parts of the section
    tx: ReadTx,
    reader: Reader,
    window: Window,
    state: Sequence[StoredEvent],
    *,
    sight: Sight,
    state_name: str,
    summary: dict[str, object] | None,
    counts: Counts | None,
    split_threads: bool,
    ephemeral: list[dict[str, object]],
    account_data: list[dict[str, object]],
    aggregate: bool,
) -> dict[str, Any]:
    """Return the section of a room that the user is in."""
    section: dict[str, Any] = left_section(
        tx, reader, window, state, sight=sight, state_name=state_name, aggregate=aggregate
    )
    section["ephemeral"] = {"events": ephemeral}
    section["account_data"] = {"events": account_data}
    if summary is not None:
        section["summary"] = summary
    if counts is not None:
        section.update(unread_section(counts, split_threads=split_threads))
    return section


def left_section(
    tx: ReadTx,
    reader: Reader,
    window: Window,
    state: Sequence[StoredEvent],
    *,
    sight: Sight,
    state_name: str,
    aggregate: bool = True,
) -> dict[str, Any]:
    """Return the section of a room that the user has left: only timeline and state."""
    memberships = {e.position: sight.membership_at(e.position) for e in window.events}
    shown = render(
        tx,
        reader,
        window.events,
        room_id=None,
        memberships=memberships,
        aggregate=aggregate,
        sight=sight,
        now_ms=tx.now_ms(),
    )
    return {
        "timeline": {
            "events": [msgspec.Raw(event) for event in shown],
            "limited": window.limited,
            "prev_batch": make_token(window.start),
        },
        state_name: {
            "events": [
                msgspec.Raw(event)
                for event in render_state(tx, reader.user_id, state, room_id=None)
            ]
        },
    }


def unread_section(counts: Counts, *, split_threads: bool) -> dict[str, object]:
    """Return the unread counts, with threads apart if the client can tell them apart.

    spec: client-server-api#receiving-notifications
    """
    if not split_threads:
        notify, highlight = total(counts)
        return {
            "unread_notifications": {
                "notification_count": notify,
                "highlight_count": highlight,
            }
        }
    main = counts.get(MAIN, (0, 0))
    return {
        "unread_notifications": {"notification_count": main[0], "highlight_count": main[1]},
        "unread_thread_notifications": {
            thread: {"notification_count": notify, "highlight_count": highlight}
            for thread, (notify, highlight) in counts.items()
            if thread != MAIN
        },
    }


def room_summary(
    tx: ReadTx,
    room_no: int,
    user_id: UserId,
    *,
    counts: Mapping[str, int] | None,
    shown: Sequence[StoredEvent] | None,
) -> dict[str, object]:
    """Return who is there, for clients that do not know every member.

    Args:
        counts: how many have which membership, if that is known already.
        shown: the whole state of the room, and perhaps more, if it is at hand.

    spec: client-server-api#get_matrixclientv3sync, `RoomSummary`
    """
    joined, invited = (
        log.member_counts(tx, room_no)
        if counts is None
        else (counts.get(JOIN, 0), counts.get(INVITE, 0))
    )
    summary: dict[str, object] = {
        "m.joined_member_count": joined,
        "m.invited_member_count": invited,
    }
    if shown is None:
        naming = [
            log.current_state_event(tx, room_no, NAME, ""),
            log.current_state_event(tx, room_no, CANONICAL_ALIAS, ""),
        ]
    else:
        naming = [event for event in shown if event.type in (NAME, CANONICAL_ALIAS)]
    if not _is_named(naming):
        summary["m.heroes"] = heroes(tx, room_no, user_id)
    return summary


def _is_named(events: Sequence[StoredEvent | None]) -> bool:
    """Tell whether a room has a name or a canonical alias, by the newest event of each kind."""
    newest = {event.type: event for event in events if event is not None}
    return any(
        content_of(event.json).get("name" if type == NAME else "alias")
        for type, event in newest.items()
    )


def heroes(tx: ReadTx, room_no: int, user_id: UserId) -> list[UserId]:
    """Return up to five others by whom a nameless room can be called."""
    others = [m for m in log.heroes(tx, room_no, HEROES_MAX + 1) if m[0] != user_id]
    there = [m[0] for m in others if m[1] in (JOIN, INVITE)]
    return (there or [m[0] for m in log.gone(tx, room_no, HEROES_MAX + 1) if m[0] != user_id])[
        :HEROES_MAX
    ]


def receipt_events(receipts: Sequence[log.ReceiptRow], user_id: UserId) -> list[dict[str, object]]:
    """Return the `m.receipt` events for one reader; other people's private receipts stay private.

    There is one for each thread, because within an event a user has one receipt of a type.

    spec: client-server-api#mreceipt
    """
    threads: dict[str, dict[str, dict[str, dict[str, object]]]] = {}
    for row in receipts:
        if row.type == "m.read.private" and row.user_id != user_id:
            continue
        data: dict[str, object] = {"ts": row.ts}
        if row.thread:
            data["thread_id"] = row.thread
        content = threads.setdefault(row.thread, {})
        content.setdefault(row.event_id, {}).setdefault(row.type, {})[row.user_id] = data
    return [{"type": "m.receipt", "content": content} for content in threads.values()]


def typing_event(users: Sequence[UserId]) -> dict[str, object]:
    """Return the `m.typing` event.

    spec: client-server-api#mtyping
    """
    return {"type": "m.typing", "content": {"user_ids": list(users)}}


def invited_section(stripped: bytes, name: str) -> dict[str, object]:
    """Return the section of a room that the user is invited to, or knocks on."""
    return {name: {"events": msgspec.Raw(stripped)}}


def is_allowed(room_id: RoomId, *filters: RoomEventFilter) -> bool:
    """Tell whether every one of some filters lets a room through."""
    return all(wanted.allows_room(room_id) for wanted in filters)
