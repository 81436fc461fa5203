"""Asking for an archive, hearing of it, fetching it: by whom, when, and in which state of an account.

Source: reference/conduct.md 7.4 (Export), 7.6 and invariant 16; promise P3.
"""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from courtyard.accounts.account import lock_account
from courtyard.app.wiring import Server
from courtyard.archive import sections
from courtyard.archive.builder import Builder, Places
from courtyard.archive.rules_export import FRESH_MS, LIFETIME_MS, RETRY_FIRST_MS
from courtyard.archive.wake import Bell
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.cli.check import violations
from courtyard.gate.admit import admit
from courtyard.gate.model import NO_CONTACT, RESTRICTABLE, WALLET, Action, RestrictedError
from courtyard.gate.restrict import restrict
from courtyard.storage.tx import ReadTx
from tests.api import PASSWORD, Api, User, q, text
from tests.archive.archives import EXPORT, export, fetch, poll, request, until
from tests.fakes import FakeClock
from tests.faults.busy_town import PNG, redact, upload
from tests.gate.restrictions import restriction


def archives(server: Server) -> list[Path]:
    """Return the files of archives that are on the disk."""
    return [path for path in (Path(server.settings.data) / "archives").iterdir() if path.is_file()]


def ring(server: Server) -> None:
    """Let the builder look at once."""
    server.world.memory(Bell).rung.set()


class Held:
    """A section that is not finished before the test says so."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(
        self, _tx: ReadTx, _user_id: UserId, cursor: str | None
    ) -> tuple[list[tuple[str, bytes]], str | None]:
        self.begun.set()
        assert self.go_on.wait(20)
        return [("note.json", b'{"page":1}') if cursor is None else ("other.txt", b"x")], (
            "more" if cursor is None else None
        )


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Archives stop after their rooms, before their files."""
    made = Held()
    monkeypatch.setitem(sections.SECTIONS, "held", made)
    yield made
    made.go_on.set()


async def reached(user: User, path: str, held: Held) -> Any:
    """Wait until a build stands at the section; return what is told of it."""

    async def stands() -> bool | None:
        return held.begun.is_set() or None

    await poll(stands)
    return (await user.get(path)).ok()


class TestAsking:
    async def test_twice_while_one_is_under_way_is_once(self, alice: User, held: Held) -> None:
        first = await alice.post(EXPORT)
        told = await reached(alice, first.body["path"], held)
        second = await alice.post(EXPORT)

        assert (first.status, second.status) == (200, 200)
        assert first.body["id"] == second.body["id"] == told["id"]
        assert told["state"] == "building"
        assert told["progress"]["files"] >= 4
        assert told["parts"] == []
        early = await alice.get(f"{told['path']}/parts/1")
        assert (404, "M_NOT_FOUND") == (early.status, early.errcode)

        held.go_on.set()
        archive = await fetch(alice, await until(alice, told["path"], "ready"))
        assert archive.json("held/note.json") == {"page": 1}
        assert archive.files["held/other.txt"] == b"x"

    async def test_it_says_what_its_parts_are(self, server: Server, alice: User) -> None:
        told = await until(alice, await request(alice), "ready")

        (part,) = told["parts"]
        body = (await alice.get(part["path"])).body
        assert part["sha256"] == hashlib.sha256(body).hexdigest()
        assert part["size_bytes"] == len(body)
        assert told["expires_at"] - told["ready_at"] == LIFETIME_MS
        key = server.signing_key
        assert told["signed_by"] == f"{key.key_id}={key.public_key}"

    async def test_only_its_owner_hears_of_it(self, api: Api, alice: User, bob: User) -> None:
        told = await until(alice, await request(alice), "ready")
        part = told["parts"][0]["path"]

        for path in (told["path"], part):
            foreign = await bob.get(path)
            assert (404, "M_NOT_FOUND") == (foreign.status, foreign.errcode)
            nobody = await api.request("GET", path)
            assert (401, "M_MISSING_TOKEN") == (nobody.status, nobody.errcode)
        assert (await api.request("POST", EXPORT)).status == 401
        for number in ("0", "2", "-1", "x", "01", "9" * 30):
            assert (await alice.get(f"{told['path']}/parts/{number}")).errcode == "M_NOT_FOUND"
        assert (await alice.get(f"{EXPORT}/nothing")).errcode == "M_NOT_FOUND"

    async def test_a_body_that_is_no_json(self, alice: User) -> None:
        answer = await alice.request("POST", EXPORT, content=b"{")
        assert (400, "M_NOT_JSON") == (answer.status, answer.errcode)

    async def test_another_device_of_the_account_may_fetch_it(self, api: Api, alice: User) -> None:
        told = await until(alice, await request(alice), "ready")
        other = await api.login(alice.id)
        assert (await other.get(told["parts"][0]["path"])).status == 200


