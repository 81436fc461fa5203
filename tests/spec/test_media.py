"""Files over HTTP.

spec: client-server-api#content-repository
"""

from tests.api import Answer, User
from tests.media import pictures

V1 = "/_matrix/client/v1/media"
V3 = "/_matrix/media/v3"


async def upload(
    user: User, body: bytes, kind: str | None = "image/png", filename: str | None = None
) -> Answer:
    return await user.request(
        "POST",
        f"{V3}/upload",
        content=body,
        params={"filename": filename} if filename is not None else None,
        headers={"Content-Type": kind} if kind is not None else {},
    )


async def uploaded(user: User, body: bytes, kind: str = "image/png", **rest: str) -> str:
    """Upload, and return `server/media_id`."""
    uri = (await upload(user, body, kind, **rest)).ok()["content_uri"]
    assert uri.startswith("mxc://test.example/")
    return str(uri.removeprefix("mxc://"))


async def test_a_file_comes_back_as_it_was(alice: User, bob: User) -> None:
    item = await uploaded(alice, b"some bytes", "text/plain", filename="a.txt")

    answer = await bob.get(f"{V1}/download/{item}")

    assert answer.ok() == b"some bytes"
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["content-disposition"] == 'inline; filename="a.txt"'


async def test_a_thumbnail_is_the_next_larger_size(alice: User) -> None:
    item = await uploaded(alice, pictures.jpeg(1000, 800), "image/jpeg")

    answer = await alice.get(f"{V1}/thumbnail/{item}", width=300, height=200, method="scale")

    assert pictures.opened(answer.ok()).size == (300, 240)
