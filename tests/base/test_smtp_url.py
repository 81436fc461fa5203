"""The address of a mail server, and how mail gets there."""

import pytest

from courtyard.base.errors import InvalidParamError
from courtyard.base.smtp_url import SmtpServer, parse_smtp_url


def server(host: str, port: int, tls: str, user: str = "", password: str = "") -> SmtpServer:
    return SmtpServer(host=host, port=port, tls=tls, user=user, password=password)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url,meant",
    [
        ("smtp://localhost", server("localhost", 587, "none")),
        ("smtp://127.0.0.1:25", server("127.0.0.1", 25, "none")),
        ("smtp://[::1]:25/", server("::1", 25, "none")),
        ("smtp://mail.example", server("mail.example", 587, "starttls")),
        ("smtps://mail.example", server("mail.example", 465, "tls")),
        ("smtps://localhost:4650", server("localhost", 4650, "tls")),
        (
            "smtps://us%40er:p%3A%2F@mail.example",
            server("mail.example", 465, "tls", "us@er", "p:/"),
        ),
        ("smtp://user@mail.example", server("mail.example", 587, "starttls", "user")),
        ("smtp://us@er:p@mail.example", server("mail.example", 587, "starttls", "us@er", "p")),
    ],
)
def test_an_address_says_where_and_how(url: str, meant: SmtpServer) -> None:
    assert parse_smtp_url(url) == meant


@pytest.mark.parametrize(
    "url",
    [
        *("mail.example", "mail.example:25", "http://mail.example", "smtp://", "smtp://user@"),
        *("smtp://mail.example:x", "smtp://mail.example:70000", "smtp://mail.example/path"),
        *("smtp://mail.example?a=b", "smtp://mail.example#a", "smtp://mäil.example", "smtp://[::1"),
        "smtp://u%ff:p@mail.example",
    ],
)
def test_what_is_none_is_refused(url: str) -> None:
    with pytest.raises(InvalidParamError, match="smtp_url"):
        parse_smtp_url(url)