class TestFetching:
    async def test_a_broken_download_goes_on(self, alice: User) -> None:
        told = await until(alice, await request(alice), "ready")
        path = told["parts"][0]["path"]
        whole = await alice.get(path)
        etag = whole.headers["etag"]
        size = len(whole.body)

        pieces = b""
        for wanted in ("bytes=0-99", "bytes=100-999", "bytes=1000-"):
            answer = await alice.request("GET", path, headers={"Range": wanted, "If-Range": etag})
            assert answer.status == 206
            assert answer.headers["content-range"].endswith(f"/{size}")
            assert int(answer.headers["content-length"]) == len(answer.body)
            pieces += answer.body
        assert pieces == whole.body
        last = await alice.request("GET", path, headers={"Range": "bytes=-7"})
        assert last.body == whole.body[-7:]

        beyond = await alice.request("GET", path, headers={"Range": f"bytes={size}-"})
        assert beyond.status == 416
        assert beyond.headers["content-range"] == f"bytes */{size}"
        changed = {"Range": "bytes=0-9", "If-Range": '"another"'}
        assert (await alice.request("GET", path, headers=changed)).body == whole.body
        known = await alice.request("GET", path, headers={"If-None-Match": etag})
        assert (known.status, known.body) == (304, b"")

    async def test_it_is_downloaded_once_each_part_was_fetched_to_its_end(
        self, alice: User
    ) -> None:
        told = await until(alice, await request(alice), "ready")
        path = told["parts"][0]["path"]
        (await alice.request("GET", path, headers={"Range": "bytes=0-9"}))
        assert (await alice.get(told["path"])).ok()["state"] == "ready"

        (await alice.request("GET", path, headers={"Range": "bytes=10-"}))

        after = await until(alice, told["path"], "downloaded")
        assert after["parts"][0]["downloaded"] is True
        assert (await alice.get(path)).status == 200

    async def test_who_has_the_last_byte_finds_it_noted(self, alice: User, server: Server) -> None:
        told = await until(alice, await request(alice), "ready")
        (part,) = told["parts"]
        states, left = [], part["size_bytes"]

        async def watched(scope: Any, receive: Any, send: Any) -> None:
            async def sent(message: Any) -> None:
                nonlocal left
                await send(message)
                left -= len(message.get("body", b""))
                if left == 0:
                    states.append((await alice.get(told["path"])).ok()["state"])

            await server.asgi(scope, receive, sent)

        headers = {"Authorization": f"Bearer {alice.token}"}
        transport = httpx.ASGITransport(watched)
        async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as http:
            await http.get(part["path"], headers=headers)

        assert states[0] == "downloaded"

    async def test_nobody_caches_it_and_no_browser_opens_it(self, alice: User) -> None:
        told = await until(alice, await request(alice), "ready")
        headers = (await alice.get(told["parts"][0]["path"])).headers
        assert headers["content-type"] == "application/zip"
        assert headers["content-disposition"] == 'attachment; filename="courtyard-alice-1.zip"'
        assert headers["cache-control"] == "private, no-store"
        assert headers["x-content-type-options"] == "nosniff"


