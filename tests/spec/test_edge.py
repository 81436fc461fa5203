"""spec: client-server-api#api-standards."""

import pytest

from tests.api import Api


async def test_an_unknown_endpoint_is_not_recognised(api: Api) -> None:
    """404 M_UNRECOGNIZED for a path that nobody answers."""
    answer = await api.request("GET", "/_matrix/client/v3/nothing_here")

    assert (answer.status, answer.errcode) == (404, "M_UNRECOGNIZED")


async def test_a_wrong_method_is_not_recognised(api: Api) -> None:
    """405 M_UNRECOGNIZED for a path that answers other methods."""
    answer = await api.request("DELETE", "/_matrix/client/versions")

    assert (answer.status, answer.errcode) == (405, "M_UNRECOGNIZED")


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
