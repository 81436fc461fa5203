"""May this event happen in this room? The authorisation rules of room versions 10, 11 and 12.

Rules are numbered as in version 12, as its page is shown; a refusal names the number that the room's
own version gives to the rule (`RoomVersion.rule`). The first rule that fails is the answer.

This server does not federate yet, so nothing arrives from outside: where a rule is about signatures
or about events rejected earlier, a comment stands in its place.

spec: rooms/v12#authorisation-rules, rooms/v11#authorisation-rules, rooms/v10#authorisation-rules
"""

from collections.abc import Sequence

from courtyard.base.ids import domain
from courtyard.rooms.model import (
    BAN,
    CREATE,
    INVITE,
    JOIN,
    JOIN_RULES,
    KNOCK,
    KNOCK_RESTRICTED,
    LEAVE,
    MEMBER,
    POWER_LEVELS,
    PUBLIC,
    RESTRICTED,
    THIRD_PARTY_INVITE,
    AuthState,
    Event,
    EventFields,
    NotAllowed,
    RoomVersion,
    StateKey,
)
from courtyard.rooms.rules_hashes import room_id_from_create
from courtyard.rooms.rules_power import (
    action_level,
    authorise_power_levels,
    is_user_id,
    power_level,
    refusal,
    required_level,
)
from courtyard.rooms.rules_third_party import is_signed


def auth_event_keys(event: EventFields, version: RoomVersion) -> list[StateKey]:
    """Return where to look for the events that permit this one; none of them twice.

    spec: server-server-api#auth-events-selection
    """
    if event.type == CREATE:
        return []
    keys = [(POWER_LEVELS, ""), (MEMBER, str(event.sender))]
    # From version 12 the room id already names the create event.
    if not version.create_event_room_id_is_hash:
        keys.insert(0, (CREATE, ""))
    if event.type != MEMBER or event.state_key is None:
        return keys
    if event.state_key != event.sender:
        keys.append((MEMBER, event.state_key))
    membership = event.content.get("membership")
    if membership in (JOIN, INVITE, KNOCK):
        keys.append((JOIN_RULES, ""))
    if membership == INVITE:
        signed = _signed(event.content)
        token = signed.get("token") if signed is not None else None
        if isinstance(token, str):
            keys.append((THIRD_PARTY_INVITE, token))
    if membership == JOIN:
        authoriser = event.content.get("join_authorised_via_users_server")
        if isinstance(authoriser, str) and (MEMBER, authoriser) not in keys:
            keys.append((MEMBER, authoriser))
    return keys


def check_auth_events(
    event: EventFields, version: RoomVersion, auth_events: Sequence[Event]
) -> None:
    """Apply rule 3: the event cites what selection would cite, once each, from its own room.

    Events made here are built that way; this is for a log that is checked or was imported.

    Raises:
        NotAllowed: the message names the rule.

    spec: rooms/v12#authorisation-rules, rule 3
    """
    expected = set(auth_event_keys(event, version))
    seen: set[StateKey] = set()
    for cited in auth_events:
        key = (cited.type, cited.state_key if cited.state_key is not None else "")
        # 3.1. No two entries for one (type, state_key).
        if key in seen:
            raise refusal(version, "3.1", f"two auth events for {key}")
        seen.add(key)
        # 3.2. Nothing that selection would not choose.
        if key not in expected or not cited.is_state:
            raise refusal(version, "3.2", f"{key} is no auth event of this event")
        # 3.3. Entries that were rejected: this server keeps no rejected events.
        # 3.4. All from this room.
        if cited.room_id != event.room_id:
            raise refusal(version, "3.4", "an auth event is from another room")
    # Rule 2.4 of versions 10 and 11. Rule 2 took its place in version 12.
    if (CREATE, "") in expected - seen:
        raise NotAllowed("rule 2.4: the create event is not among the auth events")