class TestInEveryState:
    async def test_under_every_measure_at_once(self, server: Server, alice: User) -> None:
        now = server.world.clock.now_ms()
        for capability in sorted(RESTRICTABLE):
            one = restriction(capability, starts_at=now, ends_at=TimestampMs(now + 10**9))
            await server.db.write(restrict, one)
        for name in sorted(NO_CONTACT):
            one = restriction(
                f"{name}:@bob:test.example", starts_at=now, ends_at=TimestampMs(now + 10**9)
            )
            await server.db.write(restrict, one)
        for capability in sorted(WALLET):
            one = restriction(capability, starts_at=now, ends_at=TimestampMs(now + 10**9))
            await server.db.write(restrict, one, by_wallet=True)
        with pytest.raises(RestrictedError):
            await server.db.write(admit, UserId(alice.id), Action.SEND_GROUP)

        archive = await export(alice)

        measures = archive.json("account.json")["measures"]
        assert len(measures) == len(RESTRICTABLE | NO_CONTACT | WALLET)
        assert all(each["proof"] and each["statement"] for each in measures)

    async def test_locked_the_password_opens_it_for_one_device(
        self, server: Server, api: Api, alice: User
    ) -> None:
        thief = await api.login(alice.id)
        earlier = await until(alice, await request(alice), "ready")
        locked_until = TimestampMs(server.world.clock.now_ms() + 72 * 3_600_000)
        await server.db.write(lock_account, UserId(alice.id), locked_until)

        refused = await thief.get(earlier["parts"][0]["path"])
        asked = await alice.post(EXPORT)
        assert (401, "M_USER_LOCKED") == (refused.status, refused.errcode)
        assert asked.status == 401
        assert asked.body["flows"] == [{"stages": ["m.login.password"]}]
        wrong = {"type": "m.login.password", "password": "guessed"}
        assert (await thief.post(EXPORT, {"auth": wrong})).status == 401

        identifier = {"type": "m.id.user", "user": alice.id}
        auth = {"type": "m.login.password", "identifier": identifier, "password": PASSWORD}
        begun = await alice.post(EXPORT, {"auth": auth, "session": asked.body["session"]})
        assert begun.status == 200
        told = await until(alice, begun.body["path"], "ready")
        archive = await fetch(alice, told)
        assert archive.json("account.json")["locked_until"] is not None
        for path in (told["path"], told["parts"][0]["path"]):
            assert (await thief.get(path)).errcode == "M_USER_LOCKED"

    async def test_once_it_has_ended_nothing_is_left(
        self, server: Server, alice: User, bob: User
    ) -> None:
        told = await until(alice, await request(alice), "ready")
        await until(bob, await request(bob), "ready")
        assert len(archives(server)) == 2

        await deactivate(alice)

        assert (await alice.get(told["path"])).errcode == "M_UNKNOWN_TOKEN"
        assert (await alice.post(EXPORT)).errcode == "M_UNKNOWN_TOKEN"
        await until_files(server, 1)
        assert list(violations(Path(server.settings.data))) == []

    async def test_ending_an_account_stops_its_archive(
        self, server: Server, alice: User, bob: User, held: Held
    ) -> None:
        path = await request(alice)
        await reached(alice, path, held)
        await deactivate(alice)
        held.go_on.set()

        await export(bob)

        await until_files(server, 1)


async def deactivate(user: User) -> None:
    identifier = {"type": "m.id.user", "user": user.id}
    auth = {"type": "m.login.password", "identifier": identifier, "password": PASSWORD}
    (await user.post("account/deactivate", {"auth": auth})).ok()


async def until_files(server: Server, count: int) -> None:
    """Wait until so many archives are on the disk."""

    async def are_there() -> bool | None:
        return len(archives(server)) == count or None

    await poll(are_there)


class TestTime:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """The published limits apply."""
        return msgspec.structs.replace(settings, rate_limits="on")

    async def test_a_new_one_takes_the_place_of_one_that_is_an_hour_old(
        self, server: Server, alice: User, clock: FakeClock
    ) -> None:
        told = await until(alice, await request(alice), "ready")
        assert told["renewable_at"] == told["ready_at"] + FRESH_MS
        clock.advance(FRESH_MS - 1000)
        assert (await alice.post(EXPORT)).body["id"] == told["id"]
        clock.advance(1000)

        again = await until(alice, await request(alice), "ready")

        assert again["id"] != told["id"]
        assert (await alice.get(told["path"])).errcode == "M_NOT_FOUND"
        assert (await alice.get(told["parts"][0]["path"])).errcode == "M_NOT_FOUND"
        await until_files(server, 1)
        assert list(violations(Path(server.settings.data))) == []

    async def test_it_ends_by_the_clock_and_is_then_deleted(
        self, server: Server, alice: User, clock: FakeClock
    ) -> None:
        told = await until(alice, await request(alice), "ready")
        part = told["parts"][0]["path"]
        clock.advance(told["expires_at"] - clock.now_ms() - 100)
        assert (await alice.get(part)).status == 200
        clock.advance(100)

        after = (await alice.get(told["path"])).ok()
        assert (after["state"], after["parts"]) == ("expired", [])
        assert (await alice.get(part)).errcode == "M_NOT_FOUND"

        ring(server)
        await until_files(server, 0)
        assert (await alice.get(told["path"])).ok()["state"] == "expired"
        assert (await until(alice, await request(alice), "ready"))["id"] != told["id"]


