"""`kill -9` while a letter is on its way: whatever was decided is mailed, and a letter that comes twice is the same one."""

import asyncio
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from courtyard.cli.check import violations
from courtyard.cli.conduct import conduct
from tests.api import Api, User
from tests.archive.archives import poll
from tests.conduct.post_office import PostOffice
from tests.conduct.town import OURS, STAFF, WARNING
from tests.server import Server, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

KILLS = 4


async def hire(server: Server, user: User) -> None:
    here = ["--data", str(server.data), "--server-name", server.server_name]
    run = CliRunner().invoke
    answer = await asyncio.to_thread(run, conduct, ["staff", "add", user.id, *here])
    assert answer.exit_code == 0, answer.output


async def warn(api: Api, judge: User, reporter: User, subject: User, note: str) -> str:
    """Have somebody warned; return the decision once the server has answered for it."""
    now = (await reporter.get("/health")).ok()
    assert now["status"] == "ok"
    await reporter.post(
        f"{OURS}/reports",
        {
            "item_type": "account",
            "item_id": subject.id,
            "item_version": note,
            "subject": subject.id,
            "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
            "explanation": note,
        },
    )
    case = (await judge.post(f"{STAFF}/queue/next")).ok()["case"]
    rules = (await api.request("GET", f"{OURS}/rules")).ok()
    body = {
        "rule": "R3.1",
        "measures": [WARNING],
        "conduct_at": rules["newest"]["effective_at"],
        "facts": note,
        "explanation": "That is unwanted.",
    }
    made = (await judge.post(f"{STAFF}/cases/{case['id']}/propose", body)).ok()
    assert made["state"] == "issued"
    return str(made["decision"])


async def mailed(user: User, id: str) -> str:
    """Return the receipt of a decision's mail, once it is there."""

    async def ask() -> str | None:
        told = (await user.get(f"{OURS}/decisions/{id}/statement")).ok()["delivered"]
        return next((one["receipt"] for one in told if one["channel"] == "mail"), None)

    return await poll(ask)


async def test_kills_before_during_and_after_a_letter(tmp_path: Path) -> None:
    office = PostOffice()
    await office.open()
    mail = {"COURTYARD_SMTP_URL": f"smtp://127.0.0.1:{office.port}"}
    async with (
        running_server(tmp_path, settings=mail) as server,
        httpx.AsyncClient(base_url=server.base_url, timeout=30) as http,
        asyncio.timeout(240),
    ):
        api = Api(http)
        alice, bob, judge = [await api.register(name) for name in ("alice", "bob", "judge")]
        await hire(server, judge)
        # The code is in the outbox when the answer comes.
        await office.close()
        (await alice.put(f"{OURS}/mail", {"address": "alice@mail.example"})).ok()
        server.kill()
        await office.open()
        await server.start()
        await office.arrived.wait()
        code = office.letters.pop().code
        (await alice.post(f"{OURS}/mail/confirm", {"code": code})).ok()

        for number in range(KILLS):
            # On its way: the mail server has it and does not say so.
            office.is_silent = True
            office.arrived.clear()
            id = await warn(api, judge, bob, alice, f"case {number}")
            await office.arrived.wait()
            server.kill()
            office.is_silent = False
            assert list(violations(server.data)) == []
            await server.start()
            assert await mailed(alice, id) == office.said
            first, second = office.letters
            assert first.raw == second.raw
            assert f"case {number}" in first.text
            office.letters.clear()

        # And at once after the answer.
        office.arrived.clear()
        id = await warn(api, judge, bob, alice, "the last case")
        server.kill()
        await server.start()
        assert await mailed(alice, id) == office.said
        assert {one.message["Message-ID"] for one in office.letters} == {
            office.letters[0].message["Message-ID"]
        }
    await office.close()
