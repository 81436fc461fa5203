"""Searching what one may read: for now by reading it.

There is no index yet. A search reads the asker's newest messages, in rooms that are not encrypted, until it has seen
`MESSAGES_MAX` of them; `count` tells how many of these match. The asker's own view decides: what they may not see now is not
looked at, and rooms they have left end where they left. A match that a decision withholds is told with its reason in place of
its content, so that what is shown and what is withheld are together what there is (P9).

spec: client-server-api#server-side-search
"""

import base64
import binascii
import heapq
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import DeviceId, RoomId, UserId
from courtyard.gate.model_withheld import NOTE, Withholding
from courtyard.gate.rules_withheld import note
from courtyard.rooms import log
from courtyard.rooms.erased import conceal
from courtyard.rooms.errors import UnknownPositionError
from courtyard.rooms.filters import RoomEventFilter, parse_room_event_filter
from courtyard.rooms.ignores import IGNORED_USER_LIST, ignored_in
from courtyard.rooms.model import ENCRYPTION, JOIN, MEMBER
from courtyard.rooms.render import Reader, render, render_state
from courtyard.rooms.stored import StoredEvent, content_of
from courtyard.rooms.tokens import make_token
from courtyard.rooms.visibility import FOREVER, Sight, latest_visible, oldest_visible
from courtyard.rooms.visibility import sight as sight_of
from courtyard.rooms.withheld import hidden_from, member_content
from courtyard.search.model import KEYS, Criteria, EventContext, GroupKey
from courtyard.search.rules import SEARCHED_TYPES, rank, searched_text, words_of
from courtyard.storage.tx import ReadTx

MESSAGES_MAX = 5_000
"""Messages that one search looks at: the asker's newest."""

EVENTS_MAX = 20_000
"""Events of every kind that are read to find them."""

PAGE = 100
"""Events read from one room at a time."""

LIMIT_DEFAULT = 10
LIMIT_MAX = 100
CONTEXT_MAX = 50

_TOKEN = re.compile(r"q([0-9]{1,18})_([0-9]{1,6})(?:_(room_id|sender)_([A-Za-z0-9_-]{1,700}))?")


class Place(NamedTuple):
    """Where a page of results begins. `upto` keeps later messages from moving the pages."""

    upto: int
    skip: int
    group_key: GroupKey | None = None
    group: str | None = None

    def encode(self) -> str:
        """Return the token for this place."""
        text = f"q{self.upto}_{self.skip}"
        if self.group_key is None or self.group is None:
            return text
        name = base64.urlsafe_b64encode(self.group.encode()).decode().rstrip("=")
        return f"{text}_{self.group_key}_{name}"


class Hit(NamedTuple):
    """One result."""

    event: StoredEvent
    room: "_Room"
    rank: float
    withheld: Withholding | None = None
    """Why the asker is not shown it."""

    def group(self, key: GroupKey) -> str:
        """Return the group that the result is in."""
        return self.room.room_id if key == "room_id" else self.event.sender


class _Room(NamedTuple):
    room_no: int
    room_id: RoomId
    membership: str
    position: int
    sight: Sight


