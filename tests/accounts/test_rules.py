"""Names, passwords, profiles: what is accepted."""

import pytest

from courtyard.accounts import rules
from courtyard.accounts.model import (
    InvalidUsernameError,
    KeyTooLargeError,
    ProfileTooLargeError,
    WeakPasswordError,
)
from courtyard.base.errors import BadJsonError, CourtyardError, InvalidParamError, TooLargeError
from courtyard.base.ids import ServerName

SERVER = ServerName("test.example")


@pytest.mark.parametrize("name", ["a", "alice", "a.b_c=d-e/f+g", "0", "12345", "x" * 241])
def test_names_in_the_grammar_are_accepted(name: str) -> None:
    assert rules.new_user_id(name, SERVER) == f"@{name}:test.example"


@pytest.mark.parametrize("name", ["", " ", "a b", "a:b", "é", "İ", "a\n", "x" * 242, "a#", "@a"])
def test_names_outside_the_grammar_are_refused(name: str) -> None:
    with pytest.raises(InvalidUsernameError):
        rules.new_user_id(name, SERVER)


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("alice", "@alice:test.example"),
        ("Alice", "@alice:test.example"),
        ("@alice:test.example", "@alice:test.example"),
        ("@ALICE:test.example", "@alice:test.example"),
        ("@alice:elsewhere.example", None),
        ("@alice", None),
        ("a:b", None),
        ("", "@:test.example"),
        ("\x00", None),
        ("x" * 300, None),
    ],
)
def test_what_somebody_types_as_their_name(typed: str, expected: str | None) -> None:
    assert rules.named_user(typed, SERVER) == expected


def test_passwords_have_two_bounds() -> None:
    rules.check_password("123456")
    rules.check_password("🦆" * 256)
    with pytest.raises(WeakPasswordError):
        rules.check_password("12345")
    with pytest.raises(InvalidParamError):
        rules.check_password("🦆" * 257)


@pytest.mark.parametrize("token", ["a", "A-z_0.9~", "x" * 64])
def test_registration_tokens_in_the_grammar(token: str) -> None:
    rules.check_registration_token(token)


@pytest.mark.parametrize("token", ["", "a b", "x" * 65, "é", "a\n"])
def test_registration_tokens_outside_the_grammar(token: str) -> None:
    with pytest.raises(InvalidParamError):
        rules.check_registration_token(token)


def test_device_ids_and_names() -> None:
    assert rules.check_device_id("PHONE") == "PHONE"
    with pytest.raises(InvalidParamError):
        rules.check_device_id("")
    assert rules.check_display_name(None) is None
    assert rules.check_display_name("x" * 1024) == "x" * 1024
    with pytest.raises(TooLargeError):
        rules.check_display_name("x" * 1025)


@pytest.mark.parametrize("key", ["displayname", "avatar_url", "m.tz", "a.b", "com.example.a-b_c"])
def test_profile_keys_in_the_grammar(key: str) -> None:
    rules.check_profile_key(key)


@pytest.mark.parametrize(
    "key, error",
    [
        ("x", InvalidParamError),
        ("1.a", InvalidParamError),
        ("a.", InvalidParamError),
        ("a.B", InvalidParamError),
        ("a.\n", InvalidParamError),
        ("a." + "x" * 254, KeyTooLargeError),
    ],
)
def test_profile_keys_outside_the_grammar(key: str, error: type[CourtyardError]) -> None:
    with pytest.raises(error):
        rules.check_profile_key(key)


@pytest.mark.parametrize(
    "key, value, error",
    [
        ("displayname", None, BadJsonError),
        ("displayname", True, BadJsonError),
        ("avatar_url", "mxc://a", InvalidParamError),
        ("avatar_url", "mxc://a/b c", InvalidParamError),
        ("avatar_url", "mxc://a/" + "x" * 1024, ProfileTooLargeError),
        ("m.tz", "x" * 1025, ProfileTooLargeError),
    ],
)
def test_profile_values_of_known_fields(
    key: str, value: object, error: type[CourtyardError]
) -> None:
    with pytest.raises(error):
        rules.check_profile_value(key, value)


def test_profile_values_that_are_accepted() -> None:
    rules.check_profile_value("displayname", "")
    rules.check_profile_value("avatar_url", "")
    rules.check_profile_value("avatar_url", "mxc://a/b")
    rules.check_profile_value("com.example.any", {"a": [1]})
    rules.check_profile_size(65536)
    with pytest.raises(ProfileTooLargeError):
        rules.check_profile_size(65537)
