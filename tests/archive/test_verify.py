"""`courtyard archive verify`: what is whole passes, and whatever was changed, lost or put in is named."""

import asyncio
import base64
import hashlib
import io
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from typer.testing import CliRunner

from courtyard.app.wiring import Server
from courtyard.archive import rules_layout as layout
from courtyard.archive.model import Manifest
from courtyard.archive.verify import verify
from courtyard.base.ids import ServerName
from courtyard.base.settings import Settings
from courtyard.cli.main import app
from courtyard.storage.signing_key import SigningKey
from tests.api import Api
from tests.archive.archives import Archive, export
from tests.fakes import FakeClock
from tests.faults.busy_town import build, upload


class Town:
    """An archive in its parts, on the disk."""

    def __init__(self, archive: Archive, folder: Path, key: SigningKey) -> None:
        self.archive = archive
        self.key = key
        self.parts = []
        for n, body in enumerate(archive.parts, 1):
            path = folder / f"part-{n}.zip"
            path.write_bytes(body)
            self.parts.append(path)
        self.folder = folder / "unpacked"
        for name, body in archive.files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(body)

    def faults(self) -> list[str]:
        """Return what is wrong with the unpacked archive."""
        return verify([self.folder]).faults

    def sign_again(self, **changes: Any) -> None:
        """Change the manifest and sign it with a key of one's own, as a forger would."""
        key = SigningKey(b"f" * 32)
        path = self.folder / "manifest.json"
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        manifest = msgspec.structs.replace(
            manifest, verify_keys={key.key_id: key.public_key}, **changes
        )
        signature = key.sign(layout.signed_bytes(manifest))
        signatures = {manifest.server_name: {key.key_id: signature}}
        path.write_bytes(
            layout.manifest_text(msgspec.structs.replace(manifest, signatures=signatures))
        )


async def make(folder: Path) -> tuple[Archive, SigningKey]:
    """Let people live on a server of their own; return the archive of one of them, in small parts."""
    settings = Settings(
        server_name=ServerName("test.example"),
        data=str(folder),
        rate_limits="off",
        password_memory_kib=64,
        archive_part_bytes_max=65_536,
    )
    server = Server(settings, FakeClock())
    await server.start()
    transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]  # ours is untyped
    async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as http:
        api = Api(http)
        people = {name: await api.register(name) for name in ("alice", "bob", "carol")}
        await build(api, people)
        await upload(people["alice"], random.Random(1).randbytes(50_000))
        archive = await export(people["alice"])
    await server.stop()
    return archive, server.signing_key


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, SigningKey]:
    """An archive, once for all tests of this module: they change copies of it."""
    archive, key = asyncio.run(make(tmp_path_factory.mktemp("verify") / "data"))
    assert len(archive.parts) == 2
    return archive, key


@pytest.fixture
def town(made: tuple[Archive, SigningKey], tmp_path: Path) -> Town:
    folder = tmp_path / "fetched"
    folder.mkdir()
    return Town(made[0], folder, made[1])


def test_it_passes_in_its_parts_and_unpacked(town: Town) -> None:
    known = f"{town.key.key_id}={town.key.public_key}"
    for paths in (town.parts, list(reversed(town.parts)), [town.folder]):
        report = verify(paths, known)
        assert report.faults == []
        assert report.files == len(town.archive.files) - 1
        assert report.signed_by == known
    (town.folder / "media" / ".DS_Store").write_bytes(b"a file manager was here")
    assert town.faults() == []
    run = CliRunner().invoke(app, ["archive", "verify", *map(str, town.parts)])
    assert run.exit_code == 0, run.output
    assert "The archive of @alice:test.example" in run.output
    assert f"Signed by {known}." in run.output


def test_one_flipped_bit_in_any_file_is_found(town: Town) -> None:
    chance = random.Random(2)
    for path, body in town.archive.files.items():
        if not body:
            continue
        at = chance.randrange(len(body))
        changed = bytearray(body)
        changed[at] ^= 1 << chance.randrange(8)
        (town.folder / path).write_bytes(changed)
        faults = town.faults()
        assert faults, path
        if path != "manifest.json":
            assert any(path in fault for fault in faults), (path, faults)
        (town.folder / path).write_bytes(body)
    assert town.faults() == []