def search_events(
    tx: ReadTx, user_id: UserId, device_id: DeviceId, criteria: Criteria, next_batch: str | None
) -> dict[str, Any]:
    """Return one page of results.

    Raises:
        BadJsonError: the filter has the wrong shape.
        InvalidParamError: the filter's limit is not positive.
        UnknownPositionError: this server never gave that token out.

    spec: client-server-api#post_matrixclientv3search
    """
    wanted = parse_room_event_filter(criteria.filter or {})
    limit = LIMIT_DEFAULT if wanted.limit is None else wanted.limit
    if limit < 1:
        message = "limit must be greater than zero."
        raise InvalidParamError(message)
    limit = min(limit, LIMIT_MAX)
    place = _parse(next_batch) if next_batch else Place(int(tx.position()), 0)
    words = words_of(criteria.search_term)
    ignored = ignored_in(log.account_data_content(tx, user_id, log.GLOBAL, IGNORED_USER_LIST))
    reader = Reader(user_id, device_id, ignored)
    found = _hits(tx, reader, criteria, wanted, words, place) if words else []
    hits = [hit for hit in found if hit.withheld is None]
    if criteria.order_by == "rank":
        hits.sort(key=lambda hit: (-hit.rank, -hit.event.position))
    page = hits[place.skip : place.skip + limit]
    answer: dict[str, Any] = {
        "count": len(hits),
        "highlights": words,
        "results": [_result(tx, reader, criteria.event_context, hit) for hit in page],
    }
    if len(found) > len(hits):
        answer[NOTE] = [_tombstone(hit, hit.withheld) for hit in found if hit.withheld is not None]
        answer["org.courtyard.total"] = len(found)
    if len(hits) > place.skip + limit:
        answer["next_batch"] = place._replace(skip=place.skip + limit).encode()
    if criteria.groupings is not None and criteria.groupings.group_by:
        keys: list[GroupKey] = [group.key for group in criteria.groupings.group_by]
        answer["groups"] = {key: _groups(key, hits, page, place) for key in keys}
    if criteria.include_state:
        answer["state"] = _states(tx, user_id, page)
    return answer


def _hits(
    tx: ReadTx,
    reader: Reader,
    criteria: Criteria,
    wanted: RoomEventFilter,
    words: list[str],
    place: Place,
) -> list[Hit]:
    """Return every match among the newest messages, the newest first, those that are withheld included."""
    keys = frozenset(KEYS if criteria.keys is None else criteria.keys)
    rooms = [room for room in _rooms(tx, reader.user_id, place) if wanted.allows_room(room.room_id)]
    streams = [_newest_first(tx, reader.user_id, room, place.upto) for room in rooms]
    found: list[Hit] = []
    read = looked_at = 0
    for event, room in heapq.merge(*streams, key=lambda pair: -pair[0].position):
        read += 1
        if read > EVENTS_MAX or looked_at >= MESSAGES_MAX:
            break
        if event.type not in SEARCHED_TYPES or event.sender in reader.ignored:
            continue
        looked_at += 1
        if event.redacted_by is not None or not wanted.allows_event(event):
            continue
        if place.group_key == "sender" and event.sender != place.group:
            continue
        text = searched_text(event.type, content_of(event.json), keys)
        score = rank(text, words) if text is not None else 0.0
        if score:
            found.append(Hit(event, room, score, hidden_from(tx, reader.user_id, event)))
    return found


def _tombstone(hit: Hit, row: Withholding) -> dict[str, object]:
    return {"event_id": hit.event.event_id, "room_id": hit.room.room_id} | note(row)


def _rooms(tx: ReadTx, user_id: UserId, place: Place) -> Iterator[_Room]:
    for row in log.memberships_of(tx, user_id):
        if row.forgotten or (place.group_key == "room_id" and row.room_id != place.group):
            continue
        # spec: rooms that are end-to-end encrypted are not searched.
        if log.current_state_event(tx, row.room_no, ENCRYPTION, "") is not None:
            continue
        sight = sight_of(tx, user_id, row.room_no)
        # Only rooms that the user has been in; not those that anybody may read.
        if any(membership == JOIN for _, membership in sight.memberships):
            yield _Room(row.room_no, row.room_id, row.membership, row.position, sight)


def _newest_first(
    tx: ReadTx, user_id: UserId, room: _Room, upto: int
) -> Iterator[tuple[StoredEvent, _Room]]:
    while True:
        events = latest_visible(tx, room.sight, room.room_no, upto=upto, after=-1, count=PAGE)
        for event in conceal(tx, user_id, events):
            yield event, room
        if len(events) < PAGE:
            return
        upto = events[-1].position - 1


