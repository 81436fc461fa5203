"""spec: client-server-api#api-standards."""

from collections.abc import AsyncIterator

import pytest

from tests.api import Api, User


async def test_an_unknown_endpoint_is_not_recognised(api: Api) -> None:
    """404 M_UNRECOGNIZED for a path that nobody answers."""
    answer = await api.request("GET", "/_matrix/client/v3/nothing_here")

    assert (answer.status, answer.errcode) == (404, "M_UNRECOGNIZED")


async def test_a_wrong_method_is_not_recognised(api: Api) -> None:
    """405 M_UNRECOGNIZED for a path that answers other methods."""
    answer = await api.request("DELETE", "/_matrix/client/versions")

    assert (answer.status, answer.errcode) == (405, "M_UNRECOGNIZED")


async def test_head_is_get_without_the_body(api: Api, alice: User) -> None:
    """RFC 9110, section 9.3.2: the same status and headers, also where the request is refused."""
    for path in ("/_matrix/client/versions", "account/whoami", "sync", "profile/@nobody:nowhere"):
        whole = await alice.get(path)
        bare = await alice.request("HEAD", path)

        assert (whole.status, b"") == (bare.status, bare.body), path
        assert whole.headers["content-type"] == bare.headers["content-type"]
        assert bare.headers["content-length"] != "0"
    only_post = await alice.request("HEAD", "createRoom")
    assert only_post.status == 405


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("GET", "rooms/!nowhere:localhost/messages", None),
        ("GET", "rooms/!nowhere:localhost/messages?dir=sideways", None),
        ("POST", "createRoom", b"no json"),
        ("GET", "rooms/%ff/messages", None),
    ],
)
async def test_who_asks_comes_before_what_is_asked(
    api: Api, method: str, path: str, body: bytes | None
) -> None:
    """A stranger hears that a token is missing, whatever else is wrong."""
    missing = await api.request(method, path, content=body)
    unknown = await api.request(method, path, content=body, token="of nobody")

    assert (401, "M_MISSING_TOKEN") == (missing.status, missing.errcode)
    assert (401, "M_UNKNOWN_TOKEN") == (unknown.status, unknown.errcode)


@pytest.mark.parametrize("path", ["/_matrix/client/versions", "/_matrix/client/v3/nothing_here"])
async def test_a_preflight_request_is_answered(api: Api, path: str) -> None:
    """spec: client-server-api#web-browser-clients."""
    answer = await api.request("OPTIONS", path)

    assert answer.status == 200
    assert "Authorization" in answer.headers["access-control-allow-headers"]


async def test_the_versions_are_told(api: Api) -> None:
    """spec: client-server-api#get_matrixclientversions."""
    body = (await api.request("GET", "/_matrix/client/versions")).ok()

    assert "v1.13" in body["versions"]


async def test_a_path_that_is_not_utf8_is_refused(api: Api) -> None:
    """A clear 400, before any handler sees it."""
    answer = await api.request("GET", "/_matrix/client/v3/profile/%ff%fe")

    assert answer.status in {400, 404}


class Upload:
    """A body that tells how much of it was taken."""

    def __init__(self, megabytes: int) -> None:
        """Announce so much."""
        self.megabytes = megabytes
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield a megabyte at a time."""
        for _ in range(self.megabytes):
            self.taken += 1
            yield b"x" * 1_000_000


@pytest.mark.parametrize(
    "path, status, token",
    [
        ("/_matrix/client/v3/logout", 401, "expired"),
        ("/_matrix/client/v3/createRoom", 413, None),
        ("/_matrix/client/v3/nothing_here", 404, "expired"),
        ("/_matrix/client/versions", 405, "expired"),
    ],
)
async def test_who_is_still_sending_is_heard_out_before_the_refusal(
    api: Api, alice: User, path: str, status: int, token: str | None
) -> None:
    """A connection closed in the middle of a body loses the answer."""
    body = Upload(12)

    answer = await api.request("POST", path, content=body, token=token or alice.token)  # type: ignore[arg-type]

    assert (answer.status, body.taken) == (status, 12)
    assert "connection" not in answer.headers


async def test_a_body_without_end_is_not_heard_out(api: Api) -> None:
    """What is far too large ends with the connection."""
    body = Upload(100)

    answer = await api.request("POST", "/_matrix/client/v3/nothing_here", content=body)  # type: ignore[arg-type]

    assert (answer.status, answer.headers["connection"]) == (404, "close")
    assert body.taken < 20


async def test_a_body_announced_far_too_large_is_not_begun(api: Api) -> None:
    """Nor is one that waits to be asked for."""
    for headers in ({"content-length": "100000000"}, {"expect": "100-continue"}):
        body = Upload(1)

        answer = await api.request(
            "POST",
            "/_matrix/client/v3/nothing_here",
            content=body,  # type: ignore[arg-type]
            headers=headers,
        )

        assert (answer.status, body.taken) == (404, 0)
