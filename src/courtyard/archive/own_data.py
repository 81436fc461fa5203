"""What the server keeps for an account besides rooms and files, as an archive has it. Questions, for a reader's thread."""

from collections.abc import Iterable

import msgspec

from courtyard.accounts.account import get_account, list_sessions
from courtyard.accounts.devices import list_devices
from courtyard.accounts.profile import get_profile
from courtyard.archive.rules_layout import Json, rfc3339
from courtyard.base.ids import RoomId, TimestampMs, UserId
from courtyard.e2ee.model import KeyQuery
from courtyard.e2ee.query_keys import query_keys
from courtyard.gate.restrict import standing
from courtyard.gate.withheld import shown_names
from courtyard.push.push_rules import push_rules_content
from courtyard.push.pushers import list_pushers
from courtyard.rooms.account_data import all_account_data, tags
from courtyard.rooms.ignores import IGNORED_USER_LIST, ignored_in
from courtyard.storage.tx import ReadTx

DIRECT = "m.direct"


def account_json(tx: ReadTx, user_id: UserId, room_ids: Iterable[RoomId]) -> Json:
    """Return `account.json`. There are no tokens, no password and no private keys in it."""
    account = get_account(tx, user_id)
    data = all_account_data(tx, user_id)
    tagged = {room_id: tags(tx, user_id, room_id) for room_id in room_ids}
    return {
        "user_id": user_id,
        "registered": rfc3339(account.created_at),
        "is_admin": account.is_admin,
        "locked_until": _time(account.locked_until or None),
        "profile": get_profile(tx, user_id),
        # This server keeps no addresses.
        "threepids": [],
        "devices": [
            {
                "device_id": device.device_id,
                "display_name": device.display_name,
                "created": rfc3339(device.created_at),
                "last_seen": _time(device.last_seen_ts),
                "last_seen_ip": device.last_seen_ip,
                "last_seen_user_agent": device.last_seen_user_agent,
            }
            for device in list_devices(tx, user_id)
        ],
        "sessions": [
            {"device_id": device_id, "since": rfc3339(issued_at), "until": _time(expires_at)}
            for device_id, issued_at, expires_at in list_sessions(tx, user_id)
        ],
        "account_data": {kind: msgspec.Raw(body) for kind, body in data.items()},
        "ignored_users": sorted(ignored_in(data.get(IGNORED_USER_LIST))),
        "push_rules": push_rules_content(tx, user_id),
        "pushers": list_pushers(tx, user_id),
        "tags": {room_id: found for room_id, found in tagged.items() if found},
        "measures": [
            {
                "capability": one.capability,
                "decision": one.decision_id,
                "rule": one.rule,
                "starts": rfc3339(one.starts_at),
                "ends": rfc3339(one.ends_at),
                "statement": one.statement,
                "appeal": one.appeal,
                "appeal_until": rfc3339(one.appeal_until),
                "proof": one.proof,
            }
            for one in standing(tx, user_id)
        ],
    }


def direct_people(tx: ReadTx, user_id: UserId) -> dict[UserId, list[RoomId]]:
    """Return whom the account's own list of direct chats names, with their rooms.

    spec: client-server-api#direct-messaging
    """
    found = all_account_data(tx, user_id).get(DIRECT)
    content = None if found is None else msgspec.json.decode(found)
    if not isinstance(content, dict):
        return {}
    return {
        UserId(person): [RoomId(room_id) for room_id in room_ids if isinstance(room_id, str)]
        for person, room_ids in content.items()
        if isinstance(room_ids, list)
    }


def display_names(tx: ReadTx, people: Iterable[UserId]) -> dict[UserId, str | None]:
    """Return what people call themselves now, as anybody with an account is told; None for those who are not known here."""
    return {person: shown_names(tx, person, None)[0] for person in people}


def public_keys(tx: ReadTx, user_id: UserId) -> Json:
    """Return an account's public keys, those of its devices and those that sign them, as it is told them itself."""
    return query_keys(tx, user_id, KeyQuery({user_id: []}))


def _time(ms: TimestampMs | None) -> str | None:
    return None if ms is None else rfc3339(ms)