def test_one_flipped_bit_in_a_zip_file_is_found_or_changes_no_file(town: Town) -> None:
    chance = random.Random(3)
    body = town.archive.parts[-1]
    found = 0
    for _ in range(150):
        changed = bytearray(body)
        at = chance.randrange(len(body))
        changed[at] ^= 1 << chance.randrange(8)
        town.parts[-1].write_bytes(changed)
        if verify(town.parts).faults:
            found += 1
            continue
        # Such as a date in the zip's own directory: what is unpacked is the same.
        with zipfile.ZipFile(io.BytesIO(bytes(changed))) as opened:
            for name in opened.namelist():
                assert opened.read(name) == town.archive.files[name]
    assert found > 50
    town.parts[-1].write_bytes(body)


def test_a_part_that_is_not_there(town: Town) -> None:
    assert verify(town.parts[:1]).faults == [
        "There is no manifest.json: it is in the last part. Name all parts."
    ]
    (fault,) = verify(town.parts[1:]).faults
    assert fault.startswith("Part 1 is missing, with ")


def remove_a_file(town: Town) -> None:
    (town.folder / "account.json").unlink()


def add_a_file(town: Town) -> None:
    (town.folder / "conduct").mkdir()
    (town.folder / "conduct/verdict.json").write_text("{}")


def cut_a_file(town: Town) -> None:
    path = town.folder / "account.json"
    path.write_bytes(path.read_bytes()[:-1])


def lengthen_a_file(town: Town) -> None:
    path = town.folder / "rooms.json"
    path.write_bytes(path.read_bytes() + b"\n")


def link_a_file(town: Town) -> None:
    path = town.folder / "README.txt"
    path.rename(path.with_name("other.txt"))
    path.symlink_to("other.txt")


def lie_about_events(town: Town) -> None:
    manifest = msgspec.json.decode((town.folder / "manifest.json").read_bytes(), type=Manifest)
    town.sign_again(ranges=msgspec.structs.replace(manifest.ranges, events=1))


def forget_the_media_index(town: Town) -> None:
    manifest = msgspec.json.decode((town.folder / "manifest.json").read_bytes(), type=Manifest)
    (town.folder / "media.ndjson").unlink()
    town.sign_again(files=[f for f in manifest.files if f.path != "media.ndjson"])


