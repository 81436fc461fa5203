"""What a client may write into the events that the rules and the server itself read later.

The authorisation rules look at little of an event. Other code reads names, aliases and
visibilities, and everything here is checked once, at the client's edge, so that it can rely on them.
Content that is already in a room may still be anything: it could have been imported or redacted.

Only types that the server reads are listed. Unknown members, and all other types, are the client's.

spec: client-server-api#room-events
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from courtyard.base.errors import BadJsonError
from courtyard.base.ids import parse_room_alias, parse_user_id
from courtyard.rooms import model
from courtyard.rooms.rules_power import shape_problem


class _Field(NamedTuple):
    name: str
    is_right: Callable[[object], bool]
    what: str
    required: bool = False


def _is_string(value: object) -> bool:
    return isinstance(value, str)


def _is_string_or_null(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _is_integer(value: object) -> bool:
    return type(value) is int


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _string(name: str, *, required: bool = False) -> _Field:
    return _Field(name, _is_string, "a string", required)


def _nullable(name: str) -> _Field:
    return _Field(name, _is_string_or_null, "a string")


def _strings(name: str) -> _Field:
    return _Field(name, _is_strings, "an array of strings")


def _one_of(name: str, values: frozenset[str]) -> _Field:
    def is_right(value: object) -> bool:
        return isinstance(value, str) and value in values

    return _Field(name, is_right, "one of " + ", ".join(sorted(values)), required=True)


_FIELDS: Mapping[str, tuple[_Field, ...]] = MappingProxyType(
    {
        model.CREATE: (
            _string("room_version"),
            _string("type"),
            _Field("m.federate", _is_boolean, "true or false"),
            _Field("predecessor", _is_object, "an object"),
        ),
        # Only its shape: whoever lets a client join must not believe a claim about who authorised it.
        model.MEMBER: (
            _one_of("membership", model.MEMBERSHIPS),
            _nullable("displayname"),
            _nullable("avatar_url"),
            _nullable("reason"),
            _Field("is_direct", _is_boolean, "true or false"),
            _string("join_authorised_via_users_server"),
            _Field("third_party_invite", _is_object, "an object"),
        ),
        # `allow` may be anything: what is not a condition counts as one that nobody meets.
        model.JOIN_RULES: (_one_of("join_rule", model.JOIN_RULE_VALUES),),
        model.HISTORY_VISIBILITY: (_one_of("history_visibility", model.HISTORY_VISIBILITIES),),
        model.GUEST_ACCESS: (
            _one_of("guest_access", frozenset({model.GUESTS_CAN_JOIN, model.GUESTS_FORBIDDEN})),
        ),
        model.CANONICAL_ALIAS: (_nullable("alias"), _strings("alt_aliases")),
        model.NAME: (_nullable("name"),),
        model.TOPIC: (_nullable("topic"),),
        model.AVATAR: (_nullable("url"), _Field("info", _is_object, "an object")),
        model.ENCRYPTION: (
            _string("algorithm", required=True),
            _Field("rotation_period_ms", _is_integer, "an integer"),
            _Field("rotation_period_msgs", _is_integer, "an integer"),
        ),
        model.TOMBSTONE: (_string("replacement_room"), _nullable("body")),
        model.PINNED_EVENTS: (_strings("pinned"),),
        model.SERVER_ACL: (_strings("allow"), _strings("deny")),
        model.REDACTION: (_string("redacts"), _nullable("reason")),
        model.THIRD_PARTY_INVITE: (
            _string("display_name"),
            _string("key_validity_url"),
            _string("public_key"),
            _Field("public_keys", _is_objects, "an array of objects"),
        ),
    }
)


def check_content(type: str, state_key: str | None, content: dict[str, object]) -> None:
    """Check the shape of what a client wants to write. `state_key` is `None` for a message.

    Raises:
        BadJsonError: a member has the wrong type or an unknown value; the message names it.
        InvalidParamError: a string is no alias or no user id where one must stand.
    """
    for field in _FIELDS.get(type, ()):
        if field.name not in content:
            if field.required:
                raise BadJsonError(f"{type} needs {field.name}: {field.what}.")
        elif not field.is_right(content[field.name]):
            raise BadJsonError(f"{field.name} of {type} must be {field.what}.")
    if type == model.POWER_LEVELS:
        problem = shape_problem(content)
        if problem is not None:
            raise BadJsonError(f"{type}: {problem[1]}.")
    elif type == model.MEMBER and state_key is not None:
        parse_user_id(state_key)
    elif type == model.CANONICAL_ALIAS:
        for alias in aliases(content):
            parse_room_alias(alias)


def aliases(content: dict[str, object]) -> list[str]:
    """Return every alias that a `m.room.canonical_alias` content names, the canonical one first."""
    alias, others = content.get("alias"), content.get("alt_aliases")
    listed = [alias, *(others if isinstance(others, list) else ())]
    # An empty alias means that there is none.
    return [name for name in listed if isinstance(name, str) and name]
