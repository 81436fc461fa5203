"""Files over HTTP.

spec: client-server-api#content-repository
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from courtyard.accounts.account import deactivate_account
from courtyard.accounts.profile import set_profile_field
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.media.sweep import sweep
from tests.api import Answer, Api, User, q
from tests.fakes import FakeClock
from tests.media import pictures

V1 = "/_matrix/client/v1/media"
V3 = "/_matrix/media/v3"
CSP = (
    "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; "
    "style-src 'unsafe-inline'; object-src 'self';"
)


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


async def uploaded(user: User, body: bytes, kind: str | None = "image/png", **rest: str) -> str:
    """Upload, and return `server/media_id`."""
    uri = (await upload(user, body, kind, **rest)).ok()["content_uri"]
    assert uri.startswith("mxc://test.example/")
    return str(uri.removeprefix("mxc://"))


async def thumbnail(user: User, item: str, width: int, height: int, **rest: object) -> Answer:
    return await user.get(f"{V1}/thumbnail/{item}", width=width, height=height, **rest)


def files(server: Server) -> list[Path]:
    """Every file in the blob store."""
    folder = Path(server.settings.data) / "media"
    return [path for path in folder.rglob("*") if path.is_file()]


# --- up and down ------------------------------------------------------------------------------


async def test_a_file_comes_back_as_it_was(alice: User, bob: User) -> None:
    item = await uploaded(alice, b"some bytes", "text/plain", filename="a.txt")

    answer = await bob.get(f"{V1}/download/{item}")

    assert answer.ok() == b"some bytes"
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["content-length"] == "10"
    assert answer.headers["content-disposition"] == 'inline; filename="a.txt"'
    assert answer.headers["content-security-policy"] == CSP
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_of_any_size_comes_back(alice: User) -> None:
    for size in [0, 1, 512 * 1024, 512 * 1024 + 1, 5_000_000]:
        body = bytes(n * 7 % 251 for n in range(1000)) * (size // 1000 + 1)
        item = await uploaded(alice, body[:size], "application/octet-stream")

        answer = await alice.get(f"{V1}/download/{item}")

        assert answer.ok() == body[:size]
        assert answer.headers["content-length"] == str(size)


async def test_a_file_without_a_type_is_opaque(alice: User) -> None:
    item = await uploaded(alice, b"abc", None)

    answer = await alice.get(f"{V1}/download/{item}")

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


async def test_what_can_run_in_a_browser_is_an_attachment(alice: User) -> None:
    for kind, body in [
        ("text/html", b"<script>alert(1)</script>"),
        ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("application/xhtml+xml", b"<html/>"),
        ("TEXT/HTML; charset=utf-8", b"<script/>"),
        ("application/pdf", b"%PDF"),
    ]:
        item = await uploaded(alice, body, kind, filename="page")

        answer = await alice.get(f"{V1}/download/{item}")

        assert answer.ok() == body
        assert answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"] == 'attachment; filename="page"'
        assert answer.headers["content-security-policy"] == CSP


async def test_a_file_is_downloaded_under_another_name(alice: User) -> None:
    item = await uploaded(alice, b"abc", "text/plain", filename="a.txt")

    answer = await alice.get(f"{V1}/download/{item}/{q('Größe/of it.txt')}")

    expected = "inline; filename*=utf-8''Gr%C3%B6%C3%9Fe_of%20it.txt"
    assert answer.headers["content-disposition"] == expected


async def test_a_file_name_cannot_break_out_of_its_header(alice: User) -> None:
    name = 'a"; filename=evil.exe\r\nSet-Cookie: x=y\\'
    item = await uploaded(alice, b"abc", "text/plain", filename=name)

    answer = await alice.get(f"{V1}/download/{item}")

    assert "set-cookie" not in answer.headers
    expected = 'inline; filename="a\\"; filename=evil.exeSet-Cookie: x=y_"'
    assert answer.headers["content-disposition"] == expected


async def test_what_is_not_here_is_not_found(alice: User) -> None:
    for item in [
        "test.example/unknown",
        "elsewhere.example/abc",
        "test.example/..%2f..%2fcourtyard.db",
        "test.example/%2e%2e",
        "test.example/a%00b",
        "not%20a%20server/abc",
        "test.example/" + "a" * 300,
    ]:
        for path in (f"{V1}/download/{item}", f"{V1}/thumbnail/{item}?width=32&height=32"):
            answer = await alice.get(path)
            assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode), path


async def test_a_download_needs_a_token(api: Api, alice: User) -> None:
    item = await uploaded(alice, pictures.png(10, 10))

    for path in (
        f"{V1}/download/{item}",
        f"{V1}/download/{item}/name",
        f"{V1}/thumbnail/{item}?width=32&height=32",
        f"{V1}/config",
        f"{V1}/preview_url?url=http://x.example",
    ):
        answer = await api.request("GET", path)
        assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode), path


async def test_an_upload_needs_a_token(api: Api) -> None:
    for method, path in (
        ("POST", f"{V3}/upload"),
        ("PUT", f"{V3}/upload/test.example/abc"),
        ("POST", "/_matrix/media/v1/create"),
    ):
        answer = await api.request(method, path, content=b"abc")
        assert (401, "M_MISSING_TOKEN") == (answer.status, answer.errcode)


async def test_the_config_tells_the_largest_size(alice: User, server: Server) -> None:
    for path in (f"{V1}/config", f"{V3}/config"):
        answer = await alice.get(path)
        assert answer.ok() == {"m.upload.size": server.settings.upload_bytes_max}


async def test_links_are_not_previewed(alice: User) -> None:
    for path in (f"{V1}/preview_url", f"{V3}/preview_url"):
        answer = await alice.get(path, url="http://127.0.0.1/")
        assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)
        answer = await alice.get(path)
        assert (400, "M_MISSING_PARAM") == (answer.status, answer.errcode)


# --- caching and ranges -----------------------------------------------------------------------


async def test_a_client_that_has_the_file_gets_no_second_copy(alice: User) -> None:
    item = await uploaded(alice, b"some bytes", "text/plain")
    first = await alice.get(f"{V1}/download/{item}")
    assert "immutable" in first.headers["cache-control"]
    assert "private" in first.headers["cache-control"]
    etag = first.headers["etag"]

    again = await alice.request("GET", f"{V1}/download/{item}", headers={"If-None-Match": etag})

    assert (304, b"") == (again.status, again.body)
    assert again.headers["etag"] == etag
    other = await alice.request("GET", f"{V1}/download/{item}", headers={"If-None-Match": '"x"'})
    assert other.ok() == b"some bytes"


async def test_a_part_of_a_file_can_be_asked_for(alice: User) -> None:
    for asked, expected, told in [
        ("bytes=0-3", b"some", "bytes 0-3/10"),
        ("bytes=5-", b"bytes", "bytes 5-9/10"),
        ("bytes=-3", b"tes", "bytes 7-9/10"),
        ("bytes=8-100", b"es", "bytes 8-9/10"),
        ("bytes=-100", b"some bytes", "bytes 0-9/10"),
    ]:
        item = await uploaded(alice, b"some bytes", "text/plain")

        answer = await alice.request("GET", f"{V1}/download/{item}", headers={"Range": asked})

        assert (206, expected) == (answer.status, answer.body)
        assert answer.headers["content-range"] == told
        assert answer.headers["content-length"] == str(len(expected))


async def test_a_range_that_is_none_gets_the_whole_file(alice: User) -> None:
    for asked in ["bytes=0-1,4-5", "lines=1-2", "bytes=", "bytes=-", "bytes=3-1"]:
        item = await uploaded(alice, b"some bytes", "text/plain")

        answer = await alice.request("GET", f"{V1}/download/{item}", headers={"Range": asked})

        assert answer.ok() == b"some bytes"


async def test_a_range_behind_the_end_is_refused(alice: User) -> None:
    item = await uploaded(alice, b"some bytes", "text/plain")

    answer = await alice.request("GET", f"{V1}/download/{item}", headers={"Range": "bytes=10-"})

    assert (416, "M_UNKNOWN") == (answer.status, answer.errcode)
    assert answer.headers["content-range"] == "bytes */10"


async def test_a_part_of_a_large_file_can_be_asked_for(alice: User) -> None:
    body = bytes(range(256)) * 8_000
    item = await uploaded(alice, body, "video/mp4")

    answer = await alice.request(
        "GET", f"{V1}/download/{item}", headers={"Range": "bytes=100000-1500000"}
    )

    assert (206, body[100_000:1_500_001]) == (answer.status, answer.body)


# --- ids first, bytes later -------------------------------------------------------------------


async def create(user: User) -> str:
    made = (await user.post("/_matrix/media/v1/create")).ok()
    return str(made["content_uri"].removeprefix("mxc://"))


async def put(user: User, item: str, body: bytes, kind: str = "text/plain") -> Answer:
    return await user.request(
        "PUT", f"{V3}/upload/{item}", content=body, headers={"Content-Type": kind}
    )


async def test_bytes_may_follow_their_id(alice: User, clock: FakeClock) -> None:
    made = (await alice.post("/_matrix/media/v1/create")).ok()
    item = made["content_uri"].removeprefix("mxc://")
    assert made["unused_expires_at"] > clock.now_ms()

    assert (await put(alice, item, b"later")).ok() == {}

    assert (await alice.get(f"{V1}/download/{item}")).ok() == b"later"


async def test_bytes_never_change(alice: User) -> None:
    item = await create(alice)
    await put(alice, item, b"first")

    again = await put(alice, item, b"second")

    assert (409, "M_CANNOT_OVERWRITE_MEDIA") == (again.status, again.errcode)
    assert (await alice.get(f"{V1}/download/{item}")).ok() == b"first"


async def test_only_who_asked_for_an_id_may_fill_it(alice: User, bob: User) -> None:
    item = await create(alice)

    answer = await put(bob, item, b"not his")

    assert (403, "M_FORBIDDEN") == (answer.status, answer.errcode)
    assert (await put(alice, item, b"hers")).ok() == {}


async def test_an_id_that_was_not_given_out_cannot_be_filled(alice: User) -> None:
    for item in ["test.example/unknown", "elsewhere.example/abc"]:
        answer = await put(alice, item, b"abc")

        assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)


async def test_an_id_expires(alice: User, clock: FakeClock) -> None:
    item = await create(alice)
    clock.advance(24 * 3_600_000 + 1)

    answer = await put(alice, item, b"too late")

    assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode)
    assert (await alice.get(f"{V1}/download/{item}", timeout_ms=0)).status == 404


async def test_few_ids_may_wait_for_their_bytes(alice: User, clock: FakeClock) -> None:
    items = [await create(alice) for _ in range(50)]

    answer = await alice.post("/_matrix/media/v1/create")
    assert (429, "M_LIMIT_EXCEEDED") == (answer.status, answer.errcode)

    await put(alice, items[0], b"one less")
    await create(alice)
    clock.advance(24 * 3_600_000 + 1)
    await create(alice)


async def test_a_file_that_has_not_come_is_told_so(api: Api, alice: User, server: Server) -> None:
    item = await create(alice)

    for path in (f"{V1}/download/{item}", f"{V1}/thumbnail/{item}?width=32&height=32"):
        answer = await api.http.get(
            path,
            params={"timeout_ms": 1, "width": 32, "height": 32},
            headers={"Authorization": f"Bearer {alice.token}"},
        )
        assert (504, "M_NOT_YET_UPLOADED") == (answer.status_code, answer.json()["errcode"])


async def test_who_waits_for_a_file_gets_it_when_it_comes(alice: User, bob: User) -> None:
    item = await create(alice)
    waiting = asyncio.create_task(bob.get(f"{V1}/download/{item}", timeout_ms=10_000))
    await asyncio.sleep(0)

    await put(alice, item, b"here it is")

    assert (await waiting).ok() == b"here it is"


# --- limits -----------------------------------------------------------------------------------


async def test_a_file_that_is_too_large_is_refused(alice: User, server: Server) -> None:
    limit = 2_000_000
    before = len(files(server))
    _set(server, upload_bytes_max=limit)

    async def pieces(size: int) -> AsyncIterator[bytes]:
        for _ in range(0, size, 1000):
            yield b"x" * 1000

    for body in (b"x" * (limit + 1), pieces(limit + 1000)):
        answer = await alice.request("POST", f"{V3}/upload", content=body)
        assert (413, "M_TOO_LARGE") == (answer.status, answer.errcode)
    assert len(files(server)) == before
    assert (await alice.request("POST", f"{V3}/upload", content=b"x" * limit)).status == 200
    assert (await alice.request("POST", f"{V3}/upload", content=pieces(limit))).status == 200


async def test_an_account_has_a_quota(alice: User, bob: User, server: Server) -> None:
    _set(server, upload_quota_bytes=1_000, rate_limits="on")
    first = await uploaded(alice, b"x" * 600)

    refused = await upload(alice, b"x" * 600)

    assert (403, "M_USER_LIMIT_EXCEEDED") == (refused.status, refused.errcode)
    assert refused.body["info_uri"].startswith("http")
    assert (await upload(bob, b"x" * 600)).status == 200
    assert (await alice.get(f"{V1}/download/{first}")).status == 200
    _set(server, rate_limits="off")
    assert (await upload(alice, b"x" * 600)).status == 200


def _set(server: Server, **changes: object) -> None:
    """Change settings of a running server, which nobody but a test can."""
    changed = msgspec.structs.replace(server.settings, **changes)
    server.settings = server.world.settings = changed


# --- without a token --------------------------------------------------------------------------


async def test_an_operator_can_show_files_only_to_accounts(
    api: Api, alice: User, server: Server
) -> None:
    item = await uploaded(alice, pictures.png(10, 10))
    _set(server, legacy_media="off")

    for path in (f"download/{item}", f"download/{item}/a", f"thumbnail/{item}?width=1&height=1"):
        for version in ("v3", "r0"):
            answer = await api.request("GET", f"/_matrix/media/{version}/{path}")
            assert (404, "M_NOT_FOUND") == (answer.status, answer.errcode), path


async def test_older_clients_are_shown_files_without_a_token(api: Api, alice: User) -> None:
    body = pictures.png(10, 10)
    item = await uploaded(alice, body, filename="a.png")
    for version in ("v3", "r0"):
        base = f"/_matrix/media/{version}"
        shown = await api.request("GET", f"{base}/download/{item}?allow_remote=false")
        assert shown.ok() == body
        named = await api.request("GET", f"{base}/download/{item}/b.png")
        assert named.headers["content-disposition"] == 'inline; filename="b.png"'
        small = await api.request("GET", f"{base}/thumbnail/{item}?width=5&height=5&method=crop")
        assert small.headers["content-type"] == "image/png"


# --- thumbnails -------------------------------------------------------------------------------


async def test_a_thumbnail_is_the_next_larger_size(alice: User) -> None:
    for asked, method, expected in [
        ((32, 32), "crop", (32, 32)),
        ((20, 20), "crop", (32, 32)),
        ((72, 72), "crop", (96, 96)),
        ((100, 50), "crop", (320, 160)),
        ((300, 200), "scale", (300, 240)),
        ((320, 240), "scale", (300, 240)),
        ((321, 240), "scale", (600, 480)),
        ((800, 600), "scale", (750, 600)),
        ((801, 600), "scale", (1000, 800)),
        ((5000, 5000), "scale", (1000, 800)),
        ((5000, 5000), "crop", (800, 800)),
    ]:
        item = await uploaded(alice, pictures.jpeg(1000, 800), "image/jpeg")

        answer = await thumbnail(alice, item, *asked, method=method)

        assert pictures.opened(answer.ok()).size == expected
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["content-disposition"] == 'inline; filename="thumbnail.jpg"'
        assert answer.headers["content-security-policy"] == CSP
        assert (await thumbnail(alice, item, *asked, method=method)).ok() == answer.ok()


async def test_a_thumbnail_is_made_once(alice: User, bob: User, server: Server) -> None:
    item = await uploaded(alice, pictures.jpeg(1000, 800), "image/jpeg")

    answers = await asyncio.gather(*(thumbnail(user, item, 96, 96) for user in [alice, bob] * 3))

    assert len({answer.ok() for answer in answers}) == 1
    assert len(files(server)) == 2
    etag = answers[0].headers["etag"]
    again = await alice.request(
        "GET",
        f"{V1}/thumbnail/{item}",
        params={"width": 96, "height": 96},
        headers={"If-None-Match": etag},
    )
    assert again.status == 304


async def test_a_small_picture_is_its_own_thumbnail(alice: User, server: Server) -> None:
    body = pictures.png(50, 40)
    item = await uploaded(alice, body)

    assert (await thumbnail(alice, item, 320, 240)).ok() == body
    assert (await thumbnail(alice, item, 320, 240)).ok() == body
    assert len(files(server)) == 1


async def test_a_thumbnail_stands_upright_and_tells_nothing_else(alice: User) -> None:
    for size, asked in (((400, 300), (2000, 2000)), ((1000, 600), (300, 200))):
        item = await uploaded(alice, pictures.turned_jpeg(*size), "image/jpeg")

        answer = await thumbnail(alice, item, *asked)

        picture = pictures.opened(answer.ok())
        assert picture.height > picture.width
        assert not picture.getexif()
        assert "comment" not in picture.info
        assert b"Camera" not in answer.body
        assert b"secret" not in answer.body
        # Turned to the right, what was left is on top.
        top = picture.convert("RGB").getpixel((picture.width // 2, 5))
        assert isinstance(top, tuple)
        assert top[0] > 200 > top[2]


async def test_an_animation_moves_only_if_asked_to(alice: User) -> None:
    for kind in ["GIF", "WEBP", "PNG"]:
        item = await uploaded(alice, pictures.animation(kind, 400, 300), f"image/{kind.lower()}")

        still = await thumbnail(alice, item, 96, 96, method="crop")
        forbidden = await thumbnail(alice, item, 96, 96, method="crop", animated="false")
        moving = await thumbnail(alice, item, 96, 96, method="crop", animated="true")

        assert getattr(pictures.opened(still.ok()), "n_frames", 1) == 1
        assert forbidden.ok() == still.ok()
        picture = pictures.opened(moving.ok())
        assert (picture.size, getattr(picture, "n_frames", 1)) == ((96, 96), 3)
        assert moving.headers["content-type"] == "image/webp"
        assert moving.headers["content-disposition"] == 'inline; filename="thumbnail.webp"'


async def test_a_small_animation_stands_still_unless_asked(alice: User) -> None:
    body = pictures.animation("GIF", 20, 20)
    item = await uploaded(alice, body, "image/gif")

    assert (await thumbnail(alice, item, 32, 32, animated="true")).ok() == body
    still = await thumbnail(alice, item, 32, 32)
    assert getattr(pictures.opened(still.ok()), "n_frames", 1) == 1


@pytest.mark.slow
async def test_an_animation_without_end_stands_still(alice: User) -> None:
    long = pictures.animation("GIF", 400, 300, frames=310)
    large = pictures.animation("GIF", 3000, 2500, frames=30)
    for body in (long, large):
        item = await uploaded(alice, body, "image/gif")

        answer = await thumbnail(alice, item, 32, 32, animated="true")

        assert getattr(pictures.opened(answer.ok()), "n_frames", 1) == 1


async def test_a_photo_that_holds_two_has_a_thumbnail(alice: User) -> None:
    stills = [pictures.halves(400, 300), pictures.halves(200, 150)]
    body = pictures.encoded(stills[0], "MPO", save_all=True, append_images=stills[1:])
    item = await uploaded(alice, body, "image/jpeg")

    answer = await thumbnail(alice, item, 320, 240)

    assert answer.headers["content-type"] == "image/jpeg"
    assert pictures.opened(answer.ok()).size == (320, 240)


async def test_a_still_picture_asked_to_move_stays_still(alice: User) -> None:
    item = await uploaded(alice, pictures.jpeg(400, 300), "image/jpeg")

    answer = await thumbnail(alice, item, 32, 32, method="crop", animated="true")

    assert answer.headers["content-type"] == "image/jpeg"


async def test_heic_photos_have_thumbnails(alice: User) -> None:
    item = await uploaded(alice, pictures.heic(640, 480), "image/heic")

    answer = await thumbnail(alice, item, 320, 240)

    assert answer.headers["content-type"] == "image/jpeg"
    assert pictures.opened(answer.ok()).size == (320, 240)


async def test_avif_pictures_have_thumbnails(alice: User) -> None:
    body = pictures.encoded(pictures.halves(640, 480), "AVIF")
    item = await uploaded(alice, body, "image/avif")

    answer = await thumbnail(alice, item, 1000, 1000)

    assert answer.headers["content-type"] == "image/jpeg"
    assert pictures.opened(answer.ok()).size == (640, 480)


async def test_pictures_of_every_kind_have_thumbnails(alice: User) -> None:
    for mode in ["L", "1", "P", "RGBA", "LA", "I;16", "CMYK", "F"]:
        image = pictures.halves(400, 300).convert("L" if mode == "I;16" else mode)
        if mode == "I;16":
            image = image.convert("I").point(lambda value: value * 256).convert("I;16")
        if mode in ("CMYK", "F"):
            image = image.convert("CMYK")
        format = "JPEG" if image.mode == "CMYK" else "PNG"
        item = await uploaded(alice, pictures.encoded(image, format), f"image/{format.lower()}")

        answer = await thumbnail(alice, item, 32, 32, method="crop")

        assert pictures.opened(answer.ok()).size == (32, 32)


async def test_what_is_clear_stays_clear(alice: User) -> None:
    image = pictures.halves(400, 300, "RGBA")
    image.putalpha(100)
    item = await uploaded(alice, pictures.encoded(image, "WEBP"), "image/webp")

    answer = await thumbnail(alice, item, 32, 32, method="crop")

    assert answer.headers["content-type"] == "image/png"
    assert pictures.opened(answer.ok()).getpixel((4, 4))[3] == 100  # type: ignore[index]


async def test_a_picture_of_enormous_size_is_refused_unopened(alice: User) -> None:
    for side in (8_000, 60_000, 2_000_000_000):
        item = await uploaded(alice, pictures.bomb(side, side))

        answer = await thumbnail(alice, item, 32, 32)

        assert (413, "M_TOO_LARGE") == (answer.status, answer.errcode), side


async def test_what_is_no_picture_has_no_thumbnail(alice: User) -> None:
    for body, kind in [
        (b"", "image/png"),
        (b"no picture", "image/jpeg"),
        (pictures.jpeg(400, 300)[:2000], "image/jpeg"),
        (pictures.png(40, 30)[:60], "image/png"),
        (pictures.animation("GIF", 400, 300)[:300], "image/gif"),
        (pictures.animation("WEBP", 400, 300)[:300], "image/webp"),
        (pictures.heic(400, 300)[:500], "image/heic"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b"BM" + b"\0" * 100, "image/bmp"),
        (pictures.bomb(100, 100), "image/png"),
        (pictures.png(40, 30), "application/octet-stream"),
        (b"%PDF-1.7", "application/pdf"),
    ]:
        item = await uploaded(alice, body, kind)

        for animated in ("false", "true"):
            answer = await thumbnail(alice, item, 32, 32, animated=animated)
            assert (400, "M_UNKNOWN") == (answer.status, answer.errcode)


async def test_a_thumbnail_request_must_make_sense(alice: User) -> None:
    senseless: list[dict[str, object]] = [
        {},
        {"width": 32},
        {"width": "x", "height": 32},
        {"width": 0, "height": 32},
        {"width": 32, "height": -1},
        {"width": 32.5, "height": 32},
        {"width": 32, "height": 32, "method": "stretch"},
        {"width": 32, "height": 32, "animated": "perhaps"},
    ]
    item = await uploaded(alice, pictures.png(40, 30))
    for params in senseless:
        answer = await alice.get(f"{V1}/thumbnail/{item}", **params)

        assert answer.status == 400
        assert answer.errcode in ("M_MISSING_PARAM", "M_INVALID_PARAM")


async def test_the_largest_numbers_are_just_large(alice: User) -> None:
    body = pictures.png(40, 30)
    item = await uploaded(alice, body)

    for method in ("scale", "crop"):
        answer = await thumbnail(alice, item, 2**62, 2**62, method=method)
        assert answer.status == 200


# --- what is kept, and what goes --------------------------------------------------------------


async def test_the_same_bytes_are_kept_once(alice: User, bob: User, server: Server) -> None:
    body = pictures.png(10, 10)
    first, second = await uploaded(alice, body), await uploaded(bob, body)
    await settled(server)

    assert first != second
    assert len(files(server)) == 1


async def settled(server: Server) -> None:
    """Let what is due for deletion be deleted now."""
    await sweep(server.db, server.blobs, now=server.world.clock.now_ms())


async def gone(server: Server, user: User, item: str) -> bool:
    await settled(server)
    return (await user.get(f"{V1}/download/{item}")).status == 404


def photo(item: str) -> dict[str, object]:
    return {"msgtype": "m.image", "body": "a.png", "url": f"mxc://{item}"}


async def test_redaction_deletes_the_bytes(alice: User, bob: User, server: Server) -> None:
    room = await alice.create_room(preset="public_chat")
    item = await uploaded(alice, pictures.jpeg(1000, 800), "image/jpeg")
    await thumbnail(alice, item, 32, 32)
    event = (await alice.send(room, photo(item))).ok()["event_id"]
    assert len(files(server)) == 2

    await alice.put(f"rooms/{q(room)}/redact/{q(event)}/r1", {})

    assert await gone(server, bob, item)
    assert files(server) == []
    assert (await thumbnail(bob, item, 32, 32)).status == 404


async def test_a_file_shown_twice_goes_with_the_last(alice: User, server: Server) -> None:
    room = await alice.create_room()
    item = await uploaded(alice, b"abc")
    first = (await alice.send(room, photo(item))).ok()["event_id"]
    content = {"msgtype": "m.video", "body": "v", "info": {"thumbnail_url": f"mxc://{item}"}}
    second = (await alice.send(room, content)).ok()["event_id"]

    await alice.put(f"rooms/{q(room)}/redact/{q(first)}/r1", {})
    assert not await gone(server, alice, item)

    await alice.put(f"rooms/{q(room)}/redact/{q(second)}/r2", {})
    assert await gone(server, alice, item)


async def test_bytes_of_two_uploads_go_with_the_last(
    alice: User, bob: User, server: Server
) -> None:
    room = await alice.create_room(preset="public_chat")
    await bob.join(room)
    mine, his = await uploaded(alice, b"abc"), await uploaded(bob, b"abc")
    event = (await alice.send(room, photo(mine))).ok()["event_id"]
    other = (await bob.send(room, photo(his))).ok()["event_id"]

    await alice.put(f"rooms/{q(room)}/redact/{q(event)}/r1", {})
    assert await gone(server, alice, mine)
    assert (await bob.get(f"{V1}/download/{his}")).ok() == b"abc"

    await bob.put(f"rooms/{q(room)}/redact/{q(other)}/r1", {})
    assert await gone(server, bob, his)
    assert files(server) == []


async def test_nobody_deletes_a_strangers_file_by_naming_it(
    alice: User, bob: User, server: Server
) -> None:
    """A photo in an encrypted room is named by nobody that the server could see."""
    item = await uploaded(alice, b"ciphertext", "application/octet-stream")
    room = await bob.create_room()
    event = (await bob.send(room, photo(item))).ok()["event_id"]

    await bob.put(f"rooms/{q(room)}/redact/{q(event)}/r1", {})

    assert not await gone(server, alice, item)


async def test_an_avatar_goes_when_nothing_shows_it(alice: User, server: Server) -> None:
    item, next_one = await uploaded(alice, b"one"), await uploaded(alice, b"two")
    await show_avatar(server, alice, item)
    assert not await gone(server, alice, item)

    await show_avatar(server, alice, next_one)

    assert await gone(server, alice, item)
    assert not await gone(server, alice, next_one)


async def show_avatar(server: Server, user: User, item: str) -> None:
    await server.db.write(set_profile_field, UserId(user.id), "avatar_url", f"mxc://{item}")


async def test_erasure_deletes_everything_an_account_uploaded(
    alice: User, bob: User, server: Server
) -> None:
    hers, his = await uploaded(alice, b"hers"), await uploaded(bob, b"his")
    secret = await uploaded(alice, b"ciphertext", "application/octet-stream")
    avatar = await uploaded(alice, b"face")
    await show_avatar(server, alice, avatar)
    await alice.send(await alice.create_room(), photo(hers))

    await server.db.write(deactivate_account, UserId(alice.id), erase=True)

    for item in (hers, secret, avatar):
        assert await gone(server, bob, item)
    assert (await bob.get(f"{V1}/download/{his}")).ok() == b"his"
    assert len(files(server)) == 1


async def test_what_an_account_sent_outlives_it_unless_it_is_erased(
    alice: User, bob: User, server: Server
) -> None:
    sent, avatar = await uploaded(alice, b"sent"), await uploaded(alice, b"face")
    await alice.send(await alice.create_room(), photo(sent))
    await show_avatar(server, alice, avatar)

    await server.db.write(deactivate_account, UserId(alice.id), erase=False)

    assert not await gone(server, bob, sent)


@pytest.mark.parametrize("sent", [b"", b"x" * 1_000, b"x" * 1_000_000])
async def test_a_client_that_goes_away_leaves_nothing_behind(
    alice: User, server: Server, sent: bytes
) -> None:
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": sent, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send(message: object) -> None:
        pass

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"{V3}/upload",
        "raw_path": f"{V3}/upload".encode(),
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {alice.token}".encode())],
        "client": ("127.0.0.1", 1),
        "state": {},
    }
    await server.asgi(scope, receive, send)

    await settled(server)
    assert files(server) == []


async def test_hostile_requests_are_refused_in_form(alice: User) -> None:
    """What comes back is a Matrix error or a file; `request` fails on anything from 500 up."""
    item = await uploaded(alice, pictures.png(40, 30))
    paths = [
        *(f"{V1}/{kind}/{item}" for kind in ("download", "thumbnail")),
        *(f"{V3}/{kind}/{item}" for kind in ("download", "thumbnail")),
        f"{V1}/download/{item}/%00%ff",
        f"{V1}/download/{item}/{'x' * 3000}",
        f"{V1}/download/%ff/%fe",
        f"{V1}/thumbnail/test.example/%F0%9F%98%80",
        f"{V1}/preview_url",
        f"{V1}/config",
    ]
    values = ["", "%", "\x00", "-1", "1e9", "9" * 400, "NaN", "true", "😀", "[]", "a" * 5000]
    names = ("width", "height", "method", "animated", "timeout_ms", "url", "filename", "ts")
    for path in paths:
        for value in values:
            params = dict.fromkeys(names, value)
            headers = {"Range": f"bytes={value[:50]}-"} if value.isascii() else {}
            answer = await alice.request("GET", path, params=params, headers=headers)
            assert answer.status < 500
            answer = await alice.request("GET", path, headers=headers)
            assert answer.status < 500
        for name in ("width", "timeout_ms", "animated"):
            answer = await alice.request("GET", f"{path}?{name}=1&{name}=2&height=5&width=5&{name}")
            assert answer.status < 500
    for kind in ("", "/", "a/b;c", "image/png\t", "\x7f", "x" * 5000):
        assert (await upload(alice, b"x", kind)).status == 200
    for name in ("%00", "%ff%fe", "%E2%80%AE", "a" * 3000, "%22%0d%0aX:y"):
        answer = await alice.request("POST", f"{V3}/upload?filename={name}", content=b"x")
        assert answer.status in (200, 400)
        if answer.status == 200:
            uri = answer.body["content_uri"].removeprefix("mxc://")
            assert (await alice.get(f"{V1}/download/{uri}")).status == 200