def authorise(event: EventFields, version: RoomVersion, state: AuthState) -> None:
    """Apply the room's authorisation rules to one event, sealed or not.

    Args:
        event: the candidate. Its content may be any JSON.
        version: the version of the room.
        state: the state *before* the event. Nothing else is read.

    Raises:
        NotAllowed: the message names the rule that failed.

    spec: rooms/v12#authorisation-rules
    """
    # 1. The create event has rules of its own.
    if event.type == CREATE:
        _authorise_create(event, version)
        return
    create = state.get(CREATE, "")
    # 2. There is a room, and this is it.
    if create is None:
        number = "2" if version.create_event_room_id_is_hash else "2.4"
        raise NotAllowed(f"rule {number}: the room has no create event")
    if version.create_event_room_id_is_hash:
        if event.room_id != room_id_from_create(create.event_id):
            raise refusal(version, "2", "the room ID does not name the create event")
    elif event.room_id != create.room_id:
        raise refusal(version, "3.4", "the create event is from another room")
    # 3. The cited auth events: `check_auth_events`. Those made here come from `auth_event_keys`.
    # 4. A room that does not federate takes events of its creator's server only.
    if create.content.get("m.federate") is False and domain(event.sender) != domain(create.sender):
        raise refusal(version, "4", "the room is closed to other servers")
    # 5. Memberships.
    if event.type == MEMBER:
        _authorise_member(event, create, version, state)
        return
    # 6. The sender must be joined.
    if membership_of(event.sender, state) != JOIN:
        raise refusal(version, "6", "the sender is not joined to the room")
    # 7. Invitations by e-mail or telephone number need the power to invite, and no more.
    if event.type == THIRD_PARTY_INVITE:
        if power_level(event.sender, state, version) < action_level("invite", state):
            raise refusal(version, "7.1", "your power level is too low to invite")
        return
    # 8. The type's required power level.
    required = required_level(event.type, state, is_state=event.state_key is not None)
    if power_level(event.sender, state, version) < required:
        raise refusal(version, "8", f"sending {event.type} needs power level {required}")
    # 9. A state key that looks like a user belongs to that user.
    key = event.state_key
    if key is not None and key.startswith("@") and key != event.sender:
        raise refusal(version, "9", "the state key names another user")
    # 10. Power levels.
    if event.type == POWER_LEVELS:
        authorise_power_levels(event, create, version, state)
    # 11. Otherwise, allow.


def membership_of(user: str, state: AuthState) -> str:
    """Return the membership of a user; `leave` for one who has none."""
    member = state.get(MEMBER, user)
    membership = None if member is None else member.content.get("membership")
    return membership if isinstance(membership, str) else LEAVE


def join_rule_of(state: AuthState) -> str:
    """Return the room's join rule; `invite` when it is not set."""
    event = state.get(JOIN_RULES, "")
    rule = None if event is None else event.content.get("join_rule")
    return rule if isinstance(rule, str) else INVITE


def _authorise_create(event: EventFields, version: RoomVersion) -> None:
    # 1.1. It is the first event.
    if event.prev_events:
        raise refusal(version, "1.1", "a create event has no previous events")
    # 1.2. From version 12 it has no room id (a sealed one shows the id that it makes). Before, the
    # domain of the room id is the sender's.
    if version.create_event_room_id_is_hash:
        made = room_id_from_create(event.event_id) if isinstance(event, Event) else ""
        if event.room_id != made:
            raise refusal(version, "1.2", "a create event has no room ID")
    elif domain(event.room_id) != domain(event.sender):
        raise refusal(version, "1.2", "the room ID is of another server than the sender")
    # 1.3. The room version is the one these rules are for. An absent one means version 1.
    if event.content.get("room_version", "1") != version.id:
        raise refusal(version, "1.3", f"room_version is not {version.id}")
    # 1.4. Version 10 names the creator; version 12 may name more of them.
    if not version.implicit_creator and "creator" not in event.content:
        raise refusal(version, "1.4", "creator is missing")
    if version.creators_privileged and "additional_creators" in event.content:
        additional = event.content["additional_creators"]
        if not isinstance(additional, list) or not all(map(is_user_id, additional)):
            raise refusal(version, "1.4", "additional_creators is not an array of user IDs")
    # 1.5. Otherwise, allow.


