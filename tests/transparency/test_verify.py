"""A log checked from outside: a good one passes, and whatever is done to it is found."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from courtyard.app.clock import SystemClock
from courtyard.app.wiring import Server
from courtyard.base.errors import CourtyardError
from courtyard.base.ids import ServerName
from courtyard.base.settings import Settings
from courtyard.cli.main import app
from courtyard.storage.migrate import migrate
from courtyard.transparency.errors import MissingTileError, NotProvenError
from courtyard.transparency.model import COSIGNATURE_V1, ED25519, Checkpoint, Tile
from courtyard.transparency.rules_merkle import root
from courtyard.transparency.rules_note import (
    cosign,
    format_checkpoint,
    format_vkey,
    join_note,
    sign,
    vkey_of,
)
from courtyard.transparency.rules_policy import format_policy, parse_policy
from courtyard.transparency.rules_tiles import hashes_of, new_bundles, new_tiles, tile_path
from courtyard.transparency.verify import STALE_S, Kept, read_kept, verify
from tests.fakes import FakeClock
from tests.server import running_server
from tests.transparency.logs import client, path_of, publish, some, started, tiles

NOW_S = 1_700_000_000
SEEDS = {"log": bytes(range(32)), "witness": bytes(range(1, 33))}
LOG = vkey_of("test.example/transparency/log", ED25519, SEEDS["log"])
WITNESS = vkey_of("test.example/transparency/witness", COSIGNATURE_V1, SEEDS["witness"])

Served = dict[str, bytes]


def serve(entries: list[bytes], at_s: int = NOW_S) -> Served:
    """Return everything that a server with these entries serves, by path."""
    grown: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        return grown[level, index]

    served: Served = {}
    for made in (new_bundles, new_tiles):
        for tile, data in made(0, entries, read):
            grown[tile.level, tile.index] = served[f"log/{tile_path(tile)}"] = data
    size = len(entries)
    tree_root = root(size, hashes_of(size, read))
    text = format_checkpoint(Checkpoint(origin=LOG.name, size=size, root=tree_root))
    lines = [
        sign(text, LOG.name, SEEDS["log"]),
        cosign(text, WITNESS.name, SEEDS["witness"], at_s),
    ]
    served["log/checkpoint"] = join_note(text, lines)
    served["log/vkey"] = f"{format_vkey(LOG)}\n".encode()
    served["policy"] = format_policy(LOG, "https://x", WITNESS, "https://y").encode()
    return served


def fetching(served: Served) -> Callable[[str], bytes]:
    def fetch(path: str) -> bytes:
        if path not in served:
            raise MissingTileError(f"{path} is not served.")
        return served[path]

    return fetch


ENTRIES = [each.line for each in some(0, 300)]
GOOD = serve(ENTRIES)
KEPT = verify(fetching(serve(ENTRIES[:257])), NOW_S, None).kept


def test_a_good_log_passes_and_is_remembered() -> None:
    verified = verify(fetching(GOOD), NOW_S, KEPT)
    assert (verified.checkpoint.size, verified.before) == (300, 257)
    assert verified.dated_at_s == NOW_S
    assert verify(fetching(GOOD), NOW_S, verified.kept).kept == verified.kept
    assert verify(fetching(serve([])), NOW_S, None).checkpoint.size == 0


@settings(max_examples=300)
@given(st.sampled_from(sorted(set(GOOD) - {"policy"})), st.data())
def test_one_flipped_bit_anywhere_is_found(path: str, data: st.DataObject) -> None:
    bit = data.draw(st.integers(0, len(GOOD[path]) * 8 - 1))
    spoilt = bytearray(GOOD[path])
    spoilt[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CourtyardError):
        verify(fetching({**GOOD, path: bytes(spoilt)}), NOW_S, None)


@given(st.sampled_from(sorted(GOOD)), st.binary(max_size=3), st.integers(0, 40))
def test_what_is_missing_too_short_or_too_long_is_found(path: str, more: bytes, less: int) -> None:
    without = {name: data for name, data in GOOD.items() if name != path}
    with pytest.raises(CourtyardError, match="is not served"):
        verify(fetching(without), NOW_S, None)
    if path in ("policy", "log/vkey"):
        return  # They say the same with a line more or less; a key that is cut off is below.
    for data in (GOOD[path][: -1 - less], *([GOOD[path] + more] if more else [])):
        with pytest.raises(CourtyardError):
            verify(fetching({**GOOD, path: data}), NOW_S, None)


@pytest.mark.parametrize(
    "entries, fault",
    [
        (ENTRIES[:256], "has 256 entries and had 257 before: it was cut back"),
        ([*ENTRIES[:100], b"changed", *ENTRIES[101:]], "first 257 entries are not those"),
        (ENTRIES[1:], "first 257 entries are not those"),
        ([*ENTRIES[:256], *ENTRIES[257:], ENTRIES[256]], "the log was rewritten"),
    ],
)
def test_a_log_that_was_rewritten_is_found_by_who_looked_before(
    entries: list[bytes], fault: str
) -> None:
    rewritten = fetching(serve(entries))
    verify(rewritten, NOW_S, None)
    with pytest.raises(NotProvenError, match=fault):
        verify(rewritten, NOW_S, KEPT)


@pytest.mark.parametrize(
    "path, spoil, fault",
    [
        ("log/tile/entries/000", lambda d: d.replace(b"lapsed", b"lifted", 1), "hash of entry 0:"),
        ("log/tile/entries/001.p/44", lambda d: d[:-200], "cut off"),
        ("log/tile/0/001.p/44", lambda d: d[:33] + b"x" + d[34:], "hash of entry 257:"),
        ("log/tile/1/000.p/1", lambda d: b"x" + d[1:], "hash of tile/0 0:"),
        ("log/tile/0/000", lambda d: d[:-1], "has 8191 bytes instead of 8192"),
        ("log/tile/entries/000", lambda d: d + d[:60] + bytes(100), "Error"),
        ("log/checkpoint", lambda d: d.replace(b"\n300\n", b"\n299\n"), "signature by"),
        ("log/vkey", lambda d: b"other" + d, "id does not belong to it"),
        ("log/vkey", lambda d: d[:-2], "not base64"),
    ],
)
def test_the_first_fault_is_named(path: str, spoil: Callable[[bytes], bytes], fault: str) -> None:
    if fault == "Error":
        fault = "entries instead of 256|cut off"
    with pytest.raises(CourtyardError, match=fault):
        verify(fetching({**GOOD, path: spoil(GOOD[path])}), NOW_S, None)


def test_an_entry_too_few_is_counted() -> None:
    short = serve(ENTRIES[:299])["log/tile/entries/001.p/43"]
    spoilt = {**GOOD, "log/tile/entries/001.p/44": short}
    with pytest.raises(MissingTileError, match="has 43 entries instead of 44"):
        verify(fetching(spoilt), NOW_S, None)


def test_a_signed_root_that_the_entries_do_not_give_is_found() -> None:
    text = format_checkpoint(Checkpoint(origin=LOG.name, size=300, root=bytes(32)))
    lines = [
        sign(text, LOG.name, SEEDS["log"]),
        cosign(text, WITNESS.name, SEEDS["witness"], NOW_S),
    ]
    with pytest.raises(NotProvenError, match="do not give the root"):
        verify(fetching({**GOOD, "log/checkpoint": join_note(text, lines)}), NOW_S, None)


def test_a_log_that_has_stopped_is_found() -> None:
    verify(fetching(GOOD), NOW_S + STALE_S, None)
    with pytest.raises(NotProvenError, match="48 hours old"):
        verify(fetching(GOOD), NOW_S + STALE_S + 1, None)


def test_the_key_is_that_of_the_last_time_or_the_one_that_was_given() -> None:
    other = format_vkey(vkey_of(LOG.name, ED25519, bytes(32)))
    verify(fetching(GOOD), NOW_S, None, vkey=format_vkey(LOG))
    with pytest.raises(NotProvenError, match="not the one you gave"):
        verify(fetching(GOOD), NOW_S, None, vkey=other)
    with pytest.raises(NotProvenError, match="not the one of the last time"):
        verify(fetching(GOOD), NOW_S, Kept(vkey=other, size=0, root=KEPT.root))


def test_a_policy_of_one_s_own_asks_for_its_witnesses() -> None:
    stranger = format_vkey(vkey_of("w.example", COSIGNATURE_V1, bytes(32)))
    asking = parse_policy(f"witness w {stranger}\nquorum w".encode())
    with pytest.raises(CourtyardError, match="Too few witnesses"):
        verify(fetching(GOOD), NOW_S, None, policy=asking)
    contented = parse_policy(f"witness own {format_vkey(WITNESS)}\nquorum own".encode())
    assert verify(fetching(GOOD), NOW_S, None, policy=contented).dated_at_s == NOW_S
    undated = parse_policy(b"quorum none")
    assert verify(fetching(GOOD), NOW_S, None, policy=undated).dated_at_s is None
    other_log = parse_policy(
        f"log {format_vkey(vkey_of('x', ED25519, bytes(32)))}\nquorum none".encode()
    )
    with pytest.raises(NotProvenError, match="does not name the log"):
        verify(fetching(GOOD), NOW_S, None, policy=other_log)


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b'{"vkey":1,"size":2,"root":"x"}'])
def test_what_was_kept_can_be_read_or_is_refused(data: bytes) -> None:
    with pytest.raises(CourtyardError, match="kept of the last run"):
        read_kept(data)


# --- over HTTP --------------------------------------------------------------------------------------


async def test_what_our_server_serves_passes(server: Server, clock: FakeClock) -> None:
    await publish(server, *some(0, 260))
    loop = asyncio.get_running_loop()
    async with client(server) as http:

        def fetch(path: str) -> bytes:
            answer = asyncio.run_coroutine_threadsafe(http.get(path), loop).result(10)
            assert answer.status_code == 200, path
            return answer.content

        now_s = clock.now_ms() // 1000
        first = await asyncio.to_thread(verify, fetch, now_s, None)
        await publish(server, *some(260, 300))
        second = await asyncio.to_thread(verify, fetch, now_s, first.kept)
    assert (first.checkpoint.size, second.before, second.checkpoint.size) == (260, 260, 560)


async def test_the_command_against_a_running_server(tmp_path: Path) -> None:
    settings = Settings(
        server_name=ServerName("courtyard.test"),
        data=str(tmp_path / "data"),
        password_memory_kib=64,
    )
    (tmp_path / "data").mkdir()
    migrate(tmp_path / "data" / "courtyard.db")
    first = await started(settings, SystemClock())
    await publish(first, *some(0, 270))
    await first.stop()
    state = str(tmp_path / "state" / "log.json")
    run = CliRunner()

    async with running_server(tmp_path) as server:

        async def look(*more: str) -> tuple[int, str]:
            command = ["log", "verify", server.base_url, "--state", state, *more]
            answer = await asyncio.to_thread(run.invoke, app, command)
            return answer.exit_code, answer.output

        code, said = await look()
        # 270, and one more if the server has published its rules by now.
        seen = re.search(r"(27[01]) entries, nothing is wrong", said)
        assert code == 0, said
        assert seen is not None, said
        code, said = await look()
        assert (code, f"continues the {seen[1]} entries" in said) == (0, True), said
        assert (await look("--vkey", "other"))[0] == 1

        tile = path_of(settings, Tile(0, 1))
        good = tile.read_bytes()
        tile.write_bytes(good[:5] + bytes([good[5] ^ 1]) + good[6:])
        code, said = await look()
        assert (code, "FAULT: tile/0/001.p/14 does not have the hash of entry 256" in said) == (
            1,
            True,
        )
        tile.unlink()
        code, said = await look()
        assert (code, "status 503" in said) == (1, True), said
        tile.write_bytes(good)
        assert (await look())[0] == 0
        url = server.base_url
    gone = await asyncio.to_thread(run.invoke, app, ["log", "verify", url, "--state", state])
    assert (gone.exit_code, "does not answer" in gone.output) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [["nonsense://x"], ["https://"], ["x", "--state", "STATE"], ["x", "--policy", "STATE"]],
)
def test_the_command_refuses_what_it_cannot_use(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "state").write_text("nonsense")
    command = [str(tmp_path / "state") if each == "STATE" else each for each in arguments]
    answer = CliRunner().invoke(app, ["log", "verify", *command])
    assert (answer.exit_code, answer.output[:10]) == (2, "courtyard:")


def test_the_command_follows_logs(tmp_path: Path) -> None:
    run = CliRunner()
    data = ["--data", str(tmp_path / "data"), "--server-name", "test.example"]
    (tmp_path / "data").mkdir()
    for said in ("Followed from now on.\n", "Followed already.\n"):
        answer = run.invoke(app, ["log", "witness", "add", format_vkey(LOG), *data])
        assert (answer.exit_code, answer.output) == (0, said)
    answer = run.invoke(app, ["log", "witness", "list", *data])
    assert (answer.exit_code, answer.output.split()) == (0, ["0", LOG.name])
    refused = run.invoke(app, ["log", "witness", "add", "nonsense", *data])
    assert (refused.exit_code, refused.output[:10]) == (2, "courtyard:")


def test_every_tile_of_the_tree_is_looked_at() -> None:
    asked: list[str] = []

    def fetch(path: str) -> bytes:
        asked.append(path)
        return GOOD[path]

    verify(fetch, NOW_S, None)
    assert {f"log/{tile_path(tile)}" for tile in tiles(300)} <= set(asked)
    assert len(asked) == len(set(asked))
