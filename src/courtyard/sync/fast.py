"""The quick answer to the usual `/sync`: new messages, receipts and typing in rooms that everybody watches.

Answered on the event loop from memory, without a query, out of bytes that are encoded once for all watchers. Whatever is not
of this usual kind gets None, and is then assembled from the database. Where both can answer they give the same answer:
a property test holds them against each other.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from courtyard.base.ids import RoomId, UserId
from courtyard.e2ee.memory import E2eeMemory
from courtyard.gate.withheld import WithheldMemory
from courtyard.rooms import log
from courtyard.rooms.filters import Filter
from courtyard.rooms.ignores import IGNORED_USER_LIST, ignored_in
from courtyard.rooms.render import Reader, age, transaction_id
from courtyard.rooms.rules_unread import HIGHLIGHTS, MAIN, WHOLE_ROOM, Counts, unread
from courtyard.rooms.tokens import Token, make_token
from courtyard.rooms.typing import Typing
from courtyard.rooms.views import Appended, View, Views
from courtyard.rooms.withheld import may_be_withheld
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx
from courtyard.sync.lazy import LazyMembers
from courtyard.sync.model import SyncAnswer, SyncRequest
from courtyard.sync.presence import Presence
from courtyard.sync.room_section import receipt_events, typing_event, unread_section

USERS_MAX = 20_000
"""Users whose rooms are kept in memory at the most."""

UNREAD_MAX = 100_000
"""(user, room) pairs whose unread counts are kept in memory at the most."""

MEMBER_EVENTS_MAX = 20_000


class _User(msgspec.Struct):
    """What the quick way has to know of a user. Dropped whenever the account's own stream moves."""

    rooms: list[tuple[RoomId, int]]
    ignores_somebody: bool
    position: int


class _Unread(msgspec.Struct):
    """The facts behind one reader's counts in one room, as of a position."""

    position: int
    ordinal: int
    marks: dict[str, tuple[int, int]]
    in_threads: list[tuple[str, int]]
    otherwise: list[tuple[str | None, int, int]]
    exceptions: list[tuple[str, int, int, int]]


