"""What people keep when a room is replaced by its upgrade: tags, mutes, direct chats.

spec: client-server-api#room-upgrades
"""

import msgspec

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import RoomId, UserId
from courtyard.push.model import PushRule, RuleKind
from courtyard.push.push_rules import global_ruleset, put_rule
from courtyard.rooms.account_data import FULLY_READ, put_account_data
from courtyard.rooms.heads import Head
from courtyard.rooms.model import CREATE, JOIN, LEAVE, TOMBSTONE
from courtyard.rooms.store import account_data as store
from courtyard.rooms.store import events as events_store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.stored import content_of
from courtyard.storage.tx import WriteTx

DIRECT = "m.direct"


def carry_over_on_join(tx: WriteTx, user_id: UserId, head: Head) -> None:
    """Give somebody who joins an upgraded room what they had set for the old one.

    The claim to be another room's successor is anybody's to make, so it counts only where the old room says
    the same in its tombstone.
    """
    create = head.get(CREATE, "")
    predecessor = create.content.get("predecessor") if create is not None else None
    old_id = predecessor.get("room_id") if isinstance(predecessor, dict) else None
    room = events_store.room(tx, RoomId(old_id)) if isinstance(old_id, str) else None
    if room is None:
        return
    membership = members_store.membership(tx, user_id, room.room_no)
    if membership is None or membership.membership not in (JOIN, LEAVE):
        return
    tombstone = events_store.current_state_event(tx, room.room_no, TOMBSTONE, "")
    if tombstone is None or _replacement(tombstone.json) != head.room_id:
        return
    carry_over(tx, user_id, (room.room_no, room.room_id), (head.room_no, head.room_id))


def carry_over(tx: WriteTx, user_id: UserId, old: tuple[int, str], new: tuple[int, str]) -> None:
    """Copy what an account has set for one room to another, where nothing is set yet.

    Args:
        old: number and id of the room that was replaced.
        new: number and id of the room that replaces it.
    """
    for type, content in store.of_room(tx, user_id, old[0]):
        if type != FULLY_READ and store.content(tx, user_id, new[0], type) is None:
            put_account_data(tx, user_id, new[0], type, content)
    _carry_direct(tx, user_id, old[1], new[1])
    _carry_push_rules(tx, user_id, old[1], new[1])


def _carry_direct(tx: WriteTx, user_id: UserId, old_id: str, new_id: str) -> None:
    stored = store.content(tx, user_id, store.GLOBAL, DIRECT)
    chats = msgspec.json.decode(stored) if stored is not None else {}
    if not isinstance(chats, dict):
        return
    changed = False
    for rooms in chats.values():
        if isinstance(rooms, list) and old_id in rooms and new_id not in rooms:
            rooms.append(new_id)
            changed = True
    if changed:
        put_account_data(tx, user_id, store.GLOBAL, DIRECT, msgspec.json.encode(chats))


def _carry_push_rules(tx: WriteTx, user_id: UserId, old_id: str, new_id: str) -> None:
    # Clients mute a room by an override rule of that name, and make it quieter by a room rule.
    rules = global_ruleset(tx, user_id)
    kinds: tuple[tuple[RuleKind, tuple[PushRule, ...]], ...] = (
        ("override", rules.override),
        ("room", rules.room),
    )
    for kind, of_kind in kinds:
        by_id = {rule.rule_id: rule for rule in of_kind}
        rule = by_id.get(old_id)
        if rule is None or new_id in by_id:
            continue
        try:
            put_rule(tx, user_id, kind, _renamed(rule, old_id, new_id))
        except CourtyardError:
            # Too many rules, or too many changes in a short time: the room itself is more important.
            return


def _renamed(rule: PushRule, old_id: str, new_id: str) -> PushRule:
    conditions = rule.conditions
    if conditions is not msgspec.UNSET:
        conditions = tuple(
            {**condition, "pattern": new_id} if condition.get("pattern") == old_id else condition
            for condition in conditions
        )
    return msgspec.structs.replace(rule, rule_id=new_id, conditions=conditions)


def _replacement(json: bytes) -> object:
    return content_of(json).get("replacement_room")
