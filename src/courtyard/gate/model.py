"""The words of the gate: actions, capabilities, restrictions, permits.

An *action* is what a verb is about to do. A *capability* is what a measure may take away, by name and until a time. A
*restriction* is one capability taken from one account by one decision. A *permit* is the gate's yes.

The list of capabilities is the charter's (DESIGN.md 1, P2 and P3). It is checked when this module is imported:
a server whose list could take away what is never restrictable does not start.
"""

from enum import Enum
from typing import Final, NewType

import msgspec

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import TimestampMs, UserId

Capability = NewType("Capability", str)

RESTRICTABLE: Final = frozenset(
    map(
        Capability,
        (
            "feed.post",
            "feed.like",
            "feed.reply",
            "feed.share",
            "chat.group.send",
            "chat.group.create",
            "chat.group.join",
            "chat.group.invite",
            "chat.dm.initiate",
            "channel.publish",
            "channel.comment",
            "discovery.listed",
            "media.upload.public",
            "profile.edit.public",
            "miniapp.publish",
            "report.submit.nonurgent",
            "appeal.submit.repeat",
        ),
    )
)
"""What a conduct decision may take away, each alone."""

NO_CONTACT: Final = frozenset(map(Capability, ("chat.dm.existing", "mention")))
"""What a no-contact order may take away towards named people, as `chat.dm.existing:@user:server`."""

WALLET: Final = frozenset(map(Capability, ("wallet.pay", "wallet.receive")))
"""What only the wallet's own rules against fraud may take away, never speech."""

NEVER_RESTRICTABLE: Final = frozenset(
    map(
        Capability,
        (
            "session.login",
            "session.logout",
            "security.manage",
            "device.verify",
            "key_backup",
            "account.read_own",
            "account.export",
            "account.delete",
            "account.migrate",
            "chat.receive",
            "chat.leave",
            "message.redact_own",
            "statement.read",
            "appeal.submit",
            "support.contact",
            "report.submit.urgent",
            "privacy.manage",
            "block.user",
            "wallet.balance",
            "wallet.history",
            "wallet.withdraw",
            "health.exposure.receive",
            "health.exposure.share",
            "health.own_data",
            "emergency.contact",
        ),
    )
)
"""What nothing and nobody takes away, whatever is in the database (P3)."""

CAPABILITIES: Final = RESTRICTABLE | NO_CONTACT | WALLET | NEVER_RESTRICTABLE


