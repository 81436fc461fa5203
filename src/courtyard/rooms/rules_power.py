"""Power levels: who stands where, what an action needs, and how the levels may change.

State that passed the rules has levels of the right types. These functions do not rely on it: a level
that is not an integer counts as absent, so that no content, however odd, can raise a TypeError here.

spec: client-server-api#mroompower_levels
"""

from typing import Final

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import parse_user_id
from courtyard.rooms.model import (
    CREATE,
    POWER_LEVELS,
    AuthState,
    Event,
    EventFields,
    Malformed,
    NotAllowed,
    RoomVersion,
)

INFINITE: Final = 2**53
"""The level of a privileged creator: one more than any level that can be written down."""

CREATOR_LEVEL: Final = 100
"""The level of the creator of a room up to version 11 that has no power levels event yet."""

_ACTION_DEFAULTS: Final = {"invite": 0, "kick": 50, "ban": 50, "redact": 50}
_STATE_DEFAULT: Final = 50
_EVENTS_DEFAULT: Final = 0
_NOTIFICATION_DEFAULT: Final = 50

SINGLE_LEVELS: Final = (
    "users_default",
    "events_default",
    "state_default",
    "ban",
    "redact",
    "kick",
    "invite",
)
_LEVEL_MAPS: Final = ("events", "notifications")

_SHAPE_RULES: Final = frozenset(
    {"1.1", "1.2", "1.3", "1.4", "5.1", "5.8", "10.1", "10.2", "10.3", "10.4"}
)
"""Rules about what an event says and not about who says it."""


def creators(create: Event, version: RoomVersion) -> frozenset[str]:
    """Return who created the room; from version 12 that includes `additional_creators`.

    spec: rooms/v12#event-format
    """
    if not version.implicit_creator:
        creator = create.content.get("creator")
        return frozenset({creator} if isinstance(creator, str) else ())
    additional = create.content.get("additional_creators") if version.creators_privileged else None
    if not isinstance(additional, list):
        return frozenset({create.sender})
    return frozenset({create.sender, *(user for user in additional if isinstance(user, str))})


def power_level(user: str, state: AuthState, version: RoomVersion) -> int:
    """Return the power level of a user, `INFINITE` for a creator from version 12 on."""
    create = state.get(CREATE, "")
    levels = state.get(POWER_LEVELS, "")
    if create is not None and (version.creators_privileged or levels is None):
        # The sender is asked first: it saves making the set for nearly every creator.
        is_creator = version.implicit_creator and user == create.sender
        if is_creator or user in creators(create, version):
            return INFINITE if version.creators_privileged else CREATOR_LEVEL
    if levels is None:
        return 0
    level = _entry(levels.content, "users", user)
    return _single(levels.content, "users_default", 0) if level is None else level


def required_level(type: str, state: AuthState, *, is_state: bool) -> int:
    """Return the level that sending an event of this type needs. Not for `m.room.member`.

    spec: server-server-api#definitions
    """
    levels = state.get(POWER_LEVELS, "")
    if levels is None:
        return _STATE_DEFAULT if is_state else _EVENTS_DEFAULT
    level = _entry(levels.content, "events", type)
    if level is not None:
        return level
    if is_state:
        return _single(levels.content, "state_default", _STATE_DEFAULT)
    return _single(levels.content, "events_default", _EVENTS_DEFAULT)


def action_level(action: str, state: AuthState) -> int:
    """Return the level that `invite`, `kick`, `ban` or `redact` needs."""
    levels = state.get(POWER_LEVELS, "")
    default = _ACTION_DEFAULTS[action]
    return default if levels is None else _single(levels.content, action, default)


def notification_level(key: str, state: AuthState) -> int:
    """Return the level that a notification such as `room` (`@room`) needs.

    spec: client-server-api#conditions
    """
    levels = state.get(POWER_LEVELS, "")
    level = None if levels is None else _entry(levels.content, "notifications", key)
    return _NOTIFICATION_DEFAULT if level is None else level


def is_user_id(value: object) -> bool:
    """Tell whether a value is a user id by the grammar that a `sender` must pass."""
    if not isinstance(value, str):
        return False
    try:
        parse_user_id(value)
    except InvalidParamError:
        return False
    return True