def _authorise_member(
    event: EventFields, create: Event, version: RoomVersion, state: AuthState
) -> None:
    # 5.1. Somebody, and something.
    if event.state_key is None or "membership" not in event.content:
        raise refusal(version, "5.1", "a membership needs a state key and a membership")
    # 5.2. A join authorised by another user is signed by that user's server: here, by this one, and
    # signatures are made when an event first leaves the server.
    membership = event.content["membership"]
    if membership == JOIN:
        _authorise_join(event, event.state_key, create, version, state)
    elif membership == INVITE:
        _authorise_invite(event, event.state_key, version, state)
    elif membership == LEAVE:
        _authorise_leave(event, event.state_key, version, state)
    elif membership == BAN:
        _authorise_ban(event, event.state_key, version, state)
    elif membership == KNOCK:
        _authorise_knock(event, event.state_key, version, state)
    else:
        # 5.8. Otherwise, the membership is unknown.
        raise refusal(version, "5.8", "the membership is unknown")


def _authorise_join(
    event: EventFields, target: str, create: Event, version: RoomVersion, state: AuthState
) -> None:
    # 5.3.1. The creator's own join follows the create event. Of several creators that is the sender.
    if event.prev_events == (create.event_id,):
        creator = create.sender if version.implicit_creator else create.content.get("creator")
        if target == creator:
            return
    # 5.3.2. Nobody joins somebody else.
    if event.sender != target:
        raise refusal(version, "5.3.2", "nobody can join another user")
    # 5.3.3. Banned is banned.
    membership = membership_of(event.sender, state)
    if membership == BAN:
        raise refusal(version, "5.3.3", "you are banned from the room")
    join_rule = join_rule_of(state)
    # 5.3.4. By invitation. Who is joined already may join again (to change a display name).
    if join_rule in (INVITE, KNOCK) and membership in (INVITE, JOIN):
        return
    # 5.3.5. By invitation, or because somebody who may invite says that a condition is met.
    if join_rule in (RESTRICTED, KNOCK_RESTRICTED):
        # 5.3.5.1.
        if membership in (INVITE, JOIN):
            return
        # 5.3.5.2.
        authoriser = event.content.get("join_authorised_via_users_server")
        if (
            not isinstance(authoriser, str)
            or membership_of(authoriser, state) != JOIN
            or power_level(authoriser, state, version) < action_level("invite", state)
        ):
            raise refusal(version, "5.3.5.2", "nobody who may invite authorised this join")
        # 5.3.5.3. Otherwise, allow.
        return
    # 5.3.6. Anybody. 5.3.7. Otherwise, reject.
    if join_rule != PUBLIC:
        raise refusal(version, "5.3.7", "you are not invited to the room")


def _authorise_invite(
    event: EventFields, target: str, version: RoomVersion, state: AuthState
) -> None:
    # 5.4.1. An invitation that was sent to an e-mail address or a telephone number.
    if "third_party_invite" in event.content:
        _authorise_third_party_invite(event, target, version, state)
        return
    # 5.4.2.
    if membership_of(event.sender, state) != JOIN:
        raise refusal(version, "5.4.2", "the sender is not joined to the room")
    # 5.4.3.
    membership = membership_of(target, state)
    if membership in (JOIN, BAN):
        raise refusal(version, "5.4.3", f"{target} is {_STANDING[membership]}")
    # 5.4.4. Enough power: allow. 5.4.5. Otherwise, reject.
    if power_level(event.sender, state, version) < action_level("invite", state):
        raise refusal(version, "5.4.5", "your power level is too low to invite")