def _result(tx: ReadTx, reader: Reader, context: EventContext | None, hit: Hit) -> dict[str, Any]:
    [shown] = _render(tx, reader, hit.room, [hit.event])
    result: dict[str, Any] = {"rank": hit.rank, "result": shown}
    if context is None:
        return result
    room, position = hit.room, hit.event.position
    before = latest_visible(
        tx,
        room.sight,
        room.room_no,
        upto=position - 1,
        after=-1,
        count=min(context.before_limit, CONTEXT_MAX),
    )
    after = oldest_visible(
        tx,
        room.sight,
        room.room_no,
        after=position,
        upto=FOREVER,
        count=min(context.after_limit, CONTEXT_MAX),
    )
    around = [*before, *after]
    shown_around = _render(tx, reader, room, around)
    told: dict[str, Any] = {
        "start": make_token((before[-1].position if before else position) - 1),
        "end": make_token(after[-1].position if after else position),
        "events_before": [
            json
            for event, json in zip(before, shown_around, strict=False)
            if event.sender not in reader.ignored
        ],
        "events_after": [
            json
            for event, json in zip(after, shown_around[len(before) :], strict=True)
            if event.sender not in reader.ignored
        ],
    }
    if context.include_profile:
        told["profile_info"] = _profiles(tx, reader.user_id, [*around, hit.event])
    result["context"] = told
    return result


def _render(
    tx: ReadTx, reader: Reader, room: _Room, events: Sequence[StoredEvent]
) -> list[msgspec.Raw]:
    memberships = {event.position: room.sight.membership_at(event.position) for event in events}
    shown = render(
        tx, reader, events, room_id=room.room_id, memberships=memberships, sight=room.sight
    )
    return [msgspec.Raw(json) for json in shown]


def _profiles(
    tx: ReadTx, asker: UserId, events: Sequence[StoredEvent]
) -> dict[str, dict[str, object]]:
    """Return names and pictures of those who sent some events, as they were then."""
    found: dict[str, dict[str, object]] = {}
    for event in events:
        if event.sender in found:
            continue
        member = log.state_event_at(tx, event.room_no, MEMBER, event.sender, event.position)
        content = content_of(member.json) if member is not None else {}
        content = member_content(tx, asker, UserId(event.sender), content)
        avatar = content.get("avatar_url")
        profile = {"displayname": content.get("displayname")}
        if isinstance(avatar, str) and avatar.startswith("mxc://"):
            profile["avatar_url"] = avatar
        found[event.sender] = {k: v for k, v in profile.items() if isinstance(v, str)}
    return found


def _groups(
    key: GroupKey, hits: Sequence[Hit], page: Sequence[Hit], place: Place
) -> dict[str, dict[str, Any]]:
    """Return the groups on this page; each with a token if more of it comes later."""
    groups: dict[str, dict[str, Any]] = {}
    for hit in page:
        group = groups.setdefault(hit.group(key), {"order": len(groups) + 1, "results": []})
        group["results"].append(hit.event.event_id)
    end = place.skip + len(page)
    for name, group in groups.items():
        told = sum(1 for hit in hits[:end] if hit.group(key) == name)
        if any(hit.group(key) == name for hit in hits[end:]):
            group["next_batch"] = Place(place.upto, told, key, name).encode()
    return groups


def _states(tx: ReadTx, user_id: UserId, page: Sequence[Hit]) -> dict[str, list[msgspec.Raw]]:
    """Return the state of the rooms on this page: as it is, or as it was when the user left."""
    found: dict[str, list[msgspec.Raw]] = {}
    for room in {hit.room.room_no: hit.room for hit in page}.values():
        events = (
            log.current_state(tx, room.room_no)
            if room.membership == JOIN
            else log.state_at(tx, room.room_no, room.position)
        )
        found[room.room_id] = [
            msgspec.Raw(json) for json in render_state(tx, user_id, events, room_id=room.room_id)
        ]
    return found


def _parse(token: str) -> Place:
    match = _TOKEN.fullmatch(token)
    try:
        if match is not None:
            key: Any = match[3]
            name = None
            if match[4] is not None:
                name = base64.urlsafe_b64decode(match[4] + "=" * (-len(match[4]) % 4)).decode()
            return Place(int(match[1]), int(match[2]), key, name)
    except (binascii.Error, UnicodeDecodeError):
        pass
    message = "That token is not one of this server's."
    raise UnknownPositionError(message)