class FastPath:
    """Answers from memory. Belongs to the event loop."""

    def __init__(self, db: Database) -> None:
        """Use the memory of a database's world."""
        world = db.world
        self._db = db
        self._views = world.memory(Views)
        self._typing = world.memory(Typing)
        self._e2ee = world.memory(E2eeMemory)
        self._presence = world.memory(Presence)
        self._lazy = world.memory(LazyMembers)
        self._withheld = world.memory(WithheldMemory)
        self._users: OrderedDict[UserId, _User] = OrderedDict()
        self._moved: dict[str, int] = {}
        self._moved_floor = 2**62
        self._unread: OrderedDict[tuple[UserId, RoomId], _Unread] = OrderedDict()
        db.bus.subscribe(self._note)

    def start_at(self, position: int) -> None:
        """Begin: everything after this position will be heard of."""
        self._moved_floor = position

    def _note(self, topic: str, position: int) -> None:
        """Hear from the bus that an account's own stream moved."""
        if topic.startswith("user:"):
            user_id = topic[5:]
            self._users.pop(UserId(user_id), None)
            self._moved[user_id] = max(position, self._moved.get(user_id, 0))
            if len(self._moved) > USERS_MAX * 10:
                self._moved = {}
                self._moved_floor = position

    def answer(self, asked: SyncRequest) -> SyncAnswer | None:
        """Answer from memory, or return None: then only the database can tell."""
        since = asked.since
        if since is None or asked.full_state or not _is_usual(asked.filter):
            return None
        after, upto = since.position, self._db.position
        user_id = asked.user_id
        if (
            after > upto
            or after < self._moved_floor
            or not self._views.knows_since(after)
            or self._moved.get(user_id, 0) > after
            or self._e2ee.inbox_position(user_id, asked.device_id) > after
            or self._e2ee.newest_device_list_position() > after
            or self._e2ee.signature_position(user_id) > after
            or self._presence.newest > since.serial
        ):
            return None
        counts = self._e2ee.counts(user_id, asked.device_id)
        user = self._user(user_id)
        if counts is None or user.ignores_somebody or user.position > upto:
            return None
        known = self._lazy.known(user_id, asked.device_id, since)
        lazy = asked.filter.room.state.lazy_load_members
        if lazy:
            known = dict(known)
        sections: dict[RoomId, Any] = {}
        views, typing = self._views, self._typing
        for room_id, room_no in user.rooms:
            has_typing = typing.serial_of(room_id) > since.serial
            if views.latest(room_id) <= after and not has_typing:
                continue
            section = self._section(asked, room_id, room_no, after, upto, known, has_typing)
            if section is None:
                return None
            if section:
                sections[room_id] = section
        token = Token(upto, typing.serial)
        body: dict[str, Any] = {"rooms": {"join": sections}} if sections else {}
        is_empty = not body
        body["next_batch"] = make_token(*token)
        body["device_one_time_keys_count"] = counts.one_time
        body["device_unused_fallback_key_types"] = counts.unused_fallback
        body["org.matrix.msc2732.device_unused_fallback_key_types"] = counts.unused_fallback
        if lazy:
            self._lazy.sent(user_id, asked.device_id, token, known)
        return SyncAnswer(body=msgspec.json.encode(body), is_empty=is_empty, token=token)

    def _section(  # one room's part of the answer: {} for nothing, None for "ask the database"
        self,
        asked: SyncRequest,
        room_id: RoomId,
        room_no: int,
        after: int,
        upto: int,
        known: dict[int, frozenset[str]],
        has_typing: bool,  # noqa: FBT001  # private, one caller
    ) -> dict[str, Any] | None:
        view = self._views.get(room_id)
        events: Sequence[Appended] = ()
        ephemeral: list[dict[str, object]] = []
        if self._views.latest(room_id) > after:
            if view is None:
                return None
            found, receipts = view.events_after(after), view.receipts_after(after)
            if found is None or receipts is None or not _is_plain(found):
                return None
            if len(found) > asked.filter.room.timeline.limit_or_default:
                return None
            if self._may_be_withheld(found):
                return None
            events = found
            ephemeral += receipt_events(receipts, asked.user_id)
        if has_typing:
            ephemeral.append(typing_event(self._typing.users(room_id)))
        if not events and not ephemeral:
            return {}
        state: list[bytes] = []
        if asked.filter.room.state.lazy_load_members and events:
            state = self._lazy_state(asked, room_id, room_no, events, known)
        counts = self._counts(asked.user_id, room_id, room_no, view, upto)
        if counts is None:
            return None
        reader = Reader(asked.user_id, asked.device_id)
        now_ms = self._db.world.clock.now_ms()
        section: dict[str, Any] = {
            "timeline": {
                "events": [msgspec.Raw(_shown(event, reader, now_ms)) for event in events],
                "limited": False,
                "prev_batch": make_token(after),
            },
            asked.use_state_after or "state": {"events": [msgspec.Raw(json) for json in state]},
            "ephemeral": {"events": ephemeral},
            "account_data": {"events": []},
        }
        split = asked.filter.room.timeline.unread_thread_notifications
        section.update(unread_section(counts, split_threads=split))
        return section

    def _may_be_withheld(self, events: Sequence[Appended]) -> bool:
        """Tell whether something about these messages, or the names of who sent them, could be withheld from somebody."""
        known = self._withheld.items
        if not known:
            return False
        return any(
            may_be_withheld(known, event.event_id, event.related_to)
            or ("profile", event.sender) in known
            for event in events
        )

    # --- what is kept of users and rooms --------------------------------------------------

    def _user(self, user_id: UserId) -> _User:
        user = self._users.get(user_id)
        if user is None:
            user = self._users[user_id] = self._db.read_inline(_read_user, user_id)
            if len(self._users) > USERS_MAX:
                self._users.popitem(last=False)
        return user

    def _lazy_state(
        self,
        asked: SyncRequest,
        room_id: RoomId,
        room_no: int,
        events: Sequence[Appended],
        known: dict[int, frozenset[str]],
    ) -> list[bytes]:
        has = known.get(room_no, frozenset())
        redundant = asked.filter.room.state.include_redundant_members
        state, new = [], set()
        for sender in dict.fromkeys(event.sender for event in events):
            member = self._member(room_id, room_no, sender)
            if member is None:
                continue
            if redundant or member[0] not in has:
                state.append(member[1])
            new.add(member[0])
        known[room_no] = has | new
        return state

    def _member(self, room_id: RoomId, room_no: int, user_id: str) -> tuple[str, bytes] | None:
        kept = self._views.member_events
        key = (room_id, user_id)
        if key not in kept:
            kept[key] = self._db.read_inline(_read_member, room_no, user_id)
            if len(kept) > MEMBER_EVENTS_MAX:
                kept.popitem(last=False)
        return kept[key]

    def _counts(
        self, user_id: UserId, room_id: RoomId, room_no: int, view: View | None, upto: int
    ) -> Counts | None:
        key = (user_id, room_id)
        facts = self._unread.get(key)
        if facts is None or not _catch_up(facts, user_id, view, self._views.latest(room_id)):
            facts = self._unread[key] = self._db.read_inline(_read_unread, user_id, room_no)
            if len(self._unread) > UNREAD_MAX:
                self._unread.popitem(last=False)
            if facts.position > upto:
                return None
        if not facts.marks:
            return {}
        return unread(
            ordinal=facts.ordinal,
            marks=facts.marks,
            in_threads=facts.in_threads,
            otherwise=facts.otherwise,
            exceptions=facts.exceptions,
        )


