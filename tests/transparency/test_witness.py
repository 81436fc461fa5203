"""This server as a witness of another log, over HTTP.

spec: C2SP tlog-witness
"""

import hashlib

import httpx
import pytest

from courtyard.app.wiring import Server
from courtyard.base.errors import CourtyardError
from courtyard.transparency import witness
from courtyard.transparency.model import COSIGNATURE_V1, ED25519, Checkpoint
from courtyard.transparency.rules_merkle import consistency_proof, root
from courtyard.transparency.rules_note import (
    cosign,
    format_checkpoint,
    format_vkey,
    join_note,
    parse_vkey,
    sign,
    verified_by,
    vkey_of,
)
from courtyard.transparency.rules_witness import format_add_checkpoint
from tests.transparency.logs import client, publish
from tests.transparency.naive import entry, subtrees

SEED = bytes(range(32))
LOG = vkey_of("other.example/log", ED25519, SEED)
ENTRIES = [entry(number) for number in range(40)]
AT = subtrees(ENTRIES)
CHANGED = subtrees([b"changed", *ENTRIES[1:]])
HASH = hashlib.sha256(LOG.name.encode()).hexdigest()


def note(size: int, at: object = AT, *, seed: bytes = SEED, origin: str = LOG.name) -> bytes:
    text = format_checkpoint(Checkpoint(origin=origin, size=size, root=root(size, at)))  # type: ignore[arg-type]  # one of the two above
    return join_note(text, [sign(text, LOG.name, seed)])


def body(old: int, size: int) -> bytes:
    return format_add_checkpoint(old, consistency_proof(old, size, AT), note(size))


async def ask(http: httpx.AsyncClient, body: bytes) -> httpx.Response:
    return await http.post("witness/add-checkpoint", content=body)


async def test_a_growing_log_is_cosigned(server: Server) -> None:
    await publish(server)
    assert await server.db.write(witness.follow, format_vkey(LOG))
    assert not await server.db.write(witness.follow, format_vkey(LOG))
    async with client(server) as http:
        own = parse_vkey((await http.get("witness/vkey")).text.strip())
        assert (await http.get(f"witness/{HASH}/checkpoint")).status_code == 404
        old = 0
        for size in (0, 1, 7, 7, 8, 40):
            answer = await ask(http, body(old, size))
            assert (answer.status_code, answer.text[:2]) == (200, "\u2014 "), answer.text
            cosigned = note(size) + answer.content
            assert verified_by(cosigned, [LOG, own]).keys() == {LOG, own}
            kept = await http.get(f"witness/{HASH}/checkpoint")
            assert kept.content == cosigned
            old = size
    assert await server.db.read(witness.followed) == [(LOG.name, 40)]


async def test_what_strangers_wrote_under_the_note_is_not_kept(server: Server) -> None:
    await publish(server)
    await server.db.write(witness.follow, format_vkey(LOG))
    text = note(3).decode().partition("\n\n")[0] + "\n"
    more = cosign(text, "stranger.example", bytes(32), 1)
    async with client(server) as http:
        answer = await ask(http, format_add_checkpoint(0, [], note(3) + more.encode()))
        kept = await http.get(f"witness/{HASH}/checkpoint")
    assert answer.status_code == 200
    assert b"stranger" not in kept.content


async def test_every_refusal_has_its_status_and_changes_nothing(server: Server) -> None:
    await publish(server)
    await server.db.write(witness.follow, format_vkey(LOG))
    spoilt = note(9).replace(b"\n9\n", b"\n8\n")
    async with client(server) as http:
        assert (await ask(http, body(0, 7))).status_code == 200
        for status, request in [
            (400, b"nonsense"),
            (400, b"old 7\n\nnonsense"),
            (400, format_add_checkpoint(9, [], note(8))),
            (404, format_add_checkpoint(7, [], note(9, origin="unknown.example"))),
            (403, format_add_checkpoint(7, [], note(9, seed=bytes(32)))),
            (403, format_add_checkpoint(7, [], spoilt)),
            (409, body(0, 9)),
            (409, body(6, 9)),
            (409, body(8, 9)),
            (422, format_add_checkpoint(7, [], note(9))),
            (422, format_add_checkpoint(7, consistency_proof(7, 9, AT), note(9, CHANGED))),
            (422, format_add_checkpoint(7, [], note(7, CHANGED))),
            (422, format_add_checkpoint(7, [bytes(32)], note(7))),
        ]:
            answer = await ask(http, request)
            assert answer.status_code == status, (request, answer.text)
            if status == 409:
                assert answer.content == b"7\n"
                assert answer.headers["content-type"] == "text/x.tlog.size"
            else:
                assert set(answer.json()) >= {"errcode", "error"}
        too_long = await ask(http, b"x" * 100_000)
        assert too_long.status_code == 413
        assert (await ask(http, body(7, 9))).status_code == 200


async def test_an_empty_tree_has_the_empty_root(server: Server) -> None:
    await publish(server)
    await server.db.write(witness.follow, format_vkey(LOG))
    text = format_checkpoint(Checkpoint(origin=LOG.name, size=0, root=bytes(32)))
    wrong = join_note(text, [sign(text, LOG.name, SEED)])
    async with client(server) as http:
        assert (await ask(http, format_add_checkpoint(0, [], wrong))).status_code == 422
        assert (await ask(http, body(0, 0))).status_code == 200


@pytest.mark.parametrize("vkey", ["", "x", format_vkey(vkey_of("w", COSIGNATURE_V1, SEED))])
async def test_only_a_log_s_key_can_be_followed(server: Server, vkey: str) -> None:
    with pytest.raises(CourtyardError):
        await server.db.write(witness.follow, vkey)
