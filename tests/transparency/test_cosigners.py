"""Asking witnesses: two servers cosign each other, and one that is dead, slow or lying delays nothing.

spec: C2SP tlog-witness, add-checkpoint
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from courtyard.base.ids import ServerName
from courtyard.base.settings import Settings
from courtyard.transparency import cosigners
from courtyard.transparency.ask import NoWitnessError, post
from courtyard.transparency.errors import BadSignatureError, MalformedError
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.model import COSIGNATURE_V1, ED25519, Checkpoint, Vkey
from courtyard.transparency.rules_note import (
    cosign,
    format_checkpoint,
    format_vkey,
    join_note,
    parse_vkey,
    sign,
    split_note,
    verified_by,
    vkey_of,
)
from courtyard.transparency.rules_witness import (
    RETRY_SECONDS_MAX,
    Witness,
    line_of,
    parse_witnesses,
    retry_seconds,
    with_line,
)
from courtyard.transparency.stage import stage
from courtyard.transparency.status import status
from tests.server import Server as Process
from tests.transparency.leaves import leaf
from tests.transparency.logs import started

SEED, OTHER_SEED = bytes(range(32)), bytes(range(1, 33))
KEY = vkey_of("w.example/witness", COSIGNATURE_V1, SEED)
OTHER = vkey_of("v.example/witness", COSIGNATURE_V1, OTHER_SEED)
LOG = vkey_of("log.example", ED25519, SEED)
WITNESS = Witness(KEY, "http://127.0.0.1:1/w")
TEXT = format_checkpoint(Checkpoint(origin=LOG.name, size=1, root=bytes(32)))
LINE = cosign(TEXT, KEY.name, SEED, 7)

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


# --- the setting ----------------------------------------------------------------------------------


def test_the_setting_names_keys_and_addresses() -> None:
    text = f" {format_vkey(KEY)}  https://w.example/t/ ,{format_vkey(OTHER)} http://v:1,"
    assert parse_witnesses(text) == (
        Witness(KEY, "https://w.example/t"),
        Witness(OTHER, "http://v:1"),
    )
    assert parse_witnesses("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x http://w",
        f"{format_vkey(KEY)}",
        f"{format_vkey(KEY)} ftp://w",
        f"{format_vkey(KEY)} http://w x",
        f"{format_vkey(KEY)} http://ŵ",
        f"{format_vkey(LOG)} http://w",
        ",".join([f"{format_vkey(KEY)} http://w"] * 2),
        ",".join(
            f"{format_vkey(vkey_of(f'w{n}', COSIGNATURE_V1, SEED))} http://w" for n in range(17)
        ),
    ],
)
def test_what_the_setting_cannot_be(text: str) -> None:
    with pytest.raises(MalformedError, match="log_witnesses"):
        parse_witnesses(text)


# --- lines ----------------------------------------------------------------------------------------


def test_only_a_line_of_this_witness_about_this_text_is_taken() -> None:
    stranger = cosign(TEXT, OTHER.name, OTHER_SEED, 7)
    assert line_of(WITNESS, TEXT, (stranger + LINE).encode()) == LINE
    with pytest.raises(BadSignatureError):
        line_of(WITNESS, TEXT, stranger.encode())
    with pytest.raises(BadSignatureError):
        line_of(WITNESS, TEXT.replace("\n1\n", "\n2\n"), LINE.encode())
    for nonsense in (b"", b"\xff\xfe", b"<html>"):
        with pytest.raises(MalformedError):
            line_of(WITNESS, TEXT, nonsense)


def test_a_line_takes_the_place_of_the_one_before() -> None:
    own = sign(TEXT, LOG.name, SEED)
    note = join_note(TEXT, [own])
    once = with_line(note, TEXT, WITNESS, LINE)
    assert once == join_note(TEXT, [own, LINE])
    later = cosign(TEXT, KEY.name, SEED, 8)
    assert with_line(once, TEXT, WITNESS, later) == join_note(TEXT, [own, later])
    assert with_line(note, TEXT + "x\n", WITNESS, LINE) is None


def test_who_fails_is_left_alone_longer_and_longer() -> None:
    waits = [retry_seconds(failures) for failures in range(1, 50)]
    assert waits[:3] == [5, 10, 20]
    assert waits == sorted(waits)
    assert waits[-1] == RETRY_SECONDS_MAX


# --- one request ----------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _answering(handler: Handler) -> AsyncIterator[str]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/w"


def _saying(answer: bytes) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        with contextlib.suppress(OSError):
            await writer.drain()
        writer.close()

    return handle


@pytest.mark.parametrize(
    "answer, expected",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi!", (200, b"hi")),
        (b"HTTP/1.0 409 X\r\n\r\n7\n", (409, b"7\n")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhi", None),
        (b"SMTP ready\r\n\r\n", None),
        (b"x" * 100_000, None),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", None),
        (b"", None),
    ],
)
async def test_an_answer_is_short_and_http(
    answer: bytes, expected: tuple[int, bytes] | None
) -> None:
    async with _answering(_saying(answer)) as url:
        if expected is None:
            with pytest.raises(NoWitnessError):
                await post(url, b"body")
        else:
            assert await post(url, b"body") == expected


async def test_nobody_listens() -> None:
    with pytest.raises(NoWitnessError):
        await post("http://127.0.0.1:1/w", b"body")


# --- a log and its witness ------------------------------------------------------------------------


def _settings(tmp_path: Path, url: str) -> Settings:
    return Settings(
        server_name=ServerName("test.example"),
        data=str(tmp_path / "data"),
        log_witnesses=f"{format_vkey(KEY)} {url}",
    )


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 403 X\r\n\r\n", b"HTTP/1.1 200 X\r\n\r\nlies"])
async def test_a_witness_that_is_dead_or_lies_delays_nothing(
    tmp_path: Path, answer: bytes | None
) -> None:
    hangs = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hangs.wait()
        writer.close()

    async with _answering(silent if answer is None else _saying(answer)) as url:
        server = await started(_settings(tmp_path, url))
        async with asyncio.timeout(5):
            index = await server.db.write(stage, leaf())
            await server.world.memory(Integrator).run_round(server.db)
        found = await server.db.read(status)
        assert (found.published, found.is_halted) == (index + 1, False)
        assert [(one.name, one.has_cosigned) for one in found.witnesses] == [(KEY.name, False)]
        async with asyncio.timeout(5):
            await server.stop()
        hangs.set()


async def test_a_witness_that_comes_back_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosigners, "retry_seconds", lambda _: 0.01)
    count = 0

    async def recovering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
        note = (await reader.readexactly(size)).partition(b"\n\n")[2]
        if count > 2:
            line = cosign(split_note(note)[0], KEY.name, SEED, 7)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + line.encode())
        writer.close()

    real = Integrator._add_line
    added = asyncio.Event()

    async def add_line(self: Integrator, *given: Any) -> None:
        await real(self, *given)
        added.set()

    monkeypatch.setattr(Integrator, "_add_line", add_line)
    async with _answering(recovering) as url:
        server = await started(_settings(tmp_path, url))
        async with asyncio.timeout(10):
            await added.wait()
        assert (await server.db.read(status)).witnesses[0].has_cosigned
        assert count == 3
        await server.stop()


async def test_a_log_that_was_put_back_is_told_so_by_its_witness(tmp_path: Path) -> None:
    async with _answering(_saying(b"HTTP/1.1 409 X\r\n\r\n99\n")) as url:
        server = await started(_settings(tmp_path, url))
        (cosigner,) = server.world.memory(Integrator).cosigners
        with pytest.raises(NoWitnessError, match="longer log"):
            await cosigner.ask()
        await server.stop()


@pytest.mark.slow
async def test_two_servers_witness_each_other(tmp_path: Path) -> None:
    names = ("one.test", "two.test")
    processes = [Process(tmp_path / name, server_name=name) for name in names]
    with contextlib.ExitStack() as stack:
        for process in processes:
            stack.callback(process.kill)
            await process.start()
        keys = []
        for process in processes:
            async with httpx.AsyncClient(base_url=process.base_url) as http:
                paths = ("/transparency/log/vkey", "/transparency/witness/vkey")
                keys.append([(await http.get(path)).text.strip() for path in paths])
        for process, (log, witness), other in zip(
            processes, reversed(keys), reversed(processes), strict=True
        ):
            await process.stop()
            command = [
                str(Path(sys.executable).with_name("courtyard")),
                "log",
                "witness",
                "add",
                log,
            ]
            subprocess.run([*command, "--data", str(process.data)], check=True, capture_output=True)
            url = f"{other.base_url}/transparency/witness"
            process._settings["COURTYARD_LOG_WITNESSES"] = f"{witness} {url}"
        for process in processes:
            await process.start()
        for process, (_, witness) in zip(processes, reversed(keys), strict=True):
            other_key = parse_vkey(witness)

            def is_cosigned(note: bytes, key: Vkey = other_key) -> bool:
                return key in verified_by(note, [key])

            note = await process.until("/transparency/log/checkpoint", is_cosigned)
            assert int(note.split(b"\n")[1]) >= 1
            async with httpx.AsyncClient(base_url=process.base_url) as http:
                policy = (await http.get("/transparency/policy")).text
            asked = tmp_path / f"{process.server_name}.policy"
            asked.write_text(policy.replace("quorum none", "quorum other-1"))
            command = [str(Path(sys.executable).with_name("courtyard")), "log", "verify"]
            state = str(tmp_path / f"{process.server_name}.state")
            command += [process.base_url, "--policy", str(asked), "--state", state]
            ran = subprocess.run(command, check=False, capture_output=True, text=True)
            assert ran.returncode == 0, ran
            assert "nothing is wrong" in ran.stdout
        for process in processes:
            await process.stop()
