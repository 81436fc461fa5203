"""The log over HTTP: what a verifier needs and nothing that could still change."""

import hashlib
import re

import httpx
import pytest

from courtyard.app.wiring import Server
from courtyard.base.errors import NotFoundError
from courtyard.transparency import proof, store
from courtyard.transparency.errors import MissingTileError
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.model import ENTRIES, Tile
from courtyard.transparency.rules_note import open_checkpoint, parse_vkey
from courtyard.transparency.rules_policy import check_policy, parse_policy
from courtyard.transparency.rules_proof import check_proof, parse_proof
from courtyard.transparency.rules_tiles import decode_bundle, tile_path
from courtyard.transparency.stage import stage
from tests.api import Api
from tests.fakes import FakeClock
from tests.transparency.logs import client, publish, some, tiles
from tests.transparency.naive import mth


async def test_the_log_is_there_from_the_first_start(server: Server) -> None:
    await publish(server)
    async with client(server) as http:
        answer = await http.get("log/checkpoint")
        vkey = parse_vkey((await http.get("log/vkey")).text.strip())
    checkpoint = open_checkpoint(answer.content, vkey)
    assert (checkpoint.origin, checkpoint.size) == ("test.example/transparency/log", 0)
    assert checkpoint.root == hashlib.sha256(b"").digest()


async def test_what_is_staged_is_published(server: Server) -> None:
    leaves = some(0, 300)
    assert await publish(server, *leaves) == list(range(300))
    async with client(server) as http:
        vkey = parse_vkey((await http.get("log/vkey")).text.strip())
        checkpoint = open_checkpoint((await http.get("log/checkpoint")).content, vkey)
        entries = []
        for tile in (Tile(ENTRIES, 0), Tile(ENTRIES, 1, 44)):
            entries += decode_bundle((await http.get(f"log/{tile_path(tile)}")).content)
        hashes = (await http.get("log/tile/0/000")).content
    assert entries == [each.line for each in leaves]
    assert (checkpoint.size, checkpoint.root) == (300, mth(entries))
    assert hashes[:32] == hashlib.sha256(b"\0" + entries[0]).digest()


async def test_types_and_caching(server: Server) -> None:
    await publish(server, *some(0, 3))
    async with client(server) as http:
        for path, kind, cache in [
            ("log/checkpoint", "text/plain; charset=utf-8", r"public, max-age=5"),
            ("log/vkey", "text/plain; charset=utf-8", r"public, max-age=5"),
            ("witness/vkey", "text/plain; charset=utf-8", r"public, max-age=5"),
            ("policy", "text/plain; charset=utf-8", r"public, max-age=5"),
            ("log/tile/0/000.p/3", "application/octet-stream", r".*max-age=31536000, immutable"),
            ("log/tile/entries/000.p/3", "application/octet-stream", r".*31536000, immutable"),
        ]:
            answer = await http.get(path)
            assert answer.status_code == 200, path
            assert answer.headers["content-type"] == kind
            assert re.fullmatch(cache, answer.headers["cache-control"])
            # Any page may verify the log.
            assert answer.headers["access-control-allow-origin"] == "*"


