"""Names, texts and sizes of an archive."""

import hashlib
import io
import zipfile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.archive import rules_layout as layout
from courtyard.archive.model import FORMAT, FileEntry, Manifest, Ranges
from courtyard.archive.rules_readme import readme
from courtyard.archive.zip_part import PartWriter
from courtyard.base import canonical_json
from courtyard.base.ids import RoomId, UserId

RANGES = Ranges(
    until="2026-01-01T00:00:00.000Z",
    position=7,
    rooms=1,
    events=2,
    ignored_events=0,
    first_event=None,
    last_event=None,
    unkept_references=0,
)
MANIFEST = Manifest(
    format=FORMAT,
    account=UserId("@älice:test.example"),
    server_name="test.example",
    created="2026-01-01T00:00:00.000Z",
    ranges=RANGES,
    files=[FileEntry(path="README.txt", part=1, sha256="00", size_bytes=3)],
    verify_keys={"ed25519:1": "key"},
    signatures={"test.example": {"ed25519:1": "signature"}},
)


class TestNames:
    @pytest.mark.parametrize(
        "room_id",
        [
            "!../../etc/passwd:x",
            "!" + "a" * 254,
            "!" + "🦊" * 60,
            "!\x01\x02:x",
            "!con",
            "!",
            "!a/b\\c:*?<>|x",
            "!\ud800",
        ],
    )
    def test_every_room_id_makes_a_plain_folder(self, room_id: str) -> None:
        folder = layout.room_folder(RoomId(room_id))
        assert layout.is_safe_path(folder)
        assert layout.is_safe_path(layout.events_path(folder, 123_456))
        assert layout.is_safe_path(f"{folder}/room.json")
        assert len(folder) <= 63

    @given(st.text(), st.text())
    def test_two_rooms_never_share_a_folder(self, one: str, other: str) -> None:
        folders = {layout.room_folder(RoomId(f"!{each}")).lower() for each in (one, other)}
        assert len(folders) == len({one, other})

    def test_ids_that_differ_in_case_alone(self) -> None:
        one, other = (layout.room_folder(RoomId(each)) for each in ("!aBc:x", "!abc:x"))
        assert one.lower() != other.lower()

    def test_files_of_events(self) -> None:
        assert layout.events_path("rooms/a", 1) == "rooms/a/events.ndjson"
        assert layout.events_path("rooms/a", 2) == "rooms/a/events-2.ndjson"

    @pytest.mark.parametrize(
        "content_type, ending",
        [
            ("image/jpeg", "jpg"),
            ("IMAGE/PNG; x=y", "png"),
            ("application/x-msdownload", "bin"),
            ("../../x", "bin"),
            ("", "bin"),
        ],
    )
    def test_files_that_people_uploaded(self, content_type: str, ending: str) -> None:
        path = layout.media_path("ab" * 32, content_type)
        assert path == f"media/{'ab' * 32}.{ending}"
        assert layout.is_safe_path(path)

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/",
            ".hidden",
            "a.",
            "a ",
            "nul",
            "conduct/AUX.txt",
            "com1/x",
            "a\\b",
            "a:b",
            "ä",
            "x" * 101,
            "/".join("abcdefghi"),
            "/".join(["y" * 99] * 3),
            "a\x00b",
            "a\n",
        ],
    )
    def test_names_that_no_archive_has(self, path: str) -> None:
        assert not layout.is_safe_path(path)

    @pytest.mark.parametrize(
        "path", ["README.txt", "a", "conduct/proofs/d_1.tlog-proof", "_x/y-z", "console.txt"]
    )
    def test_names_that_are_good_everywhere(self, path: str) -> None:
        assert layout.is_safe_path(path)


