"""Which pages are fetched for a preview, and how their bytes are read."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.errors import InvalidParamError
from courtyard.media.rules_preview import joined, parse_places, parse_url, text_of, unpacked

WEB = parse_places("80 443", "")


@pytest.mark.parametrize(
    "written, asked",
    [
        ("https://example.org", "https://example.org/"),
        ("HTTP://Example.ORG:80/a b?c=d e#f", "http://example.org/a%20b?c=d%20e"),
        ("https://example.org/a%20b/%E4%BD%A0", "https://example.org/a%20b/%E4%BD%A0"),
        ("https://例子.example/你?好", "https://xn--fsqu00a.example/%E4%BD%A0?%E5%A5%BD"),
        ("https://[2606:4700::1]/", "https://[2606:4700::1]/"),
        ("https://example.org/a\r\nHost: x", "https://example.org/aHost:%20x"),
        ("https://example.org/\x00", "https://example.org/%00"),
    ],
)
def test_an_address_is_asked_for_in_ascii(written: str, asked: str) -> None:
    assert parse_url(written, WEB) == asked


@pytest.mark.parametrize(
    "written",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://user@example.org/",
        "https://bank.example@example.org/",
        "https://example.org:22/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1/",
        "https://a..b/",
        f"https://{'a.' * 200}b/",
        f"https://example.org/{'a' * 2048}",
        "https://exa mple.org/",
        "https://example.org\\@a.example/",
        "https://[fe80::1%25eth0]/",
    ],
)
def test_what_is_no_page_is_not_asked_for(written: str) -> None:
    with pytest.raises(InvalidParamError):
        parse_url(written, WEB)


@given(st.text())
def test_what_is_asked_for_can_stand_in_a_request(text: str) -> None:
    asked = parse_url("https://example.org/?" + text, WEB) if len(text) < 100 else "x"

    assert asked.isascii()
    assert not set(asked) & set(" \r\n\t\x00")


def test_a_reference_is_looked_at_like_an_address() -> None:
    assert joined("https://a.example/b/c", "../d", WEB) == "https://a.example/d"
    assert joined("https://a.example/b", "//c.example/d", WEB) == "https://c.example/d"
    for reference in ("ftp://a.example", "data:image/png;base64,AA", "//a.example:22/", "//[", ""):
        if reference == "":
            assert joined("https://a.example/b", reference, WEB) == "https://a.example/b"
            continue
        with pytest.raises(InvalidParamError):
            joined("https://a.example/b", reference, WEB)


def test_an_operator_names_ports_and_networks() -> None:
    places = parse_places("80 443 8080", "127.0.0.1/32 fd00::/8")

    assert parse_url("http://a.example:8080/", places) == "http://a.example:8080/"
    assert places.may_reach("127.0.0.1")
    assert places.may_reach("fd00::1")
    assert places.may_reach("1.1.1.1")
    for address in ("127.0.0.2", "10.0.0.1", "::1", "::ffff:127.0.0.1", "", "x"):
        assert not places.may_reach(address), address


@pytest.mark.parametrize(
    "ports, networks",
    [("", ""), ("80,443", ""), ("0", ""), ("65536", ""), ("80", "10.0.0.1/8"), ("80", "x")],
)
def test_settings_that_cannot_be_read_are_refused(ports: str, networks: str) -> None:
    with pytest.raises(InvalidParamError):
        parse_places(ports, networks)


def test_what_was_packed_is_unpacked_within_its_limit() -> None:
    text = b"a page " * 100
    bomb = gzip.compress(bytes(50_000_000))

    assert unpacked(text, "", 10_000) == text
    assert unpacked(gzip.compress(text), "GZIP", 10_000) == text
    assert unpacked(zlib.compress(text), "deflate", 10_000) == text
    assert unpacked(gzip.compress(text)[:-8], "gzip", 10) == text[:10]
    assert len(unpacked(bomb, "gzip", 1000)) == 1000
    for encoding in ("br", "gzip, gzip", "zstd"):
        with pytest.raises(ValueError, match="packed"):
            unpacked(text, encoding, 1000)
    with pytest.raises(ValueError, match="broken"):
        unpacked(text, "gzip", 1000)


@pytest.mark.parametrize(
    "body, content_type, text",
    [
        ("é你".encode(), "text/html", "é你"),
        ("é你".encode(), "text/html; charset=nonsense", "é你"),
        ("é".encode("latin-1"), "text/html; charset=ISO-8859-1", "é"),
        (b"\x93a\x94", 'text/html; charset="iso-8859-1"', "“a”"),  # as browsers read it
        ("你好".encode("gb18030"), "text/html;charset=gb2312", "你好"),
        ("你好".encode("big5"), "text/html; charset=big5", "你好"),
        ("日本".encode("shift_jis"), "text/html; charset=Shift_JIS", "日本"),
        ("Привет".encode("cp1251"), "text/html; charset=windows-1251", "Привет"),
        (b"\xff\xfe" + "a你".encode("utf-16-le"), "text/html", "a你"),
        (b"\xef\xbb\xbfa", "text/html; charset=gbk", "a"),
        (b"a\xffb", "text/html; charset=utf-8", "a\ufffdb"),
        (b"abc", "text/html; charset=hex", "abc"),
        (b"+ADw-", "text/html; charset=utf-7", "+ADw-"),
        (b"abc", "text/html; charset=" + "x" * 100_000, "abc"),
        (b"abc", "text/html; charset=\u4f60", "abc"),
    ],
)
def test_a_page_is_read_as_it_was_written(body: bytes, content_type: str, text: str) -> None:
    assert text_of(body, content_type) == text


def test_a_page_may_say_itself_how_it_was_written() -> None:
    page = '<meta charset="gbk"><title>你好</title>'.encode("gbk")
    lying = b'<meta charset="utf-16"><title>hello</title>'

    assert "你好" in text_of(page, "text/html")
    assert "hello" in text_of(lying, "text/html")


@given(st.binary(max_size=300), st.text(max_size=80))
def test_anything_can_be_read(body: bytes, content_type: str) -> None:
    assert isinstance(text_of(body, content_type), str)