def edit_index(town: Town, edit: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the media index and everything that vouches for it."""
    path = town.folder / "media.ndjson"
    body = b"".join(edit(path.read_bytes().splitlines(keepends=True)))
    path.write_bytes(body)
    manifest = msgspec.json.decode((town.folder / "manifest.json").read_bytes(), type=Manifest)
    files = [
        msgspec.structs.replace(f, sha256=hashlib.sha256(body).hexdigest(), size_bytes=len(body))
        if f.path == "media.ndjson"
        else f
        for f in manifest.files
    ]
    town.sign_again(files=files)


def drop_lines(town: Town) -> None:
    edit_index(town, lambda _lines: [])


def lead_elsewhere(town: Town) -> None:
    edit_index(
        town, lambda lines: [lines[0].replace(b'"file":"media/', b'"file":"media/x'), *lines[1:]]
    )


def swap_bytes(town: Town) -> None:
    def edit(lines: list[bytes]) -> list[bytes]:
        first, second = (msgspec.json.decode(line) for line in lines[:2])
        first["file"], second["file"] = second["file"], first["file"]
        return [*(msgspec.json.encode(each) + b"\n" for each in (first, second)), *lines[2:]]

    edit_index(town, edit)


def spoil(town: Town) -> None:
    edit_index(
        town,
        lambda lines: [lines[0].replace(b'"is_mine"', b'"is_damaged":true,"is_mine"'), *lines[1:]],
    )


def write_nonsense(town: Town) -> None:
    edit_index(town, lambda _lines: [b"nonsense\n"])


@pytest.mark.parametrize(
    "change, sentence",
    [
        (remove_a_file, "account.json is missing."),
        (add_a_file, "conduct/verdict.json is not in the manifest."),
        (cut_a_file, "account.json has"),
        (lengthen_a_file, "rooms.json has more than"),
        (link_a_file, "README.txt is a link"),
        (lie_about_events, "the manifest says 1."),
        (forget_the_media_index, "names no media.ndjson"),
        (drop_lines, "mentions of files lead nowhere"),
        (lead_elsewhere, "which is not in the manifest"),
        (swap_bytes, "is not the file that mxc://"),
        (spoil, "was damaged on the server"),
        (write_nonsense, "media.ndjson cannot be read"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_wrong_is_named(town: Town, change: Callable[[Town], None], sentence: str) -> None:
    change(town)
    faults = town.faults()
    assert any(sentence in fault for fault in faults), faults
    run = CliRunner().invoke(app, ["archive", "verify", str(town.folder)])
    assert run.exit_code == 1
    assert sentence in run.output


class TestTheManifest:
    def test_a_forger_has_another_key(self, town: Town) -> None:
        town.sign_again()
        assert verify([town.folder]).faults == []
        known = f"{town.key.key_id}={town.key.public_key}"
        (fault,) = verify([town.folder], known).faults
        assert fault.endswith(f"and not by {known}.")

    @pytest.mark.parametrize(
        "body, sentence",
        [
            (b"", "cannot be read"),
            (b"[]", "cannot be read"),
            (b'{"format":"courtyard-archive/9"}', "The format is 'courtyard-archive/9'"),
            (b'{"format":"courtyard-archive/1"}', "cannot be read"),
            (b"\xff", "cannot be read"),
        ],
    )
    def test_one_that_is_none(self, town: Town, body: bytes, sentence: str) -> None:
        (town.folder / "manifest.json").write_bytes(body)
        (fault,) = town.faults()
        assert sentence in fault

    @pytest.mark.parametrize("signature", ["", "AAAA", "!", base64.b64encode(b"x" * 64).decode()])
    def test_a_signature_that_is_none(self, town: Town, signature: str) -> None:
        self.change(
            town,
            lambda m: m["signatures"]["test.example"].update(
                dict.fromkeys(m["signatures"]["test.example"], signature)
            ),
        )
        assert any("signature of the manifest is wrong" in fault for fault in town.faults())

    def test_what_later_versions_add_is_signed_too(self, town: Town) -> None:
        self.change(town, lambda m: m.update({"added": 1}))
        assert any("was changed" in fault for fault in town.faults())

    def test_what_has_no_canonical_form(self, town: Town) -> None:
        self.change(town, lambda m: m.update({"added": 1.5}))
        assert any("cannot have been signed" in fault for fault in town.faults())

    def test_a_file_that_is_named_twice(self, town: Town) -> None:
        self.change(town, lambda m: m["files"].append(m["files"][0]))
        assert "The manifest names a file twice." in town.faults()

    @staticmethod
    def change(town: Town, edit: Callable[[Any], Any]) -> None:
        path = town.folder / "manifest.json"
        manifest = msgspec.json.decode(path.read_bytes())
        edit(manifest)
        path.write_bytes(msgspec.json.encode(manifest))


class TestHostileFiles:
    def test_no_zip_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(b"no zip")
        assert "cannot be read as a zip file" in verify([path]).faults[0]
        assert "cannot be read as a zip file" in verify([tmp_path / "missing.zip"]).faults[0]

    def test_names_that_lead_out_of_the_folder(self, town: Town, tmp_path: Path) -> None:
        path = tmp_path / "b.zip"
        with zipfile.ZipFile(path, "w") as opened:
            opened.writestr("../../etc/passwd", "root")
            opened.writestr("account.json", "{}")
        faults = verify([*town.parts, path]).faults
        assert "'../../etc/passwd' is not a name that an archive has." in faults
        assert "account.json is there twice." in faults

    def test_a_file_that_unpacks_to_more_than_it_says(self, town: Town, tmp_path: Path) -> None:
        bomb = tmp_path / "bomb.zip"
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as opened:
            opened.writestr("README.txt", b"0" * 50_000_000)
        shutil.copytree(town.folder, tmp_path / "rest")
        (tmp_path / "rest/README.txt").unlink()
        (fault,) = verify([tmp_path / "rest", bomb]).faults
        assert fault.startswith("README.txt has more than")