class TestTexts:
    @pytest.mark.parametrize(
        "ms, text",
        [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
            (-5, "1970-01-01T00:00:00.000Z"),
            (2**60, "9999-12-31T23:59:59.999Z"),
        ],
    )
    def test_times(self, ms: int, text: str) -> None:
        assert layout.rfc3339(ms) == text

    def test_json_is_the_same_whatever_the_order_of_the_keys(self) -> None:
        assert layout.json_text({"b": 1, "a": "ä"}) == layout.json_text({"a": "ä", "b": 1})
        assert layout.json_text([]) == b"[]\n"
        assert layout.json_line({"b": 1, "a": [2]}) == b'{"a":[2],"b":1}\n'

    def test_which_files_can_mention_others(self) -> None:
        assert layout.has_references("rooms/a/events-2.ndjson")
        assert layout.has_references("account.json")
        for path in ("manifest.json", "media.ndjson", "README.txt", "contacts.vcf"):
            assert not layout.has_references(path)

    def test_mentions_are_counted_as_often_as_they_stand_there(self) -> None:
        body = b'{"a":"mxc://x.example/Ab_-1","b":"mxc://x.example/Ab_-1","c":"mxc://[::1]:8448/z"}'
        assert layout.references(body) == [
            ("x.example", "Ab_-1"),
            ("x.example", "Ab_-1"),
            ("[::1]:8448", "z"),
        ]
        assert layout.references(b'"mxc://x.example" "mxc:///a" "http://x/y"') == []

    def test_the_readme_speaks_two_languages(self) -> None:
        text = readme(UserId("@a:x"), "x", "2026-01-01T00:00:00.000Z").decode()
        assert text.count("@a:x") == 2
        assert "The archive of @a:x" in text
        assert "@a:x 的存档" in text


class TestTheManifest:
    def test_what_is_signed_is_canonical_json_without_the_signatures(self) -> None:
        bare = msgspec.to_builtins(MANIFEST)
        del bare["signatures"]
        assert layout.signed_bytes(MANIFEST) == canonical_json.encode(bare)

    def test_it_reads_as_it_was_written(self) -> None:
        text = layout.manifest_text(MANIFEST)
        assert msgspec.json.decode(text, type=Manifest) == MANIFEST
        assert text.endswith(b"}\n")

    def test_files_stand_in_order(self) -> None:
        entries = [FileEntry(path=p, part=1, sha256="", size_bytes=0) for p in ("b", "a", "c")]
        assert [entry.path for entry in layout.sorted_files(entries)] == ["a", "b", "c"]


class TestParts:
    @given(
        st.lists(st.tuples(st.binary(max_size=3000), st.integers(1, 40), st.booleans()), max_size=6)
    )
    def test_a_file_never_takes_more_than_was_reckoned(
        self, files: list[tuple[bytes, int, bool]]
    ) -> None:
        out = io.BytesIO()
        part = PartWriter(out)
        reckoned = 0
        for n, (piece, times, is_packed) in enumerate(files):
            path = f"folder/{n}.bin"
            reckoned += layout.zip_bytes_max(path, len(piece) * times, is_packed=is_packed)
            part.begin_file(path, is_packed=is_packed)
            for _ in range(times):
                part.write(piece)
            assert part.end_file() == (
                hashlib.sha256(piece * times).hexdigest(),
                len(piece) * times,
            )
            assert part.used_bytes <= reckoned
        used = part.used_bytes
        sha256, size_bytes = part.finish()

        body = out.getvalue()
        assert (sha256, size_bytes) == (hashlib.sha256(body).hexdigest(), len(body))
        assert size_bytes <= used + 98
        # What `fits` lets in stays below the limit.
        assert used == 0 or layout.fits(used, 0, used + 98)
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            assert opened.testzip() is None
            found = [opened.read(name) for name in opened.namelist()]
        assert found == [piece * times for piece, times, _ in files]

    def test_an_empty_part_takes_every_file(self) -> None:
        assert layout.fits(0, 10**12, 65_536)
        assert layout.fits(1000, 64_438, 65_536)
        assert not layout.fits(1000, 64_439, 65_536)

    def test_files_of_events_stay_well_below_a_part(self) -> None:
        assert layout.events_bytes_max(2**31) == 64 * 1024 * 1024
        assert layout.events_bytes_max(2**20) == 2**17
        assert layout.events_bytes_max(1) == layout.PART_BYTES_MIN // 8

    def test_a_part_that_is_given_up_writes_nothing_more(self) -> None:
        out = io.BytesIO()
        part = PartWriter(out)
        part.begin_file("a.txt", is_packed=True)
        part.write(b"x" * 100)
        size = len(out.getvalue())

        part.close()
        part.close()

        assert len(out.getvalue()) == size
