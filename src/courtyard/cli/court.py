"""Asking a server as one of its staff, over HTTP: so the same rules hold as for everybody else.

How a command ends: 0 done; 1 the server refused, and said why; 2 it could not be asked; 3 there is nothing to do.
"""

import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from typing import Annotated, Any, Final, NoReturn

import msgspec
import typer
from rich.console import Console, RenderableType

from courtyard.base.errors import CourtyardError
from courtyard.base.smtp_url import LOOPBACK
from courtyard.cli.court_show import safe

STAFF: Final = "/_courtyard/staff/v1"
OURS: Final = "/_courtyard/conduct/v1"
CLIENT: Final = "/_matrix/client/v3"

TOKEN: Final = "COURTYARD_TOKEN"  # noqa: S105  # the name of a variable
ANSWER_BYTES_MAX: Final = 16 * 1024 * 1024
TIMEOUT_SECONDS: Final = 60

REFUSED: Final = 1
NOTHING: Final = 3

Json = dict[str, Any]

Url = Annotated[
    str, typer.Option("--url", envvar="COURTYARD_URL", help="Where the server answers.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the server's answer as it is.")]
HERE: Final = "http://127.0.0.1:8008"


class CannotAskError(CourtyardError):
    """The server cannot be asked: no token, no answer, or something on the command line that means nothing."""

    code = "cli.cannot_ask"


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the token is for one server."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_StayHere)


class Court:
    """A server, and how to tell of its answers."""

    def __init__(self, url: str, as_json: bool) -> None:
        """Look at the address.

        Raises:
            CannotAskError: it is none, or would send the token in the clear over a network.
        """
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise CannotAskError(f"{url!r} is not the address of a server.")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise CannotAskError(f"{url} is not encrypted: use https, or a tunnel to localhost.")
        self._url = url.rstrip("/")
        self._as_json = as_json

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """Send a request as the account whose token is in `COURTYARD_TOKEN`; end with 1 if it is refused.

        Raises:
            CannotAskError: there is no token, or no answer.
        """
        token = os.environ.get(TOKEN)
        if not token:
            raise CannotAskError(f"Put your access token into {TOKEN}: courtyard conduct login.")
        return self.ask_as(token.strip(), method, path, body)

    def ask_as(self, token: str | None, method: str, path: str, body: Json | None = None) -> Json:
        """Send a request with a token, or with none.

        Raises:
            CannotAskError: there is no answer.
        """
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if method == "GET" else msgspec.json.encode(body or {})
        try:
            request = urllib.request.Request(  # noqa: S310  # http or https, as looked at above
                self._url + path, data, headers, method=method
            )
            with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return _object(answer.read(ANSWER_BYTES_MAX + 1))
        except urllib.error.HTTPError as error:
            with error:
                self._refused(error.code, _object(error.read(ANSWER_BYTES_MAX + 1)))
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise CannotAskError(f"{self._url} does not answer: {error}.") from error

    def show(self, answer: Json, *pages: RenderableType) -> None:
        """Print an answer: as JSON, or as a page for people."""
        if self._as_json:
            # In ASCII: nothing in it moves a cursor.
            print(json.dumps(answer, indent=2))
            return
        console = Console(highlight=False, markup=False, emoji=False)
        for page in pages:
            console.print(page)

    def nothing(self, answer: Json, sentence: str) -> NoReturn:
        """Say that there is nothing to do, and end with 3."""
        self.show(answer, sentence)
        raise typer.Exit(NOTHING)

    def _refused(self, status: int, body: Json) -> NoReturn:
        if "errcode" not in body:
            raise CannotAskError(f"{self._url} answers {status}, and is no Courtyard.")
        if self._as_json:
            print(json.dumps(body, indent=2))
        else:
            law = body.get("org.courtyard.law")
            because = "" if law is None else f" ({law})"
            typer.echo(safe(f"courtyard: {body.get('error')}{because}"), err=True)
        raise typer.Exit(REFUSED)


def segment(id: str) -> str:
    """Return an id as a part of a path."""
    return urllib.parse.quote(id, safe="")


def _object(raw: bytes) -> Json:
    if len(raw) > ANSWER_BYTES_MAX:
        raise CannotAskError("The answer is too long.")
    try:
        found = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}