def shape_problem(content: dict[str, object]) -> tuple[str, str] | None:
    """Return the rule (numbered as in version 12) and the reason why these levels are malformed.

    spec: rooms/v12#authorisation-rules, rules 10.1 to 10.3
    """
    # 10.1. Single levels are integers. `True` is not one, though Python thinks so.
    for name in SINGLE_LEVELS:
        if name in content and type(content[name]) is not int:
            return "10.1", f"{name} is not an integer"
    # 10.2. Maps of levels hold integers.
    for name in _LEVEL_MAPS:
        if name in content and not _is_level_map(content[name]):
            return "10.2", f"{name} is not an object of integers"
    # 10.3. So does the map of users, and its keys are user ids.
    users = content.get("users", {})
    if not (isinstance(users, dict) and _is_level_map(users) and all(map(is_user_id, users))):
        return "10.3", "users is not an object of user IDs and integers"
    return None


def authorise_power_levels(
    event: EventFields, create: Event, version: RoomVersion, state: AuthState
) -> None:
    """Apply rule 10: nobody gives or takes more power than they have.

    Raises:
        NotAllowed: the message names the rule.

    spec: rooms/v12#authorisation-rules, rule 10
    """
    # 10.1, 10.2, 10.3.
    problem = shape_problem(event.content)
    if problem is not None:
        raise refusal(version, *problem)
    # 10.4. Creators have no entry: it could only ever be wrong.
    new_users = _levels(event.content, "users")
    if version.creators_privileged and not creators(create, version).isdisjoint(new_users):
        raise refusal(version, "10.4", "a creator's power cannot be set")
    # 10.5. The first power levels of the room.
    previous = state.get(POWER_LEVELS, "")
    if previous is None:
        return
    mine = power_level(event.sender, state, version)
    # 10.6. Single levels: neither the old (10.6.1) nor the new value (10.6.2) is above the sender.
    for name, old, new in _changes(_singles(previous.content), _singles(event.content)):
        if old is not None and old > mine:
            raise refusal(version, "10.6.1", f"{name} is above your power level")
        if new is not None and new > mine:
            raise refusal(version, "10.6.2", f"{name} would be above your power level")
    # 10.7, 10.8. The same for each event type and each notification.
    for field in _LEVEL_MAPS:
        for name, old, new in _changes(
            _levels(previous.content, field), _levels(event.content, field)
        ):
            if old is not None and old > mine:
                raise refusal(version, "10.7.1", f"{field}.{name} is above your power level")
            if new is not None and new > mine:
                raise refusal(version, "10.8.1", f"{field}.{name} would be above your power level")
    # 10.9, 10.10. Users: equals are out of reach too, except oneself.
    for user, old, new in _changes(_levels(previous.content, "users"), new_users):
        if old is not None and user != event.sender and old >= mine:
            raise refusal(version, "10.9.1", f"{user} has at least your power level")
        if new is not None and new > mine:
            raise refusal(version, "10.10.1", f"{user} would be above your power level")
    # 10.11. Otherwise, allow.


def refusal(version: RoomVersion, rule: str, why: str) -> NotAllowed:
    """Make the refusal of a rule that is numbered here as in version 12."""
    kind = Malformed if rule in _SHAPE_RULES else NotAllowed
    return kind(f"rule {version.rule(rule)}: {why}")


def _single(content: dict[str, object], name: str, default: int) -> int:
    level = content.get(name)
    return level if type(level) is int else default


def _entry(content: dict[str, object], field: str, name: str) -> int | None:
    levels = content.get(field)
    if type(levels) is not dict:
        return None
    level = levels.get(name)
    return level if type(level) is int else None


def _is_level_map(value: object) -> bool:
    return isinstance(value, dict) and all(type(level) is int for level in value.values())


def _levels(content: dict[str, object], field: str) -> dict[str, int]:
    levels = content.get(field)
    if not isinstance(levels, dict):
        return {}
    return {name: level for name, level in levels.items() if type(level) is int}


def _singles(content: dict[str, object]) -> dict[str, int]:
    found = {}
    for name in SINGLE_LEVELS:
        level = content.get(name)
        if type(level) is int:
            found[name] = level
    return found


def _changes(old: dict[str, int], new: dict[str, int]) -> list[tuple[str, int | None, int | None]]:
    """Return (name, old, new) for what was added, changed or removed; `None` means absent."""
    names = [*old, *(name for name in new if name not in old)]
    return [(n, old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n)]
