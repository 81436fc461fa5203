"""The published rate limits of admitted actions. The same for every account; docs/limits.md tells them.

They stop floods, not conversations: each is far above what a person does. `rate_limits = off` switches all of them off.
"""

from typing import Final

from courtyard.accounts.throttle import Limit
from courtyard.gate.model import Action

SEND: Final = Limit("send", burst=100, every_ms=100)
"""Messages, reactions, state, removals: by account."""
SIGNAL: Final = Limit("signal", burst=200, every_ms=50)
"""Receipts, typing, account data, device keys and messages between devices: by account."""
JOIN: Final = Limit("join", burst=50, every_ms=1_000)
"""Joining, knocking, following: by account."""
INVITE: Final = Limit("invite", burst=50, every_ms=2_000)
"""Invitations and first contacts: by account."""
CREATE: Final = Limit("create", burst=50, every_ms=10_000)
"""New rooms and aliases: by account."""
UPLOAD: Final = Limit("upload", burst=100, every_ms=1_000)
"""Files: by account."""
PREVIEW: Final = Limit("preview", burst=30, every_ms=2_000)
"""Previews of links: by account."""
PROFILE: Final = Limit("profile", burst=20, every_ms=5_000)
"""Changes of a profile, each of which is told to every room: by account."""
REPORT: Final = Limit("report", burst=20, every_ms=30_000)
"""Reports that are not urgent: by account; notices without an account: by client address."""
MAIL: Final = Limit("mail", burst=10, every_ms=3_600_000)
"""Mails that confirm an address: by account, and by address."""
PAY: Final = Limit("pay", burst=30, every_ms=2_000)
"""Payments, and requests for them: by account."""
WEBHOOK: Final = Limit("webhook", burst=20, every_ms=10_000)
"""Messages that a merchant has sent to its own server as a test, or once more: by merchant."""

SHOP: Final = Limit("shop", burst=500, every_ms=20)
"""Orders, charges and refunds: by merchant, all its tills together."""

PROVE: Final = Limit("prove", burst=30, every_ms=2_000)
"""Challenges for payments, and changes of how one proves who one is: by account."""
PIN: Final = Limit("pin", burst=10, every_ms=30_000)
"""PINs given for a challenge: by account. Five wrong ones in a row lock it anyway."""

LIMITS: Final = (
    SEND,
    SIGNAL,
    JOIN,
    INVITE,
    CREATE,
    UPLOAD,
    PREVIEW,
    PROFILE,
    REPORT,
    MAIL,
    PAY,
    SHOP,
    WEBHOOK,
    PROVE,
    PIN,
)

OF_ACTION: Final[dict[Action, Limit]] = {
    Action.SEND_GROUP: SEND,
    Action.REACT_GROUP: SEND,
    Action.REPLY_GROUP: SEND,
    Action.SET_STATE_GROUP: SEND,
    Action.MODERATE_GROUP: SEND,
    Action.REDACT_OTHER: SEND,
    Action.REDACT_OWN: SEND,
    Action.SEND_DM: SEND,
    Action.SEND_NOTICE_ROOM: SEND,
    Action.FEED_POST: SEND,
    Action.FEED_LIKE: SEND,
    Action.FEED_REPLY: SEND,
    Action.FEED_SHARE: SEND,
    Action.CHANNEL_PUBLISH: SEND,
    Action.CHANNEL_COMMENT: SEND,
    Action.CHANNEL_LIKE: SEND,
    Action.RECEIPT: SIGNAL,
    Action.TYPING: SIGNAL,
    Action.ACCOUNT_DATA: SIGNAL,
    Action.PUSH_RULES: SIGNAL,
    Action.DEVICE_KEYS: SIGNAL,
    Action.TO_DEVICE: SIGNAL,
    Action.KEY_BACKUP: SIGNAL,
    Action.JOIN_GROUP: JOIN,
    Action.JOIN_DM: JOIN,
    Action.JOIN_MOMENTS: JOIN,
    Action.FOLLOW_CHANNEL: JOIN,
    Action.KNOCK: JOIN,
    Action.INVITE_GROUP: INVITE,
    Action.START_DM: INVITE,
    Action.CREATE_GROUP: CREATE,
    Action.CREATE_ALIAS: CREATE,
    Action.CREATE_MOMENTS: CREATE,
    Action.CREATE_CHANNEL: CREATE,
    Action.LIST_PUBLICLY: CREATE,
    Action.PUBLISH_MINIAPP: CREATE,
    Action.UPLOAD_PUBLIC: UPLOAD,
    Action.UPLOAD_PRIVATE: UPLOAD,
    Action.PROFILE_EDIT: PROFILE,
    Action.REPORT: REPORT,
    Action.APPEAL_REPEAT: REPORT,
    Action.SET_MAIL: MAIL,
    Action.PAY: PAY,
    Action.SHOW_PAYCODE: PAY,
    Action.REQUEST_PAYMENT: PAY,
    Action.PROVE: PROVE,
}
"""Which limit an action spends from. Actions that are not here have none: leaving, blocking, mentioning
(a mention rides on a message), urgent reports, appeals, exports, withdrawals."""
