"""What a push gateway is told, and when it is told again.

spec: push-gateway-api#homeserver-behaviour
"""

from collections.abc import Sequence
from typing import Final

from courtyard.push.model import Action, Notice, StoredPusher

STALE_MS: Final = 86_400_000
"""Nobody is notified of what is older than a day: it is no news, and a gateway may have been away for long."""

WAIT_MS_MAX: Final = 3_600_000
"""How long a gateway that fails is left alone, at the most."""


def payload(stored: StoredPusher, notice: Notice | None, unread: int) -> dict[str, object]:
    """Return the body of a request to a gateway.

    Args:
        stored: whom it is for.
        notice: the event; None when only the count is new.
        unread: notifications the user has not read, in all rooms.

    spec: push-gateway-api#post_matrixpushv1notify
    """
    pusher = stored.pusher
    device: dict[str, object] = {
        "app_id": pusher.app_id,
        "pushkey": pusher.pushkey,
        "pushkey_ts": stored.set_at_ms // 1000,
        "data": {key: value for key, value in pusher.data.items() if key != "url"},
    }
    told: dict[str, object] = {"counts": {"unread": unread} if unread else {}, "devices": [device]}
    if notice is not None:
        device["tweaks"] = dict(notice.tweaks)
        told |= {
            "event_id": notice.event_id,
            "room_id": notice.room_id,
            "prio": "high" if notice.is_urgent else "low",
        }
        if pusher.data.get("format") != "event_id_only":
            told |= _event(notice)
    return {"notification": told}


def _event(notice: Notice) -> dict[str, object]:
    """Return what a gateway is told of an event, unless it was asked to be told its id alone."""
    told: dict[str, object] = {
        "type": notice.type,
        "sender": notice.sender,
        "content": notice.content,
        # Not in the specification; gateways of the first releases look for these two. They say nothing new.
        "id": notice.event_id,
        "membership": notice.membership,
        "sender_display_name": notice.sender_display_name,
        "room_name": notice.room_name,
        "room_alias": notice.room_alias,
        "user_is_target": notice.is_target or None,
    }
    return {key: value for key, value in told.items() if value is not None}


def tweaks_of(actions: Sequence[Action]) -> dict[str, object]:
    """Return how a notification is to be presented.

    spec: client-server-api#actions
    """
    return {
        str(action["set_tweak"]): action.get("value", True)
        for action in actions
        if not isinstance(action, str) and "set_tweak" in action
    }


def rejected(answer: object, pushkey: str) -> bool:
    """Tell whether a gateway's answer says that it knows a key no longer. Whatever else it says is ignored."""
    keys = answer.get("rejected") if isinstance(answer, dict) else None
    return isinstance(keys, list) and pushkey in keys


def wait_ms(failures: int) -> int:
    """Return how long to wait after so many failures in a row: twice as long each time.

    spec: push-gateway-api#homeserver-behaviour
    """
    return min(1000 << min(failures - 1, 12), WAIT_MS_MAX)
