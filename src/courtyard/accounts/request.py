"""Who sends a request, read from its ASGI scope: the same for ordinary and for hot routes."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from courtyard.accounts.model import Session
from courtyard.accounts.session import authenticate
from courtyard.base.settings import Settings
from courtyard.storage.database import Database

Scope = Mapping[str, Any]

ADDRESS_LENGTH_MAX = 64


def session_of(db: Database, scope: Scope, *, allow_locked: bool = False) -> Session:
    """Return the session whose token a request carries.

    Args:
        allow_locked: whether a locked account gets in, which it does only to log out.

    Raises:
        MissingTokenError, UnknownTokenError, UserLockedError: see `authenticate`.
    """
    authorization = header(scope, b"authorization")
    query_token = None
    if authorization is None and b"access_token=" in scope.get("query_string", b""):
        values = parse_qs(scope["query_string"].decode("latin-1")).get("access_token")
        query_token = values[0] if values else None
    return authenticate(
        db,
        authorization,
        query_token,
        ip=client_address(scope, db.world.settings),
        user_agent=header(scope, b"user-agent") or "",
        allow_locked=allow_locked,
    )


def header(scope: Scope, name: bytes) -> str | None:
    """Return the first value of a header; `name` is lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def client_address(scope: Scope, settings: Settings) -> str:
    """Return the client's address; behind the trusted proxy, the last one that it wrote down.

    Earlier entries of X-Forwarded-For are the client's own words.
    """
    client = scope.get("client")
    address = str(client[0]) if client else ""
    if address == settings.trusted_proxy:
        forwarded = header(scope, b"x-forwarded-for")
        if forwarded:
            return forwarded.rpartition(",")[2].strip()[:ADDRESS_LENGTH_MAX]
    return address
