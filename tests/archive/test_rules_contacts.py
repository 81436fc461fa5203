"""People as a vCard, whatever they call themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.archive.rules_contacts import escape, fold, matrix_uri, vcards
from courtyard.base.ids import UserId

BOB = UserId("@bob:test.example")


def test_a_card() -> None:
    assert vcards([(BOB, "Bob"), (UserId("@c/d:x:8448"), None)]).decode() == (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:matrix:u/bob:test.example\r\nFN:Bob\r\n"
        "IMPP:matrix:u/bob:test.example\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:matrix:u/c%2Fd:x:8448\r\nFN:@c/d:x:8448\r\n"
        "IMPP:matrix:u/c%2Fd:x:8448\r\nEND:VCARD\r\n"
    )


def test_nobody() -> None:
    assert vcards([]) == b""


@pytest.mark.parametrize(
    "name, escaped",
    [
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("a\r\nEND:VCARD\nb", "a\\nEND:VCARD\\nb"),
        ("a\u2028b", "a\\nb"),
        ("a\x07\u202eb", "ab"),
        ("\ud800x", "?x"),
    ],
)
def test_a_name_stays_one_value(name: str, escaped: str) -> None:
    assert escape(name) == escaped


def test_an_address_is_plain() -> None:
    assert matrix_uri(UserId("@ä b:x")) == "matrix:u/%C3%A4%20b:x"


@given(st.text())
def test_long_lines_are_folded_between_characters(text: str) -> None:
    line = "FN:" + escape(text)
    folded = fold(line)
    pieces = folded.split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


def test_a_long_name_is_folded() -> None:
    assert fold("x" * 76) == "x" * 75 + "\r\n x"
    assert fold("x" * 74 + "ä") == "x" * 74 + "\r\n ä"
    assert fold("") == ""