class TestWhenItGoesWrong:
    async def test_a_build_that_fails_is_tried_again(
        self,
        server: Server,
        alice: User,
        clock: FakeClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        real = server.archives.put

        async def broken(key: str, body: Any) -> None:
            async for _ in body:
                raise OSError("the disk is on fire")
            await real(key, body)

        monkeypatch.setattr(server.archives, "put", broken)
        path = await request(alice)
        told = await until_attempts(alice, path, 1)
        assert (told["state"], told["parts"]) == ("requested", [])
        assert (await alice.post(EXPORT)).body["path"] == path

        monkeypatch.setattr(server.archives, "put", real)
        clock.advance(RETRY_FIRST_MS)
        ring(server)

        archive = await fetch(alice, await until(alice, path, "ready"))
        assert archive.json("account.json")["user_id"] == alice.id
        assert len(archives(server)) == 1
        assert list(violations(Path(server.settings.data))) == []

    @pytest.mark.parametrize(
        "names", [["../../etc/passwd"], ["a.json", "b.json", "a.json"], ["CON"], [""]]
    )
    async def test_a_section_with_impossible_names_makes_no_archive(
        self, alice: User, monkeypatch: pytest.MonkeyPatch, names: list[str]
    ) -> None:
        def section(_tx: ReadTx, _user_id: UserId, _cursor: str | None) -> Any:
            return [(name, b"{}") for name in names], None

        monkeypatch.setitem(sections.SECTIONS, "odd", section)
        path = await request(alice)
        assert (await until_attempts(alice, path, 1))["parts"] == []

    async def test_a_section_with_nothing_leaves_no_folder(
        self, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sections.SECTIONS, "empty", lambda *_: ([], None))
        archive = await export(alice)
        assert not any(path.startswith("empty") for path in archive.files)

    async def test_it_leaves_the_last_of_the_disk_to_others(
        self,
        server: Server,
        alice: User,
        clock: FakeClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(server.archives, "free_bytes", lambda: 1024**3 - 1)
        path = await request(alice)
        await until_attempts(alice, path, 1)
        assert archives(server) == []

        monkeypatch.setattr(server.archives, "free_bytes", lambda: 2 * 1024**3)
        clock.advance(RETRY_FIRST_MS)
        ring(server)
        await until(alice, path, "ready")

    async def test_a_stop_in_the_middle(self, server: Server, alice: User, held: Held) -> None:
        path = await request(alice)
        await reached(alice, path, held)
        builder = server.world.memory(Builder)

        await builder.stop()
        held.go_on.set()
        assert (await alice.get(path)).ok()["state"] == "building"
        await builder.start(Places(server.db, server.blobs, server.archives, server.signing_key))

        await until(alice, path, "ready")
        assert len(archives(server)) == 1

    async def test_a_start_tries_at_once_though_the_clock_went_back(
        self, server: Server, clock: FakeClock, alice: User, held: Held
    ) -> None:
        path = await request(alice)
        await reached(alice, path, held)
        held.go_on.set()
        builder = server.world.memory(Builder)
        await builder.stop()
        clock.advance(-3_600_000)

        await builder.start(Places(server.db, server.blobs, server.archives, server.signing_key))

        assert (await until(alice, path, "ready"))["state"] == "ready"

    async def test_a_file_that_is_deleted_while_the_archive_is_made(
        self, alice: User, bob: User, held: Held
    ) -> None:
        room_id = await alice.create_room(preset="public_chat")
        (await bob.join(room_id)).ok()
        kept, gone = await upload(bob), await upload(bob, PNG + b"gone")
        shown = [
            (await bob.send(room_id, {"msgtype": "m.image", "body": "a", "url": uri})).ok()
            for uri in (kept, gone)
        ]
        path = await request(alice)
        await reached(alice, path, held)
        await redact(bob, room_id, shown[1]["event_id"])
        held.go_on.set()

        archive = await fetch(alice, await until(alice, path, "ready"))

        media = archive.media()
        assert archive.files[media[kept]["file"]] == PNG
        assert media[gone] == {
            "mxc": gone,
            "reason": "The file was deleted before it could be copied.",
        }

    async def test_bytes_that_the_server_has_lost_or_spoilt_are_named(
        self, server: Server, alice: User
    ) -> None:
        lost, spoilt = await upload(alice), await upload(alice, PNG + b"spoilt")
        folder = Path(server.settings.data) / "media"
        for path in folder.rglob("*"):
            if path.is_file() and path.read_bytes() == PNG:
                path.unlink()
            elif path.is_file():
                path.write_bytes(b"X" + path.read_bytes()[1:])

        archive = await export(alice)

        media = archive.media()
        assert "file" not in media[lost]
        assert "lost" in media[lost]["reason"]
        assert media[spoilt]["is_damaged"] is True

    async def test_what_happens_meanwhile_is_not_in_it(
        self, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held = Held()
        # Before the rooms: what is read of the account comes first.
        room_id = await alice.create_room(preset="public_chat")
        (await bob.join(room_id)).ok()
        await bob.say(room_id, "in time")
        late = await bob.create_room(preset="public_chat", name="Too late")

        def slow(tx: ReadTx, user_id: UserId, room_ids: Any) -> Any:
            held(tx, user_id, None)
            return real(tx, user_id, room_ids)

        from courtyard.archive import own_data

        real = own_data.account_json
        monkeypatch.setattr(own_data, "account_json", slow)
        path = await request(alice)
        await reached(alice, path, held)
        await bob.say(room_id, "too late")
        (await alice.state(room_id, "m.room.topic", {"topic": "a late topic"})).ok()
        (await alice.join(late)).ok()
        await alice.send(room_id, text("much too late"))
        held.go_on.set()

        archive = await fetch(alice, await until(alice, path, "ready"))

        assert archive.bodies(room_id) == ["in time"]
        assert not archive.holds("late topic")
        assert not archive.has_room(late)


async def until_attempts(user: User, path: str, count: int) -> Any:
    """Wait until a build has failed so often."""

    async def told() -> Any:
        found = (await user.get(path)).ok()
        return found if found.get("attempts") == count else None

    return await poll(told)


class TestParts:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Parts as small as they may be."""
        return msgspec.structs.replace(settings, archive_part_bytes_max=65_536)

    async def test_no_part_is_larger_than_the_limit(
        self, server: Server, alice: User, bob: User
    ) -> None:
        room_id = await alice.create_room(preset="public_chat")
        (await bob.join(room_id)).ok()
        for n in range(60):
            await alice.say(room_id, f"{n} " + hashlib.sha256(bytes([n])).hexdigest() * 60)
        # Nothing that could be packed.
        noise = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(1800))
        uris = [await upload(alice, noise[n : n + 15_000]) for n in range(8)]
        large = await upload(alice, noise * 2)

        told = await until(alice, await request(alice), "ready")
        archive = await fetch(alice, told)

        sizes = [part["size_bytes"] for part in told["parts"]]
        assert len(sizes) >= 4
        assert [part["n"] for part in told["parts"]] == list(range(1, len(sizes) + 1))
        # A file that is larger than a part has one of its own.
        assert sum(size > 65_536 for size in sizes) == 1
        assert len(archive.bodies(room_id)) == 60
        assert "events-2.ndjson" in " ".join(archive.files)
        assert set(archive.media()) == {*uris, large}
        assert "manifest.json" in archive.files
        assert list(violations(Path(server.settings.data))) == []


async def test_a_room_with_more_events_than_one_page(alice: User) -> None:
    room_id = await alice.create_room()
    for n in range(450):
        (await alice.send(room_id, text(f"m{n}"))).ok()

    archive = await export(alice)

    assert archive.bodies(room_id) == [f"m{n}" for n in range(450)]
    page = (await alice.get(f"rooms/{q(room_id)}/messages", dir="b", limit=1)).ok()
    assert archive.events(room_id)[-1]["event_id"] == page["chunk"][0]["event_id"]
