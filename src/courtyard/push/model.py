"""Push rules, what a user changed about them, and what an event does under them.

spec: client-server-api#push-rules
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from courtyard.base.ids import DeviceId, RoomId, StreamPos, TimestampMs, UserId

RuleKind = Literal["override", "content", "room", "sender", "underride"]

KINDS: tuple[RuleKind, ...] = ("override", "content", "room", "sender", "underride")
"""The kinds in the order in which they are checked."""

Action: TypeAlias = str | Mapping[str, object]
"""`"notify"`, or an object such as `{"set_tweak": "sound", "value": "default"}`."""

Condition: TypeAlias = Mapping[str, object]
"""A condition as its author wrote it; one that we do not understand never matches."""


class PushRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, in the shape in which clients see it.

    `conditions` belongs to override and underride rules, `pattern` to content rules.
    """

    rule_id: str
    default: bool = False
    enabled: bool = True
    actions: tuple[Action, ...]
    conditions: tuple[Condition, ...] | UnsetType = UNSET
    pattern: str | UnsetType = UNSET


class Ruleset(msgspec.Struct, frozen=True, kw_only=True):
    """Every rule of one user, the most important first within each kind."""

    override: tuple[PushRule, ...] = ()
    content: tuple[PushRule, ...] = ()
    room: tuple[PushRule, ...] = ()
    sender: tuple[PushRule, ...] = ()
    underride: tuple[PushRule, ...] = ()


class RuleChanges(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one user changed: this alone is stored. Nearly everybody's is empty.

    Attributes:
        override, content, room, sender, underride: the user's own rules, the most important first.
        enabled: server-default rules whose switch is not where it is by default.
        actions: server-default rules with other actions than the default ones.
    """

    override: tuple[PushRule, ...] = ()
    content: tuple[PushRule, ...] = ()
    room: tuple[PushRule, ...] = ()
    sender: tuple[PushRule, ...] = ()
    underride: tuple[PushRule, ...] = ()
    enabled: Mapping[str, bool] = msgspec.field(default_factory=dict)
    actions: Mapping[str, tuple[Action, ...]] = msgspec.field(default_factory=dict)


NO_CHANGES = RuleChanges()


class Reach(msgspec.Struct, frozen=True):
    """For which events a user's changes can make a difference to counts.

    Attributes:
        everywhere: for any event at all.
        targets: otherwise only in these rooms and from these senders, ids in lower case.
    """

    everywhere: bool = False
    targets: frozenset[str] = frozenset()


class EventFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An event and what its room says about it: all that the rules may look at, for any user.

    Attributes:
        event: the event's members, `type`, `content` and, for state, `state_key` among them.
        room_id: stated here because some events do not carry it.
        sender: likewise.
        member_count: joined members of the room, the remote ones included.
        sender_power_level: the sender's; a creator with unlimited power may have any large number.
        notification_levels: `notifications` of the power levels event.
    """

    event: Mapping[str, object]
    room_id: RoomId
    sender: UserId
    member_count: int
    sender_power_level: int = 0
    notification_levels: Mapping[str, object] = msgspec.field(default_factory=dict)


class UserFacts(msgspec.Struct, frozen=True):
    """Who is to be notified.

    Attributes:
        user_id: None stands for somebody with default rules whom the event does not name.
        display_name: asked for only by the deprecated condition `contains_display_name`.
    """

    user_id: UserId | None
    display_name: Callable[[], str | None] = lambda: None


class Outcome(msgspec.Struct, frozen=True):
    """What an event does for one user.

    Attributes:
        notify: the event is a notification.
        highlight: it is one that calls for attention; never true without `notify`.
        actions: of the rule that matched, as its author wrote them.
    """

    notify: bool = False
    highlight: bool = False
    actions: tuple[Action, ...] = ()


SILENT = Outcome()


class Notifications(msgspec.Struct, frozen=True):
    """What an event does for the local members of its room.

    Attributes:
        base_notify, base_highlight: for every member but the sender and those named below.
        exceptions: `(notify, highlight)` of those for whom it is different. Never the sender, for
            whom it is nothing at all.
    """

    base_notify: bool
    base_highlight: bool
    exceptions: Mapping[UserId, tuple[bool, bool]]


class Pusher(msgspec.Struct, frozen=True, kw_only=True):
    """Where a user's notifications are delivered, in the shape in which clients see it.

    spec: client-server-api#get_matrixclientv3pushers
    """

    pushkey: str
    kind: str
    app_id: str
    app_display_name: str
    device_display_name: str
    profile_tag: str | UnsetType = UNSET
    lang: str
    data: Mapping[str, object]


class StoredPusher(msgspec.Struct, frozen=True, kw_only=True):
    """A pusher with its owner, the device that made it, and up to where in the stream it has everything."""

    user_id: UserId
    device_id: DeviceId
    set_at_ms: TimestampMs
    delivered_upto: StreamPos = StreamPos(0)
    pusher: Pusher


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """An event as a push gateway is told of it.

    spec: push-gateway-api#homeserver-behaviour
    """

    event_id: str
    room_id: RoomId
    type: str
    sender: UserId
    sender_display_name: str | None = None
    room_name: str | None = None
    room_alias: str | None = None
    membership: str | None = None
    """What a member event makes of its target."""
    is_target: bool = False
    """Whether it is a member event about whom is notified."""
    content: Mapping[str, object]
    tweaks: Mapping[str, object]
    is_urgent: bool
