"""Reports by Matrix's own endpoints: what they name is looked up, and only what the reporter may see is told apart.

spec: client-server-api#reporting-content
"""

from courtyard.accounts.account import account_is_active
from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.conduct import capture
from courtyard.conduct.capture import Seen
from courtyard.conduct.model import Item
from courtyard.conduct.report import report
from courtyard.conduct.rules_leaf import day
from courtyard.rooms.errors import RoomNotFoundError
from courtyard.rooms.membership import resolve
from courtyard.rooms.read_access import Asker
from courtyard.rooms.read_event import event_to_report
from courtyard.storage.tx import WriteTx

UNSPECIFIED = "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE"


def report_event(
    tx: WriteTx, asker: Asker, room_id: RoomId, event_id: EventId, reason: str
) -> None:
    """Report an event.

    Raises:
        NotFoundError: there is no such event for the reporter.

    spec: client-server-api#post_matrixclientv3roomsroomidreporteventid
    """
    seen = capture.seen_event(tx, event_to_report(tx, asker, event_id, room_id))
    _report(tx, asker.user_id, seen.item, seen.subject, reason, seen)


def report_room(tx: WriteTx, reporter: UserId, room_id: RoomId, reason: str) -> None:
    """Report a room as a whole. For one that is not here the answer is the same, so that nobody can try names.

    spec: client-server-api#post_matrixclientv3roomsroomidreport
    """
    try:
        found = resolve(tx, room_id)
    except (RoomNotFoundError, InvalidParamError):
        return
    item = Item(type="room", id=found, version=_today(tx))
    _report(tx, reporter, item, None, reason, capture.seen_room(tx, reporter, item))


def report_user(tx: WriteTx, reporter: UserId, user_id: UserId, reason: str) -> None:
    """Report an account. For one that is not here the answer is the same, so that nobody can try names.

    spec: client-server-api#post_matrixclientv3usersuseridreport
    """
    if account_is_active(tx, user_id):
        item = Item(type="account", id=user_id, version=_today(tx))
        _report(tx, reporter, item, user_id, reason, capture.seen_profile(tx, item))


def _today(tx: WriteTx) -> str:
    return day(tx.now_ms())


def _report(
    tx: WriteTx,
    reporter: UserId,
    item: Item,
    subject: UserId | None,
    reason: str,
    seen: Seen | None = None,
) -> None:
    report(
        tx,
        reporter,
        item,
        subject,
        kind="rule",
        category=UNSPECIFIED,
        explanation=reason,
        seen=seen,
    )
