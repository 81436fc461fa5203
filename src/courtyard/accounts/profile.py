"""Profiles: display name, avatar, time zone and any custom field.

The functions that write take no permit: whoever calls them has one (`Action.PROFILE_EDIT`) and tells the rooms.

spec: client-server-api#profiles
"""

from collections.abc import Callable
from typing import Final

import msgspec

from courtyard.accounts import rules, store
from courtyard.base import canonical_json
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx, WriteTx

SEARCH_MAX = 50
"""Results of one search at the most."""


ON_PROFILE_CHANGED: list[Callable[[WriteTx, UserId], None]] = []
"""Called with (tx, user_id) in the same transaction, after a field was set or deleted. `app` adds what higher floors
derive from profiles."""


WITHHELD_BY: list[Callable[[ReadTx, UserId], dict[str, object] | None]] = []
"""Asked with (tx, user_id) before a profile is shown to others: a note that says why its name and picture are not, or None.
`app` adds what higher floors know."""

WITHHELD: Final = "org.courtyard.withheld"
"""Where an answer says that a decision keeps name and picture from others."""

NAMES: Final = ("displayname", "avatar_url")
"""The fields that can be withheld."""


class ProfileHit(msgspec.Struct, frozen=True, kw_only=True):
    """An account that matches a search."""

    user_id: UserId
    display_name: str | None = None
    avatar_url: str | None = None


def get_profile(tx: ReadTx, user_id: UserId) -> dict[str, object]:
    """Return a whole profile.

    Raises:
        NotFoundError: there is no such account here, or it is gone.
    """
    fields = store.profile(tx, user_id)
    if not fields:
        _must_be_active(tx, user_id)
    return {field: msgspec.json.decode(value) for field, value in fields.items()}


def why_withheld(tx: ReadTx, user_id: UserId) -> dict[str, object] | None:
    """Return why name and picture of a profile are not shown to others now; None: they are."""
    return next((note for ask in WITHHELD_BY if (note := ask(tx, user_id)) is not None), None)


def profile_for_others(tx: ReadTx, user_id: UserId) -> dict[str, object]:
    """Return a whole profile as everybody but its account may have it.

    Raises:
        NotFoundError: there is no such account here, or it is gone.
    """
    profile = get_profile(tx, user_id)
    note = why_withheld(tx, user_id)
    if note is None:
        return profile
    return {key: value for key, value in profile.items() if key not in NAMES} | {WITHHELD: note}


def get_profile_field(tx: ReadTx, user_id: UserId, field: str) -> object:
    """Return one field of a profile.

    Raises:
        NotFoundError: the account or the field is not there.
    """
    value = store.profile_field(tx, user_id, field)
    if value is None:
        message = "There is no such profile field."
        raise NotFoundError(message)
    return msgspec.json.decode(value)


def member_profile(tx: ReadTx, user_id: UserId) -> tuple[str | None, str | None]:
    """Return display name and avatar, as membership events carry them."""
    fields = store.profile(tx, user_id)
    name, avatar = (fields.get(field) for field in ("displayname", "avatar_url"))
    return (
        None if name is None else str(msgspec.json.decode(name)),
        None if avatar is None else str(msgspec.json.decode(avatar)),
    )


def set_profile_field(tx: WriteTx, user_id: UserId, field: str, value: object) -> bool:
    """Store one field of a profile; tell whether anything changed. The caller holds the permit.

    An empty or null display name or avatar is taken as the wish to have none.

    Args:
        user_id: an account of this server.
        field: `displayname`, `avatar_url`, `m.tz` or a namespaced name.
        value: a string for the known fields, otherwise any canonical JSON.

    Raises:
        InvalidParamError, KeyTooLargeError: the field's name is not accepted.
        BadJsonError, ProfileTooLargeError: the value is not accepted.

    spec: client-server-api#put_matrixclientv3profileuseridkeyname
    """
    rules.check_profile_key(field)
    if field in {"displayname", "avatar_url"} and (value is None or value == ""):
        return delete_profile_field(tx, user_id, field)
    rules.check_profile_value(field, value)
    text = canonical_json.encode(value).decode()
    fields = store.profile(tx, user_id)
    if fields.get(field) == text:
        return False
    fields[field] = text
    rules.check_profile_size(_size_bytes(fields))
    store.put_profile_field(tx, user_id, field, text)
    _tell(tx, user_id)
    return True


def delete_profile_field(tx: WriteTx, user_id: UserId, field: str) -> bool:
    """Delete one field of a profile; tell whether it was there. The caller holds the permit.

    Raises:
        InvalidParamError, KeyTooLargeError: no field can have this name.
    """
    rules.check_profile_key(field)
    deleted = bool(store.delete_profile_field(tx, user_id, field))
    if deleted:
        _tell(tx, user_id)
    return deleted


def search_profiles(tx: ReadTx, term: str, limit: int, *, after: str = "") -> list[ProfileHit]:
    """Return accounts whose id or display name contains a term. It asks nobody who may see whom: the caller does.

    Args:
        term: as typed; case is ignored for ASCII.
        limit: results at the most, up to `SEARCH_MAX`.
        after: the id of the last result before; they come in the order of their ids.
    """
    escaped = term.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    # The name is stored as JSON text, in which a quote or backslash is escaped once more.
    in_json = msgspec.json.encode(term.lower()).decode()[1:-1]
    in_json = in_json.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = store.search_profiles(
        tx, f"@%{escaped}%:%", f"%{in_json}%", min(limit, SEARCH_MAX), after=after
    )
    return [
        ProfileHit(
            user_id=user_id,
            display_name=None if name is None else msgspec.json.decode(name, type=str),
            avatar_url=None if avatar is None else msgspec.json.decode(avatar, type=str),
        )
        for user_id, name, avatar in found
    ]


def _tell(tx: WriteTx, user_id: UserId) -> None:
    for hook in ON_PROFILE_CHANGED:
        hook(tx, user_id)


def _must_be_active(tx: ReadTx, user_id: UserId) -> None:
    account = store.account(tx, user_id)
    if account is None or account.deactivated_at is not None:
        message = "There is no such profile."
        raise NotFoundError(message)


def _size_bytes(fields: dict[str, str]) -> int:
    """Return the size of a profile as one canonical JSON object."""
    # Quotes and colon around each name, commas between, braces around all. Names are plain ASCII.
    return 2 + sum(len(field) + len(value.encode()) + 4 for field, value in fields.items())
