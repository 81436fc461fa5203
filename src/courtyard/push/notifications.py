"""What a user was, or would have been, notified about: `GET /notifications`.

Nothing is stored for it. Whoever knows the rooms hands over recent events, newest first, and the user's
rules as they are now are asked about each. So the list costs nothing until somebody asks for it,
and it follows a change of the rules at once.

spec: client-server-api#get_matrixclientv3notifications
"""

from collections.abc import Callable, Iterable

import msgspec
from msgspec import UNSET, UnsetType

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import RoomId, StreamPos, TimestampMs, UserId
from courtyard.base.whole_number import parse_whole_number
from courtyard.push import store
from courtyard.push.model import Action, EventFacts, Outcome, UserFacts
from courtyard.push.rules_evaluate import Reading, compile_changes
from courtyard.storage.tx import ReadTx

CANDIDATES_MAX = 1000
"""Events looked at for one page. When they run out the page is short and has a `next_token`."""

LIMIT_DEFAULT = 20
LIMIT_MAX = 100


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An event that the user may see in a room they are joined to.

    Attributes:
        position: its place in the stream.
        facts: the event and its room, as at the time or as now.
        event: as the user's client is to see it, already encoded.
        ts: when the event came, in Unix milliseconds.
        read: a receipt of the user's covers it.
        display_name: tells the user's name in the room, if asked.
    """

    position: StreamPos
    facts: EventFacts
    event: msgspec.Raw
    ts: TimestampMs
    read: bool
    display_name: Callable[[], str | None] = lambda: None


CandidateSource = Callable[[ReadTx, UserId, StreamPos | None], Iterable[Candidate]]
"""Yields the candidates of a user before a position (None: from the newest on), newest first."""


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the list, in the shape in which clients see it."""

    actions: tuple[Action, ...]
    event: msgspec.Raw
    read: bool
    room_id: RoomId
    ts: TimestampMs


class NotificationPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the list; without `next_token` it is the last."""

    notifications: list[Notification]
    next_token: str | UnsetType = UNSET


def parse_from(token: str | None) -> StreamPos | None:
    """Accept a `next_token` of ours.

    Raises:
        InvalidParamError: it is none.
    """
    if token is None:
        return None
    position = parse_whole_number(token, 18)
    if position is None:
        raise InvalidParamError("from is not a token of this server.")
    return StreamPos(position)


def judge_of(tx: ReadTx, user_id: UserId) -> Callable[[Candidate], Outcome]:
    """Return what tells what an event does for a user, by their rules as they are now."""
    ruleset = compile_changes(store.rule_changes(tx, user_id))
    return lambda candidate: ruleset.outcome(
        Reading(candidate.facts), UserFacts(user_id, candidate.display_name)
    )


def list_notifications(
    tx: ReadTx,
    user_id: UserId,
    candidates: CandidateSource,
    *,
    before: StreamPos | None = None,
    limit: int = LIMIT_DEFAULT,
    highlights_only: bool = False,
) -> NotificationPage:
    """Return the newest notifications before a position."""
    judge = judge_of(tx, user_id)
    limit = max(1, min(limit, LIMIT_MAX))
    found: list[Notification] = []
    for looked_at, candidate in enumerate(candidates(tx, user_id, before)):
        if len(found) == limit or looked_at == CANDIDATES_MAX:
            return NotificationPage(notifications=found, next_token=str(before))
        before = candidate.position
        outcome = judge(candidate)
        if outcome.highlight or (outcome.notify and not highlights_only):
            found.append(
                Notification(
                    actions=outcome.actions,
                    event=candidate.event,
                    read=candidate.read,
                    room_id=candidate.facts.room_id,
                    ts=candidate.ts,
                )
            )
    return NotificationPage(notifications=found)