class Action(Enum):
    """One kind of write, with the capability it needs; None needs no more than an account.

    The value is a pair, because two actions may need the same capability.
    """

    # Chat. "Group" is any ordinary room that is not a direct chat of two.
    SEND_GROUP = ("send_group", "chat.group.send")
    REACT_GROUP = ("react_group", "chat.group.send")
    REPLY_GROUP = ("reply_group", "chat.group.send")
    SET_STATE_GROUP = ("set_state_group", "chat.group.send")
    MODERATE_GROUP = ("moderate_group", "chat.group.send")
    REDACT_OTHER = ("redact_other", "chat.group.send")
    CREATE_GROUP = ("create_group", "chat.group.create")
    CREATE_ALIAS = ("create_alias", "chat.group.create")
    JOIN_GROUP = ("join_group", "chat.group.join")
    KNOCK = ("knock", "chat.group.join")
    INVITE_GROUP = ("invite_group", "chat.group.invite")
    START_DM = ("start_dm", "chat.dm.initiate")
    SEND_DM = ("send_dm", "chat.dm.existing")
    MENTION = ("mention", "mention")
    JOIN_DM = ("join_dm", "chat.receive")
    LEAVE = ("leave", "chat.leave")
    FORGET = ("forget", "chat.leave")
    REDACT_OWN = ("redact_own", "message.redact_own")
    SEND_NOTICE_ROOM = ("send_notice_room", "support.contact")
    RECEIPT = ("receipt", "chat.receive")
    TYPING = ("typing", None)

    # Moments and channels.
    FEED_POST = ("feed_post", "feed.post")
    FEED_LIKE = ("feed_like", "feed.like")
    FEED_REPLY = ("feed_reply", "feed.reply")
    FEED_SHARE = ("feed_share", "feed.share")
    CREATE_MOMENTS = ("create_moments", None)
    JOIN_MOMENTS = ("join_moments", "chat.receive")
    CHANNEL_PUBLISH = ("channel_publish", "channel.publish")
    CHANNEL_COMMENT = ("channel_comment", "channel.comment")
    CHANNEL_LIKE = ("channel_like", "feed.like")
    CREATE_CHANNEL = ("create_channel", "channel.publish")
    FOLLOW_CHANNEL = ("follow_channel", "chat.receive")
    LIST_PUBLICLY = ("list_publicly", "discovery.listed")

    # The account's own things.
    PROFILE_EDIT = ("profile_edit", "profile.edit.public")
    UPLOAD_PUBLIC = ("upload_public", "media.upload.public")
    UPLOAD_PRIVATE = ("upload_private", None)
    ACCOUNT_DATA = ("account_data", "privacy.manage")
    PUSH_RULES = ("push_rules", "privacy.manage")
    BLOCK_USER = ("block_user", "block.user")
    DEVICE_KEYS = ("device_keys", "device.verify")
    TO_DEVICE = ("to_device", "device.verify")
    KEY_BACKUP = ("key_backup", "key_backup")
    EXPORT = ("export", "account.export")
    DELETE_ACCOUNT = ("delete_account", "account.delete")
    MIGRATE = ("migrate", "account.migrate")

    # Conduct.
    REPORT = ("report", "report.submit.nonurgent")
    REPORT_URGENT = ("report_urgent", "report.submit.urgent")
    APPEAL = ("appeal", "appeal.submit")
    SET_MAIL = ("set_mail", "statement.read")
    APPEAL_REPEAT = ("appeal_repeat", "appeal.submit.repeat")

    # Money, health, mini-apps.
    PAY = ("pay", "wallet.pay")
    RECEIVE_PAYMENT = ("receive_payment", "wallet.receive")
    SHOW_PAYCODE = ("show_paycode", "wallet.pay")
    REQUEST_PAYMENT = ("request_payment", "wallet.receive")
    # To give money back, to end a wish for it: nothing that anybody could be kept from.
    SETTLE_PAYMENT = ("settle_payment", None)
    MINT_MONEY = ("mint_money", None)
    WITHDRAW = ("withdraw", "wallet.withdraw")
    # To show that it is really oneself, and to change how: nothing that anybody could be kept from.
    PROVE = ("prove", "security.manage")
    SHARE_EXPOSURE = ("share_exposure", "health.exposure.share")
    PUBLISH_MINIAPP = ("publish_miniapp", "miniapp.publish")

    label: str
    capability: Capability | None

    def __init__(self, label: str, capability: str | None) -> None:
        """Keep the pair's parts under their names."""
        self.label = label
        self.capability = None if capability is None else Capability(capability)

    # Members are compared by identity; the default hashes the value's tuple on each look-up.
    __hash__ = object.__hash__


class Restriction(msgspec.Struct, frozen=True, kw_only=True):
    """One capability taken from one account by one decision, from a start to an end.

    In force, by the clock alone: `starts_at <= now < ends_at`, and before `stayed_from` if that is set.
    """

    id: str
    user_id: UserId
    capability: str
    decision_id: str
    starts_at: TimestampMs
    ends_at: TimestampMs
    stayed_from: TimestampMs | None = None
    """From when an overdue appeal pauses the measure (P4)."""
    rule: str
    statement: str
    """Path of the statement of reasons."""
    appeal: str
    """Path at which to appeal."""
    appeal_until: TimestampMs
    proof: str
    """Path of the proof that the decision is in the public log."""


class RestrictedError(CourtyardError):
    """A decision that the account can read takes this capability away until a time (P1)."""

    code = "gate.restricted"


class SuspendedError(RestrictedError):
    """A decision takes away every capability that can be taken away.

    spec: client-server-api#account-suspension
    """

    code = "gate.suspended"


class NeverRestrictableError(CourtyardError):
    """A restriction of what is never restrictable was asked for."""

    code = "gate.never_restrictable"


def _check() -> None:
    taken = RESTRICTABLE | NO_CONTACT | WALLET
    assert not taken & NEVER_RESTRICTABLE, "something never restrictable could be restricted"
    assert not RESTRICTABLE & NO_CONTACT, "a conduct decision could forbid contact"
    assert not RESTRICTABLE & WALLET, "a conduct decision could reach money"
    for action in Action:
        assert action.capability is None or action.capability in CAPABILITIES, action


_check()
