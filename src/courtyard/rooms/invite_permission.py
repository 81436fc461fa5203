"""Whether somebody lets others invite them.

spec: client-server-api#invite-permission
"""

import msgspec

from courtyard.base.ids import UserId
from courtyard.rooms.store import account_data as store
from courtyard.storage.tx import ReadTx

INVITE_PERMISSION = "m.invite_permission_config"


def blocks_invites(tx: ReadTx, user_id: UserId) -> bool:
    """Tell whether a user has chosen to be invited by nobody."""
    content = store.content(tx, user_id, store.GLOBAL, INVITE_PERMISSION)
    return content is not None and msgspec.json.decode(content).get("default_action") == "block"
