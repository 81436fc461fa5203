"""Ids, names and headers, without a database."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.ids import ServerName
from courtyard.media import rules

HOME = ServerName("home.example:8448")


@pytest.mark.parametrize("text", ["a", "A-z_09", "x" * 128])
def test_a_media_id_has_few_characters(text: str) -> None:
    assert rules.parse_media_id(text) == text


@pytest.mark.parametrize("text", ["", "..", "a/b", "a b", "ä", "a\n", "x" * 129, "a%2f"])
def test_other_characters_name_nothing(text: str) -> None:
    with pytest.raises(NotFoundError):
        rules.parse_media_id(text)


@pytest.mark.parametrize(
    "header, expected",
    [
        (None, "application/octet-stream"),
        ("", "application/octet-stream"),
        ("image/png", "image/png"),
        (" image/png ", "image/png"),
        ("Image/PNG", "Image/PNG"),
        ('text/plain; charset="utf-8"', 'text/plain; charset="utf-8"'),
        ("text/plain;charset=utf-8; format=flowed", "text/plain;charset=utf-8; format=flowed"),
        ("text", "application/octet-stream"),
        ("text/plain, text/html", "application/octet-stream"),
        ("text/plain\r\nX: y", "application/octet-stream"),
        ("text/plain; charset", "application/octet-stream"),
        ("a/" + "b" * 300, "application/octet-stream"),
    ],
)
def test_a_type_is_kept_if_it_is_one(header: str | None, expected: str) -> None:
    assert rules.clean_content_type(header) == expected


def test_only_the_opaque_type_is_opaque() -> None:
    assert rules.is_opaque("application/octet-stream")
    assert rules.is_opaque("Application/Octet-Stream; a=b")
    assert not rules.is_opaque("image/png")


@pytest.mark.parametrize(
    "name, expected",
    [
        (None, None),
        ("", None),
        (" ", None),
        (".", None),
        ("..", None),
        ("\x00\x1f\u202e", None),
        ("a.txt", "a.txt"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\a.txt", "C:_a.txt"),
        ("exe.\u202egpj.a", "exe.gpj.a"),
        ("a\r\nb", "ab"),
        ("x" * 300, "x" * 255),
        ("x" * 300 + ".jpeg", "x" * 250 + ".jpeg"),
        ("x" * 3 + "." + "y" * 300, "xxx." + "y" * 251),
    ],
)
def test_a_file_name_leads_nowhere(name: str | None, expected: str | None) -> None:
    assert rules.clean_filename(name) == expected


@pytest.mark.parametrize(
    "kind, name, expected",
    [
        ("image/png", None, "inline"),
        ("IMAGE/PNG; x=y", None, "inline"),
        ("image/svg+xml", None, "attachment"),
        ("text/html", "a b.html", 'attachment; filename="a b.html"'),
        ("text/plain", 'a"b\\c', 'inline; filename="a\\"b\\\\c"'),
        ("text/plain", "a;b", 'inline; filename="a;b"'),
        ("text/plain", "ü/😀", "inline; filename*=utf-8''%C3%BC%2F%F0%9F%98%80"),
    ],
)
def test_the_disposition_follows_the_type(kind: str, name: str | None, expected: str) -> None:
    assert rules.disposition(kind, name) == expected


@given(st.text())
def test_every_name_makes_one_plain_header(name: str) -> None:
    header = rules.disposition("text/plain", rules.clean_filename(name))

    assert header.isascii()
    assert header.isprintable()


def test_a_thumbnail_is_always_shown_in_place() -> None:
    assert rules.thumbnail_disposition("image/jpeg") == 'inline; filename="thumbnail.jpg"'
    assert rules.thumbnail_disposition("image/webp") == 'inline; filename="thumbnail.webp"'


def test_items_are_found_wherever_an_event_names_them() -> None:
    content = {
        "url": f"mxc://{HOME}/a",
        "file": {"url": f"mxc://{HOME}/b"},
        "info": {"thumbnail_url": f"mxc://{HOME}/c", "thumbnail_file": {"url": f"mxc://{HOME}/a"}},
        "formatted_body": f'<img src="mxc://{HOME}/d">',
        "list": [[f"mxc://{HOME}/e#fragment"]],
        "else": ["mxc://other.example/f", f"mxc://{HOME}/", f"mxc://{HOME}/{'x' * 200}", 7],
    }

    found = rules.local_media_ids(msgspec.json.encode(content), HOME)

    assert found == ("a", "b", "c", "d", "e")


def test_the_items_of_an_event_are_bounded() -> None:
    json = msgspec.json.encode([f"mxc://{HOME}/{n}" for n in range(5000)])

    assert len(rules.local_media_ids(json, HOME)) == rules.URIS_MAX


@pytest.mark.parametrize(
    "header, expected",
    [
        (None, None),
        ("", None),
        ("bytes=0-0", (0, 1)),
        ("bytes=2-", (2, 10)),
        ("bytes=-4", (6, 10)),
        ("bytes=-40", (0, 10)),
        ("bytes=2-400", (2, 10)),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
        ("bytes=" + "9" * 19 + "-", None),
    ],
)
def test_one_plain_range_is_understood(header: str | None, expected: object) -> None:
    assert rules.parse_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(InvalidParamError):
        rules.parse_range(header, 10)


@pytest.mark.parametrize(
    "header, expected",
    [
        (None, False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
    ],
)
def test_a_client_says_what_it_has(header: str | None, *, expected: bool) -> None:
    assert rules.matches(header, '"a"') is expected
