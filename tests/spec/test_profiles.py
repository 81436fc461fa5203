"""Profiles, read over HTTP and written by the verbs that the profile routes call.

spec: client-server-api#profiles
"""

from typing import Any

import pytest

from courtyard.accounts.account import deactivate_account
from courtyard.accounts.profile import (
    delete_profile_field,
    member_profile,
    search_profiles,
    set_profile_field,
)
from courtyard.app.wiring import Server
from courtyard.base.errors import CourtyardError
from courtyard.base.ids import UserId
from tests.api import Api, User, q


async def _set(server: Server, user: User, field: str, value: object) -> bool:
    return await server.db.write(set_profile_field, UserId(user.id), field, value)


@pytest.mark.parametrize(
    "field, value",
    [
        ("displayname", "Alice Ünïcode"),
        ("avatar_url", "mxc://test.example/abc"),
        ("m.tz", "Europe/London"),
        ("com.example.pronouns", [{"summary": "they"}]),
        ("com.example.flag", None),
        ("com.example.count", 5),
        ("m.example-field", {"a": {"b": [1, True, None]}}),
    ],
)
async def test_a_field_that_was_set_is_shown(
    api: Api, server: Server, alice: User, field: str, value: object
) -> None:
    assert await _set(server, alice, field, value)
    assert not await _set(server, alice, field, value)
    one = await api.request("GET", f"profile/{q(alice.id)}/{field}")
    assert one.ok() == {field: value}
    whole = (await api.request("GET", f"profile/{q(alice.id)}")).ok()
    assert whole == {"displayname": "alice"} | {field: value}

    assert await server.db.write(delete_profile_field, UserId(alice.id), field)

    gone = await api.request("GET", f"profile/{q(alice.id)}/{field}")
    assert (404, "M_NOT_FOUND") == (gone.status, gone.errcode)
    assert not await server.db.write(delete_profile_field, UserId(alice.id), field)


@pytest.mark.parametrize("empty", ["", None])
async def test_an_empty_name_or_avatar_is_none(
    api: Api, server: Server, alice: User, empty: object
) -> None:
    await _set(server, alice, "avatar_url", "mxc://test.example/abc")
    for field in ("displayname", "avatar_url"):
        assert await _set(server, alice, field, empty)
    assert (await api.request("GET", f"profile/{q(alice.id)}")).ok() == {}
    assert await server.db.read(member_profile, UserId(alice.id)) == (None, None)


@pytest.mark.parametrize(
    "field, value, code",
    [
        ("displayname", 5, "bad_json"),
        ("displayname", {"a": 1}, "bad_json"),
        ("avatar_url", ["mxc://a/b"], "bad_json"),
        ("avatar_url", "https://example.com/a.png", "invalid_param"),
        ("avatar_url", "mxc://", "invalid_param"),
        ("m.tz", 1, "bad_json"),
        ("displayname", "x" * 2000, "accounts.profile_too_large"),
        ("com.example.big", "x" * 70_000, "accounts.profile_too_large"),
        ("com.example.float", 1.5, "bad_json"),
        ("com.example." + "x" * 255, 1, "accounts.key_too_large"),
        ("plain", 1, "invalid_param"),
        ("Com.Example", 1, "invalid_param"),
        ("", 1, "invalid_param"),
        ("a..b", 1, "invalid_param"),
        ("com.example.\x00", 1, "invalid_param"),
        ("com.example.é", 1, "invalid_param"),
    ],
)
async def test_what_cannot_be_a_field_changes_nothing(
    api: Api, server: Server, alice: User, field: str, value: object, code: str
) -> None:
    with pytest.raises(CourtyardError) as refused:
        await _set(server, alice, field, value)
    assert refused.value.code == code
    assert (await api.request("GET", f"profile/{q(alice.id)}")).ok() == {"displayname": "alice"}


async def test_the_limit_is_on_the_whole_profile(server: Server, alice: User) -> None:
    await _set(server, alice, "com.example.one", "x" * 40_000)
    with pytest.raises(CourtyardError) as refused:
        await _set(server, alice, "com.example.two", "x" * 40_000)
    assert refused.value.code == "accounts.profile_too_large"
    # Replacing what is there does not count it twice.
    assert await _set(server, alice, "com.example.one", "y" * 60_000)


@pytest.mark.parametrize("who", ["@nobody:test.example", "@alice:elsewhere.example"])
async def test_who_is_not_here_has_no_profile(api: Api, alice: User, who: str) -> None:
    for path in (f"profile/{q(who)}", f"profile/{q(who)}/displayname"):
        answer = await api.request("GET", path)
        assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)


@pytest.mark.parametrize("who", ["alice", "@alice", "%00", "@" + "x" * 300 + ":y"])
async def test_what_is_no_user_id(api: Api, who: str) -> None:
    answer = await api.request("GET", f"profile/{who}")
    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)


async def test_a_field_name_outside_the_grammar(api: Api, alice: User) -> None:
    answer = await api.request("GET", f"profile/{q(alice.id)}/NOT_A_FIELD")
    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)
    long = await api.request("GET", f"profile/{q(alice.id)}/a.{'x' * 300}")
    assert (400, "M_KEY_TOO_LARGE") == (long.status, long.errcode)


async def test_who_is_gone_has_no_profile(api: Api, server: Server, alice: User) -> None:
    await server.db.write(deactivate_account, UserId(alice.id), erase=True)
    answer = await api.request("GET", f"profile/{q(alice.id)}")
    assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)


async def test_profiles_are_found_by_name_and_id(
    server: Server, alice: User, bob: User, carol: User
) -> None:
    await _set(server, bob, "displayname", 'Robert "100%" O\'Alic_e')
    await _set(server, carol, "avatar_url", "mxc://test.example/c")

    async def found(term: str, limit: int = 10) -> list[str]:
        hits: list[Any] = await server.db.read(search_profiles, term, limit)
        return [hit.user_id for hit in hits]

    assert await found("ALIC") == [alice.id, bob.id]
    assert await found("alice") == [alice.id]
    assert await found('"100%"') == [bob.id]
    assert await found("%") == [bob.id]
    assert await found("_") == [bob.id]
    assert await found("\\") == []
    assert await found("zzz") == []
    assert await found("", 2) == [alice.id, bob.id]
    (carol_found,) = await server.db.read(search_profiles, "carol", 10)
    assert (carol_found.display_name, carol_found.avatar_url) == ("carol", "mxc://test.example/c")
