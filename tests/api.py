"""A small Matrix client for tests: it talks to a server inside the test's own process, or to an address."""

import itertools
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

CLIENT = "/_matrix/client/v3"
PASSWORD = "correct horse battery staple"  # of accounts that live for one test


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    body: Any
    headers: httpx.Headers

    @property
    def errcode(self) -> str | None:
        """The Matrix error code, if there is one."""
        return self.body.get("errcode") if isinstance(self.body, dict) else None

    def ok(self) -> Any:
        """Return the body of a 200; fail with the whole answer otherwise."""
        assert self.status == 200, (self.status, self.body)
        return self.body


class Api:
    """Requests without an account."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """Use an HTTP client (whose hooks may hold each answer against the specification)."""
        self.http = http
        self._names = itertools.count(1)

    async def request(  # one for each part of a request
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        token: str | None = None,
        params: dict[str, Any] | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request. `path` starts with `/`, or is relative to the client API."""
        url = path if path.startswith("/") else f"{CLIENT}/{path}"
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        response = await self.http.request(
            method, url, json=json, params=params, content=content, headers=sent
        )
        kind = response.headers.get("content-type", "")
        is_json = kind.startswith("application/json") and method != "HEAD"
        body = response.json() if is_json else response.content
        assert response.headers.get("access-control-allow-origin") == "*"
        assert response.status_code < 500, body
        return Answer(response.status_code, body, response.headers)

    async def register(self, name: str | None = None, *, device: str | None = None) -> "User":
        """Make an account with a fresh name."""
        username = name or f"user{next(self._names)}"
        body: dict[str, Any] = {
            "username": username,
            "password": PASSWORD,
            "auth": {"type": "m.login.dummy"},
        }
        if device:
            body["device_id"] = device
        made = (await self.request("POST", "register", body)).ok()
        return User(self, made["user_id"], made["device_id"], made["access_token"])

    async def login(self, user_id: str, *, device: str | None = None) -> "User":
        """Log in to an account made by `register`."""
        body: dict[str, Any] = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user_id},
            "password": PASSWORD,
        }
        if device:
            body["device_id"] = device
        made = (await self.request("POST", "login", body)).ok()
        return User(self, made["user_id"], made["device_id"], made["access_token"])


class User:
    """One logged-in device."""

    def __init__(self, api: Api, user_id: str, device_id: str, token: str) -> None:
        """Remember the token."""
        self.api = api
        self.id = user_id
        self.device_id = device_id
        self.token = token
        self._txn = itertools.count(1)

    async def request(self, method: str, path: str, json: Any = None, **rest: Any) -> Answer:
        """Send one request as this device."""
        return await self.api.request(method, path, json, token=self.token, **rest)

    async def get(self, path: str, **params: Any) -> Answer:
        """GET with query parameters."""
        return await self.request("GET", path, params=params or None)

    async def post(self, path: str, json: Any = None) -> Answer:
        """POST a JSON object."""
        return await self.request("POST", path, {} if json is None else json)

    async def put(self, path: str, json: Any = None) -> Answer:
        """PUT a JSON object."""
        return await self.request("PUT", path, {} if json is None else json)

    async def create_room(self, **body: Any) -> str:
        """Make a room and return its id."""
        return str((await self.post("createRoom", body)).ok()["room_id"])

    async def join(self, room_id: str) -> Answer:
        """Join a room by id or alias."""
        return await self.post(f"join/{q(room_id)}")

    async def leave(self, room_id: str) -> Answer:
        """Leave a room."""
        return await self.post(f"rooms/{q(room_id)}/leave")

    async def invite(self, room_id: str, user_id: str) -> Answer:
        """Invite somebody."""
        return await self.post(f"rooms/{q(room_id)}/invite", {"user_id": user_id})

    async def send(
        self, room_id: str, content: Any, type: str = "m.room.message", txn: str | None = None
    ) -> Answer:
        """Send a message event."""
        txn_id = txn or f"t{next(self._txn)}"
        return await self.put(f"rooms/{q(room_id)}/send/{q(type)}/{q(txn_id)}", content)

    async def say(self, room_id: str, body: str) -> str:
        """Send a text and return its event id."""
        return str((await self.send(room_id, text(body))).ok()["event_id"])

    async def state(self, room_id: str, type: str, content: Any, state_key: str = "") -> Answer:
        """Send a state event."""
        return await self.put(f"rooms/{q(room_id)}/state/{q(type)}/{q(state_key)}", content)

    async def sync(self, since: str | None = None, timeout: int = 0, **params: Any) -> Any:  # noqa: ASYNC109
        """Return one sync answer; `timeout` in milliseconds."""
        if since is not None:
            params["since"] = since
        return (await self.get("sync", timeout=timeout, **params)).ok()


def q(segment: str) -> str:
    """Percent-encode one path segment, slashes included."""
    return quote(segment, safe="")


def text(body: str) -> dict[str, str]:
    """Content of a text message."""
    return {"msgtype": "m.text", "body": body}
