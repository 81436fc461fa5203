"""A whole `/sync` answer from one view of the database.

Everything in it is at one position: what the database holds up to there, and nothing later.

spec: client-server-api#get_matrixclientv3sync
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from courtyard.base.ids import RoomId, UserId
from courtyard.e2ee.to_device import inbox
from courtyard.e2ee.upload_keys import key_counts
from courtyard.gate.withheld import shown_names
from courtyard.push.push_rules import push_rules_changed_position, push_rules_content
from courtyard.rooms import log
from courtyard.rooms.errors import UnknownPositionError
from courtyard.rooms.filters import Filter
from courtyard.rooms.ignores import IGNORED_USER_LIST, ignored_in
from courtyard.rooms.model import BAN, INVITE, JOIN, KNOCK, LEAVE, MEMBER
from courtyard.rooms.render import Reader
from courtyard.rooms.stored import StoredEvent
from courtyard.rooms.tokens import Token, make_token
from courtyard.rooms.typing import Typing
from courtyard.rooms.unread import unread_counts
from courtyard.rooms.visibility import Sight
from courtyard.rooms.visibility import sight as sight_of
from courtyard.rooms.withheld import stripped
from courtyard.storage.tx import ReadTx
from courtyard.sync.device_lists import Movements, device_list_changes, movements
from courtyard.sync.first import FirstSeen, Reading, Wanted, first_seen
from courtyard.sync.lazy import Known, LazyMembers
from courtyard.sync.model import SyncAnswer, SyncRequest
from courtyard.sync.presence import OFFLINE, Presence, presence_event
from courtyard.sync.room_section import (
    Window,
    invited_section,
    joined_section,
    left_section,
    receipt_events,
    room_summary,
    state_section,
    timeline,
    typing_event,
)

Event = dict[str, object]

EVENTS_AT_ONCE = 2_500
"""Events of first timelines that are in memory at one time, at the most; that is, of many rooms or of few."""


def assemble(tx: ReadTx, request: SyncRequest) -> SyncAnswer:
    """Answer one `/sync` with what there is now.

    Raises:
        UnknownPositionError: the token is from after everything this database holds.
    """
    return _Assembly(tx, request).answer()


class _Assembly:
    """The state of one answer while its parts are put together."""

    def __init__(self, tx: ReadTx, request: SyncRequest) -> None:
        self.tx = tx
        self.request = request
        self.user_id = request.user_id
        self.filter: Filter = request.filter
        self.after = request.after
        self.initial = request.since is None
        # Serials first: what changes in memory meanwhile has a later one and comes next time.
        self.serial = tx.memory(Typing).serial
        newest = tx.position()
        if self.after > newest:
            message = "That token is from a time that this server does not know."
            raise UnknownPositionError(message)
        # To-device messages come in pages. The whole answer then ends where the page ends, because the next
        # `since` also acknowledges them.
        self.to_device, self.upto = inbox(
            tx, self.user_id, request.device_id, since=self.after, upto=newest
        )
        ignored = log.account_data_content(tx, self.user_id, 0, IGNORED_USER_LIST)
        self.reader = Reader(self.user_id, request.device_id, ignored_in(ignored))
        self.lazy = tx.memory(LazyMembers)
        self.known: Known = dict(self.lazy.known(self.user_id, request.device_id, request.since))
        self.account_data: dict[int, list[Event]] = {}
        for room_no, type, content in log.account_data_changed(
            tx, self.user_id, after=self.after, upto=self.upto
        ):
            event: Event = {"type": type, "content": msgspec.Raw(content)}
            self.account_data.setdefault(room_no, []).append(event)
        self.glances = log.rooms_at_a_glance(tx, self.user_id)
        self.moved = (
            Movements(set(), set(), set(), set())
            if self.initial
            else movements(tx, self.user_id, self.glances, after=self.after, upto=self.upto)
        )

    def answer(self) -> SyncAnswer:
        """Put the parts together."""
        rooms = self._rooms()
        body: dict[str, Any] = {}
        if rooms:
            body["rooms"] = rooms
        if self.to_device:
            body["to_device"] = {"events": self.to_device}
        account_data = self._global_account_data()
        if account_data:
            body["account_data"] = {"events": account_data}
        presence = self._presence()
        if presence:
            body["presence"] = {"events": presence}
        device_lists = self._device_lists()
        if device_lists:
            body["device_lists"] = device_lists
        is_empty = not body
        token = Token(self.upto, self.serial)
        body["next_batch"] = make_token(*token)
        counts = key_counts(self.tx, self.user_id, self.request.device_id)
        body["device_one_time_keys_count"] = counts.one_time
        body["device_unused_fallback_key_types"] = counts.unused_fallback
        body["org.matrix.msc2732.device_unused_fallback_key_types"] = counts.unused_fallback
        if self.filter.room.state.lazy_load_members:
            self.lazy.sent(self.user_id, self.request.device_id, token, self.known)
        return SyncAnswer(body=msgspec.json.encode(body), is_empty=is_empty, token=token)

    # --- rooms ----------------------------------------------------------------------------

    def _rooms(self) -> dict[str, dict[RoomId, Any]]:
        found: dict[str, dict[RoomId, Any]] = {}
        glances = [g for g in self.glances if self.filter.room.allows_room(g.room_id)]
        limit = self.filter.room.timeline.limit_or_default
        at_once = min(log.ROOMS_AT_ONCE, EVENTS_AT_ONCE // (limit + 1))
        reading = self._reading()
        for start in range(0, len(glances), at_once):
            some = glances[start : start + at_once]
            first = {} if reading is None else self._first_seen(reading, some)
            for glance in some:
                kind, section = self._room(glance, first.get(glance.room_no))
                if section is not None:
                    found.setdefault(kind, {})[glance.room_id] = section
        return found

    def _reading(self) -> Reading | None:
        """Return what the user has read, if this is the answer that tells of every room."""
        if not self.initial:
            return None
        return Reading(
            log.all_marks(self.tx, self.user_id), log.all_exceptions(self.tx, self.user_id)
        )

    def _first_seen(
        self, reading: Reading, glances: Sequence[log.RoomGlance]
    ) -> dict[int, FirstSeen]:
        wanted = Wanted(
            user_id=self.user_id,
            ignored=self.reader.ignored,
            upto=self.upto,
            timeline=self.filter.room.timeline,
            members=not self.filter.room.state.lazy_load_members,
            at_end=self.request.use_state_after is not None,
        )
        joined = [glance for glance in glances if glance.membership == JOIN]
        return first_seen(self.tx, wanted, reading, joined)

    def _room(
        self,
        glance: log.RoomGlance,
        first: FirstSeen | None,
    ) -> tuple[str, dict[str, Any] | None]:
        if glance.membership == JOIN:
            return "join", self._joined(glance, first)
        is_new = self.after < glance.position <= self.upto
        if glance.membership == INVITE:
            if is_new and glance.sender not in self.reader.ignored:
                return "invite", invited_section(self._stripped(glance), "invite_state")
        elif glance.membership == KNOCK:
            if is_new:
                return "knock", invited_section(self._stripped(glance), "knock_state")
        elif glance.membership in (LEAVE, BAN) and self._tells_left(glance, is_new=is_new):
            return "leave", self._left(glance)
        return "", None

    def _stripped(self, glance: log.RoomGlance) -> bytes:
        return stripped(self.tx, self.user_id, glance.stripped)

    def _tells_left(self, glance: log.RoomGlance, *, is_new: bool) -> bool:
        """Tell whether a room that the user is out of belongs in the answer."""
        if not self.initial:
            # A forgotten room too: the account's other devices have to hear that it is gone.
            return is_new
        if glance.forgotten:
            return False
        # Being removed is told on every device, asked for or not: nothing is done to anybody in silence.
        return self.filter.room.include_leave or glance.sender != self.user_id

    def _joined(
        self,
        glance: log.RoomGlance,
        first: FirstSeen | None,
    ) -> dict[str, Any] | None:
        room_no, wanted = glance.room_no, self.filter.room
        typing = self.tx.memory(Typing)
        has_typing = self._typing_changed(typing, glance.room_id)
        has_events = glance.last_event > self.after
        has_receipts = (glance.last_receipt or 0) > self.after
        own_data = self._filtered(self.account_data.get(room_no, []), glance.room_id)
        if not (has_events or has_receipts or has_typing or own_data or self.request.full_state):
            return None
        sight = sight_of(self.tx, self.user_id, room_no) if first is None else first.sight
        newly = self.initial or sight.membership_at(self.after) != JOIN
        after = 0 if newly else self.after
        window = self._window(glance, sight, after, self.upto) if first is None else first.window
        if newly and not self.initial:
            # The client has nothing of this room: what came before is behind `prev_batch`.
            window = msgspec.structs.replace(window, limited=True)
            own_data = self._filtered(self._data_of_room(room_no), glance.room_id)
        at_end = self.request.use_state_after is not None
        state, known = state_section(
            self.tx,
            room_no,
            window,
            after=after,
            upto=self.upto,
            full=newly or self.request.full_state,
            at_end=at_end,
            wanted=wanted.state,
            user_id=self.user_id,
            known_members=self.known.get(room_no, frozenset()),
            current=None if first is None else first.state,
            counts=None if first is None else first.members,
        )
        if not wanted.state.allows_room(glance.room_id):
            state = []
        elif wanted.state.lazy_load_members:
            self.known[room_no] = known
        changed_members = (
            log.members_changed(self.tx, room_no, after=self.after, upto=self.upto)
            if has_events and not self.initial
            else []
        )
        ephemeral = self._ephemeral(
            glance,
            after,
            has_receipts=glance.last_receipt is not None and (has_receipts or newly),
            has_typing=has_typing or newly,
            receipts=None if first is None else first.receipts,
        )
        if not (newly or window.events or window.limited or state or ephemeral or own_data):
            return None
        return joined_section(
            self.tx,
            self.reader,
            window,
            state,
            sight=sight,
            state_name=self.request.use_state_after or "state",
            summary=self._summary(glance, first, [*state, *window.events], newly=newly)
            if newly or changed_members or self.request.full_state
            else None,
            aggregate=bool(glance.has_relations),
            counts=unread_counts(self.tx, self.user_id, room_no, upto=self.upto)
            if first is None
            else first.counts,
            split_threads=wanted.timeline.unread_thread_notifications,
            ephemeral=ephemeral,
            account_data=own_data,
        )

    def _window(self, glance: log.RoomGlance, sight: Sight, after: int, upto: int) -> Window:
        return timeline(
            self.tx,
            glance.room_no,
            sight,
            after=after,
            upto=upto,
            wanted=self.filter.room.timeline.within(glance.room_id),
            ignored=self.reader.ignored,
        )

    def _summary(
        self,
        glance: log.RoomGlance,
        first: FirstSeen | None,
        shown: Sequence[StoredEvent],
        *,
        newly: bool,
    ) -> dict[str, object]:
        wanted = self.filter.room
        is_whole = newly and wanted.state.is_open() and wanted.timeline.is_open()
        return room_summary(
            self.tx,
            glance.room_no,
            self.user_id,
            counts=None if first is None else first.members,
            shown=shown if is_whole else None,
        )

    def _left(self, glance: log.RoomGlance) -> dict[str, Any] | None:
        room_no, wanted = glance.room_no, self.filter.room
        sight = sight_of(self.tx, self.user_id, room_no)
        was_joined = not self.initial and sight.membership_at(self.after) == JOIN
        joined_since = any(
            membership == JOIN and position > self.after
            for position, membership in sight.memberships
        )
        after = self.after
        upto = min(glance.position, self.upto)
        window = self._window(glance, sight, after, upto)
        state: list[StoredEvent] = []
        if was_joined or joined_since:
            state, _ = state_section(
                self.tx,
                room_no,
                window,
                after=after,
                upto=upto,
                full=not was_joined or self.request.full_state,
                at_end=self.request.use_state_after is not None,
                wanted=wanted.state,
                user_id=self.user_id,
                known_members=frozenset(),
            )
        elif self.request.use_state_after is not None:
            # Refused, banned, unbanned: of this room the client may know its own place, and the timeline does not tell it.
            own = log.state_event_at(self.tx, room_no, MEMBER, self.user_id, upto)
            if own is not None and wanted.state.allows_event(own):
                state = [own]
        if not wanted.state.allows_room(glance.room_id):
            state = []
        return left_section(
            self.tx,
            self.reader,
            window,
            state,
            sight=sight,
            state_name=self.request.use_state_after or "state",
        )

    def _ephemeral(
        self,
        glance: log.RoomGlance,
        after: int,
        *,
        has_receipts: bool,
        has_typing: bool,
        receipts: Sequence[log.ReceiptRow] | None,
    ) -> list[Event]:
        wanted = self.filter.room.ephemeral
        if not wanted.allows_room(glance.room_id):
            return []
        events: list[Event] = []
        if has_receipts and wanted.allows("m.receipt", ""):
            rows = (
                log.receipts_changed(self.tx, glance.room_no, after=after)
                if receipts is None
                else receipts
            )
            shown_rows = [
                row
                for row in rows
                if row.position <= self.upto and row.user_id not in self.reader.ignored
            ]
            events += receipt_events(shown_rows, self.user_id)
        if has_typing and wanted.allows("m.typing", ""):
            users = self.tx.memory(Typing).users(glance.room_id)
            shown = [user for user in users if user not in self.reader.ignored]
            if shown or self._typing_changed(self.tx.memory(Typing), glance.room_id):
                events.append(typing_event(shown))
        return events

    def _typing_changed(self, typing: Typing, room_id: RoomId) -> bool:
        if self.request.since is None:
            return bool(typing.users(room_id))
        return typing.serial_of(room_id) > self.request.since.serial

    def _data_of_room(self, room_no: int) -> list[Event]:
        """Return all the user keeps of a room: what they kept while they were not in it has not been told."""
        return [
            {"type": type, "content": msgspec.Raw(content)}
            for type, content in log.account_data_of_room(self.tx, self.user_id, room_no)
        ]

    def _filtered(self, events: list[Event], room_id: RoomId) -> list[Event]:
        wanted = self.filter.room.account_data
        if not wanted.allows_room(room_id):
            return []
        return [event for event in events if wanted.allows(str(event["type"]), self.user_id)]

    # --- what is not of one room ------------------------------------------------------------

    def _global_account_data(self) -> list[Event]:
        events = list(self.account_data.get(log.GLOBAL, []))
        changed = push_rules_changed_position(self.tx, self.user_id)
        if self.initial or self.after < changed <= self.upto:
            content = push_rules_content(self.tx, self.user_id)
            events.append({"type": "m.push_rules", "content": content})
        wanted = self.filter.account_data
        return [event for event in events if wanted.allows(str(event["type"]), self.user_id)]

    def _presence(self) -> list[Event]:
        if self.tx.settings.presence == "off":
            return []
        since = 0 if self.request.since is None else self.request.since.serial
        presence = self.tx.memory(Presence)
        shown = {
            user_id: status
            for user_id, status in presence.changed(since)
            if user_id == self.user_id or log.shares_room(self.tx, self.user_id, user_id)
        }
        # Whoever comes together now has not heard of each other's presence before.
        for user_id in (self.moved.came | self.moved.met) - {self.user_id} - set(shown):
            status = presence.get(user_id)
            if status is not None or user_id in self.moved.came:
                shown[user_id] = status or OFFLINE
        now = self.tx.now_ms()
        return [
            presence_event(
                user_id,
                status,
                now_ms=now,
                profile=shown_names(self.tx, user_id, self.user_id),
            )
            for user_id, status in shown.items()
            if user_id not in self.reader.ignored
            and self.filter.presence.allows("m.presence", user_id)
        ]

    def _device_lists(self) -> dict[str, list[UserId]]:
        if self.initial:
            return {}
        return device_list_changes(
            self.tx, self.user_id, self.moved, after=self.after, upto=self.upto
        )