def _authorise_third_party_invite(
    event: EventFields, target: str, version: RoomVersion, state: AuthState
) -> None:
    # 5.4.1.1.
    if membership_of(target, state) == BAN:
        raise refusal(version, "5.4.1.1", f"{target} is banned from the room")
    # 5.4.1.2.
    signed = _signed(event.content)
    if signed is None:
        raise refusal(version, "5.4.1.2", "third_party_invite has no signed object")
    # 5.4.1.3.
    token = signed.get("token")
    if "mxid" not in signed or not isinstance(token, str):
        raise refusal(version, "5.4.1.3", "signed has no mxid and token")
    # 5.4.1.4.
    if signed["mxid"] != target:
        raise refusal(version, "5.4.1.4", "the invitation is for another user")
    # 5.4.1.5.
    invite = state.get(THIRD_PARTY_INVITE, token)
    if invite is None:
        raise refusal(version, "5.4.1.5", "the room has no such invitation")
    # 5.4.1.6.
    if event.sender != invite.sender:
        raise refusal(version, "5.4.1.6", "somebody else made the invitation")
    # 5.4.1.7. A signature matches a key: allow. 5.4.1.8. Otherwise, reject.
    if not is_signed(signed, invite.content):
        raise refusal(version, "5.4.1.8", "no signature matches a key of the invitation")


def _authorise_leave(
    event: EventFields, target: str, version: RoomVersion, state: AuthState
) -> None:
    membership = membership_of(target, state)
    # 5.5.1. Leaving, declining, taking back a knock.
    if event.sender == target:
        if membership not in (INVITE, JOIN, KNOCK):
            raise refusal(version, "5.5.1", "you are not in the room")
        return
    # 5.5.2.
    if membership_of(event.sender, state) != JOIN:
        raise refusal(version, "5.5.2", "the sender is not joined to the room")
    mine = power_level(event.sender, state, version)
    # 5.5.3. Lifting a ban needs the power to ban.
    if membership == BAN and mine < action_level("ban", state):
        raise refusal(version, "5.5.3", "your power level is too low to lift a ban")
    # 5.5.4. Enough power, and more than the target has: allow. 5.5.5. Otherwise, reject.
    if mine < action_level("kick", state):
        raise refusal(version, "5.5.5", "your power level is too low to remove users")
    if power_level(target, state, version) >= mine:
        raise refusal(version, "5.5.5", f"{target} has at least your power level")


def _authorise_ban(event: EventFields, target: str, version: RoomVersion, state: AuthState) -> None:
    # 5.6.1.
    if membership_of(event.sender, state) != JOIN:
        raise refusal(version, "5.6.1", "the sender is not joined to the room")
    # 5.6.2. Enough power, and more than the target has: allow. 5.6.3. Otherwise, reject.
    mine = power_level(event.sender, state, version)
    if mine < action_level("ban", state):
        raise refusal(version, "5.6.3", "your power level is too low to ban")
    if power_level(target, state, version) >= mine:
        raise refusal(version, "5.6.3", f"{target} has at least your power level")


def _authorise_knock(
    event: EventFields, target: str, version: RoomVersion, state: AuthState
) -> None:
    # 5.7.1.
    if join_rule_of(state) not in (KNOCK, KNOCK_RESTRICTED):
        raise refusal(version, "5.7.1", "the room takes no knocks")
    # 5.7.2.
    if event.sender != target:
        raise refusal(version, "5.7.2", "nobody can knock for another user")
    # 5.7.3. Neither banned, nor invited, nor joined: allow. 5.7.4. Otherwise, reject.
    membership = membership_of(event.sender, state)
    if membership in (BAN, INVITE, JOIN):
        raise refusal(version, "5.7.4", f"you are {_STANDING[membership]}")


_STANDING = {
    BAN: "banned from the room",
    INVITE: "invited to the room already",
    JOIN: "in the room already",
}


def _signed(content: dict[str, object]) -> dict[str, object] | None:
    invite = content.get("third_party_invite")
    signed = invite.get("signed") if isinstance(invite, dict) else None
    return signed if isinstance(signed, dict) else None