async def test_bundles_are_compressed_for_whoever_can_read_it(server: Server) -> None:
    await publish(server, *some(0, 200))
    async with client(server) as http:
        plain = await http.get(
            "log/tile/entries/000.p/200", headers={"Accept-Encoding": "identity"}
        )
        packed = await http.get("log/tile/entries/000.p/200", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.content == plain.content


async def test_a_narrower_tile_of_an_earlier_checkpoint_stays(server: Server) -> None:
    await publish(server, *some(0, 3))
    async with client(server) as http:
        before = {tile: (await http.get(f"log/{tile_path(tile)}")).content for tile in tiles(3)}
        await publish(server, *some(3, 500))
        for tile, data in before.items():
            assert (await http.get(f"log/{tile_path(tile)}")).content == data


@pytest.mark.parametrize(
    "path",
    [
        "log/tile/0/000",
        "log/tile/0/000.p/4",
        "log/tile/0/001.p/1",
        "log/tile/1/000.p/1",
        "log/tile/entries/000",
        "log/tile/entries/000.p/4",
        "log/tile/0/000.p/0",
        "log/tile/00/000.p/3",
        "log/tile/0/%30%30%30.p/4",
        "log/tile/0/../0/000.p/4",
        "log/tile/..%2f..%2flog.key",
        "log/tile/entries/..%2F..%2F..%2Flog.key",
        "log/tile/",
        "log/tile",
        "log/log.key",
        "log/tile/%FF",
        "witness/nonsense/checkpoint",
    ],
)
async def test_what_is_not_in_the_published_tree_is_not_found(server: Server, path: str) -> None:
    await publish(server, *some(0, 3))
    async with client(server) as http:
        assert (await http.get("log/tile/0/000.p/3")).status_code == 200
        answer = await http.get(path)
    assert answer.status_code in (400, 404)
    assert answer.json()["errcode"] in ("M_NOT_FOUND", "M_UNRECOGNIZED", "M_INVALID_PARAM")


async def test_a_staged_leaf_is_not_served_before_its_checkpoint(server: Server) -> None:
    await publish(server, *some(0, 3))
    folder = LogFolder(server.settings)
    # As after a stop between tiles and checkpoint.
    folder.write(Tile(0, 0, 4), folder.read(0, 0) + bytes(32))
    async with client(server) as http:
        assert (await http.get("log/tile/0/000.p/4")).status_code == 404
        assert len((await http.get("log/tile/0/000.p/3")).content) == 96


async def test_a_damaged_file_is_said_to_be(server: Server) -> None:
    await publish(server, *some(0, 3))
    folder = LogFolder(server.settings)
    folder.write(Tile(0, 0, 2), folder.read(0, 0)[:64])
    # Not as a client of the tests, which take every 5xx for a fault of the program.
    async with client(server) as http:
        answer = await http.get("log/tile/0/000.p/3")
    assert (answer.status_code, answer.json()["errcode"]) == (503, "ORG.COURTYARD.LOG_DAMAGED")


async def test_the_policy_verifies_the_checkpoint(server: Server, clock: FakeClock) -> None:
    await publish(server, *some(0, 3))
    async with client(server) as http:
        policy = parse_policy((await http.get("policy")).content)
        note = (await http.get("log/checkpoint")).content
        witness = parse_vkey((await http.get("witness/vkey")).text.strip())
    found = check_policy(policy, note)
    assert witness.name == "test.example/transparency/witness"
    assert abs((found[witness] or 0) - clock.now_ms() // 1000) < 5
    assert next(iter(policy.logs.values())) == "http://127.0.0.1:8008/transparency/log"


async def test_a_proof_is_that_of_its_entry(server: Server) -> None:
    leaves = some(0, 700)
    await publish(server, *leaves)
    vkey = parse_vkey((await server.db.read(store.keys))["log"])
    for index in (0, 1, 255, 256, 511, 512, 698, 699):
        text = await server.db.read(proof.inclusion, index, b"salt")
        entry = await server.db.read(proof.entry, index)
        assert entry == leaves[index].line
        assert check_proof(text, entry, vkey)[0] == index
        assert parse_proof(text).extra == b"salt"


async def test_proofs_stay_right_while_the_log_grows(server: Server) -> None:
    vkey = parse_vkey((await server.db.read(store.keys))["log"])
    size = 0
    for more in (200, 70, 2_500, 1, 1_500):
        await publish(server, *some(size, more))
        size += more
        for index in {0, size // 2, size - more, size - 1}:
            text = await server.db.read(proof.inclusion, index)
            entry = await server.db.read(proof.entry, index)
            assert check_proof(text, entry, vkey)[1].size == size


async def test_there_is_no_proof_of_what_is_not_published(server: Server, api: Api) -> None:
    await publish(server, *some(0, 2))
    integrator = server.world.memory(Integrator)
    async with integrator._turn:
        index = await server.db.write(stage, some(2, 1)[0])
        for wanted in (index, -1, 2**70):
            with pytest.raises(NotFoundError, match="not in the published log yet"):
                await server.db.read(proof.inclusion, wanted)
        with pytest.raises(NotFoundError, match="no such entry"):
            await server.db.read(proof.entry, index + 1)
    await integrator.run_round(server.db)
    assert await server.db.read(proof.inclusion, index)


async def test_a_proof_from_damaged_tiles_is_not_given_out(server: Server) -> None:
    await publish(server, *some(0, 5))
    folder = LogFolder(server.settings)
    data = folder.read(0, 0)
    folder.write(Tile(0, 0, 5), data[:40] + bytes([data[40] ^ 1]) + data[41:])
    with pytest.raises(MissingTileError, match="damaged"):
        await server.db.read(proof.inclusion, 0)


async def test_only_get_is_answered(server: Server) -> None:
    async with client(server) as http:
        answers: list[httpx.Response] = [
            await http.put("log/checkpoint", content=b"x"),
            await http.delete("log/tile/0/000"),
            await http.get("witness/add-checkpoint"),
        ]
    assert [answer.status_code for answer in answers] == [405, 405, 405]