def _is_usual(filter: Filter) -> bool:
    """Tell whether a filter leaves everything in but for lazy loading, as those of clients do."""
    room = filter.room
    return (
        room.rooms is None
        and room.not_rooms is None
        and room.timeline.is_open()
        and room.state.is_open()
        and room.ephemeral.is_open()
        and room.account_data.is_open()
        and not any(
            part.rooms is not None or part.not_rooms is not None
            for part in (room.timeline, room.state, room.ephemeral, room.account_data)
        )
    )


def _is_plain(events: Sequence[Appended]) -> bool:
    """Tell whether events need nothing but their own bytes: no state, nothing to aggregate."""
    ids = {event.event_id for event in events}
    return not any(
        event.state_key is not None or event.related_to in ids or event.type == "m.room.redaction"
        for event in events
    )


def _shown(event: Appended, reader: Reader, now_ms: int) -> bytes:
    shown, old = event.shown, age(event.origin_server_ts, now_ms)
    txn_id = transaction_id(event.txn, event.sender, reader)
    if txn_id is not None:
        shown += b',"transaction_id":' + msgspec.json.encode(txn_id)
    return b'%b,"age":%d}}' % (shown, old)


def _catch_up(facts: _Unread, user_id: UserId, view: View | None, latest: int) -> bool:
    """Take in what happened in a room since; False when it cannot be told from memory."""
    if latest <= facts.position:
        return True
    if view is None:
        return False
    events, receipts = view.events_after(facts.position), view.receipts_after(facts.position)
    if events is None or receipts is None:
        return False
    if any(row.user_id == user_id for row in receipts):
        # The ordinal at the place read up to is in the database.
        return False
    for event in events:
        thread = event.thread or MAIN
        facts.ordinal = event.ordinal
        if event.sender == user_id:
            facts.marks[thread] = (event.position, event.ordinal)
            continue
        if event.notify > 0 and event.thread is not None:
            facts.in_threads.append((thread, event.position))
        if event.notify == HIGHLIGHTS:
            facts.otherwise.append((event.thread, event.position, event.notify))
        own = event.exceptions.get(user_id)
        if own is not None:
            base = (event.notify > 0, event.notify == HIGHLIGHTS)
            facts.exceptions.append(
                (thread, event.position, int(own[0]) - int(base[0]), int(own[1]) - int(base[1]))
            )
    facts.position = latest
    return True


def _read_user(tx: ReadTx, user_id: UserId) -> _User:
    rooms = [
        (row.room_id, row.room_no)
        for row in log.memberships_of(tx, user_id)
        if row.membership == "join"
    ]
    ignored = log.account_data_content(tx, user_id, log.GLOBAL, IGNORED_USER_LIST)
    return _User(rooms, bool(ignored_in(ignored)), tx.position())


def _read_member(tx: ReadTx, room_no: int, user_id: str) -> tuple[str, bytes] | None:
    event = log.current_state_event(tx, room_no, "m.room.member", user_id)
    return (event.event_id, event.json) if event is not None else None


def _read_unread(tx: ReadTx, user_id: UserId, room_no: int) -> _Unread:
    marks = log.marks(tx, user_id, room_no)
    whole = marks.get(WHOLE_ROOM, (0, 0))[0]
    position = tx.position()
    return _Unread(
        position=position,
        ordinal=log.ordinal_at(tx, room_no, position),
        marks=marks,
        in_threads=log.unread_in_threads(tx, room_no, after=whole),
        otherwise=log.counting_otherwise(tx, room_no, after=whole),
        exceptions=log.exceptions(tx, user_id, room_no),
    )
